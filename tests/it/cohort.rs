//! The cohort of the demo's department: a filter lists exactly those whose states say so, whatever the policy; the figures are
//! those of each trainee by themselves.

use countersign_app::app::App;
use countersign_app::cohort::{detail, export, grid, progress};
use countersign_app::demo::PASSPHRASE;
use countersign_app::keys::session::Credential;
use countersign_app::people::roster;
use countersign_app::programme::{gateway, hours};
use countersign_app::record::records;
use countersign_core::filter::Filter;
use countersign_core::filter::row::KsbFact;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::primitives::fold::folded;
use countersign_core::primitives::ids::Secret;
use countersign_core::programme::cohort::{CohortOrder, CohortRow, Disputed};
use countersign_core::programme::review_plan::ActionFrom;
use countersign_core::record::ksb_status::State;
use countersign_core::record::progress::progress_of;
use countersign_core::record::view::{AnnotationMark, Record, TraineeRecord};
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
        filter.fits_ksb(&fact) && filter.asks_one_in(*state, &standing.policy)
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
#[ignore = "slow: hundreds of filters"]
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
            CohortOrder::Behind => (i64::from(one.weeks) << 32) + i64::from(one.ahead),
            CohortOrder::Hours => -i64::from(one.hours.short()),
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

/// All rows in full.
fn detailed(app: &App) -> Vec<CohortRow> {
    let cohort = grid::cohort(app, &Filter::default(), CohortOrder::Behind).unwrap();
    detail::detailed_rows(app, &cohort, 0, usize::MAX).unwrap()
}

#[test]
fn a_row_says_of_hours_actions_and_disputes_what_the_trainees_own_pages_say() {
    let (_folder, demo) = at("2026-11-21T10:00:00Z");
    let (app, today) = (&demo.app, demo.app.today());
    let (mut short, mut late, mut with_dispute) = (0, 0, 0);
    for row in detailed(app) {
        let (id, name) = (&row.trainee.id, &row.trainee.name);
        let plan = hours::hours_plan(app, id).unwrap();
        let shown = (row.hours.confirmed, row.hours.waiting, row.hours.minimum, row.hours.expected);
        assert_eq!(shown, (plan.confirmed, plan.waiting, plan.minimum, plan.expected), "{name}");
        let open = gateway::review_plan(app, id).unwrap().open;
        let past: Vec<_> = open.iter().filter(|action| action.by < today).collect();
        assert_eq!(usize::from(row.late.count), past.len(), "{name}");
        assert_eq!(row.late.oldest, past.first().map(|action| action.by), "{name}");
        let codes: Vec<_> = past
            .iter()
            .filter(|action| Some(action.by) == row.late.oldest)
            .map(|action| if let ActionFrom::Ksb(code) = action.from { Some(code) } else { None })
            .collect();
        assert!(codes.is_empty() && row.late.code.is_none() || codes.contains(&row.late.code), "{name}");
        let page = records::trainee_record(app, id).unwrap();
        let mut disputes = Vec::new();
        for (ksb, _) in page.all() {
            let newest = records::records(app, id, ksb.code, usize::MAX).unwrap().into_iter().find(Record::is_live);
            let open = |mark: &AnnotationMark| mark.words() == "disputed" && !mark.withdrawn && !mark.in_review;
            if newest.is_some_and(|newest| newest.marks.iter().any(open)) {
                disputes.push(Disputed::Ksb(ksb.code));
            }
        }
        disputes.sort();
        let shown: Vec<_> = row.disputes.iter().copied().filter(|one| matches!(one, Disputed::Ksb(_))).collect();
        assert_eq!(shown, disputes, "{name}");
        short += usize::from(row.hours.is_short());
        late += usize::from(row.late.count > 0);
        with_dispute += usize::from(!row.disputes.is_empty());
    }
    assert!(short > 0 && late > 0 && with_dispute > 0, "the demo has each: {short} {late} {with_dispute}");
}

#[test]
#[ignore = "slow: hundreds of filters"]
fn a_trainees_progress_by_month_ends_at_the_figures_of_the_cohort_and_of_their_page() {
    let (_folder, demo) = at("2026-11-21T10:00:00Z");
    let (app, today) = (&demo.app, demo.app.today());
    let (mut behind, mut paused) = (0, 0);
    for row in detailed(app) {
        let name = &row.trainee.name;
        let series = progress::progress_series(app, &row.trainee.id).unwrap();
        let page = progress_of(&records::trainee_record(app, &row.trainee.id).unwrap(), today);
        assert_eq!((series.signed, series.total), (row.trainee.signed, row.trainee.total), "{name}");
        assert_eq!((series.expected, series.ahead), (page.expected, page.ahead), "{name}");
        assert_eq!((series.expected, series.ahead), (row.expected, row.ahead), "{name}");
        assert_eq!((series.gateway, series.behind_since), (row.gateway, row.behind_since), "{name}");
        let now = &series.months[series.now.unwrap()];
        assert_eq!((now.signed, now.plan), (Some(series.signed), series.expected), "{name}");
        assert!(series.months.is_sorted_by_key(|one| one.plan), "{name}");
        behind += usize::from(series.behind_since.is_some());
        paused += usize::from(!series.breaks.is_empty());
    }
    assert!(behind > 0 && paused > 0, "{behind} {paused}");
}

