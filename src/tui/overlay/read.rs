//! What the fields of a form hold, as values. Must never change a field.

use std::str::FromStr;

use crate::domain::primitives::text::{SafeText, TextFault};
use crate::tui::overlay::form::Form;

/// What a field holds, or its name and what is wrong with it.
pub type Read<T> = Result<T, (&'static str, String)>;

/// The text of a field that must hold one.
pub fn required(form: &Form, name: &'static str, wanted: &str) -> Read<SafeText> {
    optional(form, name, SafeText::lines)?.ok_or_else(|| (name, wanted.to_owned()))
}

/// The text of a field, if it holds one.
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

/// The whole number that a field holds, if it holds one.
pub fn number<T: FromStr>(form: &Form, name: &'static str) -> Read<Option<T>> {
    match form.value(name).trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| (name, format!("“{text}” is no whole number"))),
    }
}
