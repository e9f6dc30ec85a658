//! Claims on the screen: the queue that a supervisor works through, the form that a trainee fills in, and what each shows.

use countersign_core::people::person::Role;
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{ClaimId, Digest, KsbCode, Secret};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::claim::{Claim, ClaimItem, PendingClaim, QueueRow};
use countersign_core::record::evidence::{File, FileKind};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{ClaimDetail, ClaimKsb, PersonRow};
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_tui::command::Command;
use countersign_tui::dialog::sign_off::outcome;
use countersign_tui::list::{ListQuery, PageRequest};
use countersign_tui::model::Overlay;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::msg::PersonChoice;
use countersign_tui::msg::acts::{Action, ActionResult, ResultKind};
use countersign_tui::msg::claims::{ClaimRequest, NextStep};
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::{Effect, Msg, Outcome as Done};
use countersign_tui::pane::ksbs;
use countersign_tui::screen::disabled_reason;
use countersign_tui::theme::Appearance;

use crate::tui_face::{Bench, DRAWN, clean, id, two_records};

fn claim_id(n: u8) -> ClaimId {
    ClaimId(uuid::Uuid::from_bytes([n; 16]))
}

fn code(text: &str) -> KsbCode {
    text.parse().unwrap()
}

fn at(day: &str) -> Timestamp {
    format!("{day}T09:00:00Z").parse().unwrap()
}

fn row(n: u8, trainee: &str, name: &str, codes: &[&str], made: &str) -> QueueRow {
    QueueRow {
        claim: claim_id(n),
        trainee: id(trainee),
        trainee_name: clean(name),
        codes: codes.iter().map(|text| code(text)).collect(),
        reflection: SafeText::line("I led the Q4 audit of echo reports from start to end").ok().filter(|_| n % 2 == 1),
        files: u32::from(n % 3),
        of: Some(clean("S. Supervisor")).filter(|_| n.is_multiple_of(2)),
        made: at(made),
    }
}

fn rows() -> Vec<QueueRow> {
    vec![
        row(1, "7f3a", "A. Trainee", &["S26", "S27"], "2026-10-30"),
        row(2, "8b4c", "Gwenllian Hornbeam-Llewellyn-Pryce", &["K1", "K2", "K3", "K4", "K5", "K6", "B1"], "2026-11-10"),
        row(3, "7f3a", "A. Trainee", &["B2"], "2026-11-19"),
        row(4, "9c5d", "名前 次郎", &["S1"], "2026-11-21"),
    ]
}

fn sheet(n: u8) -> ClaimDetail {
    let codes = [("S26", State::NotYet), ("S27", State::Claimed)];
    let file = |name: &str, kind, size, claims| File {
        digest: Digest::of(name.as_bytes()),
        name: countersign_core::primitives::file_name::StoredFileName::read(name.as_bytes()),
        size,
        kind,
        added: at("2026-10-30"),
        claims,
        erased: false,
    };
    let claim = Claim {
        id: claim_id(n),
        trainee: id("7f3a"),
        trainee_name: clean("A. Trainee"),
        standard: "ST0413 1.1".parse().unwrap(),
        items: codes.iter().map(|(text, _)| ClaimItem { code: code(text), answered: None }).collect(),
        reflection: Some(
            SafeText::lines("I led the audit.\n\nWhat I did:\n  - drew 60 of 412 reports\n  - rated each").unwrap(),
        ),
        evidence: vec![file("audit-q4.pdf", FileKind::Pdf, 184_320, 2), file("trace.png", FileKind::Png, 2_202_009, 1)],
        of: None,
        made: at("2026-10-30"),
        withdrawn: None,
        again: None,
    };
    let items = codes.into_iter().map(|(text, state)| ClaimKsb {
        code: code(text),
        text: "Undertake delegated clinical technical and quality audits in your area of work.".into(),
        state,
        waits: true,
        newest: two_records()
            .into_iter()
            .find(|record| record.outcome == Outcome::NotAchieved && state == State::NotYet),
    });
    ClaimDetail { items: items.collect(), claim }
}

/// The queue with its rows there.
fn queue(width: u16, height: u16, looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    bench.keys("2");
    let asked = bench.answer(rows(), 4, None);
    if asked.iter().any(|effect| matches!(effect, Effect::LoadClaims { then: NextStep::Show, .. })) {
        bench.say(Msg::Done(Done::Claims { sheets: vec![sheet(1)], then: NextStep::Show }));
    }
    bench
}

