//! Public records with slips of their own, what a standard says of itself, and which version a start belongs to.

use std::process::Command;

use countersign_app::standards::standard::page_of;
use countersign_core::import::diagnostic::Severity;
use countersign_core::import::standard::read::{ParsedStandard, standard as read};
use countersign_core::programme::funding_rules::{assessment_of, shipped};
use countersign_core::standard::Standard;
use countersign_core::standard::about::{Assessment, Topic};
use countersign_core::standard::file::{self, st0413};
use countersign_core::statement::kinds::review::Party;
use serde_json::{Value, json};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/");

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{FIXTURES}{name}")).unwrap()
}

fn warnings(intake: &ParsedStandard) -> Vec<String> {
    intake.remarks.iter().map(|remark| format!("{}: {}", remark.weight.slug(), remark.what)).collect()
}

fn sound(intake: ParsedStandard) -> Standard {
    let said = warnings(&intake);
    intake.standard.unwrap_or_else(|| panic!("{said:?}"))
}

fn record() -> Value {
    serde_json::from_slice(&fixture("standards/record-1.1.json")).unwrap()
}

fn changed(change: impl FnOnce(&mut Value)) -> ParsedStandard {
    let mut record = record();
    change(&mut record);
    read(record.to_string().as_bytes())
}

#[test]
fn a_record_with_a_slip_is_read_without_what_the_slip_is_about_and_says_so() {
    type Change = fn(&mut Value);
    let slips: [(Change, &str); 15] = [
        (|r| r["duties"][0]["mappedSkills"][0] = json!("gone"), "leads to “gone”, which is not a KSB of the record"),
        (|r| r["knowledges"][2]["knowledgeId"] = r["knowledges"][0]["knowledgeId"].clone(), "K3 has the id of K1"),
        (|r| r["skills"][1]["detail"] = json!("<p> </p>"), "S2 has no text. It is left out"),
        (|r| r["skills"][1]["detail"] = json!(null), "S2 has no text. It is left out"),
        (|r| r["duties"][1]["dutyDetail"] = json!(""), "Duty 2 has no text. It and its links are left out"),
        (
            |r| r["latestStartDate"] = json!("2001-01-01T00:00:00"),
            "The last start date, 2001-01-01, is before the first",
        ),
        (|r| r["earliestStartDate"] = json!("soon"), "The first start date is “soon”, not a date. It is left out"),
        (|r| r["typicalDuration"] = json!("14 months"), "is “14 months”; 14 is used"),
        (|r| r["typicalDuration"] = json!(0), "does not give the typical months to the gateway. 12 are used"),
        (|r| r["typicalDuration"] = json!(null), "does not give the typical months to the gateway. 12 are used"),
        (|r| r["level"] = json!("3 (integrated)"), "The level is “3 (integrated)”; 3 is used"),
        (|r| r["minimumHoursForCompliance"] = json!("326 hours"), "The minimum hours are “326 hours”; 326 are used"),
        (|r| r["knowledges"][0]["detail"] = json!("\u{f0b7} How lamps burn."), "Characters that do not show"),
        (|r| r["duties"][0]["dutyDetail"] = json!("Light\u{202e}lamps."), "Characters that do not show"),
        (
            |r| r["occupationalSummary"] = json!("x".repeat(20_000)),
            "These texts about the standard cannot be kept: The occupation",
        ),
    ];
    for (change, words) in slips {
        let intake = changed(change);
        let said = warnings(&intake);
        assert!(said.iter().any(|said| said.starts_with("warning: ") && said.contains(words)), "{words}: {said:?}");
        assert!(intake.of(Severity::Fault).next().is_none(), "{words}: {said:?}");
        let standard = sound(intake);
        assert_eq!(Standard::from_canonical(&standard.canonical()).unwrap().digest(), standard.digest());
    }
}

/// The fault about a file, with its place.
fn fault(intake: &ParsedStandard) -> String {
    assert!(intake.standard.is_none(), "{:?}", warnings(intake));
    let of = |remark: &&countersign_core::import::diagnostic::Diagnostic| remark.weight == Severity::Fault;
    let first = intake.remarks.iter().find(of).unwrap();
    assert!(!first.hint.is_empty() && first.place.is_some(), "{first:?}");
    first.to_string()
}

