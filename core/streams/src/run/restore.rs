//! State comes back: the newest snapshot that fits, then the changelog up to what was committed. What lies behind that was written by a
//! program that ended before its commit; the keys it names are given back, to be written again with what they have now.

use super::snapshot;
use super::worker::input_of;
use crate::engine::{Engine, TaskId};
use crate::plan::StoreSpec;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wellhead_base::{Code, Error, Result};
use wellhead_client::admin::OffsetSpec;
use wellhead_client::{Admin, Consumer, Event, TopicPartition, TopicPartitionOffset};

const TIMEOUT: Duration = Duration::from_secs(60);
/// The longest that a restore hears nothing from the broker.
const SILENCE: Duration = Duration::from_secs(60);

/// One store to bring back.
pub struct Wanted {
    pub task: TaskId,
    pub spec: StoreSpec,
    /// The changelog: an internal topic, or a table's source.
    pub topic: Arc<str>,
    /// What was committed for it; None: nothing ever was.
    pub committed: Option<i64>,
    pub time: Option<i64>,
    /// The task still has what was committed: only what lies behind it is looked at.
    pub kept: bool,
}

#[derive(Debug, Default)]
pub struct Restored {
    pub from_snapshot: u64,
    pub from_changelog: u64,
    /// Where each changelog ends now.
    pub ends: Vec<(Arc<str>, i32, i64)>,
    /// Keys of stores that an unfinished commit wrote.
    pub repair: Vec<(TaskId, String, Vec<u8>)>,
}

pub struct Restore<'a> {
    pub client: &'a [(String, String)],
    pub admin: &'a Admin,
    pub application: &'a str,
    pub state_dir: Option<&'a Path>,
    /// Topic ids, as text.
    pub topic_ids: &'a HashMap<String, String>,
}

/// What is still to be read of one changelog.
struct Reading {
    wanted: usize,
    next: i64,
    /// Up to here its records are state ...
    committed: i64,
    /// ... and up to here they are to be put right.
    end: i64,
}

