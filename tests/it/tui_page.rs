//! The page about a standard and the career framework on the screen: what they show, what their keys do.

use countersign_app::standards::standard::page_of;
use countersign_core::standard::file::st0413;
use countersign_core::standard::framework::Framework;
use countersign_tui::command::Command;
use countersign_tui::msg::page::Text;
use countersign_tui::msg::{Effect, Msg, Outcome as Done};
use countersign_tui::theme::Appearance;

use crate::tui_face::{Bench, DRAWN, said, standing};

const SIZES: [(u16, u16); 3] = [(60, 20), (80, 24), (120, 36)];
const PLAIN: Appearance = Appearance::PLAIN;

fn about() -> Text {
    let page = page_of(&st0413().unwrap().0, &[]).unwrap();
    let sections = page.sections.into_iter().map(|one| (one.heading.to_owned(), one.texts)).collect();
    Text { title: format!("{} {}", page.standard, page.title), sections }
}

fn framework() -> Text {
    Text { title: "Career framework".to_owned(), sections: Framework::built_in().unwrap().sections() }
}

fn reading(text: Text, (width, height): (u16, u16), looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    bench.open(standing("7f3a", "A. Trainee"), 7);
    bench.say(Msg::Done(Done::Page(Box::new(text))));
    bench
}

#[test]
fn the_pages_are_as_drawn_at_every_size_and_look() {
    for (name, text) in [("about", about()), ("framework", framework())] {
        for size in SIZES {
            let bench = reading(text.clone(), size, Appearance::FULL);
            bench.assert_fits(&["PgDn more", "esc close"]);
            if size == DRAWN {
                insta::assert_snapshot!(format!("page_{name}_80x24"), bench.text());
            }
        }
        let plain = reading(text, (80, 24), PLAIN);
        insta::assert_snapshot!(format!("page_{name}_ascii_80x24"), plain.text());
    }
}

#[test]
fn a_key_asks_for_the_page_about_the_open_trainee_s_standard_on_every_screen() {
    let of = st0413().unwrap().0.reference().clone();
    for screen in ["0", "1", "3", "4", "5"] {
        let mut bench = Bench::at_work(80, 24, Appearance::FULL);
        bench.open(standing("7f3a", "A. Trainee"), 7);
        bench.keys(screen);
        assert_eq!(bench.keys("A"), [Effect::LoadAbout(of.clone())], "{screen}");
        assert_eq!(bench.keys("F"), [Effect::LoadFramework], "{screen}");
    }
    let mut nobody = Bench::new(80, 24, Appearance::FULL);
    assert_eq!(nobody.run(Command::About), []);
    assert!(said(&nobody).contains("No trainee selected"), "{}", said(&nobody));
    assert_eq!(nobody.run(Command::Framework), [Effect::LoadFramework]);
}

#[test]
#[ignore = "slow: every word at every size"]
fn every_word_of_a_page_can_be_reached_and_it_closes_again() {
    for (text, size) in [(about(), (60, 20)), (framework(), (80, 24)), (about(), (40, 10))] {
        let mut bench = reading(text.clone(), size, Appearance::FULL);
        let mut seen = bench.text();
        for _ in 0..400 {
            let before = bench.text();
            bench.keys("down");
            if bench.text() == before {
                break;
            }
            seen.push_str(&bench.text());
        }
        for word in text.sections.iter().flat_map(|(_, texts)| texts).flat_map(|text| text.split_whitespace()) {
            // Only an address is longer than a line.
            assert!(word.len() > 30 || seen.contains(word), "{word}");
        }
        bench.keys("esc");
        assert!(!bench.text().contains(&text.title), "{}", bench.text());
    }
}
