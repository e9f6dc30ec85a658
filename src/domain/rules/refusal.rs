//! Defines the rule violations, each with a message for the person who tried.

use thiserror::Error;

use crate::domain::primitives::ids::{KsbCode, StandardRef};
use crate::domain::standard::scope::{NotAsked, ScopeFault};

/// Why a statement is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub enum RuleViolation {
    #[error("{0}")]
    Form(&'static str),
    #[error("A log begins with its genesis, and with nothing else")]
    Beginning,
    #[error("This statement is made for another log")]
    OtherLog,
    #[error("It claims to have seen more of the log than there is")]
    SeenTooMuch,
    #[error(
        "The clock reads more than five minutes earlier than the log's newest time, and the statement does not say so"
    )]
    Clock,
    #[error("The key that signed is not a key of {0}")]
    NotTheirKey(String),
    #[error("{0} is not in the log")]
    Unknown(String),
    #[error("{0} has left")]
    Left(String),
    #[error("{name} is not a {role}")]
    NotInRole { name: String, role: &'static str },
    #[error("{0} is named otherwise in the log")]
    OtherName(String),
    #[error("The registration is not that of {0} in the log")]
    OtherRegistration(String),
    #[error("Nobody signs off, or withdraws, on their own record")]
    OwnRecord,
    #[error("{0} is not enrolled on a standard")]
    NotEnrolled(String),
    #[error("A break in learning begins before the start of the programme, or ends before it begins")]
    PauseDays,
    #[error("{name} is on a break in learning from {from} already; two breaks cannot overlap")]
    PauseMeets { name: String, from: String },
    #[error("This break in learning of {0} is recorded already")]
    PauseSame(String),
    #[error("{name} is enrolled on {on}, not on {not}")]
    OtherStandard { name: String, on: StandardRef, not: StandardRef },
    #[error("{0} is not adopted")]
    NotAdopted(StandardRef),
    #[error("{standard} has no {code}")]
    NoSuchKsb { standard: StandardRef, code: KsbCode },
    #[error("{name} does not answer for {code}: {why}")]
    NotAsked { name: String, code: KsbCode, why: NotAsked },
    #[error("{0}")]
    Scope(ScopeFault),
    #[error("The text of {0} is not the one adopted")]
    OtherText(KsbCode),
    #[error("The day seen, {0}, is in the future")]
    Future(String),
    #[error("It was seen {days} days ago; more than {most} days need a reason for being late")]
    Late { days: i64, most: u32 },
    #[error("Not achieved needs feedback and an action with a date")]
    NeedsFeedback,
    #[error("The action's date lies before the day it was seen")]
    ActionBefore,
    #[error("A name of {letters} letters is too long: write the name alone")]
    LongName { letters: usize },
    #[error("The action would be due before it is agreed: {0} is past")]
    ActionPast(String),
    #[error("The meaning is not the sentence for this outcome")]
    OtherMeaning,
    #[error("What it is about is not in the log")]
    NoTarget,
    #[error(
        "Only a sign-off, a countersign, a progress review, hours, recognised prior learning, a training plan or a gateway record can be withdrawn"
    )]
    NotWithdrawable,
    #[error("It is withdrawn already")]
    WithdrawnAlready,
    #[error("Only {0} or a training officer may withdraw this")]
    NotTheirsToWithdraw(String),
    #[error("This key is in the log already")]
    KeyTwice,
    #[error("{0} is adopted already; a standard never changes")]
    AdoptedTwice(StandardRef),
    #[error("{0}")]
    List(String),
    #[error("{list} has a {code} already, beside the same standard; give the new one another code")]
    CodeTaken { code: KsbCode, list: StandardRef },
    #[error("{by} took the place of {list}; what is signed off is of the newest version")]
    ListReplaced { list: StandardRef, by: StandardRef },
    #[error("{name} is not one of those who may sign off {code}")]
    MayNotSign { name: String, code: KsbCode },
    #[error("{0} is a list of local competences; nobody is enrolled on one")]
    OnList(StandardRef),
    #[error("The standard's text is not the one that the statement names")]
    OtherContent,
    #[error("A training officer cannot take their own role away")]
    OwnRole,
    #[error("This key is not in the log")]
    NoSuchKey,
    #[error("This key signs only once another training officer has countersigned it")]
    KeyPending,
    #[error("This key is retired")]
    KeyRetired,
    #[error("This key is known to be in other hands")]
    KeyCompromised,
    #[error("Only {0} or a training officer may say this of the key")]
    NotTheirsToEnd(String),
    #[error("The first position in doubt lies after this statement")]
    FromAhead,
    #[error("Only an achieved sign-off or a new key can be countersigned")]
    NotCountersignable,
    #[error("This key waits for no second signature")]
    NotPending,
    #[error("A second signature is another person's than the first")]
    SamePerson,
    #[error("{0} has countersigned it already")]
    CountersignedAlready(String),
    #[error("It is rejected: it no longer counts")]
    RejectedAlready,
    #[error("It is in review, for its key was in other hands: sign it anew")]
    Doubted,
    #[error("The meaning is not the sentence for this countersign")]
    OtherCountersign,
    #[error("Only a sign-off is sampled")]
    NotSampled,
    #[error("Nobody samples what they signed themselves, or their own record")]
    OwnSample,
    #[error("A rejected sample needs a reason")]
    SampleNeedsReason,
    #[error("It stands on nobody's record")]
    NotOnRecord,
    #[error("Only the trainee, and those who attended a progress review, acknowledge")]
    NotTheirsToAcknowledge,
    #[error("Who signed it need not acknowledge it")]
    OwnStatement,
    #[error("{0} has acknowledged it already")]
    AcknowledgedAlready(String),
    #[error("Only the trainee disputes what stands on their record")]
    NotTheirsToDispute,
    #[error("{0} has disputed it already")]
    DisputedAlready(String),
    #[error("A progress review needs its trainee, the employer and the training provider, each person once")]
    PartyMissing,
    #[error("A {0} needs its trainee and one more party, each person once")]
    MeetingPartyMissing(&'static str),
    #[error("A progress review is signed by a supervisor or training officer who attended")]
    NotAttended,
    #[error("The day of the review, {0}, is in the future")]
    ReviewAhead(String),
    #[error("The next review, on {next}, is not after this one, on {held}")]
    NextReviewBefore { next: String, held: String },
    #[error("The action “{what}” is due on {by}, before the review on {held}")]
    ReviewActionBefore { what: String, by: String, held: String },
    #[error("The next review is {days} days later; more than {most} days need a reason")]
    ReviewLate { days: i64, most: i64 },
    #[error("Hours of {0} lie in the future")]
    HoursAhead(String),
    #[error("{hours} hours on {day}: a day has 24, over all entries")]
    HoursOfDay { day: String, hours: String },
    #[error("One of these entries is confirmed already")]
    HoursTwice,
    #[error("The meaning is not the sentence for hours")]
    OtherHoursMeaning,
    #[error("Nobody records “{0}”: sign-offs and the word of both parties show it")]
    ShownByRecords(String),
    #[error(
        "“{0}” is not for the employer to decide: only English and maths is, for people aged 19 or over at the start"
    )]
    NotToDecide(String),
    #[error(
        "The employer decides on English and maths only for people aged 19 or over at the start, and {0} is not recorded as aged 19 or over"
    )]
    NotAged19(String),
    #[error("Only employer and provider confirm for the gateway")]
    NoPartyOfGateway,
    #[error("The {0} has confirmed already")]
    ConfirmedAlready(&'static str),
    #[error("Employer and provider are confirmed by two people")]
    SameForBoth,
    #[error("The meaning is not the sentence for this party")]
    OtherConfirm,
    #[error("Only what stands on a record can be erased")]
    NotErasable,
    #[error("It is erased")]
    Erased,
    #[error("The position, leaf or time is not that of what is to be erased")]
    OtherLeaf,
    #[error("It speaks of a sign-off that is still there: erase that one first")]
    EraseOtherFirst,
    #[error("Only a sign-off or its withdrawal can be put back")]
    NotImportable,
    #[error("What is put back is not what the statement names")]
    OtherImport,
    #[error("It is in the log already")]
    InLogAlready,
    #[error("The log that it goes on from is not this one")]
    OtherRestore,
    #[error("The log that was lost cannot be shorter than the one that is left")]
    LostShorter,
    #[error("The log's newest time is not the one stated")]
    OtherNewest,
    #[error("The log's newest time is not ahead of the clock: nothing is to be put right")]
    ClockNotAhead,
}
