//! Performs the effects that `update` requests, through the app's use cases, and returns their outcomes. `runner` runs them.

pub mod acts;
pub mod export;
pub mod failure;
pub mod first_run;
pub mod lists;
pub mod office;
mod office_bundle;
mod office_by;
pub mod office_forms;
pub mod office_work;
pub mod records_preview;
pub mod roster_preview;
pub mod runner;
pub mod touch;

use std::time::Duration;

use chrono::Timelike as _;

use crate::effect::failure::failure;
use crate::effect::lists::ListCache;
use crate::effect::office_by::By;
use crate::effect::office_work::Work;
use crate::list::ListQuery;
use crate::msg::PersonChoice;
use crate::msg::acts::{Action, ActionRequest, DialogQuery, SignMode};
use crate::msg::credential_kind::CredentialKind;
use crate::msg::home::HomeContent;
use crate::msg::office::OfficeAction;
use crate::msg::page::Text;
use crate::msg::{CheckDetail, Effect, EffectClass, Outcome, TraineeLoaded, UiError};
use countersign_app::app::{App, person_row};
use countersign_app::claims::claim;
use countersign_app::claims::evidence;
use countersign_app::claims::queue;
use countersign_app::cohort::detail::detailed;
use countersign_app::cohort::progress;
use countersign_app::config::typed_path;
use countersign_app::error::Error;
use countersign_app::home::counts::tab_counts;
use countersign_app::home::officer::officer_home;
use countersign_app::home::supervisor::supervisor_home;
use countersign_app::home::trainee::trainee_home;
use countersign_app::home::visits;
use countersign_app::keys::agent::{AgentPlace, Purpose};
use countersign_app::keys::agent_key::{self, HeldKeys};
use countersign_app::keys::keystore::has_key;
use countersign_app::keys::known_keys;
use countersign_app::keys::session::Credential;
use countersign_app::keys::unlock;
use countersign_app::people::person;
use countersign_app::people::ssh_keys;
use countersign_app::people::workspace;
use countersign_app::programme::gateway;
use countersign_app::record::find_trainees;
use countersign_app::record::outstanding;
use countersign_app::record::quality_assurance;
use countersign_app::record::records;
use countersign_app::report::file::Overwrite;
use countersign_app::standards::adopted;
use countersign_app::standards::standard;
use countersign_app::storage::atomic_file::is_folder;
use countersign_app::storage::data_dir::no_folder;
use countersign_core::home::counts::HomeKind;
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::ids::{ClaimId, PersonId, Secret};
use countersign_core::record::view::{MOST_RECORDS, PersonRow};
use countersign_core::standard::framework::Framework;

/// Performs effects against the app.
pub struct AppEffects {
    app: App,
    /// Database version that the screen shows.
    version: Option<i64>,
    /// The open trainee, and the person whose marks were loaded with them.
    open: Option<(PersonId, Option<PersonId>)>,
    lists: ListCache,
    /// Whether something was written since the last WAL checkpoint.
    untidy: bool,
    /// Whether the user logged in over SSH: then no path they type is opened.
    remote: bool,
    /// Whether their SSH key was revoked.
    login_revoked: bool,
    /// The SSH agent whose keys sign here.
    agent: Option<AgentPlace>,
    /// What it held when people were last listed.
    held: Option<HeldKeys>,
    work: Work,
}

impl AppEffects {
    fn new(app: App) -> Self {
        Self {
            app,
            version: None,
            open: None,
            lists: ListCache::default(),
            untidy: true,
            remote: false,
            login_revoked: false,
            agent: None,
            held: None,
            work: Work::default(),
        }
    }

    /// Returns the app, so that the caller can close it.
    fn into_app(mut self) -> App {
        self.work.finish();
        self.app
    }

    fn perform(&mut self, effect: Effect) -> Outcome {
        let class = effect.class();
        if class == EffectClass::Sign {
            self.lists.invalidate();
        }
        self.untidy |= matches!(class, EffectClass::Sign | EffectClass::Save);
        let outcome = self.act(effect).unwrap_or_else(|error| Outcome::Failed(failure(&error)));
        // The process that wrote it may have been killed before its checkpoint.
        self.untidy |= outcome == Outcome::Changed;
        outcome
    }

    fn rest(&mut self) -> bool {
        // Best effort: the write is already durable, so a failed checkpoint is ignored.
        self.untidy = false;
        self.app.checkpoint_wal().unwrap_or(true)
    }

    fn session_left(&self) -> Option<Duration> {
        let now = self.app.now();
        let ends = self.app.session_ends()?;
        Some(Duration::from_secs(u64::try_from(ends.seconds() - now.seconds()).unwrap_or(0)))
    }

