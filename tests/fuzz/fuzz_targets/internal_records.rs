//! Records of the metadata log and of __consumer_offsets, as a start reads them from the disk.
#![no_main]
use wellhead_fuzz::parts;
use wellhead_state::image::{Image, Settings};
use wellhead_state::{group, image};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [key, value, more] = parts::<3>(data);
    let _ = group::decode(key, Some(value));
    let _ = group::decode(key, None);
    let mut i = Image::new(Settings { cluster_id: "c".into(), node_id: 1, default_partitions: 1, default_replication_factor: 1 });
    let mut good = true;
    for record in [key, value, more] {
        if let Ok(image::Entry::Record(r)) = image::decode(record) {
            good &= i.replay(&r).is_ok();
        }
    }
    if good {
        // The image's own records make it again.
        let mut again = Image::new(Settings { cluster_id: "c".into(), node_id: 1, default_partitions: 1, default_replication_factor: 1 });
        for r in i.snapshot() {
            again.replay(&r).expect("a record of a snapshot");
        }
        assert_eq!(again.snapshot(), i.snapshot());
    }
});
