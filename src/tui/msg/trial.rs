//! Says that nothing here is real, and what opens everyone's key in a demo.

use crate::msg::credential_kind::CredentialKind;

/// What a demo's people sign with: the same for all of them, shown wherever it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    pub pin: String,
    pub passphrase: String,
}

impl Trial {
    /// Returns the first message.
    pub fn welcome(&self) -> String {
        format!("Made-up department. Every PIN is {}.", self.pin)
    }

    /// Returns what the question who is signing says, until someone is chosen and then.
    pub fn asked(&self, way: Option<CredentialKind>) -> Option<String> {
        match way {
            None | Some(CredentialKind::Pin) => Some(format!("Made-up department. Every PIN is {}.", self.pin)),
            Some(CredentialKind::Passphrase) => {
                Some(format!("Made-up department. Every passphrase is {}.", self.passphrase))
            }
            Some(CredentialKind::Agent | CredentialKind::SecurityKey | CredentialKind::NoKey) => None,
        }
    }

    /// Returns what a signing dialog says in the line of keys: a name and the secret.
    pub fn beside(&self, way: CredentialKind) -> Option<(&'static str, &str)> {
        match way {
            CredentialKind::Pin => Some(("demo PIN", &self.pin)),
            CredentialKind::Passphrase => Some(("demo passphrase", &self.passphrase)),
            CredentialKind::Agent | CredentialKind::SecurityKey | CredentialKind::NoKey => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_asked_for_is_named_and_said_to_be_made_up() {
        let trial = Trial { pin: "9146".to_owned(), passphrase: "five words".to_owned() };
        assert!(trial.welcome().starts_with("Made-up department") && trial.welcome().contains("9146"));
        for (way, secret) in [(CredentialKind::Pin, "9146"), (CredentialKind::Passphrase, "five words")] {
            let said = trial.asked(Some(way)).unwrap();
            assert!(said.starts_with("Made-up department") && said.contains(secret), "{said}");
            let (name, shown) = trial.beside(way).unwrap();
            assert!(name.starts_with("demo ") && shown == secret, "{name} {shown}");
        }
        assert!(trial.asked(None).unwrap().contains("9146"));
        assert_eq!((trial.asked(Some(CredentialKind::NoKey)), trial.beside(CredentialKind::NoKey)), (None, None));
    }
}
