//! Defines the JSON shapes of people, standards, records and outstanding KSBs. Rows have an `id`, and within a version no
//! field is renamed or removed.

use serde::Serialize;

use crate::app::standards::standard::attributed;
use crate::cli::json::claims::{AskedRow, EvidenceRow};
use crate::cli::json::marks::MarkRow;
use crate::domain::people::break_in_learning::BreakPeriod;
use crate::domain::people::person::Person;
use crate::domain::programme::funding_rules::assessment_of;
use crate::domain::record::outstanding::{Outstanding, Rejection};
use crate::domain::record::view::{Record, TraineeCard};
use crate::domain::standard::builder::Duty;
use crate::domain::standard::gateway_requirement::GatewayRequirement;
use crate::domain::standard::options::{LeftOut, StandardOption};
use crate::domain::standard::page::{Page, Section};
use crate::domain::standard::{Ksb, Standard};
use crate::domain::statement::kinds::sign_off::{Action, Method, Supervision};

/// A list of people.
#[derive(Debug, Serialize)]
pub struct People {
    /// `countersign/people/1`.
    pub schema: &'static str,
    pub people: Vec<PersonRow>,
}

/// A person.
#[derive(Debug, Serialize)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub roles: Vec<&'static str>,
    pub department: Option<String>,
    pub registration: Option<String>,
    pub level: Option<String>,
    pub left: bool,
}

impl From<&Person> for PersonRow {
    fn from(person: &Person) -> Self {
        let text = |clean: &Option<crate::domain::primitives::text::SafeText>| clean.as_ref().map(ToString::to_string);
        Self {
            id: person.id.to_string(),
            name: person.name.to_string(),
            roles: person.roles.iter().map(|role| role.slug()).collect(),
            department: text(&person.department),
            registration: text(&person.registration),
            level: text(&person.level),
            left: person.left,
        }
    }
}

/// Adopted standards.
#[derive(Debug, Serialize)]
pub struct Standards {
    /// `countersign/standards/1`.
    pub schema: &'static str,
    pub standards: Vec<StandardRow>,
}

/// A standard.
#[derive(Debug, Serialize)]
pub struct StandardRow {
    pub id: String,
    pub title: String,
    pub level: u8,
    pub months: u16,
    pub hours: Option<u32>,
    pub earliest_start: Option<String>,
    pub latest_start: Option<String>,
    pub sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duties: Option<Vec<DutyRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ksbs: Option<Vec<KsbRow>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Vec<GatewayRow>>,
    pub options: Vec<OptionRow>,
    pub assessment: &'static str,
    pub attribution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Vec<SectionRow>>,
}

/// A section of the page about a standard.
#[derive(Debug, Serialize)]
pub struct SectionRow {
    pub id: &'static str,
    pub heading: &'static str,
    pub texts: Vec<String>,
}

impl From<&Section> for SectionRow {
    fn from(section: &Section) -> Self {
        Self { id: section.id, heading: section.heading, texts: section.texts.clone() }
    }
}

/// An option of a standard.
#[derive(Debug, Serialize)]
pub struct OptionRow {
    pub id: String,
    pub duties: Vec<u16>,
    pub ksbs: Vec<String>,
}

