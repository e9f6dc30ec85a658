//! Makes, lists and withdraws trainees' claims and the evidence files behind them.

use crate::app::{App, holds_passphrase};
use crate::claims::eligible::{codes_may, eligible_supervisors, files_may};
use crate::claims::evidence::TakenFile;
use crate::error::Error;
use crate::keys::agent::Purpose;
use crate::keys::session::Credential;
use crate::keys::unlock;
use crate::log::sign;
use crate::random;
use crate::record::{records, sign_off};
use crate::storage::data_dir::io_error;
use countersign_core::people::person::{Person, PersonSearch, Role, Viewer};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::fold::NameQuery;
use countersign_core::primitives::ids::{ClaimId, Digest, KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::claim::{Claim, ClaimState};
use countersign_core::record::evidence::File;
use countersign_store::claims::{self, StoredClaim};
use countersign_store::db::WriteTx;
use countersign_store::evidence;
use countersign_store::index::people;

/// A claim to make.
#[derive(Debug, Default)]
pub struct ClaimDraft {
    /// The KSBs; if empty, those of the claim in `again`.
    pub codes: Vec<KsbCode>,
    pub reflection: Option<SafeText>,
    /// Digests of files handed in before.
    pub stored_files: Vec<Digest>,
    /// New files to hand in with the claim.
    pub files: Vec<TakenFile>,
    /// The supervisor asked; `None` asks anyone in the department.
    pub of: Option<PersonId>,
    /// The claim that this one replaces.
    pub again: Option<ClaimId>,
}

/// Makes a claim. Needs the trainee's own login, or their credential.
pub fn claim(
    app: &mut App,
    who: &PersonId,
    credential: Option<&Credential>,
    draft: ClaimDraft,
) -> Result<Claim, Error> {
    let doing = "Claiming";
    let (new, files) = claim_to_make(app, who, credential, draft).map_err(|e| e.context(doing))?;
    let id = new.id;
    sign::writing(app, |app| {
        let viewer = Viewer::Own(who.clone());
        app.log.db.write(|tx| -> Result<(), Error> {
            let waiting = claims::waiting_on(tx, &viewer, &new.trainee, &new.standard)?;
            let other = |code: &&KsbCode| waiting.get(code).is_some_and(|asked| Some(asked.claim) != new.again);
            if let Some(code) = new.codes.iter().find(other) {
                return Err(Error::refused(format!("{code} is already in another waiting claim")));
            }
            if let Some(again) = new.again {
                claims::withdraw(tx, &viewer, again, new.made)?;
            }
            keep(tx, &viewer, &files, new.made)?;
            if claims::make(tx, &viewer, &new)? { Ok(()) } else { Err(not_theirs()) }
        })
    })
    .map_err(|e| e.context(doing))?;
    claim_of(app, id)
}

fn claim_to_make(
    app: &mut App,
    who: &PersonId,
    credential: Option<&Credential>,
    draft: ClaimDraft,
) -> Result<(StoredClaim, Vec<TakenFile>), Error> {
    let person = app.person(who)?;
    if !person.may_act_as(Role::Trainee) {
        let why = if person.left { "has left" } else { "is not a trainee" };
        return Err(Error::refused(format!("{} {why}", person.name)));
    }
    let trainee_record = records::trainee_record(app, who)?;
    let before = draft.again.map(|id| claim_of(app, id)).transpose()?;
    if before.as_ref().is_some_and(|before| before.trainee != *who) {
        return Err(not_theirs());
    }
    let mut codes = draft.codes;
    let (mut reflection, mut stored_files) = (draft.reflection, draft.stored_files);
    if let Some(before) = before {
        if codes.is_empty() {
            codes.extend(before.items.iter().map(|item| item.code));
        }
        if stored_files.is_empty() && draft.files.is_empty() {
            stored_files.extend(before.evidence.iter().filter(|file| !file.erased).map(|file| file.digest));
        }
        reflection = reflection.or(before.reflection);
    }
    codes.sort_unstable();
    codes.dedup();
    stored_files.extend(draft.files.iter().map(|file| file.looked.digest));
    stored_files.sort_unstable();
    stored_files.dedup();
    sign_off::answers_for(app, &trainee_record, &codes)?;
    codes_may(&trainee_record, &codes, draft.again)?;
    if let Some(of) = &draft.of {
        let asked = app.log.db.read(|tx| people::person(tx, of))?;
        let asked = asked.ok_or_else(|| Error::usage(format!("Nobody here has the id {of}")))?;
        eligible_supervisors(&asked, &person)?;
    }
    let sizes: Vec<(Digest, u64)> = draft.files.iter().map(|file| (file.looked.digest, file.looked.size)).collect();
    files_may(&files_of(app, who)?, &stored_files, &sizes)?;
    if let (Some(Credential::Passphrase(passphrase)), Some(text)) = (credential, &reflection)
        && passphrase.is_in(text.as_str())
    {
        return Err(holds_passphrase());
    }
    is_them(app, &person, credential, Purpose::HandIn)?;
    let id = random::id(&mut *app.random, app.clock.millis())?;
    let new = StoredClaim {
        id: ClaimId(id.0),
        trainee: person.id,
        standard: trainee_record.trainee.standard,
        codes,
        reflection,
        evidence: stored_files,
        of: draft.of,
        made: app.now(),
        again: draft.again,
    };
    Ok((new, draft.files))
}

/// Withdraws the trainee's own claim.
pub fn withdraw_claim(
    app: &mut App,
    who: &PersonId,
    credential: Option<&Credential>,
    of: ClaimId,
) -> Result<Claim, Error> {
    let doing = "Withdrawing a claim";
    let withdraw = |app: &mut App| -> Result<(), Error> {
        let person = app.person(who)?;
        let claim = claim_of(app, of)?;
        if claim.trainee != *who {
            return Err(not_theirs());
        }
        match claim.state() {
            ClaimState::Waiting => {}
            state => {
                return Err(Error::refused(format!("This claim is no longer waiting: it is {state}"))
                    .hint("What was signed is kept. You can make a new claim"));
            }
        }
        is_them(app, &person, credential, Purpose::Act)?;
        let now = app.now();
        sign::writing(app, |app| {
            let viewer = Viewer::Own(who.clone());
            let done = app.log.db.write(|tx| claims::withdraw(tx, &viewer, of, now))?;
            if done { Ok(()) } else { Err(Error::refused("It was answered in the meantime")) }
        })
    };
    withdraw(app).map_err(|e| e.context(doing))?;
    claim_of(app, of)
}

/// Returns a claim in full.
pub fn claim_of(app: &App, id: ClaimId) -> Result<Claim, Error> {
    let found = app.log.db.read(|tx| claims::claim(tx, &app.viewer, id))?;
    found.ok_or_else(|| Error::usage(format!("There is no claim {id}")).hint("`countersign claim list` shows all"))
}

/// Returns a trainee's claims, newest first.
pub fn claims_of(app: &App, trainee: &PersonId) -> Result<Vec<Claim>, Error> {
    Ok(app.log.db.read(|tx| claims::of_trainee(tx, &app.viewer, trainee))?)
}

/// Hands in files that claims can use as evidence.
pub fn add_evidence(
    app: &mut App,
    who: &PersonId,
    credential: Option<&Credential>,
    files: &[TakenFile],
) -> Result<Vec<File>, Error> {
    let doing = "Handing in evidence";
    let digests: Vec<Digest> = files.iter().map(|file| file.looked.digest).collect();
    let add = |app: &mut App| -> Result<(), Error> {
        let person = app.person(who)?;
        if !person.may_act_as(Role::Trainee) {
            return Err(Error::refused(format!("{} is not a trainee", person.name)));
        }
        let sizes: Vec<(Digest, u64)> = files.iter().map(|file| (file.looked.digest, file.looked.size)).collect();
        files_may(&files_of(app, who)?, &[], &sizes)?;
        is_them(app, &person, credential, Purpose::HandIn)?;
        let now = app.now();
        let own = Viewer::Own(who.clone());
        sign::writing(app, |app| app.log.db.write(|tx| keep(tx, &own, files, now)))
    };
    add(app).map_err(|e| e.context(doing))?;
    Ok(files_of(app, who)?.into_iter().filter(|file| digests.contains(&file.digest)).collect())
}

/// Removes a file that no claim has ever used.
pub fn remove_evidence(
    app: &mut App,
    who: &PersonId,
    credential: Option<&Credential>,
    digest: &Digest,
) -> Result<(), Error> {
    let remove = |app: &mut App| -> Result<(), Error> {
        let person = app.person(who)?;
        is_them(app, &person, credential, Purpose::Act)?;
        sign::writing(app, |app| {
            let viewer = Viewer::Own(who.clone());
            app.log.db.wipe_what_goes()?;
            if app.log.db.write(|tx| evidence::let_go(tx, &viewer, who, digest))? {
                return Ok(());
            }
            Err(Error::refused("A claim uses this file")
                .hint("A training officer can erase the sign-off that it was used for"))
        })
    };
    remove(app).map_err(|e| e.context("Taking back evidence"))
}

/// Returns every file a trainee has handed in, oldest first.
pub fn files_of(app: &App, trainee: &PersonId) -> Result<Vec<File>, Error> {
    Ok(app.log.db.read(|tx| evidence::files(tx, &app.viewer, trainee))?)
}

/// Finds a trainee's file by its name or the first digits of its digest.
pub fn file_meant(app: &App, trainee: &PersonId, text: &str) -> Result<File, Error> {
    let text = text.trim();
    let files = files_of(app, trainee)?;
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    let means = |file: &&File| {
        file.name.as_str() == text || (hex.len() >= 6 && file.digest.hex().starts_with(hex)) || file.digest.hex() == hex
    };
    let found: Vec<&File> = files.iter().filter(means).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Error::usage(format!("No file called “{text}” has been handed in"))
            .hint("`evidence list` shows what has been")),
        _ => Err(Error::usage(format!("“{text}” is more than one file")).hint("Give the first digits of its digest")),
    }
}