    /// Returns what a person signs with here.
    fn way(&mut self, person: &PersonRow) -> Result<CredentialKind, Error> {
        let sessions = self.app.sessions();
        let session = sessions.iter().find(|session| session.person.id == person.id);
        match session {
            Some(session) => Ok(CredentialKind::of(session.credential)),
            None => without_session(&self.app, self.agent.as_ref(), &mut self.held, &person.id),
        }
    }

    fn choice(&mut self, person: PersonRow) -> Result<PersonChoice, Error> {
        let way = self.way(&person)?;
        let signed_in = way != CredentialKind::Passphrase
            && self.app.sessions().iter().any(|session| session.person.id == person.id);
        Ok(PersonChoice { person, way, signed_in })
    }

    /// Finds people who may sign here: those with a session first, then by match score.
    fn people(&mut self, text: &str, most: usize) -> Result<Vec<PersonChoice>, Error> {
        if text.is_empty() {
            // The list has just opened: the agent may hold other keys than before.
            self.held = None;
        }
        let sessions = self.app.sessions();
        let roles = [Role::Supervisor, Role::TrainingOfficer, Role::Verifier];
        let found = person::find_fuzzy(&self.app, text.trim(), &roles, most)?;
        let mut choices = found.into_iter().map(|person| self.choice(person)).collect::<Result<Vec<_>, Error>>()?;
        choices.sort_by_key(|choice| !sessions.iter().any(|session| session.person.id == choice.person.id));
        Ok(choices)
    }

    /// Finds people other than trainees, who have a search of their own.
    fn others(&mut self, text: &str, most: usize) -> Result<Vec<PersonChoice>, Error> {
        let mut choices = Vec::new();
        for person in person::find_fuzzy(&self.app, text.trim(), &Role::ALL, most)? {
            if person.roles != [Role::Trainee] || person::enrolment(&self.app, &person.id)?.is_none() {
                choices.push(self.choice(person)?);
            }
        }
        Ok(choices)
    }

    /// Returns what proves who somebody is: what they typed, or the agent.
    fn proof(&self, way: CredentialKind, secret: Secret) -> Result<Credential, Error> {
        match way {
            CredentialKind::Pin => Ok(Credential::Pin(secret)),
            CredentialKind::Passphrase => Ok(Credential::Passphrase(secret)),
            CredentialKind::Agent | CredentialKind::SecurityKey => {
                self.agent.clone().map(Credential::Agent).ok_or_else(no_key)
            }
            CredentialKind::NoKey => Err(no_key()),
        }
    }

    fn unlock(&mut self, person: &PersonId, way: CredentialKind, secret: Secret) -> Result<Outcome, Error> {
        if let (CredentialKind::NoKey, Some(place)) = (way, &self.agent)
            && agent_key::may_be_in_an_agent(&self.app, person)?
        {
            // Says why the agent cannot be used, unless it has the key by now.
            agent_key::check(&self.app, person, place)?;
            self.held = None;
            let row = person_row(&self.app.person(person)?);
            return Ok(Outcome::KeyFound(self.choice(row)?));
        }
        let proof = self.proof(way, secret)?;
        // Read before opening the key, which marks them as seen.
        let mut news = match way {
            CredentialKind::Pin => Vec::new(),
            _ => known_keys::key_news(&self.app, person)?,
        };
        let session = unlock::prove(&mut self.app, person, &proof, Purpose::SignIn)?;
        news.extend(acts::rejected(&self.app, person)?);
        Ok(Outcome::Unlocked { session, place: workspace::last_trainee(&self.app, person)?, news })
    }

    /// Carries out an action, or only checks it: then nothing is written and only a refusal is reported.
    fn sign(&mut self, request: ActionRequest) -> Result<Outcome, Error> {
        let ActionRequest { signer, action, credential, mode } = request;
        let remote = self.remote;
        match mode {
            SignMode::Write => {
                let credential = credential.map(|(way, secret)| self.proof(way, secret)).transpose()?;
                match acts::act(&mut self.app, &signer, action, credential.as_ref(), remote) {
                    Ok(done) => Ok(Outcome::Signed(Box::new(done))),
                    // The policy may have changed since the dialog opened.
                    Err(error) if error.needs_security_key() => self.needs_security_key(&signer),
                    Err(error) => Err(error),
                }
            }
            // These are not signed, so a dry run would write them.
            SignMode::DryRun
                if matches!(action, Action::Claim(_) | Action::Draw { .. } | Action::EnterHours { .. }) =>
            {
                Ok(Outcome::Nothing)
            }
            SignMode::DryRun => {
                let tried = acts::act(&mut self.app, &signer, action, Some(&Credential::DryRun), remote);
                Ok(match tried {
                    Ok(_) => Outcome::Nothing,
                    Err(error) if error.needs_security_key() => self.needs_security_key(&signer)?,
                    Err(error) => Outcome::Refused(failure(&error)),
                })
            }
        }
    }

