//! The queue, the cohort, the log and the second checks at every size and look: what may never happen, and what each row says.

use countersign_core::people::person::Role;
use countersign_core::primitives::ids::Digest;
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::record::claim::QueueRow;
use countersign_core::record::quality_assurance::{QaItem, QaReason};
use countersign_core::statement::kinds::sample::Draw;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_tui::list::Rows;
use countersign_tui::model::Overlay;
use countersign_tui::msg::export::Export;
use countersign_tui::msg::mouse::{Mouse, MouseAction};
use countersign_tui::msg::{CheckDetail, Effect, Msg, Outcome as Done};
use countersign_tui::runtime::backend::{FrameBackend, Measure};
use countersign_tui::runtime::event_loop::EffectHandler as _;
use countersign_tui::theme::{Appearance, Background};
use countersign_tui::view::view;
use ratatui::Terminal;
use ratatui::layout::{Position, Size};
use ratatui::style::Color;

use crate::cli::book::SUPERVISOR;
use crate::live::{Live, staffed};
use crate::tui_face::{Bench, clean, code, cohort, history, id, log_head, record, said, statement};

/// A name as long as people have them.
const LONG: &str = "Maximiliana Theodora Papadopoulos-Featherstonehaugh";

fn claims() -> Vec<QueueRow> {
    let row = |n: u8, name: &str, codes: &[&str]| QueueRow {
        claim: countersign_core::primitives::ids::ClaimId(uuid::Uuid::from_bytes([n; 16])),
        trainee: id("7f3a"),
        trainee_name: clean(name),
        codes: codes.iter().map(|text| code(text)).collect(),
        reflection: Some(clean("I was nervous and it showed less than I feared.")),
        files: u32::from(n),
        of: Some(clean("S. Supervisor")).filter(|_| n == 2),
        made: format!("2026-11-{:02}T09:00:00Z", n * 3).parse().unwrap(),
    };
    vec![row(1, LONG, &["S26"]), row(2, "A. Trainee", &["K1", "K2", "K3", "K4"]), row(3, "名前 次郎", &["S1", "S27"])]
}

fn checks() -> Vec<QaItem> {
    let rejected = QaReason::Rejected { by: clean("Vera Verifier"), reason: Some(clean("Nothing shows it")) };
    let draw = Draw { seed: 2026, number: 1, of: 2, at: Some(40) };
    let sample = QaReason::Sample { draw, verifier: id("e111") };
    let row = |n: u128, look| QaItem {
        id: statement(n),
        look,
        trainee: id("7f3a"),
        trainee_name: clean(if n == 26 { LONG } else { "A. Trainee" }),
        code: code("S26"),
        outcome: Outcome::Achieved,
        signer_name: clean("S. Supervisor"),
        signed: "2026-11-01T09:00:00Z".parse().unwrap(),
        since: "2026-11-02T09:00:00Z".parse().unwrap(),
    };
    vec![row(26, rejected), row(27, QaReason::Countersign), row(28, sample)]
}

/// Each list with rows in it, and the words of the second row.
fn lists(width: u16, height: u16, looks: Appearance) -> Vec<(&'static str, Bench)> {
    let all: [(&str, Rows, u64); 4] = [
        ("2", claims().into(), 3),
        ("3", cohort(30).into(), 30),
        ("6", history(30).into(), 30),
        ("7", checks().into(), 3),
    ];
    let bench = |(key, rows, of): (&'static str, Rows, u64)| {
        let mut bench = Bench::at_work(width, height, looks);
        bench.keys(key);
        bench.answer(rows, of, (key == "6").then(|| log_head(30, "L0")));
        (key, bench)
    };
    all.into_iter().map(bench).collect()
}

const SIZES: [(u16, u16); 8] = [(40, 10), (59, 15), (60, 20), (80, 24), (100, 30), (120, 36), (160, 45), (200, 50)];

