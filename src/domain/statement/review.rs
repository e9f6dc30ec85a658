//! Defines a progress review: who attended, the answers, the rating and the actions (funding rules: all three parties,
//! at least every twelve weeks).

use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::date::day_words;
use crate::domain::primitives::ids::{PersonId, ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::rating::{Rated, Rating};

/// The maximum days from one review to the next without a reason.
pub const REVIEW_DAYS: i64 = 84;

/// A progress review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub trainee: PersonRef,
    /// The day of the meeting.
    pub held: NaiveDate,
    pub meeting: Meeting,
    /// Sorted by party and then id; each person once, each party at least once.
    pub attended: Vec<Attended>,
    /// KSBs signed off by that day.
    pub signed: u16,
    pub all: u16,
    pub said: ReviewContent,
    /// The new actions, in the order agreed: the answer to [`Topic::NewActions`].
    pub actions: Vec<ReviewAction>,
    /// The day of the next review.
    pub next: NaiveDate,
    /// Why the next is more than twelve weeks away; required only then.
    pub late: Option<SafeText>,
}

/// A person who attended, and the party they represented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attended {
    pub party: Party,
    pub who: PersonRef,
}

/// An action with its owner and due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewAction {
    pub what: SafeText,
    /// The due date.
    pub by: NaiveDate,
    /// Absent in reviews of earlier versions.
    pub owner: Option<PersonRef>,
}

impl ReviewAction {
    /// Returns the owner and due date: `Alex Trainee, by 15 Dec 2026`.
    pub fn whose(&self) -> String {
        let owner = self.owner.as_ref().map(|owner| format!("{}, ", owner.name)).unwrap_or_default();
        format!("{owner}by {}", day_words(self.by))
    }

    /// Returns the whole action in one line.
    pub fn words(&self) -> String {
        format!("{} ({})", self.what, self.whose())
    }
}

/// A kind of meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Meeting {
    /// A progress review with all three parties.
    #[default]
    Progress,
    /// A meeting of trainee and training officer between year-end reviews.
    Training,
    /// The review at the end of a year of training.
    YearEnd,
}

impl Meeting {
    pub const ALL: [Self; 3] = [Self::Progress, Self::Training, Self::YearEnd];

    /// Returns the spelling in statements and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Progress => "progress-review",
            Self::Training => "training-meeting",
            Self::YearEnd => "year-end-review",
        }
    }

    /// Returns the words shown to a reader.
    pub fn words(self) -> &'static str {
        match self {
            Self::Progress => "progress review",
            Self::Training => "training meeting",
            Self::YearEnd => "year-end review",
        }
    }
}

impl FromStr for Meeting {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|meeting| meeting.slug() == s);
        found.ok_or_else(|| fault(s, "a meeting: progress-review, training-meeting or year-end-review"))
    }
}

/// The topics of a review, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// The outcome of the last actions, and training since the last review.
    LastActions,
    Evidence,
    /// Progress against the plan, with planned hours that slipped.
    Progress,
    Changes,
    Concerns,
    /// New information and changes of circumstance: prior learning, learning support.
    NewInformation,
    /// New actions, each with an owner and due date.
    NewActions,
}

impl Topic {
    pub const ALL: [Self; 7] = [
        Self::LastActions,
        Self::Evidence,
        Self::Progress,
        Self::Changes,
        Self::Concerns,
        Self::NewInformation,
        Self::NewActions,
    ];
    /// The topics answered by a text; actions answer the last one.
    pub const TEXTS: [Self; 6] =
        [Self::LastActions, Self::Evidence, Self::Progress, Self::Changes, Self::Concerns, Self::NewInformation];

    /// Returns the spelling in statements and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::LastActions => "last-actions",
            Self::Evidence => "evidence",
            Self::Progress => "against-plan",
            Self::Changes => "changes",
            Self::Concerns => "concerns",
            Self::NewInformation => "new-information",
            Self::NewActions => "new-actions",
        }
    }

    /// Returns the words shown to a reader.
    pub fn words(self) -> &'static str {
        match self {
            Self::LastActions => "Last actions and training",
            Self::Evidence => "Off-the-job evidence",
            Self::Progress => "Progress against the plan",
            Self::Changes => "Changes to the plan",
            Self::Concerns => "Concerns",
            Self::NewInformation => "New information",
            Self::NewActions => "New actions",
        }
    }
}

