//! Messages to columns. Fields come in any order and more than once, so a row's values are noted as they pass and become columns at the
//! message's end; elements of lists are appended at once.

use super::DEPTH_MAX;
use super::descriptor::{FieldDef, Kind, Set};
use super::wire::{Fields, Value, unzigzag};
use crate::format::column::{Column, Rows};
use crate::format::{Decoded, Decoder, json, not_utf8, write_base64};
use crate::types::{Field, Type};
use std::collections::BTreeMap;
use wellhead_base::{Error, Result};

/// What is done with the fields of a message.
struct Plan {
    /// By number.
    actions: Vec<Action>,
}
struct Action {
    number: u32,
    field: FieldDef,
    column: Option<usize>,
    /// A message whose fields are columns, and its place among the nodes.
    within: Option<(usize, Plan)>,
    /// What the other members of its oneof left is no longer so: columns and nodes.
    ends: (Vec<usize>, Vec<usize>),
}

/// A column: its field, and the node (message) that it lies in.
struct Target {
    field: FieldDef,
    node: usize,
}

pub(crate) struct Reader {
    set: Set,
    plan: Plan,
    fields: Vec<Field>,
    targets: Vec<Target>,
    nodes: usize,
}

/// A value noted for a column.
#[derive(Clone)]
enum Noted<'a> {
    Nothing,
    One(Value<'a>),
    /// The occurrences of a message or of a map's entries.
    Parts(Vec<&'a [u8]>),
}

struct Row<'a> {
    noted: Vec<Noted<'a>>,
    /// The messages that were there; the outermost is the first.
    present: Vec<bool>,
}

