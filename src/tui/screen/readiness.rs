//! Shows screen 4, Gateway: what the open trainee needs to do for the gateway, and what is met.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{self, Command, PaneId, ScreenId};
use crate::model::Model;
use crate::model::trainee_view::{WaitsFor, waits_for};
use crate::msg::{Effect, Outcome};
use crate::pane::detail_list::{Beside, Detail, Ends, Part, Row, State, chosen, draw_details};
use crate::pane::filter_input::{FilterContext, FilterInput};
use crate::pane::{duties, gateway_chart};
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::details::{self, Details};
use crate::screen::sign_off::{load_programme, load_series};
use crate::theme::{Charset, Theme};
use crate::widget::gauge::thin;
use crate::widget::part::{heading, words_area};
use crate::widget::text::{columns, fit, pad};
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::date::{day_words, months_between};
use countersign_core::primitives::ids::{DutyNo, KsbCode};
use countersign_core::primitives::text::{SafeText, counted};
use countersign_core::programme::filter::ProgrammeFilter;
use countersign_core::programme::funding_rules::assessment_of;
use countersign_core::programme::gateway::{Fulfilment, Reason, RequirementStatus, Urgency};
use countersign_core::programme::hours::QuarterHours;
use countersign_core::programme::progress_series::ProgressSeries;
use countersign_core::record::ksb_status::State as Ksb;
use countersign_core::record::progress::progress_of;
use countersign_core::standard::about::Assessment;

/// From this many columns on the footer has longer words.
const ROOMY: u16 = 100;

pub struct ReadinessList;

static DETAILS: Details = Details {
    state: |model| &model.trainee_view.readiness.1,
    state_mut: |model| &mut model.trainee_view.readiness.1,
    rows: lines,
    request: Effect::LoadReadiness,
    beside: Beside::Side,
    side,
};

static INFO: ScreenInfo = ScreenInfo {
    id: ScreenId::Readiness,
    name: "Gateway",
    go: Command::ToReadiness,
    own_name: "Gateway",
    filter_target: FilterTarget::Readiness,
    list: None,
    details: Some(&DETAILS),
    needs_trainee: true,
    next: None,
};

impl Screen for ReadinessList {
    fn info(&self) -> &'static ScreenInfo {
        &INFO
    }

    fn title(&self, model: &Model) -> Title {
        details::title(model, "Gateway")
    }

    fn disabled_reason(&self, model: &Model, command: Command) -> Option<String> {
        let nothing = command == Command::Mend && model.trainee_view.waits_for().is_none();
        nothing.then(|| "Press Enter to see what to do, and who can do it".into())
    }

    fn run(&self, model: &mut Model, command: Command) -> Option<Vec<Effect>> {
        match command {
            Command::Mend => {
                mend(model);
                Some(Vec::new())
            }
            _ => DETAILS.run(model, command),
        }
    }

    fn back(&self, model: &mut Model) {
        if !DETAILS.close(model) {
            model.trainee_view.detail_filter = FilterInput::default();
        }
    }

    fn receive(&self, model: &mut Model, outcome: Outcome) -> Option<Outcome> {
        let Outcome::Readiness(mut readiness) = outcome else { return Some(outcome) };
        // What is to do comes first, in the standard's order.
        readiness.figures.sort_by_key(|figure| figure.met == Fulfilment::Met);
        let view = &mut model.trainee_view;
        if view.trainee.as_ref() == Some(&readiness.trainee.id) {
            // The cursor stays on its requirement.
            let before = view.readiness.0.as_ref().and_then(|old| old.figures.get(view.readiness.1.at));
            let at = before.and_then(|old| readiness.figures.iter().position(|figure| figure.id == old.id));
            view.readiness.1.at = at.unwrap_or(view.readiness.1.at);
            view.readiness.0 = Some(readiness);
        }
        None
    }

    fn load(&self, model: &mut Model) -> Vec<Effect> {
        let mut effects = DETAILS.load(model);
        effects.extend(load_series(&mut model.trainee_view));
        effects.extend(load_programme(&mut model.trainee_view));
        effects
    }

    fn key_label(&self, model: &Model, row: &command::Row) -> Option<String> {
        match row.command {
            Command::OpenWhy if model.size.0 >= ROOMY => Some("why, and what to do".to_owned()),
            Command::Requirement if model.size.0 >= ROOMY => Some("record as met".to_owned()),
            _ => None,
        }
    }

    fn figures(&self, model: &Model) -> Vec<(String, Style)> {
        let Some(readiness) = &model.trainee_view.readiness.0 else { return Vec::new() };
        let theme = &model.theme;
        let standard = model.trainee_view.trainee_record.as_ref().map(|record| &record.standard);
        let word = standard.map_or(Assessment::EndPoint, |standard| assessment_of(standard)).gateway().to_lowercase();
        let gateway = format!("{word} {}   ", day_words(readiness.gateway));
        let met = format!("{} of {} met", readiness.met(), readiness.figures.len());
        vec![(gateway, theme.dim), (met, theme.strong)]
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        DETAILS.view(model, buf, body)
    }
}

