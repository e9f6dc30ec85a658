//! Small drawings as functions of a value, an area and the theme. They know nothing of the program around them.

pub mod area;
pub mod draw;
pub mod edit;
pub mod field;
pub mod frame;
pub mod gauge;
pub mod list;
pub mod query;
pub mod secret;
pub mod text;