fn own(width: u16, height: u16, looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    let mut standing = bench.model.trainee_view.trainee_record.clone().unwrap();
    let person = PersonRow {
        id: standing.trainee.id.clone(),
        name: standing.trainee.name.clone(),
        roles: vec![Role::Trainee],
        registration: None,
        left: false,
    };
    (bench.model.sessions, bench.model.signer) = (Vec::new(), None);
    bench.model.access_mode = AccessMode::Own(PersonChoice { person, way: CredentialKind::NoKey, signed_in: false });
    let open = standing.standard.ksbs().iter().zip(&mut standing.states).filter(|(_, state)| **state == State::Open);
    for ((ksb, state), of) in open.take(2).zip([None, Some(clean("S. Supervisor"))]) {
        *state = State::Claimed;
        standing.claims.insert(ksb.code, PendingClaim { claim: claim_id(9), since: at("2026-11-18"), of });
    }
    bench.model.trainee_view.duties.chosen = None;
    bench.model.trainee_view.ksbs = ksbs::State::default();
    bench.open(standing, 6);
    bench
}

#[test]
fn the_queue_and_an_opened_claim_at_every_size_and_look() {
    let sizes = [(60, 20), (80, 24), (120, 36)];
    for (width, height) in sizes {
        let mut bench = queue(width, height, Appearance::FULL);
        bench.assert_fits(&["4 claims wait", "1 of 4", "▌   22 days  A. Trainee", "S26 S27", "? all keys"]);
        bench.assert_fits(&["A. Trainee claims S26 and S27"]);
        // What does not fit below the list is counted, with the key that shows it.
        let all = ["I led the audit.", "audit-q4.pdf, 184 kB", "trace.png, 2.2 MB"];
        bench.assert_fits(if height > 30 { &all } else { &["more lines  enter shows all"] });
        bench.keys("space");
        bench.assert_fits(&["● 1 marked", "2 of 4", "● 22 days", "▌   11 days", "Gwenllian"]);
        let queue = format!("{}{}", bench.text(), bench.styles());
        bench.say(Msg::Done(Done::Claims { sheets: vec![sheet(1)], then: NextStep::Open }));
        bench.assert_fits(&["Claim of A. Trainee", "waiting 22 days", "S26", "Reflection", "esc close"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("queue_80x24", queue);
            insta::assert_snapshot!("claim_80x24", bench.text());
        }
    }
    let mut bench = queue(80, 24, Appearance::PLAIN);
    bench.keys("space");
    let plain = bench.text();
    bench.say(Msg::Done(Done::Claims { sheets: vec![sheet(1)], then: NextStep::Open }));
    insta::assert_snapshot!("queue_ascii_80x24", format!("{plain}{}", bench.text()));
    assert!(bench.text().lines().all(|line| line.is_ascii() || line.contains('名')), "{}", bench.text());
    let mut empty = Bench::at_work(80, 24, Appearance::FULL);
    empty.keys("2");
    empty.answer(Vec::<QueueRow>::new(), 0, None);
    let text = empty.text();
    assert!(text.contains("Nothing waits for you. A claim appears when a trainee makes it."), "{text}");
    assert!(text.contains("t chooses a trainee to sign for."), "{text}");
}

#[test]
fn a_trainee_s_list_and_the_form_of_a_claim_at_every_size_and_look() {
    for (name, width, height, looks) in [
        ("60x20", 60, 20, Appearance::FULL),
        ("80x24", 80, 24, Appearance::FULL),
        ("120x36", 120, 36, Appearance::FULL),
        ("ascii_80x24", 80, 24, Appearance::PLAIN),
    ] {
        let mut bench = own(width, height, looks);
        bench.assert_fits(&["S26", "? all keys"]);
        let claimed = bench.text();
        bench.keys("space down down space");
        let asking = ask(&bench);
        bench.say(Msg::Done(asking));
        bench.type_text("I led it.");
        bench.assert_fits(&["Claim 2 KSBs", "I led it.", "Evidence", "enter claim 2", "esc keep it for later"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!(format!("claimed_{name}"), claimed);
            insta::assert_snapshot!(format!("claim_form_{name}"), bench.text());
        }
    }
}

fn ask(bench: &Bench) -> Done {
    let files = sheet(1).claim.evidence;
    let people = vec![(id("ssup"), clean("S. Supervisor")), (id("03d2"), clean("T. Sumner"))];
    Done::Asking {
        trainee: bench.model.trainee_view.trainee.clone().unwrap(),
        people,
        files,
        way: CredentialKind::Passphrase,
    }
}

#[test]
fn the_queue_is_asked_for_in_windows_for_the_one_who_signs() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    let asked = bench.keys("2");
    let Some(Effect::LoadPage(PageRequest { list: ListQuery::Queue(of), skip: 0, rows: page, .. })) = asked.last()
    else {
        panic!("{asked:?}")
    };
    assert_eq!((of.as_ref(), *page < 24), (bench.model.signer.as_ref(), true));
    assert!(bench.keys("down").is_empty());
    // The claim under the cursor is loaded once, when the cursor reaches it.
    let show = |n| Effect::LoadClaims { ids: vec![claim_id(n)], then: NextStep::Show };
    assert_eq!(bench.answer(rows(), 4, None), [show(1)]);
    assert_eq!((bench.keys("down"), bench.keys("G g")), (vec![show(2)], vec![show(4), show(1)]));
    let (mut other, nobody) = (Bench::at_work(80, 24, Appearance::FULL), None);
    (other.model.sessions, other.model.signer) = (Vec::new(), nobody);
    let asked = other.keys("2");
    let for_all =
        |effect: &Effect| matches!(effect, Effect::LoadPage(PageRequest { list: ListQuery::Queue(None), .. }));
    assert!(asked.last().is_some_and(for_all), "{asked:?}");
    // Another program's commit is seen at once.
    let again = bench.say(Msg::Done(Done::Changed));
    let queue = |effect: &Effect| matches!(effect, Effect::LoadPage(PageRequest { list: ListQuery::Queue(_), .. }));
    assert!(again.iter().any(queue), "{again:?}");
}

#[test]
fn after_a_change_a_filter_that_cannot_be_read_leaves_the_rows_and_their_heading_as_they_were() {
    let mut bench = queue(120, 36, Appearance::FULL);
    bench.keys("/");
    bench.type_text("colour:red");
    bench.say(Msg::Done(Done::Changed));
    assert!(bench.model.list(bench.model.screen).filter.fault.is_some(), "{}", bench.text());
    bench.assert_fits(&["4 claims wait", "A. Trainee", "Gwenllian"]);
}

#[test]
fn one_signature_is_for_the_marked_claims_of_one_trainee() {
    let mut bench = queue(80, 24, Appearance::FULL);
    let ids = |effects: &[Effect]| match effects.last() {
        Some(Effect::LoadClaims { ids, then: NextStep::Sign }) => ids.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ids(&bench.keys("s")), [claim_id(1)]);
    // Marks of two trainees: those of the one under the cursor.
    bench.keys("space space space");
    assert_eq!(ids(&bench.keys("home s")), [claim_id(1), claim_id(3)]);
    assert_eq!(ids(&bench.keys("down s")), [claim_id(2)]);
    bench.keys("end s");
    assert_eq!(
        bench.model.message.as_ref().unwrap().what,
        "The marked claims are from 2 trainees. Move to a claim of one of them"
    );
    bench.keys("home");
    bench.say(Msg::Done(Done::Claims { sheets: vec![sheet(1), sheet(3)], then: NextStep::Sign }));
    let shown = bench.text();
    assert!(shown.contains("Answers 2 claims, with evidence") && shown.contains("audit-q4.pdf"), "{shown}");
    let signed = bench.keys("1 2 3 4 enter");
    let Some(Effect::Sign(request)) = signed.last() else { panic!("{signed:?}") };
    let Action::SignOff(sign_off) = &request.action else { panic!("{request:?}") };
    assert_eq!((sign_off.claims.as_slice(), sign_off.items.len()), ([claim_id(1), claim_id(3)].as_slice(), 2));
}

#[test]
fn not_achieved_asks_for_feedback_and_an_action_and_a_dialog_that_is_left_keeps_nothing_of_another_trainee() {
    let mut bench = queue(80, 24, Appearance::FULL);
    let asked = bench.keys("n");
    assert!(matches!(asked.last(), Some(Effect::LoadClaims { then: NextStep::Refuse, .. })), "{asked:?}");
    bench.say(Msg::Done(Done::Claims { sheets: vec![sheet(1)], then: NextStep::Refuse }));
    let Some(Overlay::Act(state)) = &bench.model.overlay else { panic!("no dialog") };
    assert_eq!(outcome(&state.form), Outcome::NotAchieved);
    let before = bench.model.trainee_view.draft.clone();
    let effects = [bench.keys("f"), bench.type_text("Too small"), bench.keys("esc esc")].concat();
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::SaveDraft { .. })), "{effects:?}");
    assert_eq!((bench.model.overlay.is_none(), &bench.model.trainee_view.draft), (true, &before));
}

