//! Renders the differences between two standards as tables.

use crate::cli::output::table::{OutputBlock, Table};
use crate::domain::primitives::word_diff::{DiffKind, Piece};
use crate::domain::standard::diff::{Change, Mapped, Pair, StandardDiff};

/// Sums up how many KSBs changed in which way.
pub fn counts(found: &StandardDiff) -> String {
    if found.is_none() {
        return "nothing differs".to_owned();
    }
    let counts = Change::ALL.map(|change| (found.count(change), change.slug()));
    let told: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, slug)| format!("{n} {slug}")).collect();
    let moved = match found.mapped.len() {
        0 => String::new(),
        moved => format!("; {moved} under other duties or options"),
    };
    format!("of the KSBs {}{moved}", told.join(", "))
}

/// Renders the facts, duties and KSBs that differ.
pub fn items(found: &StandardDiff) -> Vec<OutputBlock> {
    let mut parts = Vec::new();
    if !found.facts.is_empty() {
        let row =
            |(what, before, after): &(&str, String, String)| vec![(*what).to_owned(), before.clone(), after.clone()];
        let rows = found.facts.iter().map(row).collect();
        parts.extend([OutputBlock::Gap, OutputBlock::Table(Table { head: vec!["fact", "before", "after"], rows })]);
    }
    let rows = |pairs: &[Pair]| pairs.iter().filter(|pair| pair.change != Change::Same).map(row).collect::<Vec<_>>();
    for (name, rows) in [("Duties", rows(&found.duties)), ("KSBs", rows(&found.ksbs))] {
        if !rows.is_empty() {
            let head = vec!["change", "before", "after", "text"];
            parts.extend([
                OutputBlock::Gap,
                OutputBlock::Line(name.to_owned()),
                OutputBlock::Table(Table { head, rows }),
            ]);
        }
    }
    let rows: Vec<Vec<String>> = found.mapped.iter().flat_map(mapped).collect();
    if !rows.is_empty() {
        let head = vec!["ksb", "belongs to", "before", "after"];
        let heading = "KSBs under other duties or options".to_owned();
        parts.extend([OutputBlock::Gap, OutputBlock::Line(heading), OutputBlock::Table(Table { head, rows })]);
    }
    parts
}

/// Returns the rows of a KSB for changed duties and changed options.
fn mapped(one: &Mapped) -> Vec<Vec<String>> {
    let row = |what: &str, of: &[Vec<String>; 2], gap: &str, none: &str| {
        let [before, after] = of.each_ref().map(|of| if of.is_empty() { none.to_owned() } else { of.join(gap) });
        vec![one.code.clone(), what.to_owned(), before, after]
    };
    let [duties, options] = one.differ;
    let duties = duties.then(|| row("duties", &one.duties, " ", "none"));
    duties.into_iter().chain(options.then(|| row("options", &one.options, ", ", "core"))).collect()
}

fn row(pair: &Pair) -> Vec<String> {
    let code = |code: &Option<String>| code.clone().unwrap_or_default();
    vec![pair.change.slug().to_owned(), code(&pair.before), code(&pair.after), worded(pair)]
}

/// Returns the text; in a reworded one, removed words are in `[-…-]` and added ones in `{+…+}`, as in `wdiff`.
pub fn worded(pair: &Pair) -> String {
    let piece = |piece: &Piece| match piece.fate {
        DiffKind::Kept => piece.text.clone(),
        DiffKind::Gone => format!("[-{}-]", piece.text),
        DiffKind::New => format!("{{+{}+}}", piece.text),
    };
    match pair.words.as_slice() {
        [] => pair.text.clone(),
        words => words.iter().map(piece).collect::<Vec<_>>().join(" "),
    }
}
