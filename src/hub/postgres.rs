//! Exchanges with a hub that is PostgreSQL, through `psql`: COPY BINARY both ways, one transaction for each push.

use std::fs::{DirBuilder, File};
use std::io::{self, BufWriter};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::copy_binary::{Row, RowReader, RowWriter, damaged};
use crate::error::TransportError;
use crate::psql::{self, Job, Output};
use crate::row_codec::{
    BATCH_COLUMNS, BATCH_SENT, ENTRY_COLUMNS, ENTRY_SENT, IMPORTED_COLUMNS, IMPORTED_SENT, TEXT_COLUMNS, TEXT_SENT,
    read_batches, read_digest, read_entries, read_imported, read_texts, write_batch, write_entry, write_imported,
    write_text,
};
use crate::row_digest::{self, EarlierDigests};
use crate::rows::{
    Cosignature, EarlierRows, Heads, MOST_COSIGNATURES, MOST_NOTE, MOST_WITNESS_NOTE, Pulled, PulledRow, SiteFault,
    SiteHead,
};
use crate::transport::{BatchSource, EntrySource, JoiningSite, PushedPart, RowSink, Transport, join_fault};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::encoding::hex;
use countersign_core::primitives::ids::LogOrigin;

/// The SQL of a hub: `countersign hub schema`.
pub const SCHEMA: &str = include_str!("schema.sql");
/// The format of those tables, and which of the additions has batches. Without an addition, a hub does all that needs none.
const FORMAT: u32 = 1;
const BATCHES: u64 = 1;

/// How long a hub may be silent; for a push, with the time that its bytes take on a slow line.
const QUIET: Duration = Duration::from_mins(2);
const SLOWEST_BYTES_PER_SECOND: u64 = 20_000;
/// Most logs at one hub.
const MOST_LOGS: usize = 1024;

const FORMAT_MOST: &[usize] = &[8, 8];
const HEAD_MOST: &[usize] = &[128, 64, 512, MOST_WITNESS_NOTE, 8, MOST_NOTE, MOST_COSIGNATURES * 1025, 8, 1];

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
COPY (SELECT number::bigint, coalesce(to_jsonb(f) ->> 'additions', '0')::bigint FROM countersign.format f)
    TO STDOUT (FORMAT binary);
";
/// The heads of all logs, or of one. Cosignatures: the newest of each witness.
const HEADS: &str = "COPY (SELECT l.origin, l.site, l.vkey,
    (SELECT w.note FROM countersign.witness w WHERE w.log_id = l.log_id ORDER BY w.number DESC LIMIT 1),
    CASE WHEN l.owner = session_user
        OR EXISTS (SELECT 1 FROM countersign.reads r WHERE r.log_id = l.log_id AND r.reader = session_user)
        THEN coalesce((SELECT max(s.position) + 1 FROM countersign.statement s WHERE s.log_id = l.log_id), 0) END,
    c.note,
    (SELECT string_agg(line, E'\\n' ORDER BY number) FROM (SELECT line, number FROM
        (SELECT DISTINCT ON (o.witness) o.line, o.number FROM countersign.cosignature o
            WHERE o.log_id = l.log_id AND o.size = c.size ORDER BY o.witness, o.number DESC) AS newest
        ORDER BY number DESC LIMIT :'most') AS few),
    extract(epoch FROM coalesce(greatest(c.put, (SELECT max(o.put) FROM countersign.cosignature o
        WHERE o.log_id = l.log_id AND o.size = c.size AND o.witness = l.owner)), l.joined))::bigint,
    l.owner = session_user
    FROM countersign.log l LEFT JOIN LATERAL
        (SELECT * FROM countersign.checkpoint p WHERE p.log_id = l.log_id ORDER BY p.size DESC LIMIT 1) c ON true
    WHERE :'origin' IN ('', l.origin) ORDER BY l.origin) TO STDOUT (FORMAT binary);
";

