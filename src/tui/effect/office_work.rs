//! Does the long tasks of a training officer, backup and verification, and says how far they are. With a channel to the event
//! loop they run on a thread of their own, so that the screen stays usable.

use std::path::Path;
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use crate::effect::failure::failure;
use crate::msg::office::{OfficeAction, OfficeTask};
use crate::msg::office_result::{OfficeProgress, OfficeResult};
use crate::msg::page::Text;
use crate::msg::{Msg, Outcome};
use crate::runtime::input::Input;
use countersign_app::app::App;
use countersign_app::config::typed_path;
use countersign_app::error::Error;
use countersign_app::maintenance::backup::{self, BackupRequest, FinishedBackup, Stage};
use countersign_app::storage::atomic_file::is_folder;
use countersign_app::storage::chosen_file::medium_of;
use countersign_app::verify::anchors::ExternalAnchors;
use countersign_app::verify::last_check;
use countersign_app::verify::log::{Report, verify_against};
use countersign_core::primitives::date::day_words;

/// Tells how far a task is.
type Tell<'a> = &'a mut dyn FnMut(OfficeProgress);

/// The task that runs on a thread, if any.
#[derive(Debug, Default)]
pub struct Work {
    loop_inputs: Option<Sender<Input>>,
    running: Option<(OfficeTask, JoinHandle<()>)>,
}

impl Work {
    /// Lets tasks run on a thread that reports to this event loop.
    pub fn report_to(&mut self, inputs: Sender<Input>) {
        self.loop_inputs = Some(inputs);
    }

    /// Whether a task is done here. Without an event loop the caller does every task itself.
    pub fn takes(&self, action: &OfficeAction) -> bool {
        self.loop_inputs.is_some() && matches!(action, OfficeAction::BackUp { .. } | OfficeAction::Verify { .. })
    }

    /// Starts a task on a thread. Its progress and its end reach the event loop.
    pub fn start(&mut self, app: &App, action: &OfficeAction) -> Result<(), Error> {
        let Some(inputs) = self.loop_inputs.clone() else { return Ok(()) };
        if let Some((task, _)) = self.running.as_ref().filter(|(_, thread)| !thread.is_finished()) {
            return Err(Error::refused(format!("{} is still running", name_of(*task))).hint("Wait until it is done"));
        }
        let (mut reader, action) = (app.reader()?, action.clone());
        let task = action.task();
        let work = move || {
            let send = |outcome: Outcome| drop(inputs.send(Input::Msg(Msg::Done(outcome))));
            let mut tell = |progress: OfficeProgress| send(Outcome::OfficeProgress(progress));
            let done = match &action {
                OfficeAction::BackUp { to, keys, replace } => back_up(&mut reader, (to, *keys, *replace), &mut tell),
                OfficeAction::Verify { code } => verify(&reader, code.as_deref(), &mut tell),
                _ => Err(Error::refused("This task does not run by itself")),
            };
            send(match done {
                Ok(result) => Outcome::Office(Box::new(result)),
                Err(error) => Outcome::OfficeFailed(task, failure(&error)),
            });
        };
        let thread = thread::Builder::new().name("office".to_owned()).spawn(work);
        let thread = thread.map_err(|e| Error::refused(format!("No thread could be started: {e}")))?;
        self.running = Some((task, thread));
        Ok(())
    }

    /// Waits until the running task is done, so that no half copy is left.
    pub fn finish(&mut self) {
        if let Some((_, thread)) = self.running.take() {
            // A panic was reported by the thread itself.
            let _ = thread.join();
        }
    }
}

fn name_of(task: OfficeTask) -> &'static str {
    if task == OfficeTask::BackUp { "A backup" } else { "A check" }
}

