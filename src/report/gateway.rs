//! Names the files of a gateway package and writes the texts that go with them: README, digests, licence.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use countersign_core::primitives::ids::Digest;

use crate::made::{Made, grouped};

/// The longest line of a text file, in characters.
const LINE: usize = 76;
/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A file, or a folder of files, of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// A folder's name ends with `/`.
    pub file: String,
    pub what: &'static str,
    /// How many files a folder has; otherwise 1.
    pub count: usize,
}

/// A step of checking a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub words: String,
    /// What is typed, line by line; empty if the step needs no command.
    pub command: String,
    /// What to do where the command is another.
    pub otherwise: &'static str,
}

/// What the README of a package is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readme {
    pub made: Made,
    pub trainee: String,
    /// Such as `end-point assessment`.
    pub assessment: &'static str,
    /// The log's verifier key, as a receipt names it.
    pub log: String,
    /// The files, without the README.
    pub contents: Vec<Content>,
    /// Whether something is missing before the gateway.
    pub draft: bool,
}

impl Readme {
    pub fn opening(&self) -> String {
        let draft = if self.draft { " It is a draft: not everything is met yet." } else { "" };
        format!(
            "This package holds what is needed to judge whether {} may go to {}, and to check it without any program of \
             the department.{draft}",
            self.trainee, self.assessment
        )
    }

    pub fn steps(&self) -> Vec<Step> {
        let step = |words: &str, command: &str, otherwise| Step {
            words: words.to_owned(),
            command: command.to_owned(),
            otherwise,
        };
        vec![
            step(
                "Every file is as it was packed. Each line of the answer ends with OK:",
                "sha256sum --check SHA256SUMS",
                "On a Mac: shasum -a 256 --check SHA256SUMS",
            ),
            step(
                "Every receipt is whole: the signature belongs to the words, the words are in the log, and the log signed \
                 its state. Each line of the answer begins with “good:” (Python 3 and ssh-keygen):",
                "python3 check-receipt.py receipts/*.receipt",
                "On Windows, name the receipts one by one: python check-receipt.py FILE",
            ),
            Step {
                words:
                    "The log is the department's. Each line of step 2 ends with its key. Compare it with the one that \
                        the department gives you by telephone or in person:"
                        .to_owned(),
                command: self.log.clone(),
                otherwise: "",
            },
            step(
                "Each statement was signed with a key that the department registered for this person, and that was valid \
                 on that day. Each line of the answer begins with “Good” (ssh-keygen alone):",
                "for text in statements/*.txt; do\n\
                 who=$(sed -n '/^signer /{s/^signer \\([^ ]*\\).*/\\1/p;q;}' \"$text\")\n\
                 day=$(sed -n '/^signed /{s/^signed //;s/[-:T]//g;p;q;}' \"$text\")\n\
                 ssh-keygen -Y verify -f allowed_signers -I \"$who\" -n countersign-statement -O verify-time=\"$day\" -s \
                 \"$text.sig\" < \"$text\" || echo \"BAD: $text\"\n\
                 done",
                "",
            ),
            Step {
                words: "Nothing was changed or removed since. Ask the department to run this; it answers “Intact”:"
                    .to_owned(),
                command: format!("countersign verify --checkpoint '{}'", self.made.code),
                otherwise: "",
            },
        ]
    }

    pub fn left_out() -> &'static str {
        "No patient data, no records of other trainees, and no keys that can sign. Files whose contents were erased are \
         named in gateway.pdf and are not here. What supervisors said is in portfolio.pdf, because the panel reads it."
    }

    /// Returns the README as a text file.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let title = format!("Gateway package: {}", self.trainee);
        paragraph(&mut out, &title, "", "");
        out.push_str(&"=".repeat(title.chars().count().min(LINE)));
        out.push_str("\n\n");
        paragraph(&mut out, &self.opening(), "", "");
        let by = if self.made.by.is_empty() { String::new() } else { format!(" by {}", self.made.by) };
        let size = grouped(self.made.size);
        let made = format!("Made {}{by}, {}, from a log of {size} entries.", self.made.when(), self.made.department);
        out.push('\n');
        paragraph(&mut out, &made, "", "");
        paragraph(&mut out, &format!("Checkpoint code: {}", self.made.code), "", "");
        heading(&mut out, "What is in it");
        let wide = self.contents.iter().map(|content| content.file.chars().count()).max().unwrap_or(0) + 2;
        for Content { file, what, count } in &self.contents {
            let many = if file.ends_with('/') { format!(" ({count})") } else { String::new() };
            paragraph(&mut out, &format!("{what}{many}"), &format!("{file:<wide$}"), &" ".repeat(wide));
        }
        heading(&mut out, "How to check it");
        paragraph(&mut out, "Unpack it, open a terminal in the folder, and type:", "", "");
        for (no, step) in (1..).zip(self.steps()) {
            out.push('\n');
            paragraph(&mut out, &step.words, &format!("{no}. "), "   ");
            if !step.command.is_empty() {
                out.push('\n');
                for line in step.command.lines() {
                    let _ = writeln!(out, "    {line}");
                }
            }
            if !step.otherwise.is_empty() {
                out.push('\n');
                paragraph(&mut out, step.otherwise, "   ", "   ");
            }
        }
        heading(&mut out, "What is not in it");
        paragraph(&mut out, Self::left_out(), "", "");
        out
    }
}