#[test]
fn marks_in_the_queue_outlast_a_lock_and_are_never_another_person_s() {
    let mut bench = queue(80, 24, Appearance::FULL);
    bench.keys("space");
    let marks = bench.model.marks.claims.clone();
    assert_eq!(marks.keys().copied().collect::<Vec<_>>(), [claim_id(1)]);
    bench.say(Msg::Idle);
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
    assert_eq!(bench.model.marks.claims, marks);
    bench.unlock("03d2", "T. Sumner", &[Role::Supervisor], None);
    assert!(bench.model.marks.claims.is_empty());
    bench.say(Msg::Done(Done::SessionEnded(id("03d2"))));
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor], None);
    assert_eq!(bench.model.marks.claims, marks);
}

#[test]
fn esc_in_the_queue_keeps_the_marks_with_a_filter_and_without_one() {
    let mut bench = queue(80, 24, Appearance::FULL);
    bench.keys("space space");
    let marks = bench.model.marks.claims.clone();
    assert_eq!(marks.len(), 2);
    for keys in ["esc", "esc esc esc", "/ g w e n enter esc esc"] {
        bench.keys(keys);
        bench.keys("2");
        assert_eq!(bench.model.marks.claims, marks, "{keys}");
    }
}

#[test]
fn a_claim_is_opened_and_signed_from_where_it_is_read() {
    let mut bench = queue(80, 24, Appearance::FULL);
    let asked = bench.keys("enter");
    assert_eq!(asked.last(), Some(&Effect::LoadClaims { ids: vec![claim_id(1)], then: NextStep::Open }));
    bench.say(Msg::Done(Done::Claims { sheets: vec![sheet(1)], then: NextStep::Open }));
    let asked = bench.keys("s");
    assert_eq!(asked.last(), Some(&Effect::LoadClaims { ids: vec![claim_id(1)], then: NextStep::Sign }));
    bench.say(Msg::Done(Done::Claims { sheets: vec![sheet(1)], then: NextStep::Open }));
    bench.keys("e");
    assert!(bench.text().contains("Save 1 file of A. Trainee"), "{}", bench.text());
    bench.keys("backspace");
    bench.type_text("out");
    let asked = bench.keys("enter");
    assert_eq!(asked.last(), Some(&Effect::SaveFiles { claim: claim_id(1), to: "out".into() }));
}

