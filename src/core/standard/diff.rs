//! Compares two versions of a standard, by the digest of each text.

use std::collections::{BTreeSet, HashMap};

use crate::primitives::ids::{Digest, KsbCode};
use crate::primitives::word_diff::{Piece, similarity, word_diff};
use crate::standard::Standard;
use crate::standard::about::Topic;
use crate::standard::gateway_requirement::GatewayRequirement;

/// The minimum similarity, in percent, of a reworded item. Below it, the code was reused for something else, as in
/// sources that number by position.
const REWORDED: usize = 50;

slugs! {
    Change {
        Same = "same";
        /// Same text, another code.
        Moved = "moved";
        /// Another text with at least half of the words, same code.
        Reworded = "reworded";
        Gone = "gone";
        New = "new";
    }
}

/// A duty or KSB in one or both versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub change: Change,
    /// Its code in the first version: `K1`, or `D1` for a duty.
    pub before: Option<String>,
    pub after: Option<String>,
    /// The text of the second version; of the first if it is gone.
    pub text: String,
    pub words: Vec<Piece>,
}

/// A KSB in both versions whose duties or options differ; each pair is before, after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    pub code: String,
    /// The codes of its duties: `D1`. Renumbered duties do not count as a difference.
    pub duties: [Vec<String>; 2],
    /// The names of its options; empty if it is core.
    pub options: [Vec<String>; 2],
    pub differ: [bool; 2],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardDiff {
    /// Name, before and after of each fact that differs: title, level, months, hours, options, start dates, gateway,
    /// assessment and descriptive texts.
    pub facts: Vec<(&'static str, String, String)>,
    /// The duties in the order of the second version, those that are gone last.
    pub duties: Vec<Pair>,
    pub ksbs: Vec<Pair>,
    /// In the order of the second version.
    pub mapped: Vec<Mapped>,
}

impl StandardDiff {
    pub fn count(&self, change: Change) -> usize {
        self.ksbs.iter().filter(|pair| pair.change == change).count()
    }

    pub fn is_none(&self) -> bool {
        self.facts.is_empty()
            && self.mapped.is_empty()
            && self.duties.iter().chain(&self.ksbs).all(|pair| pair.change == Change::Same)
    }
}

/// Returns all gateway requirements in one line.
fn gateway(standard: &Standard) -> String {
    let one = |one: &GatewayRequirement| {
        let more = one.rule.iter().chain(&one.alternatives).chain(&one.note).chain(&one.source);
        let more: Vec<&str> = more.map(String::as_str).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
        format!("{}: {}{more}", one.id, one.text)
    };
    standard.gateway().iter().map(one).collect::<Vec<_>>().join(", ")
}

pub fn diff(a: &Standard, b: &Standard) -> StandardDiff {
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "not set".to_owned());
    let facts = |s: &Standard| {
        [
            ("title", s.title().to_owned()),
            ("level", s.level().to_string()),
            ("months", s.months().to_string()),
            ("hours", or_none(s.hours().map(|hours| hours.to_string()))),
            ("programme", or_none(s.programme().map(str::to_owned))),
            ("options", or_none(Some(s.option_names()).filter(|names| !names.is_empty()))),
            ("earliest start", or_none(s.starts().earliest.map(|day| day.to_string()))),
            ("latest start", or_none(s.starts().latest.map(|day| day.to_string()))),
            ("gateway", or_none((!s.gateway().is_empty()).then(|| gateway(s)))),
            ("assessment", or_none(s.about().assessment.map(|one| one.slug().to_owned()))),
            ("assessment months", or_none(s.about().assessment_months.map(|months| months.to_string()))),
        ]
    };
    // Descriptive texts are compared only if both have one, as many standards were adopted without.
    let texts = |s: &Standard, topic: Topic| s.about().of(topic).collect::<Vec<_>>().join(" ");
    let topics = Topic::ALL.into_iter().map(|topic| ((topic.slug(), texts(a, topic)), (topic.slug(), texts(b, topic))));
    let topics = topics.filter(|((_, before), (_, after))| !before.is_empty() && !after.is_empty());
    let changed = facts(a).into_iter().zip(facts(b)).chain(topics).filter(|(a, b)| a != b);
    let duties = |s: &Standard| -> Vec<Item> {
        let item = |code: String, text: &String| Item { code, digest: Digest::of(text.as_bytes()), text: text.clone() };
        s.duties().iter().map(|duty| item(format!("D{}", duty.no), &duty.text)).collect()
    };
    let ksbs = |s: &Standard| -> Vec<Item> {
        let ksbs = s.ksbs().iter();
        ksbs.map(|ksb| Item { code: ksb.code.to_string(), digest: ksb.digest, text: ksb.text.clone() }).collect()
    };
    let (duties, ksbs) = (pairs(&duties(a), &duties(b)), pairs(&ksbs(a), &ksbs(b)));
    StandardDiff {
        facts: changed.map(|((what, before), (_, after))| (what, before, after)).collect(),
        mapped: ksbs.iter().filter_map(|pair| mapped(pair, &duties, (a, b))).collect(),
        duties,
        ksbs,
    }
}

