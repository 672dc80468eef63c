//! Writes the first corpus of each target into the folder that WELLHEAD_SEEDS names: frames that real clients and brokers exchanged, Kafka's own
//! bytes of messages and batches, and files of a log made from them. It is a fuzz target that does not fuzz, since all of this folder is
//! built with the coverage that only libFuzzer has the other half of.
#![no_main]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs};
use wellhead_base::TopicId;
use wellhead_base::env::Rng;
use wellhead_fuzz::{joined, log_config, log_dir};
use wellhead_log::sim::SimDisk;
use wellhead_log::{AppendInfo, Origin};
use wellhead_record::{BatchBuilder, BuilderOptions, NO_HEADERS};
use wellhead_wire::Api;

fn unhex(v: &Value) -> Vec<u8> {
    let s = v.as_str().expect("hex");
    (0..s.len()).step_by(2).map(|i| u8::from_str_radix(&s[i..i + 2], 16).expect("hex")).collect()
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().filter(|l| !l.trim().is_empty()).map(|l| serde_json::from_str(l).expect("a line of JSON")).collect()
}

struct Corpus {
    to: PathBuf,
    count: usize,
}

impl Corpus {
    fn add(&mut self, target: &str, bytes: &[u8]) {
        let dir = self.to.join(target);
        fs::create_dir_all(&dir).expect("a folder");
        fs::write(dir.join(format!("seed-{:05}", self.count)), bytes).expect("a seed");
        self.count += 1;
    }
}

libfuzzer_sys::fuzz_target!(init: { seeds() }, |_data: &[u8]| {});

fn seeds() {
    let mut c = Corpus { to: env::var_os("WELLHEAD_SEEDS").expect("the folder of the corpora").into(), count: 0 };
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    for v in lines(&vectors.join("clients.jsonl")) {
        let number = |key: &str| v[key].as_i64().expect("a number") as i16;
        let (request, response) = (unhex(&v["request"]), unhex(&v["response"]));
        c.add("request_decode", &request);
        let head = [number("api_key").to_be_bytes(), number("version").to_be_bytes()].concat();
        c.add("response_decode", &[&head[..], &response].concat());
        let framed = [&(request.len() as i32).to_be_bytes()[..], &request].concat();
        c.add("connection_state", &[&[2, 3, 20][..], &framed, &framed].concat());
    }
    for entry in fs::read_dir(vectors.join("wire/protocol")).expect("vectors of messages").flatten() {
        let name = entry.path().file_stem().expect("a name").to_string_lossy().into_owned();
        for v in lines(&entry.path()).into_iter().filter(|v| v["hex"].as_str().is_some_and(|h| h.len() < 2_000)).take(6) {
            let (version, bytes) = (v["version"].as_i64().expect("a number") as i16, unhex(&v["hex"]));
            let api =
                (0..200i16).filter_map(Api::find).find(|a| name.strip_prefix(a.name).is_some_and(|rest| rest == "Request" || rest == "Response"));
            if name.starts_with("ConsumerProtocol") {
                c.add("group_protocol", &[&version.to_be_bytes()[..], &bytes].concat());
            }
            let Some(api) = api else { continue };
            if name.ends_with("Request") {
                let flexible = wellhead_wire::request_header_version(api.key as i16, version) >= 2;
                let mut frame = [(api.key as i16).to_be_bytes(), version.to_be_bytes()].concat();
                frame.extend([0, 0, 0, 1, 0xff, 0xff]);
                frame.extend(flexible.then_some(0));
                c.add("request_decode", &[&frame[..], &bytes].concat());
            } else {
                let flexible = wellhead_wire::response_header_version(api.key as i16, version) >= 1;
                let mut frame = [(api.key as i16).to_be_bytes(), version.to_be_bytes()].concat();
                frame.extend([0, 0, 0, 1]);
                frame.extend(flexible.then_some(0));
                c.add("response_decode", &[&frame[..], &bytes].concat());
            }
        }
    }
    let mut batches = Vec::new();
    for v in lines(&vectors.join("batches.jsonl")).into_iter().filter(|v| v["hex"].as_str().is_some_and(|h| h.len() < 4_000)) {
        batches.push(unhex(&v["hex"]));
        c.add("record_batch", batches.last().expect("just put there"));
    }
    for name in ["group-records", "metadata-records"] {
        for entry in fs::read_dir(vectors.join("wire").join(name)).expect("vectors of records").flatten() {
            for v in lines(&entry.path()).into_iter().take(4) {
                let (version, bytes) = (v["version"].as_i64().expect("a number") as i16, unhex(&v["hex"]));
                let with_version = [&version.to_be_bytes()[..], &bytes].concat();
                c.add("internal_records", &joined(&[&with_version, &with_version, &[]]));
            }
        }
    }
    logs(&mut c);
    // Calls in any order: what they are follows from the bytes.
    let mut rng = Rng::seeded(1);
    for _ in 0..30 {
        let bytes: Vec<u8> = (0..400).map(|_| rng.next_u64() as u8).collect();
        c.add("c_abi_sequence", &bytes);
    }
    println!("{} seeds", c.count);
}

/// A log of some segments, and each of its files as a part of the inputs that want such files.
fn logs(c: &mut Corpus) {
    let sim = SimDisk::new();
    let d = log_dir(sim.disk()).expect("a directory");
    let p = d.partition("t", 0, TopicId::ZERO, log_config()).expect("a partition");
    for i in 0..12 {
        let options = BuilderOptions { producer_id: 3, producer_epoch: 0, base_sequence: i, ..BuilderOptions::default() };
        let mut b = BatchBuilder::new(options);
        b.append(1_000_000 + i64::from(i), Some(b"k"), Some(&vec![b'v'; 20]), NO_HEADERS).expect("room");
        let mut b = b.finish().expect("a batch");
        let info = AppendInfo { leader_epoch: i / 4, origin: Origin::Client, now_ms: 1_000_000 };
        p.append(&mut b, info).expect("appended");
    }
    d.commit_now().expect("committed");
    d.close().expect("closed");
    let read = |name: &str| sim.content(&Path::new("/d").join(name)).unwrap_or_default();
    let log = read("t-0/00000000000000000000.log");
    let (index, times) = (read("t-0/00000000000000000000.index"), read("t-0/00000000000000000000.timeindex"));
    let (snapshot, epochs) = (read("t-0/00000000000000000012.snapshot"), read("t-0/leader-epoch-checkpoint"));
    assert!(!log.is_empty());
    for how in [0u8, 0x1e, 0x1f, 0x07, 0x18] {
        c.add("segment_recover", &joined(&[&[how], &index, &times, &snapshot, &epochs, &log]));
        c.add("segment_recover", &joined(&[&[how], &index, &times, &snapshot, &epochs, &log[..log.len() - 10]]));
    }
    let (recovery, starts) = (read("recovery-point-offset-checkpoint"), read("log-start-offset-checkpoint"));
    let meta = b"version=1\ncluster.id=abc\nnode.id=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\n";
    let partition = b"version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ\n";
    c.add("directory_load", &joined(&[&recovery, &starts, b"0\n1\nt 0 5\n", meta, partition, &log]));
    c.add("directory_load", &joined(&[b"0\n1\nt 0 3\n", b"0\n1\nt 0 2\n", b"0\n0\n", meta, b"", &log]));
}
