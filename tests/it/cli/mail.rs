//! `calendar` and `digest`: what each person is told, that it is told once, and that nobody is missed when sending fails.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::cli::book::{Book, QUIET, Ran, review};

/// Ann's next review, an action of hers and one of Sam's, a claim, hours, and something signed.
fn busy() -> Book {
    let book = Book::founded();
    book.officer(&["supervise", "Sam", "Ann Trainee"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "S1", "--feedback", "Calm and clear"]).done();
    let action = ["--action", "Read it again", "--by", "in 3 days"];
    let not_yet = ["sign-off", "Ann Trainee", "S9", "--not-achieved", "--feedback", "Too slow"];
    book.supervisor(&[&not_yet[..], &action[..]].concat()).done();
    let key = book.keep("ann", "gravel teapot comet willow 83");
    book.officer(&["key", "add", "Ann Trainee", "--new-passphrase-file", &key]).done();
    let own = ["--as", "Ann Trainee", "--passphrase-file", &key];
    book.run(&[&["claim", "K2", "--reflection", "What I learned"][..], &own].concat()).done();
    book.run(&["hours", "add", "Ann Trainee", "--hours", "2", "--what", "Read for the module"]).done();
    book
}

/// Mail addresses of everybody in the book.
fn addresses(book: &Book) -> String {
    let rows = "person,address\nOlu Officer,olu@example.org\nSam Supervisor,sam@example.org\nAnn Trainee,ann@example.org\nAnn Trainer,trainer@example.org\n";
    let path = book.0.path().join("addresses.csv");
    std::fs::write(&path, rows).unwrap();
    path.to_str().unwrap().to_owned()
}

fn digest(book: &Book, addresses: &str, more: &[&str]) -> Ran {
    let from = ["digest", "--from", "book@example.org", "--addresses", addresses];
    book.run(&[&from[..], more].concat())
}

/// The mails in a folder, by the address that they go to.
fn mails(folder: &std::path::Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let to = |mail: &str| mail.split("\r\n").find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
    files.map(|mail| (to(&mail), mail)).collect()
}

/// The lines of a calendar without folds, event by event, by their UID.
fn events(ics: &str) -> BTreeMap<String, Vec<String>> {
    let text = ics.replace("\r\n ", "");
    text.split("BEGIN:VEVENT\r\n")
        .skip(1)
        .map(|event| {
            let lines: Vec<String> =
                event.split("END:VEVENT").next().unwrap().split("\r\n").map(str::to_owned).collect();
            let uid = lines.iter().find_map(|line| line.strip_prefix("UID:")).unwrap().to_owned();
            (uid, lines)
        })
        .collect()
}

fn has(event: &[String], line: &str) -> bool {
    event.iter().any(|one| one == line)
}

