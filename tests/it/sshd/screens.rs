//! Two trainees and a supervisor at their screens: one signs, and the other's screen changes by itself.

use countersign_app::demo::PASSPHRASE;

use crate::cli::book::PIN;
use crate::sshd::server::Server;

/// The figure before `of 72 signed` on a trainee's screen.
fn signed(text: &str) -> u32 {
    let before = text.split(" of 72 signed").next().unwrap();
    before.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
#[ignore = "slow: a real sshd"]
fn a_supervisor_signs_over_ssh_and_the_trainee_sees_it_without_a_key() {
    let Some(server) = Server::start("a") else { return };
    let people = server.run(&["person", "list", "--role", "trainee", "--json"]).json();
    let names: Vec<&str> = people["people"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    let other = *names.iter().find(|name| **name != "Alex Trainee").unwrap();
    let (alex, else_one, sam) = (server.let_in("Alex Trainee"), server.let_in(other), server.let_in("Sam Supervisor"));
    let mut hers = server.screen(&alex);
    hers.wait_for("signed in as Alex Trainee");
    hers.keys("1", "Everything left");
    let mut theirs = server.screen(&else_one);
    theirs.wait_for(&format!("signed in as {other}"));
    theirs.keys("1", "Everything left");
    assert!(!theirs.says("Alex") && !hers.says(other));
    let before = (signed(&hers.text()), signed(&theirs.text()));

    let mut desk = server.screen(&sam);
    desk.wait_for("Say who you are");
    desk.keys("t", "Which trainee?");
    desk.keys("alex", "> alex");
    desk.wait("Alex and nobody else", |screen| screen.says("Alex Trainee") && !screen.says(other));
    desk.keys("\r", "Everything left");
    desk.keys("/open", "Matching “open”");
    desk.keys("\r", "Nothing signed yet");
    // Who logged in is who is asked, by the passphrase first and then by the PIN.
    desk.keys("s", "Passphrase");
    assert!(desk.says("Sam Supervisor"), "{}", desk.text());
    desk.keys(&format!("{PASSPHRASE}\r"), "enter sign 1");
    desk.keys(&format!("{PIN}\r"), "Signed 1 KSB for Alex Trainee");
    hers.wait("one more signed", |screen| signed(&screen.text()) == before.0 + 1);
    assert_eq!(signed(&theirs.text()), before.1);

    // No key of hers brings another's name or a pen.
    hers.keys("1", "Everything left");
    for key in ["s", "n", "w", "t", "i"] {
        let why = if key == "t" { "You can see only your own record" } else { "You can read your record here" };
        hers.keys(key, why);
        hers.type_in("\x1b");
        hers.wait_without(why);
    }
    hers.keys(":", "Find");
    hers.keys(other, "No command, KSB or person by that name");
    hers.type_in("\x1b");
    hers.wait_without("No command");
    hers.keys("4", "valid signature");
    hers.wait_for("Alex Trainee");
    assert!(!hers.says(other) && !hers.says("Tom Sumner ·"), "{}", hers.text());
    hers.keys("r", "receipts > receipts.txt");
    hers.keys("1", "Everything left");
    for screen in [hers, theirs, desk] {
        let mut screen = screen;
        screen.type_in("q");
        assert_eq!(screen.end().status.code(), Some(0));
    }
    let verified = server.run(&["verify"]);
    assert_eq!(verified.code, 3, "{verified:?}");
}

#[test]
#[ignore = "slow: a real sshd"]
fn a_trainee_signs_by_their_own_passphrase_that_they_have_read_a_record_or_do_not_agree_and_nothing_else() {
    let Some(server) = Server::start("i") else { return };
    let words = server.secret("own", "gravel teapot comet willow 83");
    let add = ["person", "add", "Nia Newcomer", "--role", "trainee", "--new-passphrase-file", &words];
    assert_eq!(server.officer(&add).code, 0);
    assert_eq!(server.officer(&["enrol", "Nia", "ST0413", "--start", "2026-09-01"]).code, 0);
    let sign = ["sign-off", "Nia", "K1", "K2", "--as", "Sam Supervisor", "--passphrase-file", &server.demo_secret()];
    let short = ["--not-achieved", "--feedback", "Not yet", "--action", "Again", "--by", "in 2 weeks"];
    assert_eq!(server.run(&[&sign[..], &short].concat()).code, 0);
    let nia = server.let_in("Nia Newcomer");
    let mut screen = server.screen(&nia);
    screen.wait_for("signed in as Nia Newcomer");
    screen.type_in("1");
    screen.wait("what to do first", |screen| screen.says("▌  K1") && screen.says("! not yet"));
    screen.keys("a", "Acknowledge a record of K1");
    screen.keys("not the right words\r", "Wrong passphrase");
    screen.keys("gravel teapot comet willow 83\r", "Marked as read");
    screen.wait("what she said", |screen| screen.text().lines().any(|line| line.contains("Nia read it ")));
    screen.keys("j", "▌  K2");
    screen.keys("d", "Dispute a record of K2");
    screen.keys("I was never asked\t", "I was never asked");
    screen.keys("gravel teapot comet willow 83\r", "Recorded that you disagree");
    screen.keys("\r", "Nia disputed it ");
    screen.type_in("q");
    assert_eq!(screen.end().status.code(), Some(0));
    let portfolio = server.run(&["portfolio", "Nia"]).out;
    assert!(portfolio.contains("by Nia Newcomer: I was never asked"), "{portfolio}");
    let history = server.run(&["history", "--json", "--most", "2"]).json();
    let kinds: Vec<&str> =
        history["statements"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["dispute", "acknowledge"]);
    let verified = server.run(&["verify"]);
    assert_eq!(verified.code, 3, "{verified:?}");
}

#[test]
#[ignore = "slow: a real sshd"]
fn the_words_answer_with_ones_own_record_and_nobody_else_s() {
    let Some(server) = Server::start("b") else { return };
    let alex = server.let_in("Alex Trainee");
    let sam = server.let_in("Sam Supervisor");
    let say = |key, word: &str| {
        let output = server.ssh(key, &[], &[word]);
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let people = server.run(&["person", "list", "--role", "trainee", "--json"]).json();
    let others: Vec<(String, String)> = people["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["name"].as_str().unwrap().to_owned(), p["id"].as_str().unwrap().to_owned()))
        .filter(|(name, _)| name != "Alex Trainee")
        .collect();
    assert_eq!(others.len(), 2);
    for (word, holds) in [
        ("outstanding", "Alex Trainee"),
        ("portfolio", "Alex Trainee"),
        ("receipts", "countersign-receipt/1"),
        ("export", "==> allowed_signers <=="),
        ("checkpoint", "demo.example.org/cardiology"),
    ] {
        let (code, out) = say(&alex, word);
        assert_eq!(code, 0, "{word}");
        assert!(out.contains(holds), "{word}: {out}");
        for (name, id) in &others {
            assert!(!out.contains(name.as_str()) && !out.contains(&format!(" {id} ")), "{word} tells of {name}");
        }
    }
    assert_eq!(say(&alex, "portfolio").1, server.run(&["portfolio", "Alex Trainee"]).out);
    assert_eq!(say(&sam, "checkpoint").0, 0);
    assert_eq!(say(&sam, "portfolio"), (2, String::new()));
}
