//! The house test: reads `src/` and holds the laws of the house. The lists that may grow stand here; a law never bends.
//!
//! A law is a function from sources to faults, so that next to each one a test shows it a breach and sees it caught.

mod calls;
mod circles;
mod files;
mod imports;
mod paths;
mod source;
mod tiers;
mod tree;
mod viewer;
mod wildcards;

/// The crates in `src/`, and those that each may depend on; the compiler holds the code to its manifest.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["app", "cli", "tui"]),
    ("core", &[]),
    ("ledger", &["core"]),
    ("store", &["core"]),
    ("report", &["core"]),
    ("hub", &["ledger", "core"]),
    ("app", &["store", "ledger", "report", "hub", "core"]),
    ("cli", &["app", "core"]),
    ("tui", &["app", "core"]),
];
/// Dependencies that only one of them has.
const ONLY: &[(&str, &str)] =
    &[("rusqlite", "store"), ("ratatui", "tui"), ("crossterm", "tui"), ("clap", "cli"), ("krilla", "report")];
/// The files of `src/tui/` that know the use cases.
const DOORS: &[&str] = &[
    "src/tui/effect.rs",
    "src/tui/effect/acts.rs",
    "src/tui/effect/export.rs",
    "src/tui/effect/failure.rs",
    "src/tui/effect/first_run.rs",
    "src/tui/effect/lists.rs",
    "src/tui/effect/office.rs",
    "src/tui/effect/office_bundle.rs",
    "src/tui/effect/office_by.rs",
    "src/tui/effect/office_forms.rs",
    "src/tui/effect/office_work.rs",
    "src/tui/effect/records_preview.rs",
    "src/tui/effect/roster_preview.rs",
    "src/tui/effect/runner.rs",
    "src/tui/effect/touch.rs",
    "src/tui/lib.rs",
];
/// The storeys inside `src/tui/`: an import leads to a lower one.
const TUI_STOREYS: &[&[&str]] = &[
    &["command", "key", "list", "theme"],
    &["keymap", "msg", "widget", "replies"],
    &["pane", "dialog", "overlay", "runtime", "effect"],
    &["model", "first_run"],
    &["screen"],
    &["update", "view"],
    &["lib"],
];
/// Imports on one storey of `src/tui/` that are allowed, from the first to the second.
const TUI_LEVEL: &[(&str, &str)] = &[
    ("command", "key"),
    ("keymap", "msg"),
    ("overlay", "pane"),
    ("overlay", "dialog"),
    ("dialog", "pane"),
    ("effect", "runtime"),
    ("update", "view"),
];

/// The files that print, and the one that holds the terminal's own stream.
const PRINTS: &[&str] = &["src/cli/output.rs"];
const STREAM: &[&str] = &["src/cli/output.rs", "src/tui/runtime/terminal.rs"];
/// The files that read a clock, the environment or the file system.
const CLOCK: &[&str] =
    &["src/app/clock.rs", "src/app/keys/agent.rs", "src/tui/runtime/event_loop.rs", "src/tui/runtime/background.rs"];
const ENVIRONMENT: &[&str] = &["src/main.rs", "src/app/config.rs", "src/cli/context/global.rs"];
const FILES: &[&str] = &[
    "src/app/hub/copy.rs",
    "src/app/hub/selection.rs",
    "src/app/storage/atomic_file.rs",
    "src/app/doctor/host.rs",
    "src/app/keys/agent.rs",
    "src/app/claims/evidence.rs",
    "src/app/storage/data_dir.rs",
    "src/app/storage/checkpoint_mirror.rs",
    "src/app/storage/chosen_file.rs",
    "src/app/mail/given.rs",
    "src/cli/context/input.rs",
    "src/cli/output.rs",
    "src/app/config.rs",
    "src/app/hub/copy.rs",
    "src/app/hub/selection.rs",
    "src/hub/folder.rs",
    "src/hub/folder_files.rs",
    "src/hub/postgres.rs",
    "src/hub/psql.rs",
    "src/store/db.rs",
    "src/store/filesystem.rs",
    "src/store/sqlite_header.rs",
    "src/store/stray.rs",
];

/// The files that start another program.
const PROGRAMS: &[&str] = &["src/app/doctor/sshd.rs", "src/app/mail/sending.rs", "src/hub/psql.rs"];

/// Queries that need no viewer: what everyone may know, and what the rules ask when a statement is signed or replayed.
const BLIND: &[&str] = &[
    "claims::waiting_for",
    "claims::waits",
    "hours::is_there",
    "sign_off_index::fate",
    "sign_off_index::withdrawn",
    "cohort::standards",
    "evidence::check_all",
    "evidence::is_here",
    "evidence::removed_with",
    "evidence::unusable_names",
    "queue::of",
    "programme_index::before",
    "programme_index::fate",
    "log::log",
    "log::head",
    "log::end",
    "log::tile",
    "log::key_number",
    "log::keys",
    "log::key_of",
    "log::entry_at",
    "log::entry_of",
    "log::entries",
    "log::entries_into",
    "people::newest",
    "people::person",
    "people::granted_at",
    "people::registered_key",
    "people::holder",
    "people::keys_of",
    "people::signers",
    "people::enrolment",
    "people::policy",
];
/// Where whole statements are read without a viewer: signing, replay, what a training officer alone is given, and positions
/// that a query with a viewer gave.
const BLIND_CALLERS: &[&str] = &[
    "src/app/people/subject_access.rs",
    "src/app/log/batches.rs",
    "src/app/log/writer.rs",
    "src/app/maintenance/erase.rs",
    "src/app/log/statements.rs",
    "src/app/verify/rebuild.rs",
    "src/app/record/receipts.rs",
    "src/app/record/records.rs",
    "src/app/log/restore_gap.rs",
    "src/app/record/sign_off.rs",
    "src/app/log/referenced.rs",
    "src/app/log/rule_context.rs",
    "src/app/maintenance/export.rs",
    "src/app/verify/log.rs",
    "src/app/verify/index.rs",
    "src/app/log/append.rs",
    "src/app/bundle/select.rs",
    "src/app/bundle/import.rs",
    "src/app/hub/push.rs",
];

/// Most lines of a file, and what the median of `src/` stays under.
const MOST_LINES: usize = 800;
const MEDIAN_UNDER: usize = 200;
const MOST_LINES_OF_MAIN: usize = 60;

/// All that may lie at the top next to dotfiles. `target` is the compiler's.
const TOP: &[&str] =
    &["Cargo.toml", "Cargo.lock", "README.md", "CHANGELOG.md", "LICENSE", "src", "data", "tests", "target"];
