//! The lists that a filter can be written for, and which parts of the filter language each knows: one table, from which
//! parsing, the words of a refusal and the guide's page come. Must never know how a list is read or shown.

use std::fmt::Write as _;

use crate::domain::filter_parts::Flag::{
    Ahead, Answered, Behind, Confirmed, Due, Left, Met, NotKnown, NotMet, Overdue, Paused, Waiting, Waived, Withdrawn,
};
use crate::domain::filter_parts::Part;
use crate::domain::typed_day::Look;

/// A list that can be filtered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum List {
    /// A trainee's KSBs.
    Ksbs,
    /// What they still have to show.
    Outstanding,
    /// Claims that wait.
    Queue,
    /// Sign-offs that ask for a second look.
    Looks,
    /// A trainee's claims.
    Claims,
    /// All trainees.
    Cohort,
    /// A trainee's gateway.
    Readiness,
    /// A trainee's reviews and hours.
    Programme,
    /// Everyone's next review.
    Reviews,
    /// Whose hours wait.
    Hours,
    /// The log.
    History,
    /// Everyone.
    People,
}

const OF_TRAINEE: (Part, &str) = (Part::Level, "the trainee is at this level of the career framework");
const KSBS: &[(Part, &str)] = &[
    (Part::Word, "stands in the KSB's text"),
    (Part::Code, "this KSB"),
    (Part::State, "in this state"),
    (Part::Kind, "knowledge, skill or behaviour"),
    (Part::Duty, "linked to this duty"),
    (Part::By, "signed last by them, or claimed of them"),
    (Part::Days, "seen last on this day or later, or earlier; where nothing is signed, claimed"),
];
const OUTSTANDING: &[(Part, &str)] = &[
    (Part::Word, "stands in the KSB's text, in the feedback or in the action"),
    (Part::Code, "this KSB"),
    (Part::State, "in this state"),
    (Part::Kind, "knowledge, skill or behaviour"),
    (Part::Duty, "linked to this duty"),
    (Part::By, "signed last by them, or claimed of them"),
    (Part::Days, "seen last on this day or later, or earlier; where nothing is signed, claimed"),
    (Part::Flag(Overdue), "the day of its action is past"),
];
const QUEUE: &[(Part, &str)] = &[
    (Part::Word, "stands in the trainee's name, in whom is asked or in what the claim says first"),
    (Part::Code, "the claim asks for this KSB"),
    (Part::Duty, "the claim asks for a KSB of this duty"),
    (Part::By, "asked of them by name; `by:anyone`, of nobody in particular"),
    (Part::Days, "claimed on this day or later, or earlier"),
    OF_TRAINEE,
];
const LOOKS: &[(Part, &str)] = &[
    (Part::Word, "stands in the trainee's or the signer's name, or says what is asked: countersign, sample, rejected"),
    (Part::Code, "the sign-off is of this KSB"),
    (Part::By, "signed by them"),
    (Part::Days, "signed on this day or later, or earlier"),
];
const CLAIMS: &[(Part, &str)] = &[
    (Part::Word, "stands in the trainee's name, in whom is asked, in what the claim says or in a file's name"),
    (Part::Code, "the claim asks for this KSB"),
    (Part::Duty, "the claim asks for a KSB of this duty"),
    (Part::By, "asked of them by name; `by:anyone`, of nobody in particular"),
    (Part::Days, "claimed on this day or later, or earlier"),
    (Part::Flag(Waiting), "a KSB of it waits for an answer"),
    (Part::Flag(Answered), "each KSB of it is answered"),
    (Part::Flag(Withdrawn), "the trainee took it back"),
];
const COHORT: &[(Part, &str)] = &[
    (Part::Word, "is in the name, standard, option, specialism or department"),
    (Part::Code, "this KSB is still outstanding; with a state, is in it"),
    (Part::State, "a KSB is in this state"),
    (Part::Duty, "a KSB of this duty is still outstanding; with a state, is in it"),
    (Part::By, "is under this supervisor"),
    (Part::Days, "began the programme on this day or later, or earlier"),
    (Part::Level, "is at this level of the career framework"),
    (Part::Flag(Behind), "fewer KSBs are signed than expected by now"),
    (Part::Flag(Ahead), "more are"),
    (Part::Flag(Paused), "on a break in learning today"),
    (Part::Flag(Overdue), "the next review is overdue"),
    (Part::Flag(Due), "the next review is due soon or overdue"),
];
const READINESS: &[(Part, &str)] = &[
    (Part::Word, "stands in the requirement or in its reasons"),
    (Part::Code, "waits for this KSB"),
    (Part::State, "waits for a KSB in this state"),
    (Part::Kind, "waits for knowledge, a skill or a behaviour"),
    (Part::Duty, "waits for a KSB of this duty"),
    (Part::Flag(Met), "is met"),
    (Part::Flag(NotMet), "is not met"),
    (Part::Flag(NotKnown), "nothing here says"),
    (Part::Flag(Waived), "is not asked of them"),
    (Part::Flag(Overdue), "is not met, and something is overdue or has lapsed"),
];
const PROGRAMME: &[(Part, &str)] = &[
    (Part::Word, "stands in what was done, said or agreed"),
    (Part::Code, "is about this KSB"),
    (Part::State, "is about a KSB in this state"),
    (Part::Kind, "is about knowledge, a skill or a behaviour"),
    (Part::Duty, "is about a KSB of this duty"),
    (Part::By, "confirmed by them; of a review, signed or attended by them"),
    (Part::Days, "done or held on this day or later, or earlier; of what is to be done, by when"),
    (Part::Flag(Waiting), "hours that nobody confirmed; a review that not all have signed"),
    (Part::Flag(Confirmed), "hours that count"),
    (Part::Flag(Overdue), "its day is past and it is not done"),
    (Part::Flag(Withdrawn), "a review that counts no more"),
];
const REVIEWS: &[(Part, &str)] = &[
    (Part::Word, "is in the trainee's name, standard, option, specialism or department"),
    (Part::By, "the trainee is under this supervisor"),
    (Part::Days, "due on this day or later, or earlier"),
    OF_TRAINEE,
    (Part::Flag(Overdue), "overdue"),
    (Part::Flag(Due), "due soon or overdue"),
    (Part::Flag(Paused), "on a break in learning today"),
];
const HOURS: &[(Part, &str)] = &[
    (Part::Word, "stands in the trainee's name or department"),
    (Part::Days, "the oldest that waits is of this day or later, or earlier"),
    OF_TRAINEE,
];
const HISTORY: &[(Part, &str)] = &[
    (
        Part::Word,
        "stands in the signed text, a code too; an id, a digest or a key is found by its first six characters or more",
    ),
    (Part::By, "signed by somebody of this name or id"),
    (Part::Days, "signed on this day or later, or earlier"),
    (Part::Statement, "of this kind"),
];
const PEOPLE: &[(Part, &str)] = &[
    (Part::Word, "stands in name, id, roles, department or registration"),
    (Part::By, "is a trainee under this supervisor"),
    (Part::Level, "is at this level of the career framework"),
    (Part::Flag(Left), "has left"),
];

