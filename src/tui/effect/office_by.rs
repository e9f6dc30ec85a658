//! Says who does a task of a training officer, and checks the secret that they typed.

use countersign_app::app::App;
use countersign_app::error::Error;
use countersign_app::keys::agent::Purpose;
use countersign_app::keys::session::Credential;
use countersign_app::keys::unlock;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;

/// The person who does a task, and how they prove it.
pub struct By<'a> {
    pub signer: &'a PersonId,
    pub proof: &'a Credential,
    /// Whether they are here over SSH: then no file of the server is opened.
    pub remote: bool,
}

/// Returns the error for a file of the server.
pub fn over_ssh() -> Error {
    Error::refused("Over SSH, files on the server are not read or written").hint("Do this at the workstation")
}

/// Checks the secret of somebody whose task is not signed.
pub fn prove(app: &mut App, by: &By<'_>) -> Result<(), Error> {
    let person = app.person(by.signer)?;
    if !person.may_act_as(Role::TrainingOfficer) {
        return Err(Error::refused(format!("{} is not a training officer", person.name)));
    }
    match by.proof {
        Credential::Pin(_) | Credential::Passphrase(_) | Credential::Agent(_) => {
            unlock::prove(app, by.signer, by.proof, Purpose::Act).map(drop)
        }
        Credential::Session | Credential::DryRun => Err(Error::refused("Nobody has signed in")),
    }
}
