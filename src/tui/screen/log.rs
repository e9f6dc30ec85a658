//! Shows screen 6, Log: what was signed, newest first.

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, ScreenId};
use crate::list::{ListQuery, LogHead, Page};
use crate::model::Model;
use crate::model::layout::body;
use crate::msg::Effect;
use crate::msg::export::{Export, Offer};
use crate::pane::paged_list::{ListText, PagedList, RowArea};
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::Theme;
use crate::widget::draw::line;
use crate::widget::part::inner;
use crate::widget::text::{columns, pad, pad_left};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::{Timestamp, day_words};
use countersign_core::record::ksb_status::State;
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

    fn title(&self, model: &Model) -> Title {
        let mut about = vec!["newest first, in local time".to_owned()];
        let subject = match (head(model), model.access_mode.own().is_some()) {
            (None, _) => String::new(),
            // The size of the book would pass for the size of this record.
            (Some(_), true) => "Your entries".to_owned(),
            (Some(with), false) => {
                // Entries are counted from 0.
                let last = with.head.size.checked_sub(1).map(|last| format!("numbered 0 to {last}"));
                about.splice(0..0, last);
                counted_entries(with.head.size)
            }
        };
        Title::new(subject, about)
    }

    /// The level of assurance and the checkpoint code; for a trainee, the code alone.
    fn figures(&self, model: &Model) -> Vec<(String, Style)> {
        let own = model.access_mode.own().is_some();
        let code = |head: &LogHead| match head.level.as_str() {
            // The code names the size of the book.
            _ if own => format!("code of the book {}", head.head.code),
            "" => head.head.code.clone(),
            level => format!("{level} {} {}", model.theme.glyphs.dot, head.head.code),
        };
        head(model).map(|head| (code(head), model.theme.dim)).into_iter().collect()
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        (command == Command::OpenEntry && model.log_entry().is_none()).then(|| "No entry is chosen".into())
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        let opens = command == Command::OpenEntry;
        opens.then(|| model.log_entry().map(|row| Effect::LoadStatement(row.id)).into_iter().collect())
    }

    fn offer(&self, model: &Model) -> Result<Offer, String> {
        let list = model.list(ScreenId::Log);
        if model.log_entry().is_none() {
            return Err("No entry is shown, so there is nothing to write".to_owned());
        }
        let filter = list.filter.text.trim().to_owned();
        let many = list.count("entry", "entries");
        let many = if many.is_empty() { "the entries".to_owned() } else { many };
        Ok(Offer { export: Export::Log { filter }, named: format!("{many} of the log as a spreadsheet") })
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
        let title =
            if log.filter.is_empty() { "Log".into() } else { format!("Log matching {}", log.filter.text.trim()) };
        let position = log.position();
        let [good, bad] = [State::Signed, State::Lapsed].map(|state| theme.state_mark(state));
        let legend = format!("{good} valid signature  {bad} not valid {} {position}", theme.glyphs.dot);
        let figures =
            if position.is_empty() { Vec::new() } else { vec![vec![(legend, theme.dim)], vec![(position, theme.dim)]] };
        let home = format!("{} goes to Home, which shows what to do next", model.key(Command::ToHome));
        let text = ListText {
            title: &title,
            figures: &figures,
            count: &format!("{} ", log.count("entry", "entries")),
            empty: &["Nothing has been signed yet", &home],
            no_match: "No entry fits the filter: esc clears it",
        };
        let digits = head(model).map_or(0, |with| with.head.size).to_string().len().max(3);
        let mut day = None;
        log.view(text, theme, buf, body, None, &mut |row: &HistoryRow, RowArea { area, here }, buf| {
            let first = day.replace(row.signed.local_day()) != Some(row.signed.local_day());
            draw_row(row, RowLook { digits, here, first, today: model.today }, theme, buf, area);
        })
    }
}

fn counted_entries(size: u64) -> String {
    if size == 1 { "1 entry".to_owned() } else { format!("{size} entries") }
}

fn head(model: &Model) -> Option<&LogHead> {
    model.list(ScreenId::Log).loaded.as_ref()?.log.as_ref()
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

/// How a row is drawn.
#[derive(Clone, Copy)]
struct RowLook {
    /// Columns of the entry's number.
    digits: usize,
    here: bool,
    /// Whether it is the first row of its day in sight, which names the day.
    first: bool,
    today: NaiveDate,
}

/// Minimum widths for a column of the signer, of the kind, and of the year.
const WITH_SIGNER: u16 = 50;
const WITH_KIND: u16 = 66;
const WITH_YEAR: u16 = 98;
/// Columns of a kind; the longest is `countersign`.
const KIND: usize = 11;

fn draw_row(row: &HistoryRow, look: RowLook, theme: &Theme, buf: &mut Buffer, area: Rect) {
    let style = if look.here { theme.strong } else { theme.text };
    let (day, clock) = time(row.signed, look, area.width);
    let (verdict, verdict_style) = match row.sound {
        Some(true) => (theme.state_mark(State::Signed), theme.text),
        Some(false) => (theme.state_mark(State::Lapsed), theme.urgent),
        None => (" ", theme.dim),
    };
    let kind = if area.width >= WITH_KIND { pad(row.kind.shown(), KIND + 2, theme) } else { String::new() };
    let wide = if area.width >= WITH_YEAR { 26 } else { 16 };
    let signer = if area.width >= WITH_SIGNER { pad(row.signer_name.as_str(), wide, theme) } else { String::new() };
    let number = pad_left(&row.position.to_string(), look.digits, theme);
    // Few styles in a row: a move redraws two of them.
    let clock = format!(" {clock}  ");
    let who = format!(" {kind}{signer} ");
    let used = ["  ", &day, &clock, verdict, &who, " ", &number].map(columns).iter().sum::<usize>();
    let summary = pad(&row.summary, usize::from(area.width).saturating_sub(used), theme);
    let pieces = [
        ("  ", theme.text),
        (&*day, if look.first { theme.strong } else { theme.text }),
        (&*clock, theme.text),
        (verdict, verdict_style),
        (&*who, theme.text),
        (&*summary, style),
        (" ", theme.text),
        (&*number, theme.text),
    ];
    line(buf, area, 0, &pieces, theme);
}

/// Returns the local day and time in aligned columns. The day is named once; a narrow window names the year instead of the
/// time, in the first row of a day of another year.
fn time(at: Timestamp, look: RowLook, width: u16) -> (String, String) {
    let (day, clock) = (at.local_day(), at.local().format("%H:%M").to_string());
    if width >= WITH_YEAR {
        let words = if look.first { day_words(day) } else { String::new() };
        return (format!("{words:>11}"), clock);
    }
    match (look.first, day.year() == look.today.year()) {
        (false, _) => (" ".repeat(6), clock),
        (true, true) => (day.format("%e %b").to_string(), clock),
        (true, false) => (day.format("%e %b").to_string(), format!("{:>5}", day.year())),
    }
}
