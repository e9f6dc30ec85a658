//! CASE packages: every standard comes back as it was, the official schema accepts them, and what is wrong is named.

use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_app::standards::standard::case_package;
use countersign_core::import::diagnostic::Severity;
use countersign_core::import::standard::read::{ParsedStandard, standard as read};
use countersign_core::standard::Standard;
use serde_json::{Value, json};

use crate::cli::book::Book;

/// The standards that come with the program, and the public records where they are here.
fn standards() -> Vec<Standard> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = ["st0413-1.1", "made-up-assistant", "made-up-associate"];
    let mut files: Vec<PathBuf> = own.iter().map(|name| top.join(format!("data/{name}.toml"))).collect();
    let packed = top.join("../shared/standards/public-records.tar.xz");
    let unpacked = tempfile::tempdir().unwrap();
    let tar = Command::new("tar").arg("-xJf").arg(&packed).arg("-C").arg(unpacked.path()).output();
    if packed.is_file() && tar.is_ok_and(|done| done.status.success()) {
        let records = std::fs::read_dir(unpacked.path().join("public-records")).unwrap();
        files.extend(records.map(|file| file.unwrap().path()));
    } else {
        println!("the public records are not here: only the standards of the program are tried");
    }
    files.iter().filter_map(|file| read(&std::fs::read(file).unwrap()).standard).collect()
}

fn faults(read: &ParsedStandard) -> Vec<String> {
    read.of(Severity::Fault).map(ToString::to_string).collect()
}

