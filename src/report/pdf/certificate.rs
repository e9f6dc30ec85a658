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

/// The most local competences that are named, and the most people.
const MOST_LOCAL: usize = 14;
const MOST_SIGNERS: usize = 8;
/// The most items that are named as carried over.
const MOST_CARRIED: usize = 24;
/// The length from which a local competence's text is left out next to its code.
const LONGEST_NAME: usize = 44;

/// Writes the record of achievement.
pub fn certificate(of: &Certificate) -> Result<Vec<u8>, WriteFault> {
    let fonts = Fonts::load().ok_or_else(|| WriteFault("the fonts cannot be read".to_owned()))?;
    write(&lay_out(of, &fonts))
}

/// Lays out the page.
pub fn lay_out<'a>(of: &'a Certificate, fonts: &'a Fonts) -> Sheet<'a> {
    let who = of.record.trainee.name.to_string();
    let about = About { kind: "Record of achievement".to_owned(), who, made: &of.made };
    let mut sheet = Sheet::new(fonts, Format::A4.margins(25.0, 25.0, 34.0, 26.0), about);
    of.head(&mut sheet);
    of.achieved(&mut sheet);
    of.seen_by(&mut sheet);
    of.proves(&mut sheet);
    of.foot(&mut sheet);
    sheet
}

/// Someone who signed.
struct Signer<'a> {
    name: &'a str,
    registration: &'a str,
    count: usize,
    first: NaiveDate,
    last: NaiveDate,
}

impl Certificate {
    /// Returns the sign-offs that count.
    fn live(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().flatten().filter(|record| record.is_live() && record.outcome == Outcome::Achieved)
    }

    fn head(&self, sheet: &mut Sheet<'_>) {
        sheet.bar(mm(22.0), mm(2.4));
        sheet.y += mm(4.0);
        sheet.para(&Text::of(Style::new(10.5).bold().ink(Ink::Accent), "Record of achievement"));
        sheet.y += mm(6.0);
        let name = Text::of(Style::new(30.0).bold(), self.record.trainee.name.as_str()).leading(0.3);
        sheet.heading(1, &name, None);
        sheet.y += mm(5.0);
        let days = (self.live().map(|record| record.observed).min(), self.live().map(|record| record.observed).max());
        let between = match days {
            (Some(first), Some(last)) if first < last => {
                format!(" between {} and {}, and achieved", day_words(first), day_words(last))
            }
            (Some(day), _) => format!(" on {}, and achieved", day_words(day)),
            _ => ". Nothing has been signed yet.".to_owned(),
        };
        let words = Text::of(Style::new(12.0), "was seen at work in the ").bold(&self.made.department);
        sheet.para(&words.say(&between));
        sheet.y += mm(7.0);
    }