#[test]
#[ignore = "slow: hundreds of filters"]
fn each_figure_of_the_sentence_is_what_its_filter_lists() {
    let (_folder, mut demo) = at("2026-11-21T10:00:00Z");
    let sum = grid::summary(&demo.app).unwrap();
    let rows = detailed(&demo.app);
    let mut listed = |text: &str| {
        let filter = Filter::parse(text, FilterTarget::Cohort, demo.app.today()).unwrap();
        u32::try_from(listed(&mut demo.app, &filter, CohortOrder::Name).len()).unwrap()
    };
    assert_eq!(sum.trainees, listed(""));
    assert_eq!(sum.behind, listed("behind"));
    assert_eq!((sum.reviews_late, sum.reviews_late), (listed("late"), listed("overdue")));
    assert_eq!(sum.with_lapsed, listed("lapsed"));
    assert_eq!(sum.hours_short, listed("hours"));
    assert_eq!(sum.paused, listed("break"));
    let count = |of: &dyn Fn(&CohortRow) -> u32| rows.iter().map(of).sum::<u32>();
    assert_eq!(sum.lapsed, count(&|row| row.lapsed().into()));
    assert_eq!(sum.claims, count(&|row| row.claims.into()));
    assert_eq!(sum.hours_short, count(&|row| row.hours.is_short().into()));
    assert_eq!(sum.behind, count(&|row| (row.ahead < 0).into()));
    let oldest = rows.iter().filter_map(|row| row.oldest_claim).min();
    let days = oldest.map(|day| u32::try_from((demo.app.today() - day).num_days()).unwrap());
    assert_eq!(sum.oldest_claim, days);
    assert!(sum.behind > 0 && sum.hours_short > 0 && sum.claims > 0, "{sum:?}");
}

#[test]
fn groups_hold_every_row_once_by_standard_unless_the_order_runs_over_all_standards() {
    let (_folder, demo) = at("2026-11-21T10:00:00Z");
    let app = &demo.app;
    for order in CohortOrder::ALL {
        for text in ["", "behind", "hours", "nobody-of-this-name"] {
            let filter = Filter::parse(text, FilterTarget::Cohort, app.today()).unwrap();
            let (flat, grouped) =
                (grid::cohort(app, &filter, order).unwrap(), grid::grouped(app, &filter, order).unwrap());
            assert_eq!(flat.len(), grouped.len());
            let rows = grid::cohort_rows(app, &flat, 0, usize::MAX).unwrap();
            if !order.is_by_standard() {
                let all = grid::cohort_rows(app, &grouped, 0, usize::MAX).unwrap();
                assert_eq!(all, rows, "{order:?} {text}");
                assert!(grouped.groups().iter().all(|group| group.rows == 0), "{order:?} {text}");
                continue;
            }
            let mut at = 0;
            for group in grouped.groups() {
                assert_eq!(group.first, at);
                let shown = grid::cohort_rows(app, &grouped, at, group.rows).unwrap();
                let wanted: Vec<&CohortRow> =
                    rows.iter().filter(|row| row.trainee.standard == group.standard).collect();
                assert_eq!(shown.iter().collect::<Vec<_>>(), wanted, "{order:?} {text}");
                assert!(group.rows <= group.of && (!text.is_empty() || group.rows == group.of));
                at += group.rows;
            }
            assert_eq!(at, grouped.len());
            assert!(grouped.groups().is_sorted_by(|a, b| a.of >= b.of));
        }
    }
}

#[test]
fn the_csv_has_a_row_for_each_trainee_in_order_and_as_many_cells_in_each() {
    let (_folder, demo) = at("2026-11-21T10:00:00Z");
    let cohort = grid::cohort(&demo.app, &Filter::default(), CohortOrder::Hours).unwrap();
    let text = export::csv(&demo.app, &cohort).unwrap();
    let rows = grid::cohort_rows(&demo.app, &cohort, 0, usize::MAX).unwrap();
    let read = countersign_core::import::csv::rows(&text, 1000).unwrap();
    assert_eq!(read.len(), rows.len() + 1);
    for (line, row) in read.iter().skip(1).zip(&rows) {
        assert_eq!((line.cell(0), line.cell(1)), (row.trainee.id.as_str(), row.trainee.name.as_str()));
        assert_eq!(line.cells.len(), read[0].cells.len());
    }
    let file = export::csv_file(&demo.app, &cohort).unwrap();
    assert_eq!(file, format!("\u{feff}{}", text.replace('\n', "\r\n")));
}

#[test]
fn each_row_has_one_line_that_says_what_is_wrong_and_nothing_else() {
    let (_folder, demo) = at("2026-11-21T10:00:00Z");
    let rows = detailed(&demo.app);
    let mut lines = Vec::new();
    for row in &rows {
        let reason = row.reason(demo.app.today());
        for (says, is) in [
            (" behind", row.ahead < 0),
            ("h short", row.hours.is_short()),
            ("Review was due", row.review_overdue > 0),
            ("lapsed", row.lapsed() > 0),
            (" late, ", row.late.count > 0),
            ("The trainee disputes", !row.disputes.is_empty()),
            ("not yet achieved", row.not_yet > 0),
            ("On a break", row.paused),
        ] {
            assert_eq!(reason.contains(says), is, "{says}: {reason}");
        }
        assert!(!reason.contains('\n') && reason.ends_with('.'), "{reason}");
        lines.push(format!("{reason}\n    {} · {}", row.by_plan_words(), row.review_words()));
    }
    assert!(rows.iter().any(|row| row.reason(demo.app.today()).contains("nothing is late")));
    insta::assert_snapshot!(lines.join("\n"));
}