#[test]
fn an_absurd_figure_is_a_fault_with_its_place_in_every_form() {
    let (record, csv, toml) = [
        ("record-1.1.json", ["\"level\": 6", "\"typicalDuration\": 36", "\"minimumHoursForCompliance\": \"1326\""]),
        ("options.csv", ["level,", "months,", "hours,"]),
        ("options.toml", ["level = ", "months_to_gateway = ", "hours = "]),
    ]
    .map(|(name, figures)| (String::from_utf8(fixture(&format!("standards/{name}"))).unwrap(), figures))
    .into();
    // The figures' rows, whatever they hold, are taken out and written again.
    let with = |(text, heads): &(String, [&str; 3]), at: usize, figure: &str| {
        let head = heads[at].split(": ").next().unwrap();
        let kept = text.lines().filter(|line| !line.trim_start().starts_with(head)).collect::<Vec<_>>().join("\n");
        match (text.trim_start().starts_with('{'), heads[0].contains('=')) {
            (true, _) => kept.replacen('{', &format!("{{\n{head}: {figure},"), 1),
            (_, true) => format!("{head}{figure}\n{kept}"),
            _ => format!("{head}\"{figure}\"\n{kept}"),
        }
    };
    for form in [&record, &csv, &toml] {
        for at in 0..3 {
            for figure in ["1e308", "1E20", "-5", "99999999", "99999999999999999999", "nan"] {
                if figure == "nan" && form.0.trim_start().starts_with('{') {
                    continue;
                }
                let said = fault(&read(with(form, at, figure).as_bytes()));
                assert!(said.contains("line ") && !said.contains("expected") && !said.contains("invalid"), "{said}");
            }
        }
        for level in ["0", "9", "99", "255", "3.7"] {
            let said = fault(&read(with(form, 0, level).as_bytes()));
            assert!(said.contains("line ") && !said.contains("expected"), "{level}: {said}");
        }
        for (at, figure) in [(1, "601"), (1, "1,5"), (2, "20001")] {
            if figure == "1,5" && !form.0.starts_with("reference,") {
                continue;
            }
            let said = fault(&read(with(form, at, figure).as_bytes()));
            assert!(said.contains("line "), "{figure}: {said}");
        }
    }
    // Nobody's month is 1.0e3, and no text is a number.
    for text in ["1e308", "NaN", "inf", "-1", "1,5", "1.5.2", "[]"] {
        let said = fault(&changed(|r| r["typicalDuration"] = json!(text)));
        assert!(said.starts_with(&format!("The number of months to the gateway is “{text}”")), "{said}");
    }
    for value in [json!([]), json!({"a": 1}), json!(true)] {
        let said = fault(&changed(|r| r["typicalDuration"] = value.clone()));
        assert!(said.contains("not a number that can be"), "{said}");
    }
}

#[test]
fn an_option_that_is_named_twice_is_told_with_its_place() {
    let csv = String::from_utf8(fixture("standards/options.csv")).unwrap();
    let row = csv.lines().position(|line| line.starts_with("option,")).unwrap();
    let name = csv.lines().nth(row).unwrap().split(',').nth(1).unwrap().to_owned();
    let mut lines: Vec<String> = csv.lines().map(str::to_owned).collect();
    lines.insert(row + 1, format!("option,{}", name.to_uppercase()));
    let said = fault(&read(lines.join("\n").as_bytes()));
    assert!(said.contains("appears twice") && said.contains(&format!("(line {})", row + 2)), "{said}");
    let toml = String::from_utf8(fixture("standards/options.toml")).unwrap();
    let name = toml.split("[[options]]").nth(1).unwrap().lines().find(|line| line.starts_with("name")).unwrap();
    let twice = format!("{toml}\n[[options]]\n{name}\n");
    let said = fault(&read(twice.as_bytes()));
    assert!(said.contains("appears twice") && said.contains("(line "), "{said}");
    // A public record is taken with a warning: it names one option, twice.
    let mut json: Value = serde_json::from_slice(&fixture("standards/options.json")).unwrap();
    let first = json["options"][0].clone();
    json["options"].as_array_mut().unwrap().push(first);
    let intake = read(json.to_string().as_bytes());
    let said = warnings(&intake);
    let twice = intake.remarks.iter().find(|remark| remark.what.contains("is named twice. It is kept once"));
    assert!(intake.standard.is_some() && twice.is_some_and(|remark| remark.place.is_some()), "{said:?}");
}

