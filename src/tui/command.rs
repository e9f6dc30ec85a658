//! Defines the table of commands, from which dispatch, the footer, help, the palette, key names, the README's key table and
//! `countersign keymap` are generated.

/// A screen. The number in its variant's comment is the key that goes to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScreenId {
    /// 1: duties, KSBs, competence record.
    SignOff,
    /// A trainee's outstanding KSBs.
    Outstanding,
    /// 2: claims that wait for an answer.
    Queue,
    /// 3: all trainees in one table.
    Cohort,
    /// 4: the gateway requirements of one trainee.
    Readiness,
    /// 5: progress reviews and off-the-job hours of one trainee.
    Reviews,
    /// 6: the log.
    History,
    /// 7: sign-offs that need a second check.
    Looks,
}

/// A pane of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaneId {
    /// The duties of the trainee's standard.
    Duties,
    /// The KSBs of the selected duty.
    Ksbs,
    /// The competence record of the selected KSB.
    Record,
    Outstanding,
    /// The log, newest first.
    Log,
    /// The trainees, with progress per duty.
    Cohort,
    Readiness,
    /// Reviews and hours: due, open, completed and entered.
    Reviews,
    /// Waiting claims, oldest first.
    Queue,
    /// Sign-offs to countersign, to sample, or rejected by a sample.
    Looks,
}

/// The scope in which a command works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommandScope {
    /// On every screen.
    Everywhere,
    /// In any pane of one screen.
    Screen(ScreenId),
    /// In one pane.
    Pane(PaneId),
}

/// Whether the footer lists a command when there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Footer {
    Shown,
    /// Only in help and the palette.
    Hidden,
}

/// One row of the command table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub command: Command,
    /// Its name in the palette and in a user's keymap.
    pub name: &'static str,
    pub place: CommandScope,
    /// Default keys; the first is the one shown.
    pub keys: &'static [&'static str],
    /// One or two words for the footer.
    pub label: &'static str,
    /// What it does, in a short sentence.
    pub does: &'static str,
    pub footer: Footer,
}

macro_rules! commands {
    ($($command:ident, $name:literal, $place:expr, [$($key:literal),*], $label:literal, $does:literal, $footer:ident;)+) => {
        /// A command that a key or the palette can run.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Command { $(#[doc = $does] $command,)+ }

        /// The command table, in the order of [`Command`]'s variants.
        pub const TABLE: &[Row] = &[$(Row {
            command: Command::$command, name: $name, place: $place, keys: &[$($key),*],
            label: $label, does: $does, footer: Footer::$footer,
        },)+];
    };
}

use CommandScope::{Everywhere, Pane, Screen};
use PaneId::{Cohort, Duties, Ksbs, Log, Looks, Queue, Record, Reviews};
use ScreenId::SignOff;

