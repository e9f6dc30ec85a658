//! Ten questions of an assessor, each answered from paper alone: what the pages say is read by stock tools and compared with
//! what the program says.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use chrono::{Local, Months, NaiveDate};
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::Digest;
use serde_json::Value;

use countersign_app::demo::PASSPHRASE;

use crate::cli::book::Book;
use crate::cli::papers::tool;
use crate::random::random;

/// The trainees of a made-up department, which has to see every KSB again after 24 months. Each has a key of their own.
fn book() -> Book {
    static MADE: OnceLock<Book> = OnceLock::new();
    Book::once(&MADE, || {
        let book = Book::empty();
        let pass = book.keep("demo", PASSPHRASE);
        let make = ["--trainees", "30", "--sign-offs", "1500", "--seed", "9"];
        book.run(&[&["demo", "--make", &book.secret("data")], &make[..]].concat()).done();
        let tilly = ["--as", "Tilly Officer", "--passphrase-file", &pass];
        book.run(&[&["policy", "set", "reassess-months=24"], &tilly[..]].concat()).done();
        let own = book.keep("own", "heron slate ladder moss 5");
        for name in trainees(&book) {
            let key = ["key", "add", &name, "--new-passphrase-file", &own];
            book.run(&[&key[..], &tilly[..]].concat()).done();
        }
        book
    })
}