fn heading(out: &mut String, words: &str) {
    let _ = write!(out, "\n{words}\n{}\n\n", "-".repeat(words.chars().count()));
}

/// Writes a paragraph in lines; the first begins with `first`, the others with `then`.
fn paragraph(out: &mut String, words: &str, first: &str, then: &str) {
    let mut line = first.to_owned();
    let mut begins = true;
    for word in words.split(' ') {
        if !begins && line.chars().count() + 1 + word.chars().count() > LINE {
            out.push_str(line.trim_end());
            out.push('\n');
            then.clone_into(&mut line);
            begins = true;
        }
        if !begins {
            line.push(' ');
        }
        line.push_str(word);
        begins = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

/// Returns what `sha256sum --check` reads.
pub fn sums(files: &[(String, Vec<u8>)]) -> String {
    files.iter().fold(String::new(), |mut text, (name, bytes)| {
        let _ = writeln!(text, "{}  {name}", Digest::of(bytes).hex());
        text
    })
}

/// Returns names under which files can be unpacked on every system: their own, changed where Windows would refuse them,
/// numbered where two would be the same file on a disk that does not tell capitals apart.
pub fn packed_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut packed = Vec::new();
    for name in names {
        let name = portable(name);
        let (stem, ending) = match name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (name.as_str(), String::new()),
        };
        let mut unused = name.clone();
        let mut number = 2;
        while !taken.insert(unused.to_lowercase()) {
            unused = format!("{stem}-{number}{ending}");
            number += 1;
        }
        packed.push(unused);
    }
    packed
}

/// Returns a name that every system takes.
fn portable(name: &str) -> String {
    let plain = |letter: char| if matches!(letter, '<' | '>' | '"' | '|' | '?' | '*') { '_' } else { letter };
    let plain: String = name.chars().map(plain).collect();
    let plain = plain.trim_end_matches(['.', ' ']);
    let stem = plain.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    if plain.is_empty() {
        "file".to_owned()
    } else if DEVICES.contains(&stem.as_str()) {
        format!("_{plain}")
    } else {
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_are_never_unpacked_over_each_other() {
        let names = ["a.pdf", "A.PDF", "a.pdf", "a-2.pdf", "b", "b", "B", "x.tar.gz", "x.tar.gz", "a-2.pdf"];
        let packed = packed_names(names);
        let folded: BTreeSet<String> = packed.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(folded.len(), names.len(), "{packed:?}");
        assert_eq!(packed[..3], ["a.pdf", "A-2.PDF", "a-3.pdf"]);
        assert_eq!(packed[8], "x.tar-2.gz");
    }

    #[test]
    fn a_name_that_windows_refuses_is_changed_and_any_other_is_kept() {
        for (name, unpacked) in [
            ("CON", "_CON"),
            ("aux.txt", "_aux.txt"),
            ("Lpt9.a.b", "_Lpt9.a.b"),
            ("who? me*.pdf", "who_ me_.pdf"),
            ("ends.", "ends"),
            ("...", "file"),
            ("console.txt", "console.txt"),
            ("Größe 漢.pdf", "Größe 漢.pdf"),
        ] {
            assert_eq!(packed_names([name]), [unpacked]);
        }
    }

    #[test]
    fn no_line_of_words_is_longer_than_a_terminal_and_none_is_lost() {
        let mut out = String::new();
        let words = "one two three ".repeat(40);
        paragraph(&mut out, words.trim(), "1. ", "   ");
        assert!(out.lines().all(|line| line.chars().count() <= LINE), "{out}");
        assert!(out.lines().skip(1).all(|line| line.starts_with("   ")), "{out}");
        let read: Vec<&str> = out.split_whitespace().skip(1).collect();
        assert_eq!(read.join(" "), words.trim());
    }
}
