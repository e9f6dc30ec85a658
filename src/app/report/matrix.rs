//! Collects the competency matrix: people by the items of a standard or of a local list.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::bundle::elsewhere;
use crate::cohort::grid;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, index_mismatch};
use crate::report::file::{DocumentFormat, SheetFormat};
use crate::report::made::made;
use crate::standards::standard::attributed;
use crate::standards::{adopted, local};
use countersign_core::filter::Filter;
use countersign_core::people::person::Person as Somebody;
use countersign_core::primitives::fold::folded;
use countersign_core::primitives::ids::{KsbCode, StandardRef};
use countersign_core::primitives::level::Level;
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::cohort::{CohortOrder, CohortRow};
use countersign_core::record::ksb_status::{CountedSignOff, State, StatusContext, deciding};
use countersign_core::standard::local::CompetenceTerms;
use countersign_core::standard::local_state::LocalTally;
use countersign_core::standard::{Ksb, Standard};
use countersign_core::statement::{Body, Statement};
use countersign_report::pdf::matrix as pdf;
use countersign_report::sheet::matrix::{Item, Matrix, Person, Seen, Standing};
use countersign_report::words::{CARRIED, method_words};
use countersign_store::db::Tx;
use countersign_store::error::StoreError;
use countersign_store::queries::cohort::TraineeNo;
use countersign_store::queries::live_carried::{self, LiveCarried};
use countersign_store::queries::live_sign_offs::{self, LiveSignOff};

/// What a matrix is of.
#[derive(Debug, Clone, Copy)]
pub enum MatrixOf<'a> {
    /// A standard, by reference.
    Standard(&'a str),
    /// A local list, by reference.
    List(&'a str),
}

/// Which matrix to make.
#[derive(Debug, Clone, Copy)]
pub struct MatrixAsked<'a> {
    pub of: MatrixOf<'a>,
    pub filter: &'a Filter,
    /// The filter as it was typed.
    pub typed: &'a str,
    /// Whether a CSV file has a row for each item of each person, as the sheet *Cells*, and not the matrix.
    pub cells: bool,
}

/// Returns whether there is such a standard or list.
pub fn is_adopted(app: &App, of: MatrixOf<'_>) -> bool {
    match of {
        MatrixOf::Standard(text) => adopted::find_standard(app, text).is_ok(),
        MatrixOf::List(text) => local::find_list(app, text).is_ok(),
    }
}

/// Returns the name of the file in a folder.
pub fn file_name(app: &App, of: MatrixOf<'_>, format: DocumentFormat) -> String {
    let (MatrixOf::Standard(text) | MatrixOf::List(text)) = of;
    let plain: String = text.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
    format!("matrix-{plain}-{}.{}", app.today(), format.ending())
}

/// Returns the matrix as a document. `by` is who has it made.
pub fn document(
    app: &App,
    asked: MatrixAsked<'_>,
    format: DocumentFormat,
    by: Option<&Somebody>,
) -> Result<Vec<u8>, Error> {
    let (matrix, attribution) = matrix(app, asked)?;
    let as_of = app.made_at.map(|_| app.today());
    match format {
        DocumentFormat::Pdf => pdf::matrix(&matrix, &made(app, by)?, attribution.as_deref()).map_err(Error::refused),
        DocumentFormat::Sheet(SheetFormat::Xlsx) => matrix.xlsx(&made(app, by)?).map_err(Error::refused),
        DocumentFormat::Sheet(SheetFormat::Csv) if asked.cells => Ok(matrix.cells_csv(as_of).into_bytes()),
        DocumentFormat::Sheet(SheetFormat::Csv) => Ok(matrix.csv(as_of).into_bytes()),
    }
}

