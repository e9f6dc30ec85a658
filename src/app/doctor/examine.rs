//! Runs the doctor's checks on a data folder and works out its assurance level, without changing anything.

use std::collections::BTreeSet;

use crate::app::App;
use crate::doctor::assurance::{AssuranceInputs, Level, level};
use crate::doctor::check::{Check, State};
use crate::doctor::host::{Machine, look};
use crate::doctor::host_checks::{disk, own_account, permissions, sshd, time_service};
use crate::error::Error;
use crate::hub::results::{LogResult, LogState, last_results};
use crate::hub::settings;
use crate::keys::keystore;
use crate::log::writer::LogWriter;
use crate::maintenance::backup::remembered;
use crate::maintenance::erased_copies;
use crate::people::login_map;
use crate::storage::atomic_file;
use crate::storage::checkpoint_mirror::{CheckpointMirror, MirrorPlace};
use crate::storage::data_dir::DataDir;
use crate::verify::anchors::newest_of;
use countersign_core::people::person::{Role, Viewer};
use countersign_core::primitives::date::{Timestamp, day_words};
use countersign_core::rules::CLOCK_SLACK;
use countersign_core::rules::log_state::RegisteredKey;
use countersign_ledger::note::LogVerifier;
use countersign_ledger::wrapped_key::header;
use countersign_store::db::{Access, Db, sqlite_version};
use countersign_store::error::StoreError;
use countersign_store::index::people;
use countersign_store::log;

/// The age at which a backup is too old: a week, in seconds.
const OLD_BACKUP: i64 = 7 * 86_400;
/// The age at which a checkpoint copy is too old: a day, in seconds.
const DAY: i64 = 86_400;
/// The key type of OpenSSH security keys.
const SECURITY_KEY: &str = "sk-ssh-ed25519@openssh.com";

/// The hint for a key file that cannot be read, which may be the only copy.
const TORN_KEY: &str = "Do not delete a key that cannot be read: it may be the only one. Put it back from a copy that `backup --keys` made. If there is none, a training officer makes a new key: `countersign key add`";

/// The roles that can sign.
const SIGNERS: [Role; 3] = [Role::Supervisor, Role::TrainingOfficer, Role::Verifier];

/// The results of all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    pub level: Level,
    /// What is missing for the next level.
    pub missing: Vec<&'static str>,
    /// In a fixed order.
    pub checks: Vec<Check>,
}

impl Findings {
    /// Returns whether no check found anything wrong.
    pub fn well(&self) -> bool {
        self.checks.iter().all(|check| check.state != State::Wrong)
    }
}

/// Checks a data folder on this machine as of `now`, and the checkpoints kept in a second folder.
pub fn examine(folder: &DataDir, machine: &Machine, second: Option<&CheckpointMirror>, now: Timestamp) -> Findings {
    let mut facts = AssuranceInputs { own_account: own_account(machine), ..AssuranceInputs::default() };
    let mut checks = Vec::new();
    match Db::open(&folder.database(), Access::Read).map_err(Error::from) {
        Ok(db) => {
            let log = LogWriter::new(db).with_second(second.cloned());
            let looked = file(&log, folder, machine, now, &mut facts);
            checks.extend(looked.unwrap_or_else(|error| vec![Check::of("file", &error)]));
        }
        Err(error) => checks.push(Check::of("file", &error)),
    }
    checks.push(disk(machine));
    checks.push(Check::new("sqlite", State::Good, format!("SQLite {}, the program's own", sqlite_version())));
    let permissions = permissions(folder, machine);
    facts.private = permissions.state == State::Good;
    checks.push(permissions);
    checks.push(time_service(machine));
    let sshd = sshd(machine);
    facts.sshd = sshd.state == State::Good;
    checks.push(sshd);
    checks.push(backups(folder, now));
    checks.extend(hub(folder, now));
    checks.extend(hub_logs(folder));
    let (level, missing) = level(facts);
    Findings { level, missing, checks }
}

/// Returns the level for an open file, without opening it again: closing a second handle would drop this process's locks.
pub fn level_of(app: &App) -> Result<Level, Error> {
    let machine = look(&app.folder, app.log.second());
    let mut facts = AssuranceInputs {
        own_account: own_account(&machine),
        private: permissions(&app.folder, &machine).state == State::Good,
        sshd: sshd(&machine).state == State::Good,
        ..AssuranceInputs::default()
    };
    of_the_log(&app.log, &mut facts)?;
    facts.checkpoint_away = checkpoints(&app.log, machine.checkpoints, app.now())?.1;
    Ok(level(facts).0)
}

