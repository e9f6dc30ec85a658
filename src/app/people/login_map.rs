//! Writes the key map that sshd's lookup reads, and checks which data folder it belongs to.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::app::App;
use crate::config;
use crate::doctor::check::{Check, State};
use crate::error::Error;
use crate::log::writer::LogWriter;
use crate::storage::data_dir::{self, DataDir, io_error, open_plain};
use countersign_core::people::login::{is_plain_path, map_data, map_text};
use countersign_core::primitives::text::escape_for_terminal;
use countersign_store::filesystem::identity;
use countersign_store::logins;

/// Size limit of the map, in bytes: enough for 100,000 people.
const LARGEST: u64 = 16 << 20;

/// The owner of the existing map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// There is no map.
    Nobody,
    Us,
    /// A data folder that no longer exists.
    Gone(String),
    Other(String),
    /// Cannot be determined, and why.
    Unknown(String),
}

/// The result of writing the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synced {
    pub keys: usize,
    /// The data folder the map belonged to before, if it was another's.
    pub taken_from: Option<String>,
}

/// Writes the map, if this folder ever had a login key. Another folder's map is replaced only with `take_over`.
pub fn sync_login_map(app: &App, take_over: bool) -> Result<Synced, Error> {
    let (ever, keys) = app.log.db.read(|tx| Ok::<_, Error>((logins::ever(tx)?, logins::current(tx)?)))?;
    let owner = owner(&app.folder, &map_path()?);
    if !take_over {
        may_write(&owner)?;
    }
    if ever || take_over {
        data_dir::replace_public(&map_path()?, &map_text(&plain_folder(&app.folder)?, &keys))?;
    }
    let taken_from = match owner {
        Owner::Other(other) | Owner::Gone(other) if ever || take_over => Some(other),
        _ => None,
    };
    Ok(Synced { keys: keys.len(), taken_from })
}

/// Updates the map after a change. Another folder's map is left alone, as this folder's keys are not in it. The error
/// says what the person should know.
pub(crate) fn follow_login_map(app: &App) -> Result<(), Error> {
    let (ever, keys) = app.log.db.read(|tx| Ok::<_, Error>((logins::ever(tx)?, logins::current(tx)?)))?;
    if !ever {
        return Ok(());
    }
    match may_write(&owner(&app.folder, &map_path()?)) {
        Ok(()) => plain_folder(&app.folder)
            .and_then(|folder| data_dir::replace_public(&map_path()?, &map_text(&folder, &keys)))
            .map_err(|error| stale(&error)),
        Err(error) => {
            if let Some(second) = app.log.second() {
                second.take_warning().tell(format!("{}. It was left as it is", error.why));
            }
            Ok(())
        }
    }
}

/// Checks that the map can be written, before anything is changed.
pub(crate) fn map_can_be_written(app: &App) -> Result<(), Error> {
    plain_folder(&app.folder)?;
    let map = map_path()?;
    may_write(&owner(&app.folder, &map))?;
    data_dir::takes_file(&map).map_err(|e| {
        e.hint("sshd's lookup reads the keys there: `countersign ssh install --dry-run` says how to make the folder")
    })
}

/// Refuses to overwrite another folder's map.
fn may_write(owner: &Owner) -> Result<(), Error> {
    let why = match owner {
        Owner::Nobody | Owner::Us | Owner::Gone(_) => return Ok(()),
        Owner::Other(other) => format!("The map for sshd belongs to another data folder, {other}"),
        Owner::Unknown(why) => format!("The map for sshd cannot be used: {why}"),
    };
    Err(Error::refused(why).hint(
        "Nothing was saved. To have sshd use this folder instead, a training officer runs `countersign ssh sync --take-over`",
    ))
}

