//! Dry-runs a use case: builds its statements and checks the rules, without a credential and without writing.

use crate::app::App;
use crate::error::Error;
use crate::log::append::{edge_of, judge};
use crate::log::rule_context::roster_for;
use crate::random::{id, nonce};
use countersign_core::people::person::{Person, PersonRef, Role};
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::primitives::presence::Presence;
use countersign_core::rules::is_suspect;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::standard::local::AllowedSigner;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::{AuthMethod, Body, Signer, Statement};
use countersign_ledger::batch::signs_batches;
use countersign_store::index::{people, standards};

/// Checks these bodies against the rules in turn, as if this person signed them now; returns the rule violation as an error.
pub(crate) fn check(app: &mut App, signer: &PersonId, role: Role, bodies: &[Body]) -> Result<(), Error> {
    let several = bodies.windows(2).any(|pair| pair[0].trainee() != pair[1].trainee());
    // One item for several people is told apart by their names.
    let called = |at: usize| {
        let Body::SignOff(sign_off) = &bodies[at] else { return None };
        Some(if several { sign_off.trainee.name.to_string() } else { sign_off.item.code.to_string() })
    };
    let violations = check_each(app, signer, role, bodies)?.unwrap_or_default();
    let Some(((_, first), others)) = violations.split_first() else { return Ok(()) };
    let mut error = Error::from(first.clone());
    if let RuleViolation::MayNotSign { code, .. } = first {
        error = error.hint(who_may(app, *code)?);
    }
    let others: Vec<String> = others.iter().filter_map(|(at, _)| called(*at)).collect();
    match others.len() {
        0 => {}
        1 => error.why = format!("{}. {} is refused too", error.why, others[0]),
        _ => error.why = format!("{}. {} are refused too", error.why, others.join(", ")),
    }
    Err(error)
}

/// Checks the rules for each body as if the accepted ones before it were signed. Returns the refused bodies by index;
/// `None` if the person has no key to sign with.
pub(crate) fn check_each(
    app: &mut App,
    who: &PersonId,
    role: Role,
    bodies: &[Body],
) -> Result<Option<Vec<(usize, RuleViolation)>>, Error> {
    let person = app.person(who)?;
    let (about, origin) = (app.log.referenced(bodies)?, app.log.origin()?);
    let App { log, clock, random, sessions, .. } = app;
    let (signed, millis) = (clock.now(), clock.millis());
    let session = sessions.of(who, signed).map(|session| (session.public.clone(), session.public.fingerprint()));
    log.db.read(|tx| {
        let mut public = session.clone();
        // The key of an open session signs; without one, any that could.
        let keys = if public.is_some() { Vec::new() } else { people::keys_of(tx, who)? };
        for (key, _) in keys {
            let fingerprint = key.fingerprint();
            if people::registered_key(tx, &fingerprint)?.is_some_and(|registered| registered.signs()) {
                // A security key is what the rules may ask for.
                if public.as_ref().is_none_or(|(known, _)| !signs_batches(known)) {
                    public = Some((key, fingerprint));
                }
            }
        }
        // A person without a key sees that when they enter their credential.
        let Some((public, fingerprint)) = public else { return Ok(None) };
        let mut roster = roster_for(tx, who, &public, bodies, &about)?;
        let (auth, presence) = if signs_batches(&public) {
            (AuthMethod::SecurityKey, Presence::Verified)
        } else {
            (AuthMethod::Passphrase, Presence::Unknown)
        };
        let edge = edge_of(tx)?;
        let seen = Tree { size: edge.size(), root: edge.root() };
        let mut refused = Vec::new();
        let brought: Vec<StatementId> = bodies.iter().filter_map(Body::put_back).collect();
        for ((at, body), position) in bodies.iter().enumerate().zip(seen.size..) {
            let back = body.put_back().and_then(|of| about.put_back.get(&of));
            // What refers to a statement that is brought back with it cannot be checked before that one is there.
            if back.and_then(|back| back.statement.body.refers_to()).is_some_and(|of| brought.contains(&of)) {
                continue;
            }
            let statement = Statement {
                log: origin.clone(),
                id: id(&mut **random, millis)?,
                nonce: nonce(&mut **random)?,
                seen,
                clock_suspect: is_suspect(&roster, body, signed),
                body: body.clone(),
                signed,
                signer: signer(&person, role, auth),
                batch: None,
            };
            let judged = judge(tx, &mut roster, &statement, &about, position, (&fingerprint, presence))?;
            refused.extend(judged.err().map(|refusal| (at, refusal)));
        }
        Ok(Some(refused))
    })
}

/// Returns who may sign off a local competence, according to the lists.
fn who_may(app: &App, code: KsbCode) -> Result<String, Error> {
    let mut names: Vec<String> = Vec::new();
    for of in app.log.db.read(standards::lists)? {
        let Some(list) = app.log.standard(&of)? else { continue };
        for who in list.term(code).into_iter().flat_map(|term| &term.who) {
            let name = match who {
                AllowedSigner::Role(role) => format!("a supervisor who is a {}", role.words()),
                AllowedSigner::Person(id) => app.person(id)?.name.to_string(),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(format!("People who may sign it off: {}", names.join(", ")))
}

fn signer(person: &Person, role: Role, auth: AuthMethod) -> Signer {
    Signer {
        who: PersonRef { id: person.id.clone(), name: person.name.clone() },
        registration: person.registration.clone(),
        role,
        auth,
    }
}
