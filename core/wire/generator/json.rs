//! Writes, for the tests alone, how Kafka's JSON form of each message becomes the struct.

use super::rust::{HEADER, ident, snake};
use super::schema::Message;
use std::fmt::Write as _;

pub fn conversions(protocol: &[&Message], records: &[&Message]) -> String {
    let mut out = String::from(HEADER);
    out.push_str("//! JSON name -> field, struct by struct; and the table of all messages.\n\nuse crate::convert::{FromJson, Run, from_json};\n\n");
    let mut table = String::new();
    for (folder, messages) in [("messages", protocol), ("records", records)] {
        for m in messages.iter().filter(|m| !m.valid.is_empty()) {
            let module = snake(&m.name);
            for s in &m.structs {
                let fields: Vec<_> = s.fields.iter().map(|f| format!("{}: \"{}\"", ident(&f.name), camel(&f.name))).collect();
                let _ = writeln!(out, "from_json!(wellhead_wire::{folder}::{module}::{} {{ {} }});", s.name, fields.join(", "));
            }
            let _ = writeln!(table, "        \"{}\" => run.message::<wellhead_wire::{folder}::{}>(),", m.name, m.name);
        }
    }
    out.push_str("\n/// Runs `run` for the type of the message called `name`; false when there is none.\npub fn with_message(name: &str, run: &mut impl Run) -> bool {\n    match name {\n");
    out.push_str(&table);
    out.push_str("        _ => return false,\n    }\n    true\n}\n\n");
    out.push_str("/// Every message.\npub const NAMES: &[&str] = &[\n");
    for m in protocol.iter().chain(records).filter(|m| !m.valid.is_empty()) {
        let _ = writeln!(out, "    \"{}\",", m.name);
    }
    out.push_str("];\n");
    out
}

/// Kafka's JSON name of a field: the first letter in lower case.
fn camel(name: &str) -> String {
    let mut c = name.chars();
    c.next().map_or_else(String::new, |f| f.to_ascii_lowercase().to_string() + c.as_str())
}