fn mapped(pair: &Pair, duties: &[Pair], (a, b): (&Standard, &Standard)) -> Option<Mapped> {
    let [before, after]: [KsbCode; 2] = [pair.before.as_ref()?.parse().ok()?, pair.after.as_ref()?.parse().ok()?];
    let of = |standard: &Standard, code| -> Vec<String> {
        let of = standard.ksb(code).map(|ksb| ksb.duties.as_slice()).unwrap_or_default();
        of.iter().map(|no| format!("D{no}")).collect()
    };
    let options = |standard: &Standard, code| -> Vec<String> {
        standard.options_of(code).map(|option| option.name.clone()).collect()
    };
    // Maps a duty of the first version to its code in the second.
    let now = |code: &String| duties.iter().find(|duty| duty.before.as_ref() == Some(code))?.after.clone();
    let set = |codes: Vec<Option<String>>| codes.into_iter().collect::<BTreeSet<_>>();
    let (duties, options) = ([of(a, before), of(b, after)], [options(a, before), options(b, after)]);
    let [was, is] = &duties;
    let moved = set(was.iter().map(now).collect()) != set(is.iter().cloned().map(Some).collect());
    let differ = [moved, options[0] != options[1]];
    differ.contains(&true).then(|| Mapped { code: after.to_string(), duties, options, differ })
}

struct Item {
    code: String,
    digest: Digest,
    text: String,
}

