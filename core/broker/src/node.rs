//! One node: everything a handler needs. Owns: the metadata, the open partitions, producer ids, fetch sessions, the coordinator; the
//! commands that change the metadata with what follows from them. Does not own: listeners and the order of start and stop (`broker`).

use crate::config::{Config, log_config};
use crate::coordinator::Coordinator;
use crate::metadata::{Applied, Metadata};
use crate::meters::{Metered, Meters, metered};
use crate::newcomers::Newcomers;
use crate::open::Blocking;
use crate::partitions::{Partition, Partitions, Waiters};
use crate::sessions::Sessions;
use bytes::BytesMut;
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use wellhead_base::env::{Clock, Rng};
use wellhead_base::{Code, Error, Result, TopicId};
use wellhead_log::{LogConfig, LogDir};
use wellhead_net::{Answer, Endpoint, Peer, Service};
use wellhead_state::image::{self, CreateTopics, CreatedTopic, Decision, DeleteTopic, DeletedTopic, Image, NewTopic, Record, Resource, Topic};
use wellhead_wire::ApiKey;

/// See the module.
pub struct Node {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub log_dir: LogDir,
    pub metadata: Metadata,
    pub partitions: Partitions,
    pub sessions: Mutex<Sessions>,
    /// Connections that have just come.
    newcomers: Mutex<Newcomers>,
    /// Whether there are any, for the hot path.
    any_newcomers: AtomicBool,
    pub coordinator: Coordinator,
    /// The process's runtime.
    pub runtime: Handle,
    blocking: Blocking,
    /// Kafka's id of the directory, from `meta.properties`.
    pub directory_id: TopicId,
    pub(crate) rng: Mutex<Rng>,
    /// Producer ids not given out yet: the next one, and the end of the block.
    pub(crate) producer_ids: Mutex<(i64, i64)>,
    /// What was asked of this node, and how long answers took.
    pub meters: Meters,
    /// When it was opened, by the clock that never goes back.
    pub started_ms: i64,
    /// Partitions are being recovered in the background.
    recovering: AtomicBool,
    stopping: AtomicBool,
    stop_waiters: Arc<Waiters>,
}

/// What a node is made of.
pub struct Parts {
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    pub log_dir: LogDir,
    pub metadata: Metadata,
    pub runtime: Handle,
    pub blocking: Blocking,
    pub directory_id: TopicId,
    pub rng: Rng,
}

impl Node {
    pub fn new(parts: Parts) -> Arc<Node> {
        Arc::new_cyclic(|weak| Node {
            sessions: Mutex::new(Sessions::new(parts.config.int("max.incremental.fetch.session.cache.slots").max(0) as usize)),
            started_ms: parts.clock.mono_ms(),
            config: parts.config,
            clock: parts.clock,
            log_dir: parts.log_dir,
            metadata: parts.metadata,
            partitions: Partitions::default(),
            newcomers: Mutex::default(),
            any_newcomers: AtomicBool::new(false),
            coordinator: Coordinator::new(weak.clone()),
            runtime: parts.runtime,
            blocking: parts.blocking,
            directory_id: parts.directory_id,
            rng: Mutex::new(parts.rng),
            producer_ids: Mutex::new((0, 0)),
            meters: Meters::default(),
            recovering: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            stop_waiters: Arc::default(),
        })
    }

    pub fn node_id(&self) -> i32 {
        self.config.node_id
    }

    /// Where a client of this connection finds this node: what was advertised, else the address it connected to. In process the
    /// host is the embedded name and the port 0.
    pub fn endpoint(&self, peer: &Peer) -> (String, i32) {
        match (&peer.local, &self.config.advertised) {
            (Endpoint::Embedded(name), _) => (name.to_string(), 0),
            (Endpoint::Tcp(_), Some(advertised)) => advertised.clone(),
            (Endpoint::Tcp(local), None) => (local.ip().to_string(), i32::from(local.port())),
        }
    }

