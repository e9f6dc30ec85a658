//! Signs one item for many people at once, as after a lecture or a device update.

use std::collections::BTreeMap;

use crate::app::App;
use crate::cohort::grid;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::sign;
use crate::people::person;
use crate::record::sign_off;
use crate::standards::{adopted, local};
use countersign_core::filter::Filter;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::record::claim::Claim;
use countersign_core::record::group::{GroupClaim, GroupItem, GroupMember, people_words};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{Observation, TreeHead};
use countersign_core::standard::Standard;
use countersign_core::statement::Body;
use countersign_store::claims;
use countersign_store::index::sign_off_index;

/// What was signed for several people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupReceipt {
    /// Names and statements, in the order given.
    pub signed: Vec<(SafeText, StatementId)>,
    pub head: TreeHead,
    /// A warning about the checkpoint mirror, as a sentence.
    pub mirror_warning: Option<String>,
    /// A warning about what was signed, which counts all the same.
    pub warning: Option<String>,
}

/// Signs an item off for several people in one transaction: all or none. With `of`, the item is the one of that standard or
/// list; without, it must be the same one for everybody.
pub fn sign_off_for_all(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    item: (Option<&StandardRef>, KsbCode),
    people: &[PersonId],
    seen: &Observation,
) -> Result<GroupReceipt, Error> {
    let (of, code) = item;
    let (mut bodies, mut names, mut early) = (Vec::new(), Vec::new(), Vec::new());
    let mut owners: BTreeMap<StandardRef, Vec<SafeText>> = BTreeMap::new();
    for (at, id) in people.iter().enumerate() {
        if people[..at].contains(id) {
            continue;
        }
        let trainee = app.person(id)?;
        let refused = |error: Error| match people {
            [_] => error.context(format!("Recording {code} for {}", trainee.name)),
            _ => of_one(error, &trainee.name).context(format!("Recording {code}")),
        };
        let body = sign_off::sign_offs(app, &trainee, &[code], seen).map_err(refused)?;
        for body in &body {
            if let Body::SignOff(sign_off) = body {
                owners.entry(sign_off.item.standard.clone()).or_default().push(trainee.name.clone());
            }
        }
        bodies.extend(body);
        if sign_off::early(app, id, seen.observed)?.is_some() {
            early.push(trainee.name.clone());
        }
        names.push(trainee.name);
    }
    if names.is_empty() {
        return Err(Error::usage("Nobody is named").hint("Name the people who were there"));
    }
    if let Some((other, whose)) = of.and_then(|of| owners.iter().find(|(owner, _)| *owner != of)) {
        let who = people_words(whose);
        return Err(Error::refused(format!("{code} of {who} belongs to {other}, so it is another item"))
            .hint("Nothing was signed. Leave them out, and sign theirs separately"));
    }
    if owners.len() > 1 {
        let all: Vec<String> =
            owners.iter().map(|(owner, whose)| format!("{owner} ({})", people_words(whose))).collect();
        return Err(Error::refused(format!("{code} is not the same item for everyone: {}", all.join(", ")))
            .hint("Nothing was signed. Sign for the people of one standard at a time"));
    }
    let doing = format!("Recording {code} for {}", people_words(&names));
    let done = match sign::sign(app, signer, Role::Supervisor, proof, bodies.clone()) {
        Ok(done) => done,
        Err(error) => {
            let whose = bodies.into_iter().zip(&names).filter(|_| names.len() > 1).find(|(body, _)| {
                let tried = sign::sign(app, signer, Role::Supervisor, &Credential::DryRun, vec![body.clone()]);
                tried.is_err_and(|one| one.why == error.why)
            });
            return Err(match whose {
                Some((_, name)) => of_one(error, name),
                None => error,
            }
            .context(doing));
        }
    };
    let mirror_warning = app.log.second().and_then(|second| second.take_warning().first());
    let warning = (!early.is_empty())
        .then(|| format!("The day seen is before the programme of {} began. Check the day", people_words(&early)));
    Ok(GroupReceipt { signed: names.into_iter().zip(done.ids).collect(), head: done.head, mirror_warning, warning })
}

