//! Carries out the tasks that move a trainee's record between departments.

use crate::effect::office_by::{By, over_ssh, prove};
use crate::msg::office::OfficeTask;
use crate::msg::office_bundle::BundleAction;
use crate::msg::office_result::OfficeResult;
use crate::msg::page::Text;
use countersign_app::app::App;
use countersign_app::bundle::check::{self, CheckedBundle};
use countersign_app::bundle::elsewhere;
use countersign_app::bundle::import::{self, BundlePlan, Recipient};
use countersign_app::bundle::make::{WithEvidence, make_file};
use countersign_app::bundle::other_logs;
use countersign_app::bundle::take_back::{self, TakeBackPlan};
use countersign_app::config::typed_path;
use countersign_app::error::Error;
use countersign_app::hub::{rotating, site_names};
use countersign_app::keys::session::Credential;
use countersign_app::report::file::Overwrite;
use countersign_core::primitives::date::long_day;
use countersign_core::primitives::ids::PersonId;
use countersign_core::primitives::text::counted;

/// How many statements the page of a check shows.
const MOST_SHOWN: usize = 200;

/// Does a task and says what was done.
pub fn carry_out(app: &mut App, by: &By<'_>, task: OfficeTask, action: BundleAction) -> Result<OfficeResult, Error> {
    if by.remote && task.needs_files() {
        return Err(over_ssh());
    }
    let (said, page) = match action {
        BundleAction::Make { trainee, to, evidence } => {
            prove(app, by)?;
            let with = if evidence { WithEvidence::Yes } else { WithEvidence::No };
            let (path, made) = make_file(app, &trainee, with, &typed_path(&to), Overwrite::Refused)?;
            let name = app.person(&trainee)?.name;
            if made.is_none() {
                return Err(Error::refused(format!("There is already a file {}", path.display()))
                    .hint("Nothing was written. Give another name"));
            }
            (format!("Wrote the bundle of {name} to {}", path.display()), None)
        }
        BundleAction::Check { path } => {
            let bundle = check::check(&typed_path(&path), &|log| other_logs::known(app, log).map(|_| ()))?;
            import::compare_histories(app, &bundle)?;
            (check_words(&bundle), Some(page(&bundle)))
        }
        BundleAction::Import { path, trainee, known_there_as } => {
            let plan = planned(app, &path, trainee.as_ref(), known_there_as.as_deref())?;
            let new = counted(plan.new_statements() as u64, "statement");
            let mut said = format!("Received {new} for {}. “take back bundle” takes this back", plan.trainee.name);
            if let Some(error) = import::import(app, by.signer, by.proof, plan)?.traces {
                said = format!("{said}. {}", error.sentence());
            }
            (said, None)
        }
        BundleAction::TakeBack { trainee, log, reason } => {
            let plan = take_back::plan(app, &trainee, &[log], &reason)?;
            let removed = counted(plan.statements() as u64, "statement");
            let mut said = format!("Took back {removed} for {}", plan.trainee.name);
            let done = take_back::take_back(app, by.signer, by.proof, plan)?;
            if !done.backups.is_empty() {
                said = format!("{said}. Earlier backups still contain it");
            }
            if let Some(error) = done.traces {
                said = format!("{said}. {}", error.sentence());
            }
            (said, None)
        }
        BundleAction::Accept { key } => {
            let log = other_logs::parse_key(&key)?;
            other_logs::accept(app, by.signer, by.proof, &log)?;
            (format!("Accepted the key of {}. “stop log” takes this back", log.origin()), None)
        }
        BundleAction::Stop { log, reason } => {
            let log = other_logs::accepted_log(app, site_names::named_log(app, &log)?.as_str())?;
            other_logs::stop(app, by.signer, by.proof, &log, &reason)?;
            let mut said = format!(
                "Bundles from {} are no longer accepted. What was received stays. “accept log” takes this back",
                log.origin()
            );
            if let Some(also) = rotating::not_fetched_for(app, log.origin())? {
                said = format!("{said}. {also}");
            }
            (said, None)
        }
    };
    Ok(OfficeResult { page, ..OfficeResult::new(task, said, app.head()?) })
}

