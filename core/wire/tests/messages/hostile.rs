//! Bytes that are not messages: cut off at every place, with counts and lengths put wrong, with bytes flipped. Whatever comes is an
//! error or a message that can be written again; never a panic, never memory out of proportion.

use crate::arbitrary::{below, definitions, message};
use crate::convert::{FromJson, Run};
use crate::json::with_message;
use crate::oracle::{Encode, seed};
use bytes::Bytes;
use wellhead_base::env::Rng;
use wellhead_wire::primitives::{ARRAY_BYTES_FACTOR, ARRAY_BYTES_FLOOR};
use wellhead_wire::{DecodeError, Message, Reader, Writer, messages, views};

struct Attack<'a> {
    rng: &'a mut Rng,
    bytes: &'a Bytes,
    version: i16,
}

/// Bytes that, put over a count or a length, say very many: classic 32 and 16 bits, and varints.
const LIES: [&[u8]; 8] = [
    &[0x7f, 0xff, 0xff, 0xff],
    &[0x7f, 0xff],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0x07],
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
    &[0xff, 0xff, 0xff, 0xfe],
    &[0x00, 0x00, 0x00, 0x40],
    &[0xff, 0x7f],
];

impl Run for Attack<'_> {
    fn message<M: Message + FromJson>(&mut self) {
        let v = self.version;
        for cut in 0..self.bytes.len() {
            let r = M::decode(&mut Reader::from_slice(&self.bytes[..cut]), v);
            assert!(r.is_err(), "{} v{v} cut at {cut} of {} was read: {r:?}", M::NAME, self.bytes.len());
        }
        for at in 0..self.bytes.len() {
            let lie = LIES[below(self.rng, LIES.len())];
            let mut b = self.bytes.to_vec();
            b.splice(at..(at + lie.len()).min(b.len()), lie.iter().copied());
            try_all::<M>(&b, v);
            b = self.bytes.to_vec();
            b[at] = self.rng.next_u64() as u8;
            try_all::<M>(&b, v);
        }
    }
}

/// Reads as a message and, where there is one, as a view; what both say must agree.
fn try_all<M: Message>(b: &[u8], v: i16) {
    let m = M::decode(&mut Reader::from_slice(b), v);
    if let Ok(m) = &m {
        // What was read can be written, and what was written is read as the same.
        let mut w = Writer::new();
        m.encode(&mut w, v).unwrap_or_else(|e| panic!("{} v{v}: {e}: {m:?}", M::NAME));
        let again = M::decode(&mut Reader::new(&w.into_bytes()), v).unwrap_or_else(|e| panic!("{} v{v}: {e}", M::NAME));
        // NaN is not equal to itself; the text is.
        assert_eq!(format!("{again:?}"), format!("{m:?}"), "{} v{v}", M::NAME);
    }
    let r = &mut Reader::from_slice(b);
    let view = match M::NAME {
        "ProduceRequest" => views::ProduceRequestView::parse(r, v).map(|p| p.topics().flat_map(|t| t.partitions()).count()),
        "FetchRequest" => views::FetchRequestView::parse(r, v)
            .map(|p| p.topics().flat_map(|t| t.partitions()).count() + p.forgotten().flat_map(|t| t.partitions()).count()),
        "FetchResponse" => views::FetchResponseView::parse(r, v).map(|p| p.topics().flat_map(|t| t.partitions()).map(|p| p.aborted().count()).sum()),
        _ => return,
    };
    // A view has no field for the snapshot id of a fetch response and so does not look into it.
    if M::NAME != "FetchResponse" || m.is_ok() {
        assert_eq!(view.is_ok(), m.is_ok(), "{} v{v}: view {view:?}, message {:?}", M::NAME, m.err());
    }
}

/// Peak of the address space in KiB: memory that was only asked for shows too.
fn peak_kib() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmPeak:"))?.trim().split(' ').next()?.parse().ok()
}

#[test]
fn hostile_bytes_are_errors_and_take_little_memory() {
    let mut rng = Rng::seeded(seed());
    let before = peak_kib();
    let mut count = 0;
    for m in definitions() {
        for version in m.valid.lo..=m.valid.hi {
            // The longest of a few that is not too long: the attack takes a time that grows with the square of the length.
            let bytes = (0..12)
                .map(|_| {
                    let json = message(&mut rng, &m, version);
                    let mut e = Encode { json: &json, version, bytes: Bytes::new() };
                    with_message(&m.name, &mut e);
                    e.bytes
                })
                .max_by_key(|b| if b.len() <= 400 { b.len() as isize } else { -(b.len() as isize) })
                .unwrap_or_default();
            with_message(&m.name, &mut Attack { rng: &mut rng, bytes: &bytes, version });
            count += 2 * bytes.len();
        }
    }
    println!("{count} broken messages");
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        // Other tests of this process run beside this one; a frame that was believed would ask for gigabytes.
        assert!(after < before + 1024 * 1024, "address space grew from {before} to {after} KiB");
    }
}

#[test]
fn the_five_bytes_that_killed_another_decoder() {
    // MetadataRequest v12 with 4,294,967,294 topics.
    let r = messages::MetadataRequest::decode(&mut Reader::from_slice(&[0xff, 0xff, 0xff, 0xff, 0x0f]), 12);
    assert!(matches!(r, Err(DecodeError::Length(_))), "{r:?}");
    let r = messages::MetadataRequest::decode(&mut Reader::from_slice(&[0xff, 0xff, 0xff, 0xff, 0x07]), 12);
    assert!(matches!(r, Err(DecodeError::Count { .. })), "{r:?}");
}

#[test]
fn small_elements_cannot_multiply_a_frame() {
    // Empty topics of three bytes each, 64 in memory: within the allowance for a small frame, beyond it for a large one.
    let frame = |topics: u32| {
        let mut w = Writer::new();
        w.uvarint(0);
        w.raw(&[0; 6]);
        w.uvarint(topics + 1);
        (0..topics).for_each(|_| w.raw(&[1, 1, 0]));
        w.raw(&[0]);
        w.into_bytes()
    };
    let size = size_of::<messages::produce_request::TopicProduceData>();
    assert!(size > 3 * ARRAY_BYTES_FACTOR, "the test's premise");
    let many = (2 * ARRAY_BYTES_FLOOR / (size - 3 * ARRAY_BYTES_FACTOR)) as u32;
    let few = (ARRAY_BYTES_FLOOR / size) as u32;
    assert_eq!(messages::ProduceRequest::decode(&mut Reader::new(&frame(few)), 9).map(|m| m.topic_data.len()), Ok(few as usize));
    assert_eq!(messages::ProduceRequest::decode(&mut Reader::new(&frame(many)), 9).map(|m| m.topic_data.len()), Err(DecodeError::Memory));
    // The view allocates nothing and reads it.
    let frame = frame(many);
    let view = views::ProduceRequestView::parse(&mut Reader::new(&frame), 9).map(|v| v.topics().len());
    assert_eq!(view, Ok(many as usize));
}
