//! What an existing record may say against itself: in words around the day, in columns next to it, in formulas, lines
//! through it and tables of other people. None of it is carried over, and all of it is told.

use std::fmt::Write as _;

use countersign_core::import::diagnostic::Severity;
use countersign_core::import::records::file::{ReadOptions, RecordsFile};
use countersign_core::import::records::leave_out::LeaveOut;
use countersign_core::import::records::plan::{CarriedMark, CellFate, RecordsPlan};
use countersign_core::primitives::date::parse_day;

use crate::records_in::{carried, department, faults, placed, read, warnings};
use crate::rosters::{workbook, workbook_with};

/// Words that take a record back, limit it, or say something that is not understood.
const AGAINST: &[&str] = &[
    "fail",
    "Fail",
    "F",
    "not competent",
    "Not Competent",
    "no",
    "NYC",
    "withdrawn",
    "Withdrawn",
    "unsuccessful",
    "Unsuccessful",
    "but must repeat",
    "Must Repeat",
    "training only",
    "Training Only",
    "under supervision",
    "2nd try",
    "referred",
    "resit",
    "?",
    "*",
    "N",
    "80%",
    "voided",
    "Voided",
    "deferred",
    "see notes",
    "tbc",
    "expires",
    "due",
    "competent?",
    "not signed",
    "Needs Supervision",
    "left",
    "x",
    "✗",
];

fn with(left_out: &[&str], text: impl AsRef<[u8]>) -> (RecordsFile, RecordsPlan) {
    let left_out = left_out.iter().map(|text| text.parse::<LeaveOut>().unwrap()).collect();
    department().read(text.as_ref(), &ReadOptions { left_out, ..ReadOptions::default() })
}

#[test]
#[ignore = "slow: many files of records"]
fn words_against_a_record_keep_it_out_wherever_they_are_in_its_cell() {
    for words in AGAINST {
        for cell in [
            format!("12/05/2025 ({words})"),
            format!("12/05/2025, {words}"),
            format!("12/05/2025 {words}"),
            format!("2025-05-12 - {words}"),
            format!("12/05/2025 by S. Smith, {words}"),
            format!("12/05/2025 Sam Smith {words}"),
            format!("Level 2, 12/05/2025, {words}"),
            format!("Seen 12 May 2025 {words}"),
        ] {
            let (file, plan) = read(format!("name,K1,K2\nAnn Bell,\"{cell}\",12/05/2026\n"));
            assert_eq!(carried(&plan), ["a1 K2 2026-05-12"], "{cell}: {:?}", file.entries);
            let all = [faults(&plan), warnings(&plan)].concat();
            let told =
                all.iter().any(|said| said.contains("line 2, cell B2 “K1”") || said.contains("nothing was seen"));
            assert!(told, "{cell}: {all:?}");
        }
        // Before the day, * begins an item of a list.
        if *words != "*" {
            let (_, plan) = read(format!("name,K1,K2\nAnn Bell,\"{words} 12/05/2025\",12/05/2026\n"));
            assert_eq!(carried(&plan), ["a1 K2 2026-05-12"], "{words}");
        }
    }
    let long = format!("12/05/2025 {}fail", "and ".repeat(60));
    assert_eq!(carried(&read(format!("name,K1\nAnn Bell,{long}\n")).1), [""; 0]);
}

