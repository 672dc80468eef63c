//! The one runtime of the process: made when the first broker or client needs it, shared by all, never shut down (its idle
//! threads cost nothing). A fork copies the memory but not the threads, so the child is told instead of hanging.

use crate::NetError;
use parking_lot::Mutex;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};

struct Shared {
    runtime: Runtime,
    pid: u32,
}
static SHARED: OnceLock<Shared> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());

/// The handle of the process's runtime, which is started on the first call. Fails in a child of a fork, and when threads cannot
/// be started.
pub fn runtime() -> Result<Handle, NetError> {
    if let Some(s) = SHARED.get() {
        return if s.pid == std::process::id() { Ok(s.runtime.handle().clone()) } else { Err(NetError::Forked) };
    }
    let _one = STARTING.lock();
    if SHARED.get().is_none() {
        let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
        let runtime = Builder::new_multi_thread()
            .worker_threads(workers)
            .thread_name("wellhead")
            .thread_stack_size(1024 * 1024)
            .enable_all()
            .build()
            .map_err(|e| NetError::io(&e))?;
        let _ = SHARED.set(Shared { runtime, pid: std::process::id() });
    }
    SHARED.get().map(|s| s.runtime.handle().clone()).ok_or(NetError::Closed)
}

/// Fails when this process is a fork of the one that started the runtime.
pub fn pid_check() -> Result<(), NetError> {
    match SHARED.get() {
        Some(s) if s.pid != std::process::id() => Err(NetError::Forked),
        _ => Ok(()),
    }
}
