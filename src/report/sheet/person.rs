//! Makes the competence record of one person as a workbook: each requirement, each assessment, who authorised it.

use countersign_core::primitives::date::day_words;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{CarriedRecord, deciding};
use countersign_core::statement::kinds::sign_off::Outcome;

use crate::person::{PersonRecord, Requirement, state_words};
use crate::sheet::book::{Book, BookFault};
use crate::sheet::cell::{Cell, Look, Value};
use crate::sheet::part::{Column, Sheet};
use crate::words::method_words;

impl PersonRecord {
    /// Returns the competence record as an XLSX file.
    pub fn xlsx(&self) -> Result<Vec<u8>, BookFault> {
        let all = self.requirements();
        let title = format!("Competence record: {}", self.record.trainee.name);
        let sheets = vec![self.required(&all), self.assessed(&all), self.authorised(&all)];
        Book { title, sheets, legend: legend() }.xlsx(&self.made)
    }

    /// Returns the sheet *Requirements* as a CSV file.
    pub fn csv(&self) -> String {
        self.required(&self.requirements()).dated(self.made.as_of).csv()
    }

    fn about(&self, more: &str) -> String {
        let standard = self.record.standard.reference();
        format!("{}. {standard}. As at {}.{more}", self.position(), day_words(self.made.as_at()))
    }

