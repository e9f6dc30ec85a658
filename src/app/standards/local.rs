//! Adopts and finds a department's own lists of competences, and computes trainees' states on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::error::Error;
use crate::keys::agent::Purpose;
use crate::keys::session::Credential;
use crate::keys::{agent_key, unlock};
use crate::log::sign;
use crate::log::writer::AppendResult;
use crate::standards::adopted;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::claim::PendingClaim;
use countersign_core::record::ksb_status::State;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::diff::{Change, diff};
use countersign_core::standard::local_parts::{LocalFault, faults_with};
use countersign_core::standard::local_view::{LOCAL_GROUP, LocalKsb};
use countersign_core::standard::{Ksb, Standard};
use countersign_core::statement::Body;
use countersign_core::statement::kinds::adoption::Competences;
use countersign_store::index::{people, sign_off_index, standards};

/// An adopted list of competences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    pub list: Arc<Standard>,
    /// Whether it is the newest version, which sign-offs use.
    pub in_force: bool,
}

/// Returns all adopted lists, by reference and then in order of adoption.
pub fn lists(app: &App) -> Result<Vec<Adopted>, Error> {
    let all = app.log.db.read(standards::lists)?;
    let last = |at: usize| all.get(at + 1).is_none_or(|next| next.reference() != all[at].reference());
    let mut found = Vec::with_capacity(all.len());
    for (at, of) in all.iter().enumerate() {
        found.push(Adopted { list: adopted::standard(app, of)?, in_force: last(at) });
    }
    Ok(found)
}

/// Returns the lists in force for a standard.
pub(crate) fn lists_for(app: &App, standard: &StandardRef) -> Result<Vec<Arc<Standard>>, Error> {
    let beside = |list: &Standard| list.local().is_some_and(|local| local.beside.contains(standard));
    let all = lists(app)?.into_iter().filter(|adopted| adopted.in_force && beside(&adopted.list));
    Ok(all.map(|adopted| adopted.list).collect())
}

/// Returns the list in force for a standard that contains a code.
pub(crate) fn list_with(app: &App, standard: &StandardRef, code: KsbCode) -> Result<Option<Arc<Standard>>, Error> {
    Ok(lists_for(app, standard)?.into_iter().find(|list| list.ksb(code).is_some()))
}

/// Finds an adopted list by reference (its newest version) or by reference and version.
pub fn find_list(app: &App, text: &str) -> Result<Adopted, Error> {
    let all = lists(app)?;
    let listed: Vec<String> = all.iter().map(|adopted| adopted.list.reference().to_string()).collect();
    let matches_text = |adopted: &Adopted| {
        let of = adopted.list.reference();
        of.to_string().eq_ignore_ascii_case(text) || (adopted.in_force && of.reference().eq_ignore_ascii_case(text))
    };
    all.into_iter().find(matches_text).ok_or_else(|| {
        let hint = if listed.is_empty() {
            "None is adopted yet".to_owned()
        } else {
            format!("Adopted: {}", listed.join(", "))
        };
        Error::usage(format!("No list “{text}” is adopted")).hint(hint)
    })
}

/// Returns a trainee's local competences with their states, by code. A claim shows only if there is no other state.
pub(crate) fn local_of(
    app: &App,
    trainee: &PersonId,
    on: &StandardRef,
    claims: &BTreeMap<KsbCode, PendingClaim>,
) -> Result<Vec<LocalKsb>, Error> {
    let mut all = Vec::new();
    let measure = app.measure()?;
    for list in lists_for(app, on)? {
        let of = list.reference();
        let tallies = app.log.db.read(|tx| sign_off_index::tallies(tx, &app.viewer, trainee, of))?;
        let Some(local) = list.local() else { continue };
        for ksb in list.ksbs() {
            let Some(term) = local.terms.get(&ksb.code) else { continue };
            let tally = tallies.get(&ksb.code).copied().unwrap_or_default();
            let state = match tally.state(term, &measure) {
                State::Open if claims.contains_key(&ksb.code) => State::Claimed,
                state => state,
            };
            all.push(LocalKsb {
                list: of.clone(),
                ksb: Ksb { duties: vec![LOCAL_GROUP], ..ksb.clone() },
                term: term.clone(),
                tally,
                seen: tally.counted(&measure.policy),
                state,
                due: tally.due(term, &measure),
            });
        }
    }
    all.sort_by_key(|local| local.ksb.code);
    Ok(all)
}

/// Returns the conflicts between a list and those of its standards that are adopted.
pub fn list_faults(app: &App, list: &Standard) -> Result<Vec<LocalFault>, Error> {
    let mut faults = Vec::new();
    for of in list.local().map(|local| local.beside.clone()).unwrap_or_default() {
        if let Some(standard) = app.log.standard(&of)? {
            faults.extend(faults_with(list, &standard));
        }
    }
    Ok(faults)
}

