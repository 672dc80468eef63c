//! The admin client's public face. Every call blocks up to its timeout; a per-item outcome is in the item, a failure of the
//! whole call is the call's error.
//!
//! What may pass is tried again with growing pauses until the timeout: a broker that cannot be reached, a controller, leader or
//! coordinator that moved or is loading. What is then still open is `TIMED_OUT`, with what was waited for. A request whose answer
//! got lost is repeated as well, so that a creation may report `TOPIC_ALREADY_EXISTS` for what its first attempt made.
//!
//! Owns: which broker is asked what, and which outcome is final (`admin/*`). Does not own: connections, versions and the metadata
//! cache (`cluster`), the questions about offsets that the consumer asks too (`offsets`).

mod call;
mod configs;
mod groups;
mod topics;

use crate::cluster::Cluster;
use crate::config::Config;
use crate::types::{BrokerMetadata, Metadata, TopicMetadata, TopicPartition, TopicPartitionOffset};
use call::Call;
use std::collections::HashSet;
use std::fmt::{self, Display};
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use wellhead_base::{Code, Error, Result};

/// A topic to create.
#[derive(Clone, Debug, Default)]
pub struct NewTopic {
    pub name: String,
    /// -1: the broker's default.
    pub partitions: i32,
    /// -1: the broker's default.
    pub replication: i32,
    /// Replica ids per partition; empty: the broker chooses. When given, `partitions` and `replication` are ignored.
    pub assignment: Vec<Vec<i32>>,
    pub configs: Vec<(String, String)>,
}

/// What a config belongs to. The numbers are Kafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i8)]
pub enum ResourceType {
    Unknown = 0,
    Topic = 2,
    Group = 32,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConfigResource {
    pub kind: ResourceType,
    pub name: String,
}
impl Display for ConfigResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.kind, self.name)
    }
}
#[derive(Clone, Debug)]
pub struct ConfigEntry {
    pub name: String,
    /// None when sensitive.
    pub value: Option<String>,
    pub read_only: bool,
    pub is_default: bool,
    pub sensitive: bool,
    /// Kafka's number: 1 topic, 2 dynamic broker, 4 static broker, 5 default, ...
    pub source: i8,
    pub synonyms: Vec<ConfigSynonym>,
    /// Kafka's number; 0 where not told.
    pub kind: i8,
    pub documentation: Option<String>,
}
#[derive(Clone, Debug)]
pub struct ConfigSynonym {
    pub name: String,
    pub value: Option<String>,
    pub source: i8,
}
/// What IncrementalAlterConfigs does to one config.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum AlterOp {
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}
#[derive(Clone, Debug)]
pub struct ConfigChange {
    pub name: String,
    pub op: AlterOp,
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct ClusterDescription {
    pub cluster_id: String,
    pub controller_id: i32,
    pub brokers: Vec<BrokerMetadata>,
    /// A bit per operation; i32::MIN when not told.
    pub authorized_operations: i32,
}
#[derive(Clone, Debug)]
pub struct GroupListing {
    pub group_id: String,
    /// `consumer` for consumers; "" for a group that only holds offsets.
    pub protocol_type: String,
    /// As Kafka names it: `Stable`, `Empty`, ...; "" where not told.
    pub state: String,
    /// `classic` or `consumer`; "" where not told.
    pub group_type: String,
}
#[derive(Clone, Debug)]
pub struct GroupDescription {
    pub group_id: String,
    /// As Kafka names it; `Dead` for a group that does not exist.
    pub state: String,
    pub protocol_type: String,
    /// The assignor's name.
    pub protocol: String,
    pub members: Vec<MemberDescription>,
    pub coordinator: BrokerMetadata,
    pub authorized_operations: i32,
}
#[derive(Clone, Debug)]
pub struct MemberDescription {
    pub member_id: String,
    pub group_instance_id: Option<String>,
    pub client_id: String,
    pub client_host: String,
    /// Empty also when the group's protocol is not that of consumers.
    pub assignment: Vec<TopicPartition>,
}
/// Which offset `list_offsets` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    Earliest,
    Latest,
    MaxTimestamp,
    EarliestLocal,
    LatestTiered,
    /// The first at or after this many milliseconds.
    Timestamp(i64),
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedOffset {
    /// -1: no record is that late.
    pub offset: i64,
    /// Of that record, in milliseconds; -1 where the question was not about one.
    pub timestamp: i64,
    pub leader_epoch: i32,
}

/// A config's name and value; None: the default.
pub type ConfigValue = (String, Option<String>);

/// Outcomes by name, in the order asked for.
pub type Outcomes<T> = Vec<(String, Result<T>)>;

/// How long after its timeout a call is given up that did not notice it by itself.
const GRACE: Duration = Duration::from_millis(500);

/// A shared handle.
#[derive(Clone)]
pub struct Admin {
    inner: Arc<Inner>,
}

struct Inner {
    cluster: Arc<Cluster>,
    client_id: Arc<str>,
    /// The cluster's connections end with this client.
    owned: bool,
    closed: watch::Sender<bool>,
}

impl Admin {
    /// Reads librdkafka's property names; those of producers and consumers are accepted and ignored. Connects to nobody yet.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Result<Admin> {
        let cluster = Cluster::new(Config::read(pairs)?.cluster()?)?;
        let client_id = cluster.cfg.client_id.as_str().into();
        Ok(Self { inner: Arc::new(Inner { cluster, client_id, owned: true, closed: watch::channel(false).0 }) })
    }
    /// Tells `listener`, from a task of the runtime, of brokers that cannot be reached (TRANSPORT, RESOLVE) and that none can be
    /// (ALL_BROKERS_DOWN), also before anything is asked. It must not block.
    pub fn watch_troubles(&self, listener: impl Fn(Error) + Send + Sync + 'static) {
        self.inner.cluster.on_trouble(listener);
        self.inner.cluster.probe();
    }
    /// Over the connections of another client; closing the one does not close the other.
    #[allow(dead_code, reason = "so far only tests share a client's connections")]
    pub(crate) fn over(cluster: Arc<Cluster>, client_id: impl Into<Arc<str>>) -> Admin {
        Self { inner: Arc::new(Inner { cluster, client_id: client_id.into(), owned: false, closed: watch::channel(false).0 }) }
    }

