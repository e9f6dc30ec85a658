//! Reads what earlier records say of a trainee.

use std::collections::BTreeMap;

use crate::app::App;
use crate::error::Error;
use crate::log::referenced::{effective_statement_at, index_mismatch, marks_of};
use crate::standards::local;
use countersign_core::primitives::ids::{KsbCode, PersonId, StandardRef};
use countersign_core::record::view::{CarriedRecord, Withdrawal};
use countersign_core::statement::Body;
use countersign_store::db::Tx;
use countersign_store::index::people;
use countersign_store::index::programme_index::{self, FactKind};

/// Returns what earlier records say of a trainee, on their standard and the lists for it, newest first.
pub fn carried(app: &App, trainee: &PersonId) -> Result<BTreeMap<KsbCode, Vec<CarriedRecord>>, Error> {
    let Some(on) = app.log.db.read(|tx| people::enrolment(tx, trainee))?.map(|enrolment| enrolment.standard) else {
        return Ok(BTreeMap::new());
    };
    let facts = app.log.db.read(|tx| programme_index::of(tx, &app.viewer, trainee, FactKind::CarryOver))?;
    if facts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let lists = local::lists_for(app, &on)?;
    let shown = |of: &StandardRef| *of == on || lists.iter().any(|list| list.reference() == of);
    let mut found: BTreeMap<KsbCode, Vec<CarriedRecord>> = BTreeMap::new();
    for fact in facts {
        let (statement, marks, withdrawn) = app.log.db.read(|tx| {
            let statement = effective_statement_at(tx, fact.position)?;
            let withdrawn = fact.withdrawn.map(|by| withdrawal(tx, by)).transpose()?;
            Ok::<_, Error>((statement, marks_of(tx, fact.position)?, withdrawn))
        })?;
        let Body::CarryOver(content) = statement.body else { return Err(index_mismatch().into()) };
        for (_, item) in content.items().filter(|(of, _)| shown(of)) {
            found.entry(item.code).or_default().push(CarriedRecord {
                id: statement.id,
                position: fact.position,
                item: item.clone(),
                source: content.source.clone(),
                file: content.file.clone(),
                signer: statement.signer.who.id.clone(),
                signer_name: statement.signer.who.name.clone(),
                signed: statement.signed,
                withdrawn: withdrawn.clone(),
                marks: marks.clone(),
                in_review: fact.doubted.is_some(),
            });
        }
    }
    for records in found.values_mut() {
        records.sort_by_key(|record| std::cmp::Reverse(record.position));
    }
    Ok(found)
}

/// Returns the withdrawal at a position.
pub(crate) fn withdrawal(tx: &Tx<'_>, by: u64) -> Result<Withdrawal, Error> {
    let statement = effective_statement_at(tx, by)?;
    let Body::Withdraw(withdraw) = statement.body else { return Err(index_mismatch().into()) };
    Ok(Withdrawal {
        id: statement.id,
        at: statement.signed,
        by: statement.signer.who.id,
        by_name: statement.signer.who.name,
        reason: withdraw.reason,
    })
}
