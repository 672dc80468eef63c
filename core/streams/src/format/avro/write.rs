//! Columns to Avro: a record for each row, in the schema's order.
//!
//! Every field of the schema needs a column or must allow null. A record within the record is written from the columns of its dotted
//! names, or from a json column; one that may be null is null where all those columns are. A null where the schema has no null, a number
//! beyond an int, an unknown symbol and the like are errors that name the column.

use super::schema::{Id, Node, Schema};
use crate::format::{BASE64, Encoder, columns_of, integers};
use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef, cast::AsArray, types::Float64Type};
use base64::Engine;
use serde_json::Value;
use wellhead_base::{Error, Result};

enum Plan {
    /// Null, as these bytes.
    Null(Vec<u8>),
    Column(usize, Id),
    /// A record from the columns of its names. Where it may be null: the branches of null and of the record, and the columns in it.
    Record(Option<(usize, usize, Vec<usize>)>, Vec<Plan>),
}

pub(crate) struct Writer {
    schema: Schema,
    plan: Vec<Plan>,
    fields: Vec<Field>,
    head: Vec<u8>,
}

impl Writer {
    pub fn new(schema: Schema, framed: bool, schema_id: Option<u32>, fields: &[Field]) -> Result<Writer> {
        let head = match (framed, schema_id) {
            (false, _) => Vec::new(),
            (true, Some(id)) => [&[0][..], &id.to_be_bytes()].concat(),
            (true, None) => return Err(Error::invalid_arg("framed Avro is written with the schema's id: give schema_id")),
        };
        let mut used = vec![false; fields.len()];
        let plan = plan(&schema, schema.root, "", fields, &mut used)?;
        if let Some(i) = used.iter().position(|u| !u) {
            return Err(super::read::no_field(&schema, &fields[i].name)?);
        }
        Ok(Writer { schema, plan, fields: fields.to_vec(), head })
    }
    fn record(&self, plan: &[Plan], columns: &[ArrayRef], row: usize, out: &mut Vec<u8>) -> Result<()> {
        for p in plan {
            match p {
                Plan::Null(bytes) => out.extend_from_slice(bytes),
                Plan::Column(i, id) => self
                    .value(*id, &self.fields[*i].ty, &columns[*i], row, out)
                    .map_err(|e| Error::invalid_arg(format!("column \"{}\", row {row}: {e}", self.fields[*i].name)))?,
                Plan::Record(None, inner) => self.record(inner, columns, row, out)?,
                Plan::Record(Some((null, _, within)), _) if within.iter().all(|i| columns[*i].is_null(row)) => long(*null as i64, out),
                Plan::Record(Some((_, branch, _)), inner) => {
                    long(*branch as i64, out);
                    self.record(inner, columns, row, out)?;
                }
            }
        }
        Ok(())
    }
    /// Appends a column's value. `Schema::fits` has said that the node takes the type.
    fn value(&self, id: Id, ty: &Type, column: &ArrayRef, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        let schema = &self.schema;
        let (inner, null) = schema.nullable(id);
        if let Some(null) = null {
            if column.is_null(row) {
                long(null as i64, out);
                return Ok(());
            }
            long(1 - null as i64, out);
        } else if inner != id {
            long(0, out);
        }
        let node = schema.node(inner);
        if column.is_null(row) && *ty != Type::Json && *node != Node::Null {
            return Err("null, which the schema does not allow".into());
        }
        match (node, ty) {
            (Node::Null, _) if column.is_null(row) => {}
            (Node::Null, _) => return Err("a value where the schema allows null only".into()),
            (Node::String, Type::Json) if column.is_valid(row) => prefixed(column.as_string::<i32>().value(row).as_bytes(), out),
            (_, Type::Json) => {
                let v = if column.is_null(row) {
                    Value::Null
                } else {
                    serde_json::from_str(column.as_string::<i32>().value(row)).map_err(|e| format!("not JSON: {e}"))?
                };
                self.json(inner, &v, out)?;
            }
            (Node::Bool, _) => out.push(u8::from(column.as_boolean().value(row))),
            (Node::Int | Node::Long | Node::Date | Node::Time(_), Type::Float) => {
                let x = column.as_primitive::<Float64Type>().value(row);
                if x.fract() != 0.0 || x.abs() > 9e15 {
                    return Err(format!("{x} is not a whole number"));
                }
                integer(node, x as i64, out)?;
            }
            (Node::Int | Node::Long | Node::Date | Node::Time(_), _) => integer(node, integers(column)[row], out)?,
            (Node::Float | Node::Double, Type::Int) => {
                let x = integers(column)[row] as f64;
                if *node == Node::Float { out.extend_from_slice(&(x as f32).to_le_bytes()) } else { out.extend_from_slice(&x.to_le_bytes()) }
            }
            (Node::Float, _) => out.extend_from_slice(&(column.as_primitive::<Float64Type>().value(row) as f32).to_le_bytes()),
            (Node::Double, _) => out.extend_from_slice(&column.as_primitive::<Float64Type>().value(row).to_le_bytes()),
            (Node::Array(of), Type::List(t)) => {
                let list = column.as_list::<i32>();
                let (from, to) = (list.value_offsets()[row] as usize, list.value_offsets()[row + 1] as usize);
                if to > from {
                    long((to - from) as i64, out);
                    for i in from..to {
                        self.value(*of, t, list.values(), i, out).map_err(|e| format!("an element: {e}"))?;
                    }
                }
                out.push(0);
            }
            (_, Type::Bytes) => bytes(node, column.as_binary::<i32>().value(row), out)?,
            (_, Type::String) => bytes(node, column.as_string::<i32>().value(row).as_bytes(), out)?,
            _ => unreachable!("{ty} for {node:?}; the encoder was not made"),
        }
        Ok(())
    }
    /// Appends a JSON value, by what the schema wants there. A union takes the first branch that the value fits.
    fn json(&self, id: Id, v: &Value, out: &mut Vec<u8>) -> Result<(), String> {
        let node = self.schema.node(id);
        match (node, v) {
            (Node::Null, Value::Null) => {}
            (Node::Bool, Value::Bool(b)) => out.push(u8::from(*b)),
            (Node::Int | Node::Long | Node::Date | Node::Time(_), Value::Number(n)) if n.is_i64() => {
                integer(node, n.as_i64().unwrap_or_default(), out)?;
            }
            (Node::Float, Value::Number(n)) => out.extend_from_slice(&(n.as_f64().unwrap_or_default() as f32).to_le_bytes()),
            (Node::Double, Value::Number(n)) => out.extend_from_slice(&n.as_f64().unwrap_or_default().to_le_bytes()),
            (Node::String | Node::Enum(_), Value::String(s)) => bytes(node, s.as_bytes(), out)?,
            (Node::Bytes | Node::Fixed(_), Value::String(s)) => {
                let content = BASE64.decode(s).map_err(|e| format!("not base64: {e}"))?;
                bytes(node, &content, out)?;
            }
            (Node::Array(of), Value::Array(items)) => {
                if !items.is_empty() {
                    long(items.len() as i64, out);
                    for i in items {
                        self.json(*of, i, out)?;
                    }
                }
                out.push(0);
            }
            (Node::Map(of), Value::Object(members)) => {
                if !members.is_empty() {
                    long(members.len() as i64, out);
                    for (name, m) in members {
                        prefixed(name.as_bytes(), out);
                        self.json(*of, m, out)?;
                    }
                }
                out.push(0);
            }
            (Node::Record(fields), Value::Object(members)) => {
                if let Some(other) = members.keys().find(|k| !fields.iter().any(|(n, _)| n == *k)) {
                    return Err(format!("the schema's record has no field \"{other}\""));
                }
                for (name, f) in fields {
                    self.json(*f, members.get(name).unwrap_or(&Value::Null), out).map_err(|e| format!("\"{name}\": {e}"))?;
                }
            }
            (Node::Union(branches), _) => {
                let start = out.len();
                for (i, b) in branches.iter().enumerate() {
                    long(i as i64, out);
                    if self.json(*b, v, out).is_ok() {
                        return Ok(());
                    }
                    out.truncate(start);
                }
                return Err(format!("{v} fits no branch of the union"));
            }
            _ => return Err(format!("{v} does not fit the schema there")),
        }
        Ok(())
    }
}

