//! An Avro schema as a table of nodes, and the columns that it has.

use crate::types::{Field, Type};
use serde_json::Value;
use std::collections::HashMap;
use wellhead_base::{Error, Result};

pub(super) type Id = usize;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed(usize),
    Enum(Vec<String>),
    Array(Id),
    Map(Id),
    Union(Vec<Id>),
    Record(Vec<(String, Id)>),
    /// An int that counts days.
    Date,
    /// A long that counts so many to the millisecond.
    Time(i64),
}

/// Invariants: the root is a record; ids point into the table (a record may contain itself).
pub(crate) struct Schema {
    pub(super) nodes: Vec<Node>,
    pub(super) root: Id,
}

/// A schema with more columns than this does not describe a table.
const COLUMNS_MAX: usize = 4096;

impl Schema {
    pub fn parse(text: &str) -> Result<Schema> {
        let json: Value = serde_json::from_str(text).map_err(|e| Error::invalid_arg(format!("the Avro schema is not JSON: {e}")))?;
        let mut p = Parser { nodes: Vec::new(), names: HashMap::new() };
        let root = p.node(&json, "")?;
        if !matches!(p.nodes[root], Node::Record(_)) {
            return Err(Error::invalid_arg("the Avro schema is not that of a record"));
        }
        Ok(Schema { nodes: p.nodes, root })
    }
    pub(super) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }
    /// What a union of null and one other type is besides null, with null's branch. Anything else is itself.
    pub(super) fn nullable(&self, id: Id) -> (Id, Option<usize>) {
        if let Node::Union(branches) = self.node(id) {
            let null = branches.iter().position(|b| *self.node(*b) == Node::Null);
            match (branches.len(), null) {
                (1, None) => return (branches[0], None),
                (2, Some(n)) => return (branches[1 - n], Some(n)),
                _ => {}
            }
        }
        (id, None)
    }
    /// The bytes of null, where it may be: the branch of a union, or nothing.
    pub(super) fn null(&self, id: Id) -> Option<Vec<u8>> {
        match self.node(id) {
            Node::Null => Some(Vec::new()),
            Node::Union(branches) => {
                let branch = branches.iter().position(|b| *self.node(*b) == Node::Null)?;
                let mut bytes = Vec::new();
                super::write::long(branch as i64, &mut bytes);
                Some(bytes)
            }
            _ => None,
        }
    }
    /// The fields of a record, or of a record that may be null.
    pub(super) fn record(&self, id: Id) -> Option<&[(String, Id)]> {
        match self.node(self.nullable(id).0) {
            Node::Record(fields) => Some(fields),
            _ => None,
        }
    }
    pub(super) fn column(&self, id: Id) -> Type {
        self.column_at(id, 0)
    }
    fn column_at(&self, id: Id, depth: u32) -> Type {
        match self.node(self.nullable(id).0) {
            Node::Bool => Type::Bool,
            Node::Int | Node::Long => Type::Int,
            Node::Float | Node::Double => Type::Float,
            Node::Bytes | Node::Fixed(_) => Type::Bytes,
            Node::String | Node::Enum(_) => Type::String,
            Node::Date | Node::Time(_) => Type::Timestamp,
            Node::Array(of) if depth < 8 => Type::List(Box::new(self.column_at(*of, depth + 1))),
            Node::Array(_) | Node::Null | Node::Map(_) | Node::Union(_) | Node::Record(_) => Type::Json,
        }
    }
    /// Whether a column of that type can hold what the node says.
    pub(super) fn fits(&self, id: Id, ty: &Type) -> bool {
        if self.column(id) == *ty {
            return true;
        }
        match (self.node(self.nullable(id).0), ty) {
            (Node::Array(of), Type::List(t)) => self.fits(*of, t),
            (_, Type::Json) => true,
            (Node::Null, _) => true,
            (Node::Int | Node::Long, Type::Float | Type::Timestamp) => true,
            (Node::Date | Node::Time(_), Type::Int) => true,
            (Node::Bytes | Node::Fixed(_), Type::String) => true,
            (Node::String | Node::Enum(_), Type::Bytes) => true,
            _ => false,
        }
    }
    /// The columns, records within the record as dotted names. A record that contains itself is a json column there.
    pub fn fields(&self) -> Result<Vec<Field>> {
        let mut out = Vec::new();
        self.flatten(self.root, "", &mut vec![self.root], &mut out)?;
        Ok(out)
    }
    fn flatten(&self, record: Id, prefix: &str, within: &mut Vec<Id>, out: &mut Vec<Field>) -> Result<()> {
        for (name, id) in self.record(record).unwrap_or_default() {
            let name = format!("{prefix}{name}");
            let inner = self.nullable(*id).0;
            if self.record(inner).is_some_and(|fields| !fields.is_empty()) && !within.contains(&inner) {
                within.push(inner);
                self.flatten(inner, &format!("{name}."), within, out)?;
                within.pop();
            } else {
                out.push(Field::new(name, self.column(*id)));
            }
            if out.len() > COLUMNS_MAX {
                return Err(Error::invalid_arg(format!("the Avro schema has more than {COLUMNS_MAX} columns; name those that are used")));
            }
        }
        Ok(())
    }
}