#[test]
fn a_calendar_has_the_same_ids_in_every_run_and_cancels_a_review_that_was_held() {
    let book = busy();
    let (first, second) = (book.run(&["calendar", "Sam"]).done().out, book.run(&["calendar", "Sam"]).done().out);
    assert!(first.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{first}");
    assert!(!first.contains("Calm") && !first.contains("Read it again"), "{first}");
    let (first, second) = (events(&first), events(&second));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    let ann = book.id_of("Ann Trainee");
    let review_1 = first.keys().find(|uid| uid.starts_with(&format!("review-{ann}-1@"))).unwrap();
    assert!(has(&first[review_1], "STATUS:CONFIRMED") && has(&first[review_1], "SEQUENCE:0"), "{first:?}");
    assert!(review_1.bytes().all(|b| b != b'/'));
    book.supervisor(&review("Ann Trainee", ["Sam", "Olu"], &QUIET)).done();
    for _ in 0..2 {
        let after = events(&book.run(&["calendar", "Sam"]).done().out);
        assert!(has(&after[review_1], "STATUS:CANCELLED") && has(&after[review_1], "SEQUENCE:1"), "{after:?}");
        let review_2 = after.keys().find(|uid| uid.starts_with(&format!("review-{ann}-2@"))).unwrap();
        assert!(has(&after[review_2], "STATUS:CONFIRMED") && has(&after[review_2], "SEQUENCE:0"), "{after:?}");
    }
}

#[test]
fn a_calendar_holds_what_its_person_may_see_alone() {
    let book = busy();
    let ann = book.run(&["calendar", "Ann Trainee"]).done().out;
    assert!(
        ann.contains("SUMMARY:Action: S9\\, from the sign-off of ") && !ann.contains("SUMMARY:Review overdue: Ann"),
        "{ann}"
    );
    for nobody in ["Olu", "Ann Trainer"] {
        assert_eq!(events(&book.run(&["calendar", nobody]).done().out).len(), 0, "{nobody}");
    }
    book.officer(&["supervise", "Sam", "Ann Trainee", "--stop"]).done();
    let sam = book.run(&["calendar", "Sam"]).done().out;
    assert_eq!((events(&sam).len(), sam.contains("Ann")), (0, false), "{sam}");
}

#[test]
fn a_calendar_is_written_once_and_replaced_only_if_asked() {
    let book = busy();
    let out = book.secret("sam.ics");
    let wrote = book.run(&["calendar", "Sam", "--out", &out, "--json"]).done().json();
    assert_eq!((&wrote["schema"], &wrote["path"]), (&"countersign/calendar/1".into(), &out.as_str().into()));
    assert_eq!(wrote["bytes"], std::fs::metadata(&out).unwrap().len());
    assert!(!wrote["events"].as_array().unwrap().is_empty());
    book.run(&["calendar", "Sam", "--out", &out]).refused(1, "There is already a file");
    book.run(&["calendar", "Sam", "--out", &out, "--replace"]).done();
    book.run(&["calendar", "Sam", "--out", &book.secret("none/sam.ics")]).refused(2, "There is no folder");
    book.run(&["calendar"]).refused(2, "No person was named");
}

#[test]
fn the_calendar_of_a_demo_is_one_that_another_program_reads() {
    let book = Book::demo();
    let ready = Command::new("python3").args(["-c", "import icalendar"]).stderr(Stdio::null()).status();
    if !ready.is_ok_and(|status| status.success()) {
        println!("skipped: python3 has no icalendar (pip install icalendar)");
        return;
    }
    let out = book.secret("sam.ics");
    let wrote = book.run(&["calendar", "Alex Trainee", "--out", &out, "--json"]).done().json();
    let read = "import icalendar,sys\nc=icalendar.Calendar.from_ical(open(sys.argv[1],'rb').read())\ne=list(c.walk('VEVENT'))\nassert all(not x.errors for x in c.walk())\nfor x in e: print(str(x['UID']).split('@')[0], x.decoded('DTSTART').isoformat())";
    let output = Command::new("python3").args(["-c", read, &out]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let found: BTreeSet<&str> = text.lines().collect();
    let rows = wrote["events"].as_array().unwrap();
    let wanted: BTreeSet<String> =
        rows.iter().map(|row| format!("{} {}", row["id"].as_str().unwrap(), row["day"].as_str().unwrap())).collect();
    assert!(!wanted.is_empty());
    assert_eq!(found, wanted.iter().map(String::as_str).collect());
}

#[test]
fn a_mail_tells_each_person_their_own_and_what_was_told_is_not_told_again() {
    let book = busy();
    let (file, folder) = (addresses(&book), book.0.path().join("mail"));
    std::fs::create_dir(&folder).unwrap();
    let to = ["--all", "--mail-dir", folder.to_str().unwrap(), "--json"];
    let sent = digest(&book, &file, &to).done().json();
    let state = |answer: &serde_json::Value, name: &str| {
        let rows = answer["mails"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap()["mail"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        ["Sam Supervisor", "Ann Trainee", "Olu Officer", "Ann Trainer"].map(|name| state(&sent, name)),
        ["sent", "sent", "nothing-new", "nothing-new"]
    );
    let found = mails(&folder);
    assert_eq!(found.len(), 2);
    let (sam, ann) = (&found["Sam Supervisor <sam@example.org>"], &found["Ann Trainee <ann@example.org>"]);
    for mail in [sam, ann] {
        assert!(mail.split("\r\n").all(|line| line.chars().count() <= 76), "{mail}");
        assert!(
            !mail.contains("Calm")
                && !mail.contains("Too slow")
                && !mail.contains("Read it again")
                && !mail.contains("What I learned"),
            "{mail}"
        );
        let subject = mail.split("\r\n").find(|line| line.starts_with("Subject: ")).unwrap();
        assert!(!subject.contains("Ann"), "{subject}");
        assert!(mail.contains("\r\nAuto-Submitted: auto-generated\r\n") && mail.contains("\r\nCheckpoint code "));
    }
    assert!(sam.contains("Claims to answer") && sam.contains("Ann Trainee   K2   since "), "{sam}");
    assert!(ann.contains("Signed off         K1 S1") && ann.contains("S9: action from a sign-off"), "{ann}");
    let again = digest(&book, &file, &to).done().json();
    assert!(again["mails"].as_array().unwrap().iter().all(|row| row["mail"] == "nothing-new"), "{again}");
    book.supervisor(&["sign-off", "Ann Trainee", "S2"]).done();
    let third = digest(&book, &file, &to).done().json();
    assert_eq!(["Sam Supervisor", "Ann Trainee"].map(|name| state(&third, name)), ["nothing-new", "sent"]);
    assert_eq!(mails(&folder).len(), 2);
    let newest = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(newest, 3);
}

/// A `sendmail` that keeps each mail, and does `more` with the number of the call.
fn sendmail(book: &Book, more: &str) -> String {
    let folder = book.0.path().join("taken");
    std::fs::create_dir_all(&folder).unwrap();
    let path = book.0.path().join("sendmail");
    let text = format!(
        "#!/bin/sh\nread n 2>/dev/null <'{dir}/../count' || n=0\nn=$((n+1))\necho $n >'{dir}/../count'\n{more}\n/bin/cat >'{dir}/'$n\n",
        dir = folder.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// To whom the mails went that a `sendmail` kept, in order.
fn taken(book: &Book) -> Vec<String> {
    let folder: PathBuf = book.0.path().join("taken");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let mail = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!mail.contains('\r'));
            mail.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned()
        })
        .collect();
    found.sort();
    found
}

/// A made-up department whose people all have an address and something to be told, with the number of mails.
fn many() -> (Book, String, usize) {
    let book = Book::demo();
    let people = book.run(&["person", "list", "--json"]).json();
    let mut rows = String::from("person,address\n");
    for person in people["people"].as_array().unwrap() {
        let id = person["id"].as_str().unwrap();
        rows.extend([id, ",p", id, "@example.org\n"]);
    }
    let path = book.0.path().join("addresses.csv");
    std::fs::write(&path, rows).unwrap();
    let other = Book(tempfile::tempdir().unwrap());
    crate::cli::book::copy(book.0.path(), other.0.path());
    let folder = other.0.path().join("mail");
    std::fs::create_dir(&folder).unwrap();
    let file = path.to_str().unwrap().to_owned();
    digest(&other, &file, &["--all", "--mail-dir", folder.to_str().unwrap()]).done();
    let count = mails(&folder).len();
    assert!(count >= 3, "{count}");
    (book, file, count)
}

#[test]
fn when_sendmail_fails_for_one_the_others_get_their_mail_and_the_next_run_sends_the_missing_one() {
    let (book, file, count) = many();
    let program = sendmail(&book, "[ $n = 3 ] && { /bin/cat >/dev/null; echo 'mail queue is full' >&2; exit 75; }");
    let with = format!("--sendmail={program}");
    let first = digest(&book, &file, &["--all", &with]);
    assert_eq!(first.code, 1, "{first:?}");
    assert!(first.out.contains("mail queue is full") && first.err.contains("Run it again"), "{first:?}");
    assert_eq!(taken(&book).len(), count - 1);
    digest(&book, &file, &["--all", &with]).done();
    let all = taken(&book);
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (count, count), "{all:?}");
    digest(&book, &file, &["--all", &with]).done();
    assert_eq!(taken(&book).len(), count);
}

#[test]
fn when_the_program_is_killed_in_the_middle_the_next_run_sends_exactly_the_missing_mails() {
    let (book, file, count) = many();
    // Before it takes the third, it kills the program that started it.
    let program = sendmail(&book, "[ $n = 3 ] && { kill -9 $PPID; exit 1; }");
    let with = format!("--sendmail={program}");
    let from = ["digest", "--from", "book@example.org", "--addresses", &file, "--all", &with];
    let killed = book.command().args(from).output().unwrap();
    assert_eq!(killed.status.code(), None, "{killed:?}");
    assert_eq!(taken(&book).len(), 2);
    digest(&book, &file, &["--all", &with]).done();
    let all = taken(&book);
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (count, count), "{all:?}");
}

#[test]
fn a_row_that_names_nobody_or_two_people_stops_only_itself_and_is_named() {
    let book = busy();
    book.officer(&["person", "add", "Ann Trainee", "--role", "trainee", "--another"]).done();
    let folder = book.0.path().join("mail");
    std::fs::create_dir(&folder).unwrap();
    let path = book.0.path().join("wrong.csv");
    std::fs::write(&path, "person,address\nAnn Trainee,ann@b.c\nSam,x@b.c\nSam Supervisor,sam@b.c\n").unwrap();
    let (file, to) = (path.to_str().unwrap(), ["--mail-dir", folder.to_str().unwrap()]);
    let words =
        ["line 2: Two people here are called Ann Trainee", "line 3: Nobody here has the id or the whole name “Sam”"];
    digest(&book, file, &[&["Sam Supervisor"], &to[..]].concat()).refused(2, words[0]);
    let sent = digest(&book, file, &[&["--all"], &to[..]].concat());
    assert!(sent.code == 1 && words.iter().all(|words| sent.err.contains(words)), "{sent:?}");
    assert_eq!(mails(&folder).into_keys().collect::<Vec<_>>(), ["Sam Supervisor <sam@b.c>"]);
}

#[test]
fn a_wrong_file_of_addresses_is_refused_in_one_sentence_before_anything_is_sent() {
    let book = busy();
    let folder = book.0.path().join("mail");
    std::fs::create_dir(&folder).unwrap();
    let path = book.0.path().join("wrong.csv");
    for (text, words) in [
        ("", "It is empty"),
        ("name,mail\nSam Supervisor,sam@example.org\n", "It has no columns person and address"),
        ("person,address\nSam Supervisor,sam\n", "line 2: “sam” is not a mail address"),
        ("person,address,address\nSam Supervisor,a@b.c,d@b.c\n", "It has a column twice"),
        ("person,address\nSam Supervisor,a@b.c\nSam Supervisor,d@b.c\n", "line 3: Sam Supervisor is in the file twice"),
        (
            "person,address\nSam Supervisor,a@b.c\nAnn Trainee,A@b.c\n",
            "line 3: A@b.c is also the address of Sam Supervisor",
        ),
        ("person,address\nSam Supervisor,\"a@b.c\n", "line 2: A quote has no end"),
    ] {
        std::fs::write(&path, text).unwrap();
        let to = ["--all", "--mail-dir", folder.to_str().unwrap()];
        digest(&book, path.to_str().unwrap(), &to).refused(2, words);
    }
    let file = addresses(&book);
    let folder_text = folder.to_str().unwrap();
    std::fs::write(&path, "person,address\nSam Supervisor,sam@example.org\n").unwrap();
    digest(&book, path.to_str().unwrap(), &["Ann Trainee", "--mail-dir", folder_text])
        .refused(2, "has no address for Ann Trainee");
    digest(&book, &file, &["--mail-dir", folder_text]).refused(2, "No person was named");
    digest(&book, &file, &["--all", "--mail-dir", &book.secret("none")]).refused(2, "There is no folder");
    digest(&book, &file, &["--all", &format!("--sendmail={}", book.secret("none"))]).refused(2, "There is no program");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    // Without an address, people are named and left out.
    let sent = digest(&book, path.to_str().unwrap(), &["--all", "--mail-dir", folder_text]);
    assert!(
        sent.code == 0 && sent.err.contains("Some people have no address") && sent.out.contains("no address"),
        "{sent:?}"
    );
}
