//! Decodes the bodies of the kinds that `decode` does not: annotations, keys, reviews, gateway and recovery.

use std::str::FromStr;

use crate::domain::people::break_in_learning::{BreakPeriod, Pause};
use crate::domain::people::department::Competences;
use crate::domain::people::person::PersonRef;
use crate::domain::people::recovery::{ClockBack, Import, Restore, Tree};
use crate::domain::primitives::date::parse_day;
use crate::domain::primitives::ids::{Digest, KsbCode};
use crate::domain::primitives::key::fingerprint_of;
use crate::domain::primitives::text::SafeText;
use crate::domain::programme::hours::{HourEntry, Hours, QuarterHours};
use crate::domain::programme::rating::Rated;
use crate::domain::programme::training_plan::{PlannedMonth, TrainingPlan};
use crate::domain::statement::Erase;
use crate::domain::statement::annotation::{Acknowledge, Countersign, Dispute, Draw, Sample};
use crate::domain::statement::gateway::{Confirm, Requirement};
use crate::domain::statement::key_revocation::{Compromise, Retire};
use crate::domain::statement::recognition::Recognition;
use crate::domain::statement::review::{
    Answers, Attended, Meeting, NOTHING, Review, ReviewAction, ReviewContent, Topic,
};
use crate::domain::statement::{Body, Kind};

/// Reads a statement's lines in order.
pub(crate) trait Read {
    /// Why a line cannot be read.
    type Fault;

    /// Reads the next line's value if the line is this field.
    fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Self::Fault>;