/// Pairs items with the same code and text, then with the same text, then with the same code and similar texts; the
/// rest are alone.
fn pairs(a: &[Item], b: &[Item]) -> Vec<Pair> {
    let of_code: HashMap<&str, usize> = a.iter().enumerate().map(|(at, item)| (item.code.as_str(), at)).collect();
    let mut used = vec![false; a.len()];
    let mut found: Vec<Option<Pair>> = Vec::with_capacity(b.len());
    let pair = |change, before: Option<&Item>, after: Option<&Item>, words| Pair {
        change,
        before: before.map(|item| item.code.clone()),
        after: after.map(|item| item.code.clone()),
        text: after.or(before).map(|item| item.text.clone()).unwrap_or_default(),
        words,
    };
    let both = |change, before: &Item, after: &Item, words| pair(change, Some(before), Some(after), words);
    for item in b {
        let same = of_code.get(item.code.as_str()).copied().filter(|at| a[*at].digest == item.digest);
        found.push(same.map(|at| {
            used[at] = true;
            both(Change::Same, &a[at], item, Vec::new())
        }));
    }
    let mut of_text: HashMap<Digest, Vec<usize>> = HashMap::new();
    for at in (0..a.len()).rev().filter(|at| !used[*at]) {
        of_text.entry(a[at].digest).or_default().push(at);
    }
    for (item, slot) in b.iter().zip(&mut found).filter(|(_, slot)| slot.is_none()) {
        if let Some(at) = of_text.get_mut(&item.digest).and_then(Vec::pop) {
            used[at] = true;
            *slot = Some(both(Change::Moved, &a[at], item, Vec::new()));
        }
    }
    for (item, slot) in b.iter().zip(&mut found).filter(|(_, slot)| slot.is_none()) {
        let Some(at) = of_code.get(item.code.as_str()).copied().filter(|at| !used[*at]) else { continue };
        let words = word_diff(&a[at].text, &item.text);
        if similarity(&words) >= REWORDED {
            used[at] = true;
            *slot = Some(both(Change::Reworded, &a[at], item, words));
        }
    }
    let new = |item: &Item| pair(Change::New, None, Some(item), Vec::new());
    let mut all: Vec<Pair> = b.iter().zip(found).map(|(item, slot)| slot.unwrap_or_else(|| new(item))).collect();
    let gone = a.iter().zip(&used).filter(|(_, used)| !**used);
    all.extend(gone.map(|(item, _)| pair(Change::Gone, Some(item), None, Vec::new())));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard::file::standard;

    fn made(version: &str, ksbs: &[(&str, &str)]) -> Standard {
        let ksbs: Vec<String> = ksbs.iter().map(|(code, text)| format!("{code} = '{text}'")).collect();
        let ksbs = ksbs.join("\n");
        let head = "title = 'T'\nlevel = 2\nmonths_to_gateway = 14\n";
        standard(&format!("reference = 'X1'\nversion = '{version}'\n{head}[ksbs]\n{ksbs}")).unwrap().0
    }

    fn change_lines(a: &[(&str, &str)], b: &[(&str, &str)]) -> Vec<String> {
        let found = diff(&made("1", a), &made("2", b)).ksbs;
        let code = |code: &Option<String>| code.clone().unwrap_or_else(|| "-".to_owned());
        found.iter().map(|p| format!("{} {} {}", p.change.slug(), code(&p.before), code(&p.after))).collect()
    }

    #[test]
    fn each_item_is_same_moved_reworded_or_in_one_alone() {
        let before = [("K1", "how lamps burn"), ("K2", "how oil is kept"), ("K3", "who to call"), ("K4", "old ways")];
        let after = [
            ("K1", "how lamps burn"),
            ("K2", "who to call"),
            ("K3", "how oil is stored"),
            ("K4", "electric light only"),
        ];
        assert_eq!(
            change_lines(&before, &after),
            ["same K1 K1", "moved K3 K2", "new - K3", "new - K4", "gone K2 -", "gone K4 -"]
        );
        assert_eq!(
            change_lines(&[("S1", "trim the wick by day")], &[("S1", "trim each wick by day")]),
            ["reworded S1 S1"]
        );
    }

    #[test]
    fn of_two_with_one_text_each_is_paired_once() {
        let twice = [("K1", "same words"), ("K2", "same words")];
        assert_eq!(change_lines(&twice, &twice), ["same K1 K1", "same K2 K2"]);
        assert_eq!(change_lines(&twice, &[("K2", "same words")]), ["same K2 K2", "gone K1 -"]);
        assert_eq!(change_lines(&[("K1", "same words")], &twice), ["same K1 K1", "new - K2"]);
    }

    #[test]
    fn nothing_differs_from_itself_and_facts_are_told() {
        let one = made("1", &[("K1", "a"), ("K2", "a"), ("B1", "c")]);
        assert!(diff(&one, &one).is_none());
        let (shipped, _) = crate::standard::file::st0413().unwrap();
        let facts: Vec<&str> = diff(&one, &shipped).facts.iter().map(|(what, ..)| *what).collect();
        assert_eq!(facts, ["title", "level", "months", "hours", "earliest start"]);
        let with = |more: &str| {
            let head = "reference = 'X1'\nversion = '1'\ntitle = 'T'\nlevel = 2\nmonths_to_gateway = 14\n";
            standard(&format!("{head}{more}\n[ksbs]\nK1 = 'a'\n")).unwrap().0
        };
        let old = with("months_epa = 2\n[about]\nentry = 'None.'\npurpose = 'Light.'");
        let new = with("assessment = 'reformed'\nmonths_epa = 3\n[about]\nentry = 'A licence.'");
        let facts = diff(&old, &new).facts;
        let facts: Vec<String> = facts.iter().map(|(what, a, b)| format!("{what}: {a} > {b}")).collect();
        assert_eq!(facts, ["assessment: not set > reformed", "assessment months: 2 > 3", "entry: None. > A licence."]);
    }
}
