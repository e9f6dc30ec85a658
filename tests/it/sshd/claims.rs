//! A trainee claims over SSH, with evidence that came over SSH too; a supervisor answers, and each sees the other's screen
//! change by itself.

use std::process::Stdio;

use countersign_app::demo::PASSPHRASE;

use crate::cli::book::PIN;
use crate::sshd::server::Server;

#[test]
#[ignore = "slow: a real sshd"]
fn a_trainee_hands_in_evidence_claims_with_it_and_sees_the_answer_and_never_reads_a_file_of_the_server_s() {
    let Some(server) = Server::start("c") else { return };
    let (alex, sam) = (server.let_in("Alex Trainee"), server.let_in("Sam Supervisor"));
    // What cannot be evidence is refused in words.
    let add = |bytes: &[u8]| {
        let mut client = server.client("ssh", &alex);
        let mut child = client
            .arg(server.address())
            .arg("evidence add")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A refused one may not be read to its end.
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), bytes);
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let refused = add(b"MZ\x90\0 this is a program\0\0\0\0");
    assert!(refused.0 == Some(1) && refused.2.contains("The file is not a PDF"), "{refused:?}");
    let huge = add(&[b"%PDF-1.7\n".to_vec(), vec![b'x'; 26 << 20]].concat());
    assert!(huge.0 == Some(1) && huge.2.contains("larger than 25 MiB"), "{huge:?}");
    let taken = add(b"%PDF-1.7\naudit of the fourth quarter\n");
    assert_eq!(taken.0, Some(0), "{taken:?}");
    let name = taken.1.split_whitespace().nth(2).unwrap().to_owned();
    assert!(name.starts_with("evidence-") && name.contains(".pdf"), "{taken:?}");
    let list = server.ssh(&alex, &[], &["evidence list"]);
    assert!(String::from_utf8(list.stdout).unwrap().contains(&name));

    let mut desk = server.screen(&sam);
    desk.wait_for("Say who you are");
    desk.keys("2", "No claims wait");
    let mut hers = server.screen(&alex);
    hers.wait_for("signed in as Alex Trainee");
    hers.keys("1", "Everything left");
    hers.keys("/open\r", "Matching “open”");
    hers.keys(" ", "1 marked");
    hers.keys("c", "Claim ");
    hers.type_in("I led it.\t/etc/passwd");
    hers.wait_for("/etc/passwd");
    hers.type_in("\r");
    hers.wait_for("has been handed in");
    for _ in 0.."/etc/passwd".len() {
        hers.type_in("\x7f");
    }
    hers.wait_without("/etc/passwd");
    hers.type_in(&name);
    hers.wait_for(&name);
    hers.type_in("\r");
    hers.wait_for("Claimed 1 KSB: sent to any supervisor");
    // The supervisor's screen shows it by itself.
    desk.wait("the claim", |screen| screen.says("1 claim") && screen.says("Alex Trainee"));
    desk.wait("it in full", |screen| screen.says("I led it.") && screen.says(&name) && screen.says("today"));
    desk.keys("s", "Passphrase");
    desk.keys(&format!("{PASSPHRASE}\r"), "Answers 1 claim, with evidence");
    desk.keys(&format!("{PIN}\r"), "Signed 1 KSB for Alex Trainee");
    desk.wait_for("No claims wait");
    hers.wait_without("1 marked");
    let outstanding = server.run(&["claim", "list", "Alex Trainee", "--json"]).json();
    assert_eq!(outstanding["claims"][0]["state"], "answered");
    for mut screen in [hers, desk] {
        screen.type_in("q");
        assert_eq!(screen.end().status.code(), Some(0));
    }
    let verified = server.run(&["verify"]);
    assert_eq!(verified.code, 3, "{verified:?}");
}
