//! Imports existing records: plans what a file carries over, then signs one statement for each person, all or nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::record::carried::carried;
use crate::record::carry_over::{self, CarriedPerson, CarriedReceipt, CarriedSource};
use crate::standards::{adopted, local};
use countersign_core::import::diagnostic::{Diagnostic, Severity};
use countersign_core::import::records::file::{ReadOptions, RecordsFile};
use countersign_core::import::records::items::Items;
use countersign_core::import::records::leave_out::LeaveOut;
use countersign_core::import::records::plan::{CarriedMark, CellFate, PlannedCell, RecordsPlan, RecordsSnapshot, plan};
use countersign_core::import::records::read::records;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{Digest, KsbCode, KsbKind, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::CarriedRecord;
use countersign_core::statement::kinds::carry_over::CarriedItem;
use countersign_core::statement::kinds::sign_off::Evidence;
use countersign_store::index::people;
use countersign_store::queries::live_sign_offs;

/// A file of existing records: its name without its folder, and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct RecordsSource<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// A file as it was read, and what it carries over.
#[derive(Debug, Clone)]
pub struct RecordsImport {
    pub file: RecordsFile,
    pub plan: RecordsPlan,
    pub evidence: Evidence,
}

/// Plans what a file carries over, and what the rules would refuse this officer, if there is one.
pub fn plan_records(
    app: &mut App,
    of: RecordsSource<'_>,
    options: &ReadOptions,
    officer: Option<&PersonId>,
) -> Result<RecordsImport, Error> {
    let name = SafeText::name(of.name).map_err(|fault| {
        Error::from(fault).context("The name of the file").hint("Give the file another name, and try again")
    })?;
    let evidence = Evidence { digest: Digest::of(of.bytes), name };
    let in_force = local::lists(app)?.into_iter().filter(|adopted| adopted.in_force).map(|adopted| adopted.list);
    let items = Items::of(adopted::standards(app)?, in_force.collect());
    let mut options = options.clone();
    for left_out in &options.left_out {
        if let LeaveOut::Person(text) = left_out
            && let Ok(id) = text.parse::<PersonId>()
            && let Ok(person) = app.person(&id)
        {
            options.by_id.push((text.clone(), person.name.to_string()));
        }
    }
    let file = records(of.bytes, app.today(), &options, &items);
    let known = known(app, &file)?;
    let mut plan = plan(&file, &known, &items);
    if let Some(officer) = officer {
        foresee(app, officer, &evidence, &file, &mut plan)?;
    }
    if options.left_out.contains(&LeaveOut::Faults) {
        plan.leave_out_faults();
    }
    Ok(RecordsImport { file, plan, evidence })
}

/// Collects what is known of the department, without records if the file has none.
fn known(app: &App, file: &RecordsFile) -> Result<RecordsSnapshot, Error> {
    if file.entries.is_empty() {
        return Ok(RecordsSnapshot::default());
    }
    let (people, enrolments, live) = app.log.db.read(|tx| -> Result<_, countersign_store::error::StoreError> {
        let people = people::people(tx, &app.viewer, &Role::ALL)?;
        Ok((people, people::enrolments(tx, &app.viewer)?, live_sign_offs::items(tx, &app.viewer)?))
    })?;
    let mut known = RecordsSnapshot { people, ..RecordsSnapshot::default() };
    let mut on = HashMap::new();
    for enrolment in enrolments {
        if let Some(scoped) = app.log.standard_in(&enrolment.standard, &enrolment.scope)? {
            known.enrolled.insert(enrolment.trainee.clone(), scoped);
            on.insert(enrolment.trainee, enrolment.standard);
        }
    }
    // A competence keeps its sign-offs when its list has a new version. A KSB of another standard is another item.
    let counts = |(who, standard, code): &(PersonId, _, KsbCode)| {
        code.kind == KsbKind::Local || on.get(who).is_some_and(|on| on == standard)
    };
    known.signed = live.into_iter().filter(counts).map(|(who, _, code)| (who, code)).collect::<HashSet<_>>();
    for who in known.enrolled.keys() {
        for (code, records) in carried(app, who)? {
            let mark = |one: &CarriedRecord| {
                let item = one.item.clone();
                CarriedMark { on: item.on, assessor: item.assessor, level: item.level }
            };
            let marks: Vec<CarriedMark> = records.iter().filter(|one| one.is_live()).map(mark).collect();
            if !marks.is_empty() {
                known.carried.insert((who.clone(), code), marks);
            }
            let withdrawn = records.iter().filter_map(|one| {
                let by = one.withdrawn.as_ref()?;
                Some((mark(one), format!("withdrawn on {}: “{}”", day_words(by.at.local_day()), by.reason)))
            });
            let withdrawn: Vec<(CarriedMark, String)> = withdrawn.collect();
            if !withdrawn.is_empty() {
                known.withdrawn.insert((who.clone(), code), withdrawn);
            }
        }
    }
    Ok(known)
}

fn carried_people(plan: &RecordsPlan) -> Vec<CarriedPerson> {
    let item = |(code, mark): &(KsbCode, CarriedMark)| CarriedItem {
        code: *code,
        on: mark.on,
        assessor: mark.assessor.clone(),
        level: mark.level.clone(),
    };
    let person = |one: &countersign_core::import::records::plan::PlannedPerson| CarriedPerson {
        trainee: one.person.id.clone(),
        items: one.items.iter().map(item).collect(),
    };
    plan.people.iter().map(person).collect()
}

/// Checks the rules, and adds what they refuse as faults at the first cell concerned.
fn foresee(
    app: &mut App,
    officer: &PersonId,
    evidence: &Evidence,
    file: &RecordsFile,
    plan: &mut RecordsPlan,
) -> Result<(), Error> {
    let people = carried_people(plan);
    if people.is_empty() {
        return Ok(());
    }
    // What the record is called does not decide whether it may be carried over.
    let source = CarriedSource { source: evidence.name.clone(), file: evidence.clone() };
    let mut refused: BTreeMap<(PersonId, Option<KsbCode>), Error> = BTreeMap::new();
    for one in carry_over::check(app, officer, &source, &people)? {
        refused.entry((one.trainee, one.code)).or_insert(one.why);
    }
    for ((who, code), why) in refused {
        let is_it = |cell: &&PlannedCell| {
            cell.fate == CellFate::Carry
                && cell.person.as_ref() == Some(&who)
                && code.is_none_or(|code| cell.code == Some(code))
        };
        let place = plan.cells.iter().find(is_it).map(|cell| file.place(cell.line, cell.column));
        let hint = why.hint.clone().unwrap_or_else(|| "Leave it out, or correct the file".to_owned());
        plan.remarks.push(Diagnostic::fault(place, why.why.clone(), &hint));
        plan.refuse(&who, code, &why.why);
    }
    plan.remarks.sort_by_key(|remark| remark.place.as_ref().map(|place| place.line));
    Ok(())
}

/// Carries over what was planned: one statement for each person, in one transaction.
pub fn import_records(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    source: &SafeText,
    import: &RecordsImport,
) -> Result<CarriedReceipt, Error> {
    let doing = "Carrying records over";
    if import.plan.of(Severity::Fault).next().is_some() {
        return Err(Error::refused("The file has faults. Nothing has been changed").context(doing));
    }
    let source = CarriedSource { source: source.clone(), file: import.evidence.clone() };
    carry_over::carry_over(app, officer, proof, &source, &carried_people(&import.plan)).map_err(|e| e.context(doing))
}
