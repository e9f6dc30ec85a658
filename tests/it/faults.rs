//! Every fault that a department's machine may have, one file each. A law runs on a few examples, mostly in a slow
//! test; its full figure is reached by the test of the same name with `in_full` (`cargo test -- --ignored in_full`).

mod absent;
mod clock;
mod columns;
mod crowd;
pub mod disk;
mod flips;
mod forged;
mod forger;
mod fuzz;
mod hangup;
mod io;
mod killed;
mod power;
mod room;
mod schema;
mod two_ways;
pub mod work;
