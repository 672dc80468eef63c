//! One line of separated fields, quoted as RFC 4180 has it, in the order of the columns.
//!
//! A field without quotes is what stands between the delimiters, spaces included; it has no quote and no line break in it. A field in
//! quotes may hold anything, a quote as two. Nothing between two delimiters is null; `""` is an empty text. One line break at the line's
//! end is allowed and not written. A line with fewer fields than columns is a bad row; fields beyond the columns are skipped, though they
//! must be well-formed. A value's text is what `text` reads and writes.

use super::column::Rows;
use super::{Decoded, Decoder, Encoder, columns_of, text};
use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef};
use wellhead_base::{Error, Result};

pub(super) struct Csv {
    fields: Vec<Field>,
    delimiter: u8,
    /// A field in quotes without its doubled quotes, or a value's text before it is known whether it needs quotes.
    scratch: Vec<u8>,
}

impl Csv {
    pub fn new(delimiter: char, fields: &[Field]) -> Result<Csv> {
        if let Some(f) = fields.iter().find(|f| matches!(f.ty, Type::List(_))) {
            return Err(Error::invalid_arg(format!("a field of CSV holds no list, and column \"{}\" is {}", f.name, f.ty)));
        }
        let byte = u8::try_from(delimiter).ok().filter(|b| b.is_ascii() && !matches!(b, b'"' | b'\n' | b'\r'));
        let Some(delimiter) = byte else {
            return Err(Error::invalid_arg(format!(
                "{delimiter:?} cannot separate the fields of CSV: one ASCII character, no quote and no line break"
            )));
        };
        Ok(Csv { fields: fields.to_vec(), delimiter, scratch: Vec::new() })
    }
    fn row(&mut self, line: &[u8], rows: &mut Rows) -> Result<(), String> {
        let line = std::str::from_utf8(line).map_err(|e| super::not_utf8(&e))?;
        let line = line.strip_suffix('\n').map_or(line, |l| l.strip_suffix('\r').unwrap_or(l));
        let bytes = line.as_bytes();
        let (mut at, mut n) = (0, 0);
        loop {
            let quoted = bytes.get(at) == Some(&b'"');
            // The delimiter, quotes and line breaks are ASCII, so that a cut there is between characters.
            let field = if quoted {
                at = self.quoted(bytes, at + 1)?;
                std::str::from_utf8(&self.scratch).map_err(|e| super::not_utf8(&e))?
            } else {
                let rest = &bytes[at..];
                let end = rest.iter().position(|b| *b == self.delimiter || matches!(b, b'"' | b'\n' | b'\r')).unwrap_or(rest.len());
                let from = at;
                at += end;
                &line[from..at]
            };
            match bytes.get(at) {
                Some(b) if *b != self.delimiter => {
                    return Err(match b {
                        b'\n' | b'\r' => format!("a second line begins at byte {at}"),
                        _ if quoted => format!("something follows the quotes of field {} at byte {at}", n + 1),
                        _ => format!("a quote within field {}, which is not in quotes, at byte {at}", n + 1),
                    });
                }
                _ => {}
            }
            if let Some(column) = rows.columns.get_mut(n) {
                if field.is_empty() && !quoted {
                    column.null();
                } else {
                    text::read(field, column).map_err(|e| format!("field {} (\"{}\"): {e}", n + 1, self.fields[n].name))?;
                }
            }
            n += 1;
            if at == bytes.len() {
                break;
            }
            at += 1;
        }
        if n < self.fields.len() {
            return Err(format!("{n} fields where {} columns were declared", self.fields.len()));
        }
        Ok(())
    }
    /// Fills `scratch` with what is in the quotes that opened before `at`; where they are closed.
    fn quoted(&mut self, bytes: &[u8], mut at: usize) -> Result<usize, String> {
        self.scratch.clear();
        loop {
            let rest = &bytes[at..];
            let Some(end) = rest.iter().position(|b| *b == b'"') else { return Err("the line ends within quotes".to_owned()) };
            self.scratch.extend_from_slice(&rest[..end]);
            at += end + 1;
            if bytes.get(at) != Some(&b'"') {
                return Ok(at);
            }
            self.scratch.push(b'"');
            at += 1;
        }
    }
}

impl Decoder for Csv {
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded {
        let mut rows = Rows::new(&self.fields, payloads.len());
        for p in payloads {
            let outcome = p.map_or(Ok(()), |line| self.row(line, &mut rows));
            rows.end(outcome);
        }
        rows.finish()
    }
}

