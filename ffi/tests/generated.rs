//! What is generated from this crate and from the code table is committed; here it is made anew and compared.
//! `WELLHEAD_REGENERATE=1 cargo test -p wellhead-ffi --test generated` writes it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use wellhead_base::Code;

fn check(path: &Path, fresh: &str) {
    if std::env::var_os("WELLHEAD_REGENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, fresh).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == fresh, "{} is stale: run WELLHEAD_REGENERATE=1 cargo test -p wellhead-ffi --test generated", path.display());
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_header_is_what_cbindgen_makes_of_the_sources() {
    let config = cbindgen::Config::from_file(here().join("cbindgen.toml")).unwrap();
    let mut builder = cbindgen::Builder::new().with_config(config);
    let mut files: Vec<_> = std::fs::read_dir(here().join("src")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for f in files.iter().filter(|f| !f.ends_with("lib.rs")) {
        builder = builder.with_src(f);
    }
    let mut out = Vec::new();
    builder.generate().unwrap().write(&mut out);
    check(&here().join("include/wellhead.h"), &String::from_utf8(out).unwrap());
}

/// `GROUP_ID_NOT_FOUND` as `ErrGroupIDNotFound`.
fn go_name(bare: &str) -> String {
    let mut name = String::from("Err");
    for word in bare.split('_') {
        match word {
            "ID" | "EOF" => name.push_str(word),
            _ => {
                name.push_str(&word[..1]);
                name.push_str(&word[1..].to_ascii_lowercase());
            }
        }
    }
    name
}

#[test]
fn the_error_constants_of_go_are_the_code_table() {
    let rows: Vec<_> = Code::ALL.iter().map(|&(value, bare, text, retriable)| (go_name(bare), value, text, retriable)).collect();
    let width = rows.iter().map(|r| r.0.len()).max().unwrap_or(0);
    let mut out = String::from(
        "// Code generated from core/base/src/codes.rs by ffi/tests/generated.rs; DO NOT EDIT.\n\n//go:build cgo\n\npackage kafka\n\n\
         // Codes from -1 up are the broker's, below -100 this side's.\nconst (\n",
    );
    for (name, value, text, _) in &rows {
        writeln!(out, "\t// {name}: {text}\n\t{name} ErrorCode = {value}").unwrap();
    }
    out.push_str(")\n\nvar errorTexts = map[ErrorCode]string{\n");
    for (name, _, text, _) in &rows {
        writeln!(out, "\t{name}:{:pad$}{text:?},", "", pad = width + 1 - name.len()).unwrap();
    }
    out.push_str("}\n\nvar errorRetriable = map[ErrorCode]bool{\n");
    let again: Vec<_> = rows.iter().filter(|r| r.3).map(|r| &r.0).collect();
    let width = again.iter().map(|n| n.len()).max().unwrap_or(0);
    for name in again {
        writeln!(out, "\t{name}:{:pad$}true,", "", pad = width + 1 - name.len()).unwrap();
    }
    out.push_str("}\n");
    check(&here().join("../go/kafka/errors_generated.go"), &out);
}
