//! Shows a supervisor what waits for them, their trainees, and what is due.

use ratatui::layout::Rect;

use crate::command::Command;
use crate::model::Model;
use crate::pane::cohort_row::{CohortColumns, plan_style};
use crate::pane::paged_list::POINTER;
use crate::screen::home::parts::{PartSize, PartView, Pieces, RowView, Target, cell, figure, widest};
use crate::theme::Theme;
use crate::widget::gauge::thin;
use countersign_core::home::due::{DueItem, DueKind};
use countersign_core::home::supervisor::{SupervisedTrainee, SupervisorHome};
use countersign_core::primitives::text::counted;
use countersign_core::record::claim::QueueRow;
use countersign_core::record::ksb_status::State;

/// From this many columns on, the trainees have the columns of the cohort.
const COHORT_FROM: u16 = 100;

/// Returns how many lines each part has.
pub fn sizes(home: &SupervisorHome, width: u16) -> [PartSize; 3] {
    let trainees = PartSize { heads: width >= COHORT_FROM, ..PartSize::of(home.trainees.len()) };
    [PartSize::of(home.waiting.len()), trainees, PartSize::of(home.due.len())]
}

/// Returns where Enter on a row of a part leads.
pub fn target(home: &SupervisorHome, part: usize, row: usize) -> Option<Target> {
    match part {
        0 => home.waiting.get(row).map(|row| Target::Claim(row.claim)),
        1 => home.trainees.get(row).map(|one| Target::Trainee(one.row.trainee.id.clone())),
        _ => home.due.get(row).map(due_target),
    }
}

/// Returns the parts for these areas.
pub fn parts(home: &SupervisorHome, model: &Model, areas: &[Rect]) -> Vec<PartView> {
    let theme = &model.theme;
    let width = areas[0].width;
    let [waiting, trainees, due] = sizes(home, width);
    let shown = |at: usize, size: PartSize| size.shown(areas[at].height);
    let columns = (width >= COHORT_FROM).then(|| {
        let duties = home.trainees.iter().map(|one| one.row.duties.len()).max().unwrap_or(0);
        CohortColumns::new(usize::from(width) - 1, duties, false)
    });
    vec![
        PartView {
            title: "Waiting for you".into(),
            note: waiting_note(home, model, shown(0, waiting)),
            rows: home.waiting.iter().map(|row| claim_row(row, home, width, theme)).collect(),
            empty: "No claim waits for you".into(),
            ..PartView::default()
        },
        PartView {
            title: "Your trainees".into(),
            note: trainees_note(home, model, (shown(1, trainees), width)),
            // The blanks before the name are the part's own.
            heads: columns.map(|columns| columns.heads(theme).split_off(POINTER)),
            rows: home
                .trainees
                .iter()
                .map(|one| match columns {
                    Some(columns) => cohort_row(one, columns, theme),
                    None => trainee_row(one, width, theme),
                })
                .collect(),
            empty: match home.department {
                0 => format!("No trainee yet. {}", model.how_to_add_trainees()),
                all => format!(
                    "No trainees are assigned to you. Press {} to find any of the {}",
                    model.key(Command::Trainee),
                    counted(all as u64, "trainee")
                ),
            },
            ..PartView::default()
        },
        PartView {
            title: "Due".into(),
            note: of(shown(2, due), home.due_total, theme),
            rows: home.due.iter().map(|item| due_row(item, home, width, theme)).collect(),
            empty: "Nothing is late or due in the next 30 days".into(),
            ..PartView::default()
        },
    ]
}

/// Returns `3 of 7`, or how many there are if all are shown.
pub fn of(shown: usize, total: usize, theme: &Theme) -> Pieces {
    match total {
        0 => Vec::new(),
        total if shown >= total => vec![(total.to_string(), theme.dim)],
        total => vec![(format!("{shown} of {total}"), theme.dim)],
    }
}

fn waiting_note(home: &SupervisorHome, model: &Model, shown: usize) -> Pieces {
    let theme = &model.theme;
    let total = usize::try_from(home.waiting_total).unwrap_or(usize::MAX);
    let claims = counted(home.waiting_total, "claim");
    match (total, home.oldest()) {
        (0, _) => Vec::new(),
        (total, Some(days)) if shown >= total => {
            vec![(format!("{claims}, oldest {}", counted(days.unsigned_abs(), "day")), theme.dim)]
        }
        _ => vec![
            (format!("{shown} of {claims} {} ", theme.glyphs.dot), theme.dim),
            (model.key(Command::ToQueue), theme.key),
            (" opens all".to_owned(), theme.dim),
        ],
    }
}

/// Returns how many are shown, what the marks mean and, where there is room, how to find the others.
fn trainees_note(home: &SupervisorHome, model: &Model, (shown, width): (usize, u16)) -> Pieces {
    let theme = &model.theme;
    let mut note = of(shown, home.trainees_total, theme);
    if note.is_empty() {
        return note;
    }
    let dot = theme.glyphs.dot;
    let mut states = vec![State::Lapsed, State::NotYet, State::Claimed];
    if width >= COHORT_FROM {
        states.insert(2, State::Renew);
    }
    let words = states.iter().map(|state| format!("{} {}", theme.state_mark(*state), state.label()));
    // The cohort counts KSBs alone.
    note.push((format!(", with local {dot} {}", words.collect::<Vec<_>>().join("  ")), theme.dim));
    if width >= COHORT_FROM {
        note.push((format!(" {dot} "), theme.dim));
        note.push((model.key(Command::Trainee), theme.key));
        note.push((format!(" finds any of {}", home.department), theme.dim));
    }
    note
}

