//! Lists which terms of the filter language each list supports: one table for parsing, error messages and the guide.

use std::fmt::Write as _;

use crate::filter::term::FilterFlag::{
    Ahead, Answered, Behind, Confirmed, Due, Hours, Left, Met, NotKnown, NotMet, Overdue, Paused, Waiting, Waived,
    Withdrawn,
};
use crate::filter::term::TermKind;
use crate::primitives::human_date::DayDirection;

slugs! {
    /// A list, with where it is found: screens, then commands.
    FilterTarget {
        Ksbs = "KSBs", "`trainee NAME …`";
        Outstanding = "Sign-off", "the Sign-off screen; `outstanding NAME …`";
        Queue = "Queue", "the Queue screen; `queue …`";
        Looks = "Second checks", "the Second checks screen; `second-checks …`";
        Claims = "Claims", "`claim list …`";
        Cohort = "Cohort", "the Cohort screen; `cohort …`";
        Readiness = "Gateway", "the Gateway screen; `readiness NAME …`";
        Programme = "Reviews", "the Reviews screen; `hours list NAME …`, `reviews NAME …`";
        Reviews = "Next reviews", "`reviews …`";
        Hours = "Waiting hours", "`hours list …`";
        History = "Log", "the Log screen; `history …`";
        People = "People", "`person list …`";
    }
}

const OF_TRAINEE: (TermKind, &str) = (TermKind::Level, "the trainee is at this level of the career framework");

impl FilterTarget {
    /// Returns the direction in which a date without a year is resolved: `until` for due dates is in the future.
    pub fn looks(self, part: &str) -> DayDirection {
        if self == Self::Reviews && part == "until" { DayDirection::Ahead } else { DayDirection::Back }
    }

    pub fn parts(self) -> &'static [(TermKind, &'static str)] {
        match self {
            Self::Ksbs => &[
                (TermKind::Word, "is in the KSB's text"),
                (TermKind::Code, "this KSB"),
                (TermKind::State, "in this state"),
                (TermKind::Kind, "knowledge, skill or behaviour"),
                (TermKind::Duty, "linked to this duty"),
                (TermKind::By, "last signed by them, or claimed and sent to them"),
                (
                    TermKind::Days,
                    "last seen on or after (`since`), or on or before (`until`), this day; if nothing is signed, claimed then",
                ),
            ],
            Self::Outstanding => &[
                (TermKind::Word, "is in the KSB's text, the feedback or the action"),
                (TermKind::Code, "this KSB"),
                (TermKind::State, "in this state"),
                (TermKind::Kind, "knowledge, skill or behaviour"),
                (TermKind::Duty, "linked to this duty"),
                (TermKind::By, "last signed by them, or claimed and sent to them"),
                (
                    TermKind::Days,
                    "last seen on or after (`since`), or on or before (`until`), this day; if nothing is signed, claimed then",
                ),
                (TermKind::Flag(Overdue), "the day of its action is in the past"),
            ],
            Self::Queue => &[
                (TermKind::Word, "is in the trainee's name, the supervisor's name or the start of the reflection"),
                (TermKind::Code, "the claim asks for this KSB"),
                (TermKind::Duty, "the claim asks for a KSB of this duty"),
                (TermKind::By, "sent to them by name; `by:anyone`, to any supervisor"),
                (TermKind::Days, "claimed on or after, or on or before, this day"),
                OF_TRAINEE,
            ],
            Self::Looks => &[
                (
                    TermKind::Word,
                    "is in the trainee's or the signer's name, or is the kind of check: countersign, sample, rejected",
                ),
                (TermKind::Code, "the sign-off is of this KSB"),
                (TermKind::By, "signed by them"),
                (TermKind::Days, "signed on or after, or on or before, this day"),
            ],
            Self::Claims => &[
                (TermKind::Word, "is in the trainee's name, the supervisor's name, the reflection or a file's name"),
                (TermKind::Code, "the claim asks for this KSB"),
                (TermKind::Duty, "the claim asks for a KSB of this duty"),
                (TermKind::By, "sent to them by name; `by:anyone`, to any supervisor"),
                (TermKind::Days, "claimed on or after, or on or before, this day"),
                (TermKind::Flag(Waiting), "a KSB in it is waiting for an answer"),
                (TermKind::Flag(Answered), "every KSB in it is answered"),
                (TermKind::Flag(Withdrawn), "the trainee took it back"),
            ],
            Self::Cohort => &[
                (TermKind::Word, "is in the name, standard, option, specialism or department"),
                (TermKind::Code, "this KSB is still outstanding; with a state, is in it"),
                (TermKind::State, "a KSB is in this state"),
                (TermKind::Duty, "a KSB of this duty is still outstanding; with a state, is in it"),
                (TermKind::By, "is under this supervisor"),
                (TermKind::Days, "began the programme on or after, or on or before, this day"),
                (TermKind::Level, "is at this level of the career framework"),
                (TermKind::Flag(Behind), "fewer KSBs are signed than expected by now"),
                (TermKind::Flag(Ahead), "more are"),
                (TermKind::Flag(Paused), "on a break in learning today"),
                (TermKind::Flag(Overdue), "the next review is overdue"),
                (TermKind::Flag(Due), "the next review is due soon or overdue"),
                (TermKind::Flag(Hours), "more than 40 hours are missing of those planned by now"),
            ],
            Self::Readiness => &[
                (TermKind::Word, "is in the requirement or its reasons"),
                (TermKind::Code, "waits for this KSB"),
                (TermKind::State, "waits for a KSB in this state"),
                (TermKind::Kind, "waits for knowledge, a skill or a behaviour"),
                (TermKind::Duty, "waits for a KSB of this duty"),
                (TermKind::Flag(Met), "is met"),
                (TermKind::Flag(NotMet), "is not met"),
                (TermKind::Flag(NotKnown), "is not known"),
                (TermKind::Flag(Waived), "is waived"),
                (TermKind::Flag(Overdue), "is not met, and something is overdue or has lapsed"),
            ],
            Self::Programme => &[
                (TermKind::Word, "is in what was done, said or agreed"),
                (TermKind::Code, "is about this KSB"),
                (TermKind::State, "is about a KSB in this state"),
                (TermKind::Kind, "is about knowledge, a skill or a behaviour"),
                (TermKind::Duty, "is about a KSB of this duty"),
                (TermKind::By, "confirmed by them; of a review, signed or attended by them"),
                (
                    TermKind::Days,
                    "done or held on or after, or on or before, this day; for what is to be done, when it is due",
                ),
                (TermKind::Flag(Waiting), "hours not confirmed yet; a review that not everyone has signed"),
                (TermKind::Flag(Confirmed), "hours that count"),
                (TermKind::Flag(Overdue), "its day is in the past and it is not done"),
                (TermKind::Flag(Withdrawn), "a review that no longer counts"),
            ],
            Self::Reviews => &[
                (TermKind::Word, "is in the trainee's name, standard, option, specialism or department"),
                (TermKind::By, "the trainee is under this supervisor"),
                (TermKind::Days, "due on or after, or on or before, this day"),
                OF_TRAINEE,
                (TermKind::Flag(Overdue), "overdue"),
                (TermKind::Flag(Due), "due soon or overdue"),
                (TermKind::Flag(Paused), "on a break in learning today"),
            ],
            Self::Hours => &[
                (TermKind::Word, "is in the trainee's name or department"),
                (
                    TermKind::Days,
                    "the oldest waiting entry is from this day or after it, or from this day or before it",
                ),
                OF_TRAINEE,
            ],
            Self::History => &[
                (
                    TermKind::Word,
                    "is in the signed text, including codes. Find an id, digest or key by its first six or more characters",
                ),
                (TermKind::By, "signed by somebody of this name or id"),
                (TermKind::Days, "signed on or after, or on or before, this day"),
                (TermKind::Statement, "of this kind"),
            ],
            Self::People => &[
                (TermKind::Word, "is in the name, id, roles, department or registration"),
                (TermKind::By, "is a trainee under this supervisor"),
                (TermKind::Level, "is at this level of the career framework"),
                (TermKind::Flag(Left), "has left"),
            ],
        }
    }

    pub fn knows(self, part: TermKind) -> bool {
        self.parts().iter().any(|(known, _)| *known == part)
    }

    /// Returns whether its texts are prose, where any filter word can be an ordinary word.
    pub fn is_prose(self) -> bool {
        matches!(self, Self::Ksbs | Self::Outstanding | Self::Readiness | Self::Programme | Self::History)
    }

    /// Returns what can be written, for an error message: `write words, a code (s26), …`.
    pub fn hint(self) -> String {
        let known: Vec<&str> = self.parts().iter().map(|(part, _)| part.named()).collect();
        match known.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("write {} or {last}", rest.join(", ")),
            _ => "write words".to_owned(),
        }
    }
}

