//! `ssh keys`: what sshd asks when somebody offers a key. Comes before everything else, reads the map and no more, and for
//! anything that is not exactly a key of the map says nothing at all.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::context::input::login_map;
use crate::cli::output;
use crate::config::{LOGIN_MAP, program};
use crate::domain::people::login::look_up;

/// Answers sshd, if that is what these arguments are; gives the exit code. The user's name is not looked at: sshd asks for
/// the one account alone, and a session refuses to run as another.
pub fn asked(arguments: &[OsString]) -> Option<u8> {
    let [_, ssh, keys, rest @ ..] = arguments else { return None };
    if ssh != "ssh" || keys != "keys" || matches!(rest, [help] if help == "--help" || help == "-h") {
        return None;
    }
    // What the other side chose stands last, and by its number of arguments alone it is told from what sshd_config says.
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