/// Columns of a name.
pub fn name_width(width: u16) -> usize {
    match width {
        0..=59 => 16,
        60..=99 => 18,
        100..=159 => 25,
        _ => 36,
    }
}

fn claim_row(row: &QueueRow, home: &SupervisorHome, width: u16, theme: &Theme) -> RowView {
    let days = row.days(home.today);
    let codes: Vec<String> = row.codes.iter().map(ToString::to_string).collect();
    let age = if row.is_old(home.today) { theme.late } else { theme.text };
    let (whom, whom_style) = if row.of.is_some() { ("for you", theme.claimed) } else { ("for anyone", theme.dim) };
    let mut pieces = vec![
        figure(&counted(days.unsigned_abs(), "day"), 7, age, theme),
        cell(row.trainee_name.as_str(), name_width(width), theme.text, theme),
        cell(&codes.join(" "), codes_width(home, width), theme.text, theme),
    ];
    if width >= 60 {
        pieces.push(cell(whom, 12, whom_style, theme));
        let files = if row.files == 0 { String::new() } else { counted(u64::from(row.files), "file") };
        pieces.push(cell(&files, 8, theme.dim, theme));
        let said = row.reflection.as_ref().map(|text| text.as_str().split_whitespace().collect::<Vec<_>>().join(" "));
        pieces.push((said.unwrap_or_default(), theme.text));
    }
    RowView { pieces, name: 1, right: None }
}

/// Columns of the codes of a claim: what the longest needs, within bounds.
fn codes_width(home: &SupervisorHome, width: u16) -> usize {
    let most = if width >= 100 { 17 } else { 9 };
    let codes = |row: &QueueRow| row.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let all: Vec<String> = home.waiting.iter().map(codes).collect();
    widest(all.iter().map(String::as_str), most).max(9)
}

/// Returns a row with the columns of the cohort.
fn cohort_row(one: &SupervisedTrainee, columns: CohortColumns, theme: &Theme) -> RowView {
    let pieces = columns.row_with(&one.row, one.open, false, theme);
    // The first piece is the blanks before the name.
    RowView { pieces: pieces.into_iter().skip(1).collect(), ..RowView::default() }
}

/// Columns of the month, what is signed, the plan and three counts, with the blanks between them.
const FIGURES: usize = 7 + 7 + 11 + 14;

fn trainee_row(one: &SupervisedTrainee, width: u16, theme: &Theme) -> RowView {
    let row = &one.row;
    let (signed, total) = (u32::from(row.trainee.signed), u32::from(row.trainee.total));
    let mut pieces = vec![
        cell(row.trainee.name.as_str(), name_width(width), theme.text, theme),
        figure(&format!("{}/{}", row.month, row.months), 5, theme.dim, theme),
    ];
    // The bar has what the name and the figures leave.
    let bar = usize::from(width).saturating_sub(3 + name_width(width) + FIGURES + 1).min(14);
    if bar >= 6 {
        let plan = Some(u32::from(row.expected)).filter(|_| !row.paused);
        pieces.extend(thin(bar, signed, total, plan, theme));
        pieces.push((" ".into(), theme.text));
    }
    pieces.push(figure(&format!("{signed}/{total}"), 5, theme.text, theme));
    pieces.push(cell(&row.by_plan_words(), 11, plan_style(row, theme), theme));
    for (state, count) in one.open.some().filter(|(state, _)| *state != State::Renew) {
        let style = if state == State::Claimed { theme.claimed } else { theme.urgent };
        pieces.push(cell(&format!("{} {count}", theme.state_mark(state)), 5, style, theme));
    }
    RowView { pieces, ..RowView::default() }
}

fn due_row(item: &DueItem, home: &SupervisorHome, width: u16, theme: &Theme) -> RowView {
    let state = item.state(home.today);
    // Loud only where it is late; what is due by a day keeps its mark.
    let style = match (item.is_late(home.today), state) {
        (true, _) => theme.urgent,
        (false, State::Renew) => theme.renew,
        (false, _) => theme.text,
    };
    let code = item.code.map_or_else(String::new, |code| code.to_string());
    let pieces = vec![
        cell(&format!("{} {}", theme.state_mark(state), item.when(home.today)), 13, style, theme),
        cell(item.trainee_name.as_str(), name_width(width), theme.text, theme),
        cell(&code, 7, theme.text, theme),
        (item.words(home.today), theme.text),
    ];
    RowView { pieces, name: 1, right: None }
}

fn due_target(item: &DueItem) -> Target {
    match (item.code, &item.what) {
        (Some(code), _) => Target::Ksb(item.trainee.clone(), code),
        (None, DueKind::Review | DueKind::Action(_)) => Target::Reviews(item.trainee.clone()),
        (None, DueKind::Reassess) => Target::Trainee(item.trainee.clone()),
    }
}
