//! Lays out a record of achievement on one page: what was achieved, who saw it, what that proves and what it does not.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{KsbCode, KsbKind, PersonId, StatementId};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{Record, TraineeRecord};
use countersign_core::standard::local_view::LocalKsb;
use countersign_core::statement::kinds::sign_off::Outcome;

use crate::made::{Made, grouped};
use crate::pdf::font::Fonts;
use crate::pdf::parts::SUBSECTION;
use crate::pdf::sheet::{About, Format, Sheet};
use crate::pdf::table::{Column, RULED, Row};
use crate::pdf::text::{Ink, Style, Text, mm};
use crate::pdf::write::{WriteFault, write};
use crate::person::short_name;
use crate::standing::{fate_word, left_words};

/// What a record of achievement is made from.
#[derive(Debug, Clone)]
pub struct Certificate {
    pub made: Made,
    pub record: TraineeRecord,
    /// The records of each item of [`TraineeRecord::all`].
    pub records: Vec<Vec<Record>>,
    /// The registrations with which statements were signed.
    pub registrations: BTreeMap<StatementId, String>,
    /// The attribution that the licence of the standard's text requires.
    pub attribution: Option<String>,
}

/// How much of a record its one page names.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Limits {
    /// The size of the name.
    title: f32,
    /// The most local competences, and the most people.
    local: usize,
    signers: usize,
}

/// Where the name goes on, if there is not enough room for all of it.
const TITLES: [f32; 3] = [30.0, 20.0, 14.0];
const MOST_LOCAL: usize = 14;
const MOST_SIGNERS: usize = 8;
/// The most departments that are named in its sentence.
const MOST_PLACES: usize = 3;
/// The most items that are named as carried over.
const MOST_CARRIED: usize = 24;
/// The most letters of a local competence's text, and the fewest for which the day stays in the same line.
const LONGEST_NAME: usize = 44;
const SHORTEST_NAME: usize = 20;
/// The most letters of a name, a department or a registration in a line.
const LONGEST_WORDS: usize = 80;

/// Writes the record of achievement.
pub fn certificate(of: &Certificate) -> Result<Vec<u8>, WriteFault> {
    let fonts = Fonts::load().ok_or_else(|| WriteFault("the fonts cannot be read".to_owned()))?;
    write(&lay_out(of, &fonts))
}

/// Lays out the page: with as much as one page holds, the rest counted.
pub fn lay_out<'a>(of: &'a Certificate, fonts: &'a Fonts) -> Sheet<'a> {
    let fewer = |title: f32| {
        (0..=MOST_LOCAL).map(move |less| {
            let signers = MOST_SIGNERS.saturating_sub(less / 2).max(2);
            Limits { title, local: MOST_LOCAL - less, signers }
        })
    };
    let mut tried = TITLES.into_iter().flat_map(fewer).map(|limits| of.page(fonts, limits));
    let first = tried.next();
    let fits = |sheet: &Sheet<'_>| sheet.pages.len() == 1;
    let least = Limits { title: TITLES.into_iter().fold(TITLES[0], f32::min), local: 0, signers: 1 };
    match first {
        Some(sheet) if fits(&sheet) => sheet,
        _ => tried.find(fits).unwrap_or_else(|| of.page(fonts, least)),
    }
}

/// Someone who signed.
struct Signer<'a> {
    name: &'a str,
    registration: &'a str,
    count: usize,
    first: NaiveDate,
    last: NaiveDate,
}

/// Sign-offs that were seen in one department.
struct Seen {
    /// The name of its log; `None` for this department.
    there: Option<String>,
    first: NaiveDate,
    last: NaiveDate,
    count: usize,
}

impl Certificate {
    fn page<'a>(&'a self, fonts: &'a Fonts, limits: Limits) -> Sheet<'a> {
        let who = self.record.trainee.name.to_string();
        let about = About { kind: "Record of achievement".to_owned(), who, made: &self.made };
        let mut sheet = Sheet::new(fonts, Format::A4.margins(25.0, 25.0, 34.0, 26.0), about);
        self.head(&mut sheet, limits);
        self.achieved(&mut sheet, limits);
        self.seen_by(&mut sheet, limits);
        self.proves(&mut sheet);
        self.foot(&mut sheet);
        sheet
    }

