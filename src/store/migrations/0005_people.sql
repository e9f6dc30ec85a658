-- Who supervises whom, by their ids. Workspace: no statement speaks of it.
CREATE TABLE supervision (
    supervisor TEXT NOT NULL,
    trainee TEXT NOT NULL,
    PRIMARY KEY (supervisor, trainee)
) STRICT, WITHOUT ROWID;
CREATE INDEX supervision_trainee ON supervision (trainee);

-- Pauses of enrolments, an index of the log: the first day, and the first day back if it is known.
CREATE TABLE pause (
    trainee INTEGER NOT NULL REFERENCES person,
    first TEXT NOT NULL,
    back TEXT CHECK (back >= first),
    place INTEGER NOT NULL,
    PRIMARY KEY (trainee, first)
) STRICT, WITHOUT ROWID;
