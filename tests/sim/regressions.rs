//! Seeds that found a bug of ours once, by name. They run with every sweep. What such a seed does changes with the simulation, so that
//! the bug itself is held by a test in a few steps beside the code (`core/log/src/tests/found.rs`).

/// What was wrong, the seed that showed it, and its number of steps.
pub const SEEDS: &[(&str, u64, u64)] = &[
    ("a refused batch left an empty segment in the way", 6, 250),
    ("what a failed sync left was called durable by the next process", 39, 250),
    ("the files of a deleted topic were in the way of the new one", 54, 250),
    ("a segment that could not be removed left a hole", 294, 250),
    ("a failed DeleteRecords was taken for done", 347, 250),
    ("deleted records came back with retention's segments", 994, 250),
    ("the end of the time index was lost and not missed", 1429, 250),
    ("compaction took what the producers' state was made from", 1374, 250),
    ("a topic id was not as durable as its records", 1561, 250),
    ("half a refused batch in the middle of the log", 1901, 250),
    ("the data directory's own name was not durable", 2310, 250),
    ("the journal went on after a failed sync of another thread's", 259, 500),
    ("a directory that a replay found in memory was not durable", 1629, 500),
    ("the topic id was not written when the maker of the directory died", 434, 500),
    ("what an interrupted deletion left was the new topic's", 1121, 250),
    ("the zeros of the next batch's offset hid a tear", 6569, 250),
];
