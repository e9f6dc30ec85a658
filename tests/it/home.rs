//! What Home shows: its figures are those of the queue, the cohort and each trainee's own page, and what is new is new once.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use countersign_app::app::App;
use countersign_app::claims::queue;
use countersign_app::cohort::grid;
use countersign_app::demo::{Demo, PASSPHRASE};
use countersign_app::home::counts::tab_counts;
use countersign_app::home::{department, lapsing, news, officer, supervisor, trainee, visits};
use countersign_app::keys::session::Credential;
use countersign_app::maintenance::backup::{self, BackupRequest};
use countersign_app::people::{person, ssh_keys, supervision};
use countersign_app::programme::{gateway, reviews};
use countersign_app::record::{annotations, outstanding, quality_assurance, records, sign_off};
use countersign_app::storage::data_dir::DataDir;
use countersign_core::filter::Filter;
use countersign_core::home::counts::TabCounts;
use countersign_core::home::due::DueKind;
use countersign_core::home::news::{NewsItem, NewsKind, NewsSince};
use countersign_core::home::officer::{FAR_BEHIND_WEEKS, GATEWAY_NEAR_DAYS, NeedKind};
use countersign_core::home::supervisor::OpenCounts;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, PersonId, Secret, StatementId};
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::programme::gateway::Fulfilment;
use countersign_core::programme::review_plan::ReviewDue;
use countersign_core::record::ksb_status::State;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::sign_off::{Action, Outcome};

use crate::cli::book::Book;
use crate::demo::at;
use crate::world::clean;

fn proof() -> Credential {
    Credential::Passphrase(Secret::new(PASSPHRASE.to_owned()))
}

fn cohort(app: &App) -> Vec<CohortRow> {
    let all = grid::cohort(app, &Filter::default(), CohortOrder::Behind).unwrap();
    grid::cohort_rows(app, &all, 0, usize::MAX).unwrap()
}

fn sees(app: &App, outcome: Outcome, said: Option<&str>) -> Observation {
    let action = Action { what: clean("Show it again"), by: app.today() + chrono::Days::new(7) };
    Observation {
        outcome,
        method: None,
        supervision: None,
        observed: app.today(),
        place: None,
        feedback: said.map(clean),
        action: (outcome == Outcome::NotAchieved).then_some(action),
        late: None,
    }
}

/// A supervisor signs KSBs of a trainee; returns the statements.
fn sign(demo: &mut Demo, of: &PersonId, codes: &[&str], outcome: Outcome, said: Option<&str>) -> Vec<StatementId> {
    let codes: Vec<KsbCode> = codes.iter().map(|code| code.parse().unwrap()).collect();
    let (by, seen) = (demo.supervisor.clone(), sees(&demo.app, outcome, said));
    sign_off::sign_off(&mut demo.app, &by, &proof(), of, &codes, &seen).unwrap().ids
}

/// What is due of a trainee by their own page: each KSB with its last day.
fn due_by_page(app: &App, trainee: &PersonId) -> BTreeMap<KsbCode, NaiveDate> {
    let (record, rows) = outstanding::outstanding(app, trainee).unwrap();
    let again = cohort(app).into_iter().find(|row| row.trainee.id == *trainee).unwrap().again;
    let mut due: BTreeMap<KsbCode, NaiveDate> = again.into_iter().map(|again| (again.code, again.due)).collect();
    for row in rows {
        let local = record.local_of(row.code).filter(|one| matches!(one.state, State::Lapsed | State::Renew));
        let action = row.action().filter(|_| row.state == State::NotYet).map(|action| action.by);
        due.extend(local.and_then(|local| local.due).or(action).map(|day| (row.code, day)));
    }
    let last = app.today() + chrono::Days::new(30);
    due.retain(|_, day| *day <= last);
    due
}

