//! Prints all output of the commands. Text for a terminal is escaped here, and a closed pipe ends the program without an
//! error.

pub mod report;
pub mod table;
pub mod written;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::io::{BufWriter, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustix::fs::OFlags;

use crate::output::report::{CommandOutput, Failure};
use crate::output::table::{OutputBlock, aligned, plain};
use countersign_app::config::{TerminalVars, surroundings};
use countersign_app::error::Error;
use countersign_core::primitives::text::escape_for_terminal;

/// The format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// Aligned columns.
    Table,
    /// One fact per line.
    Plain,
    /// One JSON object.
    Json,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub form: OutputFormat,
    pub ascii: bool,
    pub raw: bool,
}

/// Prints a command's result and returns the exit code.
pub fn finish(delivered: Result<CommandOutput, Failure>, warnings: &[String], style: Style) -> u8 {
    for warning in warnings {
        note("warning", warning);
    }
    if let Ok(answer) = &delivered {
        answer.warnings.iter().for_each(|text| note("warning", text));
    }
    match delivered.and_then(|answer| Ok(print(&answer, style).map(|()| answer.code)?)) {
        Ok(code) => code,
        Err(Failure::Error(error)) => fail(&error),
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(Failure::Output(error)) => fail(&unwritten(&error)),
    }
}

/// Prints an error and its hint, and returns the exit code.
pub fn fail(error: &Error) -> u8 {
    note("error", &error.sentence());
    if let Some(hint) = &error.hint {
        note("hint", hint);
    }
    error.exit as u8
}

/// Whether standard output is writable. A closed one looks like /dev/null, which Rust's runtime opens in its place.
pub fn is_open() -> bool {
    rustix::fs::fcntl_getfl(io::stdout()).is_ok_and(|flags| (flags & OFlags::RWMODE) != OFlags::RDONLY)
}

/// Returns the error for an answer that could not be written, though the command succeeded.
fn unwritten(error: &io::Error) -> Error {
    let why = match error.kind() {
        io::ErrorKind::StorageFull => "The disk is full".to_owned(),
        _ => error.to_string().split(" (os error").next().unwrap_or_default().to_owned(),
    };
    Error::refused(why)
        .context("Writing the answer")
        .hint("The command itself was done. Only its answer is missing or cut short")
}

/// Runs something long with a progress bar of this label; `work` says how much of how much is done.
pub fn with_progress<T>(label: &'static str, work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
    let progress = Progress::new(label);
    work(&mut |done, of| progress.at(done, of))
}

/// Runs something long that cannot say how much of it is done, with a line of this label and how long it has taken.
pub fn with_wait<T>(label: &'static str, work: impl FnOnce() -> T) -> T {
    let _progress = Progress::waiting(label);
    work()
}

/// Prints an answer of one line, and returns the exit code.
pub fn only_line(text: &str) -> u8 {
    u8::from(writeln!(io::stdout(), "{text}").is_err())
}

/// Streams a file's bytes to the output, but never to a terminal, and returns the exit code. `asked` is the command over
/// SSH that gives it.
pub fn give(asked: &str, copy: impl FnOnce(&mut dyn io::Write) -> Result<(), Error>) -> u8 {
    let out = io::stdout().lock();
    if out.is_terminal() {
        let why = Error::usage("A file cannot be printed to a terminal");
        return fail(&why.hint(format!("Save it: ssh ACCOUNT@HOST {asked} > FILE")));
    }
    let mut out = ErrorRecorder { to: BufWriter::new(out), failed: None };
    let copied = copy(&mut out);
    let flushed = out.flush();
    match (copied, out.failed) {
        (_, Some(io::ErrorKind::BrokenPipe)) => 0,
        (Err(error), _) => fail(&error.context("Sending a file")),
        (Ok(()), _) => flushed.map_or_else(|error| fail(&unwritten(&error)), |()| 0),
    }
}

/// A writer that remembers its last error.
struct ErrorRecorder<W> {
    to: W,
    failed: Option<io::ErrorKind>,
}

