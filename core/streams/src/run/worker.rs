//! The program's thread: poll, process, write, commit; and what a rebalance asks for.

use super::changelog::Writer;
use super::restore::{Restore, Wanted};
use super::{Ask, Config, Metrics, State, Status, snapshot, topics};
use crate::engine::{Engine, Input, Moves, Options, TaskId};
use crate::ops::Functions;
use crate::plan::{Checked, Kind, NodeKind};
use crossbeam_channel::{Receiver, Sender};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::env::{Clock, SystemClock};
use wellhead_base::{Code, Error, Result};
use wellhead_client::admin::OffsetSpec;
use wellhead_client::{Admin, Consumer, Event, OFFSET_BEGINNING, OFFSET_END, RecordSet, TopicPartition, TopicPartitionOffset};

const TIMEOUT: Duration = Duration::from_secs(60);
/// How long the thread waits for records at most before it looks at its clock and its questions.
const POLL: Duration = Duration::from_millis(20);
/// Rows that wait for others, which are known to exist, wait no longer than this for a broker that sends none.
const HOLD_MS: i64 = 5_000;
/// A partition whose rows wait for those of others is not read further from this many on, until it is down to the other.
const HELD_ROWS_MAX: usize = 100_000;
const HELD_ROWS_MIN: usize = 20_000;

