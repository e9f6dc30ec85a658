//! Lays out one progress review: parties, rating, figures, the seven answers, actions, signatures.

use std::collections::BTreeMap;

use countersign_core::primitives::date::{Timestamp, day_words};
use countersign_core::primitives::ids::PersonId;
use countersign_core::programme::hours::QuarterHours;
use countersign_core::programme::hours_plan::HoursPlan;
use countersign_core::programme::rating::{Rated, Rating};
use countersign_core::record::view::RecordedReview;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::review::{Attended, ReviewContent};

use crate::made::Made;
use crate::pdf::font::Fonts;
use crate::pdf::parts::{ID, NOTE, TABLE, time_words};
use crate::pdf::sheet::{About, Format, Op, Sheet, ops_of};
use crate::pdf::table::{Column, RULED, Row};
use crate::pdf::text::{Align, Ink, Style, Text, mm};
use crate::pdf::write::{WriteFault, write};

/// What the paper of a review is made from.
#[derive(Debug, Clone)]
pub struct ReviewPaper {
    pub made: Made,
    pub review: RecordedReview,
    /// From 1, by the day on which reviews were held.
    pub number: usize,
    /// The review before it.
    pub before: Option<RecordedReview>,
    /// Such as `ST0413 1.1`.
    pub standard: String,
    /// The month of the programme on that day, and the months in all.
    pub month: (u16, u16),
    /// The KSBs expected on that day, if the programme is measured evenly.
    pub planned: Option<u16>,
    /// The hours confirmed and expected by that day, if a rule asks for hours; and those confirmed by the review before.
    pub hours: Option<HoursPlan>,
    pub hours_before: Option<QuarterHours>,
    /// Roles and registration of those who attended.
    pub people: BTreeMap<PersonId, String>,
    /// The attribution that the licence of the standard's text requires.
    pub attribution: Option<String>,
}

const SECTION: Style = Style::new(12.0).bold();
/// How many people stand next to each other.
const IN_A_ROW: usize = 3;

/// Writes the paper.
pub fn review(of: &ReviewPaper) -> Result<Vec<u8>, WriteFault> {
    let fonts = Fonts::load().ok_or_else(|| WriteFault("the fonts cannot be read".to_owned()))?;
    write(&lay_out(of, &fonts))
}

/// Lays out the paper.
pub fn lay_out<'a>(of: &'a ReviewPaper, fonts: &'a Fonts) -> Sheet<'a> {
    let held = day_words(of.review.review.held);
    let name = &of.review.review.trainee.name;
    let about =
        About { kind: format!("{} {}", of.called(), of.number), who: format!("{name}, {held}"), made: &of.made };
    let mut sheet = Sheet::new(fonts, Format::A4.margins(25.0, 20.0, 24.0, 19.0), about);
    let (month, months) = of.month;
    let number = if of.review.withdrawn { "Withdrawn".to_owned() } else { format!("Number {}", of.number) };
    let id = &of.review.review.trainee.id;
    let below = format!("{number}, held {held}. Id {id}. {}, month {month} of {months}.", of.standard);
    sheet.opening(&of.called(), name.as_str(), &below);
    of.parties(&mut sheet);
    if of.review.withdrawn {
        sheet.para(&Text::new(Style::new(9.5)).bold("This review was withdrawn."));
        sheet.y += mm(3.0);
    }
    if let Some(rated) = of.review.review.rated() {
        ratings(&mut sheet, rated);
    }
    of.figures(&mut sheet);
    of.answers(&mut sheet);
    of.actions(&mut sheet);
    of.signatures(&mut sheet);
    sheet
}

impl ReviewPaper {
    /// Names the meeting: `Progress review`.
    fn called(&self) -> String {
        let mut words = self.review.review.meeting.words().to_owned();
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }

    fn parties(&self, sheet: &mut Sheet<'_>) {
        let gap = mm(5.0);
        for row in self.review.review.attended.chunks(IN_A_ROW) {
            let wide = (sheet.width - gap * 2.0) / 3.0;
            let columns: Vec<(f32, f32)> =
                [0.0, wide + gap, (wide + gap) * 2.0].into_iter().zip([wide; 3]).take(row.len()).collect();
            sheet.side_by_side(&columns, |sheet, at| {
                let Some(Attended { party, who }) = row.get(at) else { return };
                sheet.rule(0.8, Ink::Black);
                sheet.y += mm(1.6);
                let mut party = party.words().to_owned();
                if let Some(first) = party.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                sheet.para(&Text::of(NOTE.sized(7.8), &party));
                sheet.y += mm(1.5);
                sheet.para(&Text::of(Style::new(9.5).bold(), who.name.as_str()));
                sheet.y += mm(1.5);
                if let Some(about) = self.people.get(&who.id).filter(|about| !about.is_empty()) {
                    sheet.para(&Text::of(Style::new(8.2), about));
                }
                sheet.y += mm(1.6);
            });
            sheet.rule(0.4, Ink::Hairline);
            sheet.y += mm(4.0);
        }
    }

