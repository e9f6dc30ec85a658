//! Signs off an observed KSB, as achieved or not yet achieved.

use chrono::NaiveDate;

use crate::people::person::PersonRef;
use crate::primitives::ids::{ClaimId, Digest, KsbCode, StandardRef};
use crate::primitives::text::SafeText;
use crate::statement::content::{About, Content, days_fault, lines_fault};
use crate::statement::fields::{DecodeFault, FieldReader, FieldWriter, code_of, sha256_of, text_of};

/// The meaning that a supervisor signs with *achieved*.
pub const MEANING_ACHIEVED: &str = "I observed this myself, to the standard stated, and am competent in it.";
/// The meaning that a supervisor signs with *not achieved*.
pub const MEANING_NOT_ACHIEVED: &str =
    "I observed this myself; it is not yet to the standard stated, and I have said what to do next.";

/// A supervisor's judgement of an observed KSB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    pub trainee: PersonRef,
    pub item: Item,
    pub outcome: Outcome,
    pub method: Option<Method>,
    pub supervision: Option<Supervision>,
    /// The day of the observation, by the signer's calendar.
    pub observed: NaiveDate,
    pub place: Option<SafeText>,
    /// Required if not achieved.
    pub feedback: Option<SafeText>,
    /// Required if not achieved.
    pub action: Option<Action>,
    /// Why it was signed after the policy's late days; required only then.
    pub late: Option<SafeText>,
    /// The claim that it answers.
    pub claim: Option<ClaimId>,
    /// The digest of that claim's text, reflection and evidence; absent in statements of older programs.
    pub claimed: Option<Digest>,
    /// Sorted by digest and then name, without repeats.
    pub evidence: Vec<Evidence>,
    /// The meaning, as the dialog showed it.
    pub meaning: SafeText,
}

/// What is signed off: a KSB of a standard or a competence of a local list, bound by its text's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// A standard or a local list.
    pub standard: StandardRef,
    pub code: KsbCode,
    /// The SHA-256 of its exact text.
    pub text: Digest,
}

/// A follow-up action with a due date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub what: SafeText,
    /// The due date.
    pub by: NaiveDate,
}

/// A file relied on as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The SHA-256 of its content.
    pub digest: Digest,
    /// The original file name.
    pub name: SafeText,
}

slugs! {
    /// Whether the observation met the standard.
    Outcome: "an outcome: achieved or not-achieved" {
        /// To the standard stated.
        Achieved = "achieved";
        /// Not yet to the standard; never a fail.
        NotAchieved = "not-achieved", "not achieved";
    }
}

slugs! {
    /// The assessment method (National School of Healthcare Science, work-based assessment).
    Method: "a method: dops, oce, cbd, msf or evidence-review" {
        /// Direct observation of practical skills, as it happens.
        Dops = "dops", "DOPS";
        /// Observed clinical event, as it happens.
        Oce = "oce", "OCE";
        /// Case-based discussion, afterwards.
        Cbd = "cbd", "CBD";
        /// Multi-source feedback.
        Msf = "msf", "MSF";
        /// The submitted evidence judged against the competence.
        EvidenceReview = "evidence-review", "evidence review";
    }
}

slugs! {
    /// How closely the trainee was supervised.
    Supervision: "a supervision level: direct, indirect or unsupervised" {
        /// Present.
        Direct = "direct";
        /// Not present, but available at once.
        Indirect = "indirect";
        Unsupervised = "unsupervised";
    }
}

impl Content for SignOff {
    fn write(&self, to: &mut FieldWriter<'_>) {
        to.person("trainee", &self.trainee);
        let Item { standard, code, text } = &self.item;
        to.plain("item", format_args!("{standard} {code} sha256:{}", text.hex()));
        to.plain("outcome", self.outcome.slug());
        to.optional("method", self.method.map(Method::slug));
        to.optional("supervision", self.supervision.map(Supervision::slug));
        to.plain("observed", self.observed);
        to.signed();
        to.optional("place", self.place.as_ref());
        to.optional("feedback", self.feedback.as_ref());
        if let Some(action) = &self.action {
            to.text("action", &action.what);
            to.plain("by", action.by);
        }
        to.optional("late", self.late.as_ref());
        to.optional("claim", self.claim);
        if let Some(claimed) = &self.claimed {
            to.sha256("claimed", claimed);
        }
        for evidence in &self.evidence {
            to.text("evidence", format_args!("sha256:{} {}", evidence.digest.hex(), evidence.name));
        }
        to.text("meaning", &self.meaning);
    }

    fn read(from: &mut FieldReader<'_>) -> Result<Self, DecodeFault> {
        let trainee = from.person("trainee")?;
        let item = from.field("item", |v| {
            let mut words = v.splitn(4, ' ');
            let standard = StandardRef::new(words.next()?, words.next()?).ok()?;
            Some(Item { standard, code: code_of(words.next()?)?, text: sha256_of(words.next()?)? })
        })?;
        let outcome = from.parsed("outcome")?;
        let method = from.optional_parsed("method")?;
        let supervision = from.optional_parsed("supervision")?;
        let observed = from.day("observed")?;
        from.signed()?;
        Ok(Self {
            trainee,
            item,
            outcome,
            method,
            supervision,
            observed,
            place: from.optional_text("place")?,
            feedback: from.optional_text("feedback")?,
            action: match from.optional_text("action")? {
                Some(what) => Some(Action { what, by: from.day("by")? }),
                None => None,
            },
            late: from.optional_text("late")?,
            claim: from.optional_parsed("claim")?,
            claimed: from.optional("claimed", sha256_of)?,
            evidence: from.repeated("evidence", |v| {
                let (digest, name) = v.split_once(' ')?;
                Some(Evidence { digest: sha256_of(digest)?, name: text_of(name, true)? })
            })?,
            meaning: from.text("meaning")?,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        if let Some(fault) = lines_fault(self.place.iter().chain(self.evidence.iter().map(|file| &file.name))) {
            return Some(fault);
        }
        let order = |a: &Evidence, b: &Evidence| (a.digest, &a.name) < (b.digest, &b.name);
        if !self.evidence.is_sorted_by(order) {
            return Some("Evidence is out of the order of its digests or there twice");
        }
        if self.claimed.is_some() && self.claim.is_none() {
            return Some("A claim's digest is there without the claim");
        }
        days_fault(self.action.iter().map(|action| action.by).chain([self.observed]))
    }

    fn about(&self) -> About<'_> {
        About::Record(&self.trainee)
    }

    fn standard(&self) -> Option<&StandardRef> {
        Some(&self.item.standard)
    }

    fn summary(&self) -> String {
        format!("{} {} · {}", self.item.code, self.outcome.words(), self.trainee.name)
    }
}
