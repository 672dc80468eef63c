//! Record batches; their CRC is put right, so that what lies behind it is reached.
#![no_main]
use wellhead_record::{BatchRef, Batches, EndTxnMarker, HEADER_LEN, RecordRules, patch};

const BYTES_MAX: usize = 4 << 20;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut bytes = data.to_vec();
    if bytes.len() >= HEADER_LEN {
        bytes[16] = 2;
        if let Ok(len) = BatchRef::parse(&bytes).map(|b| b.len()) {
            patch::set_crc(&mut bytes[..len]);
        }
    }
    let mut scratch = Vec::new();
    for b in Batches::new(&bytes) {
        let Ok(b) = b else { return };
        assert!(b.last_offset() >= b.base_offset() && b.last_offset() < i64::MAX);
        let _ = (b.verify_crc(), b.check_produced(), b.check_records(&mut scratch, BYTES_MAX, RecordRules { contiguous: true, keys_required: true }));
        let Ok(records) = b.records(&mut scratch, BYTES_MAX) else { continue };
        let mut last = None;
        for r in records {
            let Ok(r) = r else { break };
            assert!(r.offset >= b.base_offset() && last.is_none_or(|l| r.offset > l) && r.offset <= b.last_offset());
            last = Some(r.offset);
            let _ = (r.headers().count(), b.is_control().then(|| EndTxnMarker::parse(r.key, r.value)));
        }
        assert!(scratch.capacity() <= 4 * BYTES_MAX);
    }
});
