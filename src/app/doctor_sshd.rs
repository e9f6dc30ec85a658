//! What an sshd configuration says for the account that keeps the records, held against the lines that the guide gives.
//! Pure; must never read a file, nor take a keyword's absence for its right value.

use crate::domain::login::is_plain_path;

/// What should stand there: keyword in small letters, the value wanted, and why it matters.
const WANTED: [(&str, &str, &str); 7] = [
    ("authenticationmethods", "publickey", "a password would let a person in without a key"),
    ("authorizedkeysfile", "none", "a key in a file would bypass the list of people"),
    ("disableforwarding", "yes", "a trainee's connection could reach other machines"),
    ("permittunnel", "no", "a trainee's connection could reach other machines"),
    ("permituserrc", "no", "a file of the account could run before the program"),
    ("clientaliveinterval", "60", "a line that went dead would hold a session open"),
    ("clientalivecountmax", "3", "a line that went dead would hold a session open"),
];
/// What matters besides where all of what sshd does is known.
const WANTED_OF_ALL: [(&str, &str, &str); 3] = [
    ("pubkeyauthentication", "yes", "nobody gets in"),
    ("trustedusercakeys", "none", "a certificate would bypass the list of people"),
    ("chrootdirectory", "none", "the program is not in reach there"),
];

/// What is wrong with the configuration files for an account: sentences, none where all stands there. `None` where the
/// account has no lines at all.
#[must_use]
pub fn faults(config: &str, account: &str) -> Option<Vec<String>> {
    Some(judge(&block(config, account)?, account))
}

/// The same of what sshd says itself that it does with a connection of the account (`sshd -T`).
#[must_use]
pub fn faults_of_effective(says: &str, account: &str) -> Option<Vec<String>> {
    let lines: Vec<(String, String)> = says
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(keyword, value)| (keyword.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    // No lookup, no lines: sshd has a value for all else.
    lines.iter().find(|(keyword, value)| keyword == "authorizedkeyscommand" && value != "none")?;
    let mut faults = judge(&lines, account);
    faults.extend(unwanted(&lines, &WANTED_OF_ALL));
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
        faults.push("forcecommand is set: it overrides who came in, and all are taken for one".to_owned());
    }
    faults
}

/// What the lookup's command should be.
const LOOKUP: &str = "/…/countersign ssh keys %u %t %k";

/// Whether a command is this program's lookup, of its usual map or of one that is named.
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

/// The keywords of the blocks for an account, the first of each as sshd takes it; a `Match` of any other sort is passed over.
fn block(config: &str, account: &str) -> Option<Vec<(String, String)>> {
    let (mut inside, mut found) = (false, false);
    let mut lines: Vec<(String, String)> = Vec::new();
    for line in config.lines() {
        let line = line.trim();
        let Some((keyword, value)) = line.split_once([' ', '\t', '=']) else { continue };
        if keyword.starts_with('#') {
            continue;
        }
        let (keyword, value) = (keyword.to_ascii_lowercase(), value.trim().trim_matches('"').to_owned());
        if keyword == "match" {
            let mut words = value.split_whitespace();
            let user = words.next().is_some_and(|word| word.eq_ignore_ascii_case("user"));
            inside = user && words.next().is_some_and(|names| names.split(',').any(|name| name == account));
            found |= inside;
        } else if inside && !lines.iter().any(|(name, _)| *name == keyword) {
            lines.push((keyword, value));
        }
    }
    found.then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "Port 22\nPasswordAuthentication yes\n\n# for the records\nMatch User countersign\n
    AuthenticationMethods publickey
    AuthorizedKeysFile none
    AuthorizedKeysCommand /usr/local/bin/countersign ssh keys %u %t %k
    AuthorizedKeysCommandUser countersign-keys
    DisableForwarding yes
    PermitTunnel no
    PermitUserRC no
    ClientAliveInterval 60
    ClientAliveCountMax 3
Match all\nForceCommand /bin/true\n";

    #[test]
    fn the_lines_of_the_guide_have_no_fault() {
        assert_eq!(faults(RIGHT, "countersign"), Some(vec![]));
        assert_eq!(
            faults(
                &RIGHT
                    .replace("    ", "\t")
                    .to_uppercase()
                    .replace(
                        "/USR/LOCAL/BIN/COUNTERSIGN SSH KEYS %U %T %K",
                        "/usr/local/bin/countersign ssh keys %u %t %k"
                    )
                    .replace("MATCH USER COUNTERSIGN", "Match User countersign"),
                "countersign"
            ),
            Some(vec![])
        );
    }

    #[test]
    fn each_line_that_is_missing_or_says_something_else_is_named() {
        for line in RIGHT.lines().filter(|line| line.starts_with("    ")) {
            let keyword = line.split_whitespace().next().unwrap().to_ascii_lowercase();
            for other in ["", &format!("    {keyword} other")] {
                let found = faults(&RIGHT.replace(line, other), "countersign").unwrap();
                let named = found.len() == 1 && found[0].starts_with(&keyword);
                // Any user of its own will do for the lookup.
                let any = keyword == "authorizedkeyscommanduser" && !other.is_empty();
                assert!(named || (any && found.is_empty()), "{line:?} as {other:?}: {found:?}");
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
    fn what_sshd_says_of_itself_is_judged_whole() {
        let lines = RIGHT.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(' '));
        let lines: Vec<String> =
            lines.map(|(keyword, value)| format!("{} {value}", keyword.to_ascii_lowercase())).collect();
        let says = lines.join("\n") + "\n";
        let says = format!(
            "{says}pubkeyauthentication yes\ntrustedusercakeys none\nchrootdirectory none\nforcecommand none\n"
        );
        assert_eq!(faults_of_effective(&says, "countersign"), Some(vec![]));
        for line in says.lines() {
            let (keyword, value) = line.split_once(' ').unwrap();
            let found = faults_of_effective(&says.replace(line, &format!("{keyword} /other")), "countersign").unwrap();
            let named = found.len() == 1 && found[0].starts_with(keyword);
            assert!(named || (keyword == "authorizedkeyscommanduser" && found.is_empty()), "{value}: {found:?}");
        }
        assert_eq!(faults_of_effective("authorizedkeyscommand none\npermittunnel no\n", "countersign"), None);
        assert_eq!(faults_of_effective("", "countersign"), None);
    }

    #[test]
    fn a_forced_command_and_a_lookup_as_the_account_itself_are_faults() {
        let forced = RIGHT.replace("    PermitTunnel no", "    PermitTunnel no\n    ForceCommand countersign");
        assert_eq!(faults(&forced, "countersign").unwrap().len(), 1);
        for user in ["root", "countersign"] {
            let same = RIGHT.replace("User countersign-keys", &format!("User {user}"));
            assert_eq!(faults(&same, "countersign").unwrap().len(), 1, "{user}");
        }
    }

    #[test]
    fn an_account_without_lines_has_none_whatever_others_have() {
        for config in ["", "PermitTunnel no\n", &RIGHT.replace("Match User countersign", "# Match User countersign")] {
            assert_eq!(faults(config, "countersign"), None, "{config}");
        }
        assert_eq!(faults(RIGHT, "countersig"), None);
        assert_eq!(faults(&RIGHT.replace("Match User", "Match Group"), "countersign"), None);
        assert_eq!(
            faults(&RIGHT.replace("User countersign\n", "User other,countersign\n"), "countersign"),
            Some(vec![])
        );
    }
}
