//! Makes a trainee's badges: only if the trainee asks for them, over their own login or with their own passphrase.

use crate::app::App;
use crate::error::Error;
use crate::keys::agent::Purpose;
use crate::keys::issuer::{Issuer, needed_issuer};
use crate::keys::session::Credential;
use crate::keys::{keystore, unlock};
use crate::record::{outstanding, records};
use crate::standards::adopted;
use crate::standards::standard::about_of;
use countersign_core::people::person::Person;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{Digest, KsbCode, PersonId, StandardRef};
use countersign_core::primitives::key::PublicKey;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{Record, TraineeRecord};
use countersign_core::standard::about::Topic;
use countersign_core::standard::{Ksb, Standard};
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::sign_off::Outcome;
use countersign_ledger::sshsig::{SigningKey, VerifyingKey};
use countersign_report::archive::zip;
use countersign_report::badge::credential::{self, Alignment, Badge, Evidence, Identity, IdentityKind};
use countersign_report::badge::did::did_key;
use countersign_report::badge::proof::signed;
use countersign_report::case::identifier::identifier;
use countersign_report::standing::not_counting;

/// How a trainee shows that they ask for their own badges.
#[derive(Debug)]
pub enum Request<'a> {
    /// They logged in over SSH with their own key.
    Login,
    /// They proved who they are here: with their passphrase, or a key in an SSH agent.
    Credential(&'a Credential),
}

/// A badge that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBadge {
    pub badge: Badge,
    pub code: KsbCode,
    /// The credential as JSON.
    pub bytes: Vec<u8>,
    /// The name of its file: `badge-7f3a-S26.json`.
    pub file_name: String,
}

/// Returns the `did:key` of an issuer key.
pub fn did(key: &PublicKey) -> Result<String, Error> {
    Ok(did_key(VerifyingKey::new(key).map_err(Error::refused)?.point()))
}

/// Makes the badges of these KSBs and competences, or of all that count. They are bound to the name, and also to the
/// address, if one is given.
pub fn badges(
    app: &mut App,
    trainee: &PersonId,
    request: &Request<'_>,
    codes: &[KsbCode],
    address: Option<&str>,
) -> Result<Vec<MadeBadge>, Error> {
    let person = app.person(trainee)?;
    let issuer = needed_issuer(app)?;
    let key = keystore::issuer_key(&app.folder, &issuer.key)?;
    if person.left {
        return Err(Error::refused(format!("{} has left: their key is retired and their login is closed", person.name))
            .hint("Badges can be had only before that. If they come back, a training officer makes them a key: `countersign key add`"));
    }
    check(app, &person, request)?;
    let (record, records) = outstanding::whole_record(app, trainee)?;
    if let Some(code) = codes.iter().find(|code| record.ksb(**code).is_none()) {
        return Err(Error::usage(format!("{} has no {code}", record.trainee.standard))
            .hint("`countersign trainee` lists the codes"));
    }
    let mut made = Vec::new();
    let mut elsewhere = false;
    for ((ksb, state), records) in record.all().zip(&records) {
        let asked = codes.contains(&ksb.code);
        if !asked && !codes.is_empty() {
            continue;
        }
        if asked && record.carried_over(ksb.code).is_some() {
            return Err(Error::refused(format!(
                "{} is carried over from an earlier record, so it cannot have a badge",
                ksb.code
            ))
            .hint("A supervisor signs it off when they see it. A badge is for what was seen here"));
        }
        let evidence = if record.counts(state) { evidence(app, &record, ksb, records)? } else { Vec::new() };
        // A badge says that this department can confirm its evidence, which it cannot of another log.
        if let Some(there) = evidence.iter().find_map(|(_, record)| record.source.as_ref()) {
            if asked {
                return Err(Error::refused(format!(
                    "{} was signed off at {}, so it cannot have a badge of this department",
                    ksb.code, there.origin
                ))
                .hint("Ask that department for the badge: it can confirm what it signed"));
            }
            elsewhere = true;
            continue;
        }
        if !evidence.is_empty() {
            let item = Item { record: &record, ksb, evidence };
            made.push(badge(app, &person, (&issuer, &key), item, address)?);
        } else if asked {
            let why = why_not(&record, ksb.code, state, records);
            return Err(Error::refused(format!("{} cannot have a badge yet: {why}", ksb.code))
                .hint("A badge is for what is signed off and counts today"));
        }
    }
    if made.is_empty() && elsewhere {
        return Err(Error::refused(format!(
            "Everything that counts on {}'s record was signed off in another department, so there are no badges of this one",
            person.name
        ))
        .hint("Ask that department for the badges: it can confirm what it signed. `countersign trainee` names it"));
    }
    if made.is_empty() {
        let waits = record.all().zip(&records).filter(|((_, state), _)| *state == State::Partly).count();
        let why = format!("Nothing on {}'s record counts today, so there are no badges", person.name);
        let hint = match waits {
            0 => "A badge is for what is signed off and counts today".to_owned(),
            1 => "1 is partly done: it waits for a second signature or for more observations".to_owned(),
            _ => format!("{waits} are partly done: they wait for a second signature or for more observations"),
        };
        return Err(Error::refused(why).hint(hint));
    }
    Ok(made)
}

