//! Connections that have just come and have not shown yet what they are for.
//!
//! Owns: which connections said no more than hello (ApiVersions, Metadata, FindCoordinator) within the last moment, whether or not
//! they are still open, and the guess from their number whether several clients are starting at once. Does not own: what is done
//! about it (a new group waits for company, see `state::group`).
//!
//! A client looks around on one or two connections before it joins a group on another one: the bootstrap connection, which some
//! close and open anew once they know the broker's id, and the broker's. So up to [`OWN_CONNECTIONS`] of them are the joiner's own,
//! and more are somebody else's. A connection that shows that it is a producer's or an admin's takes one of its client's with it.
//! Nothing here is exact, and nothing depends on it but a wait of milliseconds.

use std::collections::VecDeque;
use wellhead_wire::ApiKey;

/// A newcomer counts for this long; librdkafka, the slowest to make up its mind, takes 50 to 120 ms from its hello to its join on a
/// quiet machine.
const FRESH_MS: i64 = 1_000;
/// Connections on which one client may be looking around besides the one it joins on.
const OWN_CONNECTIONS: usize = 2;
/// More are not remembered: by then there is company in any case.
const REMEMBERED_MAX: usize = 64;

/// A client's id is told apart by so many of its first bytes.
const CLIENT_ID_BYTES: usize = 64;

#[derive(Debug)]
struct Fresh {
    connection: u64,
    /// What the client calls itself; many of one kind have the same.
    client_id: String,
    /// Monotonic milliseconds.
    since_ms: i64,
}

/// The newcomers, oldest first. A pure machine: connections and the time come in.
#[derive(Debug, Default)]
pub struct Newcomers {
    fresh: VecDeque<Fresh>,
}

impl Newcomers {
    /// A request came on a connection. Called for each, so it is quick when nobody is new.
    pub fn saw(&mut self, connection: u64, client_id: &str, api: ApiKey, now_ms: i64) {
        match api {
            ApiKey::ApiVersions => {
                self.forget_old(now_ms);
                if self.fresh.len() < REMEMBERED_MAX && !self.fresh.iter().any(|f| f.connection == connection) {
                    let client_id = client_id.chars().take(CLIENT_ID_BYTES).collect();
                    self.fresh.push_back(Fresh { connection, client_id, since_ms: now_ms });
                }
            }
            // It is still looking around.
            ApiKey::Metadata | ApiKey::DescribeTopicPartitions | ApiKey::FindCoordinator => {}
            _ => self.decided(connection, api),
        }
    }

    /// A connection has shown what it is for.
    fn decided(&mut self, connection: u64, api: ApiKey) {
        let Some(at) = self.fresh.iter().position(|f| f.connection == connection) else { return };
        let Some(known) = self.fresh.remove(at) else { return };
        if api != ApiKey::JoinGroup
            && let Some(bootstrap) = self.fresh.iter().take(at).position(|f| f.client_id == known.client_id)
        {
            self.fresh.remove(bootstrap);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.fresh.is_empty()
    }

    /// Whether other clients seem to be starting beside the one that now joins a group.
    pub fn company(&mut self, now_ms: i64) -> bool {
        self.forget_old(now_ms);
        self.fresh.len() > OWN_CONNECTIONS
    }

    fn forget_old(&mut self, now_ms: i64) {
        while self.fresh.front().is_some_and(|f| now_ms - f.since_ms > FRESH_MS) {
            self.fresh.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (connection, api) at one millisecond after the other.
    fn after(requests: &[(u64, ApiKey)]) -> Newcomers {
        let mut n = Newcomers::default();
        for (i, (connection, api)) in requests.iter().enumerate() {
            n.saw(*connection, "c", *api, i as i64);
        }
        n
    }

    #[test]
    fn one_client_is_no_company_for_itself() {
        use ApiKey::{ApiVersions, FindCoordinator, JoinGroup, Metadata};
        let mut n =
            after(&[(1, ApiVersions), (1, Metadata), (2, ApiVersions), (2, Metadata), (2, FindCoordinator), (3, ApiVersions), (3, JoinGroup)]);
        assert!(!n.company(10));
    }

    #[test]
    fn others_who_look_around_are_company_for_a_moment() {
        use ApiKey::{ApiVersions, Fetch, JoinGroup, Metadata, Produce};
        let hello = [(1, ApiVersions), (2, ApiVersions), (3, ApiVersions), (3, JoinGroup), (4, ApiVersions), (4, Metadata)];
        assert!(after(&hello).company(10));
        assert!(!after(&hello).company(1_100), "they are not new any more");
        for known in [Produce, Fetch] {
            let mut n = after(&hello);
            n.saw(4, "c", known, 8);
            assert!(!n.company(10), "{known:?} says what a connection is for");
        }
    }

    #[test]
    fn a_producer_is_no_company_and_neither_is_its_bootstrap_connection() {
        use ApiKey::{ApiVersions, JoinGroup, Metadata, Produce};
        let producer = [(1, ApiVersions), (1, Metadata), (2, ApiVersions), (2, Metadata), (2, Produce)];
        let consumer = [(3, ApiVersions), (4, ApiVersions), (5, ApiVersions), (5, JoinGroup)];
        assert!(!after(&[&producer[..], &consumer].concat()).company(20));
        // Another consumer is, also beside a producer.
        let another = [(6, ApiVersions)];
        assert!(after(&[&producer[..], &another, &consumer].concat()).company(20));
    }

    #[test]
    fn a_crowd_is_remembered_in_part_only() {
        let mut n = Newcomers::default();
        for c in 0..10_000 {
            n.saw(c, "c", ApiKey::ApiVersions, 0);
        }
        assert_eq!(n.fresh.len(), REMEMBERED_MAX);
        n.saw(10_000, "c", ApiKey::ApiVersions, 1_001);
        assert_eq!(n.fresh.len(), 1);
    }
}