    /// Draws the two figures side by side.
    fn achieved(&self, sheet: &mut Sheet<'_>) {
        let current: Vec<&LocalKsb> =
            self.record.local.iter().filter(|local| self.record.counts(local.state)).collect();
        let half = (sheet.width - mm(10.0)) / 2.0;
        let wide = if self.record.local.is_empty() { sheet.width } else { half };
        sheet.side_by_side(&[(0.0, wide), (half + mm(10.0), half)], |sheet, column| match column {
            0 => self.of_standard(sheet),
            _ if self.record.local.is_empty() => {}
            _ => self.of_local(sheet, &current),
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
        let standard = self.record.standard.ksbs().iter().zip(&self.record.states);
        let not_yet: Vec<String> =
            standard.filter(|(_, state)| **state == State::NotYet).map(|(ksb, _)| ksb.code.to_string()).collect();
        let not_yet =
            if not_yet.is_empty() { String::new() } else { format!(" Not yet achieved: {}.", not_yet.join(", ")) };
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

    fn of_local(&self, sheet: &mut Sheet<'_>, current: &[&LocalKsb]) {
        let body = Style::new(9.5);
        figure(sheet, current.len(), self.record.local.len());
        let list = self.record.local.first().map(|local| local.list.to_string()).unwrap_or_default();
        if current.len() > MOST_LOCAL {
            let words = format!(
                "local competences of {list}, current on the day of this record. The document “person” \
                                 names each of them."
            );
            sheet.para(&Text::of(body, &words));
            return;
        }
        sheet.para(&Text::of(body, &format!("local competences of {list}, current on the day of this record:")));
        sheet.y += mm(2.0);
        for local in current {
            let ends = local.due.map_or_else(|| "no expiry".to_owned(), |due| format!("to {}", day_words(due)));
            let text = if local.ksb.text.chars().count() > LONGEST_NAME {
                let cut: String = local.ksb.text.chars().take(LONGEST_NAME - 1).collect();
                format!("{}…", cut.trim_end())
            } else {
                local.ksb.text.clone()
            };
            let style = Style::new(8.6);
            let ends =
                if self.record.carried_over(local.ksb.code).is_some() { format!("{ends}, carried over") } else { ends };
            let text = Text::of(style, &format!("{} {text}", local.ksb.code)).leading(0.4).say(", ").soft(&ends);
            sheet.para(&text);
            sheet.y += mm(1.25);
        }
    }

    fn seen_by(&self, sheet: &mut Sheet<'_>) {
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
        if signers.is_empty() {
            sheet.para(&Text::of(Style::new(9.5), "Nobody yet."));
            return;
        }
        let style = Style::new(9.0);
        let mut rows: Vec<Row> = (signers.iter().take(MOST_SIGNERS))
            .map(|one| {
                let days = format!("{} and {}", day_words(one.first), day_words(one.last));
                Row::new([
                    Text::new(style).bold(one.name),
                    Text::of(style, one.registration),
                    Text::of(style, &one.count.to_string()),
                    Text::of(style, &days),
                ])
            })
            .collect();
        if let Some(more) = signers.len().checked_sub(MOST_SIGNERS).filter(|more| *more > 0) {
            let count: usize = signers.iter().skip(MOST_SIGNERS).map(|one| one.count).sum();
            let people = if more == 1 { "1 more person".to_owned() } else { format!("{more} more people") };
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
        let count = grouped(self.live().count() as u64);
        let proves = Text::new(style).bold("What this proves.").say(&format!(
            " Each of these people signed, with a key of their own, that they saw the work and judged it to be to the \
             standard. The department's log holds {count} sign-offs on this record, and nothing in it can be changed \
             afterwards without showing."
        ));
        let local = if self.record.local.is_empty() { "" } else { " Local competences lapse on the days shown." };
        let not = Text::new(style).bold("What it does not prove.").say(&format!(
            " It is not a qualification, not registration with a professional body and not an authorisation to work \
             elsewhere. A new employer decides what to see again.{local}"
        ));
        sheet.room(mm(24.0));
        sheet.side_by_side(&[(0.0, half), (half + mm(10.0), half)], |sheet, column| {
            sheet.para(if column == 0 { &proves } else { &not });
        });
    }

    fn foot(&self, sheet: &mut Sheet<'_>) {
        let by = if self.made.by.is_empty() { String::new() } else { format!(" by {}", self.made.by) };
        let as_at = self.made.as_of.map(|day| format!(" The record as at {}.", day_words(day))).unwrap_or_default();
        let issued = format!("Issued {}{by}, {}.{as_at}", day_words(self.made.day), self.made.department);
        let style = Style::new(9.0);
        let words = [
            Text::of(style, &issued),
            Text::of(style, "Checkpoint code: ").mono(8.6, &self.made.code),
            Text::of(style, &self.made.how_to_check()),
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

/// Draws a large figure under a rule.
fn figure(sheet: &mut Sheet<'_>, signed: usize, all: usize) {
    sheet.rule(0.8, Ink::Black);
    sheet.y += mm(3.4);
    sheet.para(&Text::of(Style::new(22.0).bold(), &format!("{signed} of {all}")));
    sheet.y += mm(2.6);
}
