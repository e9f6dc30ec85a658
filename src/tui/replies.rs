//! Separates the terminal's replies (`ESC ] 11;rgb:…`, ended by BEL or ST, and `ESC [ ? … c`) from the key events. A late one
//! types nothing. An Esc key is delayed by at most 15 ms.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

/// The state of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Outside,
    /// After an Esc, which may be a key.
    Escaped(KeyEvent),
    /// After an Esc and a bracket, which may be keys, and the digits that followed.
    Bracket(KeyEvent, Vec<KeyEvent>),
    /// In a reply about the terminal's kind, after this many of its characters.
    Kind(usize),
    /// In a reply about a colour, after these characters.
    Inside(String),
    /// In a reply about a colour, after an Esc: it ends if a backslash follows.
    Ending(String),
}

/// Separates the terminal's replies from keys.
#[derive(Debug, Default)]
pub struct Replies {
    stage: Stage,
    /// The colour of the terminal's background, once it said so.
    pub background: Option<[u8; 3]>,
    /// Whether the terminal said what kind it is. It answers in order, so what it has not answered by then it never will.
    pub kind_told: bool,
}

/// How long to wait for more after an Esc.
const MOMENT: Duration = Duration::from_millis(15);
/// How long to wait for the rest of a reply.
const REST: Duration = Duration::from_millis(500);
/// Maximum characters of a reply: longer ones are taken as keys.
const MOST: usize = 256;
/// Maximum digits after an Esc and a bracket that are held back.
const MOST_DIGITS: usize = 3;

impl Replies {
    /// Returns how long to wait for the next event before [`Self::silence`], or `None` if nothing is held back.
    pub fn patience(&self) -> Option<Duration> {
        match self.stage {
            Stage::Outside => None,
            Stage::Escaped(_) | Stage::Bracket(..) => Some(MOMENT),
            Stage::Kind(_) | Stage::Inside(_) | Stage::Ending(_) => Some(REST),
        }
    }

    /// Handles a timeout: an Esc was a key, and a reply is over.
    pub fn silence(&mut self) -> Vec<Event> {
        match std::mem::take(&mut self.stage) {
            Stage::Escaped(esc) => vec![Event::Key(esc)],
            Stage::Bracket(esc, held) => [esc].into_iter().chain(held).map(Event::Key).collect(),
            Stage::Outside | Stage::Kind(_) | Stage::Inside(_) | Stage::Ending(_) => Vec::new(),
        }
    }

    /// Takes an event and returns those for the program, oldest first.
    pub fn take(&mut self, event: Event) -> Vec<Event> {
        let Event::Key(key) = event else { return vec![event] };
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let stage = std::mem::take(&mut self.stage);
        let (next, out) = match (stage, key.code) {
            (Stage::Outside, KeyCode::Esc) => (Stage::Escaped(key), vec![]),
            (Stage::Outside, KeyCode::Char(']')) if alt => (Stage::Inside(String::new()), vec![]),
            (Stage::Outside, KeyCode::Char('\u{9d}')) => (Stage::Inside(String::new()), vec![]),
            (Stage::Escaped(_), KeyCode::Char(']')) if !alt && !ctrl => (Stage::Inside(String::new()), vec![]),
            (Stage::Escaped(esc), KeyCode::Char('[')) if !alt && !ctrl => (Stage::Bracket(esc, vec![key]), vec![]),
            (Stage::Escaped(esc), KeyCode::Esc) => (Stage::Escaped(key), vec![Event::Key(esc)]),
            (Stage::Escaped(esc), _) => (Stage::Outside, vec![Event::Key(esc), Event::Key(key)]),
            (Stage::Bracket(_, held), KeyCode::Char('?')) if held.len() == 1 => (Stage::Kind(0), vec![]),
            (Stage::Bracket(esc, mut held), KeyCode::Char('0'..='9')) if held.len() <= MOST_DIGITS => {
                held.push(key);
                (Stage::Bracket(esc, held), vec![])
            }
            (Stage::Bracket(esc, held), code) => match named(&held, code) {
                Some(code) => (Stage::Outside, vec![Event::Key(KeyEvent::new(code, KeyModifiers::NONE))]),
                None => (Stage::Outside, [esc].into_iter().chain(held).chain([key]).map(Event::Key).collect()),
            },
            (Stage::Kind(_), KeyCode::Char('c')) if !ctrl => {
                self.kind_told = true;
                (Stage::Outside, vec![])
            }
            (Stage::Kind(so_far), KeyCode::Char('0'..='9' | ';')) if so_far < MOST => (Stage::Kind(so_far + 1), vec![]),
            // ST is Esc and a backslash, or one character; BEL arrives as Ctrl-G.
            (Stage::Inside(said), KeyCode::Char('\\')) if alt => self.ended(&said),
            (Stage::Inside(said), KeyCode::Char('g')) if ctrl => self.ended(&said),
            (Stage::Inside(said), KeyCode::Char('\u{7}' | '\u{9c}')) | (Stage::Ending(said), KeyCode::Char('\\')) => {
                self.ended(&said)
            }
            (Stage::Inside(said), KeyCode::Esc) => (Stage::Ending(said), vec![]),
            (Stage::Inside(mut said), KeyCode::Char(c)) if !alt && !ctrl && said.len() < MOST => {
                said.push(c);
                (Stage::Inside(said), vec![])
            }
            (_, _) => (Stage::Outside, vec![Event::Key(key)]),
        };
        self.stage = next;
        out
    }

