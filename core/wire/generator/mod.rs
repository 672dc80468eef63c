//! The generator of `src/messages` and `src/records`. `generate` is pure but for reading `schema/`, so that a test can compare what it
//! yields with what is committed.

pub mod api;
pub mod json;
pub mod rust;
pub mod schema;

use std::collections::BTreeMap;
use std::path::Path;

/// Every generated file: path below the crate -> content.
pub fn generate(krate: &Path) -> BTreeMap<String, String> {
    let protocol = schema::read_folder(&krate.join("schema/protocol"));
    let folders =
        ["group-records", "metadata-records", "share-records", "transaction-records"].map(|f| schema::read_folder(&krate.join("schema").join(f)));
    let records: Vec<_> = folders.iter().flatten().collect();
    let protocol: Vec<_> = protocol.iter().collect();
    let mut out = BTreeMap::new();
    for (folder, messages) in [("messages", &protocol), ("records", &records)] {
        for (name, content) in rust::files(messages) {
            out.insert(format!("src/{folder}/{name}"), content);
        }
    }
    out.insert("src/api_key.rs".to_owned(), api::api_key(&protocol));
    let metadata: Vec<_> = folders[1].iter().collect();
    out.insert("src/records/metadata_record.rs".to_owned(), api::metadata_record(&metadata));
    let table = out.get_mut("src/records/mod.rs").expect("a table of contents");
    table.push_str("\nmod metadata_record;\npub use metadata_record::MetadataRecord;\n");
    out.insert("tests/messages/json.rs".to_owned(), json::conversions(&protocol, &records));
    out
}
