//! The Gateway screen and the Reviews and hours screen: what they show, what they ask for, where their keys lead.

use countersign_core::people::person::{PersonRef, Role};
use countersign_core::programme::Programme;
use countersign_core::programme::funding_rules::shipped;
use countersign_core::programme::gateway::{Fulfilment, GatewayInputs, Readiness, Recorded};
use countersign_core::programme::gateway_requirements::readiness;
use countersign_core::programme::hours::{HourEntry, HourRow, QuarterHours};
use countersign_core::programme::hours_plan::{HoursFacts, HoursPlan, hours_plan};
use countersign_core::programme::rating::{Rated, Rating};
use countersign_core::programme::review_plan::{ActionFrom, OpenAction, ReviewPlan, review_plan};
use countersign_core::record::ksb_status::StatusContext;
use countersign_core::record::outstanding::outstanding;
use countersign_core::record::view::{PersonRow, RecordedReview, TraineeRecord};
use countersign_core::rules::log_state::Policy;
use countersign_core::standard::file::st0413;
use countersign_core::statement::kinds::requirement::RequirementOutcome;
use countersign_core::statement::kinds::review::{
    Answers, Attended, NOTHING, Party, Review, ReviewAction, ReviewContent,
};
use countersign_tui::command::ScreenId;
use countersign_tui::model::Model;
use countersign_tui::model::access_mode::AccessMode;
use countersign_tui::msg::PersonChoice;
use countersign_tui::msg::credential_kind::CredentialKind;
use countersign_tui::msg::{Effect, Msg, Outcome as Done};
use countersign_tui::theme::Appearance;

use crate::tui_face::{Bench, DRAWN, clean, code, day, id, said, standing, statement, two_records};

const NO_COLOUR: Appearance = Appearance::NO_COLOUR;

fn named(who: &str, name: &str) -> PersonRef {
    PersonRef { id: id(who), name: clean(name) }
}

fn held(on: &str, next: &str, number: u128) -> RecordedReview {
    let at = |party, who: &str, name: &str| Attended { party, who: named(who, name) };
    let attended = vec![
        at(Party::Trainee, "7f3a", "A. Trainee"),
        at(Party::Employer, "02c1", "S. Supervisor"),
        at(Party::Provider, "0p0a", "P. Provider"),
    ];
    RecordedReview {
        id: statement(number),
        position: 40,
        review: Review {
            signed: 38,
            all: 72,
            actions: vec![ReviewAction {
                what: clean("Book the teaching session of duty 5"),
                by: day("2026-12-04"),
                owner: Some(PersonRef { id: id("02c1"), name: clean("S. Supervisor") }),
            }],
            ..Review::new(named("7f3a", "A. Trainee"), attended, day(on), day(next), answers())
        },
        signer: id("02c1"),
        signer_name: clean("S. Supervisor"),
        signed: "2026-09-11T14:03:23Z".parse().unwrap(),
        marks: Vec::new(),
        withdrawn: false,
        in_review: false,
    }
}

fn answers() -> ReviewContent {
    let texts = [
        "Both actions are done.",
        "Four entries since June, 30 h. Two need a supervisor.",
        "Audit goes well; slower on duty 5, for the clinic was closed in August.",
        NOTHING,
        "None from any of the three.",
        NOTHING,
    ];
    let rated = Rated {
        worked_out: Rating::Green,
        basis: clean("KSBs 3 ahead of plan, hours 27 ahead of plan"),
        rating: Rating::Amber,
        reason: Some(clean("Duty 5 has stood still since the summer")),
    };
    ReviewContent::Answers(Box::new(Answers { texts: texts.map(clean), rated }))
}

fn plans(standing: &TraineeRecord) -> (HoursPlan, ReviewPlan, Vec<RecordedReview>) {
    let rules = shipped().unwrap();
    let (start, today) = (standing.trainee.start, day("2026-11-21"));
    let hours = hours_plan(&HoursFacts {
        rule: rules.hours_for(start).unwrap(),
        start,
        end: None,
        months: standing.standard.months(),
        published: standing.standard.hours(),
        weekly: None,
        confirmed: QuarterHours::hours(388),
        waiting: QuarterHours(14),
        recognised: None,
        plan: None,
        idle: &[],
        today,
    });
    let reviews = vec![held("2026-09-11", "2026-12-04", 31), held("2026-06-19", "2026-09-11", 30)];
    let s26 = OpenAction {
        what: clean("repeat on Q4 data"),
        by: day("2026-11-14"),
        owner: None,
        from: ActionFrom::Ksb(code("S26")),
    };
    let plan = review_plan(start, &reviews, vec![s26], rules.reviews_for(None, start).unwrap(), today);
    (hours, plan, reviews)
}

