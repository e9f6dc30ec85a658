//! Writes a mail of plain text: lines of at most 76 characters, no HTML, nothing attached.

use std::fmt::Write as _;

use chrono::DateTime;

use crate::made::{Made, grouped};
use countersign_core::primitives::date::Timestamp;

/// The most characters of a line.
const LINE: usize = 76;
/// The most rows of a group; the others are counted.
const ROWS: usize = 5;

/// A name with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: String,
    pub address: String,
}

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub from: Mailbox,
    pub to: Mailbox,
    pub subject: String,
    pub at: Timestamp,
    /// The left part of the Message-ID.
    pub id: String,
    pub parts: Vec<Part>,
    /// How to open the program, such as `ssh countersign@book.example.org`, if it is known.
    pub login: Option<String>,
    /// Whom to ask about the mail.
    pub ask: String,
    pub made: Made,
}

/// A part of a mail under a heading; without one, a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub heading: Option<String>,
    pub groups: Vec<Group>,
}

/// Rows of one kind, all of them: those beyond the fifth are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// What it holds; shown with the number of rows.
    pub title: Option<String>,
    pub rows: Vec<Vec<String>>,
    /// Whether the rows are paragraphs, not columns.
    pub prose: bool,
}

impl Mail {
    /// Returns the mail as the bytes of an `.eml` file; for `sendmail`, the ends of lines are those of this system.
    pub fn eml(&self) -> String {
        let domain = self.from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let mut text = String::new();
        let mut head = |name: &str, value: String| header(&mut text, name, &value);
        head("From", mailbox(&self.from));
        head("To", mailbox(&self.to));
        head("Subject", words(&self.subject));
        head("Date", DateTime::from_timestamp(self.at.seconds(), 0).unwrap_or_default().to_rfc2822());
        head("Message-ID", format!("<{}@{domain}>", self.id));
        head("Auto-Submitted", "auto-generated".to_owned());
        head("MIME-Version", "1.0".to_owned());
        head("Content-Type", "text/plain; charset=\"utf-8\"".to_owned());
        head("Content-Transfer-Encoding", "8bit".to_owned());
        for line in self.body().lines() {
            text.push_str("\r\n");
            text.push_str(line);
        }
        text.push_str("\r\n");
        text
    }

    fn body(&self) -> String {
        let mut text = String::new();
        let first = self.to.name.split(' ').next().unwrap_or_default();
        paragraph(&mut text, &format!("Hello {first}"), 0);
        for part in &self.parts {
            text.push('\n');
            if let Some(heading) = &part.heading {
                paragraph(&mut text, heading, 0);
                text.push_str(&"-".repeat(heading.chars().count().min(LINE)));
                text.push('\n');
            }
            for (at, group) in part.groups.iter().enumerate() {
                if at > 0 {
                    text.push('\n');
                }
                lay(&mut text, group);
            }
        }
        text.push('\n');
        let login = self.login.as_ref().map_or_else(|| ".".to_owned(), |login| format!(": {login}"));
        paragraph(&mut text, &format!("Open Countersign to see it{login}"), 0);
        paragraph(&mut text, "What was said is not in this mail. It is in the record.", 0);
        text.push('\n');
        paragraph(&mut text, "You get this mail only when something is new.", 0);
        paragraph(&mut text, &format!("To stop it, ask {}.", self.ask), 0);
        text.push_str("\n-- \n");
        let size = grouped(self.made.size);
        paragraph(&mut text, &format!("{}. Log of {size} entries.", self.made.department), 0);
        paragraph(&mut text, &format!("Checkpoint code {}", self.made.code), 0);
        paragraph(&mut text, "Keep this mail: the code shows later that nothing was taken away.", 0);
        text
    }
}

