//! A FileDescriptorSet as tables of messages and enums, and the columns of a message.

use super::wire::{Fields, Value};
use crate::types::{Field, Type, nearest};
use std::collections::HashMap;
use wellhead_base::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Double,
    Float,
    /// int32, int64, uint32 and uint64, whose varint is the value.
    Int {
        signed: bool,
        wide: bool,
    },
    /// sint32 and sint64.
    Zigzag {
        wide: bool,
    },
    /// fixed32, fixed64 and their signed ones.
    Fixed {
        signed: bool,
        wide: bool,
    },
    Bool,
    String,
    Bytes,
    Enum(usize),
    Message(usize),
    Group(usize),
}
impl Kind {
    pub fn wire_type(self) -> u8 {
        match self {
            Kind::Int { .. } | Kind::Zigzag { .. } | Kind::Bool | Kind::Enum(_) => 0,
            Kind::Double | Kind::Fixed { wide: true, .. } => 1,
            Kind::String | Kind::Bytes | Kind::Message(_) => 2,
            Kind::Group(_) => 3,
            Kind::Float | Kind::Fixed { wide: false, .. } => 5,
        }
    }
    pub fn message(self) -> Option<usize> {
        match self {
            Kind::Message(m) | Kind::Group(m) => Some(m),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct FieldDef {
    pub name: String,
    pub number: u32,
    pub kind: Kind,
    pub repeated: bool,
    pub required: bool,
    /// Absent is something else than zero.
    pub presence: bool,
    /// Numbers of a list stand in one field.
    pub packed: bool,
    pub oneof: Option<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Message {
    pub name: String,
    /// By number.
    pub fields: Vec<FieldDef>,
    pub map_entry: bool,
}
impl Message {
    pub fn field(&self, number: u32) -> Option<&FieldDef> {
        self.fields.binary_search_by_key(&number, |f| f.number).ok().map(|i| &self.fields[i])
    }
}

/// Invariant: the indices in `Kind` point into the tables.
pub(crate) struct Set {
    pub(super) messages: Vec<Message>,
    pub(super) enums: Vec<Vec<(i32, String)>>,
    /// The message that is read and written.
    pub(super) root: usize,
}

const COLUMNS_MAX: usize = 4096;
const NESTED_MAX: u32 = 64;

fn wrong(what: impl std::fmt::Display) -> Error {
    Error::invalid_arg(format!("the Protobuf descriptors are wrong: {what}"))
}

/// A message of the descriptors, whose parts are read by number.
struct Parts<'a>(Vec<(u32, Value<'a>)>);
impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Parts<'a>> {
        let mut fields = Fields::new(bytes);
        let mut parts = Vec::new();
        while let Some(f) = fields.next().map_err(wrong)? {
            parts.push(f);
        }
        Ok(Parts(parts))
    }
    fn all(&self, number: u32) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter_map(move |(n, v)| match v {
            Value::Bytes(b) if *n == number => Some(*b),
            _ => None,
        })
    }
    fn text(&self, number: u32) -> Result<String> {
        let bytes = self.all(number).last().unwrap_or_default();
        Ok(std::str::from_utf8(bytes).map_err(wrong)?.to_owned())
    }
    fn number(&self, number: u32) -> Option<u64> {
        self.0.iter().rev().find_map(|(n, v)| match v {
            Value::Varint(x) if *n == number => Some(*x),
            _ => None,
        })
    }
}

struct Builder<'a> {
    messages: Vec<(Message, Parts<'a>, Syntax)>,
    enums: Vec<Vec<(i32, String)>>,
    names: HashMap<String, (bool, usize)>,
}
#[derive(Clone, Copy, PartialEq)]
enum Syntax {
    Proto2,
    Proto3,
    /// Presence is tracked unless a feature says otherwise, and numbers are packed.
    Editions,
}