#[test]
fn a_ksb_keeps_its_number_where_one_before_it_is_left_out() {
    let standard = sound(changed(|record| record["knowledges"][1]["detail"] = json!("")));
    let codes: Vec<String> = standard.ksbs().iter().map(|ksb| ksb.code.to_string()).collect();
    assert_eq!(codes, ["K1", "K3", "S1", "S2", "S3", "B1", "B2"]);
}

#[test]
fn what_a_record_may_leave_out_or_write_otherwise_is_not_a_slip() {
    type Change = fn(&mut Value);
    let plain = changed(|_| {});
    let (said, standard) = (warnings(&plain), sound(plain));
    let changes: [Change; 8] = [
        |r| r["versionNumber"] = json!(""),
        |r| r["versionNumber"] = json!(" "),
        |r| r["versionNumber"] = json!(null),
        |r| r["typicalDuration"] = json!(r["typicalDuration"].as_f64().unwrap()),
        |r| r["level"] = json!(r["level"].to_string()),
        |r| r["earliestStartDate"] = json!(r["earliestStartDate"].as_str().unwrap().split('T').next().unwrap()),
        |r| r["latestStartDate"] = json!("0001-01-01T00:00:00"),
        |r| *r = json!([r.clone()]),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let intake = changed(|record| {
            record["version"] = record["versionNumber"].clone();
            change(record);
        });
        assert_eq!(warnings(&intake), said, "{at}");
        assert_eq!(sound(intake), standard, "{at}");
    }
    let two = changed(|record| *record = json!([record.clone(), record.clone()]));
    assert_eq!(warnings(&two), ["fault: It is a list of 2 records, not one record"]);
}

#[test]
fn a_record_that_is_not_sound_json_is_repaired_with_a_warning() {
    let text = String::from_utf8(fixture("standards/record-1.1.json")).unwrap();
    let title = record()["title"].as_str().unwrap().to_owned();
    for (slip, read_as) in
        [("x\\contact y", "x\\contact y"), ("x\ty", "x y"), ("x\\ud83d y", "x\u{fffd} y"), ("x\\", "x")]
    {
        let broken = text.replacen(&format!("\"{title}\""), &format!("\"{slip}\""), 1);
        assert_ne!(broken, text);
        let intake = read(broken.as_bytes());
        if slip.ends_with('\\') {
            // A text that never ends is not a slip but another record.
            assert!(intake.standard.is_none());
            continue;
        }
        assert!(warnings(&intake).iter().any(|said| said.contains("not valid JSON")), "{slip:?}");
        assert_eq!(sound(intake).title(), read_as, "{slip:?}");
    }
}

#[test]
fn the_cases_that_people_met_are_read() {
    for (file, reference, said) in [
        ("blank-version.json", "MU0300 2.0", ""),
        ("dangling-link.json", "MU0300 1.0", "leads to “gone”"),
        ("no-duties.json", "MU0300 1.0", "has no duties"),
        ("months-as-decimal.json", "MU0300 1.0", ""),
    ] {
        let intake = read(&fixture(&format!("cases/{file}")));
        let warned = warnings(&intake);
        assert!(
            warned.iter().any(|one| one.contains(said)) || said.is_empty() && warned.is_empty(),
            "{file}: {warned:?}"
        );
        assert_eq!(sound(intake).reference().to_string(), reference, "{file}");
    }
    assert_eq!(sound(read(&fixture("cases/months-as-decimal.json"))).months(), 15);
    let resaved = String::from_utf8(fixture("cases/std-excel-resaved.csv")).unwrap();
    let intake = read(resaved.as_bytes());
    let said = warnings(&intake);
    let faults: Vec<&String> = said.iter().filter(|said| said.starts_with("fault")).collect();
    assert_eq!(faults, ["fault: K1 appears twice"], "{said:?}");
    assert!(said.iter().any(|said| said.contains("which is how a spreadsheet shows 1.0")), "{said:?}");
    let standard = sound(read(resaved.replace("K01,", "K02,").as_bytes()));
    let found = (standard.level(), standard.months(), standard.hours(), standard.starts().words());
    assert_eq!(found, (2, 14, Some(1326), "from 1 Jan 2025".to_owned()));
    let codes: Vec<String> = standard.ksbs().iter().map(|ksb| format!("{}{:?}", ksb.code, ksb.duties)).collect();
    assert_eq!(codes, ["K1[DutyNo(1)]", "K2[DutyNo(1)]", "S1[DutyNo(1)]", "B1[DutyNo(1)]"]);
}

