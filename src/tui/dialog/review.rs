//! Defines the dialog of a progress review: attendance, six answers, actions, rating and next date. Only the signer is
//! preselected as attending, and no action as carried over.

use chrono::NaiveDate;

use crate::dialog::find::FindInput;
use crate::dialog::form::{
    Field, FieldKind, FieldLayout, Form, Item, Note, Options, Read, Requiredness, optional, required, text,
};
use crate::widget::text_input::{LineMode, TextInput};
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::fold::NameQuery;
use countersign_core::primitives::human_date::{DayDirection, parse_human_date};
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::Programme;
use countersign_core::programme::rating::Rating;
use countersign_core::programme::review_plan::{ActionFrom, OpenAction};
use countersign_core::programme::review_rule::ReviewInterval;
use countersign_core::statement::kinds::review::{self, NOTHING, NewReview, Party, ReviewAction, Topic};

/// Input to the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// People who can have attended; the flag marks training officers.
    pub people: Vec<(PersonId, SafeText, bool)>,
    /// The signer, who attended: index into `people`, and their party.
    pub signs: Option<(usize, Party)>,
    /// Open actions, in the order of their numbers.
    pub open: Vec<OpenAction>,
    /// The calculated rating and its reasons.
    pub rating: (Rating, SafeText),
    /// Longest time to the next review.
    pub every: ReviewInterval,
    /// The kind of meeting.
    pub meeting: review::Meeting,
}

/// The answers with a text: name in drafts, and label.
const ANSWERS: [(&str, &str); 6] = [
    ("last-actions", "1 Done"),
    ("evidence", "2 Evidence"),
    ("against-plan", "3 Progress"),
    ("changes", "4 Changes"),
    ("concerns", "5 Concerns"),
    ("new-information", "6 New info"),
];
/// Suffix of the message for a missing answer.
const SAY: &str = "or type - if there is nothing to report";

impl Meeting {
    /// Preselects the signer for their own party. Others are asked for, as attendance can differ from the last review.
    pub fn new(people: Vec<(PersonId, SafeText, bool)>, programme: &Programme, signer: &PersonId) -> Self {
        let signs = people.iter().position(|(who, ..)| who == signer);
        let party = |at: usize| if people[at].2 { Party::Provider } else { Party::Employer };
        let signs = signs.map(|at| (at, party(at)));
        let plan = &programme.plan;
        let (rating, open) = (programme.rating.clone(), plan.open.clone());
        Self { people, signs, open, rating, every: plan.every, meeting: plan.meeting }
    }

    /// Whether one party may be left out: a meeting of two is the trainee and one other person.
    fn of_two(&self) -> bool {
        self.meeting != review::Meeting::Progress
    }

    /// Returns the open actions, numbered.
    pub fn items(&self) -> Vec<Item> {
        let one = |(number, action): (usize, &OpenAction)| {
            let from = match &action.from {
                ActionFrom::Review => "from the last review",
                ActionFrom::Ksb(_) => "until a later sign-off",
            };
            let words = match &action.from {
                ActionFrom::Ksb(code) => format!("{code}: {}", action.what),
                ActionFrom::Review => action.what.to_string(),
            };
            let owner = action.owner.as_ref().map(|owner| format!("{}, ", owner.name)).unwrap_or_default();
            let note = format!("{owner}by {}, {from}", long_day(action.by));
            Item { lead: number.to_string(), words, notes: vec![Note::Plain(note)] }
        };
        let (rating, basis) = &self.rating;
        let words = format!("Suggested: {}. {basis}", rating.slug());
        let rating = Item { lead: "rating".to_owned(), words, notes: Vec::new() };
        std::iter::once(rating).chain((1..).zip(&self.open).map(one)).collect()
    }

