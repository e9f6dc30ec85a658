//! Runs `trainee` and `outstanding`: one trainee's record, and what is left to show. Read-only.

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use crate::commands::record::rows::{ActionRow, Card, CarriedRow, PendingClaimRow, RecordRow, ReviewRow, carried_rows};
use crate::commands::standards::levels::of_person;
use crate::commands::standards::local::{self, LocalRow};
use crate::commands::standards::standard_page::attribution;
use crate::context::filter::filter;
use crate::context::{Context, one};
use crate::output::report::{CommandOutput, Failure, listed, section};
use crate::output::table::{OutputBlock, Table, fact};
use countersign_app::app::App;
use countersign_app::programme::reviews;
use countersign_app::record::outstanding;
use countersign_app::standards::standard::attributed;
use countersign_core::filter::Filter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::break_in_learning::BreakPeriod;
use countersign_core::people::person::Role;
use countersign_core::primitives::date::{day_words, late_words};
use countersign_core::primitives::ids::{KsbCode, KsbKind, PersonId};
use countersign_core::record::claim::PendingClaim;
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::{Outstanding, Rejection};
use countersign_core::record::view::{
    AnnotationMark, CarriedRecord, NoLongerAsked, Record, RecordedReview, TraineeCard, TraineeRecord, deciding,
};
use countersign_core::standard::Ksb;
use countersign_core::standard::local_view::LocalKsb;

#[derive(Debug, Args)]
pub struct TraineeArgs {
    /// Who: an id, or any part of a name that matches nobody else.
    pub trainee: String,
    /// Lists only what fits: words, s26, not-yet, duty:7 and more. The guide's page on filters lists all.
    pub filter: Vec<String>,
}

/// Lists every KSB with its state and records.
pub fn trainee(context: &Context, asked: &TraineeArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    let filter = filter(&asked.filter, FilterTarget::Ksbs, app.today())?;
    let (trainee_record, records) = outstanding::whole_record(app, &who.id)?;
    let fits = |(ksb, state): (&Ksb, State)| trainee_record.fits(&filter, ksb, state);
    let (trainee, today) = (&trainee_record.trainee, app.today());
    let gateway = trainee.gateway(trainee_record.standard.months(), today);
    let mut facts = facts(trainee);
    let carried = trainee_record.counting_carried();
    if carried > 0 {
        facts.push(fact("Carried over", format!("{carried} of these, from earlier records")));
    }
    facts.push(fact("Gateway", day_words(gateway)));
    facts.extend(trainee.pauses.iter().map(|span| fact("Break in learning", span_words(*span))));
    facts.extend(of_person(&who)?);
    let mut parts = vec![OutputBlock::Facts(facts)];
    for (kind, heading) in
        [(KsbKind::Knowledge, "Knowledge"), (KsbKind::Skill, "Skills"), (KsbKind::Behaviour, "Behaviours")]
    {
        let of_kind = each(&trainee_record).zip(&records).filter(|((ksb, _), _)| ksb.code.kind == kind);
        let of_kind = of_kind.filter(|(one, _)| fits(*one));
        let rows: Vec<Vec<String>> =
            of_kind.map(|((ksb, state), records)| state_row(&trainee_record, ksb, state, records)).collect();
        let head = vec!["ksb", "state", "observed", "signer", "text"];
        parts.extend(section(heading, Table { head, rows }));
    }
    parts.extend(local::parts(&trainee_record, &filter));
    let shown = trainee_record.all().zip(&records).filter(|(one, _)| fits(*one));
    let rows: Vec<Vec<String>> = shown.flat_map(|(_, records)| records).map(record_row).collect();
    let head = vec!["ksb", "record", "observed", "signer", "id", "said"];
    parts.extend(section("Records", Table { head, rows }));
    let shown = trainee_record.all().filter(|one| fits(*one));
    let earlier = shown.flat_map(|(ksb, _)| trainee_record.carried.get(&ksb.code).into_iter().flatten());
    let rows: Vec<Vec<String>> = earlier.map(carried_row).collect();
    let head = vec!["ksb", "record", "seen", "assessor", "level", "carried over from", "by", "id"];
    parts.extend(section("Carried over from earlier records", Table { head, rows }));
    let kept = if filter.is_empty() { outstanding::no_longer_asked(app, &who.id)? } else { Vec::new() };
    if !kept.is_empty() {
        let row = |(one, record): (&NoLongerAsked, &Record)| [record_row(record), vec![one.why.clone()]].concat();
        let rows = kept.iter().flat_map(|one| one.records.iter().map(move |record| (one, record))).map(row).collect();
        let head = vec!["ksb", "record", "observed", "signer", "id", "said", "why it does not count"];
        parts.extend(section(NO_LONGER_ASKED, Table { head, rows }));
    }
    let reviews = if filter.is_empty() { reviews::reviews(app, &who.id)? } else { Vec::new() };
    if !reviews.is_empty() {
        let head = vec!["review", "state", "next", "signed", "attended", "id", "said"];
        let rows = reviews.iter().map(review_row).collect();
        parts.extend(section("Progress reviews", Table { head, rows }));
    }
    let listed: Vec<String> =
        trainee_record.all().filter(|one| fits(*one)).map(|(ksb, _)| ksb.code.to_string()).collect();
    if listed.is_empty() && !filter.is_empty() {
        parts.extend([OutputBlock::Gap, OutputBlock::Line("No KSB matches".to_owned())]);
    }
    let (trainee, mut ksbs) = (Card::new(&trainee_record.trainee), ksb_states(&trainee_record, &records));
    ksbs.retain(|row| listed.contains(&row.id));
    parts.extend(attribution(&trainee_record.standard));
    let attribution = attributed(&trainee_record.standard);
    let reviews = reviews.iter().map(ReviewRow::new).collect();
    let pauses = trainee_record.trainee.pauses.iter().map(PauseRow::new).collect();
    let gateway = gateway.to_string();
    let mut competences = local::rows(&trainee_record, &records);
    competences.retain(|row| listed.contains(&row.id));
    let schema = "countersign/trainee/1";
    let no_longer_asked = kept.iter().map(KeptRow::new).collect();
    let shape = Trainee {
        schema,
        trainee,
        counting_carried_over: carried,
        gateway,
        pauses,
        ksbs,
        competences,
        no_longer_asked,
        reviews,
        attribution,
    };
    Ok(CommandOutput::new(parts, &shape)?)
}

