//! The file's format and its numbered upgrades. A released upgrade is frozen.

use rusqlite_migration::{M, Migrations};

/// `application_id` of our files: "Csgn".
pub const APPLICATION_ID: u32 = 0x4373_676e;

/// The newest format that this program knows; a file of a newer one is refused and left untouched.
pub const NEWEST: u32 = UPGRADES.len() as u32;

/// The digest of the schema of the newest format, so that opening a file need not make a fresh one to compare with. A test
/// makes one and compares.
pub const NEWEST_DIGEST: [u8; 32] = [
    0x0f, 0xe6, 0xed, 0x6a, 0xbe, 0xb0, 0x3c, 0xfb, 0x98, 0x0d, 0xd3, 0x41, 0x54, 0xdb, 0x02, 0x00, 0xcf, 0x4a, 0x20,
    0x60, 0x1f, 0xcc, 0x64, 0x77, 0x26, 0x4e, 0x6c, 0x91, 0xfc, 0xfb, 0x4a, 0xbd,
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
    M::up(include_str!("migrations/0011_planned_end.sql")),
    M::up(include_str!("migrations/0012_aged.sql")),
];

/// The upgrades, in order.
pub const MIGRATIONS: Migrations<'static> = Migrations::from_slice(UPGRADES);
