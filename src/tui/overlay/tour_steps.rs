//! Lists the steps of the tours: one for a supervisor, one for a trainee and one for a training officer.

use crate::command::{Command, ScreenId};

/// One step: what it is about, and the key that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub title: &'static str,
    /// Two sentences.
    pub words: &'static str,
    /// The command whose key moves on; it does what it always does.
    pub command: Command,
    /// The screen that it is on, unless any will do.
    pub screen: Option<ScreenId>,
}

/// Whose tour it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tour {
    Supervisor,
    Trainee,
    Officer,
}

impl Tour {
    pub const ALL: [Self; 3] = [Self::Supervisor, Self::Trainee, Self::Officer];

    pub fn steps(self) -> &'static [Step] {
        match self {
            Self::Supervisor => SUPERVISOR,
            Self::Trainee => TRAINEE,
            Self::Officer => OFFICER,
        }
    }
}

const fn step(title: &'static str, words: &'static str, command: Command, screen: Option<ScreenId>) -> Step {
    Step { title, words, command, screen }
}

const SUPERVISOR: &[Step] = &[
    step(
        "The tabs",
        "The top line names the screens and counts what waits for you on each. Press the number of a screen to open it.",
        Command::ToQueue,
        None,
    ),
    step(
        "What trainees ask for",
        "Each row is a claim, the oldest first. Move down to see what each trainee wrote.",
        Command::Down,
        Some(ScreenId::Queue),
    ),
    step(
        "A trainee's skills",
        "You also sign what you saw without being asked. The KSBs of a trainee are on the Sign-off screen.",
        Command::ToSignOff,
        None,
    ),
    step(
        "Mark what you saw",
        "A mark is a note for yourself and signs nothing. It stays until you sign it or clear it.",
        Command::Mark,
        Some(ScreenId::SignOff),
    ),
    step(
        "Sign",
        "The dialog shows exactly what you will sign, and for whom. Nothing is signed before your PIN and Enter: Esc closes it.",
        Command::Sign,
        Some(ScreenId::SignOff),
    ),
    step(
        "Take it back",
        "What you signed by mistake can be taken back, all of it in one go. If you have signed nothing yet, a message says so.",
        Command::Undo,
        None,
    ),
    step(
        "Another trainee",
        "Type a few letters of a name, and Enter opens it. Esc closes the list.",
        Command::Trainee,
        None,
    ),
    step(
        "Anything else",
        "Say what you want to do in plain words, and Enter does it. It also finds people and KSBs.",
        Command::Palette,
        None,
    ),
    step(
        "Hand over",
        "The next supervisor types a few letters of their name and their PIN. Your marks stay yours.",
        Command::Person,
        None,
    ),
];

const TRAINEE: &[Step] = &[
    step(
        "What to do next",
        "This list has what is not signed yet, the most urgent first. Each row says why it is here.",
        Command::Down,
        Some(ScreenId::SignOff),
    ),
    step(
        "What is signed",
        "What is signed is folded below the list. The same key hides it again.",
        Command::ShowSigned,
        Some(ScreenId::SignOff),
    ),
    step(
        "Mark what you have shown",
        "A mark only chooses a KSB for the next step. Nobody else sees it.",
        Command::Mark,
        Some(ScreenId::SignOff),
    ),
    step(
        "Ask for a sign-off",
        "Write what you did, and add a file if you have one. Nothing is sent before you say so: Esc closes the form.",
        Command::Claim,
        None,
    ),
    step(
        "Say that you have read it",
        "Your supervisor then sees that you know their feedback. If there is nothing to confirm, a message says so.",
        Command::Acknowledge,
        Some(ScreenId::SignOff),
    ),
    step(
        "Reviews and hours",
        "Your next review, its actions and your off-the-job hours are on one screen. Late actions come first.",
        Command::ToReviews,
        None,
    ),
    step(
        "Enter your hours",
        "Say on which day, how long and what you learnt. A supervisor confirms them later.",
        Command::EnterHours,
        Some(ScreenId::Reviews),
    ),
    step(
        "The way to the gateway",
        "This screen lists what is met and what is missing before your assessment. Each line says why.",
        Command::ToReadiness,
        None,
    ),
    step(
        "Help",
        "Here are the keys that work where you are. Type what you want to do, and Enter does it.",
        Command::Help,
        None,
    ),
];

const OFFICER: &[Step] = &[
    step(
        "The tabs",
        "The top line names the screens and counts what waits for you on each. Press the number of a screen to open it.",
        Command::ToCohort,
        None,
    ),
    step(
        "Who is behind",
        "The cohort begins with who is furthest behind the plan. Change the order to see who is short of hours, or what lapses next.",
        Command::Order,
        Some(ScreenId::Cohort),
    ),
    step(
        "Only some of them",
        "Type a word such as behind, or a part of a name, then Enter. Esc shows everyone again.",
        Command::Filter,
        Some(ScreenId::Cohort),
    ),
    step(
        "One trainee",
        "Enter opens this trainee with everything that was signed. Gateway and Reviews then show the same trainee.",
        Command::OpenTrainee,
        Some(ScreenId::Cohort),
    ),
    step(
        "What the gateway still needs",
        "Each requirement is met or not, and says why. If the evidence is kept elsewhere, you can record the requirement as met.",
        Command::ToReadiness,
        None,
    ),
    step(
        "Reviews and hours",
        "Reviews, their actions and the off-the-job hours are here. Late actions come first.",
        Command::ToReviews,
        None,
    ),
    step(
        "What was signed",
        "Every signature is here, the newest first. Keep the checkpoint code somewhere else: it shows whether anything signed before it was changed.",
        Command::ToLog,
        None,
    ),
    step(
        "Second checks",
        "What a second person should look at is here. You can draw some sign-offs at random.",
        Command::ToSecondChecks,
        None,
    ),
    step(
        "Anything else",
        "Say what you want to do in plain words, such as add or backup, and Enter does it. It also finds people and KSBs.",
        Command::Palette,
        None,
    ),
];
