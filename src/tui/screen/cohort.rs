//! Shows screen 3, Cohort: one trainee a row, in groups by standard, and the reasons for the row under the cursor.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, Row, ScreenId};
use crate::dialog::save;
use crate::list::{CohortHead, Group, ListQuery};
use crate::model::layout::body;
use crate::model::requests::open_trainee;
use crate::model::{Model, Overlay};
use crate::msg::Effect;
use crate::pane::cohort_row::{CohortColumns, legend};
use crate::pane::filter_input::{FilterContext, FilterInput};
use crate::pane::paged_list::ListText;
use crate::screen::base::{Screen, ScreenInfo};
use crate::theme::{Focus, Theme};
use crate::widget::draw::{line, owned_line};
use crate::widget::part::{INDENT, choose, group as group_heading, inner};
use crate::widget::text::wrap;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::programme::cohort_summary::SummaryFigure;

pub struct Cohort;

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Cohort,
    name: "Cohort",
    go: Command::ToCohort,
    own_name: "Cohort",
    filter_target: FilterTarget::Cohort,
    list: Some(|model| ListQuery::Cohort(model.cohort_order)),
    details: None,
    needs_trainee: false,
    next: None,
};

impl Screen for Cohort {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    /// The figures of everyone, each of which is a filter.
    fn title(&self, model: &Model) -> Title {
        let sums = head(model).map_or_else(Vec::new, |head| head.summary.figures());
        Title {
            sums: sums.iter().map(|figure| sum(figure, model.size.0 < NAMED_FROM, &model.theme)).collect(),
            ..Title::default()
        }
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        let nobody = model.list(ScreenId::Cohort).row::<CohortRow>().is_none();
        let needs = matches!(command, Command::OpenTrainee | Command::ExportCohort);
        (nobody && needs).then(|| "No trainee is chosen".into())
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::OpenTrainee => {
                let trainee = model.list(ScreenId::Cohort).row().map(|row: &CohortRow| row.trainee.id.clone());
                Some(trainee.map_or_else(Vec::new, |trainee| open_trainee(model, trainee)))
            }
            Command::Order => {
                model.cohort_order = model.cohort_order.next();
                model.list_mut(ScreenId::Cohort).go_to_top();
                Some(Vec::new())
            }
            Command::ShowBehind => Some(show(model, "behind")),
            Command::ShowLate => Some(show(model, "late")),
            Command::ShowLapsed => Some(show(model, "lapsed")),
            Command::ShowShort => Some(show(model, "hours")),
            Command::ExportCohort => {
                let list = model.list(ScreenId::Cohort);
                let (trainees, filter) = (list.count("trainee", "trainees"), list.filter.text.trim().to_owned());
                let state = save::State::cohort(&trainees, filter, model.cohort_order, model.today);
                model.overlay = Some(Overlay::Save(Box::new(state)));
                Some(Vec::new())
            }
            _ => None,
        }
    }

    /// The rows that fit, whatever groups they are in.
    fn page(&self, model: &Model) -> u16 {
        let lines = lines(self, model);
        let groups = head(model).map_or(0, |head| head.groups.iter().filter(|group| group.rows > 0).count());
        let groups = u16::try_from(groups).unwrap_or(u16::MAX);
        // No more than every other line is the heading of a group.
        lines.saturating_sub(groups).max(lines / 2)
    }

    fn enter(&self, model: &mut Model) {
        model.shown_trainee.requested = None;
        model.list_mut(ScreenId::Cohort).invalidate();
    }

    /// Loads the reasons for the row under the cursor too.
    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let (page, most) = (self.page(model), lines(self, model));
        let query = ListQuery::Cohort(model.cohort_order);
        let page = model.list_mut(ScreenId::Cohort).load_more(query, page, most).map(Effect::LoadPage);
        let row = model.list(ScreenId::Cohort).row::<CohortRow>();
        let wanted = row.filter(|row| model.shown_trainee.requested.as_ref() != Some(&row.trainee.id)).cloned();
        if let Some(row) = &wanted {
            model.shown_trainee.requested = Some(row.trainee.id.clone());
        }
        page.into_iter().chain(wanted.map(|row| Effect::LoadCohortRow(Box::new(row)))).collect()
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let (list, theme) = (model.list(ScreenId::Cohort), &model.theme);
        let foot = foot(body);
        let above = Rect { height: body.height - foot.height, ..body };
        let next = model.how_to_add_trainees();
        let text = ListText {
            title: "Cohort",
            figures: &figures(model),
            count: &format!("{} ", list.count("trainee", "trainees")),
            empty: &["Nobody is enrolled on a standard yet", &next],
            no_match: "No trainee fits the filter: esc clears it",
        };
        let (area, typing) = list.surround(text, theme, buf, above);
        let Some(area) = area else { return typing };
        let none = CohortHead::default();
        let groups = &head(model).unwrap_or(&none).groups;
        let lapses = model.cohort_order == CohortOrder::Lapses;
        let columns = columns(area.width, groups, model.cohort_order == CohortOrder::Behind);
        let heads = if lapses { columns.lapses_heads(theme) } else { columns.heads(theme) };
        line(buf, area, 0, &[(&heads, theme.dim)], theme);
        let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let mut cursor = None;
        for (y, shown) in (rows.y..rows.bottom()).zip(shown(list.visible::<CohortRow>(), groups, rows.height)) {
            let area = Rect { y, height: 1, ..rows };
            match shown {
                Shown::Group(group, seen) => {
                    let count = if group.of == 1 { "1 trainee".to_owned() } else { format!("{} trainees", group.of) };
                    let right = [(format!("{seen} of {count}"), theme.dim)];
                    group_heading(
                        buf,
                        Rect { width: area.width + 1, ..area },
                        (&group.standard.to_string(), theme.text),
                        &right,
                        theme,
                    );
                }
                Shown::Row(at, row) => {
                    let here = at == list.at;
                    let pieces = if lapses { columns.lapses(row, here, theme) } else { columns.row(row, here, theme) };
                    owned_line(buf, area, 0, &pieces, theme);
                    if here {
                        choose(buf, area, Focus::Here, theme);
                        cursor = Some(Position::new(area.x + INDENT, y));
                    }
                }
            }
        }
        reason(model, buf, foot);
        typing.or(cursor)
    }

    fn key_label(&self, model: &Model, row: &Row) -> Option<String> {
        match row.command {
            Command::Order => Some(format!("order: {}", model.cohort_order.slug())),
            Command::Filter if model.size.0 >= WITH_FILTERS => Some("behind  late  lapsed  hours  by:name".to_owned()),
            _ => None,
        }
    }
}

