//! A person's place: the trainee that they have open, where their cursor is, what they have marked. Everyone who signs at
//! this screen has their own. Must never know who sits there.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::primitives::ids::{KsbCode, KsbKind, PersonId, StatementId};
use crate::domain::programme::Programme;
use crate::domain::programme::gateway::Readiness;
use crate::domain::record::ksb_status;
use crate::domain::record::view::{Record, TraineeRecord};
use crate::domain::standard::Ksb;
use crate::domain::standard::local_view::LOCAL_GROUP;
use crate::tui::command::PaneId;
use crate::tui::msg::Draft;
use crate::tui::pane::filter_input::FilterInput;
use crate::tui::pane::ksbs::Row;
use crate::tui::pane::{detail_list, duties, ksbs, outstanding, record};

/// A place.
#[derive(Debug, Clone, PartialEq)]
pub struct TraineeView {
    /// The trainee who is open, or is being opened.
    pub trainee: Option<PersonId>,
    /// Their standing, once it is here.
    pub standing: Option<TraineeRecord>,
    /// How long the log was when the standing was read.
    pub size: u64,
    /// Where keys go on the Sign-off screen.
    pub focus: PaneId,
    pub duties: duties::State,
    pub ksbs: ksbs::State,
    pub record: record::State,
    pub outstanding: outstanding::State,
    /// The gateway's requirements, once they are here, and the cursor in them.
    pub readiness: (Option<Box<Readiness>>, detail_list::State),
    /// Reviews and hours, once they are here, and the cursor in them.
    pub programme: (Option<Box<Programme>>, detail_list::State),
    /// The filter of whichever of these two is shown.
    pub why: FilterInput,
    /// Records read so far, each until the log moves on.
    pub records: BTreeMap<KsbCode, Vec<Record>>,
    /// The KSB whose record is shown or asked for.
    pub about: Option<KsbCode>,
    pub marks: BTreeSet<KsbCode>,
    /// What is signed and was left out when all else in the list was marked.
    pub skipped: BTreeSet<KsbCode>,
    /// The marked entries of hours that wait.
    pub hour_marks: BTreeSet<StatementId>,
    /// What stood in the dialogs when they were left.
    pub draft: Draft,
}

/// What marking all came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkedAll {
    /// What is not signed is marked, and what is was left out.
    Open {
        /// How many were left out.
        left: usize,
    },
    /// All are marked, so many of them signed already.
    All { again: usize },
    /// No row has a mark any more.
    None,
}

/// What a requirement of the gateway waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor<'a> {
    Ksbs(&'a [KsbCode]),
    /// Reviews and hours.
    Programme,
}

impl Default for TraineeView {
    fn default() -> Self {
        Self {
            trainee: None,
            standing: None,
            size: 0,
            focus: PaneId::Ksbs,
            duties: duties::State::default(),
            ksbs: ksbs::State::default(),
            record: record::State::default(),
            outstanding: outstanding::State::default(),
            readiness: (None, detail_list::State::default()),
            programme: (None, detail_list::State::default()),
            why: FilterInput::default(),
            records: BTreeMap::new(),
            about: None,
            marks: BTreeSet::new(),
            skipped: BTreeSet::new(),
            hour_marks: BTreeSet::new(),
            draft: Draft::new(),
        }
    }
}

impl TraineeView {
    /// A place where only the trainee is known.
    pub fn at(trainee: PersonId) -> Self {
        Self { trainee: Some(trainee), ..Self::default() }
    }

    /// The same place for another person: the trainee and the cursor, without marks, drafts and what they may not see.
    pub fn for_another(&self) -> Self {
        let (duties, ksbs) = (self.duties.clone(), self.ksbs.clone());
        Self { trainee: self.trainee.clone(), focus: self.focus, duties, ksbs, ..Self::default() }
    }

