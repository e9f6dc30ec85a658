//! A progress review: who met, what was said, what is to be done (funding rules: at least every twelve weeks, all three
//! parties). Must never be taken for a review of signatures.

use std::str::FromStr;

use chrono::NaiveDate;

use crate::domain::people::person::PersonRef;
use crate::domain::primitives::date::day_words;
use crate::domain::primitives::ids::{PersonId, ValueFault, fault};
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::rating::{Rated, Rating};

/// The most days between a review and the next.
pub const REVIEW_DAYS: i64 = 84;

/// A progress review that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub trainee: PersonRef,
    /// The day.
    pub held: NaiveDate,
    /// Which kind of meeting it was.
    pub meeting: Meeting,
    /// Who was there, by party and then id; each person once, each party at least once.
    pub attended: Vec<Attended>,
    /// KSBs signed on that day.
    pub signed: u16,
    pub all: u16,
    pub said: ReviewContent,
    /// What is to be done, in the order in which it was agreed: the seventh answer.
    pub actions: Vec<ReviewAction>,
    /// The day of the next.
    pub next: NaiveDate,
    /// Why that is more than twelve weeks away, where it is.
    pub late: Option<SafeText>,
}

/// Someone who was there, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attended {
    pub party: Party,
    pub who: PersonRef,
}

/// What is to be done, by whom and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewAction {
    pub what: SafeText,
    /// By which day.
    pub by: NaiveDate,
    /// By whom; reviews of earlier versions do not say.
    pub owner: Option<PersonRef>,
}

impl ReviewAction {
    /// Says by whom and by which day: `Alex Trainee, by 15 Dec 2026`.
    pub fn whose(&self) -> String {
        let owner = self.owner.as_ref().map(|owner| format!("{}, ", owner.name)).unwrap_or_default();
        format!("{owner}by {}", day_words(self.by))
    }

    /// Says all of it in a line.
    pub fn words(&self) -> String {
        format!("{} ({})", self.what, self.whose())
    }
}

/// A kind of meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Meeting {
    /// A progress review of all three parties.
    #[default]
    Progress,
    /// A meeting of trainee and training officer between two year-end reviews.
    Training,
    /// The review at the end of a year of training.
    YearEnd,
}

impl Meeting {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Progress, Self::Training, Self::YearEnd];

    /// The one spelling.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Progress => "progress-review",
            Self::Training => "training-meeting",
            Self::YearEnd => "year-end-review",
        }
    }

    /// For a reader.
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

/// What a review answers, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// What came of the last actions, and the training since the last review.
    LastActions,
    Evidence,
    /// Progress against the plan; planned hours that slipped.
    Progress,
    Changes,
    Concerns,
    /// New information and changes of circumstance: prior learning, learning support.
    NewInformation,
    /// New actions, each with its owner and day.
    NewActions,
}

impl Topic {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::LastActions,
        Self::Evidence,
        Self::Progress,
        Self::Changes,
        Self::Concerns,
        Self::NewInformation,
        Self::NewActions,
    ];
    /// Those that a text answers: actions answer the last.
    pub const TEXTS: [Self; 6] =
        [Self::LastActions, Self::Evidence, Self::Progress, Self::Changes, Self::Concerns, Self::NewInformation];

    /// The one spelling in statements and on the command line.
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

    /// For a reader.
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

/// The answer to a question that there is nothing to say about.
pub const NOTHING: &str = "Nothing to report";

/// An answer as typed: what people write for nothing to report is spelled in one way.
pub fn answer(typed: SafeText) -> SafeText {
    let plain = typed.as_str().trim().trim_end_matches('.').to_lowercase();
    let nothing =
        matches!(plain.as_str(), "-" | "–" | "—" | "nothing" | "none" | "no" | "n/a" | "nil" | "nothing to report");
    if nothing { SafeText::line(NOTHING).unwrap_or(typed) } else { typed }
}

/// What was said in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewContent {
    /// In one text, as reviews of earlier versions have it.
    Discussed(SafeText),
    /// By question, with the rating.
    Answers(Box<Answers>),
}

/// The answers that are texts, and the rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// In the order of [`Topic::TEXTS`].
    pub texts: [SafeText; 6],
    pub rated: Rated,
}

/// One answer as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub topic: Topic,
    /// The answer, a line for each action.
    pub text: String,
    /// Whether there was nothing to report.
    pub nothing: bool,
}

impl Review {
    /// The seven answers in their order; none of a review of an earlier version.
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

    /// The rating, where there is one.
    pub fn rated(&self) -> Option<&Rated> {
        match &self.said {
            ReviewContent::Answers(answers) => Some(&answers.rated),
            ReviewContent::Discussed(_) => None,
        }
    }

    /// All that was said in one text, without the actions.
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
    /// The employer: who supervises at work.
    Employer,
    Provider,
}

impl Party {
    /// All three, in the order in which a statement lists them.
    pub const ALL: [Self; 3] = [Self::Trainee, Self::Employer, Self::Provider];

    /// The one spelling.
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

/// A progress review to state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    pub trainee: PersonId,
    /// The day.
    pub held: NaiveDate,
    /// Who was there for the employer and for the training provider.
    pub attended: Vec<(Party, PersonId)>,
    /// Which kind of meeting it was; the programme's own where it is not said.
    pub meeting: Option<Meeting>,
    /// The answers, in the order of [`Topic::TEXTS`].
    pub texts: [SafeText; 6],
    /// What is to be done. One without an owner is the trainee's, unless it begins with who does it: `Sam: book a session`.
    pub actions: Vec<ReviewAction>,
    /// The rating that is confirmed, or given instead of the one that was worked out.
    pub rating: Option<Rating>,
    /// Why it is another than the one that was worked out.
    pub rating_reason: Option<SafeText>,
    /// The day of the next; as late as the rule allows where it is not said.
    pub next: Option<NaiveDate>,
    pub late: Option<SafeText>,
}
