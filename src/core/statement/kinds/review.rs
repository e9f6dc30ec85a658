//! Records a progress review: who attended, the answers, the rating and the actions (funding rules: all three parties,
//! at least every twelve weeks).

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::date::day_words;
use crate::primitives::ids::PersonId;
use crate::primitives::text::SafeText;
use crate::programme::rating::{Rated, Rating};
use crate::statement::content::{About, Content, days_fault, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, person_of};

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
    pub content: ReviewContent,
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

slugs! {
    /// A kind of meeting.
    #[derive(Default)]
    Meeting: "a meeting: progress-review, training-meeting or year-end-review" {
        /// A progress review with all three parties.
        #[default]
        Progress = "progress-review", "progress review";
        /// A meeting of trainee and training officer between year-end reviews.
        Training = "training-meeting", "training meeting";
        /// The review at the end of a year of training.
        YearEnd = "year-end-review", "year-end review";
    }
}

slugs! {
    /// The topics of a review, in order.
    Topic: "a topic of a review" {
        /// The outcome of the last actions, and training since the last review.
        LastActions = "last-actions", "Last actions and training";
        Evidence = "evidence", "Off-the-job evidence";
        /// Progress against the plan, with planned hours that slipped.
        Progress = "against-plan", "Progress against the plan";
        Changes = "changes", "Changes to the plan";
        Concerns = "concerns", "Concerns";
        /// New information and changes of circumstance: prior learning, learning support.
        NewInformation = "new-information", "New information";
        /// New actions, each with an owner and due date.
        NewActions = "new-actions", "New actions";
    }
}

impl Topic {
    /// The topics answered by a text; actions answer the last one.
    pub const TEXTS: [Self; 6] =
        [Self::LastActions, Self::Evidence, Self::Progress, Self::Changes, Self::Concerns, Self::NewInformation];
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

/// A part of a review as every screen shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// The number of the answer, from 1, if it is one.
    pub number: Option<usize>,
    pub label: &'static str,
    pub words: String,
}

/// An answer as shown to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewAnswer {
    pub topic: Topic,
    /// One line per action for the new actions.
    pub text: String,
    pub nothing: bool,
}

impl Review {
    /// Returns a progress review without actions, for literals that set only some of its fields.
    pub fn new(
        trainee: PersonRef,
        attended: Vec<Attended>,
        held: NaiveDate,
        next: NaiveDate,
        content: ReviewContent,
    ) -> Self {
        let (meeting, actions) = (Meeting::Progress, Vec::new());
        Self { trainee, held, meeting, attended, signed: 0, all: 0, content, actions, next, late: None }
    }

    /// Returns the seven answers in order; empty for a review of an earlier version.
    pub fn answers(&self) -> Vec<ReviewAnswer> {
        let ReviewContent::Answers(answers) = &self.content else { return Vec::new() };
        let mut all: Vec<ReviewAnswer> = Topic::TEXTS
            .into_iter()
            .zip(&answers.texts)
            .map(|(topic, text)| ReviewAnswer { topic, text: text.to_string(), nothing: text.as_str() == NOTHING })
            .collect();
        let actions: Vec<String> = self.actions.iter().map(ReviewAction::words).collect();
        let nothing = actions.is_empty();
        let text = if nothing { NOTHING.to_owned() } else { actions.join("\n") };
        all.push(ReviewAnswer { topic: Topic::NewActions, text, nothing });
        all
    }

    /// Returns the rating, if recorded.
    pub fn rated(&self) -> Option<&Rated> {
        match &self.content {
            ReviewContent::Answers(answers) => Some(&answers.rated),
            ReviewContent::Discussed(_) => None,
        }
    }

    /// Describes it part by part, without who attended.
    pub fn describe(&self) -> Vec<Detail> {
        let detail = |label, words| Detail { number: None, label, words };
        let mut details = vec![detail("progress", format!("{} of {} KSBs signed on that day", self.signed, self.all))];
        details.extend(self.rated().map(|rated| detail("rating", rated.words())));
        if let ReviewContent::Discussed(text) = &self.content {
            details.push(detail("discussed", text.to_string()));
            details.extend(self.actions.iter().map(|action| detail("action", action.words())));
        }
        let answers = (1..).zip(self.answers());
        details.extend(answers.map(|(number, one)| Detail {
            number: Some(number),
            label: one.topic.words(),
            words: one.text,
        }));
        details.push(detail("next", day_words(self.next)));
        details.extend(self.late.as_ref().map(|late| detail("later", late.to_string())));
        details
    }

    /// Describes what was said and agreed, for one cell of a table.
    pub fn in_words(&self) -> Vec<String> {
        let meeting = (self.meeting != Meeting::Progress).then(|| self.meeting.words().to_owned());
        let rating = self.rated().map(Rated::words);
        let parts = meeting.into_iter().chain(rating).chain([self.discussed()]);
        parts.chain(self.actions.iter().map(ReviewAction::words)).collect()
    }

