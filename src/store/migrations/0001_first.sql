-- The log. `place` is the log's number in this file times 2^40, plus the position: this department's own log is number 0.
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

-- What was erased: the leaf that stands for it still, and the statement that says why.
CREATE TABLE erased (
    place INTEGER PRIMARY KEY REFERENCES entry,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    statement INTEGER NOT NULL REFERENCES entry CHECK (statement > place)
) STRICT;
CREATE TRIGGER erased_no_update BEFORE UPDATE ON erased BEGIN SELECT RAISE(ABORT, 'a leaf is never changed'); END;
CREATE TRIGGER erased_no_delete BEFORE DELETE ON erased BEGIN SELECT RAISE(ABORT, 'a leaf is never removed'); END;
CREATE TRIGGER erased_no_replace BEFORE INSERT ON erased WHEN EXISTS (SELECT 1 FROM erased WHERE place = NEW.place)
BEGIN SELECT RAISE(ABORT, 'a leaf is never changed'); END;

-- What was put back from a receipt, by the place of its import.
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

-- Where each log stands: its right edge and the newest checkpoint (a signed note).
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

-- The whole text of every standard adopted, by digest; short titles of duties are for display only.
CREATE TABLE content (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    canonical TEXT NOT NULL,
    titles TEXT NOT NULL
) STRICT;
CREATE TRIGGER content_no_update BEFORE UPDATE ON content BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;
CREATE TRIGGER content_no_delete BEFORE DELETE ON content BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;
CREATE TRIGGER content_no_replace BEFORE INSERT ON content WHEN EXISTS (SELECT 1 FROM content WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;

-- From here on: indexes of the log, made anew by `countersign rebuild`.
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

CREATE TABLE enrolment (
    trainee INTEGER PRIMARY KEY REFERENCES person,
    standard INTEGER NOT NULL REFERENCES standard,
    start TEXT NOT NULL,
    specialism TEXT,
    place INTEGER NOT NULL
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
-- Holds all that a state is derived from, so that neither signing nor `verify` looks up the rows themselves.
CREATE INDEX sign_off_item ON sign_off
    (trainee, standard, ksb, place, outcome, observed, withdrawn, rejected, doubted, countersigned);

-- What was said of an earlier statement on a record: 1 withdraw, 2 countersign, 3 sample that accepts, 4 sample that
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

-- Progress reviews; days counted from 1970-01-01.
CREATE TABLE review (
    place INTEGER PRIMARY KEY,
    trainee INTEGER NOT NULL,
    held INTEGER NOT NULL,
    next INTEGER NOT NULL,
    signer INTEGER NOT NULL,
    withdrawn INTEGER,
    doubted INTEGER
) STRICT;
CREATE INDEX review_trainee ON review (trainee, held);

-- The newest time in each log, for the rule of the clock.
CREATE TABLE newest (
    log INTEGER PRIMARY KEY,
    signed INTEGER NOT NULL
) STRICT;

-- What a trainee's KSBs come to, for one indexed read: 1 achieved, 2 not achieved; open has no row. The latest day seen of
-- what was achieved, and of what of it is countersigned, from which the policy and the day make the state.
CREATE TABLE state (
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    ksb INTEGER NOT NULL,
    state INTEGER NOT NULL CHECK (state IN (1, 2)),
    observed INTEGER,
    countersigned INTEGER,
    PRIMARY KEY (trainee, standard, ksb)
) STRICT, WITHOUT ROWID;

-- A trainee's figures under the policy: KSBs signed, whatever lapsed since, in all and for each duty (two bytes each, in the standard's order).
CREATE TABLE summary (
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    signed INTEGER NOT NULL,
    duties BLOB NOT NULL,
    PRIMARY KEY (trainee, standard)
) STRICT, WITHOUT ROWID;

-- From here on: the workspace, which no statement speaks of.
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
