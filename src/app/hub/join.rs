//! Joins a hub, and leaves it.

use crate::app::App;
use crate::error::Error;
use crate::hub::connection::transport;
use crate::hub::settings::{self, HubSettings, is_site_name};
use crate::hub::witness::witness_note;
use countersign_hub::address::HubAddress;
use countersign_hub::transport::JoiningSite;

/// Joins a hub under a name: makes this log known there and remembers the hub. Nothing of the log is sent yet.
pub fn join(app: &mut App, address: &str, site: &str) -> Result<HubSettings, Error> {
    let doing = "Joining the hub";
    let address: HubAddress = address.parse()?;
    if !is_site_name(site) {
        return Err(Error::usage(format!("“{site}” cannot be a site’s name"))
            .hint("Use up to 63 small letters, digits and hyphens, such as cardiology"));
    }
    let settings = HubSettings { address, site: site.to_owned() };
    let here = settings::joined(&app.folder)?;
    if let Some(other) = here.filter(|other| *other != settings) {
        return Err(Error::refused(format!("This department has joined the hub {} as {}", other.address, other.site))
            .hint("To leave that one first: `countersign hub leave`"));
    }
    let _lock = settings::lock(&app.folder)?;
    let joining = joining(app, &settings).map_err(|error| error.context(doing))?;
    transport(&app.folder, &settings).join(&joining).map_err(|error| Error::from(error).context(doing))?;
    settings::remember_joined(&app.folder, &settings)?;
    Ok(settings)
}

/// Returns what this department says of itself at the hub.
pub(crate) fn joining(app: &mut App, settings: &HubSettings) -> Result<JoiningSite, Error> {
    let log = app.log.verifier()?;
    Ok(JoiningSite {
        origin: log.origin().clone(),
        vkey: log.to_string(),
        site: settings.site.clone(),
        witness_key: Some(witness_note(app)?),
    })
}

/// Leaves the hub: forgets its address. What is there stays there, and what came from there stays here. Returns what it was.
pub fn leave(app: &App) -> Result<HubSettings, Error> {
    let settings = settings::must_have_joined(&app.folder)?;
    let _lock = settings::lock(&app.folder)?;
    settings::forget(&app.folder);
    Ok(settings)
}
