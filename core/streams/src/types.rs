//! The types of columns, and the schema that names them. Owns the correspondence to Arrow's types; nothing else decides it.

use arrow_schema::{DataType, TimeUnit};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// A column's type. Integers are 64 bits and floats double precision: one width each keeps every operator small, and what a narrower
/// source holds fits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Bool,
    Int,
    Float,
    String,
    Bytes,
    /// Milliseconds since the Unix epoch, UTC.
    Timestamp,
    /// JSON text of any shape, kept as it came.
    Json,
    List(Box<Type>),
}

impl Type {
    /// Arrow's type of the column. JSON is text there.
    pub fn arrow(&self) -> DataType {
        match self {
            Type::Bool => DataType::Boolean,
            Type::Int => DataType::Int64,
            Type::Float => DataType::Float64,
            Type::String | Type::Json => DataType::Utf8,
            Type::Bytes => DataType::Binary,
            Type::Timestamp => DataType::Timestamp(TimeUnit::Millisecond, None),
            Type::List(of) => DataType::List(Arc::new(arrow_schema::Field::new("item", of.arrow(), true))),
        }
    }
    /// The type that holds a column of Arrow's, where there is one. Narrow numbers are widened and views are read as what they view.
    pub fn of_arrow(t: &DataType) -> Option<Type> {
        Some(match t {
            DataType::Boolean => Type::Bool,
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 | DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => Type::Int,
            DataType::UInt64 => Type::Int,
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Type::Float,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Type::String,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => Type::Bytes,
            DataType::Timestamp(_, _) | DataType::Date32 | DataType::Date64 => Type::Timestamp,
            DataType::Dictionary(_, v) => Type::of_arrow(v)?,
            DataType::List(f) | DataType::LargeList(f) => Type::List(Box::new(Type::of_arrow(f.data_type())?)),
            _ => return None,
        })
    }
    pub fn numeric(&self) -> bool {
        matches!(self, Type::Int | Type::Float)
    }
    /// The name users write; aliases of SQL, Python and Arrow are understood too.
    pub fn parse(text: &str) -> Result<Type> {
        let t = text.trim();
        let lower = t.to_ascii_lowercase();
        if let Some(inner) = lower.strip_prefix("list<").and_then(|r| r.strip_suffix('>')) {
            return Ok(Type::List(Box::new(Type::parse(inner)?)));
        }
        Ok(match lower.as_str() {
            "bool" | "boolean" => Type::Bool,
            "int" | "integer" | "bigint" | "int8" | "int16" | "int32" | "int64" | "smallint" | "long" => Type::Int,
            "float" | "double" | "real" | "float32" | "float64" | "double precision" => Type::Float,
            "string" | "str" | "text" | "varchar" | "utf8" => Type::String,
            "bytes" | "binary" | "bytea" | "varbinary" | "blob" => Type::Bytes,
            "timestamp" | "timestamp[ms]" | "datetime" => Type::Timestamp,
            "json" => Type::Json,
            _ => {
                return Err(Error::invalid_arg(format!(
                    "\"{t}\" is not a type: bool, int, float, string, bytes, timestamp, json or list<...> of one of them"
                )));
            }
        })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Float => "float",
            Type::String => "string",
            Type::Bytes => "bytes",
            Type::Timestamp => "timestamp",
            Type::Json => "json",
            Type::List(of) => return write!(f, "list<{of}>"),
        })
    }
}
impl Serialize for Type {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Type::parse(&text).map_err(|e| serde::de::Error::custom(e.message()))
    }
}

/// A named column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub ty: Type,
}
impl Field {
    pub fn new(name: impl Into<String>, ty: Type) -> Field {
        Field { name: name.into(), ty }
    }
}

/// The columns of a chunk. The first `key` of them are the record's key, the others its value; names are unique.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schema {
    fields: Vec<Field>,
    key: usize,
}

impl Schema {
    /// `fields` begins with the `key` columns of the record's key. Every column may be null.
    pub fn new(fields: Vec<Field>, key: usize) -> Result<Arc<Schema>> {
        assert!(key <= fields.len(), "the key's columns are among the columns");
        for (i, f) in fields.iter().enumerate() {
            if fields[..i].iter().any(|g| g.name == f.name) {
                return Err(Error::invalid_arg(format!("there are two columns named \"{}\"", f.name)));
            }
        }
        Ok(Arc::new(Schema { fields, key }))
    }
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
    pub fn key_fields(&self) -> &[Field] {
        &self.fields[..self.key]
    }
    pub fn value_fields(&self) -> &[Field] {
        &self.fields[self.key..]
    }
    /// How many columns the key has; they are the first.
    pub fn key_len(&self) -> usize {
        self.key
    }
    pub fn len(&self) -> usize {
        self.fields.len()
    }
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
    pub fn index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }
    /// The column's place, or an error that names what there is.
    pub fn find(&self, name: &str) -> Result<usize> {
        self.index(name).ok_or_else(|| {
            let names: Vec<&str> = self.fields.iter().map(|f| f.name.as_str()).collect();
            let near = nearest(name, &names).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
            Error::invalid_arg(format!("there is no column \"{name}\" among {}{near}", names.join(", ")))
        })
    }
    pub fn arrow(&self) -> arrow_schema::SchemaRef {
        Arc::new(arrow_schema::Schema::new(self.fields.iter().map(|f| arrow_schema::Field::new(&f.name, f.ty.arrow(), true)).collect::<Vec<_>>()))
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |fields: &[Field]| fields.iter().map(|f| format!("{} {}", f.name, f.ty)).collect::<Vec<_>>().join(", ");
        write!(f, "[{}] {}", list(self.key_fields()), list(self.value_fields()))
    }
}

/// The name that is nearest to a misspelt one, where one is near: at most a third of its letters differ.
pub fn nearest<'a>(name: &str, among: &[&'a str]) -> Option<&'a str> {
    let best = among.iter().map(|n| (distance(&name.to_lowercase(), &n.to_lowercase()), *n)).min()?;
    (best.0 <= name.chars().count().div_ceil(3)).then_some(best.1)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (corner + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}
