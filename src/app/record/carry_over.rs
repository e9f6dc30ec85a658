//! Carries over what an earlier record says of people: one signed statement for each person.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::people::person::not_enrolled;
use crate::record::carried::carried;
use crate::record::dry_run;
use crate::record::sign_off::{no_code, not_asked};
use crate::standards::{adopted, local};
use countersign_core::people::person::{Enrolment, Person, PersonRef, Role};
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::TreeHead;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::carry_over::{CarriedItem, CarriedList, CarryOver, MEANING_CARRIED};
use countersign_core::statement::kinds::sign_off::Evidence;
use countersign_store::index::people;

/// Size limit of the items in one statement, in bytes: 16 KiB less names, ids and the source.
const ROOM: usize = 12 * 1024;

/// The earlier record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedSource {
    /// What it was.
    pub source: SafeText,
    pub file: Evidence,
}

/// What it says of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedPerson {
    pub trainee: PersonId,
    /// In any order; of several for one code, the one seen last counts.
    pub items: Vec<CarriedItem>,
}

/// What was carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedReceipt {
    /// Empty if nothing was left to sign, or nothing was signed because it was a dry run.
    pub ids: Vec<StatementId>,
    pub head: TreeHead,
    /// How many people get a statement.
    pub people: usize,
    /// How many items are carried over.
    pub items: usize,
    /// How many items were left out, because they are carried over already with the same day, assessor and level.
    pub already: usize,
}

/// What would be refused.
#[derive(Debug)]
pub struct Refused {
    pub trainee: PersonId,
    /// `None` if it concerns the person.
    pub code: Option<KsbCode>,
    pub why: Error,
}

/// Carries over what an earlier record says of people, in one transaction, all or nothing.
pub fn carry_over(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    source: &CarriedSource,
    people: &[CarriedPerson],
) -> Result<CarriedReceipt, Error> {
    let doing = format!("Carrying over {}", source.source);
    let planned = plan(app, source, people).map_err(|e| e.context(doing.clone()))?;
    if let Some(Refused { why, .. }) = planned.refused.into_iter().next() {
        return Err(why.context(doing));
    }
    let (people, items, already) = (planned.people, planned.items, planned.already);
    if planned.bodies.is_empty() {
        return Ok(CarriedReceipt { ids: Vec::new(), head: app.head()?, people, items, already });
    }
    let bodies = planned.bodies.into_iter().map(|(_, body)| body).collect();
    let done = sign::sign(app, officer, Role::TrainingOfficer, proof, bodies).map_err(|e| e.context(doing))?;
    Ok(CarriedReceipt { ids: done.ids, head: done.head, people, items, already })
}

/// Returns everything that would be refused, for this officer, without signing.
pub fn check(
    app: &mut App,
    officer: &PersonId,
    source: &CarriedSource,
    people: &[CarriedPerson],
) -> Result<Vec<Refused>, Error> {
    let planned = plan(app, source, people)?;
    let (whose, bodies): (Vec<PersonId>, Vec<Body>) = planned.bodies.into_iter().unzip();
    let mut refused = planned.refused;
    for (at, violation) in dry_run::check_each(app, officer, Role::TrainingOfficer, &bodies)?.unwrap_or_default() {
        refused.push(Refused { trainee: whose[at].clone(), code: None, why: violation.into() });
    }
    Ok(refused)
}

/// What to sign, and what cannot be.
#[derive(Default)]
struct Planned {
    bodies: Vec<(PersonId, Body)>,
    refused: Vec<Refused>,
    people: usize,
    items: usize,
    already: usize,
}

/// A standard with the lists in force for it.
type Texts = (Arc<Standard>, Vec<Arc<Standard>>);