#[test]
#[ignore = "slow: many days of a department"]
fn a_supervisor_s_home_has_the_claims_of_their_queue_their_trainees_and_what_is_due_on_their_pages() {
    let (_folder, demo) = at("2026-11-28T12:00:00Z");
    let (app, rows) = (&demo.app, cohort(&demo.app));
    let (mut trainees, mut due, mut own) = (0, 0, 0);
    for who in person::people(app, &[Role::Supervisor]).unwrap() {
        let home = supervisor::supervisor_home(app, &who.id, 100).unwrap();
        let queue = queue::queue(app, Some(&who.id), &Filter::default(), (0, 100)).unwrap();
        assert_eq!((&home.waiting, home.waiting_total), (&queue.rows, queue.of), "{}", who.name);
        assert!(home.waiting.is_sorted_by_key(|row| row.made));
        let under: Vec<PersonId> =
            supervision::trainees_under(app, &who.id).unwrap().into_iter().map(|one| one.id).collect();
        let listed: Vec<PersonId> = home.trainees.iter().map(|one| one.row.trainee.id.clone()).collect();
        assert_eq!((&listed, home.trainees_total, home.department), (&under, under.len(), 41), "{}", who.name);
        for one in &home.trainees {
            let page = records::trainee_record(app, &one.row.trainee.id).unwrap();
            assert_eq!(Some(&one.row), rows.iter().find(|row| row.trainee.id == one.row.trainee.id));
            assert_eq!(one.open, OpenCounts::of(page.all().map(|(_, state)| state)));
            let plan = gateway::review_plan(app, &one.row.trainee.id).unwrap();
            assert_eq!((one.review, one.call), (plan.due, plan.call));
            let wanted = due_by_page(app, &one.row.trainee.id);
            let items = home.due.iter().filter(|item| item.trainee == one.row.trainee.id);
            let found: BTreeMap<KsbCode, NaiveDate> =
                items.filter_map(|item| item.code.map(|code| (code, item.by))).collect();
            assert_eq!(found, wanted, "{} for {}", one.row.trainee.name, who.name);
            due += found.len();
        }
        let order: Vec<(bool, bool)> =
            home.due.iter().map(|item| (item.state(home.today) != State::Lapsed, !item.is_late(home.today))).collect();
        assert!(order.is_sorted(), "{order:?}");
        own += home.due.iter().filter(|item| item.code.is_none() && matches!(item.what, DueKind::Action(_))).count();
        trainees += listed.len();
        for most in 0..4 {
            let short = supervisor::supervisor_home(app, &who.id, most).unwrap();
            assert_eq!(short.waiting, home.waiting[..most.min(home.waiting.len())]);
            assert_eq!(short.trainees, home.trainees[..most.min(home.trainees.len())]);
            assert_eq!(short.due, home.due[..most.min(home.due.len())]);
            assert_eq!(
                (short.waiting_total, short.trainees_total, short.due_total),
                (home.waiting_total, home.trainees_total, home.due.len())
            );
        }
    }
    assert!(trainees > 30 && due > 8, "{trainees} {due} {own}");
}