/// Returns the lines, once they are loaded.
fn lines(model: &Model) -> Option<Vec<Row>> {
    let filter = ProgrammeFilter::new(
        &model.trainee_view.detail_filter.kept,
        model.trainee_view.trainee_record.as_ref()?,
        model.today,
    );
    let readiness = model.trainee_view.readiness.0.as_ref()?;
    let part = |name, count: usize| Part { name, count: count.to_string(), ends: Ends::Column };
    let (to_do, met) = (part("To do", readiness.figures.len() - readiness.met()), part("Met", readiness.met()));
    let shown = |figure: &RequirementStatus| {
        let part = if figure.met == Fulfilment::Met { &met } else { &to_do };
        Row { hidden: !filter.figure(figure), ..row(figure, model, part) }
    };
    Some(readiness.figures.iter().map(shown).collect())
}

/// Goes to what the requirement under the cursor waits for: its KSBs in the list of all, or the Reviews screen.
fn mend(model: &mut Model) {
    let codes: Vec<KsbCode> = match model.trainee_view.waits_for() {
        Some(WaitsFor::Ksbs(codes)) => codes.to_vec(),
        Some(WaitsFor::Programme) => {
            model.screen = ScreenId::Reviews;
            model.trainee_view.detail_filter = FilterInput::default();
            model.trainee_view.programme.1 = State::default();
            return;
        }
        None => return,
    };
    let words: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let mut filter = FilterInput::default();
    filter.set(words.join(" ").to_lowercase(), FilterContext { list: FilterTarget::Ksbs, today: model.today });
    model.screen = ScreenId::SignOff;
    model.trainee_view.focus = PaneId::Ksbs;
    model.trainee_view.duties.chosen = None;
    model.trainee_view.ksbs.filter = filter;
    model.trainee_view.ksbs.at = codes.first().copied();
    model.trainee_view.ksbs.top = 0;
}

fn row(figure: &RequirementStatus, model: &Model, part: &Part) -> Row {
    let theme = &model.theme;
    let (mark, style) = mark(figure, is_behind(figure, model), theme);
    let (text, short) = short(figure, model);
    let (text_style, short_style) = match (figure.met, figure.pressing) {
        (Fulfilment::Met, _) => (theme.signed, theme.dim),
        (Fulfilment::NotKnown, _) => (theme.strong, theme.claimed),
        (Fulfilment::NotMet, _) if is_word(figure) => (theme.text, theme.dim),
        (Fulfilment::NotMet, Urgency::InTime) if !is_behind(figure, model) => (theme.strong, theme.text),
        (Fulfilment::NotMet, Urgency::Overdue) => (theme.strong, theme.urgent),
        (Fulfilment::NotMet, _) => (theme.strong, theme.late),
    };
    let word = if figure.waived { "waived" } else { figure.met.words() };
    let (heading, details) = match figure.id.as_str() {
        "ksbs" if figure.met == Fulfilment::NotMet => {
            (format!("Why {} are left", figure.ksbs.len()), ksbs_left(figure, model))
        }
        _ => (format!("{}: {word}", figure.text), reasons(figure, theme)),
    };
    Row {
        part: part.clone(),
        lead: vec![(format!("{mark} "), style)],
        text: vec![(text, text_style)],
        short: (short, short_style),
        below: Vec::new(),
        heading: (heading, Vec::new()),
        details,
        finish: finish(figure, model),
        ksbs: figure.ksbs.clone(),
        hidden: false,
    }
}

/// Whether it is the word of a party, which comes last.
fn is_word(figure: &RequirementStatus) -> bool {
    matches!(figure.id.as_str(), "employer" | "provider")
}

