//! The committed output of the generator is what the generator writes.

use crate::generator;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn generated_code_is_fresh() {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = generator::generate(krate);
    let advice = "run: cargo run -p wellhead-wire --example wire-gen";
    for (path, content) in &files {
        let committed = fs::read_to_string(krate.join(path)).unwrap_or_default();
        assert!(committed == *content, "{path} is stale; {advice}");
    }
    let made: BTreeSet<_> = files.keys().map(String::as_str).collect();
    for folder in ["src/messages", "src/records"] {
        for e in fs::read_dir(krate.join(folder)).expect("a folder of generated code") {
            let path = format!("{folder}/{}", e.expect("an entry").file_name().to_string_lossy());
            assert!(made.contains(path.as_str()), "{path} is not generated; {advice}");
        }
    }
}
