//! Histories made up from a seed, over all kinds, against a plain reading of what was said.

use std::collections::{BTreeSet, HashMap, HashSet};

use countersign_app::app::App;
use countersign_app::programme::reviews;
use countersign_app::record::outstanding;
use countersign_app::record::records;
use countersign_app::storage::data_dir::DataDir;
use countersign_app::verify::log::{Verdict, verify};
use countersign_app::verify::rebuild;
use countersign_core::filter::log::LogFilter;
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::person::{Role, Viewer};
use countersign_core::primitives::ids::{Digest, KsbCode, KsbKind, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::ksb_status::{CountedSignOff, KsbOutcome, State, StatusContext};
use countersign_core::rules::log_state::Policy;
use countersign_core::statement::Body;
use countersign_core::statement::fields::Tree;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::carry_over::{CarriedItem, CarriedList, CarryOver, MEANING_CARRIED};
use countersign_core::statement::kinds::countersign::{Countersign, MEANING_COUNTERSIGN, MEANING_COUNTERSIGN_KEY};
use countersign_core::statement::kinds::enrolment::Pause;
use countersign_core::statement::kinds::erase::Erase;
use countersign_core::statement::kinds::issuer::{IssuerChange, IssuerKey, issuer_proof_text};
use countersign_core::statement::kinds::keys::{Compromise, Retire};
use countersign_core::statement::kinds::other_log::OtherLog;
use countersign_core::statement::kinds::policy::PolicyName;
use countersign_core::statement::kinds::recovery::{ClockBack, Import, Restore};
use countersign_core::statement::kinds::response::{Acknowledge, Dispute};
use countersign_core::statement::kinds::review::{Attended, Party, Review, ReviewAction, ReviewContent};
use countersign_core::statement::kinds::sample::{Draw, Sample, Sampled};
use countersign_core::statement::kinds::sign_off::{Evidence, Outcome};
use countersign_core::statement::kinds::withdraw::Withdraw;
use countersign_ledger::merkle::{entry, leaf_hash};
use countersign_ledger::sshsig::{NAMESPACE, PROOF_NAMESPACE, SigningKey, blob_digest};
use countersign_store::db::{Access, Db};
use countersign_store::index::{people, sign_off_index};
use countersign_store::log;

use crate::further::{PROVIDER, SECOND_OFFICER, VERIFIER};
use crate::kinds::department::Department;
use crate::kinds::gateway;
use crate::random::every;
use crate::store::{dump, raw};
use crate::world::{OFFICER, OTHER_SUPERVISOR, OTHER_TRAINEE, SUPERVISOR, TRAINEE, clean, named, pid};

const CODES: [&str; 6] = ["K1", "S26", "S1", "B6", "K33", "L1"];
const SUPERVISORS: [&str; 3] = [SUPERVISOR, OTHER_SUPERVISOR, PROVIDER];
const OFFICERS: [&str; 2] = [OFFICER, SECOND_OFFICER];

/// Choices from a seed.
pub struct Choices(fastrand::Rng);

impl Choices {
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    pub fn below(&mut self, most: usize) -> usize {
        self.0.usize(..most.max(1))
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub fn chance(&mut self, in_ten: usize) -> bool {
        self.below(10) < in_ten
    }
}

/// A statement on a record, more often than not a sign-off, and whose record it is.
fn spoken(d: &Department, c: &mut Choices) -> Option<(StatementId, &'static str, u64)> {
    let on: Vec<_> = d
        .counting()
        .into_iter()
        .filter(|(_, s)| s.body.trainee().is_some())
        .filter(|(_, s)| s.body.kind() == Kind::SignOff || c.chance(3))
        .map(|(at, s)| (s.id, s.body.trainee().unwrap().id.clone(), at))
        .collect();
    let newest = on.len().saturating_sub(12);
    let from = if c.chance(7) { &on[newest..] } else { &on[..] };
    let (id, whose, at) = from.get(c.below(from.len()))?.clone();
    Some((id, if whose == pid(TRAINEE) { TRAINEE } else { OTHER_TRAINEE }, at))
}

pub fn leaf(d: &Department, at: u64) -> Digest {
    let db = Db::open(&d.path(), Access::Read).unwrap();
    let found = db.read(|tx| log::entry_at(tx, at)).unwrap().unwrap();
    let key = db.read(|tx| log::key_of(tx, &found.signed.key)).unwrap().unwrap();
    let signature: [u8; 64] = found.signed.signature.as_slice().try_into().unwrap();
    let text = Digest::of(found.signed.text.as_bytes());
    leaf_hash(&entry(found.id, text, blob_digest(&key, NAMESPACE, &signature)))
}

/// Says something, which may be refused; nothing where there is nothing to say it of.
fn act(d: &mut Department, c: &mut Choices) -> Option<()> {
    let (officer, supervisor) = (c.one(&OFFICERS), c.one(&SUPERVISORS));
    let (trainee, code) = (c.one(&[TRAINEE, OTHER_TRAINEE]), c.one(&CODES));
    let reason = clean("Because");
    let days = c.below(400).cast_signed() as i64;
    match c.below(38) {
        0..=8 => {
            let outcome = if c.chance(8) { Outcome::Achieved } else { Outcome::NotAchieved };
            let body = d.sign_off(trainee, code, outcome, days);
            d.say(supervisor, Role::Supervisor, Body::SignOff(body));
        }
        9 | 10 => {
            let (of, whose, _) = spoken(d, c)?;
            let body = Withdraw { of, trainee: named(whose), reason };
            d.say(officer, Role::TrainingOfficer, Body::Withdraw(body));
        }
        11..=14 => {
            let (of, whose, _) = spoken(d, c)?;
            let body = Countersign { of, whose: named(whose), meaning: clean(MEANING_COUNTERSIGN) };
            d.say(supervisor, Role::Supervisor, Body::Countersign(body));
        }
        15 | 16 => {
            let (of, whose, _) = spoken(d, c)?;
            let outcome = c.one(&Sampled::ALL);
            let draw = c.chance(5).then_some(Draw { seed: 7, number: 1, of: 3, at: None });
            let body = Sample { of, trainee: named(whose), outcome, reason: Some(reason), draw, drawn_from: None };
            d.say(VERIFIER, Role::Verifier, Body::Sample(body));
        }
        17 => {
            let (of, whose, _) = spoken(d, c)?;
            let (by, role) = if c.chance(7) { (whose, Role::Trainee) } else { (PROVIDER, Role::Supervisor) };
            d.say(by, role, Body::Acknowledge(Acknowledge { of, trainee: named(whose) }));
        }
        18 => {
            let (of, whose, _) = spoken(d, c)?;
            d.say(whose, Role::Trainee, Body::Dispute(Dispute { of, trainee: named(whose), reason }));
        }
        19 => {
            let at = |party, id| Attended { party, who: named(id) };
            let held = d.now.day();
            let attended =
                vec![at(Party::Trainee, trainee), at(Party::Employer, SUPERVISOR), at(Party::Provider, PROVIDER)];
            let (next, said) = (held + chrono::Duration::days(80), ReviewContent::Discussed(clean("All as planned")));
            let body = Review {
                signed: 3,
                all: 72,
                actions: vec![ReviewAction { what: clean("Go on"), by: held, owner: None }],
                ..Review::new(named(trainee), attended, held, next, said)
            };
            d.say(SUPERVISOR, Role::Supervisor, Body::Review(body));
        }
        20 => {
            if c.below(3) == 0 {
                let from = d.now.day() - chrono::Days::new(c.below(40) as u64);
                let back = (c.below(2) == 0).then(|| from + chrono::Days::new(c.below(60) as u64));
                let span = BreakPeriod { from, back };
                let body = Pause { trainee: named(trainee), span, reason };
                d.say(officer, Role::TrainingOfficer, Body::Pause(body));
                return Some(());
            }
            let setting = match c.below(8) {
                3 => (PolicyName::Imported, c.below(2) as u32),
                0 => (PolicyName::TwoPersonKeys, c.below(2) as u32),
                1 | 5..=7 => (PolicyName::ReassessMonths, 6 * c.below(3) as u32),
                2 => (PolicyName::CarriedOver, c.below(2) as u32),
                _ => (PolicyName::Countersign, c.below(2) as u32),
            };
            d.say(officer, Role::TrainingOfficer, Body::Policy(vec![setting]));
        }
        21 => renew(d, c, officer, supervisor),
        22 => {
            let from = c.below(d.log.len()) as u64;
            let key = d.keys[supervisor].public().fingerprint();
            let body = Compromise { person: named(supervisor), key, from: from.max(20), reason };
            d.say(officer, Role::TrainingOfficer, Body::Compromise(body));
        }
        23 | 24 => {
            let (_, _, at) = spoken(d, c)?;
            let (of, time) = (d.log[at as usize].id, d.log[at as usize].signed);
            let kind = Some(d.log[at as usize].body.kind());
            let put_back = d.log[at as usize].body.put_back();
            let body =
                Erase { of, position: at, leaf: leaf(d, at), time, kind, put_back, evidence: Vec::new(), reason };
            d.say(officer, Role::TrainingOfficer, Body::Erase(body));
        }
        25 | 26 => put_back(d, c, (officer, supervisor), (trainee, code), days),
        27 => {
            let head = d.book.head().unwrap();
            let to = Tree { size: head.size, root: head.root };
            let body = Restore { to, lost: Tree { size: to.size + 2, root: Digest([1; 32]) }, reason };
            d.say(officer, Role::TrainingOfficer, Body::Restore(body));
        }
        28 => {
            // A clock that was a day ahead once, and is put right.
            d.now = d.now.plus(86_400);
            let body = d.sign_off(trainee, code, Outcome::Achieved, days);
            d.say(supervisor, Role::Supervisor, Body::SignOff(body));
            let newest = d.log.iter().map(|s| s.signed).max().unwrap();
            d.now = d.now.plus(-86_400);
            d.say(officer, Role::TrainingOfficer, Body::Clock(ClockBack { newest, reason }));
        }
        32 => issuer(d, c, officer, reason),
        33..=35 => {
            let mut codes: BTreeSet<KsbCode> = (0..3).map(|_| c.one(&CODES).parse().unwrap()).collect();
            codes.insert(code.parse().unwrap());
            let ago = |c: &mut Choices| d.now.plus(-86_400 * c.below(400).cast_signed() as i64).day();
            let mut items: Vec<CarriedItem> = codes
                .into_iter()
                .map(|code| CarriedItem { code, on: ago(c), assessor: Some(clean("J. Smith")), level: None })
                .collect();
            let local = items.split_off(items.partition_point(|item| item.code.kind != KsbKind::Local));
            let mut lists: Vec<CarriedList> = [(&d.standard, items), (&*d.list, local)]
                .into_iter()
                .filter(|(_, items)| !items.is_empty())
                .map(|(of, items)| CarriedList { standard: of.reference().clone(), content: of.digest(), items })
                .collect();
            lists.sort_by(|a, b| a.standard.cmp(&b.standard));
            let file = Evidence { digest: Digest([9; 32]), name: clean("matrix.xlsx") };
            let (source, meaning) = (clean("Training matrix of 2024"), clean(MEANING_CARRIED));
            let body = CarryOver { trainee: named(trainee), source, file, lists, meaning };
            d.say(officer, Role::TrainingOfficer, Body::CarryOver(body));
        }
        36 => {
            // Accepted twice, or stopped without being accepted, it is refused.
            let log_key = clean(&format!("ward.example.org/{}+01234567+AQ", c.below(2)));
            let stopped = c.chance(4).then_some(reason);
            d.say(officer, Role::TrainingOfficer, Body::OtherLog(OtherLog { log_key, stopped }));
        }
        29..=31 => gateway::act(d, c, trainee, [officer, supervisor]),
        _ => d.now = d.now.plus(86_400),
    }
    Some(())
}

/// The department gets a key for badges, or the one in force is retired.
fn issuer(d: &mut Department, c: &mut Choices, officer: &'static str, reason: SafeText) {
    let in_force = d.log.iter().rev().find_map(|said| match &said.body {
        Body::IssuerKey(content) => Some(content.clone()),
        _ => None,
    });
    let retires = in_force.filter(|content| matches!(content.change, IssuerChange::InForce { .. }) && c.chance(5));
    let body = if let Some(content) = retires {
        IssuerKey { change: IssuerChange::Retired { reason }, ..content }
    } else {
        let key = SigningKey::from_seed(&[c.below(200) as u8 + 50; 32]);
        let (public, name) = (key.public(), clean("Cardiology"));
        let text = issuer_proof_text(&d.book.origin().unwrap(), &name, &public);
        let proof = key.sign(PROOF_NAMESPACE, text.as_bytes());
        IssuerKey { key: public, change: IssuerChange::InForce { issuer: name, proof } }
    };
    d.say(officer, Role::TrainingOfficer, Body::IssuerKey(body));
}

/// A supervisor's key is retired and a new one given, which may wait for its second signature.
fn renew(d: &mut Department, c: &mut Choices, officer: &'static str, who: &'static str) {
    let key = d.keys[who].public().fingerprint();
    let body = Retire { person: named(who), key, reason: clean("A new laptop") };
    d.say(officer, Role::TrainingOfficer, Body::Retire(body));
    let (body, key) = d.grant(who);
    let Some(at) = d.say(officer, Role::TrainingOfficer, body) else { return };
    d.keys.insert(who, key);
    let second = if officer == OFFICER { SECOND_OFFICER } else { OFFICER };
    let meaning = clean(MEANING_COUNTERSIGN_KEY);
    let body = Countersign { of: d.log[at].id, whose: named(who), meaning };
    if c.chance(8) {
        d.say(second, Role::TrainingOfficer, Body::Countersign(body));
    }
}

fn put_back(
    d: &mut Department,
    c: &mut Choices,
    (officer, supervisor): (&'static str, &'static str),
    (trainee, code): (&'static str, &'static str),
    days: i64,
) {
    let body = match spoken(d, c) {
        Some((of, whose, at)) if c.chance(3) && d.log[at as usize].signer.who.id == pid(supervisor) => {
            Body::Withdraw(Withdraw { of, trainee: named(whose), reason: clean("Lost with the disk") })
        }
        _ => Body::SignOff(d.sign_off(trainee, code, Outcome::Achieved, days)),
    };
    let back = d.lost(supervisor, body);
    let position = d.log.len() as u64 - 1;
    let import = Import {
        of: back.statement.id,
        trainee: back.statement.body.trainee().unwrap().clone(),
        text: back.text_digest(),
        signature: back.signature_digest(),
        position,
        of_tree: Tree { size: position + 1, root: Digest([4; 32]) },
        reason: clean("Lost with the disk"),
    };
    let inner = back.statement.clone();
    d.book.stage_import(back);
    if let Some(at) = d.say(officer, Role::TrainingOfficer, Body::Import(import)) {
        d.imported.insert(at as u64, inner);
    }
}

/// What a KSB comes to, by reading all that counts the long way round.
fn plain(d: &Department, trainee: &str, code: KsbCode) -> Option<KsbOutcome> {
    let all = d.counting();
    let withdrawn = |id: StatementId| all.iter().any(|(_, s)| matches!(&s.body, Body::Withdraw(w) if w.of == id));
    let doubted = |at: u64| {
        let keys: Vec<_> = [Some(&d.log[at as usize]), d.imported.get(&at)]
            .into_iter()
            .flatten()
            .map(|s| key_then(d, s.signer.who.id.as_str(), at))
            .collect();
        (0..).zip(&d.log).any(|(by, s): (u64, _)| match &s.body {
            Body::Compromise(c) => at >= c.from && at < by && keys.contains(&Some(c.key)),
            _ => false,
        })
    };
    let said = |of: StatementId| all.iter().filter(move |(_, s)| s.body.refers_to() == Some(of));
    let live = all.iter().filter_map(|(at, s)| {
        let Body::SignOff(sign_off) = &s.body else { return None };
        let rejected = said(s.id).any(|(_, s)| matches!(&s.body, Body::Sample(x) if x.outcome == Sampled::Rejected));
        let mine = sign_off.trainee.id == pid(trainee) && sign_off.item.code == code;
        if !mine || withdrawn(s.id) || rejected || doubted(*at) {
            return None;
        }
        let countersigned =
            said(s.id).any(|(at, s)| s.body.kind() == Kind::Countersign && !withdrawn(s.id) && !doubted(*at));
        Some(CountedSignOff { outcome: sign_off.outcome, observed: sign_off.observed, countersigned })
    });
    // A sign-off that counts decides; without one, the latest day of what is carried over.
    KsbOutcome::of(live).or_else(|| {
        let carried = all.iter().filter(|(at, s)| !withdrawn(s.id) && !doubted(*at));
        let days = carried.filter_map(|(_, s)| match &s.body {
            Body::CarryOver(content) if content.trainee.id == pid(trainee) => {
                content.items().find(|(_, item)| item.code == code).map(|(_, item)| item.on)
            }
            _ => None,
        });
        days.max().map(|seen| KsbOutcome::CarriedOver { seen })
    })
}

/// The key that a person signed with at a position: the newest given before it.
fn key_then(d: &Department, who: &str, at: u64) -> Option<Digest> {
    d.log[..at as usize].iter().rev().find_map(|s| match &s.body {
        Body::Key(grant) if grant.person.id == pid(who) => Some(grant.key.fingerprint()),
        Body::Genesis(genesis) if genesis.officer.id == pid(who) => Some(genesis.key.fingerprint()),
        _ => None,
    })
}

fn policy(d: &Department) -> Policy {
    d.log.iter().fold(Policy::default(), |policy, s| match &s.body {
        Body::Policy(settings) => policy.with(settings),
        _ => policy,
    })
}

/// Every index is what a plain reading says.
fn holds(d: &Department) {
    let db = Db::open(&d.path(), Access::Read).unwrap();
    let measure = StatusContext { policy: policy(d), today: d.now.day() };
    for trainee in [TRAINEE, OTHER_TRAINEE] {
        let id = pid(trainee);
        let mut expected: HashMap<KsbCode, State> = HashMap::new();
        for code in CODES.iter().filter(|code| !code.starts_with('L')) {
            let code = code.parse().unwrap();
            expected.extend(plain(d, trainee, code).map(|shown| (code, shown.state(&measure))));
        }
        let on = d.standard.reference();
        let found = db.read(|tx| sign_off_index::states(tx, &Viewer::Department, &id, on, &measure)).unwrap();
        assert_eq!(found, expected);
        let card = db.read(|tx| people::card(tx, &Viewer::Department, &id, &measure)).unwrap().unwrap();
        assert_eq!(usize::from(card.signed), expected.values().filter(|state| state.counts(&measure.policy)).count());
    }
}

/// A history of so many tries.
pub fn told(seed: u64, tries: usize) -> Department {
    let (mut d, mut c) = (Department::new(seed), Choices::new(seed));
    for _ in 0..tries {
        act(&mut d, &mut c);
    }
    d
}

#[test]
fn any_history_over_all_kinds_verifies_says_what_a_plain_reading_says_and_is_indexed_the_same_again() {
    let seeds: Vec<u64> = (0..10).collect();
    histories(every(10, &seeds));
}

#[test]
#[ignore = "slow: ten histories, which say everything"]
fn any_history_over_all_kinds_verifies_says_what_a_plain_reading_says_and_is_indexed_the_same_again_every_one() {
    let seeds: Vec<u64> = (0..10).collect();
    let (kinds, states) = histories(&seeds);
    assert_eq!(states.len(), State::ALL.len() - 1, "all but claimed: {states:?}");
    // A bundle comes from another log, and has tests of its own.
    let all = Kind::ALL.iter().filter(|kind| ![Kind::Received, Kind::TakenBack, Kind::Rotation].contains(kind));
    let missing: Vec<_> = all.filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "never said: {missing:?}");
}

/// Makes a history of each seed; returns the kinds of statements and the states of KSBs that there were.
fn histories<'a>(seeds: impl IntoIterator<Item = &'a u64>) -> (BTreeSet<Kind>, HashSet<State>) {
    let mut kinds = BTreeSet::new();
    let mut states = HashSet::new();
    for &seed in seeds {
        let (mut d, mut c) = (Department::new(seed), Choices::new(seed));
        for _ in 0..16 {
            for _ in 0..10 {
                act(&mut d, &mut c);
            }
            holds(&d);
            let app = App::open_default(DataDir::new(d.folder.path().to_owned())).unwrap();
            for trainee in [TRAINEE, OTHER_TRAINEE] {
                states.extend(records::trainee_record(&app, &pid(trainee)).unwrap().states);
            }
        }
        kinds.extend(d.log.iter().map(|s| s.body.kind()));
        let report = verify(&d.path(), &[], 2, &mut |_, _| {}).unwrap();
        assert_eq!((report.verdict, report.faults), (Verdict::CannotTell, vec![]), "seed {seed}");
        let before = dump(&raw(&d.path()));
        rebuild::rebuild(&mut App::open_default(DataDir::new(d.folder.path().to_owned())).unwrap(), &mut |_, _| {})
            .unwrap();
        let after = dump(&raw(&d.path()));
        let differ: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
        assert_eq!(differ, Vec::<&String>::new(), "seed {seed}");
        assert_eq!(before.len(), after.len(), "seed {seed}");
        let app = App::open_default(DataDir::new(d.folder.path().to_owned())).unwrap();
        outstanding::whole_record(&app, &pid(TRAINEE)).unwrap();
        outstanding::outstanding(&app, &pid(OTHER_TRAINEE)).unwrap();
        reviews::reviews(&app, &pid(TRAINEE)).unwrap();
        records::history(&app, &LogFilter::default(), None, 500).unwrap();
    }
    (kinds, states)
}