#[test]
#[ignore = "slow: many files of records"]
fn words_against_a_record_keep_it_out_in_every_column_and_the_fault_names_their_cell() {
    for words in AGAINST {
        for (heading, column) in [
            ("level", "D"),
            ("status", "D"),
            ("result", "D"),
            ("pass/fail", "D"),
            ("competent?", "D"),
            ("decision", "D"),
        ] {
            // A star says that something was seen; a record that expires was seen.
            if matches!(*words, "*" | "expires") {
                continue;
            }
            let (_, plan) = read(format!(
                "name,code,date,{heading}\nAnn Bell,K1,12/05/2025,{words}\nAnn Bell,K2,12/05/2026,pass\n"
            ));
            let level = if heading == "level" { " level pass" } else { "" };
            assert_eq!(carried(&plan), [format!("a1 K2 2026-05-12{level}")], "{heading}: {words}");
            let all = [faults(&plan), warnings(&plan)].concat();
            let place = format!("line 2, cell {column}2");
            let told = all.iter().any(|said| said.contains(&place) || said.contains("nothing was seen"));
            assert!(told, "{heading}: {words}: {all:?}");
        }
    }
    for words in ["not competent", "fail", "withdrawn", "unsigned", "not signed", "pending", "12", "?", "Nobody"] {
        let (_, plan) = read(format!("name,code,date,assessor\nAnn Bell,K1,12/05/2025,{words}\n"));
        assert_eq!(carried(&plan), [""; 0], "{words}");
        let wanted = format!("“{words}” does not say who saw it (line 2, cell D2 “assessor”)");
        assert_eq!(faults(&plan), [wanted]);
    }
    for words in ["Fail", "not achieved", "maybe"] {
        let (_, plan) =
            read(format!("name,K1,,,K2\n,Date,Result,Assessor,\nAnn Bell,12/05/2025,{words},SS,12/05/2026\n"));
        assert_eq!(carried(&plan), ["a1 K2 2026-05-12"], "{words}");
    }
}

#[test]
fn two_words_after_a_day_are_who_saw_it_only_if_they_name_somebody_here_or_certainly_in_the_file() {
    for words in ["Sent Home", "Major Concerns", "Many Errors", "Come Back", "Big Problem", "Un Safe", "A Concern"] {
        for cell in [format!("12/05/2025 {words}"), format!("12/05/2025, {words}"), format!("12/05/2025 with {words}")]
        {
            // Written twice it is no more certain.
            let (_, mut plan) = read(format!("name,K1,K2\nAnn Bell,\"{cell}\",\"{cell}\"\n"));
            assert_eq!(carried(&plan), [""; 0], "{cell}");
            let wanted =
                ["B2 “K1”", "C2 “K2”"].map(|at| format!("“{words}” may not be who saw it (line 2, cell {at})"));
            assert_eq!(faults(&plan), wanted);
            plan.leave_out_faults();
            assert_eq!(faults(&plan), [""; 0]);
        }
        let (_, plan) = read(format!("name,code,date,assessor\nAnn Bell,K1,\"12/05/2025, {words}\",SS\n"));
        assert_eq!((carried(&plan).len(), faults(&plan).len()), (0, 1), "{words}");
    }
    for (cell, by) in [
        ("12/05/2025 Di Roe", "Di Roe"),
        ("12/05/2025 Roe Di", "Roe Di"),
        ("12/05/2025 Eve Low", "Eve Low"),
        ("12/05/2025 with Fi OBrien", "Fi OBrien"),
        ("12/05/2025 Di Roe and S. Smith", "Di Roe and S. Smith"),
        ("12/05/2025 Sam Smith", "Sam Smith"),
        ("12/05/2025 Sam Smith and Di Roe", "Sam Smith and Di Roe"),
    ] {
        for text in [
            "name,K1,K2\nAnn Bell,CELL,13/05/2025 by Sam Smith\n",
            "name,code,date,assessor\nAnn Bell,K1,CELL,\nAnn Bell,K2,13/05/2025,Sam Smith\n",
        ] {
            let text = text.replace("CELL", cell);
            let (_, plan) = read(&text);
            let wanted = [format!("a1 K1 2025-05-12 by {by}"), "a1 K2 2025-05-13 by Sam Smith".to_owned()];
            assert_eq!((faults(&plan), carried(&plan)), (vec![], wanted.to_vec()), "{text}");
        }
    }
}

#[test]
fn a_day_in_brackets_is_a_fault_unless_a_level_comes_before_it() {
    for cell in
        ["(12/05/2025)", "[12/05/2025]", "(12 May 2025) SS", "[12/05/2025 SS]", "(Level 2, 12/05/2025)", " (2025-05-12"]
    {
        let (_, plan) = read(format!("name,K1,K2\nAnn Bell,\"{cell}\",12/05/2026\n"));
        assert_eq!(carried(&plan), ["a1 K2 2026-05-12"], "{cell}");
        assert!(faults(&plan)[0].contains("has its day in brackets"), "{cell}: {:?}", faults(&plan));
    }
    for cell in ["Level 2 (12/05/2025)", "✓ (12/05/2025)", "(Level 2) 12/05/2025"] {
        let (_, plan) = read(format!("name,K1\nAnn Bell,\"{cell}\"\n"));
        assert_eq!((faults(&plan), carried(&plan).len()), (vec![], 1), "{cell}");
    }
}

