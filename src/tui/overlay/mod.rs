//! The overlays: what lies over a screen until it is answered. They close by returning data, never by calling back.

pub mod reply;
