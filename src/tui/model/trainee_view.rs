//! Stores one user's view: the open trainee, the cursors, the marks and the drafts. Each signer at a screen has their own.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::command::PaneId;
use crate::msg::Draft;
use crate::pane::filter_input::FilterInput;
use crate::pane::ksbs::{Listed, SignedRows};
use crate::pane::{detail_list, duties, ksbs, record};
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::programme::Programme;
use countersign_core::programme::gateway::{Readiness, RequirementStatus};
use countersign_core::programme::hours::HourRow;
use countersign_core::programme::progress_series::ProgressSeries;
use countersign_core::programme::review_plan::OpenAction;
use countersign_core::record::ksb_status;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::CarriedRecord;
use countersign_core::record::view::{Record, RecordCheck, RecordedReview, TraineeRecord};
use countersign_core::standard::Ksb;

/// One user's view.
#[derive(Debug, Clone, PartialEq)]
pub struct TraineeView {
    /// The open trainee, or the one being opened.
    pub trainee: Option<PersonId>,
    /// Their record, once it is loaded.
    pub trainee_record: Option<TraineeRecord>,
    /// Tree size when the record was read.
    pub size: u64,
    /// The focused pane of the Sign-off screen.
    pub focus: PaneId,
    pub duties: duties::State,
    pub ksbs: ksbs::State,
    pub record: record::State,
    /// Whether the record of the chosen KSB is open in full.
    pub full: bool,
    /// Progress by month, once loaded, and whether it was asked for.
    pub series: Option<Box<ProgressSeries>>,
    pub series_asked: bool,
    /// The last record whose signature was checked, and the one that was asked for.
    pub check: Option<RecordCheck>,
    pub checking: Option<StatementId>,
    /// What is left to sign, most urgent first, and the day for which that holds.
    pub left: Vec<Outstanding>,
    pub today: NaiveDate,
    /// KSBs that the signer signed last on this screen.
    pub just_signed: BTreeSet<KsbCode>,
    /// The gateway requirements, once loaded, and the cursor in them.
    pub readiness: (Option<Box<Readiness>>, detail_list::State),
    /// Reviews and hours, once loaded, and the cursor in them.
    pub programme: (Option<Box<Programme>>, detail_list::State),
    /// The filter of whichever of these two is shown.
    pub detail_filter: FilterInput,
    /// Loaded records, cleared when the log grows.
    pub records: BTreeMap<KsbCode, Vec<Record>>,
    /// The KSB whose record is shown or being loaded.
    pub about: Option<KsbCode>,
    pub marks: BTreeSet<KsbCode>,
    /// Signed KSBs that marking all left out.
    pub skipped: BTreeSet<KsbCode>,
    /// Marked hours entries that are not confirmed yet.
    pub hour_marks: BTreeSet<StatementId>,
    /// The saved input of the dialogs.
    pub draft: Draft,
}

/// The result of marking all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkedAll {
    /// The unsigned rows are marked.
    Open {
        /// How many signed rows were left out.
        left: usize,
    },
    /// All rows are marked that may be, this many of them signed already.
    All { again: usize },
    /// No row is marked.
    None,
}

/// What a gateway requirement waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor<'a> {
    Ksbs(&'a [KsbCode]),
    Programme,
}

/// Returns what a gateway requirement waits for, if that has a screen.
pub fn waits_for(figure: &RequirementStatus) -> Option<WaitsFor<'_>> {
    match figure.id.as_str() {
        "hours" | "reviews" => Some(WaitsFor::Programme),
        _ if figure.ksbs.is_empty() => None,
        _ => Some(WaitsFor::Ksbs(&figure.ksbs)),
    }
}

/// Maximum hours entries listed, newest first. The command line lists all.
const MOST_ENTRIES: usize = 200;