impl<W: io::Write> io::Write for ErrorRecorder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes).inspect_err(|error| self.failed = Some(error.kind()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush().inspect_err(|error| self.failed = Some(error.kind()))
    }
}

/// Whether the output is a terminal.
pub fn is_seen() -> bool {
    io::stdout().is_terminal()
}

/// Puts the parser's terms into plain words: `0 is not in 1..=100`, `unrecognized subcommand 'fly'`.
fn plainer(text: &str) -> String {
    let line = |line: &str| {
        if let Some((said, range)) = line.split_once(" is not in ")
            && let Some((least, most)) = range.split_once("..=")
        {
            return format!("{said} is not from {least} to {most}");
        }
        match line.strip_prefix("error: unrecognized subcommand ") {
            Some(typed) => format!("error: there is no command {typed}. `countersign --help` lists the commands"),
            None => line.to_owned(),
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Prints help or usage errors of the argument parser.
pub fn usage(fault: &clap::Error) -> u8 {
    if fault.use_stderr() {
        // An error repeats what was typed, so it is escaped; help is not.
        let text = plainer(&fault.render().to_string());
        let _ = text.lines().try_for_each(|line| writeln!(io::stderr(), "{}", escape_for_terminal(line)));
    } else {
        match fault.print().and_then(|()| io::stdout().flush()) {
            // The reader closed the pipe and does not want the rest.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return fail(&unwritten(&error)),
            _ => {}
        }
    }
    u8::try_from(fault.exit_code()).unwrap_or(2)
}

fn print(answer: &CommandOutput, style: Style) -> io::Result<()> {
    let out = io::stdout().lock();
    let terminal = out.is_terminal();
    let ascii = style.ascii || (terminal && wants_ascii(&surroundings()));
    let width =
        if terminal { rustix::termios::tcgetwinsize(&out).ok().map(|size| usize::from(size.ws_col)) } else { None };
    let mut out = BufWriter::new(out);
    if style.form == OutputFormat::Json && !answer.json.is_empty() {
        writeln!(out, "{}", escaped_json(&answer.json))?;
        return out.flush();
    }
    for part in &answer.parts {
        match part {
            OutputBlock::Verbatim(text) if !terminal => out.write_all(kept(text, style.raw).as_bytes())?,
            part => {
                let lines = if style.form == OutputFormat::Plain { plain(part) } else { aligned(part, width) };
                for line in lines {
                    let line =
                        if style.raw && !terminal { Cow::Borrowed(line.as_str()) } else { escape_for_terminal(&line) };
                    writeln!(out, "{}", marks(&line, ascii))?;
                }
            }
        }
    }
    out.flush()?;
    if style.form == OutputFormat::Table {
        answer.aside.iter().for_each(|text| note("note", text));
    }
    Ok(())
}

/// Prints a line on standard error at once, while a command is still running.
pub fn say_now(text: &str) {
    // Best effort: somebody who cannot read it still sees their key blink.
    let _ = writeln!(io::stderr(), "{}", escape_for_terminal(text));
}

/// Prints a labelled line on standard error.
fn note(label: &str, text: &str) {
    let ascii = io::stderr().is_terminal() && wants_ascii(&surroundings());
    // Best effort: standard error may be closed. Further lines are indented, so that no text can imitate another note.
    let _ = writeln!(io::stderr(), "{label}: {}", marks(&escape_for_terminal(text), ascii).replace('\n', "\n      "));
}

/// Whether the terminal's environment allows only ASCII. An unset locale does not.
fn wants_ascii(around: &TerminalVars) -> bool {
    let locale = [&around.lc_all, &around.lc_ctype, &around.lang].into_iter().flatten().find(|name| !name.is_empty());
    let other = locale.is_some_and(|name| !name.to_ascii_lowercase().replace('-', "").contains("utf8"));
    other || around.term.as_deref() == Some("linux")
}

/// Returns a text for a file or pipe, which may end in a terminal: unchanged, unless a terminal would act on it. Text that
/// this program signed never does.
fn kept(text: &str, raw: bool) -> Cow<'_, str> {
    // A calendar's lines end in both characters.
    let lines = text.replace("\r\n", "\n");
    if raw || matches!(escape_for_terminal(&lines.replace(['\n', '\t'], " ")), Cow::Borrowed(_)) {
        return Cow::Borrowed(text);
    }
    let escaped = |line: &str| line.split('\t').map(escape_for_terminal).collect::<Vec<_>>().join("\t");
    let lines = text.split_inclusive('\n').map(|line| {
        let end = ["\r\n", "\n"].into_iter().find(|end| line.ends_with(end)).unwrap_or_default();
        escaped(&line[..line.len() - end.len()]) + end
    });
    Cow::Owned(lines.collect())
}

/// Replaces the program's own punctuation by ASCII; other characters stay as written.
fn marks(text: &str, ascii: bool) -> String {
    if !ascii || text.is_ascii() {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '·' | '–' | '—' => plain.push('-'),
            '“' | '”' => plain.push('"'),
            '’' | '‘' => plain.push('\''),
            '…' => plain.push_str("..."),
            '©' => plain.push_str("(c)"),
            other => plain.push(other),
        }
    }
    plain
}

/// Escapes characters that a terminal should not receive as `\u`; the JSON value stays the same.
fn escaped_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        let mut buffer = [0; 4];
        // `escape_for_terminal` borrows what needs no escaping.
        if c != '\n' && matches!(escape_for_terminal(c.encode_utf8(&mut buffer)), Cow::Owned(_)) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// How often a line that shows only the time is drawn again.
const TICK: Duration = Duration::from_millis(500);

/// A progress bar on standard error, shown only on a terminal.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Returns a progress bar with this label.
    pub fn new(label: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {human_pos}/{human_len}  {eta} left") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(label);
        Self(bar)
    }

    /// Returns a line with this label and how long it has been there.
    fn waiting(label: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template("{prefix} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_prefix(label);
        // The first one at once; the others come from a thread.
        bar.tick();
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// Shows that `done` of `of` is done.
    pub fn at(&self, done: u64, of: u64) {
        self.0.set_length(of);
        self.0.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_no_character_that_moves_text_and_reads_back_the_same() {
        let text = "a\u{202e}b\u{9b}c\u{e0041}é\u{7f}\u{1b}".to_owned();
        let json = escaped_json(&serde_json::to_string(&text).unwrap());
        assert_eq!(json, "\"a\\u202eb\\u009bc\\udb40\\udc41é\\u007f\\u001b\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn a_kept_text_goes_out_as_it_is_unless_a_terminal_would_act_on_it() {
        for text in ["plain\n\tone\n", "Zoë “…”\n", ""] {
            assert_eq!(kept(text, false), text);
        }
        let hostile = "a\tb\u{1b}[2J\n\u{202e}c\r\n";
        assert_eq!(kept(hostile, false), "a\tb\\u{1b}[2J\n\\u{202e}c\r\n");
        assert_eq!(kept("a\rb\u{1b}\n", false), "a\\u{d}b\\u{1b}\n");
        assert_eq!(kept(hostile, true), hostile);
    }

    #[test]
    fn ascii_is_for_our_own_marks_and_leaves_names_alone() {
        assert_eq!(marks("S26 · “Zoë”…", true), "S26 - \"Zoë\"...");
        assert_eq!(marks("© 2025", true), "(c) 2025");
        assert_eq!(marks("S26 · x", false), "S26 · x");
        let of = |lc_all: &str, lang: &str| TerminalVars {
            lc_all: Some(lc_all.to_owned()),
            lang: Some(lang.to_owned()),
            ..TerminalVars::default()
        };
        assert!(!wants_ascii(&TerminalVars::default()));
        assert!(!wants_ascii(&of("", "en_GB.UTF-8")));
        assert!(wants_ascii(&of("C", "en_GB.UTF-8")));
        assert!(wants_ascii(&TerminalVars { term: Some("linux".into()), ..of("", "en_GB.UTF-8") }));
    }
}
