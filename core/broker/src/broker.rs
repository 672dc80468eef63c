//! A broker in this process: opens a data directory, serves it in process and, where asked, on TCP, and closes it in order.
//! Owns: the order of start and stop, the listeners. Does not own: what is served (`node`, `api`).

use crate::background;
use crate::config::{Config, Listener};
use crate::metadata::Metadata;
use crate::node::{Node, NodeService, Parts};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use wellhead_base::env::{Clock, Rng, SystemClock};
use wellhead_base::{Code, Error, Result, TopicId};
use wellhead_log::{LogDir, LogDirOptions, LogError, open_files_limit, real_disk};
use wellhead_net::{Server, ServerOptions, in_process, pid_check, runtime};
use wellhead_state::image::Settings;

/// How long requests under way may take when the broker is closed.
const CLOSE_GRACE: Duration = Duration::from_secs(5);
/// At an orderly end the metadata log is snapshotted when it has grown by this much, so that the next start reads little.
const SNAPSHOT_AT_CLOSE_BYTES: u64 = 256 * 1024;

/// An open broker. Dropping it closes it.
pub struct Broker {
    node: Arc<Node>,
    name: String,
    listening: Vec<SocketAddr>,
    running: Mutex<Option<Running>>,
}

/// What runs until the broker is closed.
struct Running {
    server: Server,
    tasks: Vec<JoinHandle<()>>,
}

/// How many partitions may wait for their own sync: each keeps up to three files open, and a third of what the process may have
/// open is theirs.
fn journal_partitions(open_files: u64) -> usize {
    (open_files / 9).clamp(20, 4_000) as usize
}

impl Broker {
    /// Opens `dir` (made if needed) with Kafka's broker properties and serves it: in this process under `embedded:<dir>`, and on the
    /// addresses of `listeners`. Blocks until clients are served, which takes milliseconds after a clean close.
    pub fn open(dir: &Path, properties: &[(String, String)]) -> Result<Broker> {
        pid_check()?;
        let config = Config::read(properties.iter().map(|(k, v)| (k, v)))?;
        Self::open_with(dir, config)
    }

    fn open_with(dir: &Path, config: Config) -> Result<Broker> {
        let runtime = runtime()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let mut rng = Rng::seeded(seed()?);
        let disk = real_disk();
        let options = LogDirOptions {
            // In a program of its own an I/O error on a map may end the process; in somebody else's it must not.
            maps: false,
            checkpoint_interval_ms: config.int("log.flush.offset.checkpoint.interval.ms").max(1),
            journal_bytes: config.int("wellhead.journal.bytes").max(0) as u64,
            journal_partitions_max: journal_partitions(open_files_limit()),
            dedupe_buffer_bytes: config.int("log.cleaner.dedupe.buffer.size") as usize,
            ..LogDirOptions::default()
        };
        let log_dir = LogDir::open(dir, disk.clone(), clock.clone(), options).map_err(|e| open_error(dir, e))?;
        let opened = (|| {
            let (cluster_id, directory_id) = identity(&log_dir, config.node_id, &mut rng)?;
            let settings = Settings {
                cluster_id,
                node_id: config.node_id,
                default_partitions: config.int("num.partitions") as i32,
                default_replication_factor: config.int("default.replication.factor") as i16,
            };
            let metadata = Metadata::open(
                &log_dir,
                disk.clone(),
                clock.clone(),
                settings,
                config.int("metadata.log.segment.bytes").max(1) as u64,
                config.int("metadata.log.max.record.bytes.between.snapshots").max(1) as u64,
                Rng::seeded(rng.next_u64()),
            )?;
            let node = Node::new(Parts { config, clock, log_dir: log_dir.clone(), metadata, runtime: runtime.clone(), directory_id, rng });
            let server = Server::new(Arc::new(NodeService(node.clone())), server_options(&node.config), runtime.clone());
            let name = canonical(dir);
            server.listen_in_process(in_process::listen(&name)?);
            let mut listening = Vec::new();
            for l in &node.config.listeners {
                listening.extend(listen(&server, l)?);
            }
            Ok((node, name, listening, server))
        })();
        let (node, name, listening, server) = match opened {
            Ok(parts) => parts,
            Err(e) => {
                // Leave the directory as it was found.
                let _ = log_dir.close();
                return Err(e);
            }
        };
        {
            let _context = runtime.enter();
            node.coordinator.start(&node);
        }
        let tasks = background::start(&node);
        Ok(Broker { node, name, listening, running: Mutex::new(Some(Running { server, tasks })) })
    }

