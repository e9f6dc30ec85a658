//! Home on the screen, at every size, in every look and for each kind of person, over the department of the demo.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use countersign_app::home::officer::officer_home;
use countersign_app::home::supervisor::supervisor_home;
use countersign_app::home::trainee::trainee_home;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;
use countersign_tui::command::{Command, ScreenId};
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::model::{Message, MessageLevel};
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::home::HomeContent;
use countersign_tui::msg::{Effect, Msg, Outcome};
use countersign_tui::screen::disabled_reason;
use countersign_tui::theme::{Appearance, Charset};
use countersign_tui::widget::trace::traced;

use crate::demo::at;
use crate::tui_face::Bench;
use crate::tui_own::choice;

/// Most rows of a list, as the program loads them.
const ROWS: usize = 40;
const LOOKS: [Appearance; 3] = [Appearance::FULL, Appearance::NO_COLOUR, Appearance::PLAIN];

/// Somebody with their Home.
#[derive(Debug, Clone)]
struct Somebody {
    id: PersonId,
    name: &'static str,
    role: Role,
    content: HomeContent,
    titles: &'static [&'static str],
}

/// A supervisor, a training officer and a trainee of the demo.
fn people() -> &'static [Somebody; 3] {
    static PEOPLE: OnceLock<[Somebody; 3]> = OnceLock::new();
    PEOPLE.get_or_init(|| {
        let (_folder, demo) = at("2026-11-28T12:00:00Z");
        let app = &demo.app;
        [
            Somebody {
                content: HomeContent::Supervisor(Box::new(supervisor_home(app, &demo.supervisor, ROWS).unwrap())),
                id: demo.supervisor.clone(),
                name: "Sam Supervisor",
                role: Role::Supervisor,
                titles: &["Waiting for you", "Your trainees", "Due"],
            },
            Somebody {
                content: HomeContent::Officer(Box::new(officer_home(app, ROWS).unwrap())),
                id: demo.officer.clone(),
                name: "Tilly Officer",
                role: Role::TrainingOfficer,
                titles: &["Needs you", "Furthest behind", "Gateway, past or near", "Lapsing", "The book"],
            },
            Somebody {
                content: HomeContent::Trainee(Box::new(trainee_home(app, &demo.trainee, ROWS).unwrap())),
                id: demo.trainee.clone(),
                name: "Alex Trainee",
                role: Role::Trainee,
                titles: &["Do next", "New ", "Coming up"],
            },
        ]
    })
}

/// Home of somebody, or of nobody.
fn home(who: Option<&Somebody>, (width, height): (u16, u16), looks: Appearance) -> Bench {
    let mut bench = Bench::new(width, height, looks);
    bench.model.screen = ScreenId::Home;
    let Some(who) = who else { return bench };
    if who.role == Role::Trainee {
        let own = choice(who.id.as_str(), who.name, who.role, CredentialKind::Passphrase);
        bench.model.access_mode = AccessMode::Own(own);
    } else {
        bench.unlock(who.id.as_str(), who.name, &[who.role], None);
    }
    let content = Box::new(who.content.clone());
    bench.say(Msg::Done(Outcome::Home { of: who.id.clone(), content, greeting: "Good morning" }));
    bench
}

fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let widths = [60, 72, 80, 99, 100, 120, 159, 160, 220];
    widths.into_iter().flat_map(|width| [20, 24, 36, 60].map(|height| (width, height)))
}

/// Every Home at every size, in every look.
fn every(mut check: impl FnMut(Option<&Somebody>, &mut Bench, &str)) {
    for (size, looks) in sizes().flat_map(|size| LOOKS.map(|looks| (size, looks))) {
        for who in people().iter().map(Some).chain([None]) {
            let mut bench = home(who, size, looks);
            let text = bench.text();
            check(who, &mut bench, &text);
        }
    }
}

/// The rows of a part: those below its heading, up to a blank row or the next heading.
fn below<'t>(text: &'t str, title: &str) -> Option<(&'t str, Vec<&'t str>)> {
    let is_heading = |line: &str| {
        let mut titles = people().iter().flat_map(|who| who.titles);
        titles.any(|title| line.strip_prefix("  ").is_some_and(|line| line.starts_with(title)))
    };
    let mut lines = text.lines().skip(2);
    let heading = lines.find(|line| is_heading(line) && line.trim_start().starts_with(title))?;
    let keys = text.lines().filter(|line| !line.starts_with("cursor ")).count() - 2;
    let left = keys.saturating_sub(text.lines().position(|line| line == heading)? + 1);
    let rows = lines.take(left).take_while(|line| !line.is_empty() && !is_heading(line)).collect();
    Some((heading, rows))
}