#[test]
#[ignore = "slow: every public standard, and a validator of other authors"]
fn every_standard_comes_back_from_its_package_and_the_official_schema_accepts_it() {
    let all = standards();
    assert!(all.len() >= 3, "{}", all.len());
    let folder = tempfile::tempdir().unwrap();
    for standard in &all {
        let name = standard.reference().to_string();
        let base = all.len().is_multiple_of(2).then_some("https://example.org/case/");
        let bytes = case_package(standard, base).unwrap();
        let back = read(&bytes);
        assert_eq!(faults(&back), Vec::<String>::new(), "{name}");
        let back = back.standard.unwrap();
        assert_eq!((back.canonical(), &back), (standard.canonical(), standard), "{name}");
        assert_eq!(case_package(&back, base).unwrap(), bytes, "{name}: the same standard makes another package");
        std::fs::write(folder.path().join(format!("{}.json", name.replace([' ', '/'], "-"))), bytes).unwrap();
    }
    println!("{} standards", all.len());
    let python = std::env::var_os("BADGE_TOOLS").map(|tools| Path::new(&tools).join("venv/bin/python"));
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/schemas/case-v1p1-cfpackage.json");
    let Some(python) = python.filter(|python| python.is_file() && schema.is_file()) else {
        return println!("skipped: jsonschema or the official schema is not here (set BADGE_TOOLS as .ci/run does)");
    };
    let code = "
import glob, json, sys, jsonschema
schema = jsonschema.Draft201909Validator(json.load(open(sys.argv[1])), format_checker=jsonschema.FormatChecker())
for file in glob.glob(sys.argv[2] + '/*.json'):
    package = json.load(open(file))
    faults = [(list(fault.path), fault.message[:200]) for fault in schema.iter_errors(package)]
    assert not faults, (file, faults[:5])
    ids = [one['identifier'] for kind in ('CFItems', 'CFAssociations') for one in package.get(kind, [])]
    assert len(ids) == len(set(ids)), (file, 'an identifier is used twice')
";
    let done = Command::new(python).args(["-c", code]).arg(&schema).arg(folder.path()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn items_keep_the_identifiers_of_the_public_record() {
    let (standard, _) = countersign_core::standard::file::st0413().unwrap();
    let package: Value = serde_json::from_slice(&case_package(&standard, None).unwrap()).unwrap();
    let known = include_str!("../../data/published-identifiers.txt");
    let items = package["CFItems"].as_array().unwrap();
    assert_eq!(items.len(), standard.ksbs().len() + standard.duties().len());
    for item in items {
        let (code, id) = (item["humanCodingScheme"].as_str().unwrap(), item["identifier"].as_str().unwrap());
        assert!(known.contains(&format!("\nST0413 1.1 {code} {id}\n")), "{code} {id}");
    }
    let count = |how: &str| {
        let all = package["CFAssociations"].as_array().unwrap();
        all.iter().filter(|one| one["associationType"] == how).count()
    };
    let links: usize = standard.ksbs().iter().map(|ksb| ksb.duties.len()).sum();
    assert_eq!((count("isChildOf"), count("isRelatedTo")), (items.len(), links));
    assert!(package["CFDefinitions"]["CFLicenses"][0]["licenseText"].as_str().unwrap().contains("Open Government"));
    assert_eq!(package["CFDocument"]["creator"], "Skills England");
}

#[test]
fn author_and_licence_are_only_those_that_the_standard_s_attribution_names() {
    let shipped = include_str!("../../data/st0413-1.1.toml");
    let own = shipped.lines().find(|line| line.starts_with("attribution = ")).unwrap();
    let open = own.trim_start_matches("attribution = ").trim_matches('"');
    let academy = "Copyright 2025 the Academy. CC BY-NC 4.0, all other rights reserved.";
    let not_ours = "Not licensed under the Open Government Licence v3.0.";
    for (reference, attribution, public) in [
        ("ST0999", Some(open), true),
        ("ST0999", Some(academy), false),
        ("ST0999", Some(not_ours), false),
        ("ACAD-1", Some(open), false),
        ("ACAD-1", Some(academy), false),
        ("ACAD-1", None, false),
    ] {
        let line = attribution.map(|text| format!("attribution = \"{text}\"")).unwrap_or_default();
        let text = shipped.replace(own, &line).replace("\"ST0413\"", &format!("\"{reference}\""));
        let found = read(text.as_bytes());
        assert_eq!(faults(&found), Vec::<String>::new());
        let mut standard = found.standard.unwrap();
        assert_eq!(standard.reference().reference(), reference);
        // Also after an import and another export.
        for _ in 0..2 {
            let bytes = case_package(&standard, None).unwrap();
            let package: Value = serde_json::from_slice(&bytes).unwrap();
            let document = &package["CFDocument"];
            let creator = if public { "Skills England" } else { attribution.unwrap_or("Not recorded") };
            assert_eq!(document["creator"], creator, "{reference} {attribution:?}");
            assert_eq!(document["notes"].as_str(), attribution);
            assert_eq!(document["licenseURI"].is_object(), public, "{reference} {attribution:?}");
            assert_eq!(package["CFDefinitions"]["CFLicenses"].is_array(), public);
            standard = read(&bytes).standard.unwrap();
        }
    }
}

/// A package that another system could have made: two groups, one in the other, and three items.
fn foreign() -> Value {
    let item = |id: &str, text: &str, kind: &str| json!({"identifier": id, "fullStatement": text, "CFItemType": kind});
    let link = |from: &str, how: &str, to: &str| {
        json!({"identifier": format!("{from}{how}{to}"), "associationType": how,
            "originNodeURI": {"identifier": from}, "destinationNodeURI": {"identifier": to}})
    };
    json!({
        "CFDocument": {"identifier": "c5fb0812-cb53-11e8-a8d5-f2801f1b9fd1", "title": "Lamp keeping", "version": "2",
            "extensions": {"countersign": ["level 3", "months 12"]}},
        "CFItems": [
            item("a", "Lamps", "Cluster"), item("b", "Oil lamps", "Cluster"),
            item("c", "How oil burns", "Knowledge"), item("d", "Trim\n the wick", "Skill"), item("e", "Care", "Behaviour"),
        ],
        "CFAssociations": [
            link("a", "isChildOf", "c5fb0812-cb53-11e8-a8d5-f2801f1b9fd1"), link("b", "isChildOf", "a"),
            link("c", "isChildOf", "b"), link("d", "isChildOf", "b"), link("e", "isRelatedTo", "a"),
            link("e", "isRelatedTo", "elsewhere"), link("c", "exactMatchOf", "elsewhere"),
        ],
    })
}

#[test]
fn a_package_of_another_system_becomes_a_standard_and_its_groups_become_duties() {
    let back = read(foreign().to_string().as_bytes());
    assert_eq!(faults(&back), Vec::<String>::new());
    let standard = back.standard.as_ref().unwrap();
    let text = standard.canonical();
    for line in [
        "standard CASE-C5FB0812 2",
        "title Lamp keeping",
        "level 3",
        "months 12",
        "duty 1 Lamps",
        "duty 2 Oil lamps",
        "ksb K1 How oil burns\nlink K1 2",
        "ksb S1 Trim the wick\nlink S1 2",
        "ksb B1 Care\nlink B1 1",
    ] {
        assert!(text.contains(&format!("{line}\n")), "{line}\n{text}");
    }
    let warned: Vec<String> = back.of(Severity::Warning).map(ToString::to_string).collect();
    assert!(warned.iter().any(|what| what.contains("lead out of the package are left out: 1")), "{warned:?}");
}

#[test]
fn what_a_package_calls_null_is_not_there_and_tags_of_a_web_page_are_undone_with_a_warning() {
    let mut package = foreign();
    package["CFAssociations"] = Value::Null;
    package["CFItems"][4]["humanCodingScheme"] = Value::Null;
    package["CFItems"][3]["fullStatement"] = json!("<p>Trim <b>the</b> &amp; wick</p>");
    package["CFItems"][2]["fullStatement"] = json!("Less than <5 & more");
    let back = read(package.to_string().as_bytes());
    assert_eq!(faults(&back), Vec::<String>::new());
    let text = back.standard.as_ref().unwrap().canonical();
    assert!(text.contains(" Trim the & wick\n") && text.contains(" Less than <5 & more\n"), "{text}");
    let warned: Vec<String> = back.of(Severity::Warning).map(ToString::to_string).collect();
    let about = |words: &str| warned.iter().filter(|what| what.contains(words)).count();
    assert_eq!((about("tags or signs of a web page"), about("Item 4 “<p>Trim")), (1, 1), "{warned:?}");
}

#[test]
fn what_is_wrong_in_a_package_is_named_and_nothing_of_it_is_taken() {
    type Spoil = fn(&mut Value);
    let spoils: [(Spoil, &str); 20] = [
        (
            |p| p["CFItems"][0].as_object_mut().unwrap().remove("identifier").map_or((), drop),
            "CFItems, item 1: identifier is missing",
        ),
        (
            |p| p["CFItems"][2].as_object_mut().unwrap().remove("fullStatement").map_or((), drop),
            "CFItems, item 3: fullStatement is missing",
        ),
        (|p| p["CFItems"][1]["identifier"] = json!("a"), "The identifier “a” appears twice"),
        (|p| p["CFItems"][1]["identifier"] = p["CFDocument"]["identifier"].clone(), "appears twice"),
        (|p| p["CFAssociations"][0]["destinationNodeURI"]["identifier"] = json!("b"), "is below itself"),
        (|p| p["CFAssociations"][0]["destinationNodeURI"]["identifier"] = json!("a"), "is below itself"),
        (|p| p["CFDocument"]["extensions"] = json!({}), "does not say the level"),
        (|p| p["CFDocument"]["extensions"] = json!({"countersign": ["level 3"]}), "how many months"),
        (|p| p["CFDocument"]["extensions"] = json!({"countersign": ["level 99", "months 12"]}), "The level is 99"),
        (
            |p| p["CFDocument"]["extensions"]["countersign"].as_array_mut().unwrap().push(json!("standard X1 1")),
            "The extension `countersign`",
        ),
        (|p| p["CFItems"] = json!([]), "The standard has no KSB"),
        (
            |p| {
                p["CFItems"] = json!(
                    (0..6_000).map(|n| json!({"identifier": n.to_string(), "fullStatement": "x"})).collect::<Vec<_>>()
                );
            },
            "The package has 6000 items. At most 5000 are read",
        ),
        (|p| p["CFItems"][1]["fullStatement"] = json!(5), "CFItems, item 2: fullStatement is not a text"),
        (|p| p["CFItems"][1] = json!(null), "CFItems, item 2 is not an object"),
        (|p| p["CFItems"] = json!({}), "CFItems is not a list"),
        (
            |p| p["CFAssociations"][0]["originNodeURI"] = json!("a"),
            "CFAssociations, number 1: originNodeURI is not an object",
        ),
        (|p| p["CFDocument"]["extensions"] = json!("a"), "CFDocument: extensions is not an object"),
        (|p| p["CFDocument"]["identifier"] = json!(""), "no identifier that is a GUID"),
        (|p| p["CFDocument"]["identifier"] = json!("<<<>>>"), "no identifier that is a GUID"),
        (|p| p["CFItems"][3]["fullStatement"] = json!("a\u{202e}b"), "contains a character that cannot be shown"),
    ];
    for (spoil, words) in spoils {
        let mut package = foreign();
        spoil(&mut package);
        let back = read(package.to_string().as_bytes());
        let faults = faults(&back);
        assert!(back.standard.is_none() && faults.iter().any(|fault| fault.contains(words)), "{words}: {faults:?}");
    }
    let whole = foreign().to_string();
    for cut in [whole.len() - 20, whole.len() - 1] {
        let faults = faults(&read(&whole.as_bytes()[..cut]));
        assert!(faults.iter().any(|fault| fault.contains("breaks off before its end")), "{faults:?}");
    }
    let deep = format!("{{\"CFDocument\": {}1{}, \"CFItems\": []}}", "[".repeat(9_000), "]".repeat(9_000));
    assert!(!faults(&read(deep.as_bytes())).is_empty());
}

#[test]
fn a_chain_of_five_thousand_items_is_read_without_going_down_it_one_by_one() {
    let items: Vec<Value> =
        (0..5_000).map(|n| json!({"identifier": n.to_string(), "fullStatement": format!("Text {n}")})).collect();
    let chain = |n: u32| {
        json!({"associationType": "isChildOf", "originNodeURI": {"identifier": n.to_string()},
            "destinationNodeURI": {"identifier": (n + 1).to_string()}})
    };
    let mut package = foreign();
    package["CFItems"] = json!(items);
    package["CFAssociations"] = json!((0..4_999).map(chain).collect::<Vec<_>>());
    let standard = read(package.to_string().as_bytes()).standard.unwrap();
    assert_eq!((standard.duties().len(), standard.ksbs().len()), (4_999, 1));
}

#[test]
fn a_package_is_written_to_a_file_imported_from_it_and_not_read_above_the_cap() {
    let book = Book::founded();
    let out = book.secret("st0413.case.json");
    let made = book.run(&["standard", "export", "ST0413", "--case", "--out", &out, "--json"]).done().json();
    assert_eq!((&made["schema"], &made["kind"]), (&"countersign/report/1".into(), &"case".into()));
    let shown = book.run(&["standard", "import", &out, "--json"]).done().json();
    assert_eq!((&shown["form"], &shown["adopted"]), (&"CASE package".into(), &true.into()));
    book.run(&["standard", "export", "ST0413", "--case", "--out", &out]).refused(1, "There is already a file");
    book.run(&["standard", "export", "ST0413", "--out", &out]).refused(2, "--case");
    let base = ["standard", "export", "ST0413", "--case", "--base", "nowhere", "--replace", "--out", &out];
    book.run(&base).refused(2, "“nowhere” is not an address");
    std::fs::write(book.secret("foreign.json"), foreign().to_string()).unwrap();
    let adopted = book.officer(&["standard", "import", &book.secret("foreign.json"), "--yes"]);
    assert!(adopted.code == 0 && adopted.err.contains("numbered in their order"), "{adopted:?}");
    let big = book.secret("big.json");
    std::fs::write(&big, format!("{{\"CFDocument\": {{}}, \"CFItems\": [{}1]}}", "1,".repeat(25 << 20))).unwrap();
    let refused = book.run(&["standard", "import", &big]);
    assert!(refused.code != 0 && refused.out.is_empty() && refused.err.contains("MiB"), "{refused:?}");
}
