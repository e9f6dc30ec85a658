//! Every message of the command line in one reviewed snapshot: the sentence, the hint, the exit code.

use std::fmt::Write as _;

use crate::cli::book::{Book, Ran};

fn told(all: &mut String, book: &Book, line: &str, ran: &Ran) {
    let mut err = ran.err.replace(book.0.path().to_str().unwrap(), "[folder]");
    for (name, shown) in [("Ann Trainee", "[ann]"), ("Ann Trainer", "[other]")] {
        if book.database().exists() && err.contains(name) {
            err = err.replace(&book.id_of(name), shown);
        }
    }
    let _ = writeln!(all, "$ countersign {line}\n{}= {}\n", err.trim_end_matches(' '), ran.code);
}

#[test]
fn every_message_is_reviewed() {
    let book = Book::founded();
    let mut all = String::new();
    let id = "01a1fc57-6256-7a10-927e-9b27b8d65736";
    book.keep("short", "too short");
    book.keep("pin", "1111");
    book.keep("cut.json", "{\"CFDocument\": {}, \"CFItems\": [");
    let document = "\"CFDocument\": {\"identifier\": \"x\", \"title\": \"t\"}";
    book.keep("guid.json", &format!("{{{document}, \"CFItems\": []}}"));
    book.keep("item.json", &format!("{{{document}, \"CFItems\": [{{\"identifier\": 5}}]}}"));
    for line in [
        "trainee zed",
        "trainee ann",
        "outstanding Ann\u{20}Trainer",
        "sign-off Ann\u{20}Trainee K1",
        "sign-off Ann\u{20}Trainee K1 --as Sam",
        "sign-off Ann\u{20}Trainee K1 --as Olu",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file none",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file wrong",
        "sign-off Ann\u{20}Trainee K99 --as Sam --passphrase-file supervisor",
        "sign-off Ann\u{20}Trainee Q1 --as Sam --passphrase-file supervisor",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file supervisor --observed someday",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file supervisor --observed tomorrow",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file supervisor --feedback 9434765919",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file supervisor --place \u{202e}x",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file supervisor --not-achieved",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file supervisor --method guess",
        "sign-off Ann\u{20}Trainer K1 --as Sam --passphrase-file supervisor",
        "sign-off --item K1 --as Sam --passphrase-file supervisor",
        "sign-off --item Q1 Ann\u{20}Trainee --as Sam --passphrase-file supervisor",
        "sign-off --item K1 Ann\u{20}Trainee Ann\u{20}Trainer --as Sam --passphrase-file supervisor",
        "withdraw x --reason y",
        "withdraw 01a1fc57-6256-7a10-927e-9b27b8d65736 --reason y --as Sam",
        "enrol Ann\u{20}Trainee ST9999 --start today",
        "enrol Ann\u{20}Trainee ST0413 --start whenever",
        "records import none",
        "records import short",
        "records import officer --leave-out K7",
        "records import officer --day tomorrow",
        "report matrix --standard ST0413 --out x.xlsx --cells",
        "policy set late-days",
        "policy set late-days=999",
        "policy set carried-over=sometimes",
        "person add Bea --role nurse",
        "person add Bea --role trainee --as Sam --passphrase-file supervisor",
        "ssh add Ann\u{20}Trainee --key none",
        "ssh add Ann\u{20}Trainee --key short --as Olu --passphrase-file officer",
        "ssh revoke Ann\u{20}Trainee --as Olu --passphrase-file officer",
        "session 7f3a",
        "person add Bea --role supervisor --as Olu --passphrase-file officer --new-passphrase-file short",
        "person leave zed",
        "key passphrase --as Olu --passphrase-file officer",
        "key passphrase --as Olu --passphrase-file officer --new-passphrase-file officer",
        "key pin --as Olu --passphrase-file officer",
        "key pin --as Olu --passphrase-file officer --pin-file pin",
        "key list zed",
        "key retire SHA256:none --reason x --as Olu --passphrase-file officer",
        "key compromise SHA256:none --from 1 --reason x --as Olu",
        "key countersign SHA256:none --as Olu",
        "key add Sam --as Sam --passphrase-file supervisor",
        "erase",
        "erase 01a1fc57-6256-7a10-927e-9b27b8d65736 --reason x --as Olu --passphrase-file officer",
        "backup nowhere/b.db",
        "backup data/countersign.db",
        "restore none --reason x --as Olu",
        "restore data/countersign.db --reason x --as Olu",
        "restore officer --reason x --as Olu",
        "export --person zed",
        "export --person Sam --signers",
        "retention list --years 0",
        "standard show ST9999",
        "export",
        "verify none",
        "verify --checkpoint none",
        "verify --checkpoint short",
        "man fly",
        "fly",
        "init",
        "--json",
        "demo --make new --trainees 0",
        "report person Ann\u{20}Trainee --as-of 2098-01-01 --out x.pdf",
        "report person Ann\u{20}Trainee --as-of someday --out x.pdf",
        "bundle",
        "bundle zed --out x",
        "bundle Ann\u{20}Trainer --out x",
        "bundle Ann\u{20}Trainee --evidence",
        "bundle Ann\u{20}Trainee --out officer",
        "bundle check none",
        "bundle check officer",
        "bundle check data",
        "bundle check x --key y",
        "bundle import officer --as Olu --passphrase-file officer",
        "bundle take-back Ann\u{20}Trainee --as Olu --passphrase-file officer",
        "bundle take-back Ann\u{20}Trainee --reason x --as Olu --passphrase-file officer --yes",
        "bundle take-back Ann\u{20}Trainee --log ward --reason x --as Olu --passphrase-file officer --yes",
        "bundle import officer --known-there-as Dan --as Olu --passphrase-file officer",
        "hub sync",
        "hub status",
        "hub leave",
        "hub join ward --site cardiology",
        "hub join service=hub --site Cardiology",
        "hub join postgresql://cardiology:secret@db/hub --site cardiology",
        "hub join /none/here --site cardiology",
        "hub join postgresql://cardiology@127.0.0.1:9/hub --site cardiology",
        "hub trainee Ann\u{20}Trainee --site ward --there 7f3a --as Olu --passphrase-file officer",
        "bundle accept-key ward --as Olu --passphrase-file officer --yes",
        "bundle accept-key ward.example.org/1+01234567+AQ --as Olu --passphrase-file officer",
        "bundle stop-key ward --reason closed --as Olu --passphrase-file officer",
        "policy set imported=perhaps",
        "policy set forwarded-agent=2",
        "policy set security-key=always",
        "key add Sam --security-key --as Olu --passphrase-file officer",
        "key add Sam --security-key --agent --as Olu --passphrase-file officer",
        "key add Sam --agent --as Olu --passphrase-file officer",
        "key add Sam --comment ward --as Olu --passphrase-file officer",
        "report person Ann\u{20}Trainee --out x.docx",
        "report person Sam --out x.pdf",
        "report gateway Ann\u{20}Trainee --out g.pdf",
        "report gateway Ann\u{20}Trainee --out g.zip --as-of today",
        "report review Ann\u{20}Trainee --out r.pdf --as-of today",
        "report activity --from today --out a.csv --as-of today",
        "report person Ann\u{20}Trainee --out p.pdf --as Olu",
        "report person Ann\u{20}Trainee --out paper",
        "report person Ann\u{20}Trainee --out -",
        "report matrix --list WARD --out m.csv",
        "report certificate Ann\u{20}Trainee --out c.pdf",
        "report certificate Ann\u{20}Trainee --out c.xlsx",
        "report portfolio Ann\u{20}Trainee --out none/x.pdf",
        "report portfolio Ann\u{20}Trainee --out officer/x.pdf",
        "report review Ann\u{20}Trainee --out r.pdf",
        "report activity --from 2026-05-02 --to 2026-05-01 --out x.xlsx",
        "badge Ann\u{20}Trainee --out x.json",
        "badge Ann\u{20}Trainee --out x.json --passphrase-file supervisor",
        "key issuer make --as Sam --passphrase-file supervisor",
        "key issuer replace --as Olu --passphrase-file officer",
        "key issuer retire --reason x --as Olu --passphrase-file officer",
        "calendar",
        "calendar zed",
        "calendar Sam --out none/x.ics",
        "digest --from a@b.c --addresses short --mail-dir data",
        "digest --all --from a@b.c --addresses none --mail-dir data",
        "digest --all --from a@b.c --addresses short --mail-dir data",
        "digest --all --from x --addresses short --mail-dir data",
        "verify --checkpoint 2J8EY-0K0YY-VB9SW-QG3Z7-1VKBPA",
        "standard import cut.json",
        "standard import item.json",
        "standard import guid.json",
        "policy set security-key=required --as Olu --passphrase-file officer",
        "sign-off Ann\u{20}Trainee K1 --as Sam --passphrase-file supervisor",
        "policy set security-key=optional --as Olu --passphrase-file officer",
    ] {
        let args: Vec<String> =
            line.replace("Ann Train", "Ann\u{a0}Train").split(' ').map(|a| a.replace('\u{a0}', " ")).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        told(&mut all, &book, &line.replace(id, "ID").escape_default().to_string(), &book.run(&args));
    }
    let elsewhere = Book::empty();
    for line in
        ["history", "init", "init --department x --name y", "init --department x --name y --passphrase-file wrongs"]
    {
        let args: Vec<&str> = line.split(' ').collect();
        told(&mut all, &elsewhere, &format!("{line} (elsewhere)"), &elsewhere.run(&args));
    }
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(all) });
}
