//! What a filter of the cohort asks of KSBs: who has one such. Must never read a state that cannot decide it.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use crate::app::cohort::{Courses, Found};
use crate::app::error::Error;
use crate::app::service::App;
use crate::domain::competence::{Measure, State};
use crate::domain::filter::Filter;
use crate::domain::filter_facts::KsbFact;
use crate::domain::standard::{Ksb, Standard};
use crate::domain::value::KsbCode;
use crate::store::cohort::{StandardNo, TraineeNo};
use crate::store::cohort_row::{States, claimed, not_yet, to_show_again};
use crate::store::db::Tx;
use crate::store::error::StoreError;

/// The KSBs of each standard that a filter asks for, whatever their states, in the order of their codes.
type Wanted<'s> = HashMap<StandardNo, Vec<KsbFact<'s>>>;
/// Trainees, each on the standard that they are on.
type Hits = HashSet<(TraineeNo, StandardNo)>;

/// The states that an index finds by itself.
const INDEXED: [State; 3] = [State::NotYet, State::Renew, State::Lapsed];

impl App {
    /// Keeps those who have a KSB that the filter asks for.
    pub(in crate::app) fn keep_with_ksbs(
        &self,
        found: &mut Vec<Found>,
        filter: &Filter,
        courses: &Courses,
        measure: &Measure,
    ) -> Result<(), Error> {
        let each = courses.iter().map(|(number, course)| (*number, asked_for(filter, &course.standard)));
        let wanted: Wanted<'_> = each.collect();
        Ok(self.book.db.read(|tx| {
            if filter.asks_states() && State::ALL.iter().all(|s| !filter.asks_state(*s) || INDEXED.contains(s)) {
                let hits = self.hits(tx, filter, &wanted, measure)?;
                found.retain(|one| hits.contains(&(one.place, one.on)));
                return Ok(());
            }
            let asks_claims = filter.asks_state(State::Claimed) || filter.asks_state(State::Open);
            let claimed = if asks_claims { claimed(tx, &self.viewer)? } else { HashMap::new() };
            let (mut states, mut kept) = (States::new(tx, &self.viewer)?, Vec::with_capacity(found.len()));
            for one in found.iter() {
                let wanted = wanted.get(&one.on).map(Vec::as_slice).unwrap_or_default();
                if has_one(&mut states, filter, (one, wanted), claimed.get(&one.place), measure)? {
                    kept.push(*one);
                }
            }
            *found = kept;
            Ok::<_, StoreError>(())
        })?)
    }

    /// Everyone with a KSB in one of the states that are indexed, of those that a filter asks for.
    fn hits(
        &self,
        tx: &Tx<'_>,
        filter: &Filter,
        wanted: &Wanted<'_>,
        measure: &Measure,
    ) -> Result<Hits, StoreError> {
        let mut hits = Hits::new();
        let mut take = |of: (TraineeNo, StandardNo), code: KsbCode, state: State| {
            let wanted = wanted.get(&of.1).map(Vec::as_slice).unwrap_or_default();
            let ksb = wanted.binary_search_by_key(&code, |ksb| ksb.code).ok().map(|at| wanted[at]);
            if ksb.is_some_and(|ksb| filter.fits_one_of(&KsbFact { state, ..ksb })) {
                hits.insert(of);
            }
        };
        if filter.asks_state(State::NotYet) {
            not_yet(tx, &self.viewer, &mut |of, code| take(of, code, State::NotYet))?;
        }
        if filter.asks_state(State::Renew) || filter.asks_state(State::Lapsed) {
            to_show_again(tx, &self.viewer, measure, &mut |of, code, seen| take(of, code, measure.age(seen)))?;
        }
        Ok(hits)
    }
}

/// Whether a trainee has one of the KSBs wanted in a state that the filter asks for. Reads no further than it must.
fn has_one(
    states: &mut States<'_>,
    filter: &Filter,
    (one, wanted): (&Found, &[KsbFact<'_>]),
    claimed: Option<&HashSet<KsbCode>>,
    measure: &Measure,
) -> Result<bool, StoreError> {
    let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(false) };
    let unsigned = |ksb: &KsbFact<'_>| {
        let state = if claimed.is_some_and(|codes| codes.contains(&ksb.code)) { State::Claimed } else { State::Open };
        filter.fits_one_of(&KsbFact { state, ..*ksb })
    };
    let (mut left, mut has) = (wanted.iter(), false);
    states.each((one.place, one.on), (first.code, last.code), &mut |code, shown| {
        // Those passed over on the way to this one have no state of their own.
        while let Some(ksb) = left.as_slice().first().filter(|ksb| ksb.code <= code) {
            left.next();
            let here = ksb.code == code;
            has = if here { filter.fits_one_of(&KsbFact { state: shown.state(measure), ..*ksb }) } else { unsigned(ksb) };
            if has {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(has || left.any(unsigned))
}

fn asked_for<'s>(filter: &Filter, standard: &'s Standard) -> Vec<KsbFact<'s>> {
    let fact = |ksb: &'s Ksb| KsbFact { code: ksb.code, state: State::Open, duties: &ksb.duties };
    let mut wanted: Vec<_> = standard.ksbs().iter().map(fact).filter(|ksb| filter.is_about(ksb)).collect();
    wanted.sort_unstable_by_key(|ksb| ksb.code);
    wanted
}