    /// Takes bytes that were read from the terminal directly, and returns the events for the program.
    pub fn take_bytes(&mut self, bytes: &[u8]) -> Vec<Event> {
        let text = String::from_utf8_lossy(bytes);
        text.chars().flat_map(|c| self.take(Event::Key(key_of(c)))).collect()
    }

    fn ended(&mut self, said: &str) -> (Stage, Vec<Event>) {
        self.background = colour(said).or(self.background);
        (Stage::Outside, vec![])
    }
}

/// Returns the key of a character of the terminal's raw input.
fn key_of(c: char) -> KeyEvent {
    let plain = |code| KeyEvent::new(code, KeyModifiers::NONE);
    match c {
        '\r' | '\n' => plain(KeyCode::Enter),
        '\t' => plain(KeyCode::Tab),
        '\u{1b}' => plain(KeyCode::Esc),
        '\u{7f}' | '\u{8}' => plain(KeyCode::Backspace),
        '\u{0}'..='\u{1a}' => {
            let letter = char::from(b'`' + c as u8);
            KeyEvent::new(KeyCode::Char(if c == '\0' { ' ' } else { letter }), KeyModifiers::CONTROL)
        }
        c if c.is_uppercase() => KeyEvent::new(KeyCode::Char(c), KeyModifiers::SHIFT),
        c => plain(KeyCode::Char(c)),
    }
}

/// Returns the key of an Esc, a bracket, these digits and this last character.
fn named(held: &[KeyEvent], last: KeyCode) -> Option<KeyCode> {
    let digit = |key: &KeyEvent| if let KeyCode::Char(c) = key.code { Some(c) } else { None };
    let digits: String = held.iter().skip(1).filter_map(digit).collect();
    match (digits.as_str(), last) {
        ("", KeyCode::Char('A')) => Some(KeyCode::Up),
        ("", KeyCode::Char('B')) => Some(KeyCode::Down),
        ("", KeyCode::Char('C')) => Some(KeyCode::Right),
        ("", KeyCode::Char('D')) => Some(KeyCode::Left),
        ("", KeyCode::Char('Z')) => Some(KeyCode::BackTab),
        ("", KeyCode::Char('H')) | ("1" | "7", KeyCode::Char('~')) => Some(KeyCode::Home),
        ("", KeyCode::Char('F')) | ("4" | "8", KeyCode::Char('~')) => Some(KeyCode::End),
        ("3", KeyCode::Char('~')) => Some(KeyCode::Delete),
        ("5", KeyCode::Char('~')) => Some(KeyCode::PageUp),
        ("6", KeyCode::Char('~')) => Some(KeyCode::PageDown),
        _ => None,
    }
}