impl Restore<'_> {
    pub fn run(&self, engine: &mut Engine, wanted: &[Wanted]) -> Result<Restored> {
        let mut done = Restored::default();
        if wanted.is_empty() {
            return Ok(done);
        }
        let tps: Vec<TopicPartition> = wanted.iter().map(|w| TopicPartition::new(w.topic.clone(), w.task.partition)).collect();
        let starts = self.offsets(&tps, OffsetSpec::Earliest)?;
        let ends = self.offsets(&tps, OffsetSpec::Latest)?;
        let mut reading: HashMap<TopicPartition, Reading> = HashMap::new();
        for (i, w) in wanted.iter().enumerate() {
            let (start, end) = (starts[i], ends[i]);
            let is_source = w.spec.source.is_some();
            let committed = w.committed.unwrap_or(0).min(end);
            if let Some(t) = w.time {
                engine.set_time(w.task, &w.spec.name, t)?;
            }
            let mut from = start;
            if w.kept {
                from = committed;
            } else if let Some(dir) = self.state_dir
                && let Some(offset) = self.load(engine, w, dir, start, committed, &mut done.from_snapshot)
            {
                from = offset;
            }
            // A table's source is its own changelog: what is not committed will be read as input.
            let end = if is_source { committed } else { end };
            if !is_source {
                done.ends.push((w.topic.clone(), w.task.partition, end));
            }
            if from < end {
                reading.insert(tps[i].clone(), Reading { wanted: i, next: from, committed, end });
            }
        }
        if !reading.is_empty() {
            self.read(engine, wanted, reading, &mut done)?;
        }
        Ok(done)
    }

    fn offsets(&self, tps: &[TopicPartition], which: OffsetSpec) -> Result<Vec<i64>> {
        let specs: Vec<_> = tps.iter().map(|t| (t.clone(), which)).collect();
        self.admin.list_offsets(&specs, false, TIMEOUT)?.into_iter().map(|(_, r)| Ok(r?.offset)).collect()
    }

    /// Loads the store's snapshot where it fits; gives the changelog's offset to go on at.
    fn load(&self, engine: &mut Engine, w: &Wanted, dir: &Path, start: i64, committed: i64, count: &mut u64) -> Option<i64> {
        let path = snapshot::path(dir, self.application, &w.spec.name, w.task.partition);
        let s = match snapshot::read(&path) {
            Ok(s) => s?,
            Err(e) => {
                tracing::warn!("{}; the state comes from its changelog", e.message());
                return None;
            }
        };
        let id = self.topic_ids.get(&*w.topic);
        let fits = s.header.topic == *w.topic && Some(&s.header.topic_id) == id && s.header.partition == w.task.partition;
        if !fits || s.header.offset > committed || s.header.offset < start {
            tracing::info!("{}: a snapshot of another state; the changelog is read", path.display());
            return None;
        }
        match s.entries(|k, v| engine.restore(w.task, &w.spec.name, k, Some(v))) {
            Ok(n) => {
                *count += n;
                Some(s.header.offset)
            }
            Err(e) => {
                // Entries that were put in already are written over by the changelog, but one that is gone there would stay.
                tracing::warn!("{}: {}; the state comes from its changelog", path.display(), e.message());
                engine.clear_store(w.task, &w.spec.name);
                None
            }
        }
    }

    fn read(&self, engine: &mut Engine, wanted: &[Wanted], mut reading: HashMap<TopicPartition, Reading>, done: &mut Restored) -> Result<()> {
        let mut pairs: Vec<(String, String)> = vec![
            ("enable.partition.eof".into(), "true".into()),
            ("enable.auto.commit".into(), "false".into()),
            ("auto.offset.reset".into(), "earliest".into()),
            ("isolation.level".into(), "read_committed".into()),
        ];
        pairs.extend(self.client.iter().filter(|(k, _)| k != "group.id").cloned());
        let consumer = Consumer::new(pairs)?;
        let places: Vec<TopicPartitionOffset> = reading.iter().map(|(tp, r)| tp.at(r.next)).collect();
        consumer.assign(&places)?;
        let mut repair: BTreeSet<(TaskId, String, Vec<u8>)> = BTreeSet::new();
        let mut heard = Instant::now();
        while !reading.is_empty() {
            let events = consumer.poll(100_000, Duration::from_millis(200))?;
            if events.is_empty() && heard.elapsed() > SILENCE {
                return Err(Error::new(
                    Code::TIMED_OUT,
                    format!("state does not come back: nothing was heard of {} changelog(s) for a minute", reading.len()),
                ));
            }
            for e in events {
                heard = Instant::now();
                match e {
                    Event::Records(set) => {
                        let tp = TopicPartition::new(set.topic.clone(), set.partition);
                        let Some(r) = reading.get_mut(&tp) else { continue };
                        let w = &wanted[r.wanted];
                        if w.spec.source.is_some() {
                            let below = set.iter().take_while(|x| x.offset < r.committed).count();
                            input_of(&set, below, |input| engine.restore_source(&w.topic, w.task.partition, input))?;
                            done.from_changelog += below as u64;
                        } else {
                            for x in set.iter().filter(|x| x.offset < r.end) {
                                let Some(key) = x.key else { continue };
                                if x.offset < r.committed {
                                    engine.restore(w.task, &w.spec.name, key, x.value)?;
                                    done.from_changelog += 1;
                                } else {
                                    repair.insert((w.task, w.spec.name.clone(), key.to_vec()));
                                }
                            }
                        }
                        r.next = r.next.max(set.last_offset() + 1);
                        if r.next >= r.end {
                            reading.remove(&tp);
                            consumer.incremental_unassign(&[tp])?;
                        }
                    }
                    // The end comes before `end` where compaction or aborted transactions took the last records away.
                    Event::PartitionEof { topic, partition, .. } => {
                        reading.remove(&TopicPartition::new(topic, partition));
                    }
                    Event::Error(e) if e.fatal => return Err(e),
                    Event::Error(e) => tracing::warn!("while state comes back: {}", e.message()),
                    _ => {}
                }
            }
        }
        done.repair = repair.into_iter().collect();
        consumer.close(Duration::from_secs(1))
    }
}
