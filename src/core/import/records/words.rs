//! Understands the words of an existing record: whether something was seen, at which level and by whom.
//!
//! Invariant: words that are not understood are never read as something that was seen.

/// What words say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// Something was not seen, or not to the standard.
    NotSeen,
    /// Nothing more than a level and a name; each may be empty.
    Seen {
        level: String,
        assessor: String,
        /// Whether the name may be other words, so that it counts only if it is known from elsewhere.
        doubtful: bool,
    },
    Unknown,
}

/// Words for what was not seen.
const NOT_SEEN: &str = "no n none nil not notyet notyetachieved notachieved notseen notrequired notmet notapplicable na \
    nya open fail failed refer referred partly partial inprogress inprogess working workingtowards outstanding \
    incomplete pending tbc tba tbd false 0 started claimed yettostart notstarted unknown ppartly oopen \
    nnotyetachieved nyc notyetcompetent notcompetent notpassed notsigned notsignedoff notassessed notcompleted \
    notcomplete unsuccessful unsatisfactory unachieved unmet didnotattend didnotpass withdrawn rejected";

/// The first words of a text about something that was not seen.
const NOT_BEGINS: &str = "not fail failed refer referred partly unable unsuccessful unsatisfactory incomplete nyc";

/// Words that say only that something was seen.
const TICKS: &str = "y yes true done seen complete completed achieved signed signedoff tick ok okay";

/// Words of a column of results for something that was seen, besides the ticks.
const RESULTS: &str = "current pass passed competent met expires expiring 1 carriedover valid c e h renew duesoon";

/// Words of this program's own results for something that was seen and no longer counts.
const ENDED: &str = "lapsed expired";

/// Words of a level or a result that was reached.
const LEVELS: &str = "pass passed competent met satisfactory good excellent merit distinction proficient expert \
    advanced intermediate independent independently confident capable confirmed verified observed assessed approved \
    accepted foundation core specialist gold silver bronze practitioner teacher trainer";

/// Words that may be next to a level: `Assessed as competent at level 2`.
const LINKS: &str = "on at and as was has been fully deemed";

/// Words before the number of a level.
const LABELS: &str = "level lvl lv l grade band stage tier score step";

/// Words for a day that is not the one on which something was seen.
pub const OTHER_DAY: &str = "due expires expired expiry exp ends end until booked planned next renew review lapsed \
    lapses current";

/// Words that take something back or limit it. They are not names.
const DOUBTS: &str = "not no fail fails failed failure failing refer refers referred referral resit resat resits retake \
    redo repeat repeats repeated unsuccessful unsatisfactory unable incomplete inadequate insufficient withdrawn \
    withdrew withdraw void voided cancelled canceled rejected reject refused declined deferred defer postponed \
    suspended revoked rescinded nyc nya pending awaiting awaits outstanding partly partial partially must needs need \
    only except but dna dnf missed absent abandoned stopped invalid disallowed poor weak below unsafe never cannot cant \
    didnt wasnt isnt hasnt doesnt wont unassessed unsigned unseen unmet unachieved provisional incompetent struggled \
    struggling nonattendance nonattender quit didn did without tbc tba tbd wip yet nobody noone";

/// Words about something other than who saw it. A name with one of them is asked about.
const NOT_NAMES: &str = "training trained train practice practise practised practising theory simulation simulated \
    simulator demo supervised supervision under attended attendance attempt attempts attempted again once twice retest \
    test tested reviewed reassess reassessment reassessed remedial action plan working towards progress started start \
    begun began ongoing online elearning learning module course session workshop lecture quiz exam scored marks self \
    peer group required requires require refresher refresh update updated overdue late early extended extension exempt \
    exemption waived apl rpl left leaver leave maternity sick see notes note comment comments date error wrong mistake \
    duplicate delete deleted removed remove check checked query queried unclear unknown estimated approx circa about \
    maybe possibly probably please ask first second third final interim initial formative summative assisted assistance \
    help helped prompted prompting guided guidance direct indirect remote remotely virtual phone if when then to for \
    from in of the with without needs more less some half all any this that it they he she was were is are be been \
    nc na ns nm nr np fta ip pp ref rpt obs rtd wd us uns inc att sup trg trn pt ft sv ut pf ff nb ie eg etc hold lost \
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun";

