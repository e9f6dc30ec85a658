//! Reads and writes rows in PostgreSQL's binary COPY format: a header, rows of length-prefixed fields, a trailer.
//!
//! Invariant: no more is allocated than a field's limit, whatever length is claimed.

use std::io::{self, BufRead, Read, Write};

use crate::error::TransportError;

/// The first bytes: a signature, then flags and the length of an extension, both 0.
const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: i16 = -1;
const NULL: i32 = -1;

/// Writes rows; `finish` writes the trailer.
#[derive(Debug)]
pub struct RowWriter<W: Write> {
    to: W,
    bytes: u64,
}

impl<W: Write> RowWriter<W> {
    pub fn new(mut to: W) -> io::Result<Self> {
        to.write_all(HEADER)?;
        Ok(Self { to, bytes: HEADER.len() as u64 })
    }

    /// Writes rows alone.
    pub fn without_header(to: W) -> Self {
        Self { to, bytes: 0 }
    }

    /// Writes a row; a field without a value is `None`.
    pub fn row(&mut self, fields: &[Option<&[u8]>]) -> io::Result<()> {
        let too_long = |_| io::Error::from(io::ErrorKind::InvalidInput);
        self.put(&i16::try_from(fields.len()).map_err(too_long)?.to_be_bytes())?;
        for field in fields {
            let Some(field) = field else {
                self.put(&NULL.to_be_bytes())?;
                continue;
            };
            self.put(&i32::try_from(field.len()).map_err(too_long)?.to_be_bytes())?;
            self.put(field)?;
        }
        Ok(())
    }

    /// Returns how many bytes were written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.put(&END.to_be_bytes())?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.to.write_all(bytes)
    }
}

/// Reads the rows of one stream, and leaves what follows its trailer.
#[derive(Debug)]
pub struct RowReader<'a, R: BufRead> {
    from: &'a mut R,
    /// The most bytes of each field.
    most: &'static [usize],
    fields: Vec<Option<Vec<u8>>>,
}

impl<'a, R: BufRead> RowReader<'a, R> {
    /// Reads the header. Rows have as many fields as there are limits.
    pub fn new(from: &'a mut R, most: &'static [usize]) -> Result<Self, TransportError> {
        let mut header = [0; HEADER.len()];
        read(from, &mut header)?;
        if header != *HEADER {
            return Err(damaged("it does not begin as rows do"));
        }
        Ok(Self { from, most, fields: Vec::new() })
    }

    /// Reads the next row; `None` at the trailer.
    pub fn next(&mut self) -> Result<Option<Row<'_>>, TransportError> {
        let mut count = [0; 2];
        read(self.from, &mut count)?;
        let count = i16::from_be_bytes(count);
        if count == END {
            return Ok(None);
        }
        if usize::try_from(count) != Ok(self.most.len()) {
            return Err(damaged("a row has other columns than expected"));
        }
        self.fields.clear();
        for most in self.most {
            let mut length = [0; 4];
            read(self.from, &mut length)?;
            let length = i32::from_be_bytes(length);
            if length == NULL {
                self.fields.push(None);
                continue;
            }
            let length = usize::try_from(length).ok().filter(|length| length <= most);
            let mut field = vec![0; length.ok_or_else(|| damaged("a value is longer than allowed"))?];
            read(self.from, &mut field)?;
            self.fields.push(Some(field));
        }
        Ok(Some(Row(&mut self.fields)))
    }
}

fn read(from: &mut impl Read, bytes: &mut [u8]) -> Result<(), TransportError> {
    from.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged("it ends too early"),
        io::ErrorKind::TimedOut => TransportError::Unreachable("the connection went quiet".to_owned()),
        _ => TransportError::Unreachable(error.to_string()),
    })
}

pub fn damaged(what: &str) -> TransportError {
    TransportError::Damaged(what.to_owned())
}

/// The fields of a row, each taken once, by number.
#[derive(Debug)]
pub struct Row<'a>(&'a mut Vec<Option<Vec<u8>>>);

