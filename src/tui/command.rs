//! Defines the table of commands, from which dispatch, the footer, help, the palette, key names, the guide's key table and
//! `countersign keymap` are generated.

macro_rules! screens {
    ($($screen:ident, $heading:literal;)+) => {
        /// A screen; `screen.rs` maps it to its `Screen`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ScreenId { $($screen,)+ }

        impl ScreenId {
            pub const ALL: [Self; [$($heading),+].len()] = [$(Self::$screen),+];

            /// Returns the heading of its keys.
            fn heading(self) -> &'static str {
                match self { $(Self::$screen => $heading,)+ }
            }
        }
    };
}

screens! {
    Home, "On Home";
    SignOff, "On the Sign-off screen";
    Queue, "In the queue";
    Cohort, "In the cohort";
    Readiness, "In Gateway";
    Reviews, "In Reviews";
    Log, "In the Log";
    SecondChecks, "In the second checks";
}

/// A pane of a screen that has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaneId {
    /// The duties of the trainee's standard.
    Duties,
    /// The KSBs of the selected duty.
    Ksbs,
    /// The competence record of the selected KSB.
    Record,
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

impl CommandScope {
    /// Returns the screen that it belongs to, unless it is every screen.
    pub fn screen(self) -> Option<ScreenId> {
        match self {
            Self::Everywhere => None,
            Self::Screen(screen) => Some(screen),
            Self::Pane(PaneId::Duties | PaneId::Ksbs | PaneId::Record) => Some(ScreenId::SignOff),
        }
    }

    /// Returns the heading of its keys.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Screen(screen) => screen.heading(),
            Self::Pane(PaneId::Duties) => "In the duties",
            Self::Pane(PaneId::Ksbs) => "In the KSBs",
            Self::Pane(PaneId::Record) => "In the record",
        }
    }
}

/// Who is offered a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Everyone,
    /// Not a trainee over SSH.
    Staff,
    /// Only a trainee over SSH.
    Trainee,
    /// Nobody over SSH.
    Workstation,
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
    pub audience: Audience,
    /// More words that people use for it, for search.
    pub words: &'static str,
}

macro_rules! commands {
    ($($command:ident, $name:literal, $place:expr, [$($key:literal),*], $label:literal, $does:literal, $footer:ident,
      $audience:ident $(, $words:literal)?;)+) => {
        /// A command that a key or the palette can run.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Command { $(#[doc = $does] $command,)+ }

        /// The command table, in the order of [`Command`]'s variants.
        pub const TABLE: &[Row] = &[$(Row {
            command: Command::$command, name: $name, place: $place, keys: &[$($key),*],
            label: $label, does: $does, footer: Footer::$footer,
            audience: Audience::$audience, words: concat!("" $(, $words)?),
        },)+];
    };
}

use CommandScope::{Everywhere, Pane, Screen};
use PaneId::{Duties, Ksbs, Record};
use ScreenId::{Cohort, Home, Log, Queue, Readiness, Reviews, SecondChecks, SignOff};

