//! Fetch sessions (KIP-227): what a consumer fetches is remembered, so that a request names only changes and a response only news.
//! Owns: the cache of sessions, their ids and epochs, the order in which their partitions are read. Does not own: reading
//! (`api/fetch`). Pure: time and randomness come in.
//!
//! Invariants: a session's id is never 0; its epoch goes 0 (asked for), 1, 2 ... `i32::MAX`, 1; a request with another epoch than
//! the next one changes nothing. A partition that had records goes to the end, so that a full response does not starve the others.

use crate::partitions::Partition;
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use wellhead_base::env::Rng;
use wellhead_base::{Code, TopicId};

/// A session unused for this long may make room for a new one, in milliseconds (`min.incremental.fetch.session.eviction.ms`).
const EVICTION_MS: i64 = 120_000;
/// The epoch of a request that asks for a session.
pub const EPOCH_INITIAL: i32 = 0;
/// The epoch of a request that wants none.
pub const EPOCH_FINAL: i32 = -1;

/// A topic as a session knows it: by name up to version 12 (id zero), by id from 13 on (name empty).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicKey {
    pub name: Arc<str>,
    pub id: TopicId,
}

/// One partition of a fetch.
#[derive(Clone)]
pub struct Entry {
    pub topic: TopicKey,
    pub partition: i32,
    pub fetch_offset: i64,
    pub bytes_max: i32,
    pub current_leader_epoch: i32,
    /// What the last response said; -1 before, and after an error.
    pub high_watermark: i64,
    pub log_start: i64,
    /// The partition once it was found.
    pub handle: Option<Arc<Partition>>,
}

impl Entry {
    pub fn new(topic: TopicKey, partition: i32, fetch_offset: i64, bytes_max: i32, current_leader_epoch: i32) -> Entry {
        Entry { topic, partition, fetch_offset, bytes_max, current_leader_epoch, high_watermark: -1, log_start: -1, handle: None }
    }
}

/// The partitions of one fetch, in the order in which they are read; also of a fetch without a session.
#[derive(Default)]
pub struct Session {
    by_turn: BTreeMap<u64, Entry>,
    turns: HashMap<(TopicKey, i32), u64>,
    next_turn: u64,
    /// The epoch of the next request.
    epoch: i32,
    /// Whether topics go by id.
    by_id: bool,
}

impl Session {
    /// Adds the partition, or changes what is asked of it.
    pub fn put(&mut self, e: Entry) {
        let key = (e.topic.clone(), e.partition);
        if let Some(known) = self.turns.get(&key).and_then(|turn| self.by_turn.get_mut(turn)) {
            known.fetch_offset = e.fetch_offset;
            known.bytes_max = e.bytes_max;
            known.current_leader_epoch = e.current_leader_epoch;
            return;
        }
        self.turns.insert(key, self.next_turn);
        self.by_turn.insert(self.next_turn, e);
        self.next_turn += 1;
    }
    pub fn forget(&mut self, topic: &TopicKey, partition: i32) {
        if let Some(turn) = self.turns.remove(&(topic.clone(), partition)) {
            self.by_turn.remove(&turn);
        }
    }
    /// Puts the partition at the end of the order.
    pub fn to_end(&mut self, topic: &TopicKey, partition: i32) {
        if let Some(turn) = self.turns.get_mut(&(topic.clone(), partition))
            && let Some(e) = self.by_turn.remove(turn)
        {
            *turn = self.next_turn;
            self.by_turn.insert(self.next_turn, e);
            self.next_turn += 1;
        }
    }
    pub fn entries(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.by_turn.values_mut()
    }
    pub fn len(&self) -> usize {
        self.by_turn.len()
    }
    pub fn is_empty(&self) -> bool {
        self.by_turn.is_empty()
    }
}

/// A session that requests share; the lock is held while a response is put together and never across a wait.
pub type Shared = Arc<Mutex<Session>>;

