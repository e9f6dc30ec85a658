//! Computes word-by-word diffs, in bounded time.

/// The maximum word pairs to compare; longer texts are shown as one change.
const MOST_PAIRS: usize = 250_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffKind {
    Kept,
    /// Only in the first text.
    Gone,
    /// Only in the second text.
    New,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub fate: DiffKind,
    /// Joined with spaces.
    pub text: String,
}

pub fn word_diff(before: &str, after: &str) -> Vec<Piece> {
    let (a, b): (Vec<&str>, Vec<&str>) = (before.split(' ').collect(), after.split(' ').collect());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut runs = Runs(Vec::new());
    let (a_mid, b_mid) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    runs.all(DiffKind::Kept, &a[..start]);
    if a_mid.len().saturating_mul(b_mid.len()) > MOST_PAIRS {
        runs.all(DiffKind::Gone, a_mid);
        runs.all(DiffKind::New, b_mid);
    } else {
        middle(a_mid, b_mid, &mut runs);
    }
    runs.all(DiffKind::Kept, &a[a.len() - end..]);
    runs.0
}

/// Returns the percentage of the longer text's words that both texts share, 0 to 100.
pub fn similarity(pieces: &[Piece]) -> usize {
    let words = |wanted: DiffKind| -> usize {
        pieces.iter().filter(|piece| piece.fate == wanted).map(|piece| piece.text.split(' ').count()).sum()
    };
    let (kept, longer) = (words(DiffKind::Kept), words(DiffKind::Gone).max(words(DiffKind::New)));
    kept * 100 / (kept + longer).max(1)
}

/// Diffs by the longest common subsequence, with dynamic programming.
fn middle(a: &[&str], b: &[&str], runs: &mut Runs) {
    let wide = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * wide];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * wide + j] = if a[i] == b[j] {
                longest[(i + 1) * wide + j + 1] + 1
            } else {
                longest[(i + 1) * wide + j].max(longest[i * wide + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            runs.one(DiffKind::Kept, a[i]);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * wide + j] >= longest[i * wide + j + 1] {
            runs.one(DiffKind::Gone, a[i]);
            i += 1;
        } else {
            runs.one(DiffKind::New, b[j]);
            j += 1;
        }
    }
    runs.all(DiffKind::Gone, &a[i..]);
    runs.all(DiffKind::New, &b[j..]);
}

struct Runs(Vec<Piece>);

impl Runs {
    fn one(&mut self, fate: DiffKind, word: &str) {
        match self.0.last_mut() {
            Some(piece) if piece.fate == fate => {
                piece.text.push(' ');
                piece.text.push_str(word);
            }
            _ => self.0.push(Piece { fate, text: word.to_owned() }),
        }
    }

    fn all(&mut self, fate: DiffKind, words: &[&str]) {
        for word in words {
            self.one(fate, word);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let mark = |piece: &Piece| match piece.fate {
            DiffKind::Kept => piece.text.clone(),
            DiffKind::Gone => format!("[-{}-]", piece.text),
            DiffKind::New => format!("{{+{}+}}", piece.text),
        };
        word_diff(before, after).iter().map(mark).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_kept_gone_and_new_is_told_apart_by_words() {
        assert_eq!(shown("trim the wick by day", "trim each wick by day"), "trim [-the-] {+each+} wick by day");
        assert_eq!(shown("one two", "one two three"), "one two {+three+}");
        assert_eq!(shown("same", "same"), "same");
        assert_eq!(similarity(&word_diff("a b c d", "a b c e")), 75);
        assert_eq!(similarity(&word_diff("a b", "c d")), 0);
    }

    #[test]
    fn texts_beyond_measure_are_one_change() {
        let (a, b) = ("a ".repeat(2_000), "b ".repeat(2_000));
        assert!(word_diff(&a, &b).len() <= 3);
    }

    proptest! {
        #[test]
        fn each_text_reads_back_from_the_pieces(a in "[ab]( [abc]){0,8}", b in "[ab]( [abc]){0,8}") {
            let found = word_diff(&a, &b);
            let read = |not: DiffKind| {
                found.iter().filter(|p| p.fate != not).map(|p| p.text.as_str()).collect::<Vec<_>>().join(" ")
            };
            prop_assert_eq!(read(DiffKind::New), a);
            prop_assert_eq!(read(DiffKind::Gone), b);
        }
    }
}
