//! The parts of the filter language, and how each is written. Must never say which list knows which.

/// Something of a row that a word of its own stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilterFlag {
    /// Fewer KSBs signed than are expected by now.
    Behind,
    Ahead,
    /// The trainee is on a break in learning today.
    Paused,
    /// Its day is past.
    Overdue,
    /// Its day is near, or past.
    Due,
    Waiting,
    Answered,
    Confirmed,
    Withdrawn,
    Met,
    /// It is not.
    NotMet,
    /// Nothing says.
    NotKnown,
    /// It is not asked of them.
    Waived,
    Left,
}

impl FilterFlag {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Behind,
        Self::Ahead,
        Self::Paused,
        Self::Overdue,
        Self::Due,
        Self::Waiting,
        Self::Answered,
        Self::Confirmed,
        Self::Withdrawn,
        Self::Met,
        Self::NotMet,
        Self::NotKnown,
        Self::Waived,
        Self::Left,
    ];

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::Ahead => "ahead",
            Self::Paused => "break",
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Waiting => "waiting",
            Self::Answered => "answered",
            Self::Confirmed => "confirmed",
            Self::Withdrawn => "withdrawn",
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::NotKnown => "not-known",
            Self::Waived => "waived",
            Self::Left => "left",
        }
    }

    /// The flags of which one is enough, for a row has one of them at a time.
    pub fn group(self) -> u8 {
        match self {
            Self::Behind | Self::Ahead => 0,
            Self::Paused => 1,
            Self::Overdue | Self::Due => 2,
            Self::Waiting | Self::Answered | Self::Confirmed | Self::Withdrawn => 3,
            Self::Met | Self::NotMet | Self::NotKnown | Self::Waived => 4,
            Self::Left => 5,
        }
    }

    /// The flag of a word.
    pub fn of(word: &str) -> Option<Self> {
        // The word of earlier versions, which people have in their hands and saved lists.
        let word = if word == "paused" { "break" } else { word };
        Self::ALL.into_iter().find(|flag| flag.word() == word)
    }
}

/// A part of the filter language.
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
    /// How it is written, for the guide.
    pub fn written(self) -> String {
        let states = "`open` `claimed` `signed` `partly` `not-yet` `renew` `lapsed`";
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
            Self::Flag(flag) => format!("`{}`", flag.word()),
        }
    }

    /// How it is named in a refusal.
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
            Self::Flag(flag) => flag.word(),
        }
    }
}
