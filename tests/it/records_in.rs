//! Existing records as departments have them: matrices and lists, with titles, merged headings, days of every spelling,
//! people of one name and items of another standard. What is not certain is a fault, never a guess.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use countersign_core::import::cell::letters;
use countersign_core::import::diagnostic::Severity;
use countersign_core::import::local::read::local;
use countersign_core::import::records::file::{ReadOptions, RecordsFile};
use countersign_core::import::records::items::Items;
use countersign_core::import::records::leave_out::LeaveOut;
use countersign_core::import::records::mark::DayOrder;
use countersign_core::import::records::plan::{CarriedMark, CellFate, RecordsPlan, RecordsSnapshot, plan};
use countersign_core::import::records::read::records;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::parse_day;
use countersign_core::primitives::ids::{KsbCode, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::standard::Standard;
use countersign_core::standard::file::{st0413, standard};

use crate::rosters::{sheet, workbook};

/// Ann Bell and two of the name Bo Ng are on ST0413; Cy Owen is on another standard, Di Roe on none; Eve Low has left.
pub struct Department {
    items: Items,
    pub known: RecordsSnapshot,
}

fn person(id: &str, name: &str, left: bool) -> Person {
    Person {
        id: id.parse().unwrap(),
        name: SafeText::line(name).unwrap(),
        roles: vec![Role::Trainee],
        left,
        department: None,
        registration: (id == "a1").then(|| SafeText::line("CS 90001").unwrap()),
        level: None,
    }
}

pub fn department() -> Department {
    let st0413 = Arc::new(st0413().unwrap().0);
    let other = Arc::new(standard(include_str!("../../data/made-up-associate.toml")).unwrap().0);
    let list = Arc::new(local(include_str!("../../data/competences-example.toml").as_bytes()).list.unwrap());
    let people = vec![
        person("a1", "Ann Bell", false),
        person("b1", "Bo Ng", false),
        person("b2", "Bo Ng", false),
        person("c1", "Cy Owen", false),
        person("d1", "Di Roe", false),
        person("e1", "Eve Low", true),
        person("f1", "Fi O’Brien", false),
    ];
    let on = |id: &str, of: &Arc<Standard>| (id.parse::<PersonId>().unwrap(), Arc::clone(of));
    let enrolled = HashMap::from([
        on("a1", &st0413),
        on("b1", &st0413),
        on("b2", &st0413),
        on("c1", &other),
        on("e1", &st0413),
        on("f1", &st0413),
    ]);
    let known = RecordsSnapshot { people, enrolled, ..RecordsSnapshot::default() };
    Department { items: Items::of(vec![st0413, other], vec![list]), known }
}

impl Department {
    pub fn read(&self, bytes: &[u8], options: &ReadOptions) -> (RecordsFile, RecordsPlan) {
        let file = records(bytes, parse_day("2026-11-28").unwrap(), options, &self.items);
        let plan = plan(&file, &self.known, &self.items);
        (file, plan)
    }
}

pub fn read(bytes: impl AsRef<[u8]>) -> (RecordsFile, RecordsPlan) {
    department().read(bytes.as_ref(), &ReadOptions::default())
}

/// What is carried over: `a1 K1 2026-05-12 level 2 by Sam`.
pub fn carried(plan: &RecordsPlan) -> Vec<String> {
    let mut all = Vec::new();
    for one in &plan.people {
        for (code, mark) in &one.items {
            let mut said = format!("{} {code} {}", one.person.id, mark.on);
            if let Some(level) = &mark.level {
                write!(said, " level {level}").unwrap();
            }
            if let Some(assessor) = &mark.assessor {
                write!(said, " by {assessor}").unwrap();
            }
            all.push(said);
        }
    }
    all.sort();
    all
}

pub fn faults(plan: &RecordsPlan) -> Vec<String> {
    plan.of(Severity::Fault).map(ToString::to_string).collect()
}

pub fn warnings(plan: &RecordsPlan) -> Vec<String> {
    plan.of(Severity::Warning).map(ToString::to_string).collect()
}

/// The one fault of a file, and its hint.
fn fault(bytes: impl AsRef<[u8]>) -> (String, String) {
    let (_, plan) = read(bytes);
    let all: Vec<_> = plan.of(Severity::Fault).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    (all[0].to_string(), all[0].hint.clone())
}

#[test]
fn a_matrix_and_a_list_say_the_same_whatever_is_above_and_around_them() {
    let wanted =
        ["a1 K1 2026-05-12 by Sam Supervisor", "a1 S2 2026-06-03 level 2 by Sam Supervisor", "f1 K1 2026-05-13"];
    for text in [
        "Name,Unit,Date,K1,S2\nAnn Bell,Echo,1 Sep 2025,12/05/2026 by Sam Supervisor,\"Level 2, 3 Jun 2026, Sam Supervisor\"\nFi O'Brien,Echo,,13/05/2026,\n",
        "Name,K1,Date,Assessor,S2,Date,Assessor\nAnn Bell,yes,12/05/2026,Sam Supervisor,2,03/06/2026,Sam Supervisor\nFi O'Brien,✓,13/05/2026,,no,13/05/2026,\n",
        "name,K1,S2\nAnn Bell,12/05/2026 by Sam Supervisor,\"Level 2, 3 Jun 2026, Sam Supervisor\"\nFi O'Brien,13/05/2026,\n",
        "Echo lab training matrix\n\nUpdated,1 Sep 2026\nName,K1,S2,Notes\n\"Bell, Ann\",2026-05-12 by Sam Supervisor,2: 03/06/2026 Sam Supervisor,keen\nO’Brien Fi,13 May 26,-,\n",
        ";K1;S2\nAnn Bell;12/05/2026 Sam Supervisor;2 03/06/2026 by Sam Supervisor\nFi O'Brien;13.05.2026;n/a\n",
        "First name,Surname,K1,,S2,,\n,,Date,Assessor,Date,Level,Assessor\nAnn,Bell,12/05/2026,Sam Supervisor,03/06/2026,2,Sam Supervisor\nFi,O'Brien,13/05/2026,,,,\n",
        "Person id,Name,K1 date,K1 assessor,S2 date,S2 level,S2 assessor\na1,Ann Bell,12/05/2026,Sam Supervisor,03/06/2026,2,Sam Supervisor\nf1,,13/05/2026,,,,\n",
        "Trainee,Code,Date,Level,Assessor\nAnn Bell,K1,12/05/2026,,Sam Supervisor\nAnn Bell,S2,03/06/2026,2,Sam Supervisor\nFi O'Brien,K1,13/05/2026,,\nFi O'Brien,S2,,,\n",
        "Report of the e-portfolio\nLearner,KSB,Status,Completed on,Grade,Assessed by\nAnn Bell,K1,Achieved,12 May 2026,,Sam Supervisor\nAnn Bell,ST0413 S2,Achieved,3 Jun 2026,2,Sam Supervisor\nFi O'Brien,K1,Achieved,13 May 2026,,\nFi O'Brien,S2,In progress,13 May 2026,,\n",
    ] {
        let (file, plan) = read(text);
        let levels: Vec<String> = carried(&plan).iter().map(|one| one.replace("level Level 2", "level 2")).collect();
        assert_eq!(faults(&plan), [""; 0], "{text}");
        assert_eq!(levels, wanted, "{text}: {file:?}");
    }
}

/// Cells with their references, so that blocks of them can be merged.
pub fn placed(rows: &[&[&str]], merged: &[&str]) -> String {
    let mut text = "<s:sheetData>".to_owned();
    for (row, line) in rows.iter().zip(1..) {
        write!(text, r#"<s:row r="{line}">"#).unwrap();
        for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let place = format!("{}{line}", letters(at));
            match cell.split_once('|') {
                Some(("f", "")) => {
                    write!(text, r#"<s:c r="{place}"><s:f>TODAY()-7</s:f></s:c>"#)
                }
                Some(("f", value)) => write!(text, r#"<s:c r="{place}"><s:f>TODAY()-7</s:f><s:v>{value}</s:v></s:c>"#),
                Some((kind, value)) => write!(text, r#"<s:c r="{place}" t="{kind}"><s:v>{value}</s:v></s:c>"#),
                None => write!(text, r#"<s:c r="{place}" t="inlineStr"><s:is><s:t>{cell}</s:t></s:is></s:c>"#),
            }
            .unwrap();
        }
        text.push_str("</s:row>");
    }
    text.push_str("</s:sheetData><s:mergeCells>");
    for block in merged {
        write!(text, r#"<s:mergeCell ref="{block}"/>"#).unwrap();
    }
    text + "</s:mergeCells>"
}

#[test]
fn merged_headings_date_cells_and_saved_values_of_formulas_are_read_and_error_cells_are_named() {
    let rows: &[&[&str]] = &[
        &["Training matrix"],
        &["Name", "K1", "", "S2", ""],
        &["", "Date", "Assessor", "Date", "Assessor"],
        &["Ann Bell", "n|46154", "Sam Supervisor", "f|46176", "Sam"],
        &["Fi O'Brien", "n|46154.99999", "", "", ""],
    ];
    let merged = ["A1:E1", "A2:A3", "B2:C2", "D2:E2"];
    let (_, plan) = read(workbook(&[("Matrix", &placed(rows, &merged))]));
    assert_eq!(faults(&plan), [""; 0]);
    assert_eq!(carried(&plan), ["a1 K1 2026-05-12 by Sam Supervisor", "a1 S2 2026-06-03 by Sam", "f1 K1 2026-05-13"]);
    let said = warnings(&plan).join("\n");
    assert!(
        said.contains("1 cell with a formula. The value that the spreadsheet saved is read: D4 is 3 Jun 2026"),
        "{said}"
    );
    for (cell, words) in [
        ("e|#N/A", "It is the spreadsheet's error #N/A (line 2, cell B2 “K1”)"),
        ("f|", "It is a formula without a saved value (line 2, cell B2 “K1”)"),
        ("n|1200000", "“1200000” is not a date (line 2, cell B2 “K1”)"),
        ("n|46400", "13 Jan 2027 is after today (line 2, cell B2 “K1”)"),
    ] {
        let (what, hint) = fault(workbook(&[("A", &placed(&[&["Name", "K1"], &["Ann Bell", cell]], &[]))]));
        assert_eq!(what, words);
        assert!(!hint.is_empty());
    }
}

#[test]
fn who_is_not_certain_is_named_with_the_nearest_people_and_nothing_is_guessed() {
    for (name, words, hint) in [
        ("Anne Bell", "Nobody here has the name “Anne Bell” (line 2, cell A2 “name”)", "Nearest: a1 Ann Bell"),
        ("Zed Quux", "Nobody here has the name “Zed Quux” (line 2, cell A2 “name”)", "Correct the name"),
        ("Bo Ng", "2 people have the name Bo Ng: b1, b2 (line 2, cell A2 “name”)", "column “person id”"),
        ("Di Roe", "Di Roe is not enrolled on a standard (line 2, cell A2 “name”)", "Enrol them first"),
        ("Eve Low", "Eve Low has left (line 2, cell A2 “name”)", "person return"),
        ("", "The name is missing (line 2, cell A2 “name”)", "Write whose"),
    ] {
        let (what, said) = fault(format!("name,K1,K2\n{name},12/05/2026,\n"));
        assert_eq!(what, words);
        assert!(said.contains(hint), "{said}");
    }
    let (what, _) = fault("person id,name,K1\na1,Bo Ng,12/05/2026\n");
    assert_eq!(what, "a1 is the id of Ann Bell, not of Bo Ng (line 2, cell A2 “person id”)");
    let (what, _) = fault("person id,K1\nzz,12/05/2026\n");
    assert!(what.starts_with("Nobody here has the id “zz”"), "{what}");
    // Two people of one name are told apart by their ids.
    let (_, plan) = read("person id,name,K1\nb1,Bo Ng,12/05/2026\nb2,Bo Ng,13/05/2026\n");
    assert_eq!((faults(&plan), carried(&plan)), (vec![], vec!["b1 K1 2026-05-12".into(), "b2 K1 2026-05-13".into()]));
}

#[test]
fn the_reader_may_say_which_columns_name_the_people() {
    let text = "Staff no,Payroll,Given,Family,K1\nb2,CS 90001,Ann,Bell,12/05/2026\n";
    for (person, who) in
        [(&["Staff no"][..], "b2"), (&["payroll"], "a1"), (&["Given", "Family"], "a1"), (&["c", "D"], "a1")]
    {
        let options =
            ReadOptions { person: person.iter().map(ToString::to_string).collect(), ..ReadOptions::default() };
        let (_, plan) = department().read(text.as_bytes(), &options);
        assert_eq!((faults(&plan), carried(&plan)), (vec![], vec![format!("{who} K1 2026-05-12")]), "{person:?}");
    }
    let options = ReadOptions { person: vec!["Shoe".to_owned()], ..ReadOptions::default() };
    let (_, plan) = department().read(text.as_bytes(), &options);
    assert_eq!(faults(&plan), ["No column is headed “Shoe” (line 1)"]);
    assert_eq!(fault("Staff no,K1,K2\nb2,12/05/2026,\n").0, "No column is headed as the people's (line 1)");
}

#[test]
fn an_item_that_is_not_theirs_is_named_by_its_column_with_what_there_is() {
    for (heading, words, hint) in [
        ("K99", "There is no K99 in ST0413 1.1 (line 1, column B “K99”)", "ST0413 1.1 has K1 to K"),
        ("L9", "There is no L9 in ST0413 1.1 (line 1, column B “L9”)", "CARDIO-LOCAL 1 has L1 to L4"),
        (
            "ST9999 K1",
            "“ST9999 K1” names ST9999, and they are enrolled on ST0413 1.1 (line 1, column B “ST9999 K1”)",
            "Correct",
        ),
        (
            "Records a ECG of diagnostic quality",
            "“Records a ECG of diagnostic quality” is not an item of ST0413 1.1 (line 1, column B “Records a ECG of diagnostic quality”)",
            "Nearest: L1 Records a 12-lead ECG",
        ),
    ] {
        let (what, said) = fault(format!("name,{heading},K2\nAnn Bell,12/05/2026,13/05/2026\n"));
        assert_eq!(what, words);
        assert!(said.contains(hint), "{said}");
    }
    let department = department();
    let other = department.known.enrolled[&"c1".parse::<PersonId>().unwrap()].clone();
    let theirs = other.ksbs()[0].code;
    let st0413 = department.known.enrolled[&"a1".parse::<PersonId>().unwrap()].clone();
    let missing: KsbCode = st0413.ksbs().iter().map(|ksb| ksb.code).find(|code| other.ksb(*code).is_none()).unwrap();
    let (what, _) = fault(format!("name,{theirs},{missing}\nCy Owen,12/05/2026,13/05/2026\n"));
    let of = other.reference();
    let words =
        format!("{missing} is an item of ST0413 1.1, and they are enrolled on {of} (line 1, column C “{missing}”)");
    assert_eq!(what, words);
    // In a list the cell is named, and a text in full is as good as a code.
    let (what, _) = fault("name,code,date\nAnn Bell,K99,12/05/2026\n");
    assert_eq!(what, "There is no K99 in ST0413 1.1 (line 2, cell B2 “code”)");
    let text = &st0413.ksbs()[3];
    let (_, plan) = read(format!("name,code,date\nAnn Bell,\"{}\",12/05/2026\n", text.text));
    assert_eq!(carried(&plan), [format!("a1 {} 2026-05-12", text.code)]);
}

#[test]
fn how_days_were_read_is_said_with_examples_and_the_month_comes_first_only_if_asked() {
    let text = "name,K1,K2,K3,K4\nAnn Bell,05/12/2025,31/05/26,12 May 26,2026-05-12\n";
    let (_, plan) = read(text);
    let said = warnings(&plan).join("\n");
    for words in [
        "1 day could be read two ways. They are read with the day first: B2 “05/12/2025” is 5 Dec 2025. --month-first",
        "2 years of two digits. They are read as 1980 to 2079: C2 “31/05/26” is 31 May 2026, D2 “12 May 26” is 12 May 2026",
    ] {
        assert!(said.contains(words), "{said}");
    }
    let american = "name,K1,K2\nAnn Bell,05/10/2026,05/31/2026\n";
    let (what, hint) = fault(american);
    assert_eq!(what, "“05/31/2026” is not a date: days are read with the day first (line 2, cell C2 “K2”)");
    assert!(hint.contains("--month-first"));
    let options = ReadOptions { order: DayOrder::MonthFirst, ..ReadOptions::default() };
    let (_, plan) = department().read(american.as_bytes(), &options);
    assert_eq!((faults(&plan), carried(&plan)), (vec![], vec!["a1 K1 2026-05-10".into(), "a1 K2 2026-05-31".into()]));
}

#[test]
fn a_tick_has_no_day_unless_the_reader_gives_one() {
    let text = "name,K1,K2,K3\nAnn Bell,yes,Level 3,no\n";
    let (_, plan) = read(text);
    assert_eq!(
        faults(&plan),
        ["“yes” has no day (line 2, cell B2 “K1”)", "“Level 3” has no day (line 2, cell C2 “K2”)"]
    );
    let options = ReadOptions { undated: parse_day("2026-03-31"), ..ReadOptions::default() };
    let (_, plan) = department().read(text.as_bytes(), &options);
    assert_eq!(carried(&plan), ["a1 K1 2026-03-31", "a1 K2 2026-03-31 level Level 3"]);
    let said = warnings(&plan).join("\n");
    assert!(said.contains("2 cells without a day. They are read as seen on 31 Mar 2026: B2 yes, C2 Level 3"), "{said}");
    assert!(said.contains("1 cell says that nothing was seen. It is not carried over: “no” (1)"), "{said}");
}

#[test]
fn what_the_reader_leaves_out_is_not_read_and_the_rest_is() {
    let text =
        "name,K1,K99,K2\nAnn Bell,12/05/2026,12/05/2026,31/02/2026\nZed Quux,12/05/2026,,\nFi O'Brien,13/05/2026,,\n";
    assert_eq!(faults(&read(text).1).len(), 3);
    let rest = ["a1 K1 2026-05-12", "f1 K1 2026-05-13"];
    for left_out in [&["row:3", "column:C", "cell:D2"][..], &["person:zed quux", "item:K99", "item:K2"], &["faults"]] {
        let left_out: Vec<LeaveOut> = left_out.iter().map(|text| text.parse().unwrap()).collect();
        let options = ReadOptions { left_out: left_out.clone(), ..ReadOptions::default() };
        let (file, mut plan) = department().read(text.as_bytes(), &options);
        if left_out == [LeaveOut::Faults] {
            plan.leave_out_faults();
            assert_eq!(plan.count(CellFate::LeftOut), 3);
        } else {
            assert_eq!(file.left_out, 3, "{left_out:?}");
        }
        assert_eq!((faults(&plan), carried(&plan)), (vec![], rest.map(str::to_owned).to_vec()), "{left_out:?}");
    }
    for bad in ["", "12", "row:", "row:x", "shoe:1", "faults:1"] {
        assert!(bad.parse::<LeaveOut>().is_err(), "{bad}");
    }
}

#[test]
fn of_two_records_of_an_item_the_later_is_carried_over_and_what_is_there_already_is_not() {
    let text = "name,code,date,assessor\nAnn Bell,K1,12/05/2026,Sam\nAnn Bell,K1,13/06/2026,Sam\nAnn Bell,K2,13/06/2026,Sam\n\
                Ann Bell,K3,13/06/2026,Sam\nBell Ann,K1,13/06/2025,Jo\n";
    let mut department = department();
    let ann: PersonId = "a1".parse().unwrap();
    let key = |code: &str| (ann.clone(), code.parse::<KsbCode>().unwrap());
    let mark = CarriedMark { on: parse_day("2026-06-13").unwrap(), assessor: SafeText::line("Sam").ok(), level: None };
    department.known.signed.insert(key("K2"));
    department.known.carried.insert(key("K3"), vec![mark]);
    let (_, plan) = department.read(text.as_bytes(), &ReadOptions::default());
    assert_eq!((faults(&plan), carried(&plan)), (vec![], vec!["a1 K1 2026-06-13 by Sam".to_owned()]));
    let fates: Vec<CellFate> = plan.cells.iter().map(|cell| cell.fate).collect();
    let [carry, older, same, signed] = [CellFate::Carry, CellFate::Older, CellFate::Same, CellFate::Signed];
    assert_eq!(fates, [older, carry, signed, same, older]);
    let said = warnings(&plan).join("\n");
    assert!(said.contains("2 records of an item of which another record has a later day, or the same"), "{said}");
    assert!(said.contains("Ann Bell is named on lines 2, 6. All are read as one person"), "{said}");
}

#[test]
fn what_is_no_record_is_refused_with_what_to_do() {
    for (text, words, hint) in [
        ("", "The file is empty", "right file"),
        ("a,b\nc,d\n", "No row has the headings of a matrix or a list", "name,K1,K2,S1"),
        (
            "Item,Ann Bell,Fi O'Brien\nK1,12/05/2026,\nK2,,\nS1,,\n",
            "The items are in rows here, and the people in columns",
            "Transpose",
        ),
        (
            "Person,Level,K1,Current,Required,Current of required\nAnn Bell,x,C current 2027-01-12,1,1,100\n",
            "This matrix shows the days on which items end",
            "Cells",
        ),
        (
            "name,code,date,result\nAnn Bell,K1,12/05/2026,maybe\n",
            "“maybe” does not say whether it was achieved",
            "Write achieved",
        ),
    ] {
        let (what, said) = fault(text);
        assert!(what.contains(words) && said.contains(hint), "{what}: {said}");
    }
}

#[test]
fn the_first_sheet_with_records_is_read_and_another_where_it_is_named() {
    let of = |name: &str, day: &str| sheet(&[&["name", "K1"], &[name, day]]);
    let (note, ann, fi) =
        (sheet(&[&["How to fill this in"]]), of("Ann Bell", "12/05/2026"), of("Fi O'Brien", "13/05/2026"));
    let book = workbook(&[("Read me", &note), ("2025", &ann), ("2026", &fi)]);
    let (file, plan) = read(&book);
    assert_eq!((file.sheet.as_deref(), carried(&plan)), (Some("2025"), vec!["a1 K1 2026-05-12".to_owned()]));
    assert!(warnings(&plan)[0].contains("The sheet “2025” is read. Not read: “Read me”, “2026”"));
    let options = ReadOptions { sheet: Some("2026".to_owned()), ..ReadOptions::default() };
    assert_eq!(carried(&department().read(&book, &options).1), ["f1 K1 2026-05-13"]);
}
