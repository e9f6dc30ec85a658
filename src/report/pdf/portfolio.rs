//! Lays out a portfolio: cover, contents, every KSB with its sign-offs, feedback, evidence, reviews, hours, how to check.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use countersign_core::primitives::date::day_words;
use countersign_core::primitives::ids::{Digest, DutyNo, KsbCode, KsbKind, PersonId, StatementId};
use countersign_core::primitives::text::counted;
use countersign_core::programme::hours_plan::HoursPlan;
use countersign_core::record::evidence::File;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{NoLongerAsked, Record, RecordedReview, TraineeRecord, deciding};
use countersign_core::standard::Ksb;
use countersign_core::statement::kinds::sign_off::Outcome;
use krilla::tagging::Tag;

use crate::made::{Made, grouped};
use crate::pdf::font::Fonts;
use crate::pdf::parts::{BODY, NOTE, SECTION, SUBSECTION, TABLE, made_words, number, state};
use crate::pdf::said::{carried_text, record_rows, review_row, state_frame};
use crate::pdf::sheet::{About, Entry, Format, Link, Op, Sheet, ops_of};
use crate::pdf::table::{Column, RECORDS, RULED, Row};
use crate::pdf::text::{Align, Ink, Style, Text, mm};
use crate::pdf::write::{WriteFault, write};
use crate::standing::{erased_words, left_words, without_record};
use crate::words::{carried_words, exact};

/// What a portfolio is made from.
#[derive(Debug, Clone)]
pub struct Portfolio {
    pub made: Made,
    pub record: TraineeRecord,
    /// The records of each item of [`TraineeRecord::all`], newest first.
    pub records: Vec<Vec<Record>>,
    /// What was signed and is no longer required.
    pub kept: Vec<NoLongerAsked>,
    /// The registrations with which statements were signed.
    pub registrations: BTreeMap<StatementId, String>,
    /// Newest first.
    pub reviews: Vec<RecordedReview>,
    pub hours: HoursPlan,
    /// The files that the trainee handed in.
    pub files: Vec<File>,
    /// The attribution that the licence of the standard's text requires.
    pub attribution: Option<String>,
}

/// An item as the portfolio shows it.
struct Item<'a> {
    ksb: &'a Ksb,
    state: State,
    records: &'a [Record],
    /// What is said under its text.
    more: Option<String>,
}

/// The most records of an item that stays on one page.
const STAYS_WHOLE: usize = 6;
/// The entries of the contents: the five sections, then the groups of items.
const FIRST_GROUP: usize = 5;

/// Writes the portfolio.
pub fn portfolio(of: &Portfolio) -> Result<Vec<u8>, WriteFault> {
    let fonts = Fonts::load().ok_or_else(|| WriteFault("the fonts cannot be read".to_owned()))?;
    write(&lay_out(of, &fonts))
}

/// Lays out the portfolio.
pub fn lay_out<'a>(of: &'a Portfolio, fonts: &'a Fonts) -> Sheet<'a> {
    let about = About { kind: "Portfolio".to_owned(), who: of.record.trainee.name.to_string(), made: &of.made };
    let mut sheet = Sheet::new(fonts, Format::A4, about);
    sheet.bare.insert(0);
    let groups = of.groups();
    of.cover(&mut sheet);
    contents(&mut sheet, &groups);
    of.duties(&mut sheet);
    of.items(&mut sheet, &groups);
    of.feedback(&mut sheet);
    of.papers(&mut sheet);
    of.how_to_check(&mut sheet);
    sheet
}

/// Items under one heading.
struct ItemGroup<'a> {
    /// Such as `Duty 1, Professional practice`.
    title: String,
    /// What the heading says in full.
    text: String,
    items: Vec<Item<'a>>,
}

