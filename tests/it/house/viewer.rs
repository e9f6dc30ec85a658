//! Who may see what is decided in the store: a query about records takes a viewer, and the few that do not are the program's
//! own, called where statements are signed and replayed and nowhere else.

use crate::house::source::{Source, sources};
use crate::house::{BLIND, BLIND_CALLERS};

/// The store's rooms in which records and people are read.
const ROOMS: [&str; 12] = [
    "src/store/index/sign_off_index.rs",
    "src/store/log.rs",
    "src/store/index/people.rs",
    "src/store/queries/cohort.rs",
    "src/store/queries/cohort_detail.rs",
    "src/store/claims.rs",
    "src/store/evidence.rs",
    "src/store/queries/queue.rs",
    "src/store/index/programme_index.rs",
    "src/store/hours.rs",
    "src/store/queries/quality_assurance.rs",
    "src/store/index/packed_states.rs",
];

/// Each public function that reads, with whether it takes a viewer.
fn queries(source: &Source) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for part in source.code.split("\npub fn ").skip(1) {
        let Some((name, rest)) = part.split_once('(') else { continue };
        let head = rest.split('{').next().unwrap_or_default();
        if head.contains("&Tx<") {
            found.push((name.split('<').next().unwrap_or_default().to_owned(), head.contains("viewer: &Viewer")));
        }
    }
    found
}

fn blind(all: &[Source]) -> Vec<String> {
    let rooms = all.iter().filter(|source| ROOMS.contains(&source.path.as_str()));
    let each = rooms.flat_map(|source| queries(source).into_iter().map(move |found| (source, found)));
    let unseeing = each.filter(|(source, (name, sees))| {
        let room = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        !sees && !BLIND.contains(&format!("{room}::{name}").as_str())
    });
    unseeing.map(|(source, (name, _))| format!("{}: {name} reads without a viewer", source.path)).collect()
}

/// Calls of what reads whole statements without a viewer, from where no statement is signed or replayed.
fn calls(all: &[Source]) -> Vec<String> {
    let app = all.iter().filter(|source| source.path.starts_with("src/app/"));
    let elsewhere = app.filter(|source| !BLIND_CALLERS.contains(&source.path.as_str()));
    let reads = ["log::entry_at(", "log::entry_of(", "log::entries(", "log::entries_into("];
    elsewhere
        .flat_map(|source| reads.iter().filter(|call| source.code.contains(*call)).map(move |call| (source, call)))
        .map(|(source, call)| format!("{}: {call}…) reads a statement without a viewer", source.path))
        .collect()
}

#[test]
fn no_query_about_records_goes_without_a_viewer() {
    let all = sources();
    assert_eq!(blind(all), Vec::<String>::new());
    assert_eq!(calls(all), Vec::<String>::new());
    let query = "\npub fn all(tx: &Tx<'_>, id: &PersonId) -> Result<Vec<Record>, StoreError> {";
    assert_eq!(blind(&[Source::new("src/store/index/people.rs", query)]).len(), 1);
    let seeing = query.replace("id: &", "viewer: &Viewer, id: &");
    assert_eq!(blind(&[Source::new("src/store/index/people.rs", &seeing)]).len(), 0);
    assert_eq!(calls(&[Source::new("src/app/history.rs", "fn f() { log::entry_of(tx, id)? }")]).len(), 1);
}
