//! Defines the error of an exchange with a hub, with what to do about it.

use thiserror::Error;

/// Why an exchange with the hub failed; nothing was changed there, unless it says so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The hub's address cannot be used.
    #[error("{why}")]
    Address { why: String, hint: &'static str },
    /// Nothing answered, or the connection ended.
    #[error("The hub cannot be reached: {0}")]
    Unreachable(String),
    /// The program that speaks to the hub is not here.
    #[error("The program {0} is not installed here")]
    NoClient(&'static str),
    #[error("The hub does not let this site in: {0}")]
    NotAdmitted(String),
    #[error("The hub refused: {0}")]
    NotGranted(String),
    #[error("There is no hub at this address: its tables are missing")]
    NoSchema,
    #[error("The hub has format {found}, and this program knows format {known}")]
    OtherVersion { found: String, known: u32 },
    /// Somebody else changed the same log in the meantime.
    #[error("The log at the hub changed during the exchange")]
    Moved,
    #[error("The hub took longer than {0} seconds to answer")]
    Slow(u64),
    /// Its tables were made before there was a place for what is to be sent.
    #[error("The hub has no place yet for statements that were signed with a security key: its tables are older")]
    OlderHub,
    /// What the hub sent is not what a hub sends, or longer than allowed.
    #[error("The hub’s answer cannot be read: {0}")]
    Damaged(String),
    /// A file of a hub that is a folder is missing or damaged.
    #[error("{0}")]
    File(String),
    /// The files of this machine, or the caller's own rows, could not be read or written.
    #[error("{0}")]
    Here(String),
    #[error("The exchange failed: {0}")]
    Other(String),
}

impl TransportError {
    /// Returns what to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Address { hint, .. } => hint,
            Self::Unreachable(_) => "Local work goes on. Check the network and the address, then try again",
            Self::NoClient(_) => "Install PostgreSQL’s client: `apt install postgresql-client`",
            Self::NotAdmitted(_) => {
                "Check the role and how it logs in: `.pgpass`, a service file or Kerberos. The hub’s administrator can help"
            }
            Self::NotGranted(_) => {
                "Ask the hub’s administrator for this right: `countersign hub schema` shows which a site has"
            }
            Self::NoSchema => "The hub’s administrator makes them: `countersign hub schema | psql …`",
            Self::OtherVersion { .. } => "Use the same version of countersign for the hub and its sites",
            Self::Moved => "Nothing was sent. Run the same command again",
            Self::Slow(_) => "Local work goes on. Try again later",
            Self::OlderHub => {
                "Nothing was sent. The hub’s administrator adds the place, and nothing there is lost: `countersign hub schema | psql -X -v ON_ERROR_STOP=1 -d DATABASE`"
            }
            Self::Damaged(_) => "Nothing of it was used. Tell the hub’s administrator",
            Self::File(_) => "Nothing of it was used. Tell the hub’s administrator, who may have the file in a backup",
            Self::Here(_) => "Nothing was sent. Check the disk and the folder’s permissions, then try again",
            Self::Other(_) => "Nothing was changed. Try again, and tell the hub’s administrator if it happens again",
        }
    }
}
