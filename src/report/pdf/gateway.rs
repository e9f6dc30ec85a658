//! Lays out the gateway's declaration: every requirement with what shows it, both declarations, the evidence index, reviews,
//! breaks in learning, and how to check the package.

use std::collections::BTreeMap;

use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::primitives::date::{Timestamp, day_words, days_words};
use countersign_core::primitives::ids::{Digest, StatementId};
use countersign_core::primitives::text::counted;
use countersign_core::programme::gateway::{Fulfilment, Readiness, RequirementStatus};
use countersign_core::programme::hours_plan::HoursPlan;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::{Record, RecordedReview, TraineeRecord, deciding};
use countersign_core::standard::Ksb;
use countersign_core::statement::kinds::review::Party;

use crate::gateway::Readme;
use crate::pdf::font::Fonts;
use crate::pdf::parts::{BODY, ID, SECTION, TICK, open_frame, state, time_words};
use crate::pdf::said::review_row;
use crate::pdf::sheet::{About, Format, Op, Sheet, ops_of};
use crate::pdf::table::{Column, RULED, Row};
use crate::pdf::text::{Ink, Style, Text, mm};
use crate::pdf::write::{WriteFault, write};
use crate::standing::{left_words, not_counting};
use crate::words::{CARRIED, exact, method_words};

/// What the declaration is made from.
#[derive(Debug, Clone)]
pub struct Gateway {
    pub readme: Readme,
    pub record: TraineeRecord,
    /// The records of each item of [`TraineeRecord::all`], newest first.
    pub records: Vec<Vec<Record>>,
    /// The registrations with which statements were signed.
    pub registrations: BTreeMap<StatementId, String>,
    pub readiness: Readiness,
    pub hours: HoursPlan,
    /// Newest first.
    pub reviews: Vec<RecordedReview>,
    pub declarations: Vec<Declaration>,
    pub files: Vec<PackedFile>,
    /// The attribution that the licence of the standard's text requires.
    pub attribution: Option<String>,
}

/// A party's confirmation, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub party: Party,
    pub name: String,
    /// Such as `supervisor (HCPC CS00010)`.
    pub title: String,
    pub signed: Timestamp,
    pub id: StatementId,
    pub meaning: String,
}

/// A file that a sign-off relies on, or one whose contents were erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedFile {
    pub digest: Digest,
    /// The name under which it was handed in; an erased file has none.
    pub name: String,
    /// Its path in the package; `None` if its contents were erased.
    pub path: Option<String>,
    pub size: u64,
}

/// Writes the declaration.
pub fn gateway(of: &Gateway) -> Result<Vec<u8>, WriteFault> {
    let fonts = Fonts::load().ok_or_else(|| WriteFault("the fonts cannot be read".to_owned()))?;
    write(&lay_out(of, &fonts))
}

/// Lays out the declaration.
pub fn lay_out<'a>(of: &'a Gateway, fonts: &'a Fonts) -> Sheet<'a> {
    let who = of.record.trainee.name.to_string();
    let kind = if of.missing() == 0 { "Gateway" } else { "Gateway (draft)" };
    let about = About { kind: kind.to_owned(), who, made: &of.readme.made };
    let mut sheet = Sheet::new(fonts, Format::A4, about);
    of.head(&mut sheet);
    of.requirements(&mut sheet);
    of.declared(&mut sheet);
    of.code(&mut sheet);
    of.index(&mut sheet);
    of.evidence(&mut sheet);
    of.in_full(&mut sheet);
    of.held(&mut sheet);
    of.package(&mut sheet);
    sheet
}

impl Gateway {
    /// Returns the requirements without the parties' own confirmations.
    fn asked(&self) -> impl Iterator<Item = &RequirementStatus> {
        self.readiness.figures.iter().filter(|figure| !matches!(figure.id.as_str(), "employer" | "provider"))
    }

    /// Returns how many requirements are not met.
    pub fn missing(&self) -> usize {
        self.asked().filter(|figure| figure.met != Fulfilment::Met).count()
    }

