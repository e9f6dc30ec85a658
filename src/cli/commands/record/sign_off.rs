//! Runs `sign-off` and `withdraw`.

use chrono::NaiveDate;
use clap::{ArgGroup, Args};

use crate::commands::standards::standard_page::attribution;
use crate::context::prompt::Terminal;
use crate::context::values::one_of;
use crate::context::{Context, day, line, lines, one};
use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, Table, fact};
use crate::output::written::Written;
use countersign_app::app::App;
use countersign_app::claims::waiting;
use countersign_app::error::Error;
use countersign_app::keys::session::Credential;
use countersign_app::log::batches;
use countersign_app::record::{group, records, sign_off};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::{long_day, short_day};
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId, ValueFault};
use countersign_core::record::group::{people_words, recorded_for_all};
use countersign_core::record::recorded::recorded;
use countersign_core::record::view::Observation;
use countersign_core::statement::kinds::sign_off::{Action, Method, Outcome, Supervision};

#[derive(Debug, Args)]
#[command(
    override_usage = "countersign sign-off [OPTIONS] <TRAINEE> <CODE>...\n       countersign sign-off [OPTIONS] --item <CODE> <PERSON>..."
)]
pub struct SignOffArgs {
    /// Whose record: an id, or any part of a name that matches nobody else. With --item, the first of several people.
    pub trainee: String,
    /// The codes of what was seen: S26 S27. With --item, the other people.
    #[arg(required_unless_present = "item", value_delimiter = ',', value_name = "CODE")]
    pub codes: Vec<String>,
    /// Signs this one item for everyone named, as after a lecture: all or none.
    #[arg(long, value_name = "CODE")]
    pub item: Option<String>,
    /// What was seen.
    #[command(flatten)]
    pub seen: ObservationArgs,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["ids", "batch"])))]
