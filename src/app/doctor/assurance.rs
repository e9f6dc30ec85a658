//! Computes the assurance level: how well the records are protected from those who could gain by changing them.

use std::fmt;

/// The assurance levels; each includes those below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The person using the program owns the file.
    L0,
    /// A service account owns the file, and people connect over SSH.
    L1,
    /// A checkpoint is copied off the machine every day, and a new key needs two people.
    L2,
    /// People sign with security keys.
    L3,
}

impl Level {
    /// Returns the heading of what is missing for the next level.
    pub fn needed_for_next(self) -> &'static str {
        match self {
            Self::L0 => "Needed for L1",
            Self::L1 => "Needed for L2",
            Self::L2 | Self::L3 => "Needed for L3",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
        })
    }
}

/// The facts that the level depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct AssuranceInputs {
    /// Only the owner can access the folder and files.
    pub private: bool,
    /// The owner is a service account.
    pub own_account: bool,
    /// sshd is set up correctly for it.
    pub sshd: bool,
    /// A checkpoint was copied off this machine within the last day.
    pub checkpoint_away: bool,
    /// A new key needs a second training officer.
    pub two_people: bool,
    /// Every key that can sign is on a security key.
    pub security_keys: bool,
    /// Sign-offs need a security key that checks a PIN or fingerprint.
    pub verified_by_policy: bool,
}

/// Returns the level, and what is missing for the next one.
pub fn level(facts: AssuranceInputs) -> (Level, Vec<&'static str>) {
    let steps: [(Level, &[(bool, &'static str)]); 3] = [
        (
            Level::L1,
            &[
                (facts.private, "folder and files that only their owner can read: `chmod -R go= FOLDER`"),
                (
                    facts.own_account,
                    "a service account that owns the data and that nobody uses for other work: the Debian package makes it, or `useradd --system countersign`",
                ),
                (facts.sshd, "sshd's lines for that account: `countersign ssh install --dry-run` prints them"),
            ],
        ),
        (
            Level::L2,
            &[
                (
                    facts.checkpoint_away,
                    "a checkpoint kept off this machine within 24 hours: `checkpoints = \"FOLDER\"` in config.toml, on another machine",
                ),
                (facts.two_people, "two people to add a key: `countersign policy set two-person-keys=1`"),
            ],
        ),
        (
            Level::L3,
            &[
                (
                    facts.security_keys,
                    "a security key for everyone who signs: `countersign key add PERSON --security-key`, then `countersign key retire` for their other keys",
                ),
                (
                    facts.verified_by_policy,
                    "sign-offs with a touch and a PIN or fingerprint: `countersign policy set security-key=verified`",
                ),
            ],
        ),
    ];
    let mut reached = Level::L0;
    for (next, needs) in steps {
        let missing: Vec<&str> = needs.iter().filter(|(there, _)| !there).map(|(_, what)| *what).collect();
        if !missing.is_empty() {
            return (reached, missing);
        }
        reached = next;
    }
    (reached, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_needs_all_of_those_below_it_and_names_what_is_missing_for_the_next() {
        let all = AssuranceInputs {
            private: true,
            own_account: true,
            sshd: true,
            checkpoint_away: true,
            two_people: true,
            security_keys: true,
            verified_by_policy: true,
        };
        assert_eq!(level(all), (Level::L3, vec![]));
        let without = [
            (AssuranceInputs { private: false, ..all }, Level::L0, "folder and files"),
            (AssuranceInputs { own_account: false, ..all }, Level::L0, "service account"),
            (AssuranceInputs { sshd: false, ..all }, Level::L0, "sshd"),
            (AssuranceInputs { checkpoint_away: false, ..all }, Level::L1, "checkpoint"),
            (AssuranceInputs { two_people: false, ..all }, Level::L1, "two people"),
            (AssuranceInputs { security_keys: false, ..all }, Level::L2, "key add PERSON --security-key"),
            (AssuranceInputs { verified_by_policy: false, ..all }, Level::L2, "security-key=verified"),
        ];
        for (facts, reached, word) in without {
            let (level, missing) = level(facts);
            assert_eq!((level, missing.len()), (reached, 1), "{facts:?}");
            assert!(missing[0].contains(word), "{missing:?}");
        }
        assert_eq!(level(AssuranceInputs::default()).1.len(), 3);
    }
}
