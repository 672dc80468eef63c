//! One admin call: how long it may still take, when it is tried again, and which of its items are still open.
//!
//! Invariants: no request waits longer than the call; an outcome that is final is never asked for again.

use crate::cluster::{Class, Cluster, Target};
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use wellhead_base::{Code, Error, Result};
use wellhead_wire::Request;

/// What a request may take longer than the call, so that its own error is told rather than that of the whole.
const TIMER_SLACK: Duration = Duration::from_millis(20);

#[derive(Clone)]
pub(super) struct Call {
    pub cluster: Arc<Cluster>,
    /// For messages: "creating topics".
    what: &'static str,
    timeout: Duration,
    deadline_ms: i64,
    /// Attempts in a row that came to nothing.
    failures: u32,
}

/// What may pass by itself or with fresh metadata. Not that a topic is unknown: the metadata was asked for just before.
pub(super) fn passing(code: Code) -> bool {
    matches!(
        code,
        Code::TRANSPORT
            | Code::RESOLVE
            | Code::ALL_BROKERS_DOWN
            | Code::TIMED_OUT
            | Code::NETWORK_EXCEPTION
            | Code::BROKER_NOT_AVAILABLE
            | Code::NOT_CONTROLLER
            | Code::THROTTLING_QUOTA_EXCEEDED
            | Code::COORDINATOR_LOAD_IN_PROGRESS
            | Code::COORDINATOR_NOT_AVAILABLE
            | Code::NOT_COORDINATOR
            | Code::LEADER_NOT_AVAILABLE
            | Code::NOT_LEADER_FOR_PARTITION
            | Code::REPLICA_NOT_AVAILABLE
            | Code::FENCED_LEADER_EPOCH
            | Code::UNKNOWN_LEADER_EPOCH
            | Code::OFFSET_NOT_AVAILABLE
            | Code::UNSTABLE_OFFSET_COMMIT
    )
}

/// The outcome that a code and a message of the wire tell.
pub(super) fn outcome(code: i16, message: Option<String>) -> Result<()> {
    match (Code(code), message) {
        (Code::NO_ERROR, _) => Ok(()),
        (code, Some(m)) if !m.is_empty() => Err(Error::new(code, m)),
        (code, _) => Err(Error::code(code)),
    }
}

/// The rows of `items`, from the answers by name. What the broker left out is an error of its own.
pub(super) fn match_up<K: Eq + Hash, T>(
    items: &[usize],
    key: impl Fn(usize) -> K,
    answers: impl IntoIterator<Item = (K, Result<T>)>,
) -> Vec<(usize, Result<T>)> {
    let mut answers: HashMap<K, Result<T>> = answers.into_iter().collect();
    let left_out = || Err(Error::new(Code::BAD_MSG, "the broker left it out of its answer"));
    items.iter().map(|&i| (i, answers.remove(&key(i)).unwrap_or_else(left_out))).collect()
}

/// The same error for each of `items`.
pub(super) fn all_failed<T>(items: &[usize], e: &Error) -> Vec<(usize, Result<T>)> {
    items.iter().map(|&i| (i, Err(e.clone()))).collect()
}

