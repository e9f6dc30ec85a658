//! What a training officer's own key can and cannot make absent, evidence that goes under another erasure, tiles, and bytes
//! that are no text.

use countersign_app::verify::anchors::ExternalAnchors;
use countersign_app::verify::log::{Verdict, verify, verify_against};
use countersign_app::verify::rebuild;
use countersign_core::primitives::text::SafeText;
use countersign_core::statement::Body;
use countersign_core::statement::decode::decode;
use countersign_core::statement::kind::Kind;
use countersign_core::statement::kinds::erase::Erase;

use crate::cli::book::Book;
use crate::faults::forger::Forger;
use crate::kinds::absent::receipt;
use crate::owner::Owner;

fn faults(book: &Book) -> Vec<String> {
    let report = verify(&book.database(), &[], 1, &mut |_, _| {}).unwrap();
    report.faults.into_iter().map(|fault| fault.what).collect()
}

/// Erases an entry in the officer's name, saying that it was of a kind; the file is then as if the program had done so.
fn erase(forger: &mut Forger, at: usize, kind: Option<Kind>) {
    let target = forger.entries[at].clone();
    let body = Body::Erase(Erase {
        of: target.id,
        position: at as u64,
        leaf: forger.leaves()[at],
        time: decode(&target.text).unwrap().signed,
        kind,
        put_back: (kind == Some(Kind::Import))
            .then(|| decode(&target.text).unwrap().body.put_back().unwrap_or(target.id)),
        evidence: Vec::new(),
        reason: SafeText::line("Forged").unwrap(),
    });
    forger.by_tilly(body);
    forger.lay();
    let (by, leaf) = (i64::try_from(forger.entries.len()).unwrap() - 1, forger.leaves()[at]);
    let file = Owner::of(&forger.book.database());
    let place = i64::try_from(at).unwrap();
    let row = rusqlite::params![place, leaf.0, by];
    file.execute("INSERT INTO erased VALUES (?1, ?2, ?3)", row).unwrap();
    file.execute("UPDATE entry SET text = '', signature = zeroblob(64) WHERE place = ?1", [place]).unwrap();
    drop(file);
    forger.index();
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn an_officer_s_key_cannot_erase_what_is_on_no_record_and_a_receipt_shows_a_lie_about_the_kind() {
    let kinds: Vec<(usize, Kind)> = {
        let forger = Forger::new();
        let kind = |text: &str| decode(text).unwrap().body.kind();
        forger.entries.iter().enumerate().map(|(at, entry)| (at, kind(&entry.text))).collect()
    };
    let mut seen = Vec::new();
    for (at, kind) in kinds {
        if seen.contains(&kind) || kind == Kind::SignOff {
            continue;
        }
        seen.push(kind);
        // The truth about the kind.
        let mut forger = Forger::new();
        erase(&mut forger, at, Some(kind));
        let told = faults(&forger.book);
        // Without its beginning no statement is allowed, and each says so.
        let words = match kind {
            Kind::Genesis => "The first entry of a log must be the one that starts it",
            _ => "Only entries on a trainee's record can be erased",
        };
        assert!(told.iter().any(|what| what.contains(words)), "{kind}: {told:?}");
        // A lie about it: anyone who has a receipt sees it.
        let mut forger = Forger::new();
        let receipt = receipt(&forger.book.database(), at as u64, &forger.leaves());
        erase(&mut forger, at, Some(Kind::SignOff));
        let mut kept = ExternalAnchors::default();
        kept.add_receipts("kept", &receipt).unwrap();
        let report = verify_against(&forger.book.database(), &kept, 1, &mut |_, _| {}).unwrap();
        assert_ne!(report.verdict, Verdict::Sound, "{kind}");
        let told = report.faults.iter().any(|fault| fault.what.contains("is missing, and it was not erased"));
        assert!(told || kind == Kind::Genesis, "{kind}: {:?}", report.faults);
        // An erasure that does not say the kind, as earlier versions wrote it, is pointed out.
        let mut forger = Forger::new();
        erase(&mut forger, at, None);
        let report = verify(&forger.book.database(), &[], 1, &mut |_, _| {}).unwrap();
        let noted = report.notes.iter().any(|note| note.contains(&format!("erased entry {at} ")));
        assert!(noted, "{kind}: {report:?}");
    }
    assert!(seen.len() >= 4, "{seen:?}");
}

#[test]
#[ignore = "slow: hundreds of runs with a fault"]
fn tiles_that_are_wrong_missing_or_too_early_are_found_and_rebuilt_and_then_signing_goes_on() {
    for (sql, words) in [
        ("INSERT INTO tile SELECT count(*), randomblob(32) FROM tile", "whose entries are not all in the log"),
        ("INSERT INTO tile SELECT count(*) + 7, randomblob(32) FROM tile", "whose entries are not all in the log"),
        ("INSERT INTO tile VALUES (-1, randomblob(32))", "whose entries are not all in the log"),
        ("DELETE FROM tile", "is not the node of its entries"),
        ("UPDATE tile SET hash = randomblob(32)", "is not the node of its entries"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let data = countersign_app::storage::data_dir::DataDir::new(folder.path().join("data"));
        let mut demo = countersign_app::demo::large::make(&data, 2, 300, 1, &mut |_, _| {}).unwrap();
        Owner::of(&data.database()).execute_batch(sql).unwrap();
        let report = verify(&data.database(), &[], 1, &mut |_, _| {}).unwrap();
        assert!(report.faults.iter().any(|fault| fault.what.contains(words)), "{sql}: {:?}", report.faults);
        rebuild::rebuild(&mut demo.app, &mut |_, _| {}).unwrap();
        let report = verify(&data.database(), &[], 1, &mut |_, _| {}).unwrap();
        assert_eq!((report.verdict, report.faults), (Verdict::CannotTell, vec![]), "{sql}");
        let schema = countersign_store::db::Db::open(&data.database(), countersign_store::db::Access::Write);
        assert!(schema.is_ok(), "{schema:?}");
    }
}

#[test]
fn an_entry_that_is_not_text_is_named_and_all_others_are_verified_and_shown() {
    let book = Book::founded();
    book.supervisor(&["sign-off", "Ann Trainee", "K1"]).done();
    book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
    let size: i64 = Owner::of(&book.database()).query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
    let kept = std::fs::read(book.database()).unwrap();
    for at in 0..size {
        for change in [
            "text = CAST(x'ff' || CAST(text AS BLOB) AS TEXT)",
            "text = CAST(CAST(text AS BLOB) || x'c328' AS TEXT)",
            "text = CAST(x'00ff00' AS TEXT)",
        ] {
            std::fs::write(book.database(), &kept).unwrap();
            let sql = format!("UPDATE entry SET {change} WHERE place = {at}");
            assert_eq!(Owner::of(&book.database()).execute(&sql, []).unwrap(), 1);
            let verified = book.run(&["verify"]);
            assert_eq!(verified.code, 1, "{sql}: {verified:?}");
            assert!(verified.out.contains(&format!("Entry {at}: It is not text")), "{sql}: {verified:?}");
            let history = book.run(&["history"]);
            assert_eq!(history.code, 0, "{sql}: {history:?}");
            assert!(history.out.contains("ALTERED"), "{sql}: {history:?}");
            let rebuilt = book.run(&["rebuild"]);
            assert_eq!(rebuilt.code, 1, "{sql}: {rebuilt:?}");
            assert!(rebuilt.err.contains(&format!("Entry {at}: It is not text")), "{sql}: {rebuilt:?}");
        }
    }
}
