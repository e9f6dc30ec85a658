//! Whatever is pressed, at whatever size: the screen stands.

use countersign_tui::key::{Key, KeyModifier, KeyPress};
use countersign_tui::list::ListQuery;
use countersign_tui::msg::{Effect, Msg, Outcome as Done};
use countersign_tui::theme::Appearance;
use proptest::prelude::{Strategy, any, proptest};

use crate::random::cases;
use crate::tui_face::{Bench, cards, full_statement, history, loaded, log_head};

fn presses() -> impl Strategy<Value = Vec<KeyPress>> {
    let keys = [
        Key::Enter,
        Key::Esc,
        Key::Tab,
        Key::BackTab,
        Key::Backspace,
        Key::Delete,
        Key::Up,
        Key::Down,
        Key::Left,
        Key::Right,
        Key::Home,
        Key::End,
        Key::PageUp,
        Key::PageDown,
        Key::F(1),
    ];
    let letters = " VUsnwvqtiLE/:?16jkgGhlxS26心\u{301}";
    let all: Vec<Key> = keys.into_iter().chain(letters.chars().map(Key::Char)).collect();
    let press = (
        proptest::sample::select(all),
        proptest::sample::select(vec![KeyModifier::Nothing, KeyModifier::Nothing, KeyModifier::Ctrl]),
    );
    proptest::collection::vec(press.prop_map(|(key, modifier)| KeyPress { key, modifier }), 0..40)
}

proptest! {
    #![proptest_config(cases(64))]
    #[test]
    #[ignore = "slow: every size of the window"]
    fn no_keys_at_any_size_break_the_screen(
        keys in presses(), width in 1u16..200, height in 1u16..60, resized in any::<bool>(), plain in any::<bool>(),
    ) {
        let looks = if plain { Appearance::PLAIN } else { Appearance::FULL };
        let mut bench = Bench::at_work(width, height, looks);
        for (at, key) in keys.into_iter().enumerate() {
            let effects = bench.say(Msg::Key(key));
            for effect in effects {
                match effect {
                    Effect::FindTrainees { .. } => { bench.say(Msg::Done(Done::Trainees(cards()))); }
                    Effect::LoadPage(request) if request.list == ListQuery::Log => {
                        let all = history(100);
                        let from = usize::try_from(request.skip).unwrap().min(all.len());
                        let rows: Vec<_> = all[from..].iter().take(usize::from(request.rows)).cloned().collect();
                        bench.say(loaded(request, rows, 100, Some(log_head(100, ""))));
                    }
                    Effect::LoadStatement(_) => { bench.say(Msg::Done(Done::Statement(Box::new(full_statement())))); }
                    _ => {}
                }
            }
            if resized && at == 7 {
                bench.say(Msg::Resize(height, width));
            }
            let (buf, cursor) = bench.draw();
            if let Some(place) = cursor {
                assert!(buf.area.contains(place), "{place:?} outside {:?}", buf.area);
            }
            let last = buf.content.last().unwrap().symbol();
            assert!(last.is_ascii() || bench.model.overlay.is_some(), "the last cell is {last:?}");
        }
    }
}
