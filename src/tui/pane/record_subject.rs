//! Defines what a record pane is about, for whom, and the lines that it has.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;
use ratatui::style::Style;

use crate::keymap::Keymap;
use crate::theme::Theme;
use countersign_core::primitives::ids::{DutyNo, KsbCode};
use countersign_core::record::claim::PendingClaim;
use countersign_core::record::ksb_status;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::{Record, TraineeRecord};
use countersign_core::standard::Ksb;

/// A KSB or local competence, with its state.
#[derive(Debug, Clone)]
pub struct RecordKsb<'a> {
    pub ksb: &'a Ksb,
    pub state: ksb_status::State,
    /// Progress of a local competence, or the local competences that a KSB was shown by.
    pub local: Option<String>,
    /// Why it is left; `None` if it is signed.
    pub left: Option<&'a Outstanding>,
    /// The record that it belongs to.
    pub of: &'a TraineeRecord,
}

/// The subject of the pane.
#[derive(Debug, Clone)]
pub enum Subject<'a> {
    /// A KSB, its records once loaded, and its waiting claim.
    Ksb(RecordKsb<'a>, Option<&'a [Record]>, Option<&'a PendingClaim>),
    /// A duty, or all of them.
    Duty(&'a TraineeRecord, Option<DutyNo>),
}

/// The context that the lines depend on.
#[derive(Debug, Clone, Copy)]
pub struct RenderContext<'a> {
    pub today: NaiveDate,
    pub theme: &'a Theme,
    pub keymap: &'a Keymap,
    pub reader: Reader,
    /// The name of who reads it: what waits for them is `for you`.
    pub name: Option<&'a str>,
    /// KSBs that the reader signed last on this screen.
    pub just: &'a BTreeSet<KsbCode>,
}

/// Who reads the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Staff, who may sign or withdraw.
    Department,
    Own,
}

/// Where the pane is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Across the window, below the list: labels are in a column of their own.
    Below,
    /// Next to the list: labels are headings.
    Beside,
}

impl Place {
    /// Returns where a pane of this width is.
    pub fn of(width: u16) -> Self {
        if width < 58 { Self::Beside } else { Self::Below }
    }
}

/// The pane's lines before scrolling.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderedRecord {
    /// Styled pieces, one vector per line.
    pub lines: Vec<Vec<(String, Style)>>,
    /// The lines of each record.
    pub records: Vec<Range<usize>>,
}