impl Portfolio {
    /// Returns every item under its first duty, then those without one, then the local competences.
    fn groups(&self) -> Vec<ItemGroup<'_>> {
        let standard = &self.record.standard;
        let count = standard.ksbs().len();
        let item = |at: usize, ksb, state, more| {
            let records = self.records.get(at).map_or(&[][..], Vec::as_slice);
            Item { ksb, state, records, more }
        };
        let mut of_duty: BTreeMap<Option<DutyNo>, Vec<Item<'_>>> = BTreeMap::new();
        for (at, (ksb, state)) in standard.ksbs().iter().zip(self.record.states.iter().copied()).enumerate() {
            let first = ksb.duties.iter().min().copied();
            of_duty.entry(first).or_default().push(item(at, ksb, state, self.record.also_seen(ksb.code)));
        }
        let mut groups = Vec::new();
        for duty in standard.duties() {
            let Some(items) = of_duty.remove(&Some(duty.no)) else { continue };
            let (title, text) = if duty.title.is_empty() {
                (format!("Duty {}", duty.no.0), duty.text.clone())
            } else {
                (format!("Duty {}, {}", duty.no.0, duty.title), duty.text.clone())
            };
            groups.push(ItemGroup { title, text, items });
        }
        let rest: Vec<Item<'_>> = of_duty.into_values().flatten().collect();
        if !rest.is_empty() {
            let title = if groups.is_empty() { "All items" } else { "Without a duty" };
            groups.push(ItemGroup { title: title.to_owned(), text: String::new(), items: rest });
        }
        let local = self.record.local.iter().enumerate();
        let local: Vec<Item<'_>> =
            local.map(|(at, local)| item(count + at, &local.ksb, local.state, Some(local.words()))).collect();
        if let Some(first) = self.record.local.first() {
            let text = format!("Of the list {}. They do not count in the figures of the standard.", first.list);
            groups.push(ItemGroup { title: "Local competences".to_owned(), text, items: local });
        }
        groups
    }

    fn all_records(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().flatten()
    }

    fn cover(&self, sheet: &mut Sheet<'_>) {
        let trainee = &self.record.trainee;
        let standard = &self.record.standard;
        sheet.y = mm(30.0);
        sheet.bar(mm(22.0), mm(2.4));
        sheet.y += mm(4.0);
        sheet.para(&Text::of(Style::new(10.5).bold().ink(Ink::Accent), "Portfolio"));
        sheet.y += mm(9.0);
        sheet.heading(1, &Text::of(Style::new(34.0).bold(), trainee.name.as_str()).leading(0.35), None);
        sheet.y += mm(7.0);
        let of = standard.reference();
        let named = format!("{}, {} version {}", standard.title(), of.reference(), of.version());
        sheet.para(&Text::of(Style::new(13.0), &named));
        sheet.y += mm(6.0);
        let option = trainee.specialism.as_ref().map(|word| format!(", {word}")).unwrap_or_default();
        let today = self.made.as_at();
        let months = trainee.months(standard.months(), today);
        let month = trainee.pace(trainee.signed, trainee.total, standard.months(), today).elapsed;
        let start = day_words(trainee.start);
        let month = if trainee.start > today {
            format!("Starts {start}.")
        } else {
            format!("Started {start}. Month {month} of {months}.")
        };
        let where_now =
            format!("{}{option}. Id {}. {month}{}", self.made.department, trainee.id, left_words(&self.record));
        sheet.para(&Text::of(Style::new(10.5), &where_now));
        sheet.y += mm(14.0);
        self.figures(sheet);
        sheet.y += mm(9.0);
        self.cover_facts(sheet);
        sheet.at_bottom(mm(8.0), |sheet| {
            let code = &self.made.code;
            let text_from = mm(34.0 + 7.0);
            let wide = sheet.width - text_from;
            let words = [
                Text::of(Style::new(9.0).bold(), "Checkpoint code"),
                Text::of(Style::new(10.0).mono(), code),
                Text::of(Style::new(9.0), &made_words(&self.made)),
                Text::of(Style::new(9.0), &self.made.how_to_check_with("this code")),
            ];
            let gaps = [0.0, mm(1.6), mm(2.6), mm(1.6)];
            let high = words.iter().zip(gaps).map(|(text, gap)| gap + sheet.lay(text, wide).height).sum::<f32>();
            let top = sheet.y;
            sheet.side_by_side(&[(0.0, mm(34.0)), (text_from, wide)], |sheet, at| {
                if at == 0 {
                    sheet.qr(code, mm(34.0));
                    return;
                }
                sheet.y = top + (mm(34.0) - high).max(0.0);
                for (text, gap) in words.iter().zip(gaps) {
                    sheet.y += gap;
                    sheet.para(text);
                }
            });
        });
    }

    /// Draws how much is signed off: the figure, and a bar for each kind.
    fn figures(&self, sheet: &mut Sheet<'_>) {
        let trainee_record = &self.record;
        let trainee = &trainee_record.trainee;
        sheet.room(mm(24.0));
        sheet.side_by_side(&[(0.0, mm(52.0)), (mm(60.0), sheet.width - mm(60.0))], |sheet, column| {
            if column == 0 {
                let figure = Text::of(Style::new(36.0).bold(), &trainee.signed.to_string())
                    .styled(Style::new(15.0), &format!(" of {}", trainee.total));
                sheet.para(&figure);
                sheet.y += mm(2.2);
                let carried = carried_words(trainee_record.counting_carried());
                let words = format!("knowledge, skills and behaviours signed off{carried}");
                sheet.para(&Text::of(BODY, &words).leading(0.45));
                return;
            }
            let kinds =
                [(KsbKind::Knowledge, "Knowledge"), (KsbKind::Skill, "Skills"), (KsbKind::Behaviour, "Behaviours")];
            for (kind, name) in kinds {
                let (signed, all) = self.of_kind(kind);
                if all == 0 {
                    continue;
                }
                let style = Style::new(9.2);
                let words = format!("{signed} of {all}");
                let right = mm(41.0) - sheet.fonts.width(style.face, style.size, &words);
                let text = Text::of(style, name);
                let laid = sheet.lay(&text, mm(24.0));
                let figure = sheet.lay(&Text::of(style, &words), mm(20.0));
                let mut ops = ops_of(&laid.lines, sheet.left, sheet.y);
                if let Some(Op::Words { words, .. }) = ops.last_mut() {
                    words.push(' ');
                }
                ops.extend(ops_of(&figure.lines, sheet.left + right, sheet.y));
                sheet.tagged(Tag::P, |sheet| sheet.draw(ops));
                let (x, wide) = (sheet.left + mm(44.0), sheet.width - mm(44.0));
                let area = [x, sheet.y - mm(0.1), wide, mm(2.4)];
                let share = [x, area[1], wide * number(signed) / number(all), area[3]];
                let areas = if signed == 0 { Vec::new() } else { vec![share] };
                sheet.decorate(vec![
                    Op::Fill { areas, ink: Ink::Soft },
                    Op::Frame { area, width: 0.5, ink: Ink::Black },
                ]);
                sheet.y += mm(5.4);
            }
        });
    }

    fn of_kind(&self, kind: KsbKind) -> (usize, usize) {
        let states = self.record.standard.ksbs().iter().zip(&self.record.states);
        let of_kind: Vec<&State> = states.filter(|(ksb, _)| ksb.code.kind == kind).map(|(_, state)| state).collect();
        (of_kind.iter().filter(|state| self.record.counts(***state)).count(), of_kind.len())
    }

    fn cover_facts(&self, sheet: &mut Sheet<'_>) {
        let say = |words: String| Text::of(Style::new(9.0), &words);
        let signers: BTreeSet<&PersonId> = self.all_records().map(|record| &record.signer).collect();
        let sign_offs = match (self.all_records().count(), signers.len()) {
            (0, _) => "None recorded".to_owned(),
            (count, 1) => format!("{count}, by one person"),
            (count, people) => format!("{count}, by {people} people"),
        };
        let not_yet: Vec<String> = (self.record.all().zip(&self.records))
            .filter(|((_, state), _)| *state == State::NotYet)
            .map(|((ksb, _), records)| {
                let action = deciding(records, &self.record.policy).and_then(|record| record.action.as_ref());
                let by =
                    action.map(|action| format!(", to be shown again by {}", day_words(action.by))).unwrap_or_default();
                let claim = self.record.claims.get(&ksb.code);
                let claim = claim.map(|claim| format!(", claimed on {}", day_words(claim.since.local_day())));
                format!("{}{by}{}", ksb.code, claim.unwrap_or_default())
            })
            .collect();
        let not_yet = if not_yet.is_empty() { "None".to_owned() } else { not_yet.join("; ") };
        let reviews: Vec<&RecordedReview> = self.reviews.iter().filter(|review| !review.withdrawn).collect();
        let held = reviews.iter().map(|review| review.review.held).max();
        let reviews = match (reviews.len(), held) {
            (count, Some(last)) => format!("{count}, the last on {}", day_words(last)),
            (_, None) => "None recorded".to_owned(),
        };
        let evidence = match self.evidence().len() {
            0 => "None recorded".to_owned(),
            count => count.to_string(),
        };
        let mut facts = vec![
            ("Sign-offs", say(sign_offs)),
            ("Not yet achieved", say(not_yet)),
            ("Off-the-job hours", say(self.hours_words())),
            ("Progress reviews", say(reviews)),
            ("Evidence files", say(evidence)),
        ];
        let local = &self.record.local;
        if !local.is_empty() {
            let signed = local.iter().filter(|local| self.record.counts(local.state)).count();
            facts.push(("Local competences", say(format!("{signed} of {} current", local.len()))));
        }
        sheet.facts(mm(52.0), &facts);
    }

    fn hours_words(&self) -> String {
        let HoursPlan { confirmed, waiting, minimum, .. } = &self.hours;
        let of = minimum.map(|minimum| format!(" of {}", grouped(minimum.into()))).unwrap_or_default();
        let more = if waiting.0 == 0 { String::new() } else { format!(", {waiting} more wait") };
        format!("{confirmed} confirmed{of}{more}")
    }

    fn duties(&self, sheet: &mut Sheet<'_>) {
        section(sheet, 0, "Progress by duty");
        let standard = &self.record.standard;
        let records: BTreeMap<KsbCode, usize> =
            self.record.all().zip(&self.records).map(|((ksb, _), records)| (ksb.code, records.len())).collect();
        let rows: Vec<Row> = (standard.duties().iter())
            .map(|duty| {
                let (signed, total) = self.record.figures(Some(duty.no));
                let figure = format!("{signed} of {total}");
                let figure = if signed < total { Text::new(TABLE).bold(&figure) } else { Text::of(TABLE, &figure) };
                let count: usize = standard.of_duty(duty.no).filter_map(|ksb| records.get(&ksb.code)).copied().sum();
                Row::new([
                    Text::of(TABLE, &duty.no.0.to_string()),
                    Text::new(TABLE).bold(&duty.title),
                    Text::of(TABLE, &duty.text),
                    figure,
                    Text::of(TABLE, &count.to_string()),
                ])
            })
            .collect();
        if rows.is_empty() {
            sheet.para(&Text::of(BODY, "This standard has no duties."));
        } else {
            let columns = [
                Column::mm(8.0, ""),
                Column::mm(42.0, "Duty"),
                Column::share("What it asks"),
                Column::mm(18.0, "Signed").right(),
                Column::mm(18.0, "Sign-offs").right(),
            ];
            sheet.table(&RULED, &columns, &rows);
            sheet.y += mm(2.4);
            sheet.note(
                "A KSB that belongs to several duties counts in each. Bold: something is still missing. Of the entries of a KSB, \
                 the last seen is first. K is knowledge, S a skill, B a behaviour.",
            );
        }
        sheet.y += mm(3.0);
        let mut legend = Text::new(Style::new(8.6));
        let shown = [State::Signed, State::NotYet, State::Partly, State::Renew, State::Lapsed, State::Open];
        let carried = self.record.carried.keys().any(|code| self.record.carried_over(*code).is_some());
        for one in shown.into_iter().chain(carried.then_some(State::CarriedOver)) {
            let (framed, word) = state_frame(one);
            legend = legend.frame(framed).space(3.0).say(word).space(mm(4.5));
        }
        sheet.room(mm(10.0));
        sheet.para(&legend);
        sheet.at_bottom(mm(4.0), |sheet| sheet.closing(self.attribution.as_deref(), &BTreeSet::new()));
    }

    fn items(&self, sheet: &mut Sheet<'_>, groups: &[ItemGroup<'_>]) {
        sheet.next_page();
        section(sheet, 1, "Knowledge, skills and behaviours in full");
        for (at, group) in groups.iter().enumerate() {
            if at > 0 {
                sheet.gap(mm(8.0));
                sheet.room(mm(50.0));
            }
            let entry = Some(Entry(FIRST_GROUP + at));
            sheet.heading(3, &Text::of(SUBSECTION, &group.title), entry);
            sheet.y += mm(1.8);
            if !group.text.is_empty() {
                sheet.para(&Text::of(BODY, &group.text));
            }
            for item in &group.items {
                self.item(sheet, item);
            }
        }
        if !self.kept.is_empty() {
            sheet.gap(mm(8.0));
            sheet.heading(3, &Text::of(SUBSECTION, "Signed, and no longer required"), None);
            for kept in &self.kept {
                let title = format!("{}: {} It does not count: {}.", kept.code, kept.text, kept.why);
                sheet.gap(mm(3.0));
                sheet.room(mm(24.0));
                sheet.para(&Text::of(Style::new(9.2), &title));
                sheet.y += mm(1.4);
                sheet.indented(mm(13.0), |sheet| self.records(sheet, kept.code, &kept.records));
            }
        }
    }

    /// Draws an item with its sign-offs: on one page, unless there are many.
    fn item(&self, sheet: &mut Sheet<'_>, item: &Item<'_>) {
        sheet.gap(mm(4.4));
        if item.records.len() > STAYS_WHOLE {
            sheet.room(mm(45.0));
            self.whole_item(sheet, item);
        } else {
            sheet.together(|sheet| self.whole_item(sheet, item));
        }
    }

    fn whole_item(&self, sheet: &mut Sheet<'_>, item: &Item<'_>) {
        let Item { ksb, state: is, records, more } = item;
        sheet.rule(0.8, Ink::Black);
        sheet.y += mm(1.6);
        let others = ksb.duties.len() > 1;
        let mut text = Text::of(Style::new(9.2), &ksb.text).leading(0.5);
        if others {
            let duties: Vec<String> = ksb.duties.iter().map(|duty| duty.0.to_string()).collect();
            text = text.styled(NOTE.sized(7.8), &format!(" Duties {}.", duties.join(", ")));
        }
        if let Some(more) = more {
            text = text.line().styled(NOTE.sized(7.8), &format!("{more}."));
        }
        let (framed, word) = state_frame(*is);
        let state = state(Style::new(8.6), framed, word).align(Align::Right);
        let wide = sheet.width;
        let columns = [(0.0, mm(11.0)), (mm(13.0), wide - mm(13.0 + 36.0)), (wide - mm(34.0), mm(34.0))];
        sheet.side_by_side(&columns, |sheet, column| match column {
            0 => sheet.heading(4, &Text::of(SUBSECTION, &ksb.code.to_string()), None),
            1 => sheet.para(&text),
            _ => sheet.para(&state),
        });
        sheet.y += mm(1.4);
        sheet.indented(mm(13.0), |sheet| {
            let carried = self.record.carried_over(ksb.code);
            if let Some(carried) = carried {
                sheet.para(&carried_text(carried));
                sheet.y += mm(1.0);
            }
            if records.is_empty() {
                if carried.is_none() {
                    let words = without_record(&self.record, ksb.code);
                    sheet.para(&Text::of(Style::new(8.2).soft(), &words));
                }
            } else {
                self.records(sheet, ksb.code, records);
                if let Some(words) = erased_words(&self.record, ksb.code) {
                    sheet.y += mm(1.0);
                    sheet.para(&Text::of(Style::new(8.2), &format!("Another sign-off: {words}")));
                }
            }
            if let Some(claim) = self.record.claims.get(&ksb.code) {
                sheet.y += mm(1.0);
                let day = day_words(claim.since.local_day());
                let words = format!("Claimed on {day}, sent to {}.", claim.whom());
                sheet.para(&Text::of(Style::new(8.2), &words));
            }
        });
    }

    fn records(&self, sheet: &mut Sheet<'_>, code: KsbCode, records: &[Record]) {
        let columns = [
            Column::mm(20.0, "Seen"),
            Column::share("Method, supervision, place"),
            Column::mm(26.0, "Result"),
            Column::mm(46.0, "By"),
        ];
        let rows = record_rows(records, &self.registrations);
        sheet.table_of(&code.to_string(), &RECORDS, &columns, &rows);
    }

    fn feedback(&self, sheet: &mut Sheet<'_>) {
        sheet.next_page();
        section(sheet, 2, "Feedback and actions");
        let mut said: Vec<&Record> = self.all_records().filter(|record| record.feedback.is_some()).collect();
        said.sort_by_key(|record| std::cmp::Reverse((record.observed, record.position)));
        if said.is_empty() {
            sheet.para(&Text::of(BODY, "None recorded."));
            return;
        }
        sheet.note("All feedback of the record, the last seen first. Feedback is the words of the person who signed.");
        sheet.y += mm(2.4);
        let style = Style::new(8.6);
        let rows: Vec<Row> = said
            .iter()
            .map(|record| {
                let feedback = record.feedback.as_ref().map(ToString::to_string).unwrap_or_default();
                let mut text = Text::new(style).italic(&format!("“{feedback}”"));
                if record.outcome == Outcome::NotAchieved {
                    text = text.say(" ").bold("Not yet achieved.");
                }
                if !record.is_live() {
                    text = text.say(" ").bold("Does not count.");
                }
                if let Some(action) = &record.action {
                    let words = format!(" {}, by {}.", action.what, day_words(action.by));
                    text = text.line().soft("To do:").say(&words);
                }
                Row::new([
                    Text::of(style, &day_words(record.observed)),
                    Text::new(style).bold(&record.code.to_string()),
                    text,
                    Text::of(style, record.signer_name.as_str()),
                ])
            })
            .collect();
        let columns = [
            Column::mm(22.0, "Seen"),
            Column::mm(12.0, "KSB"),
            Column::share("What was said, and what to do next"),
            Column::mm(34.0, "By"),
        ];
        sheet.table(&RULED, &columns, &rows);
    }

    /// Returns every file that was handed in or relied on, by name.
    fn evidence(&self) -> Vec<EvidenceFile> {
        let mut found: BTreeMap<Digest, EvidenceFile> = BTreeMap::new();
        for file in &self.files {
            let name = file.name.to_string();
            let (size, day) = (Some(file.size), Some(file.added.local_day()));
            found.insert(file.digest, EvidenceFile { name, digest: file.digest, size, day, shows: BTreeSet::new() });
        }
        for record in self.all_records() {
            for evidence in &record.evidence {
                let (digest, name) = (evidence.digest, evidence.name.to_string());
                let new = || EvidenceFile { name, digest, size: None, day: None, shows: BTreeSet::new() };
                found.entry(digest).or_insert_with(new).shows.insert(record.code);
            }
        }
        let mut all: Vec<EvidenceFile> = found.into_values().collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    fn papers(&self, sheet: &mut Sheet<'_>) {
        sheet.next_page();
        section(sheet, 3, "Evidence, progress reviews and hours");
        sheet.subsection("Evidence files");
        let files = self.evidence();
        if files.is_empty() {
            sheet.para(&Text::of(BODY, "None recorded."));
        } else {
            let style = Style::new(8.6);
            let rows: Vec<Row> = files.iter().map(|file| file.row(style)).collect();
            let columns = [
                Column::mm(101.0, "File and SHA-256"),
                Column::mm(17.0, "Size").right(),
                Column::mm(24.0, "Handed in"),
                Column::share("Shows"),
            ];
            sheet.table(&RULED, &columns, &rows);
            sheet.y += mm(2.4);
            let note = Text::of(NOTE, "A file is the one that was handed in if ").mono(7.4, "sha256sum");
            sheet.para(&note.say(" gives the same 64 characters (without the spaces)."));
        }
        sheet.subsection("Progress reviews");
        if self.reviews.is_empty() {
            sheet.para(&Text::of(BODY, "None recorded."));
        } else {
            let rows: Vec<Row> = self.reviews.iter().map(review_row).collect();
            let columns = [
                Column::mm(22.0, "Held"),
                Column::share("Who was there, and the statement"),
                Column::mm(24.0, "Next by"),
            ];
            sheet.table(&RULED, &columns, &rows);
        }
        sheet.subsection("Off-the-job hours");
        self.hours_table(sheet);
    }

    fn hours_table(&self, sheet: &mut Sheet<'_>) {
        let HoursPlan { confirmed, waiting, minimum, expected, ahead, why, .. } = &self.hours;
        let text = |words: &str| Text::of(TABLE, words);
        let known = |hours: Option<u32>| hours.map_or_else(|| "not known".to_owned(), |hours| grouped(hours.into()));
        let difference = match ahead {
            None => "not known".to_owned(),
            Some(0) => "none".to_owned(),
            Some(hours @ 1..) => format!("{hours} ahead"),
            Some(hours) => format!("{} behind", hours.unsigned_abs()),
        };
        let start = day_words(self.record.trainee.start);
        let rows = [
            Row::new([
                text("Confirmed by a supervisor"),
                Text::new(TABLE).bold(&confirmed.to_string()),
                text(&known(*expected)),
                text(&difference),
            ]),
            Row::new([
                text("Entered, not yet confirmed (not counted until then)"),
                text(&waiting.to_string()),
                text(""),
                text(""),
            ]),
            Row::new([text(&format!("Minimum for this start ({start})")), text(&known(*minimum)), text(""), text("")]),
        ];
        let columns = [
            Column::share(""),
            Column::mm(26.0, "Hours").right(),
            Column::mm(30.0, "Planned by now").right(),
            Column::mm(30.0, "Difference").right(),
        ];
        sheet.table(&RULED, &columns, &rows);
        sheet.y += mm(2.4);
        if !why.is_empty() {
            let why: Vec<&str> = why.iter().map(|words| words.trim_end_matches('.')).collect();
            sheet.note(&format!("{}.", why.join(". ")));
        }
    }

    /// Draws the last part on a page of its own, so that it can be handed over.
    fn how_to_check(&self, sheet: &mut Sheet<'_>) {
        sheet.next_page();
        section(sheet, 4, "How to check this portfolio");
        let body = Style::new(10.0);
        let size = grouped(self.made.size);
        sheet.para(&Text::of(body, "You need no account here. Three checks, the shortest first."));
        step(sheet, 1, "Was anything changed or removed since?", |sheet| {
            sheet.para(&Text::of(
                body,
                "Ask the department to run the command below. The code is printed at the foot of every page.",
            ));
            sheet.command(&format!("countersign verify --checkpoint '{}'", self.made.code));
            sheet.para(&Text::of(
                body,
                &format!(
                    "“Intact” means that every signature checks and that none of the {size} entries has been changed or \
                     removed. “Changed after signing” names the entries."
                ),
            ));
        });
        let statement = self.all_records().next().map_or_else(|| "ID".to_owned(), |record| record.id.to_string());
        step(sheet, 2, "Did this person sign this?", |sheet| {
            sheet.para(&Text::of(
                body,
                "Ask for the receipt of the statement, which names what was signed, by whom and with which key, and for \
                 check-receipt.py from the guide. It needs only Python and ssh-keygen, which are on most machines.",
            ));
            sheet.command(&format!("python3 check-receipt.py {statement}.receipt"));
            sheet.para(&Text::of(
                body,
                "It prints the two keys that signed, or “BAD” with the reason. Compare the keys with those that the \
                 department gives you. The statement id in the receipt is the one printed here.",
            ));
        });
        let file = self.evidence().into_iter().next().map_or_else(|| "FILE".to_owned(), |file| file.name);
        step(sheet, 3, "Is this the file that was handed in?", |sheet| {
            sheet.command(&format!("sha256sum {}", quoted(&file)));
            sheet.para(&Text::of(body, "Compare the answer with section 4."));
        });
        sheet.panel(
            "What this does and does not show",
            &Text::of(
                Style::new(9.0),
                "It shows who signed what, when, and that nothing was changed since. It does not show that a supervisor \
                 judged well. For that, ask the people named here. Department keys: ask for them by telephone or in \
                 person, not by the same mail that brought this portfolio.",
            ),
        );
        let missing = sheet.missing.clone();
        sheet.at_bottom(mm(6.0), |sheet| sheet.closing(self.attribution.as_deref(), &missing));
    }
}