/// Filters by a figure of the first line, or lists everyone again.
pub fn show(model: &mut Model, filter: &str) -> Vec<Effect> {
    let context = FilterContext { list: FilterTarget::Cohort, today: model.today };
    let list = model.list_mut(ScreenId::Cohort);
    if list.filter.text.trim() == filter {
        list.filter = FilterInput::default();
    } else {
        list.filter.set(filter.to_owned(), context);
        list.filter.typing = false;
    }
    list.go_to_top();
    Vec::new()
}

/// Returns the filter of the figure at this place of the first line: none if it counts all trainees.
pub fn figure_at(model: &Model, at: usize) -> Option<&'static str> {
    head(model)?.summary.figures().get(at).map(|figure| figure.filter)
}

/// Returns the orders that follow the open one: `hours, then lapses, name`.
pub fn next_orders(order: CohortOrder) -> String {
    let mut all = Vec::new();
    let mut next = order.next();
    while next != order {
        all.push(next.slug());
        next = next.next();
    }
    format!("{}, then {}", all[0], all[1..].join(", "))
}

/// From this many columns on the footer names the filters.
const WITH_FILTERS: u16 = 110;

fn head(model: &Model) -> Option<&CohortHead> {
    model.list(ScreenId::Cohort).loaded.as_ref()?.cohort.as_ref()
}

