//! Records statements about earlier ones (countersign, sample, acknowledge, dispute) and lists them on a record.

use crate::app::App;
use crate::error::Error;
use crate::keys::session::Credential;
use crate::log::{sign, statements};
use crate::people::person;
use crate::record::quality_assurance;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::{PersonId, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::record::view::SignedReceipt;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::countersign::{Countersign, MEANING_COUNTERSIGN, MEANING_COUNTERSIGN_KEY};
use countersign_core::statement::kinds::response::{Acknowledge, Dispute};
use countersign_core::statement::kinds::sample::{Draw, Sample, Sampled};

/// Countersigns sign-offs of one trainee, or new keys, in one transaction.
pub fn countersign(
    app: &mut App,
    signer: &PersonId,
    proof: &Credential,
    of: &[StatementId],
) -> Result<SignedReceipt, Error> {
    let doing = "Countersigning";
    let mut role = Role::Supervisor;
    let mut say = |app: &mut App, of: StatementId| {
        let statement = statements::referenced_statement(app, of)?;
        let (whose, meaning) = match &statement.body {
            Body::Key(grant) => {
                role = Role::TrainingOfficer;
                (app.person(&grant.person.id)?, MEANING_COUNTERSIGN_KEY)
            }
            body => (whose(app, body)?, MEANING_COUNTERSIGN),
        };
        let body = Countersign { of, whose: person::named(&whose), meaning: SafeText::line(meaning)? };
        Ok((whose.name, Body::Countersign(body)))
    };
    let bodies = of.iter().map(|of| say(app, *of)).collect::<Result<Vec<_>, Error>>();
    let bodies = bodies.map_err(|e| e.context(doing))?;
    say_all(app, signer, role, proof, bodies).map_err(|e| e.context(doing))
}

/// Records the outcome of sampling a sign-off.
pub fn sample(
    app: &mut App,
    verifier: &PersonId,
    proof: &Credential,
    of: StatementId,
    (outcome, reason): (Sampled, Option<SafeText>),
    draw: Option<Draw>,
) -> Result<SignedReceipt, Error> {
    let say = |app: &mut App| {
        let whose = whose(app, &statements::referenced_statement(app, of)?.body)?;
        // A sample is linked to the draw that chose it even if the caller does not name the draw.
        let (draw, from) = match draw {
            Some(draw) => (Some(draw), String::new()),
            None => quality_assurance::draw_of(app, verifier, of)?
                .map_or((None, String::new()), |(draw, from)| (Some(draw), from)),
        };
        let drawn_from = if from.is_empty() { None } else { Some(SafeText::line(&from)?) };
        let body = Sample { of, trainee: person::named(&whose), outcome, reason, draw, drawn_from };
        Ok::<_, Error>((whose.name, Body::Sample(body)))
    };
    let doing = "Recording a sample";
    let body = say(app).map_err(|e| e.context(doing))?;
    say_all(app, verifier, Role::Verifier, proof, vec![body]).map_err(|e| e.context(doing))
}

/// Acknowledges statements on one's own record, or progress reviews one attended.
pub fn acknowledge(
    app: &mut App,
    who: &PersonId,
    proof: &Credential,
    of: &[StatementId],
) -> Result<SignedReceipt, Error> {
    let doing = "Acknowledging";
    let by = app.person(who)?;
    let mut role = Role::Trainee;
    let mut say = |app: &mut App, of: StatementId| {
        let whose = whose(app, &statements::referenced_statement(app, of)?.body)?;
        if whose.id != *who {
            let others = [Role::Supervisor, Role::TrainingOfficer, Role::Verifier];
            role = others.into_iter().find(|role| by.may_act_as(*role)).unwrap_or(Role::Trainee);
        }
        let body = Acknowledge { of, trainee: person::named(&whose) };
        Ok((whose.name, Body::Acknowledge(body)))
    };
    let bodies = of.iter().map(|of| say(app, *of)).collect::<Result<Vec<_>, Error>>();
    let bodies = bodies.map_err(|e| e.context(doing))?;
    say_all(app, who, role, proof, bodies).map_err(|e| e.context(doing))
}

/// Records that a trainee disagrees with a statement on their record.
pub fn dispute(
    app: &mut App,
    who: &PersonId,
    proof: &Credential,
    of: StatementId,
    reason: &SafeText,
) -> Result<SignedReceipt, Error> {
    let say = |app: &mut App| {
        let whose = whose(app, &statements::referenced_statement(app, of)?.body)?;
        let body = Dispute { of, trainee: person::named(&whose), reason: reason.clone() };
        Ok::<_, Error>((whose.name, Body::Dispute(body)))
    };
    let doing = "Disputing a record";
    let body = say(app).map_err(|e| e.context(doing))?;
    say_all(app, who, Role::Trainee, proof, vec![body]).map_err(|e| e.context(doing))
}

/// Summarises a statement in one line.
pub fn in_one_line(app: &App, of: StatementId) -> Result<String, Error> {
    Ok(statements::referenced_statement(app, of)?.body.content().summary())
}

/// Returns the trainee a body is about, with their current name.
fn whose(app: &App, body: &Body) -> Result<Person, Error> {
    let whose = body.trainee().ok_or_else(|| Error::refused("It is not on anyone's record"))?;
    app.person(&whose.id)
}

fn say_all(
    app: &mut App,
    who: &PersonId,
    role: Role,
    proof: &Credential,
    bodies: Vec<(SafeText, Body)>,
) -> Result<SignedReceipt, Error> {
    let nothing = || Error::usage("No statement is named").hint("`countersign trainee` shows the ids");
    let (trainee, _) = bodies.first().cloned().ok_or_else(nothing)?;
    let bodies = bodies.into_iter().map(|(_, body)| body).collect();
    let done = sign::sign(app, who, role, proof, bodies)?;
    Ok(app.receipt(trainee, done, None))
}