/// A line of the Reviews screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReviewsLine<'a> {
    Next,
    /// An open action.
    ToDo(&'a OpenAction),
    /// The total hours.
    Hours,
    Entry(&'a HourRow),
    Review(&'a RecordedReview),
}

/// Returns the lines of the Reviews screen: what is next, open actions, waiting hours, past reviews and confirmed hours.
pub fn reviews_lines(programme: &Programme) -> Vec<ReviewsLine<'_>> {
    let mut lines = vec![ReviewsLine::Next, ReviewsLine::Hours];
    lines.extend(programme.plan.open.iter().map(ReviewsLine::ToDo));
    let (waiting, confirmed): (Vec<&HourRow>, Vec<&HourRow>) =
        programme.entries.iter().partition(|row| row.confirmed.is_none());
    lines.extend(waiting.into_iter().take(MOST_ENTRIES).map(ReviewsLine::Entry));
    lines.extend(programme.reviews.iter().map(ReviewsLine::Review));
    lines.extend(confirmed.into_iter().take(MOST_ENTRIES).map(ReviewsLine::Entry));
    lines
}

impl Default for TraineeView {
    fn default() -> Self {
        Self {
            trainee: None,
            trainee_record: None,
            size: 0,
            focus: PaneId::Ksbs,
            duties: duties::State::default(),
            ksbs: ksbs::State::default(),
            record: record::State::default(),
            full: false,
            series: None,
            series_asked: false,
            check: None,
            checking: None,
            left: Vec::new(),
            today: NaiveDate::default(),
            just_signed: BTreeSet::new(),
            readiness: (None, detail_list::State::default()),
            programme: (None, detail_list::State::default()),
            detail_filter: FilterInput::default(),
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
    /// Returns a view of this trainee with nothing else set.
    pub fn at(trainee: PersonId) -> Self {
        Self { trainee: Some(trainee), ..Self::default() }
    }

    /// Returns the view for another user: the same trainee and cursor, without marks, drafts or data they may not see.
    #[must_use]
    pub fn for_another(&self) -> Self {
        let (duties, ksbs) = (self.duties.clone(), self.ksbs.clone());
        Self { trainee: self.trainee.clone(), focus: self.focus, duties, ksbs, ..Self::default() }
    }

    /// Returns the listed KSBs.
    pub fn listed(&self) -> Listed<'_> {
        let of = (self.duties.chosen, self.today);
        let listed = |trainee_record| ksbs::listed(&self.ksbs, trainee_record, &self.left, of);
        self.trainee_record.as_ref().map_or_else(Listed::default, listed)
    }

    /// Returns the KSB under the cursor.
    pub fn current(&self) -> Option<KsbCode> {
        let rows = self.listed().rows;
        rows.get(ksbs::row(&self.ksbs, &rows)).map(|row| row.ksb.code)
    }

    /// Returns a KSB of the open standard and its state.
    pub fn ksb(&self, code: KsbCode) -> Option<(&Ksb, ksb_status::State)> {
        let trainee_record = self.trainee_record.as_ref()?;
        trainee_record.all().find(|(ksb, _)| ksb.code == code)
    }

    /// Returns whether nothing is left to do for a KSB.
    fn is_done(&self, code: KsbCode) -> bool {
        let done = |record: &TraineeRecord| self.ksb(code).is_some_and(|(_, state)| record.is_done(state));
        self.trainee_record.as_ref().is_some_and(done)
    }

    /// Lists everything, with the cursor on this code, and what is signed if it is.
    pub fn list_all(&mut self, code: KsbCode) {
        self.duties.chosen = None;
        self.ksbs.at = Some(code);
        self.ksbs.filter = FilterInput::default();
        if self.is_done(code) {
            self.ksbs.signed = SignedRows::Shown;
        }
    }

    /// Returns the KSBs to sign: the marked ones in the standard's order, or the one under the cursor.
    pub fn selection(&self) -> Vec<KsbCode> {
        if self.marks.is_empty() { self.current().into_iter().collect() } else { self.marks.iter().copied().collect() }
    }

    /// Toggles the mark of the KSB under the cursor.
    pub fn toggle(&mut self) {
        if let Some(code) = self.current()
            && !self.marks.remove(&code)
        {
            self.marks.insert(code);
        }
    }

    /// Marks all unsigned rows; the second time, all rows; the third time, none. Marks are set or cleared, never inverted.
    /// A barred row, which the signer may not sign, is never marked.
    pub fn mark_all(&mut self, barred: &BTreeSet<KsbCode>) -> MarkedAll {
        let (mut signed, mut open) = (BTreeSet::new(), BTreeSet::new());
        // What is signed and folded belongs to the list, too.
        let folded = std::mem::replace(&mut self.ksbs.signed, SignedRows::Shown);
        for row in self.listed().rows.into_iter().filter(|row| !barred.contains(&row.ksb.code)) {
            let of = if row.left.is_none() { &mut signed } else { &mut open };
            of.insert(row.ksb.code);
        }
        self.ksbs.signed = folded;
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
        // What is marked can be seen.
        self.ksbs.signed = SignedRows::Shown;
        MarkedAll::All { again }
    }

    /// Clears all marks.
    pub fn unmark(&mut self) {
        self.marks.clear();
        self.skipped.clear();
    }

    /// Returns the loaded records of the record pane's KSB.
    pub fn shown_records(&self) -> Option<&[Record]> {
        self.about.and_then(|code| self.records.get(&code)).map(Vec::as_slice)
    }

    /// Returns the record that a command applies to.
    pub fn selected_record(&self) -> Option<&Record> {
        let focus =
            if self.focus == PaneId::Record { crate::theme::Focus::Here } else { crate::theme::Focus::Elsewhere };
        record::selected_record(&self.record, self.shown_records()?, focus)
    }

    /// Returns the earlier record that a command applies to, if the record pane's KSB has no sign-off.
    pub fn selected_carried(&self) -> Option<&CarriedRecord> {
        let code = self.about.filter(|_| self.selected_record().is_none())?;
        self.trainee_record.as_ref()?.carried_over(code)
    }

    /// Returns the check of the chosen record, once it is there.
    pub fn check(&self) -> Option<&RecordCheck> {
        let id = self.selected_record()?.id;
        self.check.as_ref().filter(|check| check.id == id)
    }

    /// Returns what the requirement under the cursor waits for, if one is shown.
    pub fn waits_for(&self) -> Option<WaitsFor<'_>> {
        let (readiness, state) = &self.readiness;
        waits_for(readiness.as_ref()?.figures.get(state.at)?)
    }

    /// Loads the lists again when they are next shown. The old ones stay visible until then.
    pub fn invalidate(&mut self) {
        self.series_asked = false;
        self.readiness.1.requested = false;
        self.programme.1.requested = false;
    }

    /// Replaces the record with a newer one; the cursor stays on its duty and KSB. Returns whether what the signer just
    /// signed finished the duty.
    pub fn refresh(
        &mut self,
        trainee_record: TraineeRecord,
        left: Vec<Outstanding>,
        size: u64,
        today: NaiveDate,
    ) -> bool {
        let before = self.listed().left;
        let other = self.trainee_record.as_ref().is_some_and(|old| old.trainee.id != trainee_record.trainee.id);
        if other {
            self.just_signed.clear();
            self.series = None;
        }
        if other || self.size != size {
            self.records.clear();
            self.about = None;
            self.invalidate();
        }
        self.marks.retain(|code| trainee_record.ksb(*code).is_some());
        (self.trainee_record, self.size) = (Some(trainee_record), size);
        (self.left, self.today) = (left, today);
        let signed = self.just_signed.iter().any(|code| self.ksb(*code).is_some());
        let own = self.duties.chosen.is_some() && self.ksbs.filter.kept.is_empty();
        own && signed && before > 0 && self.listed().left == 0
    }
}
