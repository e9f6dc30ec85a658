//! Hours confirmed and things recorded for the gateway, made up by chance.

use countersign_core::people::person::Role;
use countersign_core::primitives::ids::StatementId;
use countersign_core::programme::hours::{HourEntry, QuarterHours};
use countersign_core::standard::about::Assessment;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::confirm::Confirm;
use countersign_core::statement::kinds::hours::{Hours, MEANING_HOURS};
use countersign_core::statement::kinds::recognition::Recognition;
use countersign_core::statement::kinds::requirement::{Requirement, RequirementOutcome};
use countersign_core::statement::kinds::review::Party;
use countersign_core::statement::kinds::training_plan::{PlannedMonth, TrainingPlan};

use crate::kinds::department::Department;
use crate::kinds::history::Choices;
use crate::made::id_of;
use crate::world::{clean, named};

/// Says something of the gateway, which may be refused.
pub fn act(d: &mut Department, c: &mut Choices, trainee: &str, [officer, supervisor]: [&'static str; 2]) {
    let (by, role) = if c.chance(7) { (supervisor, Role::Supervisor) } else { (officer, Role::TrainingOfficer) };
    let body = match c.below(4) {
        0 | 1 => {
            let mut entry = || HourEntry {
                id: entry_id(c),
                day: d.now.plus(-86_400 * c.below(5).cast_signed() as i64).day(),
                hours: QuarterHours(1 + c.below(60) as u32),
                what: clean("Read for the module"),
                codes: vec!["K1".parse().unwrap()],
            };
            let mut entries = vec![entry(), entry(), entry()];
            entries.sort_by_key(|entry| (entry.day, entry.id.0));
            Body::Hours(Hours { trainee: named(trainee), entries, meaning: clean(MEANING_HOURS) })
        }
        2 => {
            let party = c.one(&[Party::Employer, Party::Provider]);
            let meaning = clean(Assessment::EndPoint.meaning_of(party).unwrap());
            Body::Confirm(Confirm { trainee: named(trainee), party, meaning })
        }
        _ => {
            let which = c.below(6);
            let outcome = RequirementOutcome::ALL[which % 2];
            let standard = d.standard.reference().clone();
            match which / 2 {
                0 => Body::Recognition(Recognition {
                    trainee: named(trainee),
                    standard,
                    hours: Some(QuarterHours(480)),
                    codes: vec!["K1".parse().unwrap()],
                    reason: clean("Five years as an assistant"),
                    support: clean("Certificate of ST0218"),
                }),
                1 => Body::TrainingPlan(TrainingPlan {
                    trainee: named(trainee),
                    standard,
                    months: vec![PlannedMonth {
                        month: "2026-10".parse().unwrap(),
                        hours: QuarterHours(96),
                        codes: vec!["K1".parse().unwrap()],
                    }],
                }),
                _ => Body::Requirement(Requirement {
                    trainee: named(trainee),
                    requirement: "english-maths".parse().unwrap(),
                    outcome,
                    reason: clean("Certificates seen"),
                }),
            }
        }
    };
    let officers = matches!(body, Body::Requirement(_) | Body::Recognition(_) | Body::TrainingPlan(_));
    let role = if officers { Role::TrainingOfficer } else { role };
    let by = if role == Role::TrainingOfficer { officer } else { by };
    d.say(by, role, body);
}

/// Few enough that one comes up again now and then.
fn entry_id(c: &mut Choices) -> StatementId {
    id_of(90_000 + c.below(400) as u64)
}
