//! A partition's directory after an unclean stop: a log segment, its indexes, a producer snapshot, the epochs, each as the input says.
#![no_main]
use std::path::Path;
use wellhead_base::TopicId;
use wellhead_fuzz::{log_config, log_dir, parts, put, use_log};
use wellhead_log::sim::SimDisk;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [how, index, times, snapshot, epochs, log] = parts::<6>(data);
    let sim = SimDisk::new();
    let disk = sim.disk();
    let dir = Path::new("/d/t-0");
    disk.create_dir_all(dir).expect("room");
    let how = how.first().copied().unwrap_or(0);
    for (bit, name, bytes) in [
        (0, "00000000000000000000.log", log),
        (1, "00000000000000000000.index", index),
        (2, "00000000000000000000.timeindex", times),
        (3, "00000000000000000005.snapshot", snapshot),
        (4, "leader-epoch-checkpoint", epochs),
    ] {
        if bit == 0 || how >> bit & 1 == 1 {
            put(&*disk, &dir.join(name), bytes);
        }
    }
    if how & 1 == 1 {
        put(&*disk, Path::new("/d/.kafka_cleanshutdown"), b"");
    }
    let Ok(d) = log_dir(disk) else { return };
    if let Ok(p) = d.partition("t", 0, TopicId::ZERO, log_config())
        && use_log(&p).is_ok()
    {
        // What was recovered is recovered again as the same.
        let first = p.offsets().expect("it was read");
        let _ = d.close();
        let again = log_dir(sim.disk()).expect("it was opened before");
        if let Ok(p) = again.partition("t", 0, TopicId::ZERO, log_config())
            && let Ok(second) = p.offsets()
        {
            assert_eq!((first.log_start, first.log_end), (second.log_start, second.log_end));
        }
    }
});