/// Returns the current supervisors who can be asked, by name: everyone but the trainee.
pub fn possible_supervisors(app: &App, trainee: &PersonId) -> Result<Vec<Person>, Error> {
    let all = app.log.db.read(people::signers)?;
    Ok(all.into_iter().filter(|person| person.id != *trainee).collect())
}

/// Finds a supervisor who can be asked, by id or any part of a name.
pub fn requested_supervisor(app: &App, trainee: &PersonId, text: &str) -> Result<PersonSearch<Person>, Error> {
    let (all, wanted) = (possible_supervisors(app, trainee)?, NameQuery::of(text));
    if let Some(one) = all.iter().find(|one| one.id.as_str() == text.trim()) {
        return Ok(PersonSearch::One(one.clone()));
    }
    let fit = |one: Person| Some((wanted.fit(one.name.as_str())?, one));
    let mut found = NameQuery::best_matches(all.into_iter().filter_map(fit).collect());
    Ok(match found.len() {
        0 => PersonSearch::Nobody,
        1 => PersonSearch::One(found.swap_remove(0)),
        _ => PersonSearch::Several(found),
    })
}

/// Finds a file of any trainee by the first digits of its digest, with one trainee who handed it in.
pub fn file_anywhere(app: &App, text: &str) -> Result<(PersonId, File), Error> {
    let hex = text.trim().trim_start_matches("sha256:").to_owned();
    if hex.len() < 6 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Err(Error::usage(format!("“{text}” is not the beginning of a digest (6 or more of 0-9 and a-f)"))
            .hint("`countersign evidence list TRAINEE` shows them"));
    }
    let found = app.log.db.read(|tx| evidence::find(tx, &app.viewer, &hex))?;
    let mut digests: Vec<Digest> = found.iter().map(|(_, file)| file.digest).collect();
    digests.dedup();
    match (digests.len(), found.into_iter().next()) {
        (1, Some(one)) => Ok(one),
        (0, _) | (_, None) => {
            Err(Error::usage(format!("No file begins with {hex}")).hint("`countersign evidence list TRAINEE`"))
        }
        _ => Err(Error::usage(format!("Several files begin with {hex}")).hint("Give more of its digits")),
    }
}