/// A file that was handed in or relied on.
struct EvidenceFile {
    name: String,
    digest: Digest,
    size: Option<u64>,
    day: Option<NaiveDate>,
    shows: BTreeSet<KsbCode>,
}

impl EvidenceFile {
    fn row(&self, style: Style) -> Row {
        let hex = self.digest.hex();
        let parts: Vec<&str> = (0..4).filter_map(|at| hex.get(at * 16..(at + 1) * 16)).collect();
        let size = self.size.map_or_else(|| "not kept".to_owned(), size_words);
        let day = self.day.map_or_else(|| "–".to_owned(), day_words);
        let shows: Vec<String> = self.shows.iter().map(ToString::to_string).collect();
        let shows = if shows.is_empty() { "nothing yet".to_owned() } else { shows.join(", ") };
        Row::new([
            Text::new(style).bold(&exact(&self.name)).line().mono(6.7, &parts.join(" ")),
            Text::of(style, &size),
            Text::of(style, &day),
            Text::of(style, &shows),
        ])
    }
}

/// Formats a size: `214 KiB`.
fn size_words(bytes: u64) -> String {
    match bytes {
        0..1024 => counted(bytes, "byte"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{} MiB", bytes.div_ceil(1_048_576)),
    }
}

/// Quotes a file name for a shell, if it must be.
fn quoted(name: &str) -> String {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter));
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