fn plan(app: &App, source: &CarriedSource, people: &[CarriedPerson]) -> Result<Planned, Error> {
    let mut planned = Planned::default();
    let mut known: HashMap<StandardRef, Texts> = HashMap::new();
    for one in people {
        let person = app.person(&one.trainee)?;
        let enrolment = app.log.db.read(|tx| people::enrolment(tx, &one.trainee))?;
        let Some(enrolment) = enrolment else {
            let why = not_enrolled(&person);
            planned.refused.push(Refused { trainee: person.id, code: None, why });
            continue;
        };
        if !known.contains_key(&enrolment.standard) {
            let lists = local::lists_for(app, &enrolment.standard)?;
            known.insert(enrolment.standard.clone(), (adopted::standard(app, &enrolment.standard)?, lists));
        }
        let Some(texts) = known.get(&enrolment.standard) else { continue };
        let mut items: BTreeMap<KsbCode, CarriedItem> = BTreeMap::new();
        for item in &one.items {
            match items.get(&item.code) {
                Some(other) if other.on >= item.on => {}
                _ => drop(items.insert(item.code, item.clone())),
            }
        }
        let there = carried(app, &one.trainee)?;
        let before = items.len();
        items.retain(|code, item| {
            let same = there.get(code).into_iter().flatten().filter(|record| record.is_live());
            !same.into_iter().any(|record| record.item == *item)
        });
        planned.already += before - items.len();
        place(app, source, (&person, &enrolment), texts, items.into_values(), &mut planned)?;
    }
    Ok(planned)
}

/// Adds a person's items to what is planned, each to its standard or list.
fn place(
    app: &App,
    source: &CarriedSource,
    (person, enrolment): (&Person, &Enrolment),
    (standard, lists): &Texts,
    items: impl Iterator<Item = CarriedItem>,
    planned: &mut Planned,
) -> Result<(), Error> {
    let today = app.clock.today();
    let mut placed: BTreeMap<StandardRef, CarriedList> = BTreeMap::new();
    let (mut parts, mut size, mut count) = (Vec::new(), 0, 0);
    for item in items {
        let code = item.code;
        let of = lists.iter().chain([standard]).find(|of| of.ksb(code).is_some());
        let why = match of {
            None => Some(no_code(standard.reference(), code)),
            Some(_) if item.on > today => Some(
                Error::from(RuleViolation::Future(long_day(item.on))).hint("Correct the day, or leave the item out"),
            ),
            Some(_) => standard.why_not_asked(&enrolment.scope, code).map(|why| not_asked(&person.name, code, &why)),
        };
        if let Some(why) = why {
            planned.refused.push(Refused { trainee: person.id.clone(), code: Some(code), why });
            continue;
        }
        let Some(of) = of else { continue };
        let more = size_of(&item);
        if size + more > ROOM {
            parts.push(std::mem::take(&mut placed));
            size = 0;
        }
        size += more;
        count += 1;
        let list = placed.entry(of.reference().clone()).or_insert_with(|| CarriedList {
            standard: of.reference().clone(),
            content: of.digest(),
            items: Vec::new(),
        });
        list.items.push(item);
    }
    parts.push(placed);
    if count > 0 {
        planned.people += 1;
        planned.items += count;
    }
    for lists in parts.into_iter().filter(|lists| !lists.is_empty()) {
        let content = CarryOver {
            trainee: PersonRef { id: person.id.clone(), name: person.name.clone() },
            source: source.source.clone(),
            file: source.file.clone(),
            lists: lists.into_values().collect(),
            meaning: SafeText::line(MEANING_CARRIED)?,
        };
        planned.bodies.push((person.id.clone(), Body::CarryOver(content)));
    }
    Ok(())
}

/// Returns how many bytes an item takes in a statement, at most; a new list's line is counted with each.
fn size_of(item: &CarriedItem) -> usize {
    let text = |text: &Option<SafeText>| {
        text.as_ref().map_or(0, |text| 10 + text.as_str().len() + text.as_str().matches('\\').count())
    };
    40 + text(&item.assessor) + text(&item.level)
}
