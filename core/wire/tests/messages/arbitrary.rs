//! Random messages straight from the schema, in Kafka's JSON form: the generated code has no part in making them.

use crate::generator::schema::{self, Field, Message, Struct, Type};
use base64::Engine as _;
use serde_json::{Map, Value, json};
use std::path::Path;
use wellhead_base::TopicId;
use wellhead_base::env::Rng;

/// The definitions of every message that Kafka 4 still has.
pub fn definitions() -> Vec<Message> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let folders = ["protocol", "group-records", "metadata-records", "share-records", "transaction-records"];
    folders.iter().flat_map(|f| schema::read_folder(&dir.join(f))).filter(|m| !m.valid.is_empty()).collect()
}

pub fn message(rng: &mut Rng, m: &Message, version: i16) -> Value {
    structure(rng, m, &m.structs[0], version)
}

fn structure(rng: &mut Rng, m: &Message, s: &Struct, version: i16) -> Value {
    let mut o = Map::new();
    for f in s.fields.iter().filter(|f| f.versions.has(version)) {
        if f.tagged.has(version) && below(rng, 2) == 0 {
            continue;
        }
        let mut c = f.name.chars();
        let name: String = c.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(c).collect();
        o.insert(name, field(rng, m, f, version));
    }
    Value::Object(o)
}

fn field(rng: &mut Rng, m: &Message, f: &Field, version: i16) -> Value {
    if f.nullable.has(version) && below(rng, 4) == 0 { Value::Null } else { value(rng, m, &f.ty, version) }
}

fn value(rng: &mut Rng, m: &Message, t: &Type, version: i16) -> Value {
    match t {
        Type::Bool => json!(below(rng, 2) == 1),
        Type::Int(n) => json!(int(rng, n)),
        Type::Float64 => json!(int(rng, "i32") as f64 / 8.0),
        Type::String => {
            let n = [0, 1, 5, 126, 127, 128, 300][below(rng, 7)];
            json!((0..n).map(|_| ['a', 'z', '-', 'é', '漢', '😀'][below(rng, 6)]).collect::<String>())
        }
        Type::Bytes | Type::Records => {
            let n = [0, 1, 7, 126, 127, 200, 16_383, 16_384][below(rng, 8)];
            let bytes: Vec<u8> = (0..n).map(|_| rng.next_u64() as u8).collect();
            json!(base64::engine::general_purpose::STANDARD.encode(bytes))
        }
        Type::Uuid => {
            json!(TopicId(rng.bytes()).to_string())
        }
        Type::Struct(n) => structure(rng, m, m.find(n), version),
        Type::Array(t) => (0..below(rng, 4)).map(|_| value(rng, m, t, version)).collect(),
    }
}

fn int(rng: &mut Rng, ty: &str) -> i64 {
    let (lo, hi) = match ty {
        "i8" => (i64::from(i8::MIN), i64::from(i8::MAX)),
        "i16" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "u16" => (0, i64::from(u16::MAX)),
        "i32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let n = match below(rng, 6) {
        0 => lo,
        1 => hi,
        2 => 0,
        3 => -1,
        _ => rng.next_u64() as i64,
    };
    if n < lo || n > hi { n.rem_euclid(hi - lo + 1) + lo } else { n }
}

pub fn below(rng: &mut Rng, n: usize) -> usize {
    (rng.next_u64() % n as u64) as usize
}