/// Packs badges into one ZIP archive.
pub fn archive(made: Vec<MadeBadge>) -> Result<Vec<u8>, Error> {
    let files: Vec<(String, Vec<u8>)> = made.into_iter().map(|one| (one.file_name, one.bytes)).collect();
    zip(&files).map_err(Error::refused)
}

/// Refuses anyone but the trainee.
fn check(app: &mut App, person: &Person, request: &Request<'_>) -> Result<(), Error> {
    match request {
        Request::Login if app.ssh_login.as_ref().is_some_and(|(who, _)| *who == person.id) => Ok(()),
        Request::Login => Err(only_theirs(person)),
        Request::Credential(Credential::Passphrase(_)) if !keystore::has_key(&app.folder, &person.id) => {
            Err(Error::refused(format!("{} has no passphrase here", person.name)).hint(format!(
                "{} can ask for their badges over SSH: `ssh … badge > badges.zip`. Or a training officer makes them a key: `countersign key add`",
                person.name
            )))
        }
        Request::Credential(credential) => {
            unlock::prove(app, &person.id, credential, Purpose::Act)?;
            app.sessions.end(&person.id);
            Ok(())
        }
    }
}

/// Returns the refusal of anyone who is not the trainee.
pub fn only_theirs(person: &Person) -> Error {
    Error::refused(format!("Only {} can ask for their badges", person.name)).hint(
        "They confirm it here with their passphrase or key, or ask over SSH: `ssh … badge > badges.zip`. Badges are theirs to keep and to show",
    )
}

/// Says why an item has no badge, as the end of a sentence: `not yet achieved on 12 Nov 2026`.
fn why_not(of: &TraineeRecord, code: KsbCode, state: State, records: &[Record]) -> String {
    let newest = records.iter().find(|one| one.is_live());
    match newest.filter(|_| of.counts(state)) {
        Some(newest) if newest.outcome == Outcome::NotAchieved => {
            format!("not yet achieved on {}", day_words(newest.observed))
        }
        Some(_) => "no sign-off of it is countersigned".to_owned(),
        None => {
            let said = not_counting(of, code, state, records);
            let mut letters = said.chars();
            letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), letters.as_str()))
        }
    }
}

/// What a badge is for.
struct Item<'a> {
    record: &'a TraineeRecord,
    ksb: &'a Ksb,
    evidence: Vec<(Evidence, Record)>,
}

/// Returns the sign-offs that a badge rests on, the last observed first: one for a KSB, all that are asked for of a
/// competence.
fn evidence(
    app: &App,
    record: &TraineeRecord,
    ksb: &Ksb,
    records: &[Record],
) -> Result<Vec<(Evidence, Record)>, Error> {
    let asks = app.policy()?.countersign > 0;
    let counts = |one: &&Record| {
        let second = |mark: &countersign_core::record::view::AnnotationMark| {
            mark.kind == Kind::Countersign && !mark.withdrawn && !mark.in_review
        };
        !asks || one.marks.iter().any(second)
    };
    let live = records.iter().filter(|one| one.is_live()).take_while(|one| one.outcome == Outcome::Achieved);
    let mut live: Vec<&Record> = live.filter(counts).collect();
    live.sort_by_key(|one| std::cmp::Reverse(one.observed));
    let needed = record.local_of(ksb.code).map_or(1, |local| usize::from(local.term.observations));
    let mut found = Vec::new();
    for one in live.into_iter().take(needed) {
        let text = records::statement(app, one.id)?.text;
        let digest = Digest::of(text.as_bytes());
        found.push((
            Evidence { statement: one.id, position: one.position, digest, observed: one.observed },
            one.clone(),
        ));
    }
    Ok(found)
}

