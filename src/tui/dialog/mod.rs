//! Holds the dialogs, in which something is signed, entered or saved. They return data when they close and take no callbacks.

pub mod action;
pub mod action_draw;
pub mod action_kind;
pub mod claim;
pub mod drafts;
pub mod event;
pub mod find;
pub mod form;
pub mod form_draw;
pub mod lock_view;
pub mod office;
pub mod office_read;
pub mod review;
pub mod save;
pub mod sign_draw;
pub mod sign_in;
pub mod sign_in_view;
pub mod sign_off;
pub mod signature;
