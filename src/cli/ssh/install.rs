//! Runs `ssh install`: prints sshd's configuration, or writes it to a new file, which is removed again if sshd rejects it.

use std::path::Path;

use crate::context::input::{new_file, take_away};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::OutputBlock;
use crate::ssh::args::Install;
use countersign_app::config::{LOGIN_MAP, login_map, program};
use countersign_app::doctor::sshd::takes_its_configuration;
use countersign_app::error::Error;
use countersign_core::people::login::is_plain_path;

/// Prints the configuration, or writes it.
pub fn install(asked: &Install) -> Result<CommandOutput, Failure> {
    let doing = "Setting up sshd";
    let program = program().and_then(|path| path.to_str().map(str::to_owned)).filter(|path| is_plain_path(path));
    let program = program.ok_or_else(|| {
        Error::refused("sshd cannot use a program at this path")
            .context(doing)
            .hint("Move it to a path with only letters, digits and . _ - +, such as /usr/local/bin/countersign")
    })?;
    let map = login_map().map_err(Error::usage)?;
    let map = map
        .to_str()
        .filter(|path| is_plain_path(path))
        .ok_or_else(|| Error::usage("sshd cannot use the path of the map under [ssh] in config.toml").context(doing))?;
    let lines = lines(asked, &program, map);
    if asked.dry_run {
        return Ok(CommandOutput::text(lines).aside(todo(asked, map)));
    }
    new_file(&asked.to, &lines).map_err(|e| e.context(doing))?;
    let checked = takes_its_configuration();
    if let Some(Err(fault)) = &checked {
        take_away(&asked.to);
        return Err(Error::refused(format!("sshd rejects the lines: {fault}"))
            .context(doing)
            .hint("Nothing was changed. Fix sshd's own configuration first (`sshd -t`)")
            .into());
    }
    let written = match checked {
        Some(_) => "sshd accepts them (`sshd -t`)",
        None => "They are not checked, because sshd is not installed here",
    };
    let done = format!("Wrote the lines to {}. {written}", asked.to.display());
    Ok(CommandOutput { parts: vec![OutputBlock::Line(done)], ..CommandOutput::default() }.aside(todo(asked, map)))
}

/// Returns the configuration: one account, keys only from the lookup, and no command but a session.
fn lines(asked: &Install, program: &str, map: &str) -> String {
    let (user, keys_user) = (&asked.user, &asked.keys_user);
    let option = if map == LOGIN_MAP { String::new() } else { format!("--map {map} ") };
    format!(
        "# Everyone logs in as {user}; the key says who it is. No ForceCommand here: it would replace the lookup's\n\
         # command, which says who logged in.\n\
         Match User {user}\n\
         \x20   AuthenticationMethods publickey\n\
         \x20   AuthorizedKeysFile none\n\
         \x20   AuthorizedKeysCommand {program} ssh keys {option}%u %t %k\n\
         \x20   AuthorizedKeysCommandUser {keys_user}\n\
         \x20   DisableForwarding yes\n\
         \x20   PermitTunnel no\n\
         \x20   PermitUserRC no\n\
         \x20   ClientAliveInterval 60\n\
         \x20   ClientAliveCountMax 3\n\
         Match all\n"
    )
}

/// Returns the steps that are left to do.
fn todo(asked: &Install, map: &str) -> String {
    let (user, keys_user) = (&asked.user, &asked.keys_user);
    let folder = Path::new(map).parent().unwrap_or(Path::new("/")).display();
    format!(
        "As root, once: `useradd --system --create-home --home-dir /var/lib/{user} --shell /bin/sh {user}`; \
         `useradd --system --no-create-home --shell /usr/sbin/nologin {keys_user}`; \
         `install -d -o {user} -g {keys_user} -m 2750 {folder}`; \
         then `sshd -t` and `systemctl reload ssh`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Install {
        let (user, keys_user) = ("countersign".into(), "countersign-keys".into());
        Install { dry_run: true, user, keys_user, to: "/nowhere".into() }
    }

    #[test]
    fn the_lines_are_those_of_the_design_and_set_no_command_of_their_own() {
        let lines = lines(&asked(), "/usr/local/bin/countersign", LOGIN_MAP);
        for line in [
            "Match User countersign",
            "    AuthenticationMethods publickey",
            "    AuthorizedKeysFile none",
            "    AuthorizedKeysCommand /usr/local/bin/countersign ssh keys %u %t %k",
            "    AuthorizedKeysCommandUser countersign-keys",
            "    DisableForwarding yes",
            "    PermitTunnel no",
            "    PermitUserRC no",
            "Match all",
        ] {
            assert!(lines.lines().any(|l| l == line), "{line}\n{lines}");
        }
        assert!(!lines.lines().any(|line| line.trim().starts_with("ForceCommand")));
    }

    #[test]
    fn another_map_comes_before_what_the_other_side_chooses() {
        let lines = lines(&asked(), "/bin/countersign", "/srv/map");
        assert!(lines.contains("/bin/countersign ssh keys --map /srv/map %u %t %k\n"));
    }
}