const JOIN: &str = "BEGIN;
INSERT INTO countersign.log (origin, site, vkey) SELECT :'origin', :'site', :'vkey' WHERE countersign.mine() IS NULL;
INSERT INTO countersign.witness (log_id, note) SELECT countersign.mine(), :'witness'
    WHERE :'witness' <> '' ON CONFLICT DO NOTHING;
COMMIT;
";

const COSIGN: &str = "BEGIN;
CREATE TEMP TABLE stage_line (origin text, size bigint, line text) ON COMMIT DROP;
\\copy pg_temp.stage_line FROM 'lines' (FORMAT binary)
INSERT INTO countersign.cosignature (log_id, size, line) SELECT l.log_id, s.size, s.line
    FROM pg_temp.stage_line s JOIN countersign.log l USING (origin)
    JOIN countersign.checkpoint c ON c.log_id = l.log_id AND c.size = s.size ON CONFLICT DO NOTHING;
COMMIT;
";

/// A hub in PostgreSQL.
#[derive(Debug)]
pub struct Postgres {
    address: String,
    /// A folder for the files that go to `psql`, which only their owner can read.
    work: PathBuf,
    /// Whether it has a place for batches, once it has said so.
    has_batches: Option<bool>,
}

impl Postgres {
    /// Creates a way to the hub at an address that was checked. Files that a push needs are made in `work`, which is made if
    /// it is not there, and removed after it.
    pub fn new(address: String, work: PathBuf) -> Self {
        Self { address, work, has_batches: None }
    }

    fn run<T>(
        &self,
        script: &str,
        variables: &[(&str, &str)],
        quiet: Duration,
        take: &mut dyn FnMut(&mut Output) -> Result<T, TransportError>,
    ) -> Result<T, TransportError> {
        psql::run(&self.address, &Job { script, variables, folder: None, quiet }, take)
    }

    /// Runs a script that names files of `work`, and writes no rows.
    fn send(&self, script: &str, variables: &[(&str, &str)], quiet: Duration) -> Result<(), TransportError> {
        let job = Job { script, variables, folder: Some(&self.work), quiet };
        psql::run(&self.address, &job, &mut |_| Ok(()))
    }

    fn file(&self, name: &str) -> Result<RowWriter<BufWriter<File>>, TransportError> {
        make_folder(&self.work)?;
        let open = || {
            let file =
                File::options().write(true).create(true).truncate(true).mode(0o600).open(self.work.join(name))?;
            RowWriter::new(BufWriter::with_capacity(1 << 18, file))
        };
        open().map_err(|error| not_written(&error))
    }

    /// Writes the files of a push, and returns their length and the number of batches.
    fn stage(
        &self,
        part: &PushedPart,
        entries: EntrySource<'_>,
        batches: BatchSource<'_>,
    ) -> Result<(u64, u64), TransportError> {
        let mut bytes = 0;
        let mut writer = self.file("entries")?;
        let mut next = part.from;
        for entry in entries {
            let entry = entry?;
            if entry.position != next {
                return Err(TransportError::Here(format!("Entry {next} is missing")));
            }
            next += 1;
            write_entry(&mut writer, &entry).map_err(|error| not_written(&error))?;
        }
        if next != part.until {
            return Err(TransportError::Here(format!("Entry {next} is missing")));
        }
        bytes += finish(writer)?;
        let mut writer = self.file("imported")?;
        for row in &part.imported {
            write_imported(&mut writer, row).map_err(|error| not_written(&error))?;
        }
        bytes += finish(writer)?;
        let (mut writer, mut number) = (self.file("batches")?, 0);
        for batch in batches {
            write_batch(&mut writer, &batch?).map_err(|error| not_written(&error))?;
            number += 1;
        }
        bytes += finish(writer)?;
        let mut writer = self.file("texts")?;
        for row in &part.texts {
            write_text(&mut writer, row).map_err(|error| not_written(&error))?;
        }
        bytes += finish(writer)?;
        let mut writer = self.file("erased")?;
        for row in &part.erased {
            let (position, by) = (row.position.to_be_bytes(), row.by.to_be_bytes());
            writer.row(&[Some(&position), Some(&by)]).map_err(|error| not_written(&error))?;
        }
        Ok((bytes + finish(writer)?, number))
    }

