//! Local competences on the screen: the last group of the duties, marked, signed and found like KSBs.

use countersign_core::record::ksb_status::{CountedSignOff, State};
use countersign_core::record::view::TraineeRecord;
use countersign_core::standard::Ksb;
use countersign_core::standard::local::AllowedSigner;
use countersign_core::standard::local_state::LocalTally;
use countersign_core::standard::local_view::{LOCAL_GROUP, LocalKsb};
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_tui::model::Overlay;
use countersign_tui::msg::Effect;
use countersign_tui::theme::Appearance;

use crate::local::list;
use crate::tui_face::{Bench, DRAWN, code, day, id, said, standing};

/// With the list in force: L1 seen twice of five, L2 to be renewed, L3 lapsed.
fn with_list() -> TraineeRecord {
    let list = list("1", "1");
    let mut open = standing("7f3a", "A. Trainee");
    for (ksb, (state, seen, due)) in list.ksbs().iter().zip([
        (State::Partly, 2, None),
        (State::Renew, 1, Some("2026-12-01")),
        (State::Lapsed, 2, Some("2026-11-01")),
    ]) {
        let one = CountedSignOff { outcome: Outcome::Achieved, observed: day("2026-10-02"), countersigned: false };
        let tally = LocalTally::of((0..seen).map(|_| one));
        open.local.push(LocalKsb {
            list: list.reference().clone(),
            ksb: Ksb { duties: vec![LOCAL_GROUP], ..ksb.clone() },
            term: list.term(ksb.code).unwrap().clone(),
            tally,
            seen,
            state,
            due: due.map(day),
        });
    }
    open
}

fn bench(width: u16, height: u16, looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    bench.open(with_list(), 7);
    bench.keys("esc tab tab end");
    bench
}

#[test]
fn the_last_group_of_the_duties_lists_them_with_their_states_at_every_size() {
    for (width, height) in [(60, 20), (80, 24), (120, 36)] {
        let mut bench = bench(width, height, Appearance::FULL);
        bench.keys("enter");
        bench.assert_fits(&["Local competences", "▌  L3", "partly", "Record a 12-le", "? all keys"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("local_80x24", bench.text());
        }
    }
    let mut plain = bench(80, 24, Appearance::PLAIN);
    plain.keys("enter");
    insta::assert_snapshot!("local_ascii_80x24", plain.text());
    assert!(plain.text().is_ascii());
}

#[test]
fn they_are_marked_signed_and_found_like_ksbs_and_no_figure_counts_them() {
    let mut bench = bench(80, 24, Appearance::FULL);
    let without = standing("7f3a", "A. Trainee").figures(None);
    assert_eq!(bench.model.trainee_view.trainee_record.as_ref().unwrap().figures(None), without);
    bench.keys("enter space space");
    assert_eq!(bench.model.trainee_view.selection(), [code("L2"), code("L3")]);
    // Both kinds are in what is left, and a filter finds both.
    bench.keys("tab tab home enter");
    let left: Vec<_> = bench.model.trainee_view.left.iter().map(|left| left.code).collect();
    let listed: Vec<_> = bench.model.trainee_view.listed().rows.iter().map(|row| row.ksb.code).collect();
    assert_eq!(listed, left);
    bench.keys("/");
    bench.type_text("l");
    let mut listed: Vec<String> =
        bench.model.trainee_view.listed().rows.iter().map(|row| row.ksb.code.to_string()).collect();
    listed.sort();
    assert_eq!(listed, ["L1", "L2", "L3"]);
    bench.keys("esc");
    assert_eq!(bench.model.trainee_view.selection(), [code("L2"), code("L3")]);
}

#[test]
fn what_the_signer_may_not_sign_is_not_marked_with_all_and_left_out_among_others() {
    for (others, may) in [(true, false), (false, true)] {
        let mut open = with_list();
        let who = if others { id("0aaa") } else { id("02c1") };
        open.local[2].term.who = vec![AllowedSigner::Person(who)];
        let mut bench = Bench::at_work(100, 36, Appearance::FULL);
        bench.open(open, 7);
        bench.keys("esc tab tab end V");
        assert_eq!(bench.model.trainee_view.marks.contains(&code("L3")), may, "{}", said(&bench));
        assert_eq!(said(&bench).contains("L3, which you may not sign off"), others, "{}", said(&bench));
        assert!(bench.model.trainee_view.marks.contains(&code("L1")));
        // One by one it can be marked: with others it is left out, and alone the dialog says who may sign it.
        bench.model.trainee_view.marks.insert(code("L3"));
        bench.keys("s");
        let Some(Overlay::Act(state)) = &bench.model.overlay else { panic!("{}", bench.text()) };
        assert_eq!(state.sign_off().unwrap().items.iter().any(|item| item.code == code("L3")), may);
        bench.keys("esc");
        bench.model.trainee_view.marks = [code("L3")].into();
        bench.keys("s");
        let Some(Overlay::Act(state)) = &bench.model.overlay else { panic!("{}", bench.text()) };
        assert_eq!(state.sign_off().unwrap().items.iter().map(|item| item.code).collect::<Vec<_>>(), [code("L3")]);
    }
}

#[test]
fn the_record_says_how_far_one_is_and_at_a_ksb_where_it_was_seen() {
    let mut bench = bench(120, 36, Appearance::FULL);
    bench.keys("enter");
    let asked = bench.keys("down up");
    assert!(
        asked.iter().any(
            |effect| matches!(effect, Effect::LoadRecord { code: of, .. } if *of == code("L1") || *of == code("L2"))
        )
    );
    bench.keys("end");
    let text = bench.text();
    assert!(text.contains("Seen 2 of 5 times"), "{text}");
    bench.keys(":");
    bench.type_text("S26");
    bench.keys("enter");
    let text = bench.text();
    assert!(text.contains("Also seen in L1 (2"), "{text}");
    // And back by the palette to a competence, among everything that is left.
    bench.keys(":");
    bench.type_text("L3");
    bench.keys("enter");
    assert_eq!((bench.model.trainee_view.current(), bench.model.trainee_view.duties.chosen), (Some(code("L3")), None));
}
