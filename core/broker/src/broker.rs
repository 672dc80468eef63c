//! A broker in this process: opens a data directory, serves it in process and, where asked, on TCP, and closes it in order.
//! Owns: the order of start and stop, the listeners. Does not own: what is served (`node`, `api`).

use crate::admin;
use crate::config::{Config, Listener};
use crate::node::{Node, NodeService};
use crate::open::{Blocking, Env};
use parking_lot::Mutex;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use wellhead_base::env::{Rng, SystemClock};
use wellhead_base::{Code, Error, Result};
use wellhead_log::{CommitMode, open_files_limit, real_disk};
use wellhead_net::{Server, ServerOptions, in_process, pid_check, runtime};

/// How long requests under way may take when the broker is closed.
const CLOSE_GRACE: Duration = Duration::from_secs(5);

/// An open broker. Dropping it closes it.
pub struct Broker {
    node: Arc<Node>,
    name: String,
    listening: Vec<SocketAddr>,
    admin: Option<SocketAddr>,
    running: Mutex<Option<Running>>,
}

/// What runs until the broker is closed.
struct Running {
    server: Server,
    tasks: Vec<JoinHandle<()>>,
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
        let env = Env {
            disk: real_disk(),
            clock: Arc::new(SystemClock::default()),
            rng: Rng::seeded(seed()?),
            runtime: runtime.clone(),
            blocking: Blocking::Threads,
            commit: CommitMode::Thread,
            open_files: open_files_limit(),
        };
        let node = Node::open(dir, config, env)?;
        warn_if_writable_by_others(dir);
        let server = Server::new(Arc::new(NodeService(node.clone())), server_options(&node.config), runtime.clone());
        let opened = (|| {
            let name = canonical(dir);
            server.listen_in_process(in_process::listen(&name)?);
            let mut listening = Vec::new();
            for l in &node.config.listeners {
                listening.extend(listen(&server, l)?);
            }
            let admin = node.config.admin.as_ref().map(|l| admin::listen(&node, l, server.watch_connections())).transpose()?;
            Ok((name, listening, admin))
        })();
        let (name, listening, admin) = match opened {
            Ok(parts) => parts,
            Err(e) => {
                // Leave everything as it was found: the names and ports that were to be had, and the directory.
                let (done, wait) = std::sync::mpsc::sync_channel(1);
                runtime.spawn(async move {
                    server.stop(Duration::ZERO).await;
                    let _ = done.send(());
                });
                let _ = wait.recv();
                let _ = node.log_dir.close();
                return Err(e);
            }
        };
        let mut tasks = node.start();
        let (admin, answering) = admin.unzip();
        tasks.extend(answering);
        Ok(Broker { node, name, listening, admin, running: Mutex::new(Some(Running { server, tasks })) })
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
    /// Where /metrics, /healthz and /readyz are answered, if `wellhead.admin.listener` says so.
    pub fn admin_addr(&self) -> Option<SocketAddr> {
        self.admin
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
            let closed = node.close(&tasks).await;
            let _ = done.send(closed);
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
        connections_per_ip_overrides: config.connections_per_ip.clone(),
        backlog: positive("socket.listen.backlog.size").unwrap_or(default.backlog),
        send_buffer: positive("socket.send.buffer.bytes"),
        receive_buffer: positive("socket.receive.buffer.bytes"),
        ..default
    }
}

/// Whoever may write into the data directory may take away and change what is in it, behind the broker's back.
fn warn_if_writable_by_others(dir: &Path) {
    const OTHERS_WRITE: u32 = 0o002;
    let mode = std::fs::metadata(dir).map_or(0, |m| std::os::unix::fs::PermissionsExt::mode(&m.permissions()));
    if mode & OTHERS_WRITE != 0 {
        tracing::warn!(mode = format!("{:o}", mode & 0o7777), "every user of this machine may write into the data directory {}", dir.display());
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