    fn figures(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "Where the trainee is");
        let review = &self.review.review;
        let text = |words: String| Text::of(TABLE, &words);
        let before = |words: fn(&RecordedReview) -> String| {
            self.before.as_ref().map_or_else(|| "first review".to_owned(), words)
        };
        let signed =
            |of: &RecordedReview| format!("{} of {} on {}", of.review.signed, of.review.all, day_words(of.review.held));
        let (planned, slippage) = match self.planned {
            None => ("in the training plan".to_owned(), "see the rating".to_owned()),
            Some(planned) => {
                let ahead = i64::from(review.signed) - i64::from(planned);
                (format!("{planned} of {}", review.all), slippage_words(ahead))
            }
        };
        let done = Text::new(TABLE).bold(&format!("{} of {}", review.signed, review.all));
        let mut rows = vec![Row::new([
            text("Knowledge, skills and behaviours signed".to_owned()),
            text(planned),
            done,
            text(slippage),
            text(before(signed)),
        ])];
        if let Some(hours) = &self.hours {
            let unknown = || "not known".to_owned();
            let earlier = self.before.as_ref().map_or_else(
                || "first review".to_owned(),
                |before| {
                    let confirmed = self.hours_before.unwrap_or_default();
                    format!("{confirmed} on {}", day_words(before.review.held))
                },
            );
            rows.push(Row::new([
                text("Off-the-job hours confirmed".to_owned()),
                text(hours.expected.map_or_else(unknown, |expected| expected.to_string())),
                Text::new(TABLE).bold(&hours.confirmed.to_string()),
                text(hours.ahead.map_or_else(unknown, slippage_words)),
                text(earlier),
            ]));
        }
        let columns = [
            Column::share(""),
            Column::mm(29.0, "Planned by then").right(),
            Column::mm(20.0, "Done").right(),
            Column::mm(22.0, "Slippage").right(),
            Column::mm(40.0, "At the last review").right(),
        ];
        sheet.table(&RULED, &columns, &rows);
        sheet.y += mm(1.6);
        sheet.note(
            "The KSBs, and both ratings, are as they were signed at the review. Hours are those confirmed by the end of that day. \
             What was planned by then is computed from the programme as it is when this page is made.",
        );
    }

    fn answers(&self, sheet: &mut Sheet<'_>) {
        if let ReviewContent::Discussed(text) = &self.review.review.content {
            section(sheet, "What was said");
            sheet.para(&Text::of(Style::new(9.0), text.as_str()));
            return;
        }
        section(sheet, "The seven answers");
        let count = self.review.review.actions.len();
        let rows: Vec<Row> = (1..)
            .zip(self.review.review.answers())
            .map(|(no, answer)| {
                let said = match (no, count) {
                    (7, 1) => "One, listed below.".to_owned(),
                    (7, 2..) => format!("{count}, listed below."),
                    _ => answer.text,
                };
                let style = Style::new(8.6);
                let mut topic = answer.topic.words().to_owned();
                if let Some(first) = topic.get_mut(..1) {
                    first.make_ascii_uppercase();
                }
                Row::new([
                    Text::new(style).bold(&no.to_string()),
                    Text::new(style).bold(&topic),
                    Text::of(Style::new(8.8), &said),
                ])
            })
            .collect();
        let columns = [Column::mm(9.0, ""), Column::mm(46.0, "Topic"), Column::share("What was said")];
        sheet.table(&RULED, &columns, &rows);
    }

    fn actions(&self, sheet: &mut Sheet<'_>) {
        section(sheet, "Actions");
        let mut rows = Vec::new();
        let reviews = [Some(&self.review), self.before.as_ref()];
        for (age, review) in reviews.into_iter().enumerate().filter_map(|(age, review)| Some((age, review?))) {
            for (no, action) in (1..).zip(&review.review.actions) {
                let no = if age == 0 { no.to_string() } else { "–".to_owned() };
                let owner = action.owner.as_ref().map_or("not named", |owner| owner.name.as_str());
                let cells = [no, action.what.to_string(), owner.to_owned(), day_words(action.by)];
                // What the next review does not agree again was done.
                let again = self.review.review.actions.iter().any(|one| one.what == action.what);
                let outcome = if again { "agreed again" } else { "done" };
                let agreed =
                    if age == 0 { "New".to_owned() } else { format!("{}, {outcome}", day_words(review.review.held)) };
                rows.push(Row::new(cells.into_iter().chain([agreed]).map(|words| Text::of(TABLE, &words))));
            }
        }
        if rows.is_empty() {
            sheet.para(&Text::of(Style::new(9.5), "None recorded."));
        } else {
            let columns = [
                Column::mm(8.0, ""),
                Column::share("What"),
                Column::mm(32.0, "Who"),
                Column::mm(23.0, "By"),
                Column::mm(36.0, "Agreed"),
            ];
            sheet.table(&RULED, &columns, &rows);
        }
        sheet.y += mm(2.6);
        let mut next = Text::of(Style::new(9.5), "Next review: by ").bold(&day_words(self.review.review.next)).say(".");
        if let Some(late) = &self.review.review.late {
            next = next.say(&format!(" Later than the rules say, because: {late}"));
        }
        sheet.para(&next);
    }

    /// Returns the statement and time with which someone signed the review.
    fn signed_by(&self, who: &PersonId) -> Option<(String, Timestamp)> {
        let RecordedReview { id, signer, signed, marks, .. } = &self.review;
        if signer == who {
            return Some((id.to_string(), *signed));
        }
        let mut theirs = marks.iter().filter(|mark| mark.by == *who && mark.kind == Kind::Acknowledge);
        theirs.find(|mark| !mark.withdrawn && !mark.in_review).map(|mark| (mark.id.to_string(), mark.at))
    }

    /// Draws the signatures with what checks them, on one page.
    fn signatures(&self, sheet: &mut Sheet<'_>) {
        let missing = sheet.missing.clone();
        let attended = &self.review.review.attended;
        let all = attended.iter().all(|there| self.signed_by(&there.who.id).is_some());
        let rows: Vec<Row> = (attended.iter())
            .map(|there| {
                let (signed, statement) = match self.signed_by(&there.who.id) {
                    Some((id, at)) => {
                        let at = at.local();
                        (time_words(at.date(), at.time()), Text::new(TABLE).mono(ID, &id))
                    }
                    None if self.review.withdrawn => ("not signed".to_owned(), Text::of(TABLE, "None recorded")),
                    None => ("not yet signed".to_owned(), Text::of(TABLE, "None recorded")),
                };
                Row::new([
                    Text::new(TABLE).bold(there.who.name.as_str()),
                    Text::of(TABLE, there.party.words()),
                    Text::of(TABLE, &signed),
                    statement,
                ])
            })
            .collect();
        let columns =
            [Column::mm(42.0, "Name"), Column::mm(23.0, "For"), Column::mm(34.0, "Signed"), Column::share("Statement")];
        sheet.together(|sheet| {
            section(sheet, if all { "Signed by everyone who attended" } else { "Signatures" });
            sheet.table(&RULED, &columns, &rows);
            sheet.y += mm(2.6);
            let style = Style::new(8.0);
            sheet.para(&Text::new(style).bold("How to check.").say(" ").say(&self.made.how_to_check()));
            sheet.y += mm(1.6);
            sheet.closing(self.attribution.as_deref(), &missing);
        });
    }
}