impl Reader {
    pub fn new(set: Set, fields: &[Field]) -> Result<Reader> {
        let mut targets: Vec<Option<Target>> = fields.iter().map(|_| None).collect();
        let mut nodes = 1;
        let plan = plan(&set, set.root, "", 0, fields, &mut targets, &mut nodes)?;
        if let Some(i) = targets.iter().position(Option::is_none) {
            return Err(set.no_field(&fields[i].name)?);
        }
        Ok(Reader { plan, fields: fields.to_vec(), targets: targets.into_iter().flatten().collect(), nodes, set })
    }
    fn message<'a>(&self, plan: &Plan, bytes: &'a [u8], row: &mut Row<'a>, rows: &mut Rows) -> Result<(), String> {
        let mut fields = Fields::new(bytes);
        while let Some((number, value)) = fields.next()? {
            let Ok(i) = plan.actions.binary_search_by_key(&number, |a| a.number) else { continue };
            let action = &plan.actions[i];
            self.field(action, value, row, rows).map_err(|e| format!("field \"{}\": {e}", action.field.name))?;
        }
        Ok(())
    }
    fn field<'a>(&self, action: &Action, value: Value<'a>, row: &mut Row<'a>, rows: &mut Rows) -> Result<(), String> {
        let f = &action.field;
        let packed = f.repeated && f.kind.wire_type() != 2 && f.kind.wire_type() != 3 && matches!(value, Value::Bytes(_));
        if value.wire_type() != f.kind.wire_type() && !packed {
            return Err(format!("wire type {} where it has {}", value.wire_type(), f.kind.wire_type()));
        }
        for c in &action.ends.0 {
            row.noted[*c] = Noted::Nothing;
            // Elements that a list has got this row go too.
            let column = &mut rows.columns[*c];
            column.truncate(column.len());
        }
        for n in &action.ends.1 {
            row.present[*n] = false;
        }
        let inner = match value {
            Value::Bytes(b) | Value::Group(b) => b,
            _ => &[],
        };
        if let Some(c) = action.column {
            if f.repeated && !self.set.map(f) {
                let column = rows.columns[c].elements();
                if packed {
                    let mut numbers = Fields::new(inner);
                    while !numbers.is_empty() {
                        let v = match f.kind.wire_type() {
                            0 => Value::Varint(numbers.varint()?),
                            1 => Value::Fixed64(u64::from_le_bytes(numbers.fixed()?)),
                            _ => Value::Fixed32(u32::from_le_bytes(numbers.fixed()?)),
                        };
                        self.append(f.kind, v, column)?;
                    }
                } else {
                    self.append(f.kind, value, column)?;
                }
            } else if f.kind.message().is_some() {
                match &mut row.noted[c] {
                    Noted::Parts(p) => p.push(inner),
                    n => *n = Noted::Parts(vec![inner]),
                }
            } else {
                row.noted[c] = Noted::One(value);
            }
        }
        if let Some((node, plan)) = &action.within {
            row.present[*node] = true;
            self.message(plan, inner, row, rows)?;
        }
        Ok(())
    }
    /// The columns get what was noted.
    fn finish(&self, row: &mut Row, rows: &mut Rows) -> Result<(), String> {
        for ((target, noted), column) in self.targets.iter().zip(&row.noted).zip(&mut rows.columns) {
            let f = &target.field;
            let done = match noted {
                _ if !row.present[target.node] => {
                    column.null();
                    Ok(())
                }
                Noted::Nothing if self.set.map(f) => column.bytes(b"{}").map_err(str::to_owned),
                _ if f.repeated && !self.set.map(f) => column.list().map_err(str::to_owned),
                Noted::Nothing if f.presence => {
                    column.null();
                    Ok(())
                }
                Noted::Nothing => self.append(f.kind, zero(f.kind), column),
                Noted::One(v) => self.append(f.kind, *v, column),
                Noted::Parts(parts) if self.set.map(f) => column.bytes_with(|to| self.map(f, parts, to, 0)),
                Noted::Parts(parts) => {
                    let whole: Vec<u8>;
                    let bytes = if let [one] = parts[..] {
                        one
                    } else {
                        // Messages one after the other are their merger.
                        whole = parts.concat();
                        &whole
                    };
                    self.append(f.kind, Value::Bytes(bytes), column)
                }
            };
            done.map_err(|e| format!("field \"{}\": {e}", f.name))?;
        }
        Ok(())
    }
    /// Appends a value whose wire type is the kind's; `Set::fits` has said that the column takes it.
    fn append(&self, kind: Kind, value: Value, column: &mut Column) -> Result<(), String> {
        match (kind, value) {
            (Kind::Double, Value::Fixed64(x)) => column.float(f64::from_bits(x)),
            (Kind::Float, Value::Fixed32(x)) => column.float(f64::from(f32::from_bits(x))),
            (Kind::Bool, Value::Varint(x)) => column.bool(x != 0),
            (Kind::Enum(e), Value::Varint(x)) => {
                if *column.ty() == Type::Int {
                    column.int(i64::from(x as i32));
                } else {
                    match self.symbol(e, x as i32) {
                        Some(name) => column.bytes(name.as_bytes())?,
                        None => column.bytes((x as i32).to_string().as_bytes())?,
                    }
                }
            }
            (Kind::String | Kind::Bytes, Value::Bytes(b)) => {
                if *column.ty() != Type::Bytes {
                    std::str::from_utf8(b).map_err(|e| not_utf8(&e))?;
                }
                if *column.ty() == Type::Json {
                    json::check(b).map_err(|e| format!("not JSON: {e}"))?;
                }
                column.bytes(b)?;
            }
            (Kind::Message(_) | Kind::Group(_), Value::Bytes(b) | Value::Group(b)) if self.set.is_timestamp(kind) => column.int(timestamp(b)?),
            (Kind::Message(m) | Kind::Group(m), Value::Bytes(b) | Value::Group(b)) => column.bytes_with(|to| self.json(m, b, to, 0))?,
            _ => {
                let x = integer(kind, value)?;
                if *column.ty() == Type::Float { column.float(x as f64) } else { column.int(x) }
            }
        }
        Ok(())
    }
    fn symbol(&self, e: usize, number: i32) -> Option<&str> {
        self.set.enums[e].iter().find(|(n, _)| *n == number).map(|(_, name)| name.as_str())
    }
    /// A message as a JSON object.
    fn json(&self, message: usize, bytes: &[u8], to: &mut Vec<u8>, depth: u32) -> Result<(), String> {
        if depth >= DEPTH_MAX {
            return Err(format!("more than {DEPTH_MAX} messages within each other"));
        }
        let m = &self.set.messages[message];
        let mut seen: BTreeMap<u32, Vec<Value>> = BTreeMap::new();
        let mut fields = Fields::new(bytes);
        while let Some((number, value)) = fields.next()? {
            let Some(f) = m.field(number) else { continue };
            if let Some(oneof) = f.oneof {
                for other in m.fields.iter().filter(|o| o.oneof == Some(oneof) && o.number != number) {
                    seen.remove(&other.number);
                }
            }
            seen.entry(number).or_default().push(value);
        }
        to.push(b'{');
        let mut first = true;
        for f in &m.fields {
            let values = seen.get(&f.number).map_or(&[][..], Vec::as_slice);
            if values.is_empty() && (f.presence || f.repeated) {
                continue;
            }
            if !std::mem::take(&mut first) {
                to.push(b',');
            }
            put(f.name.as_str(), to);
            to.push(b':');
            self.member(f, values, to, depth).map_err(|e| format!("\"{}\": {e}", f.name))?;
        }
        to.push(b'}');
        Ok(())
    }
    fn member(&self, f: &FieldDef, values: &[Value], to: &mut Vec<u8>, depth: u32) -> Result<(), String> {
        let wire_type = f.kind.wire_type();
        let bytes = |v: &Value| match *v {
            Value::Bytes(b) | Value::Group(b) => b.to_vec(),
            _ => Vec::new(),
        };
        if let Some(v) = values.iter().find(|v| v.wire_type() != wire_type && !(f.repeated && v.wire_type() == 2)) {
            return Err(format!("wire type {} where it has {wire_type}", v.wire_type()));
        }
        if self.set.map(f) {
            let parts: Vec<Vec<u8>> = values.iter().map(bytes).collect();
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            return self.map(f, &parts, to, depth);
        }
        if !f.repeated {
            if f.kind.message().is_some() {
                let whole: Vec<u8> = values.iter().flat_map(bytes).collect();
                return self.value(f.kind, Value::Bytes(&whole), to, depth);
            }
            return self.value(f.kind, values.last().copied().unwrap_or(zero(f.kind)), to, depth);
        }
        // A list by way of a column reads packed numbers too, but text is what is wanted here: one value after the other.
        to.push(b'[');
        let mut first = true;
        let mut each = |v: Value, to: &mut Vec<u8>| {
            if !std::mem::take(&mut first) {
                to.push(b',');
            }
            self.value(f.kind, v, to, depth)
        };
        for v in values {
            match v {
                Value::Bytes(b) if wire_type != 2 => {
                    let mut numbers = Fields::new(b);
                    while !numbers.is_empty() {
                        let v = match wire_type {
                            0 => Value::Varint(numbers.varint()?),
                            1 => Value::Fixed64(u64::from_le_bytes(numbers.fixed()?)),
                            5 => Value::Fixed32(u32::from_le_bytes(numbers.fixed()?)),
                            _ => return Err("bytes where it has groups".to_owned()),
                        };
                        each(v, to)?;
                    }
                }
                v => each(*v, to)?,
            }
        }
        to.push(b']');
        Ok(())
    }
    /// A map's entries as a JSON object; of one key the last counts.
    fn map(&self, f: &FieldDef, parts: &[&[u8]], to: &mut Vec<u8>, depth: u32) -> Result<(), String> {
        let entry = &self.set.messages[f.kind.message().expect("a map's kind is its entry")];
        let (Some(key), Some(value)) = (entry.field(1), entry.field(2)) else { return Err("a map without key and value".to_owned()) };
        let mut entries: BTreeMap<Vec<u8>, Vec<Value>> = BTreeMap::new();
        for part in parts {
            let (mut k, mut v) = (zero(key.kind), Vec::new());
            let mut fields = Fields::new(part);
            while let Some((number, x)) = fields.next()? {
                match number {
                    1 if x.wire_type() == key.kind.wire_type() => k = x,
                    1 => return Err(format!("a key of wire type {}", x.wire_type())),
                    2 => v.push(x),
                    _ => {}
                }
            }
            let mut text = Vec::new();
            self.value(key.kind, k, &mut text, depth)?;
            // A member's name is a text, also that of a number.
            if text.first() != Some(&b'"') {
                text.insert(0, b'"');
                text.push(b'"');
            }
            entries.insert(text, v);
        }
        to.push(b'{');
        for (i, (name, values)) in entries.iter().enumerate() {
            if i > 0 {
                to.push(b',');
            }
            to.extend_from_slice(name);
            to.push(b':');
            self.member(value, values, to, depth)?;
        }
        to.push(b'}');
        Ok(())
    }
    /// One value as JSON.
    fn value(&self, kind: Kind, value: Value, to: &mut Vec<u8>, depth: u32) -> Result<(), String> {
        match (kind, value) {
            (Kind::Double, Value::Fixed64(x)) => put(&f64::from_bits(x), to),
            (Kind::Float, Value::Fixed32(x)) => put(&f32::from_bits(x), to),
            (Kind::Bool, Value::Varint(x)) => put(&(x != 0), to),
            (Kind::Enum(e), Value::Varint(x)) => match self.symbol(e, x as i32) {
                Some(name) => put(name, to),
                None => put(&(x as i32), to),
            },
            (Kind::String, Value::Bytes(b)) => put(std::str::from_utf8(b).map_err(|e| not_utf8(&e))?, to),
            (Kind::Bytes, Value::Bytes(b)) => {
                to.push(b'"');
                write_base64(b, to);
                to.push(b'"');
            }
            (Kind::Message(_) | Kind::Group(_), Value::Bytes(b) | Value::Group(b)) if self.set.is_timestamp(kind) => put(&timestamp(b)?, to),
            (Kind::Message(m) | Kind::Group(m), Value::Bytes(b) | Value::Group(b)) => self.json(m, b, to, depth + 1)?,
            _ => put(&integer(kind, value)?, to),
        }
        Ok(())
    }
}

