//! Columns to messages, fields in the order of their numbers.

use super::descriptor::{FieldDef, Kind, Set};
use super::wire::{put_tag, put_varint, zigzag};
use crate::format::{Encoder, columns_of, integers};
use crate::types::{Field, Type};
use arrow_array::{Array, ArrayRef, cast::AsArray, types::Float64Type};
use wellhead_base::{Error, Result};

enum Plan {
    Column(usize, FieldDef),
    /// A message, and the columns in it: it is left out where all are null.
    Message(FieldDef, Vec<usize>, Vec<Plan>),
}

pub(crate) struct Writer {
    set: Set,
    plan: Vec<Plan>,
    fields: Vec<Field>,
}

impl Writer {
    pub fn new(set: Set, fields: &[Field]) -> Result<Writer> {
        let mut used = vec![false; fields.len()];
        let plan = plan(&set, set.root, "", fields, &mut used)?;
        if let Some(i) = used.iter().position(|u| !u) {
            return Err(set.no_field(&fields[i].name)?);
        }
        Ok(Writer { set, plan, fields: fields.to_vec() })
    }
    fn message(&self, plan: &[Plan], columns: &[ArrayRef], row: usize, out: &mut Vec<u8>) -> Result<()> {
        for p in plan {
            match p {
                Plan::Column(i, f) => self
                    .column(f, &self.fields[*i].ty, &columns[*i], row, out)
                    .map_err(|e| Error::invalid_arg(format!("column \"{}\", row {row}: {e}", self.fields[*i].name)))?,
                Plan::Message(f, within, inner) => {
                    if within.iter().all(|i| columns[*i].is_null(row)) {
                        if f.required {
                            return Err(Error::invalid_arg(format!("row {row}: all columns of the required \"{}\" are null", f.name)));
                        }
                        continue;
                    }
                    put_tag(f.number, f.kind.wire_type(), out);
                    let start = out.len();
                    self.message(inner, columns, row, out)?;
                    if let Kind::Group(_) = f.kind {
                        put_tag(f.number, 4, out);
                    } else {
                        prefix(start, out);
                    }
                }
            }
        }
        Ok(())
    }
    fn column(&self, f: &FieldDef, ty: &Type, column: &ArrayRef, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        if column.is_null(row) {
            return if f.required { Err("null, and the field is required".to_owned()) } else { Ok(()) };
        }
        let Type::List(of) = ty else {
            let start = out.len();
            put_tag(f.number, f.kind.wire_type(), out);
            let value = out.len();
            self.value(f.kind, ty, column, row, out)?;
            // Zero is what an absent field is; only its value's bytes tell (a length of none is a zero too).
            if !f.presence && out[value..].iter().all(|b| *b == 0) {
                out.truncate(start);
            }
            return Ok(());
        };
        let list = column.as_list::<i32>();
        let (from, to) = (list.value_offsets()[row] as usize, list.value_offsets()[row + 1] as usize);
        if from == to {
            return Ok(());
        }
        let items = list.values();
        if (from..to).any(|i| items.is_null(i)) {
            return Err("a null in a list, which Protobuf has not".to_owned());
        }
        if !f.packed {
            for i in from..to {
                put_tag(f.number, f.kind.wire_type(), out);
                self.value(f.kind, of, items, i, out)?;
            }
            return Ok(());
        }
        put_tag(f.number, 2, out);
        let start = out.len();
        for i in from..to {
            self.value(f.kind, of, items, i, out)?;
        }
        prefix(start, out);
        Ok(())
    }
    fn value(&self, kind: Kind, ty: &Type, column: &ArrayRef, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        match kind {
            Kind::Bool => out.push(u8::from(column.as_boolean().value(row))),
            Kind::Double | Kind::Float => {
                let x = if *ty == Type::Int { integers(column)[row] as f64 } else { column.as_primitive::<Float64Type>().value(row) };
                if kind == Kind::Double { out.extend_from_slice(&x.to_le_bytes()) } else { out.extend_from_slice(&(x as f32).to_le_bytes()) }
            }
            Kind::String | Kind::Bytes => {
                let bytes = if *ty == Type::Bytes { column.as_binary::<i32>().value(row) } else { column.as_string::<i32>().value(row).as_bytes() };
                if kind == Kind::String {
                    std::str::from_utf8(bytes).map_err(|e| crate::format::not_utf8(&e))?;
                }
                put_varint(bytes.len() as u64, out);
                out.extend_from_slice(bytes);
            }
            Kind::Enum(e) if *ty == Type::String => {
                let name = column.as_string::<i32>().value(row);
                let values = &self.set.enums[e];
                let number = values.iter().find(|(_, n)| n == name).map(|(n, _)| *n).or_else(|| name.parse().ok());
                let names = || values.iter().map(|(_, n)| n.as_str()).collect::<Vec<_>>().join(", ");
                put_varint(i64::from(number.ok_or_else(|| format!("\"{name}\" is none of {}", names()))?) as u64, out);
            }
            Kind::Message(_) | Kind::Group(_) => {
                let ms = integers(column)[row];
                let start = out.len();
                for (number, x) in [(1, ms.div_euclid(1000)), (2, ms.rem_euclid(1000) * 1_000_000)] {
                    if x != 0 {
                        put_tag(number, 0, out);
                        put_varint(x as u64, out);
                    }
                }
                prefix(start, out);
            }
            _ => {
                let x = if *ty == Type::Float {
                    let x = column.as_primitive::<Float64Type>().value(row);
                    if x.fract() != 0.0 || x.abs() > 9e15 {
                        return Err(format!("{x} is not a whole number"));
                    }
                    x as i64
                } else {
                    integers(column)[row]
                };
                integer(kind, x, out).ok_or_else(|| format!("{x} does not fit the field"))?;
            }
        }
        Ok(())
    }
}

