//! The gateway's requirements as lines, each with its reasons. Must never say that a trainee is ready: the figures do.

use ratatui::style::Style;

use crate::domain::competence::State as Ksb;
use crate::domain::readiness::{Figure, Met, Pressing, Readiness};
use crate::domain::sieve::Sieve;
use crate::tui::pane::why::{Row, Told};
use crate::tui::theme::{Charset, Theme};

/// The lines.
#[must_use]
pub fn rows(readiness: &Readiness, sieve: &Sieve<'_>, theme: &Theme) -> Vec<Row> {
    let row = |figure: &Figure| Row { hidden: !sieve.figure(figure), ..row(figure, theme) };
    readiness.figures.iter().map(row).collect()
}

fn row(figure: &Figure, theme: &Theme) -> Row {
    let (mark, style) = mark(figure, theme);
    let short = match (figure.met, figure.pressing) {
        (Met::Met, _) => theme.text,
        (_, Pressing::InTime) => theme.dim,
        _ => theme.bad,
    };
    let lead = |(state, count): (Ksb, u16)| (format!("{count} {}", state.word()), theme.state(state));
    let mut why: Vec<Told> = figure
        .why
        .iter()
        .map(|reason| Told { lead: reason.state.map(lead), words: reason.words.clone(), style: theme.text })
        .collect();
    if let Some(mend) = &figure.mend {
        // What is to be done comes before how the figure came about.
        why.insert(0, Told::plain(mend.clone(), theme.warn));
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

fn mark(figure: &Figure, theme: &Theme) -> (&'static str, Style) {
    let of = |state: Ksb| (theme.state_mark(state), theme.state(state));
    match (figure.met, figure.pressing) {
        (Met::Met, _) => of(Ksb::Signed),
        (Met::NotKnown, _) => ("?", theme.warn),
        (Met::NotMet, Pressing::InTime) => of(Ksb::Open),
        (Met::NotMet, Pressing::Overdue) => of(Ksb::NotYet),
        (Met::NotMet, Pressing::Lapsed) => match theme.looks.glyphs {
            Charset::Unicode => ("×", theme.bad),
            Charset::Ascii => ("-", theme.bad),
        },
    }
}
