//! What members of a group tell each other through the broker: subscriptions and assignments.
#![no_main]
use bytes::Bytes;
use wellhead_client::assignor::{decode_assignment, decode_subscription, encode_assignment, encode_subscription};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let bytes = Bytes::copy_from_slice(data);
    if let Ok(partitions) = decode_assignment(&bytes) {
        let again = decode_assignment(&encode_assignment(&partitions)).expect("what was written");
        let sorted = |mut p: Vec<_>| {
            p.sort();
            p.dedup();
            p
        };
        assert_eq!(sorted(again), sorted(partitions));
    }
    if let Ok(m) = decode_subscription("m".into(), None, &bytes) {
        let again = decode_subscription("m".into(), None, &encode_subscription(&m.topics, &m.owned, m.generation)).expect("what was written");
        let mut topics = m.topics;
        topics.sort();
        assert_eq!(again.topics, topics);
    }
});