fn put<T: serde::Serialize + ?Sized>(x: &T, to: &mut Vec<u8>) {
    serde_json::to_writer(to, x).expect("a vector takes what is written, and these values have a form in JSON");
}

/// What a field holds that is not there and does not track that.
fn zero(kind: Kind) -> Value<'static> {
    match kind.wire_type() {
        0 => Value::Varint(0),
        1 => Value::Fixed64(0),
        5 => Value::Fixed32(0),
        _ => Value::Bytes(&[]),
    }
}

fn integer(kind: Kind, value: Value) -> Result<i64, String> {
    let x = match (kind, value) {
        (Kind::Int { signed: true, wide: true }, Value::Varint(x)) => return Ok(x as i64),
        (Kind::Int { signed: true, wide: false }, Value::Varint(x)) => return Ok(i64::from(x as i32)),
        (Kind::Int { signed: false, wide: true }, Value::Varint(x)) => x,
        (Kind::Int { signed: false, wide: false }, Value::Varint(x)) => return Ok(i64::from(x as u32)),
        (Kind::Zigzag { wide: true }, Value::Varint(x)) => return Ok(unzigzag(x)),
        (Kind::Zigzag { wide: false }, Value::Varint(x)) => return Ok(unzigzag(u64::from(x as u32))),
        (Kind::Fixed { signed: true, .. }, Value::Fixed64(x)) => return Ok(x as i64),
        (Kind::Fixed { signed: true, .. }, Value::Fixed32(x)) => return Ok(i64::from(x as i32)),
        (Kind::Fixed { signed: false, .. }, Value::Fixed64(x)) => x,
        (Kind::Fixed { signed: false, .. }, Value::Fixed32(x)) => u64::from(x),
        _ => return Err(format!("wire type {} where it has {}", value.wire_type(), kind.wire_type())),
    };
    i64::try_from(x).map_err(|_| format!("{x} does not fit a signed integer of 64 bits"))
}

