//! Holds the state of the first run: its form, its page and what was said.

use crate::dialog::form::{FieldKind, Form};
use crate::msg::UiError;
use crate::msg::new_book::FirstRunData;
use crate::overlay::page;
use crate::theme::Theme;
use crate::widget::secret::SecretInput;
use countersign_core::primitives::ids::Secret;

pub const DEPARTMENT: &str = "department";
pub const OFFICER: &str = "officer";
pub const REGISTRATION: &str = "registration";
pub const SUPERVISES: &str = "supervises";
pub const PASSPHRASE: &str = "passphrase";
pub const PASSPHRASE_AGAIN: &str = "passphrase-again";
pub const PIN: &str = "pin";
pub const PIN_AGAIN: &str = "pin-again";
pub const STANDARD: &str = "standard";

/// A page of the first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormPage {
    Fields,
    /// What will be made.
    Summary,
}

/// Whether the book is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Making {
    No,
    Now,
    /// It is there.
    Done,
}

/// The state of the first run.
#[derive(Debug, Clone)]
pub struct FirstRun {
    pub theme: Theme,
    pub size: (u16, u16),
    pub data: FirstRunData,
    pub form: Form,
    pub page: FormPage,
    pub making: Making,
    /// Why the book could not be made.
    pub failure: Option<UiError>,
    /// The page of help, if it is open.
    pub help: Option<page::State>,
    /// What is wrong with the passphrase as it is now.
    pub weak: Option<String>,
}

impl FirstRun {
    /// Returns a secret as typed.
    fn secret(&self, name: &str) -> Option<&SecretInput> {
        match &self.form.field(name)?.kind {
            FieldKind::Secret(typed) => Some(typed),
            _ => None,
        }
    }

    pub fn is_typed(&self, name: &str) -> bool {
        self.secret(name).is_some_and(|typed| !typed.is_empty())
    }

    /// Returns whether the officer types a passphrase of their own instead of taking the offered one.
    pub fn has_own_passphrase(&self) -> bool {
        self.is_typed(PASSPHRASE)
    }

    /// Returns the passphrase as it is now.
    pub fn passphrase(&self) -> Secret {
        self.form.new_secret(PASSPHRASE).unwrap_or_else(|| self.data.offered.clone())
    }
}
