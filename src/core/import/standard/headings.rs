//! Finds the headings under which a published text lists its KSBs, for records without duties.

use std::collections::HashMap;

use crate::import::html::{Token, spaced, tokens, unescaped};
use crate::primitives::ids::KsbCode;

/// Returns the headings under which KSB texts are found, in the text's order, each with its KSBs.
pub fn headings(html: &str, ksbs: &[(KsbCode, String)]) -> Vec<(String, Vec<KsbCode>)> {
    let mut walk = Walk { of_text: HashMap::new(), found: Vec::new(), heading: String::new(), words: String::new() };
    for (code, text) in ksbs {
        walk.of_text.entry(text).or_default().push(*code);
    }
    let html = unescaped(html);
    let mut in_heading = false;
    for token in tokens(&html) {
        match token {
            Token::Text(text) if in_heading => walk.heading.push_str(text),
            Token::Text(text) => walk.words.push_str(text),
            Token::Block(name, closes) if is_heading(name) => {
                walk.flush();
                in_heading = !closes;
                if in_heading {
                    walk.heading.clear();
                }
            }
            Token::Block(..) if in_heading => walk.heading.push(' '),
            Token::Block(..) => walk.flush(),
            Token::Inline => {}
        }
    }
    walk.flush();
    walk.found
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h' | b'H', b'1'..=b'6']) || name.eq_ignore_ascii_case("th")
}

struct Walk<'a> {
    of_text: HashMap<&'a str, Vec<KsbCode>>,
    found: Vec<(String, Vec<KsbCode>)>,
    heading: String,
    words: String,
}

impl Walk<'_> {
    /// Ends a paragraph, and assigns a matching KSB to the current heading.
    fn flush(&mut self) {
        let line = spaced(&std::mem::take(&mut self.words));
        let line = line.trim_start_matches(['•', '·', '▪', '*', ' ']);
        let Some(codes) = self.of_text.get(line) else { return };
        let heading = spaced(&self.heading);
        if heading.is_empty() {
            return;
        }
        let at = self.found.iter().position(|(known, _)| *known == heading).unwrap_or_else(|| {
            self.found.push((heading, Vec::new()));
            self.found.len() - 1
        });
        for code in codes {
            if !self.found[at].1.contains(code) {
                self.found[at].1.push(*code);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ksb_is_under_the_heading_where_its_very_text_is() {
        let ksbs: Vec<(KsbCode, String)> = [("K1", "how lamps burn"), ("S1", "trim a wick"), ("B1", "be kind")]
            .map(|(code, text)| (code.parse().unwrap(), text.to_owned()))
            .to_vec();
        let html = "&lt;h3&gt;Values&lt;/h3&gt;&lt;p&gt;be kind&lt;/p&gt;<table><tr><th><p><b>La</b>mps&nbsp;</p>\
                    <p>and wicks</p></th><td><p>• how <em>lamps</em> burn</p><p>how lamps are sold</p></td>\
                    <td><p>•\u{a0}trim a wick</p></td></tr></table>";
        let found = headings(html, &ksbs);
        let codes = |at: usize| found[at].1.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(
            found.iter().map(|(heading, _)| heading.as_str()).collect::<Vec<_>>(),
            ["Values", "Lamps and wicks"]
        );
        assert_eq!((codes(0), codes(1)), ("B1".to_owned(), "K1 S1".to_owned()));
        assert_eq!(headings("<p>how lamps burn</p>", &ksbs), []);
    }
}
