//! Lists sign-offs that need a second check, and draws reproducible samples of sign-offs.

use crate::app::App;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, index_mismatch, text_at};
use crate::log::statements;
use crate::record::records;
use crate::standards::adopted;
use countersign_core::filter::Filter;
use countersign_core::filter::log::LogFilter;
use countersign_core::filter::row::{FilterRow, KsbFact};
use countersign_core::people::person::{Person, Role};
use countersign_core::primitives::date::Timestamp;
use countersign_core::primitives::ids::{KsbCode, PersonId, StatementId};
use countersign_core::record::ksb_status::State;
use countersign_core::record::quality_assurance::{Checked, CheckedSignOff, QaItem, QaPage, QaReason};
use countersign_core::record::sampling::{MOST_DRAWN, drawn};
use countersign_core::record::view::Record;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::sample::Draw;
use countersign_core::statement::kinds::training_plan::Month;
use countersign_store::db::Tx;
use countersign_store::queries::quality_assurance::{self, SampleAt};

/// A sample to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleRequest {
    pub most: u32,
    /// The random seed; chosen at random if `None`.
    pub seed: Option<u64>,
    /// The log size to draw from, to repeat an earlier draw; the current size if `None`.
    pub at: Option<u64>,
    /// Which sign-offs to draw from, as a history filter.
    pub from: String,
}

/// A drawn sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleResult {
    /// The seed used.
    pub seed: u64,
    /// The log size it was drawn from.
    pub at: u64,
    /// The history filter, with absolute dates.
    pub from: String,
    pub among: u64,
    /// The sample, in the order drawn.
    pub rows: Vec<QaItem>,
}

/// A reason for a second check, before its statement is read.
enum QaCandidate {
    Rejected(u64),
    Countersign,
    /// The draw, the verifier, and when it was drawn.
    Sample(Draw, PersonId, Timestamp),
}

/// Returns a page of the second checks waiting for this person, or for anyone if `of` is `None`. Every word of the
/// filter must occur in the trainee's or signer's name, the code or the reason.
pub fn second_looks(
    app: &App,
    of: Option<&PersonId>,
    filter: &Filter,
    (skip, most): (u64, usize),
) -> Result<QaPage, Error> {
    let asks = asks(app, of)?;
    app.log.db.read(|tx| {
        let past = usize::try_from(skip).unwrap_or(usize::MAX);
        if filter.is_empty() {
            let of = asks.len() as u64;
            let window = asks.into_iter().skip(past).take(most);
            let rows = window.map(|(at, ask)| look(tx, at, ask)).collect::<Result<_, Error>>()?;
            return Ok(QaPage { rows, of });
        }
        let mut rows = Vec::new();
        for (at, ask) in asks {
            rows.push(look(tx, at, ask)?);
        }
        rows.retain(|row| fits(filter, row));
        let of = rows.len() as u64;
        Ok(QaPage { rows: rows.into_iter().skip(past).take(most).collect(), of })
    })
}

/// Returns the sign-offs of these KSBs that this person can countersign.
pub fn awaiting_countersignature(
    app: &App,
    trainee: &PersonId,
    codes: &[KsbCode],
    signer: &PersonId,
) -> Result<Vec<StatementId>, Error> {
    if app.policy()?.countersign == 0 {
        return Err(Error::refused("Only one signature is needed here")
            .hint("A training officer can require two: `countersign policy set countersign=1`"));
    }
    app.log.db.read(|tx| {
        let found = quality_assurance::awaiting_countersignature_for(tx, &app.viewer, Some(signer), Some(trainee))?;
        let mut ids = Vec::new();
        for at in found {
            let statement = effective_statement_at(tx, at)?;
            if matches!(&statement.body, Body::SignOff(sign_off) if codes.contains(&sign_off.item.code)) {
                ids.push(statement.id);
            }
        }
        Ok(ids)
    })
}