    /// Returns the discussion as one text, without the actions.
    pub fn discussed(&self) -> String {
        match &self.content {
            ReviewContent::Discussed(text) => text.to_string(),
            ReviewContent::Answers(answers) => {
                let line = |(topic, text): (Topic, &SafeText)| format!("{}: {text}", topic.words());
                Topic::TEXTS.into_iter().zip(&answers.texts).map(line).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

impl Content for Review {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        to.plain("held", self.held);
        if self.meeting != Meeting::Progress {
            to.plain("meeting", self.meeting.slug());
        }
        for Attended { party, who } in &self.attended {
            to.text("attended", format_args!("{} {} {}", party.slug(), who.id, who.name));
        }
        to.plain("progress", format_args!("{} of {}", self.signed, self.all));
        match &self.content {
            ReviewContent::Discussed(text) => to.text("discussed", text),
            ReviewContent::Answers(answers) => {
                for (topic, text) in Topic::TEXTS.into_iter().zip(&answers.texts) {
                    to.text(topic.slug(), text);
                }
            }
        }
        for action in &self.actions {
            to.text("action", &action.what);
            to.plain("by", action.by);
            if let Some(owner) = &action.owner {
                to.person("owner", owner);
            }
        }
        if let Some(rated) = self.rated() {
            if self.actions.is_empty() {
                to.text(Topic::NewActions.slug(), NOTHING);
            }
            to.plain("worked-out", rated.worked_out.slug());
            to.text("from-figures", &rated.basis);
            to.plain("rating", rated.rating.slug());
            to.optional("rating-reason", rated.reason.as_ref());
        }
        to.plain("next", self.next);
        to.optional("late", self.late.as_ref());
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let trainee = from.person("trainee")?;
        let held = from.day("held")?;
        // Progress reviews omit the line, as earlier versions had no other meeting.
        let other = |v: &str| v.parse().ok().filter(|meeting| *meeting != Meeting::Progress);
        let meeting = from.optional("meeting", other)?.unwrap_or_default();
        let attended = from.repeated("attended", |v| {
            let (party, rest) = v.split_once(' ')?;
            Some(Attended { party: party.parse().ok()?, who: person_of(rest)? })
        })?;
        let (signed, all) = from.field("progress", |v| {
            let (signed, all) = v.split_once(" of ")?;
            Some((signed.parse().ok()?, all.parse().ok()?))
        })?;
        let (content, actions) = if let Some(discussed) = from.optional_text("discussed")? {
            (ReviewContent::Discussed(discussed), actions(from)?)
        } else {
            let texts = texts(from)?;
            let actions = actions(from)?;
            if actions.is_empty() {
                from.field(Topic::NewActions.slug(), |v| (v == NOTHING).then_some(()))?;
            }
            let rated = Rated {
                worked_out: from.parsed("worked-out")?,
                basis: from.text("from-figures")?,
                rating: from.parsed("rating")?,
                reason: from.optional_text("rating-reason")?,
            };
            (ReviewContent::Answers(Box::new(Answers { texts, rated })), actions)
        };
        let (next, late) = (from.day("next")?, from.optional_text("late")?);
        Ok(Self { trainee, held, meeting, attended, signed, all, content, actions, next, late })
    }

    fn fault(&self) -> Option<&'static str> {
        if let Some(fault) = lines_fault(self.attended.iter().map(|attended| &attended.who.name)) {
            return Some(fault);
        }
        let order = |a: &Attended, b: &Attended| (a.party, &a.who.id) < (b.party, &b.who.id);
        if !self.attended.is_sorted_by(order) {
            return Some("Those who attended are out of the order of parties and ids or there twice");
        }
        if self.signed > self.all {
            return Some("More is signed than there is");
        }
        let owners = self.actions.iter().filter_map(|action| action.owner.as_ref()).map(|owner| &owner.name);
        if let Some(fault) = lines_fault(owners.chain(self.rated().map(|rated| &rated.basis))) {
            return Some(fault);
        }
        if self.rated().is_some_and(|rated| (rated.rating == rated.worked_out) == rated.reason.is_some()) {
            return Some("A rating has a reason where it is changed, and nowhere else");
        }
        days_fault([self.held, self.next].into_iter().chain(self.actions.iter().map(|action| action.by)))
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn people(&self) -> Vec<&PersonId> {
        let owners = self.actions.iter().filter_map(|action| action.owner.as_ref());
        self.attended.iter().map(|attended| &attended.who).chain(owners).map(|who| &who.id).collect()
    }

    fn summary(&self) -> String {
        format!("{} on {}, next {}", self.trainee.name, day_words(self.held), day_words(self.next))
    }
}

fn texts(from: &mut FieldReader<'_>) -> Result<[SafeText; 6], DecodeFault> {
    let mut next = |topic: Topic| from.text(topic.slug());
    Ok([
        next(Topic::LastActions)?,
        next(Topic::Evidence)?,
        next(Topic::Progress)?,
        next(Topic::Changes)?,
        next(Topic::Concerns)?,
        next(Topic::NewInformation)?,
    ])
}

fn actions(from: &mut FieldReader<'_>) -> Result<Vec<ReviewAction>, DecodeFault> {
    let mut actions = Vec::new();
    while let Some(what) = from.optional_text("action")? {
        let (by, owner) = (from.day("by")?, from.optional("owner", person_of)?);
        actions.push(ReviewAction { what, by, owner });
    }
    Ok(actions)
}

slugs! {
    /// A party to a review, in the order of a statement's lines.
    Party: "a party: trainee, employer or provider" {
        Trainee = "trainee";
        /// Represented by the supervisor at work.
        Employer = "employer";
        Provider = "provider";
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
