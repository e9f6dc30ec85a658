-- The log. `place` is the number of the log in this file times 2^40, plus the position. This department's own log is number 0.
-- A comment inside a statement is part of the stored schema and never changes.
CREATE TABLE log (
    log INTEGER PRIMARY KEY CHECK (log >= 0),
    origin TEXT NOT NULL UNIQUE,
    vkey TEXT NOT NULL
) STRICT;
CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'a log is never renamed'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'a log is never removed'); END;
CREATE TRIGGER log_no_replace BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE log = NEW.log OR origin = NEW.origin)
BEGIN SELECT RAISE(ABORT, 'a log is never renamed'); END;

CREATE TABLE entry (
    place INTEGER PRIMARY KEY CHECK (place >= 0),
    id BLOB NOT NULL CHECK (length(id) = 16),
    key INTEGER NOT NULL,
    scheme INTEGER NOT NULL CHECK (scheme = 1),
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    text TEXT NOT NULL CHECK (octet_length(text) <= 16384)
) STRICT;
CREATE UNIQUE INDEX entry_id ON entry (id);

-- INSERT OR REPLACE does not fire delete triggers, so a replacing insert is refused by a trigger of its own.
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry
-- What is erased may be blanked, and nothing else of it changed.
WHEN NOT (EXISTS (SELECT 1 FROM erased WHERE place = OLD.place) AND NEW.place = OLD.place AND NEW.id = OLD.id
    AND NEW.key = OLD.key AND NEW.scheme = OLD.scheme AND NEW.signature = zeroblob(64) AND NEW.text = '')
BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the log is never cut'); END;
CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE place = NEW.place) OR EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END;

-- Erased entries: the leaf that remains, and the statement that erased them.
CREATE TABLE erased (
    place INTEGER PRIMARY KEY REFERENCES entry,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    statement INTEGER NOT NULL REFERENCES entry CHECK (statement > place)
) STRICT;
CREATE TRIGGER erased_no_update BEFORE UPDATE ON erased BEGIN SELECT RAISE(ABORT, 'a leaf is never changed'); END;
CREATE TRIGGER erased_no_delete BEFORE DELETE ON erased BEGIN SELECT RAISE(ABORT, 'a leaf is never removed'); END;
CREATE TRIGGER erased_no_replace BEFORE INSERT ON erased WHEN EXISTS (SELECT 1 FROM erased WHERE place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'a leaf is never changed'); END;

-- Statements put back from receipts, by the place of their import.
CREATE TABLE imported (
    place INTEGER PRIMARY KEY REFERENCES entry,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    key INTEGER NOT NULL REFERENCES key,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    text TEXT NOT NULL CHECK (octet_length(text) <= 16384)
) STRICT;
CREATE TRIGGER imported_no_update BEFORE UPDATE ON imported
WHEN NOT (EXISTS (SELECT 1 FROM erased WHERE place = OLD.place) AND NEW.place = OLD.place AND NEW.id = OLD.id
    AND NEW.key = OLD.key AND NEW.signature = zeroblob(64) AND NEW.text = '')
BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END;
CREATE TRIGGER imported_no_delete BEFORE DELETE ON imported BEGIN SELECT RAISE(ABORT, 'the log is never cut'); END;
CREATE TRIGGER imported_no_replace BEFORE INSERT ON imported
WHEN EXISTS (SELECT 1 FROM imported WHERE place = NEW.place) OR EXISTS (SELECT 1 FROM imported WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END;

-- The tree head of each log: its right edge and the newest checkpoint (a signed note).
CREATE TABLE head (
    log INTEGER PRIMARY KEY REFERENCES log,
    size INTEGER NOT NULL CHECK (size >= 0),
    edge BLOB NOT NULL,
    checkpoint TEXT NOT NULL
) STRICT;

-- The node of every complete tile of 256 leaves.
CREATE TABLE tile (
    tile INTEGER PRIMARY KEY CHECK (tile >= 0),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TRIGGER tile_no_update BEFORE UPDATE ON tile BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END;
CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'the log is never cut'); END;
CREATE TRIGGER tile_no_replace BEFORE INSERT ON tile WHEN EXISTS (SELECT 1 FROM tile WHERE tile = NEW.tile)
BEGIN SELECT RAISE(ABORT, 'the log is never rewritten'); END;

-- The keys that sign, by number so that an entry can name one in a byte or two. Never changed: entries depend on it.
CREATE TABLE key (
    key INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
    line TEXT NOT NULL
) STRICT;
CREATE TRIGGER key_no_update BEFORE UPDATE ON key BEGIN SELECT RAISE(ABORT, 'a key is never changed'); END;
CREATE TRIGGER key_no_delete BEFORE DELETE ON key BEGIN SELECT RAISE(ABORT, 'a key is never removed'); END;
CREATE TRIGGER key_no_replace BEFORE INSERT ON key
WHEN EXISTS (SELECT 1 FROM key WHERE key = NEW.key OR fingerprint = NEW.fingerprint)
BEGIN SELECT RAISE(ABORT, 'a key is never changed'); END;

-- The text of every adopted standard, by digest; short titles of duties are for display only.
CREATE TABLE content (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    canonical TEXT NOT NULL,
    titles TEXT NOT NULL
) STRICT;
CREATE TRIGGER content_no_update BEFORE UPDATE ON content BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;
CREATE TRIGGER content_no_delete BEFORE DELETE ON content BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;
CREATE TRIGGER content_no_replace BEFORE INSERT ON content WHEN EXISTS (SELECT 1 FROM content WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;

-- From here on: indexes of the log. `countersign rebuild` makes them again.
CREATE TABLE person (
    person INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    roles INTEGER NOT NULL CHECK (roles BETWEEN 0 AND 15),
    "left" INTEGER NOT NULL CHECK ("left" IN (0, 1)),
    department TEXT,
    registration TEXT,
    level TEXT,
    place INTEGER NOT NULL
) STRICT;
CREATE INDEX person_name ON person (name);
CREATE INDEX person_left ON person (person) WHERE "left" = 1;

CREATE TABLE holder (
    key INTEGER PRIMARY KEY REFERENCES key,
    person INTEGER NOT NULL REFERENCES person,
    place INTEGER NOT NULL,
    -- Whether it waits for a second training officer; where it was retired; from where on it was in other hands.
    pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
    retired INTEGER,
    compromised INTEGER
) STRICT;
CREATE INDEX holder_person ON holder (person);

CREATE TABLE standard (
    standard INTEGER PRIMARY KEY,
    reference TEXT NOT NULL,
    version TEXT NOT NULL,
    digest BLOB NOT NULL REFERENCES content,
    place INTEGER NOT NULL,
    UNIQUE (reference, version)
) STRICT;

-- Its columns are laid out as SQLite stores added ones, so that the schema of files made earlier is the same, byte for byte:
-- the paid hours a week in hundredths; which part of the standard is asked for, if not the whole (the option's name on the
-- first line, which may be empty; then for what is left out, the codes on one line and the reason on the next); the planned
-- last day up to the gateway; whether the trainee was 16 to 18 years old on the first day of the programme.
CREATE TABLE enrolment (
    trainee INTEGER PRIMARY KEY REFERENCES person,
    standard INTEGER NOT NULL REFERENCES standard,
    start TEXT NOT NULL,
    specialism TEXT,
    place INTEGER NOT NULL
, weekly INTEGER CHECK (weekly BETWEEN 1 AND 16800), scope TEXT CHECK (length(scope) > 0), planned_end INTEGER, aged_16_to_18 INTEGER CHECK (aged_16_to_18 IN (0, 1))) STRICT;
CREATE INDEX enrolment_standard ON enrolment (standard);
CREATE INDEX enrolment_scope ON enrolment (trainee) WHERE scope IS NOT NULL;
CREATE INDEX enrolment_planned_end ON enrolment (trainee, planned_end) WHERE planned_end IS NOT NULL;

-- Breaks in learning: the first day, and the first day back if it is known.
CREATE TABLE pause (
    trainee INTEGER NOT NULL REFERENCES person,
    first TEXT NOT NULL,
    back TEXT CHECK (back >= first),
    place INTEGER NOT NULL,
    PRIMARY KEY (trainee, first)
) STRICT, WITHOUT ROWID;

-- Which of the adopted standards are a department's own lists of competences.
CREATE TABLE list (
    standard INTEGER PRIMARY KEY REFERENCES standard
) STRICT;

CREATE TABLE policy (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_off (
    place INTEGER PRIMARY KEY,
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    ksb INTEGER NOT NULL,
    outcome INTEGER NOT NULL CHECK (outcome IN (0, 1)),
    observed INTEGER NOT NULL, -- the day, counted from 1970-01-01
    signer INTEGER NOT NULL,
    -- The statements that withdrew it, rejected it, or said that its key was in other hands.
    withdrawn INTEGER,
    rejected INTEGER,
    doubted INTEGER,
    countersigned INTEGER NOT NULL CHECK (countersigned >= 0) -- how many countersigns count
) STRICT;
-- Covers every column that a state is derived from, so that signing and `verify` need not look up the rows.
CREATE INDEX sign_off_item ON sign_off
    (trainee, standard, ksb, place, outcome, observed, withdrawn, rejected, doubted, countersigned);
-- The sign-offs of a supervisor that a sample rejected: few, and read whenever they open their session.
CREATE INDEX sign_off_rejected ON sign_off (signer) WHERE rejected IS NOT NULL;

-- Annotations of an earlier statement on a record: 1 withdraw, 2 countersign, 3 sample that accepts, 4 sample that
-- rejects, 5 acknowledge, 6 dispute.
CREATE TABLE note (
    place INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
    target INTEGER NOT NULL,
    person INTEGER NOT NULL,
    withdrawn INTEGER,
    doubted INTEGER
) STRICT;
CREATE INDEX note_target ON note (target);

-- Statements on a record other than sign-offs: 1 progress review (the day held, that of the next), 2 hours (first and last
-- day), 3 gateway requirement, 4 the employer's confirmation, 5 the provider's, 6 recognised prior learning, 7 training plan
-- (the day signed). Days are counted from 1970-01-01.
CREATE TABLE "fact" (
    place INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 7),
    trainee INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    signer INTEGER NOT NULL,
    withdrawn INTEGER,
    doubted INTEGER
) STRICT;
CREATE INDEX fact_trainee ON fact (trainee, kind, first);
CREATE INDEX fact_review ON fact (trainee, first, place, last) WHERE kind = 1 AND withdrawn IS NULL AND doubted IS NULL;
CREATE INDEX fact_plan ON fact (trainee, first, place) WHERE kind = 7 AND withdrawn IS NULL AND doubted IS NULL;

-- The entries of confirmed hours; hours in quarters.
CREATE TABLE hour (
    place INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 0),
    entry BLOB NOT NULL CHECK (length(entry) = 16),
    trainee INTEGER NOT NULL,
    day INTEGER NOT NULL,
    quarters INTEGER NOT NULL CHECK (quarters BETWEEN 1 AND 96),
    PRIMARY KEY (place, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX hour_trainee ON hour (trainee, day, quarters, place);
CREATE INDEX hour_entry ON hour (entry);

-- The newest time in each log, for the rule of the clock.
CREATE TABLE newest (
    log INTEGER PRIMARY KEY,
    signed INTEGER NOT NULL
) STRICT;

-- The state of a trainee's KSBs, for one indexed read: 1 achieved, 2 not achieved; an open one has no row. With the latest
-- day observed of what was achieved, and of what is countersigned, from which the policy and the day give the state shown.
CREATE TABLE state (
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    ksb INTEGER NOT NULL,
    state INTEGER NOT NULL CHECK (state IN (1, 2)),
    observed INTEGER,
    countersigned INTEGER,
    PRIMARY KEY (trainee, standard, ksb)
) STRICT, WITHOUT ROWID;
-- What was seen before a day: what is due again, or has lapsed.
CREATE INDEX state_observed ON state (observed);
CREATE INDEX state_countersigned ON state (countersigned) WHERE countersigned IS NOT NULL;

-- The states of a trainee's KSBs in four bytes each, in the order of their codes: the code as in `state`, then 1 achieved,
-- 2 not achieved, 3 achieved and countersigned.
CREATE TABLE standing (
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    ksbs BLOB NOT NULL CHECK (length(ksbs) > 0 AND length(ksbs) % 4 = 0),
    PRIMARY KEY (trainee, standard)
) STRICT, WITHOUT ROWID;

-- A trainee's totals under the policy: KSBs signed, lapsed or not, in all and for each duty (two bytes each, in the order of
-- the standard).
CREATE TABLE summary (
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    signed INTEGER NOT NULL,
    duties BLOB NOT NULL,
    PRIMARY KEY (trainee, standard)
) STRICT, WITHOUT ROWID;

-- From here on: the workspace, which is not signed.
CREATE TABLE mark (
    person TEXT NOT NULL,
    trainee TEXT NOT NULL,
    codes TEXT NOT NULL,
    PRIMARY KEY (person, trainee)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
    person TEXT NOT NULL,
    trainee TEXT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (person, trainee)
) STRICT, WITHOUT ROWID;

CREATE TABLE recent (
    person TEXT NOT NULL,
    trainee TEXT NOT NULL,
    turn INTEGER NOT NULL,
    PRIMARY KEY (person, trainee)
) STRICT, WITHOUT ROWID;

-- Who may log in, with which key; who added it and who revoked it.
CREATE TABLE login (
    login INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    line TEXT NOT NULL,
    added INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    revoked INTEGER,
    revoked_by TEXT,
    revoked_by_name TEXT,
    CHECK ((revoked IS NULL) = (revoked_by IS NULL) AND (revoked IS NULL) = (revoked_by_name IS NULL))
) STRICT;
-- A key is one person's.
CREATE UNIQUE INDEX login_key ON login (fingerprint) WHERE revoked IS NULL;

-- Evidence by its content, each kept once.
CREATE TABLE evidence (
    evidence INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    size INTEGER NOT NULL CHECK (size > 0),
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
    erased INTEGER -- the statement by which its bytes went
) STRICT;

-- Its bytes in pieces, so that a file is never in memory in full: `piece` is its number times 65536, plus the piece's index.
CREATE TABLE evidence_piece (
    piece INTEGER PRIMARY KEY CHECK (piece >= 0),
    bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536)
) STRICT;
CREATE TRIGGER evidence_piece_no_update BEFORE UPDATE ON evidence_piece
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;

-- Who handed it in, under which name.
CREATE TABLE holding (
    trainee TEXT NOT NULL,
    evidence INTEGER NOT NULL REFERENCES evidence,
    name TEXT NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (trainee, evidence)
) STRICT, WITHOUT ROWID;
CREATE INDEX holding_evidence ON holding (evidence);

CREATE TABLE claim (
    claim INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    trainee TEXT NOT NULL,
    reference TEXT NOT NULL,
    version TEXT NOT NULL,
    reflection TEXT,
    asked TEXT,      -- the supervisor; anyone where none
    department TEXT, -- of the trainee when they asked
    made INTEGER NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0), -- entries in the log when it was made: only later ones answer it
    withdrawn INTEGER,
    again INTEGER REFERENCES claim,
    waiting INTEGER NOT NULL CHECK (waiting >= 0) -- KSBs that wait
) STRICT;
CREATE INDEX claim_trainee ON claim (trainee, made);
CREATE INDEX claim_waits ON claim (trainee) WHERE waiting > 0;
-- Covers what a queue shows, for waiting claims only.
CREATE INDEX claim_waiting ON claim (made, claim, asked, department, trainee, waiting) WHERE waiting > 0;