    /// Says that only a security key signs here, and where theirs is.
    fn needs_security_key(&mut self, signer: &PersonId) -> Result<Outcome, Error> {
        let more = if self.app.policy()?.security_key > 1 { " and its PIN or your fingerprint" } else { "" };
        let sessions = self.app.sessions();
        let session = sessions.iter().find(|session| session.person.id == *signer);
        let in_use = match session.map(|session| CredentialKind::of(session.credential)) {
            Some(CredentialKind::Agent) => ". An ordinary key does not sign them",
            Some(CredentialKind::Pin | CredentialKind::Passphrase) => ". A PIN or a passphrase does not sign them",
            Some(CredentialKind::SecurityKey | CredentialKind::NoKey) | None => "",
        };
        Ok(Outcome::NeedsSecurityKey(UiError {
            what: format!("Sign-offs need a security key here, with a touch{more}{in_use}"),
            hint: Some(agent_key::how_to_touch(&self.app, signer)?),
            session_ended: None,
        }))
    }

    fn act(&mut self, effect: Effect) -> Result<Outcome, Error> {
        if effect.class() != EffectClass::Loop && !matches!(effect, Effect::EndSession(_)) {
            self.login_revoked |= !ssh_keys::login_still_valid(&self.app)?;
            if self.login_revoked {
                return Ok(Outcome::LoginRevoked);
            }
        }
        let app = &mut self.app;
        match effect {
            Effect::OpenTrainee { trainee, marks_of } => {
                self.open = Some((trainee, marks_of));
                self.opened()
            }
            Effect::LoadRecord { trainee, code } => {
                let records = records::records(app, &trainee, code, MOST_RECORDS)?;
                Ok(Outcome::Records { trainee, code, records })
            }
            Effect::LoadProgress(trainee) => {
                let series = Box::new(progress::progress_series(app, &trainee)?);
                Ok(Outcome::Progress { trainee, series })
            }
            Effect::LoadReadiness(trainee) => Ok(Outcome::Readiness(Box::new(gateway::readiness(app, &trainee)?))),
            Effect::LoadProgramme(trainee) => {
                let programme = Box::new(gateway::programme(app, &trainee)?);
                Ok(Outcome::Programme { trainee, programme })
            }
            Effect::FindTrainees { text, most } => {
                let whose = self.open.as_ref().and_then(|(_, person)| person.clone());
                Ok(Outcome::Trainees(find_trainees::find_trainees(app, &text, most, whose.as_ref())?))
            }
            Effect::FindPeople { text, most } => self.people(&text, most).map(Outcome::People),
            Effect::FindOthers { text, most } => self.others(&text, most).map(Outcome::People),
            Effect::LoadHome(of) => {
                let content = Box::new(home(app, &of)?);
                Ok(Outcome::Home { of, content, greeting: greeting(app) })
            }
            Effect::LoadCounts(of) => {
                let person = of.as_ref().map(|of| app.person(of)).transpose()?;
                let counts = tab_counts(app, person.as_ref())?;
                Ok(Outcome::Counts { of, counts })
            }
            Effect::MarkRead { trainee, read_to } => {
                visits::mark_read(app, &trainee, read_to).map(|()| Outcome::NewsRead)
            }
            Effect::LoadPage(request) => {
                // Loading second checks must not hide an earlier write: the next check for changes still has to report it.
                if !matches!(request.list, ListQuery::SecondChecks(_)) {
                    self.version = Some(app.version()?);
                }
                let page = Box::new(self.lists.load(app, &request)?);
                Ok(Outcome::PageLoaded { request, page })
            }
            Effect::LoadCheck(id) => {
                let (_, record, text) = quality_assurance::sign_off_detail(app, id)?;
                let sound = records::statement(app, id)?.sound;
                Ok(Outcome::Check(Box::new(CheckDetail { record, text, sound })))
            }
            Effect::LoadCohortRow(row) => Ok(Outcome::CohortRow(Box::new(detailed(app, *row)?))),
            Effect::Export { .. } if self.remote => {
                Err(Error::refused("Over SSH, files on the server are not read or written"))
            }
            Effect::Export { what, to, by, replace } => {
                let overwrite = if replace { Overwrite::Allowed } else { Overwrite::Refused };
                // The page names somebody only while their session is open.
                let open = app.sessions();
                let by = by.filter(|by| open.iter().any(|session| session.person.id == *by));
                self.lists.export(app, &what, by.as_ref(), (&typed_path(&to), overwrite))
            }
            Effect::LoadClaims { ids, then } => {
                let sheets = ids.into_iter().map(|id| queue::claim_sheet(app, id)).collect::<Result<_, Error>>()?;
                Ok(Outcome::Claims { sheets, then })
            }
            Effect::LoadAsking(trainee) => {
                let people =
                    claim::possible_supervisors(app, &trainee)?.into_iter().map(|person| (person.id, person.name));
                let (people, files) = (people.collect(), claim::files_of(app, &trainee)?);
                let row = person_row(&app.person(&trainee)?);
                Ok(Outcome::Asking { people, files, way: self.way(&row)?, trainee })
            }
            Effect::SaveFiles { .. } if self.remote => {
                let hint = "On your own machine: ssh ACCOUNT@HOST evidence get ID > FILE";
                Err(Error::refused("Over SSH, files on the server are not read or written").hint(hint))
            }
            Effect::SaveFiles { claim, to } => save_files(app, claim, &to),
            Effect::TakeBack { trainee, claim } => {
                Ok(Outcome::TakenBack(Box::new(claim::withdraw_claim(app, &trainee, None, claim)?)))
            }
            Effect::LoadAbout(of) => {
                let standard = adopted::standard(app, &of)?;
                let page = standard::about_page(app, &standard)?;
                let title = format!("{} {}", page.standard, page.title);
                let sections = page.sections.into_iter().map(|one| (one.heading.to_owned(), one.texts)).collect();
                Ok(Outcome::Page(Box::new(Text { title, sections })))
            }
            Effect::LoadFramework => {
                let sections = Framework::built_in().map_err(Error::refused)?.sections();
                Ok(Outcome::Page(Box::new(Text { title: "Career framework".to_owned(), sections })))
            }
            Effect::LoadStatement(id) => Ok(Outcome::Statement(Box::new(records::statement(app, id)?))),
            Effect::CheckRecord(id) => Ok(Outcome::RecordChecked(records::check(app, id)?)),
            Effect::SaveMarks { person, trainee, marks } => {
                workspace::keep_marks(app, &person, &trainee, &marks).map(|()| Outcome::Saved)
            }
            Effect::SaveDraft { person, trainee, draft } => {
                workspace::keep_draft(app, &person, &trainee, &draft).map(|()| Outcome::Saved)
            }
            Effect::Unlock { person, way, secret } => self.unlock(&person, way, secret),
            Effect::LoadBatch(wish) => Ok(Outcome::Batch(Box::new(acts::batch(app, &wish)?), wish)),
            // The model opens no form for a file over SSH either.
            Effect::Ask(DialogQuery::Roster(_) | DialogQuery::Records(_)) if self.remote => Err(office_by::over_ssh()),
            Effect::Ask(ask) => Ok(Outcome::Told(Box::new(acts::ask(app, ask)?))),
            Effect::Sign(request) if matches!(request.action, Action::Office(_)) => self.office(*request),
            Effect::Sign(request) => self.sign(*request),
            Effect::EndSession(person) => {
                app.end_session(&person);
                Ok(Outcome::SessionEnded(person))
            }
            Effect::CheckForChanges => self.check_for_changes(),
            // A book is made before this runs, and the event loop handles the others.
            Effect::MakeBook(_)
            | Effect::GiveUp
            | Effect::LeaveWait
            | Effect::Suspend
            | Effect::Redraw
            | Effect::Quit => Ok(Outcome::Nothing),
        }
    }