    /// Runs `f`, which blocks on the disk, where it may.
    pub fn spawn_blocking<T: Send + 'static>(&self, f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        self.blocking.spawn(&self.runtime, f)
    }

    /// Tells what waits without need (fetches, joins of groups) to answer now.
    pub fn begin_stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.stop_waiters.wake();
        self.coordinator.begin_stop();
    }
    /// After an unclean stop, until every partition was looked at.
    pub fn recovering(&self) -> bool {
        self.recovering.load(Ordering::Relaxed)
    }
    pub(crate) fn set_recovering(&self, yes: bool) {
        self.recovering.store(yes, Ordering::Relaxed);
    }
    pub fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
    /// Woken when the node begins to stop.
    pub fn stop_waiters(&self) -> &Arc<Waiters> {
        &self.stop_waiters
    }

    /// The topic of this name.
    pub fn topic(&self, name: &str) -> Option<Arc<Topic>> {
        self.metadata.image().topic(name).cloned()
    }

    /// A partition by its topic's name. Opens its log on first use; touches no file of one never written.
    pub fn partition(&self, topic: &str, partition: i32) -> Result<Arc<Partition>, Code> {
        let found = {
            let image = self.metadata.image();
            let topic = image.topic(topic).ok_or(Code::UNKNOWN_TOPIC_OR_PART)?;
            self.partition_of(&image, topic, partition)?
        };
        self.recovered(&found);
        Ok(found)
    }

    /// A partition by its topic's id.
    pub fn partition_by_id(&self, topic: TopicId, partition: i32) -> Result<Arc<Partition>, Code> {
        let found = match self.partitions.get(topic, partition) {
            Some(p) => p,
            None => {
                let image = self.metadata.image();
                let topic = image.topic_by_id(topic).ok_or(Code::UNKNOWN_TOPIC_ID)?;
                self.partition_of(&image, topic, partition)?
            }
        };
        self.recovered(&found);
        Ok(found)
    }

    /// After an unclean stop a partition's first use recovers it, here and with no lock held. After a clean one that is a matter of
    /// microseconds and happens where it is needed.
    fn recovered(&self, partition: &Partition) {
        if !self.log_dir.was_clean() {
            partition.recover(self.blocking);
        }
    }

    /// A partition of a topic of `image`, which the caller still holds.
    fn partition_of(&self, image: &Image, topic: &Topic, partition: i32) -> Result<Arc<Partition>, Code> {
        let state = usize::try_from(partition).ok().and_then(|p| topic.partitions.get(p)).ok_or(Code::UNKNOWN_TOPIC_OR_PART)?;
        self.partitions
            .get_or_open(topic.id, partition, state.leader_epoch, || {
                self.log_dir.partition(&topic.name, partition, topic.id, self.log_config(image, topic))
            })
            .map_err(|e| {
                tracing::error!(topic = &*topic.name, partition, "a partition cannot be opened: {e}");
                e.code()
            })
    }

    fn log_config(&self, image: &Image, topic: &Topic) -> LogConfig {
        log_config(&self.config, image, Some(topic))
    }

    /// Runs a command on the metadata, durably, and what follows from it: configs of open logs, files of deleted topics. Goes on
    /// when the caller goes away.
    pub async fn command<R: Send + 'static>(self: &Arc<Self>, decide: impl FnOnce(&Image, &mut Rng) -> Decision<R> + Send + 'static) -> Result<R> {
        let node = self.clone();
        let task = self.runtime.spawn(async move {
            let (applied, before) = (node.clone(), node.clone());
            node.metadata.execute(decide, move |image, records| before.make_way(image, records), move |a| applied.applied(a)).await
        });
        task.await.unwrap_or_else(|_| Err(Error::new(Code::UNKNOWN, "the broker is stopping")))
    }

    /// Puts aside whatever lies where partitions are about to be made. It is nobody's: what a deletion left that a power cut interrupted.
    /// It may have lost its topic id, and then it would pass for the new topic's own once the topic exists.
    fn make_way(&self, image: &Image, records: &[Record]) -> Result<()> {
        let mut names: HashMap<TopicId, &str> = HashMap::new();
        let mut new: Vec<(String, i32)> = Vec::new();
        for r in records {
            match r {
                Record::Topic { name, id } => {
                    names.insert(*id, name);
                }
                Record::Partition { topic, partition, .. } => {
                    let name = names.get(topic).map(|n| (*n).to_owned()).or_else(|| image.topic_by_id(*topic).map(|t| t.name.to_string()));
                    new.extend(name.map(|n| (n, *partition)));
                }
                _ => {}
            }
        }
        let clear = || new.iter().try_for_each(|(name, partition)| self.log_dir.clear(name, *partition));
        if new.is_empty() { Ok(()) } else { self.blocking.in_place(clear).map_err(|e| Error::new(e.code(), e.to_string())) }
    }

    /// What follows from a command. The work that it returns is over before the next command, so that a topic made again under a
    /// name that was just deleted does not meet the old one's logs.
    fn applied(self: &Arc<Self>, applied: Applied) -> Option<JoinHandle<()>> {
        let mut all = false;
        let mut topics = std::collections::BTreeSet::new();
        for r in &applied.records {
            match r {
                Record::Config { resource: Resource::Broker(_), .. } => all = true,
                Record::Config { resource: Resource::Topic(name), .. } => {
                    topics.insert(name.as_str());
                }
                _ => {}
            }
        }
        if all || !topics.is_empty() {
            let image = self.metadata.image();
            for (id, _, p) in self.partitions.all() {
                if let Some(topic) = image.topic_by_id(id)
                    && (all || topics.contains(&*topic.name))
                {
                    p.log.set_config(self.log_config(&image, topic));
                }
            }
        }
        if applied.removed.is_empty() {
            return None;
        }
        let names: Vec<String> = applied.removed.iter().map(|(n, _, _)| n.to_string()).collect();
        self.coordinator.topics_deleted(&names);
        let node = self.clone();
        Some(self.spawn_blocking(move || node.delete_files(&applied.removed)))
    }

    /// Removes the files of deleted topics. Blocks on the disk.
    fn delete_files(&self, removed: &[(Arc<str>, TopicId, usize)]) {
        let on_disk: HashSet<(String, i32)> = self.log_dir.partitions_on_disk().into_iter().collect();
        for (name, id, partitions) in removed {
            for partition in 0..*partitions as i32 {
                let open = self.partitions.remove(*id, partition);
                let result = match &open {
                    Some(p) => p.log.delete(),
                    None if on_disk.contains(&(name.to_string(), partition)) => {
                        self.log_dir.partition(name, partition, *id, LogConfig::default()).and_then(|log| log.delete())
                    }
                    None => Ok(()),
                };
                if let Err(e) = result {
                    tracing::warn!(topic = &**name, partition, "the files of a deleted partition stay: {e}");
                }
                if let Some(p) = open {
                    p.waiters.wake();
                }
            }
        }
    }

    /// Makes the topics of these names that do not exist, as Kafka does when a client asks for one; those that are internal with
    /// their own partitions and configs. One result per distinct name.
    pub async fn create_missing(self: &Arc<Self>, names: Vec<String>) -> Result<Vec<CreatedTopic>> {
        let topics = names.into_iter().map(|name| self.new_topic(name)).collect();
        self.create_topics(CreateTopics { topics, validate_only: false }).await
    }

    fn new_topic(&self, name: String) -> NewTopic {
        if name != image::OFFSETS_TOPIC {
            return NewTopic { name, num_partitions: -1, replication_factor: -1, assignments: Vec::new(), configs: Vec::new() };
        }
        let config = |k: &str, v: String| (k.to_owned(), Some(v));
        NewTopic {
            name,
            num_partitions: self.config.int("offsets.topic.num.partitions") as i32,
            replication_factor: self.config.int("offsets.topic.replication.factor") as i16,
            assignments: Vec::new(),
            configs: vec![
                config("cleanup.policy", "compact".into()),
                config("compression.type", "producer".into()),
                config("segment.bytes", self.config.text("offsets.topic.segment.bytes")),
            ],
        }
    }

    pub async fn create_topics(self: &Arc<Self>, command: CreateTopics) -> Result<Vec<CreatedTopic>> {
        self.command(move |image, rng| image.create_topics(&command, rng)).await
    }

    pub async fn delete_topics(self: &Arc<Self>, topics: Vec<DeleteTopic>) -> Result<Vec<DeletedTopic>> {
        self.command(move |image, _| image.delete_topics(&topics)).await
    }

    /// A producer id that was never given out before.
    pub async fn next_producer_id(self: &Arc<Self>) -> Result<i64> {
        loop {
            {
                let mut block = self.producer_ids.lock();
                if block.0 < block.1 {
                    block.0 += 1;
                    return Ok(block.0 - 1);
                }
            }
            let (first, count) = self.command(|image, _| image.allocate_producer_ids()).await??;
            let mut block = self.producer_ids.lock();
            if block.0 >= block.1 {
                *block = (first, first + count);
            }
        }
    }
}