    /// Returns the fields.
    pub fn fields(&self) -> Vec<Field> {
        let day = |name, label, day| Field::new(name, label, FieldKind::Day(TextInput::new(LineMode::Line, day)));
        let who = |name, label, party| {
            let people = self.people.iter().map(|(id, name, _)| (id.to_string(), name.to_string())).collect();
            let signs = self.signs.filter(|(_, of)| *of == party).map_or("", |(at, _)| self.people[at].1.as_str());
            let need = if self.of_two() { Requiredness::Optional } else { Requiredness::Required };
            Field { need, ..Field::new(name, label, FieldKind::Find(FindInput::new(people, signs))) }
        };
        let answer =
            |(name, label)| Field { need: Requiredness::Required, ..Field::new(name, label, text(LineMode::Lines)) };
        let mut ratings = Options::new(Rating::ALL.map(|rating| (rating.slug(), rating.slug())));
        ratings.chosen = Rating::ALL.iter().position(|one| *one == self.rating.0).unwrap_or(0);
        let why =
            Field { need: Requiredness::Required, ..Field::new("rating-reason", "Why changed", text(LineMode::Lines)) };
        let goes_on: Vec<String> = (1..)
            .zip(&self.open)
            .filter(|(_, action)| action.from == ActionFrom::Review)
            .map(|(number, _): (usize, _)| number.to_string())
            .collect();
        let carry = FieldKind::Text(TextInput::new(LineMode::Line, &goes_on.join(", ")));
        let carried = if self.open.is_empty() { FieldLayout::Away } else { FieldLayout::Own };
        let mut fields = vec![
            day("held", "Held", "today"),
            who("employer", "Employer", Party::Employer),
            who("provider", "Provider", Party::Provider),
            Field::new("also", "Also there", text(LineMode::Line)),
        ];
        fields.extend(ANSWERS.map(answer));
        fields.extend([
            answer(("actions", "7 To do")),
            Field::new("carry", "Carry over", carry).at(carried),
            Field::new("rating", "Rating", FieldKind::Radio(ratings)),
            why.at(FieldLayout::Away),
            day("next", "Next", ""),
            Field { need: Requiredness::Required, ..Field::new("late", "Why later", text(LineMode::Lines)) }
                .at(FieldLayout::Away),
        ]);
        fields
    }

    /// Shows and requires fields according to the values of others.
    pub fn arrange(&self, form: &mut Form) {
        let place = |shown| if shown { FieldLayout::Own } else { FieldLayout::Away };
        let (late, changed) = (self.is_late(form), form.value("rating") != self.rating.0.slug());
        form.change("late", |field| field.place = place(late));
        form.change("rating-reason", |field| field.place = place(changed));
    }

    /// Whether the typed date of the next review is later than the rule allows without a reason.
    pub fn is_late(&self, form: &Form) -> bool {
        match (form.day("held"), next(form)) {
            (Ok(held), Ok(Some(next))) => next > self.every.after(held),
            _ => false,
        }
    }

    /// Reads the fields into a review, or returns the first invalid field and why.
    pub fn held(&self, form: &Form, trainee: PersonId) -> Read<NewReview> {
        let held = form.day("held").map_err(|fault| ("held", fault))?;
        if held > form.today {
            return Err((
                "held",
                format!("{} is in the future. Record a review once it has been held", long_day(held)),
            ));
        }
        let mut attended = Vec::new();
        for (party, name) in [(Party::Employer, "employer"), (Party::Provider, "provider")] {
            match form.found(name).map_err(|fault| (name, fault))?.map(str::parse) {
                Some(Ok(who)) => attended.push((party, who)),
                _ if self.of_two() => {}
                _ => return Err((name, format!("Say who was there for the {name}. Type a part of the name"))),
            }
        }
        if attended.is_empty() {
            return Err(("provider", "Say who was there besides the trainee".to_owned()));
        }
        if attended.iter().all(|(_, who)| *who == attended[0].1) && attended.len() > 1 {
            return Err(("provider", "One person cannot be there for both. Choose someone else".to_owned()));
        }
        self.others(form, &mut attended)?;
        let texts = texts(form)?;
        let mut actions = self.carried(form)?;
        actions.extend(agreed(form, !actions.is_empty())?);
        let rating = form.value("rating").parse::<Rating>().map_err(|fault| ("rating", fault.to_string()))?;
        let rating_reason = if rating == self.rating.0 {
            None
        } else {
            let why = format!("Say why it is {} and not {}", rating.slug(), self.rating.0.slug());
            Some(required(form, "rating-reason", &why)?)
        };
        let late = if self.is_late(form) {
            let why = format!("Say why the next review is more than {} later", self.every.span());
            Some(required(form, "late", &why)?)
        } else {
            None
        };
        let next = next(form)?;
        if let Some(next) = next.filter(|next| *next <= held) {
            return Err(("next", format!("{} is not after this review", long_day(next))));
        }
        let (meeting, rating) = (Some(self.meeting), Some(rating));
        Ok(NewReview { trainee, held, attended, meeting, texts, actions, rating, rating_reason, next, late })
    }

