//! Writes Rust from the definitions: a plain struct per struct, an `Element` impl that reads and writes it, and one line that makes
//! the outermost one a message. All cleverness is in `primitives`; what is written here is straight-line code.

use super::schema::{Field, Message, Range, Struct, Type};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub const HEADER: &str = "//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).\n";

/// File name -> content.
pub type Files = BTreeMap<String, String>;

/// `TopicId` -> `topic_id`, `KRaftVersion` -> `k_raft_version`.
pub fn snake(name: &str) -> String {
    let c: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for i in 0..c.len() {
        let boundary = i > 0 && c[i].is_ascii_uppercase() && (!c[i - 1].is_ascii_uppercase() || c.get(i + 1).is_some_and(|n| n.is_ascii_lowercase()));
        if boundary {
            out.push('_');
        }
        out.push(c[i].to_ascii_lowercase());
    }
    out
}

pub fn ident(name: &str) -> String {
    let s = snake(name);
    if matches!(s.as_str(), "type" | "match" | "ref" | "use" | "move" | "where") { format!("r#{s}") } else { s }
}

/// The file of a message: request and response, or key and value, share one.
pub fn file_stem(m: &Message) -> String {
    let n = m.name.as_str();
    let base = match m.kind.as_str() {
        "request" => n.strip_suffix("Request"),
        "response" => n.strip_suffix("Response"),
        "coordinator-key" => n.strip_suffix("Key"),
        "coordinator-value" => n.strip_suffix("Value"),
        _ => None,
    };
    snake(base.unwrap_or(n))
}

/// The files of `messages/`, or of `records/`.
pub fn files(messages: &[&Message]) -> Files {
    let mut by_file: BTreeMap<String, Vec<&Message>> = BTreeMap::new();
    for m in messages.iter().filter(|m| !m.valid.is_empty()) {
        by_file.entry(file_stem(m)).or_default().push(m);
    }
    let mut files = Files::new();
    let mut mods = String::new();
    let mut exports = String::new();
    for (stem, ms) in &by_file {
        let mut out = String::from(HEADER);
        if let [m] = ms[..]
            && snake(&m.name) == *stem
        {
            out.push_str("\nuse crate::generated::*;\n");
            body(&mut out, m, "");
            let _ = writeln!(mods, "pub mod {stem};");
        } else {
            for m in ms {
                let _ = writeln!(out, "\npub mod {} {{\n    use crate::generated::*;", snake(&m.name));
                body(&mut out, m, "    ");
                out.push_str("}\n");
            }
            let _ = writeln!(mods, "mod {stem};");
            for m in ms {
                let _ = writeln!(exports, "pub use {stem}::{};", snake(&m.name));
            }
        }
        for m in ms {
            let _ = writeln!(exports, "pub use {}::{};", snake(&m.name), m.name);
        }
        files.insert(format!("{stem}.rs"), out);
    }
    let mut out = String::from(HEADER);
    out.push_str("//!\n//! Each message is `<snake_name>::<Name>`, its structs beside it, and the message itself is re-exported here.\n\n");
    let _ = write!(out, "{mods}\n{exports}");
    files.insert("mod.rs".to_owned(), out);
    files
}

fn body(out: &mut String, m: &Message, pad: &str) {
    let mut s = String::new();
    for st in &m.structs {
        one_struct(&mut s, m, st);
    }
    let key = if m.kind == "request" || m.kind == "response" || m.api_key >= 0 { m.api_key } else { -1 };
    let flexible = if m.flexible_from == i16::MAX { "i16::MAX".to_owned() } else { m.flexible_from.to_string() };
    let _ = writeln!(s, "\nmessage!({}, {key}, {}, {}, {flexible});", m.name, m.valid.lo, m.valid.hi);
    if m.kind == "request" {
        let r = m.name.replace("Request", "Response");
        let _ = writeln!(s, "impl Request for {} {{\n    type Response = crate::messages::{r};\n}}", m.name);
    }
    for line in s.lines() {
        if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{pad}{line}");
        }
    }
}

fn rust_type(t: &Type) -> String {
    match t {
        Type::Bool => "bool".to_owned(),
        Type::Int(n) => (*n).to_owned(),
        Type::Float64 => "f64".to_owned(),
        Type::String => "String".to_owned(),
        Type::Bytes | Type::Records => "Bytes".to_owned(),
        Type::Uuid => "TopicId".to_owned(),
        Type::Struct(n) => n.clone(),
        Type::Array(t) => format!("Vec<{}>", rust_type(t)),
    }
}

