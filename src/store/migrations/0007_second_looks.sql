-- What asks for a second look at a sign-off.

-- The sign-offs of a supervisor that a sample rejected: few, and read whenever they open their session.
CREATE INDEX sign_off_rejected ON sign_off (signer) WHERE rejected IS NOT NULL;

-- A draw of sign-offs to sample: by whom, from which seed, among how many entries of the log, of which of them, when.
-- Anyone makes it anew from these; what was drawn stands beside it so that a list need not.
CREATE TABLE draw (
    draw INTEGER PRIMARY KEY,
    verifier TEXT NOT NULL,
    seed INTEGER NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    words TEXT NOT NULL,
    made INTEGER NOT NULL
) STRICT;

CREATE TABLE drawn (
    draw INTEGER NOT NULL REFERENCES draw,
    number INTEGER NOT NULL CHECK (number >= 1),
    place INTEGER NOT NULL,
    PRIMARY KEY (draw, number)
) STRICT, WITHOUT ROWID;
