//! Appends statements in one transaction, then reads them back from the file before reporting success.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::clock::Clock;
use crate::error::Error;
use crate::keys::keystore::{self, another_log_key, no_log_key};
use crate::log::append::{AppendedStatement, SigningIdentity, head_of, opens, verifier_of, write};
use crate::log::rule_context::{ReferencedContent, StagedBundle};
use crate::random::Random;
use crate::storage::checkpoint_mirror::CheckpointMirror;
use crate::storage::data_dir::DataDir;
use countersign_core::primitives::ids::{KsbCode, LogOrigin, StandardRef, StatementId};
use countersign_core::primitives::text::SafeText;
use countersign_core::programme::training_plan::SignedPlan;
use countersign_core::record::view::TreeHead;
use countersign_core::standard::Standard;
use countersign_core::standard::options::Scope;
use countersign_core::statement::Body;
use countersign_core::statement::kinds::recognition::Recognised;
use countersign_ledger::note::{LogKey, LogVerifier};
use countersign_ledger::replay::ReceiptStatement;
use countersign_store::db::{Db, WriteTx};
use countersign_store::error::{StoreError, damaged};
use countersign_store::index::standards;
use countersign_store::log::{self, RawEntry, SignedTreeHead};

/// The open database with the log key and caches of what was read.
#[derive(Debug)]
pub struct LogWriter {
    pub(crate) db: Db,
    /// The log key, or why nothing can be signed.
    log_key: Result<LogKey, Error>,
    standards: RefCell<HashMap<StandardRef, Arc<Standard>>>,
    /// Standards limited to a trainee's scope, by option and left-out KSBs.
    parts: RefCell<HashMap<ScopeKey, Arc<Standard>>>,
    put_back: HashMap<StatementId, ReceiptStatement>,
    /// What the bundle to be received brings.
    received: Option<Arc<StagedBundle>>,
    /// Training plans, by the position of their statement.
    pub(crate) plans: RefCell<HashMap<u64, Arc<SignedPlan>>>,
    /// Recognitions of prior learning, by the position of their statement.
    pub(crate) recognitions: RefCell<HashMap<u64, Arc<Recognised>>>,
    second: Option<CheckpointMirror>,
}

/// A standard, the chosen option and the codes that are left out.
type ScopeKey = (StandardRef, Option<SafeText>, Vec<KsbCode>);

/// Signs and appends bodies as an identity, at a clock's time and within a transaction; returns their ids.
pub type AppendFn<'a> =
    dyn FnMut(&WriteTx<'_>, &SigningIdentity<'_>, Vec<Body>, &dyn Clock) -> Result<Vec<StatementId>, Error> + 'a;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendResult {
    /// In the order of the bodies.
    pub ids: Vec<StatementId>,
    /// The tree head after the append.
    pub head: TreeHead,
}

impl AppendResult {
    /// Whether the rules were only checked, so that nothing else may change either.
    pub fn is_dry_run(&self) -> bool {
        self.ids.is_empty()
    }
}

impl LogWriter {
    /// Wraps an open database, read-only until it gets the log key.
    pub fn new(db: Db) -> Self {
        Self {
            db,
            log_key: Err(no_log_key()),
            standards: RefCell::default(),
            parts: RefCell::default(),
            put_back: HashMap::new(),
            received: None,
            plans: RefCell::default(),
            recognitions: RefCell::default(),
            second: None,
        }
    }

    /// Sets the log key.
    #[must_use]
    pub fn with_log_key(self, log_key: LogKey) -> Self {
        Self { log_key: Ok(log_key), ..self }
    }

    /// Loads the log key from a data folder. A missing, damaged or foreign key prevents signing, not reading.
    #[must_use]
    pub fn with_key_in(self, folder: &DataDir) -> Self {
        let log_key = self.verifier().and_then(|verifier| keystore::log_key(folder, &verifier));
        Self { log_key, ..self }
    }

    /// Sets the second folder that checkpoints are also copied to.
    #[must_use]
    pub fn with_second(self, second: Option<CheckpointMirror>) -> Self {
        Self { second, ..self }
    }