fn optional(f: &Field) -> bool {
    !f.nullable.is_empty()
}

/// Whether the default is null: where the definition says the text "null" (a JSON null counts as no default), and for nullable records.
fn default_null(f: &Field) -> bool {
    optional(f) && (f.default == "null" || f.ty == Type::Records)
}

/// The default as an expression; `None` when it is the type's own.
fn default_expr(f: &Field) -> Option<String> {
    match &f.ty {
        _ if default_null(f) => None,
        Type::Bool => (f.default == "true").then(|| "true".to_owned()),
        Type::Int(_) => match f.default.as_str() {
            "" | "0" => None,
            d => Some(d.strip_prefix("0x").map_or_else(|| d.to_owned(), |h| i64::from_str_radix(h, 16).expect("hex").to_string())),
        },
        Type::Float64 => (!f.default.is_empty()).then(|| format!("{}f64", f.default)),
        t if optional(f) => Some(match t {
            Type::String => "Some(String::new())".to_owned(),
            Type::Bytes => "Some(Bytes::new())".to_owned(),
            Type::Array(_) => "Some(Vec::new())".to_owned(),
            other => format!("Some({}::default())", rust_type(other)),
        }),
        _ => {
            assert!(f.default.is_empty(), "default of {}", f.name);
            None
        }
    }
}

/// A condition that holds when the field has its default.
fn is_default(f: &Field) -> String {
    let x = format!("self.{}", ident(&f.name));
    match &f.ty {
        _ if default_null(f) => format!("{x}.is_none()"),
        Type::Bool => {
            if f.default == "true" {
                x
            } else {
                format!("!{x}")
            }
        }
        Type::Int(_) | Type::Float64 => {
            format!("{x} == {}", default_expr(f).unwrap_or_else(|| if f.ty == Type::Float64 { "0.0" } else { "0" }.to_owned()))
        }
        Type::Uuid => format!("{x}.is_zero()"),
        Type::Struct(n) => {
            if optional(f) {
                format!("{x} == Some({n}::default())")
            } else {
                format!("{x} == {n}::default()")
            }
        }
        _ if optional(f) => format!("{x}.as_ref().is_some_and(|x| x.is_empty())"),
        _ => format!("{x}.is_empty()"),
    }
}

/// A condition on `v` for `r`, given that `v` is in `within`: "true" or "false" where that decides it.
fn cond(r: Range, within: Range) -> String {
    let r = r.and(within);
    if r.is_empty() {
        "false".to_owned()
    } else if r == within {
        "true".to_owned()
    } else if r.lo == r.hi {
        format!("v == {}", r.lo)
    } else if r.hi == within.hi {
        format!("v >= {}", r.lo)
    } else if r.lo == within.lo {
        format!("v <= {}", r.hi)
    } else {
        format!("({}..={}).contains(&v)", r.lo, r.hi)
    }
}

/// The least bytes of a struct in any version it exists in.
fn min_size(m: &Message, s: &Struct) -> usize {
    (s.versions.lo..=s.versions.hi).map(|v| size_at(m, s, v)).min().unwrap_or(1).max(1)
}

fn size_at(m: &Message, s: &Struct, v: i16) -> usize {
    let flexible = v >= m.flexible_from;
    let mut n = usize::from(flexible);
    for f in s.fields.iter().filter(|f| f.versions.has(v) && !f.tagged.has(v)) {
        let flexible = flexible && !f.always_classic;
        n += match &f.ty {
            Type::Bool | Type::Int("i8") => 1,
            Type::Int("i16" | "u16") => 2,
            Type::Int("i32" | "u32") => 4,
            Type::Int(_) | Type::Float64 => 8,
            Type::Uuid => 16,
            Type::String => {
                if flexible {
                    1
                } else {
                    2
                }
            }
            Type::Bytes | Type::Records | Type::Array(_) => {
                if flexible {
                    1
                } else {
                    4
                }
            }
            Type::Struct(_) if f.nullable.has(v) => 1,
            Type::Struct(n) => size_at(m, m.find(n), v),
        };
    }
    n
}

