//! Writes a document to a new file, whole or not at all.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::storage::atomic_file::{
    folder_of, forget, full_path, is_file, is_folder, is_there, place_for, write_private,
};
use crate::storage::chosen_file::capped_file;
use countersign_core::people::person::Person;
use countersign_core::primitives::text::counted;
use countersign_report::pdf::font::{codes, lacking};

/// Whether a file that is there already may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    Allowed,
    Refused,
}

/// The format of a document that is made as PDF and as a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFormat {
    Pdf,
    Sheet(SheetFormat),
}

impl DocumentFormat {
    /// Returns the format that a file's name ends with, in any case.
    pub fn of(file: &Path) -> Option<Self> {
        let pdf = file.extension()?.to_str()?.eq_ignore_ascii_case("pdf");
        if pdf { Some(Self::Pdf) } else { SheetFormat::of(file).map(Self::Sheet) }
    }

    /// Returns the ending of a file's name, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Sheet(sheet) => sheet.ending(),
        }
    }
}

/// The format of a spreadsheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    Xlsx,
    Csv,
}

impl SheetFormat {
    /// Returns the format that a file's name ends with, in any case.
    pub fn of(file: &Path) -> Option<Self> {
        let ending = file.extension()?.to_str()?;
        [Self::Xlsx, Self::Csv].into_iter().find(|format| ending.eq_ignore_ascii_case(format.ending()))
    }

    /// Returns the ending of a file's name, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }
}

/// What became of a file to write, with its full path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    Done(PathBuf),
    /// Nothing was written: a file of this name is there.
    IsThere(PathBuf),
}

/// Returns where a document goes: `to` is its name, or a folder, in which it gets `name`.
pub fn place_of(to: &Path, name: &str) -> Result<PathBuf, Error> {
    let hint = "Give a file name in a folder that is there";
    place_for(to, name, |place| place.extension().is_some(), hint)
}

/// Writes a document that its owner only can read. `to` is its name, or a folder, in which it gets `name`. The document is
/// made only if it will be written.
pub fn write_document(
    to: &Path,
    name: &str,
    overwrite: Overwrite,
    make: impl FnOnce() -> Result<Vec<u8>, Error>,
) -> Result<Written, Error> {
    // A link that leads nowhere is said to be one.
    if to.exists() && !is_folder(to) {
        only_files(to)?;
    }
    has_ending(to, name)?;
    let place = place_of(to, name)?;
    // Asked first: a pipe or a device cannot be replaced, whatever was agreed to.
    only_files(&place)?;
    if overwrite == Overwrite::Refused && is_there(&place) {
        return Ok(Written::IsThere(full_path(&place)));
    }
    write_private(&place, &make()?)?;
    Ok(Written::Done(full_path(&place)))
}

/// Refuses a new name without an ending, which is neither a file of this kind nor a folder that is there.
fn has_ending(to: &Path, name: &str) -> Result<(), Error> {
    let hint = "Nothing was written. Give a file name in a folder that is there";
    if to == Path::new("-") {
        return Err(Error::usage("A document is written to a file, not to standard output").hint(hint));
    }
    let ends_open = to.as_os_str().as_encoded_bytes().ends_with(b"/");
    if is_there(to) || ends_open || to.extension().is_some() || !is_folder(folder_of(to)) {
        return Ok(());
    }
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let place = to.display();
    Err(Error::usage(format!("There is no folder {place}, and as the name of a file it has no ending"))
        .hint(format!("Nothing was written. For a file, give {place}.{ending}")))
}

/// Refuses to replace what is not an ordinary file, such as a pipe or a device.
pub(crate) fn only_files(place: &Path) -> Result<(), Error> {
    if !is_there(place) || is_file(place) {
        return Ok(());
    }
    Err(Error::refused(format!("{} is not an ordinary file, so it is not replaced", place.display()))
        .hint("Nothing was written. Give another name"))
}

/// Writes several documents to a folder, with their names: all, or none of them.
pub fn write_documents(folder: &Path, files: &[(&str, &[u8])], overwrite: Overwrite) -> Result<Written, Error> {
    let places: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
    for (place, (_, bytes)) in places.iter().zip(files) {
        only_files(place)?;
        if overwrite == Overwrite::Refused && is_there(place) && !holds(place, bytes) {
            return Ok(Written::IsThere(full_path(place)));
        }
    }
    let mut new = Vec::new();
    for (place, (_, bytes)) in places.iter().zip(files) {
        let is_new = !is_there(place);
        if let Err(error) = write_private(place, bytes) {
            new.into_iter().for_each(forget);
            let hint = "No new file was left in the folder. When that is mended, run the same again";
            return Err(error.hint(hint));
        }
        if is_new {
            new.push(place);
        }
    }
    Ok(Written::Done(full_path(folder)))
}

/// Returns whether a file holds exactly these bytes.
fn holds(place: &Path, bytes: &[u8]) -> bool {
    capped_file(place, bytes.len() as u64).is_ok_and(|there| there == bytes)
}

/// Warns of a person's name that the fonts of a PDF cannot print; the paper then names them by their id.
pub fn name_warning(person: &Person) -> Option<String> {
    let lacking = lacking(person.name.as_str());
    let Person { name, id, .. } = person;
    (!lacking.is_empty()).then(|| {
        format!(
            "The fonts of a PDF lack {} of the name {name} ({}), which print as □. The first page also has the id {id}",
            counted(lacking.len() as u64, "letter"),
            codes(&lacking, 12)
        )
    })
}

/// Refuses a name with an ending that is not `ending`.
pub fn needs_ending(to: &Path, ending: &str) -> Result<(), Error> {
    if to.extension().is_none_or(|own| own.eq_ignore_ascii_case(ending)) || is_folder(to) {
        return Ok(());
    }
    Err(Error::usage(format!("The name {} does not end in .{ending}", to.display()))
        .hint(format!("Give a name that ends in .{ending}")))
}

/// Returns the format of a spreadsheet from the word that was given, or from the file's name; in a folder it is XLSX.
pub fn format_for(to: &Path, asked: Option<&str>) -> Result<SheetFormat, Error> {
    chosen(to, asked, SheetFormat::of, SheetFormat::Xlsx, (".xlsx or .csv", "XLSX or CSV"))
}

/// Returns the format of a document from the word that was given, or from the file's name; in a folder it is `usual`.
pub fn document_format_for(to: &Path, asked: Option<&str>, usual: DocumentFormat) -> Result<DocumentFormat, Error> {
    chosen(to, asked, DocumentFormat::of, usual, (".pdf, .xlsx or .csv", "PDF, XLSX or CSV"))
}

fn chosen<F>(
    to: &Path,
    asked: Option<&str>,
    of: impl Fn(&Path) -> Option<F>,
    usual: F,
    (endings, formats): (&str, &str),
) -> Result<F, Error> {
    if let Some(asked) = asked {
        return of(Path::new(&format!("x.{asked}")))
            .ok_or_else(|| Error::usage(format!("“{asked}” is not a format of this document")).hint(formats));
    }
    match of(to) {
        Some(format) => Ok(format),
        None if to.extension().is_none() || is_folder(to) => Ok(usual),
        None => Err(Error::usage(format!("The name {} does not say which format", to.display()))
            .hint(format!("This document is written as {formats}. End the name with {endings}"))),
    }
}
