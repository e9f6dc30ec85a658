//! Lays out the competence record of one person: what they may do today, who authorised it, each requirement in full.

use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::KsbKind;
use countersign_core::primitives::text::counted;
use countersign_core::record::ksb_status::State;

use crate::pdf::font::Fonts;
use crate::pdf::parts::{SECTION, SUBSECTION, state};
use crate::pdf::said::{carried_text, competence_frame, record_rows};
use crate::pdf::sheet::{About, Format, Sheet};
use crate::pdf::table::{Column, RECORDS, RULED, Row};
use crate::pdf::text::{Align, Ink, Style, Text, mm};
use crate::pdf::write::{WriteFault, write};
use crate::person::{PersonRecord, Requirement, short_name, state_words};
use crate::standing::{erased_words, left_words, without_record};
use crate::words::carried_words;

/// The most records of a requirement that stays on one page.
const STAYS_WHOLE: usize = 6;
/// The most letters of a competence's name next to its code; in a longer list than this, only codes are given.
const MOST_OF_NAME: usize = 44;
const MOST_NAMED: usize = 20;

/// Writes the competence record.
pub fn person(of: &PersonRecord) -> Result<Vec<u8>, WriteFault> {
    let fonts = Fonts::load().ok_or_else(|| WriteFault("the fonts cannot be read".to_owned()))?;
    write(&lay_out(of, &fonts))
}

/// Lays out the competence record.
pub fn lay_out<'a>(of: &'a PersonRecord, fonts: &'a Fonts) -> Sheet<'a> {
    let name = of.record.trainee.name.to_string();
    let about = About { kind: "Competence record".to_owned(), who: name.clone(), made: &of.made };
    let mut sheet = Sheet::new(fonts, Format::A4, about);
    let chief = of.chief();
    let day = day_words(of.made.as_at());
    sheet.opening(
        "Individual competence record",
        &name,
        &format!("{}.{} As at {day}.", of.position(), left_words(&of.record)),
    );
    of.facts(&mut sheet, &chief);
    of.today(&mut sheet, &chief);
    of.by_whom(&mut sheet, &chief);
    if !of.record.local.is_empty() {
        of.standard(&mut sheet);
    }
    let check = Text::of(Style::new(8.6), &of.made.how_to_check());
    sheet.panel("How to check this document", &check);
    sheet.next_page();
    sheet.heading(2, &Text::of(SECTION, "Each requirement, how it was assessed and who authorised it"), None);
    for one in &chief {
        of.requirement(&mut sheet, one);
    }
    let missing = sheet.missing.clone();
    sheet.gap(mm(6.0));
    sheet.together(|sheet| sheet.closing(of.attribution.as_deref(), &missing));
    sheet
}

fn section(sheet: &mut Sheet<'_>, title: &str) {
    sheet.gap(mm(7.0));
    sheet.heading(2, &Text::of(SECTION, title), None);
    sheet.y += mm(2.6);
}

