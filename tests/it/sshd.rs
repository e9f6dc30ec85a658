//! People log in through a real sshd: each as themselves, to what is theirs, and to nothing else.

mod claims;
mod doctor;
mod refused;
mod screens;
mod server;
mod story;
