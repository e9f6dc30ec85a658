//! The file's format and its numbered upgrades. A released upgrade is frozen.

use rusqlite_migration::{M, Migrations};

/// `application_id` of our files: "Csgn".
pub const APPLICATION_ID: u32 = 0x4373_676e;

/// The newest format that this program knows; a file of a newer one is refused and left untouched.
pub const NEWEST: u32 = UPGRADES.len() as u32;

const UPGRADES: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_first.sql")),
    M::up(include_str!("migrations/0002_login.sql")),
    M::up(include_str!("migrations/0003_claims.sql")),
    M::up(include_str!("migrations/0004_fact.sql")),
    M::up(include_str!("migrations/0005_people.sql")),
    M::up(include_str!("migrations/0006_local.sql")),
    M::up(include_str!("migrations/0007_second_looks.sql")),
    M::up(include_str!("migrations/0008_cohort.sql")),
    M::up(include_str!("migrations/0009_weekly_hours.sql")),
];

/// The upgrades, in order.
pub const MIGRATIONS: Migrations<'static> = Migrations::from_slice(UPGRADES);
