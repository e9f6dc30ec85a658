//! The file's format and its numbered upgrades. A released upgrade is frozen.

use rusqlite_migration::{M, Migrations};

/// `application_id` of our files: "Csgn".
pub const APPLICATION_ID: u32 = 0x4373_676e;

/// The newest format that this program knows; a file of a newer one is refused and left untouched.
pub const NEWEST: u32 = UPGRADES.len() as u32;

/// The digest of the schema of the newest format, so that opening a file need not make a fresh one to compare with. A test
/// makes one and compares.
pub const NEWEST_DIGEST: [u8; 32] = [
    0x81, 0xbc, 0x2f, 0x4b, 0x69, 0x87, 0x87, 0xf1, 0x30, 0xb6, 0xdc, 0xc7, 0x1f, 0x00, 0x20, 0x6b, 0xe1, 0x97, 0x77,
    0xa5, 0xd3, 0xfc, 0xfa, 0xb9, 0x16, 0xc9, 0xff, 0x19, 0xbc, 0xac, 0xf5, 0x7b,
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
    M::up(include_str!("migrations/0011_aged.sql")),
];

/// The upgrades, in order.
pub const MIGRATIONS: Migrations<'static> = Migrations::from_slice(UPGRADES);