#[test]
#[ignore = "slow: every public standard"]
fn every_approved_record_at_hand_is_read_and_says_what_it_is_for() {
    let packed = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/standards/public-records.tar.xz");
    let folder = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar").args(["xf", packed, "-C"]).arg(folder.path()).output();
    if !unpacked.is_ok_and(|done| done.status.success()) {
        println!("skipped: ../shared/standards/public-records.tar.xz is not here");
        return;
    }
    let mut reformed = 0;
    for file in std::fs::read_dir(folder.path().join("public-records")).unwrap() {
        let path = file.unwrap().path();
        let intake = read(&std::fs::read(&path).unwrap());
        let said = warnings(&intake);
        let standard = intake.standard.unwrap_or_else(|| panic!("{}: {said:?}", path.display()));
        // The one that ships has these texts from the program.
        if standard.reference() == st0413().unwrap().0.reference() {
            continue;
        }
        let about = standard.about();
        assert!(about.texts.len() > 3, "{}", path.display());
        assert_eq!(about.of(Topic::Attribution).count(), 1);
        let read_back = Standard::from_canonical(&standard.canonical()).unwrap();
        assert_eq!(read_back.about(), about, "{}", path.display());
        for (_, text) in &about.texts {
            assert!(!text.contains("<p") && !text.contains("&nbsp;") && !text.contains("&amp;"), "{text}");
        }
        reformed += usize::from(assessment_of(&standard) == Assessment::Reformed);
    }
    assert_eq!(reformed, 26);
}

#[test]
fn a_record_says_what_it_is_for_and_never_who_to_write_to() {
    let standard = sound(changed(|record| {
        for (name, value) in [
            ("overviewOfRole", json!("Keeping lamps.")),
            (
                "occupationalSummary",
                json!(
                    "&lt;p&gt;Lamp keepers keep lamps.&lt;/p&gt;<p>This occupation is found in lighthouses.</p><p>The broad purpose of the occupation is light.</p><p>In their daily work, they meet ships.</p><p>A keeper will be responsible for oil.</p>"
                ),
            ),
            ("entryRequirements", json!("<p>None but care.</p><p>&amp;nbsp;</p>")),
            ("englishAndMathsQualifications", json!("As the funding rules say.")),
            ("typicalJobTitles", json!(["Keeper", "Lamp hand", "Keeper"])),
            ("jobRoles", json!(["Keeper"])),
            (
                "professionalRecognition",
                json!([{"bodyName": "Guild ", "level": "Fellow", "isPartial": "partial", "partialFreeText": "after a year"}]),
            ),
            ("qualifications", json!([{"title": "Lamp diploma", "level": "3", "anyAdditionalInformation": "N/A"}])),
            (
                "eQAProvider",
                json!({"providerName": "Light Office", "contactName": "Jo Secret", "contactEmail": "jo@secret.example"}),
            ),
            ("ePALength", json!(3)),
            ("shortAssessment", json!(true)),
            ("change", json!("All new.")),
            ("regulated", json!(true)),
            ("regulatedBody", json!("Board of Light")),
            ("maxFunding", json!(27000)),
            ("tbMainContact", json!("Jo Secret")),
        ] {
            record[name] = value;
        }
    }));
    let about = standard.about();
    let texts: Vec<String> = about.texts.iter().map(|(topic, text)| format!("{topic} {text}")).collect();
    for wanted in [
        "overview Keeping lamps.",
        "summary Lamp keepers keep lamps.",
        "purpose The broad purpose of the occupation is light.",
        "responsibilities A keeper will be responsible for oil.",
        "works-with In their daily work, they meet ships.",
        "settings This occupation is found in lighthouses.",
        "job-titles Keeper",
        "job-titles Lamp hand",
        "entry None but care.",
        "english-maths As the funding rules say.",
        "recognition Guild: Fellow (partial: after a year)",
        "regulation Board of Light",
        "qualification Lamp diploma, level 3",
        "quality-assurance Light Office",
        "funding At most £27,000",
    ] {
        assert_eq!(texts.iter().filter(|text| *text == wanted).count(), 1, "{wanted}: {texts:?}");
    }
    assert_eq!((about.assessment, about.assessment_months), (Some(Assessment::Reformed), Some(3)));
    assert_eq!(about.versions[0].change.as_deref(), Some("All new."));
    assert!(!standard.canonical().to_lowercase().contains("secret"), "{texts:?}");
}