fn timestamp(bytes: &[u8]) -> Result<i64, String> {
    let (mut seconds, mut nanos) = (0i64, 0i64);
    let mut fields = Fields::new(bytes);
    while let Some(f) = fields.next()? {
        match f {
            (1, Value::Varint(x)) => seconds = x as i64,
            (2, Value::Varint(x)) => nanos = i64::from(x as i32),
            _ => {}
        }
    }
    let ms = seconds.checked_mul(1000).and_then(|ms| ms.checked_add(nanos.div_euclid(1_000_000)));
    ms.ok_or_else(|| format!("{seconds} seconds are beyond a timestamp"))
}

fn plan(set: &Set, message: usize, prefix: &str, node: usize, fields: &[Field], targets: &mut [Option<Target>], nodes: &mut usize) -> Result<Plan> {
    let mut actions = Vec::new();
    for f in &set.messages[message].fields {
        let name = format!("{prefix}{}", f.name);
        let column = fields.iter().position(|c| c.name == name);
        if let Some(i) = column {
            if !set.fits(f, &fields[i].ty) {
                let is = set.column(f);
                return Err(Error::invalid_arg(format!("column \"{name}\" is {} where the Protobuf field is {is}", fields[i].ty)));
            }
            targets[i] = Some(Target { field: f.clone(), node });
        }
        let inner = format!("{name}.");
        let within = match set.within(f) {
            Some(m) if fields.iter().any(|c| c.name.starts_with(&inner)) => {
                let at = *nodes;
                *nodes += 1;
                Some((at, plan(set, m, &inner, at, fields, targets, nodes)?))
            }
            _ => None,
        };
        if column.is_some() || within.is_some() || f.oneof.is_some() {
            actions.push(Action { number: f.number, field: f.clone(), column, within, ends: Default::default() });
        }
    }
    for i in 0..actions.len() {
        let Some(oneof) = actions[i].field.oneof else { continue };
        let mut ends = (Vec::new(), Vec::new());
        for (j, other) in actions.iter().enumerate() {
            if j != i && other.field.oneof == Some(oneof) {
                all(other, &mut ends);
            }
        }
        actions[i].ends = ends;
    }
    Ok(Plan { actions })
}
/// The columns and nodes of an action.
fn all(action: &Action, into: &mut (Vec<usize>, Vec<usize>)) {
    into.0.extend(action.column);
    if let Some((node, plan)) = &action.within {
        into.1.push(*node);
        plan.actions.iter().for_each(|a| all(a, into));
    }
}

impl Decoder for Reader {
    fn decode(&mut self, payloads: &[Option<&[u8]>]) -> Decoded {
        let mut rows = Rows::new(&self.fields, payloads.len());
        let mut row = Row { noted: vec![Noted::Nothing; self.fields.len()], present: vec![false; self.nodes] };
        for p in payloads {
            let Some(bytes) = p else {
                rows.end(Ok(()));
                continue;
            };
            row.noted.fill(Noted::Nothing);
            row.present.fill(false);
            row.present[0] = true;
            let outcome = self.message(&self.plan, bytes, &mut row, &mut rows).and_then(|()| self.finish(&mut row, &mut rows));
            rows.end(outcome);
        }
        rows.finish()
    }
}