    /// What a client's configuration takes as `bootstrap.servers`: the first TCP address, or the embedded name.
    pub fn bootstrap_servers(&self) -> String {
        self.listening.first().map_or_else(|| self.embedded_address(), |a| reachable(*a).to_string())
    }
    /// The address for clients in this process, also when the broker listens on TCP.
    pub fn embedded_address(&self) -> String {
        wellhead_net::Address::Embedded(self.name.clone()).to_string()
    }
    /// The TCP addresses that it listens on, with their ports.
    pub fn listen_addrs(&self) -> &[SocketAddr] {
        &self.listening
    }
    /// The cluster's id, as clients see it.
    pub fn cluster_id(&self) -> String {
        self.node.metadata.image().cluster_id().to_owned()
    }
    /// The node behind it.
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// Stops accepting, answers what is under way, makes everything durable and unlocks the directory. Blocks, seconds at most.
    /// Closing twice is fine. An error says that the end was not clean: nothing acknowledged is lost, and the next open recovers.
    pub fn close(&self) -> Result<()> {
        let Some(Running { server, tasks }) = self.running.lock().take() else { return Ok(()) };
        if pid_check().is_err() {
            // A fork's copy: the threads are not here, and the directory is the parent's.
            std::mem::forget((server, tasks));
            return Ok(());
        }
        let node = self.node.clone();
        let (done, wait) = std::sync::mpsc::sync_channel(1);
        self.node.runtime.spawn(async move {
            node.begin_stop();
            server.stop(CLOSE_GRACE).await;
            tasks.iter().for_each(JoinHandle::abort);
            node.coordinator.stop().await;
            node.metadata.snapshot_if_grown(SNAPSHOT_AT_CLOSE_BYTES).await;
            let blocking = node.clone();
            let closed = node.runtime.spawn_blocking(move || blocking.log_dir.close()).await;
            let _ = done.send(closed.unwrap_or_else(|e| Err(LogError::Offline(e.to_string().into()))));
        });
        let closed = wait.recv().map_err(|_| Error::new(Code::FAIL, "the runtime ended before the broker was closed"))?;
        closed.map_err(|e| Error::new(Code::FS, format!("the broker was not closed cleanly: {e}")))
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Err(e) = self.close() {
            tracing::error!("{e}");
        }
    }
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Broker").field("dir", &self.name).field("listening", &self.listening).finish_non_exhaustive()
    }
}

fn seed() -> Result<u64> {
    let mut b = [0; 8];
    getrandom::fill(&mut b).map_err(|e| Error::new(Code::FAIL, format!("the operating system gives no random bytes: {e}")))?;
    Ok(u64::from_le_bytes(b))
}

/// The directory's name for `embedded:` addresses: absolute and without links, so that one directory has one name.
fn canonical(dir: &Path) -> String {
    dir.canonicalize().unwrap_or_else(|_| PathBuf::from(dir)).to_string_lossy().into_owned()
}

/// Why a data directory cannot be opened, for the person who asked for it.
fn open_error(dir: &Path, e: LogError) -> Error {
    let dir = dir.display();
    match &e {
        LogError::Locked(_) => Error::new(
            Code::CONFLICT,
            format!("the data directory {dir} is in use by another broker (this process or another one); close that one or choose another directory"),
        ),
        LogError::Io { source, what, path } => {
            let hint = match source.kind() {
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => ": it must be writable",
                std::io::ErrorKind::StorageFull => ": the disk is full",
                std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => ": it is not a directory",
                _ => "",
            };
            Error::new(Code::FS, format!("cannot open the data directory {dir}{hint} ({what} {}: {source})", path.display()))
        }
        _ => Error::new(Code::FS, format!("cannot open the data directory {dir}: {e}")),
    }
}

/// The cluster's and the directory's id, from `meta.properties`, which a new directory gets here.
fn identity(log_dir: &LogDir, node_id: i32, rng: &mut Rng) -> Result<(String, TopicId)> {
    let mut meta: BTreeMap<String, String> = log_dir.meta_properties()?;
    if let Some(stored) = meta.get("node.id").or_else(|| meta.get("broker.id"))
        && *stored != node_id.to_string()
    {
        return Err(Error::invalid_arg(format!(
            "the data directory {} belongs to node {stored}, not to node {node_id}; set node.id={stored} or choose another directory",
            log_dir.path().display()
        )));
    }
    let known = |meta: &BTreeMap<String, String>, key: &str| meta.get(key).filter(|v| !v.is_empty()).cloned();
    if let (Some(cluster), Some(directory), true) =
        (known(&meta, "cluster.id"), known(&meta, "directory.id").and_then(|d| TopicId::parse(&d)), meta.contains_key("node.id"))
    {
        return Ok((cluster, directory));
    }
    // Kafka avoids ids that begin with a dash: command lines take them for options.
    let mut id = || loop {
        let id = TopicId::from_random(rng.bytes());
        if !id.to_string().starts_with('-') {
            break id;
        }
    };
    let directory = known(&meta, "directory.id").and_then(|d| TopicId::parse(&d)).unwrap_or_else(&mut id);
    let cluster = known(&meta, "cluster.id").unwrap_or_else(|| id().to_string());
    meta.insert("version".into(), "1".into());
    meta.insert("cluster.id".into(), cluster.clone());
    meta.insert("node.id".into(), node_id.to_string());
    meta.insert("directory.id".into(), directory.to_string());
    log_dir.set_meta_properties(&meta)?;
    Ok((cluster, directory))
}

