//! What a site's role may do at the hub, and what is refused: the log of another site, a gap, a change, what is not granted.

use crate::cli::book::Book;
use crate::hub::push::{at_hub, sync};
use crate::hub::server::Hub;

const TABLES: [&str; 9] =
    ["format", "log", "witness", "statement", "imported", "batch", "standard", "checkpoint", "cosignature"];

/// 64 bytes that begin with the digest of `x`.
const NAMED: &str = "sha256('x') || sha256('x')";

fn two() -> Option<(Hub, Book, Book)> {
    let hub = Hub::new()?;
    let (book, other) = (Book::founded(), Book::small());
    hub.join(&book, "cardiology");
    hub.join(&other, "respiratory");
    sync(&book);
    sync(&other);
    Some((hub, book, other))
}

/// A row after the last entry of the first log, with what is altered in it.
fn row(log: &str, position: &str) -> String {
    format!("INSERT INTO countersign.statement SELECT {log}, {position}, gen_random_uuid(), key, 1, statement, signature, leaf
        FROM countersign.statement WHERE log_id = countersign.mine() AND position = 0;")
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_changes_and_removes_nothing_not_even_its_own() {
    let Some((hub, _, _)) = two() else { return };
    let (first, second) = (at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory"));
    for table in TABLES.iter().chain(&["reads"]) {
        let column = match *table {
            "format" => "number = 2",
            "log" => "site = 'x'",
            "witness" => "note = 'x'",
            "statement" | "imported" => "statement = NULL",
            "batch" => "key = 'x'",
            "standard" => "titles = ''",
            "checkpoint" => "note = ''",
            "cosignature" => "line = 'x'",
            _ => "reader = 'x'",
        };
        for sql in [
            format!("UPDATE countersign.{table} SET {column};"),
            format!("DELETE FROM countersign.{table};"),
            format!("TRUNCATE countersign.{table} CASCADE;"),
            format!("DROP TABLE countersign.{table};"),
            format!("ALTER TABLE countersign.{table} DISABLE TRIGGER ALL;"),
            format!("ALTER TABLE countersign.{table} DISABLE ROW LEVEL SECURITY;"),
        ] {
            let refused = hub.site("cardiology", &sql).unwrap_err();
            assert!(refused.contains("permission denied") || refused.contains("must be owner"), "{sql}: {refused}");
        }
    }
    for sql in [
        "SET session_replication_role = replica;",
        "SET ROLE countersign_hub;",
        "SET SESSION AUTHORIZATION postgres;",
        "CREATE TABLE countersign.mine (x int);",
        "CREATE OR REPLACE FUNCTION countersign.mine() RETURNS smallint LANGUAGE sql AS 'SELECT 1::smallint';",
        "SELECT countersign.let_read('cardiology', 'respiratory');",
        "SELECT countersign.stop_reading('cardiology', 'respiratory');",
        "INSERT INTO countersign.reads VALUES (session_user, 2);",
        "INSERT INTO countersign.format VALUES (2);",
    ] {
        hub.site("cardiology", sql).unwrap_err();
    }
    assert_eq!((at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory")), (first, second));
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn even_the_owner_of_the_tables_and_a_superuser_meet_the_triggers() {
    let Some((hub, _, _)) = two() else { return };
    for table in &TABLES[1..] {
        // A table without rows has nothing to change, but what empties it is refused as well.
        let (done, _, err) =
            hub.server.psql("postgres", &hub.database, &format!("TRUNCATE countersign.{table} CASCADE;"));
        assert!(!done && err.contains("never changed or removed"), "{table}: {err}");
    }
    for sql in [
        "UPDATE countersign.statement SET key = 'x' WHERE position = 0;",
        "UPDATE countersign.statement SET statement = NULL WHERE position = 0;",
        "UPDATE countersign.statement SET leaf = sha256('x') WHERE position = 0;",
        "UPDATE countersign.statement SET position = 900 WHERE position = 0;",
        "DELETE FROM countersign.statement WHERE position = 0;",
        "UPDATE countersign.checkpoint SET size = 1;",
        "UPDATE countersign.log SET vkey = 'x';",
    ] {
        let (done, _, err) = hub.server.psql("postgres", &hub.database, sql);
        assert!(!done, "{sql}: {err}");
    }
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_appends_to_its_own_log_alone_without_a_gap_and_never_twice() {
    let Some((hub, book, other)) = two() else { return };
    let (first, second) = (at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory"));
    let (own, theirs) = (book.size(), other.size());
    let refused = |sql: &str, words: &str| {
        let refused = hub.site("cardiology", sql).unwrap_err();
        assert!(refused.contains(words), "{sql}: {refused}");
    };
    let other_log = "(SELECT log_id FROM countersign.log WHERE site = 'respiratory')";
    refused(&row(other_log, &theirs.to_string()), "row-level security");
    for (position, words) in
        [(own + 1, "a gap"), (own + 1_000_000, "a gap"), (own - 1, "duplicate key"), (0, "duplicate key")]
    {
        refused(&row("countersign.mine()", &position.to_string()), words);
    }
    refused(&row("countersign.mine()", "-1"), "check constraint");
    // Two rows of which the second leaves one out.
    refused(
        &format!("INSERT INTO countersign.statement SELECT countersign.mine(), {own} + 2 * n, gen_random_uuid(), key, 1, statement,
            signature, leaf FROM countersign.statement, generate_series(0, 1) AS n
            WHERE log_id = countersign.mine() AND position = 0;"),
        "a gap",
    );
    for (size, words) in [(own + 1, "does not end where the log does"), (own - 1, "does not end where the log does")] {
        refused(
            &format!(
                "INSERT INTO countersign.checkpoint (log_id, size, note) VALUES (countersign.mine(), {size}, 'x');"
            ),
            words,
        );
    }
    for (table, columns, values) in [
        ("checkpoint", "log_id, size, note", format!("{other_log}, {theirs}, 'x'")),
        ("witness", "log_id, note", format!("{other_log}, 'x'")),
        ("standard", "log_id, digest, canonical, titles", format!("{other_log}, sha256('x'), 'x', ''")),
        ("batch", "log_id, name, key, signature, body", format!("{other_log}, {NAMED}, 'k', {NAMED}, 'x'")),
        ("imported", "log_id, position, id, key", format!("{other_log}, 0, gen_random_uuid(), 'k'")),
    ] {
        refused(&format!("INSERT INTO countersign.{table} ({columns}) VALUES ({values});"), "row-level security");
    }
    refused("INSERT INTO countersign.standard VALUES (countersign.mine(), sha256('x'), 'y', '');", "check constraint");
    // A batch under another name than its text's, and of a size that none has.
    for (name, signature, body) in [
        (NAMED, NAMED, "'y'"),
        ("sha256('x')", NAMED, "'x'"),
        (NAMED, "sha256('x')", "'x'"),
        (NAMED, "decode(repeat('00', 1025), 'hex')", "'x'"),
        ("sha256(decode(repeat('00', 16385), 'hex')) || sha256('x')", NAMED, "decode(repeat('00', 16385), 'hex')"),
    ] {
        let values = format!("countersign.mine(), {name}, 'k', {signature}, {body}");
        refused(&format!("INSERT INTO countersign.batch VALUES ({values});"), "check constraint");
    }
    refused(
        "INSERT INTO countersign.log (origin, site, vkey) VALUES ('ward.example.org/2', 'ward', 'k');",
        "duplicate key",
    );
    refused(
        "INSERT INTO countersign.log (origin, site, vkey, owner) VALUES ('w', 'w', 'k', 'postgres');",
        "permission denied",
    );
    refused("SELECT countersign.begin_push(0);", "other entries");
    assert_eq!((at_hub(&hub, "cardiology"), at_hub(&hub, "respiratory")), (first, second));
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_site_reads_its_own_log_and_what_was_granted_to_it() {
    let Some((hub, book, other)) = two() else { return };
    let count =
        |site: &str, table: &str| hub.site(site, &format!("SELECT count(*) FROM countersign.{table};")).unwrap();
    let (own, theirs) = (book.size(), other.size());
    assert_eq!(count("cardiology", "statement"), own.to_string());
    assert_eq!(count("respiratory", "statement"), theirs.to_string());
    assert_eq!(count("cardiology", "standard"), "1");
    assert_eq!(count("cardiology", "log"), "2", "everyone knows who is there");
    hub.let_read("cardiology", "respiratory");
    assert_eq!(count("cardiology", "statement"), (own + theirs).to_string());
    assert_eq!(count("respiratory", "statement"), theirs.to_string(), "that is one way");
    assert_eq!((count("cardiology", "reads"), count("respiratory", "reads")), ("1".to_owned(), "0".to_owned()));
    hub.superuser("SELECT countersign.stop_reading('cardiology', 'respiratory');");
    assert_eq!(count("cardiology", "statement"), own.to_string());
    let (done, _, err) =
        hub.server.psql("postgres", &hub.database, "SELECT countersign.let_read('cardiology', 'nobody');");
    assert!(!done && err.contains("no two sites"), "{err}");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn an_erasure_needs_the_statement_that_declares_it_in_the_same_log() {
    let Some((hub, book, _)) = two() else { return };
    book.supervisor(&["sign-off", "Ann Trainee", "K1", "K2", "--place", "Echo lab", "--feedback", "one"]).done();
    let history = book.run(&["history", "--json", "--most", "1"]).json();
    let id = history["statements"][0]["id"].as_str().unwrap().to_owned();
    let erased = book.size() - 1;
    sync(&book);
    let first = at_hub(&hub, "cardiology");
    for position in 0..=erased {
        for by in [0, position, position + 1, erased, erased + 1] {
            let refused = hub.site("cardiology", &format!("SELECT countersign.erase({position}, {by});")).unwrap_err();
            assert!(refused.contains("does not erase"), "{position} by {by}: {refused}");
        }
    }
    assert_eq!(at_hub(&hub, "cardiology"), first);
    let ran = book.officer(&["erase", &id, "--reason", "Named a patient"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    sync(&book);
    let by = book.size() - 1;
    let second = at_hub(&hub, "cardiology");
    assert_ne!(first, second);
    for position in (0..by).filter(|position| *position != erased) {
        hub.site("cardiology", &format!("SELECT countersign.erase({position}, {by});")).unwrap_err();
    }
    // Again does no harm, and no other site can do it.
    hub.site("cardiology", &format!("SELECT countersign.erase({erased}, {by});")).unwrap();
    hub.site("respiratory", &format!("SELECT countersign.erase({erased}, {by});")).unwrap_err();
    assert_eq!(at_hub(&hub, "cardiology"), second);
}

/// A value with as many letters as `letters`, and four bytes for each.
fn wide(letters: usize) -> String {
    format!("repeat(U&'\\+01F600', {letters})")
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn no_role_can_put_a_text_there_that_others_cannot_read_and_one_that_is_there_stops_nobody() {
    let Some((hub, _, other)) = two() else { return };
    hub.admit("stranger");
    let join = |origin: &str, vkey: &str| {
        format!("INSERT INTO countersign.log (origin, site, vkey) VALUES ({origin}, 'stranger', {vkey});")
    };
    let own = "log_id = countersign.mine()";
    for (site, sql) in [
        ("stranger", join(&wide(128), "'x'")),
        ("stranger", join("E'\\x1b[31mred'", "'x'")),
        ("stranger", join("'stranger/1'", &wide(512))),
        (
            "cardiology",
            format!("INSERT INTO countersign.witness (log_id, note) VALUES (countersign.mine(), {});", wide(1024)),
        ),
        (
            "cardiology",
            row(
                "countersign.mine()",
                "(SELECT max(position) + 1 FROM countersign.statement WHERE log_id = countersign.mine())",
            )
            .replace(" key,", &format!(" {},", wide(1024))),
        ),
        (
            "cardiology",
            format!(
                "INSERT INTO countersign.cosignature (log_id, size, line) SELECT log_id, size, {} FROM countersign.checkpoint WHERE {own};",
                wide(1024)
            ),
        ),
    ] {
        let refused = hub.site(site, &sql).unwrap_err();
        assert!(refused.contains("violates check constraint"), "{sql}: {refused}");
    }
    // As an older hub, or a superuser, allows it.
    let without = "SELECT format('ALTER TABLE countersign.%I DROP CONSTRAINT %I;', c.relname, k.conname)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.connamespace = 'countersign'::regnamespace AND k.contype = 'c';";
    let without = hub.superuser(without);
    hub.superuser(&without);
    let past = "SET session_replication_role = replica;";
    let first = "log_id = (SELECT log_id FROM countersign.log WHERE site = 'cardiology')";
    for (table, column, value) in [
        ("log", "origin", wide(5000)),
        ("log", "vkey", wide(5000)),
        ("witness", "note", wide(5000)),
        ("checkpoint", "note", "decode(repeat('ff', 50000), 'hex')".to_owned()),
        ("cosignature", "line", wide(5000)),
    ] {
        let kept = format!("CREATE TABLE public.kept AS SELECT * FROM countersign.{table} WHERE {first};");
        hub.superuser(&format!("{past} {kept} UPDATE countersign.{table} SET {column} = {value} WHERE {first};"));
        let ran = other.run(&["hub", "sync"]);
        assert!(ran.code == 0 && ran.out.contains("cardiology"), "{table} {column}: {ran:?}");
        hub.superuser(&format!("{past} UPDATE countersign.{table} t SET {column} = k.{column} FROM public.kept k WHERE t.log_id = k.log_id; DROP TABLE public.kept;"));
    }
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn nothing_that_a_role_makes_or_sets_changes_which_log_is_its_own_or_what_others_run() {
    let Some((hub, _, other)) = two() else { return };
    let (role, victim) = (hub.role("cardiology"), hub.role("respiratory"));
    // As before PostgreSQL 15, everybody may write to public; and a role may have a schema of its own.
    hub.superuser(&format!("GRANT CREATE ON SCHEMA public TO PUBLIC; CREATE SCHEMA own AUTHORIZATION {role};"));
    let (mine, rows) = ("SELECT countersign.mine();", "SELECT count(*) FROM countersign.statement;");
    let seen = |sql: &str| hub.site("cardiology", sql).unwrap();
    let before = (seen(mine), seen(rows));
    for schema in ["public", "own", "pg_temp"] {
        let tricks = format!(
            "CREATE FUNCTION {schema}.eq(name, name) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1::text = '{victim}' $$;
            CREATE OPERATOR {schema}.= (leftarg = name, rightarg = name, function = {schema}.eq);
            SET search_path = {schema}, pg_catalog;"
        );
        let found =
            (seen(&format!("{tricks} {mine}")), seen(&format!("SET search_path = {schema}, pg_catalog; {rows}")));
        assert_eq!(found, before, "{schema}");
        let strange = row("(SELECT max(log_id) FROM countersign.log)", "(SELECT 1000::bigint)");
        hub.site("cardiology", &format!("SET search_path = {schema}, pg_catalog; {strange}")).unwrap_err();
    }
    // What others run does not find it.
    seen(
        "CREATE FUNCTION public.to_jsonb(countersign.format) RETURNS jsonb LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'run'; END $$;",
    );
    seen(
        "CREATE FUNCTION public.octet_length(name) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'run'; END $$;",
    );
    let ran = other.run(&["hub", "sync"]);
    assert!(ran.code == 0, "{ran:?}");
    // Every function of the hub names where it looks.
    let open = hub.superuser(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'countersign'::regnamespace
            AND NOT coalesce(proconfig @> '{\"search_path=pg_catalog, pg_temp\"}', false);",
    );
    assert_eq!(open, "", "functions without a path");
}

#[test]
#[ignore = "slow: a real PostgreSQL"]
fn a_hub_that_keeps_less_than_was_sent_or_more_than_was_erased_is_named_and_does_not_pass_for_up_to_date() {
    for (what, altered, words) in [
        (
            "swallowed",
            "CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            DROP TRIGGER complete ON countersign.checkpoint;
            CREATE TRIGGER a BEFORE INSERT ON countersign.statement FOR EACH ROW EXECUTE FUNCTION public.swallow();
            CREATE TRIGGER a BEFORE INSERT ON countersign.checkpoint FOR EACH ROW EXECUTE FUNCTION public.swallow();",
            "The hub did not keep what was sent",
        ),
        (
            "not deleted",
            "CREATE OR REPLACE FUNCTION countersign.erase(erased bigint, by_entry bigint) RETURNS void LANGUAGE sql AS '';",
            "What the hub has of this log is not what this file has: entry ",
        ),
    ] {
        let Some((hub, book, _)) = two() else { return };
        let signed = book.supervisor(&["sign-off", "Ann Trainee", "K1", "--json"]).json();
        sync(&book);
        hub.superuser(altered);
        let id = signed["statements"][0]["id"].as_str().unwrap();
        if what == "swallowed" {
            book.supervisor(&["sign-off", "Ann Trainee", "K2"]).done();
        } else {
            assert_eq!(book.officer(&["erase", id, "--reason", "Named a patient"]).code, 0);
        }
        for args in [["hub", "sync"], ["hub", "sync"], ["hub", "status"]] {
            let ran = book.run(&args);
            assert!(ran.code == 1 && ran.err.contains(words), "{what} {args:?}: {ran:?}");
            assert!(!ran.out.contains("up to date"), "{what} {args:?}: {ran:?}");
        }
    }
}
