//! Every index made anew from the log, in one transaction: the file is as before, or as the log says. Must never be needed,
//! and must always work.

use std::collections::HashMap;
use std::sync::Arc;

use crate::app::error::Error;
use crate::app::service::App;
use crate::domain::standard::Standard;
use crate::domain::statement::Body;
use crate::domain::statement::decode::decode;
use crate::domain::value::StandardRef;
use crate::store::error::damaged;
use crate::store::index::{self, Indexer};
use crate::store::{log, standards};

/// Entries read in one go.
const PART: u64 = 512;

impl App {
    /// Makes every index anew; gives the number of entries. `progress` is told how many are done, and of how many.
    pub fn rebuild(&mut self, progress: &mut dyn FnMut(u64, u64)) -> Result<u64, Error> {
        let rebuilt = self.book.db.write(|tx| -> Result<u64, Error> {
            index::clear(tx)?;
            let size = log::head(tx)?.map_or(0, |head| head.size);
            let mut adopted: HashMap<StandardRef, Arc<Standard>> = HashMap::new();
            let mut at = 0;
            while at < size {
                let mut indexer = Indexer::default();
                let entries = log::entries(tx, at..at + PART)?;
                if entries.is_empty() {
                    return Err(damaged(format!("entry {at} is missing")).into());
                }
                for entry in &entries {
                    let statement = decode(&entry.text)?;
                    if let Body::Standard(adoption) = &statement.body {
                        let standard = standards::content(tx, &adoption.content)?;
                        let standard = standard.ok_or_else(|| damaged("the text of a standard is missing"))?;
                        adopted.insert(adoption.standard.clone(), Arc::new(standard));
                    }
                    let of = match &statement.body {
                        Body::SignOff(sign_off) => Some(sign_off.item.standard.clone()),
                        Body::Withdraw(withdraw) => match log::entry_of(tx, withdraw.of)? {
                            Some(of) => match decode(&of.signed.text)?.body {
                                Body::SignOff(sign_off) => Some(sign_off.item.standard),
                                _ => None,
                            },
                            None => None,
                        },
                        _ => None,
                    };
                    let standard = of.and_then(|of| adopted.get(&of));
                    indexer.add(tx, &statement, entry.position, standard)?;
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
