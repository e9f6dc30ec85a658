//! Finds and compares standards: by name, by version, and for a trainee's move from one to another.

use std::sync::Arc;

use crate::app::App;
use crate::error::Error;
use crate::standards::adopted;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef};
use countersign_core::programme::funding_rules::{ProgrammeRules, shipped as programme_rules};
use countersign_core::record::ksb_status::State;
use countersign_core::rules::log_state::Policy;
use countersign_core::standard::Standard;
use countersign_core::standard::about::{About, Assessment};
use countersign_core::standard::diff::{Change, Pair, diff};
use countersign_core::standard::file::st0413;
use countersign_core::standard::gateway_requirement::GatewayRequirement;
use countersign_core::standard::page::{Page, PageContext, attribution, page};
use countersign_core::standard::versions::{order, versions};
use countersign_report::case::package::package;
use countersign_store::index::{people, sign_off_index};

/// What a trainee's move to another version would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionMove {
    pub from: StandardRef,
    pub to: StandardRef,
    /// Each KSB of either version, with its state on the current one.
    pub ksbs: Vec<(Pair, State)>,
    policy: Policy,
}

impl VersionMove {
    /// Returns how many signed KSBs have one of these changes.
    pub fn signed(&self, changes: &[Change]) -> usize {
        self.ksbs.iter().filter(|(pair, state)| state.counts(&self.policy) && changes.contains(&pair.change)).count()
    }
}

/// Returns the standards that ship with the program.
pub fn shipped() -> Result<Vec<Arc<Standard>>, Error> {
    Ok(vec![Arc::new(st0413().map_err(Error::refused)?.0)])
}

/// Returns a standard's gateway requirements: its own list, the shipped one for the bundled standard, or else the programme
/// rules' defaults, which say so. A reformed plan also requires behaviours.
pub(crate) fn gateway_of(standard: &Standard, rules: &ProgrammeRules) -> Result<Vec<GatewayRequirement>, Error> {
    let (mut asked, own) = asked_of(standard, rules)?;
    if !own {
        let basis = format!("by the programme rules, because {} has no gateway list of its own", standard.reference());
        for one in asked.iter_mut().filter(|one| rules.gateway.iter().any(|known| known.id == one.id)) {
            one.rule = Some(one.rule.as_ref().map_or_else(|| basis.clone(), |rule| format!("{rule} ({basis})")));
        }
    }
    Ok(asked)
}

/// Returns the requirements, and whether they are the standard's own.
fn asked_of(standard: &Standard, rules: &ProgrammeRules) -> Result<(Vec<GatewayRequirement>, bool), Error> {
    let (shipped, notes) = st0413().map_err(Error::refused)?;
    let (mut asked, own) = if !standard.gateway().is_empty() {
        (standard.gateway().to_vec(), true)
    } else if shipped.reference() == standard.reference() {
        (notes.gateway, true)
    } else {
        (rules.gateway.clone(), false)
    };
    if rules.assessment_of(standard) == Assessment::Reformed {
        let known: Vec<String> = asked.iter().map(|one| one.id.clone()).collect();
        let more = rules.reformed_gateway.iter().filter(|one| !known.contains(&one.id)).cloned();
        let at = known.iter().position(|id| id == "ksbs").map_or(0, |at| at + 1);
        asked.splice(at..at, more);
    }
    Ok((asked, own))
}

/// Finds a standard by reference, with or without version, among the adopted and then the shipped ones.
pub fn named(app: Option<&App>, text: &str) -> Result<Option<Arc<Standard>>, Error> {
    let all = known(app)?;
    let whole = |standard: &&Arc<Standard>| standard.reference().to_string().eq_ignore_ascii_case(text);
    if let Some(found) = all.iter().find(whole) {
        return Ok(Some(Arc::clone(found)));
    }
    let fits: Vec<&Arc<Standard>> =
        all.iter().filter(|standard| standard.reference().reference().eq_ignore_ascii_case(text)).collect();
    match fits.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(Arc::clone(one))),
        several => {
            let names: Vec<String> = several.iter().map(|standard| standard.reference().to_string()).collect();
            Err(Error::usage(format!("“{text}” is more than one standard"))
                .hint(format!("Say which: {}", names.join(", "))))
        }
    }
}

/// Returns the KSBs of a standard whose text is not the known one of the same reference and version: adopted, or shipped
/// with the program.
pub fn other_texts(app: Option<&App>, of: &Standard) -> Result<Vec<String>, Error> {
    let known = known(app)?.into_iter().find(|known| known.reference() == of.reference());
    let Some(known) = known else { return Ok(Vec::new()) };
    let here = of.ksbs().iter().filter(|ksb| known.ksb(ksb.code).is_none_or(|known| known.text != ksb.text));
    let gone = known.ksbs().iter().filter(|ksb| of.ksb(ksb.code).is_none());
    Ok(here.chain(gone).map(|ksb| ksb.code.to_string()).collect())
}

