//! Warns of what is valid in a standard but probably not intended.

use std::collections::{BTreeMap, HashMap};

use crate::import::diagnostic::{Diagnostic, Places};
use crate::primitives::ids::{Digest, KsbCode, KsbKind};
use crate::standard::Standard;
use crate::standard::options::option_name;

const MOST_LISTED: usize = 12;

pub fn warnings(standard: &Standard, places: &Places) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut of_text: HashMap<Digest, KsbCode> = HashMap::new();
    for ksb in standard.ksbs() {
        let name = ksb.code.to_string();
        if let Some(first) = of_text.get(&ksb.digest) {
            found.push(Diagnostic::warning(places.first(&name), format!("{name} has the very text of {first}")));
        } else {
            of_text.insert(ksb.digest, ksb.code);
        }
        spaces(&mut found, places, &name, &ksb.text);
    }
    for duty in standard.duties() {
        let name = format!("Duty {}", duty.no);
        spaces(&mut found, places, &name, &duty.text);
        if standard.of_duty(duty.no).next().is_none() {
            found.push(Diagnostic::warning(places.first(&name), format!("{name} has no KSB")));
        }
    }
    if !standard.duties().is_empty() {
        let alone: Vec<String> =
            standard.ksbs().iter().filter(|ksb| ksb.duties.is_empty()).map(|ksb| ksb.code.to_string()).collect();
        if let [first, rest @ ..] = alone.as_slice() {
            let verb = if rest.is_empty() { "belongs" } else { "belong" };
            found.push(Diagnostic::warning(places.first(first), format!("{} {verb} to no duty", some(&alone))));
        }
    }
    if let Some(what) = standard.unmapped_options() {
        let first = standard.options().first().and_then(|option| places.first(&option_name(&option.name)));
        let hint = "Once a trainee is enrolled, `countersign enrolment leave-out` leaves out what their option does not ask for";
        found.push(Diagnostic { hint: hint.to_owned(), ..Diagnostic::warning(first, what) });
    } else {
        for option in standard.options().iter().filter(|option| option.ksbs.is_empty()) {
            let name = option_name(&option.name);
            found.push(Diagnostic::warning(places.first(&name), format!("{name} has no KSB of its own")));
        }
    }
    let mut numbers: BTreeMap<KsbKind, (u16, u16)> = BTreeMap::new();
    for ksb in standard.ksbs() {
        let (count, last) = numbers.entry(ksb.code.kind).or_default();
        (*count, *last) = (*count + 1, ksb.code.number);
    }
    for (kind, (count, last)) in numbers {
        if count < last {
            let letter = kind.slug();
            found.push(Diagnostic::warning(
                None,
                format!("Codes are left out: {count} from {letter}1 to {letter}{last}"),
            ));
        }
    }
    found
}

fn spaces(found: &mut Vec<Diagnostic>, places: &Places, name: &str, text: &str) {
    let odd = |c: char| c.is_whitespace() && c != ' ';
    if text.contains("  ") || text.contains(odd) {
        found.push(Diagnostic::warning(
            places.first(name),
            format!("{name}: The text contains a doubled or hard space"),
        ));
    }
}

fn some(codes: &[String]) -> String {
    let listed = codes.iter().take(MOST_LISTED).cloned().collect::<Vec<_>>().join(", ");
    if codes.len() > MOST_LISTED { format!("{listed} and {} more", codes.len() - MOST_LISTED) } else { listed }
}
