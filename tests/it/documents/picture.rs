//! Draws pages of a document and compares them with the pictures that were reviewed, block by block, so that another version
//! of the tool that draws them makes no difference.

use std::path::{Path, PathBuf};
use std::process::Command;

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// Dots per inch of a reviewed page: letters can be guessed, lines, fills and places can be seen.
pub const REVIEWED: u32 = 60;
/// Dots per inch of a page in the guide: it can be read.
pub const IN_GUIDE: u32 = 90;
/// Dots around each page of a picture in the guide, and their grey.
const GAP: (usize, u8) = (8, 0xbb);
/// The side of a block, in dots: about 5 mm of a reviewed page.
const BLOCK: usize = 12;
/// How far the grey of a block may be off, and the grey of the whole page on average, of 255. Letters that are drawn bolder make
/// it differ by 5, a word that is gone or lower by 20 and more.
const OFF: u32 = 16;
const OFF_ON_AVERAGE: f64 = 4.0;
/// No picture has more dots.
const MOST: usize = 1 << 24;

/// A grey picture, a byte for each dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: usize,
    pub dots: Vec<u8>,
}

/// Draws pages of a PDF file, with so many dots per inch; `None` where the tool for it is missing.
pub fn drawn(file: &Path, [first, last]: [u32; 2], dots: u32) -> Option<Vec<Picture>> {
    let folder = tempfile::tempdir().unwrap();
    let [first, last] = [first, last].map(|page| page.to_string());
    let mut command = Command::new("pdftoppm");
    command
        .args(["-gray", "-r", &dots.to_string(), "-f", &first, "-l", &last])
        .arg(file)
        .arg(folder.path().join("page"));
    let Ok(output) = command.output() else {
        println!("skipped: pdftoppm is not here");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder.path()).unwrap().map(|page| page.unwrap().path()).collect();
    pages.sort_unstable();
    Some(pages.iter().map(|page| Picture::from_pgm(&std::fs::read(page).unwrap())).collect())
}

/// Compares pages with the pictures of this name, or writes those where `PICTURES_UPDATE` is set.
pub fn kept(name: &str, pages: &[Picture]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/documents");
    for (number, page) in (1..).zip(pages) {
        page.kept_as(&folder.join(format!("{name}-{number}.png")));
    }
    let more = folder.join(format!("{name}-{}.png", pages.len() + 1));
    assert!(!more.exists(), "{} has no page any more", more.display());
}

impl Picture {
    /// Puts pages of one height next to each other, on grey.
    pub fn joined(pages: &[Self]) -> Self {
        let (gap, grey) = GAP;
        let height = pages[0].dots.len() / pages[0].width;
        let width = pages.iter().map(|page| page.width + gap).sum::<usize>() + gap;
        let mut dots = vec![grey; width * (height + 2 * gap)];
        let mut left = gap;
        for page in pages {
            assert_eq!(page.dots.len() / page.width, height);
            for (row, from) in page.dots.chunks(page.width).enumerate() {
                let at = (row + gap) * width + left;
                dots[at..at + page.width].copy_from_slice(from);
            }
            left += page.width + gap;
        }
        Self { width, dots }
    }