/// Fills in the facts that come from the log.
fn of_the_log(log: &LogWriter, facts: &mut AssuranceInputs) -> Result<(), Error> {
    let policy = log.db.read(people::policy)?;
    (facts.two_people, facts.verified_by_policy) = (policy.two_person_keys > 0, policy.security_key > 1);
    let signers = log.db.read(|tx| people::people(tx, &Viewer::Department, &SIGNERS))?;
    let mut present = signers.iter().filter(|person| !person.left).peekable();
    facts.security_keys = present.peek().is_some();
    for person in present {
        let keys = log.db.read(|tx| {
            let mut usable = Vec::new();
            for (key, _) in people::keys_of(tx, &person.id)? {
                let registered = people::registered_key(tx, &key.fingerprint())?;
                usable.extend(registered.filter(RegisteredKey::signs).map(|_| key));
            }
            Ok::<_, StoreError>(usable)
        })?;
        facts.security_keys &= !keys.is_empty() && keys.iter().all(|key| key.algorithm() == SECURITY_KEY);
    }
    Ok(())
}

/// Checks the database: its log, clock and keys.
fn file(
    log: &LogWriter,
    folder: &DataDir,
    machine: &Machine,
    now: Timestamp,
    facts: &mut AssuranceInputs,
) -> Result<Vec<Check>, Error> {
    let head = log.head()?;
    let entries = format!("{} entries. `countersign verify` checks each", head.size);
    let mut checks = vec![Check::new("file", State::Good, entries)];
    let newest = log.db.read(people::newest)?;
    checks.push(match newest {
        Some(newest) if now < newest.plus(-CLOCK_SLACK) => Check::new(
            "clock",
            State::Wrong,
            format!("It reads {}, but the log already has {}", time_of(now), time_of(newest)),
        )
        .hint("Correct the clock. Anything signed until then is marked as having a doubtful time"),
        _ => Check::new("clock", State::Good, format!("It reads {}. No entry is later", time_of(now))),
    });
    of_the_log(log, facts)?;
    checks.push(log_key(log, folder));
    checks.push(signing_keys(log, folder)?);
    checks.push(login_map::check(log, folder));
    checks.push(erased_copies::check(log, folder));
    let (check, away) = checkpoints(log, machine.checkpoints, now)?;
    facts.checkpoint_away = away;
    checks.push(check);
    Ok(checks)
}

fn time_of(at: Timestamp) -> String {
    let words = at.local_words();
    format!("{} {}", day_words(at.local_day()), words.split_once(' ').map_or("", |(_, time)| time))
}

fn log_key(log: &LogWriter, folder: &DataDir) -> Check {
    match log.verifier().and_then(|verifier| keystore::log_key(folder, &verifier)) {
        Ok(_) => Check::new("log-key", State::Good, "The log's own key is there and belongs to this log"),
        Err(error) => Check::of("log-key", &error),
    }
}

/// Checks the checkpoints kept outside the file: whether they are recent and on another machine.
fn checkpoints(log: &LogWriter, place: Option<MirrorPlace>, now: Timestamp) -> Result<(Check, bool), Error> {
    let finding = |state, why: String, hint: &str| Ok((Check::new("checkpoints", state, why).hint(hint), false));
    let other =
        "`--checkpoints FOLDER`, or `checkpoints` in config.toml, names one on another machine, by a network share";
    let restored = "The data file may have been replaced by an older or a different one. To find out: `countersign verify --checkpoint` with that file";
    let Some(second) = log.second() else {
        return finding(State::Attention, "Checkpoints are not kept in a second folder".to_owned(), other);
    };
    let file = second.file().display();
    let Some(holds) = second.holds() else {
        return finding(State::Attention, format!("There is none in {file} yet. The next signature adds one"), other);
    };
    let origin_and_key = log.db.read(log::log)?;
    let verifier = origin_and_key.and_then(|(_, vkey)| vkey.parse::<LogVerifier>().ok());
    let Some(kept) = verifier.and_then(|verifier| newest_of(&holds.notes, &verifier).ok()) else {
        return finding(State::Wrong, format!("None of the checkpoints in {file} belongs to this log"), restored);
    };
    let head = log.head()?;
    if kept.size > head.size || (kept.size == head.size && kept.root != head.root) {
        let why = format!(
            "A checkpoint in {file} is for {} entries, but this file has {} and does not match it",
            kept.size, head.size
        );
        return finding(State::Wrong, why, restored);
    }
    let age = now.seconds() - holds.added;
    let why = format!("The newest in {file}, of {} entries, was added {}", kept.size, ago(age));
    let why = place.map_or(why.clone(), |place| format!("{why}; {place}"));
    if !matches!(place, Some(MirrorPlace::Away(_))) {
        return finding(State::Attention, why, other);
    }
    // A checkpoint of the full log is as good as new, however long ago it was signed.
    if kept.size < head.size && !(-CLOCK_SLACK..=DAY).contains(&age) {
        return finding(
            State::Attention,
            why,
            "What was signed since then is in no outside checkpoint. Check that the folder can be written to",
        );
    }
    Ok((Check::new("checkpoints", State::Good, why), true))
}

