//! Statements made up: a strategy for every kind, each value well formed. Must never make one that no person could state.

use chrono::NaiveDate;
use countersign::domain::department::{Adoption, Genesis, KeyGrant, NamedEnrolment, PolicyName};
use countersign::domain::key::PublicKey;
use countersign::domain::person::{Enrolment, Named, Person, Role};
use countersign::domain::statement::{
    Action, Auth, Batch, Body, Evidence, Item, Method, Outcome, Seen, SignOff, Signer, Statement, Supervision, Withdraw,
};
use countersign::domain::text::Clean;
use countersign::domain::value::{Digest, KsbCode, KsbKind, Nonce, PersonId, StandardRef, StatementId};
use countersign::domain::when::Timestamp;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

/// Text of one line: letters of several scripts, what looks like fields and escapes, blanks within.
pub fn line() -> BoxedStrategy<Clean> {
    let odd = "([a-zA-Z0-9 .,:;=+@/\\\\'\"~`$%-]|[à-ÿ]|[α-ω]|[א-ת]|[一-三]|é|ﬁ|😀|\u{a0}|\u{301}){0,40}";
    let spelled = select(vec!["by 2026-11-20", "role supervisor", "\\n", "\\", "a\\\\n", "none", "suspect"]);
    let clean = |text: String| Clean::line(&format!("x{text}")).ok().filter(|c| !c.as_str().contains('\n'));
    prop_oneof![4 => odd.prop_filter_map("clean", clean), 1 => spelled.prop_map(|s| Clean::line(s).unwrap())].boxed()
}

/// Text of one or more lines.
pub fn lines() -> BoxedStrategy<Clean> {
    vec(prop_oneof![3 => line().prop_map(|c| c.to_string()), 1 => Just(String::new())], 1..4)
        .prop_filter_map("clean", |parts| Clean::lines(&parts.join("\n")).ok())
        .boxed()
}

pub fn id() -> BoxedStrategy<StatementId> {
    (0..1_u64 << 47, any::<u128>())
        .prop_map(|(at, rest)| {
            let mut bytes = rest.to_be_bytes();
            bytes[..6].copy_from_slice(&at.to_be_bytes()[2..]);
            StatementId(uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand).into_uuid())
        })
        .boxed()
}

fn digest() -> BoxedStrategy<Digest> {
    any::<[u8; 32]>().prop_map(Digest).boxed()
}

fn person_id() -> BoxedStrategy<PersonId> {
    "[0-9a-z]{1,32}".prop_map(|s| s.parse().unwrap()).boxed()
}

pub fn named() -> BoxedStrategy<Named> {
    (person_id(), line()).prop_map(|(id, name)| Named { id, name }).boxed()
}

fn day() -> BoxedStrategy<NaiveDate> {
    (0..=9999, 1..=366_u32).prop_filter_map("a day", |(y, n)| NaiveDate::from_yo_opt(y, n)).boxed()
}

fn time() -> BoxedStrategy<Timestamp> {
    (-62_135_596_800..=253_402_300_799_i64).prop_map(Timestamp::from_seconds).boxed()
}

fn roles() -> BoxedStrategy<Vec<Role>> {
    subsequence(Role::ALL.to_vec(), 0..=4).boxed()
}

fn standard() -> BoxedStrategy<StandardRef> {
    ("[A-Za-z0-9._-]{1,32}", "[A-Za-z0-9._-]{1,32}").prop_map(|(r, v)| StandardRef::new(&r, &v).unwrap()).boxed()
}

fn key() -> BoxedStrategy<PublicKey> {
    let algorithm = select(vec!["ssh-ed25519", "sk-ssh-ed25519@openssh.com"]);
    (algorithm, vec(any::<u8>(), 32..=64)).prop_map(|(a, b)| PublicKey::from_strings(a, &[&b])).boxed()
}

fn policy(least: usize) -> BoxedStrategy<Vec<(PolicyName, u32)>> {
    let one = (select(PolicyName::ALL.to_vec()), 1..=12_u32);
    btree_map(one.clone().prop_map(|(name, _)| name), one.prop_map(|(_, value)| value), least..=3)
        .prop_map(|settings| settings.into_iter().collect())
        .boxed()
}

fn code() -> BoxedStrategy<KsbCode> {
    let kind = select(vec![KsbKind::Knowledge, KsbKind::Skill, KsbKind::Behaviour]);
    (kind, 1..=u16::MAX).prop_map(|(kind, number)| KsbCode { kind, number }).boxed()
}

