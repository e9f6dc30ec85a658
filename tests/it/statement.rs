//! A statement has one spelling: what is written reads back as itself, and no other text means the same.

use std::fs;
use std::path::PathBuf;

use chrono::NaiveDate;
use countersign_core::people::person::{PersonRef, Role};
use countersign_core::primitives::ids::Digest;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::decode::decode;
use countersign_core::statement::encode::encode;
use countersign_core::statement::fields::DecodeFault;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::review::{Attended, Party, Review, ReviewContent};
use countersign_core::statement::kinds::sample::{Draw, Sample};
use countersign_core::statement::kinds::sign_off::{Evidence, SignOff};
use countersign_core::statement::{Body, MAX_BYTES, Statement};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::made;
use crate::random::{cases, every};

fn vector(n: usize) -> String {
    let path: PathBuf =
        [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "vectors", &format!("statement{n}.txt")].iter().collect();
    fs::read_to_string(path).unwrap()
}

/// The same statement of every kind each time, with as much in it as the strategies give.
fn one_of_each_kind() -> Vec<Statement> {
    let mut runner = TestRunner::deterministic();
    let mut all: Vec<Statement> = Vec::new();
    for _ in 0..100 * Kind::ALL.len() {
        if all.len() == Kind::ALL.len() {
            break;
        }
        let statement = made::statement().new_tree(&mut runner).unwrap().current();
        if all.iter().all(|other| other.body.kind() != statement.body.kind()) {
            all.push(statement);
        }
    }
    let made = |kind: &Kind| all.iter().any(|statement| statement.body.kind() == *kind);
    let lacking: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| !made(kind)).collect();
    assert!(lacking.is_empty(), "tests/it/made.rs has no strategy for {lacking:?}");
    all
}

/// A text that differs from a statement's is refused, or means something else and is that meaning's one spelling.
fn holds(text: &str, original: &Statement, spelled: &str) {
    if let Ok(other) = decode(text) {
        assert_eq!(encode(&other).as_deref(), Ok(text));
        assert_eq!(other == *original, text == spelled, "{text:?}");
    }
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn every_statement_reads_back_as_itself(statement in made::statement()) {
        prop_assert_eq!(statement.fault(), None);
        let text = encode(&statement).unwrap();
        prop_assert_eq!(decode(&text), Ok(statement));
    }

    #[test]
    fn text_from_outside_that_is_kept_is_in_the_one_spelling(text in any::<String>()) {
        if let Ok(clean) = SafeText::lines(&text) {
            prop_assert_eq!(SafeText::as_signed(clean.as_str()), Some(clean.clone()));
            prop_assert_eq!(SafeText::lines(clean.as_str()), Ok(clean));
        }
    }

    #[test]
    fn two_statements_never_share_a_spelling(one in made::statement(), other in made::statement()) {
        prop_assert_eq!(one == other, encode(&one) == encode(&other));
    }

    #[test]
    fn what_is_not_a_statement_is_refused_without_a_panic(text in any::<String>(), cut in any::<prop::sample::Index>()) {
        prop_assert!(decode(&text).is_err());
        let whole = vector(3);
        let at = whole.floor_char_boundary(cut.index(whole.len()));
        let (head, tail) = whole.split_at(at);
        let pasted = format!("{head}{text}{tail}");
        if let Ok(statement) = decode(&pasted) {
            prop_assert_eq!(encode(&statement).unwrap(), pasted);
        }
    }
}

#[test]
fn every_change_of_one_byte_is_refused_or_means_something_else() {
    changes_of_one_byte(12);
}

#[test]
#[ignore = "slow: every byte"]
fn every_change_of_one_byte_is_refused_or_means_something_else_every_one() {
    changes_of_one_byte(1);
}

/// Changes every `step`th byte of a statement of each kind, in every way.
fn changes_of_one_byte(step: usize) {
    for statement in one_of_each_kind() {
        let text = encode(&statement).unwrap();
        let places: Vec<usize> = (0..text.len()).collect();
        for &at in every(step, &places) {
            for change in [0x01, 0x20, 0x80, b' ' ^ text.as_bytes()[at], b'\n' ^ text.as_bytes()[at]] {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= change;
                if let Ok(changed) = String::from_utf8(bytes) {
                    holds(&changed, &statement, &text);
                }
            }
            let mut dropped = text.clone().into_bytes();
            dropped.remove(at);
            if let Ok(changed) = String::from_utf8(dropped) {
                holds(&changed, &statement, &text);
            }
            for extra in ["+", "0", " ", "\n", "\r", "\\", "\t", "\0", "\u{feff}", "\u{202e}", "e\u{301}"] {
                if text.is_char_boundary(at) {
                    holds(&format!("{}{extra}{}", &text[..at], &text[at..]), &statement, &text);
                }
            }
        }
    }
}

