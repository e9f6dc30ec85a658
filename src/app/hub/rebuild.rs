//! Builds a lost data folder again from this department's own log at a hub.

use crate::clock::{Clock as _, SystemClock};
use crate::error::Error;
use crate::hub::connection::transport;
use crate::hub::copy::{CopyError, Fetch, Renewal, Titles, build};
use crate::hub::settings::HubSettings;
use crate::hub::site_names::{self, Named, NamedLog};
use crate::keys::keystore;
use crate::storage::data_dir::{DataDir, remove_database};
use countersign_core::primitives::ids::LogOrigin;
use countersign_core::record::view::TreeHead;
use countersign_hub::rows::{SiteFault, SiteHead};
use countersign_hub::transport::{RowSink, Transport};
use countersign_ledger::checkpoint_code::code;
use countersign_ledger::note::LogVerifier;
use countersign_store::db::{Access, Db};
use countersign_store::from_elsewhere::rebuilt;
use countersign_store::queries::audit;

/// What came back, and what did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    pub origin: LogOrigin,
    /// The log's key: to be compared with one that was kept, as the hub could have named another log.
    pub log: LogVerifier,
    /// The size and root that the entries have; the checkpoint code is to be compared too.
    pub head: TreeHead,
    /// Sign-offs that name evidence files.
    pub evidence: u64,
    /// Bundles that were received: what they brought stays at the departments that made them.
    pub bundles: u64,
    /// Whether the log's own key is in the folder, so that it can sign.
    pub can_sign: bool,
}

/// Which log is rebuilt.
#[derive(Debug, Clone, Copy)]
pub struct LostSite<'a> {
    /// Its name at the hub, or its origin.
    pub site: &'a str,
    /// Its key, if somebody kept it.
    pub key: Option<&'a LogVerifier>,
    pub threads: usize,
}

/// Rebuilds a data folder from the hub at an address. See [`rebuild`].
pub fn rebuild_from(
    folder: &DataDir,
    address: &str,
    lost: LostSite<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Rebuilt, Error> {
    let settings = HubSettings { address: address.parse()?, site: lost.site.to_owned() };
    rebuild(folder, transport(folder, &settings).as_mut(), lost, progress)
}

/// Rebuilds a data folder, which must have no log yet: whole and checked, or not at all.
pub fn rebuild(
    folder: &DataDir,
    transport: &mut dyn Transport,
    lost: LostSite<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Rebuilt, Error> {
    let doing = |error: Error| error.context(format!("Rebuilding {} from the hub", folder.path().display()));
    if folder.is_founded() {
        return Err(doing(Error::refused("This folder already has a sign-off book").hint(
            "Nothing was changed. Give another folder with --data. To put a backup in its place: `countersign restore`",
        )));
    }
    let heads = transport.heads().map_err(|error| doing(Error::from(error)))?;
    let log = find(&heads.sites, &heads.faults, lost).map_err(doing)?;
    folder.make()?;
    let part = folder.path().join("countersign.db.hub.part");
    remove_database(&part);
    let what = Renewal {
        data: folder.path(),
        log: &log,
        fetch: Fetch::All,
        cosigned: None,
        titles: Titles::Kept,
        threads: lost.threads,
        today: SystemClock.today(),
    };
    let mut pull = |from: u64, into: RowSink<'_>| transport.pull(log.origin(), from, into);
    let built = build(&what, &part, None, &mut pull, progress).map_err(|unbuilt| match unbuilt.why {
        CopyError::Rejected(why) => Error::refused(why.sentence(log.origin()))
            .hint("Nothing was made. Restore a backup, or ask another department for its copy of this log"),
        CopyError::Exchange(error) => error.into(),
        CopyError::Failed(error) => error,
    });
    let done = built.and_then(|_| {
        let report = look(&part, &log)?;
        Db::open(&part, Access::Write)?.write(|tx| rebuilt::add(tx, report.head.size))?;
        folder.put_database(&part)?;
        Ok(report)
    });
    remove_database(&part);
    let mut done = done.map_err(doing)?;
    done.can_sign = keystore::log_key(folder, &log).is_ok();
    Ok(done)
}

/// Finds the log to rebuild, and the key that it must have.
fn find(heads: &[SiteHead], faults: &[SiteFault], lost: LostSite<'_>) -> Result<LogVerifier, Error> {
    let logs: Vec<NamedLog> =
        heads.iter().map(|head| NamedLog { origin: head.origin.clone(), sites: vec![head.site.clone()] }).collect();
    let origin = match site_names::find(lost.site, &logs) {
        Named::One(log) => &log.origin,
        Named::Several(found) => return Err(site_names::ambiguous(lost.site, &found)),
        Named::None => {
            if let Some(fault) = faults.iter().find(|fault| fault.site == lost.site) {
                return Err(fault.why.clone().into());
            }
            let all: Vec<&str> = heads.iter().map(|head| head.site.as_str()).collect();
            return Err(Error::usage(format!("The hub has no site {}", lost.site))
                .hint(format!("It has: {}", if all.is_empty() { "none".to_owned() } else { all.join(", ") })));
        }
    };
    let head = heads.iter().find(|head| head.origin == *origin).ok_or_else(|| Error::refused("The hub changed"))?;
    if !head.is_readable() {
        return Err(Error::refused(format!("The hub does not let you read the log of {}", lost.site))
            .hint("Use the role of that site: a log is rebuilt with its own site’s rights"));
    }
    let log: LogVerifier = head.vkey.parse().map_err(Error::refused)?;
    match lost.key {
        Some(key) if *key != log => Err(Error::refused(format!("The log of {} at the hub has another key", lost.site))
            .hint("Nothing was made. Do not trust it: compare the key with one that was kept")),
        _ => Ok(log),
    }
}

fn look(part: &std::path::Path, log: &LogVerifier) -> Result<Rebuilt, Error> {
    let db = Db::open(part, Access::Read)?;
    Ok(db.read(|tx| {
        let head = crate::log::append::head_of(tx)?;
        let (evidence, bundles) = audit::named_elsewhere(tx)?;
        Ok::<_, countersign_store::error::StoreError>(Rebuilt {
            origin: log.origin().clone(),
            log: log.clone(),
            head: TreeHead { size: head.size, root: head.root, code: code(head.size, &head.root) },
            evidence,
            bundles,
            can_sign: false,
        })
    })?)
}
