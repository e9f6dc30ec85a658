//! Evaluates a trainee's readiness for the gateway: every requirement by itself, then the parties' confirmations, which
//! come last.

use crate::domain::programme::gateway::{Fulfilment, GatewayInputs, Readiness, Recorded, RequirementStatus};
use crate::domain::programme::gateway_requirements::{
    asked, behaviours, english_maths, hours, ksbs, months, not_recorded, party, reassessment, recorded, reviews,
};
use crate::domain::standard::gateway_requirement::GatewayRequirement;
use crate::domain::statement::kinds::requirement::{ENGLISH_MATHS, SHOWN};
use crate::domain::statement::kinds::review::Party;

pub fn readiness(facts: &GatewayInputs<'_>) -> Readiness {
    let mut figures: Vec<RequirementStatus> =
        facts.gateway.iter().map(|requirement| figure(facts, requirement)).collect();
    let word = |figure: &RequirementStatus| matches!(figure.id.as_str(), "employer" | "provider");
    let all = figures.iter().all(|figure| word(figure) || figure.met == Fulfilment::Met);
    for figure in figures.iter_mut().filter(|figure| word(figure) && figure.met != Fulfilment::Met) {
        if all {
            "can confirm now: everything else is met".clone_into(&mut figure.short);
        } else {
            figure.mend = Some("Meet the other requirements first".to_owned());
        }
    }
    let recognised = facts.recognised_here().cloned();
    Readiness { trainee: facts.standing.trainee.clone(), gateway: facts.gateway_day(), figures, recognised }
}

fn figure(facts: &GatewayInputs<'_>, requirement: &GatewayRequirement) -> RequirementStatus {
    let made = match requirement.id.as_str() {
        "months" => months(facts),
        "ksbs" => ksbs(facts),
        "behaviours" => behaviours(facts),
        "hours" => hours(facts),
        "reviews" => reviews(facts),
        "reassessment" => reassessment(facts),
        "employer" => party(facts, Party::Employer),
        "provider" => party(facts, Party::Provider),
        ENGLISH_MATHS => english_maths(facts),
        _ => not_recorded(facts, &requirement.id),
    };
    let text = if made.text.is_empty() { requirement.text.clone() } else { made.text.clone() };
    let mut figure = RequirementStatus { id: requirement.id.clone(), text, ..made };
    // A decision does not fulfil the requirement: `english_maths` evaluates it.
    let fulfils = |said: &&Recorded| said.requirement.as_str() == requirement.id && !said.outcome.is_decision();
    let said = facts.recorded.iter().find(fulfils);
    if figure.met != Fulfilment::Met
        && !SHOWN.contains(&requirement.id.as_str())
        && let Some(said) = said
    {
        figure = recorded(figure, said);
    }
    figure.why.extend(asked(requirement));
    figure
}