/// The first `n` records of a set as the engine takes them.
pub(super) fn input_of<R>(set: &RecordSet, n: usize, f: impl FnOnce(&Input<'_>) -> R) -> R {
    let (mut keys, mut values) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let (mut times, mut offsets) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for r in set.iter().take(n) {
        keys.push(r.key);
        values.push(r.value);
        times.push(r.timestamp);
        offsets.push(r.offset);
    }
    f(&Input { keys: &keys, values: &values, times: &times, offsets: &offsets })
}

pub struct Worker {
    plan: Arc<Checked>,
    functions: Functions,
    config: Config,
    options: Options,
    inbox: Receiver<Ask>,
    status: Arc<Status>,
    clock: Arc<dyn Clock>,
}

/// Somebody who waits until the program has processed what there was.
struct Behind {
    /// None until partitions are assigned and their ends are known.
    ends: Option<HashMap<TopicPartition, i64>>,
    to: Sender<Result<()>>,
}

/// What there is once the topics are known.
struct Running {
    engine: Engine,
    consumer: Consumer,
    globals: Option<Consumer>,
    admin: Admin,
    writer: Writer,
    topic_ids: HashMap<String, String>,
    assigned: BTreeSet<TopicPartition>,
    /// Every partition that the program reads, over all its processes.
    all: BTreeSet<TopicPartition>,
    move_topics: BTreeSet<String>,
    /// The next offset of each partition to be fed.
    positions: HashMap<TopicPartition, i64>,
    /// Move topics have to be read to these ends before rows move in memory.
    draining: Option<HashMap<TopicPartition, i64>>,
    repair: Vec<(TaskId, String, Vec<u8>)>,
    /// What this process committed when its partitions were taken: tasks that come back to it, with nobody's commit in between, go on
    /// with the state they have. None: the last commit did not go through, or there was none.
    kept: Option<HashMap<TopicPartition, i64>>,
    committed_ms: i64,
    snapshot_ms: i64,
    purged_ms: i64,
    /// When records last came.
    fed_ms: i64,
    /// Partitions that are paused, since too many of their rows wait for others.
    held: BTreeSet<TopicPartition>,
    /// Up to where rows of the repartition topics were deleted.
    purged: HashMap<TopicPartition, i64>,
    dirty: bool,
    metrics: Metrics,
    behind: Vec<Behind>,
}

impl Running {
    /// Where each input goes on: at its first record that is not worked on.
    fn input_offsets(&self) -> Vec<TopicPartitionOffset> {
        let mine = self.positions.iter().filter(|(tp, _)| self.assigned.contains(tp));
        mine.map(|(tp, next)| tp.at(self.engine.first_waiting(&tp.topic, tp.partition).unwrap_or(*next))).collect()
    }
    fn close_tasks(&mut self, stays: impl Fn(TaskId) -> bool) {
        let gone: Vec<TaskId> = self.engine.tasks().filter(|id| !stays(*id)).collect();
        for id in gone {
            self.engine.close(id);
        }
    }
}

impl Worker {
    pub fn new(plan: Arc<Checked>, functions: Functions, config: Config, inbox: Receiver<Ask>, status: Arc<Status>) -> Result<Worker> {
        let options = Options::new(config.application.clone());
        Ok(Worker { plan, functions, config, options, inbox, status, clock: Arc::new(SystemClock::default()) })
    }

    pub fn run(mut self) -> Result<()> {
        let Some(mut r) = self.begin()? else { return Ok(()) };
        let end = self.work(&mut r);
        // Whoever fails leaves its group too, so that others take over at once.
        let left = r.consumer.close(Duration::from_secs(5));
        r.writer.close();
        end.and(left)
    }

    /// Topics, clients and globals. None where the program was stopped meanwhile.
    fn begin(&mut self) -> Result<Option<Running>> {
        let admin = Admin::new(self.config.client.iter().cloned())?;
        let counts = topics::sources(&admin, &self.plan, &self.config)?;
        let engine = Engine::new(self.plan.clone(), self.functions.clone(), self.options.clone(), &counts, Moves::Topics)?;
        topics::internal(&admin, &self.plan, &self.options, engine.partitions(), &self.config)?;
        let topic_ids = admin.metadata(None, TIMEOUT)?.topics.iter().map(|t| (t.name.to_string(), format!("{:?}", t.id))).collect();
        let mut all = BTreeSet::new();
        let mut move_topics = BTreeSet::new();
        for n in &self.plan.nodes {
            let (topic, count) = match &n.kind {
                NodeKind::Move { topic, .. } => {
                    let topic = self.options.move_topic(topic);
                    move_topics.insert(topic.clone());
                    (topic, engine.partitions()[n.subtopology])
                }
                NodeKind::Plan(crate::plan::NodeOp::Source(s)) if n.shape != Kind::Global => (s.topic.clone(), counts[&s.topic]),
                _ => continue,
            };
            all.extend((0..count).map(|p| TopicPartition::new(topic.as_str(), p)));
        }
        let mut pairs: Vec<(String, String)> = vec![
            ("group.id".into(), self.config.application.clone()),
            ("enable.auto.commit".into(), "false".into()),
            ("auto.offset.reset".into(), "earliest".into()),
            ("enable.partition.eof".into(), "true".into()),
            ("partition.assignment.strategy".into(), "copartitioned".into()),
            ("isolation.level".into(), "read_committed".into()),
        ];
        pairs.extend(self.config.client.iter().cloned());
        let consumer = Consumer::new(pairs)?;
        consumer.set_rebalance_events(true);
        let mut running = Running {
            engine,
            consumer,
            globals: None,
            writer: Writer::new(&self.config.client, self.options.partitioner.name())?,
            admin,
            topic_ids,
            assigned: BTreeSet::new(),
            all,
            move_topics,
            positions: HashMap::new(),
            draining: None,
            repair: Vec::new(),
            kept: None,
            committed_ms: self.clock.mono_ms(),
            snapshot_ms: self.clock.mono_ms(),
            purged_ms: self.clock.mono_ms(),
            fed_ms: self.clock.mono_ms(),
            held: BTreeSet::new(),
            purged: HashMap::new(),
            dirty: false,
            metrics: Metrics::default(),
            behind: Vec::new(),
        };
        self.globals(&mut running, &counts)?;
        let topics: BTreeSet<String> = running.all.iter().map(|t| t.topic.to_string()).collect();
        let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
        running.consumer.subscribe(&topics)?;
        Ok(Some(running))
    }

    /// Global tables are read to their ends before anything that looks them up.
    fn globals(&self, r: &mut Running, counts: &BTreeMap<String, i32>) -> Result<()> {
        let mut tps: Vec<TopicPartition> = Vec::new();
        for (at, s) in self.plan.sources() {
            if self.plan.nodes[at].shape == Kind::Global {
                tps.extend((0..counts[&s.topic]).map(|p| TopicPartition::new(s.topic.as_str(), p)));
            }
        }
        if tps.is_empty() {
            return Ok(());
        }
        let specs: Vec<_> = tps.iter().map(|t| (t.clone(), OffsetSpec::Latest)).collect();
        let mut left: HashMap<TopicPartition, i64> = HashMap::new();
        for (tp, end) in r.admin.list_offsets(&specs, true, TIMEOUT)? {
            left.insert(tp, end?.offset);
        }
        left.retain(|_, end| *end > 0);
        let mut pairs: Vec<(String, String)> = vec![
            ("enable.auto.commit".into(), "false".into()),
            ("enable.partition.eof".into(), "true".into()),
            ("auto.offset.reset".into(), "earliest".into()),
            ("isolation.level".into(), "read_committed".into()),
        ];
        pairs.extend(self.config.client.iter().filter(|(k, _)| k != "group.id").cloned());
        let consumer = Consumer::new(pairs)?;
        consumer.assign(&tps.iter().map(|t| t.at(OFFSET_BEGINNING)).collect::<Vec<_>>())?;
        while !left.is_empty() {
            for e in consumer.poll(self.config.poll_records, POLL)? {
                match e {
                    Event::Records(set) => {
                        let now = self.clock.wall_ms();
                        input_of(&set, set.len(), |i| r.engine.feed(&set.topic, set.partition, i, now))?;
                        let tp = TopicPartition::new(set.topic.clone(), set.partition);
                        if left.get(&tp).is_some_and(|end| set.last_offset() + 1 >= *end) {
                            left.remove(&tp);
                        }
                    }
                    Event::PartitionEof { topic, partition, .. } => {
                        left.remove(&TopicPartition::new(topic, partition));
                    }
                    Event::Error(e) if e.fatal => return Err(e),
                    Event::Error(e) => tracing::warn!("while global tables are read: {}", e.message()),
                    _ => {}
                }
            }
            if matches!(self.inbox.try_recv(), Ok(Ask::Stop)) {
                return Err(Error::new(Code::STATE, "the program was stopped before it ran"));
            }
        }
        r.globals = Some(consumer);
        Ok(())
    }

    fn work(&mut self, r: &mut Running) -> Result<()> {
        let mut eager = true;
        loop {
            let wait = if eager { Duration::ZERO } else { POLL };
            let events = r.consumer.poll(self.config.poll_records, wait)?;
            eager = !events.is_empty();
            for e in events {
                self.event(r, e)?;
            }
            if let Some(g) = &r.globals {
                let events = g.poll(self.config.poll_records, Duration::ZERO)?;
                for e in events {
                    if let Event::Records(set) = e {
                        input_of(&set, set.len(), |i| r.engine.feed(&set.topic, set.partition, i, self.clock.wall_ms()))?;
                    }
                }
            }
            self.process(r)?;
            Self::drained(r)?;
            self.caught_up(r)?;
            let now = self.clock.mono_ms();
            if r.dirty && now - r.committed_ms >= self.config.commit_interval_ms {
                self.commit(r)?;
            }
            if self.config.state_dir.is_some() && now - r.snapshot_ms >= self.config.snapshot_interval_ms && r.dirty {
                self.commit(r)?;
                self.snapshots(r)?;
            }
            while let Ok(ask) = self.inbox.try_recv() {
                match ask {
                    Ask::Find(node, keys, to) => {
                        let _ = to.send(r.engine.find(node, &keys));
                    }
                    Ask::Metrics(to) => {
                        let mut m = r.metrics.clone();
                        m.counters = r.engine.counters();
                        m.tasks = r.engine.tasks().count();
                        m.state_bytes = r.engine.state_bytes();
                        let _ = to.send(m);
                    }
                    Ask::Commit(to) => {
                        let done = self.commit(r);
                        let failed = done.clone();
                        let _ = to.send(done);
                        failed?;
                    }
                    Ask::CatchUp(to) => r.behind.push(Behind { ends: None, to }),
                    Ask::Stop => {
                        self.commit(r)?;
                        return self.snapshots(r);
                    }
                }
            }
        }
    }

    fn event(&mut self, r: &mut Running, e: Event) -> Result<()> {
        match e {
            Event::Records(set) => {
                let tp = TopicPartition::new(set.topic.clone(), set.partition);
                // What was fetched before a rebalance may still be in the queue.
                if r.assigned.contains(&tp) && r.positions.get(&tp).is_none_or(|next| set.first_offset() >= *next) {
                    let now = self.clock.wall_ms();
                    input_of(&set, set.len(), |i| r.engine.feed(&set.topic, set.partition, i, now))?;
                    let next = set.last_offset() + 1;
                    let (_, end) = r.consumer.cached_watermarks(&tp);
                    r.engine.expect_more(&tp.topic, tp.partition, next < end)?;
                    r.positions.insert(tp, next);
                    r.fed_ms = self.clock.mono_ms();
                    r.dirty = true;
                }
            }
            Event::Assign(list) => self.assign(r, &list)?,
            Event::Revoke { partitions, lost } => self.revoke(r, &partitions, lost)?,
            Event::Error(e) if e.fatal => return Err(e),
            Event::Error(e) => tracing::warn!("{}: {}", self.config.application, e.message()),
            // Also where the last offsets are no records, but the marks of a transaction.
            Event::PartitionEof { topic, partition, .. } => {
                if r.assigned.contains(&TopicPartition::new(topic.clone(), partition)) {
                    r.engine.expect_more(&topic, partition, false)?;
                }
            }
            Event::Committed { .. } => {}
        }
        Ok(())
    }

    /// Works on what was fed and sends what comes of it.
    fn process(&mut self, r: &mut Running) -> Result<()> {
        r.engine.run(false)?;
        if !r.engine.is_idle() && self.clock.mono_ms() - r.fed_ms > HOLD_MS {
            r.engine.run(true)?;
        }
        Self::hold(r)?;
        r.engine.round()?;
        r.engine.tick(self.clock.wall_ms())?;
        for b in r.engine.take_outputs() {
            r.writer.write(&b)?;
            r.dirty = true;
        }
        r.writer.poll()
    }

    /// Bounds the rows that wait in memory for rows of other partitions.
    fn hold(r: &mut Running) -> Result<()> {
        if r.draining.is_some() || (r.held.is_empty() && r.engine.is_idle()) {
            return Ok(());
        }
        let waiting = |tp: &TopicPartition| r.engine.waiting_rows(&tp.topic, tp.partition);
        let pause: Vec<TopicPartition> = r.assigned.iter().filter(|tp| !r.held.contains(*tp) && waiting(tp) >= HELD_ROWS_MAX).cloned().collect();
        let resume: Vec<TopicPartition> = r.held.iter().filter(|tp| waiting(tp) <= HELD_ROWS_MIN).cloned().collect();
        if !pause.is_empty() {
            r.consumer.pause(&pause)?;
        }
        if !resume.is_empty() {
            r.consumer.resume(&resume)?;
            r.held.retain(|tp| !resume.contains(tp));
        }
        r.held.extend(pause);
        Ok(())
    }

    /// The barrier. After it the committed offsets, the changelogs and the outputs say the same.
    fn commit(&mut self, r: &mut Running) -> Result<()> {
        r.committed_ms = self.clock.mono_ms();
        if !std::mem::take(&mut r.dirty) && r.repair.is_empty() {
            return Ok(());
        }
        // Moved rows have no place in a topic that could be committed: they are worked off, even before others that are expected.
        if r.engine.moves_wait() {
            r.engine.run(true)?;
            r.engine.round()?;
        }
        for b in r.engine.take_outputs() {
            r.writer.write(&b)?;
        }
        let mut failed = None;
        let (options, writer) = (&self.options, &mut r.writer);
        r.engine.drain(&mut |id, spec, key, value| {
            if failed.is_none() {
                failed = writer.change(&options.changelog_topic(&spec.name), id.partition, key, value).err();
            }
        });
        if let Some(e) = failed {
            return Err(e);
        }
        self.repair(r)?;
        r.writer.settle(TIMEOUT)?;
        // Somebody who was thought dead wrote into a changelog of ours: its keys are written again, behind what it wrote.
        for _ in 0..3 {
            let foreign = r.writer.take_foreign();
            if foreign.is_empty() {
                break;
            }
            self.foreign_keys(r, &foreign)?;
            self.repair(r)?;
            r.writer.settle(TIMEOUT)?;
        }
        let mut offsets = r.input_offsets();
        let mut times: HashMap<(String, i32), i64> = HashMap::new();
        let tasks: Vec<TaskId> = r.engine.tasks().collect();
        for id in tasks {
            for s in r.engine.stores(id) {
                if let Some(t) = r.engine.store_time(id, &s.name) {
                    times.insert((self.options.changelog_topic(&s.name), id.partition), t);
                }
            }
        }
        for (topic, partition, next) in r.writer.ends() {
            let mut o = TopicPartitionOffset::new(topic.clone(), partition, next);
            o.metadata = times.get(&(topic.to_string(), partition)).map(|t| format!("time={t}"));
            offsets.push(o);
        }
        if offsets.is_empty() {
            return Ok(());
        }
        let outcome = r.consumer.commit(Some(&offsets), TIMEOUT);
        let error = match outcome {
            Ok(rows) => rows.into_iter().find_map(|o| o.error),
            Err(e) => Some(e),
        };
        match error {
            None => {
                r.metrics.commits += 1;
                self.purge(r, &offsets);
                Ok(())
            }
            // The group went on without this process. What it did since its last commit is done again by others; its state is dropped
            // when the revocation comes, which it now does.
            Some(e)
                if matches!(e.code, Code::ILLEGAL_GENERATION | Code::UNKNOWN_MEMBER_ID | Code::REBALANCE_IN_PROGRESS | Code::FENCED_INSTANCE_ID) =>
            {
                tracing::warn!("{}: not committed, the group is rebalancing: {}", self.config.application, e.message());
                r.dirty = true;
                Ok(())
            }
            Some(e) => Err(Error::new(e.code, format!("the commit failed: {}", e.message()))),
        }
    }

    /// Deletes moved rows that are committed: their topics keep everything else for ever. What fails is tried again with the next commit.
    fn purge(&self, r: &mut Running, committed: &[TopicPartitionOffset]) {
        let now = self.clock.mono_ms();
        if r.move_topics.is_empty() || now - r.purged_ms < self.config.purge_interval_ms {
            return;
        }
        r.purged_ms = now;
        let of_moves = committed.iter().filter(|o| r.move_topics.contains(&*o.topic));
        let before: Vec<TopicPartitionOffset> =
            of_moves.filter(|o| r.purged.get(&o.tp()).copied().unwrap_or(0) < o.offset).map(|o| o.tp().at(o.offset)).collect();
        if before.is_empty() {
            return;
        }
        match r.admin.delete_records(&before, TIMEOUT) {
            Ok(done) => {
                for (asked, done) in before.iter().zip(done) {
                    match done.error {
                        None => drop(r.purged.insert(asked.tp(), asked.offset)),
                        Some(e) => tracing::warn!("moved rows of {} [{}] stay: {}", asked.topic, asked.partition, e.message()),
                    }
                }
            }
            Err(e) => tracing::warn!("moved rows stay: {}", e.message()),
        }
    }

    /// Writes keys again with what they have now.
    fn repair(&self, r: &mut Running) -> Result<()> {
        let mut by_store: BTreeMap<(TaskId, String), BTreeSet<Vec<u8>>> = BTreeMap::new();
        for (task, store, key) in r.repair.drain(..) {
            by_store.entry((task, store)).or_default().insert(key);
        }
        for ((task, store), mut keys) in by_store {
            let topic = self.options.changelog_topic(&store);
            let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
            r.engine.scan(task, &store, &mut |k, v| {
                if keys.remove(k) {
                    found.push((k.to_vec(), v.to_vec()));
                }
            })?;
            for (k, v) in found {
                r.writer.change(&topic, task.partition, &k, Some(&v))?;
            }
            for k in keys {
                r.writer.change(&topic, task.partition, &k, None)?;
            }
        }
        Ok(())
    }

    fn foreign_keys(&self, r: &mut Running, foreign: &[(Arc<str>, i32, i64, i64)]) -> Result<()> {
        let mut pairs: Vec<(String, String)> = vec![("enable.auto.commit".into(), "false".into()), ("enable.partition.eof".into(), "true".into())];
        pairs.extend(self.config.client.iter().filter(|(k, _)| k != "group.id").cloned());
        for (topic, partition, from, to) in foreign {
            tracing::warn!("{topic} [{partition}]: offsets {from} to {to} are not ours; their keys are written again");
            let Some((task, store)) = self.store_of(r, topic, *partition) else { continue };
            let c = Consumer::new(pairs.iter().cloned())?;
            c.assign(&[TopicPartitionOffset::new(topic.clone(), *partition, *from)])?;
            let mut next = *from;
            let deadline = self.clock.mono_ms() + TIMEOUT.as_millis() as i64;
            while next < *to {
                if self.clock.mono_ms() > deadline {
                    return Err(Error::new(Code::TIMED_OUT, format!("{topic} [{partition}] could not be read at {next}")));
                }
                for e in c.poll(10_000, POLL)? {
                    match e {
                        Event::Records(set) => {
                            for x in set.iter().filter(|x| x.offset < *to) {
                                if let Some(k) = x.key {
                                    r.repair.push((task, store.clone(), k.to_vec()));
                                }
                            }
                            next = set.last_offset() + 1;
                        }
                        Event::PartitionEof { .. } => next = *to,
                        Event::Error(e) if e.fatal => return Err(e),
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }
    fn store_of(&self, r: &Running, topic: &str, partition: i32) -> Option<(TaskId, String)> {
        r.engine.tasks().filter(|t| t.partition == partition).find_map(|t| {
            let s = r.engine.stores(t).into_iter().find(|s| self.options.changelog_topic(&s.name) == topic)?;
            Some((t, s.name))
        })
    }

    fn revoke(&mut self, r: &mut Running, partitions: &[TopicPartitionOffset], lost: bool) -> Result<()> {
        self.status.set(State::Restoring);
        if !lost {
            self.process(r)?;
            self.commit(r)?;
            self.snapshots(r)?;
        }
        // What is committed is what is in memory, unless the commit did not go through.
        r.kept = (!lost && !r.dirty).then(|| {
            let ends = r.writer.ends().map(|(t, p, next)| (TopicPartition::new(t.clone(), p), next));
            r.input_offsets().into_iter().map(|o| (o.tp(), o.offset)).chain(ends).collect()
        });
        if r.kept.is_some() {
            r.engine.park();
        } else {
            r.close_tasks(|_| false);
        }
        r.assigned.clear();
        r.positions.clear();
        r.draining = None;
        r.held.clear();
        r.repair.clear();
        r.dirty = false;
        r.writer.forget(|_, _| true);
        let _ = partitions;
        r.consumer.unassign()
    }

    fn assign(&mut self, r: &mut Running, list: &[TopicPartitionOffset]) -> Result<()> {
        self.status.set(State::Restoring);
        let begun = self.clock.mono_ms();
        r.assigned = list.iter().map(TopicPartitionOffset::tp).collect();
        let complete = r.assigned == r.all;
        let mut tasks: BTreeSet<TaskId> = r.assigned.iter().filter_map(|t| r.engine.task_of(&t.topic, t.partition)).collect();
        // Tasks of a subtopology that no topic of its own feeds yet belong to whoever has everything.
        if complete {
            for (subtopology, n) in r.engine.partitions().iter().enumerate() {
                tasks.extend((0..*n).map(|partition| TaskId { subtopology, partition }));
            }
        }
        r.close_tasks(|id| tasks.contains(&id));
        // One request: what was committed for the inputs and for the changelogs.
        let mut wanted: Vec<Wanted> = Vec::new();
        for id in &tasks {
            for spec in r.engine.stores(*id) {
                let topic: Arc<str> = match &spec.source {
                    Some(s) => s.as_str().into(),
                    None => self.options.changelog_topic(&spec.name).into(),
                };
                wanted.push(Wanted { task: *id, spec, topic, committed: None, time: None, kept: false });
            }
        }
        let mut ask: BTreeSet<TopicPartition> = r.assigned.clone();
        ask.extend(wanted.iter().map(|w| TopicPartition::new(w.topic.clone(), w.task.partition)));
        let ask: Vec<TopicPartition> = ask.into_iter().collect();
        let committed: HashMap<TopicPartition, TopicPartitionOffset> =
            if ask.is_empty() { HashMap::new() } else { r.consumer.committed(&ask, TIMEOUT)?.into_iter().map(|o| (o.tp(), o)).collect() };
        if let Some(e) = committed.values().find_map(|o| o.error.clone()) {
            return Err(Error::new(e.code, format!("what was committed cannot be read: {}", e.message())));
        }
        for w in &mut wanted {
            if let Some(o) = committed.get(&TopicPartition::new(w.topic.clone(), w.task.partition)).filter(|o| o.offset >= 0) {
                w.committed = Some(o.offset);
                w.time = o.metadata.as_deref().and_then(|m| m.strip_prefix("time=")).and_then(|t| t.parse().ok());
            }
        }
        let kept = r.kept.take();
        let mut tasks_kept = 0;
        for id in &tasks {
            let mut of_task = wanted.iter().filter(|w| w.task == *id).map(|w| TopicPartition::new(w.topic.clone(), id.partition)).collect::<Vec<_>>();
            of_task.extend(r.assigned.iter().filter(|t| r.engine.task_of(&t.topic, t.partition) == Some(*id)).cloned());
            let now = |tp| committed.get(tp).map(|o| o.offset).filter(|o| *o >= 0);
            let goes_on = r.engine.tasks().any(|t| t == *id) && kept.as_ref().is_some_and(|k| of_task.iter().all(|tp| k.get(tp).copied() == now(tp)));
            if goes_on {
                tasks_kept += 1;
                wanted.iter_mut().filter(|w| w.task == *id).for_each(|w| w.kept = true);
            } else {
                r.engine.close(*id);
                r.engine.open(*id)?;
            }
        }
        let restore = Restore {
            client: &self.config.client,
            admin: &r.admin,
            application: &self.config.application,
            state_dir: self.config.state_dir.as_deref(),
            topic_ids: &r.topic_ids,
        };
        let restored = restore.run(&mut r.engine, &wanted)?;
        for (topic, partition, next) in &restored.ends {
            r.writer.begin(topic, *partition, *next);
        }
        r.dirty |= !restored.repair.is_empty();
        r.repair = restored.repair;
        r.metrics.restore_ms = self.clock.mono_ms() - begun;
        r.metrics.kept_tasks = tasks_kept;
        r.metrics.restored_snapshot = restored.from_snapshot;
        r.metrics.restored_changelog = restored.from_changelog;

        let latest: BTreeSet<&str> = self.plan.sources().filter(|(_, s)| s.from_latest).map(|(_, s)| s.topic.as_str()).collect();
        let mut places = Vec::new();
        for tp in &r.assigned {
            let at = committed.get(tp).map(|o| o.offset).filter(|o| *o >= 0);
            places.push(tp.at(at.unwrap_or(if latest.contains(&*tp.topic) { OFFSET_END } else { OFFSET_BEGINNING })));
            if let Some(at) = at {
                r.positions.insert(tp.clone(), at);
            }
        }
        r.engine.set_moves(Moves::Topics);
        self.expect_backlogs(r, &places)?;
        r.consumer.assign(&places)?;
        r.draining = None;
        if complete && !r.move_topics.is_empty() {
            // Rows that are still in the topics come before those that move in memory.
            let moves: Vec<TopicPartition> = r.assigned.iter().filter(|t| r.move_topics.contains(&*t.topic)).cloned().collect();
            let sources: Vec<TopicPartition> = r.assigned.iter().filter(|t| !r.move_topics.contains(&*t.topic)).cloned().collect();
            let specs: Vec<_> = moves.iter().map(|t| (t.clone(), OffsetSpec::Latest)).collect();
            let mut ends = HashMap::new();
            for (tp, end) in r.admin.list_offsets(&specs, true, TIMEOUT)? {
                let end = end?.offset;
                if r.positions.get(&tp).copied().unwrap_or(0) < end {
                    ends.insert(tp, end);
                }
            }
            if ends.is_empty() {
                r.engine.set_moves(Moves::Local);
            } else {
                r.consumer.pause(&sources)?;
                r.draining = Some(ends);
            }
        } else if complete {
            r.engine.set_moves(Moves::Local);
        }
        self.status.set(State::Running);
        Ok(())
    }

    /// Answers those who waited until the program has processed what there was when they asked.
    fn caught_up(&mut self, r: &mut Running) -> Result<()> {
        if r.behind.is_empty() || r.assigned.is_empty() || r.draining.is_some() {
            return Ok(());
        }
        let assigned: Vec<TopicPartition> = r.assigned.iter().cloned().collect();
        if r.behind.iter().any(|b| b.ends.is_none()) {
            let specs: Vec<_> = assigned.iter().map(|t| (t.clone(), OffsetSpec::Latest)).collect();
            let mut found = HashMap::new();
            for (tp, end) in r.admin.list_offsets(&specs, true, TIMEOUT)? {
                found.insert(tp, end?.offset);
            }
            r.behind.iter_mut().filter(|b| b.ends.is_none()).for_each(|b| b.ends = Some(found.clone()));
        }
        // Behind the last record may be markers, which the consumer passes over and nobody is told of.
        let at: HashMap<TopicPartition, i64> = r.consumer.position(&assigned).into_iter().map(|o| (o.tp(), o.offset)).collect();
        let reached = |tp: &TopicPartition, end: i64| {
            let next = r.positions.get(tp).copied().max(at.get(tp).copied()).unwrap_or(0);
            end <= 0 || next >= end || !r.assigned.contains(tp) || r.consumer.cached_watermarks(tp).0 >= end
        };
        let done = |b: &Behind| b.ends.as_ref().is_some_and(|e| e.iter().all(|(tp, end)| reached(tp, *end)));
        let (ready, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut r.behind).into_iter().partition(done);
        r.behind = rest;
        if ready.is_empty() {
            return Ok(());
        }
        if !r.engine.is_idle() {
            r.behind.extend(ready);
            return Ok(());
        }
        let outcome = self.commit(r);
        for b in ready {
            let _ = b.to.send(outcome.clone());
        }
        outcome
    }

    /// Partitions that have something to be read are waited for from the beginning, before their first records are here.
    fn expect_backlogs(&self, r: &mut Running, places: &[TopicPartitionOffset]) -> Result<()> {
        let of = |which: OffsetSpec| -> Vec<(TopicPartition, OffsetSpec)> { places.iter().map(|p| (p.tp(), which)).collect() };
        if places.is_empty() {
            return Ok(());
        }
        let starts = r.admin.list_offsets(&of(OffsetSpec::Earliest), true, TIMEOUT)?;
        let ends = r.admin.list_offsets(&of(OffsetSpec::Latest), true, TIMEOUT)?;
        for ((place, (_, start)), (_, end)) in places.iter().zip(starts).zip(ends) {
            let (start, end) = (start?.offset, end?.offset);
            let at = if place.offset >= 0 { place.offset.max(start) } else { start };
            r.engine.expect_more(&place.topic, place.partition, place.offset != OFFSET_END && at < end)?;
        }
        r.fed_ms = self.clock.mono_ms();
        Ok(())
    }

    /// Goes over to moves in memory once the topics are read to their ends.
    fn drained(r: &mut Running) -> Result<()> {
        let Some(ends) = &mut r.draining else { return Ok(()) };
        ends.retain(|tp, end| r.positions.get(tp).copied().unwrap_or(0) < *end);
        if ends.is_empty() && r.engine.is_idle() {
            // A chain of moves feeds the next topic while the first is drained: look again before it counts as empty.
            r.writer.settle(TIMEOUT)?;
            let moves: Vec<_> = r.assigned.iter().filter(|t| r.move_topics.contains(&*t.topic)).map(|t| (t.clone(), OffsetSpec::Latest)).collect();
            let mut more = HashMap::new();
            for (tp, end) in r.admin.list_offsets(&moves, true, TIMEOUT)? {
                let end = end?.offset;
                if r.positions.get(&tp).copied().unwrap_or(0) < end {
                    more.insert(tp, end);
                }
            }
            if !more.is_empty() {
                r.draining = Some(more);
                return Ok(());
            }
            r.draining = None;
            r.engine.set_moves(Moves::Local);
            let sources: Vec<TopicPartition> = r.assigned.iter().filter(|t| !r.move_topics.contains(&*t.topic)).cloned().collect();
            r.consumer.resume(&sources)?;
        }
        Ok(())
    }

    /// One file per store, of what is committed. Right behind a commit.
    fn snapshots(&mut self, r: &mut Running) -> Result<()> {
        r.snapshot_ms = self.clock.mono_ms();
        let Some(dir) = &self.config.state_dir else { return Ok(()) };
        if r.dirty {
            return Ok(()); // The last commit did not go through: what is in memory is more than what is committed.
        }
        let ends: HashMap<(String, i32), i64> = r.writer.ends().map(|(t, p, n)| ((t.to_string(), p), n)).collect();
        let tasks: Vec<TaskId> = r.engine.tasks().collect();
        for id in tasks {
            for spec in r.engine.stores(id).into_iter().filter(|s| s.source.is_none()) {
                let topic = self.options.changelog_topic(&spec.name);
                let Some(offset) = ends.get(&(topic.clone(), id.partition)).copied() else { continue };
                let header = snapshot::Header {
                    topic_id: r.topic_ids.get(&topic).cloned().unwrap_or_default(),
                    topic,
                    partition: id.partition,
                    offset,
                    time: r.engine.store_time(id, &spec.name),
                };
                let path = snapshot::path(dir, &self.config.application, &spec.name, id.partition);
                let mut failed = Ok(());
                let written = snapshot::write(&path, &header, |each| failed = r.engine.scan(id, &spec.name, each));
                // State is safe in its changelog; a snapshot only makes the way back shorter.
                if let Err(e) = written.and(failed) {
                    tracing::warn!("no snapshot of {}: {}", spec.name, e.message());
                }
            }
        }
        Ok(())
    }
}
