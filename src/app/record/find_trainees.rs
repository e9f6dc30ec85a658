//! Finds trainees by name, id or cohort filter.

use crate::app::App;
use crate::cohort::grid;
use crate::error::Error;
use crate::people::{person, supervision};
use countersign_core::filter::Filter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::PersonId;
use countersign_core::programme::cohort::CohortOrder;
use countersign_core::record::view::TraineeCard;
use countersign_store::index::people;
use countersign_store::workspace;

/// Finds trainees: without a text, those a person opened last, then their own, then others by name; with a fuzzy text,
/// the matches, best first; with a cohort filter, the matches by name.
pub fn find_trainees(
    app: &App,
    text: &str,
    most: usize,
    recent_of: Option<&PersonId>,
) -> Result<Vec<TraineeCard>, Error> {
    let filter = Filter::parse(text, FilterTarget::Cohort, app.today()).unwrap_or_default();
    if !filter.is_words() {
        let cohort = grid::cohort(app, &filter, CohortOrder::Name)?;
        return Ok(grid::cohort_rows(app, &cohort, 0, most)?.into_iter().map(|row| row.trainee).collect());
    }
    let mut ids = match (text.trim(), recent_of) {
        // Recently opened first, then the person's own trainees.
        ("", Some(person)) => {
            let mut ids = app.log.db.read(|tx| workspace::recent(tx, person, most))?;
            let under = supervision::trainees_under(app, person)?.into_iter().map(|trainee| trainee.id);
            for id in under {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            ids
        }
        _ => Vec::new(),
    };
    for id in person::fuzzy_ids(app, text.trim(), &[Role::Trainee], most)? {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.truncate(most);
    let measure = app.measure()?;
    let mut cards = Vec::new();
    for id in ids {
        if let Some(card) = app.log.db.read(|tx| people::card(tx, &app.viewer, &id, &measure))? {
            cards.push(with_total(app, card)?);
        }
    }
    Ok(cards)
}

/// Returns a summary of all current trainees, by name.
pub fn trainees(app: &App) -> Result<Vec<TraineeCard>, Error> {
    let measure = app.measure()?;
    let cards = app.log.db.read(|tx| people::cards(tx, &app.viewer, &measure))?;
    cards.into_iter().map(|card| with_total(app, card)).collect()
}

pub fn with_total(app: &App, mut card: TraineeCard) -> Result<TraineeCard, Error> {
    let standard = app.log.standard_in(&card.standard, &card.scope)?;
    card.total = standard.map_or(0, |standard| u16::try_from(standard.ksbs().len()).unwrap_or(u16::MAX));
    Ok(card)
}
