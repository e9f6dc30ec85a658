//! The refusals of what speaks of other statements, of keys and of reviews.

use countersign_core::people::person::Role;
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::presence::Presence;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::keys::KeyGrant;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::review::{Meeting, Party, Review};
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_core::statement::{AuthMethod, Body, Statement};

use crate::further::{
    PROVIDER, SECOND_OFFICER, VERIFIER, acknowledged, compromised, countersigned, countersigned_key, disputed, retired,
    review, sampled, staffed,
};
use crate::made::id_of;
use crate::world::{OFFICER, OTHER_SUPERVISOR, OTHER_TRAINEE, SUPERVISOR, TRAINEE, World, clean, grant, named, person};

pub type Case = fn(&mut World) -> Statement;

pub fn begin(w: &mut World) {
    *w = staffed();
}

/// With an achieved sign-off by the first supervisor, which is the newest.
pub fn signed(w: &mut World) -> usize {
    begin(w);
    w.signed_off(SUPERVISOR, TRAINEE, "S26", Outcome::Achieved);
    w.log.len() - 1
}

/// With this policy on security keys.
pub fn security_keys(w: &mut World, policy: &str) {
    begin(w);
    let value = PolicyName::SecurityKey.parse_value(policy).unwrap();
    w.officer_says(Body::Policy(vec![(PolicyName::SecurityKey, value)]));
}

/// With this policy, a sign-off by a security key that shows this.
pub fn with_security_key(w: &mut World, policy: &str, presence: Presence) -> Statement {
    security_keys(w, policy);
    w.presence = presence;
    let mut statement = w.allowed();
    statement.signer.auth = AuthMethod::SecurityKey;
    statement
}

/// With a key for a newcomer that waits for its second signature.
pub fn waiting(w: &mut World) -> usize {
    begin(w);
    w.officer_says(Body::Policy(vec![(PolicyName::TwoPersonKeys, 1)]));
    w.officer_says(Body::Person(person("0new", &[Role::Supervisor])));
    w.officer_says(grant("0new"));
    w.log.len() - 1
}

pub fn by_officer(w: &World, body: Body) -> Statement {
    w.say(OFFICER, Role::TrainingOfficer, body)
}

pub fn by_verifier(w: &World, body: Body) -> Statement {
    w.say(VERIFIER, Role::Verifier, body)
}

pub fn by_other(w: &World, body: Body) -> Statement {
    w.say(OTHER_SUPERVISOR, Role::Supervisor, body)
}

pub fn by_trainee(w: &World, body: Body) -> Statement {
    w.say(TRAINEE, Role::Trainee, body)
}

pub fn held(w: &mut World, change: impl FnOnce(&mut Review)) -> Statement {
    begin(w);
    w.say(SUPERVISOR, Role::Supervisor, review(w, change))
}

/// A sign-off by the first supervisor that the log has not, to be put back.
pub fn lost(w: &mut World) {
    begin(w);
    let mut statement = w.allowed();
    statement.id = id_of(5000);
    w.put_back = Some(statement);
}