    /// Returns the second folder for checkpoints.
    pub fn second(&self) -> Option<&CheckpointMirror> {
        self.second.as_ref()
    }

    pub fn origin(&self) -> Result<LogOrigin, Error> {
        let found = self.db.read(log::log)?;
        Ok(found.ok_or_else(|| damaged("it contains no log"))?.0)
    }

    /// Returns the verifier key of this log's checkpoints.
    pub fn verifier(&self) -> Result<LogVerifier, Error> {
        self.db.read(verifier_of)
    }

    pub fn head(&self) -> Result<TreeHead, Error> {
        Ok(self.db.read(head_of)?)
    }

    /// Returns an adopted standard, cached.
    pub fn standard(&self, of: &StandardRef) -> Result<Option<Arc<Standard>>, Error> {
        if let Some(standard) = self.standards.borrow().get(of) {
            return Ok(Some(Arc::clone(standard)));
        }
        let Some(standard) = self.db.read(|tx| standards::standard(tx, of))? else { return Ok(None) };
        let standard = Arc::new(standard);
        self.standards.borrow_mut().insert(of.clone(), Arc::clone(&standard));
        Ok(Some(standard))
    }

    /// Returns an adopted standard limited to a trainee's scope, cached.
    pub fn standard_in(&self, of: &StandardRef, scope: &Scope) -> Result<Option<Arc<Standard>>, Error> {
        let Some(standard) = self.standard(of)? else { return Ok(None) };
        if scope.is_whole() {
            return Ok(Some(standard));
        }
        let part = (of.clone(), scope.option.clone(), scope.left_out_codes());
        let mut parts = self.parts.borrow_mut();
        let made = parts.entry(part).or_insert_with(|| Arc::new(standard.in_scope(scope)));
        Ok(Some(Arc::clone(made)))
    }

    /// Stores the text of a standard before it is adopted.
    pub fn store_standard(&mut self, standard: Standard) -> Result<(), Error> {
        self.db.write(|tx| standards::add_content(tx, &standard))?;
        self.standards.borrow_mut().insert(standard.reference().clone(), Arc::new(standard));
        Ok(())
    }

    /// Keeps in memory the statement that an `import` will bring back.
    pub fn stage_import(&mut self, back: ReceiptStatement) {
        self.put_back.insert(back.statement.id, back);
    }

    /// Keeps in memory what a bundle brings, until the statement that records it is written.
    pub(crate) fn stage_bundle(&mut self, bundle: Option<StagedBundle>) {
        self.received = bundle.map(Arc::new);
    }

    /// Returns the log key, or why there is none.
    pub(crate) fn key(&self) -> Result<&LogKey, Error> {
        self.log_key.as_ref().map_err(Error::clone)
    }

    /// Signs and appends all of `bodies`, or none.
    pub fn append(
        &mut self,
        identity: &SigningIdentity<'_>,
        bodies: Vec<Body>,
        clock: &dyn Clock,
        random: &mut dyn Random,
    ) -> Result<AppendResult, Error> {
        self.append_with(identity, vec![bodies], clock, random, &mut |_| Ok(()))
    }

