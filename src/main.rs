//! The program: hands the command line to the face that was asked for.

use std::process::ExitCode;

use countersign::app::error::Error;
use countersign::cli::manual::KeyRow;
use countersign::cli::run::{Next, fail, keymap, run};
use countersign::tui::command::{Row, TABLE};
use countersign::tui::keymap::{Keymap, OwnKeys, place_words};

fn main() -> ExitCode {
    let code = match run(std::env::args_os()) {
        Next::Exit(code) => code,
        Next::Keymap(style) => match Keymap::new(&OwnKeys::new()) {
            Ok(map) => keymap(TABLE.iter().map(|row| key_row(&map, row)).collect(), style),
            Err(fault) => fail(&Error::usage(fault)),
        },
        Next::Screen { .. } | Next::Demo { .. } => {
            fail(&Error::usage("Say what to do").hint("`countersign --help` lists the commands"))
        }
    };
    ExitCode::from(code)
}

fn key_row(map: &Keymap, row: &Row) -> KeyRow {
    KeyRow {
        id: row.name.to_owned(),
        place: place_words(row.place).to_owned(),
        keys: map.keys_of(row.command).iter().map(ToString::to_string).collect(),
        does: row.does.to_owned(),
    }
}