/// Asks several brokers at once, so that one that is silent does not hold up the others' answers.
pub(super) async fn at_once<T, F>(asks: impl IntoIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Vec<T>> + Send + 'static,
{
    let mut set: JoinSet<Vec<T>> = asks.into_iter().collect();
    let mut out = Vec::new();
    while let Some(rows) = set.join_next().await {
        out.extend(rows.unwrap_or_default());
    }
    out
}

impl Call {
    pub fn new(cluster: Arc<Cluster>, what: &'static str, timeout: Duration) -> Call {
        let deadline_ms = cluster.now_ms() + timeout.as_millis().min(86_400_000) as i64;
        Call { cluster, what, timeout, deadline_ms, failures: 0 }
    }
    pub fn left(&self) -> Duration {
        Duration::from_millis((self.deadline_ms - self.cluster.now_ms()).max(0) as u64)
    }
    /// What the broker may take, for requests that tell it.
    pub fn left_ms(&self) -> i32 {
        self.left().as_millis() as i32
    }

    /// At most as long as the call.
    pub async fn bounded<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        match tokio::time::timeout(self.left() + TIMER_SLACK, work).await {
            Ok(done) => done,
            Err(_) => Err(Error::new(Code::TIMED_OUT, "no broker was reached in time")),
        }
    }

    /// One request, with fields that may depend on its version.
    pub async fn request<R: Request>(&self, target: Target, make: impl FnOnce(i16) -> R) -> Result<R::Response> {
        let timeout = self.left().min(self.cluster.cfg.request_timeout);
        let (_, response) = self.bounded(self.cluster.call_with(target, Class::Control, timeout, i16::MAX, make)).await?;
        Ok(response)
    }

    /// Learns the cluster's brokers and `topics`.
    pub async fn learn(&self, topics: &[&str]) -> Result<crate::types::Metadata> {
        self.bounded(self.cluster.metadata_once(Some(topics), false, self.left())).await
    }
    /// Learns the brokers if none is known, or if what is known led nowhere.
    pub async fn know_brokers(&self) -> Result<()> {
        if self.failures > 0 || self.cluster.with_cache(|c| c.addresses().is_empty()) {
            self.learn(&[]).await?;
        }
        Ok(())
    }
    /// The broker that coordinates a group.
    pub async fn coordinator(&self, group: &str) -> Result<i32> {
        self.bounded(self.cluster.coordinator(group, self.left())).await
    }

    /// Pauses before another attempt; when there is no time left for one, the error that ends the call.
    pub async fn again(&mut self, why: Error) -> Result<()> {
        if self.cluster.is_closed() {
            return Err(Error::new(Code::DESTROY, "the client was closed meanwhile"));
        }
        self.failures += 1;
        let pause = Duration::from_millis(self.cluster.retry_backoff().after(self.failures));
        if pause >= self.left() {
            let text = format!("{} was not done within {} ms: {}", self.what, self.timeout.as_millis(), why.message());
            return Err(Error::new(Code::TIMED_OUT, text));
        }
        tokio::time::sleep(pause).await;
        Ok(())
    }
    /// A new thing to wait for begins with short pauses.
    pub fn calm(&mut self) {
        self.failures = 0;
    }

    /// Asks until the outcome is final or the time is up.
    pub async fn one<T, F>(&mut self, mut ask: impl FnMut(Call) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        loop {
            match ask(self.clone()).await {
                Err(e) if passing(e.code) => self.again(e).await?,
                done => return done,
            }
        }
    }

    /// Asks about `count` items until each has its final outcome or the time is up; only those that are open are asked for again.
    /// A failure of all without any outcome is the call's error.
    pub async fn each<T, F>(&mut self, count: usize, mut ask: impl FnMut(Call, Vec<usize>) -> F) -> Result<Vec<Result<T>>>
    where
        F: Future<Output = Result<Vec<(usize, Result<T>)>>>,
    {
        let mut done: Vec<Option<Result<T>>> = std::iter::repeat_with(|| None).take(count).collect();
        loop {
            let open: Vec<usize> = (0..count).filter(|&i| done[i].is_none()).collect();
            if open.is_empty() {
                break;
            }
            let mut why = None;
            let end = match ask(self.clone(), open).await {
                Ok(rows) => {
                    for (i, row) in rows {
                        match row {
                            Err(e) if passing(e.code) => why = Some(e),
                            row => done[i] = Some(row),
                        }
                    }
                    None
                }
                Err(e) if passing(e.code) => {
                    why = Some(e);
                    None
                }
                Err(e) => Some(e),
            };
            let end = match (end, why) {
                (None, Some(why)) => self.again(why).await.err(),
                (end, _) => end,
            };
            if let Some(e) = end {
                if done.iter().all(Option::is_none) {
                    return Err(e);
                }
                for open in done.iter_mut().filter(|d| d.is_none()) {
                    *open = Some(Err(e.clone()));
                }
            }
        }
        Ok(done.into_iter().flatten().collect())
    }
}