fn made() -> Readiness {
    let standing = standing("7f3a", "A. Trainee");
    let (rules, (_, notes)) = (shipped().unwrap(), st0413().unwrap());
    let (hours, reviews, _) = plans(&standing);
    let newest = two_records().into_iter().rev().map(|record| (record.code, record)).collect();
    let outstanding = outstanding(&standing, newest, [].into(), day("2026-11-21"));
    let recorded = [Recorded {
        id: statement(50),
        requirement: "english-maths".parse().unwrap(),
        outcome: RequirementOutcome::Met,
        reason: clean("GCSE certificates seen"),
        by: clean("T. Officer"),
        on: day("2025-10-03"),
    }];
    readiness(&GatewayInputs {
        trainee_record: &standing,
        outstanding: &outstanding,
        gateway: &notes.gateway,
        rule: rules.hours_for(standing.trainee.start).unwrap(),
        review_rule: rules.reviews_for(None, standing.trainee.start).unwrap(),
        aged_16_to_18: Some(false),
        english_rule: &rules.english_maths,
        hours: &hours,
        recognised: None,
        reviews: &reviews,
        recorded: &recorded,
        confirmed: &[],
        recent: 18,
        measure: &StatusContext {
            policy: Policy { reassess_months: 24, ..Policy::default() },
            today: day("2026-11-21"),
        },
        supervisors: &[clean("S. Supervisor")],
    })
}

fn programme() -> Programme {
    let (hours, plan, reviews) = plans(&standing("7f3a", "A. Trainee"));
    let entry = |n: u128, on: &str, quarters, what: &str, confirmed: Option<&str>| HourRow {
        entry: HourEntry {
            id: statement(n),
            day: day(on),
            hours: QuarterHours(quarters),
            what: clean(what),
            codes: vec![code("K12")],
        },
        confirmed: confirmed.map(|on| (clean("S. Supervisor"), day(on))),
        statement: confirmed.map(|_| statement(60)),
    };
    let entries = vec![
        entry(1, "2026-11-20", 14, "Shadowed the echo clinic and wrote it up for the portfolio, with two cases", None),
        entry(2, "2026-11-12", 24, "Module: statistics for healthcare science, week 7", Some("2026-11-16")),
        entry(3, "2026-11-05", 30, "University day", Some("2026-11-16")),
    ];
    let rating = (Rating::Green, clean("KSBs 3 ahead of plan, hours 27 ahead of plan"));
    Programme { plan, rating, reviews, hours, entries }
}

/// On one of the two screens, with what it shows there.
pub fn on(key: &str, (width, height): (u16, u16), looks: Appearance) -> Bench {
    let mut bench = Bench::at_work(width, height, looks);
    bench.keys(key);
    bench.say(Msg::Done(Done::Readiness(Box::new(made()))));
    bench.say(Msg::Done(Done::Programme { trainee: id("7f3a"), programme: Box::new(programme()) }));
    bench
}

fn shot(bench: &Bench) -> String {
    format!("{}{}", bench.text(), bench.styles())
}

/// Returns a requirement's place in the list.
pub fn place_of(model: &Model, id: &str) -> usize {
    let figures = &model.trainee_view.readiness.0.as_ref().unwrap().figures;
    figures.iter().position(|figure| figure.id == id).unwrap()
}

/// Returns the keys that move the cursor to a requirement.
pub fn keys_to(model: &Model, id: &str) -> String {
    format!("home{}", " down".repeat(place_of(model, id)))
}

/// Moves the cursor to a requirement and returns its place.
fn choose(bench: &mut Bench, id: &str) -> usize {
    bench.keys(&keys_to(&bench.model, id));
    let at = place_of(&bench.model, id);
    assert_eq!(bench.model.trainee_view.readiness.1.at, at);
    at
}

#[test]
fn what_is_to_do_for_the_gateway_is_above_what_is_met_and_says_what_remains() {
    for size in [(80, 24), (120, 36), (200, 50)] {
        let bench = on("4", size, Appearance::FULL);
        let text = bench.text();
        let row = |words: &str| {
            text.lines().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}\n{text}"))
        };
        assert!(row("To do ─") < row("KSBs to sign") && row("KSBs to sign") < row("Met ─"), "{text}");
        // 926 hours less the 388 that are confirmed.
        assert!(row("538 of 926 hours to go") < row("Met ─") && row("Met ─") < row("Time on programme"), "{text}");
        let figures = &bench.model.trainee_view.readiness.0.as_ref().unwrap().figures;
        assert!(figures.is_sorted_by_key(|figure| figure.met == Fulfilment::Met));
    }
}

