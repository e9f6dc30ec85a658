-- Which of the standards adopted are a department's own lists of competences, an index of the log.
CREATE TABLE list (
    standard INTEGER PRIMARY KEY REFERENCES standard
) STRICT;
