//! Who may import whom: the table of rooms, and the storeys inside the terminal's room.

use std::collections::BTreeSet;

use crate::house::paths::edges;
use crate::house::source::{Source, sources};
use crate::house::{DOORS, IMPORTS, TUI_LEVEL, TUI_STOREYS};

fn room(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

fn each_import(all: &[Source], judge: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
    let files: BTreeSet<String> = all.iter().map(|source| source.path.clone()).collect();
    let of = |source: &Source| {
        let faults: Vec<_> = edges(source, &files).iter().filter_map(|to| judge(&source.path, to)).collect();
        faults
    };
    all.iter().flat_map(of).collect()
}

fn breaks_of_the_table(all: &[Source]) -> Vec<String> {
    each_import(all, |from, to| {
        let (here, there) = (room(from), room(to));
        let row = IMPORTS.iter().find(|(room, _)| *room == here);
        let Some((_, known)) = row else { return Some(format!("{from}: the room {here} has no row in the table")) };
        let allowed = here == there || known.contains(&there) || DOORS.contains(&(from, there));
        (!allowed).then(|| format!("{from} imports {to}: {here} may not know {there}"))
    })
}

fn breaks_of_the_storeys(all: &[Source]) -> Vec<String> {
    let part = |path: &str| Some(path.strip_prefix("src/tui/")?.split('/').next()?.trim_end_matches(".rs").to_owned());
    let storey = |part: &str| TUI_STOREYS.iter().position(|storey| storey.contains(&part));
    let homeless = all.iter().filter_map(|source| {
        let part = part(&source.path)?;
        storey(&part).is_none().then(|| format!("{}: no storey holds {part}", source.path))
    });
    let upward = each_import(all, |from, to| {
        let (here, there) = (part(from)?, part(to)?);
        let allowed =
            here == there || storey(&there)? < storey(&here)? || TUI_LEVEL.contains(&(here.as_str(), there.as_str()));
        (!allowed).then(|| format!("{from} imports {to}, which is not below it"))
    });
    homeless.chain(upward).collect()
}

#[test]
fn a_room_imports_only_what_the_table_allows() {
    let faults = breaks_of_the_table(&sources("src"));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn inside_the_terminal_s_room_imports_lead_down() {
    let faults = breaks_of_the_storeys(&sources("src"));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn house(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(path, text)| Source::new(path, text)).collect()
}

#[test]
fn an_import_that_the_table_does_not_allow_is_caught() {
    for (path, text, caught) in [
        ("src/domain/a.rs", "use crate::store::db::Db;", true),
        ("src/store/a.rs", "fn f() { crate::ledger::merkle::root() }", true),
        ("src/ledger/a.rs", "use crate::{store::db::Db, domain::primitives::ids::Digest};", true),
        ("src/tui/pane/a.rs", "use crate::app::app::App;", true),
        ("src/cli/a.rs", "use crate::store::db;", true),
        ("src/main.rs", "use countersign::store::db::Db;", true),
        ("src/kitchen/a.rs", "use crate::domain::primitives::ids::Digest;", true),
        ("src/tui/effect.rs", "use crate::app::app::App;", false),
        ("src/app/a.rs", "use crate::store::db::Db;", false),
        (
            "src/domain/a.rs",
            "// use crate::store::db::Db;\n#[cfg(test)]\nmod tests { use crate::store::db::Db; }",
            false,
        ),
    ] {
        let others = ["src/store/db.rs", "src/ledger/merkle.rs", "src/app/app.rs", "src/domain/primitives/ids.rs"];
        let mut all = house(&others.map(|path| (path, "")));
        all.push(Source::new(path, text));
        assert_eq!(!breaks_of_the_table(&all).is_empty(), caught, "{path}: {text}");
    }
}

#[test]
fn an_import_up_the_storeys_is_caught() {
    for (path, text, caught) in [
        ("src/tui/command.rs", "use crate::tui::msg::Msg;", true),
        ("src/tui/pane/a.rs", "use crate::tui::screen::b::B;", true),
        ("src/tui/overlay/a.rs", "use crate::tui::screen::b::B;", true),
        ("src/tui/pane/a.rs", "use crate::tui::model::Model;", true),
        ("src/tui/update.rs", "use crate::tui::view::view;", true),
        ("src/tui/attic.rs", "", true),
        ("src/tui/screen/a.rs", "use crate::tui::pane::c::C;", false),
        ("src/tui/update.rs", "use crate::tui::{model::Model, screen::b::B};", false),
    ] {
        let others =
            ["msg.rs", "screen/b.rs", "pane/c.rs", "model.rs", "view.rs"].map(|name| format!("src/tui/{name}"));
        let mut all: Vec<Source> = others.iter().map(|path| Source::new(path, "")).collect();
        all.push(Source::new(path, text));
        assert_eq!(!breaks_of_the_storeys(&all).is_empty(), caught, "{path}: {text}");
    }
}