fn integer(node: &Node, x: i64, out: &mut Vec<u8>) -> Result<(), String> {
    let int = |x: i64| i32::try_from(x).map(i64::from).map_err(|_| format!("{x} does not fit the int of 32 bits"));
    let x = match node {
        Node::Int => int(x)?,
        Node::Date => int(x.div_euclid(86_400_000))?,
        Node::Time(per_ms) => x.checked_mul(*per_ms).ok_or_else(|| format!("{x} ms is beyond the schema's timestamps"))?,
        _ => x,
    };
    long(x, out);
    Ok(())
}
fn bytes(node: &Node, x: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    match node {
        Node::String => {
            std::str::from_utf8(x).map_err(|e| crate::format::not_utf8(&e))?;
            prefixed(x, out);
        }
        Node::Bytes => prefixed(x, out),
        Node::Fixed(n) if *n == x.len() => out.extend_from_slice(x),
        Node::Fixed(n) => return Err(format!("{} bytes where the schema has {n}", x.len())),
        Node::Enum(symbols) => {
            let i = symbols.iter().position(|s| s.as_bytes() == x);
            long(i.ok_or_else(|| format!("{:?} is none of {}", String::from_utf8_lossy(x), symbols.join(", ")))? as i64, out);
        }
        _ => unreachable!("bytes for {node:?}; the encoder was not made"),
    }
    Ok(())
}

