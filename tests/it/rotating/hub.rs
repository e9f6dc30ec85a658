//! A hub in memory, whose rows a test can alter as its administrator could.

use std::path::Path;

use countersign_app::hub::witness::witness_note;
use countersign_core::primitives::ids::{Digest, LogOrigin, StatementId};
use countersign_core::primitives::key::PublicKey;
use countersign_hub::error::TransportError;
use countersign_hub::row_digest::EarlierDigests;
use countersign_hub::rows::{
    BatchRow, Cosignature, EntryRow, Heads, ImportedRow, Pulled, PulledRow, SignedRow, SiteHead, TextRow,
};
use countersign_hub::transport::{BatchSource, EntrySource, JoiningSite, PushedPart, RowSink, Transport};
use countersign_ledger::batch::signature_digest;
use countersign_ledger::merkle::{entry, leaf_hash};
use rusqlite::{Connection, Row};

use crate::bundle::key_of;
use crate::cli::book::Book;
use crate::rotating::{opened, origin_of};

/// One log at the hub.
#[derive(Debug, Clone)]
pub struct FakeSite {
    pub head: SiteHead,
    pub entries: Vec<EntryRow>,
    pub imported: Vec<ImportedRow>,
    pub batches: Vec<BatchRow>,
    pub texts: Vec<TextRow>,
}

/// The hub: what each site pushed, as far as nobody altered it.
#[derive(Debug, Clone, Default)]
pub struct FakeHub {
    pub sites: Vec<FakeSite>,
    /// Batches that it sends without being asked.
    pub further: Vec<BatchRow>,
    /// After how many rows the connection breaks.
    pub breaks_after: Option<usize>,
    pub rows_sent: usize,
}

impl FakeHub {
    /// Puts the newest state of a book there.
    pub fn push(&mut self, book: &Book) {
        let mut site = FakeSite::of(book);
        let old = self.sites.iter().position(|one| one.head.origin == site.head.origin);
        if let Some(at) = old {
            let old = self.sites.remove(at);
            if old.head.checkpoint == site.head.checkpoint {
                site.head.cosignatures = old.head.cosignatures;
            }
        }
        self.sites.push(site);
    }

    pub fn with(books: &[&Book]) -> Self {
        let mut hub = Self::default();
        for book in books {
            hub.push(book);
        }
        hub
    }

    /// Says which site asks.
    pub fn asked_by(&mut self, book: &Book) {
        let origin = origin_of(book);
        self.sites.iter_mut().for_each(|site| site.head.own = site.head.origin.as_str() == origin);
    }

    pub fn site(&mut self, book: &Book) -> &mut FakeSite {
        let origin = origin_of(book);
        self.sites.iter_mut().find(|site| site.head.origin.as_str() == origin).unwrap()
    }
}

fn signed(text: String, signature: Vec<u8>) -> Option<SignedRow> {
    (!text.is_empty()).then_some(SignedRow { text, signature })
}

fn signature(signed: &SignedRow) -> Vec<u8> {
    signed.signature.clone()
}

fn id_of(bytes: &[u8]) -> StatementId {
    StatementId(uuid::Uuid::from_slice(bytes).unwrap())
}

impl FakeSite {
    pub fn of(book: &Book) -> Self {
        let mut site = Self::in_file(&book.database());
        site.head.vkey = key_of(book);
        site.head.witness_key = Some(witness_note(&mut opened(book)).unwrap());
        site
    }

