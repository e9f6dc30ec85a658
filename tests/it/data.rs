//! What ships in `data/` is what was published: held against the sources where they are at hand, and by figures always.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;
use countersign_core::primitives::ids::KsbKind;
use countersign_core::primitives::level::Level;
use countersign_core::standard::Standard;
use countersign_core::standard::about::Topic;
use countersign_core::standard::file::st0413;
use countersign_core::standard::framework::Framework;
use countersign_core::standard::metadata::StandardNotes;

fn shipped() -> (Standard, StandardNotes) {
    st0413().expect("the standard that ships is sound")
}

/// A source document next to the project, or `None` with a line that says so.
fn source(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: ../shared/{name} is not here");
    }
    text
}

fn day(y: i32, m: u32, d: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(y, m, d)
}

#[test]
fn the_standard_has_ten_duties_seventy_two_ksbs_and_a_hundred_and_eleven_links() {
    let (standard, _) = shipped();
    let count = |kind| standard.ksbs().iter().filter(|ksb| ksb.code.kind == kind).count();
    assert_eq!(standard.duties().len(), 10);
    assert_eq!([KsbKind::Knowledge, KsbKind::Skill, KsbKind::Behaviour].map(count), [33, 33, 6]);
    assert_eq!(standard.ksbs().iter().map(|ksb| ksb.duties.len()).sum::<usize>(), 111);
    assert!(standard.ksbs().iter().all(|ksb| !ksb.duties.is_empty()));
}

#[test]
fn the_standard_s_dates_months_and_hours_are_the_published_ones() {
    let (standard, notes) = shipped();
    assert_eq!((standard.reference().to_string().as_str(), standard.level()), ("ST0413 1.1", 6));
    assert_eq!((standard.months(), standard.hours(), notes.about.assessment_months), (36, Some(926), Some(2)));
    assert_eq!((standard.starts().earliest, standard.starts().latest), (day(2024, 11, 1), None));
    let versions: Vec<_> = notes.about.versions.iter().map(|v| (v.version.as_str(), v.earliest, v.latest)).collect();
    assert_eq!(versions, [("1.1", day(2024, 11, 1), None), ("1.0", day(2017, 3, 31), day(2024, 10, 31))]);
}

#[test]
fn the_adopted_text_of_the_standard_never_changes() {
    // Records bind this digest. A mistake in the data is mended in a new version, never here.
    assert_eq!(shipped().0.digest().hex(), "9105b03e5bc995500240a4be63f10afd35be37646f96c47d2a3323ee332be4e8");
}

#[test]
fn each_duty_has_a_short_title_that_fits_a_narrow_list() {
    let (standard, _) = shipped();
    assert!(standard.duties().iter().all(|duty| (1..=30).contains(&duty.title.chars().count())));
}

#[test]
fn each_gateway_requirement_has_its_own_id_and_english_and_maths_has_its_alternatives() {
    let (_, notes) = shipped();
    let ids: Vec<_> = notes.gateway.iter().map(|r| r.id.as_str()).collect();
    let wanted =
        ["months", "ksbs", "hours", "english-maths", "reviews", "degree", "reassessment", "employer", "provider"];
    assert_eq!(ids, wanted);
    assert_eq!(notes.requirement("english-maths").map(|r| r.alternatives.len()), Some(2));
}

#[test]
fn the_attribution_names_the_crown_and_the_licence() {
    let own = shipped().1.about.of(Topic::Attribution).next().unwrap().to_owned();
    for line in [own.clone(), Framework::built_in().unwrap().attribution] {
        assert!(line.contains("Open Government Licence v3.0"), "{line}");
    }
    assert!(own.starts_with("Crown copyright"));
}