/// Writes the rows of a group in columns, the first at the left.
fn lay(text: &mut String, group: &Group) {
    if group.prose {
        group.rows.iter().for_each(|row| paragraph(text, &row.join(" "), 0));
        return;
    }
    if let Some(title) = &group.title {
        paragraph(text, &format!("{title:<44}{}", group.rows.len()), 0);
    }
    let shown = &group.rows[..group.rows.len().min(ROWS)];
    let columns = shown.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = shown.iter().filter(|row| row.len() > column + 1).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).min(30)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in shown {
        let mut line = String::from("  ");
        for (at, cell) in row.iter().enumerate() {
            let width = if at + 1 == row.len() { 0 } else { widths[at] };
            // Writing to a String cannot fail.
            let _ = write!(line, "{cell:<width$}");
            line.push_str(if at + 1 == row.len() { "" } else { "   " });
        }
        paragraph(text, line.trim_end(), 2);
    }
    match group.rows.len().saturating_sub(ROWS) {
        0 => {}
        more => {
            let _ = writeln!(text, "  and {more} more");
        }
    }
}

/// Adds a paragraph, broken between words where it is too long; what follows is indented. A word that is longer than a line
/// is broken, too.
fn paragraph(text: &mut String, words: &str, indent: usize) {
    let mut line = String::new();
    let mut length = 0;
    for word in words.split_inclusive(' ') {
        let mut word: &str = word;
        while !word.is_empty() {
            let wide = word.trim_end().chars().count();
            if length + wide <= LINE {
                line.push_str(word);
                length += word.chars().count();
                break;
            }
            let room = LINE - indent - 2;
            if wide <= room && !line.trim().is_empty() {
                text.push_str(line.trim_end());
                text.push('\n');
                line = " ".repeat(indent + 2);
                length = indent + 2;
                continue;
            }
            let cut = word.char_indices().nth(LINE - length).map_or(word.len(), |(at, _)| at);
            line.push_str(&word[..cut]);
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(indent + 2);
            length = indent + 2;
            word = &word[cut..];
        }
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Adds a header, folded at spaces where it is long.
fn header(text: &mut String, name: &str, value: &str) {
    let mut length = name.len() + 1;
    let _ = write!(text, "{name}:");
    for (at, word) in value.split(' ').enumerate() {
        if at > 0 && length + 1 + word.len() > LINE {
            text.push_str("\r\n");
            length = 0;
        }
        text.push(' ');
        text.push_str(word);
        length += 1 + word.len();
    }
    text.push_str("\r\n");
}

/// Returns a name and address as a header holds them: quoted, because a comma would begin another address.
fn mailbox(of: &Mailbox) -> String {
    if !of.name.is_ascii() {
        return format!("{} <{}>", words(&of.name), of.address);
    }
    let plain = |letter: char| letter.is_ascii_alphanumeric() || " '-".contains(letter);
    if of.name.chars().all(plain) {
        return format!("{} <{}>", of.name, of.address);
    }
    let mut name = String::new();
    for letter in of.name.chars().filter(|letter| !letter.is_control()) {
        if letter == '"' || letter == '\\' {
            name.push('\\');
        }
        name.push(letter);
    }
    format!("\"{name}\" <{}>", of.address)
}

/// Returns text for a header: words with other letters than ASCII are encoded (RFC 2047), at most 75 characters each.
fn words(text: &str) -> String {
    let clean: String = text.chars().filter(|letter| !letter.is_control()).collect();
    if clean.is_ascii() {
        return clean;
    }
    let mut parts = vec![String::new()];
    for letter in clean.chars() {
        let mut encoded = String::new();
        for byte in letter.to_string().bytes() {
            if byte.is_ascii_alphanumeric() {
                encoded.push(char::from(byte));
            } else if byte == b' ' {
                encoded.push('_');
            } else {
                let _ = write!(encoded, "={byte:02X}");
            }
        }
        // 12 for `=?utf-8?Q?` and `?=`.
        if parts.last().is_some_and(|part| part.len() + encoded.len() + 12 > 60) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(&encoded);
        }
    }
    parts.iter().map(|part| format!("=?utf-8?Q?{part}?=")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use countersign_core::primitives::date::parse_day;

    use super::*;

    fn mail(name: &str, rows: Vec<Vec<String>>) -> Mail {
        let mailbox = |name: &str, address: &str| Mailbox { name: name.to_owned(), address: address.to_owned() };
        Mail {
            from: mailbox("Countersign, Demo Department", "countersign@demo.example.org"),
            to: mailbox(name, "sam@demo.example.org"),
            subject: "1 claim waits for you".to_owned(),
            at: "2026-11-28T07:00:00Z".parse().unwrap(),
            id: "20261128.f56d.1952".to_owned(),
            parts: vec![Part {
                heading: Some("Waiting for you".to_owned()),
                groups: vec![Group { title: Some("Claims to answer".to_owned()), rows, prose: false }],
            }],
            login: None,
            ask: "Tilly Officer, the training officer".to_owned(),
            made: Made {
                department: "Demo Department".to_owned(),
                day: parse_day("2026-11-28").unwrap(),
                time: NaiveTime::MIN,
                utc: chrono::NaiveDateTime::default(),
                as_of: None,
                by: String::new(),
                size: 1952,
                code: "1952 · YDNSA-TR8DP-DVJ5J-SKTSB-F2EXEV".to_owned(),
            },
        }
    }

    #[test]
    fn no_line_is_longer_than_76_characters_however_long_the_names_are_and_none_is_cut_off() {
        for length in 1..160 {
            for letter in ["n", "é", "漢"] {
                let name = letter.repeat(length);
                let text =
                    mail("Sam", vec![vec![name.clone(), "K21".to_owned(), "since 28 Nov 2026".to_owned()]]).eml();
                assert!(text.split("\r\n").all(|line| line.chars().count() <= LINE), "{text}");
                let joined: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
                assert!(joined.contains(&format!("{name}K21since28Nov2026")), "{text}");
            }
        }
    }

    #[test]
    fn a_group_shows_at_most_five_rows_and_counts_the_others() {
        for count in 0..9_usize {
            let rows = (0..count).map(|at| vec![format!("Trainee {at}"), "K1".to_owned()]).collect();
            let text = mail("Sam", rows).eml();
            assert_eq!(text.matches("Trainee ").count(), count.min(5));
            let more = (count > 5).then(|| format!("  and {} more\r\n", count.saturating_sub(5)));
            assert_eq!(text.contains(" more\r\n"), more.is_some());
            assert!(more.is_none_or(|more| text.contains(&more)));
        }
    }

    #[test]
    fn a_name_cannot_become_another_header_or_another_address() {
        for (name, shown) in [
            ("Sam Supervisor", "To: Sam Supervisor <sam@demo.example.org>\r\n"),
            ("Sam, Sup", "To: \"Sam, Sup\" <sam@demo.example.org>\r\n"),
            ("Sam \"x\" <a@b>", "To: \"Sam \\\"x\\\" <a@b>\" <sam@demo.example.org>\r\n"),
            ("Sam\r\nBcc: a@b", "To: \"SamBcc: a@b\" <sam@demo.example.org>\r\n"),
            ("Zoë", "To: =?utf-8?Q?Zo=C3=AB?= <sam@demo.example.org>\r\n"),
        ] {
            let text = mail(name, Vec::new()).eml();
            let head = text.split("\r\n\r\n").next().unwrap();
            assert!(head.contains(shown), "{head}");
            assert!(!head.contains("\nBcc"), "{head}");
        }
        assert!(mail("Sam", Vec::new()).eml().starts_with("From: \"Countersign, Demo Department\" <countersign@demo"));
    }

    #[test]
    fn the_same_values_make_the_same_bytes_and_the_last_lines_are_a_checkpoint() {
        let made = mail("Sam Supervisor", Vec::new());
        assert_eq!(made.eml(), made.eml());
        assert!(made.eml().contains("Date: Sat, 28 Nov 2026 07:00:00 +0000\r\n"));
        assert!(made.eml().contains("Message-ID: <20261128.f56d.1952@demo.example.org>\r\n"));
        let foot = "-- \r\nDemo Department. Log of 1,952 entries.\r\nCheckpoint code 1952 · YDNSA-TR8DP-DVJ5J-SKTSB-F2EXEV\r\n";
        assert!(made.eml().contains(foot), "{}", made.eml());
    }
}