    fn head(&self, sheet: &mut Sheet<'_>) {
        let trainee = &self.record.trainee;
        let standard = &self.record.standard;
        let of = format!(
            "{}, {}. For the assessment organisation.{}",
            standard.title(),
            standard.reference(),
            left_words(&self.record)
        );
        match self.missing() {
            0 => sheet.opening("Gateway: declaration and evidence", trainee.name.as_str(), &of),
            missing => {
                let title = format!("DRAFT: {missing} of {} not yet met", self.asked().count());
                sheet.opening("Gateway: declaration and evidence", &title, &format!("{}. {of}", trainee.name));
            }
        }
        let style = Style::new(9.0);
        let made = &self.readme.made;
        let start = day_words(trainee.start);
        let period = if trainee.start > made.as_at() {
            format!("Starts {start}")
        } else {
            format!("{start} to {}", day_words(made.as_at()))
        };
        let mut facts = vec![
            ("Trainee", Text::new(style).bold(trainee.name.as_str())),
            ("Employer", Text::of(style, &made.department)),
            ("Practical period", Text::of(style, &period)),
            ("Breaks in learning", Text::of(style, &breaks(&trainee.pauses))),
        ];
        let prior = self.readiness.recognised.as_ref().map(|prior| {
            let hours = prior.body.hours.map(|hours| format!("{hours} hours"));
            let ksbs = match prior.body.codes.len() {
                0 => None,
                count => Some(counted(count as u64, "KSB")),
            };
            let both: Vec<String> = hours.into_iter().chain(ksbs).collect();
            format!("{}. {}", both.join(" and "), prior.basis())
        });
        facts.push(("Recognised prior learning", Text::of(style, prior.as_deref().unwrap_or("None recorded"))));
        sheet.facts(mm(42.0), &facts);
    }