#[test]
#[ignore = "slow: every byte"]
fn lines_swapped_dropped_doubled_or_added_are_refused_or_mean_something_else() {
    for statement in one_of_each_kind() {
        let text = encode(&statement).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for at in 0..lines.len() {
            for other in 0..lines.len() {
                let mut swapped = lines.clone();
                swapped.swap(at, other);
                holds(&swapped.concat(), &statement, &text);
                let mut doubled = lines.clone();
                doubled.insert(other, lines[at]);
                holds(&doubled.concat(), &statement, &text);
            }
            let mut dropped = lines.clone();
            dropped.remove(at);
            holds(&dropped.concat(), &statement, &text);
            for extra in ["\n", "clock suspect\n", "late x\n", "policy late-days 7\n", "unknown x\n", "by 2026-11-20\n"]
            {
                let mut added = lines.clone();
                added.insert(at, extra);
                holds(&added.concat(), &statement, &text);
            }
        }
    }
}

#[test]
fn every_way_to_hide_a_second_spelling_is_refused() {
    for statement in one_of_each_kind() {
        let text = encode(&statement).unwrap();
        let refused = |changed: String| assert!(decode(&changed).is_err(), "{changed:?}");
        refused(text.replace('\n', "\r\n"));
        refused(format!("\u{feff}{text}"));
        refused(text.trim_end().to_owned());
        refused(format!("{text}\n"));
        refused(String::new());
        for at in text.match_indices('\n').map(|(at, _)| at) {
            for blank in [" ", "\t", "\r", "\0", "\u{a0}", "\u{85}", "\u{200b}", "\u{202e}"] {
                refused(format!("{}{blank}{}", &text[..at], &text[at..]));
            }
        }
        let nonce = text.lines().find(|line| line.starts_with("nonce ")).unwrap();
        let id = text.lines().find(|line| line.starts_with("id ")).unwrap();
        for line in [nonce, id] {
            let (key, value) = line.split_once(' ').unwrap();
            if value.bytes().any(|b| b.is_ascii_lowercase()) {
                refused(text.replace(line, &format!("{key} {}", value.to_uppercase())));
            }
        }
        let seen = text.lines().find(|line| line.starts_with("seen ")).unwrap();
        for odd in ["seen +", "seen 0", "seen -", "seen  "] {
            refused(text.replace(seen, &seen.replace("seen ", odd)));
        }
    }
}

#[test]
fn the_worked_statements_read_and_are_written_the_same() {
    for n in 0..5 {
        let text = vector(n);
        let statement = decode(&text).unwrap();
        assert_eq!(statement.body.kind(), Kind::SignOff, "{n}");
        assert_eq!(encode(&statement).unwrap(), text, "{n}");
    }
}

/// A sign-off whose body is `change`d.
fn changed(change: impl FnOnce(&mut SignOff)) -> Statement {
    let mut statement = decode(&vector(3)).unwrap();
    if let Body::SignOff(sign_off) = &mut statement.body {
        change(sign_off);
    }
    statement
}

#[test]
fn a_statement_that_is_too_long_is_neither_written_nor_read() {
    let long = |bytes: usize| SafeText::lines(&"x".repeat(bytes)).unwrap();
    let spare =
        MAX_BYTES - encode(&changed(|s| (s.feedback, s.late) = (Some(long(9000)), Some(long(1))))).unwrap().len();
    let full = changed(|s| (s.feedback, s.late) = (Some(long(9000)), Some(long(1 + spare))));
    let text = encode(&full).unwrap();
    assert_eq!(text.len(), MAX_BYTES);
    assert_eq!(decode(&text), Ok(full));
    let over = changed(|s| (s.feedback, s.late) = (Some(long(9000)), Some(long(2 + spare))));
    assert_eq!(encode(&over).unwrap_err().bytes, MAX_BYTES + 1);
    assert_eq!(decode(&text.replace("\nlate ", "\nlate y")), Err(DecodeFault::NotAStatement));
}

