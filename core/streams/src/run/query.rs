//! A query that somebody reads: it runs on its caller's thread, over topics that it reads from their beginnings, without a group and
//! without a topic of its own. Nothing of it is left behind.
//!
//! Owns: what is read up to where, and that rows come in the order of their times over partitions as in a program. Does not own: what
//! becomes of the rows. State lies in memory and begins empty, so an answer costs reading the topics once.

use super::{Config, topics, worker::input_of};
use crate::chunk::{Chunk, Op};
use crate::engine::{Engine, Moves, Options, TaskId};
use crate::ops::Functions;
use crate::plan::{Kind, NodeId, NodeOp, Plan};
use crate::state::rows::{self, Layout, Rows};
use crate::types::{Schema, Type};
use parking_lot::Mutex;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::env::{Clock, SystemClock};
use wellhead_base::{Error, Result};
use wellhead_client::admin::OffsetSpec;
use wellhead_client::{Admin, Consumer, Event, OFFSET_BEGINNING, OFFSET_END, TopicPartition};

/// The function by which rows come out.
const OUT: &str = "wellhead query";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// What the topics hold when it begins: the answer has an end.
    Now,
    /// For as long as it is asked.
    Dropped,
}

pub struct Query {
    schema: Arc<Schema>,
    table: bool,
    engine: Engine,
    consumer: Consumer,
    rows: Arc<Mutex<Vec<Chunk>>>,
    /// Partitions of global tables, which everything else waits for.
    globals: HashSet<TopicPartition>,
    /// The ends that are still to be reached; of globals at any rate, of others until now.
    left: HashMap<TopicPartition, i64>,
    waiting: Vec<TopicPartition>,
    until: Until,
    clock: SystemClock,
    ended: bool,
}

impl Query {
    /// Begins to read for the rows of a node of the plan. `client` are properties of the connection. An error when a topic is not there.
    pub fn open(plan: &Plan, node: NodeId, client: &[(String, String)], until: Until, timeout: Duration) -> Result<Query> {
        let mut plan = plan.clone();
        let (shape, schema) = {
            let checked = plan.check()?;
            let at = *checked.of_plan.get(node).ok_or_else(|| Error::invalid_arg(format!("the plan has no node {node}")))?;
            (checked.nodes[at].shape, checked.nodes[at].schema.clone())
        };
        let from = match shape {
            Kind::Stream => node,
            Kind::Table => plan.push(NodeOp::ToStream, vec![node]),
            Kind::Global => return Err(Error::invalid_arg("a global table is joined with and not read by itself")),
        };
        plan.push(NodeOp::Foreach { function: OUT.to_owned() }, vec![from]);
        let checked = Arc::new(plan.check()?);
        let mut config = Config::new("query", "");
        config.client = client.to_vec();
        let admin = Admin::new(client.iter().cloned())?;
        let counts = topics::sources(&admin, &checked, &config)?;
        let rows: Arc<Mutex<Vec<Chunk>>> = Arc::default();
        let mut functions = Functions::default();
        let out = rows.clone();
        functions.chunks.insert(
            OUT.to_owned(),
            Arc::new(move |c: &Chunk| {
                out.lock().push(c.clone());
                Ok(())
            }),
        );
        let mut engine = Engine::new(checked.clone(), functions, Options::new("query"), &counts, Moves::Local)?;
        for (subtopology, n) in engine.partitions().to_vec().into_iter().enumerate() {
            for partition in 0..n {
                engine.open(TaskId { subtopology, partition })?;
            }
        }
        let (mut all, mut globals, mut latest) = (Vec::new(), HashSet::new(), BTreeSet::new());
        for (at, s) in checked.sources() {
            for p in 0..counts[&s.topic] {
                let tp = TopicPartition::new(s.topic.as_str(), p);
                if checked.nodes[at].shape == Kind::Global {
                    globals.insert(tp.clone());
                } else if s.from_latest && until == Until::Dropped {
                    latest.insert(tp.clone());
                }
                all.push(tp);
            }
        }
        let specs: Vec<_> = all.iter().map(|t| (t.clone(), OffsetSpec::Latest)).collect();
        let mut left = HashMap::new();
        for (tp, end) in admin.list_offsets(&specs, true, timeout)? {
            let end = end?.offset;
            // From the beginning, so that the first partition to be read does not run ahead of the others; the event of its end takes it back.
            if !globals.contains(&tp) && !latest.contains(&tp) {
                engine.expect_more(&tp.topic, tp.partition, end > 0)?;
            }
            if end > 0 && (until == Until::Now || globals.contains(&tp)) {
                left.insert(tp, end);
            }
        }
        let mut pairs: Vec<(String, String)> = vec![
            ("enable.auto.commit".into(), "false".into()),
            ("enable.partition.eof".into(), "true".into()),
            ("auto.offset.reset".into(), "earliest".into()),
            ("isolation.level".into(), "read_committed".into()),
        ];
        pairs.extend(client.iter().filter(|(k, _)| k != "group.id").cloned());
        let consumer = Consumer::new(pairs)?;
        consumer.assign(&all.iter().map(|t| t.at(if latest.contains(t) { OFFSET_END } else { OFFSET_BEGINNING })).collect::<Vec<_>>())?;
        let mut waiting = Vec::new();
        if left.keys().any(|t| globals.contains(t)) {
            waiting = all.into_iter().filter(|t| !globals.contains(t)).collect();
            consumer.pause(&waiting)?;
        }
        Ok(Query {
            schema,
            table: shape == Kind::Table,
            engine,
            consumer,
            rows,
            globals,
            left,
            waiting,
            until,
            clock: SystemClock::default(),
            ended: false,
        })
    }

