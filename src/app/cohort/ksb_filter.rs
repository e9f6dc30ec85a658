//! Applies the KSB conditions of a cohort filter to trainees' packed KSB states.

use std::collections::{HashMap, HashSet};

use crate::app::App;
use crate::cohort::course::{Courses, MatchedTrainee, Parts};
use crate::error::Error;
use countersign_core::filter::Filter;
use countersign_core::filter::row::KsbFact;
use countersign_core::primitives::ids::KsbCode;
use countersign_core::record::ksb_status::{State, StatusContext};
use countersign_core::standard::{Ksb, Standard};
use countersign_store::codec::StandardNo;
use countersign_store::db::Tx;
use countersign_store::error::StoreError;
use countersign_store::index::packed_states::{KsbOrdinal, PackedState, PackedStates, each};
use countersign_store::queries::cohort::TraineeNo;
use countersign_store::queries::cohort_detail::{claimed, due_reassessments};

/// A filter prepared for matching many trainees.
struct KsbFilter {
    /// The KSBs the filter names in each standard, in any state.
    wanted: HashMap<StandardNo, Vec<(KsbOrdinal, KsbCode)>>,
    states: Vec<State>,
    /// Whether *achieved* counts without a second signature.
    alone: bool,
    claimed: HashMap<TraineeNo, HashSet<KsbCode>>,
    again: HashMap<(TraineeNo, StandardNo), HashMap<KsbCode, State>>,
}

/// Keeps the trainees with a KSB that matches the filter; leaves them ordered by trainee number.
pub(crate) fn keep_with_ksbs(
    app: &App,
    found: &mut Vec<MatchedTrainee>,
    filter: &Filter,
    (courses, parts): (&Courses, &Parts),
    measure: &StatusContext,
) -> Result<(), Error> {
    let kept = app.log.db.read(|tx| {
        let sieve = sieve(app, tx, filter, courses, measure)?;
        let (mut left, mut kept) = (found.iter().peekable(), Vec::with_capacity(found.len()));
        let mut keep = |one: &MatchedTrainee, states: PackedStates<'_>| {
            kept.extend(Some(*one).filter(|one| sieve.lists(one, states, parts)));
        };
        each(tx, &app.viewer, &mut |of, states| {
            // Trainees without packed states have no signed KSBs.
            while let Some(one) = left.next_if(|one| (one.place, one.on) <= of) {
                keep(one, if (one.place, one.on) == of { states } else { PackedStates::default() });
            }
        })?;
        left.for_each(|one| keep(one, PackedStates::default()));
        Ok::<_, StoreError>(kept)
    })?;
    *found = kept;
    Ok(())
}

fn sieve(
    app: &App,
    tx: &Tx<'_>,
    filter: &Filter,
    courses: &Courses,
    measure: &StatusContext,
) -> Result<KsbFilter, StoreError> {
    let states: Vec<State> =
        State::ALL.into_iter().filter(|state| filter.asks_one_in(*state, &measure.policy)).collect();
    let mut again: HashMap<_, HashMap<_, _>> = HashMap::new();
    due_reassessments(tx, &app.viewer, measure, &mut |of, code, seen| {
        again.entry(of).or_default().insert(code, measure.age(seen));
    })?;
    // Claims are loaded only if *claimed* and *open* would be treated differently.
    let apart = states.contains(&State::Claimed) != states.contains(&State::Open);
    Ok(KsbFilter {
        wanted: courses.iter().map(|(number, course)| (*number, wanted(filter, &course.standard))).collect(),
        states,
        alone: measure.policy.countersign == 0,
        claimed: if apart { claimed(tx, &app.viewer)? } else { HashMap::new() },
        again,
    })
}

impl KsbFilter {
    fn lists(&self, one: &MatchedTrainee, states: PackedStates<'_>, parts: &Parts) -> bool {
        let Some(wanted) = self.wanted.get(&one.on) else { return false };
        let part = if parts.is_empty() { None } else { parts.get(&one.place).map(|part| &part.standard) };
        let again = if self.again.is_empty() { None } else { self.again.get(&(one.place, one.on)) };
        let (mut signed, claimed) = (states.each().peekable(), self.claimed.get(&one.place));
        let asked = |code: KsbCode| part.is_none_or(|part| part.ksb(code).is_some());
        wanted.iter().any(|(turn, code)| {
            while signed.next_if(|(at, _)| at < turn).is_some() {}
            let state = match signed.next_if(|(at, _)| at == turn) {
                None if claimed.is_some_and(|codes| codes.contains(code)) => State::Claimed,
                None => State::Open,
                Some((_, PackedState::NotAchieved)) => State::NotYet,
                Some((_, PackedState::Achieved)) if !self.alone => State::Partly,
                Some((_, packed)) => {
                    let carried = packed == PackedState::CarriedOver;
                    let fresh = if carried { State::CarriedOver } else { State::Signed };
                    let age = again.and_then(|again| again.get(code)).copied().filter(|age| *age != State::Signed);
                    age.unwrap_or(fresh)
                }
            };
            self.states.contains(&state) && asked(*code)
        })
    }
}

fn wanted(filter: &Filter, standard: &Standard) -> Vec<(KsbOrdinal, KsbCode)> {
    let asked = |ksb: &&Ksb| filter.is_about(&KsbFact { code: ksb.code, state: State::Open, duties: &ksb.duties });
    let mut wanted: Vec<_> =
        standard.ksbs().iter().filter(asked).map(|ksb| (KsbOrdinal::of(ksb.code), ksb.code)).collect();
    wanted.sort_unstable();
    wanted
}