/// Collects a matrix, with the attribution that the licence of its texts requires.
fn matrix(app: &App, asked: MatrixAsked<'_>) -> Result<(Matrix, Option<String>), Error> {
    let measure = app.measure()?;
    let of = match asked.of {
        MatrixOf::Standard(text) => adopted::standard(app, &adopted::find_standard(app, text)?)?,
        MatrixOf::List(text) => local::find_list(app, text)?.list,
    };
    let cohort = grid::cohort(app, asked.filter, CohortOrder::Name)?;
    let rows = grid::cohort_rows(app, &cohort, 0, cohort.len())?;
    let (signed, carried) = app.log.db.read(|tx| {
        let of = of.reference();
        Ok::<_, StoreError>((
            live_sign_offs::on(tx, &app.viewer, of, &measure.policy)?,
            live_carried::on(tx, &app.viewer, of)?,
        ))
    })?;
    let mut theirs: HashMap<TraineeNo, Recorded> = HashMap::new();
    for one in signed {
        theirs.entry(one.trainee).or_default().0.push(one);
    }
    for one in carried {
        // The last seen comes last.
        theirs.entry(one.trainee).or_default().1.insert(one.code, one);
    }
    let none = Recorded::default();
    let mut names = Names::default();
    let mut people = Vec::new();
    for (number, row) in cohort.trainees().iter().zip(&rows) {
        let card = &row.trainee;
        let asks: Arc<Standard> = match of.local() {
            Some(list) if list.beside.contains(&card.standard) => Arc::clone(&of),
            None if card.standard == *of.reference() => {
                app.log.standard_in(&card.standard, &card.scope)?.unwrap_or_else(|| Arc::clone(&of))
            }
            Some(_) | None => continue,
        };
        let starts = Some(card.start).filter(|start| *start > measure.today);
        let recorded = theirs.get(number).unwrap_or(&none);
        let standings = match starts {
            // Nothing is required of somebody who has not started.
            Some(_) => vec![None; of.ksbs().len()],
            None => app.log.db.read(|tx| standings(tx, (&of, &asks), recorded, &measure, &mut names))?,
        };
        people.push(person(row, starts, standings));
    }
    people.sort_by_cached_key(|person| by_family_name(&person.name));
    let title = format!("{}, {}", of.reference(), of.title());
    let (noun, items) = (if of.local().is_some() { "competence" } else { "KSB" }, items(&of, &measure));
    let matrix = Matrix { of: title, noun, filter: asked.typed.to_owned(), day: measure.today, items, people };
    Ok((matrix, attributed(&of)))
}

fn items(of: &Standard, measure: &StatusContext) -> Vec<Item> {
    let policy = Some(measure.policy.reassess_months).filter(|months| *months > 0);
    let item = |ksb: &Ksb| {
        let term = of.term(ksb.code);
        Item {
            code: ksb.code.to_string().into(),
            text: ksb.text.as_str().into(),
            months: term.and_then(|term| term.months).or(policy),
            times: term.map_or(1, |term| term.observations),
        }
    };
    of.ksbs().iter().map(item).collect()
}

/// Returns where a trainee stands in each item of `of`; one that is not in `asks` is not required of them.
fn standings(
    tx: &Tx<'_>,
    (of, asks): (&Standard, &Standard),
    (signed, carried): &Recorded,
    measure: &StatusContext,
    names: &mut Names,
) -> Result<Vec<Option<Standing>>, Error> {
    let mut tallies: BTreeMap<KsbCode, (LocalTally, LiveSignOff)> = BTreeMap::new();
    for of in signed.chunk_by(|one, next| one.code == next.code) {
        let counted: Vec<CountedSignOff> = of.iter().map(LiveSignOff::counted).collect();
        if let Some(decides) = deciding(&counted, &measure.policy).and_then(|at| of.get(at)) {
            tallies.insert(decides.code, (LocalTally::of(counted), *decides));
        }
    }
    let mut standing = |code: KsbCode| {
        if asks.ksb(code).is_none() {
            return Ok(None);
        }
        let (tally, last) = match (tallies.get(&code), carried.get(&code)) {
            (Some((tally, last)), _) => (*tally, seen(tx, last, names)?),
            (None, Some(one)) => {
                (LocalTally::default().or_carried(Some(one.seen)), seen_earlier(tx, of.reference(), one, names)?)
            }
            (None, None) => {
                return Ok(Some(Standing { state: State::Open, counts: false, ends: None, seen: 0, last: None }));
            }
        };
        // A KSB of a standard has the policy's terms.
        let term = of.term(code).cloned();
        let term =
            term.unwrap_or(CompetenceTerms { observations: 1, months: None, links: Vec::new(), who: Vec::new() });
        let state = tally.state(&term, measure);
        Ok(Some(Standing {
            state,
            counts: state.counts(&measure.policy),
            ends: tally.due(&term, measure),
            seen: tally.counted(&measure.policy),
            last: Some(last),
        }))
    };
    of.ksbs().iter().map(|ksb| standing(ksb.code)).collect()
}

