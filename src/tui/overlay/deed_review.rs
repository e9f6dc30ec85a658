//! A progress review as a dialog: who was there, what was said, what goes on of the last actions, what is agreed anew. Must never
//! carry an action over by itself.

use chrono::NaiveDate;

use crate::domain::review::{NewReview, Party, REVIEW_DAYS, ReviewAction};
use crate::domain::review_plan::{ActionFrom, OpenAction};
use crate::domain::text::Clean;
use crate::domain::typed_day::{Look, understand};
use crate::domain::value::PersonId;
use crate::domain::when::long_day;
use crate::tui::overlay::form::{Field, Form, Kind, Need, Options, Place, text};
use crate::tui::overlay::item::Item;
use crate::tui::overlay::read::{Read, optional, required};
use crate::tui::widget::edit::{Shape, Typed};

/// What a review opens with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Who can have been there, and whether they are training officers.
    pub people: Vec<(PersonId, Clean, bool)>,
    /// Who is thought to have been there for the employer, then for the training provider: places among the people.
    pub thought: [usize; 2],
    /// What is still to be done, in the order of its numbers.
    pub open: Vec<OpenAction>,
}

impl Meeting {
    /// Guesses who was there: who signs for their own side; for the other who was there the last time, else the first.
    #[must_use]
    pub fn new(
        people: Vec<(PersonId, Clean, bool)>,
        open: Vec<OpenAction>,
        signer: &PersonId,
        last: &[(Party, PersonId)],
    ) -> Self {
        let place = |id: &PersonId| people.iter().position(|(who, ..)| who == id);
        let before = |party| last.iter().find(|(of, _)| *of == party).and_then(|(_, who)| place(who));
        let officer = |is: bool| people.iter().position(|(_, _, officer)| *officer == is);
        let signs = place(signer);
        let for_provider = signs.is_some_and(|at| people[at].2);
        let employer = signs.filter(|_| !for_provider).or(before(Party::Employer)).or(officer(false)).unwrap_or(0);
        let provider = signs.filter(|_| for_provider).or(before(Party::Provider)).or(officer(true));
        let other = (0..people.len()).find(|at| *at != employer);
        let provider = provider.filter(|at| *at != employer).or(other).unwrap_or(0);
        let thought = [employer, provider];
        Self { people, thought, open }
    }