/// What a request asks of the sessions.
pub struct Asked {
    pub session_id: i32,
    pub epoch: i32,
    pub by_id: bool,
    pub entries: Vec<Entry>,
    pub forgotten: Vec<(TopicKey, i32)>,
}

/// What is to be read.
pub struct Granted {
    pub session: Shared,
    /// The id to answer with; 0: no session.
    pub id: i32,
    /// Only partitions with news belong into the response.
    pub incremental: bool,
}

/// The cache.
pub struct Sessions {
    max: usize,
    cached: HashMap<i32, Cached>,
}
struct Cached {
    session: Shared,
    used_ms: i64,
}

impl Sessions {
    pub fn new(max: usize) -> Sessions {
        Sessions { max, cached: HashMap::new() }
    }
    pub fn len(&self) -> usize {
        self.cached.len()
    }
    pub fn is_empty(&self) -> bool {
        self.cached.is_empty()
    }

    /// Finds, makes, changes or ends a session as the request asks.
    pub fn request(&mut self, asked: Asked, now_ms: i64, rng: &mut Rng) -> Result<Granted, Code> {
        if asked.epoch == EPOCH_INITIAL || asked.epoch == EPOCH_FINAL {
            if asked.session_id != 0 {
                self.cached.remove(&asked.session_id);
            }
            let mut session = Session { by_id: asked.by_id, epoch: 1, ..Session::default() };
            asked.entries.into_iter().for_each(|e| session.put(e));
            let wanted = asked.epoch == EPOCH_INITIAL && !session.is_empty();
            let session = Arc::new(Mutex::new(session));
            let id = if wanted { self.keep(&session, now_ms, rng) } else { 0 };
            return Ok(Granted { session, id, incremental: false });
        }
        let Some(cached) = self.cached.get_mut(&asked.session_id) else { return Err(Code::FETCH_SESSION_ID_NOT_FOUND) };
        let shared = cached.session.clone();
        let mut session = shared.lock();
        if session.epoch != asked.epoch {
            return Err(Code::INVALID_FETCH_SESSION_EPOCH);
        }
        if session.by_id != asked.by_id {
            return Err(Code::FETCH_SESSION_TOPIC_ID_ERROR);
        }
        cached.used_ms = now_ms;
        session.epoch = if session.epoch == i32::MAX { 1 } else { session.epoch + 1 };
        asked.entries.into_iter().for_each(|e| session.put(e));
        asked.forgotten.iter().for_each(|(topic, partition)| session.forget(topic, *partition));
        let id = if session.is_empty() {
            // Nothing is left to read: as Kafka, the session ends here.
            self.cached.remove(&asked.session_id);
            0
        } else {
            asked.session_id
        };
        drop(session);
        Ok(Granted { session: shared, id, incremental: id != 0 })
    }

    /// Gives the session a place and an id; 0 when there is no room.
    fn keep(&mut self, session: &Shared, now_ms: i64, rng: &mut Rng) -> i32 {
        if self.cached.len() >= self.max {
            let oldest = self.cached.iter().min_by_key(|(_, c)| c.used_ms).map(|(id, c)| (*id, c.used_ms));
            match oldest {
                Some((id, used_ms)) if now_ms - used_ms >= EVICTION_MS => self.cached.remove(&id),
                _ => return 0,
            };
        }
        let id = loop {
            let id = rng.below(i32::MAX as u64) as i32 + 1;
            if !self.cached.contains_key(&id) {
                break id;
            }
        };
        self.cached.insert(id, Cached { session: session.clone(), used_ms: now_ms });
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: &str) -> TopicKey {
        TopicKey { name: n.into(), id: TopicId::ZERO }
    }
    fn ask(session_id: i32, epoch: i32, entries: &[(&str, i32)], forgotten: &[(&str, i32)]) -> Asked {
        Asked {
            session_id,
            epoch,
            by_id: false,
            entries: entries.iter().map(|(t, p)| Entry::new(key(t), *p, 0, 1000, -1)).collect(),
            forgotten: forgotten.iter().map(|(t, p)| (key(t), *p)).collect(),
        }
    }
    fn order(g: &Granted) -> Vec<(String, i32)> {
        g.session.lock().entries().map(|e| (e.topic.name.to_string(), e.partition)).collect()
    }