impl List {
    /// Where a day without a year is looked for that a part names: `until` of a list of what is due looks forward.
    #[must_use]
    pub fn looks(self, part: &str) -> Look {
        if self == Self::Reviews && part == "until" { Look::Ahead } else { Look::Back }
    }

    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Ksbs,
        Self::Outstanding,
        Self::Queue,
        Self::Looks,
        Self::Claims,
        Self::Cohort,
        Self::Readiness,
        Self::Programme,
        Self::Reviews,
        Self::Hours,
        Self::History,
        Self::People,
    ];

    /// Its name, and where it is found: screens first, then commands.
    #[must_use]
    pub fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Ksbs => ("KSBs", "the Sign-off screen; `trainee NAME …`"),
            Self::Outstanding => ("Outstanding", "the Outstanding screen; `outstanding NAME …`"),
            Self::Queue => ("Queue", "the Queue screen; `queue …`"),
            Self::Looks => ("Second looks", "the Second looks screen; `second-looks …`"),
            Self::Claims => ("Claims", "`claim list …`"),
            Self::Cohort => ("Cohort", "the Cohort screen; `cohort …`"),
            Self::Readiness => ("Readiness", "the Readiness screen; `readiness NAME …`"),
            Self::Programme => {
                ("Reviews and hours", "the Reviews and hours screen; `hours list NAME …`, `reviews NAME …`")
            }
            Self::Reviews => ("Next reviews", "`reviews …`"),
            Self::Hours => ("Hours that wait", "`hours list …`"),
            Self::History => ("History", "the History screen; `history …`"),
            Self::People => ("People", "`person list …`"),
        }
    }

    /// What it knows, each with what it means here.
    #[must_use]
    pub fn parts(self) -> &'static [(Part, &'static str)] {
        match self {
            Self::Ksbs => KSBS,
            Self::Outstanding => OUTSTANDING,
            Self::Queue => QUEUE,
            Self::Looks => LOOKS,
            Self::Claims => CLAIMS,
            Self::Cohort => COHORT,
            Self::Readiness => READINESS,
            Self::Programme => PROGRAMME,
            Self::Reviews => REVIEWS,
            Self::Hours => HOURS,
            Self::History => HISTORY,
            Self::People => PEOPLE,
        }
    }

    /// Whether a part means something here.
    #[must_use]
    pub fn knows(self, part: Part) -> bool {
        self.parts().iter().any(|(known, _)| *known == part)
    }

    /// Whether its words stand in sentences, where any word of the language can be a word like any other.
    #[must_use]
    pub fn is_prose(self) -> bool {
        matches!(self, Self::Ksbs | Self::Outstanding | Self::Readiness | Self::Programme | Self::History)
    }

    /// What can be written for it, in a refusal: `write words, a code (s26), …`.
    #[must_use]
    pub fn words(self) -> String {
        let known: Vec<&str> = self.parts().iter().map(|(part, _)| part.named()).collect();
        match known.as_slice() {
            [rest @ .., last] if !rest.is_empty() => format!("write {} or {last}", rest.join(", ")),
            _ => "write words".to_owned(),
        }
    }
}