#[test]
#[ignore = "slow: many days of a department"]
fn an_officer_s_home_has_the_figures_of_the_cohort_and_of_the_lists_behind_it() {
    for moment in ["2026-11-28T12:00:00Z", "2027-05-31T12:00:00Z"] {
        let (_folder, demo) = at(moment);
        let (app, today, rows) = (&demo.app, demo.app.today(), cohort(&demo.app));
        let home = officer::officer_home(app, 100).unwrap();
        let ahead = |row: &CohortRow| i32::from(row.trainee.signed) - i32::from(row.expected);
        let count = |fits: &dyn Fn(&CohortRow) -> bool| rows.iter().filter(|row| fits(row)).count();
        let near = |row: &CohortRow| (row.gateway - today).num_days() <= GATEWAY_NEAR_DAYS;
        let figures = home.figures;
        assert_eq!(figures.trainees, rows.len());
        assert_eq!(figures.behind, count(&|row| ahead(row) < 0));
        assert_eq!(figures.far_behind, count(&|row| row.weeks <= -FAR_BEHIND_WEEKS));
        assert_eq!(figures.paused, count(&|row| row.paused));
        assert_eq!((figures.gateway, home.gateways_total), (count(&near), count(&near)));
        assert_eq!(figures.claims, 14);
        assert!(figures.behind > 6 && figures.far_behind > 0 && figures.gateway > 2, "{moment}: {figures:?}");
        let furthest: Vec<&CohortRow> = rows.iter().filter(|row| ahead(row) < 0).take(6).collect();
        let weeks = |rows: &[&CohortRow]| rows.iter().map(|row| row.weeks).collect::<Vec<_>>();
        assert_eq!(weeks(&home.behind.iter().collect::<Vec<_>>()), weeks(&furthest), "{moment}");
        assert!(home.behind.iter().all(|row| rows.contains(row)));
        for one in &home.gateways {
            let ready = gateway::readiness(app, &one.trainee.id).unwrap();
            assert_eq!(one.day, ready.gateway);
            let open = ready.figures.iter().filter(|figure| figure.met != Fulfilment::Met).count();
            let said = usize::from(one.ksbs + one.others > 0) + usize::from(one.hours > 0) + one.parties.len();
            assert_eq!(said == 0, open == 0, "{}: {}", one.trainee.name, one.words());
        }
        assert!(home.gateways.is_sorted_by_key(|one| one.day));
        // What needs the officer, across kinds.
        let all = |kind: &str| home.needs.iter().filter(|need| need.word() == kind).collect::<Vec<_>>();
        assert_eq!(
            home.needs.first().map(countersign_core::home::officer::Need::when).as_deref(),
            Some("never"),
            "{moment}"
        );
        assert!(home.needs[1..].is_sorted_by(|a, b| a.over >= b.over));
        let late: Vec<PersonId> = reviews::review_calls(app)
            .unwrap()
            .into_iter()
            .filter(|row| matches!(row.call, ReviewDue::Overdue(_)))
            .map(|row| row.id)
            .collect();
        let listed: Vec<PersonId> = all("Review").iter().map(|need| need.trainee().unwrap().id.clone()).collect();
        assert_eq!((listed.len(), listed), (3, late), "{moment}");
        let old = queue::queue(app, None, &Filter::default(), (0, 100)).unwrap().rows;
        let old: Vec<_> = old.iter().filter(|row| row.is_old(today)).map(|row| row.claim).collect();
        let claims = all("Claim").into_iter().filter_map(|need| match &need.what {
            NeedKind::Claim { claim, .. } => Some(*claim),
            _ => None,
        });
        assert_eq!(claims.collect::<Vec<_>>(), old, "{moment}");
        let names =
            |kind: &str| all(kind).iter().map(|need| need.trainee().unwrap().name.to_string()).collect::<Vec<_>>();
        assert_eq!(names("Gateway"), ["Rosa Juniper"], "{moment}");
        assert_eq!(names("Dispute"), ["Fionnuala Ní Dhomhnaill"], "{moment}");
        assert_eq!(home.needs_total, home.needs.len());
        assert_eq!(home.book.entries, app.head().unwrap().size);
        assert_eq!((home.book.trainees, home.book.lists, home.book.standards.len()), (41, 1, 3));
        // Fewer rows are the first of them, out of as many.
        for most in 0..5 {
            let short = officer::officer_home(app, most).unwrap();
            assert_eq!((short.needs.as_slice(), short.needs_total), (&home.needs[..most], home.needs.len()));
        }
    }
}

#[test]
#[ignore = "slow: many days of a department"]
fn what_lapses_in_the_department_is_what_lapses_on_each_page_local_competences_included() {
    let (_folder, demo) = at("2026-11-28T12:00:00Z");
    let app = &demo.app;
    let mut wanted = BTreeMap::new();
    for row in cohort(app) {
        let page = records::trainee_record(app, &row.trainee.id).unwrap();
        let local = page.local.iter().filter(|one| matches!(one.state, State::Lapsed | State::Renew));
        let local = local.map(|one| (one.state, one.ksb.code, one.due.unwrap()));
        let all = row.again.iter().map(|again| (again.state, again.code, again.due)).chain(local);
        for (state, code, due) in all {
            wanted.entry((row.trainee.id.clone(), state == State::Lapsed)).or_insert_with(Vec::new).push((due, code));
        }
    }
    for items in wanted.values_mut() {
        items.sort_unstable();
    }
    let found = lapsing::lapsing(app, usize::MAX).unwrap();
    let listed: BTreeMap<_, Vec<(NaiveDate, KsbCode)>> = found
        .rows
        .iter()
        .map(|row| {
            let items = row.items.iter().map(|(code, due)| (*due, *code)).collect();
            ((row.trainee.id.clone(), row.state == State::Lapsed), items)
        })
        .collect();
    assert_eq!(listed, wanted);
    let lapsed: usize = wanted.iter().filter(|((_, lapsed), _)| *lapsed).map(|(_, items)| items.len()).sum();
    assert_eq!((found.lapsed, found.lapsed + found.renew), (lapsed, wanted.values().map(Vec::len).sum()));
    assert_eq!(found.heading(app.today()), "3 KSBs and 1 local competence lapsed, 7 to renew by 16 Dec");
    assert_eq!(lapsing::lapsing(app, 2).unwrap().rows, found.rows[..2]);
}