/// Draws the heading of a numbered section.
fn section(sheet: &mut Sheet<'_>, at: usize, title: &str) {
    sheet.gap(mm(7.0));
    let text = Text::of(SECTION, &(at + 1).to_string()).space(SECTION.size).say(title);
    sheet.heading(2, &text, Some(Entry(at)));
    sheet.y += mm(2.6);
}

fn contents(sheet: &mut Sheet<'_>, groups: &[ItemGroup<'_>]) {
    sheet.next_page();
    sheet.heading(1, &Text::of(Style::new(20.0).bold(), "Contents"), None);
    sheet.y += mm(4.6);
    let sections = [
        "Progress by duty",
        "Knowledge, skills and behaviours in full",
        "Feedback and actions",
        "Evidence, progress reviews and hours",
        "How to check this portfolio",
    ];
    sheet.tagged(Tag::TOC, |sheet| {
        for (at, title) in sections.iter().enumerate() {
            line_of_contents(sheet, Entry(at), &(at + 1).to_string(), title, BODY, mm(2.4));
            if at == 1 {
                for (group, of) in groups.iter().enumerate() {
                    let style = Style::new(8.8);
                    line_of_contents(sheet, Entry(FIRST_GROUP + group), "", &of.title, style, mm(1.5));
                }
                sheet.y += mm(0.8);
            }
        }
    });
}