/// Words that may be in a name in lower case.
const PARTICLES: &str = "de del da do dos di van von der den la le du al el bin ibn bint ap ab mac ter ten st";
const TITLES: &str = "dr mr mrs ms miss mx prof sir sister nurse";

/// The most words of a name.
const MOST_NAME: usize = 6;
/// The most initials of a person.
const MOST_INITIALS: usize = 3;

fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|one| one == word)
}

/// Returns the letters and digits of a text in lower case.
pub fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Splits a text at spaces, commas and brackets.
pub fn split(text: &str) -> Vec<&str> {
    let all = text.split([' ', '\t', '\n', '\u{a0}', ',', ';', '(', ')', '[', ']', '|']);
    all.filter(|word| !word.is_empty()).collect()
}

/// Returns whether words say that something was not seen: `not yet`, `N/A`.
pub fn is_not_seen(text: &str) -> bool {
    let plain = plain(text);
    is_in(NOT_SEEN, &plain) && !(plain == "na" && text.trim().len() == 2 && text != "NA")
}

/// Returns whether words say that something was seen to the standard, as a column of results has them.
pub fn is_seen(text: &str) -> bool {
    let plain = plain(text);
    // `competent?` and `pass*` are not certain.
    let is_certain = text.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "-–./'’".contains(c));
    is_certain && (is_in(TICKS, &plain) || is_in(RESULTS, &plain)) || is_mark(text)
}

/// Returns whether words say that what was seen has ended: `expired`.
pub fn is_ended(text: &str) -> bool {
    is_in(ENDED, &plain(text))
}

/// Returns whether words say only that something was seen: `yes`, `✓`.
pub fn is_tick(text: &str) -> bool {
    is_in(TICKS, &plain(text)) || is_mark(text)
}

/// Returns whether a text is a mark for something that was seen.
pub fn is_mark(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().all(|c| "✓✔☑√*•●".contains(c))
}

fn is_check_mark(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| "✓✔☑√".contains(c))
}

/// Returns whether a text is a dash, a cross or the like: nothing was seen.
pub fn is_dash(text: &str) -> bool {
    plain(text).is_empty() && text.chars().all(|c| "-–—−?./_ ✗✘✕✖×☐☒".contains(c))
}

/// Returns whether a text, or its first word, says that something was not seen.
pub fn begins_not_seen(text: &str) -> bool {
    let first = split(text).first().map(|word| plain(word)).unwrap_or_default();
    is_not_seen(text) || is_in(NOT_BEGINS, &first)
}

/// Returns whether a word takes something back or limits it: `fail`, `only`.
pub fn has_doubt(text: &str) -> bool {
    split(text).iter().any(|word| is_in(DOUBTS, &plain(word)))
}

fn seen(level: String, assessor: String) -> Words {
    Words::Seen { level, assessor, doubtful: false }
}

/// Understands the words before a day: a level, or that it was seen.
pub fn before_day(words: &[&str]) -> Words {
    let text = words.join(" ");
    if begins_not_seen(&text) {
        return Words::NotSeen;
    }
    // One mark such as • begins an item of a list.
    if is_mark(&text) {
        return seen(String::new(), String::new());
    }
    level_of(words).map_or(Words::Unknown, |level| seen(level, String::new()))
}

/// Understands the words after a day: who saw it, with a level or result before or after the name.
pub fn after_day(words: &[&str]) -> Words {
    let text = words.join(" ");
    if begins_not_seen(&text) || is_cross(&text) {
        return Words::NotSeen;
    }
    // A number after the day may be a level, an attempt or a footnote.
    let is_bare =
        |at: usize| plain(words[at]).parse::<u64>().is_ok() && (at == 0 || !is_in(LABELS, &plain(words[at - 1])));
    let is_level = |from: usize, to: usize| level_of(&words[from..to]).filter(|_| !(from..to).any(is_bare));
    let before = (0..=words.len()).rev().find(|at| is_level(0, *at).is_some()).unwrap_or(0);
    let after = (before..=words.len()).find(|at| is_level(*at, words.len()).is_some()).unwrap_or(words.len());
    let (Some(first), Some(last)) = (is_level(0, before), is_level(after, words.len())) else { return Words::Unknown };
    let Some((assessor, doubtful)) = person_of(&words[before..after]) else { return Words::Unknown };
    let Some(level) = joined(first, last) else { return Words::Unknown };
    Words::Seen { level, assessor, doubtful }
}