    /// Returns whether nothing was signed as achieved, so that there is nothing to certify.
    pub fn is_empty(&self) -> bool {
        self.live().next().is_none()
    }

    /// Returns the sign-offs that count.
    fn live(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().flatten().filter(|record| record.is_live() && record.outcome == Outcome::Achieved)
    }

    /// Returns where the sign-offs that count were seen: here first, then the others by their logs' names.
    fn places(&self) -> Vec<Seen> {
        let mut places: Vec<Seen> = Vec::new();
        for record in self.live() {
            let there = record.source.as_ref().map(|source| source.origin.to_string());
            let day = record.observed;
            match places.iter_mut().find(|seen| seen.there == there) {
                Some(seen) => {
                    (seen.first, seen.last) = (seen.first.min(day), seen.last.max(day));
                    seen.count += 1;
                }
                None => places.push(Seen { there, first: day, last: day, count: 1 }),
            }
        }
        places.sort_by(|one, other| one.there.cmp(&other.there));
        places
    }

    fn head(&self, sheet: &mut Sheet<'_>, limits: Limits) {
        sheet.bar(mm(22.0), mm(2.4));
        sheet.y += mm(4.0);
        sheet.para(&Text::of(Style::new(10.5).bold().ink(Ink::Accent), "Record of achievement"));
        sheet.y += mm(6.0);
        let name = Text::of(Style::new(limits.title).bold(), self.record.trainee.name.as_str()).leading(0.3);
        sheet.heading(1, &name, None);
        sheet.y += mm(5.0);
        let mut words = Text::of(Style::new(12.0), "was seen at work");
        let places = self.places();
        let named = if places.len() > MOST_PLACES { MOST_PLACES - 1 } else { places.len() };
        for (at, seen) in places.iter().take(named).enumerate() {
            words = words.say(if at == 0 { "" } else { ", and" });
            words = match &seen.there {
                None => words.say(" in ").bold(&self.made.department),
                Some(there) => words.say(" at ").bold(there),
            };
            words = words.say(&between(seen.first, seen.last));
        }
        if places.len() > named {
            words = words.say(&format!(", and in {} more departments", places.len() - named));
        }
        let end = if places.is_empty() { "" } else { ", and achieved" };
        sheet.para(&words.say(end));
        sheet.y += mm(7.0);
    }

    /// Draws the two figures side by side.
    fn achieved(&self, sheet: &mut Sheet<'_>, limits: Limits) {
        let current: Vec<&LocalKsb> =
            self.record.local.iter().filter(|local| self.record.counts(local.state)).collect();
        let half = (sheet.width - mm(10.0)) / 2.0;
        let wide = if self.record.local.is_empty() { sheet.width } else { half };
        sheet.side_by_side(&[(0.0, wide), (half + mm(10.0), half)], |sheet, column| match column {
            0 => self.of_standard(sheet),
            _ if self.record.local.is_empty() => {}
            _ => self.of_local(sheet, &current, limits),
        });
        sheet.y += mm(8.0);
    }

    fn of_standard(&self, sheet: &mut Sheet<'_>) {
        let (trainee, standard) = (&self.record.trainee, &self.record.standard);
        let body = Style::new(9.5);
        figure(sheet, trainee.signed.into(), trainee.total.into());
        let about = format!(
            "knowledge items, skills and behaviours of {}, {}, level {}.",
            standard.reference(),
            standard.title(),
            standard.level()
        );
        sheet.para(&Text::of(body, &about));
        sheet.y += mm(2.4);
        let kinds = [(KsbKind::Knowledge, "Knowledge"), (KsbKind::Skill, "skills"), (KsbKind::Behaviour, "behaviours")];
        let counted: Vec<String> = kinds
            .into_iter()
            .filter_map(|(kind, name)| {
                let of_kind = self.record.all().filter(|(ksb, _)| ksb.code.kind == kind);
                let states: Vec<State> = of_kind.map(|(_, state)| state).collect();
                let signed = states.iter().filter(|state| self.record.counts(**state)).count();
                (!states.is_empty()).then(|| format!("{name} {signed} of {}", states.len()))
            })
            .collect();
        let not_yet = self.not_counting(0, self.record.standard.ksbs().len());
        let carried: Vec<KsbCode> = self.record.carried.keys().copied().collect();
        let carried = carried.into_iter().filter(|code| self.record.standard.ksb(*code).is_some());
        let carried: Vec<String> =
            carried.filter(|code| self.record.carried_over(*code).is_some()).map(|code| code.to_string()).collect();
        let counts = if self.record.policy.carried_over > 0 { "counted above" } else { "not counted above" };
        let carried = match carried.len() {
            0 => String::new(),
            count if count > MOST_CARRIED => {
                format!(" Carried over from an earlier record, {counts}, and not seen here: {count}.")
            }
            _ => format!(" Carried over from an earlier record, {counts}, and not seen here: {}.", carried.join(", ")),
        };
        sheet.para(&Text::of(body.sized(8.8).soft(), &format!("{}.{not_yet}{carried}", counted.join(" · "))));
    }

