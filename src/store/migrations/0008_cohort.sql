-- What a cohort asks of everyone at once is found, not searched for.

-- Those who left are few.
CREATE INDEX person_left ON person (person) WHERE "left" = 1;

-- Whether anybody is on a standard.
CREATE INDEX enrolment_standard ON enrolment (standard);

-- What was seen before a day: what is to be shown again, or lapsed.
CREATE INDEX state_observed ON state (observed);
CREATE INDEX state_countersigned ON state (countersigned) WHERE countersigned IS NOT NULL;

-- A trainee's newest progress review, and the day that it names for the next.
CREATE INDEX fact_review ON fact (trainee, first, place, last) WHERE kind = 1 AND withdrawn IS NULL AND doubted IS NULL;

-- What a trainee's KSBs come to, in four bytes each, in the order of their codes: the code as in `state`, then 1 achieved,
-- 2 not achieved, 3 achieved and countersigned.
CREATE TABLE standing (
    trainee INTEGER NOT NULL,
    standard INTEGER NOT NULL,
    ksbs BLOB NOT NULL CHECK (length(ksbs) > 0 AND length(ksbs) % 4 = 0),
    PRIMARY KEY (trainee, standard)
) STRICT, WITHOUT ROWID;
INSERT INTO standing SELECT trainee, standard, unhex(group_concat(printf('%08X', ksb << 8 |
    CASE WHEN state = 2 THEN 2 WHEN countersigned IS NULL THEN 1 ELSE 3 END), '' ORDER BY ksb))
    FROM state GROUP BY trainee, standard;

-- The claims of one trainee that wait.
CREATE INDEX claim_waits ON claim (trainee) WHERE waiting > 0;
