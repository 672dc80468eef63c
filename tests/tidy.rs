//! The layout holds itself: arrows between rooms, fences of unsafe, the Env seam, file sizes, and the words that must not stand
//! in the repository. Each rule is a function from the tree to its offences, so that `rules_can_fail` can show every one failing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace").to_owned()
}

/// Every file below `dir` with one of the endings, with its text; generated and foreign folders left out.
fn files(dir: &Path, endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(d) = open.pop() {
        for e in fs::read_dir(&d).into_iter().flatten().flatten() {
            let (p, name) = (e.path(), e.file_name().to_string_lossy().into_owned());
            if p.is_dir() {
                if !matches!(name.as_str(), "target" | ".git" | "build" | "vectors" | "schema" | "node_modules" | "__pycache__" | ".venv") {
                    open.push(p);
                }
            } else if endings.iter().any(|x| name.ends_with(x))
                && let Ok(text) = fs::read_to_string(&p)
            {
                out.push((p, text));
            }
        }
    }
    out.sort();
    out
}

/// Which rooms a room may depend on: the table of docs/ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("core/base", &[]),
    ("core/record", &["base"]),
    ("core/wire", &["base"]),
    ("core/log", &["base", "record"]),
    ("core/state", &["base", "record", "wire"]),
    ("core/net", &["base", "wire"]),
    ("core/broker", &["base", "record", "wire", "log", "state", "net"]),
    ("core/client", &["base", "record", "wire", "net"]),
    ("core/streams", &["base", "record", "client"]),
    ("core/wellhead", &["base", "broker", "client", "streams", "net"]),
    ("core/cli", &["base", "wellhead"]),
    ("ffi", &["base", "wellhead"]),
    ("python", &["base", "wellhead", "cli"]),
    ("examples", &["wellhead"]),
];

/// The crates named in a manifest's `[dependencies]` that are rooms of ours.
fn arrows_of(manifest: &str) -> Vec<String> {
    let mut section = "";
    let mut out = Vec::new();
    for line in manifest.lines() {
        let line = line.trim();
        if line.starts_with('[') {
            section = line;
        } else if section == "[dependencies]" {
            let name = line.split(['.', ' ', '=']).next().unwrap_or("");
            if let Some(room) = name.strip_prefix("wellhead-") {
                out.push(room.to_owned());
            } else if name == "wellhead" {
                out.push("wellhead".to_owned());
            }
        }
    }
    out
}

fn bad_arrows(room: &str, manifest: &str, allowed: &[&str]) -> Vec<String> {
    arrows_of(manifest)
        .into_iter()
        .filter(|a| !allowed.contains(&a.as_str()))
        .map(|a| format!("{room} depends on {a}, which docs/ARCHITECTURE.md does not allow"))
        .collect()
}

/// Files in which `unsafe` may stand, by the end of their path: the one map, and a fuzz target that calls what C calls.
const FENCES: &[&str] = &["core/log/src/map.rs", "tests/fuzz/fuzz_targets/c_abi_sequence.rs"];
/// Folders of which every file may (the extern "C" border itself).
const FENCED_FOLDERS: &[&str] = &["ffi/src/", "ffi/tests/"];

fn unsafe_offences(path: &str, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    if path == "tests/tidy.rs" {
        return out; // It names what it looks for.
    }
    let fenced = FENCES.iter().any(|f| path.ends_with(f)) || FENCED_FOLDERS.iter().any(|f| path.starts_with(f));
    let lines: Vec<&str> = text.lines().collect();
    for (i, line) in lines.iter().enumerate() {
        let code = line.split("//").next().unwrap_or("");
        let uses = code.contains("unsafe {") || code.contains("unsafe impl") || (code.contains("unsafe fn") && !code.contains("extern"));
        if !uses {
            continue;
        }
        if !fenced {
            out.push(format!("{path}:{}: unsafe outside the fences", i + 1));
        } else if code.contains("unsafe {") && !lines[i.saturating_sub(8)..=i].iter().any(|l| l.contains("SAFETY:")) {
            out.push(format!("{path}:{}: unsafe without // SAFETY:", i + 1));
        }
    }
    out
}

/// How many blocks of unsafe each file has. This is a bar: whoever adds one writes it here, where a reader of the change sees it, and
/// whoever removes one lowers it.
const UNSAFE_BLOCKS: &[(&str, usize)] = &[
    ("core/log/src/map.rs", 1),
    ("ffi/src/admin.rs", 4),
    ("ffi/src/border.rs", 7),
    ("ffi/src/broker.rs", 2),
    ("ffi/src/consumer.rs", 14),
    ("ffi/src/driver.rs", 9),
    ("ffi/src/functions.rs", 6),
    ("ffi/src/lists.rs", 6),
    ("ffi/src/producer.rs", 7),
    ("ffi/src/streams.rs", 10),
    ("tests/fuzz/fuzz_targets/c_abi_sequence.rs", 2),
];

fn unsafe_blocks(text: &str) -> usize {
    text.lines().map(|l| l.split("//").next().unwrap_or("").matches("unsafe {").count()).sum()
}