    /// Names what was signed and does not count, by what became of it: ` Not yet achieved: K7. Withdrawn: K1.` The items are
    /// those from a place among all items, this many.
    fn not_counting(&self, from: usize, count: usize) -> String {
        let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let items = self.record.all().enumerate().skip(from).take(count);
        for (at, (ksb, state)) in items.filter(|(_, (_, state))| !self.record.counts(*state)) {
            let records = self.records.get(at).map_or(&[][..], Vec::as_slice);
            let word = fate_word(&self.record, ksb.code, state, records);
            // What an earlier record says is named with the others that it has.
            if let Some(word) = word.filter(|_| self.record.carried_over(ksb.code).is_none()) {
                let word = word.split(',').next().unwrap_or_default();
                found.entry(word).or_default().push(ksb.code.to_string());
            }
        }
        let named =
            |codes: Vec<String>| if codes.len() > MOST_CARRIED { codes.len().to_string() } else { codes.join(", ") };
        let said: Vec<String> = found.into_iter().map(|(word, codes)| format!(" {word}: {}.", named(codes))).collect();
        said.concat()
    }

    fn of_local(&self, sheet: &mut Sheet<'_>, current: &[&LocalKsb], limits: Limits) {
        let body = Style::new(9.5);
        figure(sheet, current.len(), self.record.local.len());
        let list = self.record.local.first().map(|local| local.list.to_string()).unwrap_or_default();
        let named = if current.len() > limits.local { limits.local.saturating_sub(1) } else { current.len() };
        let ends = match (named, current.len()) {
            (_, 0) => ".",
            (0, _) => ". The competence record lists them.",
            _ => ":",
        };
        let words = format!("local competences of {list}, current on the day of this record{ends}");
        sheet.para(&Text::of(body, &words));
        sheet.y += mm(2.0);
        for local in current.iter().take(named) {
            let ends = local.due.map_or_else(|| "no expiry".to_owned(), |due| format!("to {}", day_words(due)));
            let style = Style::new(8.6);
            let ends =
                if self.record.carried_over(local.ksb.code).is_some() { format!("{ends}, carried over") } else { ends };
            // As much of its name as leaves room for the day in the same line.
            let cut_to = |most: usize| {
                let text = format!("{} {}", local.ksb.code, short_name(&local.ksb.text, most));
                Text::of(style, &text).leading(0.4).say(", ").soft(&ends)
            };
            let mut lengths = (SHORTEST_NAME..=LONGEST_NAME).rev().map(cut_to);
            let text = lengths.find(|text| sheet.lay(text, sheet.width).lines.len() == 1);
            sheet.para(&text.unwrap_or_else(|| cut_to(LONGEST_NAME)));
            sheet.y += mm(1.25);
        }
        let more = current.len() - named;
        if named > 0 && more > 0 {
            sheet.para(&Text::of(Style::new(8.6), &format!("and {more} more, listed in the competence record")));
        }
        let not = self.not_counting(self.record.standard.ksbs().len(), self.record.local.len());
        if !not.is_empty() {
            sheet.para(&Text::of(body.sized(8.8).soft(), not.trim_start()));
        }
    }

