//! The small files of a data directory: checkpoints, meta.properties, partition.metadata.
#![no_main]
use std::path::Path;
use wellhead_base::TopicId;
use wellhead_fuzz::{log_config, log_dir, parts, put, use_log};
use wellhead_log::sim::SimDisk;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [recovery, starts, cleaner, meta, partition, log] = parts::<6>(data);
    let sim = SimDisk::new();
    let disk = sim.disk();
    disk.create_dir_all(Path::new("/d/t-0")).expect("room");
    for (name, bytes) in [
        ("recovery-point-offset-checkpoint", recovery),
        ("log-start-offset-checkpoint", starts),
        ("cleaner-offset-checkpoint", cleaner),
        ("meta.properties", meta),
        ("t-0/partition.metadata", partition),
        ("t-0/00000000000000000000.log", log),
    ] {
        put(&*disk, &Path::new("/d").join(name), bytes);
    }
    let Ok(d) = log_dir(disk) else { return };
    if let Ok(meta) = d.meta_properties() {
        let _ = d.set_meta_properties(&meta).map(|()| assert_eq!(d.meta_properties().expect("what was written"), meta));
    }
    if let Ok(p) = d.partition("t", 0, TopicId::ZERO, log_config()) {
        let _ = use_log(&p);
    }
    let _ = d.checkpoint();
});
