//! Names in full what documents of every form print.

use countersign_core::statement::kinds::sign_off::Method;

/// How an item was seen that only an earlier record has.
pub const CARRIED: &str = "Carried over from an earlier record";

/// Returns a file's name so that it prints as it is: a line is broken at a space, and of several only one would be left.
pub fn exact(name: &str) -> String {
    let mut found = name.replace("  ", "\u{a0}\u{a0}");
    if found.contains("\u{a0} ") {
        found = found.replace("\u{a0} ", "\u{a0}\u{a0}");
    }
    found
}

/// Says how many of a figure are carried over: `, counting 14 carried over`; empty if none is.
pub fn carried_words(carried: u16) -> String {
    if carried == 0 { String::new() } else { format!(", counting {carried} carried over") }
}

/// Names a method, for readers who do not know its abbreviation.
pub fn method_words(method: Method) -> &'static str {
    match method {
        Method::Dops => "Direct observation",
        Method::Oce => "Observed clinical event",
        Method::Cbd => "Case-based discussion",
        Method::Msf => "Multi-source feedback",
        Method::EvidenceReview => "Review of records",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::font::lacking;

    #[test]
    fn a_file_name_keeps_each_of_its_spaces_and_gets_no_letter_that_the_fonts_lack() {
        for name in ["a b", "a  b", "a   b", "a    b  c d", "plain.txt"] {
            let printed = exact(name);
            assert_eq!(printed.replace('\u{a0}', " "), name);
            assert!(
                !printed.contains("  ") && !printed.contains(" \u{a0}") && !printed.contains("\u{a0} "),
                "{printed:?}"
            );
            assert!(lacking(&printed).is_empty(), "{printed:?}");
        }
    }
}
