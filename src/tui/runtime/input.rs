//! Feeds one channel with keys, signals, database changes and the loss of the terminal. Its threads block while nothing
//! happens, and end the program with its terminal.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, Builder};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher, recommended_watcher};
use ratatui::layout::Position;
use signal_hook::consts::signal::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use crate::key::{Key, KeyModifier, KeyPress};
use crate::msg::Msg;
use crate::msg::mouse::{Mouse, MouseAction};
use crate::replies::Replies;
use crate::runtime::background::Typed;
use crate::runtime::terminal;

/// Stack size of the threads, in bytes.
const STACK: usize = 192 * 1024;
/// How long to wait for the terminal to be restored before exiting.
const PATIENCE: Duration = Duration::from_millis(30);
/// How long the loop has to save what was typed before exiting.
const GRACE: Duration = Duration::from_secs(1);
/// How long to collect further changes after a first one.
const JOINED: Duration = Duration::from_millis(2);
/// Polling interval of the database where the system has no change events.
const POLL: Duration = Duration::from_secs(1);

/// An input of the event loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    Msg(Msg),
    /// The database changed, or a change is about to be readable.
    Changed,
    /// An effect that ran by itself has ended.
    Returned,
    /// Another process sent `SIGTSTP`.
    Suspend,
    /// The process continued (`SIGCONT`).
    Resumed,
    /// No more keys can arrive.
    Over,
    /// The program must exit because of this signal.
    Ending(i32),
}

/// The channel, and the watcher that must live as long as it.
#[derive(Debug)]
pub struct Sources {
    pub inputs: Receiver<Input>,
    sender: Sender<Input>,
    watcher: Option<RecommendedWatcher>,
}

impl Sources {
    /// Returns a way into the channel, for work on another thread.
    pub fn sender(&self) -> Sender<Input> {
        self.sender.clone()
    }

    /// Watches the data directory.
    pub fn watch(&mut self, data: &Path) -> io::Result<()> {
        let sender = self.sender();
        self.watcher = watch(data, sender.clone());
        if self.watcher.is_none() {
            thread("file", move || {
                while sender.send(Input::Changed).is_ok() {
                    thread::sleep(POLL);
                }
            })?;
        }
        Ok(())
    }
}

/// Starts the threads for keys, signals and the loss of the terminal. What was typed before comes first.
pub fn start(typed: Typed) -> io::Result<Sources> {
    let (sender, inputs) = channel();
    for input in typed.events.into_iter().filter_map(translate) {
        let _ = sender.send(input);
    }
    let signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT, SIGTSTP])?;
    let (keys, signal_sender, gone) = (sender.clone(), sender.clone(), sender.clone());
    thread("signals", move || forward_signals(signals, &signal_sender))?;
    thread("hang-up", move || {
        terminal::wait_until_gone();
        end(SIGHUP, &gone);
    })?;
    thread("keys", move || forward_keys(typed.replies, &keys))?;
    Ok(Sources { inputs, sender, watcher: None })
}

/// Asks the loop to save what was typed and exit; exits without it if that takes too long.
fn end(signal: i32, to: &Sender<Input>) -> ! {
    if to.send(Input::Ending(signal)).is_ok() {
        thread::sleep(GRACE);
    }
    leave(signal)
}

/// Exits as if by the signal, after restoring the terminal if that is quick. No batch is lost in part: each is one
/// transaction.
fn leave(signal: i32) -> ! {
    let (sender, restored) = channel();
    let helper = thread("restore", move || {
        terminal::restore();
        let _ = sender.send(());
    });
    if helper.is_ok() {
        let _ = restored.recv_timeout(PATIENCE);
    }
    std::process::exit(128 + signal)
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Builder::new().name(name.to_owned()).stack_size(STACK).spawn(work).map(drop)
}

fn forward_signals(mut signals: Signals, to: &Sender<Input>) {
    for signal in signals.forever() {
        let input = match signal {
            SIGCONT => Input::Resumed,
            SIGTSTP => Input::Suspend,
            ending => end(ending, to),
        };
        if to.send(input).is_err() {
            return;
        }
    }
}

