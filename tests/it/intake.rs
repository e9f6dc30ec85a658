//! Standards from outside: the four published records where they are at hand, made-up ones of their shapes always, and
//! what bad ones get.

use std::path::Path;

use countersign_core::import::diagnostic::Severity;
use countersign_core::import::standard::read::{ParsedStandard, standard as read};
use countersign_core::standard::Standard;
use countersign_core::standard::file::st0413;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/standards/");

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{FIXTURES}{name}")).unwrap()
}

fn sound(intake: ParsedStandard) -> (Standard, Vec<String>) {
    let said = intake.remarks.iter().map(ToString::to_string).collect();
    (intake.standard.unwrap_or_else(|| panic!("{said:?}")), said)
}

/// A published record next to the project, or `None` with a line that says so.
fn published(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/standards").join(name);
    let bytes = std::fs::read(path).ok();
    if bytes.is_none() {
        println!("skipped: ../shared/standards/{name} is not here");
    }
    bytes
}

fn links(standard: &Standard) -> usize {
    standard.ksbs().iter().map(|ksb| ksb.duties.len()).sum()
}

#[test]
fn the_published_record_is_exactly_the_standard_that_ships() {
    let Some(bytes) = published("ST0413_1.1.json") else { return };
    let (read, said) = sound(read(&bytes));
    let (shipped, _) = st0413().unwrap();
    assert_eq!((read.canonical(), said), (shipped.canonical(), Vec::new()));
}

#[test]
fn the_other_published_records_import_with_no_warning_that_is_not_true() {
    for (name, duties, ksbs, links_wanted, hours, warnings) in [
        ("ST0218_1.1.json", 10, 76, 93, Some(326), vec![]),
        ("ST0220_1.1.json", 10, 94, 135, Some(578), vec![]),
        (
            "ST0413_1.0.json",
            10,
            53,
            53,
            None,
            vec!["The record has no duties. The 10 headings of its profile are used instead"],
        ),
    ] {
        let Some(bytes) = published(name) else { continue };
        let (read, said) = sound(read(&bytes));
        let found = (read.duties().len(), read.ksbs().len(), links(&read), read.hours());
        assert_eq!(found, (duties, ksbs, links_wanted, hours), "{name}");
        assert_eq!(said, warnings, "{name}");
        let texts = read.ksbs().iter().map(|ksb| &ksb.text).chain(read.duties().iter().map(|duty| &duty.text));
        for text in texts {
            assert!(!text.contains(['<', '\u{a0}', '•']) && !text.contains("&nbsp") && !text.contains("  "), "{text}");
        }
    }
}

#[test]
fn a_record_is_numbered_by_position_linked_by_id_and_cleaned() {
    let (read, said) = sound(read(&fixture("record-1.1.json")));
    assert_eq!(said, Vec::<String>::new());
    let told: Vec<String> = read
        .ksbs()
        .iter()
        .map(|ksb| format!("{} {} {:?}", ksb.code, ksb.text, ksb.duties.iter().map(|no| no.0).collect::<Vec<_>>()))
        .collect();
    assert_eq!(
        told,
        [
            "K1 How lamps burn, and why they go out. [1, 2]",
            "K2 The law on lamps & oil in a place of work. [2]",
            "K3 Tools and techniques used to undertake an inspection. [3]",
            "S1 Trim a wick. [1]",
            "S2 Keep an oil store within its limits. [2]",
            "S3 Write up an inspection. [3]",
            "B1 Treat people with dignity. [1, 2]",
            "B2 Be careful with fire. [1]",
        ]
    );
    assert_eq!(read.duty(read.duties()[1].no).unwrap().text, "Keep the oil store.");
}

#[test]
fn a_record_without_duties_is_grouped_by_its_headings_and_says_so() {
    let (read, said) = sound(read(&fixture("record-1.0.json")));
    assert_eq!(
        said,
        [
            "The record has no duties. The 3 headings of its profile are used instead",
            "K1 belongs to no duty (line 18, knowledges[0])",
        ]
    );
    let groups: Vec<String> = read
        .duties()
        .iter()
        .map(|duty| {
            let codes: Vec<String> = read.of_duty(duty.no).map(|ksb| ksb.code.to_string()).collect();
            format!("{}: {}", duty.text, codes.join(" "))
        })
        .collect();
    assert_eq!(groups, ["Values: B1", "Lamps: K2 S1", "Oil: S2"]);
    assert_eq!((read.hours(), read.starts().words()), (None, "31 Mar 2017 to 31 Oct 2024".to_owned()));
}

