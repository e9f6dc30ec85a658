//! Makes the small made-up evidence files of demo claims, in the formats that their names say.

use std::fmt::Write as _;

use crate::error::Error;
use countersign_core::primitives::file_name::FileName;
use countersign_core::record::evidence::{FileInfo, FileTypeDetector, file_name};

/// An evidence file and its detected type.
#[derive(Debug, Clone)]
pub struct Paper {
    pub name: FileName,
    pub bytes: Vec<u8>,
    pub looked: FileInfo,
}

/// Makes a file with a few lines on a subject; the same arguments give the same bytes.
pub fn paper(name: &str, about: &str, whose: &str) -> Result<Paper, Error> {
    let lines = [about, whose, "Made up for the demonstration of countersign. Nobody here is anybody."];
    let pdf = name.rsplit_once('.').is_some_and(|(_, ending)| ending == "pdf");
    let bytes = if pdf { page(&lines) } else { lines.join("\n\n") + "\n" }.into_bytes();
    let mut inspector = FileTypeDetector::default();
    inspector.push(&bytes).map_err(Error::refused)?;
    let looked = inspector.finish().map_err(Error::refused)?;
    Ok(Paper { name: file_name(name).map_err(Error::refused)?, bytes, looked })
}

/// Renders one PDF page, leaving out characters that are not ASCII.
fn page(lines: &[&str]) -> String {
    let mut text = "BT /F 14 Tf 60 760 Td 24 TL ".to_owned();
    for line in lines {
        let plain: String = line.chars().filter(|c| c.is_ascii_alphanumeric() || " ,.'-".contains(*c)).collect();
        let _ = write!(text, "({plain}) Tj T* ");
    }
    text += "ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
    }
    let begins = file.len();
    let _ = write!(
        file,
        "xref\n0 {0}\n{table}trailer\n<< /Size {0} /Root 1 0 R >>\nstartxref\n{begins}\n%%EOF\n",
        objects.len() + 1
    );
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_core::record::evidence::FileKind;

    #[test]
    fn a_file_is_of_the_kind_that_its_name_says_and_the_same_for_the_same_words() {
        let kind = |name: &str| paper(name, "Audit", "Zoë Ångström").unwrap().looked;
        assert_eq!((kind("a.pdf").kind, kind("a.txt").kind), (FileKind::Pdf, FileKind::Text));
        assert_eq!(kind("a.pdf"), kind("b.pdf"));
    }
}