/// Heading of signed KSBs that the trainee no longer answers for.
pub const NO_LONGER_ASKED: &str = "Signed, but no longer required";

/// Describes a break in learning: from when, and until when if known.
fn span_words(span: BreakPeriod) -> String {
    let back = span.back.map_or_else(|| "return date not known".to_owned(), day_words);
    if span.back.is_some() {
        format!("{} to {back}", day_words(span.from))
    } else {
        format!("{}, {back}", day_words(span.from))
    }
}

/// Returns every KSB with its state and records, for JSON.
pub fn ksb_states(trainee_record: &TraineeRecord, records: &[Vec<Record>]) -> Vec<KsbState> {
    let one = |((ksb, state), records): ((&Ksb, State), &Vec<Record>)| KsbState {
        id: ksb.code.to_string(),
        state: state.slug(),
        counts: trainee_record.counts(state),
        duties: ksb.duties.iter().map(|no| no.0).collect(),
        text: ksb.text.clone(),
        claim: trainee_record.claims.get(&ksb.code).map(PendingClaimRow::new),
        seen_in: seen_in(trainee_record, ksb.code),
        records: records.iter().map(RecordRow::new).collect(),
        carried_over: carried_rows(trainee_record, ksb.code),
    };
    each(trainee_record).zip(records).map(one).collect()
}

/// Lists outstanding KSBs, most urgent first.
pub fn outstanding(context: &Context, asked: &TraineeArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let who = one(app, &asked.trainee, &[Role::Trainee])?;
    let filter = filter(&asked.filter, FilterTarget::Outstanding, app.today())?;
    outstanding_of(app, &who.id, &filter)
}

