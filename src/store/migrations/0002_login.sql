-- Who may log in, with which key; who put it there and who took it back. Workspace: no statement speaks of it.
CREATE TABLE login (
    login INTEGER PRIMARY KEY,
    person TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    line TEXT NOT NULL,
    added INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    added_by_name TEXT NOT NULL,
    revoked INTEGER,
    revoked_by TEXT,
    revoked_by_name TEXT,
    CHECK ((revoked IS NULL) = (revoked_by IS NULL) AND (revoked IS NULL) = (revoked_by_name IS NULL))
) STRICT;
-- One key lets one person in.
CREATE UNIQUE INDEX login_key ON login (fingerprint) WHERE revoked IS NULL;
