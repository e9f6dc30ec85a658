//! People in bulk on the command line: a roster is seen before it is taken, whole or not at all; who supervises whom; who
//! leaves and returns.

use std::fmt::Write as _;

use countersign_app::app::App;
use countersign_app::people::supervision;
use countersign_app::record::records;
use countersign_app::storage::data_dir::DataDir;

use crate::cli::book::Book;
use crate::signer::person;
use countersign_app::record::find_trainees;

const ROSTER: &str = "Name,Roles,Department,Registration,Level,Standard,Start date,Specialism,Supervisor\n\
    Ann Bell,trainee,Echo lab,,associate,ST0413,01/09/2026,cardiology,Bo Ng\n\
    Bo Ng,supervisor; verifier,Echo lab,HCPC CS90001,,,,,\n\
    Cy Owen,,Audiology,,,ST0413 1.1,2025-09-01,audiology,Sam Supervisor; Bo Ng\n\
    Sam Supervisor,,Echo lab,,,,,,\n\
    Ann Trainer,,,,,,,,Bo Ng\n\
    Ann Trainee,trainee,,,,,,,\n";

fn file(book: &Book, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = book.0.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn whole(book: &Book) -> Vec<u8> {
    std::fs::read(book.database()).unwrap()
}

#[test]
fn a_roster_is_shown_then_taken_in_one_go_and_taken_again_changes_nothing() {
    let book = Book::founded();
    let roster = file(&book, "roster.csv", ROSTER);
    let before = whole(&book);
    for flags in [&["--preview"][..], &[]] {
        let shown = book.run(&[&["person", "import", &roster], flags].concat()).done().out;
        for words in [
            "6 people: 3 would be new, 2 changed, 1 the same",
            "2     new      Ann Bell        trainee; department",
            "This was a preview; nothing has changed. To apply it: add --yes --as NAME",
        ] {
            let words = words.replace("; department", "; ST0413 1.1 from 1 Sep 2026; cardiology; under Bo Ng");
            assert!(shown.contains(&words), "{words}: {shown}");
        }
    }
    assert_eq!(whole(&book), before);
    let size = book.size();
    let done = book.officer(&["person", "import", &roster, "--yes"]).done().out;
    assert!(done.contains("1 person who may sign has no key yet: `countersign key add NAME`"), "{done}");
    // Four people are stated (one of them changed) and two enrolments; who is under whom is not a statement.
    assert_eq!(book.size(), size + 6);
    let kinds = book.run(&["history", "--json", "--most", "6"]).json();
    let batch = |at: usize| kinds["statements"][at]["kind"].as_str().unwrap().to_owned();
    assert_eq!([batch(0), batch(1), batch(2), batch(5)], ["enrolment", "enrolment", "person", "person"]);
    let under = book.run(&["supervise", "--json"]).done().json();
    let rows: Vec<String> = under["supervisors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let names = row["trainees"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap());
            format!("{}: {}", row["name"].as_str().unwrap(), names.collect::<Vec<_>>().join(", "))
        })
        .collect();
    assert_eq!(rows, ["Bo Ng: Ann Bell, Ann Trainer, Cy Owen", "Sam Supervisor: Cy Owen"]);
    let after = whole(&book);
    let again = book.officer(&["person", "import", &roster, "--yes"]).done().out;
    assert!(again.contains("6 people: 0 added, 0 changed, 6 the same"), "{again}");
    assert_eq!((book.size(), whole(&book) == after), (size + 6, true));
    assert!(book.run(&["cohort", "cardiology"]).done().out.contains("Ann Bell"));
    assert!(!book.run(&["cohort", "cardiology"]).out.contains("Cy Owen"));
    let echo = book.run(&["person", "list", "--department", "ECHO", "--json"]).done().json();
    let names: Vec<&str> = echo["people"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ann Bell", "Bo Ng", "Sam Supervisor"]);
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
}

#[test]
#[ignore = "slow: many runs of the program"]
fn no_fault_of_a_roster_changes_anything_and_each_is_named_with_its_row_and_column() {
    let book = Book::founded();
    book.officer(&["person", "import", &file(&book, "roster.csv", ROSTER), "--yes"]).done();
    let ann = book.id_of("Ann Trainee");
    let mut many = "name,roles\n".to_owned();
    (0..20_001).for_each(|n| writeln!(many, "Person {n},trainee").unwrap());
    let before = whole(&book);
    let sheet =
        |name: &str| std::fs::read(format!("{}/tests/fixtures/people/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for (bytes, words) in [
        (b"name,roles\nDee,trainee\nDee,trainee\n".to_vec(), "Dee is already on line 2 (line 3, column A “name”)"),
        (b"name,roles\nDee,trainee\nEd,=1+1\n".to_vec(), "It is a formula (line 3, column B “roles”)"),
        (
            b"name,standard,start\nDee,ST0413,2026-02-30\n".to_vec(),
            "“2026-02-30” is not a date (line 2, column C “start”)",
        ),
        (b"name,roles\nDee,trainee\nZo\xeb,trainee\n".to_vec(), "“ë” in Latin-1) (line 3)"),
        (b"name,standard,start\nDee,ST9999,2026-09-01\n".to_vec(), "No standard “ST9999” is adopted (line 2, column B"),
        (b"name,standard\nDee,ST0413\n".to_vec(), "Dee has no start date (line 2)"),
        (b"name,roles\nDee,\n".to_vec(), "Dee has no role (line 2, column B “roles”)"),
        (b"name,roles,supervisor\nDee,trainee,Nobody\n".to_vec(), "Nobody is called “Nobody” (line 2, column C"),
        (b"name,roles,supervisor\nDee,trainee,Ann Bell\n".to_vec(), "Ann Bell is not a supervisor (line 2, column C"),
        (b"name,roles,registration\nDee,supervisor,hcpc cs90001\n".to_vec(), "This registration belongs to "),
        (
            b"name,roles,registration\nBo Ng,supervisor,HCPC CS90002\n".to_vec(),
            "Bo Ng already exists, with another registration",
        ),
        (format!("id,roles\n{ann},trainee\n{ann},supervisor\n").into_bytes(), ", is already on line 2"),
        (many.into_bytes(), "There are more than 20001 rows (line 20002)"),
        (sheet("swollen.xlsx"), "Unpacked, it has more than 32 MiB"),
        (sheet("formula.xlsx"), "It is a formula (line 4, column A “Name”)"),
    ] {
        let bad = file(&book, "bad.csv", bytes);
        let ran = book.officer(&["person", "import", &bad, "--yes"]).refused(1, words);
        assert!(ran.err.contains("hint: "), "{ran:?}");
        let shown = book.run(&["person", "import", &bad]);
        assert!(shown.code == 1 && shown.out.contains("Nothing can be changed while there are faults"), "{shown:?}");
        assert!(whole(&book) == before, "{words}");
    }
    let good = file(&book, "good.csv", "name,roles\nDee,trainee\n");
    book.supervisor(&["person", "import", &good, "--yes"]).refused(2, "is not a training officer");
    book.run(&["person", "import", &good, "--yes"]).refused(2, "No signer was named");
    book.officer(&["person", "import", "/dev/null", "--yes"]).refused(2, "It is not a file");
    // You cannot remove your own training officer role, which only the rules can see.
    let own = file(&book, "own.csv", "name,roles\nDee,trainee\nOlu Officer,supervisor\n");
    book.officer(&["person", "import", &own, "--yes"]).refused(1, "training officer");
    assert!(whole(&book) == before);
}

#[test]
fn each_cell_that_is_wrong_is_spoken_of_once_and_a_cell_under_no_heading_is_not_lost_in_silence() {
    let book = Book::founded();
    let rows = "name,roles,standard,start\n=1+1,trainee,,\nAda Orr,queen,,\nBo Ng,trainee,ST0413 1.1,31/02/2026\nCy Owen,trainee,,,x\n";
    let shown = book.run(&["person", "import", &file(&book, "roster.csv", rows), "--json"]).out;
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let remarks = shown["remarks"].as_array().unwrap();
    let said: Vec<_> = remarks.iter().map(|remark| (remark["line"].as_u64(), remark["weight"].as_str())).collect();
    let fault = |line| (Some(line), Some("fault"));
    assert_eq!(said, [fault(2), fault(3), fault(4), (Some(5), Some("warning"))], "{shown}");
    let empty = book.run(&["person", "import", &file(&book, "empty.csv", "")]);
    assert!(empty.out.contains("The file is empty") && !empty.out.contains("standard"), "{empty:?}");
}

#[test]
fn a_name_of_mixed_scripts_and_a_start_outside_the_standard_are_said_and_let_through() {
    let book = Book::founded();
    let roster = file(&book, "roster.csv", "name,standard,start\n\u{410}nn Bell,ST0413,2020-09-01\n");
    let done = book.officer(&["person", "import", &roster, "--yes"]);
    assert_eq!(done.code, 0, "{done:?}");
    for words in ["mixes Cyrillic and Latin letters", "ST0413 1.1 is for starts from 1 Nov 2024"] {
        assert!(done.err.contains(words), "{done:?}");
    }
}

#[test]
fn a_spreadsheet_is_taken_as_its_text_would_be() {
    let book = Book::founded();
    let sheet = format!("{}/tests/fixtures/people/people.xlsx", env!("CARGO_MANIFEST_DIR"));
    let done = book.officer(&["person", "import", &sheet, "--yes", "--json"]).done().json();
    assert_eq!((&done["schema"], &done["form"]), (&"countersign/person-import/1".into(), &"spreadsheet".into()));
    assert_eq!((&done["new"], &done["done"]), (&2.into(), &true.into()));
    let bell = book.id_of("Ann Bell");
    assert_eq!(done["people"][1]["person"], bell.as_str());
    assert!(book.run(&["trainee", &bell]).done().out.contains("1 Sep 2026"));
}

#[test]
fn trainees_are_put_under_a_supervisor_and_taken_away_again() {
    let book = Book::founded();
    let under = ["supervise", "Sam", "Ann Trainee", "Ann Trainer"];
    assert!(book.run(&under).done().out.contains("Sam Supervisor supervises Ann Trainer"));
    assert!(book.run(&under).done().out.contains("Sam Supervisor already supervises Ann Trainer"));
    book.run(&["supervise", "Sam", "Sam"]).refused(2, "Sam Supervisor is not a trainee");
    book.run(&["supervise", "Ann Trainee", "Ann Trainer"]).refused(2, "No person matches “Ann Trainee”");
    book.run(&["supervise", "Sam", "Ann Trainee", "--stop"]).done();
    let left = book.run(&["supervise", "Sam", "--json"]).done().json();
    assert_eq!(left["supervisors"][0]["trainees"][0]["name"], "Ann Trainer");
    book.officer(&["person", "leave", "Ann Trainer"]).done();
    assert!(book.run(&["supervise"]).done().out.contains("Nobody supervises anybody yet"));
}

#[test]
fn who_left_comes_back_by_a_statement_of_their_own_and_signs_with_a_new_key_alone() {
    let book = Book::founded();
    book.officer(&["person", "return", "Sam Supervisor"]).refused(2, "Nobody who has left is called");
    book.officer(&["person", "leave", "Sam"]).done();
    let size = book.size();
    let back = book.officer(&["person", "return", "sam supervisor"]).done().out;
    assert!(back.contains("Sam Supervisor is back") && back.contains("countersign key add"), "{back}");
    assert_eq!(book.size(), size + 1);
    book.supervisor(&["sign-off", "Ann Trainee", "S26"]).refused(1, "");
    book.officer(&["key", "add", "Sam", "--new-passphrase-file", &book.secret("supervisor")]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "S26"]);
    assert_eq!(book.size(), size + 3);
}

#[test]
fn a_pause_counts_for_nothing_until_the_first_day_back_and_the_gateway_comes_later() {
    let book = Book::founded();
    let row = |book: &Book| book.run(&["cohort", "--json"]).done().json()["trainees"][0].clone();
    let before = row(&book);
    assert_eq!((&before["gateway"], &before["paused"]), (&"2028-09-01".into(), &false.into()));
    let pause = ["enrolment", "pause", "Ann Trainee", "--from", "2025-10-01", "--until", "2026-02-01"];
    book.officer(&pause).refused(2, "--reason");
    let why = ["--reason", "Parental leave"];
    book.supervisor(&[&pause[..], &why].concat()).refused(2, "is not a training officer");
    let done = book.officer(&[&pause[..], &why].concat()).done().out;
    // 123 days.
    assert!(done.contains("Gateway expected  2 Jan 2029"), "{done}");
    let after = row(&book);
    assert_eq!((&after["gateway"], &after["paused"]), (&"2029-01-02".into(), &false.into()));
    let [was, is] = [&before, &after].map(|row| row["expected"].as_u64().unwrap());
    assert!(is < was, "{was} {is}");
    let open = ["enrolment", "pause", "Ann Trainee", "--from", "yesterday", "--reason", "Long illness"];
    book.officer(&open).done();
    assert!(book.run(&["cohort"]).done().out.contains(", on a break"));
    book.officer(&["enrolment", "pause", "Ann Trainee", "--from", "today", "--reason", "Again"])
        .refused(1, "Ann Trainee already has a break in learning from");
    book.officer(&["enrolment", "resume", "Ann Trainee"]).done();
    assert_eq!(row(&book)["paused"], false);
    book.officer(&["enrolment", "resume", "Ann Trainee"]).refused(1, "Ann Trainee is not on a break in learning");
    book.officer(&["enrolment", "pause", "Ann Trainer", "--from", "today", "--reason", "Ill"])
        .refused(1, "Ann Trainer is not enrolled");
    assert_eq!(book.run(&["verify", "--json"]).json()["verdict"], "cannot-tell");
    let cohort = book.run(&["cohort", "--json"]).out;
    book.run(&["rebuild"]).done();
    assert_eq!(book.run(&["cohort", "--json"]).out, cohort);
}

#[test]
fn where_a_supervisor_chooses_a_trainee_those_last_opened_come_first_and_then_their_own() {
    let book = Book::demo();
    let names = ["Alex Trainee", "Ben Hawthorn", "Carys Hawthorn"];
    book.run(&["supervise", "Sam Supervisor", names[2]]).done();
    let mut app = App::open_default(DataDir::new(book.data())).unwrap();
    let sam = person(&app, "Sam Supervisor");
    let shown = |app: &mut App, text: &str| -> Vec<String> {
        find_trainees::find_trainees(app, text, 9, Some(&sam))
            .unwrap()
            .iter()
            .map(|card| card.name.to_string())
            .collect()
    };
    assert_eq!(shown(&mut app, ""), [names[2], names[0], names[1]]);
    assert_eq!(shown(&mut app, "ben"), [names[1]]);
    assert_eq!(find_trainees::find_trainees(&app, "", 1, Some(&sam)).unwrap().len(), 1);
    assert_eq!(supervision::supervisors_of(&app, &person(&app, names[2])).unwrap().len(), 1);
}

#[test]
fn a_pause_is_said_on_the_screen_s_own_figures() {
    let book = Book::founded();
    book.officer(&["enrolment", "pause", "Ann Trainee", "--from", "2025-10-01", "--reason", "Ill"]).done();
    let app = App::open_default(DataDir::new(book.data())).unwrap();
    let ann = person(&app, "Ann Trainee");
    let standing = records::trainee_record(&app, &ann).unwrap();
    let progress = countersign_core::record::progress::progress_of(&standing, app.today());
    // One whole month had passed on 1 October.
    assert_eq!((progress.elapsed, progress.expected), (1, 2));
    assert!(progress.why[1].contains("; on a break in learning since 1 Oct 2025; "), "{:?}", progress.why);
    assert!(progress.why[1].ends_with(" days of breaks in learning are not counted"), "{:?}", progress.why);
    // The word of earlier versions still finds them.
    for word in ["break", "paused"] {
        assert!(book.run(&["cohort", word]).done().out.contains("Ann Trainee"), "{word}");
    }
    for said in [book.run(&["trainee", "Ann Trainee"]), book.run(&["cohort"]), book.run(&["history", "kind:break"])] {
        let shown = said.done().out.to_lowercase();
        assert!(shown.contains("break") && !shown.contains("paused"), "{shown}");
    }
}

#[test]
fn a_department_that_is_not_there_is_answered_with_those_that_are() {
    let book = Book::founded();
    for (name, department) in [("Echo Person", "Echo lab"), ("Ward Person", "Ward 7")] {
        let add = ["person", "add", name, "--role", "trainee", "--department", department];
        book.officer(&add).done();
    }
    let ran = book.run(&["person", "list", "--department", "Radiology"]);
    ran.refused(2, "Echo lab, Ward 7");
    let some = book.run(&["person", "list", "--department", "ward"]).done().out;
    assert!(some.contains("Ward Person") && !some.contains("Echo Person"), "{some}");
}

#[test]
fn hours_and_gateway_come_later_by_every_day_of_a_pause() {
    let book = Book::founded();
    // Six hours a week: a start before August 2025.
    book.officer(&["enrol", "Ann Trainee", "ST0413", "--start", "2025-06-02"]).done();
    let hours = |book: &Book| book.run(&["hours", "list", "Ann Trainee", "--json"]).done().json();
    let gateway = |book: &Book| {
        let day = book.run(&["cohort", "--json"]).done().json()["trainees"][0]["gateway"].clone();
        day.as_str().unwrap().parse::<chrono::NaiveDate>().unwrap()
    };
    let (before, was) = (hours(&book), gateway(&book));
    // 18 weeks of it are over.
    let pause = ["enrolment", "pause", "Ann Trainee", "--from", "2025-09-01", "--until", "2026-01-05"];
    book.officer(&[&pause[..], &["--reason", "Parental leave"]].concat()).done();
    let (after, is) = (hours(&book), gateway(&book));
    assert_eq!((is - was).num_days(), 18 * 7);
    assert_eq!(before["minimum"], after["minimum"]);
    let expected = |of: &serde_json::Value| of["expected"].as_i64().unwrap();
    // 6 hours for each of them, less the leave of 18 weeks.
    // Each of the two is rounded, so that on some days they are another hour apart.
    assert!((96..=97).contains(&(expected(&before) - expected(&after))), "{before} {after}");
    let said = book.run(&["trainee", "Ann Trainee"]).done().out;
    assert!(said.contains(&is.format("%-d %b %Y").to_string()), "{said}");
}

#[test]
fn what_is_recorded_already_is_not_signed_again_and_a_start_that_moves_is_said() {
    let book = Book::founded();
    let ann = |args: &[&str]| book.officer(&[&["enrolment"], args].concat());
    for (what, first, other) in [("aged-16-to-18", "yes", "no"), ("paid-hours", "37.5", "30")] {
        for value in [first, other] {
            ann(&[what, "Ann Trainee", value]).done();
            let size = book.size();
            ann(&[what, "Ann Trainee", value]).refused(1, "This is already recorded for Ann Trainee");
            assert_eq!(book.size(), size, "{what} {value}");
        }
    }
    let start = |day: &str| book.officer(&["enrol", "Ann Trainee", "ST0413", "--start", day]).done().out;
    start("2026-03-02");
    assert!(start("2026-04-06").contains("The start is now 6 Apr 2026. It was 2 Mar 2026"));
    assert!(start("2026-04-06").starts_with("Enrolled Ann Trainee"));
}

#[test]
fn a_break_lasts_a_day_at_least_and_its_days_are_named_where_they_are_the_wrong_way_round() {
    let book = Book::founded();
    let from = |from: &str, until: &str| {
        let days = ["--from", from, "--until", until, "--reason", "x"];
        book.officer(&[&["enrolment", "break", "Ann Trainee"], &days[..]].concat())
    };
    let size = book.size();
    for (first, back) in [("2026-11-02", "2026-11-02"), ("2026-11-02", "2026-11-01"), ("2026-11-02", "2025-11-03")] {
        from(first, back).refused(2, "is not after the first day of the break, 2 Nov 2026");
    }
    let early = from("2025-08-01", "2026-02-28");
    let early = early.refused(2, "The break would begin on 1 Aug 2025, before the programme, on 1 Sep 2025");
    assert!(early.err.contains("Starting the break in learning of Ann Trainee"), "{early:?}");
    assert_eq!(book.size(), size);
    book.officer(&["enrolment", "break", "Ann Trainee", "--from", "2026-01-05", "--reason", "x"]).done();
    let early = book.officer(&["enrolment", "resume", "Ann Trainee", "--on", "2025-12-01"]);
    let early = early.refused(2, "The first day back, 1 Dec 2025, is not after the first day of the break, 5 Jan 2026");
    assert!(early.err.contains("Ending the break in learning of Ann Trainee"), "{early:?}");
    book.officer(&["enrolment", "resume", "Ann Trainee", "--on", "2026-01-06"]).done();
    from("2026-11-02", "2026-11-03").done();
    let again = from("2026-11-02", "2026-11-01").refused(2, "is not after the first day of the break");
    assert!(again.err.contains("Changing the break in learning of Ann Trainee"), "{again:?}");
    // There was none after all.
    from("2026-11-02", "2026-11-02").done();
    let resume = book.officer(&["enrolment", "resume", "Ann Trainee", "--on", "2026-11-02"]);
    resume.refused(1, "is not on a break in learning");
}