    #[test]
    fn a_session_lives_through_its_epochs() {
        let (mut s, mut rng) = (Sessions::new(10), Rng::seeded(1));
        let full = s.request(ask(0, 0, &[("a", 0), ("a", 1), ("b", 0)], &[]), 0, &mut rng).unwrap();
        assert!(full.id > 0 && !full.incremental);
        let next = s.request(ask(full.id, 1, &[("c", 0)], &[("a", 1)]), 0, &mut rng).unwrap();
        assert!(next.incremental && next.id == full.id);
        assert_eq!(order(&next), [("a".into(), 0), ("b".into(), 0), ("c".into(), 0)]);
        next.session.lock().to_end(&key("a"), 0);
        assert_eq!(order(&next), [("b".into(), 0), ("c".into(), 0), ("a".into(), 0)]);
        assert_eq!(s.request(ask(full.id, 1, &[], &[]), 0, &mut rng).err(), Some(Code::INVALID_FETCH_SESSION_EPOCH));
        assert_eq!(s.request(ask(full.id ^ 1, 2, &[], &[]), 0, &mut rng).err(), Some(Code::FETCH_SESSION_ID_NOT_FOUND));
        assert_eq!(s.request(Asked { by_id: true, ..ask(full.id, 2, &[], &[]) }, 0, &mut rng).err(), Some(Code::FETCH_SESSION_TOPIC_ID_ERROR));
        assert!(s.request(ask(full.id, 2, &[], &[]), 0, &mut rng).is_ok(), "what was refused changed nothing");
        let emptied = s.request(ask(full.id, 3, &[], &[("a", 0), ("b", 0), ("c", 0)]), 0, &mut rng).unwrap();
        assert_eq!((emptied.id, s.len()), (0, 0));
    }

    #[test]
    fn the_epoch_wraps_past_0() {
        let (mut s, mut rng) = (Sessions::new(1), Rng::seeded(2));
        let g = s.request(ask(0, 0, &[("a", 0)], &[]), 0, &mut rng).unwrap();
        g.session.lock().epoch = i32::MAX;
        assert!(s.request(ask(g.id, i32::MAX, &[], &[]), 0, &mut rng).is_ok());
        assert!(s.request(ask(g.id, 1, &[], &[]), 0, &mut rng).is_ok());
    }

    #[test]
    fn a_full_cache_gives_up_only_what_is_stale() {
        let (mut s, mut rng) = (Sessions::new(2), Rng::seeded(3));
        let a = s.request(ask(0, 0, &[("a", 0)], &[]), 0, &mut rng).unwrap();
        let b = s.request(ask(0, 0, &[("a", 0)], &[]), 5, &mut rng).unwrap();
        assert_eq!(s.request(ask(0, 0, &[("a", 0)], &[]), EVICTION_MS - 1, &mut rng).unwrap().id, 0);
        let c = s.request(ask(0, 0, &[("a", 0)], &[]), EVICTION_MS, &mut rng).unwrap();
        assert!(c.id > 0 && c.id != a.id && c.id != b.id);
        assert_eq!(s.request(ask(a.id, 1, &[], &[]), 0, &mut rng).err(), Some(Code::FETCH_SESSION_ID_NOT_FOUND));
        assert_eq!(s.request(ask(b.id, EPOCH_FINAL, &[("a", 0)], &[]), 0, &mut rng).unwrap().id, 0);
        assert_eq!(s.len(), 1, "a final request ends its session");
        assert_eq!(s.request(ask(0, 0, &[], &[]), 0, &mut rng).unwrap().id, 0, "nothing to read needs no session");
    }
}
