//! Drops late replies of the terminal (`ESC ] 11;rgb:…`, ended by BEL or ST) from the key events. An Esc key is delayed by
//! at most 15 ms.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// The state of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Outside,
    /// After an Esc, which may be a key.
    Escaped(KeyEvent),
    /// In a reply, after this many of its characters.
    Inside(usize),
    /// In a reply, after an Esc: the reply ends if a backslash follows.
    Ending,
}

/// Separates the terminal's replies from keys.
#[derive(Debug, Default)]
pub struct Replies(Stage);

/// How long to wait for more after an Esc.
const MOMENT: Duration = Duration::from_millis(15);
/// How long to wait for the rest of a reply.
const REST: Duration = Duration::from_millis(500);
/// Maximum characters of a reply: longer ones are taken as keys.
const MOST: usize = 256;

impl Replies {
    /// Returns how long to wait for the next event before [`Self::silence`], or `None` if nothing is held back.
    pub fn patience(&self) -> Option<Duration> {
        match self.0 {
            Stage::Outside => None,
            Stage::Escaped(_) => Some(MOMENT),
            Stage::Inside(_) | Stage::Ending => Some(REST),
        }
    }

    /// Handles a timeout: an Esc was a key, and a reply is over.
    pub fn silence(&mut self) -> Option<Event> {
        match std::mem::take(&mut self.0) {
            Stage::Escaped(esc) => Some(Event::Key(esc)),
            _ => None,
        }
    }

    /// Takes an event and returns those for the program, oldest first.
    pub fn take(&mut self, event: Event) -> Vec<Event> {
        let Event::Key(key) = event else { return vec![event] };
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let stage = std::mem::take(&mut self.0);
        let (next, out) = match (stage, key.code) {
            (Stage::Outside, KeyCode::Esc) => (Stage::Escaped(key), vec![]),
            (Stage::Outside, KeyCode::Char(']')) if alt => (Stage::Inside(0), vec![]),
            (Stage::Outside, KeyCode::Char('\u{9d}')) => (Stage::Inside(0), vec![]),
            (Stage::Escaped(_), KeyCode::Char(']')) if !alt && !ctrl => (Stage::Inside(0), vec![]),
            (Stage::Escaped(esc), KeyCode::Esc) => (Stage::Escaped(key), vec![Event::Key(esc)]),
            (Stage::Escaped(esc), _) => (Stage::Outside, vec![Event::Key(esc), Event::Key(key)]),
            // ST is Esc and a backslash, or one character; BEL arrives as Ctrl-G.
            (Stage::Inside(_), KeyCode::Char('\\')) if alt => (Stage::Outside, vec![]),
            (Stage::Inside(_), KeyCode::Char('g')) if ctrl => (Stage::Outside, vec![]),
            (Stage::Inside(_), KeyCode::Char('\u{7}' | '\u{9c}')) | (Stage::Ending, KeyCode::Char('\\')) => {
                (Stage::Outside, vec![])
            }
            (Stage::Inside(_), KeyCode::Esc) => (Stage::Ending, vec![]),
            (Stage::Inside(so_far), KeyCode::Char(_)) if !alt && !ctrl && so_far < MOST => {
                (Stage::Inside(so_far + 1), vec![])
            }
            (_, _) => (Stage::Outside, vec![Event::Key(key)]),
        };
        self.0 = next;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifier: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifier))
    }

    fn chars(text: &str) -> Vec<Event> {
        text.chars().map(|c| key(KeyCode::Char(c), KeyModifiers::NONE)).collect()
    }

    #[test]
    fn a_late_answer_is_dropped_however_it_begins_ends_and_is_split_and_the_keys_around_it_are_not() {
        let esc = || key(KeyCode::Esc, KeyModifiers::NONE);
        let one = |c, modifier| key(KeyCode::Char(c), modifier);
        let begins = [
            vec![one(']', KeyModifiers::ALT)],
            vec![esc(), one(']', KeyModifiers::NONE)],
            vec![one('\u{9d}', KeyModifiers::NONE)],
        ];
        let ends = [
            vec![one('g', KeyModifiers::CONTROL)],
            vec![one('\\', KeyModifiers::ALT)],
            vec![esc(), one('\\', KeyModifiers::NONE)],
            vec![one('\u{9c}', KeyModifiers::NONE)],
        ];
        for (begin, end) in begins.iter().flat_map(|begin| ends.iter().map(move |end| (begin, end))) {
            let mut replies = Replies::default();
            let body = chars("11;rgb:1e1e/1e1e/2e2e");
            let all = [&chars("s")[..], begin, &body, end, &chars("q")].concat();
            let out: Vec<Event> = all.into_iter().flat_map(|event| replies.take(event)).collect();
            assert_eq!(out, chars("sq"), "{begin:?} {end:?}");
            assert_eq!(replies.patience(), None);
        }
    }

    #[test]
    fn esc_is_a_key_after_a_moment_and_before_any_other_key() {
        let esc = key(KeyCode::Esc, KeyModifiers::NONE);
        let mut replies = Replies::default();
        assert!(replies.take(esc.clone()).is_empty());
        assert_eq!(replies.silence(), Some(esc.clone()));
        assert_eq!(replies.silence(), None);
        replies.take(esc.clone());
        assert_eq!(replies.take(esc.clone()), std::slice::from_ref(&esc));
        let j = chars("j").remove(0);
        assert_eq!(replies.take(j.clone()), [esc, j]);
    }

    #[test]
    fn an_answer_that_never_ends_holds_back_no_more_than_its_length() {
        let mut replies = Replies::default();
        replies.take(key(KeyCode::Char(']'), KeyModifiers::ALT));
        let out: usize = chars(&"a".repeat(MOST + 3)).into_iter().map(|event| replies.take(event).len()).sum();
        assert_eq!(out, 3);
        replies.take(key(KeyCode::Char(']'), KeyModifiers::ALT));
        let enter = key(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(replies.take(enter.clone()), [enter]);
    }
}