commands! {
//  id, name, scope, keys, label, what it does, footer, audience, other words for search
    Mark,           "mark",            Pane(Ksbs),          ["space"], "mark", "Mark the row and move down", Shown, Everyone, "select tick choose";
    MarkAll,        "mark-all",        Screen(SignOff),     ["V"], "mark all", "Mark all not yet signed. Press again to mark all", Shown, Everyone, "select everything whole duty";
    Unmark,         "unmark",          Screen(SignOff),     ["U"], "unmark", "Clear all marks", Hidden, Everyone, "clear deselect nothing";
    Sign,           "sign-off",        Screen(SignOff),     ["s"], "sign", "Sign off the marked KSBs, or the current one", Shown, Staff, "achieved competent pass approve tick comment note";
    SignThis,       "sign-this",       Screen(SignOff),     ["o"], "only this", "Sign off only this KSB", Hidden, Staff, "single one";
    NotAchieved,    "not-achieved",    Screen(SignOff),     ["n"], "not yet", "Record as not yet achieved: feedback and what to do next", Shown, Staff, "fail refer feedback";
    Withdraw,       "withdraw",        Screen(SignOff),     ["w"], "withdraw", "Withdraw the marked sign-offs, or this one", Hidden, Staff, "delete remove cancel undo wrong";
    Undo,           "undo",            Everywhere,          ["u", "ctrl-z"], "take back", "Take back what you just signed, or signed in error", Hidden, Staff, "mistake wrong error oops reverse correct";
    SignedText,     "signed-text",     Screen(SignOff),     ["v"], "signed text", "Show the signed text of this KSB's newest record", Hidden, Everyone, "proof wording signature";
    Open,           "open",            Pane(Duties),        ["enter"], "KSBs", "Go to the KSBs of this duty", Hidden, Everyone;
    OpenRecord,     "open-record",     Pane(Ksbs),          ["enter"], "in full", "Open this KSB in full, with its history", Hidden, Everyone, "details who";
    NextDuty,       "next-duty",       Screen(SignOff),     ["]"], "next duty", "List the KSBs of the next duty", Hidden, Everyone;
    PreviousDuty,   "previous-duty",   Screen(SignOff),     ["["], "previous duty", "List the KSBs of the duty before", Hidden, Everyone;
    ShowSigned,     "show-signed",     Screen(SignOff),     ["z"], "signed", "Show or hide what is signed", Hidden, Everyone;
    OpenText,       "open-text",       Pane(Record),        ["enter"], "text", "Show the signed text of this record", Hidden, Everyone;
    OpenEntry,      "open-entry",      Screen(Log),         ["enter"], "text", "Show the signed text of this entry", Shown, Everyone, "proof signature details";
    SignClaims,     "sign-claims",     Screen(Queue),       ["s"], "sign", "Sign off the marked claims of one trainee", Shown, Staff, "approve answer request";
    RefuseClaims,   "refuse-claims",   Screen(Queue),       ["n"], "not yet", "Record as not yet achieved: feedback and what to do next", Shown, Staff, "reject decline fail";
    MarkClaim,      "mark-claim",      Screen(Queue),       ["space"], "mark", "Mark the claim and move down", Shown, Staff;
    OpenClaim,      "open-claim",      Screen(Queue),       ["enter"], "open", "Open this claim: reflection, evidence, record", Shown, Staff, "request evidence reflection";
    SaveFiles,      "save-files",      Screen(Queue),       ["f"], "files", "Save the evidence of this claim in a folder", Shown, Workstation, "download attachment file document";
    MarkSecondCheck,       "mark-check",       Screen(SecondChecks), ["space"], "mark", "Mark the sign-off and move down", Shown, Staff;
    OpenSecondCheck,       "open-check",       Screen(SecondChecks), ["enter"], "open", "Open the trainee on the KSB of this sign-off", Shown, Staff;
    SignSecondChecks,      "sign-checks",      Screen(SecondChecks), ["s"], "sign", "Countersign the marked sign-offs, or sample this one", Shown, Staff;
    DrawSample,     "draw-sample",     Screen(SecondChecks), ["D"], "draw", "Draw sign-offs to sample, at random or from a seed", Shown, Staff;
    OpenHome,       "open-home",       Screen(Home),        ["enter"], "open", "Open this row: a claim, a trainee, a KSB", Shown, Everyone;
    SignHome,       "sign-home",       Screen(Home),        ["s"], "sign", "Sign off this claim", Shown, Staff;
    Claim,          "claim",           Everywhere,          ["c"], "claim", "Ask a supervisor to sign off the marked KSBs", Shown, Everyone, "request ask evidence submit";
    TakeBack,       "take-back",       Everywhere,          ["x"], "take back", "Take back your claim for this KSB", Hidden, Trainee, "undo cancel mistake wrong";
    Acknowledge,    "acknowledge",     Everywhere,          ["a"], "mark as read", "Confirm that you have read this record or review", Shown, Everyone, "seen agree feedback";
    Dispute,        "dispute",         Everywhere,          ["d"], "dispute", "Say that you disagree with this record or review", Hidden, Trainee, "wrong disagree complain challenge";
    Receipts,       "receipts",        Everywhere,          ["r"], "receipts", "Show how to save your own signed record", Shown, Trainee, "print export proof download";
    PrintRecord,    "print",           Everywhere,          [], "print", "Show how to print this trainee's whole record", Hidden, Workstation, "paper pdf export save document portfolio";
    OpenTrainee,    "open-trainee",    Screen(Cohort),      ["enter"], "open", "Open this trainee on the Sign-off screen", Shown, Staff;
    Order,          "order",           Screen(Cohort),      ["o"], "order", "Order by plan, hours, name, month, KSBs, claims or lapses", Shown, Staff, "sort behind late furthest";
    ShowBehind,     "behind",          Screen(Cohort),      ["b"], "behind", "Show who is behind plan, or everyone again", Hidden, Staff, "slow plan";
    ShowLate,       "late",            Screen(Cohort),      ["w"], "late", "Show whose review is late, or everyone again", Hidden, Staff, "overdue review";
    ShowLapsed,     "lapsed",          Screen(Cohort),      ["p"], "lapsed", "Show who has a lapsed KSB, or everyone again", Hidden, Staff, "expired reassess";
    ShowShort,      "short",           Screen(Cohort),      ["m"], "hours", "Show whose hours are far short, or everyone again", Hidden, Staff, "off-the-job";
    SignForMany,    "sign-for-many",   Screen(Cohort),      ["T"], "sign for many", "Sign one item for many people, as after a lecture", Shown, Staff, "teach group batch lecture training class fire everyone several";
    OpenWhy,        "open-why",        Screen(Readiness),   ["enter"], "reasons", "Show every reason for this requirement", Shown, Everyone, "why missing details";
    Mend,           "go-to-it",            Screen(Readiness),   ["o"], "go to it", "Go to what is missing: KSBs, or reviews and hours", Shown, Everyone, "fix missing";
    Requirement,    "requirement",     Screen(Readiness),   ["m"], "record", "Record a requirement as met or waived, as an officer", Shown, Staff, "english maths waive";
    ConfirmGateway, "confirm-gateway", Screen(Readiness),   ["s"], "confirm", "Confirm the gateway for the employer or provider", Shown, Staff, "end-point assessment epa ready";
    OpenHeld,       "open-held",       Screen(Reviews),     ["enter"], "details", "Show this review, action or entry in full", Shown, Everyone;
    Countersign,    "countersign",     Screen(SignOff),     ["C"], "countersign", "Countersign the newest sign-off of the marked KSBs", Hidden, Staff, "second check two signatures";
    Sample,         "sample",          Everywhere,          ["S"], "sample", "Accept or reject this sign-off, as a verifier", Hidden, Staff, "iqa quality verify second check";
    MarkHours,      "mark-hours",      Screen(Reviews),     ["space"], "mark", "Mark these hours and move down", Shown, Staff, "select tick";
    ConfirmHours,   "confirm-hours",   Screen(Reviews),     ["s"], "confirm", "Confirm the marked hours, or these, as a supervisor", Shown, Staff, "approve off the job";
    EnterHours,     "enter-hours",     Screen(Reviews),     ["m"], "enter hours", "Enter off-the-job hours", Shown, Everyone, "off-the-job training time log";
    HoldReview,     "hold-review",     Screen(Reviews),     ["n"], "review", "Record a progress review", Shown, Staff, "progress meeting tripartite";
    AddPerson,      "add-person",      Everywhere,          [], "add person", "Add a person, or enrol a new trainee", Hidden, Staff, "new starter apprentice supervisor staff register create user";
    ImportRoster,   "import-roster",   Everywhere,          [], "roster", "Add people from a roster: CSV or a spreadsheet", Hidden, Staff, "import excel xlsx file upload many";
    ImportRecords,  "import-records",  Everywhere,          [], "import records", "Carry over existing records: a matrix or a list", Hidden, Staff, "competency matrix old earlier carry over carried e-portfolio history";
    Enrol,          "enrol",           Everywhere,          [], "enrol", "Enrol a trainee on a standard, or change the enrolment", Hidden, Staff, "programme start date specialism option apprenticeship";
    Supervise,      "supervise",       Everywhere,          [], "supervise", "Say who supervises whom", Hidden, Staff, "supervisor mentor assessor assign trainee";
    IssueKey,       "issue-key",       Everywhere,          [], "issue key", "Give a person a key: five words, shown once", Hidden, Staff, "lost forgotten password passphrase reset access pin";
    Leaver,         "leaver",          Everywhere,          [], "leaver", "Record that a person leaves, or is back", Hidden, Staff, "leave resign gone moved return remove delete staff";
    EndKey,         "end-key",         Everywhere,          [], "end key", "Retire a key, or record that it was compromised", Hidden, Staff, "retire revoke stolen leaked someone else compromise";
    SetPin,         "set-pin",         Everywhere,          [], "PIN", "Set your own PIN or passphrase", Hidden, Staff, "change password code my own";
    SshKey,         "ssh-key",         Everywhere,          [], "SSH key", "Add or revoke a person's SSH key", Hidden, Staff, "remote login public key home putty";
    BreakInLearning, "break",          Everywhere,          [], "break", "Start or end a trainee's break in learning", Hidden, Staff, "pause maternity sick absence holiday return back";
    MoveVersion,    "move-version",    Everywhere,          [], "move", "Move a trainee to another version of the standard", Hidden, Staff, "upgrade transfer change version";
    SetPolicy,      "policy",          Everywhere,          [], "policy", "Change the department's settings", Hidden, Staff, "settings options preferences idle lock minutes session";
    BackUp,         "back-up",         Everywhere,          [], "back up", "Back up the book to another disk", Hidden, Staff, "backup copy save usb stick drive archive";
    Verify,         "verify",          Everywhere,          [], "verify", "Check that nothing was changed after signing", Hidden, Staff, "integrity tamper proof signatures checkpoint";
    AdoptStandard,  "adopt-standard",  Everywhere,          [], "adopt", "Adopt a standard from a file", Hidden, Staff, "import new version apprenticeship ksb upload";
    AdoptList,      "adopt-list",      Everywhere,          [], "adopt list", "Adopt a list of local competences from a file", Hidden, Staff, "import department own upload";
    Export,         "export",          Everywhere,          ["e"], "export", "Write what this screen shows to a file", Shown, Workstation, "save print paper spreadsheet excel csv pdf zip download document";
    MakeBundle,     "bundle-out",      Everywhere,          [], "bundle out", "Write a trainee's record for another department", Hidden, Staff, "rotation placement transfer move hospital export file";
    CheckBundle,    "bundle-check",    Everywhere,          [], "bundle check", "Check a bundle from another department", Hidden, Staff, "rotation verify file proof";
    ImportBundle,   "bundle-in",       Everywhere,          [], "bundle in", "Receive a trainee's bundle from another department", Hidden, Staff, "rotation placement transfer import file return";
    TakeBackBundle, "take-back-bundle", Everywhere,         [], "take back bundle", "Take back a bundle that was received for the wrong person", Hidden, Staff, "rotation undo wrong trainee received remove mistake";
    AcceptLog,      "accept-log",      Everywhere,          [], "accept log", "Accept another department's log key", Hidden, Staff, "rotation trust key bundle other department";
    StopLog,        "stop-log",        Everywhere,          [], "stop log", "Stop accepting another department's log key", Hidden, Staff, "rotation trust key bundle revoke";
    Filter,         "filter",          Everywhere,          ["/"], "filter", "Filter the list: words, codes, states", Shown, Everyone, "search find late lapsed open";
    Trainee,        "trainee",         Everywhere,          ["t"], "trainee", "Choose a trainee", Shown, Staff, "student apprentice learner who";
    Person,         "person",          Everywhere,          ["i"], "sign in", "Change who is signing", Shown, Staff, "who switch user hand over log in";
    About,          "about",           Everywhere,          ["A"], "about", "Read about this standard: purpose, versions, gateway", Hidden, Everyone, "information version";
    Framework,      "framework",       Everywhere,          ["F"], "framework", "Read the career framework: levels, routes, registers", Hidden, Everyone, "levels registers";
    Colours,        "colours",         Everywhere,          [], "colours", "Read where the colours and the mouse are set", Hidden, Everyone, "theme dark light color contrast black white mouse click look";
    Palette,        "find",            Everywhere,          [":", "ctrl-p"], "find", "Find any command, person or KSB", Shown, Everyone, "search everything name";
    Help,           "help",            Everywhere,          ["?", "f1"], "keys", "Show every key that works here", Shown, Everyone, "keyboard shortcuts stuck lost";
    Tour,           "tour",            Everywhere,          [], "tour", "Take a two-minute tour of the program", Hidden, Everyone, "tutorial learn start introduction how";
    ToHome,         "go-home",         Everywhere,          ["0"], "home", "Go to Home: what waits for you", Hidden, Everyone, "start overview waiting news due";
    ToSignOff,      "go-sign-off",     Everywhere,          ["1"], "sign-off", "Go to the Sign-off screen", Hidden, Everyone, "record skills ksb";
    ToQueue,        "go-queue",        Everywhere,          ["2"], "queue", "Go to the Queue screen", Hidden, Staff, "claims waiting requests";
    ToCohort,       "go-cohort",       Everywhere,          ["3"], "cohort", "Go to the Cohort screen", Hidden, Staff, "everyone overview late behind who";
    ToReadiness,    "go-readiness",    Everywhere,          ["4"], "gateway", "Go to Gateway: what is met and what is missing", Hidden, Everyone, "readiness missing ready";
    ToReviews,      "go-reviews",      Everywhere,          ["5"], "reviews", "Go to Reviews: reviews, actions and hours", Hidden, Everyone, "meetings hours late due";
    ToLog,          "go-history",      Everywhere,          ["6"], "log", "Go to the Log: everything that was signed", Hidden, Everyone, "history past who when";
    ToSecondChecks, "go-second-checks", Everywhere,          ["7"], "second checks", "Go to Second checks", Hidden, Staff, "quality sampling countersign verifier";
    Down,           "down",            Everywhere,          ["down", "j"], "down", "Move down", Hidden, Everyone;
    Up,             "up",              Everywhere,          ["up", "k"], "up", "Move up", Hidden, Everyone;
    PageDown,       "page-down",       Everywhere,          ["page-down", "ctrl-d"], "page down", "Move a page down", Hidden, Everyone;
    PageUp,         "page-up",         Everywhere,          ["page-up", "ctrl-u"], "page up", "Move a page up", Hidden, Everyone;
    Top,            "top",             Everywhere,          ["home", "g"], "top", "Move to the first row", Hidden, Everyone, "first beginning";
    Bottom,         "bottom",          Everywhere,          ["end", "G"], "bottom", "Move to the last row", Hidden, Everyone, "last end";
    NextPane,       "next-pane",       Everywhere,          ["tab", "right", "l"], "next pane", "Go to the next pane", Hidden, Everyone, "other side list";
    PreviousPane,   "previous-pane",   Everywhere,          ["shift-tab", "left", "h"], "previous pane", "Go to the previous pane", Hidden, Everyone;
    Back,           "back",            Everywhere,          ["esc"], "back", "Go back: message, filter, then the last screen", Hidden, Everyone, "cancel close return undo";
    Lock,           "lock",            Everywhere,          ["L"], "lock", "Lock the screen and hide the names. Your marks are kept", Hidden, Staff, "away hide names";
    EndSession,     "end-session",     Everywhere,          ["E"], "sign out", "Sign out. The names stay readable: lock hides them", Hidden, Staff, "logout log out sign off leave";
    Redraw,         "redraw",          Everywhere,          ["ctrl-l"], "redraw", "Redraw the screen", Hidden, Everyone, "refresh broken screen";
    Suspend,        "suspend",         Everywhere,          [], "suspend", "Lock and leave to the shell (fg returns)", Hidden, Everyone, "shell";
    Leave,          "leave",           Everywhere,          ["q", "ctrl-q", "ctrl-c"], "leave", "Leave the program", Hidden, Everyone, "quit exit close";
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