    fn requirements(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "Every requirement");
        let style = Style::new(8.6);
        let rows: Vec<Row> = self
            .asked()
            .map(|figure| {
                let shows = if figure.id == "hours" { self.hours_words() } else { capital(&figure.short) };
                Row::new([Text::of(style, &figure.text), fulfilled(style, figure), Text::of(style, &shows)])
            })
            .collect();
        let columns = [Column::mm(53.0, "Requirement"), Column::mm(24.0, "State"), Column::share("What shows it")];
        sheet.table(&RULED, &columns, &rows);
    }

    /// Says how many hours are confirmed, and what they are measured against.
    fn hours_words(&self) -> String {
        let HoursPlan { confirmed, waiting, minimum, .. } = &self.hours;
        let more = if waiting.0 == 0 { String::new() } else { format!(", {waiting} more wait for a supervisor") };
        let Some(minimum) = minimum else { return format!("{confirmed} confirmed{more}. The minimum is not known") };
        let prior = self.readiness.recognised.as_ref().and_then(|prior| prior.body.hours);
        let less = prior.map(|hours| format!(", with {hours} hours recognised as prior learning")).unwrap_or_default();
        format!("{confirmed} confirmed{more}. Minimum {minimum}{less}")
    }

    fn declared(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "Declaration");
        if self.missing() > 0 {
            sheet.para(&Text::of(
                BODY,
                "Nobody can declare that the trainee is ready until every requirement above is met.",
            ));
            return;
        }
        for (party, name) in [(Party::Employer, "employer"), (Party::Provider, "training provider")] {
            if let Some(one) = self.declarations.iter().find(|one| one.party == party) {
                declaration(sheet, one);
            } else {
                sheet.gap(mm(2.0));
                sheet.para(&Text::of(BODY, &format!("Nobody has confirmed for the {name} yet.")));
            }
        }
    }

    fn code(&self, sheet: &mut Sheet<'_>) {
        let made = &self.readme.made;
        let missing = sheet.missing.clone();
        sheet.at_bottom(mm(4.0), |sheet| {
            let (side, from) = (mm(26.0), mm(31.0));
            let wide = sheet.width - from;
            let style = Style::new(8.8);
            let words = [
                Text::new(style).bold("Checkpoint code").say(" ").mono(8.6, &made.code),
                Text::of(style, &made.how_to_check()),
            ];
            let top = sheet.y;
            sheet.side_by_side(&[(0.0, side), (from, wide)], |sheet, column| {
                if column == 0 {
                    sheet.qr(&made.code, side);
                    return;
                }
                sheet.y = top + mm(6.0);
                for text in &words {
                    sheet.para(text);
                    sheet.y += mm(1.8);
                }
            });
            sheet.y += mm(3.0);
            sheet.closing(self.attribution.as_deref(), &missing);
        });
    }

    fn index(&self, sheet: &mut Sheet<'_>) {
        sheet.next_page();
        section(sheet, "Evidence index, by KSB");
        sheet
            .note("Of several sign-offs the one that decides is listed: what was seen last. All are in portfolio.pdf.");
        sheet.y += mm(2.0);
        let style = Style::new(8.0);
        let rows: Vec<Row> =
            self.record.standard.ksbs().iter().enumerate().map(|(at, ksb)| self.row(style, ksb, at)).collect();
        let columns = [
            Column::mm(11.0, "KSB"),
            Column::share("Text of the standard"),
            Column::mm(20.0, "Seen"),
            Column::mm(27.0, "Method"),
            Column::mm(50.0, "Signed by, and evidence file"),
        ];
        sheet.table(&RULED, &columns, &rows);
    }

    fn row(&self, style: Style, ksb: &Ksb, at: usize) -> Row {
        let records = self.records.get(at).map_or(&[][..], Vec::as_slice);
        let is = self.record.states.get(at).copied().unwrap_or(State::Open);
        let counts = self.record.counts(is);
        let newest = deciding(records, &self.record.policy);
        let code = Text::new(style).bold(&ksb.code.to_string());
        let text = Text::of(style, &ksb.text);
        let recognised = self.readiness.recognised.as_ref().is_some_and(|prior| prior.body.codes.contains(&ksb.code));
        let said = not_counting(&self.record, ksb.code, is, records);
        let Some(newest) = newest else {
            if let Some(carried) = self.record.carried_over(ksb.code) {
                let seen = Text::of(style, &day_words(carried.item.on));
                let by = Text::of(style, carried.assessor()).line().bold("Carried over, not signed here");
                let by = by.line().say(&carried.origin()).line().mono(5.9, &carried.id.to_string());
                return Row::new([code, text, seen, Text::of(style, CARRIED), by]);
            }
            let words = if recognised { "Recognised as prior learning" } else { &said };
            return Row::new([code, text, Text::of(style, "–"), Text::of(style, "–"), Text::new(style).bold(words)]);
        };
        let mut by = Text::of(style, newest.signer_name.as_str());
        if let Some(registration) = self.registrations.get(&newest.id) {
            by = by.say(", ").styled(style.sized(7.4).soft(), registration);
        }
        if !counts {
            by = by.line().bold(&said);
        }
        for evidence in &newest.evidence {
            let packed = self.files.iter().find(|file| file.digest == evidence.digest);
            let words = match packed {
                Some(PackedFile { path: Some(path), .. }) => path.clone(),
                Some(PackedFile { path: None, .. }) => format!("{} (erased)", evidence.name),
                None => format!("{} (not in this package)", evidence.name),
            };
            by = by.line().say(&exact(&words));
        }
        by = by.line().mono(5.9, &newest.id.to_string());
        let method = newest.method.map_or("None recorded", method_words);
        Row::new([code, text, Text::of(style, &day_words(newest.observed)), Text::of(style, method), by])
    }

    fn evidence(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "Evidence files");
        sheet.para(&Text::of(BODY, &self.readme.files_words()));
        if self.files.is_empty() {
            return;
        }
        sheet.y += mm(2.0);
        let style = Style::new(8.4);
        let row = |file: &PackedFile| {
            let packed = match &file.path {
                Some(path) => Text::of(style, &exact(path)),
                None => Text::new(style).bold("erased, not in this package"),
            };
            let packed = packed.line().mono(6.2, &file.digest.hex());
            Row::new([Text::of(style, &exact(&file.name)), packed, Text::of(style, &counted(file.size, "byte"))])
        };
        let columns = [
            Column::mm(48.0, "Handed in as"),
            Column::share("File in this package, and SHA-256"),
            Column::mm(28.0, "Size").right(),
        ];
        let rows: Vec<Row> = self.files.iter().map(row).collect();
        sheet.table(&RULED, &columns, &rows);
    }

    /// Draws each requirement with the reasons that decide it.
    fn in_full(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "What decides each requirement");
        let style = Style::new(8.4);
        let rows: Vec<Row> = self
            .asked()
            .map(|figure| {
                let mut why = Text::new(style);
                for (at, reason) in figure.why.iter().enumerate() {
                    why = if at == 0 { why } else { why.line() };
                    why = why.say(&reason.line());
                }
                Row::new([Text::new(style).bold(&figure.text), fulfilled(style, figure), why])
            })
            .collect();
        let columns = [Column::mm(44.0, "Requirement"), Column::mm(24.0, "State"), Column::share("Reasons")];
        sheet.table(&RULED, &columns, &rows);
    }

    fn held(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "Progress reviews");
        if self.reviews.is_empty() {
            sheet.para(&Text::of(BODY, "None recorded."));
            return;
        }
        let rows: Vec<Row> = self.reviews.iter().map(review_row).collect();
        let columns =
            [Column::mm(22.0, "Held"), Column::share("Who was there, and the statement"), Column::mm(24.0, "Next by")];
        sheet.table(&RULED, &columns, &rows);
    }

    /// Draws the README of the package.
    fn package(&self, sheet: &mut Sheet<'_>) {
        sheet.next_page();
        section(sheet, "README of the package");
        let body = Style::new(9.4);
        sheet.para(&Text::of(body, &self.readme.opening()));
        sheet.subsection("What is in it");
        let style = Style::new(8.8);
        let rows: Vec<Row> = self
            .readme
            .contents
            .iter()
            .map(|content| {
                Row::new([
                    Text::new(style).mono(7.6, &content.file),
                    Text::of(style, content.what),
                    Text::of(style, &content.count.to_string()),
                ])
            })
            .collect();
        sheet.table(
            &RULED,
            &[Column::mm(48.0, "File"), Column::share("What it is"), Column::mm(24.0, "Count").right()],
            &rows,
        );
        sheet.subsection("How to check it");
        sheet.para(&Text::of(body, Readme::where_to_type()));
        sheet.y += mm(2.0);
        for (no, step) in (1..).zip(self.readme.steps()) {
            sheet.together(|sheet| {
                sheet.para(&Text::of(body, &format!("{no}. {}", step.words)));
                sheet.command(&step.command);
                if !step.otherwise.is_empty() {
                    sheet.note(step.otherwise);
                    sheet.y += mm(2.4);
                }
            });
        }
        sheet.subsection("What is not in it");
        sheet.para(&Text::of(body, &self.readme.left_out()));
        let missing = sheet.missing.clone();
        sheet.at_bottom(mm(4.0), |sheet| sheet.closing(None, &missing));
    }
}