impl Set {
    /// The message's name is the full one ("shop.v1.Order"), or its last part where only one message has it.
    pub fn parse(descriptors: &[u8], message: &str) -> Result<Set> {
        let mut b = Builder { messages: Vec::new(), enums: Vec::new(), names: HashMap::new() };
        for file in Parts::of(descriptors)?.all(1) {
            let file = Parts::of(file)?;
            let package = file.text(2)?;
            let syntax = match file.text(12)?.as_str() {
                "proto3" => Syntax::Proto3,
                "editions" => Syntax::Editions,
                _ => Syntax::Proto2,
            };
            b.scope(&file, &package, 4, 5, syntax, 0)?;
        }
        let messages = (0..b.messages.len()).map(|i| b.message(i)).collect::<Result<Vec<_>>>()?;
        let wanted = message.trim_start_matches('.');
        let short: Vec<usize> = (0..messages.len()).filter(|i| messages[*i].name.rsplit('.').next() == Some(wanted)).collect();
        let root = match (messages.iter().position(|m| m.name == wanted), &short[..]) {
            (Some(i), _) => i,
            (None, [one]) => *one,
            _ => {
                let names: Vec<&str> = messages.iter().filter(|m| !m.map_entry).map(|m| m.name.as_str()).collect();
                let near = nearest(wanted, &names).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
                return Err(Error::invalid_arg(format!("the descriptors have no message \"{wanted}\" among {}{near}", names.join(", "))));
            }
        };
        Ok(Set { messages, enums: b.enums, root })
    }
    pub(super) fn is_timestamp(&self, kind: Kind) -> bool {
        kind.message().is_some_and(|m| self.messages[m].name == "google.protobuf.Timestamp")
    }
    pub(super) fn map(&self, f: &FieldDef) -> bool {
        f.repeated && f.kind.message().is_some_and(|m| self.messages[m].map_entry)
    }
    /// The message whose fields dotted names reach: not a repeated one.
    pub(super) fn within(&self, f: &FieldDef) -> Option<usize> {
        f.kind.message().filter(|_| !f.repeated && !self.is_timestamp(f.kind))
    }
    pub(super) fn column(&self, f: &FieldDef) -> Type {
        let one = match f.kind {
            Kind::Double | Kind::Float => Type::Float,
            Kind::Int { .. } | Kind::Zigzag { .. } | Kind::Fixed { .. } => Type::Int,
            Kind::Bool => Type::Bool,
            Kind::String | Kind::Enum(_) => Type::String,
            Kind::Bytes => Type::Bytes,
            Kind::Message(_) | Kind::Group(_) if self.is_timestamp(f.kind) => Type::Timestamp,
            Kind::Message(_) | Kind::Group(_) => Type::Json,
        };
        if f.repeated && !self.map(f) { Type::List(Box::new(one)) } else { one }
    }
    pub(super) fn fits(&self, f: &FieldDef, ty: &Type) -> bool {
        if self.column(f) == *ty {
            return true;
        }
        let of = match ty {
            Type::List(of) if f.repeated && !self.map(f) => of,
            _ if f.repeated => return false,
            ty => ty,
        };
        match f.kind {
            Kind::Int { .. } | Kind::Zigzag { .. } | Kind::Fixed { .. } => matches!(of, Type::Int | Type::Float | Type::Timestamp),
            Kind::String => matches!(of, Type::String | Type::Bytes | Type::Json),
            Kind::Enum(_) => matches!(of, Type::String | Type::Int),
            _ => false,
        }
    }
    /// The columns, messages within the message as dotted names. A message that contains itself is a json column there.
    pub fn fields(&self) -> Result<Vec<Field>> {
        let mut out = Vec::new();
        self.flatten(self.root, "", &mut vec![self.root], &mut out)?;
        Ok(out)
    }
    fn flatten(&self, message: usize, prefix: &str, around: &mut Vec<usize>, out: &mut Vec<Field>) -> Result<()> {
        for f in &self.messages[message].fields {
            let name = format!("{prefix}{}", f.name);
            match self.within(f) {
                Some(m) if !around.contains(&m) && !self.messages[m].fields.is_empty() => {
                    around.push(m);
                    self.flatten(m, &format!("{name}."), around, out)?;
                    around.pop();
                }
                _ => out.push(Field::new(name, self.column(f))),
            }
            if out.len() > COLUMNS_MAX {
                return Err(Error::invalid_arg(format!("the Protobuf message has more than {COLUMNS_MAX} columns; name those that are used")));
            }
        }
        Ok(())
    }
    /// The error for a column that the message has not.
    pub(super) fn no_field(&self, name: &str) -> Result<Error> {
        let known = self.fields()?;
        let names: Vec<&str> = known.iter().map(|f| f.name.as_str()).collect();
        let near = nearest(name, &names).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
        let message = &self.messages[self.root].name;
        Ok(Error::invalid_arg(format!("{message} has no field \"{name}\" among {}{near}", names.join(", "))))
    }
}