#[test]
fn an_empty_result_where_other_rows_have_one_and_one_that_has_ended_are_faults() {
    for (row, words) in [
        (",", "The result is empty, and other rows have one"),
        ("Expired,", "“Expired” does not say whether it was achieved before"),
        ("lapsed,", "“lapsed” does not say whether it was achieved before"),
    ] {
        let text =
            format!("name,code,date,status,result\nAnn Bell,K1,12/05/2025,{row}\nAnn Bell,K2,12/05/2025,,pass\n");
        let (_, plan) = read(&text);
        assert_eq!(carried(&plan), ["a1 K2 2025-05-12"], "{row}");
        assert_eq!(faults(&plan), [format!("{words} (line 2, cell D2 “status”)")]);
    }
    // A column that is empty all the way down says nothing, and nothing was seen without a day.
    for text in [
        "name,code,date,status\nAnn Bell,K1,12/05/2025,\n",
        "name,code,date,status\nAnn Bell,K1,12/05/2025,pass\nAnn Bell,K2,,\n",
    ] {
        let (_, plan) = read(text);
        assert_eq!((faults(&plan), carried(&plan)), (vec![], vec!["a1 K1 2025-05-12".to_owned()]), "{text}");
    }
}

#[test]
#[ignore = "slow: many files of records"]
fn a_result_in_a_column_that_is_not_read_is_a_fault_until_the_column_is_left_out_by_name() {
    for heading in ["Remarks", "Signed properly?", "Approved", "", "Notes", "Complete"] {
        for words in ["Fail", "not competent", "failed, repeat in June", "No", "Unsuccessful"] {
            for (text, column) in [
                (format!("name,code,date,{heading}\nAnn Bell,K1,12/05/2025,\"{words}\"\n"), "D"),
                (format!("name,K1,K2,{heading}\nAnn Bell,12/05/2025,,\"{words}\"\n"), "D"),
            ] {
                let (_, plan) = read(&text);
                let found = faults(&plan);
                assert_eq!(found.len(), 1, "{text}: {found:?}");
                assert!(found[0].contains(&format!("“{words}” in {column}2 may be a result")), "{text}: {found:?}");
                // Leaving out what has a fault does not carry over what it may speak against.
                let (_, mut plan) = with(&["faults"], &text);
                plan.leave_out_faults();
                assert_eq!(faults(&plan).len(), 1, "{text}");
                let (_, plan) = with(&[&format!("column:{column}")], &text);
                assert_eq!((faults(&plan), carried(&plan)), (vec![], vec!["a1 K1 2025-05-12".to_owned()]), "{text}");
            }
        }
    }
    // What is not a result is told, and no fault.
    for words in ["n/a", "keen", "-", "Echo lab"] {
        let (_, plan) = read(format!("name,code,date,\nAnn Bell,K1,12/05/2025,{words}\n"));
        assert_eq!(faults(&plan), [""; 0], "{words}");
        assert!(warnings(&plan).join("\n").contains("no heading and are not read: D from line 2"), "{words}");
    }
}

#[test]
fn a_formula_without_a_saved_value_and_an_error_are_faults_in_every_cell_of_a_record() {
    let heads = ["person id", "name", "standard", "code", "date", "level", "assessor", "status"];
    let right = ["a1", "Ann Bell", "ST0413", "K1", "n|45789", "2", "Sam", "achieved"];
    let of = |row: &[&str], head: &[&str]| read(workbook(&[("A", &placed(&[head, row], &[]))])).1;
    assert_eq!(carried(&of(&right, &heads)), ["a1 K1 2025-05-12 level 2 by Sam"]);
    for (at, heading) in heads.iter().enumerate() {
        for (cell, words) in [
            ("f|", "It is a formula without a saved value"),
            ("e|#N/A", "It is the spreadsheet's error #N/A"),
            ("e|#REF!", "It is the spreadsheet's error #REF!"),
        ] {
            let mut row = right;
            row[at] = cell;
            let plan = of(&row, &heads);
            assert_eq!(carried(&plan), [""; 0], "{heading} {cell}");
            let column = char::from(b'A' + u8::try_from(at).unwrap());
            let wanted = format!("{words} (line 2, cell {column}2 “{heading}”)");
            assert!(faults(&plan).contains(&wanted), "{wanted}: {:?}", faults(&plan));
            // A heading that cannot be read is not left out in silence.
            let mut head = heads;
            head[at] = cell;
            let plan = of(&right, &head);
            let all = faults(&plan);
            assert!(!all.is_empty(), "{heading} {cell}");
        }
    }
    let (_, plan) = read("name,code,date,status,assessor\nAnn Bell,K1,12/05/2025,=VLOOKUP(A1),Sam\n");
    assert_eq!(faults(&plan), ["It is a formula without a saved value (line 2, cell D2 “status”)"]);
}

