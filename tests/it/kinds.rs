//! A log with every kind of statement, however they came about: it verifies, its indexes are what a plain reading of it
//! says and come out the same when made again, and no change to it goes unseen.

pub mod absent;
pub mod altered;
mod department;
mod gateway;
pub mod history;
mod tables;
