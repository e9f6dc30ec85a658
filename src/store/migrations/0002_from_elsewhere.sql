-- What was signed or seen elsewhere: records carried over, and records received from another department's log.

-- A statement on a record may carry over an earlier record: 8 (the first and last day on which something was seen).
CREATE TABLE fact_of_13 (
    place INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 8),
    trainee INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    signer INTEGER NOT NULL,
    withdrawn INTEGER,
    doubted INTEGER
) STRICT;
INSERT INTO fact_of_13 SELECT place, kind, trainee, first, last, signer, withdrawn, doubted FROM fact;
DROP TABLE fact;
ALTER TABLE fact_of_13 RENAME TO fact;
CREATE INDEX fact_trainee ON fact (trainee, kind, first);
CREATE INDEX fact_review ON fact (trainee, first, place, last) WHERE kind = 1 AND withdrawn IS NULL AND doubted IS NULL;
CREATE INDEX fact_plan ON fact (trainee, first, place) WHERE kind = 7 AND withdrawn IS NULL AND doubted IS NULL;

-- What such a statement says, item by item, with the day on which it was seen, counted from 1970-01-01.
CREATE TABLE carried (
    place INTEGER NOT NULL,
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    ksb INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY (place, standard, ksb)
) STRICT, WITHOUT ROWID;
CREATE INDEX carried_item ON carried (trainee, standard, ksb, place, seen);

