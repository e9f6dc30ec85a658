-- Claims and evidence: workspace, which no statement depends on, though a sign-off names what it relied on.

-- Evidence by what it holds, each kept once.
CREATE TABLE evidence (
    evidence INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    size INTEGER NOT NULL CHECK (size > 0),
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5),
    erased INTEGER -- the statement by which its bytes went
) STRICT;

-- Its bytes in pieces, so that none is ever held whole: `piece` is the evidence's number times 65536, plus the turn.
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
-- All that a queue is put together from, of those alone that wait.
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
