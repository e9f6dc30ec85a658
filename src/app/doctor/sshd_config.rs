//! Compares sshd's effective settings for the account (`sshd -T`) with those that the guide requires.

use countersign_core::people::login::is_plain_path;

/// Required settings: lower-case keyword, value, and why it matters.
const WANTED: [(&str, &str, &str); 7] = [
    ("authenticationmethods", "publickey", "a password would let a person in without a key"),
    ("authorizedkeysfile", "none", "a key in a file would bypass the list of people"),
    ("disableforwarding", "yes", "a trainee's connection could reach other machines"),
    ("permittunnel", "no", "a trainee's connection could reach other machines"),
    ("permituserrc", "no", "a file of the account could run before the program"),
    ("clientaliveinterval", "60", "a line that went dead would hold a session open"),
    ("clientalivecountmax", "3", "a line that went dead would hold a session open"),
];
/// Settings that the guide leaves at sshd's default.
const LEFT_AS_IT_IS: [(&str, &str, &str); 3] = [
    ("pubkeyauthentication", "yes", "nobody gets in"),
    ("trustedusercakeys", "none", "a certificate would bypass the list of people"),
    ("chrootdirectory", "none", "the program is not in reach there"),
];

/// Returns what is wrong with sshd's settings for the account, in sentences; `None` if sshd looks up no keys, so that
/// nobody can connect.
pub fn faults(says: &str, account: &str) -> Option<Vec<String>> {
    let lines: Vec<(String, String)> = says
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(keyword, value)| (keyword.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    // Without a lookup command, the account is not set up: every other setting has a default.
    lines.iter().find(|(keyword, value)| keyword == "authorizedkeyscommand" && value != "none")?;
    let mut faults = judge(&lines, account);
    faults.extend(unwanted(&lines, &LEFT_AS_IT_IS));
    Some(faults)
}

fn value<'a>(lines: &'a [(String, String)], keyword: &str) -> Option<&'a str> {
    lines.iter().find(|(name, _)| name == keyword).map(|(_, value)| value.as_str())
}

fn unwanted(lines: &[(String, String)], wanted: &[(&str, &str, &str)]) -> Vec<String> {
    let fault = |(keyword, wanted, why): &(&str, &str, &str)| match value(lines, keyword) {
        Some(value) if value.eq_ignore_ascii_case(wanted) => None,
        Some(value) => Some(format!("{keyword} is {value}, not {wanted}: {why}")),
        None => Some(format!("{keyword} {wanted} is not there: {why}")),
    };
    wanted.iter().filter_map(fault).collect()
}

fn judge(lines: &[(String, String)], account: &str) -> Vec<String> {
    let mut faults = unwanted(lines, &WANTED);
    match value(lines, "authorizedkeyscommand") {
        Some(command) if is_the_lookup(command) => {}
        Some(command) => faults.push(format!("authorizedkeyscommand is {command}, not {LOOKUP}")),
        None => faults.push(format!("authorizedkeyscommand {LOOKUP} is not there: nobody gets in")),
    }
    match value(lines, "authorizedkeyscommanduser") {
        None => faults.push("authorizedkeyscommanduser is not there: nobody gets in".to_owned()),
        Some(user) if user == account || user == "root" => {
            faults.push(format!("authorizedkeyscommanduser is {user}: the lookup should run as a user of its own"));
        }
        Some(_) => {}
    }
    if value(lines, "forcecommand").is_some_and(|command| !command.eq_ignore_ascii_case("none")) {
        faults.push("forcecommand is set: it hides who logged in, so everyone is treated as one person".to_owned());
    }
    faults
}

/// The lookup command that sshd should run.
const LOOKUP: &str = "/…/countersign ssh keys %u %t %k";

/// Returns whether a command is this program's key lookup, with the default map or a named one.
fn is_the_lookup(command: &str) -> bool {
    match command.split_whitespace().collect::<Vec<_>>()[..] {
        [program, "ssh", "keys", ref rest @ ..] => {
            let usual = matches!(rest, ["%u", "%t", "%k"]);
            let named = matches!(rest, ["--map", map, "%u", "%t", "%k"] if is_plain_path(map));
            is_plain_path(program) && program.ends_with("/countersign") && (usual || named)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "\
authenticationmethods publickey
authorizedkeysfile none
authorizedkeyscommand /usr/local/bin/countersign ssh keys %u %t %k
authorizedkeyscommanduser countersign-keys
disableforwarding yes
permittunnel no
permituserrc no
clientaliveinterval 60
clientalivecountmax 3
pubkeyauthentication yes
trustedusercakeys none
chrootdirectory none
forcecommand none
";

    #[test]
    fn the_lines_of_the_guide_have_no_fault() {
        assert_eq!(faults(RIGHT, "countersign"), Some(vec![]));
        let other_case = RIGHT.replace("pubkeyauthentication yes", "PubkeyAuthentication YES");
        assert_eq!(faults(&other_case, "countersign"), Some(vec![]));
    }

    #[test]
    fn each_line_that_is_missing_or_says_something_else_is_named() {
        for line in RIGHT.lines() {
            let keyword = line.split_whitespace().next().unwrap();
            for other in [String::new(), format!("{keyword} /other")] {
                let found = faults(&RIGHT.replace(&format!("{line}\n"), &format!("{other}\n")), "countersign");
                match (keyword, other.is_empty()) {
                    // Without a lookup nobody can connect; no forced command is right; the lookup may run as any user.
                    ("authorizedkeyscommand", true) => assert_eq!(found, None),
                    ("forcecommand", true) | ("authorizedkeyscommanduser", false) => assert_eq!(found, Some(vec![])),
                    _ => {
                        let found = found.unwrap();
                        assert!(found.len() == 1 && found[0].starts_with(keyword), "{line:?} as {other:?}: {found:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_lookup_may_name_another_map_and_nothing_else() {
        let usual = "ssh keys %u %t %k";
        for (other, sound) in [
            ("ssh keys --map /srv/keys/map %u %t %k", true),
            ("ssh keys --map map %u %t %k", false),
            ("ssh keys --map /srv/$(id) %u %t %k", false),
            ("ssh keys %t %k", false),
            ("ssh keys %u %t %k %h", false),
            ("ssh list", false),
        ] {
            let found = faults(&RIGHT.replace(usual, other), "countersign").unwrap();
            assert_eq!(found.is_empty(), sound, "{other}: {found:?}");
        }
        let elsewhere = RIGHT.replace("/usr/local/bin/countersign ssh", "countersign ssh");
        assert_eq!(faults(&elsewhere, "countersign").unwrap().len(), 1);
    }

    #[test]
    fn a_lookup_that_runs_as_root_or_as_the_account_itself_is_a_fault() {
        for user in ["root", "countersign"] {
            let same = RIGHT.replace("user countersign-keys", &format!("user {user}"));
            assert_eq!(faults(&same, "countersign").unwrap().len(), 1, "{user}");
        }
    }

    #[test]
    fn where_sshd_looks_no_key_up_nobody_comes_in() {
        assert_eq!(faults("authorizedkeyscommand none\npermittunnel no\n", "countersign"), None);
        assert_eq!(faults("", "countersign"), None);
    }
}
