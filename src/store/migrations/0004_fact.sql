-- What stands on a record by itself beside sign-offs: 1 progress review (the day held, that of the next), 2 hours (first and
-- last day), 3 gateway requirement, 4 the employer's confirmation, 5 the provider's (the day signed). Days from 1970-01-01.
CREATE TABLE fact (
    place INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
    trainee INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    signer INTEGER NOT NULL,
    withdrawn INTEGER,
    doubted INTEGER
) STRICT;
INSERT INTO fact SELECT place, 1, trainee, held, next, signer, withdrawn, doubted FROM review;
DROP TABLE review;
CREATE INDEX fact_trainee ON fact (trainee, kind, first);

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

-- Hours as trainees entered them. Workspace: a statement confirms them.
CREATE TABLE claimed_hour (
    entry BLOB PRIMARY KEY CHECK (length(entry) = 16),
    trainee TEXT NOT NULL,
    day INTEGER NOT NULL,
    quarters INTEGER NOT NULL CHECK (quarters BETWEEN 1 AND 96),
    what TEXT NOT NULL,
    codes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claimed_hour_trainee ON claimed_hour (trainee, day);
