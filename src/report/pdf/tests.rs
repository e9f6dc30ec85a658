//! Holds the laws of every page: nothing outside the margins, no record split, everything read in order.

use chrono::{NaiveDate, NaiveTime};

use crate::made::Made;
use crate::pdf::font::{Face, Fonts};
use crate::pdf::parts::{BODY, SECTION, TABLE, missing_words};
use crate::pdf::sheet::{About, Child, Format, Op, Sheet};
use crate::pdf::table::{Column, RECORDS, RULED, Row};
use crate::pdf::text::{Style, Text, mm};
use crate::pdf::write::{running, write};

fn made() -> Made {
    Made {
        department: "Demo Department".to_owned(),
        day: NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(),
        time: NaiveTime::from_hms_opt(18, 40, 0).unwrap(),
        utc: chrono::NaiveDateTime::default(),
        as_of: None,
        by: "Tilly Officer, training officer (HCPC CS00001)".to_owned(),
        size: 1952,
        code: "1952 · YDNSA-TR8DP-DVJ5J-SKTSB-F2EXEV".to_owned(),
    }
}

/// Names that people have, and names that people try.
fn names() -> Vec<String> {
    vec![
        "Alex Trainee".to_owned(),
        "Zoe\u{301} A\u{30a}stro\u{308}m".to_owned(),
        "ليلى العامري".to_owned(),
        "Sam 🩺👩🏽‍⚕️ Supervisor".to_owned(),
        "\u{301}\u{302}\u{303}".repeat(40),
        "n".repeat(1_000),
        "Wolfeschlegelsteinhausenbergerdorff ".repeat(20),
        "\u{e000}\u{feff}\u{fffe}x\u{10fffe}".to_owned(),
        "a\tb\u{7}c".to_owned(),
    ]
}

fn sheet<'a>(fonts: &'a Fonts, made: &'a Made, who: &str) -> Sheet<'a> {
    Sheet::new(fonts, Format::A4, About { kind: "Portfolio".to_owned(), who: who.to_owned(), made })
}

/// Fills a document with every part, with a name wherever one can stand.
fn fill(sheet: &mut Sheet<'_>, name: &str, records: usize) {
    sheet.opening("Portfolio", name, name);
    sheet.facts(mm(38.0), &[("Name", Text::of(Style::new(9.0), name)), ("Role", Text::of(Style::new(9.0), "trainee"))]);
    sheet.heading(2, &Text::of(SECTION, "Records"), None);
    let columns =
        [Column::mm(20.0, "Seen"), Column::share("Method"), Column::mm(26.0, "Result"), Column::mm(46.0, "By")];
    let rows: Vec<Row> = (0..records)
        .map(|at| {
            let cells = [format!("upper{at}"), name.to_owned(), "Achieved".to_owned(), name.to_owned()];
            let below = Text::of(TABLE, name).line().mono(6.8, &format!("lower{at}"));
            Row { below: Some(below), ..Row::new(cells.map(|words| Text::of(TABLE, &words))) }
        })
        .collect();
    sheet.table(&RECORDS, &columns, &rows);
    let plain: Vec<Row> = (0..records)
        .map(|at| Row::new([format!("plain{at}"), name.to_owned(), "1".to_owned()].map(|w| Text::of(TABLE, &w))))
        .collect();
    sheet.table(&RULED, &[Column::mm(20.0, "No"), Column::share("Name"), Column::mm(20.0, "Count").right()], &plain);
    sheet.command(&format!("countersign trainee '{name}'\n--json"));
    sheet.panel("What this shows", &Text::of(BODY, name));
    let missing = sheet.missing.clone();
    sheet.at_bottom(mm(4.0), |sheet| sheet.closing(Some("Crown copyright."), &missing));
}

/// Returns the words of one drawing, in order.
fn words_of(ops: &[Op]) -> String {
    let words = |op: &Op| if let Op::Words { words, .. } = op { Some(words.clone()) } else { None };
    ops.iter().filter_map(words).collect()
}

/// Returns the words on each page.
pub fn pages(sheet: &Sheet<'_>) -> Vec<String> {
    sheet.pages.iter().map(|page| page.iter().map(|drawn| words_of(&drawn.ops)).collect::<String>()).collect()
}

/// Returns what a reader of the tags reads, from the start to the end.
fn read(sheet: &Sheet<'_>, group: usize, out: &mut Vec<String>) {
    for child in &sheet.groups[group].children {
        match child {
            Child::Group(at) => read(sheet, *at, out),
            Child::Mark(mark) => {
                let drawn = sheet.pages.iter().flatten().find(|drawn| drawn.mark == Some(*mark)).unwrap();
                out.push(words_of(&drawn.ops));
            }
            Child::Link(_) => {}
        }
    }
}

pub fn assert_inside(sheet: &Sheet<'_>, what: &str) {
    let Format { width, height, left, right, .. } = sheet.format;
    for (at, page) in sheet.pages.iter().enumerate() {
        let foot = running(sheet, at);
        let inside = page.iter().flat_map(|drawn| &drawn.ops).map(|op| (op, sheet.floor() + 0.1));
        for (op, floor) in inside.chain(foot.iter().map(|op| (op, height))) {
            let Op::Words { x, baseline, style, words } = op else { continue };
            let end = x + sheet.fonts.width(style.face, style.size, words.trim_end());
            assert!(*x >= left - 0.1, "{what}: {words:?} begins at {x}");
            assert!(end <= width - right + 0.6, "{what}: {words:?} ends at {end} of {}", width - right);
            assert!(*baseline <= floor, "{what}: {words:?} stands at {baseline}, under {floor}");
        }
    }
}