    /// Asks whether the hub has a place for batches, unless it has said so.
    fn has_batches(&mut self) -> Result<bool, TransportError> {
        if let Some(known) = self.has_batches {
            return Ok(known);
        }
        let known = self.run(&format!("{READ}COMMIT;\n"), &[], QUIET, &mut |output| check_format(output))?;
        self.has_batches = Some(known);
        Ok(known)
    }

    fn clear(&self) {
        // Best effort: the next exchange does it again.
        let _ = std::fs::remove_dir_all(&self.work);
    }
}

impl Transport for Postgres {
    fn join(&mut self, site: &JoiningSite) -> Result<(), TransportError> {
        let heads = self.heads()?;
        if let Some(fault) = join_fault(&heads.sites, site) {
            return Err(fault);
        }
        let witness = site.witness_key.as_deref().unwrap_or_default();
        let variables =
            [("origin", site.origin.as_str()), ("site", &site.site), ("vkey", &site.vkey), ("witness", witness)];
        self.run(JOIN, &variables, QUIET, &mut |_| Ok(()))
    }

    fn heads(&mut self) -> Result<Heads, TransportError> {
        let most = MOST_COSIGNATURES.to_string();
        let script = format!("{READ}{HEADS}COMMIT;\n");
        let (has_batches, heads) = self.run(&script, &[("origin", ""), ("most", &most)], QUIET, &mut |output| {
            let has_batches = check_format(output)?;
            Ok((has_batches, read_heads(output)?))
        })?;
        self.has_batches = Some(has_batches);
        Ok(heads)
    }

    fn push(
        &mut self,
        part: &PushedPart,
        entries: EntrySource<'_>,
        batches: BatchSource<'_>,
    ) -> Result<(), TransportError> {
        let staged = self.stage(part, entries, batches);
        let pushed = staged.and_then(|(bytes, batches)| {
            if batches > 0 && !self.has_batches()? {
                return Err(TransportError::OlderHub);
            }
            let (from, until) = (part.from.to_string(), part.until.to_string());
            let note = hex(part.checkpoint.as_bytes());
            let quiet = QUIET + Duration::from_secs(bytes / SLOWEST_BYTES_PER_SECOND);
            self.send(&push_script(batches > 0), &[("from", &from), ("until", &until), ("note", &note)], quiet)
        });
        self.clear();
        pushed
    }

    fn cosign(&mut self, lines: &[Cosignature]) -> Result<(), TransportError> {
        let mut writer = self.file("lines")?;
        for Cosignature { origin, size, line } in lines {
            let row = writer.row(&[Some(origin.as_str().as_bytes()), Some(&size.to_be_bytes()), Some(line.as_bytes())]);
            row.map_err(|error| not_written(&error))?;
        }
        finish(writer)?;
        let done = self.send(COSIGN, &[], QUIET);
        self.clear();
        done
    }

    fn pull(&mut self, origin: &LogOrigin, from: u64, into: RowSink<'_>) -> Result<Pulled, TransportError> {
        let (most, first) = (MOST_COSIGNATURES.to_string(), from.to_string());
        let variables = [("origin", origin.as_str()), ("most", &most), ("from", &first)];
        self.run(&pull_script(), &variables, QUIET, &mut |output| {
            let has_batches = check_format(output)?;
            let mut heads = read_heads(output)?;
            if let Some(fault) = heads.faults.pop() {
                return Err(fault.why);
            }
            let head = heads.sites.into_iter().next();
            let head = head.filter(|head| head.origin == *origin);
            let head = head.ok_or_else(|| TransportError::NotGranted(format!("it has no log {origin}")))?;
            if !head.is_readable() {
                return Err(TransportError::NotGranted(format!("this site may not read the log of {}", head.site)));
            }
            read_entries(output, &mut |row| into(PulledRow::Entry(row)))?;
            read_imported(output, &mut |row| into(PulledRow::Imported(row)))?;
            let (entries, imported) = (read_digest(output)?, read_digest(output)?);
            let mut batches = EarlierDigests::default().finish().batches;
            if has_batches {
                read_batches(output, &mut |row| into(PulledRow::Batch(row)))?;
                batches = read_digest(output)?;
            }
            read_texts(output, &mut |row| into(PulledRow::Text(row)))?;
            let texts = read_digest(output)?;
            Ok(Pulled { head, earlier: EarlierRows { entries, imported, batches, texts } })
        })
    }