impl Row<'_> {
    /// Takes a field that may have no value.
    pub fn optional(&mut self, field: usize) -> Option<Vec<u8>> {
        self.0.get_mut(field).and_then(Option::take)
    }

    pub fn bytes(&mut self, field: usize) -> Result<Vec<u8>, TransportError> {
        self.optional(field).ok_or_else(|| damaged("a value is missing"))
    }

    /// Takes a field of a fixed length.
    pub fn array<const N: usize>(&mut self, field: usize) -> Result<[u8; N], TransportError> {
        self.bytes(field)?.try_into().map_err(|_| damaged("a value has the wrong length"))
    }

    pub fn text(&mut self, field: usize) -> Result<String, TransportError> {
        String::from_utf8(self.bytes(field)?).map_err(|_| damaged("a text is not UTF-8"))
    }

    pub fn optional_text(&mut self, field: usize) -> Result<Option<String>, TransportError> {
        let text = self.optional(field).map(String::from_utf8).transpose();
        text.map_err(|_| damaged("a text is not UTF-8"))
    }

    /// Takes a number of 8 bytes that is not negative.
    pub fn count(&mut self, field: usize) -> Result<u64, TransportError> {
        u64::try_from(i64::from_be_bytes(self.array(field)?)).map_err(|_| damaged("a number is negative"))
    }

    pub fn optional_number(&mut self, field: usize) -> Result<Option<i64>, TransportError> {
        let Some(bytes) = self.optional(field) else { return Ok(None) };
        let bytes = bytes.try_into().map_err(|_| damaged("a value has the wrong length"))?;
        Ok(Some(i64::from_be_bytes(bytes)))
    }

    pub fn is_true(&mut self, field: usize) -> Result<bool, TransportError> {
        Ok(self.array::<1>(field)? != [0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: &[usize] = &[8, 20, 5];

    type Fields = Vec<Option<Vec<u8>>>;

    fn written(rows: &[Fields]) -> Vec<u8> {
        let mut writer = RowWriter::new(Vec::new()).unwrap();
        for row in rows {
            let fields: Vec<Option<&[u8]>> = row.iter().map(Option::as_deref).collect();
            writer.row(&fields).unwrap();
        }
        let bytes = writer.bytes();
        let written = writer.finish().unwrap();
        assert_eq!(bytes + 2, written.len() as u64);
        written
    }

    fn read_all(mut bytes: &[u8]) -> Result<(Vec<Fields>, usize), TransportError> {
        let (mut rows, from) = (Vec::new(), &mut bytes);
        let mut reader = RowReader::new(from, MOST)?;
        while let Some(mut row) = reader.next()? {
            rows.push((0..MOST.len()).map(|field| row.optional(field)).collect());
        }
        Ok((rows, bytes.len()))
    }

    fn some() -> Vec<Fields> {
        vec![
            vec![Some(vec![0; 8]), Some(b"text".to_vec()), None],
            vec![Some(Vec::new()), Some(vec![0xff; 20]), Some(vec![1, 2, 3, 4, 5])],
            vec![None, None, None],
        ]
    }

    #[test]
    fn rows_read_back_as_written_and_what_follows_is_left() {
        for rows in [some(), Vec::new()] {
            let mut bytes = written(&rows);
            assert_eq!(read_all(&bytes), Ok((rows.clone(), 0)));
            bytes.extend_from_slice(b"next");
            assert_eq!(read_all(&bytes), Ok((rows, 4)));
        }
    }

    #[test]
    fn rows_cut_at_any_byte_are_refused() {
        let bytes = written(&some());
        for cut in 0..bytes.len() {
            assert_eq!(read_all(&bytes[..cut]), Err(damaged("it ends too early")), "cut at {cut}");
        }
    }

    #[test]
    fn any_byte_altered_is_refused_or_changes_only_values_within_their_limits() {
        let bytes = written(&some());
        for at in 0..bytes.len() {
            for value in 0..=255 {
                let mut altered = bytes.clone();
                altered[at] = value;
                if let Ok((rows, _)) = read_all(&altered) {
                    assert!(at >= HEADER.len() || altered == bytes, "header byte {at}");
                    for (field, most) in rows.iter().flat_map(|row| row.iter().zip(MOST)) {
                        assert!(field.as_ref().is_none_or(|field| field.len() <= *most));
                    }
                }
            }
        }
    }

    #[test]
    fn a_value_one_byte_longer_than_its_limit_is_refused_before_it_is_read() {
        for (field, most) in MOST.iter().enumerate() {
            let mut row: Fields = vec![None; MOST.len()];
            row[field] = Some(vec![7; most + 1]);
            assert_eq!(read_all(&written(&[row])), Err(damaged("a value is longer than allowed")));
        }
    }
}
