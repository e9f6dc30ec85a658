//! The cohort of the demo's department: a filter lists exactly those whose states say so, whatever the policy; the figures are
//! those of each trainee by themselves.

use countersign_app::app::App;
use countersign_app::cohort::grid;
use countersign_app::demo::PASSPHRASE;
use countersign_app::keys::session::Credential;
use countersign_app::people::roster;
use countersign_app::record::records;
use countersign_core::filter::Filter;
use countersign_core::filter::row::KsbFact;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::fold::folded;
use countersign_core::primitives::ids::Secret;
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::TraineeRecord;
use countersign_core::statement::kinds::policy::PolicyName;

use crate::demo::at;

fn listed(app: &mut App, filter: &Filter, order: CohortOrder) -> Vec<CohortRow> {
    let cohort = grid::cohort(app, filter, order).unwrap();
    let rows = grid::cohort_rows(app, &cohort, 0, usize::MAX).unwrap();
    assert_eq!(rows.len(), cohort.len());
    rows
}

/// Whether a trainee has a KSB of the standard that the filter asks for, by what their own page says.
fn asked_for(standing: &TraineeRecord, filter: &Filter) -> bool {
    standing.standard.ksbs().iter().zip(&standing.states).any(|(ksb, state)| {
        let fact = KsbFact { code: ksb.code, state: *state, duties: &ksb.duties };
        filter.fits_ksb(&fact) && filter.asks_one_in(*state)
    })
}

fn filters() -> Vec<String> {
    let mut filters: Vec<String> =
        ["duty:1", "duty:7", "duty:1 duty:2", "duty:99", "s26 k1", "s9999"].map(Into::into).into();
    let states: Vec<&str> = State::ALL.iter().map(|state| state.slug()).collect();
    for one in &states {
        filters.extend(["", "duty:3", "s26", "k1 k2"].map(|more| format!("{one} {more}")));
        filters.extend(states.iter().map(|other| format!("{one} {other}")));
    }
    filters.extend((1..=33).flat_map(|n| ["k", "s", "b"].map(|kind| format!("{kind}{n}"))));
    filters
}

#[test]
fn whatever_a_filter_asks_of_ksbs_it_lists_exactly_those_whose_own_pages_show_it_under_any_policy() {
    let (_folder, mut demo) = at("2026-11-21T10:00:00Z");
    let proof = Credential::Passphrase(Secret::new(PASSPHRASE.to_owned()));
    let policies = [(24, 0), (0, 0), (0, 1), (6, 1), (6, 0)];
    for (months, countersign) in policies {
        let settings = vec![(PolicyName::ReassessMonths, months), (PolicyName::Countersign, countersign)];
        roster::set_policy(&mut demo.app, &demo.officer, &proof, settings).unwrap();
        let all = listed(&mut demo.app, &Filter::default(), CohortOrder::Name);
        let pages: Vec<TraineeRecord> =
            all.iter().map(|row| records::trainee_record(&demo.app, &row.trainee.id).unwrap()).collect();
        for (row, page) in all.iter().zip(&pages) {
            let (signed, total) = page.figures(None);
            let name = &row.trainee.name;
            assert_eq!((row.trainee.signed, row.trainee.total), (signed, total), "{name}, {months} {countersign}");
            let not_yet = page.states.iter().filter(|state| **state == State::NotYet).count();
            assert_eq!(usize::from(row.not_yet), not_yet, "{name}");
        }
        let mut found = 0;
        for text in filters() {
            let filter = Filter::parse(&text, FilterTarget::Cohort, demo.app.today()).unwrap();
            assert!(filter.asks_ksbs() && filter.without_ksbs().is_empty(), "{text:?}");
            let rows = listed(&mut demo.app, &filter, CohortOrder::Name);
            let names: Vec<&str> = rows.iter().map(|row| row.trainee.name.as_str()).collect();
            let by_page = all.iter().zip(&pages).filter(|(_, page)| asked_for(page, &filter));
            let wanted: Vec<&str> = by_page.map(|(row, _)| row.trainee.name.as_str()).collect();
            assert_eq!(names, wanted, "{text:?}, {months} months, {countersign} countersign");
            found += usize::from(!names.is_empty() && names.len() < all.len());
        }
        assert!(found > 60, "{found} filters tell trainees apart");
    }
}

#[test]
fn every_order_lists_the_same_trainees_and_is_sorted_by_its_figure() {
    let (_folder, mut demo) = at("2026-11-21T10:00:00Z");
    let names = |rows: &[CohortRow]| {
        let mut names: Vec<_> = rows.iter().map(|row| row.trainee.name.clone()).collect();
        names.sort_unstable();
        names
    };
    let all = names(&listed(&mut demo.app, &Filter::default(), CohortOrder::Name));
    for order in CohortOrder::ALL {
        let rows = listed(&mut demo.app, &Filter::default(), order);
        assert_eq!(names(&rows), all, "{order:?}");
        let stands = |one: &CohortRow| match order {
            CohortOrder::Behind => i64::from(one.weeks),
            CohortOrder::Name => 0,
            CohortOrder::Month => i64::from(one.trainee.start.to_epoch_days()),
            CohortOrder::Signed => i64::from(one.trainee.signed),
            CohortOrder::Claims => -i64::from(one.claims),
            CohortOrder::Lapses => one.again.first().map_or(i64::MAX, |again| again.due.to_epoch_days().into()),
        };
        assert!(rows.is_sorted_by_key(stands), "{order:?}");
        let lower = |one: &CohortRow| folded(one.trainee.name.as_str()).into_owned();
        assert!(order != CohortOrder::Name || rows.is_sorted_by_key(lower));
    }
}