/// Compares the wrapped keys on this machine with those in the log.
fn signing_keys(log: &LogWriter, folder: &DataDir) -> Result<Check, Error> {
    let (mut strange, mut torn): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let files = folder.key_names();
    let mut holders = BTreeSet::new();
    for name in files.iter().filter_map(|name| name.strip_suffix(".key")).filter(|name| *name != "log") {
        // A further key file has the start of the fingerprint after the person's id.
        let whose = name.split('.').next().unwrap_or(name);
        let text = match folder.read_key(&format!("{name}.key")) {
            Ok(text) => text.unwrap_or_default(),
            Err(error) => {
                torn.push(error.why);
                continue;
            }
        };
        if keystore::is_whole_own_key(&format!("{name}.key"), &text) == Some(true) {
            continue;
        }
        let Ok(header) = header(&text) else {
            torn.push(format!("{name}.key is empty, incomplete or damaged"));
            continue;
        };
        let holder = log.db.read(|tx| people::holder(tx, &header.key.fingerprint()))?;
        match holder {
            Some((holder, _)) if holder == header.person && holder.as_str() == whose => {
                holders.insert(holder);
            }
            _ => strange.push(format!("{name}.key is not one of their keys in the log")),
        }
    }
    let signers = log.db.read(|tx| people::people(tx, &Viewer::Department, &SIGNERS))?;
    let present: Vec<_> = signers.iter().filter(|person| !person.left).collect();
    let without: Vec<String> =
        present.iter().filter(|person| !holders.contains(&person.id)).map(|person| person.name.to_string()).collect();
    Ok(if !torn.is_empty() {
        let mut all = torn;
        all.extend(strange);
        Check::new("keys", State::Wrong, all.join("; ")).hint(TORN_KEY)
    } else if !strange.is_empty() {
        Check::new("keys", State::Wrong, strange.join("; "))
            .hint("The log does not know this key, so it cannot sign. Ask who put it there. Move it elsewhere and keep it until you know")
    } else if without.is_empty() {
        Check::new("keys", State::Good, format!("{} people have a key here, each known to the log", holders.len()))
    } else {
        Check::new("keys", State::Attention, format!("No key here for {}", without.join(", ")))
            .hint("They cannot sign on this machine: put their key file back, or add a key: `countersign key add`")
    })
}

fn backups(folder: &DataDir, now: Timestamp) -> Check {
    let Some(last) = remembered(folder).pop() else {
        return Check::new("backup", State::Attention, "No backup has been recorded here")
            .hint("`countersign backup TO`, best to another disk or machine, every day");
    };
    let place = last.path.display();
    let age = ago(now.seconds() - last.at.seconds());
    let check = if now.seconds() - last.at.seconds() > OLD_BACKUP {
        Check::new("backup", State::Attention, format!("The newest was made {age}: {place}"))
            .hint("`countersign backup TO`, best to another disk or machine, every day")
    } else {
        Check::new("backup", State::Good, format!("The newest was made {age}: {place}, {} entries", last.size))
    };
    if atomic_file::is_there(&last.path) || check.state != State::Good {
        return check;
    }
    Check::new("backup", State::Attention, format!("{}. It cannot be reached now", check.why))
        .hint("That is fine for a disk that is kept elsewhere. Otherwise make another backup")
}

/// Checks the exchange with the hub; nothing if this department has not joined one.
fn hub(folder: &DataDir, now: Timestamp) -> Option<Check> {
    let hub = match settings::joined(folder) {
        Ok(hub) => hub?,
        Err(error) => return Some(Check::of("hub", &error)),
    };
    let by_timer = "`countersign hub sync`, every hour: the timer countersign-hub-sync does it";
    let Some(last) = settings::last_exchange(folder) else {
        let why = format!("Joined as {}, but nothing has been exchanged yet", hub.site);
        return Some(Check::new("hub", State::Attention, why).hint(by_timer));
    };
    let age = now.seconds() - last.at.seconds();
    let state = if age > DAY { State::Attention } else { State::Good };
    Some(Check::new("hub", state, format!("The last exchange as {} was {}", hub.site, ago(age))).hint(by_timer))
}

/// Says what the last exchange should have fetched and did not, and what the hub has otherwise than this file.
fn hub_logs(folder: &DataDir) -> Option<Check> {
    let results = last_results(folder.path());
    let failed: Vec<&LogResult> = results.iter().filter(|result| result.state != LogState::Sound).collect();
    let altered = |result: &&LogResult| matches!(result.state, LogState::Rejected | LogState::OwnDiffers);
    let state = if failed.iter().any(altered) { State::Wrong } else { State::Attention };
    let whys: Vec<&str> = failed.iter().map(|result| result.why.as_str()).collect();
    let check = Check::new("hub-logs", state, whys.join(". "));
    (!failed.is_empty())
        .then(|| check.hint("`countersign hub sync` tries again, and `countersign hub status` shows each site"))
}

/// Describes an age in words.
fn ago(seconds: i64) -> String {
    match seconds {
        ..3_600 => "within the hour".to_owned(),
        3_600..172_800 => format!("{} hours ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}