CREATE TABLE claim_item (
    claim INTEGER NOT NULL REFERENCES claim,
    ksb INTEGER NOT NULL,
    trainee TEXT NOT NULL,
    waits INTEGER NOT NULL CHECK (waits IN (0, 1)),
    answered INTEGER CHECK (answered IS NULL OR waits = 0), -- the statement's place
    PRIMARY KEY (claim, ksb)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_item_waiting ON claim_item (trainee, ksb) WHERE waits = 1;
CREATE INDEX claim_item_answered ON claim_item (answered) WHERE answered IS NOT NULL;

CREATE TABLE claim_evidence (
    claim INTEGER NOT NULL REFERENCES claim,
    evidence INTEGER NOT NULL REFERENCES evidence,
    PRIMARY KEY (claim, evidence)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_evidence_of ON claim_evidence (evidence);

-- Hours as trainees entered them, until a statement confirms them.
CREATE TABLE claimed_hour (
    entry BLOB PRIMARY KEY CHECK (length(entry) = 16),
    trainee TEXT NOT NULL,
    day INTEGER NOT NULL,
    quarters INTEGER NOT NULL CHECK (quarters BETWEEN 1 AND 96),
    what TEXT NOT NULL,
    codes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claimed_hour_trainee ON claimed_hour (trainee, day);

-- Who supervises whom, by their ids.
CREATE TABLE supervision (
    supervisor TEXT NOT NULL,
    trainee TEXT NOT NULL,
    PRIMARY KEY (supervisor, trainee)
) STRICT, WITHOUT ROWID;
CREATE INDEX supervision_trainee ON supervision (trainee);

-- A draw of sign-offs to sample: by whom, from which seed, among how many entries of the log, of which of them, when. Anyone
-- can repeat it from these; the result is kept too, so that a list need not.
CREATE TABLE draw (
    draw INTEGER PRIMARY KEY,
    verifier TEXT NOT NULL,
    seed INTEGER NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    words TEXT NOT NULL,
    made INTEGER NOT NULL
) STRICT;

CREATE TABLE drawn (
    draw INTEGER NOT NULL REFERENCES draw,
    number INTEGER NOT NULL CHECK (number >= 1),
    place INTEGER NOT NULL,
    PRIMARY KEY (draw, number)
) STRICT, WITHOUT ROWID;
