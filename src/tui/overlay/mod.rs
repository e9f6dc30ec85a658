//! Holds the overlays. They return data when they close and call nothing back.

pub mod act;
pub mod act_draw;
pub mod action_kind;
pub mod claim;
pub mod claim_detail;
pub mod deed_review;
pub mod dialog;
pub mod drafts;
pub mod form;
pub mod form_draw;
pub mod help;
pub mod item;
pub mod page;
pub mod palette;
pub mod picker;
pub mod read;
pub mod reply;
pub mod save;
pub mod sign;
pub mod sign_draw;
pub mod sign_in;
pub mod sign_in_view;
pub mod sign_open;
pub mod signature;
pub mod statement;
pub mod trainee;