fn read_expr(f: &Field, f_arg: &str, within: Range) -> String {
    let null = cond(f.nullable, within);
    match &f.ty {
        Type::Bool => "r.bool()?".to_owned(),
        Type::Int(n) => format!("r.{n}()?"),
        Type::Float64 => "r.f64()?".to_owned(),
        Type::Uuid => "r.uuid()?".to_owned(),
        Type::String if optional(f) => format!("r.opt_string({f_arg}, {null})?"),
        Type::String => format!("r.string({f_arg})?"),
        Type::Bytes | Type::Records if optional(f) => format!("r.opt_bytes({f_arg}, {null})?"),
        Type::Bytes | Type::Records => format!("r.bytes({f_arg})?"),
        Type::Array(_) if optional(f) => format!("r.opt_array(v, {f_arg}, {null})?"),
        Type::Array(_) => format!("r.array(v, {f_arg})?"),
        Type::Struct(_) if optional(f) => format!("r.opt_struct(v, {f_arg}, {null})?"),
        Type::Struct(n) => format!("{n}::read(r, v, {f_arg})?"),
    }
}

fn write_stmt(f: &Field, f_arg: &str, within: Range) -> String {
    let x = format!("self.{}", ident(&f.name));
    let null = cond(f.nullable, within);
    let name = format!("\"{}\"", snake(&f.name));
    match &f.ty {
        Type::Bool => format!("w.bool({x});"),
        Type::Int(n) => format!("w.{n}({x});"),
        Type::Float64 => format!("w.f64({x});"),
        Type::Uuid => format!("w.uuid({x});"),
        Type::String if optional(f) => format!("w.opt_string({x}.as_deref(), {f_arg}, {null}, {name})?;"),
        Type::String => format!("w.string(&{x}, {f_arg})?;"),
        Type::Bytes | Type::Records if optional(f) => format!("w.opt_bytes({x}.as_ref(), {f_arg}, {null}, {name})?;"),
        Type::Bytes | Type::Records => format!("w.bytes(&{x}, {f_arg})?;"),
        Type::Array(_) if optional(f) => format!("w.opt_array({x}.as_deref(), v, {f_arg}, {null}, {name})?;"),
        Type::Array(_) => format!("w.array(&{x}, v, {f_arg})?;"),
        Type::Struct(_) if optional(f) => format!("w.opt_struct({x}.as_ref(), v, {f_arg}, {null}, {name})?;"),
        Type::Struct(_) => format!("{x}.write(w, v, {f_arg})?;"),
    }
}

fn one_struct(o: &mut String, m: &Message, s: &Struct) {
    declaration(o, s);
    let (read, write) = (reading(m, s), writing(m, s));
    let uses = |code: &str, name: &str| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|t| t == name);
    let args = |code: &str| format!("{}: i16, {}: bool", if uses(code, "v") { "v" } else { "_" }, if uses(code, "f") { "f" } else { "_" });
    let x = if uses(&read, "x") { "mut x" } else { "x" };
    let _ = writeln!(o, "impl Element for {} {{\n    const MIN_SIZE: usize = {};", s.name, min_size(m, s));
    let _ = writeln!(o, "    fn read(r: &mut Reader<'_>, {}) -> Result<Self, DecodeError> {{\n        let {x} = Self::default();", args(&read));
    indent(o, &read, 2);
    let _ = writeln!(o, "        Ok(x)\n    }}\n    fn write(&self, w: &mut Writer, {}) -> Result<(), EncodeError> {{", args(&write));
    indent(o, &write, 2);
    o.push_str("        Ok(())\n    }\n}\n");
}

fn declaration(o: &mut String, s: &Struct) {
    let defaults: Vec<_> = s.fields.iter().map(default_expr).collect();
    let plain = defaults.iter().all(Option::is_none);
    let _ = writeln!(o, "\n#[derive(Debug, Clone, PartialEq{})]\npub struct {} {{", if plain { ", Default" } else { "" }, s.name);
    for f in &s.fields {
        let t = rust_type(&f.ty);
        let t = if optional(f) { format!("Option<{t}>") } else { t };
        let _ = writeln!(o, "    pub {}: {t},", ident(&f.name));
    }
    o.push_str("}\n");
    if plain {
        return;
    }
    let _ = writeln!(o, "impl Default for {} {{\n    fn default() -> Self {{\n        Self {{", s.name);
    for (f, d) in s.fields.iter().zip(&defaults) {
        let _ = writeln!(o, "            {}: {},", ident(&f.name), d.as_deref().unwrap_or("Default::default()"));
    }
    o.push_str("        }\n    }\n}\n");
}

/// The versions in which a field is among the plain ones; in later ones it may be tagged.
fn inline(f: &Field) -> Range {
    Range { lo: f.versions.lo, hi: if f.tagged.is_empty() { f.versions.hi } else { f.tagged.lo - 1 } }
}

fn f_arg(f: &Field) -> &'static str {
    if f.always_classic { "false" } else { "f" }
}

