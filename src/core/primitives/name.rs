//! Parses people's names as lists write them.

/// Titles and suffixes after a comma that are not first names.
const AFTER: [&str; 26] = [
    "ba", "bsc", "cbe", "csci", "dclinsci", "dphil", "dr", "esq", "fibms", "frcp", "frcpath", "hons", "ii", "iii",
    "iv", "jnr", "jr", "ma", "mbbs", "mbe", "md", "mrcp", "msc", "obe", "phd", "snr",
];

/// Returns `Ann Bell` for `Bell, Ann`; `None` without a comma, or if no first name follows it (`Ann Bell, PhD`).
pub fn first_name_first(name: &str) -> Option<String> {
    let (last, first) = name.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    let whole = !last.is_empty() && !first.is_empty() && !first.contains([',', '(', '/']);
    let shouted = |text: &str| !text.chars().any(char::is_lowercase);
    let fits = |word: &str| is_first_name(word) || (shouted(last) && !is_title(word));
    (whole && first.split_whitespace().all(fits)).then(|| format!("{first} {last}"))
}

/// Returns whether a word may be a first name or initial, not a title or degree: `FRCPath` has too many capitals.
fn is_first_name(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    let parts = bare.split(['-', '\u{2011}', '\'', '’', '.']);
    !is_title(word) && parts.clone().all(|part| part.chars().skip(1).all(|c| !c.is_uppercase()))
}

fn is_title(word: &str) -> bool {
    let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
    plain.is_empty() || plain.chars().any(char::is_numeric) || AFTER.contains(&plain.to_lowercase().as_str())
}

/// Returns whether a name is only a first name or surname, such as `Sam`. In scripts without capitals, one word may be
/// a full name.
pub fn is_one_word(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1);
    words.next().is_some_and(|word| word.chars().any(|c| c.is_uppercase() || c.is_lowercase()))
        && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_name_or_a_surname_alone_is_one_word() {
        for name in ["Sam", "SAM", "bell", "Łukasz", "S. Bell", " Bell "] {
            assert!(is_one_word(name), "{name}");
        }
        for name in ["Ann Bell", "Ann Bell, PhD", "李小龍", "علي", "", "."] {
            assert!(!is_one_word(name), "{name}");
        }
    }

    #[test]
    fn the_first_name_comes_first_and_a_degree_stays_where_it_is() {
        for (listed, read) in [
            ("Bell, Ann", Some("Ann Bell")),
            ("O’Brien ,  Mary-Jane K.", Some("Mary-Jane K. O’Brien")),
            ("BELL, ANN", Some("ANN BELL")),
            ("van der Berg, J.P.", Some("J.P. van der Berg")),
            ("bell, ann", Some("ann bell")),
            ("Łuczak, Łukasz", Some("Łukasz Łuczak")),
            ("Ann Bell, PhD", None),
            ("Ann Bell, FRCPath", None),
            ("ANN BELL, MSC", None),
            ("Ann Bell, Jr.", None),
            ("Bell, Ann, Dr", None),
            ("Bell, Ann (maternity cover)", None),
            ("Bell,", None),
            (", Ann", None),
            ("Ann Bell", None),
        ] {
            assert_eq!(first_name_first(listed).as_deref(), read, "{listed}");
        }
    }
}
