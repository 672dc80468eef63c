//! `interop-clients NAME ADDRESS`: the Rust clients behind the verbs of the interop tests (see ../../clients.py). One JSON request a line on
//! stdin; each is answered by one line, {"ok": ...} or {"code": Kafka's error code, "error": text}.

mod librdkafka;
mod rskafka_client;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::BufRead;
use std::time::Duration;

/// Bounds every call: nothing here takes this long unless it is stuck.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// The times that stand for the ends of a partition, as on the wire.
pub const LATEST: i64 = -1;
pub const EARLIEST: i64 = -2;

/// Bytes or null, in base64.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bytes(pub Option<Vec<u8>>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().map(|b| STANDARD.encode(b)).serialize(s)
    }
}
impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(d)?;
        text.map(|t| STANDARD.decode(t).map_err(serde::de::Error::custom)).transpose().map(Bytes)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Header {
    pub name: String,
    pub value: Bytes,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub key: Bytes,
    pub value: Bytes,
    pub headers: Vec<Header>,
    pub timestamp: i64,
    pub partition: i32,
    pub offset: i64,
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Request {
    #[serde(rename = "do")]
    pub verb: String,
    pub topic: String,
    pub codec: String,
    pub max_bytes: usize,
    pub records: Vec<Record>,
    pub group: String,
    pub reset: String,
    pub member: u64,
    pub ms: u64,
    pub partition: i32,
    pub offset: i64,
    pub metadata: String,
    pub at: i64,
    pub count: i32,
    pub configs: HashMap<String, String>,
    pub name: String,
    pub value: String,
}

/// Kafka's code, or -1, and a text.
#[derive(Debug)]
pub struct Failure(pub i32, pub String);

pub fn failure(text: impl ToString) -> Failure {
    Failure(-1, text.to_string())
}

pub trait Client {
    fn run(&mut self, request: &Request) -> Result<Value, Failure>;
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let _inside = runtime.enter();
    let mut client: Box<dyn Client> = match args[1].as_str() {
        "rdkafka" => Box::new(librdkafka::Librdkafka::new(&args[2], runtime.handle().clone())),
        "rskafka" => Box::new(rskafka_client::Rskafka::new(&args[2], runtime.handle().clone())),
        other => panic!("no client {other}"),
    };
    for line in std::io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line.expect("a line")).expect("a request");
        let answer = match client.run(&request) {
            Ok(v) => json!({ "ok": v }),
            Err(Failure(code, error)) => json!({ "code": code, "error": error }),
        };
        println!("{answer}");
    }
}
