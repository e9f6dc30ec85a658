//! Takes and restores the terminal: raw mode, alternate screen, bracketed paste, mouse and cursor. Never panics if the
//! terminal is gone.

use std::io::{self, IsTerminal as _, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, getpgid, getpgrp, getpid, getppid, getsid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, OutputModes, tcgetattr, tcsetattr};

use crate::runtime::backend::{FrameBackend, Measure};

/// The terminal that the program draws on.
pub type Screen = Terminal<FrameBackend<Output>>;

/// Whether this process has taken the terminal.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the terminal reports the mouse while it is taken.
static MOUSE: AtomicBool = AtomicBool::new(false);

const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[m\x1b[H\x1b[2J";
/// Buttons and the wheel only, not every movement: at rest nothing is sent either way.
const ENTER_MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const LEAVE: &[u8] = b"\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049l";
const LEAVE_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Whether the terminal shall report clicks and the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseReports {
    On,
    Off,
}

/// Restores the terminal when dropped.
#[derive(Debug)]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Standard output, unbuffered; writes are ignored once the terminal is restored.
#[derive(Debug)]
pub struct Output(());

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !TAKEN.load(Ordering::Acquire) {
            return Ok(bytes.len());
        }
        Ok(rustix::io::retry_on_intr(|| rustix::io::write(io::stdout(), bytes))?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends keys to the program at once and does not show them, but leaves the rest of the terminal as it is.
pub fn listen() -> io::Result<()> {
    enable_raw_mode()?;
    let mut modes = tcgetattr(io::stdin())?;
    // Until the screen is there, Ctrl-C still ends the program, and lines that it prints end as usual.
    modes.local_modes |= LocalModes::ISIG;
    modes.output_modes |= OutputModes::OPOST;
    tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
    Ok(())
}

/// Undoes [`listen`].
pub fn stop_listening() {
    let _ = disable_raw_mode();
}

/// Sends a question to the terminal.
pub fn send(question: &[u8]) -> io::Result<()> {
    rustix::io::retry_on_intr(|| rustix::io::write(io::stdout(), question))?;
    Ok(())
}

/// Takes the terminal. A panic on any thread restores it before its message is printed.
pub fn enter(mouse: MouseReports) -> io::Result<(Guard, Screen)> {
    restore_on_panic();
    MOUSE.store(mouse == MouseReports::On, Ordering::Release);
    let guard = Guard(());
    take()?;
    let screen = Terminal::new(FrameBackend::new(Output(()), Measure::Ask(size)))?;
    Ok((guard, screen))
}

/// Restores the terminal and its cursor. Can be called repeatedly and from any thread; prints nothing.
pub fn restore() {
    if TAKEN.swap(false, Ordering::AcqRel) {
        // All of it fails if the terminal is gone, and nobody can read about it.
        if MOUSE.load(Ordering::Acquire) {
            let _ = rustix::io::write(io::stdout(), LEAVE_MOUSE);
        }
        let _ = rustix::io::write(io::stdout(), LEAVE);
        let _ = disable_raw_mode();
    }
}

/// Whether a shell exists that can continue this process. Otherwise it would stay stopped.
pub fn can_suspend() -> bool {
    let Some(parent) = getppid() else { return false };
    let (Ok(own), Ok(session)) = (getsid(None), getsid(Some(parent))) else { return false };
    own == session && getpgid(Some(parent)).is_ok_and(|group| group != getpgrp())
}

/// Restores the terminal, stops this process until `fg`, and takes the terminal again; returns whether it stopped. The
/// screen must then be cleared and redrawn.
pub fn suspend() -> io::Result<bool> {
    if !can_suspend() {
        return Ok(false);
    }
    restore();
    kill_process(getpid(), Signal::STOP)?;
    take().map(|()| true)
}

/// Takes the terminal again after another program may have changed its modes (`SIGSTOP` from outside, then `fg`).
pub fn retake() -> io::Result<()> {
    restore();
    take()
}

/// Blocks until the terminal is gone.
pub fn wait_until_gone() {
    let terminal = io::stdout();
    loop {
        // No events are requested: hang-ups and errors are always reported.
        let mut one = [PollFd::new(&terminal, PollFlags::empty())];
        match poll(&mut one, None) {
            Ok(_) if one[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) => return,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
    }
}

/// Whether both input and output are a terminal.
pub fn is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Returns the terminal's columns and rows, if known.
pub fn size() -> Option<Size> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    Some(Size::new(size.ws_col, size.ws_row))
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    let mut modes = tcgetattr(io::stdin())?;
    modes.make_raw();
    tcsetattr(io::stdin(), OptionalActions::Now, &modes)?;
    TAKEN.store(true, Ordering::Release);
    Output(()).write_all(ENTER)?;
    if MOUSE.load(Ordering::Acquire) { Output(()).write_all(ENTER_MOUSE) } else { Ok(()) }
}

fn restore_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            before(panic);
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn giving_back_a_terminal_that_was_never_taken_does_nothing() {
        restore();
        restore();
        assert!(!TAKEN.load(Ordering::Acquire));
    }

    #[test]
    fn what_is_written_after_the_terminal_is_given_back_goes_nowhere() {
        restore();
        assert_eq!(Output(()).write(b"late").unwrap(), 4);
    }
}
