//! A plan without a broker: records in with their times, outputs to read, state to look at. For tests of programs, in every language.
//!
//! Every record is processed to its end before `pipe` returns, and time is what the test says it is; nothing sleeps.

use crate::chunk::Chunk;
use crate::engine::{Engine, Input, Moves, Options, TaskId};
use crate::keys::Keys;
use crate::ops::{Counters, Functions};
use crate::plan::{Kind, Plan};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};

/// A record that the program wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    /// Milliseconds since the Unix epoch.
    pub timestamp: i64,
}

/// A record to pipe: key, value, timestamp in milliseconds.
pub type Piped<'a> = (Option<&'a [u8]>, Option<&'a [u8]>, i64);

pub struct TestDriver {
    engine: Engine,
    counts: BTreeMap<String, i32>,
    offsets: HashMap<(String, i32), i64>,
    written: HashMap<String, VecDeque<Record>>,
    wall_ms: i64,
}

impl TestDriver {
    /// A driver in which every topic has one partition. The wall clock begins at 0.
    pub fn new(plan: &Plan, functions: Functions) -> Result<TestDriver> {
        Self::with_partitions(plan, functions, &BTreeMap::new())
    }
    /// The same with more partitions for some source topics.
    pub fn with_partitions(plan: &Plan, functions: Functions, partitions: &BTreeMap<String, i32>) -> Result<TestDriver> {
        let checked = Arc::new(plan.check()?);
        let counts: BTreeMap<String, i32> =
            checked.sources().map(|(_, s)| (s.topic.clone(), partitions.get(&s.topic).copied().unwrap_or(1))).collect();
        let mut engine = Engine::new(checked, functions, Options::new("test"), &counts, Moves::Local)?;
        for (subtopology, n) in engine.partitions().to_vec().into_iter().enumerate() {
            for partition in 0..n {
                engine.open(TaskId { subtopology, partition })?;
            }
        }
        Ok(TestDriver { engine, counts, offsets: HashMap::new(), written: HashMap::new(), wall_ms: 0 })
    }

    /// One record into partition 0.
    pub fn pipe(&mut self, topic: &str, key: Option<&[u8]>, value: Option<&[u8]>, timestamp: i64) -> Result<()> {
        self.pipe_batch(topic, 0, &[(key, value, timestamp)])
    }
    /// Several records of one partition at once, as a fetch brings them; then everything that comes of them.
    pub fn pipe_batch(&mut self, topic: &str, partition: i32, records: &[Piped<'_>]) -> Result<()> {
        let Some(n) = self.counts.get(topic) else {
            let topics: Vec<&str> = self.counts.keys().map(String::as_str).collect();
            return Err(Error::new(Code::UNKNOWN_TOPIC_OR_PART, format!("the plan does not read {topic}, but {}", topics.join(", "))));
        };
        if !(0..*n).contains(&partition) {
            return Err(Error::new(Code::UNKNOWN_PARTITION, format!("{topic} has {n} partition(s), and no {partition}")));
        }
        let next = self.offsets.entry((topic.to_owned(), partition)).or_insert(0);
        let first = *next;
        *next += records.len() as i64;
        let keys: Vec<_> = records.iter().map(|r| r.0).collect();
        let values: Vec<_> = records.iter().map(|r| r.1).collect();
        let times: Vec<_> = records.iter().map(|r| r.2).collect();
        let offsets: Vec<_> = (first..).take(records.len()).collect();
        self.engine.feed(topic, partition, &Input { keys: &keys, values: &values, times: &times, offsets: &offsets }, self.wall_ms)?;
        self.settle()
    }
    fn settle(&mut self) -> Result<()> {
        self.engine.run(true)?;
        self.engine.round()?;
        self.collect();
        Ok(())
    }
    fn collect(&mut self) {
        for b in self.engine.take_outputs() {
            let to = self.written.entry(b.topic.to_string()).or_default();
            to.extend((0..b.len()).map(|i| Record {
                key: b.key(i).map(<[u8]>::to_vec),
                value: b.value(i).map(<[u8]>::to_vec),
                timestamp: b.times[i],
            }));
        }
    }
    /// The wall clock goes on: timers, and inputs that count as idle.
    pub fn advance_wall(&mut self, ms: i64) -> Result<()> {
        self.wall_ms += ms.max(0);
        self.engine.tick(self.wall_ms)?;
        self.collect();
        Ok(())
    }
    /// Event time is at least `time`: what is closed by then goes out.
    pub fn advance_time(&mut self, time: i64) -> Result<()> {
        self.engine.advance(time)?;
        self.collect();
        Ok(())
    }
    /// The next record that was written to a topic.
    pub fn read(&mut self, topic: &str) -> Option<Record> {
        self.written.get_mut(topic)?.pop_front()
    }
    pub fn read_all(&mut self, topic: &str) -> Vec<Record> {
        self.written.get_mut(topic).map(|q| q.drain(..).collect()).unwrap_or_default()
    }
    /// What a table of the plan holds.
    pub fn table(&mut self, node: usize) -> Result<Chunk> {
        self.engine.view(node)
    }
    /// Some rows of it, sorted by key.
    pub fn find(&mut self, node: usize, keys: &Keys) -> Result<Chunk> {
        self.engine.find(node, keys)
    }
    pub fn counters(&self) -> Counters {
        self.engine.counters()
    }
    /// Stops the program and starts it again from its changelogs, as after a crash right behind a commit.
    pub fn restart(&mut self, plan: &Plan, functions: Functions) -> Result<()> {
        let mut changes: Vec<(TaskId, String, Vec<u8>, Vec<u8>)> = Vec::new();
        let mut times = Vec::new();
        let tasks: Vec<TaskId> = self.engine.tasks().collect();
        for id in &tasks {
            for s in self.engine.stores(*id) {
                self.engine.scan(*id, &s.name, &mut |k, v| changes.push((*id, s.name.clone(), k.to_vec(), v.to_vec())))?;
                times.push((*id, s.name.clone(), self.engine.store_time(*id, &s.name)));
            }
        }
        let counts = self.counts.clone();
        let mut next = TestDriver::with_partitions(plan, functions, &counts)?;
        for (id, store, time) in times {
            if let Some(t) = time {
                next.engine.set_time(id, &store, t)?;
            }
        }
        for (id, store, key, value) in changes {
            next.engine.restore(id, &store, &key, Some(&value))?;
        }
        next.offsets = std::mem::take(&mut self.offsets);
        next.written = std::mem::take(&mut self.written);
        next.wall_ms = self.wall_ms;
        *self = next;
        Ok(())
    }
    /// Whether a node of the plan is a table that `table` can show.
    pub fn is_table(&self, node: usize) -> bool {
        let plan = self.engine.plan();
        plan.of_plan.get(node).is_some_and(|at| plan.nodes[*at].shape != Kind::Stream)
    }
}
