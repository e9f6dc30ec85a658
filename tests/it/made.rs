//! Statements made up: a strategy for every kind, each value well formed. Must never make one that no person could state.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::paid_hours::PaidHours;
use countersign_core::people::person::{Enrolment, Person, PersonRef, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{ClaimId, Digest, KsbCode, KsbKind, Nonce, PersonId, StandardRef, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::hours::{HourEntry, MOST_WHAT, QuarterHours};
use countersign_core::programme::rating::{Rated, Rating};
use countersign_core::standard::options::{LeftOut, Scope};
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::adoption::{Adoption, Competences};
use countersign_core::statement::kinds::carry_over::{CarriedItem, CarriedList, CarryOver};
use countersign_core::statement::kinds::confirm::Confirm;
use countersign_core::statement::kinds::countersign::Countersign;
use countersign_core::statement::kinds::enrolment::{NamedEnrolment, Pause};
use countersign_core::statement::kinds::erase::Erase;
use countersign_core::statement::kinds::genesis::Genesis;
use countersign_core::statement::kinds::hours::Hours;
use countersign_core::statement::kinds::issuer::{IssuerChange, IssuerKey};
use countersign_core::statement::kinds::keys::{Compromise, KeyGrant, KeyProof, Retire};
use countersign_core::statement::kinds::other_log::OtherLog;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::received::{ErasedElsewhere, Received, ReceivedPart};
use countersign_core::statement::kinds::recognition::Recognition;
use countersign_core::statement::kinds::recovery::{ClockBack, Import, Restore};
use countersign_core::statement::kinds::requirement::{Requirement, RequirementOutcome};
use countersign_core::statement::kinds::response::{Acknowledge, Dispute};
use countersign_core::statement::kinds::review::{
    Answers, Attended, Meeting, Party, Review, ReviewAction, ReviewContent,
};
use countersign_core::statement::kinds::rotation::{Rotation, RotationEnd};
use countersign_core::statement::kinds::sample::{Draw, Sample, Sampled};
use countersign_core::statement::kinds::sign_off::{Action, Evidence, Item, Method, Outcome, SignOff, Supervision};
use countersign_core::statement::kinds::taken_back::{TakenBack, TakenBackLog};
use countersign_core::statement::kinds::training_plan::{Month, PlannedMonth, TrainingPlan};
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_core::statement::{AuthMethod, Batch, Body, Signer, Statement};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

/// Text of one line: letters of several scripts, what looks like fields and escapes, blanks within.
pub fn line() -> BoxedStrategy<SafeText> {
    let odd = "([a-zA-Z0-9 .,:;=+@/\\\\'\"~`$%-]|[à-ÿ]|[α-ω]|[א-ת]|[一-三]|é|ﬁ|😀|\u{a0}|\u{301}){0,40}";
    let spelled = select(vec!["by 2026-11-20", "role supervisor", "\\n", "\\", "a\\\\n", "none", "suspect"]);
    let clean = |text: String| SafeText::line(&format!("x{text}")).ok().filter(|c| !c.as_str().contains('\n'));
    prop_oneof![4 => odd.prop_filter_map("clean", clean), 1 => spelled.prop_map(|s| SafeText::line(s).unwrap())].boxed()
}

/// Text of one or more lines.
pub fn lines() -> BoxedStrategy<SafeText> {
    vec(prop_oneof![3 => line().prop_map(|c| c.to_string()), 1 => Just(String::new())], 1..4)
        .prop_filter_map("clean", |parts| SafeText::lines(&parts.join("\n")).ok())
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

pub fn named() -> BoxedStrategy<PersonRef> {
    (person_id(), line()).prop_map(|(id, name)| PersonRef { id, name }).boxed()
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
    let within = |(name, value): (PolicyName, u32)| (name, value.clamp(*name.range().start(), *name.range().end()));
    btree_map(select(PolicyName::ALL.to_vec()), 0..=400_u32, least..=6)
        .prop_map(move |settings| settings.into_iter().map(within).collect())
        .boxed()
}

fn code() -> BoxedStrategy<KsbCode> {
    let kind = select(vec![KsbKind::Knowledge, KsbKind::Skill, KsbKind::Behaviour, KsbKind::Local]);
    let within =
        |(kind, number)| KsbCode { kind, number: if kind == KsbKind::Local { 1 + number % 999 } else { number } };
    (kind, 1..=u16::MAX).prop_map(within).boxed()
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
    let how = (option::of(select(Method::ALL.to_vec())), option::of(select(Supervision::ALL.to_vec())));
    let said = (option::of(line()), option::of(lines()), option::of(action), option::of(lines()));
    let claim = any::<[u8; 16]>().prop_map(|bytes| ClaimId(uuid::Uuid::from_bytes(bytes)));
    let claim = option::of((claim, option::of(digest())));
    ((named(), item, select(Outcome::ALL.to_vec())), how, day(), said, (claim, evidence()), lines())
        .prop_map(|((trainee, item, outcome), (method, supervision), observed, said, (claim, evidence), meaning)| {
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
                claim: claim.map(|(claim, _)| claim),
                claimed: claim.and_then(|(_, digest)| digest),
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

/// An option, and KSBs left out in groups of one to three.
fn scope() -> BoxedStrategy<Scope> {
    let codes = btree_set((select(vec!["K", "S", "B"]), 1_u16..60), 0..8);
    (option::of(line()), codes, vec(line(), 8))
        .prop_map(|(option, codes, reasons)| {
            let mut codes: Vec<KsbCode> =
                codes.into_iter().map(|(kind, number)| format!("{kind}{number}").parse().unwrap()).collect();
            codes.sort_unstable();
            let groups = codes.chunks(3).zip(reasons);
            let left_out = groups.map(|(codes, reason)| LeftOut { codes: codes.to_vec(), reason }).collect();
            Scope { option, left_out }
        })
        .boxed()
}

fn enrolment() -> BoxedStrategy<NamedEnrolment> {
    let hours = option::of(1_u16..=16_800);
    (named(), standard(), (day(), option::of(day())), option::of(line()), hours, (scope(), option::of(any::<bool>())))
        .prop_map(|(who, standard, (start, end), specialism, weekly, (scope, aged_16_to_18))| NamedEnrolment {
            name: who.name,
            enrolment: Enrolment {
                trainee: who.id,
                standard,
                start,
                specialism,
                weekly: weekly.and_then(PaidHours::hundredths),
                end: end.filter(|end| *end >= start),
                scope,
                aged_16_to_18,
            },
        })
        .boxed()
}

fn tree() -> BoxedStrategy<Tree> {
    (any::<u64>(), digest()).prop_map(|(size, root)| Tree { size, root }).boxed()
}

fn review() -> BoxedStrategy<Review> {
    let attended = btree_map((select(Party::ALL.to_vec()), person_id()), line(), 0..5).prop_map(|all| {
        all.into_iter().map(|((party, id), name)| Attended { party, who: PersonRef { id, name } }).collect::<Vec<_>>()
    });
    let action = (lines(), day(), option::of(named()));
    let actions = vec(action.prop_map(|(what, by, owner)| ReviewAction { what, by, owner }), 0..4);
    let rating = || select(Rating::ALL.to_vec());
    let rated = (rating(), line(), rating(), lines()).prop_map(|(worked_out, basis, rating, why)| {
        let reason = Some(why).filter(|_| rating != worked_out);
        Rated { worked_out, basis, rating, reason }
    });
    let answers = (proptest::array::uniform6(lines()), rated)
        .prop_map(|(texts, rated)| ReviewContent::Answers(Box::new(Answers { texts, rated })));
    let said = prop_oneof![lines().prop_map(ReviewContent::Discussed), answers];
    let meeting = select(Meeting::ALL.to_vec());
    let progress = any::<u16>().prop_flat_map(|all| (0..=all, Just(all)));
    ((named(), day(), meeting, attended), progress, said, actions, (day(), option::of(lines())))
        .prop_map(|((trainee, held, meeting, attended), (signed, all), said, actions, (next, late))| Review {
            trainee,
            held,
            meeting,
            attended,
            signed,
            all,
            content: said,
            actions,
            next,
            late,
        })
        .boxed()
}

fn hours() -> BoxedStrategy<Hours> {
    let short = || line().prop_filter("short enough", |what| what.as_str().len() <= MOST_WHAT);
    let said = (1..=96_u32, short(), btree_set(code(), 0..4));
    let entries = btree_map((day(), (0..1_u64 << 47, any::<u64>())), said, 1..4).prop_map(|all| {
        let entry = |(key, (hours, what, codes)): (_, (u32, SafeText, std::collections::BTreeSet<KsbCode>))| {
            let (day, (at, rest)): (NaiveDate, (u64, u64)) = key;
            let mut bytes = (u128::from(at) << 80 | u128::from(rest)).to_be_bytes();
            bytes[6] = 0;
            let id = uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand).into_uuid();
            HourEntry { id: StatementId(id), day, hours: QuarterHours(hours), what, codes: codes.into_iter().collect() }
        };
        let mut entries: Vec<HourEntry> = all.into_iter().map(entry).collect();
        entries.sort_by_key(|entry| (entry.day, entry.id.0));
        entries
    });
    (named(), entries, lines()).prop_map(|(trainee, entries, meaning)| Hours { trainee, entries, meaning }).boxed()
}

fn recognition() -> BoxedStrategy<Body> {
    let said = || lines().prop_filter("not empty", |text| !text.as_str().is_empty());
    let codes = btree_set(code(), 0..5).prop_map(|codes| codes.into_iter().collect::<Vec<_>>());
    (named(), standard(), option::of(1..=40_000_u32), codes, said(), said())
        .prop_map(|(trainee, standard, hours, codes, reason, support)| {
            let hours = hours.or(codes.is_empty().then_some(4)).map(QuarterHours);
            Body::Recognition(Recognition { trainee, standard, hours, codes, reason, support })
        })
        .boxed()
}

fn training_plan() -> BoxedStrategy<Body> {
    let months = btree_map((2000..2100_i32, 1..=12_u32), 0..=2_976_u32, 1..6);
    (named(), standard(), months, btree_set(code(), 1..6))
        .prop_map(|(trainee, standard, months, codes)| {
            let mut left: Vec<KsbCode> = codes.into_iter().collect();
            let months = months.into_iter().map(|((year, month), quarters)| {
                let codes = left.split_off(left.len().saturating_sub(1));
                let month = Month::of(NaiveDate::from_ymd_opt(year, month, 1).unwrap());
                PlannedMonth { month, hours: QuarterHours(quarters), codes }
            });
            Body::TrainingPlan(TrainingPlan { trainee, standard, months: months.collect() })
        })
        .boxed()
}

fn carry_over() -> BoxedStrategy<Body> {
    let items = || btree_map(code(), (day(), option::of(line()), option::of(line())), 1..6);
    let lists = btree_map(standard(), (digest(), items()), 1..3).prop_map(|lists| {
        let list = |(standard, (content, items)): (StandardRef, (Digest, BTreeMap<_, _>))| CarriedList {
            standard,
            content,
            items: items
                .into_iter()
                .map(|(code, (on, assessor, level))| CarriedItem { code, on, assessor, level })
                .collect(),
        };
        lists.into_iter().map(list).collect::<Vec<_>>()
    });
    let file = (digest(), line()).prop_map(|(digest, name)| Evidence { digest, name });
    (named(), line(), file, lists, lines())
        .prop_map(|(trainee, source, file, lists, meaning)| {
            Body::CarryOver(CarryOver { trainee, source, file, lists, meaning })
        })
        .boxed()
}

/// The kinds of the gateway.
fn gateway() -> BoxedStrategy<Body> {
    let word = "[a-z0-9][a-z0-9-]{0,39}".prop_map(|word| word.parse().unwrap());
    prop_oneof![
        hours().prop_map(Body::Hours),
        recognition(),
        training_plan(),
        (named(), word, select(RequirementOutcome::ALL.to_vec()), lines()).prop_map(
            |(trainee, requirement, outcome, reason)| {
                Body::Requirement(Requirement { trainee, requirement, outcome, reason })
            }
        ),
        (named(), select(Party::ALL.to_vec()), lines()).prop_map(|(trainee, party, meaning)| Body::Confirm(Confirm {
            trainee,
            party,
            meaning
        })),
    ]
    .boxed()
}

/// The kinds that speak of other statements, of keys, of reviews and of the log itself.
fn further() -> BoxedStrategy<Body> {
    let draw = (any::<u64>(), 1..=u32::MAX, option::of(any::<u64>()))
        .prop_flat_map(|(seed, of, at)| (Just(seed), 1..=of, Just(of), Just(at)))
        .prop_map(|(seed, number, of, at)| Draw { seed, number, of, at });
    let drawn = (option::of(draw), option::of(lines()));
    let sampled = (select(Sampled::ALL.to_vec()), option::of(lines()), drawn);
    prop_oneof![
        (named(), digest(), lines()).prop_map(|(person, key, reason)| Body::Retire(Retire { person, key, reason })),
        (named(), digest(), any::<u64>(), lines())
            .prop_map(|(person, key, from, reason)| Body::Compromise(Compromise { person, key, from, reason })),
        (id(), named(), lines()).prop_map(|(of, whose, meaning)| Body::Countersign(Countersign { of, whose, meaning })),
        review().prop_map(Body::Review),
        (named(), day(), option::of(day()), lines()).prop_map(|(trainee, from, back, reason)| Body::Pause(Pause {
            trainee,
            span: BreakPeriod { from, back },
            reason
        })),
        (id(), named(), sampled).prop_map(|(of, trainee, (outcome, reason, (draw, drawn_from)))| Body::Sample(
            Sample { of, trainee, outcome, reason, draw, drawn_from }
        )),
        (id(), named()).prop_map(|(of, trainee)| Body::Acknowledge(Acknowledge { of, trainee })),
        (id(), named(), lines()).prop_map(|(of, trainee, reason)| Body::Dispute(Dispute { of, trainee, reason })),
        (
            id(),
            any::<u64>(),
            (digest(), vec(digest(), 0..3), option::of(id())),
            time(),
            option::of(select(Kind::ALL.to_vec())),
            lines()
        )
            .prop_map(|(of, position, (leaf, evidence, put_back), time, kind, reason)| Body::Erase(Erase {
                of,
                position,
                leaf,
                time,
                kind,
                put_back,
                evidence,
                reason
            })),
        (id(), named(), (digest(), digest()), any::<u64>(), tree(), lines()).prop_map(
            |(of, trainee, (text, signature), position, of_tree, reason)| Body::Import(Import {
                of,
                trainee,
                text,
                signature,
                position,
                of_tree,
                reason
            })
        ),
        (tree(), tree(), lines()).prop_map(|(to, lost, reason)| Body::Restore(Restore { to, lost, reason })),
        (time(), lines()).prop_map(|(newest, reason)| Body::Clock(ClockBack { newest, reason })),
        (key(), line(), any::<[u8; 32]>()).prop_map(|(key, issuer, half)| {
            let mut proof = [0; 64];
            proof[32..].copy_from_slice(&half);
            Body::IssuerKey(IssuerKey { key, change: IssuerChange::InForce { issuer, proof } })
        }),
        (key(), lines())
            .prop_map(|(key, reason)| { Body::IssuerKey(IssuerKey { key, change: IssuerChange::Retired { reason } }) }),
        ("[a-z0-9]{1,12}", option::of(lines())).prop_map(|(name, stopped)| {
            Body::OtherLog(OtherLog { log_key: SafeText::line(&format!("{name}+01234567+AQ")).unwrap(), stopped })
        }),
        received(),
        taken_back(),
        rotation(),
    ]
    .boxed()
}

/// A bundle that was received.
fn received() -> impl Strategy<Value = Body> {
    let part = (person_id(), any::<u32>(), tree());
    let parts = btree_map("[a-z0-9]{1,12}", part, 1..3);
    let erased = btree_set(("[a-z]{1,3}", any::<u64>()), 0..3);
    let digests = btree_set(any::<[u8; 32]>(), 0..3);
    (named(), (digest(), digest()), time(), parts, any::<u32>(), erased, digests).prop_map(
        |(trainee, (bundle, list), made, parts, kept, erased, evidence)| {
            let part = |(origin, (there, statements, tree)): (String, _)| ReceivedPart {
                origin: origin.parse().unwrap(),
                there,
                tree,
                statements,
            };
            let gone =
                |(origin, position): (String, u64)| ErasedElsewhere { origin: origin.parse().unwrap(), position };
            Body::Received(Received {
                trainee,
                bundle,
                made,
                parts: parts.into_iter().map(part).collect(),
                kept,
                list,
                erased: erased.into_iter().map(gone).collect(),
                evidence: evidence.into_iter().map(Digest).collect(),
            })
        },
    )
}

/// Who a trainee is in another log, or its end.
fn rotation() -> impl Strategy<Value = Body> {
    let end = (any::<u32>(), digest(), option::of((any::<u32>(), digest())), lines());
    let end = end.prop_map(|(kept, list, erased, reason)| RotationEnd { kept, list, erased, reason });
    (named(), "[a-z0-9]{1,12}", named(), option::of(end)).prop_map(|(trainee, origin, there, ended)| {
        Body::Rotation(Rotation { trainee, origin: origin.parse().unwrap(), there, ended })
    })
}

/// What was received, taken back.
fn taken_back() -> impl Strategy<Value = Body> {
    let logs = btree_map("[a-z0-9]{1,12}", person_id(), 1..3);
    let digests = btree_set(any::<[u8; 32]>(), 0..3);
    (named(), logs, any::<u32>(), digest(), digests, lines()).prop_map(
        |(trainee, logs, kept, list, evidence, reason)| {
            let log = |(origin, there): (String, _)| TakenBackLog { origin: origin.parse().unwrap(), there };
            Body::TakenBack(TakenBack {
                trainee,
                logs: logs.into_iter().map(log).collect(),
                kept,
                list,
                evidence: evidence.into_iter().map(Digest).collect(),
                reason,
            })
        },
    )
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
        (named(), key(), proof, any::<Option<[u8; 5]>>()).prop_map(|(person, key, proof, touch)| {
            // Of a security key: with its flags and counter.
            let proof = proof.into_iter().chain(touch.into_iter().flatten()).collect();
            Body::Key(KeyGrant { person, key, proof: KeyProof::from_bytes(proof).unwrap() })
        }),
        (standard(), line(), digest()).prop_map(|(standard, title, content)| Body::Standard(Adoption {
            standard,
            title,
            content
        })),
        (standard(), line(), btree_set(standard(), 1..4), digest()).prop_map(|(list, title, beside, content)| {
            Body::Competences(Competences { list, title, beside: beside.into_iter().collect(), content })
        }),
        enrolment().prop_map(Body::Enrolment),
        policy(1).prop_map(Body::Policy),
        sign_off().prop_map(Body::SignOff),
        (id(), named(), lines()).prop_map(|(of, trainee, reason)| Body::Withdraw(Withdraw { of, trainee, reason })),
        further(),
        further(),
        gateway(),
        carry_over(),
    ]
    .boxed()
}

/// Any statement that is well formed.
pub fn statement() -> BoxedStrategy<Statement> {
    let auth = select(AuthMethod::ALL.to_vec());
    let signer = (named(), option::of(line()), select(Role::ALL.to_vec()), auth)
        .prop_map(|(who, registration, role, auth)| Signer { who, registration, role, auth });
    let batch = (id(), 1..=u16::MAX)
        .prop_flat_map(|(id, of)| (Just(id), 1..=of, Just(of)))
        .prop_map(|(id, number, of)| Batch { id, number, of });
    let seen = (any::<u64>(), digest()).prop_map(|(size, root)| Tree { size, root });
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