/// Lists the outstanding KSBs of this trainee.
pub fn outstanding_of(app: &mut App, who: &PersonId, filter: &Filter) -> Result<CommandOutput, Failure> {
    let (trainee_record, mut left) = outstanding::outstanding(app, who)?;
    let all = left.len();
    let today = app.today();
    left.retain(|row| row.fits(filter, &trainee_record, today));
    let text = |row: &Outstanding| trainee_record.ksb(row.code).map(|ksb| ksb.text.clone()).unwrap_or_default();
    let (open, pressing): (Vec<&Outstanding>, Vec<&Outstanding>) =
        left.iter().partition(|row| row.state == State::Open && row.rejected.is_none());
    let mut parts = card(&trainee_record.trainee);
    if !pressing.is_empty() {
        let some_rejected = pressing.iter().any(|row| row.rejected.is_some());
        let rows = pressing.iter().map(|row| {
            let record = row.newest.as_ref();
            let action = row.action();
            let rejected = row.rejected.as_ref();
            let mut cells = vec![
                row.code.to_string(),
                local::state(&trainee_record, row),
                row.claim.as_ref().map(asked).unwrap_or_default(),
                by_day(row, &trainee_record, today),
                action.map(|action| action.what.to_string()).unwrap_or_default(),
                record.and_then(|record| record.feedback.as_ref()).map(ToString::to_string).unwrap_or_default(),
                text(row),
            ];
            if some_rejected {
                let rejected =
                    rejected.map(|rejection| format!("{} by {}", day_words(rejection.at.day()), rejection.words()));
                cells.insert(2, rejected.unwrap_or_default());
            }
            cells
        });
        let mut head = vec!["ksb", "state", "claimed", "by", "action", "feedback", "text"];
        if some_rejected {
            head.insert(2, "rejected");
        }
        parts.extend([OutputBlock::Gap, OutputBlock::Table(Table { head, rows: rows.collect() })]);
    }
    let is_local = |row: &Outstanding| row.code.kind == KsbKind::Local;
    let duties: Vec<_> = open.chunk_by(|a, b| (a.duty, is_local(a)) == (b.duty, is_local(b))).collect();
    for rows in duties {
        let duty = rows.first().and_then(|row| row.duty).and_then(|no| trainee_record.standard.duty(no));
        let other = if rows.first().is_some_and(|row| is_local(row)) { "Local competences" } else { "No duty" };
        let heading = duty.map_or_else(|| other.to_owned(), |duty| format!("Duty {} {}", duty.no, duty.label()));
        let rows = rows.iter().map(|row| vec![row.code.to_string(), row.state.label().to_owned(), text(row)]).collect();
        let table = Table { head: vec!["ksb", "state", "text"], rows };
        parts.extend([OutputBlock::Gap, OutputBlock::Line(heading), listed(table, "")]);
    }
    if left.is_empty() {
        let nothing = if all == 0 { "Nothing is outstanding" } else { "Nothing outstanding matches" };
        parts.push(OutputBlock::Line(nothing.to_owned()));
    }
    parts.extend(attribution(&trainee_record.standard));
    let ksbs =
        left.iter().map(|row| OutstandingRow::new(row, &text(row), trainee_record.carried_over(row.code))).collect();
    let trainee = Card::new(&trainee_record.trainee);
    let attribution = attributed(&trainee_record.standard);
    Ok(CommandOutput::new(parts, &OutstandingList { schema: "countersign/outstanding/1", trainee, ksbs, attribution })?)
}

