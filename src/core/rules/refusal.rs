//! Defines the rule violations, each with a message for the person who tried.

use thiserror::Error;

use crate::primitives::ids::{KsbCode, LogOrigin, StandardRef};
use crate::standard::scope::{NotAsked, ScopeFault};

/// Why a statement is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RuleViolation {
    #[error("{0}")]
    Form(&'static str),
    #[error("The first entry of a log must be the one that starts it")]
    Beginning,
    #[error("This statement is made for another log")]
    OtherLog,
    #[error("It claims to have seen more of the log than there is")]
    SeenTooMuch,
    #[error("The clock is more than 5 minutes behind the log's newest time, and the statement does not say so")]
    Clock,
    #[error("The key that signed is not a key of {0}")]
    NotTheirKey(String),
    #[error("{0} is not in the log")]
    Unknown(String),
    #[error("{0} has left")]
    Left(String),
    #[error("{name} is not a {role}")]
    NotInRole { name: String, role: &'static str },
    #[error("{0} has a different name in the log")]
    OtherName(String),
    #[error("The registration does not match the one for {0} in the log")]
    OtherRegistration(String),
    #[error("You cannot sign off or withdraw anything on your own record")]
    OwnRecord,
    #[error("{0} is not enrolled on a standard")]
    NotEnrolled(String),
    #[error("A break in learning begins before the start of the programme, or ends before it begins")]
    PauseDays,
    #[error("{name} already has a break in learning from {from}. Two breaks cannot overlap")]
    PauseMeets { name: String, from: String },
    #[error("This break in learning of {0} is recorded already")]
    PauseSame(String),
    #[error("{name} is enrolled on {on}, not on {not}")]
    OtherStandard { name: String, on: StandardRef, not: StandardRef },
    #[error("{0} is not adopted")]
    NotAdopted(StandardRef),
    #[error("{standard} has no {code}")]
    NoSuchKsb { standard: StandardRef, code: KsbCode },
    #[error("{code} is not required of {name}: {why}")]
    NotAsked { name: String, code: KsbCode, why: NotAsked },
    #[error("{0}")]
    Scope(ScopeFault),
    #[error("The text of {0} is not the one adopted")]
    OtherText(KsbCode),
    #[error("The day seen, {0}, is in the future")]
    Future(String),
    #[error("It was seen {days} days ago. After {most} days you must say why it is late")]
    Late { days: i64, most: u32 },
    #[error("For not achieved, give feedback and an action with a date")]
    NeedsFeedback,
    #[error("The action is due before the day it was seen")]
    ActionBefore,
    #[error("A name of {letters} letters is too long: write the name alone")]
    LongName { letters: usize },
    #[error("The action would be due before it is agreed: {0} is in the past")]
    ActionPast(String),
    #[error("The meaning is not the sentence for this outcome")]
    OtherMeaning,
    #[error("The entry it refers to is not in the log")]
    NoTarget,
    #[error(
        "Only a sign-off, a countersign, a progress review, hours, recognised prior learning, a training plan or a gateway record can be withdrawn"
    )]
    NotWithdrawable,
    #[error("It is already withdrawn")]
    WithdrawnAlready,
    #[error("Only {0} or a training officer can withdraw this")]
    NotTheirsToWithdraw(String),
    #[error("This key is already in the log")]
    KeyTwice,
    #[error("{0} is already adopted. An adopted standard never changes")]
    AdoptedTwice(StandardRef),
    #[error("{0} is already adopted. An adopted list never changes")]
    ListAdoptedTwice(StandardRef),
    #[error("{0}")]
    List(String),
    #[error("{list} already has {code} for the same standard. Give the new one another code")]
    CodeTaken { code: KsbCode, list: StandardRef },
    #[error("{by} has replaced {list}. Sign off on the newest version")]
    ListReplaced { list: StandardRef, by: StandardRef },
    #[error("{name} may not sign off {code}")]
    MayNotSign { name: String, code: KsbCode },
    #[error("{0} is a list of local competences. Nobody is enrolled on one")]
    OnList(StandardRef),
    #[error("The standard's text is not the one that the statement names")]
    OtherContent,
    #[error("You cannot remove your own training officer role")]
    OwnRole,
    #[error("This key is not in the log")]
    NoSuchKey,
    #[error("This is not the key that signs the department's badges")]
    NotTheIssuerKey,
    #[error("This is the key of this log, not of another")]
    OwnLog,
    #[error("This key of {0} is accepted already")]
    AcceptedAlready(LogOrigin),
    #[error("Another key is accepted for {0}. Stop that one first")]
    OtherLogKey(LogOrigin),
    #[error("The key of {0} was never accepted here, or no longer is")]
    NotAcceptedLog(LogOrigin),
    #[error("Nothing from {origin} is kept for {name}")]
    NothingReceived { name: String, origin: LogOrigin },
    #[error("The hub already brings the statements of a person at {origin} for {name}")]
    RotatesAlready { name: String, origin: LogOrigin },
    #[error("{there} at {origin} is {other} here")]
    RotatesForAnother { there: String, origin: LogOrigin, other: String },
    #[error("The hub brings nothing from {origin} for {name} as this person")]
    NoRotation { name: String, origin: LogOrigin },
    #[error("This key signs only once another training officer has countersigned it")]
    KeyPending,
    #[error("A key in a forwarded SSH agent may not sign here")]
    ForwardedAgent,
    #[error("The statement does not name the kind of key that signed it")]
    OtherAuth,
    #[error("The security key signed without a touch")]
    Untouched,
    #[error("The security key checked no PIN or fingerprint, and the policy requires one")]
    Unverified,
    #[error("The policy requires a security key for sign-offs")]
    NeedsSecurityKey,
    #[error("This key is retired")]
    KeyRetired,
    #[error("This key was reported as compromised")]
    KeyCompromised,
    #[error("Only {0} or a training officer can record this about the key")]
    NotTheirsToEnd(String),
    #[error("The first position in doubt is after this entry")]
    FromAhead,
    #[error("Only an achieved sign-off or a new key can be countersigned")]
    NotCountersignable,
    #[error("This key does not need a second signature")]
    NotPending,
    #[error("The second signature must be from a different person")]
    SamePerson,
    #[error("{0} has already countersigned it")]
    CountersignedAlready(String),
    #[error("It was rejected, so it no longer counts")]
    RejectedAlready,
    #[error("It is under review because its signing key was compromised. Sign it off again")]
    Doubted,
    #[error("The meaning is not the sentence for this countersign")]
    OtherCountersign,
    #[error("Only a sign-off can be sampled")]
    NotSampled,
    #[error("You cannot sample your own sign-offs or your own record")]
    OwnSample,
    #[error("A rejected sample needs a reason")]
    SampleNeedsReason,
    #[error("It is not on anyone's record")]
    NotOnRecord,
    #[error("Only the trainee, or someone who attended the progress review, can mark it as read")]
    NotTheirsToAcknowledge,
    #[error("You signed it, so you do not need to mark it as read")]
    OwnStatement,
    #[error("{0} has already marked it as read")]
    AcknowledgedAlready(String),
    #[error("Only the trainee can dispute what is on their record")]
    NotTheirsToDispute,
    #[error("{0} has already disputed it")]
    DisputedAlready(String),
    #[error("A progress review needs its trainee, the employer and the training provider, each person once")]
    PartyMissing,
    #[error("A {0} needs its trainee and one more party, each person once")]
    MeetingPartyMissing(&'static str),
    #[error("A progress review must be signed by a supervisor or training officer who attended")]
    NotAttended,
    #[error("The day of the review, {0}, is in the future")]
    ReviewAhead(String),
    #[error("The next review, on {next}, is not after this one, on {held}")]
    NextReviewBefore { next: String, held: String },
    #[error("The action “{what}” is due on {by}, before the review on {held}")]
    ReviewActionBefore { what: String, by: String, held: String },
    #[error("The next review is {days} days later. For more than {most} days you must say why")]
    ReviewLate { days: i64, most: i64 },
    #[error("{0} is in the future. Enter hours once they have been done")]
    HoursAhead(String),
    #[error("{hours} hours on {day}: all entries for a day can come to 24 at most")]
    HoursOfDay { day: String, hours: String },
    #[error("One of these entries is confirmed already")]
    HoursTwice,
    #[error("The meaning is not the sentence for hours")]
    OtherHoursMeaning,
    #[error("The words that a training officer confirms when carrying a record over are not the usual ones")]
    OtherCarried,
    #[error("“{0}” cannot be recorded by hand: the sign-offs and both confirmations show it")]
    ShownByRecords(String),
    #[error(
        "“{0}” is not for the employer to decide: only English and maths is, for people aged 19 or over at the start"
    )]
    NotToDecide(String),
    #[error(
        "The employer decides on English and maths only for people aged 19 or over at the start, and {0} is not recorded as aged 19 or over"
    )]
    NotAged19(String),
    #[error("Only the employer and the provider can confirm the gateway")]
    NoPartyOfGateway,
    #[error("The {0} has already confirmed")]
    ConfirmedAlready(&'static str),
    #[error("Two different people must confirm for the employer and the provider")]
    SameForBoth,
    #[error("The meaning is not the sentence for this party")]
    OtherConfirm,
    #[error("Only entries on a trainee's record can be erased")]
    NotErasable,
    #[error("It is erased")]
    Erased,
    #[error("The position, leaf or time does not match the entry to be erased")]
    OtherLeaf,
    #[error("It is about a sign-off that has not been erased. Erase that one first")]
    EraseOtherFirst,
    #[error("Only a sign-off or its withdrawal can be restored from a receipt")]
    NotImportable,
    #[error("The receipt is not for the statement that is named")]
    OtherImport,
    #[error("It is already in the log")]
    InLogAlready,
    #[error("The log that it goes on from is not this one")]
    OtherRestore,
    #[error("The log that was lost cannot be shorter than the one that is left")]
    LostShorter,
    #[error("The log's newest time is not the one stated")]
    OtherNewest,
    #[error("The log's newest time is not ahead of the clock, so there is nothing to put right")]
    ClockNotAhead,
}
