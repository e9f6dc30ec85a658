//! Renders the differences between two standards as tables.

use serde::Serialize;

use crate::output::report::section;
use crate::output::table::{OutputBlock, Table};
use countersign_app::standards::standard::attributed;
use countersign_core::primitives::word_diff::{DiffKind, Piece};
use countersign_core::programme::funding_rules::assessment_of;
use countersign_core::standard::builder::Duty;
use countersign_core::standard::diff::{Change, Mapped, Pair, StandardDiff};
use countersign_core::standard::gateway_requirement::GatewayRequirement;
use countersign_core::standard::options::StandardOption;
use countersign_core::standard::page::{Page, Section};
use countersign_core::standard::{Ksb, Standard};

/// Sums up how many KSBs changed in which way.
pub fn counts(found: &StandardDiff) -> String {
    if found.is_none() {
        return "nothing differs".to_owned();
    }
    let counts = Change::ALL.map(|change| (found.count(change), change.slug()));
    let words: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, slug)| format!("{n} {slug}")).collect();
    let moved = match found.mapped.len() {
        0 => String::new(),
        moved => format!("; {moved} under other duties or options"),
    };
    format!("of the KSBs {}{moved}", words.join(", "))
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
        let head = vec!["change", "before", "after", "text"];
        parts.extend(section(name, Table { head, rows }));
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

/// Adopted standards.
#[derive(Debug, Serialize)]
pub struct Standards {
    pub schema: &'static str,
    pub standards: Vec<StandardRow>,
}

#[derive(Debug, Serialize)]
pub struct StandardRow {
    pub id: String,
    pub title: String,
    pub level: u8,
    pub months: u16,
    pub hours: Option<u32>,
    pub earliest_start: Option<String>,
    pub latest_start: Option<String>,
    pub sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duties: Option<Vec<DutyRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ksbs: Option<Vec<KsbRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Vec<GatewayRow>>,
    pub options: Vec<OptionRow>,
    pub assessment: &'static str,
    pub attribution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Vec<SectionRow>>,
}

json_row! {
    /// A section of the page about a standard.
    SectionRow from (section: &Section) {
        id: &'static str = section.id,
        heading: &'static str = section.heading,
        texts: Vec<String> = section.texts.clone(),
    }
}

json_row! {
    OptionRow from (option: &StandardOption) {
        id: String = option.name.clone(),
        duties: Vec<u16> = option.duties.iter().map(|no| no.0).collect(),
        ksbs: Vec<String> = option.ksbs.iter().map(ToString::to_string).collect(),
    }
}

/// A gateway requirement defined by a standard.
#[derive(Debug, Serialize)]
pub struct GatewayRow {
    pub id: String,
    pub text: String,
    pub rule: Option<String>,
    pub alternatives: Vec<String>,
    pub note: Option<String>,
    pub source: Option<String>,
}

impl From<&GatewayRequirement> for GatewayRow {
    fn from(one: &GatewayRequirement) -> Self {
        let GatewayRequirement { id, text, rule, alternatives, note, source } = one.clone();
        Self { id, text, rule, alternatives, note, source }
    }
}

impl StandardRow {
    /// Returns a standard without its duties and KSBs.
    pub fn brief(standard: &Standard) -> Self {
        Self {
            id: standard.reference().to_string(),
            title: standard.title().to_owned(),
            level: standard.level(),
            months: standard.months(),
            hours: standard.hours(),
            earliest_start: standard.starts().earliest.map(|day| day.to_string()),
            latest_start: standard.starts().latest.map(|day| day.to_string()),
            sha256: standard.digest().hex(),
            duties: None,
            ksbs: None,
            gateway: None,
            options: standard.options().iter().map(OptionRow::new).collect(),
            assessment: assessment_of(standard).slug(),
            attribution: attributed(standard),
            about: None,
        }
    }

    /// Returns a standard with its duties and KSBs.
    pub fn whole(standard: &Standard) -> Self {
        let duties = standard.duties().iter().map(DutyRow::new).collect();
        let ksbs = standard.ksbs().iter().map(KsbRow::new).collect();
        let gateway = standard.gateway().iter().map(GatewayRow::from).collect();
        Self { duties: Some(duties), ksbs: Some(ksbs), gateway: Some(gateway), ..Self::brief(standard) }
    }

    /// Adds the page about the standard.
    #[must_use]
    pub fn with_page(self, page: &Page) -> Self {
        Self { about: Some(page.sections.iter().map(SectionRow::new).collect()), ..self }
    }
}

json_row! {
    DutyRow from (duty: &Duty) {
        id: u16 = duty.no.0,
        title: String = duty.title.clone(),
        text: String = duty.text.clone(),
    }
}

json_row! {
    KsbRow from (ksb: &Ksb) {
        id: String = ksb.code.to_string(),
        text: String = ksb.text.clone(),
        sha256: String = ksb.digest.hex(),
        duties: Vec<u16> = ksb.duties.iter().map(|no| no.0).collect(),
    }
}

/// A duty or KSB in one or both standards.
#[derive(Debug, Serialize)]
pub struct ItemRow {
    pub id: String,
    pub change: &'static str,
    pub before: Option<String>,
    pub after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    pub text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<WordsRow>,
}

json_row! {
    /// A run of words.
    WordsRow from (piece: &Piece) {
        fate: &'static str = match piece.fate {
            DiffKind::Kept => "kept",
            DiffKind::Gone => "gone",
            DiffKind::New => "new",
        },
        text: String = piece.text.clone(),
    }
}

/// A KSB whose duties or options changed.
#[derive(Debug, Serialize)]
pub struct MappedRow {
    pub id: String,
    pub duties_before: Vec<String>,
    pub duties_after: Vec<String>,
    pub options_before: Vec<String>,
    pub options_after: Vec<String>,
}

/// Returns the rows of KSBs whose duties or options changed.
pub fn mapped_rows(diff: &StandardDiff) -> Vec<MappedRow> {
    let row = |one: &Mapped| {
        let ([duties_before, duties_after], [options_before, options_after]) =
            (one.duties.clone(), one.options.clone());
        MappedRow { id: one.code.clone(), duties_before, duties_after, options_before, options_after }
    };
    diff.mapped.iter().map(row).collect()
}

/// Returns the rows of all duties and KSBs.
pub fn item_rows(diff: &StandardDiff) -> Vec<ItemRow> {
    diff.duties.iter().chain(&diff.ksbs).map(ItemRow::from).collect()
}

impl From<&Pair> for ItemRow {
    fn from(pair: &Pair) -> Self {
        // A removed code may be another item's new one, so the id has both.
        let code = |code: &Option<String>| code.clone().unwrap_or_default();
        Self {
            id: format!("{}>{}", code(&pair.before), code(&pair.after)),
            change: pair.change.slug(),
            before: pair.before.clone(),
            after: pair.after.clone(),
            state: None,
            text: pair.text.clone(),
            words: pair.words.iter().map(WordsRow::new).collect(),
        }
    }
}
