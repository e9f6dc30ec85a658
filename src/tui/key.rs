//! Defines key presses independently of the terminal library.

use std::fmt;
use std::str::FromStr;

/// A key with its modifier. Shift is part of the character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyPress {
    pub key: Key,
    pub modifier: KeyModifier,
}

/// A key of the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// The modifier that was pressed with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyModifier {
    /// No modifier, except perhaps Shift.
    Nothing,
    Ctrl,
    Alt,
}

const NAMES: [(&str, Key); 15] = [
    ("space", Key::Char(' ')),
    ("enter", Key::Enter),
    ("esc", Key::Esc),
    ("tab", Key::Tab),
    ("shift-tab", Key::BackTab),
    ("backspace", Key::Backspace),
    ("delete", Key::Delete),
    ("up", Key::Up),
    ("down", Key::Down),
    ("left", Key::Left),
    ("right", Key::Right),
    ("home", Key::Home),
    ("end", Key::End),
    ("page-up", Key::PageUp),
    ("page-down", Key::PageDown),
];

impl KeyPress {
    /// Returns a key without a modifier.
    pub const fn plain(key: Key) -> Self {
        Self { key, modifier: KeyModifier::Nothing }
    }

    /// Returns the character to type into a field, if the key has one.
    pub fn typed(self) -> Option<char> {
        match self {
            Self { key: Key::Char(c), modifier: KeyModifier::Nothing } => Some(c),
            _ => None,
        }
    }
}

impl fmt::Display for KeyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifier = match self.modifier {
            KeyModifier::Nothing => "",
            KeyModifier::Ctrl => "ctrl-",
            KeyModifier::Alt => "alt-",
        };
        let key = match (NAMES.iter().find(|(_, key)| *key == self.key), self.key) {
            (Some((name, _)), _) => (*name).to_owned(),
            (None, Key::F(n)) => format!("f{n}"),
            (None, Key::Char(c)) => c.to_string(),
            (None, _) => String::new(),
        };
        f.pad(&format!("{modifier}{key}"))
    }
}

/// The name does not match any key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a key such as a, space, ctrl-q, f1 or page-down")]
pub struct ParseKeyError(pub String);

impl FromStr for KeyPress {
    type Err = ParseKeyError;

    fn from_str(s: &str) -> Result<Self, ParseKeyError> {
        let (modifier, name) = match (s.strip_prefix("ctrl-"), s.strip_prefix("alt-")) {
            (Some(name), _) => (KeyModifier::Ctrl, name),
            (_, Some(name)) => (KeyModifier::Alt, name),
            _ => (KeyModifier::Nothing, s),
        };
        let mut chars = name.chars();
        let key = if let Some((_, key)) = NAMES.iter().find(|(known, _)| *known == name) {
            *key
        } else if let (Some(c), None) = (chars.next(), chars.next()) {
            Key::Char(c)
        } else {
            let number = name.strip_prefix('f').and_then(|n| n.parse().ok()).filter(|n| (1..=12).contains(n));
            Key::F(number.ok_or_else(|| ParseKeyError(s.to_owned()))?)
        };
        Ok(Self { key, modifier })
    }
}
