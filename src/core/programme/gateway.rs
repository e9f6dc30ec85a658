//! Defines readiness for the gateway and its inputs: each requirement with its fulfilment, reasons and remedy.

use chrono::NaiveDate;

use crate::primitives::ids::{KsbCode, StatementId};
use crate::primitives::text::SafeText;
use crate::programme::funding_rules::{EnglishRule, HoursRule};
use crate::programme::hours_plan::HoursPlan;
use crate::programme::review_plan::ReviewPlan;
use crate::programme::review_rule::ReviewRule;
use crate::record::ksb_status::{State, StatusContext};
use crate::record::outstanding::Outstanding;
use crate::record::view::{TraineeCard, TraineeRecord};
use crate::standard::gateway_requirement::GatewayRequirement;
use crate::statement::kinds::recognition::Recognised;
use crate::statement::kinds::requirement::{RequirementId, RequirementOutcome};
use crate::statement::kinds::review::Party;

slugs! {
    Fulfilment {
        Met = "met", "met";
        NotMet = "not-met", "not met";
        NotKnown = "not-known", "not known";
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// On schedule.
    InTime,
    Overdue,
    Lapsed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The KSB state that it explains, and how many KSBs are in it.
    pub state: Option<(State, u16)>,
    pub words: String,
    /// Whether it continues the pace of the last months up to the end.
    pub pace: bool,
}

impl Reason {
    pub fn plain(words: impl Into<String>) -> Self {
        Self { state: None, words: words.into(), pace: false }
    }

    /// Returns one line: `27 open: duty 5 (12)`.
    pub fn line(&self) -> String {
        match self.state {
            Some((state, count)) => format!("{count} {}: {}", state.label(), self.words),
            None => self.words.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementStatus {
    /// Its slug in the standard, such as `english-maths`.
    pub id: String,
    pub text: String,
    pub met: Fulfilment,
    pub waived: bool,
    pub pressing: Urgency,
    pub short: String,
    pub why: Vec<Reason>,
    /// What to do about it, and who; `None` if it is met or only time is missing.
    pub mend: Option<String>,
    pub ksbs: Vec<KsbCode>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    pub trainee: TraineeCard,
    pub gateway: NaiveDate,
    /// In the standard's order.
    pub figures: Vec<RequirementStatus>,
    pub recognised: Option<Recognised>,
    /// The trainee's supervisors, by name.
    pub supervisors: Vec<SafeText>,
}

impl Readiness {
    pub fn met(&self) -> usize {
        self.figures.iter().filter(|figure| figure.met == Fulfilment::Met).count()
    }

    /// Returns the unmet requirements that block confirmation: all but the parties' own.
    pub fn open(&self) -> impl Iterator<Item = &RequirementStatus> {
        let word = |figure: &&RequirementStatus| matches!(figure.id.as_str(), "employer" | "provider");
        self.figures.iter().filter(move |figure| figure.met != Fulfilment::Met && !word(figure))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub id: StatementId,
    pub requirement: RequirementId,
    pub outcome: RequirementOutcome,
    pub reason: SafeText,
    pub by: SafeText,
    pub on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    pub id: StatementId,
    pub party: Party,
    pub by: SafeText,
    pub on: NaiveDate,
}

#[derive(Debug, Clone, Copy)]
pub struct GatewayInputs<'a> {
    pub trainee_record: &'a TraineeRecord,
    pub outstanding: &'a [Outstanding],
    pub gateway: &'a [GatewayRequirement],
    pub rule: &'a HoursRule,
    pub review_rule: &'a ReviewRule,
    /// Whether the trainee was aged 16 to 18 at the start, if recorded.
    pub aged_16_to_18: Option<bool>,
    pub english_rule: &'a EnglishRule,
    pub hours: &'a HoursPlan,
    /// Recognised prior learning, possibly for another standard.
    pub recognised: Option<&'a Recognised>,
    pub reviews: &'a ReviewPlan,
    /// Recorded requirements that are not withdrawn, newest first.
    pub recorded: &'a [Recorded],
    /// Confirmations that are not withdrawn.
    pub confirmed: &'a [Confirmed],
    /// KSBs signed with an observation in the last six months.
    pub recent: u16,
    pub measure: &'a StatusContext,
    /// The trainee's supervisors, by name.
    pub supervisors: &'a [SafeText],
}

impl GatewayInputs<'_> {
    pub fn start(&self) -> NaiveDate {
        self.trainee_record.trainee.start
    }

    /// Returns recognised prior learning on the trainee's own standard.
    pub fn recognised_here(&self) -> Option<&Recognised> {
        self.recognised.filter(|recognised| recognised.holds_on(self.trainee_record.standard.reference()))
    }

    /// Returns whether a KSB needs no sign-off because of recognised prior learning. A *not achieved* or a lapse
    /// overrides it, as someone observed the KSB since.
    pub fn is_recognised(&self, row: &Outstanding) -> bool {
        let recognised = self.recognised_here().is_some_and(|recognised| recognised.body.codes.contains(&row.code));
        recognised && matches!(row.state, State::Open | State::Claimed | State::Partly | State::CarriedOver)
    }

    pub fn gateway_day(&self) -> NaiveDate {
        self.trainee_record.trainee.gateway(self.trainee_record.standard.months(), self.measure.today)
    }
}