struct Parser {
    nodes: Vec<Node>,
    names: HashMap<String, Id>,
}

fn wrong(what: impl std::fmt::Display) -> Error {
    Error::invalid_arg(format!("the Avro schema is wrong: {what}"))
}

impl Parser {
    fn add(&mut self, node: Node) -> Id {
        self.nodes.push(node);
        self.nodes.len() - 1
    }
    fn node(&mut self, v: &Value, namespace: &str) -> Result<Id> {
        match v {
            Value::String(name) => self.named(name, namespace),
            Value::Array(branches) => {
                let branches = branches.iter().map(|b| self.node(b, namespace)).collect::<Result<Vec<_>>>()?;
                if branches.is_empty() {
                    return Err(wrong("a union of no types"));
                }
                Ok(self.add(Node::Union(branches)))
            }
            Value::Object(o) => match &v["type"] {
                Value::String(kind) => self.complex(kind, v, namespace),
                Value::Null => Err(wrong(format!("no type in {}", Value::Object(o.clone())))),
                inner => self.node(inner, namespace),
            },
            _ => Err(wrong(format!("{v} is not a type"))),
        }
    }
    fn named(&mut self, name: &str, namespace: &str) -> Result<Id> {
        let node = match name {
            "null" => Node::Null,
            "boolean" => Node::Bool,
            "int" => Node::Int,
            "long" => Node::Long,
            "float" => Node::Float,
            "double" => Node::Double,
            "bytes" => Node::Bytes,
            "string" => Node::String,
            _ => {
                let known = self.names.get(&full(name, namespace)).or_else(|| self.names.get(name));
                return known.copied().ok_or_else(|| wrong(format!("there is no type \"{name}\"")));
            }
        };
        Ok(self.add(node))
    }
    fn complex(&mut self, kind: &str, v: &Value, namespace: &str) -> Result<Id> {
        match kind {
            "array" => {
                let of = self.node(&v["items"], namespace)?;
                return Ok(self.add(Node::Array(of)));
            }
            "map" => {
                let of = self.node(&v["values"], namespace)?;
                return Ok(self.add(Node::Map(of)));
            }
            "record" | "error" | "enum" | "fixed" => {}
            _ => {
                let id = self.named(kind, namespace)?;
                let logical = match (&self.nodes[id], v["logicalType"].as_str()) {
                    (Node::Int, Some("date")) => Node::Date,
                    (Node::Long, Some("timestamp-millis" | "local-timestamp-millis")) => Node::Time(1),
                    (Node::Long, Some("timestamp-micros" | "local-timestamp-micros")) => Node::Time(1000),
                    (Node::Long, Some("timestamp-nanos" | "local-timestamp-nanos")) => Node::Time(1_000_000),
                    _ => return Ok(id),
                };
                return Ok(self.add(logical));
            }
        }
        let name = v["name"].as_str().ok_or_else(|| wrong(format!("a {kind} without a name")))?;
        let name = full(name, v["namespace"].as_str().unwrap_or(namespace));
        let namespace = name.rsplit_once('.').map_or("", |(n, _)| n).to_owned();
        // The name holds from here on: a record may contain itself.
        let id = self.add(Node::Null);
        if self.names.insert(name.clone(), id).is_some() {
            return Err(wrong(format!("\"{name}\" is there twice")));
        }
        let list = |of: &str| v[of].as_array().ok_or_else(|| wrong(format!("{kind} \"{name}\" without {of}")));
        self.nodes[id] = match kind {
            "enum" => {
                let symbols = list("symbols")?.iter().map(|s| s.as_str().map(str::to_owned));
                Node::Enum(symbols.collect::<Option<_>>().ok_or_else(|| wrong(format!("a symbol of \"{name}\" is not a text")))?)
            }
            "fixed" => {
                let size = v["size"].as_u64().and_then(|s| usize::try_from(s).ok());
                Node::Fixed(size.ok_or_else(|| wrong(format!("fixed \"{name}\" without a size")))?)
            }
            _ => {
                let mut fields: Vec<(String, Id)> = Vec::new();
                for f in list("fields")? {
                    let field = f["name"].as_str().ok_or_else(|| wrong(format!("a field of \"{name}\" without a name")))?;
                    if fields.iter().any(|(n, _)| n == field) {
                        return Err(wrong(format!("\"{name}\" has two fields \"{field}\"")));
                    }
                    let of = self.node(&f["type"], &namespace)?;
                    fields.push((field.to_owned(), of));
                }
                Node::Record(fields)
            }
        };
        Ok(id)
    }
}

fn full(name: &str, namespace: &str) -> String {
    if name.contains('.') || namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}