/// Returns the due day of the action and how late it is; for a lapsed KSB, only how late.
fn by_day(row: &Outstanding, trainee_record: &TraineeRecord, today: NaiveDate) -> String {
    let by = row.action().map(|action| day_words(action.by));
    let late = row.days_late(trainee_record, today).map(late_words);
    [by, late].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Describes a waiting claim: its day, and who is asked.
fn asked(asked: &PendingClaim) -> String {
    format!("{}, sent to {}", day_words(asked.since.day()), asked.whom())
}

pub fn each(trainee_record: &TraineeRecord) -> impl Iterator<Item = (&Ksb, State)> {
    trainee_record.standard.ksbs().iter().zip(trainee_record.states.iter().copied())
}

/// Renders the trainee's name, standard, dates and progress.
pub fn card(card: &TraineeCard) -> Vec<OutputBlock> {
    vec![OutputBlock::Facts(facts(card))]
}

fn facts(card: &TraineeCard) -> Vec<(String, String)> {
    let specialism = card.specialism.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut facts = vec![
        fact("Trainee", format!("{} {}", card.id, card.name)),
        fact("Standard", &card.standard),
        fact("Start", day_words(card.start)),
        fact("Signed", format!("{} of {}", card.signed, card.total)),
    ];
    if let Some(end) = card.end {
        facts.insert(3, fact("Planned end", day_words(end)));
    }
    if !specialism.is_empty() {
        facts.insert(2, fact("Specialism", specialism));
    }
    if let Some(option) = &card.scope.option {
        facts.insert(2, fact("Option", option));
    }
    for left in &card.scope.left_out {
        let codes: Vec<String> = left.codes.iter().map(ToString::to_string).collect();
        facts.push(fact("Left out", format!("{}: {}", codes.join(" "), left.reason)));
    }
    facts
}

/// Returns the row of a KSB: its state, and the record that decides it, or else the earlier record that it is carried over from.
fn state_row(trainee_record: &TraineeRecord, ksb: &Ksb, state: State, records: &[Record]) -> Vec<String> {
    let decides = deciding(records, &trainee_record.policy);
    let carried = trainee_record.carried_over(ksb.code);
    vec![
        ksb.code.to_string(),
        state.label().to_owned(),
        decides.map(|record| record.observed).or(carried.map(|one| one.item.on)).map(day_words).unwrap_or_default(),
        decides
            .map(|record| record.signer_name.to_string())
            .or(carried.map(|one| one.assessor().to_owned()))
            .unwrap_or_default(),
        ksb.text.clone(),
    ]
}

/// Describes a later mark on a record.
fn mark(mark: &AnnotationMark) -> String {
    let reason = mark.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let text = format!("{} by {}{reason}", mark.words(), mark.by_name);
    match (mark.withdrawn, mark.in_review) {
        (true, _) => text + " (withdrawn)",
        (false, true) => text + " (in review)",
        (false, false) => text,
    }
}

/// Returns the row of a progress review, with who has signed it.
pub fn review_row(recorded: &RecordedReview) -> Vec<String> {
    let review = &recorded.review;
    let there: Vec<String> =
        review.attended.iter().map(|one| format!("{} {}", one.party.slug(), one.who.name)).collect();
    let mut words = review.in_words();
    words.extend(recorded.marks.iter().map(mark));
    let state = match (recorded.withdrawn, recorded.in_review) {
        (true, _) => "withdrawn",
        (false, true) => "in review",
        (false, false) => "held",
    };
    vec![
        day_words(review.held),
        state.to_owned(),
        day_words(review.next),
        format!("{} of {}", review.signed, review.all),
        there.join(", "),
        recorded.id.to_string(),
        words.join("; "),
    ]
}

/// Returns the row of a record, with its marks.
fn record_row(record: &Record) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    words.extend(record.method.map(|method| method.words().to_owned()));
    words.extend(record.supervision.map(|supervision| supervision.words().to_owned()));
    words.extend(record.place.as_ref().map(ToString::to_string));
    words.extend(record.feedback.as_ref().map(ToString::to_string));
    words.extend(record.action.as_ref().map(|action| format!("by {}: {}", day_words(action.by), action.what)));
    words.extend(record.evidence.iter().map(|file| format!("evidence {}", file.name)));
    words.extend(record.late.as_ref().map(|late| format!("late: {late}")));
    words.extend(record.presence.words().map(|words| format!("signed {words}")));
    words.extend(record.withdrawn.as_ref().map(|gone| format!("withdrawn by {}: {}", gone.by_name, gone.reason)));
    words.extend(record.marks.iter().map(mark));
    let outcome = match record {
        _ if record.withdrawn.is_some() => "withdrawn",
        _ if record.rejected() => "rejected",
        _ if record.in_review => "in review",
        _ => record.outcome.words(),
    };
    cells![record.code, outcome, day_words(record.observed), record.signer_name, record.id, words.join("; ")]
}

/// Returns the row of an item of an earlier record.
fn carried_row(carried: &CarriedRecord) -> Vec<String> {
    let state = match carried {
        _ if carried.withdrawn.is_some() => "withdrawn",
        _ if carried.in_review => "in review",
        _ => "carried over",
    };
    let level = carried.item.level.as_ref().map(ToString::to_string).unwrap_or_default();
    let (seen, by) = (day_words(carried.item.on), &carried.signer_name);
    cells![carried.code(), state, seen, carried.assessor(), level, carried.origin(), by, carried.id]
}