#[test]
fn a_result_or_a_level_without_a_day_is_a_fault_and_a_name_alone_is_told() {
    for (row, words) in [
        ("K1,,achieved,,", "There is no day (line 2, cell C2 “date”)"),
        ("K1,,,Level 2,", "“Level 2” has no day (line 2, cell C2 “date”)"),
    ] {
        let (_, plan) = read(format!("name,code,date,status,level,assessor\nAnn Bell,{row}\n"));
        assert_eq!(faults(&plan), [words]);
    }
    for row in ["K1,,,,Sam", "K1,,open,,", "K1,,,not yet,", "K1,,,-,"] {
        let (_, plan) = read(format!("name,code,date,status,level,assessor\nAnn Bell,{row}\n"));
        assert_eq!((faults(&plan), carried(&plan)), (vec![], vec![]), "{row}");
        assert!(warnings(&plan).join("\n").contains("nothing was seen"), "{row}");
    }
}

#[test]
fn what_a_formula_saved_is_told_for_every_cell_of_a_record() {
    let head: &[&str] = &["name", "code", "date", "level", "assessor"];
    let row: &[&str] = &["Ann Bell", "K1", "n|45789", "2", "Sam"];
    let right = placed(&[head, row], &[]);
    assert!(!warnings(&read(workbook(&[("A", &right)])).1).join("\n").contains("formula"));
    for (at, cell) in row.iter().enumerate() {
        let place = format!("{}2", char::from(b'A' + u8::try_from(at).unwrap()));
        // A cell with a formula whose saved value is the same.
        let (kind, value) = cell.split_once('|').unwrap_or(("str", cell));
        let bare = match cell.split_once('|') {
            Some(_) => format!(r#"<s:c r="{place}" t="{kind}"><s:v>{value}</s:v></s:c>"#),
            None => format!(r#"<s:c r="{place}" t="inlineStr"><s:is><s:t>{value}</s:t></s:is></s:c>"#),
        };
        let formula = format!(r#"<s:c r="{place}" t="{kind}"><s:f>A9</s:f><s:v>{value}</s:v></s:c>"#);
        assert!(right.contains(&bare), "{bare}");
        let (_, plan) = read(workbook(&[("A", &right.replace(&bare, &formula))]));
        assert_eq!(carried(&plan), ["a1 K1 2025-05-12 level 2 by Sam"], "{place}");
        assert!(warnings(&plan).join("\n").contains("1 cell with a formula"), "{place}: {:?}", warnings(&plan));
    }
}

#[test]
fn two_tables_on_one_sheet_are_a_fault_and_never_the_records_of_the_wrong_person() {
    for text in [
        "name,K1,K2,,name,S1,S2\nAnn Bell,12/05/2025,,,Fi O'Brien,13/05/2025,\n",
        "name,K1,K2,Trainee,K1,K2\nAnn Bell,12/05/2025,,Fi O'Brien,13/05/2025,\n",
        "name,K1,,,K2\nAnn Bell,12/05/2025,,Fi O'Brien,13/05/2025\n",
        "name,code,date,,name,code,date\nAnn Bell,K1,12/05/2025,,Fi O'Brien,K2,13/05/2025\n",
        "name,code,date,person,item,last seen\nAnn Bell,K1,12/05/2025,Fi O'Brien,K2,13/05/2025\n",
        "name,K1,K2\nAnn Bell,12/05/2025,\nname,S1,S2\nFi O'Brien,13/05/2025,\n",
        "Echo lab\nName,K1,K2\nAnn Bell,12/05/2025,\n\nName,K2,K1\nFi O'Brien,13/05/2025,\n",
    ] {
        for left_out in [&[][..], &["faults"]] {
            let (_, mut plan) = with(left_out, text);
            if !left_out.is_empty() {
                plan.leave_out_faults();
            }
            let found = faults(&plan);
            let is_told = found.iter().any(|one| one.contains("table"));
            assert!(is_told, "{text}: {found:?}");
        }
    }
    for text in [
        "name,K1,K2\nAnn Bell,12/05/2025,\nname,K1,K2\nFi O'Brien,13/05/2025,\n",
        "name,K1: know the limits of your practice and when to ask for advice,,K2\n,Date,Assessor,\n\
         Ann Bell,12/05/2025,SS,\n\
         name,K1: know the limits of your practice and when to ask for advice,,K2\nname,Date,Assessor,\n\
         Fi O'Brien,13/05/2025,SS,\n",
        "Staff,name,K1,K2\nx,Ann Bell,12/05/2025,\nx,Fi O'Brien,13/05/2025,\n",
        "K1,name,K2\n12/05/2025,Ann Bell,\n13/05/2025,Fi O'Brien,\n",
    ] {
        let text = text.replace("Staff,", "Team,").replace("\nx,", "\nEcho,");
        let (_, plan) = read(&text);
        assert_eq!((faults(&plan), carried(&plan).len()), (vec![], 2), "{text}");
    }
}

#[test]
fn what_is_left_out_by_a_name_that_is_not_there_is_refused_with_what_there_is() {
    let matrix = "name,K1,K2,team\nAnn Bell,12/05/2025,,Echo\nFi O'Brien,13/05/2025,,Echo\n";
    let list = "name,code,date,level,remarks\nAnn Bell,K1,12/05/2025,2,x\nFi O'Brien,K1,13/05/2025,2,x\n";
    for (text, left_out, hint) in [
        (matrix, "row:99", "The rows are 2 to 3"),
        (matrix, "row:1", "The rows are 2 to 3"),
        (matrix, "column:Q", "The columns of items are B K1, C K2"),
        (matrix, "column:A", "The columns of items are B K1, C K2"),
        (matrix, "cell:C2", "Name the cell"),
        (matrix, "cell:B9", "Name the cell"),
        (matrix, "cell:Z2", "Name the cell"),
        (matrix, "cell:A2", "Name the cell"),
        (matrix, "item:K77", "The columns of items are B K1, C K2"),
        (matrix, "person:Zed", "The people are Ann Bell, Fi O'Brien"),
        (matrix, "person:b1", "The people are Ann Bell, Fi O'Brien"),
        (list, "column:C", "Leave out rows, items or people"),
        (list, "column:Q", "Leave out rows, items or people"),
        (list, "item:K77", "Leave out rows, items or people"),
        (list, "cell:C9", "Name the cell"),
        (list, "row:4", "The rows are 2 to 3"),
    ] {
        let (_, plan) = with(&[left_out], text);
        assert_eq!(faults(&plan), [format!("This file has no {left_out}")], "{text}");
        let fault = plan.of(Severity::Fault).next().unwrap();
        assert!(fault.hint.contains(hint), "{left_out}: {}", fault.hint);
    }
    let (_, plan) = with(&["person:n"], matrix);
    assert_eq!(faults(&plan), ["“n” is 2 people in this file"]);
}

#[test]
fn what_is_left_out_is_found_by_any_name_of_it() {
    let matrix = "name,K1,K2\nAnn Bell,12/05/2025,\nFi O'Brien,13/05/2025,13/05/2025\n";
    let list = "name,code,date,level,status\nAnn Bell,K1,12/05/2025,,achieved\nFi O'Brien,k01,13/05/2025,2,achieved\n";
    for (text, left_out) in [
        (matrix, "person:fi"),
        (matrix, "person:OBRIEN"),
        (matrix, "person:O’Brien, Fi"),
        (matrix, "person:f1"),
        (matrix, "row:3"),
        (list, "person:obrien fi"),
        (list, "row:3"),
        (list, "cell:B3"),
        (list, "cell:c3"),
        (list, "cell:D3"),
        (list, "cell:E3"),
        (list, "cell:E2"),
    ] {
        let parsed: LeaveOut = left_out.parse().unwrap();
        let by_id = vec![("f1".to_owned(), "Fi O’Brien".to_owned())];
        let options = ReadOptions { left_out: vec![parsed], by_id, ..ReadOptions::default() };
        let (file, plan) = department().read(text.as_bytes(), &options);
        assert_eq!(faults(&plan), [""; 0], "{left_out}");
        let rest = if left_out == "cell:E2" { "f1 K1 2025-05-13 level 2" } else { "a1 K1 2025-05-12" };
        assert_eq!(carried(&plan), [rest], "{left_out}");
        assert!(file.left_out > 0);
    }
    for (text, left_out) in [(matrix, "item:k01"), (matrix, "column:b"), (list, "item:K1")] {
        let (_, plan) = with(&[left_out], text);
        let rest: &[&str] = if text == matrix { &["f1 K2 2025-05-13"] } else { &[] };
        assert_eq!(
            (faults(&plan), carried(&plan)),
            (vec![], rest.iter().map(ToString::to_string).collect()),
            "{left_out}"
        );
    }
}

/// A workbook whose cells have styles: 0 is plain, 1 a date, 2 a date that is struck through.
fn styled(sheet: &str, shared: &str) -> Vec<u8> {
    const STYLES: &str = r#"<styleSheet xmlns="x"><numFmts count="1"><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts>
        <fonts count="2"><font/><font><strike/></font></fonts>
        <cellXfs count="3"><xf numFmtId="0" fontId="0"/><xf numFmtId="170" fontId="0"/><xf numFmtId="14" fontId="1"/></cellXfs></styleSheet>"#;
    workbook_with(&[("A", sheet)], &[("styles", STYLES), ("sharedStrings", shared)])
}

#[test]
fn a_line_through_a_record_is_a_fault_and_a_number_or_a_hidden_column_that_is_read_is_told() {
    const HEAD: &str = r#"<s:cols><s:col min="3" max="3" hidden="1"/></s:cols><s:sheetData><s:row r="1"><s:c r="A1" t="inlineStr"><s:is><s:t>name</s:t></s:is></s:c><s:c r="B1" t="inlineStr"><s:is><s:t>K1</s:t></s:is></s:c><s:c r="C1" t="inlineStr"><s:is><s:t>K2</s:t></s:is></s:c></s:row><s:row r="2"><s:c r="A2" t="inlineStr"><s:is><s:t>Ann Bell</s:t></s:is></s:c>"#;
    const SHARED: &str = r#"<sst xmlns="x"><si><t>12/05/2025</t></si><si><r><rPr><strike/></rPr><t>12/05/2025</t></r><r><t> SS</t></r></si></sst>"#;
    let of = |cells: &str| read(styled(&format!("{HEAD}{cells}</s:row></s:sheetData>"), SHARED)).1;
    let plan = of(r#"<s:c r="B2" s="1"><s:v>45789</s:v></s:c>"#);
    assert_eq!((faults(&plan), carried(&plan)), (vec![], vec!["a1 K1 2025-05-12".to_owned()]));
    let hidden = "1 column is hidden in the spreadsheet, and is read too: C “K2”";
    assert!(warnings(&plan).iter().any(|said| said.contains(hidden)), "{:?}", warnings(&plan));
    assert!(!warnings(&plan).iter().any(|said| said.contains("not shown as a date")));
    let plan = of(r#"<s:c r="B2" s="0"><s:v>45789</s:v></s:c>"#);
    let wanted =
        "1 number that is not shown as a date in the spreadsheet, and is read as one: B2 “45789” is 12 May 2025";
    assert!(warnings(&plan).iter().any(|said| said.contains(wanted)), "{:?}", warnings(&plan));
    for cell in [
        r#"<s:c r="B2" s="2"><s:v>45789</s:v></s:c>"#,
        r#"<s:c r="B2" t="s"><s:v>1</s:v></s:c>"#,
        r#"<s:c r="B2" t="inlineStr"><s:is><s:r><s:rPr><s:strike/></s:rPr><s:t>12/05/2025</s:t></s:r></s:is></s:c>"#,
    ] {
        let plan = of(cell);
        assert_eq!(carried(&plan), [""; 0], "{cell}");
        assert!(faults(&plan)[0].contains("is struck through (line 2, cell B2 “K1”)"), "{:?}", faults(&plan));
    }
    let plan = of(r#"<s:c r="B2" t="s"><s:v>0</s:v></s:c>"#);
    assert_eq!(faults(&plan), [""; 0]);
}

#[test]
fn a_day_that_the_reader_gives_a_cell_replaces_what_the_cell_says_and_is_told() {
    let text = "name,K1,K2\nAnn Bell,31/02/2026,Training only\nFi O'Brien,13/05/2026,\n";
    let day = |text: &str| parse_day(text).unwrap();
    let corrected = vec![("B2".to_owned(), day("2026-02-27")), ("B2".to_owned(), day("2026-02-28"))];
    let options = ReadOptions { corrected, ..ReadOptions::default() };
    let (_, plan) = department().read(text.as_bytes(), &options);
    assert_eq!(carried(&plan), ["a1 K1 2026-02-28", "f1 K1 2026-05-13"]);
    assert_eq!(faults(&plan), ["“Training only” is not understood (line 2, cell C2 “K2”)"]);
    let said = warnings(&plan).join("\n");
    assert!(said.contains("1 day given here, and not in the file: B2 “31/02/2026” is 28 Feb 2026"), "{said}");
}

#[test]
fn what_was_carried_over_and_withdrawn_is_told_before_it_is_carried_over_again() {
    let mut department = department();
    let mark = |on: &str| CarriedMark { on: parse_day(on).unwrap(), assessor: None, level: None };
    let key = |code: &str| ("a1".parse().unwrap(), code.parse().unwrap());
    let why = "withdrawn on 3 Jun 2026: “wrong file”";
    department.known.withdrawn.insert(key("K1"), vec![(mark("2025-05-12"), why.to_owned())]);
    department.known.withdrawn.insert(key("K2"), vec![(mark("2025-05-12"), why.to_owned())]);
    let text = "name,K1,K2\nAnn Bell,12/05/2025,13/05/2025\n";
    let (_, plan) = department.read(text.as_bytes(), &ReadOptions::default());
    let whys: Vec<(CellFate, &str)> = plan.cells.iter().map(|cell| (cell.fate, cell.why.as_str())).collect();
    assert_eq!(whys, [(CellFate::Carry, why), (CellFate::Carry, "")]);
    let said = warnings(&plan).join("\n");
    let words =
        "1 item was carried over before and withdrawn. It would be carried over again: B2 was withdrawn on 3 Jun";
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_file_of_another_kind_is_named_for_what_it_is() {
    for (bytes, words) in [
        (&b"countersign-bundle/1\nlog x\nK1 a\nK2 b\nK3 c\n"[..], "This is a bundle from another department"),
        (b"countersign-receipt/1\n", "This is a receipt"),
        (b"SQLite format 3\0rest", "This is a sign-off book"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old or password-protected spreadsheet"),
        (b"\xff\xff\xff", "not text"),
        (b"", "The file is empty"),
        (b"K1 a\nK2 b\nK3 c\nK4 d\n", "No row has the headings of a matrix or a list"),
    ] {
        let (file, plan) = read(bytes);
        let found = faults(&plan);
        assert!(found.len() == 1 && found[0].contains(words), "{words}: {found:?}");
        assert!(!file.is_read(), "{words}");
    }
}

#[test]
#[ignore = "slow: many files of records"]
fn of_thousands_of_unknown_items_only_the_first_are_told_with_the_nearest_ones() {
    let (mut list, mut head) = ("name,code,date\n".to_owned(), "name".to_owned());
    for at in 0..5000 {
        writeln!(list, "Ann Bell,Records a ECG of diagnostic quality {at},12/05/2025").unwrap();
    }
    for at in 0..990 {
        write!(head, ",Records a ECG of diagnostic quality {at}").unwrap();
    }
    let matrix = format!("{head}\nAnn Bell{}\n", ",12/05/2025".repeat(990));
    for (text, many) in [(&list, 5000), (&matrix, 990)] {
        let (_, plan) = read(text);
        assert_eq!(plan.count(CellFate::Fault), many);
        // Searching the nearest of each takes seconds, so only those of the first are named.
        let nearest = plan.of(Severity::Fault).filter(|fault| fault.hint.starts_with("Nearest: ")).count();
        assert!((1..=200).contains(&nearest), "{nearest}");
    }
}