/// Joins two levels of one cell; `None` if both have a number.
pub fn joined(one: String, other: String) -> Option<String> {
    let numbered = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    match (one.is_empty(), other.is_empty()) {
        (true, _) => Some(other),
        (_, true) => Some(one),
        _ if one == other => Some(one),
        _ if numbered(&one) && numbered(&other) => None,
        _ => Some(format!("{one}, {other}")),
    }
}

/// Understands a text without a day.
pub fn alone(text: &str) -> Words {
    if is_dash(text) || begins_not_seen(text) {
        return Words::NotSeen;
    }
    if is_mark(text) {
        return seen(String::new(), String::new());
    }
    level_of(&split(text)).map_or(Words::Unknown, |level| seen(level, String::new()))
}

/// Understands a cell of a column of levels.
pub fn level(text: &str) -> Words {
    const GRADES: &str = "a b c";
    if text.is_empty() || "-–—".contains(text) || is_mark(text) {
        return seen(String::new(), String::new());
    }
    if begins_not_seen(text) || is_cross(text) {
        return Words::NotSeen;
    }
    if is_in(GRADES, &text.to_lowercase()) {
        return seen(text.to_owned(), String::new());
    }
    level_of(&split(text)).map_or(Words::Unknown, |level| seen(level, String::new()))
}

/// Understands a cell of a column that says who saw it: any text with letters that does not take something back.
pub fn assessor(text: &str) -> Words {
    const NOBODY: &str = "na none nil unknown notrecorded notknown";
    if text.is_empty() || "-–—".contains(text) || is_in(NOBODY, &plain(text)) || is_check_mark(text) {
        return seen(String::new(), String::new());
    }
    let is_name = text.contains(char::is_alphabetic) && !begins_not_seen(text) && !has_doubt(text);
    if is_name { seen(String::new(), text.to_owned()) } else { Words::Unknown }
}

fn is_cross(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| "✗✘✕✖×☐☒".contains(c))
}

/// Returns the level that words name, empty if they say only that something was seen; `None` if they say anything else.
fn level_of(words: &[&str]) -> Option<String> {
    let (mut says_level, mut says_seen, mut label, mut signed) = (false, words == ["on"], false, false);
    for word in words {
        let bare = word.trim_matches(|c: char| "-–—:/.&+\"'“”".contains(c));
        let name = plain(bare);
        let is_whole = bare.chars().all(char::is_alphanumeric);
        let is_number = is_whole && number_of_level(&name);
        label = match () {
            () if bare.is_empty() && !word.contains(['/', '"']) => label,
            () if is_check_mark(word) => {
                says_seen = true;
                false
            }
            () if !is_whole && name != "signedoff" => return None,
            () if label && (is_number || matches!(name.as_str(), "a" | "b" | "i" | "ii" | "iii" | "iv" | "v")) => false,
            // A label is nothing without its number.
            () if label => return None,
            () if is_in(TICKS, &name) || signed && name == "off" => {
                says_seen = true;
                false
            }
            // In capitals it is somebody's initials.
            () if is_in(LINKS, &name) && !bare.chars().all(char::is_uppercase) => false,
            () if is_in(LABELS, &name) => {
                says_level = true;
                true
            }
            () if is_number || is_in(LEVELS, &name) => {
                says_level = true;
                false
            }
            () => return None,
        };
        signed = name == "signed";
    }
    if label || !(words.is_empty() || says_seen || says_level) {
        return None;
    }
    let text = words.join(" ");
    let text = text.trim_matches(|c: char| "-–—:/.".contains(c) || c.is_whitespace());
    Some(if says_level { text.to_owned() } else { String::new() })
}

/// Returns whether a word is the number of a level: `3`, `L2`, `Level3`; no level is 0 or above 10.
fn number_of_level(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &word[letters.len()..];
    let is_small = digits.len() <= 2 && digits.parse::<u8>().is_ok_and(|number| (1..=10).contains(&number));
    is_small && (letters.is_empty() || is_in(LABELS, letters))
}

