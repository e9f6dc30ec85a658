-- The last day up to the gateway that is planned for an enrolment, where one is. Days from 1970-01-01.
ALTER TABLE enrolment ADD COLUMN planned_end INTEGER;
CREATE INDEX enrolment_planned_end ON enrolment (trainee, planned_end) WHERE planned_end IS NOT NULL;

-- Facts of two more kinds: 6 recognised prior learning, 7 training plan (the day signed).
CREATE TABLE fact_of_more_kinds (
    place INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 7),
    trainee INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    signer INTEGER NOT NULL,
    withdrawn INTEGER,
    doubted INTEGER
) STRICT;
INSERT INTO fact_of_more_kinds SELECT place, kind, trainee, first, last, signer, withdrawn, doubted FROM fact;
DROP TABLE fact;
ALTER TABLE fact_of_more_kinds RENAME TO fact;
CREATE INDEX fact_trainee ON fact (trainee, kind, first);
CREATE INDEX fact_review ON fact (trainee, first, place, last) WHERE kind = 1 AND withdrawn IS NULL AND doubted IS NULL;
CREATE INDEX fact_plan ON fact (trainee, first, place) WHERE kind = 7 AND withdrawn IS NULL AND doubted IS NULL;
