//! Avro to columns: one pass over the payload by a plan made from the schema and the fields.

use super::DEPTH_MAX;
use super::schema::{Id, Node, Schema};
use crate::format::column::{Column, Rows};
use crate::format::{Decoded, Decoder, json, write_base64};
use crate::types::{Field, Type, nearest};
use wellhead_base::{Error, Result};

/// What is done with the values of a record, in the schema's order.
enum Plan {
    Skip(Id),
    Column(usize, Id),
    /// The fields of a record; `null` is the branch that says there is none.
    Record(Option<usize>, Vec<Plan>),
    /// A column of the whole, and columns in it.
    Both(Box<Plan>, Box<Plan>),
}

pub(crate) struct Reader {
    schema: Schema,
    plan: Vec<Plan>,
    fields: Vec<Field>,
    framed: bool,
    schema_id: Option<u32>,
}

impl Reader {
    pub fn new(schema: Schema, framed: bool, schema_id: Option<u32>, fields: &[Field]) -> Result<Reader> {
        let mut found = vec![false; fields.len()];
        let plan = plan(&schema, schema.root, "", fields, &mut found)?;
        if let Some(i) = found.iter().position(|f| !f) {
            return Err(no_field(&schema, &fields[i].name)?);
        }
        Ok(Reader { schema, plan, fields: fields.to_vec(), framed, schema_id })
    }
    fn row(&self, payload: &[u8], rows: &mut Rows) -> Result<(), String> {
        let record = if self.framed { unframe(payload, self.schema_id)? } else { payload };
        let mut c = Cursor { schema: &self.schema, bytes: record, at: 0, elements: 0 };
        self.record(&mut c, &self.plan, self.schema.root, &mut rows.columns)?;
        if c.at < record.len() {
            return Err(format!("{} bytes follow the record: another schema may have written it", record.len() - c.at));
        }
        Ok(())
    }
    fn record(&self, c: &mut Cursor, plan: &[Plan], id: Id, columns: &mut [Column]) -> Result<(), String> {
        let names = self.schema.record(id).unwrap_or_default();
        for (p, (name, id)) in plan.iter().zip(names) {
            self.field(c, p, *id, columns).map_err(|e| format!("field \"{name}\": {e}"))?;
        }
        Ok(())
    }
    fn field(&self, c: &mut Cursor, plan: &Plan, id: Id, columns: &mut [Column]) -> Result<(), String> {
        match plan {
            Plan::Skip(id) => c.skip(*id, 0),
            Plan::Column(i, id) => c.read(*id, &mut columns[*i], 0),
            Plan::Record(null, plan) => {
                if matches!(self.schema.node(id), Node::Union(_)) && Some(c.branch(id)?.0) == *null {
                    return Ok(());
                }
                self.record(c, plan, id, columns)
            }
            Plan::Both(whole, within) => {
                let at = c.at;
                self.field(c, whole, id, columns)?;
                c.at = at;
                self.field(c, within, id, columns)
            }
        }
    }
}

/// The error for a column that the schema has not.
pub(super) fn no_field(schema: &Schema, name: &str) -> Result<Error> {
    let known = schema.fields()?;
    let names: Vec<&str> = known.iter().map(|f| f.name.as_str()).collect();
    let near = nearest(name, &names).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
    Ok(Error::invalid_arg(format!("the Avro schema has no field \"{name}\" among {}{near}", names.join(", "))))
}

fn plan(schema: &Schema, record: Id, prefix: &str, fields: &[Field], found: &mut [bool]) -> Result<Vec<Plan>> {
    let mut out = Vec::new();
    for (name, id) in schema.record(record).unwrap_or_default() {
        let name = format!("{prefix}{name}");
        let whole = fields.iter().position(|f| f.name == name);
        if let Some(i) = whole {
            if !schema.fits(*id, &fields[i].ty) {
                let (is, f) = (schema.column(*id), &fields[i]);
                return Err(Error::invalid_arg(format!("column \"{}\" is {} where the Avro schema's field is {is}", f.name, f.ty)));
            }
            found[i] = true;
        }
        let inner = format!("{name}.");
        let within = if schema.record(*id).is_some() && fields.iter().any(|f| f.name.starts_with(&inner)) {
            Some(Plan::Record(schema.nullable(*id).1, plan(schema, *id, &inner, fields, found)?))
        } else {
            None
        };
        out.push(match (whole.map(|i| Plan::Column(i, *id)), within) {
            (Some(w), Some(n)) => Plan::Both(Box::new(w), Box::new(n)),
            (Some(p), None) | (None, Some(p)) => p,
            (None, None) => Plan::Skip(*id),
        });
    }
    Ok(out)
}

fn unframe(payload: &[u8], schema_id: Option<u32>) -> Result<&[u8], String> {
    let Some((head, record)) = payload.split_first_chunk::<5>() else {
        return Err(format!("{} bytes where the schema's id alone takes 5", payload.len()));
    };
    if head[0] != 0 {
        return Err(format!("the first byte is {} and not the 0 of Confluent's wire format", head[0]));
    }
    let id = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
    match schema_id {
        Some(want) if want != id => Err(format!("written under schema {id} where {want} is read")),
        _ => Ok(record),
    }
}

