//! Rosters as people have them: saved by Excel, LibreOffice and common libraries, with titles, notes, merged cells, errors
//! and days of every spelling.

use std::fmt::Write as _;

use countersign_core::import::roster::read::{PeopleFile, people};
use countersign_core::primitives::date::parse_day;

/// The roster of these bytes, read on a Saturday.
fn read(bytes: &[u8]) -> PeopleFile {
    people(bytes, parse_day("2026-11-28").unwrap(), None)
}

fn case(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/cases/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Everyone with their standard, first day and department.
fn rows(file: &PeopleFile) -> Vec<String> {
    let row = |line: &countersign_core::import::roster::read::PersonLine| {
        let text = |text: &Option<countersign_core::primitives::text::SafeText>| text.as_ref().map(ToString::to_string);
        let standard =
            line.standard.clone().map(|of| line.version.iter().fold(of, |of, version| format!("{of} {version}")));
        let parts = [text(&line.name), standard, line.start.map(|day| day.to_string())];
        let parts: Vec<String> = parts.into_iter().chain([text(&line.department)]).flatten().collect();
        parts.join(" | ")
    };
    file.lines.iter().map(row).collect()
}

fn remarks(file: &PeopleFile) -> Vec<String> {
    file.remarks.iter().map(|remark| format!("{}: {remark}", remark.weight.slug())).collect()
}

const ANN: &str = "Ann Bell | ST0413 | 2026-09-01";
const ANN_ECHO: &str = "Ann Bell | ST0413 | 2026-09-01 | Echo lab";

#[test]
fn a_roster_is_read_whatever_wrote_it() {
    for (name, people) in [
        (
            "frac.xlsx",
            &[ANN_ECHO, "Bo Ng | ST0413 | 2026-09-01 | Echo lab", "Cy Owen | ST0413 | 2026-09-01 | Echo lab"][..],
        ),
        ("frac-rule.xlsx", &["Ann Bell | ST0413 | 2025-08-01 | Echo lab", "Bo Ng | ST0413 | 2025-08-01 | Echo lab"]),
        (
            "merged.xlsx",
            &[ANN_ECHO, "Bo Ng | ST0413 | 2026-09-01 | Echo lab", "Cy Owen | ST0413 | 2026-09-01 | Echo lab"],
        ),
        ("chartsheet.xlsx", &[ANN_ECHO]),
        ("strict.xlsx", &[ANN_ECHO]),
        ("backslash.xlsx", &[ANN_ECHO]),
        ("wbroot.xlsx", &[ANN_ECHO]),
        ("sept.csv", &[ANN]),
        ("dmmmyy.csv", &[ANN]),
        ("two-digit.csv", &[ANN]),
        ("midnight.csv", &[ANN]),
        ("sep.csv", &[ANN]),
        ("cr.csv", &[ANN, "Bo Ng | ST0413 | 2026-09-01"]),
        ("utf16nobom.csv", &["Zoe Bell | ST0413 | 2026-09-01"]),
        ("ver.csv", &["Ann Bell | MADE-UP-5 1 | 2026-09-01"]),
        ("ver.xlsx", &["Ann Bell | MADE-UP-5 1 | 2026-09-01", "Bo Ng | ST0413 1.1 | 2026-09-01"]),
        ("fn2.csv", &["Ann Bell", "Bo Ng"]),
    ] {
        let file = read(&case(name));
        assert_eq!(rows(&file), people, "{name}: {:?}", file.remarks);
        let quiet = name == "ver.xlsx" || file.remarks.is_empty();
        assert!(quiet, "{name}: {:?}", file.remarks);
    }
}

#[test]
fn what_a_reader_must_know_of_a_roster_is_said_with_its_place() {
    for (name, said) in [
        ("err.xlsx", &["fault: It is the spreadsheet's error #N/A (line 2, column D “department”)"][..]),
        (
            "errtext.csv",
            &[
                "fault: It is the spreadsheet's error #REF! (line 2, column C “registration”)",
                "fault: It is the spreadsheet's error #N/A (line 2, column D “department”)",
                "fault: It is the spreadsheet's error #N/A (line 3, column C “registration”)",
                "fault: It is the spreadsheet's error #N/A (line 3, column D “department”)",
            ],
        ),
        ("hiddenrow.xlsx", &["warning: 1 row is hidden in the spreadsheet, and is read too (line 3)"]),
        ("instr.xlsx", &["warning: The sheet “Roster” is read. Not read: “Sheet1”"]),
        ("ole-not-xlsx.xls", &["fault: This is an old or password-protected spreadsheet"]),
        (
            "placeholder.csv",
            &[
                "warning: “N/A” is read as an empty cell (line 2, column C “registration”)",
                "warning: “N/A” is read as an empty cell (line 3, column C “registration”)",
                "warning: “TBC” is read as an empty cell (line 4, column C “registration”)",
            ],
        ),
        (
            "apos.csv",
            &[
                "warning: “1.23E+11” looks like a number that a spreadsheet cut short. Check it (line 3, column C “registration”)",
            ],
        ),
        ("title.csv", &["warning: The headings are on line 3. What is above them is not read (line 1)"]),
    ] {
        let file = read(&case(name));
        let mut found = remarks(&file);
        found.sort();
        let mut wanted: Vec<String> = said.iter().map(ToString::to_string).collect();
        wanted.sort();
        assert_eq!(found, wanted, "{name}");
    }
    let apostrophes = read(&case("apos.csv"));
    assert_eq!(apostrophes.lines[0].registration.as_ref().unwrap().as_str(), "0012345");
    assert_eq!(apostrophes.lines[2].id.as_ref().unwrap().as_str(), "0042");
    assert!(read(&case("placeholder.csv")).lines.iter().all(|line| line.registration.is_none()));
    assert_eq!(rows(&read(&case("title.csv"))), [ANN]);
    assert_eq!(read(&case("ole-not-xlsx.xls")).remarks[0].hint, "Save it as .xlsx without a password");
}

/// A packed file of these parts, not compressed.
pub(crate) fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(sum & 1)))
        })
    };
    let (mut file, mut index) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let at = u32::try_from(file.len()).unwrap();
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut head = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(crc(text.as_bytes()).to_le_bytes());
        head.extend([size, size].concat());
        head.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        head.extend([0, 0]);
        file.extend(b"PK\x03\x04");
        file.extend(&head);
        file.extend(name.as_bytes());
        file.extend(text.as_bytes());
        index.extend(b"PK\x01\x02\x14\0");
        index.extend(&head);
        index.extend([0; 10]);
        index.extend(at.to_le_bytes());
        index.extend(name.as_bytes());
    }
    let (count, at) = (u16::try_from(parts.len()).unwrap().to_le_bytes(), u32::try_from(file.len()).unwrap());
    let size = u32::try_from(index.len()).unwrap();
    file.extend(&index);
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    file.extend([0, 0]);
    file
}

