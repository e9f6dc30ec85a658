//! Screens, each reviewed by eye at one size: the same model is the same screen.

use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_tui::command::Command;
use countersign_tui::msg::acts::{ActionResult, ResultKind};
use countersign_tui::msg::{Msg, Outcome as Done};
use countersign_tui::theme::Appearance;

use crate::tui_face::{
    Bench, DRAWN, cards, clean, code, cohort, full_statement, head, history, id, log_head, record, standing, statement,
};

const SIZES: [(u16, u16); 3] = [(60, 20), (80, 24), (120, 36)];
const NO_COLOUR: Appearance = Appearance::NO_COLOUR;

/// The text of a screen, and where which styles are.
fn shot(bench: &Bench) -> String {
    format!("{}{}", bench.text(), bench.styles())
}

#[test]
fn sign_off_at_every_size() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("space up");
        bench.assert_fits(&[
            "Quality and audit",
            "1 marked",
            "S26",
            "not yet",
            "Sample size not justified.",
            "? all keys",
        ]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("sign_off_80x24", shot(&bench));
        }
    }
}

#[test]
fn sign_off_without_colour_and_in_ascii() {
    for (width, height) in SIZES {
        let bench = Bench::at_work(width, height, Appearance::PLAIN);
        bench.assert_fits(&["Quality and audit", "S26", "! not yet", "+ 8 signed", "? all keys"]);
        assert!(bench.text().is_ascii(), "{}", bench.text());
        if (width, height) == DRAWN {
            insta::assert_snapshot!("ascii_80x24", bench.text());
        }
    }
    insta::assert_snapshot!("no_colour_80x24", Bench::at_work(80, 24, NO_COLOUR).styles());
}

#[test]
fn nothing_is_open() {
    for (width, height) in SIZES {
        let bench = Bench::new(width, height, Appearance::FULL);
        bench.assert_fits(&["No trainee selected", "Choose a trainee", "Say who is signing", "? all keys"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("empty_80x24", bench.text());
        }
    }
}

#[test]
fn windows_that_are_small_or_too_small() {
    for (width, height) in [(59, 15), (40, 10)] {
        let bench = Bench::at_work(width, height, Appearance::FULL);
        bench.assert_fits(&["Quality and audit", "▌  S26", "not yet", "s sign", "? all keys"]);
        assert!(!bench.text().contains("Duties"), "{}", bench.text());
    }
    for (width, height) in [(39, 10), (12, 3)] {
        let text = Bench::at_work(width, height, Appearance::FULL).text();
        let words: Vec<&str> = text.split_whitespace().collect();
        let told = "The window is too small. It needs at least 40 columns and 10 rows";
        let whole = height == 10;
        assert!(if whole { words.join(" ") == told } else { told.starts_with(&words.join(" ")) }, "{text}");
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
        let bench = wide(width, height, Appearance::FULL);
        bench.assert_fits(&["山田 花子", "S26", "? all keys"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("wide_80x24", bench.text());
        }
    }
    insta::assert_snapshot!("wide_ascii_80x24", wide(80, 24, Appearance::PLAIN).text());
}

#[test]
fn focus_on_the_duties_and_on_the_record() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("shift-tab");
        bench.assert_fits(&["Duties, 8 of 11", "▌ Quality", "Quality and audit", "? all keys"]);
        let duties = shot(&bench);
        bench.keys("tab tab down");
        bench.assert_fits(&["11 Mar", "withdrawn 2 Oct", "? all keys"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("duties_80x24", duties);
            insta::assert_snapshot!("record_80x24", shot(&bench));
        }
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
        let result = ActionResult {
            said: "Recorded for B. Trainee".to_owned(),
            mirror_warning: None,
            head: head(6),
            trainee: Some(id("7f3a")),
            ids: vec![statement(1); 3],
            kind: ResultKind::SignOff,
        };
        bench.say(Msg::Done(Done::Signed(Box::new(result))));
        bench.assert_fits(&["B. Trainee", "take it back"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("signed_80x24", bench.text());
        }
    }
}

#[test]
fn the_lists_that_lie_over_a_screen() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.keys("?");
        bench.assert_fits(&["What do you want to do?", "Mark the row and move down", "esc close"]);
        let help = bench.text();
        bench.keys("esc :");
        bench.assert_fits(&["Find", "Mark the row and move down", "esc close"]);
        let palette = bench.text();
        bench.type_text("aud");
        bench.say(Msg::Done(Done::Trainees(cards())));
        bench.assert_fits(&["> aud", "esc close"]);
        let found = bench.text();
        bench.keys("esc t");
        bench.say(Msg::Done(Done::Trainees(cards())));
        bench.assert_fits(&["Which trainee?", "A. Trainee", "41/72", "山田 花子"]);
        let trainee = shot(&bench);
        bench.keys("esc v");
        bench.say(Msg::Done(Done::Statement(Box::new(full_statement()))));
        bench.assert_fits(&["Entry 41, as signed", "signature is valid", "outcome achieved", "esc close"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("help_80x24", help);
            insta::assert_snapshot!("palette_80x24", palette);
            insta::assert_snapshot!("palette_found_80x24", found);
            insta::assert_snapshot!("trainee_80x24", trainee);
            insta::assert_snapshot!("statement_80x24", shot(&bench));
        }
    }
}

#[test]
fn the_cohort_at_every_size() {
    for (width, height) in SIZES {
        let mut bench = Bench::at_work(width, height, Appearance::FULL);
        bench.run(Command::ToCohort);
        bench.answer(cohort(12), 12, None);
        bench.keys("down down");
        bench.assert_fits(&["41 trainees", "17 behind plan", "ST0413 1.1", "of 24 trainees", "3 of 12"]);
        bench.assert_fits(&["▌ 2. Beech", "behind", "2.: ", "? all keys"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("cohort_80x24", shot(&bench));
        }
    }
    let mut bench = Bench::at_work(80, 24, Appearance::PLAIN);
    bench.run(Command::ToCohort);
    bench.answer(cohort(0), 0, None);
    bench.keys("/");
    bench.type_text("colour:red");
    insta::assert_snapshot!("cohort_fault_80x24", shot(&bench));
}

#[test]
fn a_history_filter_that_cannot_be_read_says_so_and_asks_for_nothing() {
    let mut bench = Bench::at_work(80, 24, Appearance::FULL);
    bench.run(Command::ToLog);
    bench.answer(history(12), 12, Some(log_head(12, "")));
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
        bench.answer(history(12), 12, Some(log_head(12, "L0")));
        bench.keys("down down");
        bench.assert_fits(&["12 entries", "L0 · 12 · 6PJC7-4WFE6-E627G-KVEP2-9E3YCQ", "3 of 12", "Cardiology begins"]);
        bench.assert_fits(&["× ", "? all keys"]);
        if (width, height) == DRAWN {
            insta::assert_snapshot!("history_80x24", shot(&bench));
        }
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