/// Returns the guide's tables: which list supports which term, and what each term means there.
pub fn markdown() -> String {
    let mut parts: Vec<TermKind> =
        FilterTarget::ALL.iter().flat_map(|list| list.parts()).map(|(part, _)| *part).collect();
    parts.sort_unstable();
    parts.dedup();
    let names: Vec<&str> = FilterTarget::ALL.iter().map(|list| list.slug()).collect();
    let mut text = format!("| | {} |\n| --- |{}\n", names.join(" | "), " :-: |".repeat(names.len()));
    for part in parts {
        let marks: Vec<&str> = FilterTarget::ALL.iter().map(|list| if list.knows(part) { "yes" } else { "" }).collect();
        let _ = writeln!(text, "| {} | {} |", part.written(), marks.join(" | "));
    }
    for list in FilterTarget::ALL {
        let (name, place) = (list.slug(), list.words());
        let _ = writeln!(text, "\n**{name}** ({place})\n\n| filter | what it lists |\n| --- | --- |");
        for (part, meaning) in list.parts() {
            let _ = writeln!(text, "| {} | {meaning} |", part.written());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::term::FilterFlag;

    #[test]
    fn no_list_knows_a_part_twice_and_each_knows_words() {
        for list in FilterTarget::ALL {
            let mut parts: Vec<TermKind> = list.parts().iter().map(|(part, _)| *part).collect();
            assert_eq!(parts.first(), Some(&TermKind::Word), "{list:?}");
            let count = parts.len();
            parts.sort_unstable();
            parts.dedup();
            assert_eq!(parts.len(), count, "{list:?}");
        }
    }

    #[test]
    fn each_flag_is_known_somewhere_and_is_found_by_its_word() {
        for flag in FilterFlag::ALL {
            assert_eq!(FilterFlag::of(flag.slug()), Some(flag));
            assert!(FilterTarget::ALL.iter().any(|list| list.knows(TermKind::Flag(flag))), "{flag:?}");
        }
    }
}