fn evidence() -> BoxedStrategy<Vec<Evidence>> {
    let one = (prop_oneof![any::<[u8; 32]>(), Just([7; 32])], line());
    btree_set(one, 0..4)
        .prop_map(|set| set.into_iter().map(|(digest, name)| Evidence { digest: Digest(digest), name }).collect())
        .boxed()
}

pub fn sign_off() -> BoxedStrategy<SignOff> {
    let item = (standard(), code(), digest()).prop_map(|(standard, code, text)| Item { standard, code, text });
    let action = (lines(), day()).prop_map(|(what, by)| Action { what, by });
    let how = (option::of(select(Method::ALL)), option::of(select(Supervision::ALL)));
    let said = (option::of(line()), option::of(lines()), option::of(action), option::of(lines()));
    ((named(), item, select(Outcome::ALL)), how, day(), said, evidence(), lines())
        .prop_map(|((trainee, item, outcome), (method, supervision), observed, said, evidence, meaning)| {
            let (place, feedback, action, late) = said;
            SignOff {
                trainee,
                item,
                outcome,
                method,
                supervision,
                observed,
                place,
                feedback,
                action,
                late,
                evidence,
                meaning,
            }
        })
        .boxed()
}

fn genesis() -> BoxedStrategy<Genesis> {
    (line(), named(), roles(), key(), line(), policy(0))
        .prop_map(|(department, officer, roles, key, log_key, policy)| Genesis {
            department,
            officer,
            roles,
            key,
            log_key,
            policy,
        })
        .boxed()
}

fn person() -> BoxedStrategy<Person> {
    (named(), roles(), any::<bool>(), option::of(line()), option::of(line()), option::of(line()))
        .prop_map(|(who, roles, left, department, registration, level)| Person {
            id: who.id,
            name: who.name,
            roles,
            left,
            department,
            registration,
            level,
        })
        .boxed()
}

fn enrolment() -> BoxedStrategy<NamedEnrolment> {
    (named(), standard(), day(), option::of(line()))
        .prop_map(|(who, standard, start, specialism)| NamedEnrolment {
            name: who.name,
            enrolment: Enrolment { trainee: who.id, standard, start, specialism },
        })
        .boxed()
}

/// The body of any kind, each kind as likely as the others.
pub fn body() -> BoxedStrategy<Body> {
    let proof = (any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(a, b)| {
        let mut proof = [0; 64];
        proof[..32].copy_from_slice(&a);
        proof[32..].copy_from_slice(&b);
        proof
    });
    prop_oneof![
        genesis().prop_map(Body::Genesis),
        person().prop_map(Body::Person),
        (named(), key(), proof).prop_map(|(person, key, proof)| Body::Key(KeyGrant { person, key, proof })),
        (standard(), line(), digest()).prop_map(|(standard, title, content)| Body::Standard(Adoption {
            standard,
            title,
            content
        })),
        enrolment().prop_map(Body::Enrolment),
        policy(1).prop_map(Body::Policy),
        sign_off().prop_map(Body::SignOff),
        (id(), named(), lines()).prop_map(|(of, trainee, reason)| Body::Withdraw(Withdraw { of, trainee, reason })),
    ]
    .boxed()
}

/// Any statement that is well formed.
pub fn statement() -> BoxedStrategy<Statement> {
    let auth = select(vec![Auth::Passphrase, Auth::Pin]);
    let signer = (named(), option::of(line()), select(Role::ALL.to_vec()), auth)
        .prop_map(|(who, registration, role, auth)| Signer { who, registration, role, auth });
    let batch = (id(), 1..=u16::MAX)
        .prop_flat_map(|(id, of)| (Just(id), 1..=of, Just(of)))
        .prop_map(|(id, number, of)| Batch { id, number, of });
    let seen = (any::<u64>(), digest()).prop_map(|(size, root)| Seen { size, root });
    let frame = (id(), any::<[u8; 16]>(), seen, time(), option::of(batch), any::<bool>());
    (("[a-z0-9./_-]{1,128}", frame), body(), signer)
        .prop_map(|((log, (id, nonce, seen, signed, batch, clock_suspect)), body, signer)| Statement {
            log: log.parse().unwrap(),
            id,
            nonce: Nonce(nonce),
            seen,
            body,
            signed,
            signer,
            batch,
            clock_suspect,
        })
        .boxed()
}

/// A UUID of version 7 from a number, for tests that need ids in order.
pub fn id_of(n: u64) -> StatementId {
    StatementId(Uuid::from_u128(0x0193_9f2e_0000_7000_8000_0000_0000_0000 | u128::from(n)))
}
