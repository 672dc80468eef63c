//! Frames of real clients: confluent-kafka (librdkafka), kafka-python, kcat and franz-go, taken by `tests/interop/capture.py` between
//! them and a server. What they sent is read to the last byte and written back into the same bytes, header and body; so is what the
//! server answered, which they understood.

use crate::convert::{FromJson, Run};
use crate::json::with_message;
use crate::vectors::{hex, unhex};
use bytes::Bytes;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use wellhead_wire::headers::{decode_response_header, encode_response_header};
use wellhead_wire::{ApiKey, Message, Reader, RequestHeader, Writer};

struct Body<'a> {
    what: String,
    r: &'a mut Reader<'a>,
    w: Writer,
    version: i16,
}

impl Run for Body<'_> {
    fn message<M: Message + FromJson>(&mut self) {
        let m = M::decode(self.r, self.version).unwrap_or_else(|e| panic!("{}: {e}", self.what));
        self.r.finish().unwrap_or_else(|e| panic!("{}: {e}", self.what));
        m.encode(&mut self.w, self.version).unwrap_or_else(|e| panic!("{}: {e}", self.what));
    }
}

fn body(what: String, name: &str, r: &mut Reader<'_>, w: Writer, version: i16, frame: &Bytes) {
    let mut r = r.clone();
    let mut run = Body { what, r: &mut r, w, version };
    assert!(with_message(name, &mut run), "no message {name}");
    assert_eq!(hex(run.w.as_slice()), hex(frame), "{}", run.what);
}

#[test]
fn what_real_clients_send_is_read_and_written_back() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/clients.jsonl");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (mut clients, mut apis) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        let v: Value = serde_json::from_str(line).expect("a line of JSON");
        let number = |key: &str| v[key].as_i64().and_then(|n| i16::try_from(n).ok()).expect("a number");
        let (client, key, version) = (v["client"].as_str().expect("a client"), number("api_key"), number("version"));
        let name = ApiKey::from_i16(key).expect("a known api").name();
        let what = |side| format!("{client} {name} v{version} {side}");

        let frame = unhex(v["request"].as_str().expect("hex"));
        let mut r = Reader::new(&frame);
        let h = RequestHeader::decode(&mut r).unwrap_or_else(|e| panic!("{}: {e}", what("header")));
        assert_eq!((h.api_key, h.api_version), (key, version));
        let mut w = Writer::new();
        h.encode(&mut w).expect("a short client id");
        body(what("request"), &format!("{name}Request"), &mut r, w, version, &frame);

        let frame = unhex(v["response"].as_str().expect("hex"));
        let mut r = Reader::new(&frame);
        let id = decode_response_header(&mut r, key, version).unwrap_or_else(|e| panic!("{}: {e}", what("header")));
        assert_eq!(id, h.correlation_id);
        let mut w = Writer::new();
        encode_response_header(&mut w, key, version, id);
        body(what("response"), &format!("{name}Response"), &mut r, w, version, &frame);
        clients.insert(client.to_owned());
        apis.insert(key);
    }
    println!("{} exchanges of {clients:?}", text.lines().count());
    assert!(clients.len() >= 3 && apis.len() >= 10, "{clients:?} {apis:?}");
}