/// Returns the claim that effects end in, with what proves who makes it.
fn claim_in(effects: &[Effect]) -> (ClaimRequest, Option<(CredentialKind, Secret)>) {
    let Some(Effect::Sign(request)) = effects.last() else { panic!("{effects:?}") };
    let Action::Claim(claim) = &request.action else { panic!("{request:?}") };
    ((**claim).clone(), request.credential.clone())
}

#[test]
fn a_trainee_marks_says_what_they_did_and_claims_and_what_is_typed_is_kept() {
    let mut bench = own(80, 24, Appearance::FULL);
    let (first, own) = (bench.model.trainee_view.current().unwrap(), bench.model.trainee_view.trainee.clone().unwrap());
    let saved = bench.keys("space");
    let marks = Effect::SaveMarks { person: own.clone(), trainee: own.clone(), marks: vec![first] };
    assert!(saved.contains(&marks), "{saved:?}");
    assert_eq!(bench.keys("c"), [Effect::LoadAsking(own.clone())]);
    let asking = ask(&bench);
    bench.say(Msg::Done(asking.clone()));
    let kept = bench.type_text("I led it");
    assert!(matches!(kept.last(), Some(Effect::SaveDraft { person, .. }) if *person == own), "{kept:?}");
    bench.keys("esc");
    bench.say(Msg::Done(asking));
    bench.keys("alt-enter");
    bench.type_text("  twice");
    bench.keys("tab");
    bench.type_text("audit-q4.pdf");
    bench.keys("tab");
    for (part, said) in
        [("zoe", "no match"), ("s", "2 match, type more"), ("sumn", "T. Sumner"), ("", "any supervisor")]
    {
        bench.keys("ctrl-u");
        bench.type_text(part);
        assert!(bench.text().contains(said), "{part}: {}", bench.text());
    }
    bench.type_text("zoe");
    assert_eq!(bench.keys("enter"), []);
    assert!(bench.text().contains("Nothing here matches “zoe”"), "{}", bench.text());
    bench.keys("ctrl-u");
    bench.type_text("superv");
    let asked = bench.keys("enter");
    let (request, credential) = claim_in(&asked);
    assert_eq!(request.reflection.as_ref().unwrap().as_str(), "I led it\n  twice");
    assert_eq!((request.codes.as_slice(), &request.evidence), ([first].as_slice(), &vec!["audit-q4.pdf".to_owned()]));
    assert_eq!((request.of.as_ref(), credential.is_none()), (Some(&id("ssup")), true));
    bench.say(Msg::Done(Done::Signed(Box::new(ActionResult {
        said: "Claimed 2 KSBs: sent to any supervisor".to_owned(),
        mirror_warning: None,
        head: bench.model.head.clone().unwrap(),
        trainee: None,
        ids: Vec::new(),
        kind: ResultKind::Claim,
    }))));
    assert_eq!(bench.model.message.as_ref().unwrap().what, "Claimed 2 KSBs: sent to any supervisor");
    assert!(bench.model.trainee_view.marks.is_empty() && bench.model.trainee_view.draft.is_empty());
}

