//! Reads the options of a public JSON record, from its duties or from the table of older records, leaving a KSB in
//! doubt core.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::import::diagnostic::Diagnostic;
use crate::import::standard::json::{KINDS, NOTHING, Reader, flag, word};
use crate::import::standard::json_lines::Fields;
use crate::primitives::fold::folded;
use crate::primitives::ids::{DutyNo, KsbCode};
use crate::standard::builder::{MOST_ITEMS, MOST_LINKS};
use crate::standard::options::{MOST_OPTIONS, StandardOption, follow_duties, option_name};

const UNSTRUCTURED: &str = "optionsUnstructuredTemplate";
const MAPPING: &str = "optionsUnstructuredKsbMapping";

#[derive(Default)]
struct Named {
    options: Vec<StandardOption>,
    /// The index in `options`, by folded id or name.
    at: BTreeMap<String, usize>,
}

impl Named {
    /// Adds an option; returns whether it is new.
    fn add(&mut self, name: String, id: Option<String>) -> bool {
        let folded = fold(&name);
        let next = self.options.len();
        let at = *self.at.entry(folded).or_insert(next);
        if at == next {
            self.options.push(StandardOption { name, ..StandardOption::default() });
        }
        self.at.extend(id.map(|id| (fold(&id), at)));
        at == next
    }
}

fn fold(text: &str) -> String {
    folded(text).into_owned()
}

impl<'a> Reader<'a> {
    /// Reads the options with their duties and KSBs, as far as the record assigns them.
    pub(super) fn options(
        &mut self,
        fields: &Fields<'a>,
        links: &[(DutyNo, KsbCode)],
        own: &BTreeSet<DutyNo>,
    ) -> Vec<StandardOption> {
        let mut named = self.named(fields);
        if named.options.is_empty() {
            if flag(fields.get("coreAndOptions").copied()) == Some(true) {
                let what = "The record says that the standard has options, but names none";
                self.remarks.push(Diagnostic::warning(None, what));
            }
            return Vec::new();
        }
        self.of_duties(fields, &mut named, own);
        if named.options.iter().any(|option| !option.duties.is_empty()) {
            follow_duties(&mut named.options, links);
        } else {
            self.of_mapping(fields, &mut named);
        }
        named.options
    }

    fn named(&mut self, fields: &Fields<'a>) -> Named {
        let mut named = Named::default();
        for list in ["options", UNSTRUCTURED] {
            if !named.options.is_empty() {
                break;
            }
            for (at, raw) in self.list(fields, list, MOST_OPTIONS).into_iter().enumerate() {
                let place = self.lines.place(raw, format!("{list}[{at}]"));
                let item: Option<Fields<'a>> = serde_json::from_str(raw.get()).ok();
                let field = |name: &str| item.as_ref().and_then(|item| item.get(name)).and_then(|raw| word(raw));
                let title = match &item {
                    Some(_) => field("title"),
                    None => word(raw),
                };
                let title = self.cleaned(&title.unwrap_or_default(), &place);
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                let folded = fold(&title);
                if folded == "core" || NOTHING.contains(&folded.as_str()) {
                    continue;
                }
                self.places.add(option_name(&title), place.clone());
                let twice = format!("{} is named twice. It is kept once", option_name(&title));
                if !named.add(title, field("optionId").map(Cow::into_owned)) {
                    self.remarks.push(Diagnostic::warning(Some(place), twice));
                }
            }
        }
        named
    }

    /// Assigns duties to options. A core duty stays core, even if it names options.
    fn of_duties(&mut self, fields: &Fields<'a>, named: &mut Named, own: &BTreeSet<DutyNo>) {
        for (no, raw) in (1_u16..).zip(self.list(fields, "duties", MOST_ITEMS)) {
            if !own.contains(&DutyNo(no)) {
                continue;
            }
            let place = self.lines.place(raw, format!("duties[{}]", no - 1));
            let Ok(item) = serde_json::from_str::<Fields<'a>>(raw.get()) else { continue };
            let core = flag(item.get("isThisACoreDuty").copied());
            let (mut at, mut unknown) = (BTreeSet::new(), false);
            for raw in self.list(&item, "mappedOptions", MOST_LINKS) {
                match word(raw).and_then(|id| named.at.get(&fold(&id))) {
                    Some(found) => {
                        at.insert(*found);
                    }
                    None => unknown = true,
                }
            }
            let what = match (core, at.is_empty()) {
                (_, true) if unknown => "names an option that is not in the record",
                (Some(false), true) => "is not core and names no option",
                (Some(true), false) => "is core and names an option too",
                (_, true) => continue,
                (_, false) => {
                    for at in at {
                        named.options[at].duties.push(DutyNo(no));
                    }
                    continue;
                }
            };
            let what = format!("Duty {no} {what}. Its KSBs are required of everyone");
            self.remarks.push(Diagnostic::warning(Some(place), what));
        }
    }

    /// Assigns KSBs by the table of an older record, which lists those of the core and of each option by name.
    fn of_mapping(&mut self, fields: &Fields<'a>, named: &mut Named) {
        let mut everyone = BTreeSet::<KsbCode>::new();
        let mut of = BTreeMap::<usize, BTreeSet<KsbCode>>::new();
        for (at, raw) in self.list(fields, MAPPING, MOST_OPTIONS + 1).into_iter().enumerate() {
            let place = self.lines.place(raw, format!("{MAPPING}[{at}]"));
            let Some(item) = self.object(raw, &place) else { continue };
            let title = item.get("coreOrOptionTitle").and_then(|raw| word(raw)).unwrap_or_default();
            let title = fold(&self.cleaned(&title, &place));
            let mut codes = BTreeSet::new();
            for (_, _, _, mapped) in KINDS {
                for raw in self.list(&item, mapped, MOST_LINKS) {
                    let id = word(raw).unwrap_or_default();
                    if let Some(found) = self.ids.get(&*id) {
                        codes.insert(*found);
                    } else {
                        let what =
                            format!("A link of “{title}” leads to a KSB that is not in the record. It is left out");
                        self.remarks.push(Diagnostic::warning(Some(place.clone()), what));
                    }
                }
            }
            match named.at.get(&title) {
                Some(at) => of.entry(*at).or_default().extend(codes),
                None if codes.is_empty() => {}
                None => {
                    if title != "core" {
                        let what =
                            format!("“{title}” is not an option of the record. Its KSBs are required of everyone");
                        self.remarks.push(Diagnostic::warning(Some(place), what));
                    }
                    everyone.extend(codes);
                }
            }
        }
        let mapped = of.values().any(|codes| !codes.is_empty());
        let stray: Vec<String> = self
            .ids
            .values()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|code| mapped && !everyone.contains(code) && of.values().all(|codes| !codes.contains(code)))
            .map(|code| code.to_string())
            .collect();
        if !stray.is_empty() {
            let what = format!(
                "The record gives these KSBs neither to the core nor to an option, so they are required of everyone: {}",
                stray.join(", ")
            );
            self.remarks.push(Diagnostic::warning(None, what));
        }
        for (at, codes) in of {
            named.options[at].ksbs = codes.difference(&everyone).copied().collect();
        }
    }
}