    /// Reads the next line's value, which must be this field.
    fn field<T>(&mut self, key: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Self::Fault>;

    /// Decodes a text's escapes; `None` if it is not a [`SafeText`].
    fn text(value: &str) -> Option<SafeText>;

    /// Reads a field with `FromStr`.
    fn parsed<T: FromStr>(&mut self, key: &'static str) -> Result<T, Self::Fault> {
        self.field(key, |v| v.parse().ok())
    }

    /// Reads a text field.
    fn clean(&mut self, key: &'static str) -> Result<SafeText, Self::Fault> {
        self.field(key, Self::text)
    }

    /// Reads a text field that may be absent.
    fn optional_clean(&mut self, key: &'static str) -> Result<Option<SafeText>, Self::Fault> {
        self.optional(key, Self::text)
    }

    /// Reads a person's id and name.
    fn named(&mut self, key: &'static str) -> Result<PersonRef, Self::Fault> {
        self.field(key, who::<Self>)
    }
}

fn who<R: Read + ?Sized>(value: &str) -> Option<PersonRef> {
    let (id, name) = value.split_once(' ')?;
    Some(PersonRef { id: id.parse().ok()?, name: R::text(name)? })
}

/// Decodes the body of one of these kinds; `None` for any other kind.
pub(crate) fn body<R: Read>(lines: &mut R, kind: Kind) -> Result<Option<Body>, R::Fault> {
    Ok(Some(match kind {
        Kind::Retire => Body::Retire(Retire {
            person: lines.named("person")?,
            key: lines.field("key", |v| fingerprint_of(v).ok())?,
            reason: lines.clean("reason")?,
        }),
        Kind::Compromise => Body::Compromise(Compromise {
            person: lines.named("person")?,
            key: lines.field("key", |v| fingerprint_of(v).ok())?,
            from: lines.parsed("from")?,
            reason: lines.clean("reason")?,
        }),
        Kind::Countersign => Body::Countersign(Countersign {
            of: lines.parsed("of")?,
            whose: lines.named("whose")?,
            meaning: lines.clean("meaning")?,
        }),
        Kind::Competences => Body::Competences(competences(lines)?),
        Kind::Pause => Body::Pause(Pause {
            trainee: lines.named("trainee")?,
            span: BreakPeriod { from: lines.field("from", parse_day)?, back: lines.optional("back", parse_day)? },
            reason: lines.clean("reason")?,
        }),
        Kind::Review => Body::Review(review(lines)?),
        Kind::Hours => Body::Hours(hours(lines)?),
        Kind::Recognition => Body::Recognition(Recognition {
            trainee: lines.named("trainee")?,
            standard: lines.parsed("standard")?,
            hours: lines.optional("hours", |v| v.parse().ok())?,
            codes: lines.optional("ksbs", codes)?.unwrap_or_default(),
            reason: lines.clean("reason")?,
            support: lines.clean("support")?,
        }),
        Kind::TrainingPlan => Body::TrainingPlan(TrainingPlan {
            trainee: lines.named("trainee")?,
            standard: lines.parsed("standard")?,
            months: repeated(lines, "month", planned)?,
        }),
        Kind::Requirement => Body::Requirement(Requirement {
            trainee: lines.named("trainee")?,
            requirement: lines.parsed("requirement")?,
            outcome: lines.parsed("outcome")?,
            reason: lines.clean("reason")?,
        }),
        Kind::Confirm => Body::Confirm(Confirm {
            trainee: lines.named("trainee")?,
            party: lines.parsed("party")?,
            meaning: lines.clean("meaning")?,
        }),
        Kind::Sample => Body::Sample(Sample {
            of: lines.parsed("of")?,
            trainee: lines.named("trainee")?,
            outcome: lines.parsed("outcome")?,
            reason: lines.optional_clean("reason")?,
            draw: lines.optional("draw", draw)?,
            drawn_from: lines.optional_clean("drawn-from")?,
        }),
        Kind::Acknowledge => {
            Body::Acknowledge(Acknowledge { of: lines.parsed("of")?, trainee: lines.named("trainee")? })
        }
        Kind::Dispute => Body::Dispute(Dispute {
            of: lines.parsed("of")?,
            trainee: lines.named("trainee")?,
            reason: lines.clean("reason")?,
        }),
        Kind::Erase => Body::Erase(Erase {
            of: lines.parsed("of")?,
            position: lines.parsed("position")?,
            leaf: lines.field("leaf", |v| Digest::from_base64(v).ok())?,
            time: lines.parsed("time")?,
            kind: lines.optional("erased-kind", |v| v.parse().ok())?,
            put_back: lines.optional("put-back", |v| v.parse().ok())?,
            evidence: repeated(lines, "evidence", sha256)?,
            reason: lines.clean("reason")?,
        }),
        Kind::Import => Body::Import(Import {
            of: lines.parsed("of")?,
            trainee: lines.named("trainee")?,
            text: lines.field("text", sha256)?,
            signature: lines.field("signature", sha256)?,
            position: lines.parsed("position")?,
            of_tree: lines.field("of-tree", tree)?,
            reason: lines.clean("reason")?,
        }),
        Kind::Restore => Body::Restore(Restore {
            to: lines.field("to", tree)?,
            lost: lines.field("lost", tree)?,
            reason: lines.clean("reason")?,
        }),
        Kind::Clock => Body::Clock(ClockBack { newest: lines.parsed("newest")?, reason: lines.clean("reason")? }),
        _ => return Ok(None),
    }))
}

fn repeated<R: Read, T>(
    lines: &mut R,
    key: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, R::Fault> {
    let mut all = Vec::new();
    while let Some(one) = lines.optional(key, &read)? {
        all.push(one);
    }
    Ok(all)
}

fn competences<R: Read>(lines: &mut R) -> Result<Competences, R::Fault> {
    let (list, title) = (lines.parsed("list")?, lines.clean("title")?);
    let beside = repeated(lines, "beside", |v| v.parse().ok())?;
    Ok(Competences { list, title, beside, content: lines.field("content", sha256)? })
}

fn review<R: Read>(lines: &mut R) -> Result<Review, R::Fault> {
    let trainee = lines.named("trainee")?;
    let held = lines.field("held", parse_day)?;
    // Progress reviews omit the line, as earlier versions had no other meeting.
    let other = |v: &str| v.parse().ok().filter(|meeting| *meeting != Meeting::Progress);
    let meeting = lines.optional("meeting", other)?.unwrap_or_default();
    let mut attended = Vec::new();
    while let Some(one) = lines.optional("attended", |v| {
        let (party, rest) = v.split_once(' ')?;
        Some(Attended { party: party.parse().ok()?, who: who::<R>(rest)? })
    })? {
        attended.push(one);
    }
    let (signed, all) = lines.field("progress", |v| {
        let (signed, all) = v.split_once(" of ")?;
        Some((signed.parse().ok()?, all.parse().ok()?))
    })?;
    let discussed = lines.optional_clean("discussed")?;
    let texts = if discussed.is_none() { Some(texts(lines)?) } else { None };
    let mut actions = Vec::new();
    while let Some(what) = lines.optional_clean("action")? {
        let by = lines.field("by", parse_day)?;
        actions.push(ReviewAction { what, by, owner: lines.optional("owner", who::<R>)? });
    }
    let said = match (discussed, texts) {
        (Some(discussed), _) => ReviewContent::Discussed(discussed),
        (None, texts) => {
            if actions.is_empty() {
                lines.field(Topic::NewActions.slug(), |v| (v == NOTHING).then_some(()))?;
            }
            let rated = Rated {
                worked_out: lines.parsed("worked-out")?,
                basis: lines.clean("from-figures")?,
                rating: lines.parsed("rating")?,
                reason: lines.optional_clean("rating-reason")?,
            };
            // Unreachable: one of the two was read above.
            let Some(texts) = texts else { return lines.field("discussed", |_| None) };
            ReviewContent::Answers(Box::new(Answers { texts, rated }))
        }
    };
    let next = lines.field("next", parse_day)?;
    let late = lines.optional_clean("late")?;
    Ok(Review { trainee, held, meeting, attended, signed, all, said, actions, next, late })
}

fn texts<R: Read>(lines: &mut R) -> Result<[SafeText; 6], R::Fault> {
    let mut next = |topic: Topic| lines.clean(topic.slug());
    Ok([
        next(Topic::LastActions)?,
        next(Topic::Evidence)?,
        next(Topic::Progress)?,
        next(Topic::Changes)?,
        next(Topic::Concerns)?,
        next(Topic::NewInformation)?,
    ])
}

fn hours<R: Read>(lines: &mut R) -> Result<Hours, R::Fault> {
    let trainee = lines.named("trainee")?;
    let mut entries = Vec::new();
    while let Some((id, day, hours)) = lines.optional("entry", |v| {
        let mut words = v.splitn(3, ' ');
        Some((words.next()?.parse().ok()?, parse_day(words.next()?)?, words.next()?.parse().ok()?))
    })? {
        let what = lines.clean("what")?;
        let read = |v: &str| v.split(' ').map(|code| code.parse().ok()).collect::<Option<Vec<_>>>();
        let codes = lines.optional("ksbs", read)?.unwrap_or_default();
        entries.push(HourEntry { id, day, hours, what, codes });
    }
    Ok(Hours { trainee, entries, meaning: lines.clean("meaning")? })
}

fn codes(value: &str) -> Option<Vec<KsbCode>> {
    value.split(' ').map(|code| code.parse().ok()).collect()
}

fn planned(value: &str) -> Option<PlannedMonth> {
    let (month, rest) = value.split_once(' ')?;
    let (hours, listed) = rest.split_once(' ').map_or((rest, None), |(hours, listed)| (hours, Some(listed)));
    let hours = if hours == "0" { QuarterHours::default() } else { hours.parse().ok()? };
    let codes = listed.map_or(Some(Vec::new()), codes)?;
    Some(PlannedMonth { month: month.parse().ok()?, hours, codes })
}

fn draw(value: &str) -> Option<Draw> {
    let (seed, rest) = value.split_once(' ')?;
    let (number, rest) = rest.split_once(" of ")?;
    let (of, at) = match rest.split_once(" at ") {
        Some((of, at)) => (of, Some(at.parse().ok()?)),
        None => (rest, None),
    };
    Some(Draw { seed: seed.parse().ok()?, number: number.parse().ok()?, of: of.parse().ok()?, at })
}

fn tree(value: &str) -> Option<Tree> {
    let (size, root) = value.split_once(' ')?;
    Some(Tree { size: size.parse().ok()?, root: Digest::from_base64(root).ok()? })
}

fn sha256(value: &str) -> Option<Digest> {
    Digest::from_hex(value.strip_prefix("sha256:")?).ok()
}
