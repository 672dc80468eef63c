//! What a client knows of its cluster, and how it asks: bootstrap, one connection per broker and class of requests, version
//! negotiation, the metadata cache, coordinators. Shared by producer, consumer and admin.
//!
//! Does not own: which request to send when, and what to retry (the callers).
//!
//! Invariants:
//! - A version is one that both sides know, and the newest such.
//! - A leader of an older epoch never replaces one of a newer epoch of the same topic id.
//! - A broken connection is tried again only after its pause, whoever asks.

mod cache;
mod link;

pub(crate) use cache::{MetadataCache, TopicInfo};
pub(crate) use link::Link;

use crate::config::{Backoff, ClusterConfig};
use crate::stats::{BrokerStats, Counters};
use crate::types::{BrokerMetadata, Metadata, PartitionMetadata, TopicMetadata};
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use wellhead_base::env::{Clock, SystemClock};
use wellhead_base::limits::CLUSTER_BROKERS_MAX;
use wellhead_base::{Code, Error, Result};
use wellhead_net::{Address, NetError};
use wellhead_wire::Request;
use wellhead_wire::messages::metadata_request::MetadataRequestTopic;
use wellhead_wire::messages::{FindCoordinatorRequest, MetadataRequest, MetadataResponse};

/// Who is to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Any broker; bootstrap addresses while none is known.
    Any,
    Node(i32),
    Controller,
}

/// Requests that may keep a connection waiting have one of their own, so that none waits behind another: a broker may answer the
/// requests of one connection one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Control,
    Produce,
    Fetch,
    /// Fetches that must not wait behind a fetch that waits for data.
    FetchAside,
    /// Heartbeat, OffsetCommit, OffsetFetch, LeaveGroup.
    Group,
    /// JoinGroup and SyncGroup, which wait for other members: commits and the goodbye must not wait behind them.
    Join,
}

pub(crate) const NO_BOOTSTRAP: &str = "bootstrap.servers is not set: no broker to begin with";

type SlotKey = (Address, Class);

/// One broker and class: the connection, or when to try again. The lock is asynchronous because connecting happens under it, so
/// that those who ask meanwhile wait for the one attempt.
#[derive(Default)]
struct Slot(tokio::sync::Mutex<SlotState>);
impl Slot {
    /// Whether its connection stands; one that is being made does not yet.
    fn stands(&self) -> bool {
        self.0.try_lock().is_ok_and(|s| s.link.as_ref().is_some_and(|l| !l.conn.is_closed()))
    }
}
#[derive(Default)]
struct SlotState {
    link: Option<Arc<Link>>,
    failures: u32,
    retry_at_ms: i64,
    why: Option<NetError>,
}

/// Who is told of brokers that cannot be reached. Each is told once, until it was reached again; and once that none can be.
#[derive(Default)]
struct Troubles {
    listener: OnceLock<Listener>,
    told: Mutex<Told>,
}
type Listener = Box<dyn Fn(Error) + Send + Sync>;
#[derive(Default)]
struct Told {
    addresses: HashSet<Address>,
    all: bool,
}

pub(crate) struct Cluster {
    pub cfg: ClusterConfig,
    pub handle: Handle,
    pub clock: Arc<dyn Clock>,
    cache: Mutex<MetadataCache>,
    slots: Mutex<HashMap<SlotKey, Arc<Slot>>>,
    counters: Mutex<HashMap<Address, Arc<Counters>>>,
    coordinators: Mutex<HashMap<String, i32>>,
    correlation: AtomicI32,
    /// Counts changes of the cache.
    changed: watch::Sender<u64>,
    closed: watch::Sender<bool>,
    troubles: Troubles,
}

impl Cluster {
    /// Starts the runtime if need be; connects to nobody yet.
    pub fn new(cfg: ClusterConfig) -> Result<Arc<Cluster>> {
        let handle = wellhead_net::runtime()?;
        Ok(Arc::new(Cluster {
            cfg,
            handle,
            clock: Arc::new(SystemClock::default()),
            cache: Mutex::default(),
            slots: Mutex::default(),
            counters: Mutex::default(),
            coordinators: Mutex::default(),
            correlation: AtomicI32::new(0),
            changed: watch::channel(0).0,
            closed: watch::channel(false).0,
            troubles: Troubles::default(),
        }))
    }

