//! The pictures of the guide: drawn from the program's own screens, so that none shows what the program does not.

mod scene;
mod svg;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use countersign_tui::theme::{Appearance, Background};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use crate::pictures::scene::{Scene, Seat, Stage};
use crate::pictures::svg::{CELL, MARGIN, Terminal, svg};

/// In the order in which they are played: what one marks, the next one finds.
const SCENES: &[Scene] = &[
    Scene {
        file: "trainee",
        title: "Home of a trainee, over SSH: what to do next, what is new, and what is coming up",
        size: (80, 24),
        seat: Seat::Trainee,
        looks: Appearance::FULL,
        keys: "",
    },
    Scene {
        file: "plain",
        title: "The same with plain letters and without colours",
        size: (80, 24),
        seat: Seat::Trainee,
        looks: Appearance::PLAIN,
        keys: "",
    },
    Scene {
        file: "claim-form",
        title: "The form of a claim: two KSBs, what the trainee writes about them, evidence and who is asked",
        size: (80, 24),
        seat: Seat::Trainee,
        looks: Appearance::FULL,
        keys: "1 space space c 'Led the quarterly audit with Sam.'",
    },
    Scene {
        file: "refused",
        title: "The form of a claim, refused because its text has a valid NHS number",
        size: (80, 24),
        seat: Seat::Trainee,
        looks: Appearance::FULL,
        keys: "1 c ' The patient, 943 476 5919, was calm.' enter",
    },
    Scene {
        file: "cohort",
        title: "The Cohort: the figures of everyone, and a row for each trainee, those furthest behind first",
        size: (120, 36),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: "3",
    },
    Scene {
        file: "filter",
        title: "The Cohort, filtered by “cardiology behind”",
        size: (120, 20),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: "3 / 'cardiology behind'",
    },
    Scene {
        file: "gateway",
        title: "The gateway of Alex Trainee: each requirement, met or not, and the reasons for one of them",
        size: (100, 26),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: "4 down",
    },
    Scene {
        file: "reviews",
        title: "Reviews and hours of Alex Trainee: the next review, what is still to be done, hours and earlier reviews",
        size: (100, 28),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: "5",
    },
    Scene {
        file: "history",
        title: "The log: what was signed, newest first, whether each signature is valid, and the checkpoint code",
        size: (100, 24),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: "6",
    },
    Scene {
        file: "rotation",
        title: "The form that writes the record of Alex Trainee for another department",
        size: (80, 24),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: ": 'bundle out' enter '/media/usb' tab",
    },
    Scene {
        file: "records",
        title: "The preview of a matrix: each cell with its person, item and day, two of them with a fault",
        size: (100, 26),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: ": 'import records' enter 'tests/fixtures/records/echo-matrix.csv' tab 'Training matrix of the echo lab, 2025' enter",
    },
    Scene {
        file: "home-officer",
        title: "Home of a training officer: the department in figures, and what needs doing first",
        size: (120, 36),
        seat: Seat::Officer,
        looks: Appearance::FULL,
        keys: "",
    },
    Scene {
        file: "home",
        title: "Home of a supervisor: the claims that wait, the trainees, and what is due or lapsed",
        size: (100, 28),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "",
    },
    Scene {
        file: "queue",
        title: "The queue of a supervisor: the claims that wait, oldest first, and the chosen one in full",
        size: (100, 24),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "2",
    },
    Scene {
        file: "claim",
        title: "A claim, opened from the queue: the KSB, what the trainee wrote and the evidence",
        size: (100, 20),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "2 down down down enter",
    },
    Scene {
        file: "statement",
        title: "A statement exactly as it was signed, with its signature",
        size: (100, 26),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "6 enter",
    },
    Scene {
        file: "keys",
        title: "Help: the keys by what you want to do",
        size: (100, 30),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "1 ?",
    },
    Scene {
        file: "find",
        title: "Commands and KSBs that fit the letters “rev”",
        size: (100, 26),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: ": 'rev'",
    },
    Scene {
        file: "about",
        title: "What the standard ST0413 says about itself",
        size: (100, 28),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "A",
    },
    Scene {
        file: "trainees",
        title: "Choosing a trainee by the letters “ma”",
        size: (100, 26),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "t 'ma'",
    },
    Scene {
        file: "signing",
        title: "Choosing who is signing: people with an open session use their PIN, the others their passphrase",
        size: (100, 24),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "i",
    },
    Scene {
        file: "local",
        title: "The department's own competences of Alex Trainee, below the duties of the standard",
        size: (100, 26),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "1 shift-tab end enter",
    },
    Scene {
        file: "sign-off",
        title: "The Sign-off screen: duties, what is left of one of them with two KSBs marked, and the record of one KSB",
        size: (100, 28),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "1 shift-tab down down down down down down down enter space space",
    },
    Scene {
        file: "sign-off-light",
        title: "The same on a light background",
        size: (100, 28),
        seat: Seat::Supervisor,
        looks: Appearance { background: Background::Light, ..Appearance::FULL },
        keys: "1 shift-tab down down down down down down down enter down down",
    },
    Scene {
        file: "high-contrast",
        title: "The Sign-off screen in high contrast",
        size: (100, 24),
        seat: Seat::Supervisor,
        looks: Appearance { background: Background::HighContrast, ..Appearance::FULL },
        keys: "1 shift-tab down down down down down down down enter down down",
    },
    Scene {
        file: "sign",
        title: "The dialog that signs two marked KSBs: each in full, what was seen, and who signs with a PIN",
        size: (100, 28),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "1 s",
    },
    Scene {
        file: "second-checks",
        title: "Second checks of a verifier: ten sign-offs, drawn from a seed",
        size: (100, 24),
        seat: Seat::Supervisor,
        looks: Appearance::FULL,
        keys: "i 'vera' enter 'PASSPHRASE' enter 7 D tab '2026' enter",
    },
];