    fn seen_by(&self, sheet: &mut Sheet<'_>, limits: Limits) {
        let mut signers: BTreeMap<&PersonId, Signer<'_>> = BTreeMap::new();
        for record in self.live() {
            let registration = self.registrations.get(&record.id).map_or("none given", String::as_str);
            let one = signers.entry(&record.signer).or_insert(Signer {
                name: record.signer_name.as_str(),
                registration,
                count: 0,
                first: record.observed,
                last: record.observed,
            });
            one.count += 1;
            one.first = one.first.min(record.observed);
            one.last = one.last.max(record.observed);
        }
        let mut signers: Vec<Signer<'_>> = signers.into_values().collect();
        signers.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(other.name)));
        sheet.heading(2, &Text::of(SUBSECTION, "Seen and signed by"), None);
        sheet.y += mm(1.8);
        let style = Style::new(9.0);
        let mut rows: Vec<Row> = (signers.iter().take(limits.signers))
            .map(|one| {
                let days = if one.first < one.last {
                    format!("{} and {}", day_words(one.first), day_words(one.last))
                } else {
                    day_words(one.first)
                };
                Row::new([
                    Text::new(style).bold(&short_name(one.name, LONGEST_WORDS)),
                    Text::of(style, &short_name(one.registration, LONGEST_WORDS)),
                    Text::of(style, &one.count.to_string()),
                    Text::of(style, &days),
                ])
            })
            .collect();
        if let Some(more) = signers.len().checked_sub(limits.signers).filter(|more| *more > 0) {
            let count: usize = signers.iter().skip(limits.signers).map(|one| one.count).sum();
            let people = if more == 1 {
                "1 more person, listed in the competence record".to_owned()
            } else {
                format!("{more} more people, listed in the competence record")
            };
            rows.push(Row::new([
                Text::of(style, &people),
                Text::new(style),
                Text::of(style, &count.to_string()),
                Text::new(style),
            ]));
        }
        let columns = [
            Column::share("Name"),
            Column::mm(38.0, "Registration"),
            Column::mm(26.0, "Sign-offs"),
            Column::mm(48.0, "Between"),
        ];
        sheet.table(&RULED, &columns, &rows);
        sheet.y += mm(5.0);
    }

    fn proves(&self, sheet: &mut Sheet<'_>) {
        let half = (sheet.width - mm(10.0)) / 2.0;
        let style = Style::new(9.0);
        let proves = Text::new(style).bold("What this proves.").say(&format!(
            " Each of these people signed, with a key of their own, that they saw the work and judged it to be to the \
             standard.{}",
            self.held_words()
        ));
        let local = if self.record.local.is_empty() { "" } else { " Local competences lapse on the days shown." };
        let not = Text::new(style).bold("What it does not prove.").say(&format!(
            " It is not a qualification, not registration with a professional body and not an authorisation to work \
             elsewhere. A new employer decides what to see again.{local}"
        ));
        sheet.side_by_side(&[(0.0, half), (half + mm(10.0), half)], |sheet, column| {
            sheet.para(if column == 0 { &proves } else { &not });
        });
    }

    /// Says how many sign-offs the department's log holds, and how many it received from which other logs.
    fn held_words(&self) -> String {
        let count = |count: usize| match count {
            1 => "1 sign-off as achieved".to_owned(),
            count => format!("{} sign-offs as achieved", grouped(count as u64)),
        };
        let own: usize = self.places().iter().filter(|seen| seen.there.is_none()).map(|seen| seen.count).sum();
        let places = self.places();
        let others: Vec<&Seen> = places.iter().filter(|seen| seen.there.is_some()).collect();
        let from = match others.as_slice() {
            [] => String::new(),
            [one] => format!(
                " This department received {} from {}. That log holds {}.",
                count(one.count),
                short_name(one.there.as_deref().unwrap_or_default(), LONGEST_WORDS),
                if one.count == 1 { "it" } else { "them" }
            ),
            several => format!(
                " This department received {} from the logs of {} other departments, which hold them.",
                count(several.iter().map(|one| one.count).sum()),
                several.len()
            ),
        };
        let safe = "can be changed afterwards without showing.";
        match own {
            0 => format!("{from} Nothing in a log {safe}"),
            own if others.is_empty() => {
                format!(" The department's log holds {} on this record, and nothing in it {safe}", count(own))
            }
            own => {
                format!(" The department's log holds {} on this record.{from} Nothing in a log {safe}", count(own))
            }
        }
    }

    fn foot(&self, sheet: &mut Sheet<'_>) {
        let by = if self.made.by.is_empty() { String::new() } else { format!(" by {}", self.made.by) };
        let as_at = self.made.as_of.map(|day| format!(" The record as at {}.", day_words(day))).unwrap_or_default();
        let left = left_words(&self.record);
        let (day, id) = (day_words(self.made.day), &self.record.trainee.id);
        let issued =
            format!("Issued {day}{by}, {}, where the person has the id {id}.{as_at}{left}", self.made.department);
        let style = Style::new(9.0);
        let words = [
            Text::of(style, &issued),
            Text::of(style, "Checkpoint code: ").mono(8.6, &self.made.code),
            Text::of(style, &self.made.how_to_check_with("this code")),
        ];
        let missing = sheet.missing.clone();
        sheet.at_bottom(mm(4.0), |sheet| {
            let (side, from) = (mm(32.0), mm(38.0));
            let wide = sheet.width - from;
            let gap = mm(1.8);
            let high = words.iter().map(|text| sheet.lay(text, wide).height + gap).sum::<f32>() - gap;
            let top = sheet.y;
            sheet.side_by_side(&[(0.0, side), (from, wide)], |sheet, column| {
                if column == 0 {
                    sheet.qr(&self.made.code, side);
                    return;
                }
                sheet.y = top + ((side - high) / 2.0).max(0.0);
                for text in &words {
                    sheet.para(text);
                    sheet.y += gap;
                }
            });
            sheet.y += mm(4.0);
            sheet.closing(self.attribution.as_deref(), &missing);
        });
    }
}

