//! Sends each person one mail about what is new for them, and remembers after each mail what it told.
//!
//! Invariant: what a mail told is remembered only once the mail was handed on, and no later mail tells it as new.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use crate::app::App;
use crate::error::{Error, Exit};
use crate::mail::addresses::MailAddress;
use crate::mail::digest_parts::{Since, Told, told};
use crate::mail::given::Shelf;
use crate::mail::sending::MailRoute;
use crate::people::person::people;
use crate::report::made::made;
use countersign_core::home::news::FIRST_DAYS;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{Digest, PersonId};
use countersign_report::digest::{Mail, Mailbox};
use countersign_report::made::Made;

/// The first line of what is remembered.
const HEAD: &str = "countersign-mail/1";

/// What is to be sent, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestRequest {
    pub from: MailAddress,
    pub addresses: BTreeMap<PersonId, MailAddress>,
    pub route: MailRoute,
    /// Where what is new begins, for people who had no mail yet.
    pub since: Option<NaiveDate>,
    /// How to open the program, to be told in the mail.
    pub login: Option<String>,
}

/// What became of one person's mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailOutcome {
    Sent {
        subject: String,
    },
    /// There was nothing that an earlier mail did not tell.
    NothingNew,
    /// No address is known, so that nothing was made.
    NoAddress,
    Failed(Error),
    /// It was sent, but that could not be remembered: the next mail tells the same again.
    NotRemembered(Error),
}

/// What was told to a person in the mail before.
#[derive(Debug, Default)]
struct Earlier {
    at: Option<Timestamp>,
    size: u64,
    keys: BTreeSet<String>,
}

/// Returns everyone who may get a mail: current trainees, supervisors and training officers, by name.
pub fn recipients(app: &App) -> Result<Vec<Person>, Error> {
    let mut found = people(app, &[Role::Trainee, Role::Supervisor, Role::TrainingOfficer])?;
    found.retain(|person| !person.left);
    Ok(found)
}

