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
    /// How many a folder has: files, or statements with their signatures; otherwise 1.
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

/// A log that a package has statements of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Such as `demo.example.org/cardiology`.
    pub origin: String,
    /// Its verifier key, as a receipt names it.
    pub key: String,
    /// Whether it is the log of the department that makes the package.
    pub own: bool,
    /// How many receipts of it are in the package.
    pub receipts: usize,
}

/// What the README of a package is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readme {
    pub made: Made,
    pub trainee: String,
    /// Such as `end-point assessment`.
    pub assessment: &'static str,
    /// The logs that it has statements of: the department's own first.
    pub logs: Vec<Log>,
    /// The files, without the README.
    pub contents: Vec<Content>,
    /// Whether something is missing before the gateway.
    pub draft: bool,
    /// Whether the trainee has left.
    pub left: bool,
    /// How many files were handed in on which no sign-off as achieved relies.
    pub not_packed: usize,
    /// How many files were erased.
    pub erased: usize,
}

impl Readme {
    pub fn opening(&self) -> String {
        let draft = if self.draft { " It is a draft: not everything is met yet." } else { "" };
        format!(
            "This package holds what is needed to judge whether {} may go to {}, and to check it without any program of \
             the department.{draft}{}",
            self.trainee,
            self.assessment,
            if self.left { " The trainee has left the department." } else { "" }
        )
    }

    /// Returns how many files the folder `file` has, or statements.
    fn count(&self, file: &str) -> usize {
        self.contents.iter().find(|content| content.file == file).map_or(0, |content| content.count)
    }

    /// Returns whether some of it is from another department's log.
    fn has_others(&self) -> bool {
        self.logs.iter().any(|log| !log.own)
    }

    /// Says whose logs the receipts are of, whose keys step `no` prints.
    fn whose_logs(&self, no: usize) -> String {
        if !self.has_others() {
            return format!(
                "The log is the department's. Each line of step {no} ends with its key. Compare it with the one that the \
                 department gives you by telephone or in person:"
            );
        }
        let lines = |count: usize| if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        let whose = |log: &Log| {
            let lines = lines(log.receipts);
            if log.own {
                format!("{lines} with the key of this department's log, {}", log.origin)
            } else {
                format!("{lines} with the key of {}, the log of another department", log.origin)
            }
        };
        let each = self.logs.iter().filter(|log| log.receipts > 0).map(whose);
        let each: Vec<String> = each.collect();
        format!(
            "Each line of step {no} ends with the key of the log that has the statement: {}. Compare each key with the one \
             that its own department gives you by telephone or in person:",
            each.join("; ")
        )
    }