fn forward_keys(mut replies: Replies, to: &Sender<Input>) {
    loop {
        let known = replies.background;
        let events = match next_event(&replies) {
            Ok(Some(event)) => replies.take(event),
            Ok(None) => replies.silence(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Vec::new(),
            Err(_) => {
                let _ = to.send(Input::Over);
                return;
            }
        };
        // An answer that came after the first picture still decides the colours.
        let late = replies.background.filter(|_| replies.background != known);
        let late = late.map(|base| Input::Msg(Msg::Background(base)));
        if late.into_iter().chain(events.into_iter().filter_map(translate)).any(|input| to.send(input).is_err()) {
            return;
        }
    }
}

/// Returns the next event, or `None` if a key is held back and nothing follows in time.
fn next_event(replies: &Replies) -> io::Result<Option<Event>> {
    match replies.patience() {
        Some(patience) if !crossterm::event::poll(patience)? => Ok(None),
        _ => crossterm::event::read().map(Some),
    }
}

fn watch(data: &Path, to: Sender<Input>) -> Option<RecommendedWatcher> {
    let tell = move |event: notify::Result<notify::Event>| {
        // Reads are not changes; a lost event might have been one.
        if !event.is_ok_and(|event| matches!(event.kind, EventKind::Access(_)) && !event.need_rescan()) {
            let _ = to.send(Input::Changed);
            // One commit writes many pages. The loop checks again by itself; meanwhile the system merges similar events, and
            // the writer is not slowed down.
            thread::sleep(JOINED);
        }
    };
    let mut watcher = recommended_watcher(tell).ok()?;
    watcher.watch(data, RecursiveMode::NonRecursive).ok()?;
    Some(watcher)
}

/// Translates a terminal event into an input, if it is one.
pub fn translate(event: Event) -> Option<Input> {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => press(event).map(|key| Input::Msg(Msg::Key(key))),
        Event::Paste(text) => Some(Input::Msg(Msg::Paste(text))),
        Event::Resize(columns, rows) => Some(Input::Msg(Msg::Resize(columns, rows))),
        Event::Mouse(event) => mouse(event).map(|mouse| Input::Msg(Msg::Mouse(mouse))),
        _ => None,
    }
}

fn mouse(event: MouseEvent) -> Option<Mouse> {
    let action = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAction::Click,
        MouseEventKind::ScrollUp => MouseAction::WheelUp,
        MouseEventKind::ScrollDown => MouseAction::WheelDown,
        _ => return None,
    };
    Some(Mouse { action, at: Position::new(event.column, event.row) })
}

fn press(event: KeyEvent) -> Option<KeyPress> {
    let modifier = if event.modifiers.contains(KeyModifiers::CONTROL) {
        KeyModifier::Ctrl
    } else if event.modifiers.contains(KeyModifiers::ALT) {
        KeyModifier::Alt
    } else {
        KeyModifier::Nothing
    };
    let key = match event.code {
        KeyCode::Char(c) if modifier == KeyModifier::Ctrl => Key::Char(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    };
    Some(KeyPress { key, modifier })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<String> {
        match translate(Event::Key(KeyEvent::new(code, modifiers))) {
            Some(Input::Msg(Msg::Key(press))) => Some(press.to_string()),
            _ => None,
        }
    }

    #[test]
    fn keys_come_in_under_their_own_names() {
        assert_eq!(pressed(KeyCode::Char('V'), KeyModifiers::SHIFT).as_deref(), Some("V"));
        assert_eq!(pressed(KeyCode::Char('Q'), KeyModifiers::CONTROL | KeyModifiers::SHIFT).as_deref(), Some("ctrl-q"));
        assert_eq!(pressed(KeyCode::Tab, KeyModifiers::SHIFT).as_deref(), Some("shift-tab"));
        assert_eq!(pressed(KeyCode::Enter, KeyModifiers::ALT).as_deref(), Some("alt-enter"));
        assert_eq!(pressed(KeyCode::CapsLock, KeyModifiers::NONE), None);
        let released = KeyEvent::new_with_kind(KeyCode::Enter, KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(translate(Event::Key(released)), None);
        assert_eq!(translate(Event::Paste("a\nb".into())), Some(Input::Msg(Msg::Paste("a\nb".into()))));
    }

    #[test]
    fn a_change_in_the_data_folder_is_told_and_reading_it_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("book.db-wal");
        std::fs::write(&file, "1").unwrap();
        let (sender, inputs) = channel();
        let _watcher = watch(folder.path(), sender).unwrap();
        std::fs::read(&file).unwrap();
        assert!(inputs.try_recv().is_err());
        std::fs::write(&file, "2").unwrap();
        assert_eq!(inputs.recv_timeout(Duration::from_secs(5)), Ok(Input::Changed));
        let nowhere = watch(&folder.path().join("none"), channel().0);
        assert!(nowhere.is_none());
    }
}