    /// Creates topics, and waits within the timeout until the metadata shows their partitions with leaders, so that they can be
    /// written to at once. A topic that was created but does not show in time is still a success. `validate_only`: nothing is
    /// created, the outcome tells what would be.
    pub fn create_topics(&self, topics: &[NewTopic], timeout: Duration, validate_only: bool) -> Result<Outcomes<()>> {
        once("topic", topics.iter().map(|t| &t.name))?;
        let topics = topics.to_vec();
        self.run("creating topics", timeout, |call| topics::create(call, topics.into(), validate_only))
    }
    pub fn delete_topics(&self, topics: &[&str], timeout: Duration) -> Result<Outcomes<()>> {
        once("topic", topics)?;
        let topics = owned(topics);
        self.run("deleting topics", timeout, |call| topics::delete(call, topics))
    }
    /// `(topic, new total, replica ids of each new partition or empty)`. Waits for the new partitions as `create_topics` does.
    pub fn create_partitions(&self, topics: &[(&str, i32, Vec<Vec<i32>>)], timeout: Duration, validate_only: bool) -> Result<Outcomes<()>> {
        once("topic", topics.iter().map(|t| t.0))?;
        let topics: Arc<[_]> = topics.iter().map(|(name, total, replicas)| ((*name).to_owned(), *total, replicas.clone())).collect();
        self.run("creating partitions", timeout, move |call| topics::add_partitions(call, topics, validate_only))
    }
    /// Deletes what lies before each offset (OFFSET_END: everything). The answer's offset is the new first one.
    pub fn delete_records(&self, before: &[TopicPartitionOffset], timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        once("partition", before.iter().map(TopicPartitionOffset::tp))?;
        let before: Arc<[_]> = before.into();
        self.run("deleting records", timeout, |call| topics::delete_records(call, before))
    }
    /// One topic or all of them. Does not create it.
    pub fn metadata(&self, topic: Option<&str>, timeout: Duration) -> Result<Metadata> {
        let topic = topic.map(str::to_owned);
        self.run("metadata", timeout, |call| async move {
            let one: Option<[&str; 1]> = topic.as_deref().map(|t| [t]);
            call.cluster.metadata(one.as_ref().map(|t| &t[..]), false, call.left()).await
        })
    }
    /// In the order asked for; a topic that does not exist has its `error` set.
    pub fn describe_topics(&self, topics: &[&str], timeout: Duration) -> Result<Vec<TopicMetadata>> {
        let topics = owned(topics);
        self.run("describing topics", timeout, |call| topics::describe(call, topics))
    }
    pub fn describe_cluster(&self, timeout: Duration) -> Result<ClusterDescription> {
        self.run("describing the cluster", timeout, configs::describe_cluster)
    }
    /// Every config of each resource. What belongs to a broker is asked of that broker.
    pub fn describe_configs(&self, resources: &[ConfigResource], timeout: Duration) -> Result<Vec<(ConfigResource, Result<Vec<ConfigEntry>>)>> {
        once("resource", resources)?;
        let resources = resources.into();
        self.run("describing configs", timeout, |call| configs::describe(call, resources))
    }
    /// Replaces all configs of each resource.
    pub fn alter_configs(
        &self,
        changes: &[(ConfigResource, Vec<ConfigValue>)],
        timeout: Duration,
        validate_only: bool,
    ) -> Result<Vec<(ConfigResource, Result<()>)>> {
        once("resource", changes.iter().map(|c| &c.0))?;
        let (resources, values) = changes.iter().cloned().unzip();
        self.run("altering configs", timeout, move |call| configs::alter(call, resources, values, validate_only))
    }
    pub fn incremental_alter_configs(
        &self,
        changes: &[(ConfigResource, Vec<ConfigChange>)],
        timeout: Duration,
        validate_only: bool,
    ) -> Result<Vec<(ConfigResource, Result<()>)>> {
        once("resource", changes.iter().map(|c| &c.0))?;
        let (resources, changes) = changes.iter().cloned().unzip();
        self.run("altering configs", timeout, move |call| configs::alter_some(call, resources, changes, validate_only))
    }
    /// Groups of all brokers, by name. `states` (e.g. `Stable`) and `types` (e.g. `classic`) filter; empty: all. A broker that fails
    /// is in the second list.
    pub fn list_groups(&self, states: &[&str], types: &[&str], timeout: Duration) -> Result<(Vec<GroupListing>, Vec<Error>)> {
        let (states, types) = (owned(states), owned(types));
        self.run("listing groups", timeout, |call| groups::list(call, states, types))
    }
    /// A group that does not exist is described as `Dead`, whatever the broker's age.
    pub fn describe_groups(&self, groups: &[&str], timeout: Duration) -> Result<Outcomes<GroupDescription>> {
        once("group", groups)?;
        let groups = owned(groups);
        self.run("describing groups", timeout, |call| groups::describe(call, groups))
    }
    pub fn delete_groups(&self, groups: &[&str], timeout: Duration) -> Result<Outcomes<()>> {
        once("group", groups)?;
        let groups = owned(groups);
        self.run("deleting groups", timeout, |call| groups::delete(call, groups))
    }
    /// None: every partition with a committed offset. OFFSET_INVALID where there is none. `require_stable`: offsets of transactions
    /// that are not decided yet are waited for.
    pub fn list_group_offsets(
        &self,
        group: &str,
        partitions: Option<&[TopicPartition]>,
        require_stable: bool,
        timeout: Duration,
    ) -> Result<Vec<TopicPartitionOffset>> {
        once("partition", partitions.unwrap_or_default())?;
        let (group, partitions) = (group.to_owned(), partitions.map(<[_]>::to_vec));
        self.run("a group's offsets", timeout, move |call| groups::offsets(call, group, partitions, require_stable))
    }
    /// Commits for a group without members; a partition's outcome is in its `error`.
    pub fn alter_group_offsets(&self, group: &str, offsets: &[TopicPartitionOffset], timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        once("partition", offsets.iter().map(TopicPartitionOffset::tp))?;
        if let Some(o) = offsets.iter().find(|o| o.offset < 0) {
            return Err(Error::invalid_arg(format!("{}: an offset to commit must be 0 or more, not {}", o.tp(), o.offset)));
        }
        let group = group.to_owned();
        let offsets = offsets.into();
        self.run("committing a group's offsets", timeout, |call| groups::commit(call, group, offsets))
    }
    /// Forgets what a group committed; a partition's outcome is in its `error`.
    pub fn delete_group_offsets(&self, group: &str, partitions: &[TopicPartition], timeout: Duration) -> Result<Vec<TopicPartitionOffset>> {
        once("partition", partitions)?;
        let group = group.to_owned();
        let partitions = partitions.into();
        self.run("deleting a group's offsets", timeout, |call| groups::delete_offsets(call, group, partitions))
    }
    /// In the order asked for. `read_committed`: `Latest` is the last stable offset.
    pub fn list_offsets(
        &self,
        specs: &[(TopicPartition, OffsetSpec)],
        read_committed: bool,
        timeout: Duration,
    ) -> Result<Vec<(TopicPartition, Result<ListedOffset>)>> {
        once("partition", specs.iter().map(|s| &s.0))?;
        if let Some((tp, _)) = specs.iter().find(|s| matches!(s.1, OffsetSpec::Timestamp(t) if t < 0)) {
            return Err(Error::invalid_arg(format!("{tp}: a timestamp must be 0 or more")));
        }
        let specs = specs.into();
        self.run("listing offsets", timeout, move |call| topics::list_offsets(call, specs, read_committed))
    }
    pub fn client_id(&self) -> &str {
        &self.inner.client_id
    }
    /// Cancels what is under way, which ends as `DESTROY`; further calls return `STATE`.
    pub fn close(&self) {
        if !self.inner.closed.send_replace(true) && self.inner.owned {
            self.inner.cluster.close();
        }
    }

