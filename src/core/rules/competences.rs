//! Checks the adoption of a local competence list, and who may sign off its items.

use std::sync::Arc;

use crate::people::person::{Enrolment, PersonRef};
use crate::primitives::ids::StandardRef;
use crate::rules::facts::RuleContext;
use crate::rules::log_state::Roster;
use crate::rules::refusal::RuleViolation;
use crate::standard::Standard;
use crate::standard::local::LocalCompetenceList;
use crate::standard::local_parts::faults_with;
use crate::statement::Statement;
use crate::statement::kinds::adoption::Competences;
use crate::statement::kinds::sign_off::SignOff;

/// Checks that a list is adopted once, with the named text, for adopted standards whose KSBs it links to, and without
/// codes that another of their lists uses.
pub(crate) fn adoption(roster: &Roster, adoption: &Competences, facts: RuleContext<'_>) -> Result<(), RuleViolation> {
    if roster.standards.contains_key(&adoption.list) {
        return Err(RuleViolation::ListAdoptedTwice(adoption.list.clone()));
    }
    let list = facts.standard.filter(|list| {
        let beside = list.local().map(|local| &local.beside);
        *list.reference() == adoption.list
            && list.title() == adoption.title.as_str()
            && beside == Some(&adoption.beside)
            && list.digest() == adoption.content
    });
    let list = list.ok_or(RuleViolation::OtherContent)?;
    for of in &adoption.beside {
        let standard = roster.standards.get(of).ok_or_else(|| RuleViolation::NotAdopted(of.clone()))?;
        if let Some(fault) = faults_with(list, standard).into_iter().next() {
            return Err(RuleViolation::List(fault.to_string()));
        }
        let others = roster.lists_for(of).filter(|other| other.reference().reference() != adoption.list.reference());
        for other in others {
            if let Some(ksb_taken) = list.ksbs().iter().find(|ksb| other.ksb(ksb.code).is_some()) {
                return Err(RuleViolation::CodeTaken { code: ksb_taken.code, list: other.reference().clone() });
            }
        }
    }
    let unknown =
        list.local().into_iter().flat_map(LocalCompetenceList::people).find(|id| !roster.people.contains_key(*id));
    unknown.map_or(Ok(()), |id| Err(RuleViolation::Unknown(id.to_string())))
}

/// Checks that the item is on a list in force for the trainee's standard, and that the signer may sign it.
pub(crate) fn listed<'r>(
    roster: &'r Roster,
    statement: &Statement,
    s: &SignOff,
    enrolment: &Enrolment,
) -> Result<&'r Arc<Standard>, RuleViolation> {
    let list = in_force(roster, &s.item.standard, enrolment, &s.trainee)?;
    let signer = roster.people.get(&statement.signer.who.id);
    let may = list.term(s.item.code).zip(signer).is_none_or(|(term, signer)| term.may_sign(signer));
    if may {
        Ok(list)
    } else {
        Err(RuleViolation::MayNotSign { name: statement.signer.who.name.to_string(), code: s.item.code })
    }
}

/// Returns a list, checked to be for the trainee's standard and in force.
pub(crate) fn in_force<'r>(
    roster: &'r Roster,
    of: &StandardRef,
    enrolment: &Enrolment,
    trainee: &PersonRef,
) -> Result<&'r Arc<Standard>, RuleViolation> {
    let on = &enrolment.standard;
    let goes_with = |list: &&Arc<Standard>| list.local().is_some_and(|local| local.beside.contains(on));
    let Some(list) = roster.standards.get(of).filter(goes_with) else {
        let name = trainee.name.to_string();
        return Err(RuleViolation::OtherStandard { name, on: on.clone(), not: of.clone() });
    };
    match roster.lists.get(of.reference()) {
        Some(newest) if newest == of => Ok(list),
        Some(newest) => Err(RuleViolation::ListReplaced { list: of.clone(), by: newest.clone() }),
        None => Err(RuleViolation::NotAdopted(of.clone())),
    }
}
