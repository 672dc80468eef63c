//! One topic of a producer: its accumulators once the metadata is there, and until then the records that wait for it.

use super::ProducerRecord;
use super::accumulator::{Accumulator, BatchLimits};
use crate::partitioner::Partitioner;
use parking_lot::{Mutex, RwLock};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};
use wellhead_base::env::Rng;
use wellhead_base::{Code, Error, Result};

type OwnedHeader = (Box<str>, Option<Box<[u8]>>);

/// A record that waits for its topic's metadata, owned.
pub(crate) struct Waiting {
    pub partition: i32,
    key: Option<Box<[u8]>>,
    value: Option<Box<[u8]>>,
    headers: Vec<OwnedHeader>,
    pub timestamp_ms: i64,
    pub token: u64,
    pub size: usize,
    pub since_us: i64,
}

impl Waiting {
    fn new(r: &ProducerRecord<'_>, size: usize, timestamp_ms: i64, since_us: i64) -> Waiting {
        let headers = r.headers.iter().map(|(k, v)| (Box::from(*k), v.map(Box::from))).collect();
        Waiting {
            partition: r.partition,
            key: r.key.map(Box::from),
            value: r.value.map(Box::from),
            headers,
            timestamp_ms,
            token: r.token,
            size,
            since_us,
        }
    }
    fn with<T>(&self, topic: &str, f: impl FnOnce(&ProducerRecord<'_>) -> T) -> T {
        let headers: Vec<(&str, Option<&[u8]>)> = self.headers.iter().map(|(k, v)| (&**k, v.as_deref())).collect();
        f(&ProducerRecord {
            topic,
            partition: self.partition,
            key: self.key.as_deref(),
            value: self.value.as_deref(),
            headers: &headers,
            timestamp_ms: self.timestamp_ms,
            token: self.token,
        })
    }
}

/// What of a topic's metadata is there.
pub(crate) enum State {
    /// Records wait; `since_us` is when the cluster first said that it does not know the topic. Dormant: the driver is not asking,
    /// and is to be told of the next record.
    Unknown {
        waiting: Vec<Waiting>,
        since_us: Option<i64>,
        dormant: bool,
    },
    Known(Vec<Arc<Accumulator>>),
}

pub(crate) struct Topic {
    pub name: Arc<str>,
    /// Read by every send, written when partitions arrive.
    pub state: RwLock<State>,
    sticky: AtomicI32,
    sticky_until_ms: AtomicI64,
    /// Held while the choice moves on.
    choosing: Mutex<()>,
}

thread_local! {
    /// Seeded once per thread; for partition choices only.
    static RNG: RefCell<Rng> = RefCell::new(Rng::seeded({
        let mut seed = [0u8; 8];
        // Without randomness the choices are merely the same in every thread.
        let _ = getrandom::fill(&mut seed);
        u64::from_le_bytes(seed)
    }));
}

/// What `send` did.
pub(crate) enum Sent {
    /// Appended; the driver need not know.
    Quietly,
    /// The first record of a batch of this accumulator.
    Begun(usize),
    /// Waits for metadata, which the driver asks for.
    Waits,
    /// Waits for metadata, and the driver must be told.
    Ask,
}

/// How a topic places records.
pub(crate) struct Placing<'a> {
    pub partitioner: Partitioner,
    pub sticky_ms: i64,
    pub limits: &'a BatchLimits,
}

impl Topic {
    pub fn new(name: &str) -> Topic {
        Topic {
            name: name.into(),
            state: RwLock::new(State::Unknown { waiting: Vec::new(), since_us: None, dormant: true }),
            sticky: AtomicI32::new(-1),
            sticky_until_ms: AtomicI64::new(0),
            choosing: Mutex::new(()),
        }
    }

