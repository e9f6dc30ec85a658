-- The hub of several sites of countersign, format 1: tables, roles, rights and triggers for PostgreSQL 14 or newer.
--
-- Run it with psql, as a superuser, in a database of its own with the encoding UTF8:
--     createdb -E UTF8 -T template0 countersign_hub
--     countersign hub schema | psql -X -v ON_ERROR_STOP=1 -d countersign_hub
-- Run again on a hub that an earlier version made, it adds what that lacks; what is there stays, and so do rights and roles.
-- Then make a role for each site. It joins by itself with `countersign hub join`:
--     CREATE ROLE cardiology LOGIN IN ROLE countersign_site;
-- A site reads the log of another one only after this, by the hub's administrator, once both have joined:
--     SELECT countersign.let_read('cardiology', 'respiratory');   -- and stop_reading(…) ends it
--
-- These rules bind the sites. A superuser can go round them, which each site's next pull shows.
BEGIN;

DO $$ BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database has the encoding %, and the hub needs UTF8', current_setting('server_encoding');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'countersign_hub') THEN
        CREATE ROLE countersign_hub NOLOGIN; -- owns the tables; nobody logs in as it
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'countersign_site') THEN
        CREATE ROLE countersign_site NOLOGIN; -- what every site may do
    END IF;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO countersign_site', current_database());
END $$;

SELECT to_regnamespace('countersign') IS NULL AS is_new \gset
\if :is_new
CREATE SCHEMA countersign AUTHORIZATION countersign_hub;
\endif
SET LOCAL ROLE countersign_hub;
SET LOCAL search_path = countersign;

\if :is_new
CREATE TABLE format (number integer NOT NULL);
INSERT INTO format VALUES (1);

