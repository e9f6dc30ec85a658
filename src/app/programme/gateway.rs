//! Checks a trainee's readiness for the gateway and records requirements and both parties' confirmations.

use chrono::Months;

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::referenced::index_mismatch;
use crate::log::{sign, statements};
use crate::people::person::{self, named};
use crate::people::supervision;
use crate::programme::rules::{self, no_review_rule};
use crate::programme::{hours, reviews, signed_plan};
use crate::record::{outstanding, records};
use crate::standards::adopted;
use crate::standards::standard::gateway_of;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbKind, PersonId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::funding_rules::{ProgrammeRules, assessment_of};
use countersign_core::programme::gateway::{Confirmed, GatewayInputs, Readiness, Recorded};
use countersign_core::programme::review_plan::{self, ActionFrom, OpenAction, ReviewPlan};
use countersign_core::programme::{Programme, gateway_requirements};
use countersign_core::record::ksb_status::State;
use countersign_core::record::outstanding::Outstanding;
use countersign_core::record::view::SignedReceipt;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::confirm::Confirm;
use countersign_core::statement::kinds::requirement::{Requirement, RequirementId, RequirementOutcome};
use countersign_core::statement::kinds::review::Party;
use countersign_store::index::programme_index::FactKind;
use countersign_store::index::sign_off_index;

/// Returns whether a trainee is ready, with the reasons for every requirement.
pub fn readiness(app: &App, trainee: &PersonId) -> Result<Readiness, Error> {
    let rules = rules::programme_rules()?;
    let (trainee_record, outstanding) = outstanding::outstanding(app, trainee)?;
    let start = trainee_record.trainee.start;
    let rule = rules.hours_for(start).ok_or_else(|| Error::refused("No rule for hours applies"))?;
    let review_rule = rules::review_rule(rules, &trainee_record.standard, start)?;
    let measure = app.measure()?;
    let reviews = plan_of_reviews(app, trainee, &outstanding, rules)?;
    // Local competences are not part of the standard's gateway.
    let outstanding: Vec<Outstanding> = outstanding.into_iter().filter(|row| row.code.kind != KsbKind::Local).collect();
    let hours = hours::hours_plan(app, trainee)?;
    let since = measure.today.checked_sub_months(Months::new(6)).unwrap_or(start);
    let recent = app
        .log
        .db
        .read(|tx| sign_off_index::seen_since(tx, &app.viewer, trainee, &trainee_record.trainee.standard, since))?;
    let gateway = gateway_of(&trainee_record.standard, rules)?;
    let (recorded, confirmed, prior) =
        (recorded(app, trainee)?, confirmed(app, trainee)?, signed_plan::recognised(app, trainee)?);
    let aged_16_to_18 = person::enrolment(app, trainee)?.and_then(|enrolment| enrolment.aged_16_to_18);
    let supervisors: Vec<SafeText> =
        supervision::supervisors_of(app, trainee)?.into_iter().map(|person| person.name).collect();
    Ok(gateway_requirements::readiness(&GatewayInputs {
        trainee_record: &trainee_record,
        outstanding: &outstanding,
        gateway: &gateway,
        rule,
        review_rule,
        aged_16_to_18,
        english_rule: &rules.english_maths,
        hours: &hours,
        recognised: prior.as_ref(),
        reviews: &reviews,
        recorded: &recorded,
        confirmed: &confirmed,
        recent,
        measure: &measure,
        supervisors: &supervisors,
    }))
}

/// Returns the plan of a trainee's progress reviews.
pub fn review_plan(app: &App, trainee: &PersonId) -> Result<ReviewPlan, Error> {
    let (_, outstanding) = outstanding::outstanding(app, trainee)?;
    plan_of_reviews(app, trainee, &outstanding, rules::programme_rules()?)
}

fn plan_of_reviews(
    app: &App,
    trainee: &PersonId,
    outstanding: &[Outstanding],
    rules: &ProgrammeRules,
) -> Result<ReviewPlan, Error> {
    let measure = app.measure()?;
    let card = app.log.db.read(|tx| countersign_store::index::people::card(tx, &app.viewer, trainee, &measure))?;
    let start = card.as_ref().map_or(measure.today, |card| card.start);
    let rule = match &card {
        Some(card) => {
            let standard = adopted::standard(app, &card.standard)?;
            rules::review_rule(rules, &standard, start)?
        }
        None => rules.reviews_for(None, start).ok_or_else(no_review_rule)?,
    };
    let not_yet = outstanding.iter().filter(|row| row.state == State::NotYet).filter_map(|row| {
        let action = row.newest.as_ref()?.action.as_ref()?;
        Some(OpenAction { what: action.what.clone(), by: action.by, owner: None, from: ActionFrom::Ksb(row.code) })
    });
    Ok(review_plan::review_plan(start, &reviews::reviews(app, trainee)?, not_yet.collect(), rule, measure.today))
}