/// Whether it is behind its plan.
fn is_behind(figure: &RequirementStatus, model: &Model) -> bool {
    let view = &model.trainee_view;
    match figure.id.as_str() {
        "ksbs" => view.trainee_record.as_ref().is_some_and(|record| {
            let pace = progress_of(record, model.today);
            pace.signed < pace.expected
        }),
        "hours" => view.programme.0.as_ref().is_some_and(|programme| programme.hours.ahead.is_some_and(|by| by < 0)),
        _ => false,
    }
}

/// Returns what remains, and how it stands.
fn short(figure: &RequirementStatus, model: &Model) -> (String, String) {
    let view = &model.trainee_view;
    let own = (figure.text.clone(), figure.short.clone());
    if figure.met != Fulfilment::NotMet {
        return own;
    }
    match (figure.id.as_str(), &view.trainee_record, &view.programme.0) {
        ("ksbs", Some(record), _) => {
            let pace = progress_of(record, model.today);
            let plan = match i32::from(pace.signed) - i32::from(pace.expected) {
                0 => "on plan".to_owned(),
                ahead @ 1.. => format!("{ahead} ahead of plan"),
                behind => format!("{} behind plan", behind.unsigned_abs()),
            };
            let left = format!("{} of {} KSBs to sign", figure.ksbs.len(), pace.total);
            (left, format!("{} signed, {plan}", pace.signed))
        }
        ("hours", _, Some(programme)) => {
            let hours = &programme.hours;
            let Some(minimum) = hours.minimum else { return own };
            let left = QuarterHours::hours(minimum).less(hours.confirmed);
            let mut short = match hours.ahead {
                None => format!("{} h confirmed", hours.confirmed),
                Some(0) => "on plan".to_owned(),
                Some(ahead @ 1..) => format!("{ahead} h ahead of plan"),
                Some(behind) => format!("{} h behind plan", behind.unsigned_abs()),
            };
            if hours.waiting > QuarterHours::default() {
                let pace = short.strip_suffix(" of plan").unwrap_or(&short);
                short = format!("{pace}, {} h wait", hours.waiting);
            }
            (format!("{left} of {minimum} hours to go"), short)
        }
        _ => own,
    }
}

/// Returns how many are in a state, as Sign-off has it: `! 2 not yet`.
fn counted_state((state, count): (Ksb, u16), theme: &Theme) -> (String, Style) {
    let words = format!("{} {count} {}", theme.state_mark(state), state.label());
    (words.trim_start().to_owned(), theme.state(state))
}

fn reasons(figure: &RequirementStatus, theme: &Theme) -> Vec<Detail> {
    let reason = |reason: &Reason| Detail::Words {
        label: reason.state.map(|of| counted_state(of, theme)),
        words: reason.words.clone(),
        style: theme.text,
    };
    figure.why.iter().map(reason).collect()
}

/// Columns of the bar of a duty.
const BAR: usize = 14;

/// Returns what is left of each duty, the most first, then the reasons that are not about a duty. A KSB counts in its first
/// duty.
fn ksbs_left(figure: &RequirementStatus, model: &Model) -> Vec<Detail> {
    let (theme, Some(record)) = (&model.theme, &model.trainee_view.trainee_record) else { return Vec::new() };
    let mut duties: BTreeMap<Option<DutyNo>, (u32, u32)> = BTreeMap::new();
    for ksb in record.standard.ksbs() {
        let (left, all) = duties.entry(ksb.duties.first().copied()).or_default();
        *left += u32::from(figure.ksbs.contains(&ksb.code));
        *all += 1;
    }
    let mut duties: Vec<_> = duties.into_iter().filter(|(_, (left, _))| *left > 0).collect();
    duties.sort_by_key(|(_, (left, _))| std::cmp::Reverse(*left));
    let name = |duty: Option<DutyNo>| duty.map_or_else(|| "No duty".to_owned(), |no| duties::name(record, Some(no)));
    let names: Vec<String> = duties.iter().map(|(duty, _)| name(*duty)).collect();
    let widest = names.iter().map(|name| columns(name)).max().unwrap_or(0).min(28);
    let mut details: Vec<Detail> = names
        .iter()
        .zip(&duties)
        .map(|(name, (_, (left, all)))| {
            let mut pieces = vec![(pad(&fit(name, widest, theme), widest + 2, theme), theme.text)];
            pieces.extend(thin(BAR, all - left, *all, None, theme));
            pieces.push((format!("{left:>4} left"), theme.text));
            Detail::Line(pieces, Vec::new())
        })
        .collect();
    details.push(Detail::Blank);
    let of_state = figure.why.iter().filter(|reason| reason.state.is_some_and(|(state, _)| state != Ksb::Open));
    let before = details.len();
    for reason in of_state {
        let label = reason.state.map(|of| counted_state(of, theme));
        details.push(Detail::Words { label, words: reason.words.clone(), style: theme.text });
    }
    if details.len() == before {
        details.push(Detail::plain("No claim waits and no action is open.", theme.dim));
    }
    // How to finish has the pace, from the same chart.
    let told = |reason: &Reason| reason.pace && model.trainee_view.series.is_some();
    let plain = figure.why.iter().filter(|reason| reason.state.is_none() && !told(reason));
    details.extend(plain.map(|reason| Detail::plain(reason.words.clone(), theme.dim)));
    details
}

