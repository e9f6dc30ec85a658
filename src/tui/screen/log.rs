//! Shows screen 6, Log: what was signed, newest first.

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::command::{Command, ScreenId};
use crate::list::{ListQuery, LogHead, Page};
use crate::model::Model;
use crate::model::layout::body;
use crate::msg::Effect;
use crate::pane::paged_list::{ListText, PagedList, RowArea};
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::{Charset, Theme};
use crate::widget::draw::line;
use crate::widget::part::inner;
use crate::widget::text::{columns, pad, pad_left};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::{Timestamp, day_words};
use countersign_core::record::view::{HistoryRow, TreeHead};

pub struct Log;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Log,
    name: "Log",
    go: Command::ToLog,
    own_name: "Log",
    filter_target: FilterTarget::History,
    list: Some(|_| ListQuery::Log),
    details: None,
    needs_trainee: false,
    next: None,
};

impl Screen for Log {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, _model: &Model) -> Title {
        Title::new("History", vec!["what was signed, newest first".into(), "times are local".into()])
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        (command == Command::OpenEntry && model.log_entry().is_none()).then(|| "No entry is chosen".into())
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        let opens = command == Command::OpenEntry;
        opens.then(|| model.log_entry().map(|row| Effect::LoadStatement(row.id)).into_iter().collect())
    }

    /// There is no line of headings.
    fn page(&self, model: &Model) -> u16 {
        let Some(inner) = body(model).map(inner) else { return 1 };
        inner.height.saturating_sub(self.filter(model).lines(inner.width))
    }

    fn back(&self, model: &mut Model) {
        if !self.filter(model).text.is_empty() {
            model.list_mut(ScreenId::Log).clear();
        }
    }

    fn receive_page(&self, model: &mut Model, page: &Page) {
        if let Some(LogHead { head, .. }) = &page.log {
            model.head = Some(head.clone());
            make_room(model.list_mut(ScreenId::Log), head);
        }
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (log, theme) = (model.list(ScreenId::Log), &model.theme);
        let title = if log.filter.is_empty() {
            "History".into()
        } else {
            format!("History matching {}", log.filter.text.trim())
        };
        let head = log.loaded.as_ref().and_then(|page| page.log.as_ref());
        let code = head.map_or(String::new(), |with| match with.level.as_str() {
            "" => with.head.code.clone(),
            level => format!("{level} · {}", with.head.code),
        });
        let text = ListText {
            title: &title,
            figure: &code,
            count: &format!("{} ", log.count("entry", "entries")),
            empty: &["Nothing has been signed yet"],
            no_match: "No entry fits the filter: esc clears it",
        };
        let digits = head.map_or(0, |with| with.head.size).to_string().len().max(3);
        let cursor = log.view(text, theme, buf, body, None, &mut |row, RowArea { area, here }, buf| {
            draw_row(row, Columns { digits, here, today: model.today }, theme, buf, area);
        })?;
        Some(if log.filter.typing { cursor } else { Position { x: cursor.x + 1, ..cursor } })
    }
}

/// Prepares for rows of a longer log: the cursor stays on its statement, or at the newest.
fn make_room(log: &mut PagedList, head: &TreeHead) {
    let Some(old) = log.loaded.as_ref().and_then(|page| page.log.as_ref()).map(|old| old.head.size) else { return };
    // With a filter, the number of new matches is unknown.
    if old < head.size && log.at > 0 && log.filter.is_empty() {
        let more = head.size - old;
        (log.at, log.top, log.requested) = (log.at + more, log.top + more, None);
    }
}

/// The columns of a row.
#[derive(Clone, Copy)]
struct Columns {
    digits: usize,
    here: bool,
    today: NaiveDate,
}

/// Minimum widths for a column of the kind, and of the signer.
const WITH_KIND: u16 = 70;
const WITH_SIGNER: u16 = 50;
/// Columns of a kind; the longest is `countersign`.
const KIND: usize = 11;

fn draw_row(row: &HistoryRow, look: Columns, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let style = if look.here { theme.strong } else { theme.text };
    let pointer = if look.here { theme.glyphs.pointer } else { " " };
    let position = pad_left(&row.position.to_string(), look.digits, theme);
    let when = pad(&time(row.signed, look.today, area.width), if area.width >= 98 { 17 } else { 12 }, theme);
    let kind =
        if area.width >= WITH_KIND { format!("  {}", pad(row.kind.shown(), KIND, theme)) } else { String::new() };
    let wide = if area.width >= 98 { 24 } else { 14 };
    let signer = if area.width >= WITH_SIGNER {
        format!("  {}", pad(row.signer_name.as_str(), wide, theme))
    } else {
        String::new()
    };
    let (verdict, verdict_style) = match (row.sound, theme.looks.glyphs) {
        (Some(true), Charset::Unicode) => ("✓", theme.ok),
        (Some(true), Charset::Ascii) => ("x", theme.ok),
        (Some(false), Charset::Unicode) => ("×", theme.urgent),
        (Some(false), Charset::Ascii) => ("!", theme.urgent),
        (None, _) => (" ", theme.dim),
    };
    let used = 2 + columns(&position) + 2 + columns(&when) + columns(&kind) + columns(&signer) + 2 + 3;
    let summary = pad(&row.summary, usize::from(area.width).saturating_sub(used), theme);
    let pieces = [
        (pointer, theme.accent),
        (" ", theme.text),
        (&*position, theme.dim),
        ("  ", theme.text),
        (&*when, theme.text),
        (&*kind, theme.dim),
        (&*signer, theme.text),
        ("  ", theme.text),
        (&*summary, style),
        (" ", theme.text),
        (verdict, verdict_style),
    ];
    line(buf, area, 0, &pieces, theme);
}

/// Returns the local time in aligned columns: `20 Nov 14:03` for this year, `20 Nov 2025` for others, both if there is
/// space.
fn time(at: Timestamp, today: NaiveDate, width: u16) -> String {
    let (day, clock) = (at.local_day(), at.local().format("%H:%M"));
    if width >= 98 {
        format!("{:>11} {clock}", day_words(day))
    } else if day.year() == today.year() {
        format!("{} {clock}", day.format("%e %b"))
    } else {
        format!("{:>11}", day_words(day))
    }
}
