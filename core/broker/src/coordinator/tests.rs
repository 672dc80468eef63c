//! The coordinator's own arithmetic; what it does with a log and a node is tested in `tests/groups.rs` over whole nodes.

use super::*;

/// Java's `String.hashCode`, which works on UTF-16, and Kafka's `Utils.abs`.
#[test]
fn groups_live_where_kafka_puts_them() {
    // "test".hashCode() is 3556498, "a" 97, "polygenelubricants" the least integer there is.
    for (group, want) in [("test", 3_556_498 % 50), ("a", 97 % 50), ("", 0), ("polygenelubricants", 0)] {
        assert_eq!(partition_of(group, 50), want, "{group}");
    }
    // A surrogate pair is two units: "😀" is 0xD83D * 31 + 0xDE00.
    assert_eq!(partition_of("😀", 1_000_000), (0xD83D * 31 + 0xDE00) % 1_000_000);
    assert_eq!(partition_of("x", 0), 0);
}