#[test]
fn the_cursor_stays_on_its_requirement_when_it_is_met_meanwhile() {
    let mut bench = on("4", (120, 36), Appearance::FULL);
    let before = choose(&mut bench, "hours");
    let mut met = made();
    met.figures.iter_mut().filter(|figure| figure.id == "hours").for_each(|figure| figure.met = Fulfilment::Met);
    bench.say(Msg::Done(Done::Readiness(Box::new(met))));
    let after = place_of(&bench.model, "hours");
    assert_ne!(before, after);
    assert_eq!(bench.model.trainee_view.readiness.1.at, after);
}

#[test]
fn a_review_is_beside_the_list_in_full_with_every_answer_the_rating_and_who_signed() {
    let mut bench = on("5", (120, 36), Appearance::FULL);
    while bench.model.review_here().is_none() {
        bench.keys("down");
    }
    let text = bench.text();
    for words in [
        "◐ amber",
        "amber, not green as suggested",
        "1 Last actions and training",
        "4 Changes to the plan",
        "Nothing to report.",
        "7 New actions",
        "Book the teaching session of duty 5",
        "Signed by 1 of 3",
        "Employer  S. Supervisor",
        "to sign",
        "Reviews held ─",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn what_is_behind_its_plan_is_marked_and_a_row_on_time_is_not() {
    for (ahead, mark) in [(Some(-25), '!'), (Some(0), '·'), (Some(9), '·'), (None, '·')] {
        let mut bench = on("4", (120, 36), Appearance::FULL);
        let mut programme = programme();
        programme.hours.ahead = ahead;
        bench.say(Msg::Done(Done::Programme { trainee: id("7f3a"), programme: Box::new(programme) }));
        let text = bench.text();
        let row = text.lines().find(|line| line.contains("hours to go")).unwrap();
        assert_eq!(row.chars().nth(2), Some(mark), "{ahead:?}: {row}");
    }
}

#[test]
fn next_to_the_next_review_is_what_was_agreed_at_the_last_one_and_what_does_not_fit_is_counted() {
    let bench = on("5", (120, 36), Appearance::FULL);
    bench.assert_fits(&["Next review", "Review 2, 11 September 2026"]);
    let narrow = on("5", (80, 24), Appearance::FULL);
    assert!(!narrow.text().contains("Review 2, 11 September 2026"), "{}", narrow.text());
    let low = on("5", (120, 18), Appearance::FULL);
    low.assert_fits(&["more lines"]);
}

#[test]
fn both_screens_are_as_drawn_at_every_size_and_look() {
    for (screen, key) in [("readiness", "4"), ("reviews", "5")] {
        for (name, looks, size) in [
            ("60x20", Appearance::FULL, (60, 20)),
            ("80x24", Appearance::FULL, (80, 24)),
            ("120x36", Appearance::FULL, (120, 36)),
            ("40x10", Appearance::FULL, (40, 10)),
            ("no_colour_80x24", NO_COLOUR, (80, 24)),
            ("ascii_80x24", Appearance::PLAIN, (80, 24)),
        ] {
            let mut bench = on(key, size, looks);
            bench.keys("down");
            let words = if screen == "readiness" { ["Gateway", "To do"] } else { ["Reviews", "Actions"] };
            bench.assert_fits(&[&words[..], &["? all keys"]].concat());
            if size == DRAWN {
                insta::assert_snapshot!(format!("{screen}_{name}"), shot(&bench));
            }
        }
    }
}

#[test]
fn the_lines_are_asked_for_once_and_again_when_the_screen_is_opened_again() {
    for (key, wanted) in [("4", Effect::LoadReadiness(id("7f3a"))), ("5", Effect::LoadProgramme(id("7f3a")))] {
        let mut bench = Bench::at_work(80, 24, Appearance::FULL);
        let asked = |effects: &[Effect]| effects.iter().filter(|effect| **effect == wanted).count();
        assert_eq!(asked(&bench.keys(key)), 1);
        assert_eq!(asked(&bench.keys("down up")), 0);
        assert_eq!(asked(&bench.keys("1")), 0);
        assert_eq!(asked(&bench.keys(key)), 1);
        // Something was signed meanwhile.
        assert_eq!(asked(&bench.open(standing("7f3a", "A. Trainee"), 9)), 1);
    }
}

#[test]
fn enter_opens_the_reasons_whole_and_esc_goes_back_to_the_same_line() {
    let mut bench = on("4", (60, 22), Appearance::FULL);
    let english = choose(&mut bench, "english-maths");
    assert!(!bench.text().contains("primary language is BSL"), "{}", bench.text());
    bench.keys("enter");
    let open = bench.text();
    assert!(open.contains("primary language is BSL") && !open.contains("Met ─"), "{open}");
    bench.keys("esc");
    assert_eq!(bench.model.trainee_view.readiness.1.at, english);
    assert!(bench.text().contains("Met ─"));
    // Reasons that do not fit are scrolled, and never past their end.
    let mut small = on("4", (40, 10), Appearance::FULL);
    small.keys("enter");
    let first = small.text();
    small.keys("down");
    assert_ne!(small.text(), first);
    small.keys("end");
    let last = small.text();
    small.keys("down page-down");
    assert_eq!(small.text(), last);
    assert!(last.contains("early") || last.contains("late"), "{last}");
}

#[test]
fn both_screens_are_filtered_and_a_line_keeps_its_place_for_what_its_keys_lead_to() {
    let mut bench = on("4", (80, 24), Appearance::FULL);
    bench.keys("/");
    bench.type_text("reviews not-met");
    let shown = bench.text();
    assert!(shown.contains("/ reviews not-met") && shown.contains("1 of 9") && !shown.contains("English"), "{shown}");
    bench.keys("enter o");
    assert_eq!(bench.model.screen, ScreenId::Reviews);
    assert!(!bench.text().contains("reviews not-met"), "another screen is another list");
    bench.keys("/");
    bench.type_text("waiting since:yesterday");
    assert!(bench.text().contains(" 0 of ") || bench.text().contains(" 1 of "), "{}", bench.text());
    bench.keys("ctrl-u");
    bench.type_text("level:associate");
    assert!(bench.text().contains("“level:associate” is not understood"), "{}", bench.text());
    assert!(bench.text().contains("^^^^^^^^^^^^^^^"), "{}", bench.text());
    bench.keys("esc /");
    bench.type_text("nothing-is-called-so");
    assert!(bench.text().contains("Nothing fits the filter"), "{}", bench.text());
    bench.keys("esc");
    assert!(bench.text().contains("Next ─") && bench.text().contains("Actions ─"), "{}", bench.text());
}

#[test]
fn a_requirement_leads_to_what_it_waits_for_and_says_so_where_no_screen_shows_it() {
    let mut bench = on("4", (120, 36), Appearance::FULL);
    choose(&mut bench, "employer");
    bench.keys("o");
    assert_eq!(
        (bench.model.screen, said(&bench)),
        (ScreenId::Readiness, "Press Enter to see what to do, and who can do it")
    );
    for id in ["hours", "reviews"] {
        choose(&mut bench, id);
        bench.keys("o");
        assert_eq!(bench.model.screen, ScreenId::Reviews);
        bench.keys("4");
    }
    choose(&mut bench, "ksbs");
    bench.keys("o");
    assert_eq!(bench.model.screen, ScreenId::SignOff);
    let mut shown: Vec<_> = bench.model.trainee_view.listed().rows.iter().map(|row| row.ksb.code).collect();
    // They are listed by urgency.
    shown.sort();
    let mut wanted = made().figures[1].ksbs.clone();
    wanted.sort();
    assert_eq!(shown, wanted);
    assert!(!shown.is_empty());
}

#[test]
fn what_is_of_another_trainee_is_never_shown() {
    let mut bench = on("4", (80, 24), Appearance::FULL);
    let mut other = made();
    other.trainee.id = id("7f3b");
    other.figures.clear();
    bench.say(Msg::Done(Done::Readiness(Box::new(other))));
    let programme = Programme { entries: Vec::new(), ..programme() };
    bench.say(Msg::Done(Done::Programme { trainee: id("7f3b"), programme: Box::new(programme) }));
    assert_eq!(bench.model.trainee_view.readiness.0.as_ref().unwrap().figures.len(), 9);
    assert_eq!(bench.model.trainee_view.programme.0.as_ref().unwrap().entries.len(), 3);
}

#[test]
fn without_a_trainee_both_screens_say_what_to_press_and_a_trainee_sees_their_own() {
    for key in ["4", "5"] {
        let mut bench = Bench::new(80, 24, Appearance::FULL);
        bench.keys(key);
        assert!(bench.text().contains("Choose a trainee"), "{}", bench.text());
        let mut own = on(key, (80, 24), Appearance::FULL);
        let name = clean("A. Trainee");
        let person = PersonRow { id: id("7f3a"), name, roles: vec![Role::Trainee], registration: None, left: false };
        own.model.access_mode =
            AccessMode::Own(PersonChoice { person, way: CredentialKind::Passphrase, signed_in: false });
        assert!(own.text().contains(if key == "4" { "To do ─" } else { "Next ─" }), "{}", own.text());
    }
}
