//! The program: hands the command line to the face that was asked for.

use std::process::ExitCode;

use countersign_app::app::App;
use countersign_app::config;
use countersign_app::demo::{self, PASSPHRASE, PIN};
use countersign_app::error::Error;
use countersign_cli::commands::maintenance::manual::KeyRow;
use countersign_cli::output::with_progress;
use countersign_cli::run::{Dispatch, fail, keymap, run};
use countersign_tui::command::{Row, TABLE};
use countersign_tui::keymap::Keymap;
use countersign_tui::{self as tui, Start};

fn main() -> ExitCode {
    let mut question = None;
    let code = match run(std::env::args_os(), |style| question = tui::ask_background(style.ascii)) {
        Dispatch::Exit(code) => return ExitCode::from(code),
        Dispatch::Keymap(style) => keys().map(|map| keymap(key_rows(&map), style)),
        Dispatch::Screen { app, signer, trainee, person, ascii } => {
            show(*app, Start { signer, trainee, person, ascii, question, ..Start::default() }).map(|(_, code)| code)
        }
        Dispatch::SetUp { folder, second, ascii } => {
            tui::set_up(folder, second, Start { ascii, question, ..Start::default() }).map(|(_, code)| code)
        }
        Dispatch::Demo { ascii } => try_out(ascii),
    };
    ExitCode::from(code.unwrap_or_else(|error| fail(&error)))
}

/// Shows the screen; gives the use-cases back, and the exit code.
fn show(app: App, start: Start) -> Result<(App, u8), Error> {
    tui::run(app, start.with_settings()?).map(|(app, signal)| (app, tui::exit_code(signal)))
}

/// A made-up department in a temporary folder, with a supervisor's session open; it goes when the screen is left.
fn try_out(ascii: bool) -> Result<u8, Error> {
    tui::check_terminal(&config::surroundings())?;
    let demo = with_progress("Making a department", demo::open)?;
    let trial = Some(tui::msg::trial::Trial { pin: PIN.to_owned(), passphrase: PASSPHRASE.to_owned() });
    let start = Start { signer: Some(demo.supervisor), trainee: Some(demo.trainee), trial, ascii, ..Start::default() };
    let (app, code) = show(demo.app, start)?;
    app.delete_demo();
    Ok(code)
}

fn keys() -> Result<Keymap, Error> {
    tui::keys(&config::settings().map_err(Error::usage)?.keys)
}

fn key_rows(map: &Keymap) -> Vec<KeyRow> {
    let key_row = |row: &Row| KeyRow {
        id: row.name.to_owned(),
        place: row.place.heading().to_owned(),
        keys: map.keys_of(row.command).iter().map(ToString::to_string).collect(),
        does: row.does.to_owned(),
    };
    TABLE.iter().map(key_row).collect()
}
