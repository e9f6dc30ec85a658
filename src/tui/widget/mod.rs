//! Holds widgets: functions that draw a value on an area with the theme.

pub mod dialog_box;
pub mod draw;
pub mod frame;
pub mod gauge;
pub mod list;
pub mod part;
pub mod query;
pub mod secret;
pub mod text;
pub mod text_area_view;
pub mod text_input;
pub mod text_line_view;
pub mod window;
