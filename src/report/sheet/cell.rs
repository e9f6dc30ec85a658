//! Defines the cells of a sheet: a value, and how it looks.

use std::sync::Arc;

use chrono::NaiveDate;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Empty,
    Text(Arc<str>),
    Count(i64),
    /// The first of the second, shown as a percentage.
    Share(u32, u32),
    Day(NaiveDate),
    /// A real date whose format writes words before it: `C current 12 Jan 2027`.
    Stated(&'static str, NaiveDate),
}

/// How a cell looks. What it means is always in its words, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Look {
    #[default]
    Plain,
    Bold,
    /// Not required.
    Faint,
    /// Required and open.
    Dim,
    Italic,
    /// White on dark, bold.
    Dark,
    /// Black on grey, bold.
    Grey,
}

/// A value and its look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub value: Value,
    pub look: Look,
}

impl Cell {
    /// An empty cell.
    pub const EMPTY: Self = Self { value: Value::Empty, look: Look::Plain };

    #[must_use]
    pub fn looking(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// Returns a bold cell.
    #[must_use]
    pub fn bold(self) -> Self {
        self.looking(Look::Bold)
    }

    /// Returns a day, or an empty cell.
    pub fn day(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::EMPTY, |day| Value::Day(day).into())
    }

    /// Returns a number, or an empty cell for none.
    pub fn some(count: u32) -> Self {
        if count == 0 { Self::EMPTY } else { count.into() }
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self { value, look: Look::Plain }
    }
}

impl From<&Arc<str>> for Cell {
    fn from(text: &Arc<str>) -> Self {
        if text.is_empty() { Self::EMPTY } else { Value::Text(Arc::clone(text)).into() }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::EMPTY } else { Value::Text(text.into()).into() }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Value::Count(count.into()).into()
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Value::Count(count).into()
    }
}
