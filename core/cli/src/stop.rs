//! SIGINT and SIGTERM: the first asks the command to end, a second one ends it.

use crate::fail::{Done, Failure};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::signal::unix::{SignalKind, signal};

/// Whether the command was asked to end.
#[derive(Clone, Default)]
pub struct Stop(Arc<AtomicBool>);
impl Stop {
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Begins to listen; `then` runs once on another thread at the first signal.
pub fn listen(then: impl FnOnce() + Send + 'static) -> Result<Stop, Failure> {
    let stop = Stop::default();
    let flag = stop.0.clone();
    let runtime = wellhead::runtime().map_err(|e| Failure::new(format!("Cannot start threads: {e}")))?;
    let _in = runtime.enter();
    let cannot = |e: std::io::Error| Failure::new(format!("Cannot listen for signals: {e}"));
    let mut term = signal(SignalKind::terminate()).map_err(cannot)?;
    let mut int = signal(SignalKind::interrupt()).map_err(cannot)?;
    runtime.spawn(async move {
        let mut then = Some(then);
        loop {
            // Whichever comes; both streams stay subscribed.
            std::future::poll_fn(|cx| {
                if term.poll_recv(cx).is_ready() || int.poll_recv(cx).is_ready() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
            })
            .await;
            flag.store(true, Ordering::Relaxed);
            match then.take() {
                Some(f) => drop(std::thread::spawn(f)),
                None => std::process::exit(130),
            }
        }
    });
    Ok(stop)
}

/// Blocks until a signal asks the command to end.
pub struct Signal(Receiver<()>);
impl Signal {
    pub fn new() -> Result<Self, Failure> {
        let (tx, rx): (SyncSender<()>, _) = sync_channel(1);
        listen(move || {
            let _ = tx.send(());
        })?;
        Ok(Self(rx))
    }
    pub fn wait(&self) -> Done {
        self.0.recv().map_err(|_| Failure::new("The signal handler ended"))
    }
}
