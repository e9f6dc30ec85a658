//! What the doctor says of sshd is what sshd says of itself, for the account that keeps the records and without its keys.

use std::fs;

use countersign_app::doctor::sshd::effective;
use countersign_app::doctor::sshd_config::faults;

use crate::sshd::server::Server;

#[test]
#[ignore = "slow: a real sshd"]
fn sshd_is_asked_what_it_does_with_the_account_s_connections_and_each_line_that_weakens_it_is_named() {
    let Some(server) = Server::start("d") else { return };
    let account = server.account();
    let right = fs::read_to_string(server.configuration()).unwrap();
    let config = server.configuration().with_file_name("other_config");
    let asked = |text: &str| {
        fs::write(&config, text).unwrap();
        let says = effective(account, Some(&config)).unwrap();
        faults(&says, account)
    };
    assert_eq!(asked(&right), Some(vec![]));
    assert_eq!(asked(right.split("Match User").next().unwrap()), None);
    let earlier = |line: &str| format!("{right}\n").replacen("Match User", &format!("{line}\nMatch User"), 1);
    for (line, named) in [
        ("TrustedUserCAKeys /etc/ssh/ca.pub", "trustedusercakeys is /etc/ssh/ca.pub"),
        ("PubkeyAuthentication no", "pubkeyauthentication is no"),
        ("ForceCommand /bin/true", "forcecommand is set"),
        ("Match Address 127.0.0.1\nPermitTunnel yes", "permittunnel is yes"),
        ("Match Host localhost\nDisableForwarding no", "disableforwarding is no"),
        ("Match LocalPort 22\nAuthorizedKeysFile .ssh/authorized_keys", "authorizedkeysfile is .ssh/authorized_keys"),
    ] {
        let faults = asked(&earlier(line)).unwrap();
        assert!(faults.len() == 1 && faults[0].starts_with(named), "{line}: {faults:?}");
    }
    let fault = effective(account, Some(&server.configuration().with_file_name("nowhere"))).unwrap_err();
    assert!(fault.contains("nowhere"), "{fault}");
    // The account has no key of the host's, and is answered all the same.
    let answer = server.run(&["doctor", "--json"]).json();
    let check = answer["checks"].as_array().unwrap().iter().find(|check| check["id"] == "sshd").unwrap();
    let why = format!("sshd has no lines for the account {account}");
    assert_eq!((&check["state"], &check["why"]), (&"attention".into(), &why.into()));
}