#[test]
fn values_that_their_types_allow_and_no_statement_may_hold_are_refused() {
    let broken = || SafeText::lines("A. TRAINEE\nrole supervisor").unwrap();
    let evidence = |n: u8, name: &str| Evidence { digest: Digest([n; 32]), name: SafeText::line(name).unwrap() };
    let mut ill = vec![
        changed(|s| s.trainee.name = broken()),
        changed(|s| s.place = Some(broken())),
        changed(|s| s.evidence = vec![Evidence { digest: Digest([1; 32]), name: broken() }]),
        changed(|s| s.evidence = vec![evidence(2, "a"), evidence(1, "a")]),
        changed(|s| s.evidence = vec![evidence(1, "b"), evidence(1, "a")]),
        changed(|s| s.evidence = vec![evidence(1, "a"), evidence(1, "a")]),
        changed(|s| s.observed = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap()),
        changed(|s| s.action.get_or_insert(action()).by = NaiveDate::from_ymd_opt(-1, 1, 1).unwrap()),
    ];
    let mut signers = [0; 4].map(|_| changed(|_| {}));
    signers[0].signer.who.name = broken();
    signers[1].signer.registration = Some(broken());
    signers[2].batch.as_mut().unwrap().number = 0;
    signers[3].batch.as_mut().unwrap().number = 6;
    ill.extend(signers);
    for statement in one_of_each_kind() {
        let mut bodies = Vec::new();
        match &statement.body {
            Body::Genesis(genesis) => {
                for roles in [vec![Role::Supervisor, Role::Trainee], vec![Role::Supervisor; 2]] {
                    bodies.push(Body::Genesis(countersign_core::statement::kinds::genesis::Genesis {
                        roles,
                        ..genesis.clone()
                    }));
                }
                let policy = vec![(PolicyName::LateDays, 7), (PolicyName::SessionHours, 4)];
                bodies.push(Body::Genesis(countersign_core::statement::kinds::genesis::Genesis {
                    policy,
                    ..genesis.clone()
                }));
            }
            Body::Person(person) => {
                for broke in [
                    |p: &mut countersign_core::people::person::Person, c| p.name = c,
                    |p: &mut countersign_core::people::person::Person, c| p.department = Some(c),
                    |p: &mut countersign_core::people::person::Person, c| p.registration = Some(c),
                    |p: &mut countersign_core::people::person::Person, c| p.level = Some(c),
                ] {
                    let mut person = person.clone();
                    broke(&mut person, broken());
                    bodies.push(Body::Person(person));
                }
            }
            Body::Review(review) => {
                let mut out_of_order = review.clone();
                let who = |id: &str| PersonRef { id: id.parse().unwrap(), name: SafeText::line("x").unwrap() };
                let at = |party, id: &str| Attended { party, who: who(id) };
                out_of_order.attended = vec![at(Party::Employer, "a"), at(Party::Trainee, "b")];
                bodies.push(Body::Review(out_of_order.clone()));
                out_of_order.attended = vec![at(Party::Employer, "a"), at(Party::Employer, "a")];
                bodies.push(Body::Review(out_of_order));
                bodies.push(Body::Review(Review { signed: 2, all: 1, ..review.clone() }));
                if let ReviewContent::Answers(answers) = &review.content {
                    let mut changed = answers.clone();
                    let had = changed.rated.reason.take();
                    changed.rated.reason = if had.is_some() { None } else { SafeText::line("No change").ok() };
                    bodies.push(Body::Review(Review { content: ReviewContent::Answers(changed), ..review.clone() }));
                }
                bodies.push(Body::Review(Review {
                    next: NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap(),
                    ..review.clone()
                }));
            }
            Body::Sample(sample) => {
                for (number, of) in [(0, 3), (4, 3), (0, 0)] {
                    let draw = Some(Draw { seed: 1, number, of, at: None });
                    bodies.push(Body::Sample(Sample { draw, ..sample.clone() }));
                }
            }
            Body::Policy(_) => {
                bodies.push(Body::Policy(Vec::new()));
                bodies.push(Body::Policy(vec![(PolicyName::LateDays, 7), (PolicyName::LateDays, 9)]));
                bodies.push(Body::Policy(vec![(PolicyName::IdleMinutes, 0)]));
                bodies.push(Body::Policy(vec![(PolicyName::SessionHours, 13)]));
            }
            _ => {}
        }
        ill.extend(bodies.into_iter().map(|body| Statement { body, ..statement.clone() }));
    }
    // A review with answers has one more than a review without.
    assert!((12 + 3 + 4 + 4 + 4 + 3..=12 + 3 + 4 + 4 + 4 + 4).contains(&ill.len()), "{}", ill.len());
    for statement in ill {
        let text = encode(&statement).unwrap();
        assert!(statement.fault().is_some(), "{text}");
        assert!(decode(&text).is_err(), "{text}");
    }
}

fn action() -> countersign_core::statement::kinds::sign_off::Action {
    let by = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
    countersign_core::statement::kinds::sign_off::Action { what: SafeText::line("Do it again").unwrap(), by }
}