/// What begins and ends the code for tagged fields; `None` when the struct never has any.
fn tags_block(m: &Message, s: &Struct) -> Option<(&'static str, &'static str)> {
    match cond(Range { lo: m.flexible_from, hi: i16::MAX }, s.versions).as_str() {
        "false" => None,
        "true" => Some(("", "")),
        _ => Some(("if f {\n", "}\n")),
    }
}

fn tagged(s: &Struct) -> Vec<&Field> {
    let mut out: Vec<_> = s.fields.iter().filter(|f| !f.tagged.is_empty()).collect();
    out.sort_by_key(|f| f.tag);
    out
}

fn reading(m: &Message, s: &Struct) -> String {
    let mut out = String::new();
    for f in s.fields.iter().filter(|f| !inline(f).is_empty()) {
        let stmt = format!("x.{} = {};", ident(&f.name), read_expr(f, f_arg(f), inline(f)));
        let _ = match cond(inline(f), s.versions).as_str() {
            "true" => writeln!(out, "{stmt}"),
            c => writeln!(out, "if {c} {{\n{stmt}\n}}"),
        };
    }
    let Some((open, close)) = tags_block(m, s) else { return out };
    out.push_str(open);
    if tagged(s).is_empty() {
        out.push_str("r.skip_tags()?;\n");
    } else {
        out.push_str("let mut t = r.tags()?;\nwhile let Some(tag) = r.next_tag(&mut t)? {\nmatch tag {\n");
        for f in tagged(s) {
            let c = cond(f.tagged, s.versions);
            let guard = if c == "true" { String::new() } else { format!(" if {c}") };
            let _ = writeln!(out, "{}{guard} => x.{} = {},", f.tag, ident(&f.name), read_expr(f, "f", f.tagged));
        }
        out.push_str("_ => r.skip_tag(),\n}\nr.end_tag(&t)?;\n}\n");
    }
    out.push_str(close);
    out
}

fn writing(m: &Message, s: &Struct) -> String {
    let mut out = String::new();
    for f in &s.fields {
        if inline(f).is_empty() {
            if let Some(check) = absent(f, f.tagged, s.versions) {
                let _ = writeln!(out, "if !({}) {{\n{check}\n}}", cond(f.tagged, s.versions));
            }
            continue;
        }
        let stmt = write_stmt(f, f_arg(f), inline(f));
        let _ = match (cond(inline(f), s.versions).as_str(), absent(f, f.versions, s.versions)) {
            ("true", _) => writeln!(out, "{stmt}"),
            (c, Some(check)) => writeln!(out, "if {c} {{\n{stmt}\n}} else {{\n{check}\n}}"),
            (c, None) => writeln!(out, "if {c} {{\n{stmt}\n}}"),
        };
    }
    let Some((open, close)) = tags_block(m, s) else { return out };
    out.push_str(open);
    if tagged(s).is_empty() {
        out.push_str("w.u8(0);\n");
    } else {
        out.push_str("let t = w.tags();\n");
        for f in tagged(s) {
            let set = negate(&is_default(f));
            let set = match cond(f.tagged, s.versions).as_str() {
                "true" => set,
                c => format!("{c} && {set}"),
            };
            let _ = writeln!(out, "if {set} {{\nlet at = w.tag(t, {});\n{}\nw.end_tag(at)?;\n}}", f.tag, write_stmt(f, "f", f.tagged));
        }
    }
    out.push_str(close);
    out
}

/// The check that a field which exists in the versions `has`, and which may not be dropped in others, is not set there.
fn absent(f: &Field, has: Range, within: Range) -> Option<String> {
    if f.ignorable || cond(has, within) == "true" {
        return None;
    }
    Some(format!("absent({}, \"{}\", v)?;", is_default(f), snake(&f.name)))
}

fn negate(d: &str) -> String {
    if let Some(x) = d.strip_prefix('!') {
        x.to_owned()
    } else if let Some((a, b)) = d.split_once(" == ") {
        format!("{a} != {b}")
    } else if let Some(x) = d.strip_suffix(".is_none()") {
        format!("{x}.is_some()")
    } else {
        format!("!{d}")
    }
}

/// Indents by braces; no line opens and closes more than one.
fn indent(o: &mut String, code: &str, mut depth: usize) {
    for line in code.lines() {
        if line.starts_with('}') {
            depth -= 1;
        }
        let _ = writeln!(o, "{}{line}", "    ".repeat(depth));
        if line.ends_with('{') {
            depth += 1;
        }
    }
}
