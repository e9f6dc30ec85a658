//! The file's format and its numbered upgrades. A released upgrade is frozen.

use rusqlite_migration::{M, Migrations};

/// `application_id` of our files: "Csgn".
pub const APPLICATION_ID: u32 = 0x4373_676e;

/// The newest format that this program knows; a file of a newer one is refused and left untouched.
pub const NEWEST: u32 = UPGRADES.len() as u32;

/// The digest of the schema of the newest format, so that opening a file need not make a fresh one to compare with. A test
/// makes one and compares.
pub const NEWEST_DIGEST: [u8; 32] = [
    0x24, 0xb2, 0x28, 0x4f, 0xb8, 0xe2, 0xea, 0xa0, 0xc2, 0xc9, 0xb8, 0xb0, 0x8a, 0x87, 0xd2, 0x75, 0xb8, 0xfa, 0x30,
    0x6e, 0xc6, 0xf3, 0x62, 0x4c, 0x83, 0x85, 0xce, 0x55, 0x03, 0x7a, 0x5e, 0x4d,
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