    /// Compares it with the picture in a file, or writes that where `PICTURES_UPDATE` is set.
    pub fn kept_as(&self, file: &Path) {
        if std::env::var_os("PICTURES_UPDATE").is_some() {
            let same = std::fs::read(file).is_ok_and(|kept| self.differs(&Self::from_png(&kept)).is_none());
            if !same {
                std::fs::write(file, self.png()).unwrap();
            }
            return;
        }
        let name = file.components().rev().take(2).map(|part| part.as_os_str().to_string_lossy());
        let name = name.collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("-");
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&new, self.png()).unwrap();
        let kept = std::fs::read(file).unwrap_or_else(|_| panic!("{} is missing", file.display()));
        if let Some(how) = self.differs(&Self::from_png(&kept)) {
            panic!(
                "{} is not the page any more: {how}. Look at {}; if it is right, run with PICTURES_UPDATE=1",
                file.display(),
                new.display()
            );
        }
        std::fs::remove_file(&new).unwrap();
    }

    /// Says how a picture differs from another; `None` if it looks the same.
    pub fn differs(&self, other: &Self) -> Option<String> {
        if (self.width, self.dots.len()) != (other.width, other.dots.len()) {
            return Some(format!("{} dots wide and not {}", self.width, other.width));
        }
        let (ours, others) = (self.blocks(), other.blocks());
        let off: Vec<u32> = ours.iter().zip(&others).map(|(one, other)| one.abs_diff(*other)).collect();
        let average = f64::from(off.iter().sum::<u32>()) / f64::from(u32::try_from(off.len()).unwrap());
        let (at, most) = off.iter().enumerate().max_by_key(|(_, off)| **off)?;
        let across = self.width.div_ceil(BLOCK);
        (*most > OFF || average > OFF_ON_AVERAGE).then(|| {
            let [right, down] = [at % across, at / across].map(|block| block * BLOCK);
            format!(
                "{right} dots from the left and {down} dots from the top by {most}, on average by {average:.2}, of 255"
            )
        })
    }

    /// Returns the grey of each block, row by row.
    fn blocks(&self) -> Vec<u32> {
        let across = self.width.div_ceil(BLOCK);
        let down = (self.dots.len() / self.width).div_ceil(BLOCK);
        let mut sums = vec![(0, 0); across * down];
        for (row, dots) in self.dots.chunks(self.width).enumerate() {
            for (column, dot) in dots.iter().enumerate() {
                let (sum, count) = &mut sums[row / BLOCK * across + column / BLOCK];
                *sum += u32::from(*dot);
                *count += 1;
            }
        }
        sums.into_iter().map(|(sum, count): (u32, u32)| sum / count).collect()
    }

    /// Reads a binary PGM file of 255 greys, as pdftoppm writes it.
    fn from_pgm(bytes: &[u8]) -> Self {
        let mut parts = bytes.splitn(4, u8::is_ascii_whitespace);
        let mut word = || std::str::from_utf8(parts.next().unwrap()).unwrap();
        assert_eq!(word(), "P5");
        let [width, height]: [usize; 2] = [word(), word()].map(|number| number.parse().unwrap());
        let dots = parts.next().unwrap().strip_prefix(b"255\n").unwrap().to_vec();
        assert_eq!(dots.len(), width * height);
        Self { width, dots }
    }

    /// Returns it as a PNG file of 16 greys.
    pub fn png(&self) -> Vec<u8> {
        let mut rows = Vec::new();
        for row in self.dots.chunks(self.width) {
            rows.push(0);
            let grey = |dot: u8| (u32::from(dot) * 15 + 127) / 255;
            rows.extend(row.chunks(2).map(|two| (grey(two[0]) << 4 | two.get(1).map_or(0, |dot| grey(*dot))) as u8));
        }
        let mut about = Vec::new();
        about.extend((self.width as u32).to_be_bytes());
        about.extend(((self.dots.len() / self.width) as u32).to_be_bytes());
        // 4 bits of grey; the one method of packing and of filters; not interlaced.
        about.extend([4, 0, 0, 0, 0]);
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        for (name, data) in [(b"IHDR", about), (b"IDAT", compress_to_vec_zlib(&rows, 10)), (b"IEND", Vec::new())] {
            let named = [name.as_slice(), &data].concat();
            file.extend((data.len() as u32).to_be_bytes());
            file.extend(&named);
            file.extend(checksum(&named).to_be_bytes());
        }
        file
    }

    /// Reads a file that `png` wrote.
    pub fn from_png(file: &[u8]) -> Self {
        let (mut rest, mut width, mut packed) = (&file[8..], 0, Vec::new());
        while let Some((size, after)) = rest.split_first_chunk::<4>() {
            let (chunk, after) = after.split_at(u32::from_be_bytes(*size) as usize + 8);
            match &chunk[..4] {
                b"IHDR" => {
                    width = u32::from_be_bytes(chunk[4..8].try_into().unwrap()) as usize;
                    assert_eq!(chunk[12..17], [4, 0, 0, 0, 0], "not written by this test");
                }
                b"IDAT" => packed.extend(&chunk[4..chunk.len() - 4]),
                _ => {}
            }
            rest = after;
        }
        let rows = decompress_to_vec_zlib_with_limit(&packed, MOST).unwrap();
        let row = |row: &[u8]| -> Vec<u8> {
            assert_eq!(row[0], 0, "not written by this test");
            let both = row[1..].iter().flat_map(|two| [two >> 4, two & 15].map(|grey| grey * 17));
            both.take(width).collect()
        };
        Self { width, dots: rows.chunks(1 + width.div_ceil(2)).flat_map(row).collect() }
    }
}

/// Computes the CRC-32 of ISO 3309, as PNG has it.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// A page of text-like lines, drawn a little darker and some dots lower.
fn lines(darker: u8, lower: usize) -> Picture {
    let (width, height) = (496, 702);
    let dot = |at: usize| {
        let (row, column) = (at / width, at % width);
        let ink = row >= 60 + lower && (row - lower) % 11 < 5 && (column * 7 + row * 3) % 5 < 2 && column > 50;
        if ink { 60 - darker } else { 255 }
    };
    Picture { width, dots: (0..width * height).map(dot).collect() }
}

#[test]
fn a_picture_survives_its_file_and_differs_only_if_it_looks_different() {
    let page = lines(0, 0);
    let back = Picture::from_png(&page.png());
    assert_eq!(page.differs(&back), None, "16 greys are too few");
    assert_eq!(back, Picture::from_png(&back.png()));
    assert_eq!(page.differs(&lines(20, 0)), None, "bolder letters, as another version draws them");
    let mut gone = page.clone();
    // A word of 24 by 5 dots.
    for row in 110..115 {
        gone.dots[row * page.width + 200..row * page.width + 224].fill(255);
    }
    for other in [lines(0, 4), gone] {
        assert!(page.differs(&other).is_some());
    }
    let narrow = Picture { width: 248, dots: page.dots.clone() };
    assert!(page.differs(&narrow).is_some());
}
