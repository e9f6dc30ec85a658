//! Finds one of many options by a part of its words, as names are found on the command line.

use std::borrow::Cow;

use crate::key::{Key, KeyModifier, KeyPress};
use crate::widget::text_input::{EditResult, LineMode, TextInput};
use countersign_core::primitives::fold::NameQuery;

/// Names in the message for several matches.
const NAMED: usize = 3;

/// A text, and the options that it is looked for in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindInput {
    typed: TextInput,
    /// Value, and words.
    all: Vec<(String, String)>,
    /// Whether the text was prefilled: then typing replaces it.
    fresh: bool,
}

/// The options that a text finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// Nothing is typed.
    Nothing,
    One(&'a str, &'a str),
    Several(Vec<&'a str>),
    /// No option has these words.
    NoMatch(&'a str),
}

impl Found<'_> {
    /// Describes what was found, for a message.
    pub fn words(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::One(_, words) => (*words).to_owned(),
            Self::Several(names) => {
                let more = if names.len() > NAMED { ", …" } else { "" };
                let first: Vec<&str> = names.iter().take(NAMED).copied().collect();
                format!("{} match: {}{more}. Type more", names.len(), first.join(", "))
            }
            Self::NoMatch(text) => format!("Nothing here matches “{text}”"),
        }
    }
}

impl FindInput {
    /// Returns an input that looks in these options, with a first text.
    pub fn new(all: Vec<(String, String)>, text: &str) -> Self {
        Self { typed: TextInput::new(LineMode::Line, text), all, fresh: !text.is_empty() }
    }

    pub fn text(&self) -> &str {
        self.typed.text()
    }

    pub fn input(&self) -> &TextInput {
        &self.typed
    }

    /// Whether typing replaces the text.
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Replaces the text.
    pub fn set(&mut self, text: &str) {
        self.typed.clear();
        self.typed.paste(text);
        self.fresh = true;
    }

    pub fn found(&self) -> Found<'_> {
        let text = self.typed.text().trim();
        if text.is_empty() {
            return Found::Nothing;
        }
        let all = || self.all.iter().map(|(slug, words)| (slug.as_str(), words.as_str()));
        if let Some((slug, words)) = all().find(|(slug, words)| *words == text || slug.eq_ignore_ascii_case(text)) {
            return Found::One(slug, words);
        }
        let wanted = NameQuery::of(text);
        // Words such as *any supervisor* do not compete with names.
        let fits = |nobody| {
            let options = all().filter(move |(slug, _)| slug.is_empty() == nobody);
            NameQuery::best_matches(options.filter_map(|option| Some((wanted.fit(option.1)?, option))).collect())
        };
        let found = Some(fits(false)).filter(|found| !found.is_empty()).unwrap_or_else(|| fits(true));
        match found.as_slice() {
            [] => Found::NoMatch(text),
            [(slug, words)] => Found::One(slug, words),
            several => Found::Several(several.iter().map(|(_, words)| *words).collect()),
        }
    }

    /// Returns what stands after the text: what it finds, unless it is the same; without a text, what that means.
    pub fn aside(&self) -> Cow<'_, str> {
        match self.found() {
            Found::One(_, words) if words == self.typed.text().trim() => "".into(),
            Found::Nothing => self.all.iter().find(|(slug, _)| slug.is_empty()).map_or("", |(_, words)| words).into(),
            Found::NoMatch(_) => "no match".into(),
            Found::Several(names) => format!("{} match, type more", names.len()).into(),
            found @ Found::One(..) => found.words().into(),
        }
    }

    /// Handles a key. The first letter replaces a prefilled text.
    pub fn key(&mut self, press: KeyPress) -> EditResult {
        let letter = matches!(press.key, Key::Char(_)) && press.modifier == KeyModifier::Nothing;
        if letter && self.fresh {
            self.typed.clear();
        }
        let edited = self.typed.key(press);
        if edited != EditResult::Ignored {
            self.fresh = false;
        }
        edited
    }

    /// Pastes a text in place of a prefilled one.
    pub fn paste(&mut self, pasted: &str) {
        if std::mem::take(&mut self.fresh) {
            self.typed.clear();
        }
        self.typed.paste(pasted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<(String, String)> {
        let all = [("02c1", "Sam Supervisor"), ("05f4", "Tilly Officer"), ("7f3b", "Sam Sallow")];
        all.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
    }

    #[test]
    fn a_text_finds_one_option_says_how_many_it_finds_and_that_it_finds_none() {
        for (text, found) in [
            ("", Found::Nothing),
            ("supe", Found::One("02c1", "Sam Supervisor")),
            ("TILLY", Found::One("05f4", "Tilly Officer")),
            ("7f3b", Found::One("7f3b", "Sam Sallow")),
            ("sam", Found::Several(vec!["Sam Supervisor", "Sam Sallow"])),
            ("zoe", Found::NoMatch("zoe")),
        ] {
            assert_eq!(FindInput::new(people(), text).found(), found, "{text}");
        }
    }

    #[test]
    fn a_letter_replaces_what_was_prefilled_and_adds_to_what_was_typed() {
        let mut find = FindInput::new(people(), "Sam Supervisor");
        for (key, text) in [("t", "t"), ("i", "ti"), ("backspace", "t")] {
            find.key(key.parse().unwrap());
            assert_eq!(find.text(), text);
        }
        let mut find = FindInput::new(people(), "Sam");
        find.key("end".parse().unwrap());
        find.key("x".parse().unwrap());
        assert_eq!(find.text(), "Samx");
    }
}
