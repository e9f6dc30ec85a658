//! The overlays: what lies over a screen until it is answered. They close by returning data, never by calling back.

pub mod act;
pub mod act_draw;
pub mod claim;
pub mod claim_view;
pub mod deed;
pub mod deed_review;
pub mod dialog;
pub mod drafts;
pub mod finder;
pub mod form;
pub mod form_draw;
pub mod help;
pub mod item;
pub mod palette;
pub mod person;
pub mod person_draw;
pub mod read;
pub mod reply;
pub mod save;
pub mod sign;
pub mod sign_draw;
pub mod sign_open;
pub mod signature;
pub mod statement;
pub mod trainee;
pub mod withdraw;
