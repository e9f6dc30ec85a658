//! Defines the file format and its numbered migrations; a released migration never changes.

use rusqlite_migration::{M, Migrations};

/// The `application_id` of our files: "Csgn".
pub const APPLICATION_ID: u32 = 0x4373_676e;

/// The newest format that this program knows; newer files are refused.
pub const NEWEST: u32 = UPGRADES.len() as u32;

/// The digest of the newest schema, so that opening a file need not create one to compare with. A test checks it.
pub const NEWEST_DIGEST: [u8; 32] = [
    0x1d, 0xef, 0x7d, 0x2d, 0x9e, 0x22, 0x3f, 0xd7, 0x35, 0x68, 0x01, 0xcf, 0x2c, 0x15, 0x45, 0xaf, 0xc4, 0xa9, 0x6c,
    0x0c, 0xe9, 0xce, 0x20, 0x49, 0x4a, 0x06, 0xd1, 0xf1, 0x0a, 0xc9, 0xcb, 0xb4,
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

/// The migrations, in order.
pub const MIGRATIONS: Migrations<'static> = Migrations::from_slice(UPGRADES);