/// `(4, 7)` of a heading that says `4 of 7`.
fn counted(heading: &str) -> Option<(usize, usize)> {
    let words: Vec<&str> = heading.split_whitespace().collect();
    let at = words.windows(3).position(|three| three[1] == "of" && three[0].parse::<usize>().is_ok())?;
    let number = |word: &str| word.trim_end_matches(',').parse().ok();
    Some((number(words[at])?, number(words[at + 2])?))
}

#[test]
#[ignore = "slow: every size of the window"]
fn one_row_is_lit_the_footer_is_there_and_a_message_moves_nothing() {
    every(|who, bench, text| {
        let (width, height) = bench.model.size;
        let (_, trace) = traced(|| bench.draw());
        assert_eq!(trace.rows.len(), usize::from(who.is_some()), "{width}x{height}\n{text}");
        let pointer = bench.model.theme.glyphs.pointer;
        let lit = text.lines().skip(2).filter(|line| line.starts_with(pointer)).count();
        assert_eq!(lit, usize::from(who.is_some()), "{width}x{height}\n{text}");
        let lines: Vec<&str> = text.lines().collect();
        let footer = lines[usize::from(height) - 1];
        assert!(footer.contains("? all keys"), "{width}x{height}\n{text}");
        assert!(footer.contains("tab next part") == who.is_some() || width < 72, "{width}x{height}\n{text}");
        assert_eq!(lines[usize::from(height) - 2], "", "the message line\n{text}");
        let (what, tone) = ("Something was done".to_owned(), MessageLevel::Done);
        bench.model.message = Some(Message { what, hint: String::new(), tone, undo: None });
        let changed = bench.text();
        let changed: Vec<&str> = changed.lines().collect();
        for (at, (before, after)) in lines.iter().zip(&changed).enumerate() {
            let message = at == usize::from(height) - 2;
            assert_eq!(before == after, !message, "row {at} at {width}x{height}\n{text}");
        }
        assert!(changed[usize::from(height) - 2].contains("Something was done"));
    });
}

#[test]
#[ignore = "slow: every size of the window"]
fn every_part_has_its_heading_and_rows_or_a_reason_unless_only_one_has_room() {
    every(|who, bench, text| {
        let Some(who) = who else { return };
        let size = bench.model.size;
        let found = |text: &str, title: &str| {
            text.lines().skip(2).any(|line| {
                let rule = bench.model.theme.glyphs.border[4];
                line.contains(&format!("{title} {rule}")) || (title == "New " && line.trim_start().starts_with(title))
            })
        };
        let there = who.titles.iter().filter(|title| found(text, title)).count();
        if there == who.titles.len() {
            for title in who.titles {
                let Some((_, rows)) = below(text, title) else { continue };
                assert!(!rows.is_empty(), "{title} at {size:?}\n{text}");
            }
        } else {
            // The others are a key away.
            assert_eq!((there, found(text, who.titles[0])), (1, true), "{size:?}\n{text}");
            assert!(size.1 < 24, "{size:?}\n{text}");
            let mut bench = home(Some(who), size, bench.model.theme.looks);
            for title in who.titles.iter().cycle().skip(1).take(who.titles.len()) {
                bench.run(Command::NextPane);
                let text = bench.text();
                assert!(found(&text, title), "{title} at {size:?}\n{text}");
            }
        }
    });
}

#[test]
#[ignore = "slow: every size of the window"]
fn what_a_heading_counts_is_what_is_shown_and_what_there_is() {
    let mut partly = 0;
    every(|who, bench, text| {
        let Some(who) = who else { return };
        let size = bench.model.size;
        let totals: Vec<(&str, usize, usize)> = match &who.content {
            HomeContent::Supervisor(home) => vec![
                ("Waiting for you", home.waiting.len(), usize::try_from(home.waiting_total).unwrap()),
                ("Your trainees", home.trainees.len(), home.trainees_total),
                ("Due", home.due.len(), home.due_total),
            ],
            HomeContent::Officer(home) => vec![("Needs you", home.needs.len(), home.needs_total)],
            HomeContent::Trainee(home) => vec![("New ", home.news.rows.len(), home.news.total)],
        };
        for (title, rows, total) in totals {
            let Some((heading, drawn)) = below(text, title) else { continue };
            let heads = usize::from(drawn.first().is_some_and(|line| line.trim_start().starts_with("Trainee ")));
            let (shown, of) = match counted(heading) {
                Some((shown, of)) => (shown, of),
                None if heading.chars().any(|c| c.is_ascii_digit()) => (total, total),
                // No room for a count.
                None => continue,
            };
            partly += usize::from(shown < of);
            assert_eq!((drawn.len() - heads, of), (shown, total), "{title} at {size:?}\n{text}");
            assert!(shown <= rows, "{title} at {size:?}\n{text}");
        }
        if let HomeContent::Trainee(home) = &who.content
            && let Some((heading, drawn)) = below(text, "Do next")
        {
            assert!(heading.contains(&home.total().to_string()), "{text}");
            let rest = home.rest(0..drawn.len() - 1);
            let last = drawn.last().unwrap().trim_start();
            let counts = last.starts_with(rest.get(..20).unwrap_or(&rest)) && !rest.is_empty();
            assert!(counts || drawn.len() == home.total() || drawn.len() < 3, "{size:?}\n{text}");
        }
    });
    assert!(partly > 50, "{partly}");
}