fn server_options(config: &Config) -> ServerOptions {
    let positive = |name: &str| u32::try_from(config.int(name)).ok().filter(|n| *n > 0);
    let default = ServerOptions::default();
    ServerOptions {
        request_bytes_max: config.int("socket.request.max.bytes").max(1) as usize,
        buffered_bytes_max: usize::try_from(config.int("queued.max.request.bytes")).unwrap_or(usize::MAX >> 16),
        idle: u64::try_from(config.int("connections.max.idle.ms")).ok().map(Duration::from_millis),
        half_frame: config.millis("wellhead.partial.request.ms"),
        connections_max: connections_max(config.int("max.connections").max(0) as usize, usize::try_from(open_files_limit()).unwrap_or(usize::MAX)),
        connections_per_ip_max: config.int("max.connections.per.ip").max(0) as usize,
        backlog: positive("socket.listen.backlog.size").unwrap_or(default.backlog),
        send_buffer: positive("socket.send.buffer.bytes"),
        receive_buffer: positive("socket.receive.buffer.bytes"),
        ..default
    }
}

/// Connections must leave descriptors to the logs: a log that cannot open its next segment stops its partition, a refused
/// connection is tried again. So they get at most a third of what the process may open.
fn connections_max(configured: usize, open_files: usize) -> usize {
    let fitting = (open_files / 3).max(1);
    if configured > fitting {
        tracing::info!(max_connections = configured, open_files, "this process may open too few files for max.connections: {fitting} are accepted");
    }
    configured.min(fitting)
}

/// Binds every address of the listener's host: `localhost` is often two. The first must work; the others are a courtesy.
fn listen(server: &Server, listener: &Listener) -> Result<Vec<SocketAddr>> {
    let mut bound: Vec<SocketAddr> = Vec::new();
    let mut first_error = None;
    for address in &listener.addresses {
        let mut address = *address;
        if let Some(first) = bound.first() {
            // With port 0 the others take the port that the first one got.
            address.set_port(first.port());
        }
        match server.listen_tcp(address) {
            Ok(a) => bound.push(a),
            Err(e) => {
                tracing::debug!("cannot listen on {address}: {e}");
                first_error.get_or_insert(e);
            }
        }
    }
    match first_error {
        Some(e) if bound.is_empty() => Err(listen_error(&listener.text, &e)),
        // In use on one of the addresses: a client that tries that one first would reach somebody else.
        Some(e) if e.kind() == std::io::ErrorKind::AddrInUse => Err(listen_error(&listener.text, &e)),
        _ => Ok(bound),
    }
}

fn listen_error(text: &str, e: &std::io::Error) -> Error {
    match e.kind() {
        std::io::ErrorKind::AddrInUse => Error::new(
            Code::CONFLICT,
            format!("cannot listen on {text}: the port is in use, perhaps by another broker; stop that one or choose another port"),
        ),
        std::io::ErrorKind::PermissionDenied => {
            Error::new(Code::INVALID_ARG, format!("cannot listen on {text}: not permitted; ports below 1024 need privileges"))
        }
        std::io::ErrorKind::AddrNotAvailable => {
            Error::new(Code::INVALID_ARG, format!("cannot listen on {text}: this machine does not have that address"))
        }
        _ => Error::new(Code::INVALID_ARG, format!("cannot listen on {text}: {e}")),
    }
}

/// An address that a client on this machine can connect to.
fn reachable(a: SocketAddr) -> SocketAddr {
    match a {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => SocketAddr::from(([127, 0, 0, 1], a.port())),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, a.port())),
        _ => a,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_to_the_logs() {
        assert_eq!(connections_max(10_000, 1_024), 341);
        assert_eq!(connections_max(100, 1_024), 100);
        assert_eq!(connections_max(10_000, usize::MAX), 10_000);
        assert_eq!(connections_max(10, 1), 1);
    }
}