#[test]
fn what_waits_is_taken_back_and_not_claimed_twice_nor_what_is_signed() {
    let mut bench = own(80, 24, Appearance::FULL);
    let claimed = *bench.model.trainee_view.trainee_record.as_ref().unwrap().claims.keys().next().unwrap();
    bench.model.trainee_view.marks = [claimed].into();
    bench.keys("c");
    let said = bench.model.message.as_ref().unwrap().what.clone();
    assert_eq!(said, format!("{claimed} is already waiting: press x to take the claim back"));
    let own = bench.model.trainee_view.trainee.clone().unwrap();
    assert_eq!(bench.keys("x").last(), Some(&Effect::TakeBack { trainee: own, claim: claim_id(9) }));
    let standing = bench.model.trainee_view.trainee_record.clone().unwrap();
    let signed = standing.standard.ksbs().iter().zip(&standing.states).find(|(_, state)| **state == State::Signed);
    bench.model.trainee_view.marks = [signed.unwrap().0.code].into();
    bench.keys("c");
    assert!(bench.model.message.as_ref().unwrap().what.contains("is already signed"));
}

#[test]
fn at_a_workstation_a_trainee_claims_with_their_own_passphrase_and_never_with_the_supervisor_s_session() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    let asked = bench.keys("c");
    assert!(matches!(asked.as_slice(), [Effect::LoadAsking(_)]), "{asked:?}");
    let asking = ask(&bench);
    bench.say(Msg::Done(asking));
    assert!(bench.keys("enter").is_empty());
    let asked = [bench.type_text("wren basil"), bench.keys("enter")].concat();
    assert!(claim_in(&asked).1.is_some());
    assert!(!asked.iter().any(|effect| matches!(effect, Effect::SaveDraft { .. })));
    assert!(disabled_reason(&bench.model, Command::TakeBack).is_some());
}

#[test]
fn over_ssh_no_path_that_a_supervisor_types_leads_anywhere_on_the_server() {
    let mut bench = queue(80, 24, Appearance::FULL);
    let person = bench.model.person().unwrap().clone();
    bench.model.access_mode = AccessMode::Person(PersonChoice { person, way: CredentialKind::Pin, signed_in: true });
    assert!(bench.keys("f").is_empty() && bench.model.overlay.is_none());
    let said = &bench.model.message.as_ref().unwrap().what;
    assert_eq!(
        said,
        "Over SSH, files on the server are not read or written. Run this on your own machine: ssh ACCOUNT@HOST evidence get ID > FILE"
    );
    assert!(!bench.text().contains("e evidence"));
}