    fn required(&self, all: &[Requirement<'_>]) -> Sheet {
        let columns = [
            ("Item", 7.0),
            ("Required by", 17.0),
            ("In full", 60.0),
            ("Letter", 7.0),
            ("State", 16.0),
            ("Authorised from", 13.0),
            ("Until", 13.0),
            ("Days left", 9.0),
            ("Seen", 7.0),
            ("Needed", 8.0),
            ("Again every (months)", 11.0),
            ("Last assessed by", 17.0),
            ("Registration", 15.0),
            ("Last seen", 13.0),
            ("Statement id", 38.0),
            ("Carried over from", 30.0),
        ];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let mut sheet = Sheet::new("Requirements", self.about(""), columns);
        for one in all {
            let (letter, word) = state_words(one.state);
            let look = look_of(one.state);
            let last = deciding(one.records, &self.measure.policy);
            let registration = last.and_then(|record| self.registrations.get(&record.id)).map(String::as_str);
            sheet.rows.push(vec![
                Cell::from(one.ksb.code.to_string()).bold(),
                one.of.as_str().into(),
                one.ksb.text.as_str().into(),
                Cell::from(letter.to_string()).looking(look),
                Cell::from(word).looking(look),
                Cell::day(one.from),
                Cell::day(one.until),
                one.until.map_or(Cell::EMPTY, |until| (until - self.made.as_at()).num_days().into()),
                u32::from(one.seen).into(),
                u32::from(one.times).into(),
                one.months.map_or_else(|| "no expiry".into(), Cell::from),
                last.map_or(one.carried.map_or("nobody", CarriedRecord::assessor), |record| {
                    record.signer_name.as_str()
                })
                .into(),
                registration.unwrap_or_default().into(),
                Cell::day(last.map(|record| record.observed).or(one.carried.map(|carried| carried.item.on))),
                last.map(|record| record.id)
                    .or(one.carried.map(|carried| carried.id))
                    .map(|id| id.to_string())
                    .unwrap_or_default()
                    .into(),
                one.carried.map(CarriedRecord::origin).unwrap_or_default().into(),
            ]);
        }
        sheet
    }

    fn assessed(&self, all: &[Requirement<'_>]) -> Sheet {
        let columns = [
            ("Item", 7.0),
            ("Seen", 13.0),
            ("Method", 24.0),
            ("Supervision", 14.0),
            ("Place", 18.0),
            ("Result", 16.0),
            ("Counts", 16.0),
            ("Assessed by", 17.0),
            ("Registration", 15.0),
            ("Signed", 13.0),
            ("Why late", 30.0),
            ("Feedback", 50.0),
            ("Log entry", 9.0),
            ("Statement id", 38.0),
        ];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let about = self.about(" One row for each sign-off.");
        let nothing = "No sign-off is on record.";
        let mut sheet = Sheet { nothing, ..Sheet::new("Assessments", about, columns) };
        for (one, record) in all.iter().flat_map(|one| one.records.iter().map(move |record| (one, record))) {
            let registration = self.registrations.get(&record.id).map(String::as_str);
            let text = |text: Option<String>| Cell::from(text.unwrap_or_default());
            sheet.rows.push(vec![
                Cell::from(record.code.to_string()).bold(),
                Value::Day(record.observed).into(),
                record.method.map_or("none recorded", method_words).into(),
                record.supervision.map_or("none recorded", |one| one.words()).into(),
                text(record.place.as_ref().map(ToString::to_string)),
                if record.outcome == Outcome::Achieved {
                    "achieved".into()
                } else {
                    Cell::from("not yet achieved").bold()
                },
                self.counts(one, record).into(),
                record.signer_name.as_str().into(),
                registration.unwrap_or_default().into(),
                Value::Day(record.signed.local_day()).into(),
                text(record.late.as_ref().map(ToString::to_string)),
                text(record.feedback.as_ref().map(ToString::to_string)),
                match &record.source {
                    None => i64::try_from(record.position).unwrap_or(i64::MAX).into(),
                    Some(there) => format!("{} of {}", record.position, there.origin).into(),
                },
                record.id.to_string().into(),
            ]);
        }
        sheet
    }

    fn authorised(&self, all: &[Requirement<'_>]) -> Sheet {
        let columns = [("Name", 24.0), ("Registration", 18.0), ("Sign-offs", 10.0), ("Items", 90.0)];
        let columns = columns.map(|(head, width)| Column::new(head, width)).to_vec();
        let about = self.about(" Who signed what counts today.");
        let nothing = "Nobody: nothing counts today.";
        let mut sheet = Sheet { nothing, ..Sheet::new("Who authorised", about, columns) };
        for one in self.authorisers(all) {
            let codes: Vec<String> = one.codes.iter().map(ToString::to_string).collect();
            let registration = if one.registration.is_empty() { "none given" } else { &one.registration };
            sheet.rows.push(vec![
                Cell::from(one.name.as_str()).bold(),
                registration.into(),
                (one.count as u32).into(),
                codes.join(", ").into(),
            ]);
        }
        sheet
    }
}

/// Returns how a state looks. Its word says the same.
pub fn look_of(state: State) -> Look {
    match state {
        State::Signed => Look::Plain,
        State::Renew => Look::Grey,
        State::Lapsed => Look::Dark,
        State::Partly | State::CarriedOver => Look::Italic,
        State::NotYet => Look::Bold,
        State::Open | State::Claimed => Look::Dim,
    }
}

fn legend() -> Vec<(Cell, String)> {
    let said = |state: State, meaning: &str| {
        let (letter, word) = state_words(state);
        (Cell::from(format!("{letter} {word}")).looking(look_of(state)), meaning.to_owned())
    };
    let bold = |word: &str, meaning: &str| (Cell::from(word).bold(), meaning.to_owned());
    vec![
        said(State::Signed, "Seen as often as is asked and not older than its interval."),
        said(State::Renew, "Current, and ends within 30 days."),
        said(State::Lapsed, "Older than its interval. Until is the day it ended."),
        said(State::Partly, "Seen fewer times than is asked, or not countersigned where the policy asks for it."),
        said(State::NotYet, "Not to the standard when last seen."),
        said(State::Open, "Required, and nothing signed that counts."),
        said(State::CarriedOver, "An earlier record says so. Nobody has signed it off here."),
        bold("Authorised from", "The day of the observation that made it enough, with no lapse since."),
        bold("Until", "The last day on which it counts; empty if it never ends."),
        bold("Training", "None recorded: this record holds assessments of work, not courses."),
    ]
}