    /// Signs and appends all groups in order, or none; a later group may refer to an earlier one. `also_write` writes to the
    /// workspace in the same transaction.
    pub fn append_with(
        &mut self,
        identity: &SigningIdentity<'_>,
        groups: Vec<Vec<Body>>,
        clock: &dyn Clock,
        random: &mut dyn Random,
        also_write: &mut dyn FnMut(&WriteTx<'_>) -> Result<(), StoreError>,
    ) -> Result<AppendResult, Error> {
        let brought: Vec<StatementId> = groups.iter().flatten().filter_map(Body::put_back).collect();
        let abouts = groups.iter().map(|bodies| self.referenced(bodies)).collect::<Result<Vec<_>, Error>>()?;
        let log_key = self.log_key.as_ref().map_err(Error::clone)?;
        let (written, stored) = self.db.write(|tx| {
            let (mut all, mut last) = (Vec::new(), None);
            for (bodies, about) in groups.into_iter().zip(&abouts) {
                let (written, stored) = write(tx, identity, bodies, about, log_key, clock, random)?;
                all.extend(written);
                last = Some(stored);
            }
            also_write(tx)?;
            let stored: SignedTreeHead = last.ok_or_else(|| Error::usage("There is nothing to state"))?;
            let now = head_of(tx)?;
            // Nothing is committed unless its checkpoint verifies with this log's key.
            if opens(tx, &stored.checkpoint, now.size, now.root) { Ok((all, stored)) } else { Err(another_log_key()) }
        })?;
        self.put_back.retain(|of, _| !brought.contains(of));
        let head = self.confirm(&written, &stored)?;
        if let Some(second) = &self.second {
            second.add(&stored.checkpoint);
        }
        Ok(AppendResult { ids: written.iter().map(|w| w.id).collect(), head })
    }

    /// Runs `work` in one transaction, in which it can append groups with their own signers and times and write to the
    /// workspace, without reading them back. For demos.
    pub fn append_freely(
        &mut self,
        standards: &[StandardRef],
        random: &mut dyn Random,
        work: &mut dyn FnMut(&WriteTx<'_>, &mut AppendFn<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut about = ReferencedContent::default();
        for of in standards {
            about.standards.extend(self.standard(of)?.map(|standard| (of.clone(), standard)));
        }
        let log_key = self.log_key.as_ref().map_err(Error::clone)?;
        self.db.write(|tx| {
            let mut state = |tx: &WriteTx<'_>, identity: &SigningIdentity<'_>, bodies: Vec<Body>, clock: &dyn Clock| {
                let (written, _) = write(tx, identity, bodies, &about, log_key, clock, &mut *random)?;
                Ok(written.into_iter().map(|w| w.id).collect())
            };
            work(tx, &mut state)
        })
    }

    /// Reads back what was written in a new read transaction and returns the tree head found there.
    fn confirm(&self, written: &[AppendedStatement], stored: &SignedTreeHead) -> Result<TreeHead, Error> {
        let same = |(w, e): (&AppendedStatement, &RawEntry)| {
            (w.position, w.id, w.key) == (e.position, e.id, e.key)
                && w.signed.text.as_bytes() == e.text
                && w.signed.signature == e.signature
        };
        let head = self.db.read(|tx| -> Result<Option<TreeHead>, StoreError> {
            let first = written.first().map_or(stored.size, |w| w.position);
            let entries = log::entries(tx, first..stored.size)?;
            let all = entries.len() == written.len() && written.iter().zip(&entries).all(same);
            // Another process may have appended since, so the log can be longer, but not shorter.
            let newest = log::head(tx)?.filter(|head| head == stored || head.size > stored.size);
            let now = head_of(tx)?;
            let kept = newest.is_some_and(|newest| opens(tx, &newest.checkpoint, now.size, now.root));
            Ok((all && kept).then_some(now))
        })?;
        head.ok_or_else(|| Error::from(damaged("what was written did not read back")))
    }

    /// Loads what bodies refer to before the write lock is taken: adopted standards never change.
    pub(crate) fn referenced(&mut self, bodies: &[Body]) -> Result<ReferencedContent, Error> {
        let mut about = ReferencedContent::default();
        for body in bodies {
            let back = body.put_back().and_then(|of| self.put_back.get(&of).cloned());
            if let Body::Received(_) = body {
                about.received.clone_from(&self.received);
            }
            if let Body::Competences(adoption) = body {
                // The rules check a list against the standards it belongs to and the other lists there.
                let lists = self.db.read(standards::lists)?;
                for of in adoption.beside.iter().chain(&lists) {
                    let found = self.standard(of)?;
                    about.standards.extend(found.map(|standard| (of.clone(), standard)));
                }
            }
            let counting = back.as_ref().map_or(body, |back| &back.statement.body);
            for of in counting.content().standards() {
                if let Some(standard) = self.standard(of)? {
                    about.standards.insert(of.clone(), standard);
                }
            }
            about.put_back.extend(back.map(|back| (back.statement.id, back)));
        }
        Ok(about)
    }
}