-- The state of an item may be 3, carried over: no sign-off counts, and an earlier record has it. Both days are then the
-- latest on which it was seen there.
CREATE TABLE state_of_13 (
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    ksb INTEGER NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
    observed INTEGER,
    countersigned INTEGER,
    PRIMARY KEY (trainee, standard, ksb)
) STRICT, WITHOUT ROWID;
INSERT INTO state_of_13 SELECT trainee, standard, ksb, state, observed, countersigned FROM state;
DROP TABLE state;
ALTER TABLE state_of_13 RENAME TO state;
CREATE INDEX state_observed ON state (observed);
CREATE INDEX state_countersigned ON state (countersigned) WHERE countersigned IS NOT NULL;
-- Statements of other departments' logs that bundles brought, by the trainee's id in this log and their own log's origin. The
-- text, key, signature and proof are as their own log has them.
CREATE TABLE held (
    trainee TEXT NOT NULL,
    origin TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    id BLOB NOT NULL CHECK (length(id) = 16),
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    key TEXT NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    text TEXT NOT NULL CHECK (octet_length(text) <= 16384),
    proof TEXT NOT NULL CHECK (octet_length(proof) <= 16384),
    vkey TEXT NOT NULL,
    received INTEGER NOT NULL, -- the statement of the bundle that brought it first
    erased INTEGER, -- the statement by which its text was deleted, because its own log erased it
    PRIMARY KEY (trainee, origin, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_id ON held (id);
-- A newer proof may replace an older one, and a text may be blanked.
CREATE TRIGGER held_no_update BEFORE UPDATE ON held
WHEN NOT (NEW.trainee = OLD.trainee AND NEW.origin = OLD.origin AND NEW.position = OLD.position AND NEW.id = OLD.id
    AND NEW.leaf = OLD.leaf AND NEW.key = OLD.key AND NEW.received = OLD.received
    AND ((NEW.proof <> OLD.proof AND NEW.text = OLD.text AND NEW.signature = OLD.signature AND NEW.erased IS OLD.erased)
        OR (OLD.erased IS NULL AND NEW.erased IS NOT NULL AND NEW.text = '' AND NEW.signature = zeroblob(64))))
BEGIN SELECT RAISE(ABORT, 'what was received is never rewritten'); END;
CREATE TRIGGER held_no_replace BEFORE INSERT ON held
WHEN EXISTS (SELECT 1 FROM held WHERE trainee = NEW.trainee AND origin = NEW.origin AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'what was received is never rewritten'); END;

-- The texts of standards that those statements are about, by digest.
CREATE TABLE held_text (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    canonical TEXT NOT NULL
) STRICT;
CREATE TRIGGER held_text_no_update BEFORE UPDATE ON held_text
BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;
CREATE TRIGGER held_text_no_replace BEFORE INSERT ON held_text
WHEN EXISTS (SELECT 1 FROM held_text WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;

-- The leaf hashes of other logs, in tiles of 256, up to the largest size that a bundle here shows: with them, what a later
-- bundle says is compared with the history that is known.
CREATE TABLE held_leaf (
    origin TEXT NOT NULL,
    tile INTEGER NOT NULL CHECK (tile >= 0),
    leaves BLOB NOT NULL CHECK (length(leaves) BETWEEN 32 AND 8192 AND length(leaves) % 32 = 0),
    PRIMARY KEY (origin, tile)
) STRICT;
CREATE TRIGGER held_leaf_no_replace BEFORE INSERT ON held_leaf
WHEN EXISTS (SELECT 1 FROM held_leaf WHERE origin = NEW.origin AND tile = NEW.tile)
BEGIN SELECT RAISE(ABORT, 'the history of a log is never rewritten'); END;

-- Indexes: the other logs whose keys were accepted, and the statement that ended that; the bundles received, a row for each
-- log in them; and what is on trainees' records in other logs, with what befell it there. `standard` is the one of this log on
-- which a sign-off can count: same reference, version and text of the KSB.
CREATE TABLE other_log (
    place INTEGER PRIMARY KEY,
    origin TEXT NOT NULL,
    vkey TEXT NOT NULL,
    stopped INTEGER
) STRICT;
CREATE UNIQUE INDEX other_log_accepted ON other_log (origin) WHERE stopped IS NULL;

CREATE TABLE received (
    place INTEGER NOT NULL,
    origin TEXT NOT NULL,
    trainee INTEGER NOT NULL,
    there TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    PRIMARY KEY (place, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX received_trainee ON received (trainee, origin, place);
-- A history grows, and goes back only as far as bundles were taken back.
CREATE TRIGGER held_leaf_no_update BEFORE UPDATE ON held_leaf
WHEN NOT (NEW.origin = OLD.origin AND NEW.tile = OLD.tile AND length(NEW.leaves) <> length(OLD.leaves)
    AND (substr(NEW.leaves, 1, length(OLD.leaves)) = OLD.leaves
        OR (substr(OLD.leaves, 1, length(NEW.leaves)) = NEW.leaves AND OLD.tile * 256 + length(NEW.leaves) / 32
            >= coalesce((SELECT max(size) FROM received WHERE origin = OLD.origin), 0))))
BEGIN SELECT RAISE(ABORT, 'the history of a log is never rewritten'); END;
CREATE TRIGGER held_leaf_no_delete BEFORE DELETE ON held_leaf
WHEN OLD.tile * 256 < coalesce((SELECT max(size) FROM received WHERE origin = OLD.origin), 0)
BEGIN SELECT RAISE(ABORT, 'the history of a log is never rewritten'); END;
-- What was received goes only once its bundles are taken back.
CREATE TRIGGER held_no_delete BEFORE DELETE ON held
WHEN EXISTS (SELECT 1 FROM received JOIN person ON person = trainee WHERE person.id = OLD.trainee AND received.origin = OLD.origin)
BEGIN SELECT RAISE(ABORT, 'what was received is never removed'); END;

CREATE TABLE elsewhere (
    trainee INTEGER NOT NULL,
    origin TEXT NOT NULL,
    position INTEGER NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 16),
    target INTEGER,
    standard INTEGER,
    reference TEXT,
    version TEXT,
    ksb INTEGER,
    item BLOB CHECK (length(item) = 32),
    outcome INTEGER CHECK (outcome IN (0, 1)),
    observed INTEGER,
    withdrawn INTEGER,
    rejected INTEGER,
    doubted INTEGER,
    countersigned INTEGER NOT NULL CHECK (countersigned >= 0),
    PRIMARY KEY (trainee, origin, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX elsewhere_item ON elsewhere (trainee, standard, ksb) WHERE standard IS NOT NULL;
CREATE INDEX elsewhere_ksb ON elsewhere (trainee, ksb) WHERE ksb IS NOT NULL;

-- Statements of other logs that the hub brought for a trainee who rotates, as in `held`: copied from the checked copy of their
-- log, which is in a file of its own. `rotation` is the statement that says who the trainee is there, `erased` the position of
-- the erasure in their own log.
CREATE TABLE pulled (
    trainee TEXT NOT NULL,
    origin TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    id BLOB NOT NULL CHECK (length(id) = 16),
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    key TEXT NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64),
    text TEXT NOT NULL CHECK (octet_length(text) <= 16384),
    proof TEXT NOT NULL CHECK (octet_length(proof) <= 16384),
    vkey TEXT NOT NULL,
    rotation INTEGER NOT NULL,
    erased INTEGER,
    PRIMARY KEY (trainee, origin, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX pulled_id ON pulled (id);
-- Only a text may be blanked.
CREATE TRIGGER pulled_no_update BEFORE UPDATE ON pulled
WHEN NOT (NEW.trainee = OLD.trainee AND NEW.origin = OLD.origin AND NEW.position = OLD.position AND NEW.id = OLD.id
    AND NEW.leaf = OLD.leaf AND NEW.key = OLD.key AND NEW.proof = OLD.proof AND NEW.vkey = OLD.vkey
    AND NEW.rotation = OLD.rotation AND OLD.erased IS NULL AND NEW.erased IS NOT NULL AND NEW.text = ''
    AND NEW.signature = zeroblob(64))
BEGIN SELECT RAISE(ABORT, 'what was received is never rewritten'); END;
CREATE TRIGGER pulled_no_replace BEFORE INSERT ON pulled
WHEN EXISTS (SELECT 1 FROM pulled WHERE trainee = NEW.trainee AND origin = NEW.origin AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'what was received is never rewritten'); END;

-- A standard's text goes only once no statement adopts it.
CREATE TRIGGER held_text_no_delete BEFORE DELETE ON held_text
WHEN EXISTS (SELECT 1 FROM held WHERE instr(text, 'sha256:' || lower(hex(OLD.digest))) > 0)
    OR EXISTS (SELECT 1 FROM pulled WHERE instr(text, 'sha256:' || lower(hex(OLD.digest))) > 0)
BEGIN SELECT RAISE(ABORT, 'a standard never changes'); END;

-- Index: who a trainee is in another log, and the statement that ended it.
CREATE TABLE rotation (
    place INTEGER PRIMARY KEY,
    trainee INTEGER NOT NULL,
    origin TEXT NOT NULL,
    there TEXT NOT NULL,
    name TEXT NOT NULL,
    ended INTEGER
) STRICT;
CREATE UNIQUE INDEX rotation_now ON rotation (trainee, origin) WHERE ended IS NULL;
CREATE INDEX rotation_trainee ON rotation (trainee, origin, place);

-- How far into its log the hub has brought what a rotation is about.
CREATE TABLE brought (
    rotation INTEGER PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;

-- The newest head of each other log that this department cosigned: it cosigns nothing smaller, and no other history.
CREATE TABLE cosigned (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;
CREATE TRIGGER cosigned_no_update BEFORE UPDATE ON cosigned WHEN NOT (NEW.origin = OLD.origin AND NEW.size > OLD.size)
BEGIN SELECT RAISE(ABORT, 'what was cosigned is never taken back'); END;
CREATE TRIGGER cosigned_no_delete BEFORE DELETE ON cosigned
BEGIN SELECT RAISE(ABORT, 'what was cosigned is never taken back'); END;
CREATE TRIGGER cosigned_no_replace BEFORE INSERT ON cosigned WHEN EXISTS (SELECT 1 FROM cosigned WHERE origin = NEW.origin)
BEGIN SELECT RAISE(ABORT, 'what was cosigned is never taken back'); END;

-- The newest cosignature of each other department under a checkpoint of this log, with the note in which that department's log
-- names the key.
CREATE TABLE cosignature (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size >= 0),
    witness TEXT NOT NULL CHECK (octet_length(witness) <= 1024),
    line TEXT NOT NULL CHECK (octet_length(line) <= 1024)
) STRICT;
-- What was signed with one touch of a security key: a text that names statements by digest. They have its name in place of a
-- signature: the SHA-256 of the text, then of the SSH signature over it. It goes only once no statement names it.
CREATE TABLE touch (
    name BLOB PRIMARY KEY CHECK (length(name) = 64),
    key TEXT NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 69),
    text TEXT NOT NULL CHECK (octet_length(text) <= 16384)
) STRICT;
CREATE TRIGGER touch_no_update BEFORE UPDATE ON touch BEGIN SELECT RAISE(ABORT, 'what was signed is never rewritten'); END;
CREATE TRIGGER touch_no_delete BEFORE DELETE ON touch
WHEN EXISTS (SELECT 1 FROM entry WHERE signature = OLD.name) OR EXISTS (SELECT 1 FROM imported WHERE signature = OLD.name)
    OR EXISTS (SELECT 1 FROM held WHERE signature = OLD.name)
BEGIN SELECT RAISE(ABORT, 'what was signed is never removed'); END;
CREATE TRIGGER touch_no_replace BEFORE INSERT ON touch WHEN EXISTS (SELECT 1 FROM touch WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'what was signed is never rewritten'); END;