/// Turns an amount done into percent, and tells it when it changed.
fn teller(task: OfficeTask, tell: Tell<'_>) -> impl FnMut(&str, u64, u64) + '_ {
    let mut last: Option<(String, u8)> = None;
    move |words: &str, done: u64, of: u64| {
        let percent = u8::try_from(done.saturating_mul(100).checked_div(of).unwrap_or(0).min(100)).unwrap_or(100);
        let now = Some((words.to_owned(), percent));
        if last != now {
            last.clone_from(&now);
            tell(OfficeProgress { task, words: words.to_owned(), percent });
        }
    }
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Makes a backup in a folder or a file: where, whether with the keys, whether over a newer one.
pub fn back_up(app: &mut App, (to, keys, replace): (&str, bool, bool), tell: Tell<'_>) -> Result<OfficeResult, Error> {
    let place = typed_path(to);
    let folder = if is_folder(&place) { place.as_path() } else { place.parent().unwrap_or(&place) };
    let name = || folder.file_name().map_or_else(|| to.to_owned(), |name| name.to_string_lossy().into_owned());
    let medium = medium_of(folder).unwrap_or_else(name);
    let mut tell = teller(OfficeTask::BackUp, tell);
    let wish = BackupRequest { keys, replace, threads: threads() };
    let (copying, checking) = (format!("Copying to {medium}"), format!("Checking the copy on {medium}"));
    let made = backup::backup(app, &place, wish, &mut |stage, done, of| match stage {
        Stage::Copying => tell(&copying, done, of),
        Stage::Verifying => tell(&checking, done, of),
    })?;
    Ok(OfficeResult::new(OfficeTask::BackUp, backed_up(&made, &medium), app.head()?))
}

fn backed_up(made: &FinishedBackup, medium: &str) -> String {
    let mut said = vec![format!("Backed up to {medium} and checked: {}", made.path.display())];
    said.extend(made.keys.as_ref().map(|(folder, keys)| format!("Keys: {keys} files in {}", folder.display())));
    said.extend(
        made.same_disk.then(|| "It is on the same disk as the data: keep a copy on another disk too".to_owned()),
    );
    let forgotten = made.forgotten.as_ref().map(countersign_app::error::Error::sentence);
    said.extend(forgotten.map(|error| format!("The date of this backup was not kept: {error}")));
    said.join(". ")
}

/// Verifies the file that is open, against a checkpoint code if one was kept.
pub fn verify(app: &App, code: Option<&str>, tell: Tell<'_>) -> Result<OfficeResult, Error> {
    let mut evidence = ExternalAnchors::default();
    if let Some(code) = code
        && !evidence.add_code(code)
    {
        return Err(Error::usage(format!("“{code}” is not a checkpoint code"))
            .hint("Type it as it was shown, such as 6 · 6PJC7-4WFE6-E627G-KVEP2-9E3YCQ"));
    }
    let mut tell = teller(OfficeTask::Verify, tell);
    let file = app.folder().database();
    let report = verify_against(&file, &evidence, threads(), &mut |done, of| tell("Checking", done, of))?;
    let page = Some(page(&file, &report));
    let mut said = report.sentence().to_owned();
    if let Err(error) = last_check::remember(app.folder(), &file, app.now(), &report) {
        said = format!("{said}. The date of this check was not kept: {}", error.sentence());
    }
    Ok(OfficeResult { page, ..OfficeResult::new(OfficeTask::Verify, said, app.head()?) })
}

fn page(file: &Path, report: &Report) -> Text {
    let mut facts = vec![format!("File: {}", file.display())];
    if let Some(last) = &report.last {
        let day = day_words(last.signed.local_day());
        facts.push(format!("Entries: {}", report.head.size));
        facts.push(format!("Last entry: {}, {}, {day}", last.kind.words(), last.department));
        facts.push(format!("Checkpoint: {}", report.head.code));
    }
    facts.push(format!("Faults: {}", report.found));
    let mut faults: Vec<String> = report
        .faults
        .iter()
        .map(|fault| match fault.position {
            Some(position) => format!("Entry {position}: {}", fault.what),
            None => fault.what.clone(),
        })
        .collect();
    let left = report.found.saturating_sub(report.faults.len() as u64);
    if left > 0 {
        faults.push(format!("and {left} more"));
    }
    let mut sections = vec![(report.sentence().to_owned(), facts)];
    if !faults.is_empty() {
        sections.push(("Faults".to_owned(), faults));
    }
    if !report.notes.is_empty() {
        sections.push(("Notes".to_owned(), report.notes.clone()));
    }
    Text { title: "Check of the book".to_owned(), sections }
}
