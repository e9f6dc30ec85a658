//! Maps keys to commands: the table's defaults, overridden by the user's keymap.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use thiserror::Error;

use crate::command::{Command, CommandScope, PaneId, Row, ScreenId, TABLE};
use crate::key::{Key, KeyModifier, KeyPress};

/// The user's keymap: a command's name and all its keys.
pub type OwnKeys = BTreeMap<String, Vec<String>>;

/// Why a user's keymap was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeymapFault {
    #[error("“{0}” is not the name of a command. `countersign keymap` lists them")]
    NoCommand(String),
    #[error("“{key}”, given to {command}, is not a key such as a, space, ctrl-q, f1 or page-down")]
    NoKey { key: String, command: String },
    /// One key for two commands in the same scope.
    #[error("The key {key} is given to both {one} and {other}, which work in the same place")]
    Twice { key: String, one: &'static str, other: &'static str },
    /// A command that must always have a key, such as help or leave.
    #[error("The command {0} needs at least one key")]
    Unreachable(&'static str),
}

/// The effective keymap.
/// Names that commands had before, each with the present one.
const EARLIER_NAMES: [(&str, &str); 6] = [
    ("export-cohort", "export"),
    ("mark-look", "mark-check"),
    ("open-look", "open-check"),
    ("sign-looks", "sign-checks"),
    ("go-second-looks", "go-second-checks"),
    ("mend", "go-to-it"),
];

fn present_name(name: &str) -> String {
    let earlier = EARLIER_NAMES.iter().find(|(earlier, _)| *earlier == name);
    earlier.map_or(name, |(_, present)| present).to_owned()
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// One entry per table row, in table order; the first key is the one shown.
    keys: Vec<Vec<KeyPress>>,
}

impl Keymap {
    /// Returns the table's keymap, with the keys of each command that the user named replaced.
    pub fn new(own: &OwnKeys) -> Result<Self, KeymapFault> {
        let own = &own.iter().map(|(name, keys)| (present_name(name), keys.clone())).collect::<OwnKeys>();
        if let Some(name) = own.keys().find(|name| !TABLE.iter().any(|row| row.name == name.as_str())) {
            return Err(KeymapFault::NoCommand(name.clone()));
        }
        let keys: Result<Vec<_>, _> = TABLE.iter().map(|row| keys_for(row, own)).collect();
        let mut map = Self { keys: keys? };
        map.give_way(own);
        map.check()?;
        Ok(map)
    }

    /// Numbers the commands of these tabs from 1 without gaps, and takes the digits of all other tabs away; 0 stays where it
    /// is. A tab that the user gave another key keeps it.
    #[must_use]
    pub fn number(mut self, tabs: &[Command], all: &[Command]) -> Self {
        let digit = |key: &KeyPress| matches!(key.key, Key::Char('1'..='9')) && key.modifier == KeyModifier::Nothing;
        let numbered: Vec<bool> = tabs.iter().map(|command| self.keys_of(*command).iter().any(digit)).collect();
        for command in all {
            self.keys[*command as usize].retain(|key| !digit(key));
        }
        for (number, (command, _)) in ('1'..='9').zip(tabs.iter().zip(numbered).filter(|(_, numbered)| *numbered)) {
            self.keys[*command as usize].insert(0, KeyPress::plain(Key::Char(number)));
        }
        self
    }

    /// Returns the command for a key: the pane's, else the screen's, else a global one.
    pub fn lookup(&self, screen: ScreenId, pane: Option<PaneId>, press: KeyPress) -> Option<Command> {
        places(screen, pane).find_map(|place| self.bound(place, press))
    }