/// Returns the lines below the heads of the columns.
fn lines(screen: &Cohort, model: &Model) -> u16 {
    let Some(body) = body(model) else { return 1 };
    let foot = foot(body).height;
    body.height.saturating_sub(foot + 2 + screen.filter(model).lines(inner(body).width)).max(1)
}

/// Returns the columns for rows of this width: the same whatever part of the list is in sight.
fn columns(width: u16, groups: &[Group], weeks: bool) -> CohortColumns {
    let duties = groups.iter().map(|group| group.duties).max().unwrap_or(0);
    CohortColumns::new(usize::from(width), duties, weeks)
}

/// Returns the area of the reasons: a rule and two lines, or less where the window is low.
fn foot(body: Rect) -> Rect {
    let height = match body.height {
        0..=8 => 0,
        9..=13 => 1,
        _ => 3,
    };
    Rect { y: body.bottom() - height, height, ..body }
}

/// Draws the reasons for the row under the cursor. What a page leaves out follows as soon as it is loaded.
fn reason(model: &Model, buf: &mut Buffer, foot: Rect) {
    let theme = &model.theme;
    let Some(row) = model.list(ScreenId::Cohort).row::<CohortRow>() else { return };
    let full = model.shown_trainee.row.as_deref().filter(|full| full.trainee.id == row.trainee.id);
    let mut words = full.unwrap_or(row).reason(model.today);
    // No rule names the standard of a row in an order that runs over all of them.
    let several = head(model).is_some_and(|head| head.groups.len() > 1) && !model.cohort_order.is_by_standard();
    if let Some(end) = words.find(':').filter(|_| several) {
        words.insert_str(end, &format!(", {}", row.trainee.standard));
    }
    let ruled = u16::from(foot.height > 1);
    if ruled > 0 {
        let rule = theme.glyphs.border[4].repeat(usize::from(foot.width.saturating_sub(2)));
        line(
            buf,
            Rect { x: foot.x + 1, width: foot.width.saturating_sub(1), ..foot },
            0,
            &[(&rule, theme.rule)],
            theme,
        );
    }
    let within =
        Rect { x: foot.x + 1, y: foot.y + ruled, width: foot.width.saturating_sub(2), height: foot.height - ruled };
    let (name, rest) = words.split_at(words.find(':').unwrap_or(0));
    if within.height < 2 {
        line(buf, within, 0, &[(name, theme.strong), (rest, theme.text)], theme);
        return;
    }
    let words = whole_sentences(&words, usize::from(within.width), 2, theme);
    let wrapped = wrap(&words, usize::from(within.width));
    let first = wrapped.first().copied().unwrap_or_default();
    line(buf, within, 0, &[(name, theme.strong), (first.get(name.len()..).unwrap_or_default(), theme.text)], theme);
    // The second line ends in the ellipsis if there is more.
    let second = words.get(first.len()..).unwrap_or_default().trim_start();
    line(buf, within, 1, &[(second, theme.text)], theme);
}

/// Returns the sentences that fit in so many lines, with the ellipsis if there are more.
fn whole_sentences<'w>(words: &'w str, width: usize, lines: usize, theme: &Theme) -> Cow<'w, str> {
    if wrap(words, width).len() <= lines {
        return words.into();
    }
    let ends: Vec<usize> = words.match_indices(". ").map(|(at, _)| at + 1).collect();
    let mut shorter = ends.into_iter().rev().map(|end| format!("{} {}", &words[..end], theme.glyphs.ellipsis));
    shorter.find(|words| wrap(words, width).len() <= lines).map_or(words.into(), Cow::Owned)
}

