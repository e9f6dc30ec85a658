//! Countersign: a workplace sign-off book in the terminal.
//!
//! Each layer knows only those above it here (a test reads `src/` and checks this):
//!
//! ```text
//! config            where the data folder and settings are
//! domain            pure: what things are and which rules hold; no I/O, no clock
//!   primitives  people  standard  statement  rules  record  programme  filter  import
//! ledger            signatures, the tree, receipts, wrapped keys
//! store             the only one that knows SQL; it and ledger do not know each other
//!   index  queries  migrations
//! app               use cases: functions of an open `App`; what only reads takes `&App`
//!   log  keys  storage  verify  people  standards  record  claims  programme  cohort  maintenance  doctor  demo
//! cli               the command line
//!   commands  context  output  ssh
//! tui               the screen
//!   runtime  msg  model  update  effect  pane  screen  overlay  widget
//! ```
//!
//! The signed log is the truth; every other table is an index of it and can be rebuilt.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod ledger;
pub mod store;
pub mod tui;