fn section(sheet: &mut Sheet<'_>, title: &str) {
    sheet.gap(mm(4.6));
    sheet.heading(2, &Text::of(SECTION, title), None);
    sheet.y += mm(1.9);
}

fn slippage_words(ahead: i64) -> String {
    match ahead {
        0 => "none".to_owned(),
        1.. => format!("{ahead} ahead"),
        behind => format!("{} behind", behind.unsigned_abs()),
    }
}

/// Draws both ratings: the chosen word is filled, and named above.
fn ratings(sheet: &mut Sheet<'_>, rated: &Rated) {
    let gap = mm(8.0);
    let half = (sheet.width - gap) / 2.0;
    let why = match &rated.reason {
        Some(reason) => format!("Changed, because: {reason}"),
        None => "The same as computed.".to_owned(),
    };
    let sides =
        [("Rating as computed", rated.worked_out, rated.basis.to_string()), ("Rating as confirmed", rated.rating, why)];
    sheet.side_by_side(&[(0.0, half), (half + gap, half)], |sheet, at| {
        let Some((name, rating, why)) = sides.get(at) else { return };
        let words = format!("{name}: {}", rating.slug().to_uppercase());
        sheet.para(&Text::of(Style::new(8.4).bold(), &words));
        sheet.y += mm(1.6);
        scale(sheet, *rating);
        sheet.y += mm(1.8);
        sheet.para(&Text::of(NOTE, why));
    });
    sheet.y += mm(1.0);
}

/// Draws the four ratings in frames, with the chosen one filled; the words above say the same to a reader.
fn scale(sheet: &mut Sheet<'_>, chosen: Rating) {
    let wide = sheet.width / 4.0;
    let height = mm(4.4);
    let (mut ops, mut words) = (Vec::new(), Vec::new());
    let mut x = sheet.left;
    for one in Rating::ALL {
        let area = [x, sheet.y, wide, height];
        let is = one == chosen;
        if is {
            ops.push(Op::Fill { areas: vec![area], ink: Ink::Black });
        }
        ops.push(Op::Frame { area, width: 0.5, ink: Ink::Black });
        let style = Style::new(8.4).ink(if is { Ink::White } else { Ink::Soft });
        let style = if is { style.bold() } else { style };
        let mut word = one.slug().to_owned();
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let laid = sheet.lay(&Text::of(style, &word).align(Align::Centre), wide);
        words.extend(ops_of(&laid.lines, x, sheet.y + (height - laid.height) / 2.0));
        x += wide;
    }
    sheet.decorate(ops.into_iter().chain(words).collect());
    sheet.y += height;
}
