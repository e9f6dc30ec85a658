//! The refusals of what touches the log itself: erase, import, restore, clock.

use countersign_core::people::person::{PersonRef, Role};
use countersign_core::primitives::ids::Digest;
use countersign_core::rules::refusal::RuleViolation;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::erase::Erase;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::recovery::Restore;
use countersign_core::statement::{Body, Statement};

use crate::further::{
    clock_back, compromised, countersigned, erased, imported, issuer_key, issuer_retired, other_log, received,
    restored, retired, rotation, taken_back,
};
use crate::made::id_of;
use crate::rules::further::{Case, begin, by_officer, by_other, lost, signed};
use crate::world::{OTHER_TRAINEE, SUPERVISOR, TRAINEE, World, clean, named};

pub const REFUSED: &[(&str, Case)] = &[
    ("NotErasable", |w| {
        begin(w);
        by_officer(w, erased(w, w.newest(Kind::Person)))
    }),
    ("NotErasable", |w| {
        begin(w);
        by_officer(w, erased(w, 0))
    }),
    ("NotInRole", |w| {
        let at = signed(w);
        by_other(w, erased(w, at))
    }),
    ("NoTarget", |w| {
        let at = signed(w);
        let mut body = erased(w, at);
        if let Body::Erase(erase) = &mut body {
            erase.of = id_of(9000);
        }
        by_officer(w, body)
    }),
    ("OtherLeaf", |w| other_erase(w, |erase| erase.leaf = Digest([1; 32]))),
    ("OtherLeaf", |w| other_erase(w, |erase| erase.position += 1)),
    ("OtherLeaf", |w| other_erase(w, |erase| erase.time = erase.time.plus(1))),
    ("Erased", |w| {
        let at = signed(w);
        w.officer_says(erased(w, at));
        by_officer(w, erased(w, at))
    }),
    ("Erased", |w| {
        let at = signed(w);
        let body = countersigned(w, at, TRAINEE);
        w.officer_says(erased(w, at));
        by_other(w, body)
    }),
    ("EraseOtherFirst", |w| {
        let at = signed(w);
        w.officer_says(w.withdrawal(at, TRAINEE));
        by_officer(w, erased(w, at + 1))
    }),
    ("OtherImport", |w| {
        lost(w);
        let body = imported(w, 3);
        w.put_back = None;
        by_officer(w, body)
    }),
    ("OtherImport", |w| {
        lost(w);
        let body = imported(w, 3);
        w.put_back.as_mut().unwrap().nonce.0[0] ^= 1;
        by_officer(w, body)
    }),
    ("OtherImport", |w| {
        lost(w);
        let mut body = imported(w, 3);
        if let Body::Import(import) = &mut body {
            import.trainee = named(OTHER_TRAINEE);
        }
        by_officer(w, body)
    }),
    ("NotImportable", |w| {
        lost(w);
        let policy = Body::Policy(vec![(PolicyName::LateDays, 9)]);
        w.put_back = Some(Statement { id: id_of(5000), ..by_officer(w, policy) });
        by_officer(w, imported(w, 3))
    }),
    ("InLogAlready", |w| {
        let at = signed(w);
        w.put_back = Some(w.log[at].clone());
        by_officer(w, imported(w, 3))
    }),
    ("InLogAlready", |w| {
        lost(w);
        let again = w.put_back.clone();
        w.officer_says(imported(w, 3));
        w.put_back = again;
        by_officer(w, imported(w, 3))
    }),
    ("NotInRole", |w| {
        lost(w);
        by_other(w, imported(w, 3))
    }),
    ("KeyRetired", |w| {
        lost(w);
        w.officer_says(retired(SUPERVISOR, SUPERVISOR));
        by_officer(w, imported(w, w.log.len() as u64))
    }),
    ("KeyCompromised", |w| {
        lost(w);
        w.officer_says(compromised(SUPERVISOR, SUPERVISOR, 3));
        by_officer(w, imported(w, 3))
    }),
    ("WithdrawnAlready", |w| {
        let at = signed(w);
        let mut withdrawal = w.say(SUPERVISOR, Role::Supervisor, w.withdrawal(at, TRAINEE));
        withdrawal.id = id_of(5000);
        w.officer_says(w.withdrawal(at, TRAINEE));
        w.put_back = Some(withdrawal);
        by_officer(w, imported(w, 3))
    }),
    ("OtherRestore", |w| restore(w, |r| r.to.size -= 1)),
    ("OtherRestore", |w| restore(w, |r| r.to.root = Digest([1; 32]))),
    ("LostShorter", |w| restore(w, |r| r.lost = Tree { size: 1, ..r.lost })),
    ("NotInRole", |w| by_other(w, restored(w))),
    ("OtherNewest", |w| {
        let mut statement = by_officer(w, clock_back(w));
        if let Body::Clock(back) = &mut statement.body {
            back.newest = back.newest.plus(1);
        }
        statement.signed = statement.signed.plus(-86_400);
        statement
    }),
    ("NotInRole", |w| by_other(w, issuer_key(9))),
    ("KeyTwice", |w| {
        w.officer_says(issuer_key(9));
        by_officer(w, issuer_key(9))
    }),
    ("NotTheIssuerKey", |w| by_officer(w, issuer_retired(9))),
    ("NotTheIssuerKey", |w| {
        w.officer_says(issuer_key(9));
        w.officer_says(issuer_key(8));
        by_officer(w, issuer_retired(9))
    }),
    ("NotInRole", |w| by_other(w, other_log("ward.example.org/1+01234567+AQ", false))),
    ("OwnLog", |w| {
        let own = format!("{}+01234567+AQ", w.allowed().log);
        by_officer(w, other_log(&own, false))
    }),
    ("AcceptedAlready", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        by_officer(w, other_log("ward.example.org/1+01234567+AQ", false))
    }),
    ("OtherLogKey", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        by_officer(w, other_log("ward.example.org/1+76543210+AQ", false))
    }),
    ("NotAcceptedLog", |w| by_officer(w, other_log("ward.example.org/1+01234567+AQ", true))),
    ("NotAcceptedLog", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        by_officer(w, other_log("ward.example.org/1+76543210+AQ", true))
    }),
    ("NotAcceptedLog", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", true));
        by_officer(w, received("ward.example.org/1", named(TRAINEE)))
    }),
    ("OtherName", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        let other = PersonRef { name: clean("Someone Else"), ..named(TRAINEE) };
        by_officer(w, received("ward.example.org/1", other))
    }),
    ("NothingReceived", |w| by_officer(w, taken_back("ward.example.org/1", "x1", named(TRAINEE)))),
    ("NothingReceived", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        w.officer_says(received("ward.example.org/1", named(TRAINEE)));
        // Another log, another person there, another person here.
        assert!(w.judge(&by_officer(w, taken_back("ward.example.org/1", "x1", named(TRAINEE)))).is_ok());
        for (origin, there, who) in [
            ("ward.example.org/2", "x1", TRAINEE),
            ("ward.example.org/1", "x2", TRAINEE),
            ("ward.example.org/1", "x1", OTHER_TRAINEE),
        ] {
            let refused = w.judge(&by_officer(w, taken_back(origin, there, named(who))));
            assert!(
                matches!(refused, Err(RuleViolation::NothingReceived { .. })),
                "{origin} {there} {who}: {refused:?}"
            );
        }
        w.officer_says(taken_back("ward.example.org/1", "x1", named(TRAINEE)));
        by_officer(w, taken_back("ward.example.org/1", "x1", named(TRAINEE)))
    }),
    ("NotAcceptedLog", |w| by_officer(w, rotation("ward.example.org/1", "x1", named(TRAINEE), false))),
    ("NotInRole", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        by_officer(w, rotation("ward.example.org/1", "x1", named(SUPERVISOR), false))
    }),
    ("RotatesAlready", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        w.officer_says(rotation("ward.example.org/1", "x1", named(TRAINEE), false));
        by_officer(w, rotation("ward.example.org/1", "x2", named(TRAINEE), false))
    }),
    ("RotatesForAnother", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        w.officer_says(rotation("ward.example.org/1", "x1", named(TRAINEE), false));
        by_officer(w, rotation("ward.example.org/1", "x1", named(OTHER_TRAINEE), false))
    }),
    ("NoRotation", |w| by_officer(w, rotation("ward.example.org/1", "x1", named(TRAINEE), true))),
    ("NoRotation", |w| {
        w.officer_says(other_log("ward.example.org/1+01234567+AQ", false));
        w.officer_says(rotation("ward.example.org/1", "x1", named(TRAINEE), false));
        by_officer(w, rotation("ward.example.org/1", "x2", named(TRAINEE), true))
    }),
    ("ClockNotAhead", |w| by_officer(w, clock_back(w))),
    ("Clock", |w| {
        let mut statement = by_officer(w, clock_back(w));
        (statement.signed, statement.clock_suspect) = (statement.signed.plus(-86_400), true);
        statement
    }),
];

fn other_erase(w: &mut World, change: impl FnOnce(&mut Erase)) -> Statement {
    let at = signed(w);
    let mut body = erased(w, at);
    if let Body::Erase(erase) = &mut body {
        change(erase);
    }
    by_officer(w, body)
}

pub fn restore(w: &mut World, change: impl FnOnce(&mut Restore)) -> Statement {
    let mut body = restored(w);
    if let Body::Restore(restore) = &mut body {
        change(restore);
    }
    by_officer(w, body)
}