    /// The KSBs listed now.
    pub fn rows(&self) -> Vec<Row<'_>> {
        let rows = |standing| ksbs::rows(&self.ksbs, standing, self.duties.chosen);
        self.standing.as_ref().map_or_else(Vec::new, rows)
    }

    /// The KSB under the cursor.
    pub fn current(&self) -> Option<KsbCode> {
        let rows = self.rows();
        rows.get(ksbs::row(&self.ksbs, &rows)).map(|row| row.ksb.code)
    }

    /// A KSB of the open standard and where it stands.
    pub fn ksb(&self, code: KsbCode) -> Option<(&Ksb, ksb_status::State)> {
        let standing = self.standing.as_ref()?;
        standing.all().find(|(ksb, _)| ksb.code == code)
    }

    /// Lists the whole standard, or the local competences where the code is one's, with the cursor on that code.
    pub fn list_all(&mut self, code: KsbCode) {
        self.duties.chosen = (code.kind == KsbKind::Local).then_some(LOCAL_GROUP);
        self.ksbs.at = Some(code);
        self.ksbs.filter = FilterInput::default();
    }

    /// What a signature would be for: the marks in the standard's order, or the KSB under the cursor.
    pub fn selection(&self) -> Vec<KsbCode> {
        if self.marks.is_empty() { self.current().into_iter().collect() } else { self.marks.iter().copied().collect() }
    }

    /// Marks the KSB under the cursor, or takes its mark away.
    pub fn toggle(&mut self) {
        if let Some(code) = self.current()
            && !self.marks.remove(&code)
        {
            self.marks.insert(code);
        }
    }

    /// Marks all rows that are not signed; asked again, all rows; asked once more, none. Says what came of it. A mixed list is
    /// never flipped.
    pub fn mark_all(&mut self) -> MarkedAll {
        let (mut signed, mut open) = (BTreeSet::new(), BTreeSet::new());
        for row in self.rows() {
            let of = if row.state == ksb_status::State::Signed { &mut signed } else { &mut open };
            of.insert(row.ksb.code);
        }
        let left: BTreeSet<KsbCode> = signed.difference(&self.marks).copied().collect();
        if !open.is_subset(&self.marks) || (!left.is_empty() && !left.is_subset(&self.skipped)) {
            self.marks.extend(open);
            self.skipped.clone_from(&left);
            return MarkedAll::Open { left: left.len() };
        }
        self.skipped.clear();
        if left.is_empty() {
            self.marks.retain(|code| !open.contains(code) && !signed.contains(code));
            return MarkedAll::None;
        }
        let again = signed.len();
        self.marks.extend(signed);
        MarkedAll::All { again }
    }

    /// Takes all marks off.
    pub fn unmark(&mut self) {
        self.marks.clear();
        self.skipped.clear();
    }

    /// The records of the KSB that the record pane is about, if they are here.
    pub fn shown_records(&self) -> Option<&[Record]> {
        self.about.and_then(|code| self.records.get(&code)).map(Vec::as_slice)
    }

    /// The record that a command is about.
    pub fn selected_record(&self) -> Option<&Record> {
        let focus = if self.focus == PaneId::Record {
            crate::tui::theme::Focus::Here
        } else {
            crate::tui::theme::Focus::Elsewhere
        };
        record::selected_record(&self.record, self.shown_records()?, focus)
    }

    /// What the requirement under the cursor waits for, if a screen shows it.
    pub fn waits_for(&self) -> Option<WaitsFor<'_>> {
        let (readiness, state) = &self.readiness;
        let figure = readiness.as_ref()?.figures.get(state.at)?;
        match figure.id.as_str() {
            "hours" | "reviews" => Some(WaitsFor::Programme),
            _ if figure.ksbs.is_empty() => None,
            _ => Some(WaitsFor::Ksbs(&figure.ksbs)),
        }
    }

    /// Takes a standing that was read anew: the cursor stays on its duty and KSB.
    pub fn refresh(&mut self, standing: TraineeRecord, size: u64) {
        let other = self.standing.as_ref().is_some_and(|old| old.trainee.id != standing.trainee.id);
        if other || self.size != size {
            self.records.clear();
            self.about = None;
            // The old list stays on the screen until the new one is here.
            self.outstanding.asked = false;
            self.readiness.1.asked = false;
            self.programme.1.asked = false;
        }
        self.marks.retain(|code| standing.ksb(*code).is_some());
        (self.standing, self.size) = (Some(standing), size);
    }
}
