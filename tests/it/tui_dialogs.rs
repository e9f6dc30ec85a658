//! Every dialog as it looks where there is no colour and where there is no Unicode; and that nothing which a person must read is
//! cut off: messages, whose record it is, the key that goes back.

use countersign_core::people::person::Role;
use countersign_core::record::view::HistoryRow;
use countersign_core::statement::kind::Kind;
use countersign_tui::msg::acts::DialogData;
use countersign_tui::msg::{Msg, Outcome as Done};
use countersign_tui::theme::Appearance;

use crate::tui_face::{Bench, clean, full_statement, history, id, log_head, said, standing};
use crate::tui_gateway::on;

const NO_COLOUR: Appearance = Appearance::NO_COLOUR;

/// The dialogs: what each is called, the screen that it lies over, the keys that open it.
const DIALOGS: [(&str, &str, &str); 11] = [
    ("sign", "1", "s"),
    ("not_achieved", "1", "n enter"),
    ("withdraw", "1", "w enter"),
    ("statement", "1", "v"),
    ("person", "1", "i"),
    ("picker", "1", "t"),
    ("hours", "5", "down m enter"),
    ("confirm_hours", "5", "down s"),
    ("review", "5", "n"),
    ("requirement", "4", "down down down m"),
    ("draw", "7", "D"),
];

/// A dialog over its screen, as one with every role sees it.
pub fn dialog((name, screen, keys): (&str, &str, &str), size: (u16, u16), looks: Appearance) -> Bench {
    let mut bench = on(screen, size, looks);
    bench.unlock("02c1", "S. Supervisor", &[Role::Supervisor, Role::TrainingOfficer, Role::Verifier], None);
    bench.keys(keys);
    let answer = match name {
        "statement" => Some(Done::Statement(Box::new(full_statement()))),
        "review" => {
            let people = vec![(id("02c1"), clean("S. Supervisor"), true), (id("0p0a"), clean("P. Provider"), false)];
            Some(Done::Told(Box::new(DialogData::Attending { trainee: id("7f3a"), people })))
        }
        _ => None,
    };
    if let Some(answer) = answer {
        bench.say(Msg::Done(answer));
    }
    assert!(bench.model.overlay.is_some(), "{name}: {}\n{}", said(&bench), bench.text());
    bench
}

