//! Where the data folder and settings are: raw values only. Must never open the database or judge a value.

use std::path::PathBuf;

/// The data folder that was asked for, or this system's place for a program's data.
///
/// Order: the `--data` argument, then `COUNTERSIGN_DATA` (read by the argument parser), then the
/// platform's data directory (on Linux `~/.local/share/countersign`).
#[must_use]
pub fn data_folder(asked: Option<PathBuf>) -> Option<PathBuf> {
    asked.or_else(|| Some(project()?.data_dir().to_path_buf()))
}

/// Where state that is not a record goes (crash notes): on Linux `~/.local/state/countersign`.
#[must_use]
pub fn state_folder() -> Option<PathBuf> {
    let project = project()?;
    Some(project.state_dir().unwrap_or_else(|| project.data_local_dir()).to_path_buf())
}

/// The file of a user's own settings (`config.toml`), whether or not it exists.
#[must_use]
pub fn settings_file() -> Option<PathBuf> {
    Some(project()?.config_dir().join("config.toml"))
}

/// What the environment says of the terminal's characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// Whether UTF-8 can be shown.
    pub utf8: bool,
}

/// The locale, if the environment names one: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is not empty; the Linux
/// console shows few characters whatever they say.
#[must_use]
pub fn locale() -> Option<Locale> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set)?;
    let named = named.to_ascii_lowercase();
    let utf8 = named.contains("utf-8") || named.contains("utf8");
    Some(Locale { utf8: utf8 && set("TERM").as_deref() != Some("linux") })
}

fn project() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "countersign")
}