    fn check_for_others(&mut self, _: &LogOrigin) -> Result<(), TransportError> {
        Ok(())
    }
}

/// The script of a push: what is sent goes into temporary tables first, because COPY does not work where rows have rights.
fn push_script(with_batches: bool) -> String {
    let batches = if with_batches {
        format!(
            "CREATE TEMP TABLE stage_batch (name bytea, key text, signature bytea, body bytea) ON COMMIT DROP;
\\copy pg_temp.stage_batch FROM 'batches' (FORMAT binary)
INSERT INTO countersign.batch (log_id, {BATCH_COLUMNS})
    SELECT countersign.mine(), {BATCH_COLUMNS} FROM pg_temp.stage_batch ON CONFLICT DO NOTHING;
"
        )
    } else {
        String::new()
    };
    format!(
        "BEGIN;
SELECT countersign.begin_push(:'from');
CREATE TEMP TABLE stage_entry (position bigint, id uuid, key text, scheme smallint, statement bytea, signature bytea,
    leaf bytea) ON COMMIT DROP;
CREATE TEMP TABLE stage_imported (position bigint, id uuid, key text, statement bytea, signature bytea) ON COMMIT DROP;
CREATE TEMP TABLE stage_text (digest bytea, canonical bytea, titles bytea) ON COMMIT DROP;
CREATE TEMP TABLE stage_erased (position bigint, by_entry bigint) ON COMMIT DROP;
\\copy pg_temp.stage_entry FROM 'entries' (FORMAT binary)
\\copy pg_temp.stage_imported FROM 'imported' (FORMAT binary)
\\copy pg_temp.stage_text FROM 'texts' (FORMAT binary)
\\copy pg_temp.stage_erased FROM 'erased' (FORMAT binary)
INSERT INTO countersign.statement (log_id, {ENTRY_COLUMNS})
    SELECT countersign.mine(), {ENTRY_COLUMNS} FROM pg_temp.stage_entry ORDER BY position;
INSERT INTO countersign.imported (log_id, {IMPORTED_COLUMNS})
    SELECT countersign.mine(), {IMPORTED_COLUMNS} FROM pg_temp.stage_imported;
{batches}INSERT INTO countersign.standard (log_id, {TEXT_COLUMNS})
    SELECT countersign.mine(), {TEXT_COLUMNS} FROM pg_temp.stage_text ON CONFLICT DO NOTHING;
SELECT countersign.erase(position, by_entry) FROM pg_temp.stage_erased;
INSERT INTO countersign.checkpoint (log_id, size, note) VALUES (countersign.mine(), :'until', decode(:'note', 'hex'));
COMMIT;
"
    )
}