json_row! {
    /// A break in learning.
    PauseRow from (span: &BreakPeriod) {
        id: String = span.from.to_string(),
        back: Option<String> = span.back.map(|day| day.to_string()),
    }
}

/// A trainee's outstanding KSBs.
#[derive(Debug, Serialize)]
pub struct OutstandingList {
    pub schema: &'static str,
    pub trainee: Card,
    /// Most urgent first.
    pub ksbs: Vec<OutstandingRow>,
    /// The attribution that the licence of the texts requires, if any.
    pub attribution: Option<String>,
}

json_row! {
    /// An outstanding KSB.
    OutstandingRow from (row: &Outstanding, text: &str, carried: Option<&CarriedRecord>) {
        id: String = row.code.to_string(),
        state: &'static str = row.state.slug(),
        duty: Option<u16> = row.duty.map(|no| no.0),
        text: String = text.to_owned(),
        record: Option<String> = row.newest.as_ref().map(|record| record.id.to_string()),
        feedback: Option<String> =
            row.newest.as_ref().and_then(|record| record.feedback.as_ref()).map(ToString::to_string),
        action: Option<ActionRow> = row.newest.as_ref().and_then(|record| record.action.as_ref()).map(ActionRow::new),
        rejected: Option<RejectedRow> = row.rejected.as_ref().map(RejectedRow::new),
        claim: Option<PendingClaimRow> = row.claim.as_ref().map(PendingClaimRow::new),
        carried_over: Option<CarriedRow> = carried.map(CarriedRow::new),
    }
}

json_row! {
    /// How a sample reopened it.
    RejectedRow from (rejection: &Rejection) {
        id: String = rejection.of.to_string(),
        signer_name: String = rejection.signer_name.to_string(),
        at: String = rejection.at.to_string(),
        by_name: String = rejection.by_name.to_string(),
        reason: Option<String> = rejection.reason.as_ref().map(ToString::to_string),
    }
}

/// A trainee's record.
#[derive(Debug, Serialize)]
pub struct Trainee {
    pub schema: &'static str,
    pub trainee: Card,
    /// How many of the signed KSBs count because an earlier record says so.
    pub counting_carried_over: u16,
    /// Expected day of the gateway.
    pub gateway: String,
    /// Breaks in learning.
    pub pauses: Vec<PauseRow>,
    /// In the standard's order.
    pub ksbs: Vec<KsbState>,
    /// By code.
    pub competences: Vec<LocalRow>,
    /// Signed KSBs that they no longer answer for.
    pub no_longer_asked: Vec<KeptRow>,
    /// Progress reviews, newest first.
    pub reviews: Vec<ReviewRow>,
    /// The attribution that the licence of the texts requires, if any.
    pub attribution: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct KsbState {
    pub id: String,
    pub state: &'static str,
    pub counts: bool,
    pub duties: Vec<u16>,
    pub text: String,
    pub claim: Option<PendingClaimRow>,
    pub seen_in: Vec<ObservedInRow>,
    pub records: Vec<RecordRow>,
    /// What earlier records say, newest first.
    pub carried_over: Vec<CarriedRow>,
}

json_row! {
    /// A signed KSB that they no longer answer for.
    KeptRow from (kept: &NoLongerAsked) {
        id: String = kept.code.to_string(),
        why: String = kept.why.clone(),
        text: String = kept.text.clone(),
        records: Vec<RecordRow> = kept.records.iter().map(RecordRow::new).collect(),
    }
}

json_row! {
    /// A local competence that a KSB was shown by.
    ObservedInRow from (local: &LocalKsb) {
        id: String = local.ksb.code.to_string(),
        observations: u16 = local.seen,
        latest: Option<String> = local.tally.latest.map(|day| day.to_string()),
    }
}

/// Returns the local competences that a KSB was shown by.
pub fn seen_in(trainee_record: &TraineeRecord, code: KsbCode) -> Vec<ObservedInRow> {
    let linked = trainee_record.local.iter().filter(|local| local.seen > 0 && local.term.links.contains(&code));
    linked.map(ObservedInRow::new).collect()
}
