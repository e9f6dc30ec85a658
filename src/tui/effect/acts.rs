//! Performs signed actions, and loads the data for their dialogs.

use crate::effect::office;
use crate::effect::office_by::By;
use crate::effect::office_forms;
use crate::effect::{records_preview, roster_preview};
use crate::msg::acts::{
    Action, ActionResult, AnswerSubject, BatchWish, DialogData, DialogQuery, LookNext, NewGroupSignOff, NewSignOff,
    ResultKind, SignOffDetail,
};
use crate::msg::claims::ClaimRequest;
use countersign_app::app::App;
use countersign_app::claims::claim::{self, ClaimDraft};
use countersign_app::claims::evidence;
use countersign_app::claims::queue;
use countersign_app::claims::shown::as_shown;
use countersign_app::config::typed_path;
use countersign_app::error::Error;
use countersign_app::keys::session::Credential;
use countersign_app::log::batches;
use countersign_app::people::person;
use countersign_app::people::supervision;
use countersign_app::people::workspace;
use countersign_app::programme::gateway;
use countersign_app::programme::hours;
use countersign_app::programme::hours::NewHours;
use countersign_app::programme::reviews;
use countersign_app::record::acknowledge;
use countersign_app::record::annotations;
use countersign_app::record::group;
use countersign_app::record::quality_assurance;
use countersign_app::record::quality_assurance::SampleRequest;
use countersign_app::record::sign_off;
use countersign_core::filter::Filter;
use countersign_core::filter::schema::FilterTarget;
use countersign_core::people::person::Role;
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::record::claim::Claim;
use countersign_core::record::group::recorded_for_all;
use countersign_core::record::recorded::{items_words, recorded, warned};
use countersign_core::record::view::{Batch, SignedReceipt, TreeHead};
use countersign_core::statement::kinds::sample::Sampled;

/// Loads the data for a dialog.
pub fn ask(app: &mut App, ask: DialogQuery) -> Result<DialogData, Error> {
    match ask {
        DialogQuery::Sheets { ids, then, reader } => {
            let sheets = ids.into_iter().map(|id| sheet(app, id, reader.as_ref())).collect::<Result<_, Error>>()?;
            Ok(DialogData::Sheets(sheets, then))
        }
        DialogQuery::Unsigned { trainee, codes, signer } => {
            let mut sheets = Vec::new();
            for id in quality_assurance::awaiting_countersignature(app, &trainee, &codes, &signer)? {
                sheets.push(sheet(app, id, None)?);
            }
            Ok(DialogData::Sheets(sheets, LookNext::Countersign))
        }
        DialogQuery::Attending(trainee) => {
            let mut people: Vec<_> = supervision::supervisors_of(app, &trainee)?;
            for person in person::people(app, &[Role::Supervisor, Role::TrainingOfficer])? {
                if person.id != trainee && !person.left && !people.iter().any(|one| one.id == person.id) {
                    people.push(person);
                }
            }
            let row = |person: countersign_core::people::person::Person| {
                let officer = person.roles.contains(&Role::TrainingOfficer);
                (person.id, person.name, officer)
            };
            Ok(DialogData::Attending { trainee, people: people.into_iter().map(row).collect() })
        }
        DialogQuery::GroupItems { signer } => Ok(DialogData::GroupItems(group::items(app, &signer)?)),
        DialogQuery::GroupMembers { item, signer, filter } => {
            let filter = Filter::parse(&filter, FilterTarget::Cohort, app.today()).map_err(Error::usage)?;
            let mut members = group::members(app, (&item.of, item.code), &filter)?;
            members.retain(|member| member.id != signer);
            Ok(DialogData::GroupMembers(item, members))
        }
        DialogQuery::Office(query) => Ok(DialogData::Office(office_forms::load(app, &query)?)),
        DialogQuery::Records(query) => Ok(DialogData::Records(Box::new(records_preview::preview(app, query)?))),
        DialogQuery::Roster(query) => Ok(DialogData::Roster(Box::new(roster_preview::preview(app, query)?))),
    }
}

fn sheet(app: &mut App, id: StatementId, reader: Option<&PersonId>) -> Result<SignOffDetail, Error> {
    let (whose, record, text) = quality_assurance::sign_off_detail(app, id)?;
    let draft = match reader {
        Some(reader) => workspace::marks_and_draft(app, reader, &whose.id)?.1,
        None => Vec::new(),
    };
    Ok(SignOffDetail { trainee: whose.id, trainee_name: whose.name, record, text, draft })
}

/// Returns a message about sign-offs of this person that a sample rejected and that are not signed again yet.
pub fn rejected(app: &App, person: &PersonId) -> Result<Option<String>, Error> {
    Ok(match quality_assurance::rejections(app, person)? {
        0 => None,
        1 => Some("A verifier rejected one of your sign-offs. Press 7 to see which, and why".to_owned()),
        many => Some(format!("Verifiers rejected {many} of your sign-offs. Press 7 to see which, and why")),
    })
}

