//! Writes the table of API keys and the union of the metadata log's records.

use super::schema::Message;
use std::fmt::Write as _;

pub fn api_key(protocol: &[&Message]) -> String {
    let mut requests: Vec<_> = protocol.iter().filter(|m| m.kind == "request" && !m.valid.is_empty()).collect();
    requests.sort_by_key(|m| m.api_key);
    let mut out = String::from(super::rust::HEADER);
    out.push_str(
        "//! Which APIs there are, in which versions, and from which version on their messages are flexible.\n\n\
         /// The key of an API: what a request begins with.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]\n#[repr(i16)]\npub enum ApiKey {\n",
    );
    for m in &requests {
        let _ = writeln!(out, "    {} = {},", api_name(m), m.api_key);
    }
    out.push_str("}\n\n");
    out.push_str(
        "/// One row: name, versions that Kafka 4.3.1 serves (an unstable newest one left out), the first flexible version of the request\n\
         /// and of the response (`i16::MAX`: none), whether a broker's listener serves it.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub struct Api {\n    pub key: ApiKey,\n    pub name: &'static str,\n    pub min: i16,\n    pub max: i16,\n    \
         pub request_flexible: i16,\n    pub response_flexible: i16,\n    pub broker: bool,\n}\n\n/// Every API, by key.\npub const APIS: &[Api] = &[\n",
    );
    let flex = |v: i16| if v == i16::MAX { "i16::MAX".to_owned() } else { v.to_string() };
    for m in &requests {
        let response = protocol.iter().find(|r| r.kind == "response" && r.api_key == m.api_key).expect("a response for each request");
        let max = m.valid.hi - i16::from(m.unstable);
        let _ = writeln!(
            out,
            "    Api {{ key: ApiKey::{n}, name: \"{n}\", min: {}, max: {max}, request_flexible: {}, response_flexible: {}, broker: {} }},",
            m.valid.lo,
            flex(m.flexible_from),
            flex(response.flexible_from),
            m.listeners.iter().any(|l| l == "broker"),
            n = api_name(m),
        );
    }
    out.push_str("];\n");
    out
}

fn api_name(m: &Message) -> &str {
    m.name.strip_suffix("Request").expect("the name of a request")
}

pub fn metadata_record(records: &[&Message]) -> String {
    let mut records: Vec<_> = records.iter().filter(|m| !m.valid.is_empty()).collect();
    records.sort_by_key(|m| m.api_key);
    let mut out = String::from(super::rust::HEADER);
    out.push_str("//! Any record of the metadata log.\n\nuse super::*;\nuse crate::generated::*;\n\n#[derive(Debug, Clone, PartialEq)]\npub enum MetadataRecord {\n");
    let short = |m: &Message| m.name.strip_suffix("Record").expect("the name of a record").to_owned();
    for m in &records {
        let _ = writeln!(out, "    {}({}),", short(m), m.name);
    }
    out.push_str("}\n\nimpl MetadataRecord {\n    /// The record type: Kafka's api key of the record.\n    pub fn api_key(&self) -> i16 {\n        match self {\n");
    for m in &records {
        let _ = writeln!(out, "            Self::{}(_) => {},", short(m), m.api_key);
    }
    out.push_str("        }\n    }\n    /// The newest version of this record.\n    pub fn version_max(&self) -> i16 {\n        match self {\n");
    for m in &records {
        let _ = writeln!(out, "            Self::{}(_) => {},", short(m), m.valid.hi - i16::from(m.unstable));
    }
    out.push_str("        }\n    }\n    /// Reads the body; `None` for a record type that is not known.\n    pub fn decode_body(r: &mut Reader<'_>, api_key: i16, version: i16) -> Result<Option<Self>, DecodeError> {\n        Ok(Some(match api_key {\n");
    for m in &records {
        let _ = writeln!(out, "            {} => Self::{}({}::decode(r, version)?),", m.api_key, short(m), m.name);
    }
    out.push_str("            _ => return Ok(None),\n        }))\n    }\n    /// Writes the body, without the frame.\n    pub fn encode_body(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError> {\n        match self {\n");
    for m in &records {
        let _ = writeln!(out, "            Self::{}(m) => m.encode(w, version),", short(m));
    }
    out.push_str("        }\n    }\n}\n\n");
    for m in &records {
        let _ = writeln!(
            out,
            "impl From<{n}> for MetadataRecord {{\n    fn from(m: {n}) -> Self {{\n        Self::{s}(m)\n    }}\n}}",
            n = m.name,
            s = short(m)
        );
    }
    out
}