/// Returns a sign-off in full: the trainee, the record with its annotations, and the KSB's text.
pub fn sign_off_detail(app: &App, id: StatementId) -> Result<(Person, Record, String), Error> {
    let Body::SignOff(signed) = statements::referenced_statement(app, id)?.body else {
        return Err(Error::refused("It is not a sign-off"));
    };
    let whose = app.person(&signed.trainee.id)?;
    let text = adopted::standard(app, &signed.item.standard)?.ksb(signed.item.code).map(|ksb| ksb.text.clone());
    let records = records::records(app, &whose.id, signed.item.code, usize::MAX)?;
    let record = records.into_iter().find(|record| record.id == id);
    let record = record.ok_or_else(|| {
        Error::refused(format!("{} is no longer on {}", whose.name, signed.item.standard))
            .hint("Sign-offs on another version count only on that version")
    })?;
    Ok((whose, record, text.unwrap_or_default()))
}

/// Returns how many of a person's sign-offs a sample rejected with nothing signed since.
pub fn rejections(app: &App, of: &PersonId) -> Result<usize, Error> {
    Ok(app.log.db.read(|tx| quality_assurance::rejected(tx, &app.viewer, Some(of)))?.len())
}

/// The most samples of a month that are counted.
const MOST_SAMPLES: u32 = 1000;

/// Returns what samples decided this month, and how much of each supervisor's work was sampled.
pub fn checked(app: &App) -> Result<Checked, Error> {
    let since = Month::of(app.today()).first();
    app.log.db.read(|tx| {
        let mut samples = Vec::new();
        for SampleAt { at, of } in quality_assurance::samples(tx, &app.viewer, MOST_SAMPLES)? {
            let sample = effective_statement_at(tx, at)?;
            let on = sample.signed.local_day();
            if on < since {
                break;
            }
            let (Body::Sample(content), signed) = (sample.body, effective_statement_at(tx, of)?) else {
                return Err(index_mismatch().into());
            };
            let Body::SignOff(sign_off) = signed.body else { return Err(index_mismatch().into()) };
            samples.push(CheckedSignOff {
                outcome: content.outcome,
                trainee_name: content.trainee.name,
                code: sign_off.item.code,
                signer_name: signed.signer.who.name,
                on,
            });
        }
        Ok(Checked { since, samples, supervisors: quality_assurance::shares(tx, &app.viewer)? })
    })
}

fn asks(app: &App, of: Option<&PersonId>) -> Result<Vec<(u64, QaCandidate)>, Error> {
    let person = of.map(|id| app.person(id)).transpose()?;
    let is = |role| person.as_ref().is_none_or(|person| person.may_act_as(role));
    // A training officer sees the rejections of everyone's sign-offs.
    let whose = of.filter(|_| !is(Role::TrainingOfficer));
    let twice = app.policy()?.countersign > 0 && is(Role::Supervisor);
    app.log.db.read(|tx| {
        let mut asks = Vec::new();
        if is(Role::Supervisor) || is(Role::TrainingOfficer) {
            let found = quality_assurance::rejected(tx, &app.viewer, whose)?;
            asks.extend(found.into_iter().map(|(at, by)| (at, QaCandidate::Rejected(by))));
        }
        if is(Role::Verifier) {
            for drawn in quality_assurance::drawn(tx, &app.viewer, of)? {
                asks.push((drawn.at, QaCandidate::Sample(drawn.draw, drawn.verifier, drawn.made)));
            }
        }
        if twice {
            let found = quality_assurance::awaiting_countersignature(tx, &app.viewer, of)?;
            asks.extend(found.into_iter().map(|at| (at, QaCandidate::Countersign)));
        }
        Ok(asks)
    })
}

/// Draws a sample of sign-offs, and saves the draw unless it repeats an earlier one.
pub fn draw_sample(app: &mut App, verifier: &PersonId, wish: &SampleRequest) -> Result<SampleResult, Error> {
    drew(app, verifier, wish).map_err(|e| e.context("Drawing sign-offs to sample"))
}

