//! Checks the strength of passphrases and generates new ones.

use bip39::Language;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use countersign_core::primitives::ids::Secret;

/// Minimum characters.
pub const FEWEST: usize = 15;
/// Maximum characters: more than anyone types, and still quick to check.
pub const MOST: usize = 256;
/// Words in a generated passphrase: 55 bits.
pub const WORDS: usize = 5;

/// Words that an attacker of this site would try first.
const SITE_WORDS: &str = "countersign signoff sign-off passphrase password hospital cardiac cardiology physiology \
    apprentice department training";

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PassphraseFault {
    #[error("The passphrase is too short ({0} characters). Use at least {FEWEST}")]
    Short(usize),
    #[error("The passphrase is too long ({0} characters). Use at most {MOST}")]
    Long(usize),
    #[error("The passphrase contains a control character, such as a tab or the end of a line")]
    Control,
    #[error("The passphrase contains “{0}”, which is easy to guess")]
    Named(String),
    #[error("The passphrase is long enough, but easy to guess")]
    Guessable,
}

impl PassphraseFault {
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Short(_) => "Five unrelated words are long enough and easy to remember. The program can suggest some",
            Self::Long(_) => "A few words are enough",
            Self::Control => "Type it instead of pasting it",
            Self::Named(_) => "Leave out names and words from your workplace, or use the five suggested words",
            Self::Guessable => {
                "Use words that have nothing to do with each other, without repeats or keyboard patterns"
            }
        }
    }
}

/// Checks a new passphrase. `names` are further words that an attacker would try, such as people's names.
pub fn check(passphrase: &Secret, names: &[&str]) -> Result<(), PassphraseFault> {
    let text = prepared(passphrase);
    let length = text.chars().count();
    if text.chars().any(char::is_control) {
        return Err(PassphraseFault::Control);
    }
    if length < FEWEST {
        return Err(PassphraseFault::Short(length));
    }
    if length > MOST {
        return Err(PassphraseFault::Long(length));
    }
    let lower = Zeroizing::new(text.to_lowercase());
    let known = || {
        std::iter::once(&SITE_WORDS).chain(names).flat_map(|name| name.split_whitespace()).filter(|name| name.len() > 3)
    };
    // A generated passphrase may contain a name (Rose, Wolf) by chance.
    if !is_offered(&lower)
        && let Some(name) = known().find(|name| lower.contains(&name.to_lowercase()))
    {
        return Err(PassphraseFault::Named(name.to_owned()));
    }
    let inputs: Vec<&str> = known().collect();
    let weak = |text: &str| zxcvbn(text, &inputs).score() < Score::Three;
    if weak(&text) || weak(&without_repeats(&lower)) { Err(PassphraseFault::Guessable) } else { Ok(()) }
}

/// Returns five words from seven random bytes: with 2,048 words, each takes 11 bits and all are equally likely.
pub fn generate(random: &[u8; 7]) -> Secret {
    let words = Language::English.word_list();
    let bits = Zeroizing::new(random.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)));
    let mut text = String::with_capacity(WORDS * 9);
    for at in 0..WORDS {
        if at > 0 {
            text.push('-');
        }
        text.push_str(words[(*bits >> (11 * at)) as usize % words.len()]);
    }
    Secret::new(text)
}

/// Normalises a passphrase to NFKC, so that it does not matter how accents were typed.
pub fn prepared(passphrase: &Secret) -> Zeroizing<String> {
    let typed = passphrase.reveal();
    // Large enough that the string is hardly ever reallocated, which would leave a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(4 * typed.len()));
    text.extend(typed.nfkc());
    text
}

/// Removes repeated words: the estimator counts a word repeated five times as five words.
fn without_repeats(lower: &str) -> Zeroizing<String> {
    let mut seen: Vec<&str> = Vec::new();
    for word in lower.split([' ', '-', '.', ',', '_']) {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    Zeroizing::new(seen.join(" "))
}

fn is_offered(lower: &str) -> bool {
    let mut words = 0;
    lower.split(['-', ' ']).all(|word| {
        words += 1;
        Language::English.find_word(word).is_some()
    }) && words == WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<(), PassphraseFault> {
        check(&Secret::new(text.to_owned()), &["Morgan Okonkwo", "Al", "Echo Lab"])
    }

    #[test]
    fn every_offered_passphrase_is_five_words_and_accepted_whatever_the_names() {
        for seed in 0..300_u64 {
            let bytes = countersign_core::primitives::ids::Digest::of(&seed.to_be_bytes()).0;
            let offered = generate(bytes.first_chunk().unwrap());
            assert_eq!(offered.reveal().split('-').count(), 5);
            let first = offered.reveal().split('-').next().unwrap();
            assert_eq!(check(&offered, &[first]), Ok(()), "{}", offered.reveal());
        }
    }

    #[test]
    fn every_word_can_be_drawn_in_every_place_and_none_more_often() {
        for place in 0..WORDS {
            let mut seen = std::collections::BTreeSet::new();
            for index in 0..2048_u64 {
                let bytes = (index << (11 * place)).to_be_bytes();
                let offered = generate(bytes.last_chunk().unwrap());
                seen.insert(offered.reveal().split('-').nth(place).unwrap().to_owned());
            }
            assert_eq!(seen.len(), 2048);
        }
    }

    #[test]
    fn a_passphrase_has_a_least_and_a_greatest_length() {
        assert_eq!(of("owl kite plum7"), Err(PassphraseFault::Short(14)));
        assert_eq!(of("owl kite plum 7"), Ok(()));
        assert_eq!(of(&"é".repeat(14)), Err(PassphraseFault::Short(14)));
        assert_eq!(of(&"owl kite ".repeat(40)), Err(PassphraseFault::Long(360)));
    }

    #[test]
    fn a_passphrase_with_a_name_of_the_place_is_refused() {
        for (text, word) in [
            ("my friend mOrGaN sings", "Morgan"),
            ("xx-okonkwo-plum-7-owl", "Okonkwo"),
            ("Countersign kite plum owl", "countersign"),
            ("the Echo under a bridge", "Echo"),
        ] {
            assert_eq!(of(text), Err(PassphraseFault::Named(word.into())), "{text}");
        }
        // Short names are part of too many words to be checked.
        assert_eq!(of("also almonds and plums"), Ok(()));
    }

    #[test]
    fn a_long_passphrase_that_is_easy_to_guess_is_refused() {
        for text in [
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345678",
            "qwertyuiopasdfghjkl",
            "abandon-abandon-abandon-abandon-abandon",
        ] {
            assert_eq!(of(text), Err(PassphraseFault::Guessable), "{text}");
        }
        assert_eq!(of("owl kite\tplum bridge"), Err(PassphraseFault::Control));
    }

    #[test]
    fn an_accent_typed_in_two_ways_is_one_passphrase() {
        let [composed, combining] = ["caf\u{e9} under the bridge", "cafe\u{301} under the bridge"]
            .map(|text| prepared(&Secret::new(text.into())));
        assert_eq!(composed, combining);
    }
}
