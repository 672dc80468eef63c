//! The dispatch of requests: what is advertised is served, and bytes that are no request close the connection.

use super::*;

#[test]
fn the_table_is_sorted_so_that_the_search_finds_every_row() {
    assert!(TABLE.windows(2).all(|w| (w[0].0 as i16) < (w[1].0 as i16)));
    for (key, _) in TABLE {
        assert!(handler(*key).is_some(), "{key}");
        assert!(key.api().broker, "{key} belongs to a broker's listener");
    }
}

#[test]
fn leader_epochs_are_checked_as_kafka_does() {
    assert_eq!(check_leader_epoch(-1, 5), Ok(()));
    assert_eq!(check_leader_epoch(5, 5), Ok(()));
    assert_eq!(check_leader_epoch(4, 5), Err(Code::FENCED_LEADER_EPOCH));
    assert_eq!(check_leader_epoch(6, 5), Err(Code::UNKNOWN_LEADER_EPOCH));
}