fn line_of_contents(sheet: &mut Sheet<'_>, entry: Entry, no: &str, title: &str, style: Style, gap: f32) {
    let indent = mm(8.0);
    let laid = sheet.lay(&Text::of(style, title), sheet.width - indent - mm(14.0));
    sheet.room(laid.height);
    let (y, right) = (sheet.y, sheet.left + sheet.width);
    let mut ops = Vec::new();
    if !no.is_empty() {
        let no = sheet.lay(&Text::new(style).bold(&format!("{no} ")), indent);
        ops.extend(ops_of(&no.lines, sheet.left, y));
    }
    ops.extend(ops_of(&laid.lines, sheet.left + indent, y));
    if let Some(Op::Words { words, .. }) = ops.last_mut() {
        words.push(' ');
    }
    let baseline = laid.lines.last().map_or(y, |line| y + line.top + line.height);
    ops.push(Op::PageOf { entry, right, baseline, style });
    let area = [sheet.left, y - mm(0.6), sheet.width, laid.height + mm(1.2)];
    let link = Link { page: sheet.page(), area, entry, words: format!("To {title}") };
    sheet.tagged(Tag::TOCI, |sheet| {
        sheet.tagged(Tag::Link, |sheet| {
            sheet.draw(ops);
            sheet.link(link);
        });
    });
    sheet.y += laid.height + gap;
}

/// Draws a numbered step, on one page.
fn step(sheet: &mut Sheet<'_>, no: usize, title: &str, body: impl Fn(&mut Sheet<'_>)) {
    sheet.gap(mm(4.0));
    sheet.together(|sheet| {
        sheet.rule(0.8, Ink::Black);
        sheet.y += mm(1.8);
        let wide = sheet.width - mm(9.0);
        sheet.side_by_side(&[(0.0, mm(9.0)), (mm(9.0), wide)], |sheet, column| {
            if column == 0 {
                sheet.para(&Text::of(Style::new(14.0).bold().ink(Ink::Accent), &no.to_string()));
                return;
            }
            sheet.para(&Text::new(Style::new(10.0)).bold(title));
            sheet.y += mm(2.0);
            body(sheet);
        });
    });
}
