//! Summarises a statement in one line for lists.

use crate::domain::people::person::Enrolment;
use crate::domain::programme::hours::QuarterHours;
use crate::domain::statement::annotation::MEANING_COUNTERSIGN_KEY;
use crate::domain::statement::{Body, Statement};

/// Summarises a statement in one line.
pub fn summary(statement: &Statement) -> String {
    match &statement.body {
        Body::Genesis(genesis) => format!("The log of {} begins", genesis.department),
        Body::Person(person) if person.left => format!("{} leaves", person.name),
        Body::Person(person) => {
            let roles: Vec<&str> = person.roles.iter().map(|role| role.words()).collect();
            format!("{} · {}", person.name, if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") })
        }
        Body::Key(grant) => format!("A key for {}", grant.person.name),
        Body::Standard(adoption) => format!("{} adopted", adoption.standard),
        Body::Competences(adoption) => {
            let beside: Vec<String> = adoption.beside.iter().map(ToString::to_string).collect();
            format!("{} beside {}", adoption.list, beside.join(", "))
        }
        Body::Enrolment(named) => {
            let Enrolment { standard, start, end, scope, .. } = &named.enrolment;
            let end = end.map(|end| format!(" to {end}")).unwrap_or_default();
            let option = scope.option.as_ref().map(|option| format!(", option {option}")).unwrap_or_default();
            let left = scope.left_out.iter().map(|left| {
                let codes: Vec<String> = left.codes.iter().map(ToString::to_string).collect();
                format!(" · without {} · “{}”", codes.join(" "), left.reason)
            });
            format!("{} on {standard} from {start}{end}{option}{}", named.name, left.collect::<String>())
        }
        Body::Policy(settings) => {
            let all: Vec<String> = settings.iter().map(|(name, value)| format!("{} {value}", name.slug())).collect();
            all.join(", ")
        }
        Body::SignOff(s) => format!("{} {} · {}", s.item.code, s.outcome.words(), s.trainee.name),
        Body::Withdraw(withdraw) => format!("{} · “{}”", withdraw.trainee.name, withdraw.reason),
        Body::Retire(retire) => format!("A key of {} · “{}”", retire.person.name, retire.reason),
        Body::Compromise(c) => {
            format!("A key of {}, in review from {} · “{}”", c.person.name, c.from, c.reason)
        }
        Body::Countersign(countersign) if countersign.meaning.as_str() == MEANING_COUNTERSIGN_KEY => {
            format!("A key of {}", countersign.whose.name)
        }
        Body::Countersign(countersign) => format!("A sign-off · {}", countersign.whose.name),
        Body::Review(review) => format!("{} on {}, next {}", review.trainee.name, review.held, review.next),
        Body::Hours(hours) => {
            let sum: QuarterHours = hours.entries.iter().map(|entry| entry.hours).sum();
            let (first, last) = hours.days();
            format!("{sum} hours, {first} to {last} · {}", hours.trainee.name)
        }
        Body::Recognition(said) => {
            let hours = said.hours.map(|hours| format!("{hours} hours"));
            let codes: Vec<String> = said.codes.iter().map(ToString::to_string).collect();
            let both: Vec<String> = hours.into_iter().chain((!codes.is_empty()).then(|| codes.join(" "))).collect();
            format!("{} · {} · “{}”", both.join(", "), said.trainee.name, said.reason)
        }
        Body::TrainingPlan(plan) => {
            let hours: QuarterHours = plan.months.iter().map(|month| month.hours).sum();
            let ksbs: usize = plan.months.iter().map(|month| month.codes.len()).sum();
            format!("{} months, {hours} hours, {ksbs} KSBs · {}", plan.months.len(), plan.trainee.name)
        }
        Body::Requirement(said) => {
            format!("{} {} · {} · “{}”", said.requirement.as_str(), said.outcome.slug(), said.trainee.name, said.reason)
        }
        Body::Confirm(confirm) => format!("For the {} · {}", confirm.party.slug(), confirm.trainee.name),
        Body::Sample(sample) => format!("A sign-off {} · {}", sample.outcome.slug(), sample.trainee.name),
        Body::Acknowledge(acknowledge) => acknowledge.trainee.name.to_string(),
        Body::Dispute(dispute) => format!("{} · “{}”", dispute.trainee.name, dispute.reason),
        Body::Erase(erase) => format!("Entry {} · “{}”", erase.position, erase.reason),
        Body::Import(import) => format!("{} · “{}”", import.trainee.name, import.reason),
        Body::Restore(restore) => {
            let lost = restore.lost.size - restore.to.size.min(restore.lost.size);
            format!("From a backup of {} entries, {lost} lost · “{}”", restore.to.size, restore.reason)
        }
        Body::Pause(pause) => match pause.span.back {
            Some(back) => format!("{} from {}, back {back} · “{}”", pause.trainee.name, pause.span.from, pause.reason),
            None => format!("{} from {} · “{}”", pause.trainee.name, pause.span.from, pause.reason),
        },
        Body::Clock(clock) => format!("Back from {} · “{}”", clock.newest, clock.reason),
    }
}
