//! Reads people's mail addresses from a CSV file: the program holds none, and never guesses one.

use std::collections::BTreeMap;
use std::path::Path;

use crate::app::App;
use crate::error::Error;
use crate::people::person;
use crate::storage::chosen_file::capped_file;
use countersign_core::import::csv;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::fold::folded;
use countersign_core::primitives::ids::PersonId;
use countersign_core::record::saved::saved_text;

/// The most rows of a file.
const MOST_ROWS: usize = 100_000;
/// The largest file, in bytes.
const LARGEST: u64 = 16 << 20;
const FORM: &str = "Its first row is person,address; each row after it has an id or a full name, and an address";

/// An address that mail can be sent to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailAddress(String);

impl MailAddress {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for MailAddress {
    type Err = Error;

    /// Parses one plain address; a list, a name with it, quotes and other letters than ASCII are refused.
    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = |part: &str, more: &[u8]| {
            !part.is_empty()
                && part.split('.').all(|word| !word.is_empty())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
        };
        let sound = text.len() <= 254
            && !text.starts_with('-')
            && text.split_once('@').is_some_and(|(local, domain)| {
                local.len() <= 64
                    && plain(local, b".!#$%&'*+-/=?^_`{|}~")
                    && plain(domain, b".-")
                    && domain.split('.').all(|word| !word.starts_with('-') && !word.ends_with('-'))
            });
        if sound {
            return Ok(Self(text.to_owned()));
        }
        let shown: String = text.chars().take(60).collect();
        Err(Error::usage(format!("“{shown}” is not a mail address")).hint("Write it as name@example.org"))
    }
}

/// People's addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    pub of: BTreeMap<PersonId, MailAddress>,
    /// The rows that name nobody here, or two people, with why: names change after the file was written.
    pub left_out: Vec<String>,
}

/// Reads the file of addresses: each person at most once, each address for one person.
pub fn read_addresses(app: &App, file: &Path) -> Result<Addresses, Error> {
    let doing = format!("Reading {}", file.display());
    let bytes = capped_file(file, LARGEST)?;
    let text =
        saved_text(&bytes).ok_or_else(|| Error::usage("It is not text").context(&doing).hint("Save it as UTF-8"))?;
    let people = person::people(app, &Role::ALL)?;
    let rows = csv::rows(&text, MOST_ROWS).map_err(|fault| {
        let place = fault.place.map(|place| format!("{place}: ")).unwrap_or_default();
        Error::usage(format!("{place}{}", fault.what)).context(&doing).hint(fault.hint)
    })?;
    let [head, rows @ ..] = rows.as_slice() else {
        return Err(Error::usage("It is empty").context(doing).hint(FORM));
    };
    let column = |name: &str| head.cells.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let (Some(who), Some(to)) = (column("person"), column("address")) else {
        return Err(Error::usage("It has no columns person and address").context(doing).hint(FORM));
    };
    let twice = |name: &str| head.cells.iter().filter(|cell| cell.eq_ignore_ascii_case(name)).count() > 1;
    if twice("person") || twice("address") {
        return Err(Error::usage("It has a column twice").context(doing).hint(FORM));
    }
    let mut found: BTreeMap<PersonId, MailAddress> = BTreeMap::new();
    let mut left_out = Vec::new();
    for row in rows {
        let at = |why: Error| {
            let Error { why: words, hint, .. } = why;
            let error = Error::usage(format!("line {}: {words}", row.line)).context(&doing);
            hint.into_iter().fold(error, Error::hint)
        };
        let address: MailAddress = row.cell(to).parse().map_err(at)?;
        let person = match named(&people, row.cell(who)) {
            Ok(person) => person,
            Err(why) => {
                left_out.push(at(why).sentence());
                continue;
            }
        };
        let same = |other: &MailAddress| other.as_str().eq_ignore_ascii_case(address.as_str());
        if let Some((other, _)) = found.iter().find(|(_, other)| same(other)) {
            let name = people.iter().find(|one| one.id == *other).map_or("", |one| one.name.as_str());
            return Err(at(Error::usage(format!("{} is also the address of {name}", address.as_str()))
                .hint("Each person needs an address that only they read")));
        }
        if found.insert(person.id.clone(), address).is_some() {
            return Err(at(Error::usage(format!("{} is in the file twice", person.name)).hint("Keep one row")));
        }
    }
    Ok(Addresses { of: found, left_out })
}

/// Finds a person by their id or whole name.
fn named<'a>(people: &'a [Person], text: &str) -> Result<&'a Person, Error> {
    if let Some(person) = people.iter().find(|person| person.id.as_str() == text) {
        return Ok(person);
    }
    let wanted = folded(text);
    let mut of_name = people.iter().filter(|person| !wanted.is_empty() && folded(person.name.as_str()) == wanted);
    match (of_name.next(), of_name.next()) {
        (Some(person), None) => Ok(person),
        (Some(person), Some(other)) => Err(Error::usage(format!("Two people here are called {}", person.name))
            .hint(format!("Give the id: {}, {}", person.id, other.id))),
        (None, _) => Err(Error::usage(format!("Nobody here has the id or the whole name “{text}”"))
            .hint("`countersign person list` shows everyone")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_plain_address_that_no_mail_program_can_read_in_another_way() {
        for good in ["sam@example.org", "sam.o'neill+x@ward-3.nhs.uk", "a@b"] {
            assert_eq!(good.parse::<MailAddress>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "sam",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b, c@d",
            "Sam <a@b>",
            "a@b\nBcc: c@d",
            "a\u{e9}@b",
            "-f@b",
            ".a@b",
            "a..b@c",
            "a@-b",
            "a@b-.c",
            "a@b.",
            "a\"@b",
            "a;b@c",
        ] {
            assert!(bad.parse::<MailAddress>().is_err(), "{bad}");
        }
        assert!(format!("{}@b", "a".repeat(65)).parse::<MailAddress>().is_err());
    }
}