fn guide() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/data/guide"))
}

/// The SVG files in the folder of pictures, by name.
fn kept() -> BTreeMap<String, String> {
    let files = std::fs::read_dir(guide().join("pictures")).into_iter().flatten();
    let names =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|kind| kind == "svg"));
    names
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect()
}

/// British time, spelled so that no table of time zones is needed.
const ZONE: &str = "GMT0BST,M3.5.0/1,M10.5.0";

/// Runs this test again in British time, unless it runs in it: screens show local days and times.
fn in_british_time(test: &str) -> bool {
    if std::env::var("TZ").is_ok_and(|zone| zone == ZONE) {
        return true;
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    let done = again.args(["--exact", &format!("pictures::{test}")]).env("TZ", ZONE).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[test]
fn every_picture_of_the_guide_is_what_the_program_draws_now() {
    if !in_british_time("every_picture_of_the_guide_is_what_the_program_draws_now") {
        return;
    }
    let mut stage = Stage::new();
    let drawn: BTreeMap<String, String> =
        SCENES.iter().map(|scene| (scene.file.to_owned(), stage.play(*scene))).collect();
    assert_eq!(drawn.len(), SCENES.len(), "two scenes have the same file");
    let folder = guide().join("pictures");
    if std::env::var_os("PICTURES_UPDATE").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        for name in kept().keys().filter(|name| !drawn.contains_key(*name)) {
            std::fs::remove_file(folder.join(format!("{name}.svg"))).unwrap();
        }
        for (name, picture) in &drawn {
            std::fs::write(folder.join(format!("{name}.svg")), picture).unwrap();
        }
    }
    let kept = kept();
    let names = |all: &BTreeMap<String, String>| all.keys().cloned().collect::<Vec<_>>();
    let how =
        "`PICTURES_UPDATE=1 cargo test --test it -- pictures` draws them again; look at them before you keep them";
    assert_eq!(names(&kept), names(&drawn), "{how}");
    let other: Vec<&String> = drawn.keys().filter(|name| kept[*name] != drawn[*name]).collect();
    assert!(other.is_empty(), "not what the program draws now: {other:?}. {how}");
}

#[test]
fn every_picture_is_in_the_guide_and_says_the_same_to_those_who_cannot_see_it() {
    let readme = include_str!("../../README.md").replace("data/guide/pictures/", "pictures/");
    let files = std::fs::read_dir(guide()).unwrap().map(|file| file.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|kind| kind == "md"));
    let text: String = pages.map(|path| std::fs::read_to_string(path).unwrap()).chain([readme]).collect();
    for Scene { file, title, .. } in SCENES {
        let count = |form: &str| text.matches(form).count();
        let shown = count(&format!("pictures/{file}.svg"));
        // In the colours that the reader's screen has: the other one says what it is.
        let other = count(&format!("srcset=\"pictures/{file}.svg\""));
        let well = count(&format!("![{title}](pictures/{file}.svg)"))
            + count(&format!("<img src=\"pictures/{file}.svg\" alt=\"{title}\">"));
        assert!(shown > 0, "no page shows {file}");
        assert_eq!(shown, well + other, "{file} is not called “{title}” on every page");
    }
}