/// Tries a task without signing, and says what it would do.
pub fn foresee(app: &mut App, by: &By<'_>, action: &BundleAction) -> Result<Option<String>, Error> {
    match action {
        BundleAction::Make { .. } | BundleAction::Check { .. } => Ok(None),
        BundleAction::Import { path, trainee, known_there_as } => {
            let plan = planned(app, path, trainee.as_ref(), known_there_as.as_deref())?;
            let counts = app.policy()?.imported > 0;
            Ok(Some(plan_words(&plan, counts)))
        }
        BundleAction::TakeBack { trainee, log, reason } => {
            let plan = take_back::plan(app, trainee, std::slice::from_ref(log), reason)?;
            let words = take_back_words(&plan);
            take_back::take_back(app, by.signer, &Credential::DryRun, plan)?;
            Ok(Some(words))
        }
        BundleAction::Accept { key } => {
            let log = other_logs::parse_key(key)?;
            other_logs::accept(app, by.signer, &Credential::DryRun, &log)?;
            Ok(Some(format!(
                "Accepts bundles from {}. Compare every letter of the key with that department, by telephone or in person.",
                log.origin()
            )))
        }
        BundleAction::Stop { log, reason } => {
            let log = other_logs::accepted_log(app, site_names::named_log(app, log)?.as_str())?;
            other_logs::stop(app, by.signer, &Credential::DryRun, &log, reason)?;
            rotating::not_fetched_for(app, log.origin())
        }
    }
}

/// Plans what a bundle brings. Where an error names an option of the command line, this says which field to fill in.
fn planned(
    app: &App,
    path: &str,
    trainee: Option<&PersonId>,
    known_there_as: Option<&str>,
) -> Result<BundlePlan, Error> {
    let planned = import::plan(app, &typed_path(path), Recipient { trainee, known_there_as });
    planned.map_err(|error| match &error.hint {
        Some(hint) if hint.contains("--known-there-as") => {
            error.hint("If you know that they are one person, type the name in the bundle under Name there")
        }
        Some(hint) if hint.contains("--trainee") => {
            error.hint("Choose the trainee, if you know whose it is. They must be added and enrolled first")
        }
        Some(hint) if hint.contains("take-back") => {
            error.hint("Nothing was changed. If what was received is somebody else's, first “take back bundle”")
        }
        Some(_) | None => error,
    })
}

/// Describes what would be taken back.
fn take_back_words(plan: &TakeBackPlan) -> String {
    let parts = plan.parts.iter().map(|part| {
        let name = part.there_name.as_ref().map_or_else(String::new, |name| format!(", about {name}"));
        format!("{} of {}{name}", counted(part.statements as u64, "statement"), part.origin)
    });
    let files =
        if plan.files > 0 { format!(" and {}", counted(plan.files as u64, "evidence file")) } else { String::new() };
    let parts = parts.collect::<Vec<_>>().join(", ");
    format!(
        "Deletes what was received for {}: {parts}{files}. The other department still has what it sent.",
        plan.trainee.name
    )
}

/// Describes what a bundle would bring.
fn plan_words(plan: &BundlePlan, counts: bool) -> String {
    let name = &plan.trainee.name;
    if plan.is_empty() {
        return format!("Everything in this bundle is here already for {name}. Nothing would change.");
    }
    let parts = plan.parts.iter().map(|part| {
        let erased = if part.erased > 0 { format!(", {} erased there", part.erased) } else { String::new() };
        format!("{}: {} new, {} here already{erased}", part.origin, part.new, part.here)
    });
    let parts = parts.collect::<Vec<_>>().join(". ");
    let counts = if counts { "It counts here." } else { "It is shown with its source, and does not count here." };
    let other = plan.other_name.as_ref();
    let other = other.map_or_else(String::new, |other| format!("Careful: the bundle is about {other}. "));
    format!("{other}For {name} from a bundle of {}. {parts}. {counts}", long_day(plan.bundle.manifest.made.local_day()))
}

fn check_words(bundle: &CheckedBundle) -> String {
    let name = &bundle.manifest.trainee.name;
    format!("Intact: the bundle of {name} is whole, and every signature and proof in it is valid")
}

/// Returns what a checked bundle contains, as a page.
fn page(bundle: &CheckedBundle) -> Text {
    let manifest = &bundle.manifest;
    let mut facts = vec![
        format!("Trainee: {} ({} there)", manifest.trainee.name, manifest.trainee.id),
        format!("Made: {} by {}", long_day(manifest.made.local_day()), bundle.log().origin()),
    ];
    facts.extend(
        bundle
            .parts
            .iter()
            .map(|part| format!("{}: {}", part.log.origin(), counted(part.receipts.len() as u64, "statement"))),
    );
    if !bundle.evidence.is_empty() {
        facts.push(format!("Evidence: {}", counted(bundle.evidence.len() as u64, "file")));
    }
    let all = elsewhere::in_bundle(bundle);
    let lines = all.iter().take(MOST_SHOWN).map(|one| {
        let ended = if one.ended { ", no longer counts there" } else { "" };
        format!("{} {}: {}{ended}", long_day(one.signed.local_day()), one.signer.name, one.summary)
    });
    let sections = vec![("The bundle".to_owned(), facts), ("On the record".to_owned(), lines.collect())];
    Text { title: "Check of a bundle".to_owned(), sections }
}
