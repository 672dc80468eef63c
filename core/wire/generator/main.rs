//! Writes src/messages, src/records, src/api_key.rs and the JSON conversions of the tests from schema/.
//! Run: `cargo run -p wellhead-wire --example wire-gen`.

#[path = "mod.rs"]
mod generator;

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let krate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = generator::generate(krate);
    let keep: BTreeSet<_> = files.keys().cloned().collect();
    for folder in ["src/messages", "src/records"] {
        for e in fs::read_dir(krate.join(folder))? {
            let e = e?;
            let path = format!("{folder}/{}", e.file_name().to_string_lossy());
            if !keep.contains(&path) {
                fs::remove_file(e.path())?;
            }
        }
    }
    let mut changed = 0;
    for (path, content) in &files {
        let path = krate.join(path);
        if fs::read_to_string(&path).is_ok_and(|old| old == *content) {
            continue;
        }
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(path, content)?;
        changed += 1;
    }
    println!("{} files, {changed} changed", files.len());
    Ok(())
}
