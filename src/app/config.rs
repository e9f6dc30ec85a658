//! Where the data folder and settings are: raw values only. Must never open the database or judge a value.

use std::path::PathBuf;

/// The data folder that was asked for, or this system's place for a program's data.
///
/// Order: the `--data` argument, then `COUNTERSIGN_DATA` (read by the argument parser), then the
/// platform's data directory (on Linux `~/.local/share/countersign`).
pub fn data_folder(asked: Option<PathBuf>) -> Option<PathBuf> {
    asked.or_else(|| Some(project()?.data_dir().to_path_buf()))
}

/// Where state that is not a record goes (crash notes): on Linux `~/.local/state/countersign`.
pub fn state_folder() -> Option<PathBuf> {
    let project = project()?;
    Some(project.state_dir().unwrap_or_else(|| project.data_local_dir()).to_path_buf())
}

/// The second folder, in which checkpoints are kept, and whether somebody named it: `asked`, or `checkpoints` of the settings, or
/// where state goes.
pub fn checkpoints_folder(asked: Option<PathBuf>) -> Result<Option<(PathBuf, bool)>, String> {
    let named = match asked {
        Some(asked) => Some(asked),
        None => settings()?.checkpoints,
    };
    Ok(named.map(|folder| (folder, true)).or_else(|| state_folder().map(|folder| (folder, false))))
}

/// A user's own settings, as their file says.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Keys of one's own: the name of a command and the keys that it shall have.
    #[serde(default)]
    pub keys: std::collections::BTreeMap<String, Vec<String>>,
    /// Whether the screen is left with the PIN of a training officer alone, and is never suspended.
    #[serde(default)]
    pub kiosk: bool,
    /// What sshd reads.
    #[serde(default)]
    pub ssh: Ssh,
    /// The folder in which `checkpoints.log` is kept; best on another disk or machine.
    #[serde(default)]
    pub checkpoints: Option<PathBuf>,
    /// Years that records are kept before `retention list` names them.
    #[serde(default)]
    pub retention_years: Option<u32>,
    /// The colours of the screen; without it they are chosen by the terminal's background.
    #[serde(default)]
    pub theme: Option<ThemeSetting>,
    /// Whether the mouse works on the screen: yes, unless it says no.
    #[serde(default)]
    pub mouse: Option<bool>,
}

/// The colours of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeSetting {
    Dark,
    Light,
    HighContrast,
    /// The sixteen colours of the terminal's own palette.
    #[serde(rename = "16")]
    Sixteen,
}

/// The settings under `[ssh]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ssh {
    /// The map of keys to people that sshd's lookup reads.
    #[serde(default)]
    pub map: Option<PathBuf>,
}

/// The map of login keys unless config.toml names another: outside the data folder, because another user reads it.
pub const LOGIN_MAP: &str = "/var/lib/countersign-keys/map";

/// Where the map of login keys is: `map` under `[ssh]` of the settings, or [`LOGIN_MAP`].
pub fn login_map() -> Result<PathBuf, String> {
    Ok(settings()?.ssh.map.unwrap_or_else(|| PathBuf::from(LOGIN_MAP)))
}

/// The command that a person asked sshd for, if they asked for one. The one thing that a session takes from outside its
/// arguments; it says what is wanted and never by whom.
pub fn asked_over_ssh() -> Option<std::ffi::OsString> {
    std::env::var_os("SSH_ORIGINAL_COMMAND").filter(|command| !command.is_empty())
}

/// What the environment says of an SSH agent, unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentVars {
    /// `SSH_AUTH_SOCK`.
    pub socket: Option<PathBuf>,
    /// Whether `SSH_CONNECTION` or `SSH_CLIENT` says that one came by ssh.
    pub over_ssh: bool,
}

/// What the environment says of an SSH agent. An empty value counts as not set.
pub fn agent_vars() -> AgentVars {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    AgentVars {
        socket: set("SSH_AUTH_SOCK").map(PathBuf::from),
        over_ssh: set("SSH_CONNECTION").is_some() || set("SSH_CLIENT").is_some(),
    }
}

/// The path of this program, as the system has it.
pub fn program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

/// Reads the settings, where there are any; a file that cannot be understood is a sentence with its place.
pub fn settings() -> Result<Settings, String> {
    let Some(path) = settings_file() else { return Ok(Settings::default()) };
    match std::fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
        Err(e) => {
            // In the system's words alone, without their number.
            let reason = e.to_string();
            Err(format!("{}: {}", path.display(), reason.split(" (os error").next().unwrap_or_default()))
        }
    }
}

/// The file of a user's own settings (`config.toml`), whether or not it exists.
pub fn settings_file() -> Option<PathBuf> {
    Some(project()?.config_dir().join("config.toml"))
}

/// The system's folder for what may be thrown away.
pub fn temporary_folder() -> PathBuf {
    let folder = std::env::temp_dir();
    // An empty TMPDIR would be the folder that one is in.
    if folder.as_os_str().is_empty() { PathBuf::from("/tmp") } else { folder }
}

/// The variables that describe the terminal, unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TerminalVars {
    /// `NO_COLOR` (no-color.org).
    pub no_color: Option<String>,
    /// `COLORTERM`.
    pub colorterm: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// `LC_ALL`, which goes before the other two.
    pub lc_all: Option<String>,
    /// `LC_CTYPE`, which goes before `LANG`.
    pub lc_ctype: Option<String>,
    /// `LANG`.
    pub lang: Option<String>,
}

/// What the environment says of the terminal. A value that is empty or not text counts as not set.
pub fn surroundings() -> TerminalVars {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    TerminalVars {
        no_color: set("NO_COLOR"),
        colorterm: set("COLORTERM"),
        term: set("TERM"),
        lc_all: set("LC_ALL"),
        lc_ctype: set("LC_CTYPE"),
        lang: set("LANG"),
    }
}

/// Returns a path that was typed outside a shell: `~` and `~/` begin at the user's home folder, as a shell would have it.
pub fn typed_path(typed: &str) -> PathBuf {
    let below = if typed == "~" { Some("") } else { typed.strip_prefix("~/") };
    match below.zip(directories::BaseDirs::new()) {
        Some((below, base)) => base.home_dir().join(below),
        None => PathBuf::from(typed),
    }
}

fn project() -> Option<directories::ProjectDirs> {
    directories::ProjectDirs::from("", "", "countersign")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_tilde_that_a_shell_would_replace_is_the_home_folder() {
        let home = directories::BaseDirs::new().unwrap().home_dir().to_owned();
        for (typed, path) in [("~", home.clone()), ("~/a.xlsx", home.join("a.xlsx")), ("~/a/~/b", home.join("a/~/b"))] {
            assert_eq!(typed_path(typed), path);
        }
        for typed in ["~sam/a.xlsx", "a/~/b", "./~", "a~", "", "/x"] {
            assert_eq!(typed_path(typed), PathBuf::from(typed));
        }
    }
}