#[test]
#[ignore = "slow: every size of the window"]
fn the_lists_fit_every_window_with_the_position_in_their_heading_and_the_cursor_on_the_chosen_row() {
    for (width, height) in SIZES {
        for looks in [Appearance::FULL, Appearance::NO_COLOUR, Appearance::PLAIN] {
            for (key, mut bench) in lists(width, height, looks) {
                bench.keys("down");
                let of = if matches!(key, "2" | "7") { 3 } else { 30 };
                bench.assert_fits(&[&format!("2 of {of}")]);
                let (_, cursor) = bench.draw();
                let line = bench.text().lines().nth(usize::from(cursor.unwrap().y)).unwrap().to_owned();
                assert!(line.starts_with(['▌', '>']), "{key} {width}x{height}: {line}");
            }
        }
    }
}

#[test]
#[ignore = "slow: every size of the window"]
fn one_row_alone_is_lit_in_every_theme() {
    for background in [Background::Dark, Background::Light, Background::HighContrast] {
        let looks = Appearance { background, ..Appearance::FULL };
        for (width, height) in SIZES {
            for (key, bench) in lists(width, height, looks) {
                let (buf, _) = bench.draw();
                let lit = (0..height).filter(|y| (0..width).any(|x| !matches!(buf[(x, *y)].bg, Color::Reset)));
                assert_eq!(lit.count(), 1, "{key} {width}x{height}\n{}", bench.text());
            }
        }
    }
}

#[test]
fn no_name_is_cut_in_a_wide_window() {
    for width in [200, 220, 260] {
        for (key, bench) in lists(width, 50, Appearance::FULL) {
            if key != "6" {
                let name = if key == "3" { "Wolfeschlegelsteinhausenbergerdorff the Younger" } else { LONG };
                bench.assert_fits(&[name]);
            }
        }
    }
}

#[test]
fn a_move_changes_no_place_but_the_two_rows_the_heading_and_the_details() {
    for (key, mut bench) in lists(120, 36, Appearance::NO_COLOUR) {
        let (before, rows) = (bench.text(), if matches!(key, "2" | "7") { 3 } else { 20 });
        for _ in 1..rows {
            bench.keys("down");
        }
        bench.keys("g");
        assert_eq!(bench.text(), before, "{key}");
        bench.keys("down");
        let moved = bench.text();
        let changed: Vec<usize> =
            before.lines().zip(moved.lines()).enumerate().filter(|(_, (a, b))| a != b).map(|(y, _)| y).collect();
        if matches!(key, "3" | "6") {
            assert!(changed.len() <= 6, "{key}: {changed:?}\n{before}\n{moved}");
        }
        assert_eq!(before.lines().count(), moved.lines().count());
    }
}

/// The most bytes of a move through each list, at this size.
fn most(width: u16, height: u16) -> Vec<(&'static str, usize)> {
    let cost = |(key, mut bench): (&'static str, Bench)| {
        let backend = FrameBackend::new(Vec::new(), Measure::Fixed(Size::new(width, height)));
        let mut terminal = Terminal::new(backend).unwrap();
        terminal.draw(|frame| view(&bench.model, frame)).unwrap();
        let costs = ["down", "down", "up"].map(|press| {
            bench.keys(press);
            terminal.backend_mut().writer_mut().clear();
            terminal.draw(|frame| view(&bench.model, frame)).unwrap();
            terminal.backend_mut().writer_mut().len()
        });
        (key, costs.into_iter().max().unwrap())
    };
    lists(width, height, Appearance::FULL).into_iter().map(cost).collect()
}

#[test]
fn a_move_through_a_list_costs_two_rows_and_the_details() {
    let bound = |key, wide: bool| match (key, wide) {
        ("6", false) => 450,
        ("6", true) => 700,
        (_, false) => 1950,
        (_, true) => 3500,
    };
    for (width, height) in [(80, 24), (120, 36)] {
        let costs = most(width, height);
        let over: Vec<_> = costs.iter().filter(|(key, bytes)| *bytes > bound(*key, width > 100)).collect();
        assert!(over.is_empty(), "{width}x{height}: {costs:?}");
    }
}