fn drew(app: &mut App, verifier: &PersonId, wish: &SampleRequest) -> Result<SampleResult, Error> {
    let by = app.person(verifier)?;
    if !by.may_act_as(Role::Verifier) {
        return Err(Error::refused(format!("{} is not a verifier", by.name))
            .hint("A training officer can give the role in a roster: `countersign person import`"));
    }
    if !(1..=MOST_DRAWN).contains(&wish.most) {
        return Err(Error::usage(format!("You cannot draw {} at once. Draw 1 to {MOST_DRAWN}", wish.most)));
    }
    let filter = LogFilter::parse(&wish.from, app.today()).map_err(Error::usage)?;
    let size = app.head()?.size;
    let at = wish.at.unwrap_or(size);
    if at > size {
        return Err(Error::usage(format!("The log has {size} entries, not {at}")));
    }
    let seed = match wish.seed {
        Some(seed) => seed,
        None => chance(app)?,
    };
    let (among, chosen) = app.log.db.read(|tx| {
        let (mut all, mut misread) = (Vec::new(), None);
        quality_assurance::among(tx, &app.viewer, (at, verifier), &mut |id, place| {
            let fits = filter.is_empty()
                || match text_at(tx, place) {
                    Ok(text) => filter.fits(&text),
                    Err(error) => {
                        misread = Some(error);
                        false
                    }
                };
            if fits {
                all.push((id, place));
            }
        })?;
        match misread {
            Some(error) => Err(error),
            None => Ok((all.len() as u64, drawn(seed, wish.most, all))),
        }
    })?;
    if chosen.is_empty() {
        return Err(Error::refused("There are no sign-offs to draw")
            .hint("Sign-offs already sampled, and the verifier's own, are left out"));
    }
    let (from, places) = (filter.canonical().to_owned(), chosen.iter().map(|(_, place)| *place).collect::<Vec<u64>>());
    let of = u32::try_from(places.len()).unwrap_or(u32::MAX);
    if wish.at.is_none() {
        let made = app.now().seconds();
        let drawn = (seed, at, from.as_str());
        app.log.db.write(|tx| quality_assurance::put_draw(tx, verifier, drawn, made, &places))?;
    }
    let now = app.now();
    let rows = app.log.db.read(|tx| {
        let one = |(number, place): (u32, &u64)| {
            let draw = Draw { seed, number, of, at: Some(at) };
            look(tx, *place, QaCandidate::Sample(draw, verifier.clone(), now))
        };
        (1..).zip(&places).map(one).collect::<Result<_, Error>>()
    })?;
    Ok(SampleResult { seed, at, from, among, rows })
}

/// Returns the open draw that chose a sign-off for a verifier, with its filter.
pub fn draw_of(app: &App, verifier: &PersonId, of: StatementId) -> Result<Option<(Draw, String)>, Error> {
    app.log.db.read(|tx| {
        for drawn in quality_assurance::drawn(tx, &app.viewer, Some(verifier))? {
            if effective_statement_at(tx, drawn.at)?.id == of {
                return Ok(Some((drawn.draw, drawn.from)));
            }
        }
        Ok(None)
    })
}

/// Returns a random 32-bit seed: short to write down and exact in any program.
fn chance(app: &mut App) -> Result<u64, Error> {
    let mut bytes = [0; 4];
    app.random.fill(&mut bytes)?;
    Ok(u64::from(u32::from_le_bytes(bytes)))
}

fn look(tx: &Tx<'_>, at: u64, asks: QaCandidate) -> Result<QaItem, Error> {
    let statement = effective_statement_at(tx, at)?;
    let Body::SignOff(signed) = statement.body else { return Err(index_mismatch().into()) };
    let (look, since) = match asks {
        QaCandidate::Countersign => (QaReason::Countersign, statement.signed),
        QaCandidate::Sample(draw, verifier, made) => (QaReason::Sample { draw, verifier }, made),
        QaCandidate::Rejected(by) => {
            let sample = effective_statement_at(tx, by)?;
            let Body::Sample(sampled) = sample.body else { return Err(index_mismatch().into()) };
            (QaReason::Rejected { by: sample.signer.who.name, reason: sampled.reason }, sample.signed)
        }
    };
    Ok(QaItem {
        id: statement.id,
        look,
        trainee: signed.trainee.id,
        trainee_name: signed.trainee.name,
        code: signed.item.code,
        outcome: signed.outcome,
        signer_name: statement.signer.who.name,
        signed: statement.signed,
        since,
    })
}

fn fits(filter: &Filter, row: &QaItem) -> bool {
    let signer = row.signer_name.as_str();
    filter.fits(&FilterRow {
        texts: &[row.trainee_name.as_str(), signer, row.look.word()],
        ksbs: &[KsbFact { code: row.code, state: State::Signed, duties: &[] }],
        by: &[signer],
        day: Some(row.signed.local_day()),
        ..FilterRow::default()
    })
}
