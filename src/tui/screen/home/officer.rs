//! Shows a training officer what needs them, who is furthest behind, the gateways ahead, what lapses, and the book.

use crate::command::Command;
use crate::model::Model;
use crate::screen::home::parts::{PartView, RowView, Target, cell, figure};
use crate::screen::home::supervisor::{by_plan, name_width, of};
use crate::theme::Theme;
use crate::widget::gauge::thin;
use countersign_core::home::officer::{BookFigures, GatewayAhead, LapsingTrainee, Need, NeedKind, OfficerHome};
use countersign_core::primitives::date::short_day;
use countersign_core::primitives::text::counted;
use countersign_core::programme::cohort::CohortRow;

/// Returns the parts: what needs the officer, then four short lists. `shown` is how many rows of each fit.
pub fn parts(home: &OfficerHome, model: &Model, width: u16, shown: [usize; 5]) -> Vec<PartView> {
    let theme = &model.theme;
    // The short lists stand in two columns where there is room.
    let half = if width >= 100 { width / 2 } else { width };
    let total = home.needs_total;
    vec![
        PartView {
            title: "Needs you".into(),
            note: match total {
                0 => Vec::new(),
                _ if shown[0] >= total => vec![(format!("{total}, most urgent first"), theme.dim)],
                _ => vec![(format!("{} of {total}, most urgent first", shown[0]), theme.dim)],
            },
            rows: home.needs.iter().map(|need| need_row(need, home, width, theme)).collect(),
            empty: "Nothing is late and nobody waits".into(),
            rest: None,
        },
        PartView {
            title: "Furthest behind".into(),
            note: vec![
                (model.key(Command::ToCohort), theme.key),
                (format!(" opens all {}", home.figures.trainees), theme.dim),
            ],
            rows: home.behind.iter().map(|row| behind_row(row, half, theme)).collect(),
            empty: match home.figures.trainees {
                0 => format!("No trainee yet. {}", model.how_to_add_trainees()),
                _ => "Nobody is behind plan".into(),
            },
            rest: None,
        },
        PartView {
            title: "Gateway, past or near".into(),
            note: of(shown[2], home.gateways_total, theme),
            rows: home.gateways.iter().map(|row| gateway_row(row, home, half, theme)).collect(),
            empty: "No gateway is near".into(),
            rest: None,
        },
        PartView {
            title: "Lapsing".into(),
            note: vec![(home.lapsing.heading(home.today), theme.dim)],
            rows: home.lapsing.rows.iter().map(|row| lapsing_row(row, home, half, theme)).collect(),
            empty: "Nothing has lapsed or is to be renewed soon".into(),
            rest: None,
        },
        PartView {
            title: "The book".into(),
            note: Vec::new(),
            rows: book_rows(&home.book, home, theme),
            empty: String::new(),
            rest: None,
        },
    ]
}

fn need_row(need: &Need, home: &OfficerHome, width: u16, theme: &Theme) -> RowView {
    let late = matches!(need.what, NeedKind::Backup { .. } | NeedKind::Review { .. })
        || matches!(need.what, NeedKind::Claim { days, .. } if days > 14);
    let mut pieces = vec![
        figure(&need.when(), 12, if late { theme.urgent } else { theme.text }, theme),
        cell(need.word(), 9, theme.text, theme),
        match need.what {
            // It is nobody's name, and is read in full.
            NeedKind::Backup { .. } => (format!("{}  ", need.subject()), theme.text),
            _ => cell(&need.subject(), name_width(width) + 6, theme.text, theme),
        },
    ];
    let why = match &need.what {
        NeedKind::Backup { .. } => "enter makes one".to_owned(),
        _ => need.why(home.today),
    };
    pieces.push((why, theme.dim));
    let target = match &need.what {
        NeedKind::Backup { .. } => Target::Command(Command::BackUp),
        NeedKind::Review { trainee, .. } => Target::Reviews(trainee.id.clone()),
        NeedKind::Claim { claim, .. } => Target::Claim(*claim),
        NeedKind::Dispute { trainee, code: Some(code), .. } => Target::Ksb(trainee.id.clone(), *code),
        NeedKind::Dispute { statement, .. } => Target::Statement(*statement),
        NeedKind::Gateway { trainee, .. } => Target::Gateway(trainee.id.clone()),
    };
    RowView { pieces, right: None, target: Some(target) }
}

fn short_name(width: u16) -> usize {
    match width {
        0..=63 => 25,
        64..=99 => 29,
        _ => 34,
    }
}

fn behind_row(row: &CohortRow, width: u16, theme: &Theme) -> RowView {
    let (signed, total) = (u32::from(row.trainee.signed), u32::from(row.trainee.total));
    let mut pieces = vec![cell(row.trainee.name.as_str(), short_name(width), theme.text, theme)];
    if width >= 58 {
        pieces.extend(thin(if width >= 70 { 14 } else { 8 }, signed, total, Some(u32::from(row.expected)), theme));
        pieces.push((" ".into(), theme.text));
    }
    pieces.push(figure(&format!("{signed}/{total}"), 5, theme.text, theme));
    let (words, style) = by_plan(row.ahead, row.paused, theme);
    pieces.push((format!("{words:>9}"), style));
    if width >= 58 && row.weeks < 0 {
        pieces.push((format!("  {}", counted(u64::from(row.weeks.unsigned_abs()), "week")), theme.dim));
    }
    RowView { pieces, right: None, target: Some(Target::Trainee(row.trainee.id.clone())) }
}

fn gateway_row(row: &GatewayAhead, home: &OfficerHome, width: u16, theme: &Theme) -> RowView {
    let style = if row.day < home.today { theme.late } else { theme.text };
    RowView {
        pieces: vec![
            cell(row.trainee.name.as_str(), short_name(width) - 7, theme.text, theme),
            figure(&short_day(row.day, home.today), 11, style, theme),
            (row.words(), theme.dim),
        ],
        right: None,
        target: Some(Target::Gateway(row.trainee.id.clone())),
    }
}

fn lapsing_row(row: &LapsingTrainee, home: &OfficerHome, width: u16, theme: &Theme) -> RowView {
    let word = format!("{} {}", theme.state_mark(row.state), row.state.word().to_lowercase());
    let name = short_name(width) - 5;
    let first = row.items.first().map(|(code, _)| *code);
    let target =
        first.map_or_else(|| Target::Trainee(row.trainee.id.clone()), |code| Target::Ksb(row.trainee.id.clone(), code));
    RowView {
        pieces: vec![
            cell(&word, 10, theme.state(row.state), theme),
            cell(row.trainee.name.as_str(), name, theme.text, theme),
            cell(&row.codes(), 10, theme.text, theme),
            (row.days(home.today), theme.dim),
        ],
        right: None,
        target: Some(target),
    }
}

fn book_rows(book: &BookFigures, home: &OfficerHome, theme: &Theme) -> Vec<RowView> {
    let row = |name: &str, words: String, late: bool| RowView {
        pieces: vec![cell(name, 11, theme.dim, theme), (words, if late { theme.urgent } else { theme.text })],
        right: None,
        target: None,
    };
    let newest = book.newest.map(|at| format!(", newest {}", at.local().format("%-d %b %H:%M")));
    vec![
        row("Entries", format!("{}{}", book.entries, newest.unwrap_or_default()), false),
        row("Checked", book.verified_words(home.today), book.verified.is_some_and(|check| !check.sound)),
        row("Backup", book.backup_words(home.today), book.backup.is_none()),
        row("People", book.people(), false),
        row("Standards", book.standards(), false),
        row("Code", book.code.clone(), false),
    ]
}