impl From<&StandardOption> for OptionRow {
    fn from(option: &StandardOption) -> Self {
        Self {
            id: option.name.clone(),
            duties: option.duties.iter().map(|no| no.0).collect(),
            ksbs: option.ksbs.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A gateway requirement defined by a standard.
#[derive(Debug, Serialize)]
pub struct GatewayRow {
    pub id: String,
    pub text: String,
    pub rule: Option<String>,
    pub alternatives: Vec<String>,
    pub note: Option<String>,
    pub source: Option<String>,
}

impl From<&GatewayRequirement> for GatewayRow {
    fn from(one: &GatewayRequirement) -> Self {
        let GatewayRequirement { id, text, rule, alternatives, note, source } = one.clone();
        Self { id, text, rule, alternatives, note, source }
    }
}

impl StandardRow {
    /// Returns a standard without its duties and KSBs.
    pub fn brief(standard: &Standard) -> Self {
        Self {
            id: standard.reference().to_string(),
            title: standard.title().to_owned(),
            level: standard.level(),
            months: standard.months(),
            hours: standard.hours(),
            earliest_start: standard.starts().earliest.map(|day| day.to_string()),
            latest_start: standard.starts().latest.map(|day| day.to_string()),
            sha256: standard.digest().hex(),
            duties: None,
            ksbs: None,
            gateway: None,
            options: standard.options().iter().map(OptionRow::from).collect(),
            assessment: assessment_of(standard).slug(),
            attribution: attributed(standard),
            about: None,
        }
    }

    /// Returns a standard with its duties and KSBs.
    pub fn whole(standard: &Standard) -> Self {
        let duties = standard.duties().iter().map(DutyRow::from).collect();
        let ksbs = standard.ksbs().iter().map(KsbRow::from).collect();
        let gateway = standard.gateway().iter().map(GatewayRow::from).collect();
        Self { duties: Some(duties), ksbs: Some(ksbs), gateway: Some(gateway), ..Self::brief(standard) }
    }

    /// Adds the page about the standard.
    #[must_use]
    pub fn with_page(self, page: &Page) -> Self {
        Self { about: Some(page.sections.iter().map(SectionRow::from).collect()), ..self }
    }
}

/// A duty.
#[derive(Debug, Serialize)]
pub struct DutyRow {
    pub id: u16,
    pub title: String,
    pub text: String,
}

impl From<&Duty> for DutyRow {
    fn from(duty: &Duty) -> Self {
        Self { id: duty.no.0, title: duty.title.clone(), text: duty.text.clone() }
    }
}

/// A KSB.
#[derive(Debug, Serialize)]
pub struct KsbRow {
    pub id: String,
    pub text: String,
    pub sha256: String,
    pub duties: Vec<u16>,
}

impl From<&Ksb> for KsbRow {
    fn from(ksb: &Ksb) -> Self {
        let duties = ksb.duties.iter().map(|no| no.0).collect();
        Self { id: ksb.code.to_string(), text: ksb.text.clone(), sha256: ksb.digest.hex(), duties }
    }
}

/// A break in learning.
#[derive(Debug, Serialize)]
pub struct PauseRow {
    pub id: String,
    pub back: Option<String>,
}

impl From<&BreakPeriod> for PauseRow {
    fn from(span: &BreakPeriod) -> Self {
        Self { id: span.from.to_string(), back: span.back.map(|day| day.to_string()) }
    }
}

/// KSBs that a trainee does not answer for.
#[derive(Debug, Serialize)]
pub struct LeftOutRow {
    pub ksbs: Vec<String>,
    pub reason: String,
}

impl From<&LeftOut> for LeftOutRow {
    fn from(left: &LeftOut) -> Self {
        Self { ksbs: left.codes.iter().map(ToString::to_string).collect(), reason: left.reason.to_string() }
    }
}

/// A trainee's summary.
#[derive(Debug, Serialize)]
pub struct Card {
    pub id: String,
    pub name: String,
    pub standard: String,
    pub specialism: Option<String>,
    pub option: Option<String>,
    pub left_out: Vec<LeftOutRow>,
    pub start: String,
    pub planned_end: Option<String>,
    pub signed: u16,
    pub total: u16,
}

impl From<&TraineeCard> for Card {
    fn from(card: &TraineeCard) -> Self {
        Self {
            id: card.id.to_string(),
            name: card.name.to_string(),
            standard: card.standard.to_string(),
            specialism: card.specialism.as_ref().map(ToString::to_string),
            option: card.scope.option.as_ref().map(ToString::to_string),
            left_out: card.scope.left_out.iter().map(LeftOutRow::from).collect(),
            start: card.start.to_string(),
            planned_end: card.end.map(|end| end.to_string()),
            signed: card.signed,
            total: card.total,
        }
    }
}

/// A next action.
#[derive(Debug, Serialize)]
pub struct ActionRow {
    pub what: String,
    pub by: String,
}

impl From<&Action> for ActionRow {
    fn from(action: &Action) -> Self {
        Self { what: action.what.to_string(), by: action.by.to_string() }
    }
}

/// A sign-off.
#[derive(Debug, Serialize)]
pub struct RecordRow {
    pub id: String,
    pub position: u64,
    pub outcome: &'static str,
    pub method: Option<&'static str>,
    pub supervision: Option<&'static str>,
    pub observed: String,
    pub signed: String,
    pub signer: String,
    pub signer_name: String,
    pub place: Option<String>,
    pub feedback: Option<String>,
    pub action: Option<ActionRow>,
    pub late: Option<String>,
    pub evidence: Vec<EvidenceRow>,
    pub withdrawn: Option<WithdrawalRow>,
    pub marks: Vec<MarkRow>,
    pub in_review: bool,
}

/// How a sign-off stopped counting.
#[derive(Debug, Serialize)]
pub struct WithdrawalRow {
    pub id: String,
    pub at: String,
    pub by: String,
    pub by_name: String,
    pub reason: String,
}

impl From<&Record> for RecordRow {
    fn from(record: &Record) -> Self {
        let text = |clean: &Option<crate::domain::primitives::text::SafeText>| clean.as_ref().map(ToString::to_string);
        Self {
            id: record.id.to_string(),
            position: record.position,
            outcome: record.outcome.slug(),
            method: record.method.map(Method::slug),
            supervision: record.supervision.map(Supervision::slug),
            observed: record.observed.to_string(),
            signed: record.signed.to_string(),
            signer: record.signer.to_string(),
            signer_name: record.signer_name.to_string(),
            place: text(&record.place),
            feedback: text(&record.feedback),
            action: record.action.as_ref().map(ActionRow::from),
            late: text(&record.late),
            evidence: record.evidence.iter().map(EvidenceRow::from).collect(),
            withdrawn: record.withdrawn.as_ref().map(|withdrawal| WithdrawalRow {
                id: withdrawal.id.to_string(),
                at: withdrawal.at.to_string(),
                by: withdrawal.by.to_string(),
                by_name: withdrawal.by_name.to_string(),
                reason: withdrawal.reason.to_string(),
            }),
            marks: record.marks.iter().map(MarkRow::from).collect(),
            in_review: record.in_review,
        }
    }
}

/// A trainee's outstanding KSBs.
#[derive(Debug, Serialize)]
pub struct OutstandingList {
    /// `countersign/outstanding/1`.
    pub schema: &'static str,
    pub trainee: Card,
    /// Most urgent first.
    pub ksbs: Vec<OutstandingRow>,
    /// The attribution that the licence of the texts requires, if any.
    pub attribution: Option<String>,
}

/// An outstanding KSB.
#[derive(Debug, Serialize)]
pub struct OutstandingRow {
    pub id: String,
    pub state: &'static str,
    pub duty: Option<u16>,
    pub text: String,
    pub record: Option<String>,
    pub feedback: Option<String>,
    pub action: Option<ActionRow>,
    pub rejected: Option<RejectedRow>,
    pub claim: Option<AskedRow>,
}

/// How a sample reopened it.
#[derive(Debug, Serialize)]
pub struct RejectedRow {
    pub id: String,
    pub signer_name: String,
    pub at: String,
    pub by_name: String,
    pub reason: Option<String>,
}

impl From<&Rejection> for RejectedRow {
    fn from(rejection: &Rejection) -> Self {
        Self {
            id: rejection.of.to_string(),
            signer_name: rejection.signer_name.to_string(),
            at: rejection.at.to_string(),
            by_name: rejection.by_name.to_string(),
            reason: rejection.reason.as_ref().map(ToString::to_string),
        }
    }
}

impl OutstandingRow {
    /// Returns the row of a KSB with this text.
    pub fn new(row: &Outstanding, text: &str) -> Self {
        let newest = row.newest.as_ref();
        Self {
            id: row.code.to_string(),
            state: row.state.slug(),
            duty: row.duty.map(|no| no.0),
            text: text.to_owned(),
            record: newest.map(|record| record.id.to_string()),
            feedback: newest.and_then(|record| record.feedback.as_ref()).map(ToString::to_string),
            action: newest.and_then(|record| record.action.as_ref()).map(ActionRow::from),
            rejected: row.rejected.as_ref().map(RejectedRow::from),
            claim: row.claim.as_ref().map(AskedRow::from),
        }
    }
}
