//! Reads form fields as values.

use std::str::FromStr;

use crate::dialog::form::Form;
use countersign_core::primitives::text::{SafeText, TextFault};

/// A value, or the name of the invalid field and why.
pub type Read<T> = Result<T, (&'static str, String)>;

/// Reads a text that must not be empty.
pub fn required(form: &Form, name: &'static str, wanted: &str) -> Read<SafeText> {
    optional(form, name, SafeText::lines)?.ok_or_else(|| (name, wanted.to_owned()))
}

/// Reads a text that may be empty.
pub fn optional(
    form: &Form,
    name: &'static str,
    clean: fn(&str) -> Result<SafeText, TextFault>,
) -> Read<Option<SafeText>> {
    match clean(form.value(name)) {
        Ok(text) => Ok(Some(text)),
        Err(TextFault::Empty) => Ok(None),
        Err(fault) => Err((name, fault.to_string())),
    }
}

/// Reads a number that may be empty.
pub fn number<T: FromStr>(form: &Form, name: &'static str) -> Read<Option<T>> {
    match form.value(name).trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| (name, format!("“{text}” is not a whole number"))),
    }
}
