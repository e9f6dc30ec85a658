//! Encodes a local competence list as the canonical text that its digest covers, and decodes it.
//!
//! One field a line, in this order; unset fields are left out. No text contains a line break, so nothing is escaped:
//!
//! ```text
//! countersign-competences/1
//! list CARDIO-LOCAL 1
//! title Cardiology: local competences
//! beside ST0413 1.1                        each standard it is for, in order
//! competence L1 Record a 12-lead ECG …     each competence, by number, and after it
//! observations 5
//! months 24                                if it has its own
//! link S12                                 each KSB that it is linked to, in order
//! may-sign training-officer                each who may sign it off, in order
//! ```

use std::fmt::Write as _;

use crate::standard::Standard;
use crate::standard::canonical_lines::{CanonicalFault, Lines};
use crate::standard::local::CompetenceTerms;
use crate::standard::local_parts::LocalParts;

/// The first line of a list's text.
pub const HEAD: &str = "countersign-competences/1\n";

pub fn canonical(list: &Standard) -> String {
    let Some(local) = list.local() else { return String::new() };
    let mut text = format!("{HEAD}list {}\ntitle {}\n", list.reference(), list.title());
    let mut line = |key: &str, value: &dyn std::fmt::Display| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{key} {value}");
    };
    for standard in &local.beside {
        line("beside", standard);
    }
    for ksb in list.ksbs() {
        line("competence", &format_args!("{} {}", ksb.code, ksb.text));
        let Some(term) = local.terms.get(&ksb.code) else { continue };
        line("observations", &term.observations);
        term.months.iter().for_each(|months| line("months", months));
        term.links.iter().for_each(|link| line("link", link));
        term.who.iter().for_each(|who| line("may-sign", who));
    }
    text
}

/// Decodes a list's canonical text; any other encoding is refused.
pub fn read(text: &str) -> Result<Standard, CanonicalFault> {
    let mut lines = Lines::after(HEAD.trim_ascii_end(), "list", text)?;
    let mut parts = LocalParts {
        reference: lines.value("list", "the list's reference and version")?,
        title: lines.value("title", "its title")?,
        beside: lines.all("beside", "a standard")?,
        competences: Vec::new(),
    };
    while let Some((code, text)) = lines.pair("competence", "a competence")? {
        let term = CompetenceTerms {
            observations: lines.value("observations", "its observations")?,
            months: lines.optional("months", "its months")?,
            links: lines.all("link", "a link")?,
            who: lines.all("may-sign", "who may sign it off")?,
        };
        parts.competences.push((code, text, term));
    }
    lines.end()?;
    let spelling = CanonicalFault::Spelling("list");
    let list =
        parts.build().map_err(|faults| faults.into_iter().next().map_or(spelling.clone(), CanonicalFault::List))?;
    if canonical(&list) == text { Ok(list) } else { Err(spelling) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "countersign-competences/1\nlist ECG 1\ntitle Local\nbeside ST1 1.0\nbeside ST1 1.1\n\
                        competence L1 Record an ECG\nobservations 5\nmonths 24\nlink K1\nlink S2\nmay-sign verifier\n\
                        may-sign person:02c1\ncompetence L2 Read it\nobservations 1\n";

    #[test]
    fn a_list_reads_back_from_its_text_and_has_the_digest_of_it() {
        let list = read(GOOD).unwrap();
        assert_eq!(canonical(&list), GOOD);
        assert_eq!(list.canonical(), GOOD);
        assert_eq!(list.digest(), crate::primitives::ids::Digest::of(GOOD.as_bytes()));
        assert_eq!(list.term("L2".parse().unwrap()).unwrap().months, None);
        assert!(Standard::from_canonical(GOOD).is_err());
    }

    #[test]
    fn a_second_spelling_and_every_part_that_may_not_stand_is_refused() {
        for (from, to, words) in [
            ("observations 5", "observations 05", "in the one way"),
            ("competence L1", "competence l1", "in the one way"),
            ("link K1\nlink S2", "link S2\nlink K1", "in the one way"),
            ("beside ST1 1.0\nbeside ST1 1.1", "beside ST1 1.1\nbeside ST1 1.0", "in the one way"),
            ("beside ST1 1.0\nbeside ST1 1.1\n", "", "does not name a standard that it goes with"),
            ("beside ST1 1.0\n", "beside ST1 1.1\n", "named twice"),
            ("link S2", "link K1", "L1 is linked to K1 twice"),
            ("competence L2", "competence L1", "L1 appears twice"),
            (
                "competence L2",
                "competence K2",
                "K2 is the code of a KSB. A competence has L and a number from 1 to 999",
            ),
            ("observations 5", "observations 0", "L1 asks for 0 observations"),
            ("observations 5", "observations 101", "L1 asks for 101 observations"),
            ("months 24", "months 0", "after 0 months"),
            ("months 24", "months 121", "after 121 months"),
            ("may-sign verifier", "may-sign person:02c1", "names twice who may sign"),
            ("may-sign verifier", "may-sign trainee", "Line 11 of the list's text is not who may sign it off"),
            ("observations 5\n", "", "Line 7 of the list's text is not its observations"),
            ("Read it", "", "L2: "),
            ("title Local", "title Lo\u{202e}cal", "The title: "),
            ("/1\n", "/2\n", "Line 1"),
            ("observations 1\n", "observations 1\nnote x\n", "Line 15"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let fault = read(&GOOD.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(fault.contains(words), "{words}: {fault}");
        }
        assert!(read(GOOD.trim_end()).is_err());
    }
}