/// Says on which day, or between which days.
fn between(first: NaiveDate, last: NaiveDate) -> String {
    if first < last {
        format!(" between {} and {}", day_words(first), day_words(last))
    } else {
        format!(" on {}", day_words(first))
    }
}

/// Draws a large figure under a rule.
fn figure(sheet: &mut Sheet<'_>, signed: usize, all: usize) {
    sheet.rule(0.8, Ink::Black);
    sheet.y += mm(3.4);
    sheet.para(&Text::of(Style::new(22.0).bold(), &format!("{signed} of {all}")));
    sheet.y += mm(2.6);
}

#[cfg(test)]
mod tests {
    use countersign_core::primitives::ids::KsbCode;
    use countersign_core::record::view::Source;
    use countersign_core::rules::log_state::Policy;

    use super::*;
    use crate::made_up::{made, record, sign_off};
    use crate::pdf::tests::{assert_inside, pages};

    const LONG: &str = "Performs ambulatory measurement to the current national guideline, with daily verification.";

    /// A record with this many local competences, each seen twice, and this many people who signed.
    fn made_up(name: &str, department: &str, signer: &str, local: u16, signers: usize) -> Certificate {
        let kinds = [(KsbKind::Knowledge, 40), (KsbKind::Local, local), (KsbKind::Local, local)];
        let codes = kinds.into_iter().flat_map(|(kind, most)| (1..=most).map(move |number| KsbCode { kind, number }));
        let rows: Vec<Record> = (codes.take(if signers == 0 { 0 } else { usize::MAX }).enumerate())
            .map(|(at, code)| sign_off(at as u64, code, Outcome::Achieved, at % signers.max(1), signer, at as u64))
            .collect();
        let (record, records) = record(name, local, LONG, &rows, Policy::default());
        let registrations = rows.iter().map(|one| (one.id, "HCPC CS00001".to_owned())).collect();
        let attribution = Some("Crown copyright © 2025. Contains public sector information.".to_owned());
        Certificate { made: made(department), record, records, registrations, attribution }
    }

