//! Keeps which hub this data folder belongs to, and the last exchange with it, in small files next to the database.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::error::{Error, Exit};
use crate::hub::results::{FOLDER, RESULTS};
use crate::storage::atomic_file;
use crate::storage::data_dir::{DataDir, remove, remove_file};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::LogOrigin;
use countersign_hub::address::HubAddress;

/// The hub of a data folder, and this site's name there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubSettings {
    pub address: HubAddress,
    pub site: String,
}

/// A log at the hub, as of the last exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenSite {
    pub site: String,
    pub size: u64,
    /// When the site last spoke, if that is known.
    pub spoke: Option<Timestamp>,
    pub origin: Option<LogOrigin>,
}

/// The last exchange with the hub that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastExchange {
    pub at: Timestamp,
    pub sites: Vec<SeenSite>,
}

/// Returns the folder of the hub's files in a data folder.
pub(crate) fn folder(data: &DataDir) -> PathBuf {
    data.path().join(FOLDER)
}

/// Returns the hub of a data folder; `None` if it has not joined one.
pub fn joined(data: &DataDir) -> Result<Option<HubSettings>, Error> {
    let path = folder(data).join("joined");
    if !atomic_file::is_there(&path) {
        return Ok(None);
    }
    let damaged = || {
        Error::refused(format!("{} cannot be read", path.display()))
            .hint("To write it again: `countersign hub join` with the hub’s address and this site’s name")
    };
    let text = atomic_file::text(&path).ok_or_else(damaged)?;
    let read = || {
        let (site, address) = text.split_once('\n')?;
        let (site, address) = (site.strip_prefix("site ")?, address.trim_end().strip_prefix("address ")?);
        is_site_name(site).then_some(HubSettings { address: address.parse().ok()?, site: site.to_owned() })
    };
    read().map(Some).ok_or_else(damaged)
}

/// Returns the hub of a data folder, or the error that it has not joined one.
pub fn must_have_joined(data: &DataDir) -> Result<HubSettings, Error> {
    joined(data)?.ok_or_else(|| {
        Error::usage("This department has not joined a hub")
            .hint("`countersign hub join ADDRESS --site NAME`, with what the hub’s administrator gave you")
    })
}

pub(crate) fn remember_joined(data: &DataDir, settings: &HubSettings) -> Result<(), Error> {
    let folder = folder(data);
    atomic_file::private_folder(&folder)?;
    let text = format!("site {}\naddress {}\n", settings.site, settings.address);
    atomic_file::write_private(&folder.join("joined"), text.as_bytes())
}

/// Forgets the hub and what was last seen there.
pub(crate) fn forget(data: &DataDir) {
    let folder = folder(data);
    for name in ["joined", "seen", RESULTS] {
        remove_file(&folder.join(name));
    }
    remove(&folder.join("outgoing"));
}

/// Returns the last exchange that succeeded, if it is remembered.
pub fn last_exchange(data: &DataDir) -> Option<LastExchange> {
    let text = atomic_file::text(&folder(data).join("seen"))?;
    let (at, rest) = text.split_once('\n')?;
    let read = |line: &str| {
        let mut words = line.splitn(4, ' ');
        let (name, size, spoke) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        let origin = words.next().and_then(|origin| origin.parse().ok());
        is_site_name(name).then(|| SeenSite { site: name.to_owned(), size, spoke: spoke.parse().ok(), origin })
    };
    Some(LastExchange { at: at.parse().ok()?, sites: rest.lines().filter_map(read).collect() })
}

pub(crate) fn remember_exchange(data: &DataDir, exchange: &LastExchange) -> Result<(), Error> {
    let mut text = format!("{}\n", exchange.at);
    for SeenSite { site, size, spoke, origin } in &exchange.sites {
        let spoke = spoke.map_or_else(|| "-".to_owned(), |spoke| spoke.to_string());
        // Writing to a String cannot fail.
        let origin = origin.as_ref().map_or("-", |origin| origin.as_str());
        let _ = writeln!(text, "{site} {size} {spoke} {origin}");
    }
    atomic_file::write_private(&folder(data).join("seen"), text.as_bytes())
}

/// Locks the exchange of a data folder until dropped, so that two do not run at once.
pub(crate) fn lock(data: &DataDir) -> Result<impl Sized + use<>, Error> {
    let folder = folder(data);
    atomic_file::private_folder(&folder)?;
    let held = atomic_file::lock_file(&folder.join("lock"))?.ok_or_else(|| Error {
        exit: Exit::Busy,
        ..Error::refused("Another exchange with the hub is running")
            .hint("Wait until it ends, then try again if needed")
    })?;
    // What an exchange that was killed left: statements, which may be erased by now.
    remove(&folder.join("outgoing"));
    Ok(held)
}

/// Returns whether a text can name a site: what a hub allows.
pub fn is_site_name(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| letter(b) || b == b'-')
        && text.bytes().next().is_some_and(letter)
}