    /// Runs a call on the runtime and blocks for its end.
    fn run<T, F>(&self, what: &'static str, timeout: Duration, work: impl FnOnce(Call) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let mut closed = self.inner.closed.subscribe();
        if *closed.borrow_and_update() {
            return Err(Error::new(Code::STATE, "the admin client is closed"));
        }
        // At once, under the code that librdkafka gives it after its time-out.
        if self.inner.cluster.cfg.bootstrap.is_empty() {
            return Err(Error::new(Code::TIMED_OUT, format!("{what}: {}", crate::cluster::NO_BOOTSTRAP)));
        }
        let work = work(Call::new(self.inner.cluster.clone(), what, timeout));
        self.inner.cluster.block_on(timeout.saturating_add(GRACE), async move {
            tokio::select! {
                done = work => done,
                _ = closed.wait_for(|c| *c) => Err(Error::new(Code::DESTROY, "the admin client was closed meanwhile")),
            }
        })
    }
}

/// Nothing may be named twice: its outcome would be told by name.
fn once<T: Eq + Hash + Display>(what: &str, names: impl IntoIterator<Item = T>) -> Result<()> {
    let mut seen = HashSet::new();
    for n in names {
        if seen.contains(&n) {
            return Err(Error::invalid_arg(format!("{what} {n} is named twice")));
        }
        seen.insert(n);
    }
    Ok(())
}
fn owned(names: &[&str]) -> Arc<[String]> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

#[cfg(test)]
mod tests;
