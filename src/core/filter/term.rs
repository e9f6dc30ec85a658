//! Defines the terms of the filter language and their spelling.

slugs! {
    /// A property of a row that a single word filters by.
    FilterFlag {
        /// Fewer KSBs signed than expected by now.
        Behind = "behind";
        Ahead = "ahead";
        Paused = "break";
        Overdue = "overdue";
        /// Due soon, or overdue.
        Due = "due";
        Waiting = "waiting";
        Answered = "answered";
        Confirmed = "confirmed";
        Withdrawn = "withdrawn";
        Met = "met";
        NotMet = "not-met";
        NotKnown = "not-known";
        Waived = "waived";
        Left = "left";
        /// Many fewer hours than planned by now.
        Hours = "hours";
    }
}

impl FilterFlag {
    /// Returns the group of mutually exclusive flags, of which a row must match only one.
    pub fn group(self) -> u8 {
        match self {
            Self::Behind | Self::Ahead => 0,
            Self::Paused => 1,
            Self::Overdue | Self::Due => 2,
            Self::Waiting | Self::Answered | Self::Confirmed | Self::Withdrawn => 3,
            Self::Met | Self::NotMet | Self::NotKnown | Self::Waived => 4,
            Self::Left => 5,
            Self::Hours => 6,
        }
    }

    pub fn of(word: &str) -> Option<Self> {
        let word = match word {
            // Earlier versions used this word, which saved filters may contain.
            "paused" => "break",
            // The screens say this word.
            "late" => "overdue",
            word => word,
        };
        Self::ALL.into_iter().find(|flag| flag.slug() == word)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermKind {
    Word,
    /// `s26`
    Code,
    /// `open` and the other states.
    State,
    /// `k`, `s` or `b`.
    Kind,
    /// `duty:7`
    Duty,
    /// `by:hawthorn`
    By,
    /// `since:monday`, `until:20/11`
    Days,
    /// `level:associate`
    Level,
    /// `kind:sign-off`
    Statement,
    /// A word of its own.
    Flag(FilterFlag),
}

impl TermKind {
    pub fn written(self) -> String {
        let states = "`open` `claimed` `signed` `partly` `not-yet` `renew` `lapsed` `carried-over`";
        match self {
            Self::Word => "a word".to_owned(),
            Self::Code => "`s26`".to_owned(),
            Self::State => states.to_owned(),
            Self::Kind => "`k` `s` `b`".to_owned(),
            Self::Duty => "`duty:7`".to_owned(),
            Self::By => "`by:hawthorn`".to_owned(),
            Self::Days => "`since:monday` `until:20/11`".to_owned(),
            Self::Level => "`level:associate`".to_owned(),
            Self::Statement => "`kind:sign-off`".to_owned(),
            Self::Flag(flag) => format!("`{}`", flag.slug()),
        }
    }

    pub fn named(self) -> &'static str {
        match self {
            Self::Word => "words",
            Self::Code => "a code (s26)",
            Self::State => "a state (open)",
            Self::Kind => "k, s or b",
            Self::Duty => "duty:7",
            Self::By => "by:hawthorn",
            Self::Days => "since:monday, until:20/11",
            Self::Level => "level:associate",
            Self::Statement => "kind:sign-off",
            Self::Flag(flag) => flag.slug(),
        }
    }
}
