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
