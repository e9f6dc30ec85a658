//! Folds a text for finding, so that `obrien` finds O’Brien and `lukasz` Łukasz. Must never change what is stored or signed.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A text without what two spellings of one name differ by: case, accents, apostrophes, hyphens for spaces, and runs of
/// spaces. `Łukasz  O’Brien-Weiß` gives `lukasz obrien weiss`.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // The one apostrophe that would come apart into a space and an accent.
    let chars = text.chars().filter(|c| *c != '´');
    for c in chars.nfkd().flat_map(char::to_lowercase) {
        match letter(c) {
            Letter::Gone => {}
            Letter::Space if out.is_empty() || out.ends_with(' ') => {}
            Letter::Space => out.push(' '),
            Letter::Same => out.push(c),
            Letter::Plain(plain) => out.push_str(plain),
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    Cow::Owned(out)
}

/// Whether two texts are one name in two spellings.
pub fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// The most words of a name that are tried in any order.
const MOST_WORDS: usize = 8;

/// Whether two names may be of one person: the same words in any order, however they are joined or pointed, with letters of
/// other alphabets that look the same.
pub fn may_be_one(one: &str, other: &str) -> bool {
    same(one, other) || same_words(&words(one), &words(other))
}

/// The letters of a name in order, the same for all that [`may_be_one`] with it: by them such names are found at once.
pub fn letters_of(name: &str) -> String {
    let mut letters: Vec<char> = words(name).concat().chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// The words of a name, [`folded`], without full stops and commas, in Latin letters where others look the same.
fn words(name: &str) -> Vec<String> {
    let latin: String = folded(name).chars().map(latin).collect();
    latin.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether the words of one, in some order, are the letters of the other.
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

/// A name that somebody is looked for by: one rule, wherever people are found.
#[derive(Debug, Clone)]
pub struct WantedName {
    folded: String,
    words: Vec<String>,
}

/// How well a name fits what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is in the name.
    Part,
    /// It has all words of the name, in another order or joined otherwise.
    Whole,
    Same,
}

impl WantedName {
    /// By this text: `o brien`, `Jones Smith`, `Bell, Ann`.
    pub fn of(text: &str) -> Self {
        Self { folded: folded(text).into_owned(), words: words(text) }
    }

    /// How well a name fits; none where it does not.
    pub fn fit(&self, name: &str) -> Option<Fit> {
        let found = folded(name);
        if found == self.folded {
            return Some(Fit::Same);
        }
        if same_words(&self.words, &words(name)) {
            return Some(Fit::Whole);
        }
        if found.contains(&self.folded) {
            return Some(Fit::Part);
        }
        let parted = Parted::of(name);
        let all = !self.words.is_empty() && self.words.iter().all(|word| parted.begins(word));
        (all || parted.begins(&self.words.concat())).then_some(Fit::Part)
    }

    /// Whether a name has all words of this one, each whole.
    pub fn is_in(&self, name: &str) -> bool {
        let name = words(name);
        !self.words.is_empty() && self.words.iter().all(|word| name.contains(word))
    }

    /// Those that are meant, of all that fit, in their order: the one that is the name, or has all of its words, or all
    /// that fit.
    pub fn meant<T>(fits: Vec<(Fit, T)>) -> Vec<T> {
        let best = fits.iter().map(|(fit, _)| *fit).max().filter(|best| *best > Fit::Part);
        let one = best.filter(|best| fits.iter().filter(|(fit, _)| fit == best).count() == 1);
        fits.into_iter().filter(|(fit, _)| one.is_none_or(|one| one == *fit)).map(|(_, found)| found).collect()
    }
}

/// The letters of a name, and where its words begin among them.
struct Parted {
    letters: String,
    starts: Vec<usize>,
}

impl Parted {
    fn of(name: &str) -> Self {
        let (mut letters, mut starts) = (String::new(), Vec::new());
        // An apostrophe begins a word too: `brien` is one of O’Brien.
        let parted: String = name.chars().map(|c| if is_apostrophe(c) { '-' } else { c }).collect();
        for word in words(&parted) {
            starts.push(letters.len());
            letters.push_str(&word);
        }
        Self { letters, starts }
    }

    /// Whether a word of it begins so, also where it goes on into the next.
    fn begins(&self, word: &str) -> bool {
        !word.is_empty() && self.starts.iter().any(|at| self.letters[*at..].starts_with(word))
    }
}

/// Whether a text holds a word that is [`folded`], or has it with other spaces, hyphens or letters that look the same:
/// `smithjones` is in `Ann Smith-Jones`.
pub fn finds(text: &str, word: &str) -> bool {
    holds(text, word) || Parted::of(text).begins(&words(word).concat())
}

/// The Latin letter that a small Cyrillic or Greek letter, or its capital, looks like.
fn latin(c: char) -> char {
    match c {
        'а' | 'α' | 'ɑ' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'е' | 'ε' => 'e',
        'н' | 'η' | 'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' | 'ϳ' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'ν' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'у' | 'υ' => 'y',
        'х' | 'χ' => 'x',
        'ζ' => 'z',
        'ԁ' => 'd',
        'ԛ' => 'q',
        'ԝ' => 'w',
        'ӏ' => 'l',
        'ѵ' => 'v',
        'ɡ' => 'g',
        other => other,
    }
}

/// Whether a text holds a word that is [`folded`].
pub fn holds(text: &str, word: &str) -> bool {
    if !text.is_ascii() {
        return folded(text).contains(word);
    }
    // Nothing is copied here: the history looks at a million texts.
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(first) = word.first() else { return true };
    (0..text.len()).any(|at| is(text[at], *first) && begins(&text[at..], word))
}

fn begins(text: &[u8], word: &[u8]) -> bool {
    let mut wanted = word.iter();
    let mut next = wanted.next();
    let mut spaced = false;
    for byte in text.iter().filter(|byte| !matches!(byte, b'\'' | b'`')) {
        // A run of spaces is one.
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

/// What becomes of a character that is in small letters and taken apart.
enum Letter {
    Gone,
    Space,
    Same,
    Plain(&'static str),
}

fn letter(c: char) -> Letter {
    match c {
        // Accents, which stand alone once a letter is taken apart, and what joins or hides.
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => Letter::Gone,
        c if is_apostrophe(c) => Letter::Gone,
        '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' | '－' => Letter::Space,
        c if c.is_whitespace() => Letter::Space,
        'ł' => Letter::Plain("l"),
        'ø' => Letter::Plain("o"),
        'ß' => Letter::Plain("ss"),
        'æ' => Letter::Plain("ae"),
        'œ' => Letter::Plain("oe"),
        'đ' | 'ð' => Letter::Plain("d"),
        'þ' => Letter::Plain("th"),
        'ħ' => Letter::Plain("h"),
        'ı' => Letter::Plain("i"),
        'ŋ' => Letter::Plain("n"),
        'ŧ' => Letter::Plain("t"),
        _ => Letter::Same,
    }
}

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
            ("ann bell", "Ann Bell", Some(Fit::Same)),
            ("Bell, Ann", "Ann Bell", Some(Fit::Whole)),
            ("annbell", "Ann Bell", Some(Fit::Whole)),
            ("jones smith", "Anne-Marie Smith-Jones", Some(Fit::Part)),
            ("smithjones", "Anne-Marie Smith-Jones", Some(Fit::Part)),
            ("annemarie", "Anne-Marie Smith-Jones", Some(Fit::Part)),
            ("o brien", "Sean O'Brien", Some(Fit::Part)),
            ("brien o", "Una O’Brien", Some(Fit::Part)),
            ("brien sean", "Sean O’Brien", Some(Fit::Part)),
            ("bell m", "Mary Ann Bell", Some(Fit::Part)),
            ("Bell, Mary Ann", "Mary Ann Bell", Some(Fit::Whole)),
            ("Вell", "Ann Bell", Some(Fit::Part)),
            ("ell", "Ann Bell", Some(Fit::Part)),
            ("", "Ann Bell", Some(Fit::Part)),
            ("nnbell", "Ann Bell", None),
            ("bell tom", "Ann Bell", None),
            ("...", "Ann Bell", None),
        ] {
            assert_eq!(WantedName::of(typed).fit(name), fit, "{typed}: {name}");
        }
        assert!(WantedName::of("sam").is_in("Supervisor Sam") && !WantedName::of("sam").is_in("Samuel Supervisor"));
    }

    #[test]
    fn of_all_that_fit_the_one_that_is_the_name_is_meant_or_all() {
        let meant = |typed: &str, names: &[&'static str]| {
            let wanted = WantedName::of(typed);
            WantedName::meant(names.iter().filter_map(|name| Some((wanted.fit(name)?, *name))).collect())
        };
        let names = ["Ann Bell", "Bell Ann", "Ann Bellamy"];
        assert_eq!(meant("ann bell", &names), ["Ann Bell"]);
        assert_eq!(meant("bell, ann", &names[..1]), ["Ann Bell"]);
        assert_eq!(meant("annbell", &names), names);
        assert_eq!(meant("ann", &names), names);
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
            let _ = (may_be_one(&one, &other), WantedName::of(&one).fit(&other), finds(&other, &folded(&one)));
            prop_assert!(WantedName::of(&one).fit(&one) == Some(Fit::Same) && may_be_one(&one, &one));
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