/// The tests that the SAFETY comments of a text name: `(tested: one, other)`. A block without any is an offence of the file.
fn tests_named(path: &str, text: &str) -> Result<Vec<String>, Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut names, mut bad) = (Vec::new(), Vec::new());
    for (i, line) in lines.iter().enumerate() {
        if !line.split("//").next().unwrap_or("").contains("unsafe {") {
            continue;
        }
        let comment: String =
            lines[i.saturating_sub(8)..=i].iter().filter_map(|l| l.trim_start().strip_prefix("//")).fold(String::new(), |a, l| a + l);
        let named = comment.rsplit_once("(tested:").and_then(|(_, rest)| rest.split_once(')')).map(|(list, _)| list);
        match named {
            Some(list) => names.extend(list.split(',').map(|n| n.trim().to_owned())),
            None => bad.push(format!("{path}:{}: the SAFETY comment names no test: (tested: ...)", i + 1)),
        }
    }
    if bad.is_empty() { Ok(names) } else { Err(bad) }
}

/// Where the operating system may be asked for time or randomness: the Env seam and the shells at the rim.
const ENV_RIM: &[&str] = &[
    "core/base/src/env.rs",
    "core/net/src/",
    "core/broker/src/",
    "core/client/src/",
    "core/streams/src/run/",
    "core/streams/examples/",
    "core/cli/src/",
    "ffi/src/",
    "python/src/",
    "examples/",
];

fn env_offences(path: &str, text: &str) -> Vec<String> {
    if ENV_RIM.iter().any(|r| path.starts_with(r)) || path.contains("/tests/") || path.contains("/benches/") || path.starts_with("tests/") {
        return Vec::new();
    }
    let code = text.split("#[cfg(test)]").next().unwrap_or("");
    code.lines()
        .enumerate()
        .filter(|(_, l)| {
            let l = l.split("//").next().unwrap_or("");
            ["SystemTime::now", "Instant::now", "getrandom::", "thread_rng", "rand::random"].iter().any(|w| l.contains(w))
        })
        .map(|(i, _)| format!("{path}:{}: time or randomness outside the Env seam", i + 1))
        .collect()
}

const LINES_MAX: usize = 1_000;

fn length_offences(path: &str, text: &str) -> Vec<String> {
    let generated = text.lines().take(5).any(|l| l.contains("generated") || l.contains("Generated"));
    let lines = text.lines().count();
    if lines > LINES_MAX && !generated { vec![format!("{path}: {lines} lines; redraw the room (the aim is below 800)")] } else { Vec::new() }
}

fn todo_offences(path: &str, text: &str) -> Vec<String> {
    if path.ends_with("tests/tidy.rs") {
        return Vec::new();
    }
    text.lines()
        .enumerate()
        .filter(|(_, l)| l.contains("todo!(") || l.contains("unimplemented!(") || l.contains("dbg!("))
        .map(|(i, _)| format!("{path}:{}: a stub", i + 1))
        .collect()
}

fn header_offences(path: &str, text: &str) -> Vec<String> {
    if text.starts_with("//!") || text.starts_with("// @generated") || text.starts_with("//") {
        Vec::new()
    } else {
        vec![format!("{path}: no module header")]
    }
}