/// Those on ST0413, by name.
fn trainees(book: &Book) -> Vec<String> {
    let cohort = book.run(&["cohort", "--json"]).done().json();
    let rows = cohort["trainees"].as_array().unwrap().iter().filter(|row| row["standard"] == "ST0413 1.1");
    rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

/// A word on a page, with the place of its top left corner.
#[derive(Debug)]
struct Word {
    page: usize,
    x: f32,
    y: f32,
    text: String,
}

/// A document that somebody holds in their hands.
struct Paper {
    /// As it is laid out.
    text: String,
    /// The same in the order in which it is read, without line breaks.
    said: String,
    words: Vec<Word>,
}

impl Paper {
    /// Makes a document and reads it; `None` if there is no tool to read it with.
    fn of(book: &Book, kind: &[&str]) -> Option<Self> {
        let path = book.secret(&format!("{}.pdf", kind.join("-").replace([' ', '/'], "-")));
        book.run(&[&["report"], kind, &["--out", &path, "--replace"]].concat()).done();
        let text = tool("pdftotext", &["-layout", &path, "-"])?;
        let said = tool("pdftotext", &["-raw", &path, "-"])?.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut words = Vec::new();
        let mut page = 0;
        for line in tool("pdftotext", &["-bbox", &path, "-"])?.lines() {
            page += usize::from(line.trim_start().starts_with("<page "));
            let Some((places, text)) = line.trim_start().strip_prefix("<word ").and_then(|rest| rest.split_once('>'))
            else {
                continue;
            };
            let at = |name: &str| -> f32 {
                let (_, rest) = places.split_once(&format!("{name}=\"")).unwrap();
                rest.split('"').next().unwrap().parse().unwrap()
            };
            words.push(Word { page, x: at("xMin"), y: at("yMin"), text: text.trim_end_matches("</word>").to_owned() });
        }
        Some(Self { text, said, words })
    }

    /// Returns the cell of a matrix for a person and an item.
    fn cell(&self, people: &[String], person: &str, code: &str) -> String {
        let starts = |at: usize, name: &str| {
            let mut parts = name.split(' ').zip(&self.words[at..]);
            parts.all(|(part, word)| part == word.text && (word.y - self.words[at].y).abs() < 1.0)
        };
        let heads: Vec<&Word> = self.words.iter().filter(|word| word.text == "Person").collect();
        let (head, column) = heads
            .iter()
            .find_map(|head| {
                let in_row = |word: &&Word| word.page == head.page && (word.y - head.y).abs() < 4.0;
                let mut row: Vec<&Word> = self.words.iter().filter(in_row).collect();
                row.sort_by(|one, other| one.x.total_cmp(&other.x));
                let at = row.iter().position(|word| word.text == code)?;
                Some((*head, (row[at].x - 2.0, row.get(at + 1).map_or(f32::MAX, |next| next.x - 2.0))))
            })
            .unwrap_or_else(|| panic!("{code} heads no column"));
        let rows = |name: &str| {
            (0..self.words.len())
                .filter(|at| self.words[*at].page == head.page && (self.words[*at].x - head.x).abs() < 1.0)
                .filter(|at| self.words[*at].y > head.y && starts(*at, name))
                .map(|at| self.words[at].y)
                .collect::<Vec<f32>>()
        };
        let top = rows(person).first().copied().unwrap_or_else(|| panic!("{person} has no row"));
        let others = people.iter().flat_map(|name| rows(name)).chain(rows("People current"));
        let bottom = others.filter(|y| *y > top + 1.0).fold(f32::MAX, f32::min);
        let within = |word: &&Word| {
            word.page == head.page
                && (column.0..column.1).contains(&word.x)
                && (top - 2.0..bottom - 2.0).contains(&word.y)
        };
        self.words.iter().filter(within).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Returns what a competence record or a portfolio says under a code, up to the next.
    fn under(&self, code: &str, next: Option<&str>) -> String {
        let begins = |code: &str| {
            let starts = |(at, _): &(usize, &str)| {
                let line = self.text[*at..].lines().next().unwrap_or_default();
                let first = line.split_whitespace().next() == Some(code);
                let state = ["current", "expires", "lapsed", "partly", "not yet achieved", "open", "signed off"];
                first && state.iter().any(|word| line.contains(word))
            };
            self.text.match_indices(&format!("{code} ")).find(starts).map(|(at, _)| at)
        };
        let from = begins(code).unwrap_or_else(|| panic!("{code} begins no line"));
        let to = next.and_then(begins).unwrap_or(self.text.len());
        self.text[from..to].split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn record(book: &Book, name: &str) -> Value {
    book.run(&["portfolio", name, "--json"]).done().json()
}

fn ksbs(record: &Value) -> impl Iterator<Item = &Value> {
    record["ksbs"].as_array().unwrap().iter()
}

fn live(ksb: &Value) -> Vec<&Value> {
    let all = ksb["records"].as_array().unwrap().iter();
    all.filter(|one| one["withdrawn"].is_null() && one["in_review"] == false).collect()
}

fn text<'v>(of: &'v Value, field: &str) -> &'v str {
    of[field].as_str().unwrap()
}

fn day(of: &Value, field: &str) -> NaiveDate {
    text(of, field).parse().unwrap()
}

fn counts(ksb: &Value) -> bool {
    matches!(text(ksb, "state"), "signed" | "renew")
}

/// Returns the last day on which a KSB counts that was last seen so.
fn ends(ksb: &Value) -> NaiveDate {
    let seen = live(ksb).iter().filter(|one| one["outcome"] == "achieved").map(|one| day(one, "observed")).max();
    seen.unwrap() + Months::new(24)
}

#[test]
#[ignore = "slow: many runs of the program"]
fn who_may_do_this_today_and_who_is_the_only_one_the_matrix_says() {
    let book = book();
    let people = trainees(&book);
    let Some(matrix) = Paper::of(&book, &["matrix", "--standard", "ST0413"]) else { return };
    let records: Vec<Value> = people.iter().map(|name| record(&book, name)).collect();
    for at in 0..72 {
        let code = text(&records[0]["ksbs"][at], "id").to_owned();
        let may: BTreeSet<&String> = people
            .iter()
            .zip(&records)
            .filter(|(_, record)| counts(&record["ksbs"][at]))
            .map(|(name, _)| name)
            .collect();
        let said: BTreeSet<&String> = people
            .iter()
            .filter(|name| {
                ["Current", "Expires"].iter().any(|word| matrix.cell(&people, name, &code).starts_with(word))
            })
            .collect();
        assert_eq!(said, may, "{code}");
        let alone = |who: &str| {
            let parts = matrix.said.split("Single points of failure and gaps.").skip(1);
            let few = parts.flat_map(|part| part.split(" The percentage").next().unwrap().split(" required."));
            few.filter(|said| said.starts_with(&format!(" {code} "))).any(|said| said.contains(who))
        };
        match may.len() {
            0 => assert!(alone("nobody is current"), "{code}"),
            1 => assert!(alone(&format!("only {} is current", may.first().unwrap())), "{code}"),
            _ => assert!(!may.iter().any(|one| alone(&format!("only {one} is current"))), "{code}"),
        }
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn what_lapses_in_six_months_and_what_has_lapsed_the_matrix_and_the_record_say() {
    let book = book();
    let people = trainees(&book);
    let today = Local::now().date_naive();
    let until = today + Months::new(6);
    let Some(matrix) = Paper::of(&book, &["matrix", "--standard", "ST0413"]) else { return };
    let (mut soon, mut gone) = (0, 0);
    for name in &people {
        let record = record(&book, name);
        let Some(paper) = Paper::of(&book, &["person", name]) else { return };
        let lapsed: Vec<&str> =
            ksbs(&record).filter(|ksb| text(ksb, "state") == "lapsed").map(|ksb| text(ksb, "id")).collect();
        for ksb in ksbs(&record) {
            let code = text(ksb, "id");
            let cell = matrix.cell(&people, name, code);
            if counts(ksb) {
                let ends = ends(ksb);
                assert!(cell.contains(&format!(" {} seen", day_words(ends))), "{name} {code}: {cell}");
                soon += usize::from(ends <= until);
            }
            assert_eq!(cell.starts_with("X lapsed"), lapsed.contains(&code), "{name} {code}: {cell}");
        }
        gone += lapsed.len();
        // The first page of the competence record names them: it is known.
        let (_, first) = paper.said.split_once("Lapsed ").unwrap();
        assert!(first.starts_with(&lapsed.len().to_string()), "{name}: {first:.80}");
        for code in &lapsed {
            assert!(first.contains(&format!("{code} (due by")), "{name} {code}: {first:.200}");
        }
    }
    assert!(soon > 0 && gone > 0, "{soon} lapse soon, {gone} have lapsed");
}

#[test]
#[ignore = "slow: many runs of the program"]
fn since_when_until_when_by_whom_and_how_the_competence_record_says() {
    let book = book();
    let name = &trainees(&book)[0];
    let record = record(&book, name);
    let Some(paper) = Paper::of(&book, &["person", name]) else { return };
    let people = book.run(&["person", "list", "--json"]).json();
    let registered = |name: &str| {
        let all = people["people"].as_array().unwrap().iter();
        all.into_iter().find(|one| one["name"] == name).and_then(|one| one["registration"].as_str()).unwrap().to_owned()
    };
    let all: Vec<&Value> = ksbs(&record).collect();
    let mut asked = 0;
    for (at, ksb) in all.iter().enumerate().filter(|(_, ksb)| counts(ksb)) {
        let said = paper.under(text(ksb, "id"), all.get(at + 1).map(|next| text(next, "id")));
        let live = live(ksb);
        if let [one] = live.as_slice() {
            assert!(said.contains(&format!("Authorised from {}", day_words(day(one, "observed")))), "{said}");
        }
        assert!(
            said.contains("Authorised from ") && said.contains(&format!("Reassess by {}", day_words(ends(ksb)))),
            "{said}"
        );
        for one in live {
            let signer = text(one, "signer_name");
            let how = match text(one, "method") {
                "dops" => "Direct observation",
                "oce" => "Observed clinical event",
                "cbd" => "Case-based discussion",
                "msf" => "Multi-source feedback",
                _ => "Review of records",
            };
            for words in
                [day_words(day(one, "observed")), signer.to_owned(), registered(signer), text(one, "id").to_owned()]
            {
                assert!(said.contains(&words), "{words}: {said}");
            }
            assert!(said.contains(how), "{how}: {said}");
            asked += 1;
        }
    }
    assert!(asked > 3, "{asked}");
}

#[test]
#[ignore = "slow: many runs of the program"]
fn what_happened_when_somebody_was_not_good_enough_and_when_it_was_signed_the_portfolio_says() {
    let book = book();
    let (mut failures, mut late) = (0, 0);
    for name in trainees(&book) {
        let record = record(&book, &name);
        let Some(paper) = Paper::of(&book, &["portfolio", &name]) else { return };
        for ksb in ksbs(&record) {
            for one in ksb["records"].as_array().unwrap() {
                let id = text(one, "id");
                let at = paper.said.find(id).unwrap_or_else(|| panic!("{name} {id}"));
                // Days are those of this machine's clock.
                let signed: chrono::DateTime<chrono::Utc> = text(one, "signed").parse().unwrap();
                let signed = signed.with_timezone(&Local).date_naive();
                let after = format!("entry {}, signed {}", one["position"], day_words(signed));
                assert!(paper.said[at..].starts_with(&format!("{id} {after}")), "{}", &paper.said[at..at + 90]);
                let mut from = at.saturating_sub(600);
                while !paper.said.is_char_boundary(from) {
                    from -= 1;
                }
                let before = &paper.said[from..at];
                assert!(before.contains(&day_words(day(one, "observed"))), "{before}");
                if let Some(why) = one["late"].as_str() {
                    late += 1;
                    assert!(before.contains(&format!("Signed late: {why}")), "{before}");
                }
                if one["outcome"] == "not-achieved" {
                    failures += 1;
                    let (said, next) = (text(one, "feedback"), text(&one["action"], "what"));
                    assert!(before.contains("Not yet achieved") && before.contains(said), "{before}");
                    assert!(before.contains(&format!("To do: {next}, by ")), "{before}");
                }
            }
        }
    }
    assert!(failures > 0, "somebody was not good enough");
    println!("{failures} not achieved, {late} signed late");
}

#[test]
#[ignore = "slow: many runs of the program"]
fn how_far_behind_and_what_was_decided_the_review_says() {
    let book = book();
    let mut asked = 0;
    for name in trainees(&book) {
        let reviews = book.run(&["reviews", &name, "--json"]).done().json();
        let Some(newest) = reviews["reviews"].as_array().unwrap().first() else { continue };
        let Some(paper) = Paper::of(&book, &["review", &name]) else { return };
        asked += 1;
        for words in [
            format!("{} of {}", newest["ksbs_signed"], newest["ksbs"]),
            format!("Rating as confirmed: {}", text(newest, "rating").to_uppercase()),
            format!("by {}", day_words(day(newest, "next"))),
        ] {
            assert!(paper.said.contains(&words), "{name}, {words}: {}", paper.text);
        }
        let words: BTreeSet<&str> = paper.said.split(' ').collect();
        for action in newest["actions"].as_array().unwrap() {
            assert!(paper.said.contains(&day_words(day(action, "by"))), "{action}: {}", paper.text);
            for word in text(action, "what").split(' ') {
                assert!(words.contains(word), "{word} of {action}: {}", paper.text);
            }
        }
    }
    assert!(asked > 0, "there are reviews");
}

#[test]
fn the_evidence_of_three_people_chosen_at_random_is_named_and_its_digest_is_that_of_the_file() {
    let book = book();
    let mut people = trainees(&book);
    random(0).shuffle(&mut people);
    // Those who have something left to show.
    let open = |name: &String| {
        let record = record(&book, name);
        ksbs(&record).find(|ksb| text(ksb, "state") == "open").map(|ksb| text(ksb, "id").to_owned())
    };
    let chosen: Vec<(&String, String)> = people.iter().filter_map(|name| Some((name, open(name)?))).take(3).collect();
    assert_eq!(chosen.len(), 3);
    for (at, (name, open)) in chosen.into_iter().enumerate() {
        let file = format!("audit-{at}.txt");
        let content = format!("The audit of {name}\n");
        std::fs::write(book.0.path().join(&file), &content).unwrap();
        let own = ["--as", name, "--passphrase-file", &book.secret("own")];
        let file_name = book.secret(&file);
        let said = book.run(&[&["claim", &open, "--evidence", &file_name, "--json"], &own[..]].concat()).done().json();
        book.sam(&["claim", "answer", text(&said["claims"][0], "id")]).done();
        let Some(paper) = Paper::of(&book, &["portfolio", name]) else { return };
        let digest = Digest::of(content.as_bytes()).hex();
        let parts: Vec<&str> = (0..4).map(|part| &digest[part * 16..(part + 1) * 16]).collect();
        assert!(paper.said.contains(&parts.join(" ")), "{name}: {digest}");
        assert!(paper.said.contains(&format!("Evidence: {file}")), "{name}");
    }
}

#[test]
#[ignore = "slow: many runs of the program"]
fn that_this_is_what_was_signed_every_page_lets_anyone_check() {
    let book = book();
    let name = &trainees(&book)[0];
    let code = book.run(&["checkpoint", "--code"]).done().out.trim().to_owned();
    let (size, letters) = code.split_once(" · ").unwrap();
    for kind in
        [&["matrix", "--standard", "ST0413"][..], &["person", name], &["portfolio", name], &["certificate", name]]
    {
        let Some(paper) = Paper::of(&book, kind) else { return };
        for (at, page) in paper.text.trim_end_matches('\u{c}').split('\u{c}').enumerate() {
            assert!(page.contains(letters), "{kind:?}, page {}", at + 1);
        }
    }
    // What is typed from the paper.
    let typed = format!("{size} {}", letters.to_lowercase());
    let said = book.run(&["verify", "--checkpoint", &typed]);
    assert!(said.code == 0 && said.out.starts_with("Intact"), "{said:?}");
    // Another person's paper of a log that was changed since is found.
    let wrong: String = letters.chars().rev().collect();
    assert_ne!(book.run(&["verify", "--checkpoint", &format!("{size} · {wrong}")]).code, 0);
}