/// Reads who saw it, and how, from the statement.
fn seen(tx: &Tx<'_>, one: &LiveSignOff, names: &mut Names) -> Result<Seen, Error> {
    let (statement, by) = match one.elsewhere {
        None => {
            let statement = effective_statement_at(tx, one.position)?;
            let by = statement.signer.who.name.clone();
            (statement, by)
        }
        Some(id) => elsewhere::signed(tx, id)?,
    };
    let Body::SignOff(said) = &statement.body else { return Err(index_mismatch().into()) };
    Ok(Seen {
        on: one.observed,
        by: names.shared(Some(&by)),
        registration: names.shared(statement.signer.registration.as_ref()),
        method: said.method.map_or("", method_words),
        level: "".into(),
        id: statement.id.to_string().into(),
    })
}

/// Reads who saw it, as the earlier record has it, from the statement that carried it over.
fn seen_earlier(tx: &Tx<'_>, of: &StandardRef, one: &LiveCarried, names: &mut Names) -> Result<Seen, Error> {
    if names.carried.as_ref().is_none_or(|(at, _)| *at != one.position) {
        names.carried = Some((one.position, effective_statement_at(tx, one.position)?));
    }
    let Some((_, statement)) = &names.carried else { return Err(index_mismatch().into()) };
    let Body::CarryOver(content) = &statement.body else { return Err(index_mismatch().into()) };
    let item = content.items().find(|(on, item)| *on == of && item.code == one.code).map(|(_, item)| item);
    let (assessor, level) = item.map(|item| (item.assessor.clone(), item.level.clone())).unwrap_or_default();
    let id: Arc<str> = statement.id.to_string().into();
    Ok(Seen {
        on: one.seen,
        by: names.shared(assessor.as_ref()),
        registration: "".into(),
        method: CARRIED,
        level: names.shared(level.as_ref()),
        id,
    })
}

fn person(row: &CohortRow, starts: Option<NaiveDate>, standings: Vec<Option<Standing>>) -> Person {
    let supervisors: Vec<&str> = row.supervisors.iter().map(SafeText::as_str).collect();
    Person {
        id: row.trainee.id.as_str().into(),
        name: row.trainee.name.as_str().into(),
        level: level_words(row.level.as_ref()).into(),
        month: row.month,
        months: row.months,
        starts,
        supervisors: supervisors.join(", ").into(),
        standings,
    }
}

/// Returns a level in words: `clinical scientist`.
pub(crate) fn level_words(level: Option<&SafeText>) -> String {
    let Some(level) = level else { return String::new() };
    level.as_str().parse::<Level>().map_or_else(|_| level.to_string(), |level| level.to_string())
}

/// Returns what sorts people by family name, which is the last word, and then by the others.
pub fn by_family_name(name: &str) -> (String, String) {
    let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
    (folded(family).into_owned(), folded(given).into_owned())
}

/// A trainee's live sign-offs, oldest first, and what is carried over.
type Recorded = (Vec<LiveSignOff>, BTreeMap<KsbCode, LiveCarried>);

/// Keeps each name once, and the statement that was read last, which has many items.
#[derive(Debug, Default)]
struct Names {
    known: HashMap<SafeText, Arc<str>>,
    carried: Option<(u64, Statement)>,
}

impl Names {
    fn shared(&mut self, name: Option<&SafeText>) -> Arc<str> {
        let Some(name) = name else { return "".into() };
        if let Some(known) = self.known.get(name) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = name.as_str().into();
        self.known.insert(name.clone(), Arc::clone(&shared));
        shared
    }
}