fn badge(
    app: &App,
    person: &Person,
    (issuer, key): (&Issuer, &SigningKey),
    item: Item<'_>,
    address: Option<&str>,
) -> Result<MadeBadge, Error> {
    let Item { record, ksb, evidence } = item;
    let local = record.local_of(ksb.code);
    let list = match local {
        Some(local) => adopted::standard(app, &local.list)?,
        None => adopted::standard(app, &record.trainee.standard)?,
    };
    let standard = adopted::standard(app, &record.trainee.standard)?;
    let shown = match local {
        Some(local) => local.term.links.clone(),
        None => vec![ksb.code],
    };
    let alignments = shown.iter().filter_map(|code| standard.ksb(*code)).map(|ksb| alignment(&standard, ksb));
    let (until, from) = match local {
        Some(local) => (local.due, None),
        None => (None, evidence.first().map(|(one, _)| one.observed)),
    };
    let measure = app.measure()?;
    let until = until.or_else(|| from.and_then(|seen| measure.due(seen)));
    let (statement, signed_at) = match evidence.first() {
        Some((first, record)) => (first.statement, record.signed),
        None => return Err(Error::refused(format!("{} cannot have a badge yet", ksb.code))),
    };
    // The name is always in it, since anyone can type any address.
    let bound = [(IdentityKind::Name, Some(person.name.as_str())), (IdentityKind::Email, address)];
    let identities = bound.into_iter().filter_map(|(kind, value)| {
        let value = value?.to_owned();
        Some(Identity { kind, salt: salt(key, &format!("{statement} {value}")), value })
    });
    let badge = Badge {
        issuer: credential::Issuer {
            name: issuer.name.to_string(),
            did: did(&issuer.key)?,
            log: app.log.origin()?.to_string(),
        },
        code: ksb.code.to_string(),
        text: ksb.text.clone(),
        framework: framework(&list),
        item: identifier(list.reference(), &ksb.code.to_string()),
        alignments: alignments.collect(),
        identities: identities.collect(),
        evidence: evidence.into_iter().map(|(one, _)| one).collect(),
        from: signed_at,
        until,
        checkpoint: app.head()?.code,
    };
    let point = *VerifyingKey::new(&issuer.key).map_err(Error::refused)?.point();
    let bytes = signed(&badge, app.now(), &point, |message| key.sign_badge(message));
    let file_name = format!("badge-{}-{}.json", person.id, ksb.code);
    Ok(MadeBadge { badge, code: ksb.code, bytes, file_name })
}

fn alignment(standard: &Standard, ksb: &Ksb) -> Alignment {
    let of = standard.reference();
    Alignment {
        code: ksb.code.to_string(),
        text: ksb.text.clone(),
        framework: framework(standard),
        url: published_at(standard).unwrap_or_else(|| item_urn(of, ksb.code)),
    }
}

fn item_urn(of: &StandardRef, code: KsbCode) -> String {
    format!("urn:uuid:{}", identifier(of, &code.to_string()))
}

fn framework(standard: &Standard) -> String {
    format!("{} {}", standard.reference(), standard.title())
}

/// Returns the address at which a standard says that it is published.
fn published_at(standard: &Standard) -> Option<String> {
    let about = about_of(standard).ok()?;
    let mut words = about.of(Topic::Source).flat_map(str::split_whitespace);
    let plain = |word: &&str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&b);
        word.starts_with("https://") && word.bytes().all(allowed)
    };
    words.find(plain).map(|word| word.trim_end_matches(['.', ',', ';']).to_owned())
}

/// Returns a salt that is the same whenever the same badge is made, and that only the issuer can work out.
fn salt(key: &SigningKey, what: &str) -> String {
    let seed = key.seed();
    let mut bytes = zeroize::Zeroizing::new(b"countersign-badge-salt/1\n".to_vec());
    bytes.extend_from_slice(&*seed);
    bytes.extend_from_slice(what.as_bytes());
    Digest::of(&bytes).hex().chars().take(32).collect()
}