/// Determines the owner of the map.
pub fn owner(folder: &DataDir, map: &Path) -> Owner {
    let text = match read(map) {
        Ok(None) => return Owner::Nobody,
        Ok(Some(text)) if text.is_empty() => return Owner::Nobody,
        Ok(Some(text)) => text,
        Err(error) => return Owner::Unknown(error.why),
    };
    let Some(data) = map_data(&text) else {
        return Owner::Unknown(format!("{} is not a map of keys", map.display()));
    };
    let named = Path::new(data);
    let same = identity(named).is_some() && identity(named) == identity(folder.path());
    match named.try_exists() {
        _ if same => Owner::Us,
        Ok(false) => Owner::Gone(escape_for_terminal(data).into_owned()),
        // A folder that cannot be checked may well exist.
        Ok(true) | Err(_) => Owner::Other(escape_for_terminal(data).into_owned()),
    }
}

/// Checks the owner of sshd's map and whether it matches this folder's keys.
pub fn check(log: &LogWriter, folder: &DataDir) -> Check {
    const WHAT: &str = "ssh-map";
    let known = || Ok::<_, Error>((map_path()?, log.db.read(logins::ever)?, log.db.read(logins::current)?));
    let (map, ever, keys) = match known() {
        Ok(known) => known,
        Err(error) => return Check::of(WHAT, &error),
    };
    let place = map.display();
    let sync = "Run `countersign ssh sync` to write the map again";
    match owner(folder, &map) {
        Owner::Nobody if !ever => Check::new(WHAT, State::Good, "Nobody logs in over SSH, and there is no map"),
        Owner::Nobody => {
            Check::new(WHAT, State::Attention, format!("There is no map at {place}: nobody can log in over SSH"))
                .hint(sync)
        }
        Owner::Us => {
            let wanted = plain_folder(folder).map(|folder| map_text(&folder, &keys)).ok();
            if wanted.is_some() && read(&map).ok().flatten() == wanted {
                Check::new(WHAT, State::Good, format!("The map for sshd, {place}, is this data folder's"))
            } else {
                let why = format!(
                    "The map for sshd, {place}, is this data folder's and does not contain the keys that it has now"
                );
                Check::new(WHAT, State::Wrong, why).hint(sync)
            }
        }
        Owner::Gone(other) => {
            let why = format!("The map for sshd, {place}, belongs to the data folder {other}, which is not there");
            Check::new(WHAT, State::Attention, why).hint(sync)
        }
        Owner::Other(other) if !ever => {
            let why = format!(
                "The map for sshd, {place}, belongs to another data folder, {other}. Nobody has a key to log in to this one"
            );
            Check::new(WHAT, State::Good, why)
        }
        Owner::Other(other) => {
            let why = format!(
                "The map for sshd, {place}, belongs to another data folder, {other}, so nobody can log in to this one over SSH"
            );
            Check::new(WHAT, State::Attention, why)
                .hint("To have sshd use this folder instead: `countersign ssh sync --take-over`")
        }
        Owner::Unknown(why) => Check::new(WHAT, State::Wrong, why)
            .hint("Look at that file first. `countersign ssh sync --take-over` replaces it with this folder's map"),
    }
}

/// Returns the text of a map, or `None` if there is none.
fn read(map: &Path) -> Result<Option<String>, Error> {
    let bytes = || -> std::io::Result<Option<Vec<u8>>> {
        let Some(file) = open_plain(map)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    };
    Ok(bytes().map_err(|e| io_error(map, &e))?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Returns the folder's absolute path, if sshd can use it.
fn plain_folder(folder: &DataDir) -> Result<String, Error> {
    let path = std::path::absolute(folder.path()).unwrap_or_else(|_| folder.path().to_owned());
    path.to_str().filter(|path| is_plain_path(path)).map(str::to_owned).ok_or_else(|| {
        Error::refused(format!("sshd cannot use a data folder named {}", path.display()))
            .hint("Use a data folder whose path has only letters, digits and . _ - +")
    })
}

fn map_path() -> Result<PathBuf, Error> {
    config::login_map().map_err(Error::usage)
}

/// Returns the error for a change that was made but is not in the map.
pub(crate) fn stale(error: &Error) -> Error {
    let why = format!("The map for sshd could not be written: {}", error.why);
    Error { why, ..error.clone() }.hint(
        "The change itself was made, and every session still checks who may log in. Fix the map, then run `countersign ssh sync`",
    )
}