    pub fn where_to_type() -> &'static str {
        "Step 1 is about the ZIP file. For the others unpack it and open a terminal in the folder."
    }

    /// Returns the steps that this package needs: without receipts, statements or evidence there is nothing to check in them.
    pub fn steps(&self) -> Vec<Step> {
        let step = |words: &str, command: &str, otherwise| Step {
            words: words.to_owned(),
            command: command.to_owned(),
            otherwise,
        };
        let mut steps = vec![
            step(
                "This is the package that the department made. “countersign report gateway” printed the SHA-256 of the ZIP \
                 file. Ask the department for it by another way than the one by which the file came, such as by telephone, \
                 and compare:",
                "sha256sum gateway.zip",
                "In place of gateway.zip, give the name of your file. On a Mac: shasum -a 256 gateway.zip. In PowerShell: \
                 Get-FileHash gateway.zip",
            ),
            step(
                "No file was damaged on the way. Each line of the answer ends with OK. This does not prove who made the \
                 package, or that nothing was changed, removed or added: a person who changes a file can write SHA256SUMS \
                 again. Only step 1 shows that, also for the PDF documents:",
                "sha256sum --check SHA256SUMS",
                "On a Mac: shasum -a 256 --check SHA256SUMS",
            ),
        ];
        let (receipts, statements) = (self.count("receipts/"), self.count("statements/"));
        let evidence = self.count("evidence/");
        if receipts > 0 {
            let each =
                if receipts == 1 { "The receipt".to_owned() } else { format!("Each of the {receipts} receipts") };
            steps.push(step(
                &format!(
                    "{each} is whole: the signature belongs to the words, the words are in the log, and the log signed its \
                     state. Each line of the answer begins with “good:” (Python 3 and ssh-keygen):"
                ),
                "python3 check-receipt.py receipts/*.receipt",
                "On Windows, name the receipts one by one: python check-receipt.py FILE",
            ));
            let keys: Vec<&str> =
                (self.logs.iter().filter(|log| log.receipts > 0)).map(|log| log.key.as_str()).collect();
            steps.push(Step { words: self.whose_logs(steps.len()), command: keys.join("\n"), otherwise: "" });
        }
        if statements > 0 {
            steps.push(step(
                &format!(
                    "The keys in allowed_signers are those that the department knows.{} Ask the department for the file that \
                     “countersign export --signers” writes, or take it from where the department publishes it, and save it \
                     here as published_signers. A line that this prints is not in it, so it must print nothing:",
                    if self.has_others() {
                        " Those of another department have an @ and the name of its log after the person's id."
                    } else {
                        ""
                    }
                ),
                // Windows may save it with other ends of lines, a mark at the start or two bytes for a letter.
                "LC_ALL=C tr -cd '\\n -~' < published_signers |\n\
                 grep -v -x -F -f - allowed_signers",
                "A line that differs only in valid-before is of a key that has ended since.",
            ));
            // A signer of another log has its name in allowed_signers, since ids are unique in one log only.
            let others = if self.has_others() {
                "log=$(sed -n '/^log /{s/^log //p;q;}' \"$text\")\n\
                 if grep -q -F \"@$log \" allowed_signers; then who=$who@$log; fi\n"
            } else {
                ""
            };
            let each = if statements == 1 {
                "The statement".to_owned()
            } else {
                format!("Each of the {statements} statements")
            };
            steps.push(step(
                &format!(
                    "{each} was signed with a key in allowed_signers that was valid on that day. Each line of the answer \
                     begins with “Good” (ssh-keygen alone):"
                ),
                // No line is so long that a page would break it, and none ends where a copied space would matter.
                &format!(
                    "for text in statements/*.txt; do\n\
                 who=$(sed -n '/^signer /{{s/^signer \\([^ ]*\\).*/\\1/p;q;}}' \"$text\")\n\
                 {others}day=$(sed -n '/^signed /{{s/^signed //;s/[-:T]//g;p;q;}}' \"$text\")\n\
                 set -- -I \"$who\" -n countersign-statement -O verify-time=\"$day\" -s \"$text.sig\"\n\
                 ssh-keygen -Y verify -f allowed_signers \"$@\" < \"$text\" || echo \"BAD: $text\"\n\
                 done"
                ),
                "",
            ));
        }
        if evidence > 0 {
            let each = if evidence == 1 {
                "The evidence file".to_owned()
            } else {
                format!("Each of the {evidence} evidence files")
            };
            steps.push(step(
                &format!(
                    "{each} is the one on which a sign-off relies: its SHA-256 is in a signed statement. Each line of the \
                     answer begins with “Good”:"
                ),
                "for file in evidence/*; do\n\
                 sum=$(sha256sum < \"$file\" | cut -c 1-64)\n\
                 named=$(grep -l \"^evidence sha256:$sum \" statements/*.txt)\n\
                 if [ -n \"$named\" ]; then echo \"Good: $file\"; else echo \"BAD: $file\"; fi\n\
                 done",
                "On a Mac, type shasum -a 256 in place of sha256sum.",
            ));
        }
        steps.push(Step {
            words: format!(
                "Nothing in the department's log was changed or removed since. Ask the department to run this; it answers \
                 “Intact”. It says nothing about this package{}:",
                if self.has_others() { " or the log of another department" } else { "" }
            ),
            command: format!("countersign verify --checkpoint '{}'", self.made.code),
            otherwise: "",
        });
        steps
    }

    /// Says which files are in it, and which are not.
    pub fn files_words(&self) -> String {
        let packed = match self.count("evidence/") {
            0 if self.erased == 0 => "No evidence file is needed: no sign-off that counts relies on one.".to_owned(),
            0 => "No sign-off as achieved relies on a file that the department still has.".to_owned(),
            1 => "The file on which a sign-off as achieved relies is in evidence/.".to_owned(),
            count => format!("The {count} files on which sign-offs as achieved rely are in evidence/."),
        };
        let others = match self.not_packed {
            0 => String::new(),
            1 => " One more file was handed in. It is not here, because no such sign-off relies on it.".to_owned(),
            count => format!(
                " {count} more files were handed in. They are not here, because no such sign-off relies on them."
            ),
        };
        let erased = match self.erased {
            0 => String::new(),
            1 => " The contents and the name of one file were erased. Its SHA-256 is listed in gateway.pdf.".to_owned(),
            count => format!(
                " The contents and names of {count} files were erased. Their SHA-256 are listed in gateway.pdf."
            ),
        };
        format!("{packed}{others}{erased}")
    }

    pub fn left_out(&self) -> String {
        format!(
            "{} The package has no records of other trainees and no keys that can sign. It must not contain patient data. The \
             program cannot know what a file shows: if you see patient data in one, delete the file and tell the \
             department. What supervisors said is in portfolio.pdf, because the panel reads it.",
            self.files_words()
        )
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
        paragraph(&mut out, Self::where_to_type(), "", "");
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
        paragraph(&mut out, &self.left_out(), "", "");
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