impl Node {
    /// Takes note of what a connection asks for, while connections are new.
    pub(crate) fn saw_request(&self, connection: u64, client_id: &str, api: ApiKey) {
        if api != ApiKey::ApiVersions && !self.any_newcomers.load(Ordering::Relaxed) {
            return;
        }
        let mut newcomers = self.newcomers.lock();
        newcomers.saw(connection, client_id, api, self.clock.mono_ms());
        self.any_newcomers.store(!newcomers.is_empty(), Ordering::Relaxed);
    }
    /// Other clients seem to be starting beside the one that joins a group now.
    pub(crate) fn company_is_coming(&self) -> bool {
        self.newcomers.lock().company(self.clock.mono_ms())
    }
}

impl Metered for Node {
    fn meters(&self) -> &Meters {
        &self.meters
    }
    fn clock(&self) -> &dyn Clock {
        &*self.clock
    }
}

/// The node as the server calls it.
pub struct NodeService(pub Arc<Node>);

impl Service for NodeService {
    fn call(&self, peer: &Arc<Peer>, request: BytesMut) -> Answer {
        // The key is the frame's first two bytes; dispatch looks whether it is one.
        let key = request.first_chunk().map_or(-1, |b| i16::from_be_bytes(*b));
        let begun_us = self.0.clock.mono_us();
        metered(&self.0, key, begun_us, crate::api::dispatch(&self.0, peer, request))
    }
}