/// Returns the current names of the people a list names as signers; `None` for an unknown id.
pub fn list_people(app: &App, list: &Standard) -> Result<BTreeMap<PersonId, Option<SafeText>>, Error> {
    let mut named = BTreeMap::new();
    for id in list.local().into_iter().flat_map(|local| local.people().cloned().collect::<Vec<_>>()) {
        let person = app.log.db.read(|tx| people::person(tx, &id))?;
        named.insert(id, person.map(|person| person.name));
    }
    Ok(named)
}

/// Compares a list with the version in force: what changed, and how many trainees have sign-offs on it.
pub fn list_change(app: &App, new: &Standard) -> Result<Option<ListChange>, Error> {
    let newest = lists(app)?.into_iter().find(|adopted| {
        adopted.in_force
            && adopted.list.reference().reference() == new.reference().reference()
            && adopted.list.reference() != new.reference()
    });
    let Some(Adopted { list: before, .. }) = newest else { return Ok(None) };
    let mut trainees = 0;
    for enrolment in app.log.db.read(|tx| people::enrolments(tx, &app.viewer))? {
        let tallies =
            app.log.db.read(|tx| sign_off_index::tallies(tx, &app.viewer, &enrolment.trainee, before.reference()))?;
        trainees += usize::from(!tallies.is_empty());
    }
    let same = diff(&before, new).ksbs.iter().filter(|pair| pair.change == Change::Same).count();
    Ok(Some(ListChange { before, same, trainees }))
}

/// Adopts a list and stores its text, which never changes.
pub fn adopt_list(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    list: Standard,
) -> Result<AppendResult, Error> {
    let doing = format!("Adopting {}", list.reference());
    let beside = list.local().map(|local| local.beside.clone()).unwrap_or_default();
    // Every check comes before the text is stored, so that a refusal leaves the file unchanged.
    if !app.person(officer)?.may_act_as(Role::TrainingOfficer) {
        return Err(Error::refused("Only a training officer adopts a list").context(doing));
    }
    list_may(app, &list).map_err(|e| e.context(doing.clone()))?;
    if let Credential::Passphrase(passphrase) = proof {
        unlock::unlock(app, officer, passphrase).map_err(|e| e.context(doing.clone()))?;
    }
    if let Credential::Agent(place) = proof {
        agent_key::open(app, &app.person(officer)?, place, Purpose::Sign).map_err(|e| e.context(doing.clone()))?;
    }
    let proof = if matches!(proof, Credential::Passphrase(_)) { &Credential::Session } else { proof };
    let (of, title, content) = (list.reference().clone(), SafeText::line(list.title())?, list.digest());
    app.log.store_standard(list).map_err(|e| e.context(doing.clone()))?;
    let body = Body::Competences(Competences { list: of, title, beside, content });
    sign::sign(app, officer, Role::TrainingOfficer, proof, vec![body]).map_err(|e| e.context(doing))
}

/// Checks that a list could be adopted now.
pub fn list_may(app: &App, list: &Standard) -> Result<(), Error> {
    if adopted::is_adopted(app, list.reference())? {
        return Err(Error::from(RuleViolation::ListAdoptedTwice(list.reference().clone()))
            .hint("Give the changed list a new version"));
    }
    for of in list.local().map(|local| local.beside.clone()).unwrap_or_default() {
        if !adopted::is_adopted(app, &of)? {
            return Err(
                Error::from(RuleViolation::NotAdopted(of)).hint("`countersign standard list` shows those that are")
            );
        }
        for other in lists_for(app, &of)? {
            if other.reference().reference() == list.reference().reference() {
                continue;
            }
            if let Some(taken) = list.ksbs().iter().find(|ksb| other.ksb(ksb.code).is_some()) {
                let list = other.reference().clone();
                return Err(RuleViolation::CodeTaken { code: taken.code, list }.into());
            }
        }
    }
    if let Some(fault) = list_faults(app, list)?.into_iter().next() {
        return Err(RuleViolation::List(fault.to_string()).into());
    }
    match list_people(app, list)?.into_iter().find(|(_, name)| name.is_none()) {
        Some((id, _)) => {
            Err(Error::from(RuleViolation::Unknown(id.to_string())).hint("`countersign person list` shows the ids"))
        }
        None => Ok(()),
    }
}

/// What adopting a later version of a list changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListChange {
    pub before: Arc<Standard>,
    /// How many competences keep their code and text.
    pub same: usize,
    /// How many trainees have sign-offs on it.
    pub trainees: usize,
}