/// A line of the list.
enum Shown<'a> {
    /// The heading of a group, and how many of its trainees are in sight.
    Group(&'a Group, usize),
    Row(u64, &'a CohortRow),
}

/// Returns the lines that fit: each group has a heading, above the first of its rows in sight.
fn shown<'a>(
    rows: impl Iterator<Item = (u64, &'a CohortRow)>,
    groups: &'a [Group],
    height: u16,
) -> impl Iterator<Item = Shown<'a>> {
    let mut lines = Vec::new();
    let mut open = None;
    for (at, row) in rows {
        let group = groups.iter().find(|group| at >= group.first && at - group.first < group.rows);
        let needs = if group == open { 1 } else { 2 };
        if lines.len() + needs > usize::from(height) {
            break;
        }
        if let Some(group) = group.filter(|_| needs == 2) {
            lines.push(Shown::Group(group, 0));
        }
        open = group;
        lines.push(Shown::Row(at, row));
    }
    let mut seen = 0;
    for line in lines.iter_mut().rev() {
        match line {
            Shown::Row(..) => seen += 1,
            Shown::Group(_, count) => *count = std::mem::take(&mut seen),
        }
    }
    lines.into_iter()
}

/// From this many columns on the first line says that it counts lapsed KSBs, as the legend below it does.
const NAMED_FROM: u16 = 100;

/// Returns a figure of everyone: the number stands out.
fn sum(figure: &SummaryFigure, narrow: bool, theme: &Theme) -> Vec<(String, Style)> {
    let number = figure.count.to_string();
    let words = if narrow && figure.filter == "lapsed" { format!("{number} lapsed") } else { figure.words.clone() };
    let style = match (figure.filter, figure.late) {
        (_, true) => theme.urgent,
        ("claimed", _) if figure.count > 0 => theme.claimed,
        ("", _) => theme.strong,
        _ => theme.dim,
    };
    let rest = words.strip_prefix(&number).unwrap_or(&words);
    let quiet = if figure.filter.is_empty() || figure.count == 0 { theme.dim } else { theme.text };
    if rest.len() == words.len() {
        vec![(rest.to_owned(), quiet)]
    } else {
        vec![(number, style), (rest.to_owned(), quiet)]
    }
}

/// Returns what the heading says at its right end: the order, what the marks mean, and the position.
fn figures(model: &Model) -> Vec<Vec<(String, Style)>> {
    let (list, theme) = (model.list(ScreenId::Cohort), &model.theme);
    let (position, dot) = (list.position(), theme.glyphs.dot);
    if position.is_empty() {
        return Vec::new();
    }
    let order = order_words(model.cohort_order);
    let legend = legend(theme);
    let with = |words: &str| vec![(format!("{words} {dot} {position}"), theme.dim)];
    // The footer names the order too; the marks are explained only here.
    vec![with(&format!("{order} {dot} {legend}")), with(&legend), vec![(position.clone(), theme.dim)]]
}

fn order_words(order: CohortOrder) -> &'static str {
    match order {
        CohortOrder::Behind => "furthest behind first, in weeks",
        CohortOrder::Hours => "most hours short first",
        CohortOrder::Name => "by name",
        CohortOrder::Month => "by month",
        CohortOrder::Signed => "fewest signed first",
        CohortOrder::Claims => "most claims first",
        CohortOrder::Lapses => "what lapses first",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_rows_as_a_page_has_always_fit_with_the_headings_of_their_groups() {
        for (height, sizes) in (2_u16..40)
            .flat_map(|height| [&[25, 10, 6][..], &[1; 30], &[3, 1, 1, 9], &[2]].map(|sizes| (height, sizes)))
        {
            let mut groups: Vec<Group> = Vec::new();
            for rows in sizes {
                let first = groups.last().map_or(0, |group| group.first + group.rows);
                let standard = "ST0413 1.1".parse().unwrap();
                groups.push(Group { standard, duties: 10, first, rows: *rows, of: *rows });
            }
            let count: u64 = groups.iter().map(|group| group.rows).sum();
            let page = (usize::from(height).saturating_sub(groups.len())).max(usize::from(height) / 2) as u64;
            for top in 0..count {
                let rows = page.min(count - top);
                let headings = groups.iter().filter(|group| group.first < top + rows && group.first + group.rows > top);
                assert!(rows + headings.count() as u64 <= u64::from(height), "{height} {sizes:?} from {top}");
            }
        }
    }
}