impl Encoder for Csv {
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()> {
        let rows = columns_of(&self.fields, columns)?;
        for row in 0..rows {
            for (i, (f, column)) in self.fields.iter().zip(columns).enumerate() {
                if i > 0 {
                    out.push(self.delimiter);
                }
                if column.is_null(row) {
                    continue;
                }
                self.scratch.clear();
                text::write(&f.ty, column, row, &mut self.scratch);
                let special = |b: &u8| *b == self.delimiter || matches!(b, b'"' | b'\n' | b'\r');
                if !self.scratch.is_empty() && !self.scratch.iter().any(special) {
                    out.extend_from_slice(&self.scratch);
                    continue;
                }
                out.push(b'"');
                for b in &self.scratch {
                    if *b == b'"' {
                        out.push(b'"');
                    }
                    out.push(*b);
                }
                out.push(b'"');
            }
            ends.push(out.len());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use arrow_array::cast::AsArray;
    use proptest::prelude::*;

    fn texts(n: usize) -> Vec<Field> {
        (0..n).map(|i| Field::new(format!("c{i}"), Type::String)).collect()
    }
    fn read(delimiter: char, fields: &[Field], line: &str) -> Result<Vec<Option<String>>, String> {
        let mut d = Format::Csv { delimiter }.decoder(fields).expect("a decoder").decode(&[Some(line.as_bytes())]);
        if let Some((_, why)) = d.bad.pop() {
            assert!(d.columns.iter().all(|c| c.is_null(0)), "a bad row is null");
            return Err(why);
        }
        Ok(d.columns.iter().map(|c| c.is_valid(0).then(|| c.as_string::<i32>().value(0).to_owned())).collect())
    }

    #[test]
    fn lines() {
        for (delimiter, line, want) in [
            (',', "a,b", Ok([Some("a"), Some("b")])),
            (',', "a, b \n", Ok([Some("a"), Some(" b ")])),
            (',', "a,b\r\n", Ok([Some("a"), Some("b")])),
            (',', "\"a,\"\"x\"\"\r\nb\",é", Ok([Some("a,\"x\"\r\nb"), Some("é")])),
            (',', ",\"\"", Ok([None, Some("")])),
            (',', ",", Ok([None, None])),
            (';', "1,5;2", Ok([Some("1,5"), Some("2")])),
            ('\t', "a\tb", Ok([Some("a"), Some("b")])),
            (',', "a,b,c,\"d\"", Ok([Some("a"), Some("b")])),
            (',', "a", Err("1 fields where 2 columns were declared")),
            (',', "", Err("1 fields where 2 columns were declared")),
            (',', "a,b\nc", Err("a second line begins at byte 3")),
            (',', "a,b,\"c", Err("the line ends within quotes")),
            (',', "a,x\"y\"", Err("a quote within field 2, which is not in quotes, at byte 3")),
            (',', "\"a\" ,b", Err("something follows the quotes of field 1 at byte 3")),
        ] {
            let want = want.map(|w| w.map(|c| c.map(str::to_owned)).to_vec()).map_err(str::to_owned);
            assert_eq!(read(delimiter, &texts(2), line), want, "{line:?}");
        }
    }

    #[test]
    fn types_and_refusals() {
        let fs = [Field::new("n", Type::Int), Field::new("t", Type::Timestamp)];
        let mut d = Format::Csv { delimiter: ',' }.decoder(&fs).expect("a decoder");
        let got = d.decode(&[Some(b"5,2023-11-14T22:13:20Z"), Some(b",1700000000000"), Some(b"x,"), None]);
        assert_eq!(got.bad, [(2, "field 1 (\"n\"): \"x\" is not an integer of 64 bits".to_owned())]);
        assert_eq!(super::super::integers(&got.columns[1])[..2], [1_700_000_000_000; 2]);
        assert_eq!((0..4).map(|r| got.columns[0].is_valid(r)).collect::<Vec<_>>(), [true, false, false, false]);
        for delimiter in ['"', '\n', 'é'] {
            assert!(Format::Csv { delimiter }.decoder(&fs).is_err());
        }
        let list = Field::new("l", Type::List(Box::new(Type::Int)));
        assert_eq!(
            Format::Csv { delimiter: ',' }.encoder(&[list]).err().expect("an error").message(),
            "a field of CSV holds no list, and column \"l\" is list<int>"
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(rows in proptest::collection::vec(proptest::array::uniform3(any::<Option<String>>()), 1..6), delimiter in proptest::sample::select(&[',', ';', '\t', '|', ' '][..])) {
            let fs = texts(3);
            let columns: Vec<ArrayRef> = (0..3)
                .map(|i| std::sync::Arc::new(arrow_array::StringArray::from(rows.iter().map(|r| r[i].clone()).collect::<Vec<_>>())) as ArrayRef)
                .collect();
            let (mut out, mut ends) = (Vec::new(), Vec::new());
            let format = Format::Csv { delimiter };
            format.encoder(&fs)?.encode(&columns, &mut out, &mut ends)?;
            let mut from = 0;
            let payloads: Vec<Option<&[u8]>> = ends.iter().map(|e| Some(&out[std::mem::replace(&mut from, *e)..*e])).collect();
            let d = format.decoder(&fs)?.decode(&payloads);
            prop_assert_eq!(d.bad, vec![]);
            prop_assert_eq!(d.columns, columns);
        }

        #[test]
        fn any_bytes(line in proptest::collection::vec(prop_oneof![proptest::sample::select(&b"\",\r\n1a\xff"[..]), any::<u8>()], 0..30)) {
            let d = Format::Csv { delimiter: ',' }.decoder(&texts(2))?.decode(&[Some(&line), None]);
            for (row, _) in &d.bad {
                prop_assert!(d.columns.iter().all(|c| c.is_null(*row)));
            }
        }
    }
}