/// None if the number is beyond what the kind holds.
fn integer(kind: Kind, x: i64, out: &mut Vec<u8>) -> Option<()> {
    match kind {
        Kind::Int { signed: true, wide: true } => put_varint(x as u64, out),
        Kind::Int { signed: true, wide: false } | Kind::Enum(_) => put_varint(i64::from(i32::try_from(x).ok()?) as u64, out),
        Kind::Int { signed: false, wide: true } => put_varint(u64::try_from(x).ok()?, out),
        Kind::Int { signed: false, wide: false } => put_varint(u64::from(u32::try_from(x).ok()?), out),
        Kind::Zigzag { wide: true } => put_varint(zigzag(x), out),
        Kind::Zigzag { wide: false } => put_varint(zigzag(i64::from(i32::try_from(x).ok()?)), out),
        Kind::Fixed { signed: true, wide: true } => out.extend_from_slice(&x.to_le_bytes()),
        Kind::Fixed { signed: false, wide: true } => out.extend_from_slice(&u64::try_from(x).ok()?.to_le_bytes()),
        Kind::Fixed { signed: true, wide: false } => out.extend_from_slice(&i32::try_from(x).ok()?.to_le_bytes()),
        Kind::Fixed { signed: false, wide: false } => out.extend_from_slice(&u32::try_from(x).ok()?.to_le_bytes()),
        _ => unreachable!("an integer for {kind:?}; the encoder was not made"),
    }
    Some(())
}

/// Puts before what was written since `start` how long it is.
fn prefix(start: usize, out: &mut Vec<u8>) {
    let mut length = Vec::with_capacity(5);
    put_varint((out.len() - start) as u64, &mut length);
    out.splice(start..start, length);
}

fn plan(set: &Set, message: usize, prefix: &str, fields: &[Field], used: &mut [bool]) -> Result<Vec<Plan>> {
    let mut out = Vec::new();
    for f in &set.messages[message].fields {
        let name = format!("{prefix}{}", f.name);
        let inner = format!("{name}.");
        let within: Vec<usize> = (0..fields.len()).filter(|i| fields[*i].name.starts_with(&inner)).collect();
        if let Some(i) = fields.iter().position(|c| c.name == name) {
            let ty = &fields[i].ty;
            let float = matches!(f.kind, Kind::Double | Kind::Float) && !f.repeated && *ty == Type::Int;
            if !set.fits(f, ty) && !float {
                let is = set.column(f);
                return Err(Error::invalid_arg(format!("column \"{name}\" is {ty} where the Protobuf field is {is}")));
            }
            if f.kind.message().is_some() && !set.is_timestamp(f.kind) {
                return Err(Error::invalid_arg(format!("column \"{name}\" is json, of which no message can be written: name the message's fields")));
            }
            used[i] = true;
            out.push(Plan::Column(i, f.clone()));
        } else if let (Some(m), false) = (set.within(f), within.is_empty()) {
            let inner = plan(set, m, &inner, fields, used)?;
            out.push(Plan::Message(f.clone(), within, inner));
        } else if f.required {
            return Err(Error::invalid_arg(format!("the required field \"{name}\" has no column")));
        }
    }
    Ok(out)
}

impl Encoder for Writer {
    fn encode(&mut self, columns: &[ArrayRef], out: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<()> {
        for row in 0..columns_of(&self.fields, columns)? {
            self.message(&self.plan, columns, row, out)?;
            ends.push(out.len());
        }
        Ok(())
    }
}
