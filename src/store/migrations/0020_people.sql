-- Who supervises whom, by their ids. Workspace: no statement speaks of it.
CREATE TABLE supervision (
    supervisor TEXT NOT NULL,
    trainee TEXT NOT NULL,
    PRIMARY KEY (supervisor, trainee)
) STRICT, WITHOUT ROWID;
CREATE INDEX supervision_trainee ON supervision (trainee);