#[test]
fn every_text_is_the_seed_s_to_the_letter() {
    let Some(seed) = source("seeds/occupational-standard-st0413.txt") else { return };
    let lines: BTreeSet<&str> = seed.lines().collect();
    let (standard, notes) = shipped();
    for ksb in standard.ksbs() {
        assert!(lines.contains(format!("{}: {}", ksb.code, ksb.text).as_str()), "{} differs from the seed", ksb.code);
    }
    for duty in standard.duties() {
        let line = format!("Duty {} {} |", duty.no, duty.text);
        assert!(lines.contains(line.as_str()), "duty {} differs from the seed", duty.no);
    }
    let rule = notes.requirement("english-maths").unwrap();
    let words = [rule.rule.clone().into_iter().collect(), rule.alternatives.clone()].concat().join(" ");
    assert!(lines.contains(words.as_str()), "the English and maths rule differs from the seed");
    for version in &notes.about.versions {
        let date = |date: Option<NaiveDate>| date.map_or("Not set".into(), |d| d.format("%d/%m/%Y").to_string());
        let change = version.change.as_deref().unwrap_or_default();
        let row = format!("{} | {change} | {} | {} |", version.version, date(version.earliest), date(version.latest));
        assert!(lines.contains(row.as_str()), "{row}");
    }
}

#[test]
fn the_links_are_the_published_ones_and_no_other() {
    let Some(csv) = source("standards/st0413-v1.1-duty-ksb.csv") else { return };
    let published: BTreeSet<String> = csv.lines().skip(1).map(str::to_owned).collect();
    let (standard, _) = shipped();
    let link = |ksb: &countersign_core::standard::Ksb| {
        ksb.duties.iter().map(|no| format!("D{no},{}", ksb.code)).collect::<Vec<_>>()
    };
    let ours: BTreeSet<String> = standard.ksbs().iter().flat_map(link).collect();
    assert_eq!(ours, published);
}

#[test]
fn the_figures_are_those_of_the_published_records() {
    let framework = Framework::built_in().unwrap();
    for level in Level::ALL {
        let Some(ours) = framework.level(level).and_then(|notes| notes.standard.as_ref()) else { continue };
        if ours.reference == "ST0893" {
            continue; // its record is not among the sources
        }
        let Some(text) = source(&format!("standards/{}_1.1.json", ours.reference)) else { continue };
        let record: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(record["level"], ours.level, "{level}");
        assert_eq!(record["typicalDuration"], ours.months, "{level}");
        assert_eq!(record["minimumHoursForCompliance"], ours.hours.to_string(), "{level}");
    }
    let Some(text) = source("standards/ST0413_1.1.json") else { return };
    let record: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (standard, notes) = shipped();
    assert_eq!(record["title"], standard.title());
    let of = |topic: Topic| notes.about.of(topic).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(record["eQAProvider"]["providerName"], of(Topic::QualityAssurance)[0]);
    let said = |key: &str| {
        let list = record["professionalRecognition"].as_array().unwrap();
        list.iter().map(|body| body[key].as_str().unwrap().trim().to_owned()).collect::<Vec<_>>()
    };
    let bodies = said("bodyName").into_iter().zip(said("level")).map(|(body, level)| format!("{body}: {level}"));
    assert_eq!(of(Topic::Recognition), bodies.collect::<Vec<_>>());
}

#[test]
fn the_framework_says_it_in_our_own_words() {
    let Some(seed) = source("seeds/career-framework.txt") else { return };
    let words = |text: &str| {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let seed: Vec<String> = words(&seed);
    let copied: BTreeSet<&[String]> = seed.windows(7).collect();
    let framework = Framework::built_in().unwrap();
    let levels = framework.levels().iter().map(|notes| format!("{} {}", notes.does, notes.trained));
    for text in levels.chain(framework.routes().iter().map(|route| route.text.clone())).chain([framework.about.clone()])
    {
        let ours: Vec<String> = words(&text);
        let taken = ours.windows(7).find(|run| copied.contains(run));
        assert_eq!(taken, None, "repeats the source: {text}");
    }
}
