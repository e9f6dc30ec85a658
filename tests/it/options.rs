//! Options as files say them: public records old and new, with their faults, and the part of a standard that each option is.

use countersign_core::import::diagnostic::Severity;
use countersign_core::import::standard::read::{ParsedStandard, standard};
use countersign_core::primitives::text::SafeText;
use countersign_core::standard::Standard;
use countersign_core::standard::options::Scope;
use serde_json::{Value, json};

fn record() -> Value {
    serde_json::from_str(include_str!("../fixtures/standards/options.json")).unwrap()
}

fn read(record: &Value) -> ParsedStandard {
    standard(record.to_string().as_bytes())
}

fn codes(standard: &Standard, option: &str) -> String {
    let scope = Scope { option: Some(SafeText::line(option).unwrap()), ..Scope::default() };
    assert_eq!(standard.scope_fault(&scope), None, "{option}");
    let part = standard.in_scope(&scope);
    let asked = |ksb: &&countersign_core::standard::Ksb| standard.asks(&scope, ksb.code);
    let all: Vec<String> = standard.ksbs().iter().filter(asked).map(|ksb| ksb.code.to_string()).collect();
    assert_eq!(all, part.ksbs().iter().map(|ksb| ksb.code.to_string()).collect::<Vec<_>>());
    // No KSB of the part is linked to a duty that is not in it, and no duty is there with nothing to do.
    assert!(part.ksbs().iter().flat_map(|ksb| &ksb.duties).all(|no| part.duty(*no).is_some()));
    assert!(part.duties().iter().all(|duty| part.of_duty(duty.no).next().is_some()));
    all.join(" ")
}