/// Returns the statements to withdraw.
pub fn batch(app: &mut App, wish: &BatchWish) -> Result<Batch, Error> {
    match wish {
        BatchWish::These(ids) => batches::batch(app, ids),
        BatchWish::With(id) => batches::batch_of(app, *id),
        BatchWish::Newest { trainee, codes } => match batches::newest_signed(app, trainee, codes)?.as_slice() {
            [] => Err(Error::refused("None of the marked KSBs is signed")),
            ids => batches::batch(app, ids),
        },
    }
}

/// Carries out an action, with a credential unless the action is not signed.
pub fn act(
    app: &mut App,
    signer: &PersonId,
    action: Action,
    proof: Option<&Credential>,
    remote: bool,
) -> Result<ActionResult, Error> {
    let shown = || proof.ok_or_else(|| Error::refused("Nobody has signed in"));
    let done = |said: String, trainee: Option<PersonId>, receipt: SignedReceipt| ActionResult {
        said,
        mirror_warning: receipt.mirror_warning,
        head: receipt.head,
        trainee,
        ids: receipt.ids,
        kind: ResultKind::Other,
    };
    let unsigned = |said: String, head: TreeHead, trainee: Option<PersonId>| ActionResult {
        said,
        mirror_warning: None,
        head,
        trainee,
        ids: Vec::new(),
        kind: ResultKind::Other,
    };
    match action {
        Action::SignOff(sign_off) => {
            let (said, receipt) = sign_off_all(app, signer, shown()?, &sign_off)?;
            Ok(ActionResult { kind: ResultKind::SignOff, ..done(said, Some(sign_off.trainee), receipt) })
        }
        Action::Claim(request) => {
            let (trainee, claim) = (request.trainee.clone(), claim(app, *request, proof, remote)?);
            let ksbs = items_words(&claim.items.iter().map(|item| item.code).collect::<Vec<_>>());
            let whom = claim.of.as_ref().map_or("any supervisor", |(_, name)| name.as_str());
            let said = format!("Claimed {ksbs}: sent to {whom}");
            Ok(ActionResult { kind: ResultKind::Claim, ..unsigned(said, app.head()?, Some(trainee)) })
        }
        Action::SignForMany(request) => {
            let NewGroupSignOff { of, code, people, observation } = *request;
            people.iter().try_for_each(|(whose, claim)| as_shown(app, whose, &[(code, *claim)]))?;
            let people: Vec<PersonId> = people.into_iter().map(|(whose, _)| whose).collect();
            let receipt = group::sign_off_for_all(app, signer, shown()?, (Some(&of), code), &people, &observation)?;
            let (names, ids): (Vec<_>, Vec<_>) = receipt.signed.into_iter().unzip();
            let due = observation.action.as_ref().map(|action| action.by);
            let said = recorded_for_all(observation.outcome, code, &names, due, app.today());
            Ok(ActionResult {
                said: said + &warned(receipt.warning.as_deref()),
                mirror_warning: receipt.mirror_warning,
                head: receipt.head,
                trainee: None,
                ids,
                kind: ResultKind::SignOff,
            })
        }
        Action::Countersign(of) => {
            let receipt = annotations::countersign(app, signer, shown()?, &of)?;
            let what = if of.len() == 1 { "1 sign-off".to_owned() } else { format!("{} sign-offs", of.len()) };
            Ok(done(format!("Countersigned {what} for {}", receipt.trainee), None, receipt))
        }
        Action::Sample { of, outcome, reason } => {
            let code = batches::batch(app, &[of])?.what.concat();
            let receipt = annotations::sample(app, signer, shown()?, of, (outcome, reason), None)?;
            let said = match outcome {
                Sampled::Accepted => format!("Accepted the sign-off of {code} for {}", receipt.trainee),
                Sampled::Rejected => {
                    format!("Rejected the sign-off of {code} for {}. It no longer counts", receipt.trainee)
                }
            };
            Ok(ActionResult { ids: Vec::new(), ..done(said, None, receipt) })
        }
        Action::Draw { most, seed, from } => {
            let drawn = quality_assurance::draw_sample(app, signer, &SampleRequest { most, seed, at: None, from })?;
            let said = format!("Drew {} of {} sign-offs from seed {}", drawn.rows.len(), drawn.among, drawn.seed);
            Ok(unsigned(said, app.head()?, None))
        }
        Action::ConfirmHours { trainee, entries } => {
            let (receipt, sum) = hours::confirm_hours(app, signer, shown()?, &trainee, &entries)?;
            let warning = warned(receipt.warning.as_deref());
            Ok(done(format!("Confirmed {sum} hours for {}{warning}", receipt.trainee), Some(trainee), receipt))
        }
        Action::EnterHours { trainee, day, hours, what, codes } => {
            let entry = hours::add_hours(app, &trainee, NewHours { day, hours, what, codes })?;
            let warning = hours::break_warning(app, &trainee, &[day])?;
            let said = format!(
                "Entered {} h for {}. They count once a supervisor confirms them",
                entry.hours,
                app.person(&trainee)?.name
            );
            let said = said + &warned(warning.as_deref());
            Ok(unsigned(said, app.head()?, Some(trainee)))
        }
        Action::Requirement { trainee, requirement, outcome, reason } => {
            let said = format!("“{}” is {}", requirement.as_str(), outcome.slug());
            let receipt = gateway::record_requirement(app, signer, shown()?, &trainee, (requirement, outcome, reason))?;
            Ok(done(format!("Recorded for {}: {said}", receipt.trainee), Some(trainee), receipt))
        }
        Action::Confirm { trainee, party } => {
            let receipt = gateway::confirm_gateway(app, signer, shown()?, &trainee, party)?;
            let said = format!("Confirmed {} for the gateway on behalf of the {}", receipt.trainee, party.slug());
            Ok(done(said, Some(trainee), receipt))
        }
        Action::Answer { of, subject, reason } => {
            let disagrees = reason.is_some();
            let receipt = if app.viewer().own().is_some() {
                acknowledge::answer_record(app, signer, shown()?, of, reason.as_ref())?
            } else {
                annotations::acknowledge(app, signer, shown()?, &[of])?
            };
            let said = match subject {
                _ if disagrees => "Recorded that you disagree. Your reason is kept with the record",
                AnswerSubject::Record => "Marked as read. Your signature is kept with the record",
                AnswerSubject::Review => "Marked as read. Your signature is kept with the review",
            };
            Ok(ActionResult { ids: Vec::new(), ..done(said.to_owned(), None, receipt) })
        }
        Action::Withdraw { of, reason, said } => {
            let receipt = sign_off::withdraw_all(app, signer, shown()?, &of, &reason)?;
            Ok(ActionResult { ids: Vec::new(), kind: ResultKind::Withdrawal, ..done(said, None, receipt) })
        }
        Action::Review(review) => {
            let trainee = review.trainee.clone();
            let receipt = reviews::hold_review(app, signer, shown()?, *review)?;
            let said =
                format!("Recorded the review of {}. The others who attended still need to sign it", receipt.trainee);
            Ok(done(said, Some(trainee), receipt))
        }
        Action::Office(action) => {
            let by = By { signer, proof: shown()?, remote };
            Ok(office::carry_out(app, &by, action)?.result)
        }
    }
}

