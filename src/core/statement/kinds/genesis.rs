//! Begins the log: its department, first training officer, their key, the log's key and the first policy.

use crate::people::person::{Person, PersonRef, Role};
use crate::primitives::key::PublicKey;
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};
use crate::statement::kinds::person::{read_roles, roles_fault, write_roles};
use crate::statement::kinds::policy::{PolicyName, Settings, settings_fault};

/// The first statement of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Genesis {
    pub department: SafeText,
    /// The first training officer.
    pub officer: PersonRef,
    /// All of the officer's roles, which include training officer.
    pub roles: Vec<Role>,
    /// The officer's key, which signs this statement.
    pub key: PublicKey,
    /// The log's own verifier key (C2SP vkey), for checkpoints.
    pub log_key: SafeText,
    /// The first policy, in the order of [`PolicyName::ALL`]; other settings have their defaults.
    pub policy: Vec<(PolicyName, u32)>,
}

impl Genesis {
    /// Returns the first training officer as a person of the department.
    pub fn officer_as_person(&self, registration: Option<SafeText>) -> Person {
        Person {
            id: self.officer.id.clone(),
            name: self.officer.name.clone(),
            roles: self.roles.clone(),
            left: false,
            department: None,
            registration,
            level: None,
        }
    }
}

impl Content for Genesis {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.text("department", &self.department);
        to.person("person", &self.officer);
        write_roles(&self.roles, to);
        to.plain("key", &self.key);
        to.text("logkey", &self.log_key);
        self.policy.write(to);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        Ok(Self {
            department: from.text("department")?,
            officer: from.person("person")?,
            roles: read_roles(from)?,
            key: from.parsed("key")?,
            log_key: from.text("logkey")?,
            policy: Settings::read(from)?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        lines_fault([&self.department, &self.officer.name, &self.log_key])
            .or_else(|| roles_fault(&self.roles))
            .or_else(|| settings_fault(&self.policy))
    }

    fn certifies(&self) -> Option<&PublicKey> {
        Some(&self.key)
    }

    fn about(&self) -> About<'_> {
        About::Department
    }

    fn summary(&self) -> String {
        format!("The log of {} begins", self.department)
    }
}
