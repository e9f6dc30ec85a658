//! Screens, each reviewed by eye: the same model is the same screen.

use countersign::domain::programme::cohort::CohortOrder;
use countersign::domain::record::view::SignedReceipt;
use countersign::domain::statement::kinds::sign_off::Outcome;
use countersign::tui::command::Command;
use countersign::tui::msg::{Msg, Outcome as Done};
use countersign::tui::theme::{Appearance, Charset, Colour};

use crate::tui_face::{
    Bench, cards, clean, code, cohort, full_statement, head, history, id, record, standing, statement,
};

const SIZES: [(u16, u16); 3] = [(60, 20), (80, 24), (120, 36)];
const NO_COLOUR: Appearance = Appearance { colour: Colour::None, glyphs: Charset::Unicode };

/// The text of a screen, and where which styles are.
fn shot(bench: &Bench) -> String {
    format!("{}{}", bench.text(), bench.styles())
}

#[test]
fn sign_off_at_every_size() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("up space");
        insta::assert_snapshot!(format!("sign_off_{width}x{height}"), shot(&bench));
    }
}

#[test]
fn sign_off_without_colour_and_in_ascii() {
    for (width, height) in SIZES {
        insta::assert_snapshot!(
            format!("ascii_{width}x{height}"),
            Bench::at_work(width, height, Appearance::PLAIN).text()
        );
    }
    insta::assert_snapshot!("no_colour_80x24", Bench::at_work(80, 24, NO_COLOUR).styles());
}

#[test]
fn nothing_is_open() {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("empty_{width}x{height}"), Bench::new(width, height, Appearance::FULL).text());
    }
}

#[test]
fn windows_that_are_small_or_too_small() {
    for (width, height) in [(59, 15), (40, 10), (39, 10), (12, 3)] {
        let bench = Bench::at_work(width, height, Appearance::FULL);
        insta::assert_snapshot!(format!("small_{width}x{height}"), bench.text());
    }
}

/// Names and words as long and as wide as people have them.
fn wide(width: u16, height: u16, looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    let name = "山田 花子 Zoe\u{308} Featherstonehaugh-Cholmondeley of Wensleydale";
    let mut open = standing("7f3a", name);
    open.trainee.specialism = Some(clean("心臓病学 and cardiac physiology, including echocardiography"));
    bench.open(open, 7);
    let mut long = record("S26", Outcome::NotAchieved, "02c1", name);
    long.feedback =
        Some(clean("心電図検査の標本数が正当化されていません。 Ça va, Zoe\u{308}? क्षि ｶ\u{ff9e}ｶ\u{ff9e} 👩 end"));
    let mut short = record("S26", Outcome::Achieved, "02c1", "Ｗｉｄｅ Ｎａｍｅ");
    short.feedback = Some(clean(&"verylongwordwithoutanyspace".repeat(5)));
    short.action = None;
    let records = vec![long, short];
    bench.say(Msg::Done(Done::Records { trainee: id("7f3a"), code: code("S26"), records }));
    bench
}

#[test]
fn long_and_wide_text() {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("wide_{width}x{height}"), wide(width, height, Appearance::FULL).text());
    }
    insta::assert_snapshot!("wide_ascii_80x24", wide(80, 24, Appearance::PLAIN).text());
}

#[test]
fn focus_on_the_duties_and_on_the_record() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("shift-tab");
        insta::assert_snapshot!(format!("duties_{width}x{height}"), shot(&bench));
        bench.keys("tab tab down");
        insta::assert_snapshot!(format!("record_{width}x{height}"), shot(&bench));
    }
}

#[test]
fn a_filter_is_typed_kept_not_understood_and_finds_nothing() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.keys("/");
    bench.type_text("open audit");
    insta::assert_snapshot!("filter_typed", bench.text());
    bench.type_text(" xyz:1");
    insta::assert_snapshot!("filter_fault", bench.text());
    bench.keys("esc /");
    bench.type_text("k lapsed");
    bench.keys("enter");
    insta::assert_snapshot!("filter_none", bench.text());
    bench.keys("space");
    insta::assert_snapshot!("filter_refused", bench.text());
}

#[test]
fn what_was_signed_is_said_below() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        let receipt = SignedReceipt {
            trainee: clean("B. Trainee"),
            ids: vec![statement(1); 3],
            head: head(6),
            beside: None,
            warning: None,
        };
        bench.say(Msg::Done(Done::Signed(receipt)));
        insta::assert_snapshot!(format!("signed_{width}x{height}"), bench.text());
    }
}

#[test]
fn the_lists_that_lie_over_a_screen() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("?");
        insta::assert_snapshot!(format!("help_{width}x{height}"), bench.text());
        bench.keys("esc :");
        insta::assert_snapshot!(format!("palette_{width}x{height}"), bench.text());
        bench.type_text("aud");
        bench.say(Msg::Done(Done::Trainees(cards())));
        insta::assert_snapshot!(format!("palette_found_{width}x{height}"), bench.text());
        bench.keys("esc t");
        bench.say(Msg::Done(Done::Trainees(cards())));
        insta::assert_snapshot!(format!("trainee_{width}x{height}"), shot(&bench));
        bench.keys("esc v");
        bench.say(Msg::Done(Done::Statement(Box::new(full_statement()))));
        insta::assert_snapshot!(format!("statement_{width}x{height}"), shot(&bench));
    }
}

#[test]
fn the_cohort_at_every_size() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.run(Command::ToCohort);
        bench.say(Msg::Done(Done::Cohort {
            filter: String::new(),
            order: CohortOrder::Behind,
            rows: cohort(12),
            skip: 0,
            of: 12,
        }));
        bench.keys("down down");
        insta::assert_snapshot!(format!("cohort_{width}x{height}"), shot(&bench));
    }
    let mut bench = Bench::at_work(80, 24, Appearance::PLAIN);
    bench.run(Command::ToCohort);
    bench.say(Msg::Done(Done::Cohort {
        filter: String::new(),
        order: CohortOrder::Behind,
        rows: vec![],
        skip: 0,
        of: 0,
    }));
    bench.keys("/");
    bench.type_text("colour:red");
    insta::assert_snapshot!("cohort_fault_80x24", shot(&bench));
}

#[test]
fn a_history_filter_that_cannot_be_read_says_so_and_asks_for_nothing() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.run(Command::ToLog);
    bench.say(Msg::Done(Done::History {
        rows: history(12),
        skip: 0,
        of: Some(12),
        head: head(12),
        level: String::new(),
    }));
    bench.keys("/");
    bench.type_text("since:");
    assert!(bench.type_text("soon").is_empty());
    assert!(bench.text().contains("“since:soon” is not understood"), "{}", bench.text());
}

#[test]
fn history_at_every_size() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.run(Command::ToLog);
        bench.say(Msg::Done(Done::History {
            rows: history(12),
            skip: 0,
            of: Some(12),
            head: head(12),
            level: "L0".into(),
        }));
        bench.keys("down down");
        insta::assert_snapshot!(format!("history_{width}x{height}"), shot(&bench));
    }
}

#[test]
fn the_dialogs_lie_between_the_top_line_and_the_footer_and_the_lock_over_everything() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.keys("up space space s");
    insta::assert_snapshot!("over_sign_80x24", bench.text());
    bench.keys("esc i");
    insta::assert_snapshot!("over_person_80x24", bench.text());
    bench.keys("esc");
    bench.say(Msg::Idle);
    insta::assert_snapshot!("over_lock_80x24", bench.text());
}