/// Months whose pace is continued to the end.
const PACE_MONTHS: u32 = 6;

/// Returns how to finish it: the pace, what is needed, and who can do it.
fn finish(figure: &RequirementStatus, model: &Model) -> Vec<Detail> {
    let theme = &model.theme;
    let mut details = Vec::new();
    if figure.met == Fulfilment::Met {
        return details;
    }
    let named = |label: &str, words: String| Detail::labelled((label, theme.dim), words, theme.text);
    if let ("ksbs", Some(series)) = (figure.id.as_str(), &model.trainee_view.series) {
        let (pace, needed) = paces(series, model.today);
        details.push(named("Pace", pace));
        details.extend(needed.map(|words| named("Needed", words)));
    }
    if let ("hours", Some(programme), Some(readiness)) =
        (figure.id.as_str(), &model.trainee_view.programme.0, &model.trainee_view.readiness.0)
        && let Some(minimum) = programme.hours.minimum
    {
        let left = QuarterHours::hours(minimum).less(programme.hours.confirmed);
        let months = months_between(model.today, readiness.gateway).max(1);
        let words = format!("{} h a month until {}", left.whole().div_ceil(months), day_words(readiness.gateway));
        details.push(named("Needed", words));
    }
    if let Some(mend) = &figure.mend {
        let words = by_hand(mend);
        let stop = if words.ends_with('.') { "" } else { "." };
        let who = if figure.id == "ksbs" { supervised(model) } else { String::new() };
        details.push(named("To fix", format!("{words}{stop}{who}")));
    }
    let key = model.key(Command::Mend);
    let of_figure = waits_for(figure);
    let list = if model.access_mode.own().is_some() { "My record" } else { "Sign-off" };
    let go = of_figure.map(|what| match what {
        WaitsFor::Ksbs([_]) => format!("go to it in {list}"),
        WaitsFor::Ksbs(codes) => format!("go to the {} in {list}", codes.len()),
        WaitsFor::Programme => "go to Reviews".to_owned(),
    });
    if let Some(words) = go {
        details.push(Detail::Blank);
        details.push(Detail::Line(vec![(format!("{key} "), theme.key), (words, theme.text)], Vec::new()));
    }
    if !details.is_empty() {
        details.push(Detail::Blank);
    }
    details
}

/// Returns who supervises the trainee, as a sentence after another one.
fn supervised(model: &Model) -> String {
    let Some(readiness) = &model.trainee_view.readiness.0 else { return String::new() };
    let first = readiness.trainee.name.as_str().split_whitespace().next().unwrap_or_default();
    let whom = if model.access_mode.own().is_some() { "you" } else { first };
    let names: Vec<&str> = readiness.supervisors.iter().map(SafeText::as_str).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!(" {one} supervises {whom}."),
        [before @ .., last] => format!(" {} and {last} supervise {whom}.", before.join(", ")),
    }
}