#[test]
#[ignore = "slow: many days of a department"]
fn a_backup_is_needed_until_one_is_made_and_again_when_it_is_a_week_old() {
    let (folder, mut demo) = at("2026-11-28T12:00:00Z");
    let backups = |app: &App| {
        let needs = officer::officer_home(app, 100).unwrap().needs;
        needs
            .iter()
            .filter(|need| need.word() == "Backup")
            .map(countersign_core::home::officer::Need::when)
            .collect::<Vec<_>>()
    };
    assert_eq!(backups(&demo.app), ["never"]);
    let wish = BackupRequest { keys: false, replace: false, threads: 1 };
    backup::backup(&mut demo.app, folder.path(), wish, &mut |_, _, _| {}).unwrap();
    assert_eq!(backups(&demo.app), [""; 0]);
    assert_eq!(officer::officer_home(&demo.app, 1).unwrap().book.backup_words(demo.app.today()), "today");
    let data = demo.app.folder().path().to_owned();
    drop(demo);
    let list = data.join("backups");
    for (days, wanted) in [(7, vec![]), (8, vec!["8 days"]), (30, vec!["30 days"])] {
        let text = std::fs::read_to_string(&list).unwrap();
        let (_, rest) = text.split_once(' ').unwrap();
        let at: countersign_core::primitives::date::Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        std::fs::write(&list, format!("{} {rest}", at.plus(-86_400 * days))).unwrap();
        let clock = Box::new(countersign_app::clock::SetClock(at));
        let random = Box::new(countersign_app::random::SystemRandom::default());
        let folder = DataDir::new(data.clone());
        let app = App::open(folder, countersign_store::db::Access::Read, clock, random).unwrap();
        assert_eq!(backups(&app), wanted, "{days}");
    }
}

/// What is new on a record, in a few words each.
fn new(app: &App, trainee: &PersonId) -> Vec<String> {
    let words = |item: &NewsItem| {
        let codes: Vec<String> = item.codes.iter().map(ToString::to_string).collect();
        [item.kind.slug(), &codes.join(" "), &item.said()].join(" ").trim_end().to_owned()
    };
    news::news(app, trainee, 100).unwrap().rows.iter().map(words).collect()
}

