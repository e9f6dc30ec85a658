//! Prints workbooks with LibreOffice, where it is, and draws the first page of each sheet.

use std::path::Path;
use std::process::Command;

use crate::documents::picture::{Picture, REVIEWED, drawn};

/// Fonts whose letters are as wide as those of Arial: with others, lines break in other places.
const AS_WIDE: [&str; 5] = ["Arial", "Arimo", "Helvetica", "Liberation Sans", "Nimbus Sans"];

/// Prints each workbook; returns its name and the first page of each sheet. `None` where a tool or font for it is missing.
pub fn printed(books: &[(&'static str, Vec<u8>)]) -> Option<Vec<(&'static str, Vec<Picture>)>> {
    if !Command::new("soffice").arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("skipped: soffice is not here");
        return None;
    }
    let font = Command::new("fc-match").args(["-f", "%{family[0]}", "Arial"]).output().ok()?.stdout;
    if !AS_WIDE.iter().any(|one| one.as_bytes() == font) {
        println!("skipped: no font is as wide as Arial, only {}", String::from_utf8_lossy(&font));
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str, end: &str| folder.path().join(format!("{name}.{end}"));
    for (name, book) in books {
        std::fs::write(place(name, "xlsx"), book).unwrap();
    }
    // Its own settings, so that one that is open does not answer; English, so that months have their English names.
    let settings = format!("-env:UserInstallation=file://{}", place("settings", "d").display());
    let mut office = Command::new("soffice");
    office.env("LC_ALL", "C.UTF-8").env("LANGUAGE", "en").arg(settings);
    office.args(["--headless", "--convert-to", "pdf", "--outdir"]).arg(folder.path());
    let output = office.args(books.iter().map(|(name, _)| place(name, "xlsx"))).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    books.iter().map(|(name, _)| Some((*name, first_pages(&place(name, "pdf"))?))).collect()
}

/// Draws each page whose first line, the head without the number of the page, differs from the page before.
fn first_pages(file: &Path) -> Option<Vec<Picture>> {
    let output = Command::new("pdftotext").arg("-layout").arg(file).arg("-").output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    let head = |page: &str| -> String {
        let line = page.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        line.split(" page ").next().unwrap_or_default().trim().to_owned()
    };
    // A page ends with a form feed, and so does the last.
    let heads: Vec<String> = text.trim_end_matches('\u{c}').split('\u{c}').map(head).collect();
    assert!(heads.iter().all(|head| !head.is_empty()), "an empty page: {heads:?}");
    let firsts = (1..).zip(&heads).filter(|(number, head)| *number == 1 || heads[number - 2] != **head);
    let mut pages = Vec::new();
    for (number, _) in firsts {
        let number = number as u32;
        pages.extend(drawn(file, [number, number], REVIEWED)?);
    }
    Some(pages)
}