/// A workbook of sheets, each a name and what is in its `sheetData`, with what follows that.
pub(crate) fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    workbook_with(sheets, &[])
}

/// A workbook with other parts of its own: `styles`, `sharedStrings`.
pub(crate) fn workbook_with(sheets: &[(&str, &str)], others: &[(&str, &str)]) -> Vec<u8> {
    let (mut named, mut links, mut parts) = (String::new(), String::new(), Vec::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        write!(named, r#"<s:sheet name="{name}" sheetId="{at}" rel:id="R{at}"/>"#).unwrap();
        let kind = "http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet";
        write!(links, r#"<Relationship Id="R{at}" Type="{kind}" Target="/xl/sheets/{at}.xml"/>"#).unwrap();
        parts.push((format!("XL/sheets/{at}.xml"), format!("<s:worksheet>{rows}</s:worksheet>")));
    }
    for (kind, text) in others {
        let of = "http://purl.oclc.org/ooxml/officeDocument/relationships";
        write!(links, r#"<Relationship Id="{kind}" Type="{of}/{kind}" Target="{kind}.xml"/>"#).unwrap();
        parts.push((format!("xl/{kind}.xml"), (*text).to_owned()));
    }
    let book = format!("\u{feff}<?xml version=\"1.0\"?><s:workbook><s:sheets>{named}</s:sheets></s:workbook>");
    parts.push(("xl/workbook.xml".to_owned(), book));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{links}</Relationships>")));
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    packed(&parts)
}

/// Rows of cells as a library writes them that leaves out where each is.
pub(crate) fn sheet(rows: &[&[&str]]) -> String {
    let mut text = "<s:sheetData>".to_owned();
    for row in rows {
        text.push_str("<s:row>");
        for cell in *row {
            match cell.split_once('|') {
                Some((kind, value)) => write!(text, r#"<s:c t="{kind}"><s:v>{value}</s:v></s:c>"#).unwrap(),
                None => write!(text, r#"<s:c t="inlineStr"><s:is><s:t>{cell}</s:t></s:is></s:c>"#).unwrap(),
            }
        }
        text.push_str("</s:row>");
    }
    text + "</s:sheetData>"
}

#[test]
fn a_day_in_a_cell_is_the_day_that_its_writer_saw() {
    for (value, day) in [
        ("n|46266", "2026-09-01"),
        ("n|46266.75", "2026-09-01"),
        ("n|46265.99999421296", "2026-09-01"),
        ("n|46265.95833333334", "2026-09-01"),
        ("n|46265.91666666666", "2026-09-01"),
        ("n|46265.5", "2026-08-31"),
        ("d|2026-09-01", "2026-09-01"),
        ("d|2026-09-01T00:00:00", "2026-09-01"),
        ("d|2026-09-01T00:00:00Z", "2026-09-01"),
        ("d|2026-09-01T00:00:00.000Z", "2026-09-01"),
        ("d|2026-08-31T23:00:00.000Z", "2026-09-01"),
        ("str|01/09/2026 00:00", "2026-09-01"),
        ("1st Sept 2026", "2026-09-01"),
    ] {
        let file = read(&workbook(&[("A", &sheet(&[&["name", "start"], &["Ann", value]]))]));
        assert_eq!(rows(&file), [format!("Ann | {day}")], "{value}: {:?}", file.remarks);
    }
}

#[test]
fn every_error_that_a_spreadsheet_shows_is_a_fault_in_either_form() {
    for error in ["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#VALUE!"] {
        let said = format!("fault: It is the spreadsheet's error {error} (line 2, column B “department”)");
        let cell = format!("e|{error}");
        for bytes in [
            format!("name,department\nAnn,{error}\n").into_bytes(),
            workbook(&[("A", &sheet(&[&["name", "department"], &["Ann", &cell]]))]),
            workbook(&[("A", &sheet(&[&["name", "department"], &["Ann", error]]))]),
        ] {
            assert_eq!(remarks(&read(&bytes)), std::slice::from_ref(&said));
        }
    }
}

#[test]
fn the_first_sheet_with_a_roster_is_read_and_another_where_it_is_named() {
    let roster = |name: &str| sheet(&[&["name", "department"], &[name, "Echo"]]);
    let (note, ann, bo) = (sheet(&[&["How to fill this in"]]), roster("Ann"), roster("Bo"));
    let book = workbook(&[("Read me", &note), ("Autumn &amp; winter", &ann), ("Spring", &bo)]);
    let file = read(&book);
    assert_eq!((rows(&file), file.sheet.as_deref()), (vec!["Ann | Echo".to_owned()], Some("Autumn & winter")));
    assert_eq!(remarks(&file), ["warning: The sheet “Autumn & winter” is read. Not read: “Read me”, “Spring”"]);
    let today = parse_day("2026-11-28").unwrap();
    assert_eq!(rows(&people(&book, today, Some("spring"))), ["Bo | Echo"]);
    let missing = people(&book, today, Some("Summer"));
    assert_eq!(remarks(&missing), ["fault: There is no sheet “Summer”"]);
    assert_eq!(missing.remarks[0].hint, "Its sheets: “Read me”, “Autumn & winter”, “Spring”");
    assert_eq!(
        remarks(&people(b"name\nAnn\n", today, Some("Spring"))),
        ["fault: It is CSV, and has no sheet “Spring”"]
    );
    // Where no sheet is a roster, the first is judged.
    let missing = read(&workbook(&[("A", &note), ("B", &note)]));
    assert!(remarks(&missing).iter().any(|said| said.contains("There is no column headed “name”")), "{missing:?}");
}

#[test]
fn a_merged_block_gives_its_value_to_its_rows_and_to_no_other() {
    let rows_of = |merged: &str| {
        let cells = [&["name", "department"][..], &["Ann", "Echo"], &["Bo"], &["Cy", "Ward"], &["Di"]];
        let cells = format!("{}<s:mergeCells>{merged}</s:mergeCells>", sheet(&cells));
        let file = read(&workbook(&[("A", &cells)]));
        assert_eq!(remarks(&file), [""; 0], "{merged}");
        rows(&file)
    };
    let plain = ["Ann | Echo", "Bo", "Cy | Ward", "Di"];
    assert_eq!(rows_of(""), plain);
    assert_eq!(rows_of(r#"<s:mergeCell ref="B2:B3"/>"#), ["Ann | Echo", "Bo | Echo", "Cy | Ward", "Di"]);
    assert_eq!(rows_of(r#"<s:mergeCell ref="B2:B99999"/>"#), ["Ann | Echo", "Bo | Echo", "Cy | Ward", "Di | Echo"]);
    for without_effect in ["B1:C1", "C2:C5", "B3:B3", "A", "2:3", "B9:B1", "B0:B1"] {
        assert_eq!(rows_of(&format!(r#"<s:mergeCell ref="{without_effect}"/>"#)), plain, "{without_effect}");
    }
}

#[test]
fn what_is_not_a_roster_is_told_in_one_sentence_with_how_to_save_it() {
    for (bytes, said) in [
        (packed(&[("content.xml", "<x/>")]), "This is an OpenDocument file (.ods)"),
        (packed(&[("xl/workbook.bin", "")]), "This is a binary workbook (.xlsb)"),
        (packed(&[("word/document.xml", "<x/>")]), "This is a Word document"),
        (packed(&[("a.txt", "a")]), "It is a packed file without a sheet"),
        (b"<html><table><tr><td>name".to_vec(), "This is a web page or an old kind of spreadsheet"),
        (b"{\\rtf1 name}".to_vec(), "This is a word-processor document"),
        (b"name\0\0\0".to_vec(), "This is not text, nor a spreadsheet (.xlsx)"),
    ] {
        let file = read(&bytes);
        let [remark] = file.remarks.as_slice() else { panic!("{file:?}") };
        assert!(remark.what == said && remark.hint.contains("ave "), "{remark:?}");
    }
}

#[test]
fn the_names_of_a_person_are_joined_and_a_surname_alone_is_never_signed_unnoticed() {
    for head in ["First name(s),Surname", "Forename,Last name", "GIVEN NAMES,Family name"] {
        assert_eq!(rows(&read(format!("{head},Role\nAnn,Bell,trainee\n").as_bytes())), ["Ann Bell"], "{head}");
    }
    for head in ["Surname,Role", "Surname,Name", "id,Last name"] {
        let file = read(format!("{head}\nBell,Ann\n").as_bytes());
        let said = remarks(&file);
        assert!(said[0].starts_with("fault: There is a surname column but no first-name column"), "{head}: {said:?}");
    }
    assert_eq!(rows(&read(b"Full name,Surname\nAnn Bell,Bell\n")), ["Ann Bell"]);
    let said = remarks(&read(b"First name,Surname\n,Bell\n"));
    assert_eq!(said, ["warning: There is only a surname, “Bell” (line 2, column A “First name”)"]);
}

#[test]
fn a_day_that_leaves_its_year_open_is_read_forward_and_shown_with_its_year() {
    for (text, day) in [("1st", "Tue 1 Dec 2026"), ("Weds", "Wed 2 Dec 2026"), ("5 Jan", "Tue 5 Jan 2027")] {
        let said = remarks(&read(format!("name,start\nAnn,{text}\n").as_bytes()));
        assert_eq!(said, [format!("warning: “{text}” is read as {day}: write the year (line 2, column B “start”)")]);
    }
    for text in ["0026-09-01", "9999-12-31", "1/1/1979", "n|-5", "2100-01-01"] {
        let said = remarks(&read(format!("name,start\nAnn,{text}\n").as_bytes()));
        assert_eq!(said, [format!("fault: “{text}” is not a date (line 2, column B “start”)")]);
    }
}

#[test]
fn a_name_is_as_long_as_a_name_and_no_longer() {
    let said = |letters: usize| remarks(&read(format!("name\n{}\n", "é".repeat(letters)).as_bytes()));
    assert_eq!(said(200), [""; 0]);
    assert!(said(201)[0].contains("The text is too long for a name: 201 letters, at most 200"), "{:?}", said(201));
}