pub struct WithdrawArgs {
    /// The ids of what to withdraw, as `trainee` and `history` show them. Put a space between them.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Withdraws everything that was signed in one go with this statement.
    #[arg(long, value_name = "ID")]
    pub batch: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// What was seen.
#[derive(Debug, Args)]
pub struct ObservationArgs {
    /// It was not yet to the standard; needs --feedback, --action and --by.
    #[arg(long, requires = "feedback", requires = "action", requires = "by")]
    pub not_achieved: bool,
    /// Your feedback to the trainee.
    #[arg(long, value_name = "TEXT")]
    pub feedback: Option<String>,
    /// What to do next.
    #[arg(long, value_name = "TEXT", requires = "by")]
    pub action: Option<String>,
    /// By which day: “in 2 weeks”, 2026-12-05.
    #[arg(long, value_name = "DATE", requires = "action")]
    pub by: Option<String>,
    /// How it was judged.
    #[arg(long, value_parser = one_of::<Method>(Method::ALL.iter().map(|method| method.slug()).collect()))]
    pub method: Option<Method>,
    /// How closely the trainee was watched.
    #[arg(long, value_parser = one_of::<Supervision>(Supervision::ALL.iter().map(|level| level.slug()).collect()))]
    pub supervision: Option<Supervision>,
    /// The day it was seen: today, yesterday, monday, “20 Nov”, 2026-11-20.
    #[arg(long, value_name = "DATE", default_value = "today")]
    pub observed: String,
    /// Where it was seen.
    #[arg(long, value_name = "TEXT")]
    pub place: Option<String>,
    /// Why it is signed so late.
    #[arg(long, value_name = "TEXT")]
    pub late: Option<String>,
}

/// Signs off KSBs.
pub fn sign_off(context: &mut Context, asked: &SignOffArgs) -> Result<CommandOutput, Failure> {
    if let Some(item) = &asked.item {
        return sign_off_for_all(context, asked, code_of(item)?);
    }
    let app = &mut context.open()?;
    let trainee = one(app, &asked.trainee, &[Role::Trainee])?;
    let mut codes: Vec<KsbCode> = asked.codes.iter().map(|code| code_of(code)).collect::<Result<_, _>>()?;
    codes.sort_unstable();
    codes.dedup();
    let seen = observation(&asked.seen, app.today())?;
    let signer = context.signer(app, &[Role::Supervisor])?;
    let trainee_record = records::trainee_record(app, &trainee.id)?;
    sign_off::answers_for(app, &trainee_record, &codes)?;
    // Refusals are reported before the passphrase is asked for.
    sign_off::sign_off(app, &signer.id, &Credential::DryRun, &trainee.id, &codes, &seen)?;
    let answered = say_claims(app, &[&trainee], &codes)?;
    let proof = context.proof(app, &signer)?;
    let done = sign_off::sign_off(app, &signer.id, &proof, &trainee.id, &codes, &seen)?;
    let mut facts = vec![
        fact("Trainee", format!("{} {}", trainee.id, trainee.name)),
        fact("Outcome", seen.outcome.words()),
        fact("Observed", long_day(seen.observed)),
    ];
    let due = seen.action.as_ref().map(|action| action.by);
    facts.extend(due.map(|day| fact("Action by", long_day(day))));
    facts.push(fact("Signer", format!("{} {}", signer.id, signer.name)));
    let text = |code: &KsbCode| trainee_record.ksb(*code).map(|ksb| ksb.text.clone()).unwrap_or_default();
    let rows = codes.iter().zip(&done.ids).map(|(code, id)| vec![code.to_string(), id.to_string(), text(code)]);
    let table = Table { head: vec!["ksb", "id", "text"], rows: rows.collect() };
    let line = recorded(seen.outcome, &codes, &trainee.name, due, app.today());
    let written = Written::about(&trainee.id, &done.ids, &done.head);
    let mut answer = CommandOutput::written(line, facts, &written)?;
    answer.parts.splice(1..1, answered_line(answered));
    answer.parts.extend([OutputBlock::Gap, OutputBlock::Table(table)]);
    answer.parts.extend(attribution(&trainee_record.standard));
    Ok(answer.warning(done.warning))
}

/// Signs off one item for several people.
fn sign_off_for_all(context: &mut Context, asked: &SignOffArgs, code: KsbCode) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let mut trainees: Vec<Person> = Vec::new();
    for name in std::iter::once(&asked.trainee).chain(&asked.codes) {
        let trainee = one(app, name, &[Role::Trainee])?;
        if trainees.iter().all(|known| known.id != trainee.id) {
            trainees.push(trainee);
        }
    }
    let people: Vec<PersonId> = trainees.iter().map(|trainee| trainee.id.clone()).collect();
    let seen = observation(&asked.seen, app.today())?;
    let signer = context.signer(app, &[Role::Supervisor])?;
    let item = (None, code);
    // Refusals are reported before the passphrase is asked for.
    group::sign_off_for_all(app, &signer.id, &Credential::DryRun, item, &people, &seen)?;
    let answered = say_claims(app, &trainees.iter().collect::<Vec<_>>(), &[code])?;
    let proof = context.proof(app, &signer)?;
    let done = group::sign_off_for_all(app, &signer.id, &proof, item, &people, &seen)?;
    let mut facts = vec![fact("Outcome", seen.outcome.words()), fact("Observed", long_day(seen.observed))];
    let due = seen.action.as_ref().map(|action| action.by);
    facts.extend(due.map(|day| fact("Action by", long_day(day))));
    facts.push(fact("Signer", format!("{} {}", signer.id, signer.name)));
    let (names, ids): (Vec<_>, Vec<_>) = done.signed.into_iter().unzip();
    let rows = names.iter().zip(&ids).map(|(name, id)| vec![name.to_string(), id.to_string()]);
    let table = Table { head: vec!["trainee", "id"], rows: rows.collect() };
    let line = recorded_for_all(seen.outcome, code, &names, due, app.today());
    let mut answer = CommandOutput::written(line, facts, &Written::new(&ids, &done.head))?;
    answer.parts.splice(1..1, answered_line(answered));
    answer.parts.extend([OutputBlock::Gap, OutputBlock::Table(table)]);
    Ok(answer.warning(done.warning))
}