/// Names the one of several people for whom a record was refused, so that nothing was signed for the others either.
fn of_one(error: Error, name: &SafeText) -> Error {
    let why = if error.why.contains(name.as_str()) { error.why } else { format!("{name}: {}", error.why) };
    let rest = error.hint.map(|hint| hint.trim_start_matches("Nothing was signed. ").to_owned());
    let hint = match rest.filter(|rest| !rest.is_empty()) {
        Some(rest) => format!("Nothing was signed for anyone. {rest}"),
        None => "Nothing was signed for anyone".to_owned(),
    };
    Error { why, hint: Some(hint), ..error }
}

/// Returns every item that a current trainee answers for and this person may sign: the local competences first, then the KSBs
/// of each standard, that with most trainees first.
pub fn items(app: &App, signer: &PersonId) -> Result<Vec<GroupItem>, Error> {
    let signer = app.person(signer)?;
    let mut trainees: BTreeMap<StandardRef, usize> = BTreeMap::new();
    for enrolment in person::enrolments(app)? {
        *trainees.entry(enrolment.standard).or_default() += 1;
    }
    let (mut standards, mut lists): (Vec<_>, Vec<StandardRef>) = (trainees.into_iter().collect(), Vec::new());
    standards.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut all = Vec::new();
    let mut push = |standard: &Standard| {
        let of = standard.reference();
        let may = |code: &KsbCode| {
            let term = standard.local().and_then(|local| local.terms.get(code));
            term.is_none_or(|term| term.may_sign(&signer))
        };
        all.extend(standard.ksbs().iter().filter(|ksb| may(&ksb.code)).map(|ksb| GroupItem {
            of: of.clone(),
            code: ksb.code,
            text: ksb.text.clone(),
        }));
    };
    for (standard, _) in &standards {
        for list in local::lists_for(app, standard)? {
            if !lists.contains(list.reference()) {
                lists.push(list.reference().clone());
                push(&list);
            }
        }
    }
    for (standard, _) in &standards {
        push(adopted::standard(app, standard)?.as_ref());
    }
    Ok(all)
}

/// Returns the current trainees that match `filter` and answer for an item, by name, with their state on it.
pub fn members(app: &App, item: (&StandardRef, KsbCode), filter: &Filter) -> Result<Vec<GroupMember>, Error> {
    let (of, code) = item;
    let measure = app.measure()?;
    let cohort = grid::cohort(app, filter, CohortOrder::Name)?;
    let mut members = Vec::new();
    for row in grid::cohort_rows(app, &cohort, 0, cohort.len())? {
        let card = row.trainee;
        let waiting = app.log.db.read(|tx| claims::waiting_on(tx, &app.viewer, &card.id, &card.standard))?;
        let state = if card.standard == *of {
            let standard = adopted::standard(app, of)?;
            if standard.why_not_asked(&card.scope, code).is_some() || standard.ksb(code).is_none() {
                continue;
            }
            let states = app.log.db.read(|tx| sign_off_index::states(tx, &app.viewer, &card.id, of, &measure))?;
            let unsigned = if waiting.contains_key(&code) { State::Claimed } else { State::Open };
            states.get(&code).copied().unwrap_or(unsigned)
        } else {
            let local = local::local_of(app, &card.id, &card.standard, &waiting)?;
            let Some(local) = local.into_iter().find(|local| local.list == *of && local.ksb.code == code) else {
                continue;
            };
            local.state
        };
        let counts = state.counts(&measure.policy);
        let claim = match waiting.get(&code) {
            Some(pending) => app.log.db.read(|tx| claims::claim(tx, &app.viewer, pending.claim))?.map(shown),
            None => None,
        };
        members.push(GroupMember { id: card.id, name: card.name, state, counts, claim });
    }
    Ok(members)
}

/// Returns what a signer is shown of a claim.
fn shown(claim: Claim) -> GroupClaim {
    let files = claim.evidence.into_iter().map(|file| file.name).collect();
    GroupClaim { id: claim.id, made: claim.made.local_day(), reflection: claim.reflection, files }
}
