//! Renders a trainee's local competences, separately from the KSBs of the standard.

use crate::commands::record::rows::{CarriedRow, PendingClaimRow, RecordRow, carried_rows};
use crate::output::table::{OutputBlock, Table};
use countersign_core::filter::Filter;
use countersign_core::primitives::date::day_words;
use countersign_core::record::claim::PendingClaim;
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::{Record, TraineeRecord};
use countersign_core::standard::local_view::LocalKsb;

/// Renders the local competences and the KSBs that they show; nothing if there are none.
pub fn parts(trainee_record: &TraineeRecord, filter: &Filter) -> Vec<OutputBlock> {
    let fits = |local: &&LocalKsb| trainee_record.fits(filter, &local.ksb, local.state);
    let rows: Vec<Vec<String>> =
        trainee_record.local.iter().filter(fits).map(|local| row(trainee_record, local)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = vec!["code", "state", "seen", "last", "again by", "ksbs", "text"];
    let mut parts = vec![
        OutputBlock::Gap,
        OutputBlock::Line("Local competences".to_owned()),
        OutputBlock::Table(Table { head, rows }),
    ];
    let seen = trainee_record.all().filter(|(ksb, state)| trainee_record.fits(filter, ksb, *state)).map(|(ksb, _)| ksb);
    let seen = seen.filter_map(|ksb| Some(vec![ksb.code.to_string(), trainee_record.also_seen(ksb.code)?]));
    let rows: Vec<Vec<String>> = seen.collect();
    if !rows.is_empty() {
        parts.extend([OutputBlock::Gap, OutputBlock::Table(Table { head: vec!["ksb", "observations"], rows })]);
    }
    parts
}

fn row(trainee_record: &TraineeRecord, local: &LocalKsb) -> Vec<String> {
    let carried = trainee_record.carried_over(local.ksb.code).map(|carried| carried.item.on);
    let links: Vec<String> = local.term.links.iter().map(ToString::to_string).collect();
    vec![
        local.ksb.code.to_string(),
        local.state.label().to_owned(),
        local.figure(),
        local.tally.latest.or(carried).map(day_words).unwrap_or_default(),
        local.due.map(day_words).unwrap_or_default(),
        links.join(" "),
        local.ksb.text.clone(),
    ]
}

/// Describes the state of an outstanding row, such as `partly, 2 of 5` for a local competence.
pub fn state(trainee_record: &TraineeRecord, row: &Outstanding) -> String {
    match (trainee_record.local_of(row.code), row.state) {
        (Some(local), State::Partly | State::NotYet) => format!("{}, {}", row.state.label(), local.figure()),
        (Some(LocalKsb { due: Some(due), .. }), State::Renew | State::Lapsed) => {
            format!("{}, {}", row.state.label(), day_words(*due))
        }
        _ => row.state.label().to_owned(),
    }
}

/// Returns the local competences for JSON. Their records come after those of the KSBs.
pub fn rows(trainee_record: &TraineeRecord, records: &[Vec<Record>]) -> Vec<LocalRow> {
    let own = records.iter().skip(trainee_record.standard.ksbs().len());
    let row = |(local, records): (&LocalKsb, &Vec<Record>)| {
        let carried = carried_rows(trainee_record, local.ksb.code);
        LocalRow::new(local, trainee_record.claims.get(&local.ksb.code), records, carried)
    };
    trainee_record.local.iter().zip(own).map(row).collect()
}

json_row! {
    /// The state of a local competence.
    LocalRow from (local: &LocalKsb, claim: Option<&PendingClaim>, records: &[Record], carried: Vec<CarriedRow>) {
        id: String = local.ksb.code.to_string(),
        list: String = local.list.to_string(),
        state: &'static str = local.state.slug(),
        observations: u16 = local.seen,
        wanted: u16 = local.term.observations,
        due: Option<String> = local.due.map(|day| day.to_string()),
        months: Option<u32> = local.term.months,
        linked: Vec<String> = local.term.links.iter().map(ToString::to_string).collect(),
        may_sign: Vec<String> = local.term.who.iter().map(ToString::to_string).collect(),
        text: String = local.ksb.text.clone(),
        claim: Option<PendingClaimRow> = claim.map(PendingClaimRow::new),
        records: Vec<RecordRow> = records.iter().map(RecordRow::new).collect(),
        carried_over: Vec<CarriedRow> = carried,
    }
}