impl PersonRecord {
    fn facts(&self, sheet: &mut Sheet<'_>, chief: &[Requirement<'_>]) {
        let say = |words: &str| Text::of(Style::new(9.0), words);
        let (trainee, standard) = (&self.record.trainee, &self.record.standard);
        let today = self.measure.today;
        let months = trainee.months(standard.months(), today);
        let month = trainee.pace(trainee.signed, trainee.total, standard.months(), today).elapsed;
        let month = if trainee.start > today {
            format!("starts {}", day_words(trainee.start))
        } else {
            format!("month {month} of {months}")
        };
        let level = self.level.as_ref().map(|level| format!(" (working towards: {level})")).unwrap_or_default();
        let supervisors = if self.supervisors.is_empty() { "Nobody".to_owned() } else { self.supervisors.join(", ") };
        let mut required: Vec<String> = Vec::new();
        for one in chief {
            if !required.contains(&one.of) {
                required.push(one.of.clone());
            }
        }
        let noun = if self.record.local.is_empty() { "KSB" } else { "local competence" };
        let from = if trainee.start > today { format!(", from {}", day_words(trainee.start)) } else { String::new() };
        let required = format!("{}: {}{from}", required.join(", "), counted(chief.len() as u64, noun));
        let registration = self.registration.as_deref().unwrap_or("None recorded");
        let department = match &self.department {
            Some(own) if *own != self.made.department => format!("{own}, {}", self.made.department),
            _ => self.made.department.clone(),
        };
        sheet.facts(
            mm(38.0),
            &[
                ("Id", say(trainee.id.as_str())),
                ("Role", say(&format!("{}{level}", self.role_words()))),
                ("Registration", say(registration)),
                ("Department", say(&department)),
                ("Programme", say(&format!("{}, {}, {month}", standard.reference(), standard.title()))),
                ("Supervisor", say(&supervisors)),
                ("Required of them", say(&required)),
                ("Training", say("None recorded: this record holds assessments of work, not courses")),
            ],
        );
    }

    /// Draws a line for each state: how many, and which.
    fn today(&self, sheet: &mut Sheet<'_>, chief: &[Requirement<'_>]) {
        let today = self.made.as_of.is_none();
        section(
            sheet,
            match (self.record.left, today) {
                (true, true) => "What would count today, if this person were here?",
                (true, false) => "What would have counted on that day, if this person had been here?",
                (false, true) => "What may this person do today?",
                (false, false) => "What might this person do on that day?",
            },
        );
        let base = Style::new(9.0);
        let mut rows = Vec::new();
        let codes_only = chief.len() > MOST_NAMED;
        for (is, word) in [
            (State::Signed, "Current"),
            (State::Renew, "Expires within 30 days"),
            (State::Lapsed, "Lapsed"),
            (State::Partly, "Partly"),
            (State::NotYet, "Not yet achieved"),
            (State::CarriedOver, "Carried over"),
            (State::Open, "Open"),
        ] {
            let (letter, _) = state_words(is);
            let these: Vec<&Requirement<'_>> = chief.iter().filter(|one| state_words(one.state).0 == letter).collect();
            let name = |one: &&Requirement<'_>| {
                let name = if codes_only { String::new() } else { short_name(&one.ksb.text, MOST_OF_NAME) };
                let name = format!("{} {name}", one.ksb.code);
                let ends = one.until.map(day_words);
                match (is, ends) {
                    (State::Renew, Some(day)) => format!("{} (on {day})", name.trim_end()),
                    (State::Lapsed, Some(day)) => format!("{} (due by {day})", name.trim_end()),
                    (State::CarriedOver, _) if let Some(carried) = one.carried => {
                        format!("{} ({})", name.trim_end(), day_words(carried.item.on))
                    }
                    (State::Partly, _) if one.times > 1 => {
                        format!("{} (seen {} of {})", name.trim_end(), one.seen, one.times)
                    }
                    _ => name.trim_end().to_owned(),
                }
            };
            let named: Vec<String> = these.iter().map(name).collect();
            let between = if codes_only { ", " } else { "; " };
            let value = Text::new(base).bold(&these.len().to_string()).space(mm(2.0)).say(&named.join(between));
            rows.push((state(base, competence_frame(is), word), value));
        }
        sheet.labelled(mm(42.0), &rows);
        sheet.y += mm(2.4);
        sheet.note(
            "Current: seen as often as is asked and not older than its interval. What expires counts up to and on that \
             day.",
        );
        if chief.iter().any(|one| one.carried.is_some()) {
            let counts = if self.measure.policy.carried_over > 0 { "It counts here" } else { "It does not count here" };
            sheet.note(&format!(
                "Carried over: an earlier record says so, and nobody has signed it off here. {counts}, as the department's \
                 settings say."
            ));
        }
    }

    fn by_whom(&self, sheet: &mut Sheet<'_>, chief: &[Requirement<'_>]) {
        section(sheet, "Who authorised, and for what");
        let style = Style::new(8.4);
        let rows: Vec<Row> = (self.authorisers(chief).iter())
            .map(|one| {
                let codes: Vec<String> = one.codes.iter().map(ToString::to_string).collect();
                let registration = if one.registration.is_empty() { "none given" } else { &one.registration };
                Row::new([
                    Text::new(style).bold(&one.name),
                    Text::of(style, registration),
                    Text::of(style, &one.count.to_string()),
                    Text::of(style, &codes.join(", ")),
                ])
            })
            .collect();
        if rows.is_empty() {
            sheet.para(&Text::of(Style::new(9.5), "Nobody: nothing counts today."));
            return;
        }
        let what = if self.record.local.is_empty() { "KSBs" } else { "Competences" };
        let columns = [
            Column::mm(42.0, "Name"),
            Column::mm(34.0, "Registration"),
            Column::mm(26.0, "Sign-offs here"),
            Column::share(what),
        ];
        sheet.table(&RULED, &columns, &rows);
        sheet.y += mm(2.4);
        sheet.note(
            "Only what counts today. The person who assesses signs with a key of their own. Nobody can sign off their own record. The \
             registration is the one they signed with.",
        );
    }

    fn standard(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "The national standard");
        let body = Style::new(9.5);
        let (record, standard) = (&self.record, &self.record.standard);
        let of_kind = |kind: KsbKind, name: &str| {
            let states = standard.ksbs().iter().zip(&record.states).filter(|(ksb, _)| ksb.code.kind == kind);
            let states: Vec<&State> = states.map(|(_, state)| state).collect();
            let signed = states.iter().filter(|state| record.counts(***state)).count();
            (!states.is_empty()).then(|| format!("{name} {signed} of {}", states.len()))
        };
        let kinds = [(KsbKind::Knowledge, "knowledge"), (KsbKind::Skill, "skills"), (KsbKind::Behaviour, "behaviours")];
        let kinds: Vec<String> = kinds.into_iter().filter_map(|(kind, name)| of_kind(kind, name)).collect();
        let not_yet = standard.ksbs().iter().zip(&record.states).filter(|(_, state)| **state == State::NotYet);
        let not_yet: Vec<String> =
            not_yet.map(|(ksb, _)| format!("{} {}", ksb.code, ksb.text.trim_end_matches('.'))).collect();
        let mut text = Text::of(body, &format!("{}: ", standard.reference()))
            .bold(&format!("{} of {}", record.trainee.signed, record.trainee.total))
            .say(&format!(" signed ({}){}.", kinds.join(", "), carried_words(record.counting_carried())));
        if !not_yet.is_empty() {
            text = text.say(&format!(" Not yet achieved when last seen: {}.", not_yet.join("; ")));
        }
        sheet.para(&text.say(" The full record is in the portfolio."));
    }

    /// Draws a requirement with its records: on one page, unless there are many.
    fn requirement(&self, sheet: &mut Sheet<'_>, one: &Requirement<'_>) {
        sheet.gap(mm(4.2));
        if one.records.len() > STAYS_WHOLE {
            sheet.room(mm(45.0));
            self.whole(sheet, one);
        } else {
            sheet.together(|sheet| self.whole(sheet, one));
        }
    }

    fn whole(&self, sheet: &mut Sheet<'_>, one: &Requirement<'_>) {
        sheet.rule(0.8, Ink::Black);
        sheet.y += mm(1.6);
        let text = Text::of(Style::new(8.6), &one.ksb.text).leading(0.5);
        let state = Self::state_of(one);
        let wide = sheet.width;
        let columns = [(0.0, mm(11.0)), (mm(13.0), wide - mm(13.0 + 47.0)), (wide - mm(45.0), mm(45.0))];
        sheet.side_by_side(&columns, |sheet, column| match column {
            0 => sheet.heading(3, &Text::of(SUBSECTION, &one.ksb.code.to_string()), None),
            1 => sheet.para(&text),
            _ => sheet.para(&state),
        });
        sheet.y += mm(1.8);
        sheet.indented(mm(13.0), |sheet| {
            let small = Style::new(8.2);
            let times = if one.times == 1 { "seen once".to_owned() } else { format!("seen {} times", one.times) };
            let again = match one.months {
                None => "no expiry".to_owned(),
                Some(1) => "again every month".to_owned(),
                Some(months) => format!("again every {months} months"),
            };
            let needed = Text::new(small).soft("Needed: ").say(&format!("{times}, {again}"));
            sheet.para(&needed.space(mm(4.0)).soft("Required by: ").say(&one.of));
            sheet.y += mm(1.0);
            if let Some(carried) = one.carried {
                sheet.para(&carried_text(carried));
                sheet.y += mm(1.0);
            }
            if one.records.is_empty() {
                if one.carried.is_none() {
                    sheet.para(&Text::of(small.soft(), &without_record(&self.record, one.ksb.code)));
                }
                return;
            }
            let columns = [
                Column::mm(20.0, "Seen"),
                Column::share("Method of assessment, supervision, place"),
                Column::mm(24.0, "Result"),
                Column::mm(48.0, "Assessed by"),
            ];
            let rows = record_rows(one.records, &self.registrations);
            sheet.table_of(&one.ksb.code.to_string(), &RECORDS, &columns, &rows);
            if let Some(words) = erased_words(&self.record, one.ksb.code) {
                sheet.y += mm(1.0);
                sheet.para(&Text::of(small, &format!("Another sign-off: {words}")));
            }
        });
    }

    /// Says the state of a requirement, and since when and until when it counts.
    fn state_of(one: &Requirement<'_>) -> Text {
        let until = one.until.map(day_words);
        let word = match (one.state, &until) {
            (State::Signed, Some(day)) => format!("current to {day}"),
            (State::Signed, None) => "current, no expiry".to_owned(),
            (State::Renew, Some(day)) => format!("expires {day}"),
            (State::Lapsed, Some(day)) => format!("lapsed {day}"),
            (State::Partly, _) if one.seen < one.times => format!("partly: {} of {}", one.seen, one.times),
            (State::Partly, _) => "partly: one signature".to_owned(),
            (State::CarriedOver, Some(day)) => format!("carried over, to {day}"),
            (state, _) => state_words(state).1.to_owned(),
        };
        let mut text = state(Style::new(8.6), competence_frame(one.state), &word).align(Align::Right).leading(0.5);
        let small = Style::new(7.8);
        if let Some(from) = one.from {
            let lapsed = one.state == State::Lapsed;
            let was = if lapsed { "Was authorised from" } else { "Authorised from" };
            text = text.line().styled(small, &format!("{was} {}", day_words(from)));
            if let Some(day) = until {
                let by = if lapsed { "Reassessment was due" } else { "Reassess by" };
                text = text.line().styled(small, &format!("{by} {day}"));
            }
        }
        text
    }
}