    /// Does a task of a training officer, or tries it.
    fn office(&mut self, request: ActionRequest) -> Result<Outcome, Error> {
        let ActionRequest { signer, action, credential, mode } = request;
        let Action::Office(action) = action else { return Ok(Outcome::Nothing) };
        let proof = match credential {
            Some((way, secret)) => self.proof(way, secret)?,
            // Reading needs no proof.
            None => Credential::Session,
        };
        let (app, remote) = (&mut self.app, self.remote);
        if mode == SignMode::DryRun {
            let by = By { signer: &signer, proof: &Credential::DryRun, remote };
            return Ok(match office::foresee(app, &by, &action) {
                Ok(foreseen) => foreseen.map_or(Outcome::Nothing, Outcome::Foreseen),
                Err(error) => Outcome::Refused(failure(&error)),
            });
        }
        let by = By { signer: &signer, proof: &proof, remote };
        if remote && action.task().needs_files() {
            return Err(office_by::over_ssh());
        }
        if self.work.takes(&action) {
            if let OfficeAction::BackUp { .. } = &action {
                office_by::prove(app, &by)?;
            }
            self.work.start(app, &action)?;
            return Ok(Outcome::Nothing);
        }
        Ok(Outcome::Office(Box::new(office::carry_out(app, &by, action)?)))
    }