    pub fn send(
        &self,
        placing: &Placing<'_>,
        r: &ProducerRecord<'_>,
        size: usize,
        timestamp_ms: i64,
        wall_ms: impl Fn() -> i64,
        now_us: impl Fn() -> i64,
    ) -> Result<Sent> {
        {
            let state = self.state.read();
            if let State::Known(parts) = &*state {
                return self.append(parts, placing, r, size, timestamp_ms, wall_ms, now_us);
            }
        }
        let mut state = self.state.write();
        match &mut *state {
            State::Known(parts) => self.append(parts, placing, r, size, timestamp_ms, wall_ms, now_us),
            State::Unknown { waiting, dormant, .. } => {
                waiting.push(Waiting::new(r, size, timestamp_ms, now_us()));
                Ok(if std::mem::take(dormant) { Sent::Ask } else { Sent::Waits })
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // Private; the arguments are send's own.
    fn append(
        &self,
        parts: &[Arc<Accumulator>],
        placing: &Placing<'_>,
        r: &ProducerRecord<'_>,
        size: usize,
        timestamp_ms: i64,
        wall_ms: impl FnOnce() -> i64,
        now_us: impl FnOnce() -> i64,
    ) -> Result<Sent> {
        let n = parts.len();
        let partition = if r.partition >= 0 {
            r.partition
        } else {
            let chosen = RNG.with_borrow_mut(|rng| {
                let keyless = matches!(placing.partitioner, Partitioner::Random) && r.key.is_none();
                if keyless && placing.sticky_ms > 0 { None } else { placing.partitioner.choose(r.key, n as u32, rng) }
            });
            chosen.unwrap_or_else(|| self.sticky(parts, wall_ms(), placing.sticky_ms))
        };
        let Some(acc) = parts.get(partition as usize) else {
            return Err(Error::new(Code::UNKNOWN_PARTITION, format!("{} has {n} partitions and no partition {partition}", self.name)));
        };
        let begun = acc.queue.lock().append(placing.limits, r, size, timestamp_ms, now_us)?;
        Ok(if begun { Sent::Begun(acc.index) } else { Sent::Quietly })
    }

    /// The partition that records without a key stick to for now; the next in turn with a leader, when its time is over.
    fn sticky(&self, parts: &[Arc<Accumulator>], wall_ms: i64, sticky_ms: i64) -> i32 {
        let n = parts.len() as i32;
        // A wall clock set back must not hold the choice for much longer than its time; another thread's may be a little ahead.
        let holds = |now: i32, until: i64| (0..n).contains(&now) && wall_ms < until && until - wall_ms <= 2 * sticky_ms;
        let now = self.sticky.load(Ordering::Acquire);
        if holds(now, self.sticky_until_ms.load(Ordering::Relaxed)) {
            return now;
        }
        // One thread moves on; the others take what it chose.
        let _one = self.choosing.lock();
        let now = self.sticky.load(Ordering::Acquire);
        if holds(now, self.sticky_until_ms.load(Ordering::Relaxed)) {
            return now;
        }
        let first = if now < 0 { RNG.with_borrow_mut(|rng| rng.below(n as u64) as i32) } else { (now + 1) % n };
        let led = (0..n).map(|i| (first + i) % n).find(|&p| parts[p as usize].has_leader.load(Ordering::Relaxed));
        let next = led.unwrap_or(first);
        self.sticky_until_ms.store(wall_ms + sticky_ms, Ordering::Relaxed);
        self.sticky.store(next, Ordering::Release);
        next
    }

    /// Takes in the accumulators (all of them, in order) and appends what waited. Gives the indexes that began a batch, and the
    /// records that cannot be placed.
    pub fn learn(&self, parts: Vec<Arc<Accumulator>>, placing: &Placing<'_>, wall_ms: i64) -> (Vec<usize>, Vec<(Waiting, Error)>) {
        let mut state = self.state.write();
        let waiting = match &mut *state {
            State::Unknown { waiting, .. } => std::mem::take(waiting),
            State::Known(_) => Vec::new(),
        };
        let (mut begun, mut lost) = (Vec::new(), Vec::new());
        for w in waiting {
            match w.with(&self.name, |r| self.append(&parts, placing, r, w.size, w.timestamp_ms, || wall_ms, || w.since_us)) {
                Ok(Sent::Begun(i)) => begun.push(i),
                Ok(_) => {}
                Err(e) => lost.push((w, e)),
            }
        }
        *state = State::Known(parts);
        (begun, lost)
    }
}

/// The topics of a producer, by name.
/// (Looked up for every record; the names are the program's own.)
pub(crate) type Topics = RwLock<std::collections::HashMap<Arc<str>, Arc<Topic>, foldhash::fast::RandomState>>;

/// What the sending threads tell the driver.
#[derive(Default)]
pub(crate) struct Mailbox {
    pub woken: Vec<usize>,
    pub new_topics: Vec<Arc<Topic>>,
    pub purges: Vec<(bool, bool)>,
}
pub(crate) type SharedMailbox = Mutex<Mailbox>;

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    /// A sender and the driver, which places what waited for metadata, chose two partitions: one thread's time was a millisecond
    /// behind the other's, and that looked like a clock set back.
    #[test]
    fn threads_share_the_sticky_choice() {
        let topic = Topic::new("t");
        let acc = |partition| {
            Arc::new(Accumulator {
                topic: "t".into(),
                partition,
                index: partition as usize,
                queue: Mutex::default(),
                has_leader: AtomicBool::new(true),
            })
        };
        let parts: Vec<_> = (0..100).map(acc).collect();
        let first = topic.sticky(&parts, 1_000, 10);
        assert_eq!(topic.sticky(&parts, 999, 10), first);
        assert_eq!(topic.sticky(&parts, 1_009, 10), first);
        assert_eq!(topic.sticky(&parts, 1_010, 10), (first + 1) % 100);
        // A clock set back by an hour does not hold it for an hour.
        assert_eq!(topic.sticky(&parts, 1_000 - 3_600_000, 10), (first + 2) % 100);
    }
}