#[test]
fn a_row_of_the_cohort_gives_its_reasons_at_the_foot_in_full_once_they_are_read() {
    let mut bench = Bench::at_work(120, 36, Appearance::FULL);
    bench.keys("3");
    let asked = bench.answer(cohort(12), 12, None);
    let [Effect::LoadCohortRow(row)] = &asked[..] else { panic!("{asked:?}") };
    let full = CohortRow { not_yet: 9, ..(**row).clone() };
    bench.say(Msg::Done(Done::CohortRow(Box::new(full))));
    bench.assert_fits(&["9 KSBs not yet achieved"]);
    bench.keys("down");
    assert!(!bench.text().contains("9 KSBs not yet achieved"), "the reasons of another row\n{}", bench.text());
    // The heading of the standard says how many of its trainees are in sight.
    bench.assert_fits(&["12 of 24 trainees"]);
}

#[test]
fn the_figures_of_the_cohort_are_each_a_filter_and_the_footer_names_them() {
    let (_, bench) = lists(120, 36, Appearance::FULL).remove(1);
    bench.assert_fits(&[
        "41 trainees   17 behind plan   3 reviews late   3 KSBs lapsed   14 claims wait, oldest 47 days",
        "12 over 40 h short",
        "behind  late  lapsed  hours",
        "o order: behind",
    ]);
    let (_, mut bench) = lists(80, 24, Appearance::FULL).remove(1);
    bench.keys("/");
    for filter in ["behind", "late", "lapsed", "claimed", "hours"] {
        bench.type_text(filter);
        assert!(bench.model.list(bench.model.screen).filter.fault.is_none(), "{filter}");
        bench.keys("ctrl-u");
    }
}

#[test]
fn the_cohort_is_written_to_a_file_that_is_named_and_never_over_another_without_asking() {
    let (_, mut bench) = lists(80, 24, Appearance::FULL).remove(1);
    bench.keys("/");
    bench.type_text("behind");
    bench.keys("enter");
    bench.answer(cohort(12), 12, None);
    bench.keys("e");
    bench.assert_fits(&["Write 12 trainees as a spreadsheet", "cohort-2026-11-21.xlsx"]);
    let export = |effects: Vec<Effect>| match effects.into_iter().next() {
        Some(Effect::Export { what: Export::Cohort { filter, .. }, to, replace, .. }) => (filter, to, replace),
        other => panic!("{other:?}"),
    };
    let file = "cohort-2026-11-21.xlsx".to_owned();
    assert_eq!(export(bench.keys("enter")), ("behind".to_owned(), file.clone(), false));
    bench.assert_fits(&["Writing. A long document takes a few seconds."]);
    assert!(bench.keys("enter").is_empty(), "it is written twice");
    bench.say(Msg::Done(Done::FileIsThere("/home/sam/cohort-2026-11-21.xlsx".into())));
    bench.assert_fits(&["There is already a file /home/sam/cohort-2026-11-21.xlsx", "Press enter again to replace it"]);
    // Another name is asked about again.
    bench.type_text("x");
    assert_eq!(export(bench.keys("enter")), ("behind".to_owned(), format!("{file}x"), false));
    bench.keys("backspace");
    assert_eq!(export(bench.keys("enter")), ("behind".to_owned(), file, true));
    let done =
        Done::Exported { what: "12 trainees".into(), file: "/home/sam/cohort-2026-11-21.xlsx".into(), sha256: None };
    bench.say(Msg::Done(done));
    assert!(!matches!(bench.model.overlay, Some(Overlay::Save(_))));
    assert_eq!(said(&bench), "Wrote 12 trainees to /home/sam/cohort-2026-11-21.xlsx");
}

