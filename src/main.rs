//! The program: hands the command line to the face that was asked for.

use std::process::ExitCode;

use countersign::app::error::Error;
use countersign::cli::run::{Next, fail, run};

fn main() -> ExitCode {
    let code = match run(std::env::args_os()) {
        Next::Exit(code) => code,
        Next::Screen { .. } | Next::Demo { .. } | Next::Keymap => {
            fail(&Error::usage("Say what to do").hint("`countersign --help` lists the commands"))
        }
    };
    ExitCode::from(code)
}