#[test]
fn what_others_sign_is_new_until_it_is_marked_as_read_and_looking_moves_nothing() {
    let (_folder, mut demo) = at("2026-11-28T12:00:00Z");
    let alex = demo.trainee.clone();
    let first = news::news(&demo.app, &alex, 100).unwrap();
    assert_eq!(first.since, NewsSince::Recent("2026-10-31".parse().unwrap()));
    assert!(!first.rows.is_empty() && first.rows.iter().all(|item| item.day() >= first.since.day()));
    assert!(first.rows.iter().all(|item| item.who.id != alex), "what they signed themselves is not news");
    assert!(first.rows.is_sorted_by(|a, b| a.position >= b.position));
    for _ in 0..2 {
        assert_eq!(trainee::trainee_home(&demo.app, &alex, 100).unwrap().news, first);
    }
    visits::mark_read(&mut demo.app, &alex, first.read_to).unwrap();
    let read = news::news(&demo.app, &alex, 100).unwrap();
    assert_eq!((read.since, read.total), (NewsSince::Read("2026-11-28".parse().unwrap()), 0));
    let open = outstanding::outstanding(&demo.app, &alex).unwrap().1;
    let open: Vec<String> =
        open.iter().filter(|row| row.state == State::Open).map(|row| row.code.to_string()).collect();
    let [a, b, c, d] = [0, 1, 2, 3].map(|at| open[at].as_str());
    let praised = sign(&mut demo, &alex, &[a, b], Outcome::Achieved, Some("Calm and clear"));
    sign(&mut demo, &alex, &[c], Outcome::NotAchieved, Some("Too much jargon"));
    sign(&mut demo, &alex, &[d], Outcome::Achieved, None);
    let mut pair = [a.parse::<KsbCode>().unwrap(), b.parse().unwrap()];
    pair.sort_unstable();
    let pair = pair.map(|code| code.to_string()).join(" ");
    let not_yet = format!("not-yet {c} “Too much jargon”");
    assert_eq!(
        new(&demo.app, &alex),
        [format!("signed {d}"), not_yet.clone(), format!("signed {pair} “Calm and clear”")]
    );
    let shown = news::news(&demo.app, &alex, 1).unwrap();
    assert_eq!((shown.rows.len(), shown.total), (1, 3));
    assert!(shown.rows[0].action.is_none() && news::news(&demo.app, &alex, 2).unwrap().rows[1].action.is_some());
    // Someone else's record has none of it, and the trainee's own answer is not news to them.
    annotations::acknowledge(&mut demo.app, &alex, &proof(), &praised[..1]).unwrap();
    assert_eq!(new(&demo.app, &alex).len(), 3);
    // What is taken back again was never news; what was read before is.
    let (by, reason) = (demo.supervisor.clone(), clean("Signed in error"));
    let last = sign(&mut demo, &alex, &[d], Outcome::Achieved, None);
    sign_off::withdraw(&mut demo.app, &by, &proof(), last[0], &reason).unwrap();
    assert_eq!(new(&demo.app, &alex).len(), 3);
    let to = demo.app.head().unwrap().size;
    visits::mark_read(&mut demo.app, &alex, to).unwrap();
    assert_eq!(new(&demo.app, &alex), [""; 0]);
    sign_off::withdraw(&mut demo.app, &by, &proof(), praised[0], &reason).unwrap();
    assert_eq!(new(&demo.app, &alex), [format!("taken-back {a} “Signed in error”")]);
    // What is read is what was shown: what was signed after that stays new.
    visits::mark_read(&mut demo.app, &alex, to).unwrap();
    assert_eq!(new(&demo.app, &alex).len(), 1);
    visits::mark_read(&mut demo.app, &alex, u64::MAX).unwrap();
    sign(&mut demo, &alex, &[a], Outcome::Achieved, None);
    assert_eq!(new(&demo.app, &alex), [format!("signed {a}")]);
}

#[test]
#[ignore = "slow: many days of a department"]
fn a_dispute_needs_the_officer_until_it_is_answered() {
    let (_folder, mut demo) = at("2026-11-28T12:00:00Z");
    let alex = demo.trainee.clone();
    let disputes = |app: &App| {
        let needs = officer::officer_home(app, 100).unwrap().needs;
        needs.iter().filter(|need| need.word() == "Dispute").filter(|need| need.trainee().unwrap().id == alex).count()
    };
    let open = outstanding::outstanding(&demo.app, &alex).unwrap().1;
    let open: Vec<String> =
        open.iter().filter(|row| row.state == State::Open).map(|row| row.code.to_string()).collect();
    let by = demo.supervisor.clone();
    for again in [true, false] {
        let code = open[usize::from(again)].as_str();
        let id = sign(&mut demo, &alex, &[code], Outcome::NotAchieved, Some("Too slow"))[0];
        assert_eq!(disputes(&demo.app), 0);
        annotations::dispute(&mut demo.app, &alex, &proof(), id, &clean("I was called away")).unwrap();
        assert_eq!(disputes(&demo.app), 1);
        if again {
            sign(&mut demo, &alex, &[code], Outcome::Achieved, None);
        } else {
            sign_off::withdraw(&mut demo.app, &by, &proof(), id, &clean("Agreed")).unwrap();
        }
        assert_eq!(disputes(&demo.app), 0, "{again}");
    }
}