#[test]
fn every_dialog_says_where_the_focus_is_without_colour_and_without_unicode() {
    for dialogs in DIALOGS {
        let plain = dialog(dialogs, (80, 24), NO_COLOUR);
        insta::assert_snapshot!(format!("{}_no_colour_80x24", dialogs.0), plain.text() + &plain.styles());
        let ascii = dialog(dialogs, (80, 24), Appearance::PLAIN);
        insta::assert_snapshot!(format!("{}_ascii_80x24", dialogs.0), ascii.text());
        let other: String = ascii.text().chars().filter(|c| !c.is_ascii()).collect();
        assert_eq!(other, "", "{}", dialogs.0);
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn every_dialog_has_the_cursor_and_its_keys_within_every_window_that_can_be_used() {
    for dialogs in DIALOGS {
        for size in [(120, 36), (80, 24), (60, 16), (40, 10)] {
            let bench = dialog(dialogs, size, Appearance::FULL);
            let (_, cursor) = bench.draw();
            assert!(cursor.is_some_and(|at| at.x < size.0 && at.y < size.1), "{} {size:?}: {cursor:?}", dialogs.0);
            let text = bench.text();
            let foot = text.lines().nth(usize::from(size.1) - 1).unwrap_or_default();
            assert!(foot.contains("esc"), "{} {size:?}:\n{text}", dialogs.0);
            // Only next to a secret does a dialog name keys, and then the footer has others.
            for key in ["tab next field", "alt-enter new line", "space change", "enter add"] {
                assert!(text.matches(key).count() <= 1, "{} {size:?}: {key} twice\n{text}", dialogs.0);
            }
        }
    }
}

#[test]
fn a_refusal_is_read_whole_however_narrow_the_window_is() {
    for size in [(120, 36), (80, 24), (60, 16), (40, 10)] {
        let mut bench = Bench::at_work(size.0, size.1, Appearance::FULL);
        bench.keys("a");
        let what = said(&bench).to_owned();
        assert!(what.len() > 60, "{what}");
        let shown = bench.text().replace('\n', " ");
        let shown: Vec<&str> = shown.split_whitespace().collect();
        assert!(shown.join(" ").contains(&what), "{size:?}: {what}\n{}", bench.text());
        bench.keys("esc");
        assert!(!bench.text().contains("mark a record as read"), "{}", bench.text());
    }
}

#[test]
fn whose_reviews_and_gateway_are_seen_always_is_in_the_context_line() {
    for (key, name) in [("4", "Gateway"), ("5", "Reviews")] {
        for size in [(120, 36), (80, 24), (60, 20)] {
            let mut bench = on(key, size, Appearance::FULL);
            for who in ["A. Trainee", "Gwenllian Hornbeam-Llewellyn-Pryce of Llanfair"] {
                bench.open(standing("7f3a", who), 6);
                let top = bench.text().lines().take(4).collect::<Vec<_>>().join("\n");
                assert!(top.contains(name) && top.contains(&who[..10]), "{size:?}: {top}");
            }
        }
    }
}

#[test]
fn what_is_read_whole_says_how_to_go_back_and_the_list_stays_as_it_stood() {
    for key in ["4", "5"] {
        let mut bench = on(key, (80, 24), Appearance::FULL);
        bench.keys("down down down down");
        let before = bench.text();
        bench.keys("enter");
        let open = bench.text();
        assert!(open.contains(" esc back") && !open.contains("space mark"), "{open}");
        bench.keys("esc");
        assert_eq!(bench.text(), before);
    }
}

#[test]
fn a_text_that_goes_on_says_by_which_key_and_at_its_end_which_goes_back() {
    let mut bench = dialog(DIALOGS[3], (80, 24), Appearance::FULL);
    assert!(bench.text().contains("PgDn more"), "{}", bench.text());
    bench.keys("end");
    assert!(bench.text().contains("PgUp back") && !bench.text().contains("PgDn"), "{}", bench.text());
    let bench = dialog(DIALOGS[3], (120, 60), Appearance::FULL);
    assert!(!bench.text().contains("PgDn") && bench.text().contains("esc close"), "{}", bench.text());
}

#[test]
fn no_kind_of_entry_is_cut_in_the_history() {
    for looks in [Appearance::FULL, Appearance::PLAIN] {
        let mut bench = Bench::at_work(80, 60, looks);
        bench.keys("6");
        let rows = history(Kind::ALL.len() as u64).into_iter().zip(Kind::ALL);
        let rows: Vec<_> = rows.map(|(row, kind)| HistoryRow { kind, ..row }).collect();
        let of = rows.len() as u64;
        bench.answer(rows, of, Some(log_head(40, "L0")));
        for kind in Kind::ALL {
            assert!(bench.text().contains(&format!(" {}  ", kind.shown())), "{}\n{}", kind.shown(), bench.text());
        }
    }
}

#[test]
fn a_long_name_leaves_the_other_name_of_the_top_line_its_part() {
    let long = "Gwenllian Angharad Hornbeam-Llewellyn-Pryce-Jones of Llanfairpwllgwyngyll";
    for width in [40, 60, 80] {
        for (trainee, signer) in [("A. Trainee", long), (long, "S. Supervisor"), (long, long), ("A", "B")] {
            let mut bench = Bench::at_work(width, 24, Appearance::FULL);
            bench.unlock("02c1", signer, &[Role::Supervisor], None);
            bench.open(standing("7f3a", trainee), 6);
            let top = bench.text().lines().take(4).collect::<Vec<_>>().join("\n");
            let start = |name: &str| name.chars().take(10).collect::<String>();
            assert!(top.contains(&start(trainee)), "{width}: {top}");
            assert!(top.contains(&format!("signing as {}", start(signer).trim_end())), "{width}: {top}");
            if width >= 60 {
                bench.keys("s");
                assert!(bench.text().contains("HCPC CS00000"), "{width}\n{}", bench.text());
            }
        }
    }
}