#[test]
#[ignore = "slow: every size of the window"]
fn no_word_is_cut_without_the_ellipsis() {
    let words = |text: &str| -> BTreeSet<String> {
        text.split_whitespace()
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '…' && c != '.').to_owned())
            .filter(|word| word.chars().any(char::is_alphabetic))
            .collect()
    };
    for (who, looks) in people().iter().flat_map(|who| LOOKS.map(|looks| (who, looks))) {
        let mut whole = BTreeSet::new();
        for (size, part) in
            [(260, 20), (260, 36), (260, 120)].into_iter().flat_map(|size| (0..5).map(move |at| (size, at)))
        {
            let mut bench = home(Some(who), size, looks);
            bench.model.home.part = part.min(who.titles.len() - 1);
            whole.extend(words(&bench.text()));
        }
        let ellipsis = if looks.glyphs == Charset::Ascii { ".." } else { "…" };
        for size in sizes() {
            let text = home(Some(who), size, looks).text();
            // Column heads and labels may be shorter where there is less room.
            let short = ["Trainee", "signed", "done", "cursor", "D1", "all"];
            let cut = |word: &&String| {
                !word.ends_with(ellipsis) && !whole.contains(*word) && !short.iter().any(|one| word.contains(one))
            };
            let found: Vec<String> = words(&text).iter().filter(cut).cloned().collect();
            let wrong: Vec<&String> =
                found.iter().filter(|word| whole.iter().any(|other| other.starts_with(word.as_str()))).collect();
            assert!(wrong.is_empty(), "{wrong:?} at {size:?}\n{text}");
        }
    }
}

#[test]
#[ignore = "slow: every size of the window"]
fn enter_on_every_row_of_every_part_does_something_and_the_footer_says_so() {
    for (who, size) in
        people().iter().flat_map(|who| [(60, 20), (80, 24), (120, 36), (200, 50)].map(|size| (who, size)))
    {
        let mut bench = home(Some(who), size, Appearance::FULL);
        let mut rows = 0;
        loop {
            let text = bench.text();
            assert_eq!(disabled_reason(&bench.model, Command::OpenHome), None, "{text}");
            let footer = text.lines().nth(usize::from(size.1) - 1).unwrap();
            assert!(footer.starts_with(" enter "), "{text}");
            let mut other = home(Some(who), size, Appearance::FULL);
            other.model.home = bench.model.home.clone();
            let effects = other.keys("enter");
            assert!(!effects.is_empty() || other.model.screen != ScreenId::Home, "{text}");
            rows += 1;
            let before = (bench.model.home.part, bench.model.home.at);
            bench.keys("down");
            if (bench.model.home.part, bench.model.home.at) == before {
                // Where one part has the window, the next is not below it.
                bench.keys("tab");
                if bench.model.home.part <= before.0 {
                    break;
                }
                bench.model.home.at[bench.model.home.part] = 0;
            }
        }
        let all = match &who.content {
            HomeContent::Supervisor(home) => home.waiting.len() + home.trainees.len() + home.due.len(),
            HomeContent::Officer(home) => {
                home.needs.len() + home.behind.len() + home.gateways.len() + home.lapsing.rows.len() + 6
            }
            HomeContent::Trainee(home) => home.next.len() + home.news.rows.len() + 2,
        };
        assert_eq!(rows, all, "{} at {size:?}", who.name);
    }
}

#[test]
fn a_trainee_marks_what_is_new_as_read_from_home_and_nobody_else_is_offered_it() {
    for who in people() {
        let mut bench = home(Some(who), (80, 24), Appearance::FULL);
        let offered = bench.text().contains("a mark as read");
        let effects = bench.keys("a");
        let read =
            effects.iter().any(|effect| matches!(effect, Effect::MarkRead { trainee, .. } if *trainee == who.id));
        assert_eq!((offered, read), (who.role == Role::Trainee, who.role == Role::Trainee), "{}", who.name);
    }
}

#[test]
#[ignore = "slow: every size of the window"]
fn nothing_is_drawn_outside_the_window_at_any_size() {
    for (who, looks) in people().iter().map(Some).chain([None]).flat_map(|who| LOOKS.map(|looks| (who, looks))) {
        for size in sizes() {
            home(who, size, looks).assert_fits(&["all keys"]);
        }
    }
}