#[test]
#[ignore = "slow: many days of a department"]
fn the_tabs_count_what_their_screens_list_for_each_person() {
    let (_folder, mut demo) = at("2026-11-28T12:00:00Z");
    assert_eq!(tab_counts(&demo.app, None).unwrap(), TabCounts::default());
    let alex = demo.trainee.clone();
    visits::mark_read(&mut demo.app, &alex, u64::MAX).unwrap();
    let app = &demo.app;
    let mut queues = 0;
    for who in person::people(app, &Role::ALL).unwrap().into_iter().filter(|person| !person.left) {
        let counts = tab_counts(app, Some(&who)).unwrap();
        let is = |role| who.roles.contains(&role);
        let of = Some(&who.id).filter(|_| !is(Role::TrainingOfficer));
        let queue = queue::queue(app, of, &Filter::default(), (0, 1)).unwrap().of;
        let staff = is(Role::Supervisor) || is(Role::TrainingOfficer);
        assert_eq!(counts.queue, if staff { queue } else { 0 }, "{}", who.name);
        assert_eq!(counts.reviews, if is(Role::TrainingOfficer) { 3 } else { 0 }, "{}", who.name);
        let checks = quality_assurance::second_looks(app, Some(&who.id), &Filter::default(), (0, 1)).unwrap().of;
        assert_eq!(counts.second_checks, if is(Role::Trainee) { 0 } else { checks }, "{}", who.name);
        let new = if is(Role::Trainee) { news::news(app, &who.id, 0).unwrap().total as u64 } else { 0 };
        assert_eq!(counts.home, new, "{}", who.name);
        assert!(who.id != alex || counts.home == 0);
        queues += usize::from(counts.queue > 0);
    }
    assert!(queues > 5, "{queues}");
}

#[test]
#[ignore = "slow: many days of a department"]
fn the_pass_over_the_department_and_the_rows_of_the_cohort_agree_on_who_is_behind() {
    let (_folder, demo) = at("2027-08-01T00:05:00Z");
    let found = department::department(&demo.app).unwrap();
    let rows = cohort(&demo.app);
    let behind = rows.iter().filter(|row| row.trainee.signed < row.expected).count();
    assert_eq!((found.behind.len(), found.figures.trainees), (behind, rows.len()));
    let complete = |row: &&CohortRow| {
        let near = (row.gateway - demo.app.today()).num_days() <= GATEWAY_NEAR_DAYS;
        !near && row.trainee.signed >= row.trainee.total
    };
    assert_eq!(found.complete.len(), rows.iter().filter(complete).count());
}

#[test]
fn a_trainee_over_ssh_reads_their_own_home_alone_and_marks_it_as_read_though_their_file_is_open_to_read() {
    let book = Book::founded();
    book.officer(&["ssh", "add", "Ann Trainee", "--key", &book.login_key("ann")]).done();
    book.officer(&["enrol", "Ann Trainer", "ST0413", "--start", "2025-09-01"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "--feedback", "Calm and clear"]).done();
    let (ann, other): (PersonId, PersonId) =
        (book.id_of("Ann Trainee").parse().unwrap(), book.id_of("Ann Trainer").parse().unwrap());
    let size = book.size();
    let (mut app, _) = ssh_keys::logged_in(DataDir::new(book.data()), &ann, None).unwrap();
    let own = trainee::trainee_home(&app, &ann, 100).unwrap();
    assert_eq!((own.trainee.id, own.news.total), (ann.clone(), 1));
    assert_eq!(news::news(&app, &other, 100).unwrap().total, 0);
    assert!(trainee::trainee_home(&app, &other, 100).is_err());
    assert!(visits::mark_read(&mut app, &other, 1).unwrap_err().why.contains("another person"));
    visits::mark_read(&mut app, &ann, own.news.read_to).unwrap();
    let read = news::news(&app, &ann, 100).unwrap();
    assert_eq!((read.since, read.total), (NewsSince::Read(app.today()), 0));
    assert_eq!((app.viewer().own(), book.size()), (Some(&ann), size), "nothing is signed by reading");
}

#[test]
fn a_review_is_news_when_it_is_held_and_when_others_sign_it() {
    let (_folder, demo) = at("2026-11-28T12:00:00Z");
    let mut said = Vec::new();
    for row in cohort(&demo.app) {
        let found = news::news(&demo.app, &row.trainee.id, 500).unwrap();
        said.extend(found.rows.into_iter().filter(|item| item.kind == NewsKind::Review).map(|item| item.words));
    }
    assert!(said.iter().any(|words| words.contains("is signed by all three")), "{said:?}");
    assert!(said.iter().all(|words| words.starts_with("the review of ")), "{said:?}");
}