/// Returns the version to compare with: the next older one, else the next newer.
pub fn kin(app: Option<&App>, of: &StandardRef) -> Result<Option<Arc<Standard>>, Error> {
    let all = known(app)?;
    let mut others: Vec<Arc<Standard>> = all
        .into_iter()
        .filter(|standard| standard.reference().reference() == of.reference() && standard.reference() != of)
        .collect();
    others.sort_by_key(|standard| order(standard.reference().version()));
    let wanted = order(of.version());
    let older = others.iter().rev().find(|standard| order(standard.reference().version()) < wanted);
    Ok(older.or_else(|| others.first()).cloned())
}

/// Returns the attribution that the licence requires; `None` for a department's own list.
pub fn attributed(standard: &Standard) -> Option<String> {
    attribution(standard, &about_of(standard).unwrap_or_default())
}

/// Builds the page about a standard.
pub fn page_of(standard: &Standard, adopted: &[Arc<Standard>]) -> Result<Page, Error> {
    let rules = programme_rules().map_err(Error::refused)?;
    let (gateway, own) = asked_of(standard, rules)?;
    let mut known = versions(standard.reference().reference(), adopted);
    if known.iter().all(|one| one.version != standard.reference().version()) {
        known = versions(standard.reference().reference(), &[Arc::new(standard.clone())]);
    }
    let about = about_of(standard)?;
    let facts = PageContext {
        standard,
        about: &about,
        assessment: rules.assessment_of(standard),
        gateway: (&gateway, own),
        versions: &known,
    };
    Ok(page(&facts))
}

/// Returns the adopted standards, then the shipped ones that are not adopted.
fn known(app: Option<&App>) -> Result<Vec<Arc<Standard>>, Error> {
    let mut all = match app {
        Some(app) => adopted::standards(app)?,
        None => Vec::new(),
    };
    for standard in shipped()? {
        if all.iter().all(|known| known.reference() != standard.reference()) {
            all.push(standard);
        }
    }
    Ok(all)
}

/// Returns what a standard says about itself; the program supplies it for the bundled standard.
pub fn about_of(standard: &Standard) -> Result<About, Error> {
    let (shipped, notes) = st0413().map_err(Error::refused)?;
    let bare = standard.about().is_empty() && shipped.reference() == standard.reference();
    Ok(if bare { notes.about } else { standard.about().clone() })
}

/// Makes a standard's CASE package. A department's own list is none: it has no place in a framework of standards.
pub fn case_package(standard: &Standard, base: Option<&str>) -> Result<Vec<u8>, Error> {
    if standard.local().is_some() {
        return Err(Error::refused(format!("{} is a list of local competences, not a standard", standard.reference())));
    }
    Ok(package(standard, &about_of(standard)?, base))
}

/// Builds the page about a standard, adopted or not, with its known versions.
pub fn about_page(app: &App, standard: &Standard) -> Result<Page, Error> {
    page_of(standard, &adopted::standards(app)?)
}

/// Returns the move that enrolling a trainee on `to` would make; `None` without another enrolment.
pub fn move_of(app: &App, trainee: &PersonId, to: &StandardRef) -> Result<Option<VersionMove>, Error> {
    let measure = app.measure()?;
    let enrolment = app.log.db.read(|tx| people::enrolment(tx, trainee))?;
    let Some(from) = enrolment.map(|enrolment| enrolment.standard).filter(|from| from != to) else {
        return Ok(None);
    };
    let (before, after) = (adopted::standard(app, &from)?, adopted::standard(app, to)?);
    let known = app.log.db.read(|tx| sign_off_index::states(tx, &app.viewer, trainee, &from, &measure))?;
    let state = |pair: &Pair| {
        let code = pair.before.as_deref().and_then(|code| code.parse::<KsbCode>().ok());
        code.and_then(|code| known.get(&code).copied()).unwrap_or(State::Open)
    };
    let ksbs = diff(&before, &after).ksbs.into_iter().map(|pair| {
        let state = state(&pair);
        (pair, state)
    });
    Ok(Some(VersionMove { from, to: to.clone(), ksbs: ksbs.collect(), policy: measure.policy }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shipped_standard_is_found_without_a_file_and_an_unknown_one_is_not() {
        assert_eq!(named(None, "st0413").unwrap().unwrap().reference().to_string(), "ST0413 1.1");
        assert_eq!(named(None, "ST0413 9.9").unwrap(), None);
        let kin = kin(None, &StandardRef::new("ST0413", "1.0").unwrap()).unwrap().unwrap();
        assert_eq!(kin.reference().version(), "1.1");
    }
}