    /// The next rows, for which it waits so long at most; several chunks or none. `Until::Now`: None behind the last. Rows with
    /// `Op::Delete` say that their key is gone.
    pub fn next(&mut self, wait: Duration) -> Result<Option<Vec<Chunk>>> {
        if self.ended {
            return Ok(None);
        }
        for e in self.consumer.poll(50_000, wait)? {
            match e {
                Event::Records(set) => {
                    let tp = TopicPartition::new(set.topic.clone(), set.partition);
                    let now = self.clock.wall_ms();
                    input_of(&set, set.len(), |i| self.engine.feed(&set.topic, set.partition, i, now))?;
                    let next = set.last_offset() + 1;
                    if !self.globals.contains(&tp) {
                        let end = self.left.get(&tp).copied().unwrap_or_else(|| self.consumer.cached_watermarks(&tp).1);
                        self.engine.expect_more(&tp.topic, tp.partition, next < end)?;
                    }
                    if self.left.get(&tp).is_some_and(|end| next >= *end) {
                        self.left.remove(&tp);
                    }
                }
                // Markers and compaction leave offsets without a record, so that the end may be no record's.
                Event::PartitionEof { topic, partition, .. } => {
                    let tp = TopicPartition::new(topic, partition);
                    if !self.globals.contains(&tp) {
                        self.engine.expect_more(&tp.topic, tp.partition, false)?;
                    }
                    self.left.remove(&tp);
                }
                Event::Error(e) if e.fatal => return Err(e),
                Event::Error(e) => tracing::warn!("{}", e.message()),
                Event::Assign(_) | Event::Revoke { .. } | Event::Committed { .. } => {}
            }
        }
        if !self.waiting.is_empty() && !self.left.keys().any(|t| self.globals.contains(t)) {
            self.consumer.resume(&std::mem::take(&mut self.waiting))?;
        }
        self.ended = self.until == Until::Now && self.left.is_empty();
        self.engine.run(self.ended)?;
        self.engine.round()?;
        if self.until == Until::Dropped {
            self.engine.tick(self.clock.wall_ms())?;
        }
        // What a plan would write stays here.
        self.engine.take_outputs();
        Ok(Some(std::mem::take(&mut *self.rows.lock())))
    }

    /// The columns of the rows.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }
    /// Rows are changes of a table: a later one of a key replaces an earlier one.
    pub fn is_table(&self) -> bool {
        self.table
    }

    /// The whole answer of a query until now: a table's rows as they are at the end, sorted by key; a stream's in their order, `limit` of
    /// them at most. None when `go_on`, which is asked now and then, says no.
    pub fn answer(mut self, limit: usize, mut go_on: impl FnMut() -> bool) -> Result<Option<Chunk>> {
        let mut kept = Kept::new(&self.schema);
        let mut parts: Vec<Chunk> = Vec::new();
        let mut n = 0;
        while let Some(chunks) = self.next(Duration::from_millis(100))? {
            if !go_on() {
                return Ok(None);
            }
            for c in chunks {
                if self.table {
                    kept.take(c)?;
                    continue;
                }
                n += c.len();
                parts.push(c);
            }
            if !self.table && n >= limit {
                break;
            }
        }
        let all = if self.table { kept.finish()? } else { Chunk::concat(&parts)?.unwrap_or_else(|| Chunk::empty(&self.schema)) };
        Ok(Some(if all.len() > limit { all.slice(0, limit) } else { all }))
    }
}

