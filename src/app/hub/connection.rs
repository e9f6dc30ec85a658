//! Opens the way to the hub that a data folder belongs to.

use crate::error::{Error, Exit};
use crate::hub::settings::{HubSettings, folder};
use crate::storage::data_dir::DataDir;
use countersign_hub::address::HubAddress;
use countersign_hub::error::TransportError;
use countersign_hub::folder::Folder;
use countersign_hub::postgres::Postgres;
use countersign_hub::transport::Transport;

/// Returns the way to a hub. What is to be sent is staged inside the data folder, which only its owner can read.
pub fn transport(data: &DataDir, hub: &HubSettings) -> Box<dyn Transport> {
    match &hub.address {
        HubAddress::Postgres(address) => Box::new(Postgres::new(address.clone(), folder(data).join("outgoing"))),
        HubAddress::Folder(path) => Box::new(Folder::new(path.clone(), hub.site.clone())),
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let hint = error.hint();
        let exit = match error {
            TransportError::Address { .. } => Exit::Usage,
            TransportError::Moved => Exit::Busy,
            _ => Exit::Refused,
        };
        Self { exit, ..Self::refused(error).hint(hint) }
    }
}
