//! What a department may say beyond signing off: second signatures, samples, reviews, keys that end, what touches the log.

use countersign_core::people::person::{PersonRef, Role};
use countersign_core::primitives::date::{Timestamp, parse_day};
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::key::PublicKey;
use countersign_core::statement::Body;
use countersign_core::statement::encode::encode;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kinds::countersign::{Countersign, MEANING_COUNTERSIGN, MEANING_COUNTERSIGN_KEY};
use countersign_core::statement::kinds::erase::Erase;
use countersign_core::statement::kinds::issuer::{IssuerChange, IssuerKey};
use countersign_core::statement::kinds::keys::{Compromise, Retire};
use countersign_core::statement::kinds::other_log::OtherLog;
use countersign_core::statement::kinds::received::{Received, ReceivedPart};
use countersign_core::statement::kinds::recovery::{ClockBack, Import, Restore};
use countersign_core::statement::kinds::response::{Acknowledge, Dispute};
use countersign_core::statement::kinds::review::{Attended, Party, Review, ReviewAction, ReviewContent};
use countersign_core::statement::kinds::rotation::{Rotation, RotationEnd};
use countersign_core::statement::kinds::sample::{Sample, Sampled};
use countersign_core::statement::kinds::taken_back::{TakenBack, TakenBackLog};

use crate::world::{INNER_SIGNATURE, SUPERVISOR, TRAINEE, World, clean, grant, key_of, leaf_of, named, person};

pub const SECOND_OFFICER: &str = "0ff2";
pub const VERIFIER: &str = "0e4f";
pub const PROVIDER: &str = "0p0a";

/// The department with a second training officer, a verifier and a tutor of the provider.
pub fn staffed() -> World {
    let mut world = World::new();
    for (id, role) in
        [(SECOND_OFFICER, Role::TrainingOfficer), (VERIFIER, Role::Verifier), (PROVIDER, Role::Supervisor)]
    {
        world.officer_says(Body::Person(person(id, &[role])));
        world.officer_says(grant(id));
    }
    world
}

pub fn retired(who: &str, key: &str) -> Body {
    Body::Retire(Retire { person: named(who), key: key_of(key).fingerprint(), reason: clean("A new laptop") })
}

pub fn compromised(who: &str, key: &str, from: u64) -> Body {
    let (key, reason) = (key_of(key).fingerprint(), clean("A note with the passphrase was found"));
    Body::Compromise(Compromise { person: named(who), key, from, reason })
}

pub fn countersigned(world: &World, at: usize, whose: &str) -> Body {
    Body::Countersign(Countersign { of: world.log[at].id, whose: named(whose), meaning: clean(MEANING_COUNTERSIGN) })
}

pub fn countersigned_key(world: &World, at: usize, whose: &str) -> Body {
    Body::Countersign(Countersign {
        of: world.log[at].id,
        whose: named(whose),
        meaning: clean(MEANING_COUNTERSIGN_KEY),
    })
}

pub fn sampled(world: &World, at: usize, trainee: &str, good: bool) -> Body {
    let (outcome, reason) =
        if good { (Sampled::Accepted, None) } else { (Sampled::Rejected, Some(clean("Nothing shows it"))) };
    Body::Sample(Sample {
        of: world.log[at].id,
        trainee: named(trainee),
        outcome,
        reason,
        draw: None,
        drawn_from: None,
    })
}

pub fn acknowledged(world: &World, at: usize, trainee: &str) -> Body {
    Body::Acknowledge(Acknowledge { of: world.log[at].id, trainee: named(trainee) })
}

pub fn disputed(world: &World, at: usize, trainee: &str) -> Body {
    Body::Dispute(Dispute { of: world.log[at].id, trainee: named(trainee), reason: clean("I was on leave") })
}

/// A review of the first trainee by the first supervisor.
pub fn review(_world: &World, change: impl FnOnce(&mut Review)) -> Body {
    let day = |text| parse_day(text).unwrap();
    let at = |party, id| Attended { party, who: named(id) };
    let attended = vec![at(Party::Trainee, TRAINEE), at(Party::Employer, SUPERVISOR), at(Party::Provider, PROVIDER)];
    let said = ReviewContent::Discussed(clean("All as planned"));
    let mut review = Review {
        signed: 22,
        all: 72,
        actions: vec![ReviewAction { what: clean("Write up S26"), by: day("2026-12-01"), owner: None }],
        ..Review::new(named(TRAINEE), attended, day("2026-11-20"), day("2027-02-12"), said)
    };
    change(&mut review);
    Body::Review(review)
}