fn pull_script() -> String {
    let own = "WHERE log_id = (SELECT log_id FROM countersign.log WHERE origin = :'origin')";
    let (new, earlier) = (format!("{own} AND position >= :'from'"), format!("{own} AND position < :'from'"));
    let named = |which: &str| {
        format!(
            "countersign.batch {own} AND name IN
    (SELECT signature FROM countersign.statement {which} AND key LIKE 'sk-%'
    UNION ALL SELECT signature FROM countersign.imported {which} AND key LIKE 'sk-%')"
        )
    };
    let digest = |columns, table: &str| row_digest::sql(columns, &format!("countersign.{table} {earlier}"), "position");
    format!(
        "{READ}{HEADS}COPY (SELECT {ENTRY_COLUMNS} FROM countersign.statement {new} ORDER BY position)
    TO STDOUT (FORMAT binary);
COPY (SELECT {IMPORTED_COLUMNS} FROM countersign.imported {new} ORDER BY position)
    TO STDOUT (FORMAT binary);
{}{}SELECT count(*) > 0 AS has_batches FROM pg_attribute
    WHERE attrelid = 'countersign.format'::regclass AND attname = 'additions' \\gset
\\if :has_batches
COPY (SELECT {BATCH_COLUMNS} FROM {} ORDER BY name) TO STDOUT (FORMAT binary);
{}\\endif
COPY (SELECT {TEXT_COLUMNS} FROM countersign.standard {own}
    AND (:'from' = '0' OR EXISTS (SELECT 1 FROM countersign.statement {new})) ORDER BY digest)
    TO STDOUT (FORMAT binary);
{}COMMIT;
",
        digest(ENTRY_SENT, "statement"),
        digest(IMPORTED_SENT, "imported"),
        named(&new),
        row_digest::sql(BATCH_SENT, &named(&earlier), "name"),
        row_digest::sql(TEXT_SENT, &format!("countersign.standard {own}"), "digest"),
    )
}

/// Reads which format the hub has; returns whether that has a place for batches.
fn check_format(output: &mut Output) -> Result<bool, TransportError> {
    let mut found = Vec::new();
    let mut reader = RowReader::new(output, FORMAT_MOST)?;
    while let Some(mut row) = reader.next()? {
        found.push((row.count(0)?, row.count(1)?));
        if found.len() > 1 {
            break;
        }
    }
    match found[..] {
        [(number, additions)] if number == u64::from(FORMAT) => Ok(additions >= BATCHES),
        [(number, _)] => Err(TransportError::OtherVersion { found: number.to_string(), known: FORMAT }),
        _ => Err(TransportError::NoSchema),
    }
}

fn read_heads(output: &mut Output) -> Result<Heads, TransportError> {
    let mut heads = Heads::default();
    let mut reader = RowReader::new(output, HEAD_MOST)?;
    while let Some(mut row) = reader.next()? {
        if heads.sites.len() + heads.faults.len() == MOST_LOGS {
            return Err(damaged("it has too many logs"));
        }
        let site = row.text(1).unwrap_or_else(|_| "a site".to_owned());
        let origin: Result<LogOrigin, _> =
            row.text(0).and_then(|origin| origin.parse().map_err(|_| damaged("the origin of a log is not one")));
        let own = row.is_true(8).unwrap_or_default();
        match origin.clone().and_then(|origin| read_head(&mut row, origin, site.clone(), own)) {
            Ok(head) => heads.sites.push(head),
            Err(why) => heads.faults.push(SiteFault { site, origin: origin.ok(), own, why }),
        }
    }
    Ok(heads)
}

fn read_head(row: &mut Row<'_>, origin: LogOrigin, site: String, own: bool) -> Result<SiteHead, TransportError> {
    let lines = row.optional_text(6)?.unwrap_or_default();
    Ok(SiteHead {
        origin,
        site,
        vkey: row.text(2)?,
        witness_key: row.optional_text(3)?,
        entries: row.optional_number(4)?.map(|entries| entries.max(0).cast_unsigned()),
        checkpoint: row.optional_text(5)?,
        cosignatures: lines.lines().map(str::to_owned).collect(),
        put: row.optional_number(7)?.map(Timestamp::from_seconds),
        own,
    })
}

fn make_folder(folder: &Path) -> Result<(), TransportError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| not_written(&error))
}

fn finish(writer: RowWriter<BufWriter<File>>) -> Result<u64, TransportError> {
    let bytes = writer.bytes();
    writer.finish().map_err(|error| not_written(&error))?;
    Ok(bytes)
}

fn not_written(error: &io::Error) -> TransportError {
    let reason = error.to_string();
    // In the system's words alone, without their number.
    let reason = reason.split(" (os error").next().unwrap_or_default();
    TransportError::Here(format!("What is to be sent cannot be written: {reason}"))
}
