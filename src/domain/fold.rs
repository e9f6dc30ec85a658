//! Folds a text for finding, so that `obrien` finds O’Brien and `lukasz` Łukasz. Must never change what is stored or signed.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// A text without what two spellings of one name differ by: case, accents, apostrophes, hyphens for spaces, and runs of
/// spaces. `Łukasz  O’Brien-Weiß` gives `lukasz obrien weiss`.
#[must_use]
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
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// Whether two names may be of one person: the same words in any order, or the same letters however they are parted, with
/// letters of other alphabets that look the same.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (likeness(one), likeness(other));
    one.iter().zip(&other).any(|(one, other)| one == other)
}

/// Two keys of a name: names are [`alike`] that have one of the two in common.
#[must_use]
pub fn likeness(name: &str) -> [String; 2] {
    let mut words = words(name);
    let parted = words.concat();
    words.sort_unstable();
    // The comma tells the one kind from the other.
    [parted, format!(",{}", words.join(","))]
}

/// Whether a text means a name although the name does not contain it: its words in another order, or with other spaces.
#[must_use]
pub fn means(name: &str, text: &str) -> bool {
    let (name, text) = (words(name), words(text));
    let begun = |word: &String| name.iter().any(|one| one.starts_with(word.as_str()));
    !text.is_empty() && (text.iter().all(begun) || name.concat().contains(&text.concat()))
}

/// The words of a name, [`folded`], without full stops and commas, in Latin letters where others look the same.
fn words(name: &str) -> Vec<String> {
    let latin: String = folded(name).chars().map(latin).collect();
    latin.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The Latin letter that a small Cyrillic or Greek letter, or its capital, looks like.
fn latin(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'е' | 'ε' => 'e',
        'н' | 'η' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
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
        other => other,
    }
}

/// Whether a text holds a word that is [`folded`].
#[must_use]
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
        '\'' | '`' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | 'ʿ' | 'ʾ' | '‘' | '’' | '‚' | '‛' | '′' | '＇' => {
            Letter::Gone
        }
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
    fn two_names_are_alike_in_any_order_and_parting_and_with_letters_that_look_the_same() {
        let alex = "Alex Trainee";
        for other in ["Trainee Alex", "TRAINEE, Alex", "AlexTrainee", "Alex. Trainee", "Аlex Тrainee", "alex  trainée"]
        {
            assert!(alike(alex, other) && alike(other, alex), "{other}");
        }
        for other in ["Alex Train", "Alexa Trainee", "Alex B Trainee", "Trainee", ""] {
            assert!(!alike(alex, other), "{other}");
        }
    }

    #[test]
    fn a_name_is_meant_by_its_words_in_any_order_or_parted_otherwise() {
        for (name, texts) in [
            ("Mary Ann Bell", &["bell mary", "Bell, Mary Ann", "maryann", "bell m"][..]),
            ("Rosa Smith-Jones", &["jones smith", "smithjones", "jones rosa"]),
            ("Una O’Brien", &["o brien", "brien o"]),
        ] {
            for text in texts {
                let brien = name.contains("Brien") && *text == "brien o";
                assert_eq!(means(name, text), !brien, "{name}: {text}");
            }
            for text in ["bell mary x", "", "  ", "smith rosie"] {
                assert!(!means(name, text), "{name}: {text}");
            }
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
