//! Adds a person, changes one or records that they leave. It replaces the earlier record of them completely.

use crate::people::person::{Person, Role};
use crate::statement::content::{About, Content, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter};

/// A person as they are from now on.
pub type PersonChange = Person;

impl Content for Person {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.named("person", &self.id, &self.name);
        write_roles(&self.roles, to);
        to.plain("status", if self.left { "left" } else { "current" });
        to.optional("department", self.department.as_ref());
        to.optional("registered", self.registration.as_ref());
        to.optional("level", self.level.as_ref());
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let who = from.person("person")?;
        Ok(Self {
            id: who.id,
            name: who.name,
            roles: read_roles(from)?,
            left: from.field("status", |v| match v {
                "left" => Some(true),
                "current" => Some(false),
                _ => None,
            })?,
            department: from.optional_text("department")?,
            registration: from.optional_text("registered")?,
            level: from.optional_text("level")?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        lines_fault(self.department.iter().chain(&self.registration).chain(&self.level))
            .or_else(|| roles_fault(&self.roles))
    }

    fn about(&self) -> About<'_> {
        About::Person(&self.id, &self.name)
    }

    fn summary(&self) -> String {
        if self.left {
            return format!("{} leaves", self.name);
        }
        let roles: Vec<&str> = self.roles.iter().map(|role| role.words()).collect();
        format!("{} · {}", self.name, if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") })
    }
}

pub(crate) fn write_roles(roles: &[Role], to: &mut FieldWriter<'_>) {
    let words: Vec<&str> = roles.iter().map(|role| role.slug()).collect();
    to.plain("roles", if words.is_empty() { "none".to_owned() } else { words.join(" ") });
}

pub(crate) fn read_roles(from: &mut FieldReader<'_>) -> Result<Vec<Role>, DecodeFault> {
    from.field("roles", |v| match v {
        "none" => Some(Vec::new()),
        roles => roles.split(' ').map(|word| word.parse().ok()).collect(),
    })
}

pub(crate) fn roles_fault(roles: &[Role]) -> Option<&'static str> {
    (!roles.is_sorted_by(|a, b| a < b)).then_some("Roles are out of order or there twice")
}