/// Returns a trainee's reviews and hours for a screen.
pub fn programme(app: &App, trainee: &PersonId) -> Result<Programme, Error> {
    Ok(Programme {
        plan: review_plan(app, trainee)?,
        rating: reviews::rating(app, trainee)?,
        reviews: reviews::reviews(app, trainee)?,
        hours: hours::hours_plan(app, trainee)?,
        entries: hours::hours(app, trainee)?,
    })
}

/// Records that a requirement is met or waived.
pub fn record_requirement(
    app: &mut App,
    officer: &PersonId,
    proof: &Credential,
    trainee: &PersonId,
    (requirement, outcome, reason): (RequirementId, RequirementOutcome, SafeText),
) -> Result<SignedReceipt, Error> {
    let person = app.person(trainee)?;
    let doing = format!("Recording “{}” of {}", requirement.as_str(), person.name);
    let say = |app: &mut App| {
        let standard = records::trainee_record(app, trainee)?.standard;
        let gateway = gateway_of(&standard, rules::programme_rules()?)?;
        if !gateway.iter().any(|one| one.id == requirement.as_str()) {
            let ids: Vec<&str> = gateway.iter().map(|one| one.id.as_str()).collect();
            return Err(Error::usage(format!("{} has no such requirement", standard.reference()))
                .hint(format!("It has: {}", ids.join(", "))));
        }
        let body = Requirement { trainee: named(&person), requirement, outcome, reason };
        sign::sign(app, officer, Role::TrainingOfficer, proof, vec![Body::Requirement(body)])
    };
    let done = say(app).map_err(|e| e.context(doing))?;
    Ok(app.receipt(person.name, done, None))
}

/// Records a party's confirmation for end-point assessment, once every other requirement is met.
pub fn confirm_gateway(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    trainee: &PersonId,
    party: Party,
) -> Result<SignedReceipt, Error> {
    let person = app.person(trainee)?;
    let doing = format!("Confirming {} for the gateway", person.name);
    let say = |app: &mut App| {
        let ready = readiness(app, trainee)?;
        let open: Vec<String> = ready.open().map(|figure| format!("{} ({})", figure.text, figure.short)).collect();
        if !open.is_empty() {
            return Err(Error::refused(format!("Other requirements are not met yet: {}", open.join("; ")))
                .hint("`countersign readiness` shows what to do about each"));
        }
        let by = app.person(signer)?;
        let role = by.signs_as();
        let assessment = assessment_of(&records::trainee_record(app, trainee)?.standard);
        let meaning = SafeText::line(assessment.meaning_of(party).unwrap_or_default())?;
        let body = Confirm { trainee: named(&person), party, meaning };
        sign::sign(app, signer, role, proof, vec![Body::Confirm(body)])
    };
    let done = say(app).map_err(|e| e.context(doing))?;
    Ok(app.receipt(person.name, done, None))
}

fn recorded(app: &App, trainee: &PersonId) -> Result<Vec<Recorded>, Error> {
    let mut found = Vec::new();
    for statement in statements::live_facts(app, trainee, FactKind::Requirement)? {
        let on = statement.signed.day();
        let Body::Requirement(content) = statement.body else { return Err(index_mismatch().into()) };
        found.push(Recorded {
            id: statement.id,
            requirement: content.requirement,
            outcome: content.outcome,
            reason: content.reason,
            by: statement.signer.who.name,
            on,
        });
    }
    Ok(found)
}

fn confirmed(app: &App, trainee: &PersonId) -> Result<Vec<Confirmed>, Error> {
    let mut found = Vec::new();
    for kind in [FactKind::Employer, FactKind::Provider] {
        for statement in statements::live_facts(app, trainee, kind)? {
            let on = statement.signed.day();
            let Body::Confirm(content) = statement.body else { return Err(index_mismatch().into()) };
            found.push(Confirmed { id: statement.id, party: content.party, by: statement.signer.who.name, on });
        }
    }
    Ok(found)
}
