//! A response as our client gets it: API key and version in two bytes each, then the frame without its length.
#![no_main]
use bytes::Bytes;
use wellhead_wire::headers::decode_response_header;
use wellhead_wire::{ApiKey, Reader, views};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((head, rest)) = data.split_first_chunk::<4>() else { return };
    let (key, version) = (i16::from_be_bytes([head[0], head[1]]), i16::from_be_bytes([head[2], head[3]]));
    let Some(api) = ApiKey::from_i16(key) else { return };
    let frame = Bytes::copy_from_slice(rest);
    let mut r = Reader::new(&frame);
    if decode_response_header(&mut r, key, version).is_err() {
        return;
    }
    let body = frame.slice(r.position()..);
    wellhead_fuzz::round_trip(&format!("{}Response", api.name()), version, &body);
    if key == 1 {
        let view = views::FetchResponseView::parse(&mut Reader::new(&body), version);
        let _ = view.map(|p| p.topics().flat_map(|t| t.partitions()).map(|p| body.slice(p.range.clone()).len() + p.aborted().count()).sum::<usize>());
    }
});