#[test]
fn the_digest_of_a_package_stays_on_the_screen_until_it_is_closed() {
    for (width, height) in [(60, 20), (80, 24), (120, 36)] {
        let (_, mut bench) = lists(width, height, Appearance::FULL).remove(1);
        bench.keys("e enter");
        let sha256: String = (0..4).map(|part| format!("{part:x}").repeat(16)).collect();
        let file = "/home/sam/gateway-7f3a.zip".to_owned();
        let what = "the gateway package of Ada".to_owned();
        bench.say(Msg::Done(Done::Exported { what, file, sha256: Some(sha256) }));
        let parts: Vec<String> = (0..4).map(|part| format!("{part:x}").repeat(16)).collect();
        for part in &parts {
            assert!(bench.text().contains(part.as_str()), "{part}: {}", bench.text());
        }
        assert!(bench.text().contains("patient data"), "{}", bench.text());
        bench.keys("x");
        assert!(matches!(bench.model.overlay, Some(Overlay::Save(_))));
        bench.keys("esc");
        assert!(bench.model.overlay.is_none());
    }
}

#[test]
fn a_second_check_shows_what_was_signed_whether_it_checks_and_how_to_answer() {
    for (width, height) in [(80, 24), (120, 36), (200, 50)] {
        let (_, mut bench) = lists(width, height, Appearance::FULL).remove(3);
        bench.unlock("e111", "Vera Verifier", &[Role::Verifier], None);
        bench.answer(checks(), 3, None);
        let mut shown = record("S26", Outcome::Achieved, "02c1", "S. Supervisor");
        for (sound, words) in
            [(true, "The signature is valid. Entry 41"), (false, "The signature is not valid. Entry 41")]
        {
            shown.id = statement(26);
            let text = "Undertake delegated audits.".to_owned();
            let detail = CheckDetail { record: shown.clone(), text, sound };
            bench.say(Msg::Done(Done::Check(Box::new(detail))));
            bench.assert_fits(&["3 sign-offs need a second check", "Your answer", "by Vera Verifier"]);
            if height > 30 {
                bench.assert_fits(&[
                    words,
                    "Sample size not justified.",
                    "8 accepted, 4 rejected",
                    "goal 10 %",
                    "below",
                ]);
            }
        }
        // Only what is countersigned is signed in groups.
        bench.keys("down");
        bench.assert_fits(&["space mark"]);
        bench.keys("down");
        bench.assert_fits(&["drawn 2 Nov", "Accept", "or reject", "s accept or reject"]);
        assert!(!bench.text().contains("space mark"), "{}", bench.text());
        bench.keys("space");
        assert!(
            bench.model.marks.second_checks.is_empty() && said(&bench).starts_with("Only sign-offs to countersign")
        );
    }
}

#[test]
fn a_click_chooses_a_row_of_the_cohort_below_the_heading_of_its_group() {
    let (_, mut bench) = lists(120, 36, Appearance::FULL).remove(1);
    let at = Position::new(4, 14);
    bench.say(Msg::Mouse(Mouse { action: MouseAction::Click, at }));
    let (_, cursor) = bench.draw();
    assert_eq!(cursor.map(|cursor| cursor.y), Some(14), "{}", bench.text());
}

/// Every kind of document that a screen offers, with the ending that it gets and how its bytes begin.
fn exports(live: &Live) -> Vec<(Export, &'static str, &'static [u8])> {
    let (ada, filter) = (live.id("Ada"), String::new());
    let csv = b"\xef\xbb\xbf".as_slice();
    vec![
        (Export::Cohort { filter: filter.clone(), order: CohortOrder::Name }, "csv", csv),
        (Export::Cohort { filter: filter.clone(), order: CohortOrder::Name }, "xlsx", b"PK"),
        (Export::Queue { whose: None, filter: filter.clone() }, "csv", csv),
        (Export::Queue { whose: None, filter: filter.clone() }, "xlsx", b"PK"),
        (Export::SecondChecks { whose: None, filter: filter.clone() }, "csv", csv),
        (Export::Log { filter: filter.clone() }, "csv", csv),
        (Export::Log { filter }, "xlsx", b"PK"),
        (Export::Record(ada.clone()), "pdf", b"%PDF-1.7"),
        (Export::Record(ada.clone()), "xlsx", b"PK"),
        (Export::Gateway(ada), "zip", b"PK"),
    ]
}