/// The answer to a topic with nothing to report.
pub const NOTHING: &str = "Nothing to report";

/// Normalises a typed answer: the usual words for nothing become [`NOTHING`].
pub fn answer(typed: SafeText) -> SafeText {
    let plain = typed.as_str().trim().trim_end_matches('.').to_lowercase();
    let nothing =
        matches!(plain.as_str(), "-" | "–" | "—" | "nothing" | "none" | "no" | "n/a" | "nil" | "nothing to report");
    if nothing { SafeText::line(NOTHING).unwrap_or(typed) } else { typed }
}

/// The discussion recorded in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewContent {
    /// One text, as in reviews of earlier versions.
    Discussed(SafeText),
    /// An answer by topic, and the rating.
    Answers(Box<Answers>),
}

/// The text answers and the rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// In the order of [`Topic::TEXTS`].
    pub texts: [SafeText; 6],
    pub rated: Rated,
}

/// An answer as shown to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub topic: Topic,
    /// One line per action for the new actions.
    pub text: String,
    pub nothing: bool,
}

impl Review {
    /// Returns the seven answers in order; empty for a review of an earlier version.
    pub fn answers(&self) -> Vec<Answered> {
        let ReviewContent::Answers(answers) = &self.said else { return Vec::new() };
        let mut all: Vec<Answered> = Topic::TEXTS
            .into_iter()
            .zip(&answers.texts)
            .map(|(topic, text)| Answered { topic, text: text.to_string(), nothing: text.as_str() == NOTHING })
            .collect();
        let actions: Vec<String> = self.actions.iter().map(ReviewAction::words).collect();
        let nothing = actions.is_empty();
        let text = if nothing { NOTHING.to_owned() } else { actions.join("\n") };
        all.push(Answered { topic: Topic::NewActions, text, nothing });
        all
    }

    /// Returns the rating, if recorded.
    pub fn rated(&self) -> Option<&Rated> {
        match &self.said {
            ReviewContent::Answers(answers) => Some(&answers.rated),
            ReviewContent::Discussed(_) => None,
        }
    }

    /// Returns the discussion as one text, without the actions.
    pub fn discussed(&self) -> String {
        match &self.said {
            ReviewContent::Discussed(text) => text.to_string(),
            ReviewContent::Answers(answers) => {
                let line = |(topic, text): (Topic, &SafeText)| format!("{}: {text}", topic.words());
                Topic::TEXTS.into_iter().zip(&answers.texts).map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// A party to a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    Trainee,
    /// Represented by the supervisor at work.
    Employer,
    Provider,
}

impl Party {
    /// All three, in the order of a statement's lines.
    pub const ALL: [Self; 3] = [Self::Trainee, Self::Employer, Self::Provider];

    /// Returns the spelling in statements and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Trainee => "trainee",
            Self::Employer => "employer",
            Self::Provider => "provider",
        }
    }
}

impl FromStr for Party {
    type Err = ValueFault;

    fn from_str(s: &str) -> Result<Self, ValueFault> {
        let found = Self::ALL.into_iter().find(|party| party.slug() == s);
        found.ok_or_else(|| fault(s, "a party: trainee, employer or provider"))
    }
}

/// A progress review to be stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    pub trainee: PersonId,
    /// The day of the meeting.
    pub held: NaiveDate,
    /// Who attended for the employer and the training provider.
    pub attended: Vec<(Party, PersonId)>,
    /// `None` means the kind that the programme uses.
    pub meeting: Option<Meeting>,
    /// In the order of [`Topic::TEXTS`].
    pub texts: [SafeText; 6],
    /// An action without an owner is the trainee's, unless it begins with a name: `Sam: book a session`.
    pub actions: Vec<ReviewAction>,
    /// The confirmed rating, or one that replaces the suggested rating.
    pub rating: Option<Rating>,
    /// Why it differs from the suggested rating.
    pub rating_reason: Option<SafeText>,
    /// `None` means the latest day that the rule allows.
    pub next: Option<NaiveDate>,
    pub late: Option<SafeText>,
}