    /// The actions by number, as the dialog lists them.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let one = |(number, action): (usize, &OpenAction)| {
            let from = match &action.from {
                ActionFrom::Review => "from the last review",
                ActionFrom::Ksb(_) => "a later sign-off answers it",
            };
            let words = match &action.from {
                ActionFrom::Ksb(code) => format!("{code}: {}", action.what),
                ActionFrom::Review => action.what.to_string(),
            };
            Item { lead: number.to_string(), words, notes: vec![format!("by {}, {from}", long_day(action.by))] }
        };
        (1..).zip(&self.open).map(one).collect()
    }

    /// The fields.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let day = |name, label, day| Field::new(name, label, Kind::Day(Typed::new(Shape::Line, day)));
        let who = |name, label, chosen| {
            let mut options = Options::new(self.people.iter().map(|(id, name, _)| (id.to_string(), name.to_string())));
            options.chosen = chosen;
            Field { need: Need::Required, ..Field::new(name, label, Kind::Cycle(options)) }
        };
        let goes_on: Vec<String> = (1..)
            .zip(&self.open)
            .filter(|(_, action)| action.from == ActionFrom::Review)
            .map(|(number, _): (usize, _)| number.to_string())
            .collect();
        let carry = Kind::Text(Typed::new(Shape::Line, &goes_on.join(", ")));
        let carried = if self.open.is_empty() { Place::Away } else { Place::Own };
        vec![
            day("held", "Held", "today"),
            who("employer", "Employer", self.thought[0]),
            who("provider", "Provider", self.thought[1]),
            Field::new("also", "Also there", text(Shape::Line)),
            Field { need: Need::Required, ..Field::new("discussed", "Discussed", text(Shape::Lines)) },
            Field::new("carry", "Goes on", carry).at(carried),
            Field::new("actions", "New actions", text(Shape::Lines)),
            day("next", "Next", ""),
            Field { need: Need::Required, ..Field::new("late", "Later, why", text(Shape::Lines)) }.at(Place::Away),
        ]
    }

    /// Whether the next review that is typed is later than the rule allows without a reason.
    #[must_use]
    pub fn is_late(form: &Form) -> bool {
        match (form.day("held"), next(form)) {
            (Ok(held), Ok(Some(next))) => (next - held).num_days() > REVIEW_DAYS,
            _ => false,
        }
    }

    /// The review that the fields say, or the first that cannot be and why.
    pub fn held(&self, form: &Form, trainee: PersonId) -> Read<NewReview> {
        let held = form.day("held").map_err(|fault| ("held", fault))?;
        if held > form.today {
            return Err((
                "held",
                format!("{} has not come yet; a review is recorded once it was held", long_day(held)),
            ));
        }
        let mut attended = Vec::new();
        for (party, name) in [(Party::Employer, "employer"), (Party::Provider, "provider")] {
            let who = form.value(name).parse().map_err(|_| (name, format!("Say who was there for the {name}")))?;
            attended.push((party, who));
        }
        if form.value("employer") == form.value("provider") {
            return Err(("provider", "Nobody is there for both: choose another".to_owned()));
        }
        self.others(form, &mut attended)?;
        let discussed = required(form, "discussed", "Say what was discussed: progress, hours, what is in the way")?;
        let mut actions = self.carried(form)?;
        actions.extend(agreed(form)?);
        let late = if Self::is_late(form) {
            Some(required(form, "late", "Say why the next is more than twelve weeks away")?)
        } else {
            None
        };
        let next = next(form)?;
        if let Some(next) = next.filter(|next| *next <= held) {
            return Err(("next", format!("{} is not after this review", long_day(next))));
        }
        Ok(NewReview { trainee, held, attended, discussed, actions, next, late })
    }

    /// Who else was there: names, each for the employer unless it says for whom.
    fn others(&self, form: &Form, attended: &mut Vec<(Party, PersonId)>) -> Read<()> {
        for part in form.value("also").split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let sides = [(" for provider", Party::Provider), (" for employer", Party::Employer)];
            let said = sides.iter().find_map(|(words, party)| Some((part.strip_suffix(words)?.trim(), *party)));
            let (call, party) = said.unwrap_or((part, Party::Employer));
            let fits =
                |(_, name, _): &&(PersonId, Clean, bool)| name.as_str().to_lowercase().contains(&call.to_lowercase());
            let found: Vec<_> = self.people.iter().filter(fits).collect();
            let exact = found.iter().find(|(_, name, _)| name.as_str().eq_ignore_ascii_case(call)).copied();
            let one = match (exact, found.as_slice()) {
                (Some(one), _) => one,
                (None, [one]) => *one,
                (None, []) => {
                    let example = "write Tom Sumner, Ruth Tutor for provider";
                    return Err(("also", format!("Nobody who can have been there is called “{call}”; {example}")));
                }
                (None, _) => return Err(("also", format!("Several are called “{call}”: write the whole name"))),
            };
            if attended.iter().any(|(_, who)| *who == one.0) {
                return Err(("also", format!("{} is there already", one.1)));
            }
            attended.push((party, one.0.clone()));
        }
        Ok(())
    }

    /// What goes on of the last actions: their numbers, each with its day or a new one.
    fn carried(&self, form: &Form) -> Read<Vec<ReviewAction>> {
        let mut actions = Vec::new();
        for part in form.value("carry").split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (number, by) = match part.split_once(" by ") {
                Some((number, by)) => (number, Some(day(by, form, "carry")?)),
                None => (part, None),
            };
            let at = number.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let action = at.and_then(|at| self.open.get(at));
            let action = action
                .ok_or_else(|| ("carry", format!("“{part}” is no number of the list above; write 1, 2 by 4 Jan")))?;
            actions.push(ReviewAction { what: action.what.clone(), by: by.unwrap_or(action.by) });
        }
        Ok(actions)
    }
}

/// The new actions: a line each, with its day at the end.
fn agreed(form: &Form) -> Read<Vec<ReviewAction>> {
    let lines = optional(form, "actions", Clean::lines)?;
    let mut actions = Vec::new();
    for line in lines.iter().flat_map(|lines| lines.as_str().lines()).map(str::trim).filter(|line| !line.is_empty()) {
        let no_day = || ("actions", format!("“{line}” has no day; write it as “Write up S26 by 1 Dec”"));
        let (what, by) = line.rsplit_once(" by ").ok_or_else(no_day)?;
        let what = Clean::line(what).map_err(|fault| ("actions", fault.to_string()))?;
        actions.push(ReviewAction { what, by: day(by, form, "actions")? });
    }
    Ok(actions)
}

/// The day of the next review, if one is typed.
fn next(form: &Form) -> Read<Option<NaiveDate>> {
    if form.value("next").trim().is_empty() {
        return Ok(None);
    }
    form.day("next").map(Some).map_err(|fault| ("next", fault))
}

fn day(text: &str, form: &Form, name: &'static str) -> Read<NaiveDate> {
    understand(text, form.today, Look::of(name)).map_err(|fault| (name, fault.to_string()))
}