/// Draws a declaration in a frame: what was signed, by whom and when.
fn declaration(sheet: &mut Sheet<'_>, of: &Declaration) {
    let inset = mm(3.2);
    let wide = sheet.width - inset * 2.0;
    let style = Style::new(9.2);
    let at = of.signed.local();
    let said = sheet.lay(&Text::of(style, &of.meaning), wide);
    let by = Text::new(style)
        .bold(&of.name)
        .styled(Style::new(8.0).soft(), &format!(", {}", of.title))
        .line()
        .styled(Style::new(8.0), &format!("signed {}, statement ", time_words(at.date(), at.time())))
        .mono(ID, &of.id.to_string());
    let by = sheet.lay(&by, wide);
    let height = said.height + mm(2.4) + by.height + inset * 2.0;
    sheet.gap(mm(2.0));
    sheet.room(height);
    let area = [sheet.left, sheet.y, sheet.width, height];
    sheet.decorate(vec![Op::Frame { area, width: 0.6, ink: Ink::Black }]);
    let (x, y) = (sheet.left + inset, sheet.y + inset);
    let under = y + said.height + mm(2.4);
    for (laid, y) in [(said, y), (by, under)] {
        sheet.tagged(krilla::tagging::Tag::P, |sheet| sheet.draw(ops_of(&laid.lines, x, y)));
    }
    sheet.y += height;
}

fn fulfilled(style: Style, figure: &RequirementStatus) -> Text {
    match figure.met {
        Fulfilment::Met if figure.waived => state(style, TICK, "waived"),
        Fulfilment::Met => state(style, TICK, "met"),
        Fulfilment::NotMet => state(style, open_frame('N'), "not met"),
        Fulfilment::NotKnown => state(style, open_frame('O'), "not known"),
    }
}

/// Names the breaks, each from its first to its last day.
fn breaks(pauses: &[BreakPeriod]) -> String {
    let words = |pause: &BreakPeriod| match pause.back {
        Some(back) if back <= pause.from => None,
        Some(back) => Some(days_words(pause.from, back.pred_opt().unwrap_or(back))),
        None => Some(format!("from {}, not back yet", day_words(pause.from))),
    };
    let all: Vec<String> = pauses.iter().filter_map(words).collect();
    if all.is_empty() { "None recorded".to_owned() } else { all.join("; ") }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn section(sheet: &mut Sheet<'_>, title: &str) {
    sheet.gap(mm(7.0));
    sheet.heading(2, &Text::of(SECTION, title), None);
    sheet.y += mm(2.6);
}