-- A log for each site, which only the role that joined appends to.
CREATE TABLE log (
    log_id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text NOT NULL UNIQUE CHECK (length(origin) BETWEEN 1 AND 128),
    site text NOT NULL UNIQUE CHECK (site ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    owner name NOT NULL UNIQUE DEFAULT session_user,
    vkey text NOT NULL CHECK (length(vkey) <= 512),
    joined timestamptz NOT NULL DEFAULT now()
);

-- The key with which a site cosigns, as its log signed it; the newest one counts.
CREATE TABLE witness (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    log_id smallint NOT NULL REFERENCES log,
    note text NOT NULL CHECK (length(note) <= 1024),
    put timestamptz NOT NULL DEFAULT now(),
    UNIQUE (log_id, note)
);

-- A statement and its signature are both there, or both erased.
CREATE TABLE statement (
    log_id smallint NOT NULL REFERENCES log,
    position bigint NOT NULL CHECK (position >= 0),
    id uuid NOT NULL,
    key text NOT NULL CHECK (length(key) <= 1024),
    scheme smallint NOT NULL CHECK (scheme > 0),
    statement bytea CHECK (length(statement) <= 16384),
    signature bytea CHECK (length(signature) BETWEEN 64 AND 1024),
    leaf bytea NOT NULL CHECK (length(leaf) = 32),
    PRIMARY KEY (log_id, position),
    CHECK ((statement IS NULL) = (signature IS NULL))
);

-- The statement that an entry put back from a receipt.
CREATE TABLE imported (
    log_id smallint NOT NULL,
    position bigint NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL CHECK (length(key) <= 1024),
    statement bytea CHECK (length(statement) <= 16384),
    signature bytea CHECK (length(signature) BETWEEN 64 AND 1024),
    PRIMARY KEY (log_id, position),
    FOREIGN KEY (log_id, position) REFERENCES statement,
    CHECK ((statement IS NULL) = (signature IS NULL))
);

-- The text of each standard that a log adopts.
CREATE TABLE standard (
    log_id smallint NOT NULL REFERENCES log,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    canonical bytea NOT NULL CHECK (length(canonical) <= 4194304),
    titles bytea NOT NULL CHECK (length(titles) <= 4194304),
    PRIMARY KEY (log_id, digest),
    CHECK (sha256(canonical) = digest)
);

CREATE TABLE checkpoint (
    log_id smallint NOT NULL REFERENCES log,
    size bigint NOT NULL CHECK (size > 0),
    note bytea NOT NULL CHECK (length(note) <= 4096),
    put timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (log_id, size)
);

CREATE TABLE cosignature (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    log_id smallint NOT NULL,
    size bigint NOT NULL,
    witness name NOT NULL DEFAULT session_user,
    line text NOT NULL CHECK (length(line) <= 1024 AND line !~ '\n'),
    put timestamptz NOT NULL DEFAULT now(),
    UNIQUE (log_id, size, line),
    FOREIGN KEY (log_id, size) REFERENCES checkpoint
);

-- Who may read the log of another site.
CREATE TABLE reads (
    reader name NOT NULL,
    log_id smallint NOT NULL REFERENCES log,
    PRIMARY KEY (reader, log_id)
);

-- Nothing is changed or removed, except that a statement is blanked.
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is in % is never changed or removed', TG_TABLE_NAME USING ERRCODE = '23001';
END $$;
DO $$
DECLARE it text;
BEGIN
    FOREACH it IN ARRAY ARRAY['log', 'witness', 'standard', 'checkpoint', 'cosignature', 'statement', 'imported'] LOOP
        EXECUTE format('CREATE TRIGGER never_removed BEFORE DELETE OR TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION never()', it);
    END LOOP;
    FOREACH it IN ARRAY ARRAY['log', 'witness', 'standard', 'checkpoint', 'cosignature'] LOOP
        EXECUTE format('CREATE TRIGGER never_changed BEFORE UPDATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION never()', it);
    END LOOP;
END $$;
CREATE FUNCTION blanked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    OLD.statement := NULL;
    OLD.signature := NULL;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'what is in % is never changed', TG_TABLE_NAME USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_blanked BEFORE UPDATE ON statement FOR EACH ROW EXECUTE FUNCTION blanked();
CREATE TRIGGER only_blanked BEFORE UPDATE ON imported FOR EACH ROW EXECUTE FUNCTION blanked();

-- Positions go on without a gap: one look for each INSERT, not for each row.
CREATE FUNCTION contiguous() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE part record;
BEGIN
    FOR part IN SELECT log_id, min(position) AS first, max(position) AS last, count(*) AS rows FROM added GROUP BY log_id LOOP
        PERFORM 1 FROM countersign.log WHERE log_id = part.log_id FOR UPDATE;
        IF part.last - part.first + 1 <> part.rows OR (part.first > 0 AND NOT EXISTS (
            SELECT 1 FROM countersign.statement WHERE log_id = part.log_id AND position = part.first - 1)) THEN
            RAISE EXCEPTION 'there would be a gap before entry % or after it', part.first USING ERRCODE = '23514';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER contiguous AFTER INSERT ON statement REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION contiguous();

-- A checkpoint is of exactly the entries that are there.
CREATE FUNCTION complete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.size IS DISTINCT FROM (SELECT max(position) + 1 FROM countersign.statement WHERE log_id = NEW.log_id) THEN
        RAISE EXCEPTION 'a checkpoint of % entries does not end where the log does', NEW.size USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complete BEFORE INSERT ON checkpoint FOR EACH ROW EXECUTE FUNCTION complete();

-- The log of the site that asks.
CREATE FUNCTION mine() RETURNS smallint LANGUAGE sql STABLE AS $$
    SELECT log_id FROM countersign.log WHERE owner = session_user
$$;

-- Begins a push: others of the same log wait until it ends. Refused if the hub does not have exactly so many entries.
CREATE FUNCTION begin_push(entries bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine smallint;
BEGIN
    SELECT log_id INTO mine FROM countersign.log WHERE owner = session_user FOR UPDATE;
    IF mine IS NULL THEN
        RAISE EXCEPTION 'this site has not joined' USING ERRCODE = '42501';
    END IF;
    IF entries IS DISTINCT FROM coalesce((SELECT max(position) + 1 FROM countersign.statement WHERE log_id = mine), 0) THEN
        RAISE EXCEPTION 'the log has other entries than expected' USING ERRCODE = 'CS001';
    END IF;
END $$;

-- For the hub's administrator: lets one site read the log of another, by their names, and ends it.
CREATE FUNCTION let_read(reader text, of_site text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO countersign.reads SELECT r.owner, l.log_id FROM countersign.log r, countersign.log l
        WHERE r.site = reader AND l.site = of_site ON CONFLICT DO NOTHING;
    IF NOT EXISTS (SELECT 1 FROM countersign.reads JOIN countersign.log l USING (log_id) JOIN countersign.log r ON r.owner = reads.reader
        WHERE r.site = let_read.reader AND l.site = of_site) THEN
        RAISE EXCEPTION 'no two sites that joined are called % and %', reader, of_site;
    END IF;
END $$;
CREATE FUNCTION stop_reading(reader text, of_site text) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM countersign.reads AS given USING countersign.log r, countersign.log l
        WHERE given.reader = r.owner AND given.log_id = l.log_id AND r.site = stop_reading.reader AND l.site = of_site
$$;

-- A site sees every site's name, key and checkpoints, its own entries, and those that it may read.
ALTER TABLE log ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON log FOR SELECT TO countersign_site USING (true);
CREATE POLICY join_hub ON log FOR INSERT TO countersign_site WITH CHECK (owner = session_user);
ALTER TABLE witness ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON witness FOR SELECT TO countersign_site USING (true);
CREATE POLICY append ON witness FOR INSERT TO countersign_site WITH CHECK (log_id = (SELECT countersign.mine()));
ALTER TABLE checkpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON checkpoint FOR SELECT TO countersign_site USING (true);
CREATE POLICY append ON checkpoint FOR INSERT TO countersign_site WITH CHECK (log_id = (SELECT countersign.mine()));
ALTER TABLE cosignature ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON cosignature FOR SELECT TO countersign_site USING (true);
CREATE POLICY append ON cosignature FOR INSERT TO countersign_site WITH CHECK (witness = session_user);
ALTER TABLE reads ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON reads FOR SELECT TO countersign_site USING (reader = session_user);
DO $$
DECLARE it text;
BEGIN
    FOREACH it IN ARRAY ARRAY['statement', 'imported', 'standard'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', it);
        EXECUTE format('CREATE POLICY look ON %I FOR SELECT TO countersign_site USING (log_id = (SELECT countersign.mine())
            OR log_id = ANY (ARRAY(SELECT r.log_id FROM countersign.reads r WHERE r.reader = session_user)))', it);
        EXECUTE format('CREATE POLICY append ON %I FOR INSERT TO countersign_site
            WITH CHECK (log_id = (SELECT countersign.mine()))', it);
    END LOOP;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA countersign FROM PUBLIC;
GRANT USAGE ON SCHEMA countersign TO countersign_site;
GRANT SELECT ON ALL TABLES IN SCHEMA countersign TO countersign_site;
GRANT INSERT (origin, site, vkey) ON log TO countersign_site;
GRANT INSERT (log_id, note) ON witness TO countersign_site;
GRANT INSERT ON statement, imported, standard TO countersign_site;
GRANT INSERT (log_id, size, note) ON checkpoint TO countersign_site;
GRANT INSERT (log_id, size, line) ON cosignature TO countersign_site;
GRANT EXECUTE ON FUNCTION mine(), begin_push(bigint) TO countersign_site;
\endif

DO $$ BEGIN
    IF (SELECT number FROM format) IS DISTINCT FROM 1 THEN
        RAISE EXCEPTION 'this hub has another format than 1: use the version of countersign that made it';
    END IF;
END $$;
SELECT count(*) = 0 AS lacks_batches FROM pg_attribute
    WHERE attrelid = 'format'::regclass AND attname = 'additions' \gset
\if :lacks_batches
-- Addition 1: batches. What is here besides the tables of the format; programs that know none of it go on as before.
ALTER TABLE format ADD COLUMN additions integer NOT NULL DEFAULT 1;

-- What a security key signed with one touch: a text that names statements. They have its name in place of a signature. It goes
-- once no statement of the log names it any longer, because all of them were erased.
CREATE TABLE batch (
    log_id smallint NOT NULL REFERENCES log,
    name bytea NOT NULL CHECK (length(name) = 64),
    key text NOT NULL CHECK (length(key) <= 1024),
    signature bytea NOT NULL CHECK (length(signature) BETWEEN 64 AND 1024),
    body bytea NOT NULL CHECK (length(body) <= 16384),
    PRIMARY KEY (log_id, name),
    CHECK (sha256(body) = substring(name FROM 1 FOR 32))
);
CREATE INDEX statement_batch ON statement (log_id, signature) WHERE key LIKE 'sk-%';
CREATE INDEX imported_batch ON imported (log_id, signature) WHERE key LIKE 'sk-%';
CREATE TRIGGER never_removed BEFORE TRUNCATE ON batch FOR EACH STATEMENT EXECUTE FUNCTION never();
CREATE TRIGGER never_changed BEFORE UPDATE ON batch FOR EACH STATEMENT EXECUTE FUNCTION never();

-- Whether a statement of a log, or one that it put back, was signed in a batch.
CREATE FUNCTION is_named(log smallint, batch bytea) RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM countersign.statement s WHERE s.log_id = log AND s.signature = batch AND s.key LIKE 'sk-%')
        OR EXISTS (SELECT 1 FROM countersign.imported i WHERE i.log_id = log AND i.signature = batch AND i.key LIKE 'sk-%')
$$;
CREATE FUNCTION unnamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF countersign.is_named(OLD.log_id, OLD.name) THEN
        RAISE EXCEPTION 'what is in % is never changed or removed', TG_TABLE_NAME USING ERRCODE = '23001';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER only_unnamed BEFORE DELETE ON batch FOR EACH ROW EXECUTE FUNCTION unnamed();

-- Blanks an entry of the site's own log, and what it put back, if an erasure of it is there. Its leaf stays. A batch that only
-- they named goes.
CREATE OR REPLACE FUNCTION erase(erased bigint, by_entry bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine smallint;
    target record;
    erasure text;
    batches bytea[];
BEGIN
    SELECT log_id INTO mine FROM countersign.log WHERE owner = session_user FOR UPDATE;
    SELECT id, encode(leaf, 'base64') AS leaf INTO target FROM countersign.statement WHERE log_id = mine AND position = erased;
    SELECT convert_from(statement, 'UTF8') INTO erasure FROM countersign.statement WHERE log_id = mine AND position = by_entry;
    IF target.id IS NULL OR erasure IS NULL OR by_entry <= erased
        OR strpos(erasure, E'\nkind erase\n') = 0
        OR strpos(erasure, E'\nof ' || target.id || E'\nposition ' || erased || E'\nleaf ' || target.leaf || E'\n') = 0 THEN
        RAISE EXCEPTION 'entry % does not erase entry %', by_entry, erased USING ERRCODE = '42501';
    END IF;
    batches := ARRAY(SELECT signature FROM countersign.statement WHERE log_id = mine AND position = erased AND key LIKE 'sk-%'
        UNION ALL SELECT signature FROM countersign.imported WHERE log_id = mine AND position = erased AND key LIKE 'sk-%');
    UPDATE countersign.statement SET statement = NULL, signature = NULL
        WHERE log_id = mine AND position = erased AND statement IS NOT NULL;
    UPDATE countersign.imported SET statement = NULL, signature = NULL
        WHERE log_id = mine AND position = erased AND statement IS NOT NULL;
    DELETE FROM countersign.batch b WHERE b.log_id = mine AND b.name = ANY (batches)
        AND NOT countersign.is_named(b.log_id, b.name);
END $$;

ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY look ON batch FOR SELECT TO countersign_site USING (log_id = (SELECT countersign.mine())
    OR log_id = ANY (ARRAY(SELECT r.log_id FROM countersign.reads r WHERE r.reader = session_user)));
CREATE POLICY append ON batch FOR INSERT TO countersign_site WITH CHECK (log_id = (SELECT countersign.mine()));
REVOKE ALL ON FUNCTION is_named(smallint, bytea), unnamed(), erase(bigint, bigint) FROM PUBLIC;
GRANT SELECT, INSERT ON batch TO countersign_site;
GRANT EXECUTE ON FUNCTION erase(bigint, bigint) TO countersign_site;
\endif

SELECT additions < 2 AS lacks_limits FROM format \gset
\if :lacks_limits
-- Addition 2: the lengths of texts in bytes, as sites read them: one that is too long for them would keep all of them from
-- reading. And functions that find nothing but what is meant, whatever a role has made or set.
UPDATE format SET additions = 2;
-- What is there already stays: sites pass over it.
ALTER TABLE log
    ADD CONSTRAINT log_origin_plain CHECK (origin COLLATE "C" ~ '^[a-z0-9._/-]{1,128}$') NOT VALID,
    ADD CONSTRAINT log_vkey_bytes CHECK (octet_length(vkey) <= 512) NOT VALID;
ALTER TABLE witness ADD CONSTRAINT witness_note_bytes CHECK (octet_length(note) <= 1024) NOT VALID;
ALTER TABLE statement ADD CONSTRAINT statement_key_bytes CHECK (octet_length(key) <= 1024) NOT VALID;
ALTER TABLE imported ADD CONSTRAINT imported_key_bytes CHECK (octet_length(key) <= 1024) NOT VALID;
ALTER TABLE batch ADD CONSTRAINT batch_key_bytes CHECK (octet_length(key) <= 1024) NOT VALID;
ALTER TABLE cosignature ADD CONSTRAINT cosignature_line_bytes CHECK (octet_length(line) <= 1024) NOT VALID;
ALTER FUNCTION mine() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION never() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION blanked() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION unnamed() SET search_path = pg_catalog, pg_temp;
\endif

COMMIT;