    /// Returns the keys of a command; the first is the one shown.
    pub fn keys_of(&self, command: Command) -> &[KeyPress] {
        self.keys.get(command as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns the commands with a key in this pane of this screen, in table order.
    pub fn reachable(&self, screen: ScreenId, pane: Option<PaneId>) -> impl Iterator<Item = &'static Row> {
        TABLE.iter().filter(move |row| {
            let here = places(screen, pane).any(|place| place == row.place);
            here && self.keys_of(row.command).iter().any(|key| self.lookup(screen, pane, *key) == Some(row.command))
        })
    }

    /// Renders the keymap as Markdown for the guide, one table per scope.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for (place, rows) in groups() {
            let _ = writeln!(out, "**{place}**\n\n| key | what it does | name |\n| --- | --- | --- |");
            for row in rows {
                let keys = self.names(row, |key| format!("`{key}`"));
                let _ = writeln!(out, "| {keys} | {} | `{}` |", row.does, row.name);
            }
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    /// Renders the keymap as text for a terminal, one line per command.
    pub fn listing(&self) -> String {
        let mut out = String::new();
        for (place, rows) in groups() {
            let _ = writeln!(out, "{place}");
            for row in rows {
                let _ = writeln!(out, "  {:<14} {:<24} {}", row.name, self.names(row, ToString::to_string), row.does);
            }
        }
        out
    }

    /// Returns the first command in the table that this key runs in any other scope.
    pub fn elsewhere(&self, press: KeyPress) -> Option<Command> {
        let mut rows = TABLE.iter().zip(&self.keys);
        rows.find(|(_, keys)| keys.contains(&press)).map(|(row, _)| row.command)
    }

    fn names(&self, row: &Row, name: impl Fn(&KeyPress) -> String) -> String {
        self.keys_of(row.command).iter().map(name).collect::<Vec<_>>().join(" ")
    }

    fn bound(&self, place: CommandScope, press: KeyPress) -> Option<Command> {
        let mut rows = TABLE.iter().zip(&self.keys);
        rows.find(|(row, keys)| row.place == place && keys.contains(&press)).map(|(row, _)| row.command)
    }

    /// Takes away a default key that the user gave to another command, if its own command has other keys:
    /// `suspend = ["ctrl-z"]` alone is enough.
    fn give_way(&mut self, own: &OwnKeys) {
        let rows = || TABLE.iter().enumerate();
        for (at, row) in rows().filter(|(_, row)| own.contains_key(row.name)) {
            let own_keys = self.keys_of(row.command).to_vec();
            for (keys, (other, theirs)) in self.keys.iter_mut().zip(rows()) {
                let yields = other != at && theirs.place == row.place && !own.contains_key(theirs.name);
                if yields && keys.iter().any(|key| !own_keys.contains(key)) {
                    keys.retain(|key| !own_keys.contains(key));
                }
            }
        }
    }

    fn check(&self) -> Result<(), KeymapFault> {
        for (row, keys) in TABLE.iter().zip(&self.keys) {
            if keys.is_empty() && matches!(row.command, Command::Help | Command::Leave | Command::Back) {
                return Err(KeymapFault::Unreachable(row.name));
            }
            for key in keys {
                let other = TABLE.iter().zip(&self.keys).find(|(other, theirs)| {
                    other.command != row.command && other.place == row.place && theirs.contains(key)
                });
                if let Some((other, _)) = other {
                    return Err(KeymapFault::Twice { key: key.to_string(), one: row.name, other: other.name });
                }
            }
        }
        Ok(())
    }
}

/// Returns the scopes of a pane in lookup order.
fn places(screen: ScreenId, pane: Option<PaneId>) -> impl Iterator<Item = CommandScope> {
    let screens = [CommandScope::Screen(screen), CommandScope::Everywhere];
    pane.map(CommandScope::Pane).into_iter().chain(screens)
}

/// Groups the table's rows by scope, in order of first appearance.
fn groups() -> Vec<(&'static str, Vec<&'static Row>)> {
    let mut groups: Vec<(CommandScope, Vec<&'static Row>)> = Vec::new();
    for row in TABLE {
        match groups.iter_mut().find(|(place, _)| *place == row.place) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((row.place, vec![row])),
        }
    }
    groups.into_iter().map(|(place, rows)| (place.heading(), rows)).collect()
}

fn keys_for(row: &Row, own: &OwnKeys) -> Result<Vec<KeyPress>, KeymapFault> {
    let read =
        |key: &str| key.parse().map_err(|_| KeymapFault::NoKey { key: key.to_owned(), command: row.name.to_owned() });
    match own.get(row.name) {
        Some(keys) => keys.iter().map(|key| read(key)).collect(),
        None => row.keys.iter().map(|key| read(key)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(name: &str, keys: &[&str]) -> OwnKeys {
        OwnKeys::from([(name.to_owned(), keys.iter().map(|&key| key.to_owned()).collect())])
    }

    fn key(name: &str) -> KeyPress {
        name.parse().unwrap()
    }

    #[test]
    fn every_key_of_the_table_is_a_key_and_none_is_listed_twice_in_one_place() {
        Keymap::new(&OwnKeys::new()).unwrap();
    }

    #[test]
    fn no_key_of_a_pane_or_screen_hides_one_that_works_everywhere() {
        let map = Keymap::new(&OwnKeys::new()).unwrap();
        for row in TABLE.iter().filter(|row| row.place != CommandScope::Everywhere) {
            for press in map.keys_of(row.command) {
                assert_eq!(map.bound(CommandScope::Everywhere, *press), None, "{press}");
            }
        }
    }

    #[test]
    fn the_pane_goes_before_the_screen_and_the_screen_before_everywhere() {
        let map = Keymap::new(&own("mark", &["s", "q"])).unwrap();
        let found = |pane, name: &str| map.lookup(ScreenId::SignOff, Some(pane), key(name));
        assert_eq!(found(PaneId::Ksbs, "s"), Some(Command::Mark));
        assert_eq!(found(PaneId::Duties, "s"), Some(Command::Sign));
        assert_eq!(found(PaneId::Ksbs, "q"), Some(Command::Mark));
        assert_eq!(found(PaneId::Duties, "q"), Some(Command::Leave));
        assert_eq!(found(PaneId::Ksbs, "space"), None);
        assert_eq!(map.keys_of(Command::Mark), [key("s"), key("q")]);
        assert!(!map.reachable(ScreenId::SignOff, Some(PaneId::Ksbs)).any(|row| row.command == Command::Sign));
    }

    #[test]
    fn a_command_that_has_a_new_name_still_answers_to_the_old_one() {
        for (earlier, present) in EARLIER_NAMES {
            let [old, new] = [earlier, present]
                .map(|name| Keymap::new(&OwnKeys::from([(name.to_owned(), vec!["f9".to_owned()])])).unwrap());
            assert_eq!(old, new, "{earlier}");
        }
    }

    #[test]
    fn keys_that_cannot_be_are_refused_in_a_sentence() {
        let refused = |name, keys: &[&str]| Keymap::new(&own(name, keys)).unwrap_err().to_string();
        assert_eq!(refused("marc", &["m"]), "“marc” is not the name of a command. `countersign keymap` lists them");
        assert!(refused("mark", &["banana"]).starts_with("“banana”, given to mark, is not a key"));
        assert_eq!(
            refused("withdraw", &["s"]),
            "The key s is given to both sign-off and withdraw, which work in the same place"
        );
        assert_eq!(refused("leave", &[]), "The command leave needs at least one key");
    }

    #[test]
    fn both_listings_name_every_command_with_all_its_keys() {
        let map = Keymap::new(&OwnKeys::new()).unwrap();
        let (markdown, listing) = (map.markdown(), map.listing());
        for row in TABLE {
            assert_eq!(markdown.matches(&format!("`{}` |", row.name)).count(), 1, "{}", row.name);
            assert!(listing.contains(&format!("  {:<14} ", row.name)), "{}", row.name);
        }
        assert!(markdown.contains("| `q` `ctrl-q` `ctrl-c` | Leave the program | `leave` |"));
        assert!(!markdown.contains("\n\n\n") && markdown.ends_with("|\n"));
    }
}
