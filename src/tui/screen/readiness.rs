//! Shows screen 4, Readiness: the gateway requirements of the open trainee.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::command::{Command, PaneId, ScreenId};
use crate::model::Model;
use crate::model::trainee_view::WaitsFor;
use crate::msg::{Effect, Outcome};
use crate::pane::detail_list::{Detail, Row, State};
use crate::pane::filter_input::{FilterContext, FilterInput};
use crate::screen::base::{Screen, ScreenInfo};
use crate::screen::details::{self, Details};
use crate::theme::{Charset, Theme};
use crate::widget::frame::Titles;
use crate::widget::window::Title;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::programme::filter::ProgrammeFilter;
use countersign_core::programme::funding_rules::assessment_of;
use countersign_core::programme::gateway::{Fulfilment, RequirementStatus, Urgency};
use countersign_core::record::ksb_status::State as Ksb;
use countersign_core::standard::about::Assessment;

pub struct ReadinessList;

static DETAILS: Details = Details {
    state: |model| &model.trainee_view.readiness.1,
    state_mut: |model| &mut model.trainee_view.readiness.1,
    rows: lines,
    request: Effect::LoadReadiness,
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
        details::title(model, "Readiness", "Readiness")
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
        let Outcome::Readiness(readiness) = outcome else { return Some(outcome) };
        if model.trainee_view.trainee.as_ref() == Some(&readiness.trainee.id) {
            model.trainee_view.readiness.0 = Some(readiness);
        }
        None
    }

    fn view(&self, model: &Model, buf: &mut Buffer, body: Rect) -> Option<Position> {
        let standard = model.trainee_view.trainee_record.as_ref().map(|trainee_record| &trainee_record.standard);
        let left = standard.map_or(Assessment::EndPoint, |standard| assessment_of(standard)).gateway();
        let readiness = model.trainee_view.readiness.0.as_ref();
        let right = readiness
            .map_or_else(String::new, |readiness| format!("{} of {} met", readiness.met(), readiness.figures.len()));
        DETAILS.view(model, Titles { left, right: &right, right_style: None }, buf, body)
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
    let shown = |figure: &RequirementStatus| Row { hidden: !filter.figure(figure), ..row(figure, &model.theme) };
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

fn row(figure: &RequirementStatus, theme: &Theme) -> Row {
    let (mark, style) = mark(figure, theme);
    let short = match (figure.met, figure.pressing) {
        (Fulfilment::Met, _) => theme.text,
        (_, Urgency::InTime) => theme.dim,
        _ => theme.urgent,
    };
    let label = |(state, count): (Ksb, u16)| (format!("{count} {}", state.word()), theme.state(state));
    let mut details: Vec<Detail> = figure
        .why
        .iter()
        .map(|reason| Detail { label: reason.state.map(label), words: reason.words.clone(), style: theme.text })
        .collect();
    if let Some(mend) = &figure.mend {
        // What to do goes before how the figure was calculated.
        details.insert(0, Detail::plain(by_hand(mend), theme.claimed));
    }
    let word = if figure.waived { "waived" } else { figure.met.words() };
    Row {
        mark: (mark, style),
        text: figure.text.clone(),
        short: (figure.short.clone(), short),
        heading: format!("{}: {word}", figure.text),
        details,
        ksbs: figure.ksbs.clone(),
        hidden: false,
    }
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

fn mark(figure: &RequirementStatus, theme: &Theme) -> (&'static str, Style) {
    let of = |state: Ksb| (theme.state_mark(state), theme.state(state));
    match (figure.met, figure.pressing) {
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