/// Returns the pace of the last months, and the one that is needed.
fn paces(series: &ProgressSeries, today: NaiveDate) -> (String, Option<String>) {
    let lately = series.signed_lately(PACE_MONTHS, today);
    let pace = match series.finished_by(PACE_MONTHS, today) {
        None => format!("Nothing has been signed in the last {PACE_MONTHS} months."),
        Some(by) => {
            let (early, late) = (months_between(by, series.gateway), months_between(series.gateway, by));
            let against = match (early, late) {
                (0, 0) => "about at the gateway".to_owned(),
                (0, late) => format!("{} late", counted(late, "month")),
                (early, _) => format!("{} early", counted(early, "month")),
            };
            let by = day_words(by);
            format!("{lately} signed in the last {PACE_MONTHS} months. At this pace all are signed by {by}, {against}.")
        }
    };
    let left = u32::from(series.total - series.signed);
    let months = months_between(today, series.gateway);
    let needed = (left > 0 && months > 0).then(|| {
        let tenths = (left * 10).div_ceil(months);
        let words =
            if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
        match (format!("{words} a month"), series.rate_words()) {
            (needed, plan) if needed == plan => format!("{words} KSBs a month, as planned."),
            (needed, plan) => format!("{needed}. The plan is {plan}."),
        }
    });
    (pace, needed)
}

/// Minimum rows of the chart's plot.
const PLOT_LEAST: u16 = 6;
/// Maximum rows of the chart's plot.
const PLOT_MOST: u16 = 15;

/// Draws the chart, and how to finish the requirement under the cursor.
fn side(model: &Model, buf: &mut Buffer, area: Rect) {
    let theme = &model.theme;
    let rows = lines(model).unwrap_or_default();
    let finish = chosen(&model.trainee_view.readiness.1, &rows).map(|row| row.finish.iter().collect::<Vec<_>>());
    // The parts keep their size, whichever requirement is chosen.
    let plot = area.height.saturating_sub(gateway_chart::AROUND + 10).min(PLOT_MOST);
    let mut y = area.y;
    if let (Some(series), true) = (&model.trainee_view.series, plot >= PLOT_LEAST) {
        let place = Rect { height: plot + gateway_chart::AROUND, ..area };
        gateway_chart::view(series, model.today, theme, buf, place);
    }
    if plot >= PLOT_LEAST {
        y += plot + gateway_chart::AROUND + 1;
    }
    let Some(finish) = finish.filter(|finish| !finish.is_empty()) else { return };
    let below = Rect { y, height: area.bottom().saturating_sub(y), ..area };
    heading(buf, below, ("How to finish", theme.strong), &[], theme);
    draw_details(&finish, 0, theme, buf, words_area(below));
}

/// Returns the remedy without its shell commands: the footer names the keys for it.
fn by_hand(mend: &str) -> String {
    let mend = mend
        .strip_prefix('`')
        .and_then(|rest| rest.split_once("`, "))
        .map_or(mend.to_owned(), |(_, by)| format!("To be confirmed {by}"));
    let mut kept = String::new();
    for part in mend.split("; ") {
        // Keeps the words before a command; drops a part that is only a command.
        let words = part.split_once(": `").map_or(part, |(words, _)| words);
        if !words.contains('`') {
            kept.push_str(if kept.is_empty() { "" } else { "; " });
            kept.push_str(words);
        }
    }
    kept
}

fn mark(figure: &RequirementStatus, behind: bool, theme: &Theme) -> (&'static str, Style) {
    let of = |state: Ksb| (theme.state_mark(state), theme.state(state));
    match (figure.met, figure.pressing) {
        (Fulfilment::NotMet, Urgency::InTime) if behind => of(Ksb::NotYet),
        (Fulfilment::Met, _) => of(Ksb::Signed),
        (Fulfilment::NotKnown, _) => ("?", theme.claimed),
        (Fulfilment::NotMet, Urgency::InTime) => of(Ksb::Open),
        (Fulfilment::NotMet, Urgency::Overdue) => of(Ksb::NotYet),
        (Fulfilment::NotMet, Urgency::Lapsed) => match theme.looks.glyphs {
            Charset::Unicode => ("×", theme.urgent),
            Charset::Ascii => ("x", theme.urgent),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mends_is_said_without_the_commands_and_never_left_empty() {
        for (mend, words) in [
            (
                "A supervisor signs what they see: `countersign sign-off`; `countersign outstanding` lists all",
                "A supervisor signs what they see",
            ),
            (
                "The trainee enters hours: `countersign hours add`; a supervisor confirms them",
                "The trainee enters hours; a supervisor confirms them",
            ),
            (
                "`countersign confirm TRAINEE employer`, by a supervisor or training officer",
                "To be confirmed by a supervisor or training officer",
            ),
            (
                "A training officer records it: `countersign requirement TRAINEE degree --met --reason …`",
                "A training officer records it",
            ),
            ("The trainee passes them", "The trainee passes them"),
        ] {
            assert_eq!(by_hand(mend), words);
        }
    }
}