/// Sends the mails of these people, one after the other; one that fails does not stop those that follow. `after` is told
/// of each as it is done.
pub fn send_digests(
    app: &App,
    to: &[Person],
    request: &DigestRequest,
    mut after: impl FnMut(&Person, &MailOutcome),
) -> Result<Vec<MailOutcome>, Error> {
    const DOING: &str = "Sending mail";
    request.route.check().map_err(|e| e.context(DOING))?;
    let lock = Shelf::Mails.lock(&app.folder).map_err(|e| e.context(DOING))?;
    let _held = lock.ok_or_else(|| Error {
        exit: Exit::Busy,
        ..Error::refused("Another program is sending mail from this data folder")
            .context(DOING)
            .hint("Wait until it is done")
    })?;
    let (made, ask) = (made(app, None)?, whom_to_ask(app)?);
    let mut outcomes = Vec::with_capacity(to.len());
    for person in to {
        let outcome = one(app, person, request, (&made, &ask)).unwrap_or_else(MailOutcome::Failed);
        after(person, &outcome);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Sends one person's mail, if there is something new for them.
fn one(app: &App, who: &Person, request: &DigestRequest, (made, ask): (&Made, &str)) -> Result<MailOutcome, Error> {
    let earlier = earlier(app, who)?;
    let since = since(app, &earlier, request, made);
    let told = told(app, who, since)?;
    let keys: BTreeSet<String> = told.keys.iter().map(|key| digest_of(key)).collect();
    if keys.is_subset(&earlier.keys) {
        return Ok(MailOutcome::NothingNew);
    }
    let Some(address) = request.addresses.get(&who.id) else { return Ok(MailOutcome::NoAddress) };
    let Told { subject, parts, .. } = told;
    let mail = Mail {
        from: Mailbox { name: format!("Countersign, {}", made.department), address: request.from.as_str().to_owned() },
        to: Mailbox { name: who.name.to_string(), address: address.as_str().to_owned() },
        subject: subject.clone(),
        at: app.now(),
        id: message_id(made, who, &keys),
        parts,
        login: request.login.clone(),
        ask: ask.to_owned(),
        made: made.clone(),
    };
    let memory = Shelf::Mails.prepare(&app.folder, &who.id, &written(app.now(), made.size, &keys))?;
    request.route.send(&mail.id, &mail.eml())?;
    Ok(match memory.keep() {
        Ok(()) => MailOutcome::Sent { subject },
        Err(error) => MailOutcome::NotRemembered(error),
    })
}

/// Returns where what is new begins: after the last mail, on the day that was asked for, or four weeks ago.
fn since(app: &App, earlier: &Earlier, request: &DigestRequest, made: &Made) -> Since {
    let today = app.today();
    if let Some(at) = earlier.at {
        // After an older backup was restored, positions say nothing: the day does.
        Since { day: at.local_day(), from: if earlier.size <= made.size { earlier.size } else { 0 } }
    } else {
        let first = today.checked_sub_days(Days::new(FIRST_DAYS)).unwrap_or(today);
        Since { day: request.since.unwrap_or(first), from: 0 }
    }
}

/// Returns the left part of a mail's id, which is made from what it tells: the same mail has the same id.
fn message_id(made: &Made, who: &Person, keys: &BTreeSet<String>) -> String {
    format!("{}.{}.{}.{}", made.day.format("%Y%m%d"), who.id, made.size, &digest_of(&in_lines(keys))[..8])
}

/// Returns a key in few letters.
fn digest_of(key: &str) -> String {
    Digest::of(key.as_bytes()).hex()[..20].to_owned()
}

/// Returns whom a reader can ask to have no mail: the training officer, if there is one alone.
fn whom_to_ask(app: &App) -> Result<String, Error> {
    let officers: Vec<Person> =
        people(app, &[Role::TrainingOfficer])?.into_iter().filter(|person| !person.left).collect();
    Ok(match officers.as_slice() {
        [only] => format!("{}, the training officer", only.name),
        _ => "a training officer".to_owned(),
    })
}

fn earlier(app: &App, who: &Person) -> Result<Earlier, Error> {
    let Some(text) = Shelf::Mails.read(&app.folder, &who.id)? else { return Ok(Earlier::default()) };
    read(&text).ok_or_else(|| Shelf::Mails.unreadable(&app.folder, &who.id))
}

/// Reads what [`written`] wrote.
fn read(text: &str) -> Option<Earlier> {
    let mut lines = text.lines();
    lines.next().filter(|head| *head == HEAD)?;
    let at = lines.next()?.strip_prefix("sent ")?.parse().ok()?;
    let size = lines.next()?.strip_prefix("size ")?.parse().ok()?;
    let key = |line: &str| (line.len() == 20).then(|| line.to_owned());
    // Without its last line, a file was cut short.
    let keys: Vec<&str> = lines.collect();
    let (last, keys) = keys.split_last()?;
    (*last == "end").then_some(())?;
    Some(Earlier { at: Some(at), size, keys: keys.iter().map(|line| key(line)).collect::<Option<_>>()? })
}

/// Returns what is remembered of a mail as text.
fn written(at: Timestamp, size: u64, keys: &BTreeSet<String>) -> String {
    format!("{HEAD}\nsent {at}\nsize {size}\n{}end\n", in_lines(keys))
}

/// Returns the keys, each on a line.
fn in_lines(keys: &BTreeSet<String>) -> String {
    keys.iter().flat_map(|key| [key.as_str(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_read_as_it_was_written_and_a_file_that_is_cut_short_is_refused() {
        let keys: BTreeSet<String> = ["claim a K1", "claim a K2"].into_iter().map(digest_of).collect();
        let text = written("2026-11-28T07:00:00Z".parse().unwrap(), 1952, &keys);
        let found = read(&text).unwrap();
        assert_eq!((found.size, found.keys, found.at.is_some()), (1952, keys, true));
        for cut in 0..text.len() - 1 {
            assert!(read(&text[..cut]).is_none(), "{cut}");
        }
    }
}
