//! Writes a document to a new file, whole or not at all.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::storage::atomic_file::{full_path, is_folder, is_there, place_for, write_private};

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
    let place = place_of(to, name)?;
    if overwrite == Overwrite::Refused && is_there(&place) {
        return Ok(Written::IsThere(full_path(&place)));
    }
    write_private(&place, &make()?)?;
    Ok(Written::Done(full_path(&place)))
}

/// Returns the format of a spreadsheet from the word that was given, or from the file's name; in a folder it is XLSX.
pub fn format_for(to: &Path, asked: Option<&str>) -> Result<SheetFormat, Error> {
    chosen(to, asked, SheetFormat::of, SheetFormat::Xlsx, "xlsx or csv")
}

/// Returns the format of a document from the word that was given, or from the file's name; in a folder it is `usual`.
pub fn document_format_for(to: &Path, asked: Option<&str>, usual: DocumentFormat) -> Result<DocumentFormat, Error> {
    chosen(to, asked, DocumentFormat::of, usual, "pdf, xlsx or csv")
}

fn chosen<F>(to: &Path, asked: Option<&str>, of: impl Fn(&Path) -> Option<F>, usual: F, all: &str) -> Result<F, Error> {
    if let Some(asked) = asked {
        return of(Path::new(&format!("x.{asked}")))
            .ok_or_else(|| Error::usage(format!("“{asked}” is not a format of this document")).hint(all));
    }
    match of(to) {
        Some(format) => Ok(format),
        None if to.extension().is_none() || is_folder(to) => Ok(usual),
        None => Err(Error::usage(format!("The name {} does not say which format", to.display()))
            .hint(format!("Add --format: {all}. Or end the name so"))),
    }
}
