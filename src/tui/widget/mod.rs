//! Holds widgets: functions that draw a value on an area with the theme.

pub mod chart;
pub mod dialog_box;
pub mod draw;
pub mod frame;
pub mod gauge;
pub mod lines;
pub mod list;
pub mod pane_heading;
pub mod part;
pub mod query;
pub mod secret;
pub mod split;
pub mod text;
pub mod text_area_view;
pub mod text_input;
pub mod text_line_view;
pub mod trace;
pub mod window;