/// The latest row of each key.
struct Kept {
    schema: Arc<Schema>,
    key: Vec<Type>,
    chunks: Vec<Chunk>,
    rows: usize,
    /// Encoded keys to where their rows lie.
    latest: BTreeMap<Vec<u8>, (usize, usize)>,
}
impl Kept {
    fn new(schema: &Arc<Schema>) -> Kept {
        let key = schema.key_fields().iter().map(|f| f.ty.clone()).collect();
        Kept { schema: schema.clone(), key, chunks: Vec::new(), rows: 0, latest: BTreeMap::new() }
    }
    fn take(&mut self, c: Chunk) -> Result<()> {
        let mut keys = Rows::default();
        rows::encode(&self.key, c.key_columns(), c.len(), Layout::Ordered, &mut keys);
        for (i, key) in keys.iter().enumerate() {
            match c.op(i) {
                Op::Insert | Op::After => {
                    self.latest.insert(key.to_vec(), (self.chunks.len(), i));
                }
                Op::Delete => {
                    self.latest.remove(key);
                }
                Op::Before => {}
            }
        }
        self.rows += c.len();
        self.chunks.push(c);
        // Rows that were replaced must not pile up: what is kept is at most about twice what holds.
        if self.rows > 2 * self.latest.len() + 100_000 {
            let whole = self.whole()?;
            self.rows = whole.len();
            self.latest.values_mut().enumerate().for_each(|(i, at)| *at = (0, i));
            self.chunks = vec![whole];
        }
        Ok(())
    }
    fn whole(&self) -> Result<Chunk> {
        if self.chunks.is_empty() {
            return Ok(Chunk::empty(&self.schema));
        }
        let pick: Vec<(usize, usize)> = self.latest.values().copied().collect();
        let columns = (0..self.schema.len())
            .map(|i| rows::interleave(&self.chunks.iter().map(|c| &c.columns[i]).collect::<Vec<_>>(), &pick))
            .collect::<Result<Vec<_>>>()?;
        let times: Vec<i64> = pick.iter().map(|(c, i)| self.chunks[*c].times[*i]).collect();
        Ok(Chunk::new(self.schema.clone(), columns, times))
    }
    fn finish(self) -> Result<Chunk> {
        self.whole()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Field;
    use arrow_array::cast::AsArray;
    use arrow_array::types::Int64Type;
    use arrow_array::{ArrayRef, Int64Array, StringArray};

    #[test]
    fn the_latest_row_of_a_key_is_kept_and_others_do_not_pile_up() {
        let schema = Schema::new(vec![Field::new("k", Type::String), Field::new("v", Type::Int)], 1).unwrap();
        let chunk = |keys: Vec<String>, values: Vec<i64>, ops: Vec<Op>| {
            let times: Vec<i64> = values.clone();
            let columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from(keys)), Arc::new(Int64Array::from(values))];
            Chunk::new(schema.clone(), columns, times).with_ops(Some(ops.into()))
        };
        let mut kept = Kept::new(&schema);
        kept.take(chunk(vec!["b".into(), "a".into(), "c".into()], vec![1, 2, 3], vec![Op::Insert; 3])).unwrap();
        kept.take(chunk(vec!["b".into(), "b".into(), "c".into()], vec![1, 4, 3], vec![Op::Before, Op::After, Op::Delete])).unwrap();
        for round in 0..300 {
            let n = 1000;
            let keys = (0..n).map(|i| format!("k{:02}", i % 50)).collect();
            kept.take(chunk(keys, (0..n).map(|i| round * n + i).collect(), vec![Op::Insert; n as usize])).unwrap();
        }
        assert!(kept.rows <= 2 * 52 + 101_000, "{}", kept.rows);
        let whole = kept.finish().unwrap();
        let keys: Vec<&str> = whole.columns[0].as_string::<i32>().iter().flatten().collect();
        assert_eq!((whole.len(), &keys[..3]), (52, &["a", "b", "k00"][..]));
        let values = whole.columns[1].as_primitive::<Int64Type>().values();
        assert_eq!((values[0], values[1], values[2], values[51]), (2, 4, 299_950, 299_999));
        assert_eq!(Kept::new(&schema).finish().unwrap().len(), 0);
    }
}
