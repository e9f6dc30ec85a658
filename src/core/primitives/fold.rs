//! Folds text for search only, so that `obrien` finds O’Brien and `lukasz` Łukasz.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Folds a text: case, accents, apostrophes, hyphens and runs of spaces make no difference. `Łukasz  O’Brien-Weiß`
/// gives `lukasz obrien weiss`.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // NFKD would decompose this apostrophe into a space and an accent.
    let chars = text.chars().filter(|c| *c != '´');
    for c in chars.nfkd().flat_map(char::to_lowercase) {
        match c {
            // Combining accents, and invisible joiners.
            '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            c if is_apostrophe(c) => {}
            c if is_space(c) => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if c.is_ascii() => out.push(c),
            c => match PLAIN.split(' ').find_map(|row| row.strip_prefix(c)) {
                Some(plain) => out.push_str(plain),
                None => out.push(c),
            },
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    Cow::Owned(out)
}

/// Returns whether two texts fold to the same.
pub fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// The maximum words of a name that are tried in any order.
const MOST_WORDS: usize = 8;

/// Returns whether two names may be one person's: the same words in any order and punctuation, with look-alike letters
/// of other alphabets.
pub fn may_be_one(one: &str, other: &str) -> bool {
    same(one, other) || same_words(&words(one), &words(other))
}

/// Returns a name's sorted letters, which are equal for all names that [`may_be_one`] accepts: an index key for them.
pub fn letters_of(name: &str) -> String {
    let mut letters: Vec<char> = words(name).concat().chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// Splits a name into [`folded`] words without punctuation, with look-alike letters as Latin.
fn words(name: &str) -> Vec<String> {
    let latin: String = folded(name).chars().map(latin).collect();
    latin.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn same_words(one: &[String], other: &[String]) -> bool {
    let (joined, whole) = (one.concat(), other.concat());
    !joined.is_empty()
        && joined.len() == whole.len()
        && (joined == whole
            || made_of(&whole, one, &mut vec![false; one.len()])
            || made_of(&joined, other, &mut vec![false; other.len()]))
}

fn made_of(text: &str, words: &[String], used: &mut [bool]) -> bool {
    if words.len() > MOST_WORDS {
        return false;
    }
    if text.is_empty() {
        return true;
    }
    for at in 0..words.len() {
        let Some(rest) = text.strip_prefix(words[at].as_str()).filter(|_| !used[at]) else { continue };
        used[at] = true;
        if made_of(rest, words, used) {
            return true;
        }
        used[at] = false;
    }
    false
}

/// A name to search for; the same rule applies wherever people are found.
#[derive(Debug, Clone)]
pub struct NameQuery {
    folded: String,
    words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameMatch {
    /// The text is part of the name.
    Part,
    /// All words of the name, in another order or joined differently.
    Whole,
    Same,
}

impl NameQuery {
    /// Prepares a typed text: `o brien`, `Jones Smith`, `Bell, Ann`.
    pub fn of(text: &str) -> Self {
        Self { folded: folded(text).into_owned(), words: words(text) }
    }

    pub fn fit(&self, name: &str) -> Option<NameMatch> {
        let found = folded(name);
        if found == self.folded {
            return Some(NameMatch::Same);
        }
        if same_words(&self.words, &words(name)) {
            return Some(NameMatch::Whole);
        }
        if found.contains(&self.folded) {
            return Some(NameMatch::Part);
        }
        let parted = WordStarts::of(name);
        let all = !self.words.is_empty() && self.words.iter().all(|word| parted.begins(word));
        (all || parted.begins(&self.words.concat())).then_some(NameMatch::Part)
    }

    /// Returns whether a name contains all of these words completely.
    pub fn is_in(&self, name: &str) -> bool {
        let name = words(name);
        !self.words.is_empty() && self.words.iter().all(|word| name.contains(word))
    }

    /// Narrows matches, in order: to the single best one if it is better than a part, otherwise to all.
    pub fn best_matches<T>(fits: Vec<(NameMatch, T)>) -> Vec<T> {
        let best = fits.iter().map(|(fit, _)| *fit).max().filter(|best| *best > NameMatch::Part);
        let one = best.filter(|best| fits.iter().filter(|(fit, _)| fit == best).count() == 1);
        fits.into_iter().filter(|(fit, _)| one.is_none_or(|one| one == *fit)).map(|(_, found)| found).collect()
    }
}

/// A name's letters, with the positions where words begin.
struct WordStarts {
    letters: String,
    starts: Vec<usize>,
}

impl WordStarts {
    fn of(name: &str) -> Self {
        let (mut letters, mut starts) = (String::new(), Vec::new());
        // An apostrophe also begins a word: `brien` finds O’Brien.
        let parted: String = name.chars().map(|c| if is_apostrophe(c) { '-' } else { c }).collect();
        for word in words(&parted) {
            starts.push(letters.len());
            letters.push_str(&word);
        }
        Self { letters, starts }
    }

    /// Returns whether any word begins with this one, which may continue into the next word.
    fn begins(&self, word: &str) -> bool {
        !word.is_empty() && self.starts.iter().any(|at| self.letters[*at..].starts_with(word))
    }
}

/// Returns whether a text contains a [`folded`] word, also across spaces, hyphens and look-alike letters: `smithjones`
/// is in `Ann Smith-Jones`.
pub fn finds(text: &str, word: &str) -> bool {
    holds(text, word) || WordStarts::of(text).begins(&words(word).concat())
}

/// Latin letters, each with the Cyrillic and Greek letters that look like it in either case.
const LOOK_ALIKES: &str = "aаαɑ bвβ cсϲ eеε hнηһ iіι jјϳ kкκ mмμ nν oоο pрρ sѕ tтτ uуυ xхχ zζ dԁ qԛ wԝ lӏ vѵ gɡ";

fn latin(c: char) -> char {
    let row = if c.is_ascii() { None } else { LOOK_ALIKES.split(' ').find(|row| row.contains(c)) };
    row.and_then(|row| row.chars().next()).unwrap_or(c)
}

pub fn holds(text: &str, word: &str) -> bool {
    if !text.is_ascii() {
        return folded(text).contains(word);
    }
    // No copy here, as the log search scans a million texts.
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(first) = word.first() else { return true };
    (0..text.len()).any(|at| is(text[at], *first) && begins(&text[at..], word))
}

fn begins(text: &[u8], word: &[u8]) -> bool {
    let mut wanted = word.iter();
    let mut next = wanted.next();
    let mut spaced = false;
    for byte in text.iter().filter(|byte| !matches!(byte, b'\'' | b'`')) {
        // A run of spaces counts as one.
        if spaced && is(*byte, b' ') {
            continue;
        }
        spaced = is(*byte, b' ');
        match next {
            Some(one) if is(*byte, *one) => next = wanted.next(),
            Some(_) => return false,
            None => return true,
        }
    }
    next.is_none()
}

fn is(byte: u8, folded: u8) -> bool {
    let plain = if byte == b'-' || byte.is_ascii_whitespace() { b' ' } else { byte.to_ascii_lowercase() };
    plain == folded
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ʿ' | 'ʾ' | '‘' | '’' | '‚' | '‛' | '′' | '＇')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' | '－')
}

/// Decomposed lower-case letters, each with the plain letters that it is folded to.
const PLAIN: &str = "łl øo ßss æae œoe đd ðd þth ħh ıi ŋn ŧt";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_names_may_be_one_in_any_order_and_parting_and_with_letters_that_look_the_same() {
        for (name, others) in [
            (
                "Alex Trainee",
                &[
                    "Trainee Alex",
                    "TRAINEE, Alex",
                    "AlexTrainee",
                    "Alex. Trainee",
                    "Alex_Trainee",
                    "traineealex",
                    "Аlex Тrainee",
                    "Αlex Trainee",
                    "alex  trainée",
                ][..],
            ),
            ("Ann Smith-Jones", &["SmithJones Ann", "Jones Smith, Ann", "annsmithjones"]),
            ("Νικο", &["ΝΙΚΟ"]),
        ] {
            for other in others {
                assert!(may_be_one(name, other) && may_be_one(other, name), "{other}");
                assert_eq!(letters_of(name), letters_of(other), "{other}");
            }
        }
        for (one, other) in [
            ("Alex Trainee", "Alex Train"),
            ("Alex Trainee", "Alexa Trainee"),
            ("Alex Trainee", "Alex B Trainee"),
            ("Alex Trainee", "Trainee"),
            ("Alex Trainee", ""),
            ("Ann Bell", "Bell Nan"),
            ("李明", "明鸣"),
            ("!", "?"),
        ] {
            assert!(!may_be_one(one, other) && !may_be_one(other, one), "{one} {other}");
        }
        assert!(!may_be_one(&vec!["a"; 60].join(" "), &format!("{}b", "a".repeat(59))));
    }

    #[test]
    fn a_name_fits_what_is_typed_in_any_order_and_however_it_is_joined() {
        for (typed, name, fit) in [
            ("ann bell", "Ann Bell", Some(NameMatch::Same)),
            ("Bell, Ann", "Ann Bell", Some(NameMatch::Whole)),
            ("annbell", "Ann Bell", Some(NameMatch::Whole)),
            ("jones smith", "Anne-Marie Smith-Jones", Some(NameMatch::Part)),
            ("smithjones", "Anne-Marie Smith-Jones", Some(NameMatch::Part)),
            ("annemarie", "Anne-Marie Smith-Jones", Some(NameMatch::Part)),
            ("o brien", "Sean O'Brien", Some(NameMatch::Part)),
            ("brien o", "Una O’Brien", Some(NameMatch::Part)),
            ("brien sean", "Sean O’Brien", Some(NameMatch::Part)),
            ("bell m", "Mary Ann Bell", Some(NameMatch::Part)),
            ("Bell, Mary Ann", "Mary Ann Bell", Some(NameMatch::Whole)),
            ("Вell", "Ann Bell", Some(NameMatch::Part)),
            ("ell", "Ann Bell", Some(NameMatch::Part)),
            ("", "Ann Bell", Some(NameMatch::Part)),
            ("nnbell", "Ann Bell", None),
            ("bell tom", "Ann Bell", None),
            ("...", "Ann Bell", None),
        ] {
            assert_eq!(NameQuery::of(typed).fit(name), fit, "{typed}: {name}");
        }
        assert!(NameQuery::of("sam").is_in("Supervisor Sam") && !NameQuery::of("sam").is_in("Samuel Supervisor"));
    }

    #[test]
    fn of_all_that_fit_the_one_that_is_the_name_is_meant_or_all() {
        let matches = |typed: &str, names: &[&'static str]| {
            let wanted = NameQuery::of(typed);
            NameQuery::best_matches(names.iter().filter_map(|name| Some((wanted.fit(name)?, *name))).collect())
        };
        let names = ["Ann Bell", "Bell Ann", "Ann Bellamy"];
        assert_eq!(matches("ann bell", &names), ["Ann Bell"]);
        assert_eq!(matches("bell, ann", &names[..1]), ["Ann Bell"]);
        assert_eq!(matches("annbell", &names), names);
        assert_eq!(matches("ann", &names), names);
    }

    #[test]
    fn a_list_finds_a_word_of_a_name_however_it_is_joined() {
        for (text, word) in [
            ("Anne-Marie Smith-Jones", "smithjones"),
            ("Zoë O'Neill-Ng", "oneillng"),
            ("Sean O'Brien", "brien"),
            ("Ann Bell", "annbell"),
            ("Alex Trainee", "аlex"),
        ] {
            assert!(finds(text, &folded(word)), "{text}: {word}");
        }
        for word in ["nnbell", "annbells", "bellann"] {
            assert!(!finds("Ann Bell", word), "{word}");
        }
    }

    #[test]
    fn spellings_of_one_name_fold_alike() {
        for (spellings, plain) in [
            (&["O'Brien", "O’Brien", "O`Brien", "OʼBRIEN", "obrien"][..], "obrien"),
            (&["José", "JOSE\u{301}", "jose"], "jose"),
            (&["Łukasz", "łukasz", "Lukasz"], "lukasz"),
            (&["Søren Ærø", "soren aero"], "soren aero"),
            (&["Weiß", "WEISS", "weiss", "WEIẞ"], "weiss"),
            (&["Smith-Jones", "Smith\u{2011}Jones", "Smith–Jones", " smith  jones "], "smith jones"),
            (&["Đặng Văn", "dang van"], "dang van"),
            (&["İlkay Işık", "ilkay isik"], "ilkay isik"),
            (&["Þórður", "thordur"], "thordur"),
            (&["Zoë\u{200b} Ann", "zoe ann"], "zoe ann"),
            (&["ﬁona", "Fiona"], "fiona"),
        ] {
            for spelling in spellings {
                assert_eq!(folded(spelling), plain, "{spelling}");
                assert!(holds(&format!("Dr {spelling}, Cytology"), plain), "{spelling}");
            }
        }
    }

    #[test]
    fn other_names_stay_apart() {
        for (one, other) in [("Ann Bell", "Anne Bell"), ("Smith Jones", "Smithjones"), ("李明", "李鸣"), ("S1", "S11")]
        {
            assert!(!same(one, other), "{one} {other}");
        }
        assert!(!holds("O'Neill", "obrien"));
        assert!(!holds("Ann", "anna"));
        assert!(holds("any", "") && holds("", ""));
    }

    proptest! {
        #[test]
        fn names_are_compared_without_a_panic(one in any::<String>(), other in any::<String>()) {
            let _ = (may_be_one(&one, &other), NameQuery::of(&one).fit(&other), finds(&other, &folded(&one)));
            prop_assert!(NameQuery::of(&one).fit(&one) == Some(NameMatch::Same) && may_be_one(&one, &one));
        }

        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = folded(&text).into_owned();
            prop_assert_eq!(folded(&once), once.as_str());
        }

        #[test]
        fn a_text_holds_each_of_its_own_words_folded(text in "[ -~éłØßÅ’‑]{0,40}") {
            for word in text.split_whitespace() {
                prop_assert!(holds(&text, &folded(word)), "{} in {}", word, text);
            }
        }
    }
}
