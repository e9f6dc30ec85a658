//! Finds the KSBs and local competences that an existing record names, by code or by text.

use std::collections::HashMap;
use std::sync::Arc;

use crate::primitives::fold::folded;
use crate::primitives::ids::{KsbCode, KsbKind, StandardRef};
use crate::primitives::word_diff::{similarity, word_diff};
use crate::standard::Standard;
use crate::standard::versions::alike;

/// The most candidates that a message names.
const MOST_CANDIDATES: usize = 3;
/// How alike a text must be to be named as a candidate, in per cent.
const LEAST_ALIKE: usize = 25;
/// The least letters of a text that was cut short and is matched by its beginning.
const LEAST_BEGINNING: usize = 12;

/// Every item of the adopted standards and of the lists in force.
#[derive(Debug, Clone, Default)]
pub struct Items {
    standards: Vec<Arc<Standard>>,
    lists: Vec<Arc<Standard>>,
    /// The places of each text among `standards` and then `lists`.
    texts: HashMap<String, Vec<(usize, KsbCode)>>,
}

/// An item as a record names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemName {
    /// As written: `K7`, `ST0413 K7`, `K7: Know the …`, `Record a 12-lead ECG`.
    pub text: String,
    /// A standard or list before the code: `ST0413`, `ST0413 1.1`.
    pub standard: Option<String>,
    pub code: Option<KsbCode>,
}

/// Why an item is not one of a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFault {
    pub what: String,
    pub hint: String,
}

impl ItemName {
    /// Parses the name of an item. Several codes in one name are no code.
    pub fn of(text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let words: Vec<&str> = text.split([' ', ':', ',', ';', '(', ')', '/', '–', '—', '&']).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let codes: Vec<Option<KsbCode>> = words.iter().map(|word| code_of(word)).collect();
        let all_codes = codes.iter().filter(|code| code.is_some()).count();
        let found = match codes.iter().position(Option::is_some) {
            Some(at) if all_codes == 1 || (at == 0 && all_codes < words.len()) => Some(at),
            Some(at) if is_reference(words[0]) && at <= 2 && words.len() > at + all_codes => Some(at),
            _ => None,
        };
        // A code in the middle of a sentence is not its name.
        let found = found.filter(|at| *at == 0 || is_reference(words[0]) && *at <= 2 || is_label(&words[..*at]));
        let standard = found.filter(|at| *at > 0 && is_reference(words[0])).map(|at| words[..at].join(" "));
        Self { standard, code: found.and_then(|at| codes[at]), text }
    }
}

fn code_of(word: &str) -> Option<KsbCode> {
    let word = word.trim_end_matches(['.', '-']);
    let (letter, digits) = word.split_at_checked(1)?;
    format!("{letter}{}", digits.trim_start_matches('0')).parse().ok()
}

/// Returns whether a word may be a standard's reference: `ST0413`, `CARDIO-LOCAL`.
fn is_reference(word: &str) -> bool {
    let letters = word.chars().filter(char::is_ascii_uppercase).count();
    letters >= 2 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "-_.".contains(c))
}

/// Returns whether words only say what comes next: `Skill`, `KSB`, `Duty 2`.
fn is_label(words: &[&str]) -> bool {
    const LABELS: [&str; 9] =
        ["skill", "knowledge", "behaviour", "behavior", "ksb", "competence", "competency", "item", "code"];
    matches!(words, [one] if LABELS.contains(&one.to_lowercase().as_str()))
}

impl Items {
    /// Indexes the adopted standards, and the lists in force.
    pub fn of(standards: Vec<Arc<Standard>>, lists: Vec<Arc<Standard>>) -> Self {
        let mut texts: HashMap<String, Vec<(usize, KsbCode)>> = HashMap::new();
        for (at, standard) in standards.iter().chain(&lists).enumerate() {
            for ksb in standard.ksbs() {
                texts.entry(folded(&ksb.text).into_owned()).or_default().push((at, ksb.code));
            }
        }
        Self { standards, lists, texts }
    }

