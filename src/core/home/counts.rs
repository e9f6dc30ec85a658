//! Counts what waits for one person behind each tab, and chooses whose Home a person has.

use crate::people::person::{Person, Role};

/// What waits behind the tabs; 0 where nothing does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TabCounts {
    /// What is new on a trainee's own record.
    pub home: u64,
    /// Claims that this person can answer.
    pub queue: u64,
    /// Late progress reviews, for a training officer.
    pub reviews: u64,
    pub second_checks: u64,
}

slugs! {
    /// Whose work a Home is about.
    HomeKind {
        Officer = "training-officer";
        Supervisor = "supervisor";
        Trainee = "trainee";
    }
}

impl HomeKind {
    /// Returns the Home of a person by their role: the department's for a training officer, and for a verifier who does
    /// not supervise.
    pub fn of(person: &Person) -> Self {
        let has = |role| person.roles.contains(&role);
        if has(Role::TrainingOfficer) {
            Self::Officer
        } else if has(Role::Supervisor) {
            Self::Supervisor
        } else if has(Role::Verifier) {
            Self::Officer
        } else {
            Self::Trainee
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::person::tests::with_roles;

    #[test]
    fn the_home_of_a_person_is_that_of_the_role_with_the_most_to_do() {
        use Role::{Supervisor, Trainee, TrainingOfficer, Verifier};
        for (roles, wanted) in [
            (vec![Trainee], HomeKind::Trainee),
            (vec![Trainee, Supervisor], HomeKind::Supervisor),
            (vec![Supervisor, Verifier], HomeKind::Supervisor),
            (vec![Verifier], HomeKind::Officer),
            (vec![Supervisor, TrainingOfficer], HomeKind::Officer),
            (vec![], HomeKind::Trainee),
        ] {
            assert_eq!(HomeKind::of(&with_roles(&roles)), wanted, "{roles:?}");
        }
    }
}
