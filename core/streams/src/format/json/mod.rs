//! JSON objects to columns and back.
//!
//! **Reading.** A field is the member of its name. A name with dots reaches into nested objects: "a.b" is the member "b" of the object
//! "a", unless there is a member that is literally named "a.b", which goes first wherever it stands. A missing member and `null` are
//! null. Of members of one name the last counts, as with most parsers. Members that no field names are skipped, but their syntax is
//! validated like that of all others (`scan` says how).
//!
//! What a field's type takes, where anything else makes the row bad, with a reason that names the member:
//!
//! | type | JSON |
//! |---|---|
//! | bool | `true`, `false` |
//! | int | a number without a fraction that fits 64 bits; `42.0` and `4.2e1` too |
//! | float | a number; the nearest double, and bad beyond the largest |
//! | string | a text |
//! | bytes | a text in base64 (standard alphabet; the padding may be left out) |
//! | timestamp | a whole number of milliseconds, or a text in ISO 8601 |
//! | json | any value, as its text stands |
//! | list | an array of what the element's type takes, or of nulls |
//!
//! **How.** Two steps for each chunk. The first finds where the used values lie in each record: `shape` verifies that a record repeats the
//! shape of one before, else `scan` goes through it member by member. The second turns the values of one column at a time into that
//! column. Both steps are held to serde_json by property tests.

mod read;
mod scan;
mod shape;
mod write;

#[cfg(test)]
mod tests;

use super::column::Column;
use super::{Decoded, Decoder};
use crate::types::{Field, Type};
use scan::{Fault, Scan};
use shape::{Leaf, Shapes};
pub(crate) use write::Writer;

/// Where a value lies in its record, and whether it is a text with escapes. A value never begins at 0, where the record's brace is, so
/// that says there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    /// The top bit says that there are escapes.
    start: u32,
    end: u32,
}
const ESCAPED: u32 = 1 << 31;
impl Span {
    const NONE: Span = Span { start: 0, end: 0 };
    #[inline]
    fn new(start: usize, end: usize, escaped: bool) -> Span {
        Span { start: start as u32 | if escaped { ESCAPED } else { 0 }, end: end as u32 }
    }
    #[inline]
    fn is_none(self) -> bool {
        self.end == 0
    }
    #[inline]
    fn start(self) -> usize {
        (self.start & !ESCAPED) as usize
    }
    #[inline]
    fn escaped(self) -> bool {
        self.start & ESCAPED != 0
    }
}

/// The names that are looked for.
struct Names {
    names: Vec<Box<[u8]>>,
    /// Some name has a dot, so nested objects matter.
    dotted: bool,
}

pub(crate) struct Reader {
    fields: Vec<Field>,
    names: Names,
    shapes: Shapes,
    /// One for each field of each row, row after row.
    spans: Vec<Span>,
    work: Work,
}

/// What the scan of one record writes down, kept from record to record.
#[derive(Default)]
struct Work {
    /// The depth at which each field was found: the shallowest goes first. Kept only if names have dots.
    depth: Vec<u32>,
    /// The names of the objects that the scan is in, with a dot after each.
    prefix: Vec<u8>,
    /// The values passed, in order; for learning the shape.
    leaves: Vec<Leaf>,
    /// The leaves do not tell the record's shape: a field is an object that another field reaches into.
    overlap: bool,
    name: Vec<u8>,
}

impl Reader {
    pub fn new(fields: &[Field]) -> Reader {
        let names: Vec<Box<[u8]>> = fields.iter().map(|f| f.name.as_bytes().into()).collect();
        let dotted = names.iter().any(|n| n.contains(&b'.'));
        let work = Work { depth: vec![0; names.len()], ..Work::default() };
        Reader { fields: fields.to_vec(), names: Names { names, dotted }, shapes: Shapes::default(), spans: Vec::new(), work }
    }
    /// Without prediction, so that the two ways can be held to each other.
    #[cfg(test)]
    pub fn unpredicted(fields: &[Field]) -> Reader {
        let mut r = Reader::new(fields);
        r.shapes.disable();
        r
    }
}

impl Decoder for Reader {
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded {
        let width = self.fields.len();
        let mut bad = Vec::new();
        self.spans.clear();
        self.spans.resize(width * payloads.len(), Span::NONE);
        for (row, payload) in payloads.iter().enumerate() {
            let Some(bytes) = payload else { continue };
            let out = &mut self.spans[row * width..][..width];
            if self.shapes.predict(bytes, out) {
                continue;
            }
            out.fill(Span::NONE);
            match record(bytes, &self.names, &mut self.work, out) {
                Ok(()) => self.shapes.learn(bytes, &self.work, out),
                Err(fault) => {
                    out.fill(Span::NONE);
                    bad.push((row, format!("not a JSON object: {fault}")));
                }
            }
        }
        let mut columns: Vec<Column> = Vec::with_capacity(width);
        for (i, f) in self.fields.iter().enumerate() {
            let faults = bad.len();
            let column = read::column(f, payloads, &self.spans, i, width, &mut bad);
            for (row, _) in &bad[faults..] {
                for c in &mut columns {
                    c.void(*row);
                }
                // The columns that come see nothing in that row.
                self.spans[row * width..][..width].fill(Span::NONE);
            }
            columns.push(column);
        }
        bad.sort_by_key(|(row, _)| *row);
        Decoded { columns: columns.into_iter().map(Column::finish).collect(), bad }
    }
}