#[test]
fn the_page_about_the_standard_that_ships_holds_every_sentence_of_its_source() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seeds/occupational-standard-st0413.txt");
    let Ok(seed) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/seeds is not here");
        return;
    };
    let (standard, _) = st0413().unwrap();
    let page = page_of(&standard, &[]).unwrap();
    let texts: Vec<&str> = page.sections.iter().flat_map(|one| &one.texts).map(String::as_str).collect();
    let page = texts.join("\n");
    let of_table = |line: &str| {
        let code = line.split(':').next().unwrap_or_default();
        line.contains('|')
            || line == "Back to Duty"
            || code.parse::<countersign_core::primitives::ids::KsbCode>().is_ok()
    };
    // The sentence before a list that the source leaves empty; the record of the standard has the list.
    let lines = seed.lines().filter(|line| !of_table(line) && !line.starts_with("This standard aligns with"));
    let mut sentences = 0;
    for sentence in lines.flat_map(|line| line.split_inclusive(". ")) {
        assert!(page.contains(sentence.trim()), "{sentence}");
        sentences += 1;
    }
    assert!(sentences > 20, "{sentences}");
    for id in [
        "entry",
        "english-maths",
        "recognition",
        "job-titles",
        "versions",
        "gateway",
        "assessment",
        "qualification",
        "quality-assurance",
        "source",
        "attribution",
    ] {
        let (standard, _) = st0413().unwrap();
        assert!(page_of(&standard, &[]).unwrap().sections.iter().any(|section| section.id == id), "{id}");
    }
}

fn lamp(reference: &str, version: &str, more: &str) -> Standard {
    let text = format!(
        "reference = '{reference}'\nversion = '{version}'\ntitle = 'Lamp keeper'\nlevel = 2\nmonths_to_gateway = 14\n{more}\n[ksbs]\nK1 = 'k'\nB1 = 'b'\n"
    );
    file::standard(&text).unwrap().0
}

#[test]
fn a_reformed_plan_is_known_by_the_standard_s_own_word_or_from_the_first_version_that_has_one() {
    for (reference, version, more, wanted) in [
        ("ST1314", "2.0", "", Assessment::Reformed),
        ("ST1314", "2.1", "", Assessment::Reformed),
        ("ST1314", "10.0", "", Assessment::Reformed),
        ("ST1314", "1.1", "", Assessment::EndPoint),
        ("ST1314", "1.1", "assessment = 'reformed'", Assessment::Reformed),
        ("ST1314", "2.0", "assessment = 'end-point'", Assessment::EndPoint),
        ("ST0413", "2.0", "", Assessment::EndPoint),
        ("LAMP", "1.0", "assessment = 'reformed'", Assessment::Reformed),
    ] {
        assert_eq!(assessment_of(&lamp(reference, version, more)), wanted, "{reference} {version} {more}");
    }
    assert_eq!(assessment_of(&st0413().unwrap().0), Assessment::EndPoint);
    assert!(shipped().unwrap().reformed.iter().all(|plan| !plan.source.is_empty()));
}

#[test]
fn what_a_party_signs_and_the_gateway_follow_the_plan() {
    for one in Assessment::ALL {
        let reformed = one == Assessment::Reformed;
        for party in [Party::Employer, Party::Provider] {
            let said = one.meaning_of(party).unwrap();
            assert_eq!(said.contains("end-point assessment"), !reformed, "{said}");
            assert_eq!(said.contains("gateway to completion"), reformed, "{said}");
        }
        assert_eq!(one.meaning_of(Party::Trainee), None);
        let page = page_of(&lamp("LAMP", "1.0", &format!("assessment = '{}'", one.slug())), &[]).unwrap();
        let gateway = page.sections.iter().find(|section| section.id == "gateway").unwrap();
        assert_eq!(gateway.heading, if reformed { "Gateway to completion" } else { "Gateway" });
        let behaviours =
            gateway.texts.iter().filter(|text| text.contains("Behaviours verified by the employer")).count();
        assert_eq!(behaviours, usize::from(reformed));
    }
}