/// Returns the person that words name and whether that is doubtful; empty for no words, and `None` if they are not a name.
fn person_of(words: &[&str]) -> Option<(String, bool)> {
    let (words, says_by) = match words {
        [] => return Some((String::new(), false)),
        [by, rest @ ..] if matches!(plain(by).as_str(), "by" | "assessor") => (rest, true),
        [with, rest @ ..] if plain(with) == "with" => (rest, false),
        all => (all, false),
    };
    let name = words.join(" ");
    let name = name.trim_matches(|c: char| "-–—:/.".contains(c) || c.is_whitespace()).to_owned();
    let is_name = if says_by { may_be_name(words) } else { is_name(words) };
    is_name.then(|| (name, !says_by && !is_certain_name(words)))
}

/// Splits a text into the people that it names: `S. Smith and Jo Bell`.
pub fn people_of<'a>(words: &'a [&'a str]) -> impl Iterator<Item = &'a [&'a str]> {
    let joins = |word: &&str| matches!(plain(word).as_str(), "" | "and");
    words.split(joins).filter(|one| !one.is_empty())
}

/// Returns whether a name cannot be other words: it is initials, or has an initial or a title.
pub fn is_certain_name(words: &[&str]) -> bool {
    // Without a full stop these are words of their own: `A Concern`.
    let is_word = |part: &str| matches!(part, "A" | "I");
    let is_certain = |word: &&str| {
        let has_stop = word.contains('.');
        word.split('.').any(|part| {
            let name = plain(part);
            is_in(TITLES, &name) || name.chars().count() == 1 && (has_stop || !is_word(part))
        })
    };
    people_of(words).all(|one| matches!(one, [word] if is_initials(word)) || one.iter().any(is_certain))
}

/// Returns whether words can be a name, where the text says that one follows. A letter at the end may be a result.
fn may_be_name(words: &[&str]) -> bool {
    const RESULTS: &str = "c e f n p r u w x y";
    if words.last().is_some_and(|last| last.chars().count() == 1 && is_in(RESULTS, &plain(last))) {
        return false;
    }
    let fits = |word: &&str| {
        let name = plain(word);
        word.chars().all(|c| c.is_alphabetic() || "'’‘`-‐./&".contains(c))
            && !is_in(DOUBTS, &name)
            && !is_in(NOT_NAMES, &name)
    };
    (1..=MOST_NAME).contains(&words.len())
        && words.iter().all(fits)
        && words.iter().any(|word| word.contains(char::is_alphabetic))
}

/// Returns whether words have the form of a name: two words in capitals, or initials.
fn is_name(words: &[&str]) -> bool {
    if !may_be_name(words) {
        return false;
    }
    if let [one] = words
        && is_initials(one)
    {
        return true;
    }
    let (mut names, mut sure) = (0, 0);
    for part in words.iter().flat_map(|word| word.split('.')).filter(|part| !part.is_empty()) {
        let name = plain(part);
        let begins = part.chars().find(|c| c.is_alphabetic());
        match () {
            () if name.is_empty() => {}
            () if matches!(name.as_str(), "and") || is_in(PARTICLES, &name) && part.starts_with(char::is_lowercase) => {
            }
            () if !begins.is_some_and(char::is_uppercase) => return false,
            () if is_in(TITLES, &name) || name.chars().count() == 1 => sure += 1,
            () if is_in(DOUBTS, &name) || is_in(NOT_NAMES, &name) || is_in(OTHER_DAY, &name) => return false,
            () if is_in(LEVELS, &name) && !matches!(name.as_str(), "trainer" | "teacher" | "gold" | "silver") => {
                return false;
            }
            () if is_in(TICKS, &name) || is_in(NOT_SEEN, &name) || is_in(LINKS, &name) => return false,
            () => names += 1,
        }
    }
    let is_odd = words.iter().any(|word| is_ending_of_a_word(&plain(word)));
    names >= 1 && names + sure >= 2 && (sure > 0 || !is_odd)
}

/// Returns whether a word is initials: `SS`, `J.S.`, `SS/JB`. One letter may be a result.
fn is_initials(word: &str) -> bool {
    let initials = |part: &str| {
        let letters: Vec<char> = part.chars().filter(|c| *c != '.').collect();
        (2..=MOST_INITIALS).contains(&letters.len()) && letters.iter().all(|c| c.is_uppercase())
    };
    word.split(['/', '&']).all(initials) && !is_in(OTHER_DAY, &plain(word)) && !is_in(NOT_SEEN, &plain(word))
}

/// Returns whether a word ends as words do that are not names: `rejected`, `supervision`.
fn is_ending_of_a_word(word: &str) -> bool {
    const NAMES: [&str; 5] = ["eed", "hmed", "hamed", "hammed", "fred"];
    let ends =
        |ends: &[&str], least: usize| word.chars().count() >= least && ends.iter().any(|end| word.ends_with(end));
    ends(&["ed"], 5) && !ends(&NAMES, 1)
        || ends(&["ing", "ance", "ence"], 8)
        || ends(&["tion", "sion", "ment", "able", "ible", "less", "ness", "ity", "ally", "fully"], 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that take a record back, limit it, or say something else.
    const AGAINST: &[&str] = &[
        "fail",
        "Fail",
        "FAIL",
        "failed",
        "Failed (see notes)",
        "fail?",
        "not competent",
        "Not Competent",
        "no",
        "No",
        "F",
        "N",
        "P",
        "U",
        "X",
        "x",
        "?",
        "*",
        "NYC",
        "nyc",
        "NYA",
        "NC",
        "DNA",
        "withdrawn",
        "Withdrawn",
        "WITHDRAWN",
        "unsuccessful",
        "Unsuccessful",
        "refer",
        "Referred",
        "resit",
        "Resit Needed",
        "but must repeat",
        "must repeat",
        "Must Repeat",
        "needs supervision",
        "Needs Supervision",
        "training only",
        "Training Only",
        "Training",
        "training",
        "theory only",
        "supervised",
        "under supervision",
        "with supervision",
        "With Supervision",
        "practice",
        "simulated",
        "attempt 1",
        "2",
        "80%",
        "2/5",
        "Level 0",
        "Level",
        "incomplete",
        "pending",
        "Pending",
        "awaiting sign off",
        "deferred",
        "Deferred",
        "cancelled",
        "void",
        "Void",
        "rejected",
        "Rejected",
        "revoked",
        "suspended",
        "redo",
        "Redo",
        "not yet",
        "partly",
        "in progress",
        "due",
        "expires",
        "expired",
        "booked",
        "to be seen",
        "started",
        "no longer valid",
        "did not attend",
        "Did Not Attend",
        "left",
        "on leave",
        "error",
        "wrong person",
        "see notes",
        "see Sam",
        "ask Sam",
        "tbc",
        "TBC",
        "unsafe",
        "poor",
        "Poor",
        "Smith",
        "sam smith",
        "S",
        "S F",
        "binned",
        "Binned",
        "Binned Twice",
        "Observed Remotely",
        "by fail",
        "by training team",
        "competent?",
        "competent but slow",
        "pass with conditions",
        "almost",
        "nearly competent",
        "50",
        "L99",
        "✗",
        "✘",
        "☐",
        "Sam Smith (fail)",
        "S. Smith, not competent",
        "SS fail",
        "competent not",
    ];

    #[test]
    fn nothing_that_takes_a_record_back_or_is_not_understood_is_something_seen_wherever_it_is() {
        for text in AGAINST {
            let words = split(text);
            let after = after_day(&words);
            assert!(matches!(after, Words::NotSeen | Words::Unknown), "after the day: {text}: {after:?}");
            let before = before_day(&words);
            let is_number = text.parse::<u8>().is_ok_and(|number| number <= 10);
            // A mark or a number before the day is a list's point or a level.
            let is_point = *text == "*";
            let is_right = matches!(before, Words::NotSeen | Words::Unknown);
            assert!(is_right || is_number || is_point, "before the day: {text}: {before:?}");
            let alone = alone(text);
            assert!(
                matches!(alone, Words::NotSeen | Words::Unknown) || is_number || is_point,
                "alone: {text}: {alone:?}"
            );
            let level = level(text);
            assert!(
                matches!(level, Words::NotSeen | Words::Unknown) || is_number || is_point,
                "level: {text}: {level:?}"
            );
        }
    }

    #[test]
    fn who_saw_it_is_read_in_every_usual_spelling() {
        for (text, level, name) in [
            ("", "", ""),
            ("SS", "", "SS"),
            ("AS", "", "AS"),
            ("J.S.", "", "J.S"),
            ("SS/JB", "", "SS/JB"),
            ("S. Smith", "", "S. Smith"),
            ("S.Smith", "", "S.Smith"),
            ("Sam Smith", "", "Sam Smith"),
            ("Smith J", "", "Smith J"),
            ("Dr Fleming", "", "Dr Fleming"),
            ("Ludwig van Beethoven", "", "Ludwig van Beethoven"),
            ("Siân O’Brien-Weiß", "", "Siân O’Brien-Weiß"),
            ("Mohammed Ahmed", "", "Mohammed Ahmed"),
            ("Sam Smith and Jo Bell", "", "Sam Smith and Jo Bell"),
            ("Sam Supervisor", "", "Sam Supervisor"),
            ("by smith", "", "smith"),
            ("by ss", "", "ss"),
            ("with Sam Smith", "", "Sam Smith"),
            ("seen by S. Smith", "", "S. Smith"),
            ("signed off by Sam Smith", "", "Sam Smith"),
            ("pass", "pass", ""),
            ("✓", "", ""),
            ("yes", "", ""),
            ("Competent, S. Smith", "Competent", "S. Smith"),
            ("S. Smith (competent)", "competent", "S. Smith"),
            ("Level 2 SS", "Level 2", "SS"),
            ("L3", "L3", ""),
        ] {
            let Words::Seen { level: read, assessor, .. } = after_day(&split(text)) else { panic!("{text}") };
            assert_eq!((read.as_str(), assessor.as_str()), (level, name), "{text}");
        }
        for text in ["smith", "Smith", "Sam Smith", "External assessor", "S. Smith & J. Bell", "SS", "Training team"] {
            let wanted = seen(String::new(), text.to_owned());
            assert_eq!(assessor(text), wanted, "{text}");
        }
        for text in ["", "-", "n/a", "none", "unknown", "✓"] {
            assert_eq!(assessor(text), seen(String::new(), String::new()), "{text}");
        }
        for text in [
            "fail",
            "not signed",
            "Withdrawn",
            "not competent",
            "pending",
            "12",
            "?",
            "training only",
            "unsigned",
            "Nobody",
            "no one",
        ] {
            assert_eq!(assessor(text), Words::Unknown, "{text}");
        }
    }

    #[test]
    fn a_level_is_a_number_a_word_for_one_or_a_result_that_was_reached() {
        for (text, level) in [
            ("2", "2"),
            ("Level 2", "Level 2"),
            ("level: 3", "level: 3"),
            ("L2", "L2"),
            ("Lvl 4", "Lvl 4"),
            ("Grade B", "Grade B"),
            ("Stage iv", "Stage iv"),
            ("Competent", "Competent"),
            ("Fully competent", "Fully competent"),
            ("Assessed as competent on", "Assessed as competent on"),
            ("Level 2 - Competent", "Level 2 - Competent"),
            ("Signed off on", ""),
            ("on", ""),
            ("Yes", ""),
            ("✓", ""),
        ] {
            let wanted = seen(level.to_owned(), String::new());
            assert_eq!(before_day(&split(text)), wanted, "{text}");
        }
    }

    #[test]
    fn words_after_a_day_are_certain_to_be_a_name_only_with_an_initial_a_title_or_by() {
        for (text, wanted) in [
            ("SS", false),
            ("SS/JB", false),
            ("SS and JB", false),
            ("S. Smith", false),
            ("S.Smith", false),
            ("Smith J", false),
            ("A. Smith", false),
            ("Dr Fleming", false),
            ("by Sent Home", false),
            ("Level 2, S. Smith", false),
            ("S. Smith and J. Bell", false),
            ("Sam Smith", true),
            ("with Sam Smith", true),
            ("Competent, Sam Smith", true),
            ("S. Smith and Jo Bell", true),
            ("A Concern", true),
            ("Sent Home", true),
            ("Major Concerns", true),
            ("Come Back", true),
            ("Un Safe", true),
        ] {
            let Words::Seen { doubtful, .. } = after_day(&split(text)) else { panic!("{text}") };
            assert_eq!(doubtful, wanted, "{text}");
        }
        for text in ["by Nobody", "by no one", "Nobody Came"] {
            assert_eq!(after_day(&split(text)), Words::Unknown, "{text}");
        }
    }
}