/// A cell of every kind: letters to escape, wide and combined ones, lines, blocks, braille, colours, a row that is lit.
fn every_kind() -> Buffer {
    let rows =
        ["a <b> & \"c\"  two  spaces", "日本 é e\u{301} ✓ SIGNED · ●", "╭─┬━╸┆╮│┃├┼┤╰┴╯", "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉▐░▒▓⠁⣿"];
    let mut buf = Buffer::empty(Rect::new(0, 0, 30, rows.len() as u16));
    for (y, row) in (0..).zip(rows) {
        buf.set_string(0, y, row, Style::new());
    }
    buf.set_style(Rect::new(2, 0, 3, 1), Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD));
    buf.set_style(Rect::new(0, 1, 30, 1), Style::new().bg(Color::Rgb(0, 0, 95)));
    buf
}

/// What can be selected of a picture: its text, put back at its columns.
fn selectable(picture: &str, rows: usize) -> Vec<String> {
    let mut cells = vec![vec![' '; 40]; rows];
    for line in picture.lines().filter(|line| line.starts_with("<text ")) {
        let number = |name: &str| -> usize { attribute(line, name).unwrap().parse().unwrap() };
        let text = &line[line.find('>').unwrap() + 1..line.len() - "</text>".len()];
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        let (x, y) = ((number("x") - MARGIN) / CELL.0, (number("y") - MARGIN) / CELL.1);
        for (at, c) in text.chars().enumerate() {
            cells[y][x + at] = c;
        }
    }
    cells.into_iter().map(|row| row.into_iter().collect::<String>().trim_end().to_owned()).collect()
}

fn attribute<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let rest = line.split_once(&format!(" {name}=\""))?.1;
    rest.split('"').next()
}

#[test]
fn the_letters_of_a_picture_can_be_selected_at_their_columns_and_lines_are_shapes() {
    let picture = svg(&every_kind(), None, "A <title> & more", &Terminal::DARK);
    let text = selectable(&picture, 4);
    assert_eq!(text[0], "a <b> & \"c\"  two  spaces");
    assert_eq!(text[2..], ["", ""], "drawn, not written");
    // A wide letter has the cell after it.
    assert!(text[1].starts_with("日 本") && text[1].contains("✓ SIGNED · ●"), "{}", text[1]);
    assert!(picture.contains("<title id=\"title\">A &lt;title&gt; &amp; more</title>"));
    assert!(picture.contains("role=\"img\" aria-labelledby=\"title\""));
    for line in picture.lines().filter(|line| line.starts_with("<text ")) {
        let letters = line[line.find('>').unwrap() + 1..].split('<').next().unwrap();
        let held = attribute(line, "textLength").is_some() || letters.chars().filter(|c| *c != '\u{301}').count() == 1;
        assert!(held, "no width: {line}");
    }
}

#[test]
fn every_line_and_block_of_a_picture_is_within_its_frame_and_has_the_colour_of_its_cell() {
    let buf = every_kind();
    let picture = svg(&buf, Some(Position { x: 29, y: 3 }), "title", &Terminal::LIGHT);
    assert!(picture.contains("<path fill=\"#00005f\""), "the row that is lit");
    assert!(picture.contains("fill:#010203;font-weight:700}"));
    for line in picture.lines().filter(|line| line.starts_with("<path ")) {
        let colour = attribute(line, "stroke").or(attribute(line, "fill")).unwrap();
        assert!([Terminal::LIGHT.text, "#00005f"].contains(&colour), "{line}");
        let starts = attribute(line, "d").unwrap().split('M').skip(1);
        for start in starts {
            // Whole pixels are enough here.
            let whole = |number: &str| number.split('.').next().unwrap().parse::<usize>().unwrap();
            let mut numbers = start.split(|c: char| !c.is_ascii_digit() && c != '.').map(whole);
            let (x, y) = (numbers.next().unwrap(), numbers.next().unwrap());
            let (right, bottom) = (MARGIN + 30 * CELL.0, MARGIN + 4 * CELL.1);
            assert!((MARGIN..=right).contains(&x) && (MARGIN..=bottom).contains(&y), "{start}");
        }
    }
}
