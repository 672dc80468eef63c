//! A request frame as the server gets it, without its length.
#![no_main]
use bytes::Bytes;
use wellhead_wire::{ApiKey, Reader, RequestHeader, views};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let frame = Bytes::copy_from_slice(data);
    let mut r = Reader::new(&frame);
    let Ok(h) = RequestHeader::decode(&mut r) else { return };
    let Some(key) = ApiKey::from_i16(h.api_key) else { return };
    let body = frame.slice(r.position()..);
    wellhead_fuzz::round_trip(&format!("{}Request", key.name()), h.api_version, &body);
    let mut r = Reader::new(&body);
    if h.api_key == 0 {
        let _ = views::ProduceRequestView::parse(&mut r, h.api_version).map(|p| p.topics().flat_map(|t| t.partitions()).count());
    } else if h.api_key == 1 {
        let _ = views::FetchRequestView::parse(&mut r, h.api_version)
            .map(|p| p.topics().flat_map(|t| t.partitions()).count() + p.forgotten().flat_map(|t| t.partitions()).count());
    }
});
