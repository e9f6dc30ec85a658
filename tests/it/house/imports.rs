//! Who may import whom: the crates in the manifests, the files of the screen that know the use cases, and the storeys of the screen.

use std::collections::BTreeSet;
use std::fs;

use crate::house::paths::edges;
use crate::house::source::{Source, sources, top};
use crate::house::{DOORS, LAYERS, ONLY, TUI_LEVEL, TUI_STOREYS};

fn each_import(all: &[Source], judge: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
    let files: BTreeSet<String> = all.iter().map(|source| source.path.clone()).collect();
    let of = |source: &Source| {
        let faults: Vec<_> = edges(source, &files).iter().filter_map(|to| judge(&source.path, to)).collect();
        faults
    };
    all.iter().flat_map(of).collect()
}

/// The names of the crates under `[dependencies]` and `[dev-dependencies]`.
fn dependencies(manifest: &str) -> Vec<&str> {
    let mut listed = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            listed = ["[dependencies]", "[dev-dependencies]"].contains(&line.trim());
        } else if listed && line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            names.extend(line.split(['.', ' ', '=']).next());
        }
    }
    names
}

fn breaks_of_the_layers(layer: &str, manifest: &str) -> Vec<String> {
    let Some((_, lower)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{layer} has no row in the table of layers")];
    };
    let forbidden = |name: &&str| {
        let elsewhere = ONLY.iter().any(|(only, home)| name == only && *home != layer);
        elsewhere || name.strip_prefix("countersign-").is_some_and(|other| !lower.contains(&other))
    };
    let names = dependencies(manifest).into_iter().filter(forbidden);
    names.map(|name| format!("{layer} may not depend on {name}")).collect()
}

fn breaks_of_the_doors(all: &[Source]) -> Vec<String> {
    each_import(all, |from, to| {
        let passed = from.starts_with("src/tui/") && to.starts_with("src/app/") && !DOORS.contains(&from);
        passed.then(|| format!("{from} imports {to}"))
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
fn a_crate_depends_only_on_lower_ones() {
    let entries = fs::read_dir(top().join("src")).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let read = |path| fs::read_to_string(path).unwrap();
    let mut faults: Vec<String> = folders
        .flat_map(|folder| {
            breaks_of_the_layers(&folder.file_name().to_string_lossy(), &read(folder.path().join("Cargo.toml")))
        })
        .collect();
    // The tests of the program may know every crate.
    let program = read(top().join("Cargo.toml"));
    faults.extend(breaks_of_the_layers("main", program.split("[dev-dependencies]").next().unwrap()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn only_named_files_of_the_screen_know_the_use_cases() {
    let faults = breaks_of_the_doors(sources());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn inside_the_screen_imports_lead_down() {
    let faults = breaks_of_the_storeys(sources());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_dependency_that_the_tables_do_not_allow_is_caught() {
    for (layer, line, caught) in [
        ("core", "countersign-store.workspace = true", true),
        ("store", "countersign-ledger = { path = \"../ledger\" }", true),
        ("cli", "countersign-store.workspace = true", true),
        ("main", "countersign-store.workspace = true", true),
        ("app", "rusqlite.workspace = true", true),
        ("cli", "crossterm = \"0.29\"", true),
        ("kitchen", "", true),
        ("app", "countersign-store.workspace = true", false),
        ("store", "rusqlite.workspace = true # SQLite", false),
    ] {
        for section in ["[dependencies]", "[dev-dependencies]"] {
            let manifest = format!("[package]\nname = \"countersign-tui\"\n\n{section}\n{line}\n");
            assert_eq!(!breaks_of_the_layers(layer, &manifest).is_empty(), caught, "{layer}: {line}");
        }
    }
}

#[test]
fn an_import_of_a_use_case_is_caught() {
    for (path, caught) in [("src/tui/pane/a.rs", true), ("src/tui/effect.rs", false), ("src/cli/a.rs", false)] {
        let all = [Source::new("src/app/app.rs", ""), Source::new(path, "use countersign_app::app::App;")];
        assert_eq!(!breaks_of_the_doors(&all).is_empty(), caught, "{path}");
    }
}

#[test]
fn an_import_up_the_storeys_is_caught() {
    for (path, text, caught) in [
        ("src/tui/command.rs", "use crate::msg::Msg;", true),
        ("src/tui/pane/a.rs", "use crate::screen::b::B;", true),
        ("src/tui/overlay/a.rs", "use crate::screen::b::B;", true),
        ("src/tui/pane/a.rs", "use crate::model::Model;", true),
        ("src/tui/view.rs", "use crate::update::update;", true),
        ("src/tui/attic.rs", "", true),
        ("src/tui/screen/a.rs", "use crate::pane::c::C;", false),
        ("src/tui/update.rs", "use crate::{model::Model, screen::b::B};", false),
    ] {
        let others =
            ["msg.rs", "screen/b.rs", "pane/c.rs", "model.rs", "update.rs"].map(|name| format!("src/tui/{name}"));
        let mut all: Vec<Source> = others.iter().map(|path| Source::new(path, "")).collect();
        all.push(Source::new(path, text));
        assert_eq!(!breaks_of_the_storeys(&all).is_empty(), caught, "{path}: {text}");
    }
}