#[test]
fn csv_and_toml_of_ones_own_are_read_with_whatever_ends_their_lines() {
    let (assistant, said) = sound(read(&fixture("assistant.csv")));
    assert_eq!(said, ["K3 belongs to no duty (line 13)"]);
    assert_eq!((assistant.ksbs().len(), links(&assistant), assistant.hours()), (7, 9, Some(326)));
    let (associate, said) = sound(read(&fixture("associate.toml")));
    assert_eq!((associate.ksbs().len(), associate.duties()[1].title.as_str(), said), (8, "Oil", Vec::new()));
    for name in ["assistant.csv", "associate.toml", "record-1.1.json"] {
        let text = String::from_utf8(fixture(name)).unwrap();
        let wanted = sound(read(text.as_bytes())).0;
        for other in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), format!("\n\n{text}")] {
            assert_eq!(sound(read(other.as_bytes())).0, wanted, "{name}");
        }
    }
    let semicolons = String::from_utf8(fixture("assistant.csv")).unwrap().replace("\"D1, D2\"", "D1 D2");
    let semicolons: String = semicolons
        .lines()
        .map(|line| if line.contains('"') { line.to_owned() } else { line.replacen(',', ";", 2) } + "\n")
        .collect();
    let quoted = semicolons.replace("K1,\"", "K1;\"").replace("S1,\"", "S1;\"").replace("\",D", "\";D");
    assert_eq!(sound(read(quoted.as_bytes())).0, assistant);
}

/// What is said of a changed fixture: the faults alone.
fn faults(name: &str, from: &str, to: &str) -> Vec<String> {
    let text = String::from_utf8(fixture(name)).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    let intake = read(text.replacen(from, to, 1).as_bytes());
    assert_eq!(intake.standard, None, "{name}: {to} was taken");
    for fault in intake.of(Severity::Fault) {
        assert!(!fault.hint.is_empty() && !fault.what.ends_with('.'), "{fault:?}");
    }
    intake.of(Severity::Fault).map(ToString::to_string).collect()
}

#[test]
fn each_fault_is_told_in_a_sentence_with_its_place() {
    let long = format!("K2,{}", "x".repeat(13_000));
    for (name, from, to, words) in [
        ("assistant.csv", "K2,", "K1,", "K1 appears twice (line 12)"),
        ("assistant.csv", "D1 D2\nK2", "D1 D9\nK2", "leads to duty 9, which is not in the standard (line 11)"),
        ("assistant.csv", "What to do when a lamp smokes.", "", "K2: The text is empty (line 12)"),
        ("assistant.csv", "What to do", "=HYPERLINK(1)", "K2: The cell begins with “=”, as a formula does (line 12)"),
        ("assistant.csv", "What to do", "+44", "as a formula does (line 12)"),
        ("assistant.csv", "What to do", "a\u{202e}b", "cannot be shown (U+202E at character 2) (line 12)"),
        ("assistant.csv", "What to do", "Ask 943 476 5919", "a valid NHS number (*** *** *919)"),
        ("assistant.csv", "K2,What to do when a lamp smokes.", &long, "K2: The text is too long: 13000 bytes"),
        ("assistant.csv", "K2,", "Q2,", "“Q2” is not a code (line 12)"),
        ("assistant.csv", "level,2", "level,two", "“two” is not a number from 1 to 8 (line 4)"),
        ("assistant.csv", "level,2", "level,9", "The level is 9. It must be 1 to 8 (line 4)"),
        ("assistant.csv", "level,2\n", "", "The file does not give the level"),
        ("assistant.csv", "2025-01-01", "1 Jan", "“1 Jan” is not a date (line 7)"),
        (
            "assistant.csv",
            "reference,MU0218",
            "reference,MU 0218",
            "is not a standard's reference such as ST0413 (line 1)",
        ),
        ("assistant.csv", "hours,326", "hourz,326", "“hourz” cannot come before"),
        ("assistant.csv", "hours,326", "level,3", "“level” appears twice (line 6)"),
        ("assistant.csv", "code,text,duties", "kode,words", "There is no row “code,text,duties”"),
        (
            "assistant.csv",
            "\"Where lamps, wicks",
            "Where lamps, wicks",
            "There are more cells than columns with a name (line 11)",
        ),
        ("assistant.csv", "it.,\"D1, D2\"", "it.,\"D1, X2\"", "S2: “X2” is not a duty (line 15)"),
        ("associate.toml", "\"K3\", \"S3\"", "\"K9\", \"S3\"", "leads to K9, which is not in the standard (line 22)"),
        ("associate.toml", "K2 = ", "K1 = ", "duplicate key (line 26)"),
        ("associate.toml", "K2 = ", "Q2 = ", "“Q2” is not a KSB code such as K1, S26 or B6 (line 26)"),
        ("associate.toml", "title = \"Oil\"", "titel = \"Oil\"", "unknown field `titel`"),
        ("associate.toml", "no = 2", "no = 1", "Duty 1 appears twice (line 18)"),
        ("associate.toml", "\"Trim a wick.\"", "\" Trim a wick.\"", "S1: The text has a space at an end"),
        ("associate.toml", "level = 4", "level = ", "The file cannot be read"),
        ("record-1.1.json", "\"level\": 6", "\"level\": \"six\"", "The level is “six”, not a number that can be (line"),
        ("record-1.1.json", "\"referenceNumber\"", "\"ref\"", "The record has no referenceNumber"),
        ("record-1.1.json", "\"knowledges\": [", "\"knowledges\": {\"a\": [], \"b\": [", "The record cannot be read"),
        ("record-1.1.json", "\"Trim a wick.\"", "\"Ask 943 476 5919\"", "a valid NHS number"),
    ] {
        let found = faults(name, from, to);
        assert!(found.iter().any(|fault| fault.contains(words)), "{words}: {found:?}");
    }
}