impl<'a> Builder<'a> {
    /// The messages and enums that a file or a message declares, under the numbers that they have there.
    fn scope(&mut self, parts: &Parts<'a>, within: &str, messages: u32, enums: u32, syntax: Syntax, depth: u32) -> Result<()> {
        if depth > NESTED_MAX {
            return Err(wrong("messages are declared too deep within each other"));
        }
        let full = |name: String| if within.is_empty() { name } else { format!("{within}.{name}") };
        for e in parts.all(enums) {
            let e = Parts::of(e)?;
            let mut values = Vec::new();
            for v in e.all(2) {
                let v = Parts::of(v)?;
                values.push((v.number(2).unwrap_or(0) as i32, v.text(1)?));
            }
            self.names.insert(full(e.text(1)?), (false, self.enums.len()));
            self.enums.push(values);
        }
        for m in parts.all(messages) {
            let m = Parts::of(m)?;
            let name = full(m.text(1)?);
            let options = Parts::of(m.all(7).last().unwrap_or_default())?;
            self.scope(&m, &name, 3, 4, syntax, depth + 1)?;
            if self.names.insert(name.clone(), (true, self.messages.len())).is_some() {
                return Err(wrong(format!("\"{name}\" is there twice")));
            }
            let map_entry = options.number(7) == Some(1);
            self.messages.push((Message { name, fields: Vec::new(), map_entry }, m, syntax));
        }
        Ok(())
    }
    /// The message at a place of the table, now that every name is known.
    fn message(&self, i: usize) -> Result<Message> {
        let (m, parts, syntax) = &self.messages[i];
        let mut fields = Vec::new();
        for f in parts.all(2) {
            let f = self.field(&Parts::of(f)?, *syntax).map_err(|e| wrong(format!("\"{}\": {}", m.name, e.message())))?;
            fields.push(f);
        }
        fields.sort_by_key(|f| f.number);
        if fields.windows(2).any(|w| w[0].number == w[1].number) {
            return Err(wrong(format!("\"{}\" has two fields of one number", m.name)));
        }
        let names: std::collections::HashSet<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        if names.len() < fields.len() {
            return Err(wrong(format!("\"{}\" has two fields of one name", m.name)));
        }
        Ok(Message { name: m.name.clone(), fields, map_entry: m.map_entry })
    }
    fn field(&self, f: &Parts, syntax: Syntax) -> Result<FieldDef> {
        let name = f.text(1)?;
        let of = |message: bool| {
            let ty = f.text(6)?;
            let found = self.names.get(ty.trim_start_matches('.')).filter(|(m, _)| *m == message).map(|(_, i)| *i);
            found.ok_or_else(|| Error::invalid_arg(format!("field \"{name}\": there is no \"{ty}\" (protoc has --include_imports)")))
        };
        let number = f.number(3).and_then(|n| u32::try_from(n).ok()).filter(|n| (1..1 << 29).contains(n));
        let kind = match f.number(5) {
            Some(1) => Kind::Double,
            Some(2) => Kind::Float,
            Some(3) => Kind::Int { signed: true, wide: true },
            Some(4) => Kind::Int { signed: false, wide: true },
            Some(5) => Kind::Int { signed: true, wide: false },
            Some(6) => Kind::Fixed { signed: false, wide: true },
            Some(7) => Kind::Fixed { signed: false, wide: false },
            Some(8) => Kind::Bool,
            Some(9) => Kind::String,
            Some(10) => Kind::Group(of(true)?),
            Some(11) => Kind::Message(of(true)?),
            Some(12) => Kind::Bytes,
            Some(13) => Kind::Int { signed: false, wide: false },
            Some(14) => Kind::Enum(of(false)?),
            Some(15) => Kind::Fixed { signed: true, wide: false },
            Some(16) => Kind::Fixed { signed: true, wide: true },
            Some(17) => Kind::Zigzag { wide: false },
            Some(18) => Kind::Zigzag { wide: true },
            other => return Err(Error::invalid_arg(format!("field \"{name}\" is of type {other:?}"))),
        };
        let repeated = f.number(4) == Some(3);
        let number = number.ok_or_else(|| Error::invalid_arg(format!("field \"{name}\" without a number")))?;
        let packed = Parts::of(f.all(8).last().unwrap_or_default())?.number(2);
        // proto3's `optional` is a oneof of its own.
        let oneof = f.number(9).and_then(|n| u32::try_from(n).ok());
        let presence = !repeated && (syntax != Syntax::Proto3 || oneof.is_some() || kind.message().is_some());
        let packable = kind.wire_type() != 2 && kind.message().is_none();
        Ok(FieldDef {
            name,
            number,
            kind,
            repeated,
            required: f.number(4) == Some(2),
            presence,
            packed: repeated && packable && packed.map_or(syntax != Syntax::Proto2, |p| p == 1),
            oneof,
        })
    }
}