fn warnings(intake: &ParsedStandard) -> String {
    assert_eq!(intake.of(Severity::Fault).count(), 0, "{intake:?}");
    intake.remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_record_says_core_and_options_however_it_spells_them() {
    type Change = fn(&mut Value);
    let same: [Change; 8] = [
        |_| (),
        |r| r["duties"][0]["isThisACoreDuty"] = json!(true),
        |r| r["duties"][1]["isThisACoreDuty"] = json!("0"),
        |r| r["duties"][2]["isThisACoreDuty"] = Value::Null,
        |r| r["duties"][1]["mappedOptions"] = json!([{ "optionId": "O-1" }]),
        |r| r["duties"][1]["mappedOptions"] = json!(["Oil  LAMPS"]),
        |r| {
            r["options"][1]["optionId"] = json!(7);
            r["duties"][2]["mappedOptions"] = json!([7]);
        },
        |r| r["options"][0]["title"] = json!("&lt;p&gt;Oil\u{a0}lamps &lt;/p&gt;"),
    ];
    for (at, change) in same.into_iter().enumerate() {
        let mut record = record();
        change(&mut record);
        let intake = read(&record);
        assert_eq!(warnings(&intake), "", "{at}");
        let standard = intake.standard.unwrap();
        assert_eq!(standard.option_names(), "Oil lamps, Gas lamps", "{at}");
        assert_eq!(
            (codes(&standard, "Oil lamps"), codes(&standard, "Gas lamps")),
            ("K1 K2".into(), "K1 S1".into()),
            "{at}"
        );
        assert_eq!(Standard::from_canonical(&standard.canonical()).unwrap(), standard, "{at}");
    }
}

#[test]
fn where_a_record_is_in_doubt_everyone_answers_and_the_warning_says_so() {
    type Change = fn(&mut Value);
    let doubts: [(Change, &str, &str); 5] = [
        (|r| r["duties"][1]["isThisACoreDuty"] = json!(1), "Duty 2 is core and names an option too", "K1 K2 S1"),
        (|r| r["duties"][1]["mappedOptions"] = json!([]), "Duty 2 is not core and names no option", "K1 K2 S1"),
        (
            |r| r["duties"][1]["mappedOptions"] = json!(["x"]),
            "Duty 2 names an option that is not in the record",
            "K1 K2 S1",
        ),
        (|r| r["duties"][1]["mappedKnowledge"] = json!([]), "K2 belongs to no duty", "K1 K2 S1"),
        (
            |r| r["duties"][0]["mappedKnowledge"] = json!(["k-1", "k-2"]),
            "The option “Oil lamps” has no KSB of its own",
            "K1 K2 S1",
        ),
    ];
    for (change, warning, gas) in doubts {
        let mut record = record();
        change(&mut record);
        let intake = read(&record);
        assert!(warnings(&intake).contains(warning), "{warning}: {intake:?}");
        let scope = Scope { option: Some(SafeText::line("Gas lamps").unwrap()), ..Scope::default() };
        let part = intake.standard.unwrap().in_scope(&scope);
        assert_eq!(part.ksbs().iter().map(|ksb| ksb.code.to_string()).collect::<Vec<_>>().join(" "), gas, "{warning}");
    }
}

#[test]
fn an_older_record_maps_ksbs_to_options_in_a_table_and_each_ksb_that_the_table_leaves_out_is_everyone_s() {
    let mut record = record();
    record["duties"] = json!([]);
    let entry = |title: &str, k: &[&str], s: &[&str]| json!({ "coreOrOptionTitle": title, "mappedKnowledge": k, "mappedSkills": s, "mappedBehaviour": [] });
    record["optionsUnstructuredKsbMapping"] = json!([
        entry("Core", &["k-1"], &[]),
        entry("oil\u{a0}lamps", &["k-1", "k-2"], &[]),
        entry("Gas lamps", &[], &["s-1"])
    ]);
    let intake = read(&record);
    let standard = intake.standard.as_ref().unwrap();
    assert!(!warnings(&intake).contains("option"), "{intake:?}");
    assert_eq!((codes(standard, "Oil lamps"), codes(standard, "Gas lamps")), ("K1 K2".into(), "K1 S1".into()));
    record["optionsUnstructuredKsbMapping"] = json!([entry("Core", &[], &[]), entry("Gas lamps", &[], &["s-1"])]);
    let intake = read(&record);
    assert!(
        warnings(&intake).contains("neither to the core nor to an option, so they are required of everyone: K1, K2")
    );
    assert_eq!(codes(intake.standard.as_ref().unwrap(), "Oil lamps"), "K1 K2");
    // Named in the older list alone, and a placeholder among the names.
    record["options"] = json!([]);
    record["optionsUnstructuredTemplate"] = json!(["Oil lamps", "Gas lamps", "N/A", "oil lamps"]);
    assert_eq!(read(&record).standard.unwrap().option_names(), "Oil lamps, Gas lamps");
    record["optionsUnstructuredKsbMapping"] = json!([]);
    let intake = read(&record);
    assert!(warnings(&intake).contains("does not say which KSBs belong to which"), "{intake:?}");
    assert_eq!(codes(intake.standard.as_ref().unwrap(), "Oil lamps"), "K1 K2 S1");
}

#[test]
fn an_option_that_names_what_is_not_there_or_names_it_twice_is_a_fault_with_its_line() {
    let text = include_str!("../fixtures/standards/options.toml");
    for (from, to, words) in [
        ("duties = [2]", "duties = [9]", "The option “Oil lamps” names duty 9, which is not in the standard (line 7)"),
        ("duties = [2]", "ksbs = [\"K9\"]", "The option “Oil lamps” names K9, which is not in the standard (line 7)"),
        ("duties = [2]", "duties = [2, 2]", "Duty 2 of the option “Oil lamps” appears twice"),
        ("\"Gas lamps\"", "\"oil LAMPS\"", "The option “oil LAMPS” appears twice"),
        ("\"Gas lamps\"", "\"Gas lamps \"", "The text has a space at an end"),
    ] {
        let intake = standard(text.replace(from, to).as_bytes());
        let said: Vec<String> = intake.remarks.iter().map(ToString::to_string).collect();
        assert!(intake.standard.is_none() && said.iter().any(|said| said.contains(words)), "{words}: {said:?}");
    }
}
