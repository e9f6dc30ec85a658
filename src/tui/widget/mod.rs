//! Small drawings as functions of a value, an area and the theme. They know nothing of the program around them.

pub mod draw;
pub mod frame;
pub mod gauge;
pub mod list;
pub mod query;
pub mod secret;
pub mod text;
pub mod text_area_view;
pub mod text_input;
pub mod text_line_view;