/// The guide's table: which list knows which part, and below it what each means there.
#[must_use]
pub fn markdown() -> String {
    let mut parts: Vec<Part> = List::ALL.iter().flat_map(|list| list.parts()).map(|(part, _)| *part).collect();
    parts.sort_unstable();
    parts.dedup();
    let names: Vec<&str> = List::ALL.iter().map(|list| list.named().0).collect();
    let mut text = format!("| | {} |\n| --- |{}\n", names.join(" | "), " :-: |".repeat(names.len()));
    for part in parts {
        let marks: Vec<&str> = List::ALL.iter().map(|list| if list.knows(part) { "yes" } else { "" }).collect();
        let _ = writeln!(text, "| {} | {} |", part.written(), marks.join(" | "));
    }
    for list in List::ALL {
        let (name, place) = list.named();
        let _ = writeln!(text, "\n**{name}** ({place})\n\n| part | lists what |\n| --- | --- |");
        for (part, meaning) in list.parts() {
            let _ = writeln!(text, "| {} | {meaning} |", part.written());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::filter_parts::Flag;

    #[test]
    fn no_list_knows_a_part_twice_and_each_knows_words() {
        for list in List::ALL {
            let mut parts: Vec<Part> = list.parts().iter().map(|(part, _)| *part).collect();
            assert_eq!(parts.first(), Some(&Part::Word), "{list:?}");
            let count = parts.len();
            parts.sort_unstable();
            parts.dedup();
            assert_eq!(parts.len(), count, "{list:?}");
        }
    }

    #[test]
    fn each_flag_is_known_somewhere_and_is_found_by_its_word() {
        for flag in Flag::ALL {
            assert_eq!(Flag::of(flag.word()), Some(flag));
            assert!(List::ALL.iter().any(|list| list.knows(Part::Flag(flag))), "{flag:?}");
        }
    }
}