    fn opened(&mut self) -> Result<Outcome, Error> {
        let Some((trainee, marks_of)) = self.open.clone() else { return Ok(Outcome::Nothing) };
        let app = &mut self.app;
        self.version = Some(app.version()?);
        let (trainee_record, left) = outstanding::outstanding(app, &trainee)?;
        let (marks, draft) = match &marks_of {
            Some(person) => {
                // Which trainee was open is only a convenience: a failed write must not stop the screen.
                let _ = workspace::remember(app, person, &trainee);
                workspace::marks_and_draft(app, person, &trainee)?
            }
            None => Default::default(),
        };
        let (head, today) = (app.head()?, app.today());
        Ok(Outcome::Opened(Box::new(TraineeLoaded { trainee_record, left, marks, draft, head, today })))
    }

    /// Checks whether the database changed since it was last read for the screen.
    fn check_for_changes(&mut self) -> Result<Outcome, Error> {
        let now = self.app.version()?;
        if self.version == Some(now) {
            return Ok(Outcome::Nothing);
        }
        self.version = Some(now);
        Ok(Outcome::Changed)
    }
}

/// Whether an effect waits for an SSH agent, which may take its time.
fn waits_for_agent(effect: &Effect) -> bool {
    match effect {
        Effect::Sign(request) => request.credential.as_ref().is_some_and(|(way, _)| way.is_in_agent()),
        Effect::Unlock { way, .. } => way.is_in_agent(),
        _ => false,
    }
}

/// Saves all evidence files of a claim in a folder.
fn save_files(app: &App, claim: ClaimId, to: &str) -> Result<Outcome, Error> {
    let claim = claim::claim_of(app, claim)?;
    let place = typed_path(to);
    if !is_folder(&place) {
        return Err(no_folder(&place).hint("Nothing was saved. Name an existing folder"));
    }
    let files: Vec<_> = claim.evidence.iter().filter(|file| !file.erased).collect();
    for file in &files {
        evidence::save_evidence(app, &claim.trainee, &file.digest, &place)?;
    }
    Ok(Outcome::FilesSaved { count: files.len(), folder: to.to_owned() })
}

fn no_key() -> Error {
    Error::refused("This person has no key on this machine").hint(
        "A key in an SSH agent or on a security key signs where SSH_AUTH_SOCK names that agent. A training officer can make one with a passphrase: `countersign key add`",
    )
}

/// Returns what a person without a session signs with here. The agent is asked for its keys once, and only for those who may
/// have one there.
fn without_session(
    app: &App,
    agent: Option<&AgentPlace>,
    held: &mut Option<HeldKeys>,
    person: &PersonId,
) -> Result<CredentialKind, Error> {
    if let Some(place) = agent
        && agent_key::may_be_in_an_agent(app, person)?
    {
        let held = held.get_or_insert_with(|| agent_key::held(app, place).unwrap_or_default());
        if let Some(credential) = agent_key::signs_with(app, person, held)? {
            return Ok(CredentialKind::of(credential));
        }
    }
    Ok(if has_key(app.folder(), person) { CredentialKind::Passphrase } else { CredentialKind::NoKey })
}

/// Returns a person with the credential that they can sign with on this machine.
pub fn choice(app: &App, agent: Option<&AgentPlace>, person: &Person) -> Result<PersonChoice, Error> {
    let way = without_session(app, agent, &mut None, &person.id)?;
    Ok(PersonChoice { person: person_row(person), way, signed_in: false })
}

/// The most rows of a part of Home: more than any window shows.
const HOME_ROWS: usize = 40;

fn home(app: &App, of: &PersonId) -> Result<HomeContent, Error> {
    Ok(match HomeKind::of(&app.person(of)?) {
        HomeKind::Officer => HomeContent::Officer(Box::new(officer_home(app, HOME_ROWS)?)),
        HomeKind::Supervisor => HomeContent::Supervisor(Box::new(supervisor_home(app, of, HOME_ROWS)?)),
        HomeKind::Trainee => HomeContent::Trainee(Box::new(trainee_home(app, of, HOME_ROWS)?)),
    })
}

/// Returns the greeting of this time of day.
fn greeting(app: &App) -> &'static str {
    match app.now().local().hour() {
        0..=11 => "Good morning",
        12..=17 => "Good afternoon",
        _ => "Good evening",
    }
}
