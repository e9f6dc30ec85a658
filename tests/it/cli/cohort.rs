//! The cohort on the command line: orders, filters, and figures that are those of each trainee's records.

use serde_json::Value;

use crate::cli::book::Book;

/// Thirty trainees, made by the program itself.
fn made() -> Book {
    let book = Book::empty();
    let data = book.data();
    book.command()
        .args(["demo", "--make", data.to_str().unwrap()])
        .args(["--trainees", "30", "--sign-offs", "500"])
        .assert()
        .success();
    book
}

fn rows(of: &Value, name: &str) -> Vec<Value> {
    of[name].as_array().unwrap().clone()
}

#[test]
fn every_order_holds_all_trainees_and_goes_the_way_it_says() {
    let book = made();
    for order in ["behind", "hours", "name", "month", "signed"] {
        let all = book.run(&["cohort", "--json", "--order", order]).done().json();
        let trainees = rows(&all, "trainees");
        assert_eq!((&all["order"], &all["of"]), (&order.into(), &30.into()));
        assert_eq!(trainees.len(), 30);
        let sorted = match order {
            "behind" => trainees.is_sorted_by_key(|row| row["weeks"].as_i64().unwrap()),
            "hours" => trainees.is_sorted_by_key(|row| -row["hours"]["short"].as_i64().unwrap()),
            "signed" => trainees.is_sorted_by_key(|row| row["signed"].as_i64().unwrap()),
            "month" => trainees.is_sorted_by_key(|row| row["start"].as_str().unwrap().to_owned()),
            _ => trainees.is_sorted_by_key(|row| row["name"].as_str().unwrap().to_lowercase()),
        };
        assert!(sorted, "{order}: {trainees:?}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn the_figures_of_the_cohort_are_those_of_each_trainees_records() {
    let book = made();
    for row in rows(&book.run(&["cohort", "--json"]).done().json(), "trainees") {
        let ksbs = rows(&book.run(&["trainee", row["id"].as_str().unwrap(), "--json"]).done().json(), "ksbs");
        let counted = |fits: &dyn Fn(&Value) -> bool| ksbs.iter().filter(|ksb| fits(ksb)).count();
        assert_eq!(row["signed"], counted(&|ksb| ksb["counts"] == true), "{row}");
        assert_eq!(row["not_yet"], counted(&|ksb| ksb["state"] == "not-yet"), "{row}");
        let next = book.run(&["reviews", row["id"].as_str().unwrap(), "--json"]).done().json();
        let overdue = (-next["days"].as_i64().unwrap()).max(0);
        assert_eq!((row["review_overdue"].as_i64(), next["call"] == "overdue"), (Some(overdue), overdue > 0), "{row}");
        for (number, duty) in (1..).zip(rows(&row, "duties")) {
            let linked = |ksb: &Value| rows(ksb, "duties").contains(&Value::from(number));
            assert_eq!(duty["total"], counted(&linked), "{row}");
            assert_eq!(duty["signed"], counted(&|ksb| linked(ksb) && ksb["counts"] == true), "{row}");
        }
    }
}

#[test]
fn a_filter_lists_those_who_fit_and_one_that_cannot_be_read_says_where() {
    let book = made();
    let behind = book.run(&["cohort", "behind", "cardiology", "--json"]).done().json();
    let fits = |row: &Value| row["ahead"].as_i64().unwrap() < 0 && row["specialism"] == "cardiology";
    let found = rows(&behind, "trainees");
    assert!(!found.is_empty() && found.len() < 30 && found.iter().all(fits), "{found:?}");
    assert_eq!(book.run(&["cohort", "nobody-is-called-this"]).done().out, "No trainee matches\n");
    book.run(&["cohort", "ann", "colour:red"]).refused(2, "“colour:red” at character 5 is not understood");
    let said = book.run(&["history", "ünder", "since:soon"]).err;
    let marked = said.lines().skip_while(|line| !line.ends_with("ünder since:soon")).collect::<Vec<_>>();
    assert_eq!(marked[1].chars().position(|c| c == '^'), marked[0].find("since").map(|at| at - 1), "{said}");
    assert_eq!(marked[1].matches('^').count(), "since:soon".len(), "{said}");
}

#[test]
fn the_cohort_begins_with_its_sentence_and_order_and_is_read_in_sentences_or_as_csv() {
    let book = made();
    let all = book.run(&["cohort", "--json"]).done().json();
    let shown = book.run(&["cohort"]).done().out;
    let mut lines = shown.lines();
    assert_eq!(lines.next(), all["summary"]["sentence"].as_str());
    assert!(lines.next().unwrap().starts_with("All 30, by weeks behind"), "{shown}");
    let fits = book.run(&["cohort", "behind", "--order", "hours"]).done().out;
    let behind = all["summary"]["behind"].as_u64().unwrap();
    assert!(fits.lines().nth(1).unwrap().starts_with(&format!("{behind} who fit, by hours short")), "{fits}");
    let plain = book.run(&["cohort", "--plain"]).done().out;
    let said: Vec<&str> = plain.lines().skip(3).collect();
    assert_eq!(said.len(), 30);
    for (line, row) in said.iter().zip(rows(&all, "trainees")) {
        let (name, reason) = (row["name"].as_str().unwrap(), row["reason"].as_str().unwrap());
        assert!(line.starts_with(name) && line.ends_with(reason), "{line}");
    }
    let csv = book.run(&["cohort", "--csv"]).done().out;
    assert_eq!((csv.lines().count(), csv.starts_with("id,name,standard,")), (31, true), "{csv}");
    for form in ["--json", "--plain"] {
        book.run(&["cohort", "--csv", form]).refused(2, "cannot be used with");
    }
}

/// Whether a KSB is meant, by its code, state and duties.
type Fits<'a> = &'a dyn Fn(&(String, String, Vec<u64>)) -> bool;

#[test]
#[ignore = "slow: many runs of the program"]
fn the_cohort_is_asked_for_by_what_its_ksbs_reviews_and_supervisors_are() {
    let book = made();
    let ids = |filter: &[&str]| -> Vec<String> {
        let shown = book.run(&[&["cohort", "--json"][..], filter].concat()).done().json();
        rows(&shown, "trainees").iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&[]);
    let states = |id: &str| -> Vec<(String, String, Vec<u64>)> {
        let shown = book.run(&["trainee", id, "--json"]).done().json();
        let duties = |row: &Value| row["duties"].as_array().unwrap().iter().map(|no| no.as_u64().unwrap()).collect();
        let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        rows(&shown, "ksbs").iter().map(|row| (word(row, "id"), word(row, "state"), duties(row))).collect()
    };
    let left = |state: &str| !["signed", "renew"].contains(&state);
    let wanted: [(&[&str], Fits<'_>); 5] = [
        (&["s26"], &|(code, state, _)| code == "S26" && left(state)),
        (&["s26", "signed"], &|(code, state, _)| code == "S26" && state == "signed"),
        (&["not-yet"], &|(_, state, _)| state == "not-yet"),
        (&["duty:7", "not-yet"], &|(_, state, duties)| duties.contains(&7) && state == "not-yet"),
        (&["lapsed"], &|(_, state, _)| state == "lapsed"),
    ];
    for (filter, fits) in wanted {
        let mut expected: Vec<String> = all.iter().filter(|id| states(id).iter().any(fits)).cloned().collect();
        let mut found = ids(filter);
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{filter:?}");
    }
    let overdue = book.run(&["reviews", "overdue", "--json"]).done().json();
    let mut late: Vec<String> =
        rows(&overdue, "trainees").iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    let mut found = ids(&["overdue"]);
    late.sort();
    found.sort();
    assert_eq!(found, late);
    assert_eq!(ids(&["by:nobody-of-this-name"]), [""; 0]);
    book.run(&["supervise", "Sam Supervisor", &all[0]]).done();
    assert_eq!(ids(&["by:sam"]), [all[0].clone()]);
}

#[test]
fn every_list_takes_its_own_words_and_refuses_those_of_another_with_a_caret() {
    let book = made();
    let all = book.run(&["cohort", "--json"]).done().json();
    let id = rows(&all, "trainees")[0]["id"].as_str().unwrap().to_owned();
    for asked in [
        &["outstanding", &id, "duty:7", "overdue", "by:sam", "since:2020-01-01"][..],
        &["trainee", &id, "signed", "k", "by:sam", "until:today"],
        &["queue", "duty:1", "by:anyone", "since:monday", "level:practitioner"],
        &["claim", "list", "waiting", "by:anyone"],
        &["claim", "list", &id, "answered", "s26"],
        &["readiness", &id, "not-met", "s26"],
        &["hours", "list", &id, "confirmed", "since:2020-01-01", "by:sam", "duty:1"],
        &["hours", "list", "since:monday", "level:associate"],
        &["reviews", &id, "until:today", "by:sam"],
        &["reviews", "due", "level:associate", "by:sam"],
        &["person", "list", "trainee", "by:sam", "level:associate"],
        &["history", "kind:sign-off", "by:sam", "since:monday"],
    ] {
        let ran = book.run(asked);
        // A day without a year is shown as it was understood.
        let days = asked.iter().filter(|part| part.contains(":monday")).count();
        let notes = ran.err.lines().filter(|line| line.starts_with("note: “monday” is Mon ")).count();
        assert_eq!((ran.code, notes, ran.err.lines().count()), (0, days, days), "{ran:?}");
    }
    for (asked, read) in [
        (&["outstanding", &id, "audit", "level:associate"][..], "level:associate"),
        (&["trainee", &id, "overdue", "kind:key"], "kind:key"),
        (&["queue", "ann", "behind"], "behind"),
        (&["claim", "list", &id, "level:associate"], "level:associate"),
        (&["readiness", &id, "by:sam"], "by:sam"),
        (&["hours", "list", &id, "level:associate"], "level:associate"),
        (&["person", "list", "duty:7"], "duty:7"),
        (&["history", "duty:7"], "duty:7"),
    ] {
        let ran = book.run(asked);
        let err = ran.err.clone();
        ran.refused(2, &format!("“{read}” at character"));
        assert!(err.contains(&"^".repeat(read.len())) && err.contains("rite words"), "{err}");
    }
}