/// Creates a claim. Over SSH only uploaded evidence counts: a path would point into the server's own files.
fn claim(app: &mut App, request: ClaimRequest, proof: Option<&Credential>, remote: bool) -> Result<Claim, Error> {
    let ClaimRequest { trainee, codes, reflection, evidence, of } = request;
    let mut wish = ClaimDraft { codes, reflection, of, ..ClaimDraft::default() };
    for text in &evidence {
        match claim::file_meant(app, &trainee, text) {
            Ok(file) => wish.stored_files.push(file.digest),
            Err(error) if remote => {
                return Err(error.hint("Hand it in first: ssh ACCOUNT@HOST evidence add < FILE"));
            }
            Err(_) => wish.files.push(evidence::take_file(app, &typed_path(text))?),
        }
    }
    claim::claim(app, &trainee, proof, wish)
}

/// Signs off KSBs, or answers claims, and returns the message.
fn sign_off_all(
    app: &mut App,
    signer: &PersonId,
    shown: &Credential,
    sign_off: &NewSignOff,
) -> Result<(String, SignedReceipt), Error> {
    let NewSignOff { trainee, items, claims, observation, skipped } = sign_off;
    let codes: Vec<KsbCode> = items.iter().map(|(code, _)| *code).collect();
    let receipt = if claims.is_empty() {
        as_shown(app, trainee, items)?;
        sign_off::sign_off(app, signer, shown, trainee, &codes, observation)?
    } else {
        queue::answer_claims(app, signer, shown, claims, Some(&codes), observation)?
    };
    let due = observation.action.as_ref().map(|action| action.by);
    let said = recorded(observation.outcome, &codes, &receipt.trainee, due, app.today());
    let left_out = match skipped {
        0 => String::new(),
        1 => ". 1 was already signed".to_owned(),
        many => format!(". {many} were already signed"),
    };
    Ok((said + &left_out + &warned(receipt.warning.as_deref()), receipt))
}
