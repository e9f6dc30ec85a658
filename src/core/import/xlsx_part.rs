//! Reads the XML of a part of a spreadsheet.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::import::diagnostic::Diagnostic;

/// Returns the fault of a spreadsheet that is not complete.
pub fn damaged() -> Diagnostic {
    let hint = "Open it in a spreadsheet and save it again without a password, or save it as CSV (UTF-8)";
    Diagnostic::fault(None, "It is a packed file, but not a complete spreadsheet (.xlsx)", hint)
}

/// Calls `each` with a part's events, in order.
pub fn walk<'a>(part: &'a str, each: &mut dyn FnMut(Event<'a>) -> Result<(), Diagnostic>) -> Result<(), Diagnostic> {
    let mut reader = Reader::from_str(part);
    loop {
        match reader.read_event().map_err(|_| damaged())? {
            Event::Eof => return Ok(()),
            event => each(event)?,
        }
    }
}

/// Returns the value of an attribute.
pub fn attribute(of: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = of.attributes().flatten().find(|one| one.key.as_ref() == name)?;
    Some(found.value.into_owned())
}