    pub fn in_file(path: &Path) -> Self {
        let file = Connection::open(path).unwrap();
        let rows = |sql: &str, read: &mut dyn FnMut(&Row<'_>)| {
            let mut statement = file.prepare(sql).unwrap();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                read(row);
            }
        };
        let mut entries = Vec::new();
        let sql = "SELECT entry.place, id, line, signature, text, leaf FROM entry JOIN key USING (key)
            LEFT JOIN erased ON erased.place = entry.place ORDER BY entry.place";
        rows(sql, &mut |row| {
            let (id, key): (Vec<u8>, String) = (row.get(1).unwrap(), row.get(2).unwrap());
            let (signature, text): (Vec<u8>, String) = (row.get(3).unwrap(), row.get(4).unwrap());
            let erased: Option<[u8; 32]> = row.get(5).unwrap();
            let id = id_of(&id);
            let leaf = erased.map_or_else(
                || {
                    let public: PublicKey = key.parse().unwrap();
                    let blob = signature_digest(&public, signature.as_slice().try_into().unwrap());
                    leaf_hash(&entry(id, Digest::of(text.as_bytes()), blob))
                },
                Digest,
            );
            let position = row.get::<_, i64>(0).unwrap().cast_unsigned();
            entries.push(EntryRow { position, id, key, scheme: 1, signed: signed(text, signature), leaf });
        });
        let mut imported = Vec::new();
        rows("SELECT place, id, line, signature, text FROM imported JOIN key USING (key) ORDER BY place", &mut |row| {
            let id: Vec<u8> = row.get(1).unwrap();
            imported.push(ImportedRow {
                position: row.get::<_, i64>(0).unwrap().cast_unsigned(),
                id: id_of(&id),
                key: row.get(2).unwrap(),
                signed: signed(row.get(4).unwrap(), row.get(3).unwrap()),
            });
        });
        let mut batches = Vec::new();
        let sql = "SELECT name, key, signature, text FROM touch WHERE name IN
            (SELECT signature FROM entry UNION ALL SELECT signature FROM imported) ORDER BY name";
        rows(sql, &mut |row| {
            let (key, signature, text) = (row.get(1).unwrap(), row.get(2).unwrap(), row.get(3).unwrap());
            batches.push(BatchRow { name: row.get(0).unwrap(), key, signature, text });
        });
        let mut texts = Vec::new();
        rows("SELECT digest, canonical, titles FROM content", &mut |row| {
            let digest = Digest(row.get(0).unwrap());
            texts.push(TextRow { digest, canonical: row.get(1).unwrap(), titles: row.get(2).unwrap() });
        });
        let (mut origin, mut vkey, mut checkpoint) = (String::new(), String::new(), String::new());
        rows("SELECT origin, vkey, checkpoint FROM log JOIN head USING (log)", &mut |row| {
            origin = row.get(0).unwrap();
            vkey = row.get(1).unwrap();
            checkpoint = row.get(2).unwrap();
        });
        let head = SiteHead {
            site: origin.split('/').next().unwrap().to_owned(),
            origin: origin.parse().unwrap(),
            vkey,
            witness_key: None,
            entries: Some(entries.len() as u64),
            checkpoint: Some(checkpoint),
            cosignatures: Vec::new(),
            put: None,
            own: false,
        };
        Self { head, entries, imported, batches, texts }
    }
}

impl Transport for FakeHub {
    fn join(&mut self, _: &JoiningSite) -> Result<(), TransportError> {
        Ok(())
    }

    fn heads(&mut self) -> Result<Heads, TransportError> {
        Ok(Heads { sites: self.sites.iter().map(|site| site.head.clone()).collect(), faults: Vec::new() })
    }

    fn push(&mut self, _: &PushedPart, _: EntrySource<'_>, _: BatchSource<'_>) -> Result<(), TransportError> {
        Err(TransportError::Other("this hub takes nothing".to_owned()))
    }

    fn cosign(&mut self, lines: &[Cosignature]) -> Result<(), TransportError> {
        for line in lines {
            let site = self.sites.iter_mut().find(|site| site.head.origin == line.origin).unwrap();
            site.head.cosignatures.push(line.line.clone());
        }
        Ok(())
    }

    fn pull(&mut self, origin: &LogOrigin, from: u64, into: RowSink<'_>) -> Result<Pulled, TransportError> {
        let site = self.sites.iter().find(|site| site.head.origin == *origin).unwrap().clone();
        let (before, entries): (Vec<EntryRow>, _) = site.entries.into_iter().partition(|row| row.position < from);
        let (imported_before, imported): (Vec<ImportedRow>, _) =
            site.imported.into_iter().partition(|row| row.position < from);
        let names = |entries: &[EntryRow], imported: &[ImportedRow]| -> Vec<Vec<u8>> {
            let entries = entries.iter().filter_map(|row| row.signed.as_ref());
            entries.chain(imported.iter().filter_map(|row| row.signed.as_ref())).map(signature).collect()
        };
        let these = |names: Vec<Vec<u8>>| {
            let is_named = move |row: &&BatchRow| names.iter().any(|name| *name == row.name);
            site.batches.iter().filter(is_named).cloned().collect::<Vec<_>>()
        };
        let mut earlier = EarlierDigests::default();
        before.iter().try_for_each(|row| earlier.entry(row))?;
        imported_before.iter().try_for_each(|row| earlier.imported(row))?;
        let mut batches_before = these(names(&before, &imported_before));
        batches_before.sort_by_key(|row| row.name);
        batches_before.iter().try_for_each(|row| earlier.batch(row))?;
        let batches = these(names(&entries, &imported)).into_iter().chain(self.further.clone());
        let entries = entries.into_iter().map(PulledRow::Entry);
        let imported = imported.into_iter().map(PulledRow::Imported);
        let mut texts = site.texts;
        texts.sort_by_key(|row| row.digest);
        texts.iter().try_for_each(|row| earlier.text(&row.digest, &row.canonical))?;
        if from > 0 && entries.len() == 0 {
            texts.clear();
        }
        let texts = texts.into_iter().map(PulledRow::Text);
        self.rows_sent = 0;
        for row in entries.chain(imported).chain(batches.map(PulledRow::Batch)).chain(texts) {
            if self.breaks_after == Some(self.rows_sent) {
                return Err(TransportError::Unreachable("the connection ended".to_owned()));
            }
            into(row)?;
            self.rows_sent += 1;
        }
        Ok(Pulled { head: site.head, earlier: earlier.finish() })
    }

    fn check_for_others(&mut self, _: &LogOrigin) -> Result<(), TransportError> {
        Ok(())
    }
}