fn plan(schema: &Schema, record: Id, prefix: &str, fields: &[Field], used: &mut [bool]) -> Result<Vec<Plan>> {
    let mut out = Vec::new();
    for (name, id) in schema.record(record).unwrap_or_default() {
        let name = format!("{prefix}{name}");
        let inner = format!("{name}.");
        let within: Vec<usize> = (0..fields.len()).filter(|i| fields[*i].name.starts_with(&inner)).collect();
        let (_, null) = schema.nullable(*id);
        out.push(if let Some(i) = fields.iter().position(|f| f.name == name) {
            let f = &fields[i];
            let widened = f.ty == Type::Int && schema.column(*id) == Type::Float;
            if !schema.fits(*id, &f.ty) && !widened {
                let is = schema.column(*id);
                return Err(Error::invalid_arg(format!("column \"{}\" is {} where the Avro schema's field is {is}", f.name, f.ty)));
            }
            used[i] = true;
            Plan::Column(i, *id)
        } else if schema.record(*id).is_some() && !within.is_empty() {
            let inner = plan(schema, *id, &inner, fields, used)?;
            Plan::Record(null.map(|n| (n, 1 - n, within)), inner)
        } else if let Some(null) = schema.null(*id) {
            Plan::Null(null)
        } else {
            return Err(Error::invalid_arg(format!("the Avro schema's field \"{name}\" has no column, and it cannot be null")));
        });
    }
    Ok(out)
}

pub(super) fn long(x: i64, out: &mut Vec<u8>) {
    let mut z = ((x << 1) ^ (x >> 63)) as u64;
    while z >= 0x80 {
        out.push(z as u8 | 0x80);
        z >>= 7;
    }
    out.push(z as u8);
}
fn prefixed(bytes: &[u8], out: &mut Vec<u8>) {
    long(bytes.len() as i64, out);
    out.extend_from_slice(bytes);
}

impl Encoder for Writer {
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()> {
        for row in 0..columns_of(&self.fields, columns)? {
            out.extend_from_slice(&self.head);
            self.record(&self.plan, columns, row, out)?;
            ends.push(out.len());
        }
        Ok(())
    }
}
