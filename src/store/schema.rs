//! The file's format and its numbered upgrades. A released upgrade is frozen.

use rusqlite_migration::{M, Migrations};

/// `application_id` of our files: "Csgn".
pub const APPLICATION_ID: u32 = 0x4373_676e;

/// The newest format that this program knows; a file of a newer one is refused and left untouched.
pub const NEWEST: u32 = UPGRADES.len() as u32;

/// The digest of the schema of the newest format, so that opening a file need not make a fresh one to compare with. A test
/// makes one and compares.
pub const NEWEST_DIGEST: [u8; 32] = [
    0xde, 0xbd, 0x7a, 0x82, 0xb3, 0xf1, 0x8e, 0x70, 0x72, 0x4e, 0xe5, 0xfb, 0x7b, 0x65, 0x92, 0xaa, 0xc3, 0x08, 0xcc,
    0xc5, 0x8c, 0x8b, 0x75, 0x83, 0x64, 0xf1, 0x5c, 0x10, 0xbe, 0x0d, 0x0d, 0xbe,
];

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
    M::up(include_str!("migrations/0010_options.sql")),
];

/// The upgrades, in order.
pub const MIGRATIONS: Migrations<'static> = Migrations::from_slice(UPGRADES);