/// Says on the terminal, before the passphrase is asked for, which claims are answered. Returns how many.
fn say_claims(app: &App, trainees: &[&Person], codes: &[KsbCode]) -> Result<usize, Failure> {
    let (mut count, mut terminal) = (0, Terminal::find());
    for trainee in trainees {
        for pending in waiting::waiting(app, &trainee.id, codes)? {
            count += 1;
            if let Some(terminal) = &mut terminal {
                let (day, id) = (short_day(pending.since.local_day(), app.today()), pending.claim);
                terminal
                    .say(&format!("This answers {}’s claim of {day} (`countersign claim show {id}`)", trainee.name))?;
            }
        }
    }
    Ok(count)
}

fn answered_line(claims: usize) -> Option<OutputBlock> {
    match claims {
        0 => None,
        1 => Some(OutputBlock::Line("Answered 1 claim".to_owned())),
        many => Some(OutputBlock::Line(format!("Answered {many} claims"))),
    }
}

/// Reads the observation from the arguments.
pub fn observation(asked: &ObservationArgs, today: NaiveDate) -> Result<Observation, Failure> {
    let action = match (&asked.action, &asked.by) {
        (Some(what), Some(by)) => lines(Some(what), "--action")?
            .map(|what| Ok::<_, Error>(Action { what, by: day(by, "--by", today)? }))
            .transpose()?,
        _ => None,
    };
    Ok(Observation {
        outcome: if asked.not_achieved { Outcome::NotAchieved } else { Outcome::Achieved },
        method: asked.method,
        supervision: asked.supervision,
        observed: day(&asked.observed, "--observed", today)?,
        place: line(asked.place.as_deref(), "--place")?,
        feedback: lines(asked.feedback.as_deref(), "--feedback")?,
        action,
        late: lines(asked.late.as_deref(), "--late")?,
    })
}

/// Withdraws statements, all or none.
pub fn withdraw(context: &mut Context, asked: &WithdrawArgs) -> Result<CommandOutput, Failure> {
    let app = &mut context.open()?;
    let id = |text: &String| -> Result<StatementId, Error> {
        text.parse().map_err(|fault: ValueFault| Error::from(fault).hint("`countersign trainee` shows the ids"))
    };
    let mut of = asked.ids.iter().map(id).collect::<Result<Vec<_>, Error>>()?;
    if let Some(batch) = &asked.batch {
        of = batches::batch_of(app, id(batch)?)?.ids;
    }
    of.sort_unstable();
    of.dedup();
    let reason = lines(Some(&asked.reason), "--reason")?.ok_or_else(|| Error::usage("--reason is needed"))?;
    let signer = context.signer(app, &[Role::Supervisor, Role::TrainingOfficer])?;
    // Refusals are reported before the passphrase is asked for.
    of.iter().try_for_each(|of| records::statement(app, *of).map(|_| ()))?;
    sign_off::withdraw_all(app, &signer.id, &Credential::DryRun, &of, &reason)?;
    let batch = batches::batch(app, &of)?;
    let proof = context.proof(app, &signer)?;
    let done = sign_off::withdraw_all(app, &signer.id, &proof, &of, &reason)?;
    let (what, whose) = (batch.counted(), people_words(&batch.trainees));
    let left = if of.len() == 1 {
        "It stays in the log but no longer counts"
    } else {
        "They stay in the log but no longer count"
    };
    let facts: Vec<_> =
        of.iter().zip(&done.ids).flat_map(|(of, by)| [fact("Withdrawn", of), fact("Statement", by)]).collect();
    let line = format!("Withdrew {what} for {whose}. {left}");
    let mut answer = CommandOutput::written(line, facts, &Written::new(&done.ids, &done.head))?;
    answer.parts.splice(1..1, batch.revived.iter().cloned().map(OutputBlock::Line));
    Ok(answer)
}

/// Parses a KSB code.
pub fn code_of(text: &str) -> Result<KsbCode, Error> {
    text.parse().map_err(|fault: ValueFault| Error::from(fault).hint("`countersign standard show` lists the codes"))
}