#[test]
#[ignore = "slow: every size of the window"]
fn what_a_screen_shows_is_written_whole_under_its_full_name_and_never_over_a_file_unless_that_was_answered() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    live.keys("1");
    let folder = live.book.0.path().to_owned();
    let by = Some(live.id("Sam"));
    for (at, (what, ending, begins)) in exports(&live).into_iter().enumerate() {
        let to = folder.join(format!("{at}-{}.{ending}", what.stem())).to_str().unwrap().to_owned();
        let export =
            |replace, to: &str| Effect::Export { what: what.clone(), by: by.clone(), to: to.to_owned(), replace };
        let written = live.door.perform(export(false, &to));
        let Done::Exported { what: said, file, sha256 } = written else { panic!("{what:?}") };
        let bytes = std::fs::read(&file).unwrap();
        let told = matches!(what, Export::Gateway(_)).then(|| Digest::of(&bytes).hex());
        assert_eq!(sha256, told, "{what:?}");
        assert!(bytes.starts_with(begins) && std::path::Path::new(&file).is_absolute(), "{file}: {said}");
        std::fs::write(&file, "mine").unwrap();
        assert_eq!(live.door.perform(export(false, &to)), Done::FileIsThere(file.clone()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
        assert!(matches!(live.door.perform(export(true, &to)), Done::Exported { .. }), "{what:?}");
        assert!(std::fs::read(&file).unwrap().starts_with(begins), "{what:?}");
        // A folder gets a file of the name that is offered.
        let Done::Exported { file, .. } = live.door.perform(export(true, folder.to_str().unwrap())) else {
            panic!("{what:?}")
        };
        assert!(file.contains(&what.stem()) && file.ends_with(&format!(".{}", what.ending())), "{file}");
        for bad in [folder.join(format!("none/x.{ending}")), folder.join("x.docx")] {
            let failed = live.door.perform(export(false, bad.to_str().unwrap()));
            assert!(matches!(failed, Done::Failed(_)) && !bad.exists(), "{what:?} {bad:?}: {failed:?}");
        }
    }
}

#[test]
fn the_lists_that_are_written_have_a_row_for_each_row_that_the_screen_lists() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    let folder = live.book.0.path().to_owned();
    let size = live.book.size();
    for (what, rows) in [
        (Export::Log { filter: String::new() }, size),
        (Export::Log { filter: "kind:enrolment".to_owned() }, 0),
        (Export::Queue { whose: None, filter: String::new() }, 0),
    ] {
        let to = folder.join("list.csv").to_str().unwrap().to_owned();
        let said = live.door.perform(Effect::Export { what: what.clone(), by: None, to: to.clone(), replace: true });
        let Done::Exported { what: said, .. } = said else { panic!("{what:?}: {said:?}") };
        let text = std::fs::read_to_string(&to).unwrap();
        let read = countersign_core::import::csv::rows(text.trim_start_matches('\u{feff}'), 100_000).unwrap();
        if rows > 0 {
            assert_eq!(read.len() as u64, rows + 1, "{what:?}");
            assert!(said.starts_with(&rows.to_string()), "{said}");
        }
        assert_eq!(said.split(' ').next().unwrap(), (read.len() - 1).to_string(), "{what:?}: {said}");
    }
}

#[test]
fn every_screen_offers_what_it_shows_or_says_why_not_and_over_ssh_says_where_to_do_it() {
    let mut live = Live::new(staffed(), "Sam", SUPERVISOR);
    for (keys, offered) in [
        ("1", Some("Write the portfolio of Ada Apprentice")),
        ("3", Some("trainees as a spreadsheet")),
        ("4", Some("Write the gateway package of Ada Apprentice")),
        ("6", Some("of the log as a spreadsheet")),
        ("0", None),
        ("2", None),
        ("5", None),
        ("7", None),
    ] {
        live.keys(keys);
        live.keys("e");
        if let Some(words) = offered {
            live.shows(words);
            live.keys("esc");
        } else {
            assert!(live.model.overlay.is_none(), "{keys}");
            let said = live.said();
            assert!(said.contains("to write") || said.contains("Open one of them"), "{keys}: {said}");
        }
    }
}