#[test]
fn a_json_fault_has_its_path_and_its_line() {
    let text = String::from_utf8(fixture("record-1.1.json")).unwrap();
    let line = text.lines().position(|line| line.contains("Trim a wick")).unwrap();
    let long = format!("\"{}\"", "x".repeat(13_000));
    let found = faults("record-1.1.json", "\"Trim a wick.\"", &long);
    // The item begins at its bracket, two lines above its text.
    assert!(
        found[0].starts_with("S1: The text is too long")
            && found[0].ends_with(&format!("(line {}, skills[0])", line - 1)),
        "{found:?}"
    );
}

#[test]
fn what_is_not_a_standard_is_refused_whatever_its_name() {
    for (bytes, words) in [
        (&b""[..], "The file is empty"),
        (b"PK\x03\x04", "It is a spreadsheet"),
        (b"[{\"referenceNumber\": \"ST1\"}, {}]", "It is a list of 2 records, not one record"),
        (b"{\"a\": ", "The record cannot be read"),
        (b"code,text\nK1,caf\xe9", "byte E9, “é” in Latin-1) (line 2)"),
        (b"hello", "There is no row “code,text,duties”"),
        (b"a = [[[[", "The file cannot be read"),
    ] {
        let intake = read(bytes);
        let said: Vec<String> = intake.remarks.iter().map(ToString::to_string).collect();
        assert!(intake.standard.is_none() && said[0].contains(words), "{said:?}");
    }
}

#[test]
fn depth_and_ten_thousand_items_are_refused_and_nothing_overflows() {
    let deep = format!("{{\"referenceNumber\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(deep.as_bytes()).standard.is_none());
    let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(deep.as_bytes()).standard.is_none());
    let head = "reference,X1\nversion,1\ntitle,T\nlevel,2\nmonths,12\ncode,text,duties\n";
    let rows: String = (1..=10_000).map(|n| format!("K{n},Text {n}\n")).collect::<Vec<_>>().concat();
    let json: Vec<String> = (1..=10_000).map(|n| format!("{{\"detail\":\"t{n}\"}}")).collect();
    let toml: String = (1..=10_000).map(|n| format!("K{n} = 't{n}'\n")).collect::<Vec<_>>().concat();
    for (text, words) in [
        (format!("{head}{rows}"), "There are more than 5064 rows"),
        (
            format!(
                "{{\"referenceNumber\":\"X\",\"versionNumber\":\"1\",\"title\":\"T\",\"level\":1,\"typicalDuration\":1,\"skills\":[{}]}}",
                json.join(",")
            ),
            "skills has 10000 items. At most 5000 are read",
        ),
        (
            format!("reference = 'X'\nversion = '1'\ntitle = 'T'\nlevel = 1\nmonths_to_gateway = 1\n[ksbs]\n{toml}"),
            "The standard has 10000 items. At most 5000 are read",
        ),
    ] {
        let intake = read(text.as_bytes());
        let said: Vec<String> = intake.remarks.iter().map(ToString::to_string).collect();
        assert!(intake.standard.is_none() && said.iter().any(|s| s.contains(words)), "{words}: {:?}", said.first());
    }
}

#[test]
fn authors_are_warned_of_what_is_seldom_meant() {
    let text = String::from_utf8(fixture("associate.toml")).unwrap();
    for (from, to, words) in [
        ("\"Trim a wick.\"", "\"Trim  a wick.\"", "S1: The text contains a doubled or hard space (line 28)"),
        ("\"Trim a wick.\"", "\"Trim a\u{a0}wick.\"", "S1: The text contains a doubled or hard space (line 28)"),
        ("\"Be careful with fire.\"", "\"Trim a wick.\"", "B2 has the very text of S1 (line 32)"),
        ("\"K3\", \"S3\", \"B1\", \"B2\"", "", "Duty 2 has no KSB (line 18)"),
        ("\"K3\", \"S3\", \"B1\", \"B2\"", "", "K3, S3, B2 belong to no duty (line 27)"),
        ("K3 = \"", "K4 = \"How oil is bought.\"\nK7 = \"", "Codes are left out: 4 from K1 to K7"),
    ] {
        let text = text
            .replacen(from, to, 1)
            .replace("\"K3\", \"S3\"", if to.starts_with("K4") { "\"S3\"" } else { "\"K3\", \"S3\"" });
        let (_, said) = sound(read(text.as_bytes()));
        assert!(said.iter().any(|s| s.contains(words)), "{words}: {said:?}");
    }
}