/// Checks that this is the logged-in trainee or that the credential is theirs.
fn is_them(app: &mut App, person: &Person, credential: Option<&Credential>, purpose: Purpose) -> Result<(), Error> {
    if app.viewer.own() == Some(&person.id) {
        return Ok(());
    }
    let needed = || {
        Error::refused(format!("Only {} can claim for {}", person.name, person.name))
            .hint("They must use their own passphrase or key, or log in over SSH")
    };
    let credential = credential.ok_or_else(needed)?;
    let done = unlock::prove(app, &person.id, credential, purpose).map(drop);
    // It was given for this call only, so no key stays in memory.
    app.end_session(&person.id);
    done
}

/// Stores accepted files for the trainee that `viewer` is limited to.
fn keep(tx: &WriteTx<'_>, viewer: &Viewer, files: &[TakenFile], at: Timestamp) -> Result<(), Error> {
    let trainee = viewer.own().ok_or_else(not_theirs)?;
    for file in files {
        let mut reader = file.reader().map_err(|e| io_error(std::path::Path::new(file.name.as_str()), &e))?;
        let number = evidence::put(tx, &file.looked, &mut reader)?;
        if !evidence::hold(tx, viewer, trainee, number, (&file.name, at))? {
            return Err(not_theirs());
        }
    }
    Ok(())
}

fn not_theirs() -> Error {
    Error::refused("This claim belongs to someone else").hint("You can claim only for yourself")
}
