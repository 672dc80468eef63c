//! Reads Kafka's message definitions into a form from which code is written without further thought: every struct in one flat list,
//! every version range resolved.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Versions, both ends included; empty when `lo > hi`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub lo: i16,
    pub hi: i16,
}

impl Range {
    pub const NONE: Self = Self { lo: 1, hi: 0 };
    pub fn parse(s: &str) -> Self {
        if s == "none" {
            return Self::NONE;
        }
        let n = |s: &str| s.parse().unwrap_or_else(|_| panic!("version {s:?}"));
        match s.split_once('-') {
            _ if s.ends_with('+') => Self { lo: n(&s[..s.len() - 1]), hi: i16::MAX },
            Some((lo, hi)) => Self { lo: n(lo), hi: n(hi) },
            None => Self { lo: n(s), hi: n(s) },
        }
    }
    pub fn is_empty(self) -> bool {
        self.lo > self.hi
    }
    pub fn and(self, o: Self) -> Self {
        Self { lo: self.lo.max(o.lo), hi: self.hi.min(o.hi) }
    }
    pub fn has(self, v: i16) -> bool {
        self.lo <= v && v <= self.hi
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Bool,
    /// `i8`, `u16`, ...: the Rust name is also the name of the reader's and writer's method.
    Int(&'static str),
    Float64,
    String,
    Bytes,
    Records,
    Uuid,
    Struct(String),
    Array(Box<Type>),
}

#[derive(Clone, Debug)]
pub struct Field {
    /// Kafka's name, as it stands.
    pub name: String,
    pub ty: Type,
    /// All ranges lie within the message's valid versions.
    pub versions: Range,
    pub nullable: Range,
    pub tagged: Range,
    pub tag: u32,
    /// As in the definition; a JSON null and an absent default are both "".
    pub default: String,
    pub ignorable: bool,
    /// `flexibleVersions` of the field itself is none: it stays classic.
    pub always_classic: bool,
}

#[derive(Clone, Debug)]
pub struct Struct {
    pub name: String,
    pub versions: Range,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub name: String,
    /// `request`, `response`, `header`, `data`, `metadata`, `coordinator-key`, `coordinator-value`.
    pub kind: String,
    pub api_key: i16,
    /// Empty when Kafka 4 has removed the message.
    pub valid: Range,
    /// `i16::MAX` when no version is flexible.
    pub flexible_from: i16,
    pub unstable: bool,
    pub listeners: Vec<String>,
    /// The first is the message itself.
    pub structs: Vec<Struct>,
}

impl Message {
    pub fn find(&self, name: &str) -> &Struct {
        self.structs.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("{}: no struct {name}", self.name))
    }
}

/// All messages of one folder, by name.
pub fn read_folder(dir: &Path) -> Vec<Message> {
    let mut paths: Vec<_> =
        fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display())).map(|e| e.expect("a folder entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "json"));
    paths.sort();
    paths.iter().map(|p| message(&fs::read_to_string(p).expect("a readable definition"))).collect()
}

fn text<'a>(v: &'a Value, key: &str) -> Option<&'a str> {
    v.get(key).and_then(Value::as_str)
}

fn message(json: &str) -> Message {
    let v: Value = serde_json::from_str(json).expect("a definition in JSON");
    let name = text(&v, "name").expect("a name").to_owned();
    let valid = Range::parse(text(&v, "validVersions").expect("valid versions"));
    let flexible = text(&v, "flexibleVersions").map_or(Range::NONE, Range::parse);
    let mut m = Message {
        kind: text(&v, "type").expect("a kind").to_owned(),
        api_key: v.get("apiKey").and_then(Value::as_i64).map_or(-1, |k| i16::try_from(k).expect("an api key")),
        flexible_from: if flexible.is_empty() { i16::MAX } else { flexible.lo },
        unstable: v.get("latestVersionUnstable").and_then(Value::as_bool).unwrap_or(false),
        listeners: v
            .get("listeners")
            .and_then(Value::as_array)
            .map_or(Vec::new(), |a| a.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        structs: Vec::new(),
        valid,
        name,
    };
    let common = v.get("commonStructs").and_then(Value::as_array).cloned().unwrap_or_default();
    let name = m.name.clone();
    add_struct(&mut m, &name, valid, &v["fields"]);
    for c in &common {
        let versions = Range::parse(text(c, "versions").expect("versions of a common struct")).and(valid);
        add_struct(&mut m, text(c, "name").expect("a name"), versions, &c["fields"]);
    }
    // The definitions may name a common struct that no field uses in a valid version; it would be dead code.
    let mut used = BTreeSet::from([m.name.clone()]);
    for _ in 0..m.structs.len() {
        for s in m.structs.iter().filter(|s| used.contains(&s.name)).cloned().collect::<Vec<_>>() {
            for f in &s.fields {
                let t = if let Type::Array(t) = &f.ty { t } else { &f.ty };
                if let Type::Struct(n) = t {
                    used.insert(n.clone());
                }
            }
        }
    }
    m.structs.retain(|s| used.contains(&s.name));
    m
}

fn add_struct(m: &mut Message, name: &str, versions: Range, fields: &Value) {
    let at = m.structs.len();
    m.structs.push(Struct { name: name.to_owned(), versions, fields: Vec::new() });
    for f in fields.as_array().expect("a list of fields") {
        let field = field(f, versions);
        // A field that existed only in versions long gone has no place in the struct.
        if field.versions.is_empty() {
            continue;
        }
        if let Some(inner) = f.get("fields") {
            let t = if let Type::Array(t) = &field.ty { t } else { &field.ty };
            let Type::Struct(n) = t else { panic!("{name}: fields of a field that is no struct") };
            if !m.structs.iter().any(|s| s.name == *n) {
                add_struct(m, n, field.versions, inner);
            }
        }
        m.structs[at].fields.push(field);
    }
}

fn field(f: &Value, within: Range) -> Field {
    let range = |key| text(f, key).map_or(Range::NONE, Range::parse);
    let tagged = range("taggedVersions");
    let versions = if f.get("versions").is_some() { range("versions") } else { tagged }.and(within);
    Field {
        name: text(f, "name").expect("a name").to_owned(),
        ty: ty(text(f, "type").expect("a type")),
        versions,
        nullable: range("nullableVersions").and(versions),
        tagged: tagged.and(versions),
        tag: f.get("tag").and_then(Value::as_u64).map_or(0, |t| u32::try_from(t).expect("a tag")),
        default: match f.get("default") {
            Some(Value::String(s)) => s.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        },
        ignorable: f.get("ignorable").and_then(Value::as_bool).unwrap_or(false),
        always_classic: text(f, "flexibleVersions") == Some("none"),
    }
}

fn ty(s: &str) -> Type {
    match s {
        "bool" => Type::Bool,
        "int8" => Type::Int("i8"),
        "int16" => Type::Int("i16"),
        "uint16" => Type::Int("u16"),
        "int32" => Type::Int("i32"),
        "uint32" => Type::Int("u32"),
        "int64" => Type::Int("i64"),
        "float64" => Type::Float64,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "records" => Type::Records,
        "uuid" => Type::Uuid,
        _ => match s.strip_prefix("[]") {
            Some(inner) => Type::Array(Box::new(ty(inner))),
            None => Type::Struct(s.to_owned()),
        },
    }
}
