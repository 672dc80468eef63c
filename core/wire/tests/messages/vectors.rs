//! Every vector both ways: Kafka's bytes are read into what Kafka's JSON says, and written back into the same bytes. `WELLHEAD_VECTORS`
//! names another folder of the same form; it holds `wire/<folder>/*.jsonl` or the folders themselves.

use crate::convert::{FromJson, Run};
use crate::json::{NAMES, with_message};
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};
use wellhead_wire::{Message, Reader, Writer};

/// The folder that holds `protocol/` and the record folders.
pub fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // A relative folder is meant from where the tests were started, which for cargo is not where a test runs.
    let dir = env::var_os("WELLHEAD_VECTORS").map_or_else(|| root.join("tests/vectors"), PathBuf::from);
    let dir = if dir.is_dir() { dir } else { root.join(dir) };
    let wire = dir.join("wire");
    if wire.is_dir() { wire } else { dir }
}

pub struct Vector {
    pub version: i16,
    pub bytes: Bytes,
    pub json: Value,
}

/// All vectors, by message name.
pub fn load() -> Vec<(String, Vec<Vector>)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder()).expect("a folder of vectors") {
        let dir = entry.expect("an entry").path();
        if !dir.is_dir() {
            continue;
        }
        for file in fs::read_dir(&dir).expect("a folder of messages") {
            let path = file.expect("an entry").path();
            if path.extension().is_none_or(|e| e != "jsonl") {
                continue;
            }
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).expect("a readable file of vectors");
            let vectors = text.lines().filter(|l| !l.trim().is_empty()).map(|l| vector(&path, l)).collect();
            out.push((name, vectors));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn vector(path: &Path, line: &str) -> Vector {
    let v: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let version = v["version"].as_i64().and_then(|n| i16::try_from(n).ok()).expect("a version");
    Vector { version, bytes: unhex(v["hex"].as_str().expect("hex")), json: v["json"].clone() }
}

pub fn unhex(s: &str) -> Bytes {
    (0..s.len()).step_by(2).map(|i| u8::from_str_radix(&s[i..i + 2], 16).expect("hex")).collect()
}
pub fn hex(b: &[u8]) -> String {
    use std::fmt::Write as _;
    b.iter().fold(String::new(), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

struct Check<'a>(&'a [Vector]);

impl Run for Check<'_> {
    fn message<M: Message + FromJson>(&mut self) {
        for v in self.0 {
            let what = format!("{} v{} {}", M::NAME, v.version, v.json);
            let expected = M::from_json(&v.json);
            let mut r = Reader::new(&v.bytes);
            let got = M::decode(&mut r, v.version).unwrap_or_else(|e| panic!("{what}: {e}"));
            r.finish().unwrap_or_else(|e| panic!("{what}: {e}"));
            // NaN is not equal to itself; the text is.
            let equal = got == expected || format!("{got:?}") == format!("{expected:?}");
            assert!(equal, "decoded from {}: {what}: {got:?}, not {expected:?}", hex(&v.bytes));
            let mut w = Writer::new();
            expected.encode(&mut w, v.version).unwrap_or_else(|e| panic!("{what}: {e}"));
            assert_eq!(hex(w.as_slice()), hex(&v.bytes), "encoded: {what}");
        }
    }
}

#[test]
fn every_vector_both_ways() {
    let all = load();
    let mut count = 0;
    for (name, vectors) in &all {
        assert!(vectors.is_empty() || with_message(name, &mut Check(vectors)), "no message {name}");
        count += vectors.len();
    }
    assert!(count >= 1, "no vectors in {}", folder().display());
    println!("{count} vectors of {} messages", all.len());
    // Our own copy has every message.
    if env::var_os("WELLHEAD_VECTORS").is_none() {
        let have: BTreeSet<_> = all.iter().map(|(n, _)| n.as_str()).collect();
        let missing: Vec<_> = NAMES.iter().filter(|n| !have.contains(**n)).collect();
        assert!(missing.is_empty(), "no vectors of {missing:?}");
    }
}