impl Decoder for Reader {
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded {
        let mut rows = Rows::new(&self.fields, payloads.len());
        for p in payloads {
            let outcome = p.map_or(Ok(()), |p| self.row(p, &mut rows));
            rows.end(outcome);
        }
        rows.finish()
    }
}

struct Cursor<'a> {
    schema: &'a Schema,
    bytes: &'a [u8],
    at: usize,
    /// Elements of arrays and maps so far: those of no bytes would make a short payload a long loop.
    elements: u64,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], String> {
        let rest = &self.bytes[self.at..];
        let Some(part) = rest.get(..n) else {
            return Err(format!("ends too early: {n} bytes are due at byte {}, and {} are left", self.at, rest.len()));
        };
        self.at += n;
        Ok(part)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        Ok(self.take(N)?.try_into().expect("as many bytes as were taken"))
    }
    /// A number of seven bits a byte, the sign in the lowest bit.
    fn long(&mut self) -> Result<i64, String> {
        let mut x: u64 = 0;
        for shift in (0..64).step_by(7) {
            let b = self.take(1)?[0];
            if shift == 63 && b > 1 {
                break;
            }
            x |= u64::from(b & 0x7f) << shift;
            if b & 0x80 == 0 {
                return Ok((x >> 1) as i64 ^ -((x & 1) as i64));
            }
        }
        Err(format!("a number of more than 64 bits before byte {}", self.at))
    }
    fn int(&mut self) -> Result<i64, String> {
        let x = self.long()?;
        i32::try_from(x).map(i64::from).map_err(|_| format!("{x} where the schema says an int of 32 bits"))
    }
    fn prefixed(&mut self) -> Result<&'a [u8], String> {
        let n = self.long()?;
        let n = usize::try_from(n).map_err(|_| format!("a length of {n} at byte {}", self.at))?;
        self.take(n)
    }
    fn bool(&mut self) -> Result<bool, String> {
        match self.take(1)?[0] {
            b @ (0 | 1) => Ok(b == 1),
            b => Err(format!("{b} where a boolean is 0 or 1")),
        }
    }
    fn text(&mut self) -> Result<&'a str, String> {
        std::str::from_utf8(self.prefixed()?).map_err(|e| super::super::not_utf8(&e))
    }
    fn symbol(&mut self, symbols: &'a [String]) -> Result<&'a str, String> {
        let i = self.int()?;
        let symbol = usize::try_from(i).ok().and_then(|i| symbols.get(i));
        symbol.map(String::as_str).ok_or_else(|| format!("symbol {i} of {}", symbols.len()))
    }
    /// The branch of a union that follows, by number and by node.
    fn branch(&mut self, id: Id) -> Result<(usize, Id), String> {
        let Node::Union(branches) = self.schema.node(id) else { unreachable!("the caller saw a union") };
        let i = self.long()?;
        let branch = usize::try_from(i).ok().and_then(|i| Some((i, *branches.get(i)?)));
        branch.ok_or_else(|| format!("branch {i} of {}", branches.len()))
    }
    /// How many elements the next block has; none ends the array. A negative count comes with the block's size in bytes.
    fn block(&mut self) -> Result<u64, String> {
        let n = self.long()?;
        if n < 0 {
            self.long()?;
        }
        self.elements = self.elements.saturating_add(n.unsigned_abs());
        if self.elements > self.bytes.len() as u64 {
            return Err(format!("{} elements in {} bytes", self.elements, self.bytes.len()));
        }
        Ok(n.unsigned_abs())
    }
    fn millis(&mut self, node: &Node) -> Result<i64, String> {
        Ok(match node {
            Node::Date => self.int()? * 86_400_000,
            Node::Time(per_ms) => self.long()?.div_euclid(*per_ms),
            _ => unreachable!("the caller saw a time"),
        })
    }
    fn deeper(depth: u32) -> Result<u32, String> {
        if depth < DEPTH_MAX { Ok(depth + 1) } else { Err(format!("more than {DEPTH_MAX} values within each other")) }
    }

    fn skip(&mut self, id: Id, depth: u32) -> Result<(), String> {
        let depth = Self::deeper(depth)?;
        let schema = self.schema;
        match schema.node(id) {
            Node::Null => {}
            Node::Bool => _ = self.bool()?,
            Node::Int | Node::Date => _ = self.int()?,
            Node::Long | Node::Time(_) => _ = self.long()?,
            Node::Float => _ = self.take(4)?,
            Node::Double => _ = self.take(8)?,
            Node::Bytes => _ = self.prefixed()?,
            Node::String => _ = self.text()?,
            Node::Fixed(n) => _ = self.take(*n)?,
            Node::Enum(symbols) => _ = self.symbol(symbols)?,
            Node::Union(_) => {
                let (_, branch) = self.branch(id)?;
                self.skip(branch, depth)?;
            }
            Node::Record(fields) => {
                for (_, f) in fields {
                    self.skip(*f, depth)?;
                }
            }
            Node::Array(of) | Node::Map(of) => {
                let map = matches!(schema.node(id), Node::Map(_));
                loop {
                    let n = self.block()?;
                    if n == 0 {
                        break;
                    }
                    for _ in 0..n {
                        if map {
                            self.text()?;
                        }
                        self.skip(*of, depth)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Appends a value; `Schema::fits` has said that the column takes it.
    fn read(&mut self, id: Id, column: &mut Column, depth: u32) -> Result<(), String> {
        let depth = Self::deeper(depth)?;
        let schema = self.schema;
        let (inner, null) = schema.nullable(id);
        if let Node::Union(_) = schema.node(id)
            && (null.is_some() || inner != id)
        {
            let (i, branch) = self.branch(id)?;
            if Some(i) == null {
                column.null();
                return Ok(());
            }
            return self.read(branch, column, depth);
        }
        let node = schema.node(id);
        let json_column = *column.ty() == Type::Json;
        match node {
            Node::Null => column.null(),
            Node::String if json_column => {
                let text = self.text()?;
                json::check(text.as_bytes()).map_err(|e| format!("not JSON: {e}"))?;
                column.bytes(text.as_bytes())?;
            }
            _ if json_column => {
                let before = self.at;
                column.bytes_with(|to| self.json(id, to, depth))?;
                debug_assert!(self.at >= before);
            }
            Node::Bool => column.bool(self.bool()?),
            Node::Int | Node::Long => {
                let x = if *node == Node::Int { self.int()? } else { self.long()? };
                if *column.ty() == Type::Float { column.float(x as f64) } else { column.int(x) }
            }
            Node::Date | Node::Time(_) => column.int(self.millis(node)?),
            Node::Float => column.float(f64::from(f32::from_le_bytes(self.array()?))),
            Node::Double => column.float(f64::from_le_bytes(self.array()?)),
            Node::Bytes | Node::Fixed(_) => {
                let bytes = if let Node::Fixed(n) = node { self.take(*n)? } else { self.prefixed()? };
                if *column.ty() == Type::String {
                    std::str::from_utf8(bytes).map_err(|e| super::super::not_utf8(&e))?;
                }
                column.bytes(bytes)?;
            }
            Node::String => column.bytes(self.text()?.as_bytes())?,
            Node::Enum(symbols) => column.bytes(self.symbol(symbols)?.as_bytes())?,
            Node::Array(of) => {
                loop {
                    let n = self.block()?;
                    if n == 0 {
                        break;
                    }
                    for _ in 0..n {
                        self.read(*of, column.elements(), depth)?;
                    }
                }
                column.list()?;
            }
            Node::Map(_) | Node::Record(_) | Node::Union(_) => unreachable!("such a value is a json column"),
        }
        Ok(())
    }

    /// Appends a value as JSON.
    fn json(&mut self, id: Id, to: &mut Vec<u8>, depth: u32) -> Result<(), String> {
        fn put<T: serde::Serialize + ?Sized>(x: &T, to: &mut Vec<u8>) {
            serde_json::to_writer(to, x).expect("a vector takes what is written, and these values have a form in JSON");
        }
        let depth = Self::deeper(depth)?;
        let schema = self.schema;
        let node = schema.node(id);
        match node {
            Node::Null => to.extend_from_slice(b"null"),
            Node::Bool => put(&self.bool()?, to),
            Node::Int => put(&self.int()?, to),
            Node::Long => put(&self.long()?, to),
            Node::Date | Node::Time(_) => put(&self.millis(node)?, to),
            Node::Float => put(&f32::from_le_bytes(self.array()?), to),
            Node::Double => put(&f64::from_le_bytes(self.array()?), to),
            Node::Bytes | Node::Fixed(_) => {
                let bytes = if let Node::Fixed(n) = node { self.take(*n)? } else { self.prefixed()? };
                to.push(b'"');
                write_base64(bytes, to);
                to.push(b'"');
            }
            Node::String => put(self.text()?, to),
            Node::Enum(symbols) => put(self.symbol(symbols)?, to),
            Node::Union(_) => {
                let (_, branch) = self.branch(id)?;
                self.json(branch, to, depth)?;
            }
            Node::Record(fields) => {
                to.push(b'{');
                for (i, (name, f)) in fields.iter().enumerate() {
                    if i > 0 {
                        to.push(b',');
                    }
                    put(name.as_str(), to);
                    to.push(b':');
                    self.json(*f, to, depth)?;
                }
                to.push(b'}');
            }
            Node::Array(of) | Node::Map(of) => {
                let map = matches!(node, Node::Map(_));
                to.push(if map { b'{' } else { b'[' });
                let mut first = true;
                loop {
                    let n = self.block()?;
                    if n == 0 {
                        break;
                    }
                    for _ in 0..n {
                        if !std::mem::take(&mut first) {
                            to.push(b',');
                        }
                        if map {
                            put(self.text()?, to);
                            to.push(b':');
                        }
                        self.json(*of, to, depth)?;
                    }
                }
                to.push(if map { b'}' } else { b']' });
            }
        }
        Ok(())
    }
}
