//! `wellhead sql`: statements from a prompt, a file, standard input or the command line.
//!
//! Owns: where statements come from, signals, and how a session ends. What statements do is `session`'s, how rows look is `print`'s.

mod print;
mod prompt;
mod session;

use crate::args::{Global, Sql};
use crate::connect::Cluster;
use crate::fail::{Done, Failure, Result};
use session::Session;
use std::io::{IsTerminal, Read, stdin, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use wellhead::Broker;

pub fn run(global: &Global, args: &Sql) -> Done {
    let script = script(args)?;
    let embedded = args.data.as_deref().map(|d| Broker::open(d, &[("listeners".to_owned(), "127.0.0.1:0".to_owned())])).transpose()?;
    let cluster = match &embedded {
        Some(b) => Cluster::at(b.bootstrap_servers(), global),
        None => Cluster::new(global),
    };
    cluster.reach()?;
    let signals = Signals::listen()?;
    let json = global.json || !stdout().is_terminal();
    let mut session = Session::new(cluster, json, signals.clone(), args.state_dir.clone())?;
    let done = match script {
        None => prompt::run(&mut session),
        Some(text) => {
            session.quiet = args.execute.is_empty() && args.file.is_none() || json;
            session.script(&text).and_then(|()| finish(&mut session, args.keep_running, &signals))
        }
    };
    // A session ends its queries at any rate; what went wrong first is what is told.
    let stopped = session.stop();
    drop(session);
    let closed = embedded.map_or(Ok(()), |b| b.close().map_err(Failure::from));
    done.and(stopped).and(closed)
}

/// The statements to run; None: there is somebody to type them.
fn script(args: &Sql) -> Result<Option<String>> {
    if !args.execute.is_empty() {
        return Ok(Some(args.execute.join(";\n")));
    }
    let read = |from: &mut dyn Read, name: &str| {
        let mut text = String::new();
        from.read_to_string(&mut text).map_err(|e| Failure::new(format!("Cannot read {name}: {e}")))?;
        Ok(Some(text))
    };
    match &args.file {
        Some(p) if p.as_os_str() != "-" => {
            let mut file = std::fs::File::open(p).map_err(|e| Failure::new(format!("Cannot read {}: {e}", p.display())))?;
            read(&mut file, &p.display().to_string())
        }
        None if stdin().is_terminal() => Ok(None),
        _ => read(&mut stdin(), "standard input"),
    }
}

/// What a script started has worked on everything that was there when the script ended, or goes on until it is told to stop.
fn finish(session: &mut Session, keep_running: bool, signals: &Signals) -> Done {
    if !keep_running {
        return if signals.asked_to_end() || signals.interrupts() > 0 { Ok(()) } else { session.catch_up() };
    }
    if session.queries() == 0 {
        return Err(
            Failure::new("There is no query to keep running").hint("CREATE STREAM or TABLE ... AS SELECT, and INSERT INTO ... SELECT, begin one.")
        );
    }
    let before = signals.interrupts();
    while !signals.asked_to_end() && signals.interrupts() == before {
        session.failed()?;
        // A signal comes on another thread; nobody waits longer than this for it.
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// Ctrl-C ends what is being read, and a second one within a second the command; SIGTERM ends the session in order.
#[derive(Clone)]
pub struct Signals {
    interrupts: Arc<AtomicU32>,
    terminated: Arc<AtomicBool>,
}
impl Signals {
    fn listen() -> Result<Signals> {
        let signals = Signals { interrupts: Arc::default(), terminated: Arc::default() };
        let told = signals.clone();
        let runtime = wellhead::runtime().map_err(|e| Failure::new(format!("Cannot start threads: {e}")))?;
        let _in = runtime.enter();
        let cannot = |e: std::io::Error| Failure::new(format!("Cannot listen for signals: {e}"));
        let mut term = signal(SignalKind::terminate()).map_err(cannot)?;
        let mut int = signal(SignalKind::interrupt()).map_err(cannot)?;
        runtime.spawn(async move {
            let mut last: Option<Instant> = None;
            loop {
                let interrupted = std::future::poll_fn(|cx| {
                    if int.poll_recv(cx).is_ready() {
                        return std::task::Poll::Ready(true);
                    }
                    if term.poll_recv(cx).is_ready() { std::task::Poll::Ready(false) } else { std::task::Poll::Pending }
                })
                .await;
                if interrupted {
                    told.interrupts.fetch_add(1, Ordering::Relaxed);
                } else {
                    told.terminated.store(true, Ordering::Relaxed);
                }
                let now = Instant::now();
                if last.is_some_and(|t| now - t < Duration::from_secs(1)) {
                    std::process::exit(130);
                }
                last = Some(now);
            }
        });
        Ok(signals)
    }
    pub fn interrupts(&self) -> u32 {
        self.interrupts.load(Ordering::Relaxed)
    }
    pub fn asked_to_end(&self) -> bool {
        self.terminated.load(Ordering::Relaxed)
    }
}