#[test]
fn no_letter_stands_outside_the_margins_whatever_the_name() {
    let (fonts, made) = (Fonts::load().unwrap(), made());
    for name in names() {
        for records in [0, 1, 7, 40] {
            let mut sheet = sheet(&fonts, &made, &name);
            fill(&mut sheet, &name, records);
            assert_inside(&sheet, &format!("{records} records of {:?}", name.chars().take(12).collect::<String>()));
        }
    }
}

#[test]
fn the_writer_takes_every_name_and_gives_the_same_bytes_twice() {
    let (fonts, made) = (Fonts::load().unwrap(), made());
    for name in names() {
        let bytes = || {
            let mut sheet = sheet(&fonts, &made, &name);
            fill(&mut sheet, &name, 9);
            write(&sheet).unwrap()
        };
        let first = bytes();
        assert!(first.starts_with(b"%PDF-1.7"));
        assert_eq!(first, bytes(), "{name:?}");
    }
}

#[test]
fn a_record_is_on_one_page_and_every_page_with_records_has_their_head() {
    let (fonts, made) = (Fonts::load().unwrap(), made());
    for name in ["Alex Trainee".to_owned(), "Wolfeschlegelsteinhausenbergerdorff ".repeat(20)] {
        for records in [1, 2, 8, 61] {
            let mut sheet = sheet(&fonts, &made, &name);
            fill(&mut sheet, &name, records);
            let pages = pages(&sheet);
            for at in 0..records {
                let on = |mark: String| {
                    let is = |text: &String| {
                        text.match_indices(&mark)
                            .any(|(from, _)| !text[from + mark.len()..].starts_with(|next: char| next.is_ascii_digit()))
                    };
                    pages.iter().position(is)
                };
                assert!(on(format!("upper{at}")).is_some(), "{at}");
                assert_eq!(on(format!("upper{at}")), on(format!("lower{at}")), "record {at} of {records}");
            }
            for page in pages.iter().filter(|page| page.contains("upper")) {
                assert!(page.contains("Method"), "{page}");
            }
        }
    }
}

#[test]
fn every_word_is_read_once_in_the_order_it_was_given() {
    let (fonts, made) = (Fonts::load().unwrap(), made());
    let mut sheet = sheet(&fonts, &made, "Alex Trainee");
    fill(&mut sheet, "Alex Trainee", 61);
    let mut parts = Vec::new();
    read(&sheet, 0, &mut parts);
    let text = parts.join(" ");
    let mut order: Vec<String> =
        ["Portfolio", "Alex", "Name", "Role", "Records", "Seen", "By"].map(str::to_owned).into();
    order.extend((0..61).flat_map(|at| [format!("upper{at} "), format!("lower{at} ")]));
    order.extend((0..61).map(|at| format!("plain{at} ")));
    order.extend(["countersign", "What this shows", "Crown copyright."].map(str::to_owned));
    let mut from = 0;
    for word in order {
        let found = text[from..].find(&word).unwrap_or_else(|| panic!("{word:?} is not read after {from}"));
        from += found + word.len();
    }
    assert_eq!(text.matches("Method").count(), 1, "a head is read once");
    let marked = sheet.pages.iter().flatten().filter(|drawn| drawn.mark.is_some()).count();
    assert_eq!(parts.len(), marked);
}

#[test]
fn each_page_says_which_it_is_of_how_many() {
    let (fonts, made) = (Fonts::load().unwrap(), made());
    let mut many = 0;
    for records in [0, 12, 200] {
        let mut sheet = sheet(&fonts, &made, "Alex Trainee");
        fill(&mut sheet, "Alex Trainee", records);
        let all = sheet.pages.len();
        assert!(all > many, "{records} records take {all} pages");
        many = all;
        for at in 0..all {
            let said = words_of(&running(&sheet, at));
            assert!(said.contains(&format!("page {} of {all}", at + 1)), "{said}");
            assert!(said.contains("1952 · YDNSA-TR8DP-DVJ5J-SKTSB-F2EXEV"), "{said}");
        }
        assert!(sheet.pages.iter().all(|page| !page.is_empty()), "no page is empty");
    }
}

#[test]
fn a_letter_that_the_fonts_lack_prints_as_a_square_and_is_named() {
    let fonts = Fonts::load().unwrap();
    for face in [Face::Regular, Face::Semibold, Face::Italic, Face::Mono] {
        assert!(fonts.has(face, '□'), "{face:?}");
        assert!(fonts.has(face, '·') && fonts.has(face, '–') && fonts.has(face, '“'), "{face:?}");
    }
    let made = made();
    let mut sheet = sheet(&fonts, &made, "ليلى");
    sheet.para(&Text::of(BODY, "ليلى and 🩺, but é"));
    let said = missing_words(&sheet.missing);
    assert!(said.contains("U+0644") && said.contains("U+1FA7A") && !said.contains("U+00E9"), "{said}");
}

#[test]
fn all_digits_are_equally_wide_so_that_columns_of_figures_align() {
    let fonts = Fonts::load().unwrap();
    for face in [Face::Regular, Face::Semibold, Face::Mono] {
        let one = fonts.advance(face, '0');
        assert!(('0'..='9').all(|digit| (fonts.advance(face, digit) - one).abs() < 0.001), "{face:?}");
    }
}