/// Reads `11;rgb:RRRR/GGGG/BBBB`, with one to four digits a part, or `rgba:` with a fourth part.
fn colour(said: &str) -> Option<[u8; 3]> {
    let said = said.strip_prefix("11;")?;
    let parts = said.strip_prefix("rgb:").or_else(|| said.strip_prefix("rgba:"))?;
    let mut parts = parts.split('/').map(|part| {
        let most = 16_u32.checked_pow(u32::try_from(part.len()).ok()?)?.checked_sub(1).filter(|most| *most > 0)?;
        let value = u32::from_str_radix(part, 16).ok()?;
        u8::try_from((u64::from(value) * 255 + u64::from(most) / 2) / u64::from(most)).ok()
    });
    Some([parts.next()??, parts.next()??, parts.next()??])
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
    fn a_late_answer_types_nothing_however_it_begins_ends_and_is_split_and_tells_the_background() {
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
            assert_eq!((replies.patience(), replies.background), (None, Some([0x1e, 0x1e, 0x2e])));
        }
    }

    #[test]
    fn esc_is_a_key_after_a_moment_and_before_any_other_key() {
        let esc = key(KeyCode::Esc, KeyModifiers::NONE);
        let mut replies = Replies::default();
        assert!(replies.take(esc.clone()).is_empty());
        assert_eq!(replies.silence(), std::slice::from_ref(&esc));
        assert!(replies.silence().is_empty());
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

    #[test]
    fn the_background_is_read_from_any_form_of_the_answer_and_from_nothing_else() {
        let all = [
            ("11;rgb:1e1e/1e1e/2e2e", Some([0x1e, 0x1e, 0x2e])),
            ("11;rgb:f/0/8", Some([255, 0, 136])),
            ("11;rgb:ff/fe/00", Some([255, 254, 0])),
            ("11;rgba:ffff/8080/0000/ffff", Some([255, 128, 0])),
            ("10;rgb:1e1e/1e1e/2e2e", None),
            ("11;rgb:1e1e/1e1e", None),
            ("11;rgb:/1e/1e", None),
            ("11;rgb:fffffffff/0/0", None),
            ("11;?", None),
        ];
        for (said, expected) in all {
            for end in ["\u{7}", "\u{1b}\\"] {
                let mut replies = Replies::default();
                let keys = replies.take_bytes(format!("a\u{1b}]{said}{end}b").as_bytes());
                assert_eq!((replies.background, keys), (expected, chars("ab")), "{said}");
            }
        }
    }

    /// What a person may type while the terminal answers, and what a key event makes of it.
    fn typed() -> [(&'static str, Event); 8] {
        [
            ("j", key(KeyCode::Char('j'), KeyModifiers::NONE)),
            ("é", key(KeyCode::Char('é'), KeyModifiers::NONE)),
            ("S", key(KeyCode::Char('S'), KeyModifiers::SHIFT)),
            ("\r", key(KeyCode::Enter, KeyModifiers::NONE)),
            ("\u{11}", key(KeyCode::Char('q'), KeyModifiers::CONTROL)),
            ("\u{1b}[B", key(KeyCode::Down, KeyModifiers::NONE)),
            ("\u{1b}[6~", key(KeyCode::PageDown, KeyModifiers::NONE)),
            ("\u{7f}", key(KeyCode::Backspace, KeyModifiers::NONE)),
        ]
    }

    #[test]
    fn keys_typed_while_the_terminal_answers_are_kept_in_order_wherever_the_bytes_are_split() {
        let answer = "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\\u{1b}[?62;22c";
        for (at, (before, first)) in typed().into_iter().enumerate() {
            let (after, last) = typed()[typed().len() - 1 - at].clone();
            let all = format!("{before}{answer}{after}");
            for split in (0..=all.len()).filter(|split| all.is_char_boundary(*split)) {
                let mut replies = Replies::default();
                let mut keys = replies.take_bytes(&all.as_bytes()[..split]);
                keys.extend(replies.take_bytes(&all.as_bytes()[split..]));
                assert_eq!(keys, [first.clone(), last.clone()], "{before:?} {after:?} {split}");
                assert_eq!((replies.background, replies.kind_told), (Some([255; 3]), true));
            }
        }
    }

    #[test]
    fn a_bracket_after_esc_is_a_key_if_nothing_of_a_reply_follows() {
        for text in ["\u{1b}[", "\u{1b}[1", "\u{1b}[x", "\u{1b}[12345"] {
            let mut replies = Replies::default();
            let keys = replies.take_bytes(text.as_bytes());
            let keys = keys.into_iter().chain(replies.silence());
            let all: Vec<Event> = text.chars().map(|c| Event::Key(key_of(c))).collect();
            assert_eq!(keys.collect::<Vec<_>>(), all, "{text:?}");
        }
    }
}