/// Finds the fields' values in a record.
fn record(bytes: &[u8], names: &Names, work: &mut Work, out: &mut [Span]) -> Result<(), Fault> {
    if bytes.len() >= ESCAPED as usize {
        return Err(Fault { at: 0, what: "more than 2 GiB" });
    }
    work.prefix.clear();
    work.leaves.clear();
    work.overlap = false;
    let mut scan = Scan::new(bytes);
    scan.space();
    if scan.peek() != b'{' {
        return scan.fault("a { was expected");
    }
    object(&mut scan, names, work, out, 0)?;
    scan.end()
}

/// Through the object that begins here, whose names are looked up behind `work.prefix`. Calls itself only along the dots of the names.
fn object(scan: &mut Scan, names: &Names, work: &mut Work, out: &mut [Span], depth: u32) -> Result<(), Fault> {
    if depth >= scan::DEPTH_MAX {
        return scan.fault("more than 128 arrays and objects within each other");
    }
    scan.at += 1;
    scan.space();
    if scan.peek() == b'}' {
        scan.at += 1;
        return Ok(());
    }
    // Members mostly come in the order of the fields, so the search for the next begins after the last one found.
    let mut hint = 0;
    loop {
        let (raw, escaped) = scan.name()?;
        if names.dotted || escaped {
            let before = work.prefix.len();
            if escaped {
                work.name.clear();
                if read::unescape(raw, &mut work.name).is_ok() {
                    work.prefix.extend_from_slice(&work.name);
                } else {
                    // Half a surrogate pair is in no field's name, and this byte is in no UTF-8.
                    work.prefix.push(0xff);
                }
            } else {
                work.prefix.extend_from_slice(raw);
            }
            let found = names.names.iter().position(|n| **n == *work.prefix);
            deep(scan, names, work, out, depth, found)?;
            work.prefix.truncate(before);
        } else {
            let n = names.names.len();
            let found = (hint..n).chain(0..hint).find(|i| *names.names[*i] == *raw);
            let start = scan.at;
            let escapes = scan.value(depth + 1)?;
            if let Some(i) = found {
                out[i] = Span::new(start, scan.at, escapes);
                hint = i + 1;
            }
            work.leaves.push(Leaf { start, end: scan.at, field: found, reached: false, depth: depth + 1 });
        }
        scan.space();
        match scan.peek() {
            b',' => scan.at += 1,
            b'}' => {
                scan.at += 1;
                return Ok(());
            }
            _ => return scan.fault("a comma or } was expected"),
        }
        scan.space();
    }
}

/// A member's value, where names with dots may reach into it. `work.prefix` is the member's whole name.
fn deep(scan: &mut Scan, names: &Names, work: &mut Work, out: &mut [Span], depth: u32, found: Option<usize>) -> Result<(), Fault> {
    let start = scan.at;
    let mut reached = false;
    if names.dotted {
        for (i, n) in names.names.iter().enumerate() {
            if n.len() > work.prefix.len() && n[work.prefix.len()] == b'.' && n.starts_with(&work.prefix) {
                reached = true;
                // This member takes the place of one of the same name before it, with what was found in there.
                if work.depth[i] > depth {
                    out[i] = Span::NONE;
                }
            }
        }
    }
    let escapes = if reached && scan.peek() == b'{' {
        work.overlap |= found.is_some();
        let before = work.prefix.len();
        work.prefix.push(b'.');
        object(scan, names, work, out, depth + 1)?;
        work.prefix.truncate(before);
        false
    } else {
        let escapes = scan.value(depth + 1)?;
        work.leaves.push(Leaf { start, end: scan.at, field: found, reached, depth: depth + 1 });
        escapes
    };
    if let Some(i) = found
        && (out[i].is_none() || work.depth[i] >= depth)
    {
        out[i] = Span::new(start, scan.at, escapes);
        work.depth[i] = depth;
    }
    Ok(())
}

/// Whether these bytes are one JSON value of any kind.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let mut scan = Scan::new(bytes);
    scan.space();
    scan.value(0).and_then(|_| scan.end()).map_err(|f| f.to_string())
}