pub fn erased(world: &World, at: usize) -> Body {
    let of = world.log[at].id;
    let (time, reason) = (world.log[at].signed, clean("It names a patient"));
    Body::Erase(Erase {
        of,
        position: at as u64,
        leaf: leaf_of(of),
        time,
        kind: Some(world.log[at].body.kind()),
        put_back: world.log[at].body.put_back(),
        evidence: Vec::new(),
        reason,
    })
}

/// An import of what the world puts back next, which stood at a position once.
pub fn imported(world: &World, position: u64) -> Body {
    let inner = world.put_back.as_ref().unwrap();
    let trainee = inner.body.trainee().cloned().unwrap_or_else(|| named(TRAINEE));
    Body::Import(Import {
        of: inner.id,
        trainee,
        text: Digest::of(encode(inner).unwrap().as_bytes()),
        signature: INNER_SIGNATURE,
        position,
        of_tree: Tree { size: position + 1, root: Digest([4; 32]) },
        reason: clean("Lost with the disk"),
    })
}

pub fn restored(world: &World) -> Body {
    let (size, root) = (world.log.len() as u64, Digest([3; 32]));
    Body::Restore(Restore {
        to: Tree { size, root },
        lost: Tree { size: size + 4, root: Digest([6; 32]) },
        reason: clean("The disk broke"),
    })
}

pub fn clock_back(world: &World) -> Body {
    Body::Clock(ClockBack { newest: world.roster.newest.unwrap(), reason: clean("The clock was a day ahead") })
}

/// The department's key for badges, made from a seed.
pub fn issuer_key(seed: u8) -> Body {
    let key = PublicKey::from_strings("ssh-ed25519", &[&[seed; 32]]);
    Body::IssuerKey(IssuerKey { key, change: IssuerChange::InForce { issuer: clean("Cardiology"), proof: [0; 64] } })
}

/// The retirement of that key.
pub fn issuer_retired(seed: u8) -> Body {
    let key = PublicKey::from_strings("ssh-ed25519", &[&[seed; 32]]);
    Body::IssuerKey(IssuerKey { key, change: IssuerChange::Retired { reason: clean("Replaced") } })
}

/// Another department's log, which is accepted, or no longer.
pub fn other_log(log_key: &str, stopped: bool) -> Body {
    Body::OtherLog(OtherLog { log_key: clean(log_key), stopped: stopped.then(|| clean("It closed")) })
}

/// What was received from a log for a trainee, taken back.
pub fn taken_back(origin: &str, there: &str, trainee: PersonRef) -> Body {
    let logs = vec![TakenBackLog { origin: origin.parse().unwrap(), there: there.parse().unwrap() }];
    let (kept, list, evidence) = (0, Digest([2; 32]), Vec::new());
    Body::TakenBack(TakenBack { trainee, logs, kept, list, evidence, reason: clean("It is about somebody else") })
}

/// Who a trainee here is in another log, or the end of that.
pub fn rotation(origin: &str, there: &str, trainee: PersonRef, ended: bool) -> Body {
    let there = PersonRef { id: there.parse().unwrap(), name: trainee.name.clone() };
    let end = RotationEnd { kept: 0, list: Digest([2; 32]), erased: None, reason: clean("Back home") };
    Body::Rotation(Rotation { trainee, origin: origin.parse().unwrap(), there, ended: ended.then_some(end) })
}

/// A bundle that was received from a log, for a trainee.
pub fn received(origin: &str, trainee: PersonRef) -> Body {
    let part = ReceivedPart {
        origin: origin.parse().unwrap(),
        there: "x1".parse().unwrap(),
        tree: Tree { size: 4, root: Digest([5; 32]) },
        statements: 3,
    };
    let (bundle, list, made) = (Digest([1; 32]), Digest([2; 32]), Timestamp::from_seconds(1));
    let parts = vec![part];
    Body::Received(Received { trainee, bundle, made, parts, kept: 3, list, erased: Vec::new(), evidence: Vec::new() })
}
