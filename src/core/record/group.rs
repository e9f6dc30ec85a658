//! Holds what signing one item for many people needs: the items to choose from, and the people who answer for one.

use chrono::NaiveDate;

use crate::primitives::date::short_day;
use crate::primitives::file_name::StoredFileName;
use crate::primitives::ids::{ClaimId, KsbCode, PersonId, StandardRef};
use crate::primitives::text::SafeText;
use crate::record::ksb_status::State;
use crate::statement::kinds::sign_off::Outcome;

/// A KSB or local competence, by the standard or list that its code belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupItem {
    pub of: StandardRef,
    pub code: KsbCode,
    pub text: String,
}

/// A trainee who answers for an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupMember {
    pub id: PersonId,
    pub name: SafeText,
    /// Their state on the item now.
    pub state: State,
    /// Whether it counts as progress.
    pub counts: bool,
    /// The claim that waits on the item, which signing it answers.
    pub claim: Option<GroupClaim>,
}

/// What a trainee claims an item with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupClaim {
    pub id: ClaimId,
    pub made: NaiveDate,
    pub reflection: Option<SafeText>,
    pub files: Vec<StoredFileName>,
}

impl GroupClaim {
    /// Returns what came with it, to be put after a word: `, with a reflection and 2 files`.
    pub fn with_words(&self) -> String {
        let files = match self.files.len() {
            0 => None,
            1 => Some("1 file".to_owned()),
            many => Some(format!("{many} files")),
        };
        match (self.reflection.is_some(), files) {
            (false, None) => String::new(),
            (true, None) => ", with a reflection".to_owned(),
            (false, Some(files)) => format!(", with {files}"),
            (true, Some(files)) => format!(", with a reflection and {files}"),
        }
    }

    /// Returns the files in a line: `Files: a.pdf, b.pdf`.
    pub fn files_line(&self) -> String {
        let names: Vec<&str> = self.files.iter().map(StoredFileName::as_str).collect();
        if names.is_empty() { "No files".to_owned() } else { format!("Files: {}", names.join(", ")) }
    }

    /// Returns what the trainee wrote, in quotation marks.
    pub fn reflection_words(&self, (open, close): (&str, &str)) -> String {
        match &self.reflection {
            Some(words) => format!("{open}{}{close}", words.as_str().trim()),
            None => "No reflection".to_owned(),
        }
    }

    /// Returns what came with it: the files on a line of their own, first, so that no reflection looks like a file.
    pub fn content(&self, quotes: (&str, &str)) -> String {
        format!("{}\n{}", self.files_line(), self.reflection_words(quotes))
    }
}

/// How many names a sentence gives before it counts.
const NAMED: usize = 3;

/// Returns the sentence after signing an item for several people: `Signed L1 for Amina and Ben`, `Signed L1 for 30 people`.
pub fn recorded_for_all(
    outcome: Outcome,
    code: KsbCode,
    names: &[SafeText],
    due: Option<NaiveDate>,
    today: NaiveDate,
) -> String {
    let people = people_words(names);
    match outcome {
        Outcome::Achieved => format!("Signed {code} for {people}"),
        Outcome::NotAchieved => {
            let due = due.map(|day| format!(". Due {}", short_day(day, today))).unwrap_or_default();
            format!("Recorded {code} as not yet achieved for {people}{due}")
        }
    }
}

/// Returns who they are: up to three by name, more by their number.
pub fn people_words(names: &[SafeText]) -> String {
    if names.len() <= NAMED { all_names(names) } else { counted_people(names.len()) }
}

/// Returns every name: `Ann, Ben and Cleo`.
pub fn all_names(names: &[SafeText]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => one.to_string(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(SafeText::as_str).collect();
            format!("{} and {last}", first.join(", "))
        }
    }
}

/// Returns a number of people: `1 person`, `30 people`.
pub fn counted_people(many: usize) -> String {
    if many == 1 { "1 person".to_owned() } else { format!("{many} people") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::date::parse_day;

    #[test]
    fn a_claim_shows_what_was_written_and_every_file() {
        let name = |name: &str| StoredFileName::read(name.as_bytes());
        let claim = |words: Option<&str>, files: &[&str]| GroupClaim {
            id: "01a22370-7d99-7116-8d18-b0f2bc871ac1".parse().unwrap(),
            made: parse_day("2026-11-28").unwrap(),
            reflection: words.map(|words| SafeText::lines(words).unwrap()),
            files: files.iter().map(|file| name(file)).collect(),
        };
        for (words, files, shown, with) in [
            (None, &[][..], "No files\nNo reflection", ""),
            (Some(" Led it\n"), &[], "No files\n“Led it”", ", with a reflection"),
            (Some("Led it"), &["a.pdf"], "Files: a.pdf\n“Led it”", ", with a reflection and 1 file"),
            (None, &["b.pdf", "a.pdf", "c.pdf"], "Files: b.pdf, a.pdf, c.pdf\nNo reflection", ", with 3 files"),
            (Some("Led it”, with audit.pdf"), &[], "No files\n“Led it”, with audit.pdf”", ", with a reflection"),
        ] {
            let claim = claim(words, files);
            assert_eq!((claim.content(("“", "”")).as_str(), claim.with_words().as_str()), (shown, with));
        }
    }

    #[test]
    fn up_to_three_people_are_named_and_more_are_counted() {
        let names: Vec<SafeText> =
            ["Amina", "Ben", "Cleo", "Dan"].iter().map(|name| SafeText::line(name).unwrap()).collect();
        let said = ["nobody", "Amina", "Amina and Ben", "Amina, Ben and Cleo", "4 people"];
        for (count, said) in said.into_iter().enumerate() {
            assert_eq!(people_words(&names[..count]), said);
        }
        let (code, today) = ("L1".parse().unwrap(), parse_day("2026-11-28").unwrap());
        let words = |outcome, due| recorded_for_all(outcome, code, &names, due, today);
        assert_eq!(words(Outcome::Achieved, None), "Signed L1 for 4 people");
        let due = parse_day("2026-12-12");
        assert_eq!(words(Outcome::NotAchieved, due), "Recorded L1 as not yet achieved for 4 people. Due 12 Dec");
    }
}
