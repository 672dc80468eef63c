//! Every message, request and response, in every version, with every place of it lied about (T1 and T2 of the decoders).

use crate::convert::{FromJson, Run};
use crate::json::with_message;
use crate::memory::{allowed, alone, peak};
use crate::schema::Type;
use crate::walk::{Content, build, definitions, lies, marks};
use bytes::Bytes;
use wellhead_wire::primitives::{ARRAY_BYTES_FACTOR, ARRAY_BYTES_FLOOR};
use wellhead_wire::{DecodeError, Message, Reader, views};

/// Reads a body in every way there is.
struct Decode<'a> {
    body: &'a Bytes,
    version: i16,
    request: bool,
    outcome: Result<usize, DecodeError>,
    peak: usize,
}

impl Run for Decode<'_> {
    fn message<M: Message + FromJson>(&mut self) {
        let v = self.version;
        let (outcome, whole) = peak(|| {
            let mut r = if self.request { Reader::new(self.body).of_request() } else { Reader::new(self.body) };
            M::decode(&mut r, v).map(|_| r.remaining())
        });
        self.outcome = outcome;
        let ((), view) = peak(|| {
            let r = &mut Reader::new(self.body);
            match M::NAME {
                "ProduceRequest" => drop(views::ProduceRequestView::parse(r, v).map(|p| p.topics().flat_map(|t| t.partitions()).count())),
                "FetchRequest" => drop(views::FetchRequestView::parse(r, v).map(|p| p.topics().flat_map(|t| t.partitions()).count())),
                "FetchResponse" => drop(
                    views::FetchResponseView::parse(r, v)
                        .map(|p| p.topics().flat_map(|t| t.partitions()).map(|p| p.aborted().count()).sum::<usize>()),
                ),
                _ => {}
            }
        });
        self.peak = whole.max(view);
    }
}

fn decode(name: &str, version: i16, body: Vec<u8>, what: &str) -> Result<usize, DecodeError> {
    let body = Bytes::from(body);
    let request = name.ends_with("Request");
    let mut run = Decode { body: &body, version, request, outcome: Err(DecodeError::Null), peak: 0 };
    assert!(with_message(name, &mut run), "no message {name}");
    // A broker is believed a little more than anybody who connects to one: its answers are long by nature.
    let may = if request { allowed(body.len()) } else { (ARRAY_BYTES_FACTOR + 2) * body.len() + ARRAY_BYTES_FLOOR + (64 << 10) };
    let took = run.peak + body.len();
    assert!(took <= may, "{name} v{version}, {what}: {} bytes took {took} of memory, {may} are allowed", body.len());
    run.outcome
}

#[test]
fn every_place_of_every_message_in_every_version() {
    let _alone = alone();
    let (mut lied, mut cut, mut refused) = (0, 0, 0);
    for m in definitions().iter().filter(|m| m.kind == "request" || m.kind == "response") {
        for version in m.valid.lo..=m.valid.hi {
            let body = build(m, version, &|_, _| None);
            assert_eq!(decode(&m.name, version, body.clone(), "right"), Ok(0), "the test's premise: {} v{version}", m.name);
            let (places, end) = marks(m, version, &body).expect("what was built can be walked");
            assert_eq!(end, body.len());
            for place in &places {
                for lie in lies(&body, place) {
                    refused += usize::from(decode(&m.name, version, lie.bytes, &lie.what).is_err());
                    lied += 1;
                }
            }
            for n in 0..body.len() {
                let r = decode(&m.name, version, body[..n].to_vec(), "cut off");
                assert!(r.is_err(), "{} v{version} cut at {n} of {} was read", m.name, body.len());
                cut += 1;
            }
            let longer = [&body[..], &[0xff; 100]].concat();
            assert_eq!(decode(&m.name, version, longer, "with bytes behind it"), Ok(100), "{} v{version}", m.name);
        }
    }
    println!("{lied} lies of which {refused} were refused, {cut} cuts");
    assert!(lied > 50_000 && cut > 15_000, "{lied} {cut}");
}

/// CVE-2026-111108 of Kafka's own readers: elements that are small on the wire and large in memory. Here every array says the
/// truth, and there are as many of the smallest elements as a megabyte holds.
#[test]
fn many_of_the_smallest_elements_of_every_array() {
    let _alone = alone();
    const FRAME: usize = 128 << 10;
    let (mut arrays, mut read) = (0, 0);
    for m in definitions().iter().filter(|m| m.kind == "request" || m.kind == "response") {
        for version in m.valid.lo..=m.valid.hi {
            let mut paths = Vec::new();
            let base = build(m, version, &|_, _| None);
            for mark in marks(m, version, &base).expect("what was built can be walked").0 {
                paths.push(mark.path);
            }
            paths.dedup();
            for path in paths {
                // What lies below the array is empty; what lies beside it is as it was.
                let of = |count: usize| {
                    build(m, version, &|p, f| {
                        if p == path && matches!(f.ty, Type::Array(_)) {
                            return Some(Content::Count(count));
                        }
                        let below = p.starts_with(&path) && p[path.len()..].starts_with('.');
                        match f.ty {
                            _ if !below => None,
                            Type::Array(_) => Some(Content::Count(0)),
                            Type::String | Type::Bytes | Type::Records => Some(Content::Text(Vec::new())),
                            _ => None,
                        }
                    })
                };
                let (one, two) = (of(1).len(), of(2).len());
                if one == two {
                    continue; // Not an array.
                }
                let body = of(FRAME / (two - one));
                read += usize::from(decode(&m.name, version, body, &format!("many {path}")).is_ok());
                arrays += 1;
            }
        }
    }
    println!("{arrays} arrays, {read} of them read");
    assert!(arrays > 500 && read > 0, "{arrays} {read}");
}
