//! What a person may ask for over SSH instead of the screen: a trainee's own record in several forms. Must never answer with
//! anyone else's.

use std::fmt::Write as _;

use crate::app::error::Error;
use crate::app::service::App;
use crate::cli::answer::{Answer, Failure};
use crate::cli::evidence::{add_own, list_of};
use crate::cli::history::checkpoint_of;
use crate::cli::input::Patient;
use crate::cli::portfolio::portfolio_of;
use crate::cli::receipts::receipts_of;
use crate::cli::trainee::outstanding_of;
use crate::cli::verbs::Checkpoint;
use crate::domain::filter::Filter;
use crate::domain::login::Asked;
use crate::domain::person::{Person, Role};

/// Answers one wish of the person who logged in.
pub fn answer(app: &mut App, person: &Person, wanted: Asked) -> Result<Answer, Failure> {
    if wanted != Asked::Checkpoint && !person.roles.contains(&Role::Trainee) {
        return Err(Error::usage(format!(
            "{} is of a trainee's own record, and {} is none",
            wanted.word(),
            person.name
        ))
        .hint("Without a command the screen opens; `checkpoint` is for everyone")
        .into());
    }
    match wanted {
        Asked::Outstanding => outstanding_of(app, &person.id, &Filter::default()),
        Asked::Portfolio => portfolio_of(app, &person.id),
        Asked::Export => export(app, person),
        Asked::Receipts => receipts_of(app, Some(&person.id), None, None),
        Asked::EvidenceAdd => add_own(app, person, &mut Patient::standard_input()),
        Asked::Evidence => list_of(app, person),
        Asked::Checkpoint => checkpoint_of(app, &Checkpoint { code: false }),
    }
}

/// Every signed statement on their record, each with its signature, and the keys that check them.
fn export(app: &App, person: &Person) -> Result<Answer, Failure> {
    let mut text = String::new();
    let _ = writeln!(text, "==> allowed_signers <==");
    text.push_str(&app.own_signers(&person.id)?);
    for full in app.own_statements(&person.id)? {
        let _ = writeln!(text, "==> {}.txt <==", full.id);
        text.push_str(&full.text);
        let _ = writeln!(text, "==> {}.txt.sig <==", full.id);
        text.push_str(&full.armored);
    }
    Ok(Answer::text(text))
}