commands! {
//  id            name             where             keys                 label        what it does                                            footer
    Mark,         "mark",          Pane(Ksbs),       ["space"],           "mark",      "Mark the row and move down",                           Shown;
    MarkAll,      "mark-all",      Pane(Ksbs),       ["V"],               "mark all",  "Mark all not yet signed; press again to mark all",                                Hidden;
    Unmark,       "unmark",        Screen(SignOff),  ["U"],               "unmark",    "Clear all marks",                                   Hidden;
    Sign,         "sign-off",      Screen(SignOff),  ["s"],               "sign",      "Sign off the marked KSBs, or the current one",         Shown;
    SignThis,     "sign-this",     Screen(SignOff),  ["o"],               "only this", "Sign off only this KSB", Hidden;
    NotAchieved,  "not-achieved",  Screen(SignOff),  ["n"],               "not yet",   "Say not achieved, with feedback and what to do next",  Shown;
    Withdraw,     "withdraw",      Screen(SignOff),  ["w"],               "withdraw",  "Withdraw the marked sign-offs, or this one", Hidden;
    Undo,         "undo",          Everywhere,       ["u", "ctrl-z"],     "take back", "Take back what was signed by mistake", Hidden;
    SignedText,   "signed-text",   Screen(SignOff),  ["v"],               "text",      "Show the signed text of this KSB's newest record",     Hidden;
    Open,         "open",          Pane(Duties),     ["enter"],           "KSBs",      "Go to the KSBs of this duty",                          Hidden;
    OpenRecord,   "open-record",   Pane(Ksbs),       ["enter"],           "record",    "Go to the record of this KSB",                         Hidden;
    OpenLeft,     "open-left",     Pane(PaneId::Outstanding), ["enter"],  "record",    "Open this record",         Hidden;
    OpenText,     "open-text",     Pane(Record),     ["enter"],           "text",      "Show the signed text of this record",            Hidden;
    OpenEntry,    "open-entry",    Pane(Log),        ["enter"],           "text",      "Show the signed text of this entry",                   Shown;
    MarkLeft,     "mark-left",     Pane(PaneId::Outstanding), ["space"],  "mark",      "Mark this row and move down",          Shown;
    OpenClaim,    "open-claim",    Pane(Queue),      ["enter"],           "open",      "Open this claim: reflection, evidence, record",        Shown;
    MarkClaim,    "mark-claim",    Pane(Queue),      ["space"],           "mark",      "Mark the claim and move down",                         Shown;
    SignClaims,   "sign-claims",   Pane(Queue),      ["s"],               "sign",      "Sign off the marked claims of one trainee",            Shown;
    RefuseClaims, "refuse-claims", Pane(Queue),      ["n"],               "not yet",   "Say not achieved, with feedback and what to do next",  Shown;
    SaveFiles,    "save-files",    Pane(Queue),      ["e"],               "evidence",  "Save the evidence of this claim in a folder",          Shown;
    MarkLook,     "mark-look",     Pane(Looks),      ["space"],           "mark",      "Mark the sign-off and move down",                      Shown;
    OpenLook,     "open-look",     Pane(Looks),      ["enter"],           "open",      "Open the trainee on the KSB of this sign-off",         Shown;
    SignLooks,    "sign-looks",    Pane(Looks),      ["s"],               "sign",      "Countersign the marked sign-offs, or sample this one", Shown;
    DrawSample,   "draw-sample",   Pane(Looks),      ["D"],               "draw",      "Draw sign-offs to sample, at random or from a seed",   Shown;
    Claim,        "claim",         Everywhere,       ["c"],               "claim",     "Ask a supervisor to sign off the marked KSBs",      Shown;
    TakeBack,     "take-back",     Everywhere,       ["x"],               "withdraw claim", "Withdraw your claim of this KSB",                Hidden;
    Acknowledge,  "acknowledge",   Everywhere,       ["a"],               "mark as read", "Confirm that you have read this record or review", Shown;
    Dispute,      "dispute",       Everywhere,       ["d"],               "dispute",   "Say that you disagree with this record or review", Hidden;
    Receipts,     "receipts",      Everywhere,       ["r"],               "receipts",  "Show how to save your own signed record",               Shown;
    OpenTrainee,  "open-trainee",  Pane(Cohort),     ["enter"],           "open",      "Open this trainee on the Sign-off screen",             Shown;
    Order,        "order",         Pane(Cohort),     ["o"],               "order",     "Order by weeks, name, month, KSBs, claims or what lapses", Shown;
    OpenWhy,      "open-why",      Pane(PaneId::Readiness), ["enter"],    "reasons",   "Show every reason for this requirement",                 Shown;
    Mend,         "mend",          Pane(PaneId::Readiness), ["o"],        "go to it",  "Go to what is missing: KSBs, or reviews and hours",  Shown;
    Requirement,  "requirement",   Pane(PaneId::Readiness), ["m"],        "record",    "Record a requirement as met or waived, as an officer", Shown;
    ConfirmGateway, "confirm-gateway", Pane(PaneId::Readiness), ["s"],    "confirm",   "Confirm the gateway for the employer or provider",    Shown;
    OpenHeld,     "open-held",     Pane(PaneId::Reviews), ["enter"],      "details",   "Show this review, action or entry in full",              Shown;
    Countersign,  "countersign",   Screen(SignOff),  ["C"],               "countersign", "Countersign the newest sign-off of the marked KSBs", Hidden;
    Sample,       "sample",        Everywhere,       ["S"],               "sample",    "Accept or reject this sign-off, as a verifier",        Hidden;
    MarkHours,    "mark-hours",    Pane(Reviews),    ["space"],           "mark",      "Mark these hours and move down",                       Shown;
    ConfirmHours, "confirm-hours", Pane(Reviews),    ["s"],               "confirm",   "Confirm the marked hours, or these, as a supervisor",  Shown;
    EnterHours,   "enter-hours",   Pane(Reviews),    ["e"],               "hours",     "Enter off-the-job hours",                              Shown;
    HoldReview,   "hold-review",   Pane(Reviews),    ["n"],               "review",    "Record a progress review",               Shown;
    Filter,       "filter",        Everywhere,       ["/"],               "filter",    "Filter the list: words, codes, states",                Shown;
    Trainee,      "trainee",       Everywhere,       ["t"],               "trainee",   "Choose a trainee",                                     Shown;
    Person,       "person",        Everywhere,       ["i"],               "person",    "Change who is signing",                                   Shown;
    About,        "about",         Everywhere,       ["A"],               "about",     "Read about this standard: purpose, versions, gateway", Hidden;
    Framework,    "framework",     Everywhere,       ["F"],               "framework", "Read the career framework: levels, routes, registers", Hidden;
    Palette,      "find",          Everywhere,       [":", "ctrl-p"],     "find",      "Find any command, person or KSB",                      Shown;
    Help,         "help",          Everywhere,       ["?", "f1"],         "keys",      "Show every key that works here",                       Shown;
    ToOutstanding, "go-outstanding", Everywhere,     ["0"],               "outstanding", "Go to what is outstanding, the most urgent first",   Hidden;
    ToSignOff,    "go-sign-off",   Everywhere,       ["1"],               "sign-off",  "Go to the Sign-off screen",                            Hidden;
    ToQueue,      "go-queue",      Everywhere,       ["2"],               "queue",     "Go to the Queue screen",                               Hidden;
    ToCohort,     "go-cohort",     Everywhere,       ["3"],               "cohort",    "Go to the Cohort screen",                              Hidden;
    ToReadiness,  "go-readiness",  Everywhere,       ["4"],               "readiness", "Go to the Readiness screen",                           Hidden;
    ToReviews,    "go-reviews",    Everywhere,       ["5"],               "reviews",   "Go to the Reviews and hours screen",                   Hidden;
    ToHistory,    "go-history",    Everywhere,       ["6"],               "history",   "Go to the History screen",                             Hidden;
    ToLooks,      "go-second-looks", Everywhere,     ["7"],               "second checks", "Go to Second checks",                 Hidden;
    Down,         "down",          Everywhere,       ["down", "j"],       "down",      "Move down",                                            Hidden;
    Up,           "up",            Everywhere,       ["up", "k"],         "up",        "Move up",                                              Hidden;
    PageDown,     "page-down",     Everywhere,       ["page-down", "ctrl-d"], "page down", "Move a page down",                                  Hidden;
    PageUp,       "page-up",       Everywhere,       ["page-up", "ctrl-u"], "page up", "Move a page up",                                       Hidden;
    Top,          "top",           Everywhere,       ["home", "g"],       "top",       "Move to the first row",                                Hidden;
    Bottom,       "bottom",        Everywhere,       ["end", "G"],        "bottom",    "Move to the last row",                                 Hidden;
    NextPane,     "next-pane",     Everywhere,       ["tab", "right", "l"], "next pane", "Go to the next pane",                                Hidden;
    PreviousPane, "previous-pane", Everywhere,       ["shift-tab", "left", "h"], "previous pane", "Go to the previous pane",                   Hidden;
    Back,         "back",          Everywhere,       ["esc"],             "back",      "Clear the filter or message",                          Hidden;
    Lock,         "lock",          Everywhere,       ["L"],               "lock",      "Lock the screen; marks are kept",                      Hidden;
    EndSession,   "end-session",   Everywhere,       ["E"],               "sign out",  "Sign out on this screen",              Hidden;
    Redraw,       "redraw",        Everywhere,       ["ctrl-l"],          "redraw",    "Redraw the screen",                                 Hidden;
    Suspend,      "suspend",       Everywhere,       [],                  "suspend",   "Lock and leave to the shell (fg returns)",              Hidden;
    Leave,        "leave",         Everywhere,       ["q", "ctrl-q", "ctrl-c"], "leave", "Leave the program",                                  Hidden;
}

impl Command {
    /// Returns the command's table row.
    pub fn row(self) -> &'static Row {
        // The macro makes the table and the enum together, in the same order.
        &TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_finds_its_own_row_and_no_two_share_a_name() {
        for row in TABLE {
            assert_eq!(row.command.row().name, row.name);
            assert_eq!(TABLE.iter().filter(|other| other.name == row.name).count(), 1, "{}", row.name);
            assert!(row.does.len() <= 60 && !row.does.ends_with('.'), "{}", row.does);
        }
    }
}