    #[test]
    #[ignore = "slow: hundreds of certificates"]
    fn it_is_one_page_with_its_qr_code_whatever_is_on_the_record_and_counts_what_it_does_not_name() {
        let fonts = Fonts::load().unwrap();
        let (long, wide) = ("Wolfeschlegel ".repeat(14), "M".repeat(200));
        let people = [
            ("Alex Trainee", "Cardiac Physiology, Example Hospital", "Sam Supervisor"),
            (long.trim(), long.trim(), long.trim()),
            (&wide, &wide, &wide),
            ("محمد عبد الله 王小明", "Cardiology", "محمد عبد الله"),
        ];
        for (name, department, signer) in people {
            for local in [0, 1, 14, 15, 40] {
                for signers in [1, 8, 20] {
                    let of = made_up(name, department, signer, local, signers);
                    let sheet = lay_out(&of, &fonts);
                    let what = format!("{local} competences, {signers} people, {name}");
                    assert_eq!(sheet.pages.len(), 1, "{what}");
                    assert_inside(&sheet, &what);
                    let text = pages(&sheet).concat();
                    for words in ["What this proves.", "Issued 28 Nov 2026", "YDNSA-TR8DP-DVJ5J-SKTSB-F2EXEV", "Crown"]
                    {
                        assert!(text.contains(words), "{what}: {words} in {text}");
                    }
                    let named = (1..=local).filter(|number| text.contains(&format!("L{number} Performs"))).count();
                    let more = usize::from(local) - named;
                    let said = text.contains(&format!("and {more} more, listed"))
                        || text.contains("competence record lists them");
                    assert_eq!(said, more > 0, "{what}: {named} are named in {text}");
                }
            }
        }
    }

    #[test]
    fn what_was_seen_elsewhere_is_said_of_no_other_place_and_held_by_no_other_log() {
        let fonts = Fonts::load().unwrap();
        for others in 0..=5 {
            for own in [false, true] {
                if others == 0 && !own {
                    continue;
                }
                let mut of = made_up("Alex Trainee", "Cardiology", "Sam Supervisor", 8, 2);
                let mut counts = vec![0; others + 1];
                for (at, record) in of.records.iter_mut().flatten().enumerate() {
                    let place = if own { at % (others + 1) } else { at % others + 1 };
                    counts[place] += 1;
                    let origin = format!("demo.example.org/place{place}").parse().unwrap();
                    record.source = (place > 0).then_some(Source { origin, counts: true });
                }
                let sheet = lay_out(&of, &fonts);
                assert_eq!(sheet.pages.len(), 1);
                let text = pages(&sheet).concat().split_whitespace().collect::<Vec<_>>().join(" ");
                let what = format!("{others} others, own {own}: {text}");
                assert_eq!(text.contains("at work in Cardiology between"), own, "{what}");
                let held = format!("department's log holds {} sign-offs as achieved", counts[0]);
                assert_eq!(text.contains(&held), own, "{what}");
                assert_eq!(text.contains("department's log holds"), own, "{what}");
                let received: usize = counts[1..].iter().sum();
                let said = format!("This department received {received} sign-offs as achieved");
                assert_eq!(text.contains(&said), others > 0, "{what}");
                let places = others + usize::from(own);
                let named = (1..=others).filter(|at| text.contains(&format!("at demo.example.org/place{at} between")));
                let named = named.count() + usize::from(own);
                let more = text.contains(&format!("and in {} more departments, and achieved", places - named));
                assert_eq!((named == places, more), (places <= MOST_PLACES, places > MOST_PLACES), "{what}");
            }
        }
    }

    #[test]
    fn the_usual_record_is_named_in_full() {
        let fonts = Fonts::load().unwrap();
        for local in [1, 5, 8] {
            let of = made_up("Alex Trainee", "Cardiology", "Sam Supervisor", local, 2);
            let text = pages(&lay_out(&of, &fonts)).concat();
            for number in 1..=local {
                assert!(text.contains(&format!("L{number} Performs ambulatory measurement to")), "{text}");
            }
        }
    }

    #[test]
    fn a_record_without_a_sign_off_as_achieved_has_nothing_to_certify() {
        assert!(made_up("Alex", "Cardiology", "Sam", 4, 0).is_empty());
        assert!(!made_up("Alex", "Cardiology", "Sam", 4, 1).is_empty());
        let mut of = made_up("Alex", "Cardiology", "Sam", 4, 1);
        of.records.iter_mut().flatten().for_each(|one| one.outcome = Outcome::NotAchieved);
        assert!(of.is_empty());
    }
}
