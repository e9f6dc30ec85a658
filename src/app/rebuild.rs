//! Every index made anew from the log, in one transaction: the file is as before, or as the log says. Must never be needed,
//! and must always work.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::error::Error;
use crate::app::service::App;
use crate::app::targets::{counting_at, erased_time};
use crate::domain::standard::Standard;
use crate::domain::statement::decode::decode;
use crate::domain::statement::{Body, Statement};
use crate::domain::value::StandardRef;
use crate::store::error::damaged;
use crate::store::index::{self, Indexer};
use crate::store::{beside, log, standards};

/// Entries read in one go.
const PART: u64 = 512;

impl App {
    /// Makes every index anew; gives the number of entries. `progress` is told how many are done, and of how many.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<u64, Error> {
        let rebuilt = self.book.db.write(|tx| -> Result<u64, Error> {
            index::clear(tx)?;
            let size = log::head(tx)?.map_or(0, |head| head.size);
            let mut adopted = HashMap::new();
            let erased = beside::all_erased(tx)?;
            let mut at = 0;
            while at < size {
                let mut indexer = Indexer::default();
                let entries = log::entries(tx, at..at + PART)?;
                if entries.is_empty() {
                    return Err(damaged(format!("entry {at} is missing")).into());
                }
                for entry in &entries {
                    if let Some((_, by)) = erased.get(&entry.position) {
                        erased_time(tx, *by)?.into_iter().for_each(|signed| indexer.saw(signed));
                        continue;
                    }
                    let statement = decode(&entry.text)?;
                    let text = match &statement.body {
                        Body::Standard(adoption) => Some((&adoption.standard, &adoption.content)),
                        Body::Competences(adoption) => Some((&adoption.list, &adoption.content)),
                        _ => None,
                    };
                    if let Some((of, digest)) = text {
                        let standard = standards::content(tx, digest)?;
                        let standard = standard.ok_or_else(|| damaged("the text of a standard is missing"))?;
                        adopted.insert(of.clone(), Arc::new(standard));
                    }
                    indexer.add(tx, &statement, entry.position, about(&adopted, &statement))?;
                    if matches!(statement.body, Body::Import(_)) {
                        let back = counting_at(tx, entry.position)?;
                        indexer.add_put_back(tx, &back, entry.position, about(&adopted, &back))?;
                    }
                }
                indexer.finish(tx)?;
                at += entries.len() as u64;
                progress(at, size);
            }
            Ok(size)
        });
        rebuilt.map_err(|e| e.doing("Making the indexes anew"))
    }
}

/// The standard that a sign-off is about.
fn about<'a>(adopted: &'a HashMap<StandardRef, Arc<Standard>>, statement: &Statement) -> Option<&'a Arc<Standard>> {
    match &statement.body {
        Body::SignOff(sign_off) => adopted.get(&sign_off.item.standard),
        _ => None,
    }
}