    /// Returns whether a heading names an item, whether or not that item is adopted.
    pub fn is_item(&self, text: &str) -> bool {
        let name = ItemName::of(text);
        name.code.is_some() || !self.with_text(&name.text).is_empty()
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Standard>> {
        self.standards.iter().chain(&self.lists)
    }

    fn at(&self, at: usize) -> &Standard {
        if at < self.standards.len() { &self.standards[at] } else { &self.lists[at - self.standards.len()] }
    }

    fn with_text(&self, text: &str) -> Vec<(usize, KsbCode)> {
        if let Some(found) = self.texts.get(folded(text).as_ref()) {
            return found.clone();
        }
        let Some(begins) = text.strip_suffix('…').or_else(|| text.strip_suffix("...")) else { return Vec::new() };
        let begins = folded(begins.trim_end()).into_owned();
        if begins.chars().count() < LEAST_BEGINNING {
            return Vec::new();
        }
        let fits = self.texts.iter().filter(|(text, _)| text.starts_with(&begins));
        fits.flat_map(|(_, places)| places.iter().copied()).collect()
    }

    /// Finds the item of a person who is enrolled on `on` and answers for `scoped`, its part; `names_nearest` is slow.
    pub fn find(
        &self,
        name: &ItemName,
        on: &StandardRef,
        scoped: &Standard,
        names_nearest: bool,
    ) -> Result<(StandardRef, KsbCode), ItemFault> {
        let lists: Vec<&Arc<Standard>> = self.lists_for(on).collect();
        let own = |of: &Standard, code: KsbCode| (of.reference().clone(), code);
        let Some(code) = name.code else { return self.find_text(name, on, scoped, names_nearest) };
        let of_named = |of: &StandardRef| name.standard.as_deref().is_none_or(|named| is_named(of, named));
        if of_named(on) && scoped.ksb(code).is_some() {
            return Ok(own(scoped, code));
        }
        if let Some(list) = lists.iter().find(|list| of_named(list.reference()) && list.ksb(code).is_some()) {
            return Ok(own(list, code));
        }
        let whole = self.standards.iter().find(|standard| standard.reference() == on);
        if of_named(on) && whole.is_some_and(|whole| whole.ksb(code).is_some()) {
            return Err(ItemFault {
                what: format!("{code} of {on} is not asked of them: it is outside their option, or was left out"),
                hint: "Leave the cell out".to_owned(),
            });
        }
        let others: Vec<String> = self
            .all()
            .filter(|other| other.reference() != on && other.ksb(code).is_some() && of_named(other.reference()))
            .take(MOST_CANDIDATES)
            .map(|other| other.reference().to_string())
            .collect();
        if !others.is_empty() {
            return Err(ItemFault {
                what: format!("{code} is an item of {}, and they are enrolled on {on}", others.join(" and ")),
                hint: "Correct the code, or leave it out".to_owned(),
            });
        }
        if let Some(named) = &name.standard
            && !of_named(on)
        {
            return Err(ItemFault {
                what: format!("“{}” names {named}, and they are enrolled on {on}", name.text),
                hint: "Correct the heading, or leave it out".to_owned(),
            });
        }
        Err(ItemFault { what: format!("There is no {code} in {on}"), hint: candidates(code, scoped, &lists) })
    }

    fn lists_for(&self, on: &StandardRef) -> impl Iterator<Item = &Arc<Standard>> {
        self.lists.iter().filter(|list| list.local().is_some_and(|local| local.beside.contains(on)))
    }

    fn find_text(
        &self,
        name: &ItemName,
        on: &StandardRef,
        scoped: &Standard,
        names_nearest: bool,
    ) -> Result<(StandardRef, KsbCode), ItemFault> {
        let lists: Vec<&Arc<Standard>> = self.lists_for(on).collect();
        let own = |of: &StandardRef| of == on || lists.iter().any(|list| list.reference() == of);
        let found = self.with_text(&name.text);
        let mine: Vec<(StandardRef, KsbCode)> = found
            .iter()
            .map(|(at, code)| (self.at(*at).reference().clone(), *code))
            .filter(|(of, code)| own(of) && (of != on || scoped.ksb(*code).is_some()))
            .collect();
        match mine.as_slice() {
            [one] => return Ok(one.clone()),
            [_, _, ..] => {
                let codes: Vec<String> = mine.iter().map(|(_, code)| code.to_string()).collect();
                return Err(ItemFault {
                    what: format!("“{}” is the text of {}", name.text, codes.join(" and ")),
                    hint: "Write the code".to_owned(),
                });
            }
            [] => {}
        }
        if let Some((at, code)) = found.first() {
            return Err(ItemFault {
                what: format!(
                    "“{}” is {code} of {}, and they are enrolled on {on}",
                    name.text,
                    self.at(*at).reference()
                ),
                hint: "Correct it, or leave it out".to_owned(),
            });
        }
        let all = scoped.ksbs().iter().chain(lists.iter().flat_map(|list| list.ksbs())).filter(|_| names_nearest);
        let wanted = name.text.to_lowercase();
        let mut alike: Vec<(usize, String)> = all
            .map(|ksb| {
                let text = ksb.text.to_lowercase();
                (similarity(&word_diff(&wanted, &text)), format!("{} {}", ksb.code, beginning(&ksb.text)))
            })
            .filter(|(alike, _)| *alike >= LEAST_ALIKE)
            .collect();
        alike.sort_by_key(|(alike, _)| std::cmp::Reverse(*alike));
        let nearest: Vec<String> = alike.into_iter().take(MOST_CANDIDATES).map(|(_, text)| text).collect();
        Err(ItemFault {
            what: format!("“{}” is not an item of {on}", name.text),
            hint: if nearest.is_empty() {
                "Write the code of the item, such as K7, or leave the column out".to_owned()
            } else {
                format!("Nearest: {}. Write the code, or leave it out", nearest.join("; "))
            },
        })
    }
}

/// Returns whether a text names a standard: its reference, with or without its version.
fn is_named(of: &StandardRef, named: &str) -> bool {
    match named.split_once(' ') {
        None => of.reference().eq_ignore_ascii_case(named),
        Some((reference, version)) => of.reference().eq_ignore_ascii_case(reference) && alike(of.version(), version),
    }
}

/// Says which codes of a kind there are: `ST0413 1.1 has K1 to K25`.
fn candidates(code: KsbCode, scoped: &Standard, lists: &[&Arc<Standard>]) -> String {
    let kinds = |of: &Standard| -> Option<String> {
        let codes: Vec<KsbCode> = of.ksbs().iter().map(|ksb| ksb.code).filter(|one| one.kind == code.kind).collect();
        match codes.as_slice() {
            [] => None,
            [one] => Some(format!("{} has {one}", of.reference())),
            [first, .., last] => Some(format!("{} has {first} to {last}", of.reference())),
        }
    };
    let all = std::iter::once(scoped).chain(lists.iter().map(AsRef::as_ref));
    let found: Vec<String> = all.filter_map(kinds).collect();
    match (found.is_empty(), code.kind) {
        (false, _) => format!("{}. Correct the code, or leave it out", found.join(". ")),
        (true, KsbKind::Local) => "No local competences are in force for them. Adopt the list first".to_owned(),
        (true, _) => "Correct the code, or leave it out".to_owned(),
    }
}

fn beginning(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        format!("{}…", text.chars().take(MOST).collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_named_by_its_code_in_every_usual_spelling() {
        for (text, code, standard) in [
            ("K7", Some("K7"), None),
            ("k07", Some("K7"), None),
            ("K7: Know the limits", Some("K7"), None),
            ("K7\nKnow the limits\nno expiry", Some("K7"), None),
            ("L3 Record a 12-lead ECG (K7, S2)", Some("L3"), None),
            ("ST0413 K7", Some("K7"), Some("ST0413")),
            ("ST0413 1.1 K7", Some("K7"), Some("ST0413 1.1")),
            ("Skill S3", Some("S3"), None),
            ("K7/K8", None, None),
            ("K7, K8", None, None),
            ("Record a 12-lead ECG", None, None),
            ("Know what K7 asks", None, None),
            ("Name", None, None),
            ("", None, None),
        ] {
            let name = ItemName::of(text);
            assert_eq!(name.code.map(|code| code.to_string()).as_deref(), code, "{text}");
            assert_eq!(name.standard.as_deref(), standard, "{text}");
        }
    }
}
