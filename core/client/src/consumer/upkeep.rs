//! What a consumer does beside fetching and its group: keeps its metadata fresh, finds the places of new partitions, commits in
//! intervals.

use super::state::Place;
use super::{Event, Inner, Start, lock, reset};
use crate::cluster::Cluster;
use crate::offsets;
use crate::types::TopicPartition;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::{Code, Error, Result};

/// A subscribed topic that is not there is asked for this often, at least.
const MISSING_TOPIC: Duration = Duration::from_secs(1);
/// Metadata is not asked for more often than this, however many ask.
const METADATA_PAUSE: Duration = Duration::from_millis(20);
/// How long one automatic commit may take before the next is due anyway.
const AUTO_COMMIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Tries until it succeeds, fails for good, or `timeout` is over; then the last error is given. The pauses grow.
pub(super) async fn patiently<T, F: Future<Output = Result<T, (Error, bool)>>>(
    cluster: &Cluster,
    timeout: Duration,
    mut once: impl FnMut(Duration) -> F,
) -> Result<T> {
    let deadline = tokio::time::Instant::now() + timeout.min(Duration::from_secs(86_400));
    let mut failures = 0;
    loop {
        let left = deadline.saturating_duration_since(tokio::time::Instant::now()).max(Duration::from_millis(1));
        match once(left).await {
            Ok(v) => return Ok(v),
            Err((e, again)) => {
                failures += 1;
                let pause = Duration::from_millis(cluster.retry_backoff().after(failures));
                if !again || tokio::time::Instant::now() + pause >= deadline {
                    return Err(e);
                }
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// Runs while the consumer lives.
pub(super) async fn run(inner: Arc<Inner>) {
    tokio::join!(metadata(&inner), places(&inner), commits(&inner));
}

/// The topics that this consumer has to do with, and whether one that it subscribed is missing.
fn interests(inner: &Inner) -> (Vec<String>, Vec<String>) {
    let (mut topics, subscribed): (BTreeSet<String>, Vec<String>) = {
        let s = lock(inner);
        (s.cursors.keys().map(|tp| tp.topic.to_string()).collect(), s.subscription.iter().filter(|t| !t.starts_with('^')).cloned().collect())
    };
    topics.extend(subscribed.iter().cloned());
    let missing = subscribed.into_iter().filter(|t| inner.cluster.topic(t).is_none_or(|i| i.partitions.is_empty())).collect();
    (topics.into_iter().collect(), missing)
}

async fn metadata(inner: &Arc<Inner>) {
    let mut told: HashSet<String> = HashSet::new();
    let mut failures = 0;
    loop {
        let (topics, missing) = interests(inner);
        let patterns = !inner.patterns.lock().is_empty();
        let every =
            if missing.is_empty() && !patterns { inner.cluster.cfg.metadata_refresh.unwrap_or(Duration::from_secs(86_400)) } else { MISSING_TOPIC };
        tokio::select! {
            () = inner.metadata_wanted.notified() => {}
            () = tokio::time::sleep(every) => {}
        }
        if lock(inner).closed {
            return;
        }
        let (topics, patterns) =
            if topics.is_empty() && !patterns { (interests(inner).0, !inner.patterns.lock().is_empty()) } else { (topics, patterns) };
        if topics.is_empty() && !patterns {
            continue;
        }
        let (now, _) = interests(inner);
        let names: Vec<&str> = now.iter().map(String::as_str).collect();
        let asked = if patterns { None } else { Some(names.as_slice()) };
        match inner.cluster.metadata_once(asked, inner.cfg.auto_create, inner.cluster.cfg.request_timeout).await {
            Ok(m) => {
                failures = 0;
                let subscribed = lock(inner).subscription.clone();
                told.retain(|t| subscribed.contains(t));
                for t in m.topics {
                    let code = t.error.as_ref().map_or(Code::NO_ERROR, |e| e.code);
                    if matches!(code, Code::UNKNOWN_TOPIC_OR_PART | Code::TOPIC_EXCEPTION | Code::TOPIC_AUTHORIZATION_FAILED)
                        && subscribed.iter().any(|s| **s == *t.name)
                        && told.insert(t.name.to_string())
                    {
                        inner.push(Event::Error(Error::new(code, format!("Subscribed topic not available: {}: {}", t.name, code.description()))));
                    } else if code.is_ok() {
                        told.remove(&*t.name);
                    }
                }
                tokio::time::sleep(METADATA_PAUSE).await;
            }
            Err(e) => {
                failures += 1;
                tracing::debug!(error = %e, "metadata");
                tokio::time::sleep(Duration::from_millis(inner.cluster.retry_backoff().after(failures))).await;
                inner.want_metadata();
            }
        }
    }
}

/// Finds where partitions begin that do not say so by a number.
async fn places(inner: &Arc<Inner>) {
    let mut tick = inner.tick.subscribe();
    loop {
        tick.borrow_and_update();
        let now = inner.cluster.now_ms();
        let (lookups, retry) = {
            let s = lock(inner);
            if s.closed {
                return;
            }
            (s.lookups(now), s.next_retry(now))
        };
        if lookups.is_empty() {
            let pause = retry.map_or(Duration::from_secs(3600), |t| Duration::from_millis((t - now) as u64));
            tokio::select! {
                r = tick.changed() => if r.is_err() { return },
                () = tokio::time::sleep(pause) => {}
            }
            continue;
        }
        find(inner, lookups).await;
        inner.touch();
    }
}

async fn find(inner: &Arc<Inner>, lookups: Vec<(TopicPartition, u64, Start)>) {
    let timeout = inner.cluster.cfg.request_timeout;
    let later = |tp: &TopicPartition, version: u64| {
        lock(inner).try_later(tp, version, inner.cluster.now_ms() + inner.cluster.retry_backoff().after(1) as i64);
    };
    let (committed, listed): (Vec<_>, Vec<_>) = lookups.into_iter().partition(|(_, _, s)| *s == Start::Committed);
    if !committed.is_empty() {
        let tps: Vec<_> = committed.iter().map(|(tp, _, _)| tp.clone()).collect();
        let rows = match &inner.cfg.group_id {
            Some(group) => match offsets::fetch_committed(&inner.cluster, group, Some(&tps), true, timeout).await {
                Ok(rows) => Ok(rows),
                Err(e) => {
                    if offsets::coordinator_moved(e.code) {
                        inner.cluster.forget_coordinator(group);
                    } else if !e.retriable() {
                        inner.push(Event::Error(Error::new(e.code, format!("committed offsets: {e}"))));
                    }
                    Err(e)
                }
            },
            None => Ok(Vec::new()),
        };
        for (tp, version, _) in &committed {
            let Ok(rows) = &rows else {
                later(tp, *version);
                continue;
            };
            match rows.iter().find(|r| r.tp() == *tp) {
                Some(r) if r.error.is_some() => later(tp, *version),
                Some(r) if r.offset >= 0 => lock(inner).found(tp, *version, Place::At(r.offset), Some(r.offset)),
                _ => {
                    let place = reset(&inner.cfg);
                    if place == Place::Nowhere {
                        inner.push(Event::Error(Error::new(
                            Code::AUTO_OFFSET_RESET,
                            format!("{tp}: no offset is committed and auto.offset.reset is error"),
                        )));
                    }
                    lock(inner).found(tp, *version, place, None);
                }
            }
        }
    }
    if listed.is_empty() {
        return;
    }
    let timestamp = |s: Start| if s == Start::Earliest { offsets::EARLIEST } else { offsets::LATEST };
    let mut asked: Vec<_> = listed.iter().map(|(tp, _, s)| (tp.clone(), timestamp(*s))).collect();
    // A tail is counted from the end, and never begins before the first record.
    let tails: Vec<_> = listed.iter().filter(|(_, _, s)| matches!(s, Start::Tail(_))).map(|(tp, _, _)| (tp.clone(), offsets::EARLIEST)).collect();
    let firsts = if tails.is_empty() { Ok(Vec::new()) } else { offsets::list(&inner.cluster, &tails, inner.cfg.read_committed, timeout).await };
    asked.dedup();
    let rows = offsets::list(&inner.cluster, &asked, inner.cfg.read_committed, timeout).await;
    for (tp, version, start) in &listed {
        let row = rows.as_ref().ok().and_then(|rows| rows.iter().find(|(t, _)| t == tp));
        let first = firsts.as_ref().ok().and_then(|rows| rows.iter().find(|(t, _)| t == tp)).and_then(|(_, r)| r.as_ref().ok()).map(|l| l.offset);
        match (row, start) {
            (Some((_, Ok(l))), Start::Tail(n)) => match first {
                Some(first) => lock(inner).found(tp, *version, Place::At((l.offset - n).max(first)), None),
                None => later(tp, *version),
            },
            (Some((_, Ok(l))), _) => lock(inner).found(tp, *version, Place::At(l.offset.max(0)), None),
            (Some((_, Err(e))), _) if !e.retriable() && e.code != Code::UNKNOWN_PARTITION => {
                inner.push(Event::Error(Error::new(e.code, format!("{tp}: {e}"))));
                later(tp, *version);
            }
            _ => later(tp, *version),
        }
    }
    if let Err(e) = rows {
        tracing::debug!(error = %e, "offsets could not be listed");
        inner.want_metadata();
    }
}

async fn commits(inner: &Arc<Inner>) {
    if !inner.cfg.auto_commit || inner.cfg.group_id.is_none() || inner.cfg.auto_commit_ms <= 0 {
        return;
    }
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(inner.cfg.auto_commit_ms as u64)) => {}
            () = inner.closing() => return,
        }
        inner.commit_stored(AUTO_COMMIT_TIMEOUT).await;
    }
}
