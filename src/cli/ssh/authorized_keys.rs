//! Answers `ssh keys`, sshd's lookup of an offered key. It runs before anything else, reads only the map, and prints nothing
//! unless the key is in the map.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::context::input::login_map;
use crate::output;
use countersign_app::config::{LOGIN_MAP, program};
use countersign_core::people::login::look_up;

/// Answers sshd if these are the arguments of its lookup, and returns the exit code. The user name is ignored: sshd asks
/// only for the service account, and a session refuses to run as another.
pub fn asked(arguments: &[OsString]) -> Option<u8> {
    let [_, ssh, keys, rest @ ..] = arguments else { return None };
    if ssh != "ssh" || keys != "keys" || matches!(rest, [help] if help == "--help" || help == "-h") {
        return None;
    }
    // The client's values come last and are identified by position, so they cannot be taken for options from sshd_config.
    let (map, kind, key) = match rest {
        [_, kind, key] => (PathBuf::from(LOGIN_MAP), kind, key),
        [option, map, _, kind, key] if option == "--map" => (PathBuf::from(map), kind, key),
        _ => return Some(1),
    };
    let answer = || -> Option<Option<String>> {
        let (kind, key) = (kind.to_str()?, key.to_str()?);
        let program = program()?;
        Some(look_up(&login_map(Path::new(&map))?, (kind, key), program.to_str()?))
    };
    Some(match answer() {
        Some(Some(line)) => output::only_line(&line),
        Some(None) => 0,
        None => 1,
    })
}
