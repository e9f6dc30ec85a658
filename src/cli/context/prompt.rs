//! Asks questions on the terminal, wherever the output goes. Secrets are not echoed, and the terminal's modes are restored
//! after each question, even on Ctrl-C.

use std::io::{IsTerminal as _, Read as _, Write as _};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::context::input::{Device, open_terminal, text_of};
use crate::output::report::CommandOutput;
use crate::output::table::{OutputBlock, aligned};
use countersign_app::error::Error;
use countersign_core::primitives::ids::Secret;
use countersign_core::primitives::text::escape_for_terminal;

/// Maximum bytes of an answer.
const LONGEST: usize = 1024;

/// The terminal that the program was started on.
#[derive(Debug)]
pub struct Terminal(Device);

/// Shows what would be done and asks whether to do it; any answer but yes is the error `refused`. Without a terminal, returns
/// the answer to give in its place: the preview alone, with exit code 1.
pub fn confirmed(
    preview: &[OutputBlock],
    shape: &impl Serialize,
    refused: &str,
) -> Result<Option<CommandOutput>, Error> {
    if let Some(mut terminal) = Terminal::find() {
        return terminal.confirm(preview, refused).map(|()| None);
    }
    let answer = CommandOutput { code: 1, ..CommandOutput::new(preview.to_vec(), shape)? };
    Ok(Some(answer.aside("Nothing has changed. To do it, add --yes")))
}

impl Terminal {
    /// Returns the terminal, if the program is used interactively.
    pub fn find() -> Option<Self> {
        let attended = std::io::stdin().is_terminal();
        if attended { open_terminal().map(Self) } else { None }
    }

    /// Prints a line.
    pub fn say(&mut self, text: &str) -> Result<(), Error> {
        self.write(&format!("{}\n", escape_for_terminal(text)))
    }

    /// Asks for a line.
    pub fn ask(&mut self, question: &str) -> Result<String, Error> {
        self.write(&format!("{}: ", escape_for_terminal(question)))?;
        let mut line = Vec::new();
        let mut byte = [0];
        while self.0.read(&mut byte).map_err(|e| gone(&e))? == 1 && byte[0] != b'\n' && line.len() < 16 * LONGEST {
            line.push(byte[0]);
        }
        String::from_utf8(line).map_err(|_| Error::usage("What was typed is not text"))
    }

    /// Shows what would be done and asks whether to do it; any answer but yes is the error `refused`.
    pub fn confirm(&mut self, preview: &[OutputBlock], refused: &str) -> Result<(), Error> {
        preview.iter().flat_map(|part| aligned(part, None)).try_for_each(|line| self.say(&line))?;
        if self.ask("Type yes to go on")?.trim() == "yes" {
            return Ok(());
        }
        Err(Error::refused(refused).hint("Nothing was changed"))
    }

    /// Asks for a secret without echo.
    pub fn ask_secret(&mut self, question: &str) -> Result<Secret, Error> {
        // Echo is off before the question is printed, so that a fast answer is not shown either.
        let typed = {
            let _silence = EchoOff::begin(&self.0)?;
            write(&self.0, &format!("{}: ", escape_for_terminal(question)))?;
            typed(&self.0)
        };
        self.write("\n")?;
        let typed = typed?.ok_or_else(|| Error::refused("Cancelled").hint("Nothing was changed"))?;
        text_of(&typed).ok_or_else(|| Error::usage("Nothing was typed"))
    }

    /// Asks for a new secret twice.
    pub fn ask_twice(&mut self, question: &str, again: &str) -> Result<Secret, Error> {
        let secret = self.ask_secret(question)?;
        if self.ask_secret(again)? == secret {
            return Ok(secret);
        }
        Err(Error::usage("The two do not match").hint("Nothing was changed. Try again"))
    }

    /// Does something slow between two questions. What is typed meanwhile is neither shown nor taken for an answer.
    pub fn without_echo<T>(&self, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let mut silence = EchoOff::begin(&self.0)?;
        silence.after = OptionalActions::Flush;
        work()
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        write(&self.0, text)
    }
}

/// Reads up to Enter; returns `None` on Ctrl-C or Ctrl-D.
fn typed(mut device: &Device) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = Zeroizing::new([0_u8; 1]);
    while device.read(&mut *byte).map_err(|e| gone(&e))? == 1 {
        match byte[0] {
            b'\r' | b'\n' => return Ok(Some(line)),
            3 | 4 => return Ok(None),
            8 | 0x7f => {
                // Deletes all bytes of a character.
                while line.pop().is_some_and(|last| last & 0xc0 == 0x80) {}
            }
            21 => line.clear(),
            other if other >= b' ' && line.len() < LONGEST => line.push(other),
            _ => {}
        }
    }
    Ok(None)
}

fn write(mut device: &Device, text: &str) -> Result<(), Error> {
    device.write_all(text.as_bytes()).and_then(|()| device.flush()).map_err(|e| gone(&e))
}

fn gone(error: &std::io::Error) -> Error {
    Error::refused(format!("The terminal cannot be used ({error})"))
}

/// Turns off the terminal's echo until dropped.
struct EchoOff<'a> {
    terminal: &'a Device,
    before: Termios,
    /// What becomes of what was typed and not read.
    after: OptionalActions,
}

impl<'a> EchoOff<'a> {
    fn begin(terminal: &'a Device) -> Result<EchoOff<'a>, Error> {
        let before = tcgetattr(terminal).map_err(|e| gone(&e.into()))?;
        let mut silent = before.clone();
        // Keys are read one by one, including Ctrl-C: a signal would leave the terminal without echo.
        silent.local_modes &= !(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(terminal, OptionalActions::Flush, &silent).map_err(|e| gone(&e.into()))?;
        Ok(EchoOff { terminal, before, after: OptionalActions::Now })
    }
}

impl Drop for EchoOff<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs no restoring.
        let _ = tcsetattr(self.terminal, self.after, &self.before);
    }
}