    /// Runs `work` on the runtime and blocks this thread for its end, which is an error `TIMED_OUT` after `timeout`. May be
    /// called from anywhere but a task of the runtime itself. Closing the cluster ends it with DESTROY, however long it may take:
    /// a thread must not wait for an answer that nobody fetches any more.
    pub fn block_on<T: Send + 'static>(&self, timeout: Duration, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        wellhead_net::pid_check()?;
        let (tx, rx) = std::sync::mpsc::sync_channel(1);
        let mut closed = self.closed.subscribe();
        self.handle.spawn(async move {
            let done = tokio::select! {
                biased;
                r = tokio::time::timeout(timeout.min(Duration::from_secs(86_400)), work) => match r {
                    Ok(r) => r,
                    Err(_) => Err(Error::code(Code::TIMED_OUT)),
                },
                _ = closed.wait_for(|c| *c) => Err(Error::new(Code::DESTROY, "the client was closed")),
            };
            let _ = tx.send(done);
        });
        rx.recv().unwrap_or_else(|_| Err(Error::new(Code::DESTROY, "the runtime has stopped")))
    }

    /// Closes every connection; what is under way fails with TRANSPORT.
    pub fn close(&self) {
        self.closed.send_replace(true);
        let slots = std::mem::take(&mut *self.slots.lock());
        for slot in slots.into_values() {
            if let Ok(s) = slot.0.try_lock()
                && let Some(link) = &s.link
            {
                link.conn.close();
            }
        }
    }

    /// Tells `listener`, from a task of the runtime, of each broker that cannot be reached (TRANSPORT, RESOLVE) and that none can be
    /// (ALL_BROKERS_DOWN). It must not block. The first one stays.
    pub fn on_trouble(&self, listener: impl Fn(Error) + Send + Sync + 'static) {
        let _ = self.troubles.listener.set(Box::new(listener));
    }
    fn tell(&self, news: impl FnOnce(&mut Told) -> bool, error: impl FnOnce() -> Error) {
        let Some(listener) = self.troubles.listener.get().filter(|_| !self.is_closed()) else { return };
        let news = news(&mut self.troubles.told.lock());
        if news {
            listener(error());
        }
    }
    fn reached(&self, address: &Address) {
        let mut told = self.troubles.told.lock();
        told.all = false;
        told.addresses.remove(address);
    }
    /// Asks for the brokers until somebody answers, so that whoever listens for troubles hears of them before anything is asked.
    pub fn probe(self: &Arc<Self>) {
        let cluster = self.clone();
        self.handle.spawn(async move {
            let mut failures = 0;
            while !cluster.is_closed() && cluster.metadata_once(Some(&[]), false, cluster.cfg.request_timeout).await.is_err() {
                failures += 1;
                tokio::time::sleep(Duration::from_millis(cluster.cfg.reconnect_backoff.after(failures))).await;
            }
        });
    }

    pub fn is_closed(&self) -> bool {
        *self.closed.borrow()
    }
    pub fn now_ms(&self) -> i64 {
        self.clock.mono_ms()
    }
    pub fn correlation_id(&self) -> i32 {
        self.correlation.fetch_add(1, Ordering::Relaxed) & i32::MAX
    }
    /// Sees a new value after each change of the metadata cache.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
    pub fn topic(&self, name: &str) -> Option<Arc<TopicInfo>> {
        self.cache.lock().topics.get(name).cloned()
    }
    pub fn with_cache<T>(&self, f: impl FnOnce(&MetadataCache) -> T) -> T {
        f(&self.cache.lock())
    }
    pub fn retry_backoff(&self) -> Backoff {
        self.cfg.retry_backoff
    }

    // --- connections ---

    fn candidates(&self) -> Vec<Address> {
        let mut out = self.cache.lock().addresses();
        if !out.is_empty() {
            let n = self.correlation.load(Ordering::Relaxed) as usize % out.len();
            out.rotate_left(n);
        }
        for a in &self.cfg.bootstrap {
            if !out.contains(a) {
                out.push(a.clone());
            }
        }
        out
    }

    /// The connection of a broker, made if need be. An attempt that is not due yet is waited for when `patient`, else it is the
    /// error of the last attempt.
    async fn link_to(&self, address: &Address, class: Class, patient: bool) -> Result<Arc<Link>, (Address, NetError)> {
        let fail = |e: NetError| Err((address.clone(), e));
        if self.is_closed() {
            return fail(NetError::Closed);
        }
        let slot = self.slots.lock().entry((address.clone(), class)).or_default().clone();
        let mut s = slot.0.lock().await;
        if let Some(link) = s.link.as_ref().filter(|l| !l.conn.is_closed()) {
            return Ok(link.clone());
        }
        if s.link.take().is_some() {
            // A connection that stood and broke: once again at once, then with pauses.
            s.failures = 0;
            s.retry_at_ms = 0;
        }
        let pause = s.retry_at_ms - self.now_ms();
        if pause > 0 {
            if !patient {
                return fail(s.why.clone().unwrap_or(NetError::Closed));
            }
            tokio::time::sleep(Duration::from_millis(pause as u64)).await;
        }
        match Link::connect(address, self).await {
            Ok(link) => {
                let link = Arc::new(link);
                s.link = Some(link.clone());
                s.failures = 0;
                s.retry_at_ms = 0;
                self.reached(address);
                tracing::debug!(broker = %address, ?class, "connected");
                Ok(link)
            }
            Err(e) => {
                s.failures += 1;
                s.retry_at_ms = self.now_ms() + self.cfg.reconnect_backoff.after(s.failures) as i64;
                s.why = Some(e.clone());
                tracing::debug!(broker = %address, error = %e, "cannot connect");
                self.tell(|t| t.addresses.insert(address.clone()), || Error::new(transport_code(&e), format!("{address}: {e}")));
                fail(e)
            }
        }
    }

    /// A connection to who is to answer.
    pub async fn link(&self, target: Target, class: Class) -> Result<Arc<Link>> {
        let said = |(a, e): (Address, NetError)| Error::new(transport_code(&e), format!("{a}: {e}"));
        let node = match target {
            Target::Any => None,
            Target::Node(n) => Some(n),
            Target::Controller => Some(self.cache.lock().controller).filter(|&n| n >= 0),
        };
        if let Some(n) = node {
            let address = self.cache.lock().address(n);
            if let Some(a) = address {
                return self.link_to(&a, class, true).await.map_err(said);
            }
            if target != Target::Controller {
                return Err(Error::new(Code::UNKNOWN_BROKER, format!("broker {n} is not in the cluster's metadata")));
            }
        }
        match self.any_link(class).await {
            Ok(link) => Ok(link),
            Err(Some(e)) => {
                let e = said(e);
                self.tell(
                    |t| !std::mem::replace(&mut t.all, true),
                    || Error::new(Code::ALL_BROKERS_DOWN, format!("no broker can be reached: {}", e.message())),
                );
                Err(e)
            }
            Err(None) => Err(Error::new(Code::INVALID_ARG, NO_BOOTSTRAP)),
        }
    }

    /// The first broker that answers. The next one is tried when one fails, and also when it only takes long: an address that
    /// swallows packets must not hold up the others.
    async fn any_link(&self, class: Class) -> Result<Arc<Link>, Option<(Address, NetError)>> {
        const HEAD_START: Duration = Duration::from_millis(300);
        let candidates = self.candidates();
        let mut left = candidates.iter();
        let (mut tries, mut last) = (Vec::new(), None);
        loop {
            if tries.is_empty() {
                let Some(a) = left.next() else { return Err(last) };
                tries.push(Box::pin(self.link_to(a, class, false)));
            }
            let first = std::future::poll_fn(|cx| {
                let done = tries.iter_mut().enumerate().find_map(|(i, t)| match t.as_mut().poll(cx) {
                    std::task::Poll::Ready(r) => Some((i, r)),
                    std::task::Poll::Pending => None,
                });
                done.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
            });
            tokio::select! {
                (i, outcome) = first => match outcome {
                    Ok(link) => return Ok(link),
                    Err(e) => {
                        last = Some(e);
                        drop(tries.swap_remove(i));
                    }
                },
                () = tokio::time::sleep(HEAD_START), if left.len() > 0 => {
                    if let Some(a) = left.next() {
                        tries.push(Box::pin(self.link_to(a, class, false)));
                    }
                }
            }
        }
    }

    // --- requests ---

    /// Sends one request and gives its answer, in the newest version that both sides know. One attempt; a failure of the transport
    /// is TRANSPORT or RESOLVE, no answer in time TIMED_OUT, an API that the broker lacks UNSUPPORTED_FEATURE.
    pub async fn call<R: Request>(&self, target: Target, class: Class, timeout: Duration, request: &R) -> Result<R::Response> {
        let link = self.link(target, class).await?;
        let version = link.versions.newest::<R>(i16::MAX)?;
        self.call_on(&link, version, timeout, request).await.map(|(_, r)| r)
    }

    /// As `call`, for requests whose fields depend on the version, which is at most `version_max`. Also gives the version.
    pub async fn call_with<R: Request>(
        &self,
        target: Target,
        class: Class,
        timeout: Duration,
        version_max: i16,
        make: impl FnOnce(i16) -> R,
    ) -> Result<(i16, R::Response)> {
        let link = self.link(target, class).await?;
        let version = link.versions.newest::<R>(version_max)?;
        self.call_on(&link, version, timeout, &make(version)).await
    }

    /// As `call`, on a connection and in a version already chosen.
    pub async fn call_on<R: Request>(&self, link: &Link, version: i16, timeout: Duration, request: &R) -> Result<(i16, R::Response)> {
        let id = self.correlation_id();
        let frame = wellhead_wire::headers::encode_request(request, version, id, Some(&self.cfg.client_id))
            .map_err(|e| Error::new(Code::UNSUPPORTED_FEATURE, format!("{}: {e}", R::NAME)))?;
        let bytes = link.answer(timeout, link.call(vec![frame])).await?;
        let (_, response) = wellhead_wire::headers::decode_response::<R::Response>(&bytes, version).map_err(|e| link.broken(R::NAME, &e))?;
        Ok((version, response))
    }

    // --- metadata ---

    /// Asks any broker about topics (None: all), updates the cache and gives the answer. `create`: a topic that does not exist
    /// may be made. Tries again until `timeout`.
    pub async fn metadata(&self, topics: Option<&[&str]>, create: bool, timeout: Duration) -> Result<Metadata> {
        let deadline = self.now_ms() + timeout.as_millis().min(86_400_000) as i64;
        let mut failures = 0;
        loop {
            let left = deadline - self.now_ms();
            let once = self.metadata_once(topics, create, Duration::from_millis(left.max(1) as u64));
            let outcome = match tokio::time::timeout(Duration::from_millis(left.max(1) as u64), once).await {
                Ok(r) => r,
                Err(_) => Err(Error::code(Code::TIMED_OUT)),
            };
            match outcome {
                Ok(m) => return Ok(m),
                Err(e) => {
                    failures += 1;
                    let pause = self.cfg.retry_backoff.after(failures) as i64;
                    if matches!(e.code, Code::INVALID_ARG | Code::UNSUPPORTED_FEATURE) || self.now_ms() + pause >= deadline || self.is_closed() {
                        return Err(e);
                    }
                    tokio::time::sleep(Duration::from_millis(pause as u64)).await;
                }
            }
        }
    }

    /// A client without bootstrap.servers fails a question with the code that librdkafka gives for it, so that programs that know this
    /// code go on as they did there; but at once, and with a text that says why.
    pub fn without_bootstrap(&self, e: Error, code: Code) -> Error {
        if e.code == Code::INVALID_ARG && self.cfg.bootstrap.is_empty() { Error::new(code, e.message()) } else { e }
    }

    /// What went over the wire to each broker that was ever reached, by address.
    pub fn broker_stats(&self) -> Vec<BrokerStats> {
        let open: HashSet<Address> = self.slots.lock().iter().filter(|(_, slot)| slot.stands()).map(|(key, _)| key.0.clone()).collect();
        let counters: Vec<_> = self.counters.lock().iter().map(|(a, c)| (a.clone(), c.clone())).collect();
        let node = |a: &Address| self.cache.lock().node_at(a);
        let mut out: Vec<_> = counters.into_iter().map(|(a, c)| c.look(a.to_string(), node(&a), open.contains(&a))).collect();
        out.sort_by(|a, b| a.address.cmp(&b.address));
        out
    }
    fn counters(&self, address: &Address) -> Arc<Counters> {
        self.counters.lock().entry(address.clone()).or_default().clone()
    }

    /// One attempt of `metadata`.
    pub async fn metadata_once(&self, topics: Option<&[&str]>, create: bool, timeout: Duration) -> Result<Metadata> {
        let link = self.link(Target::Any, Class::Control).await?;
        let version = link.versions.newest::<MetadataRequest>(i16::MAX)?;
        let named = |names: &[&str]| names.iter().map(|n| MetadataRequestTopic { name: Some((*n).to_owned()), ..Default::default() }).collect();
        let request = MetadataRequest {
            topics: match topics {
                Some(names) => Some(named(names)),
                None if version == 0 => Some(Vec::new()),
                None => None,
            },
            allow_auto_topic_creation: create || version < 4,
            ..Default::default()
        };
        let (_, response) = self.call_on(&link, version, timeout.min(self.cfg.request_timeout), &request).await?;
        if response.brokers.len() > CLUSTER_BROKERS_MAX {
            let message = format!("{}: a cluster of {} brokers; at most {CLUSTER_BROKERS_MAX} are believed", link.address, response.brokers.len());
            return Err(Error::new(Code::BAD_MSG, message));
        }
        let m = self.learn(&link, topics, response);
        Ok(m)
    }

    /// Takes an answer into the cache.
    fn learn(&self, link: &Link, asked: Option<&[&str]>, r: MetadataResponse) -> Metadata {
        let brokers: Vec<BrokerMetadata> =
            r.brokers.into_iter().map(|b| BrokerMetadata { id: b.node_id, host: b.host, port: b.port, rack: b.rack }).collect();
        let topics: Vec<TopicMetadata> = r
            .topics
            .into_iter()
            .filter_map(|t| {
                let mut partitions: Vec<PartitionMetadata> = t
                    .partitions
                    .into_iter()
                    .map(|p| PartitionMetadata {
                        id: p.partition_index,
                        leader: p.leader_id,
                        leader_epoch: p.leader_epoch,
                        replicas: p.replica_nodes,
                        isr: p.isr_nodes,
                        error: error_of(p.error_code),
                    })
                    .collect();
                partitions.sort_by_key(|p| p.id);
                Some(TopicMetadata { name: t.name?.into(), id: t.topic_id, internal: t.is_internal, partitions, error: error_of(t.error_code) })
            })
            .collect();
        let changed = {
            let mut cache = self.cache.lock();
            cache.learn_brokers(&link.address, &brokers, r.controller_id, r.cluster_id.clone());
            cache.learn_topics(asked, &topics, self.now_ms());
            cache.version
        };
        self.changed.send_replace(changed);
        let me = brokers.iter().find(|b| self.cache.lock().address(b.id).as_ref() == Some(&link.address)).cloned().unwrap_or_default();
        Metadata { cluster_id: r.cluster_id, controller_id: r.controller_id, brokers, topics, originating_broker: me }
    }

    /// A leader that an answer named; gives whether it was news.
    pub fn learn_leader(&self, topic: &str, partition: i32, leader: i32, epoch: i32) -> bool {
        let mut cache = self.cache.lock();
        let news = cache.learn_leader(topic, partition, leader, epoch);
        let version = cache.version;
        drop(cache);
        if news {
            self.changed.send_replace(version);
        }
        news
    }

    // --- coordinators ---

    /// The broker that coordinates `group`; asked for when not known. One attempt.
    pub async fn coordinator(&self, group: &str, timeout: Duration) -> Result<i32> {
        if let Some(&n) = self.coordinators.lock().get(group) {
            return Ok(n);
        }
        if self.cache.lock().addresses().is_empty() {
            // The brokers are learned first, so that the coordinator has an address whatever way we came.
            self.metadata_once(Some(&[]), false, timeout).await?;
        }
        let link = self.link(Target::Any, Class::Control).await?;
        let version = link.versions.newest::<FindCoordinatorRequest>(i16::MAX)?;
        let request = if version >= 4 {
            FindCoordinatorRequest { key_type: 0, coordinator_keys: vec![group.to_owned()], ..Default::default() }
        } else {
            FindCoordinatorRequest { key: group.to_owned(), key_type: 0, ..Default::default() }
        };
        let (_, r) = self.call_on(&link, version, timeout.min(self.cfg.request_timeout), &request).await?;
        let (error, message, node, host, port) = match r.coordinators.into_iter().next() {
            Some(c) => (c.error_code, c.error_message, c.node_id, c.host, c.port),
            None => (r.error_code, r.error_message, r.node_id, r.host, r.port),
        };
        if error != 0 {
            return Err(match message.filter(|m| !m.is_empty()) {
                Some(m) => Error::new(Code(error), m),
                None => Error::code(Code(error)),
            });
        }
        self.cache.lock().learn_node(&link.address, node, &host, port);
        self.coordinators.lock().insert(group.to_owned(), node);
        Ok(node)
    }
    /// After NOT_COORDINATOR, or when the coordinator cannot be reached.
    pub fn forget_coordinator(&self, group: &str) {
        self.coordinators.lock().remove(group);
    }
    /// The broker with this id, as the metadata named it.
    pub fn broker(&self, node: i32) -> Option<BrokerMetadata> {
        self.cache.lock().broker(node)
    }
}

/// An error for a code from the wire; None for 0.
pub(crate) fn error_of(code: i16) -> Option<Error> {
    (code != 0).then(|| Error::code(Code(code)))
}

/// Everything on the way to a broker is TRANSPORT, except what the user can mend: a name that does not resolve, a fork.
fn transport_code(e: &NetError) -> Code {
    match e {
        NetError::Resolve { .. } => Code::RESOLVE,
        NetError::Forked => Code::STATE,
        _ => Code::TRANSPORT,
    }
}

#[cfg(test)]
pub(crate) mod tests;