pub const REFUSED: &[(&str, Case)] = &[
    ("NoSuchKey", |w| by_officer(w, retired(SUPERVISOR, OTHER_SUPERVISOR))),
    ("NoSuchKey", |w| by_officer(w, compromised(SUPERVISOR, "n0b0dy", 1))),
    ("NotTheirsToEnd", |w| by_other(w, retired(SUPERVISOR, SUPERVISOR))),
    ("NotTheirsToEnd", |w| by_other(w, compromised(SUPERVISOR, SUPERVISOR, 1))),
    ("OtherName", |w| {
        let mut body = retired(SUPERVISOR, SUPERVISOR);
        if let Body::Retire(retire) = &mut body {
            retire.person.name = named(TRAINEE).name;
        }
        by_officer(w, body)
    }),
    ("KeyRetired", |w| {
        w.officer_says(retired(SUPERVISOR, SUPERVISOR));
        w.allowed()
    }),
    ("KeyRetired", |w| {
        w.officer_says(retired(SUPERVISOR, SUPERVISOR));
        by_officer(w, retired(SUPERVISOR, SUPERVISOR))
    }),
    ("KeyCompromised", |w| {
        w.officer_says(compromised(SUPERVISOR, SUPERVISOR, 3));
        w.allowed()
    }),
    ("KeyCompromised", |w| {
        w.officer_says(compromised(SUPERVISOR, SUPERVISOR, 3));
        by_officer(w, retired(SUPERVISOR, SUPERVISOR))
    }),
    ("KeyCompromised", |w| {
        w.officer_says(compromised(SUPERVISOR, SUPERVISOR, 3));
        by_officer(w, compromised(SUPERVISOR, SUPERVISOR, 3))
    }),
    ("FromAhead", |w| by_officer(w, compromised(SUPERVISOR, SUPERVISOR, w.log.len() as u64 + 1))),
    ("KeyPending", |w| {
        waiting(w);
        let sign_off = w.sign_off(TRAINEE, "S26", Outcome::Achieved);
        w.say("0new", Role::Supervisor, Body::SignOff(sign_off))
    }),
    ("ForwardedAgent", |w| {
        let mut statement = w.allowed();
        statement.signer.auth = AuthMethod::ForwardedAgent;
        statement
    }),
    ("OtherAuth", |w| {
        let mut statement = w.allowed();
        statement.signer.auth = AuthMethod::SecurityKey;
        statement
    }),
    ("OtherAuth", |w| {
        w.presence = Presence::Touched;
        w.allowed()
    }),
    ("Untouched", |w| with_security_key(w, "optional", Presence::Untouched)),
    ("Untouched", |w| with_security_key(w, "verified", Presence::Untouched)),
    ("Unverified", |w| with_security_key(w, "verified", Presence::Touched)),
    ("NeedsSecurityKey", |w| {
        security_keys(w, "required");
        w.allowed()
    }),
    ("NeedsSecurityKey", |w| {
        security_keys(w, "verified");
        w.allowed()
    }),
    ("ForwardedAgent", |w| {
        let mut statement = with_security_key(w, "required", Presence::Verified);
        statement.signer.auth = AuthMethod::ForwardedSecurityKey;
        statement
    }),
    ("SamePerson", |w| {
        let at = waiting(w);
        by_officer(w, countersigned_key(w, at, "0new"))
    }),
    ("SamePerson", |w| {
        begin(w);
        w.officer_says(Body::Policy(vec![(PolicyName::TwoPersonKeys, 1)]));
        let key = countersign_core::primitives::key::PublicKey::from_strings("ssh-ed25519", &[&[9; 32]]);
        w.officer_says(Body::Key(KeyGrant { person: named(SECOND_OFFICER), key, proof: [0; 64].into() }));
        let at = w.log.len() - 1;
        w.say(SECOND_OFFICER, Role::TrainingOfficer, countersigned_key(w, at, SECOND_OFFICER))
    }),
    ("NotInRole", |w| {
        let at = waiting(w);
        by_other(w, countersigned_key(w, at, "0new"))
    }),
    ("NoTarget", |w| {
        let at = waiting(w);
        w.say(SECOND_OFFICER, Role::TrainingOfficer, countersigned_key(w, at, SUPERVISOR))
    }),
    ("KeyRetired", |w| {
        let at = waiting(w);
        w.officer_says(retired("0new", "0new"));
        w.say(SECOND_OFFICER, Role::TrainingOfficer, countersigned_key(w, at, "0new"))
    }),
    ("KeyCompromised", |w| {
        let at = waiting(w);
        w.officer_says(compromised("0new", "0new", 3));
        w.say(SECOND_OFFICER, Role::TrainingOfficer, countersigned_key(w, at, "0new"))
    }),
    ("NotPending", |w| {
        begin(w);
        let at = w.newest(Kind::Key);
        w.say(SECOND_OFFICER, Role::TrainingOfficer, countersigned_key(w, at, PROVIDER))
    }),
    ("OtherCountersign", |w| {
        let at = waiting(w);
        let mut body = countersigned_key(w, at, "0new");
        if let Body::Countersign(countersign) = &mut body {
            countersign.meaning = clean("Fine by me.");
        }
        w.say(SECOND_OFFICER, Role::TrainingOfficer, body)
    }),
    ("OtherCountersign", |w| {
        let at = signed(w);
        let mut body = countersigned(w, at, TRAINEE);
        if let Body::Countersign(countersign) = &mut body {
            countersign.meaning = clean("Fine by me.");
        }
        by_other(w, body)
    }),
    ("NotCountersignable", |w| {
        begin(w);
        w.signed_off(SUPERVISOR, TRAINEE, "S26", Outcome::NotAchieved);
        by_other(w, countersigned(w, w.log.len() - 1, TRAINEE))
    }),
    ("NotCountersignable", |w| by_other(w, countersigned(w, w.newest(Kind::Enrolment), TRAINEE))),
    ("NotInRole", |w| {
        let at = signed(w);
        by_officer(w, countersigned(w, at, TRAINEE))
    }),
    ("SamePerson", |w| {
        let at = signed(w);
        w.say(SUPERVISOR, Role::Supervisor, countersigned(w, at, TRAINEE))
    }),
    ("OwnRecord", |w| {
        let at = signed(w);
        w.officer_says(Body::Person(person(TRAINEE, &[Role::Trainee, Role::Supervisor])));
        w.say(TRAINEE, Role::Supervisor, countersigned(w, at, TRAINEE))
    }),
    ("NoTarget", |w| {
        let at = signed(w);
        by_other(w, countersigned(w, at, OTHER_TRAINEE))
    }),
    ("CountersignedAlready", |w| {
        let at = signed(w);
        w.add(by_other(w, countersigned(w, at, TRAINEE)));
        by_other(w, countersigned(w, at, TRAINEE))
    }),
    ("WithdrawnAlready", |w| {
        let at = signed(w);
        w.officer_says(w.withdrawal(at, TRAINEE));
        by_other(w, countersigned(w, at, TRAINEE))
    }),
    ("RejectedAlready", |w| {
        let at = signed(w);
        w.add(by_verifier(w, sampled(w, at, TRAINEE, false)));
        by_other(w, countersigned(w, at, TRAINEE))
    }),
    ("Doubted", |w| {
        let at = signed(w);
        w.officer_says(compromised(SUPERVISOR, SUPERVISOR, 3));
        by_other(w, countersigned(w, at, TRAINEE))
    }),
    ("NotInRole", |w| {
        let at = signed(w);
        by_other(w, sampled(w, at, TRAINEE, true))
    }),
    ("NotSampled", |w| {
        let at = signed(w);
        w.officer_says(w.withdrawal(at, TRAINEE));
        by_verifier(w, sampled(w, at + 1, TRAINEE, true))
    }),
    ("OwnSample", |w| {
        signed(w);
        w.officer_says(Body::Person(person(SUPERVISOR, &[Role::Supervisor, Role::Verifier])));
        w.say(SUPERVISOR, Role::Verifier, sampled(w, w.newest(Kind::SignOff), TRAINEE, true))
    }),
    ("OwnSample", |w| {
        signed(w);
        w.officer_says(Body::Person(person(TRAINEE, &[Role::Trainee, Role::Verifier])));
        w.say(TRAINEE, Role::Verifier, sampled(w, w.newest(Kind::SignOff), TRAINEE, true))
    }),
    ("SampleNeedsReason", |w| {
        let at = signed(w);
        let mut body = sampled(w, at, TRAINEE, false);
        if let Body::Sample(sample) = &mut body {
            sample.reason = None;
        }
        by_verifier(w, body)
    }),
    ("RejectedAlready", |w| {
        let at = signed(w);
        w.add(by_verifier(w, sampled(w, at, TRAINEE, false)));
        by_verifier(w, sampled(w, at, TRAINEE, true))
    }),
    ("NoTarget", |w| {
        let at = signed(w);
        by_verifier(w, sampled(w, at, OTHER_TRAINEE, true))
    }),
    ("NotOnRecord", |w| by_trainee(w, acknowledged(w, w.newest(Kind::Enrolment), TRAINEE))),
    ("NotOnRecord", |w| by_trainee(w, disputed(w, w.newest(Kind::Person), TRAINEE))),
    ("NotTheirsToAcknowledge", |w| {
        let at = signed(w);
        by_other(w, acknowledged(w, at, TRAINEE))
    }),
    ("NotTheirsToAcknowledge", |w| {
        let at = signed(w);
        w.say(OTHER_TRAINEE, Role::Trainee, acknowledged(w, at, TRAINEE))
    }),
    ("NotTheirsToAcknowledge", |w| {
        let statement = held(w, |_| {});
        w.add(statement);
        by_other(w, acknowledged(w, w.log.len() - 1, TRAINEE))
    }),
    ("OwnStatement", |w| {
        let statement = held(w, |_| {});
        w.add(statement);
        w.say(SUPERVISOR, Role::Supervisor, acknowledged(w, w.log.len() - 1, TRAINEE))
    }),
    ("OwnStatement", |w| {
        let at = signed(w);
        w.add(by_trainee(w, acknowledged(w, at, TRAINEE)));
        by_trainee(w, disputed(w, at + 1, TRAINEE))
    }),
    ("AcknowledgedAlready", |w| {
        let at = signed(w);
        w.add(by_trainee(w, acknowledged(w, at, TRAINEE)));
        by_trainee(w, acknowledged(w, at, TRAINEE))
    }),
    ("NotTheirsToDispute", |w| {
        let at = signed(w);
        by_other(w, disputed(w, at, TRAINEE))
    }),
    ("NotTheirsToDispute", |w| {
        let at = signed(w);
        w.say(OTHER_TRAINEE, Role::Trainee, disputed(w, at, TRAINEE))
    }),
    ("DisputedAlready", |w| {
        let at = signed(w);
        w.add(by_trainee(w, disputed(w, at, TRAINEE)));
        by_trainee(w, disputed(w, at, TRAINEE))
    }),
    ("PartyMissing", |w| held(w, |r| r.attended.retain(|a| a.party != Party::Provider))),
    ("PartyMissing", |w| held(w, |r| r.attended.retain(|a| a.party != Party::Trainee))),
    ("PartyMissing", |w| held(w, |r| r.attended[0].who = named(OTHER_TRAINEE))),
    ("PartyMissing", |w| held(w, |r| r.attended[2].who = named(SUPERVISOR))),
    ("MeetingPartyMissing", |w| {
        held(w, |r| {
            r.meeting = Meeting::Training;
            r.attended.truncate(1);
        })
    }),
    ("MeetingPartyMissing", |w| {
        held(w, |r| {
            r.meeting = Meeting::YearEnd;
            r.attended.remove(0);
        })
    }),
    ("Unknown", |w| held(w, |r| r.attended[2].who = named("n0b0dy"))),
    ("Unknown", |w| held(w, |r| r.actions[0].owner = Some(named("n0b0dy")))),
    ("NotAttended", |w| held(w, |r| r.attended[1].who = named(OTHER_SUPERVISOR))),
    ("NotInRole", |w| {
        begin(w);
        w.say(VERIFIER, Role::Verifier, review(w, |r| r.attended[1].who = named(VERIFIER)))
    }),
    ("OwnRecord", |w| {
        begin(w);
        w.officer_says(Body::Person(person(TRAINEE, &[Role::Trainee, Role::TrainingOfficer])));
        w.say(TRAINEE, Role::TrainingOfficer, review(w, |_| {}))
    }),
    ("ReviewAhead", |w| held(w, |r| r.held = parse_day("2026-11-22").unwrap())),
    ("NextReviewBefore", |w| held(w, |r| r.next = r.held)),
    ("ReviewActionBefore", |w| held(w, |r| r.actions[0].by = parse_day("2026-11-19").unwrap())),
    ("ReviewLate", |w| held(w, |r| r.next = parse_day("2027-02-13").unwrap())),
];