    /// Reads the other attendees: names, each for the employer unless the party is given.
    fn others(&self, form: &Form, attended: &mut Vec<(Party, PersonId)>) -> Read<()> {
        for part in form.value("also").split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let sides = [(" for provider", Party::Provider), (" for employer", Party::Employer)];
            let said = sides.iter().find_map(|(words, party)| Some((part.strip_suffix(words)?.trim(), *party)));
            let (call, party) = said.unwrap_or((part, Party::Employer));
            let wanted = NameQuery::of(call);
            let fits = self.people.iter().filter_map(|one| Some((wanted.fit(one.1.as_str())?, one))).collect();
            let one = match NameQuery::best_matches(fits).as_slice() {
                [one] => *one,
                [] => {
                    let example = "write Tom Sumner, Ruth Tutor for provider";
                    return Err(("also", format!("Nobody called “{call}” could have attended; {example}")));
                }
                _ => return Err(("also", format!("Several people are called “{call}”. Write the full name"))),
            };
            if attended.iter().any(|(_, who)| *who == one.0) {
                return Err(("also", format!("{} is already listed", one.1)));
            }
            attended.push((party, one.0.clone()));
        }
        Ok(())
    }

    /// Reads the actions to carry over: numbers, each with its own day or a new one.
    fn carried(&self, form: &Form) -> Read<Vec<ReviewAction>> {
        let mut actions = Vec::new();
        for part in form.value("carry").split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (number, by) = match part.split_once(" by ") {
                Some((number, by)) => (number, Some(day(by, form, "carry")?)),
                None => (part, None),
            };
            let at = number.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let action = at.and_then(|at| self.open.get(at));
            let action = action.ok_or_else(|| {
                ("carry", format!("“{part}” is not a number in the list above. Write, for example: 1, 2 by 4 Jan"))
            })?;
            let (what, owner) = (action.what.clone(), action.owner.clone());
            actions.push(ReviewAction { what, by: by.unwrap_or(action.by), owner });
        }
        Ok(actions)
    }
}

/// Reads the six answers; all are required.
fn texts(form: &Form) -> Read<[SafeText; 6]> {
    let mut texts = Vec::with_capacity(ANSWERS.len());
    for ((name, _), topic) in ANSWERS.into_iter().zip(Topic::TEXTS) {
        texts.push(review::answer(required(form, name, &format!("{}: say what, {SAY}", topic.words()))?));
    }
    texts.try_into().map_err(|_| ("", "A review has six answers and its actions".to_owned()))
}

/// Reads the new actions: one per line, ending in its day. If nothing is carried over, leaving them empty is refused; `-`
/// says that there are none.
fn agreed(form: &Form, some: bool) -> Read<Vec<ReviewAction>> {
    let lines = optional(form, "actions", SafeText::lines)?.map(review::answer);
    if lines.as_ref().is_some_and(|lines| lines.as_str() == NOTHING) {
        return Ok(Vec::new());
    }
    if lines.is_none() && !some {
        return Err(("actions", format!("New actions: write each as “Write up S26 by 1 Dec”, {SAY}")));
    }
    let mut actions = Vec::new();
    for line in lines.iter().flat_map(|lines| lines.as_str().lines()).map(str::trim).filter(|line| !line.is_empty()) {
        let no_day = || ("actions", format!("“{line}” has no date. Write it as “Write up S26 by 1 Dec”"));
        let (what, by) = line.rsplit_once(" by ").ok_or_else(no_day)?;
        let what = SafeText::line(what).map_err(|fault| ("actions", fault.to_string()))?;
        actions.push(ReviewAction { what, by: day(by, form, "actions")?, owner: None });
    }
    Ok(actions)
}

/// Reads the day of the next review, if one is typed.
fn next(form: &Form) -> Read<Option<NaiveDate>> {
    if form.value("next").trim().is_empty() {
        return Ok(None);
    }
    form.day("next").map(Some).map_err(|fault| ("next", fault))
}

fn day(text: &str, form: &Form, name: &'static str) -> Read<NaiveDate> {
    parse_human_date(text, form.today, DayDirection::of(name)).map_err(|fault| (name, fault.to_string()))
}
