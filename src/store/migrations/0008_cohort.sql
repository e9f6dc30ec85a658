-- What a cohort asks of everyone at once is found, not searched for.

-- Those who left are few.
CREATE INDEX person_left ON person (person) WHERE "left" = 1;

-- Whether anybody is on a standard.
CREATE INDEX enrolment_standard ON enrolment (standard);

-- KSBs whose newest outcome is *not achieved*.
CREATE INDEX state_not_yet ON state (trainee, standard) WHERE state = 2;

-- What was seen before a day: what is to be shown again, or lapsed.
CREATE INDEX state_observed ON state (observed);
CREATE INDEX state_countersigned ON state (countersigned) WHERE countersigned IS NOT NULL;

-- A trainee's newest progress review, and the day that it names for the next.
CREATE INDEX fact_review ON fact (trainee, first, place, last) WHERE kind = 1 AND withdrawn IS NULL AND doubted IS NULL;
