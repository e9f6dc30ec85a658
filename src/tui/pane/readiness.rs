//! Renders the gateway requirements as lines with details.

use ratatui::style::Style;

use crate::domain::programme::filter::ProgrammeFilter;
use crate::domain::programme::gateway::{Fulfilment, Readiness, RequirementStatus, Urgency};
use crate::domain::record::ksb_status::State as Ksb;
use crate::tui::pane::detail_list::{Row, Told};
use crate::tui::theme::{Charset, Theme};

/// Returns the lines.
pub fn rows(readiness: &Readiness, sieve: &ProgrammeFilter<'_>, theme: &Theme) -> Vec<Row> {
    let row = |figure: &RequirementStatus| Row { hidden: !sieve.figure(figure), ..row(figure, theme) };
    readiness.figures.iter().map(row).collect()
}

fn row(figure: &RequirementStatus, theme: &Theme) -> Row {
    let (mark, style) = mark(figure, theme);
    let short = match (figure.met, figure.pressing) {
        (Fulfilment::Met, _) => theme.text,
        (_, Urgency::InTime) => theme.dim,
        _ => theme.bad,
    };
    let lead = |(state, count): (Ksb, u16)| (format!("{count} {}", state.word()), theme.state(state));
    let mut why: Vec<Told> = figure
        .why
        .iter()
        .map(|reason| Told { lead: reason.state.map(lead), words: reason.words.clone(), style: theme.text })
        .collect();
    if let Some(mend) = &figure.mend {
        // What to do goes before how the figure was calculated.
        why.insert(0, Told::plain(by_hand(mend), theme.warn));
    }
    let word = if figure.waived { "waived" } else { figure.met.words() };
    Row {
        mark: (mark, style),
        text: figure.text.clone(),
        short: (figure.short.clone(), short),
        heading: format!("{}: {word}", figure.text),
        why,
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
        let said = part.split_once(": `").map_or(part, |(said, _)| said);
        if !said.contains('`') {
            kept.push_str(if kept.is_empty() { "" } else { "; " });
            kept.push_str(said);
        }
    }
    kept
}

fn mark(figure: &RequirementStatus, theme: &Theme) -> (&'static str, Style) {
    let of = |state: Ksb| (theme.state_mark(state), theme.state(state));
    match (figure.met, figure.pressing) {
        (Fulfilment::Met, _) => of(Ksb::Signed),
        (Fulfilment::NotKnown, _) => ("?", theme.warn),
        (Fulfilment::NotMet, Urgency::InTime) => of(Ksb::Open),
        (Fulfilment::NotMet, Urgency::Overdue) => of(Ksb::NotYet),
        (Fulfilment::NotMet, Urgency::Lapsed) => match theme.looks.glyphs {
            Charset::Unicode => ("×", theme.bad),
            Charset::Ascii => ("x", theme.bad),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mends_is_said_without_the_commands_and_never_left_empty() {
        for (mend, said) in [
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
            assert_eq!(by_hand(mend), said);
        }
    }
}