fn check(rule: impl Fn(&str, &str) -> Vec<String>, folders: &[&str]) {
    let root = root();
    let mut bad = Vec::new();
    let mut seen = 0;
    for folder in folders {
        for (path, text) in files(&root.join(folder), &[".rs"]) {
            seen += 1;
            let rel = path.strip_prefix(&root).expect("found below the root").to_string_lossy().into_owned();
            bad.extend(rule(&rel, &text));
        }
    }
    assert!(seen > 10, "only {seen} files were looked at: the test looks in the wrong place");
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

const ALL: &[&str] = &["core", "ffi", "python", "tests", "examples"];

#[test]
fn arrows_run_only_upward() {
    let root = root();
    let table: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut bad = Vec::new();
    for (room, allowed) in &table {
        let manifest = fs::read_to_string(root.join(room).join("Cargo.toml")).unwrap_or_else(|e| panic!("{room}: {e}"));
        bad.extend(bad_arrows(room, &manifest, allowed));
    }
    for e in fs::read_dir(root.join("core")).expect("core/ is there").flatten() {
        if e.path().join("Cargo.toml").exists() {
            let room = format!("core/{}", e.file_name().to_string_lossy());
            assert!(table.contains_key(room.as_str()), "{room} has no row in ARROWS and in docs/ARCHITECTURE.md");
        }
    }
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

#[test]
fn unsafe_stays_in_its_fences() {
    check(unsafe_offences, ALL);
}

#[test]
fn unsafe_blocks_are_counted_and_each_has_its_test() {
    let root = root();
    let bar: BTreeMap<_, _> = UNSAFE_BLOCKS.iter().copied().collect();
    let rust: Vec<_> = ALL.iter().flat_map(|f| files(&root.join(f), &[".rs"])).collect();
    let mut bad = Vec::new();
    for (path, text) in &rust {
        let rel = path.strip_prefix(&root).expect("found below the root").to_string_lossy().into_owned();
        if rel == "tests/tidy.rs" {
            continue; // It names what it looks for.
        }
        let (count, allowed) = (unsafe_blocks(text), bar.get(rel.as_str()).copied().unwrap_or(0));
        if count != allowed {
            bad.push(format!("{rel}: {count} blocks of unsafe, and UNSAFE_BLOCKS says {allowed}"));
        }
        match tests_named(&rel, text) {
            Ok(names) => bad.extend(names.into_iter().filter(|n| !test_exists(&root, &rust, n)).map(|n| format!("{rel}: there is no test {n}"))),
            Err(why) => bad.extend(why),
        }
    }
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

/// A function of ours that is a test, or a C program among the tests.
fn test_exists(root: &Path, rust: &[(PathBuf, String)], name: &str) -> bool {
    if Path::new(name).extension().is_some_and(|e| e == "c") {
        return root.join("ffi/tests/c").join(name).exists();
    }
    rust.iter().any(|(_, text)| text.contains(&format!("#[test]\nfn {name}(")) || text.contains(&format!("#[test]\n    fn {name}(")))
}

#[test]
fn time_and_randomness_come_through_the_env() {
    check(env_offences, ALL);
}

#[test]
fn files_stay_readable() {
    check(length_offences, ALL);
}

#[test]
fn nothing_is_a_stub() {
    check(todo_offences, ALL);
}

#[test]
fn modules_say_what_they_own() {
    check(header_offences, &["core", "ffi/src", "python/src", "examples"]);
}

#[test]
fn every_dependency_says_why() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the root manifest");
    let section = manifest.split("[workspace.dependencies]").nth(1).and_then(|s| s.split("\n[workspace.lints").next()).expect("the section is there");
    let bad: Vec<_> =
        section.lines().filter(|l| l.contains('=') && !l.starts_with('#') && !l.starts_with("wellhead") && !l.contains(" # ")).collect();
    assert!(bad.is_empty(), "no sentence says why: {bad:?}");
}

/// Who may ask for the simulated disk and the deliberate bugs, which must not reach what others build. (tests/fuzz is a workspace of its own.)
const TEST_FEATURES: &[(&str, &[&str])] = &[("\"bugs\"", &["tests/sim/Cargo.toml"]), ("\"sim\"", &["tests/sim/Cargo.toml", "tests/fuzz/Cargo.toml"])];

fn feature_offences(path: &str, manifest: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (feature, allowed) in TEST_FEATURES {
        let asks = manifest.lines().any(|l| l.contains("features") && l.contains(feature));
        if asks && !allowed.contains(&path) {
            out.push(format!("{path}: asks for the feature {feature}"));
        }
    }
    if path == "Cargo.toml" && manifest.split("default-members").nth(1).is_some_and(|d| d.contains("tests/sim")) {
        out.push("Cargo.toml: tests/sim is a default member".into());
    }
    out
}

#[test]
fn test_features_reach_no_other_build() {
    let root = root();
    let mut bad = Vec::new();
    let mut seen = 0;
    for (path, text) in files(&root, &["Cargo.toml"]) {
        seen += 1;
        bad.extend(feature_offences(&path.strip_prefix(&root).expect("found below the root").to_string_lossy(), &text));
    }
    assert!(seen > 10, "only {seen} manifests were looked at");
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

#[test]
fn rules_can_fail() {
    assert_eq!(feature_offences("core/cli/Cargo.toml", "wellhead-base = { workspace = true, features = [\"bugs\"] }").len(), 1);
    assert_eq!(feature_offences("Cargo.toml", "default-members = [\n \"tests/sim\"]").len(), 1);
    assert_eq!(bad_arrows("core/base", "[dependencies]\nwellhead-log.workspace = true\n", &[]).len(), 1);
    assert!(bad_arrows("core/base", "[dev-dependencies]\nwellhead-log.workspace = true\n", &[]).is_empty());
    assert_eq!(unsafe_offences("core/log/src/x.rs", "fn a() { unsafe { b() } }").len(), 1);
    assert_eq!(unsafe_offences("core/log/src/map.rs", "fn a() { unsafe { b() } }").len(), 1);
    assert!(unsafe_offences("core/log/src/map.rs", "// SAFETY: fine\nfn a() { unsafe { b() } }").is_empty());
    assert_eq!(unsafe_blocks("// unsafe { }\nfn a() { unsafe { b() } }"), 1);
    assert!(tests_named("x.rs", "// SAFETY: fine\nunsafe { b() }").is_err());
    assert_eq!(tests_named("x.rs", "// SAFETY: fine (tested:\n// a, b.c)\nunsafe { b() }").unwrap(), ["a", "b.c"]);
    assert!(!test_exists(&root(), &[], "no-such-program.c") && test_exists(&root(), &[], "table.c"));
    assert_eq!(env_offences("core/log/src/x.rs", "let t = Instant::now();").len(), 1);
    assert_eq!(length_offences("x.rs", &"\n".repeat(LINES_MAX + 1)).len(), 1);
    assert_eq!(todo_offences("x.rs", concat!("todo", "!()")).len(), 1);
    assert_eq!(header_offences("x.rs", "fn a() {}").len(), 1);
}
