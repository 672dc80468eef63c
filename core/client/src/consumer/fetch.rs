//! Sources: one task per broker that leads assigned partitions. It asks for what the state wants, in a fetch session, and hands the
//! answers back. While a fetch waits for data, partitions that were added or moved meanwhile are fetched beside it.

use super::records::{Fetched, Open};
use super::session::{Ends, FetchSession, Want};
use super::state::Answer;
use super::{Inner, lock};
use crate::cluster::{Class, Link, Target};
use crate::types::TopicPartition;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use wellhead_base::{Code, Error, Result};
use wellhead_wire::messages::FetchRequest;
use wellhead_wire::views::FetchResponseView;
use wellhead_wire::{Reader, headers};

/// Fetch identifies topics by id from version 13 on.
const NAMED_VERSION_MAX: i16 = 12;

/// Starts a source for every broker that leads something, and ends when the consumer closes.
pub(super) async fn run(inner: Arc<Inner>) {
    let mut tick = inner.tick.subscribe();
    let mut metadata = inner.cluster.watch();
    let mut sources: BTreeMap<i32, tokio::task::JoinHandle<()>> = BTreeMap::new();
    loop {
        tick.borrow_and_update();
        metadata.borrow_and_update();
        if lock(&inner).closed {
            break;
        }
        let assigned = lock(&inner).assignment();
        let leaders: BTreeSet<i32> =
            inner.cluster.with_cache(|c| assigned.iter().filter_map(|tp| c.leader(&tp.topic, tp.partition)).map(|p| p.leader).collect());
        for node in leaders.into_iter().filter(|n| *n >= 0) {
            if sources.get(&node).is_none_or(tokio::task::JoinHandle::is_finished) {
                sources.insert(node, tokio::spawn(source(inner.clone(), node)));
            }
        }
        tokio::select! {
            r = tick.changed() => if r.is_err() { break },
            r = metadata.changed() => if r.is_err() { break },
        }
    }
    for s in sources.into_values() {
        s.abort();
    }
}

fn wants(inner: &Inner, node: i32) -> BTreeMap<TopicPartition, Want> {
    let now = inner.cluster.now_ms();
    let state = lock(inner);
    inner.cluster.with_cache(|c| state.wants(node, c, &inner.cfg, now))
}

async fn source(inner: Arc<Inner>, node: i32) {
    let mut session = FetchSession::default();
    let mut tick = inner.tick.subscribe();
    let mut metadata = inner.cluster.watch();
    let mut connection: Option<Arc<Link>> = None;
    let mut failures = 0;
    loop {
        tick.borrow_and_update();
        metadata.borrow_and_update();
        let wants = wants(&inner, node);
        if wants.is_empty() {
            let now = inner.cluster.now_ms();
            let (closed, retry) = {
                let s = lock(&inner);
                (s.closed, s.next_retry(now))
            };
            if closed {
                return;
            }
            let pause = retry.map_or(Duration::from_secs(60), |t| Duration::from_millis((t - now) as u64));
            tokio::select! {
                r = tick.changed() => if r.is_err() { return },
                r = metadata.changed() => if r.is_err() { return },
                () = tokio::time::sleep(pause) => {}
            }
            continue;
        }
        let link = match inner.cluster.link(Target::Node(node), Class::Fetch).await {
            Ok(l) => l,
            Err(e) => {
                failures += 1;
                trouble(&inner, &e, failures).await;
                continue;
            }
        };
        if connection.as_ref().is_none_or(|c| !Arc::ptr_eq(c, &link)) {
            session.reset();
            connection = Some(link.clone());
        }
        let mut asked = wants.clone();
        let mut request = request(&inner, inner.cfg.fetch_wait_ms);
        session.next(&wants, &mut request);
        let exchange = exchange(&inner, &link, &wants, request);
        tokio::pin!(exchange);
        let outcome = loop {
            tokio::select! {
                outcome = &mut exchange => break outcome,
                r = tick.changed() => {
                    if r.is_err() || lock(&inner).closed {
                        return;
                    }
                    tick.borrow_and_update();
                    aside(&inner, node, &mut asked).await;
                }
            }
        };
        match outcome {
            Ok(frame) => {
                failures = 0;
                if let Err(e) = take(&inner, &frame, &wants, Some(&mut session)) {
                    session.reset();
                    trouble(&inner, &e, 1).await;
                }
            }
            Err(e) => {
                session.reset();
                failures += 1;
                trouble(&inner, &e, failures).await;
            }
        }
    }
}

/// Fetches, without waiting and outside of the session, what is wanted now and was not when the waiting fetch was sent.
async fn aside(inner: &Arc<Inner>, node: i32, asked: &mut BTreeMap<TopicPartition, Want>) {
    let mut new = wants(inner, node);
    // A partition that merely went on is what the waiting fetch will answer for, or already did.
    new.retain(|tp, w| asked.get(tp).is_none_or(|a| a.offset != w.offset || a.topic_id != w.topic_id));
    if new.is_empty() {
        return;
    }
    asked.extend(new.iter().map(|(tp, w)| (tp.clone(), *w)));
    let Ok(link) = inner.cluster.link(Target::Node(node), Class::FetchAside).await else { return };
    let mut request = request(inner, 0);
    FetchSession::default().next(&new, &mut request);
    request.session_epoch = -1;
    if let Ok(frame) = exchange(inner, &link, &new, request).await {
        // An error here is told again by the fetch that follows.
        let _ = take(inner, &frame, &new, None);
    }
}

fn request(inner: &Inner, wait_ms: i32) -> FetchRequest {
    FetchRequest {
        max_wait_ms: wait_ms,
        min_bytes: inner.cfg.fetch_min_bytes,
        max_bytes: inner.cfg.fetch_bytes,
        isolation_level: i8::from(inner.cfg.read_committed),
        rack_id: inner.cluster.cfg.rack.clone(),
        ..FetchRequest::default()
    }
}

struct Frame {
    bytes: bytes::Bytes,
    version: i16,
}

async fn exchange(inner: &Inner, link: &Link, wants: &BTreeMap<TopicPartition, Want>, mut request: FetchRequest) -> Result<Frame> {
    let max = if wants.values().any(|w| w.topic_id.is_zero()) { NAMED_VERSION_MAX } else { i16::MAX };
    let version = link.versions.newest::<FetchRequest>(max)?;
    if version < 11 {
        request.rack_id.clear();
    }
    let cluster = &inner.cluster;
    let frame = headers::encode_request(&request, version, cluster.correlation_id(), Some(&cluster.cfg.client_id))
        .map_err(|e| Error::new(Code::UNSUPPORTED_FEATURE, format!("Fetch: {e}")))?;
    let timeout = cluster.cfg.request_timeout + Duration::from_millis(request.max_wait_ms.max(0) as u64);
    let bytes = link.answer(timeout, link.call(vec![frame])).await?;
    Ok(Frame { bytes, version })
}

/// Hands each partition's share to the state.
fn take(inner: &Inner, frame: &Frame, wants: &BTreeMap<TopicPartition, Want>, mut session: Option<&mut FetchSession>) -> Result<()> {
    let unreadable = |e: wellhead_wire::DecodeError| Error::new(Code::BAD_MSG, format!("unreadable answer to Fetch: {e}"));
    let mut reader = Reader::new(&frame.bytes);
    headers::decode_response_header(&mut reader, FetchRequest::API_KEY, frame.version).map_err(unreadable)?;
    let view = FetchResponseView::parse(&mut reader, frame.version).map_err(unreadable)?;
    let code = Code(view.error_code);
    if let Some(s) = session.as_deref_mut()
        && !s.answered(code, view.session_id)
    {
        return Ok(());
    }
    if !code.is_ok() {
        return Err(Error::code(code));
    }
    let now = inner.cluster.now_ms();
    let (mut wake, mut refresh) = (false, false);
    let mut named = BTreeSet::new();
    for topic in view.topics() {
        let name = if topic.name.is_empty() {
            wants.iter().find(|(_, w)| w.topic_id == topic.id).map(|(tp, _)| tp.topic.clone())
        } else {
            Some(topic.name.into())
        };
        let Some(name) = name else { continue };
        for p in topic.partitions() {
            let tp = TopicPartition::new(name.clone(), p.partition);
            let Some(want) = wants.get(&tp) else { continue };
            if let Some(s) = session.as_deref_mut()
                && p.error_code == 0
            {
                s.told(&tp, Ends { high: p.high_watermark, last_stable: p.last_stable_offset, low: p.log_start_offset });
            }
            if inner.cfg.eof {
                named.insert(tp.clone());
            }
            if let Some((leader, epoch)) = p.current_leader {
                inner.cluster.learn_leader(&tp.topic, tp.partition, leader, epoch);
            }
            let fetched = Fetched {
                topic: tp.topic.clone(),
                partition: tp.partition,
                offset: want.offset,
                records: if p.range.is_empty() { bytes::Bytes::new() } else { frame.bytes.slice(p.range.clone()) },
                aborted: if inner.cfg.read_committed { p.aborted().collect() } else { Vec::new() },
                check_crcs: inner.cfg.check_crcs,
                open: Open::default(),
            };
            let answer =
                Answer { code: Code(p.error_code), high: p.high_watermark, last_stable: p.last_stable_offset, low: p.log_start_offset, fetched };
            let todo = lock(inner).fetched(&tp, want.offset, answer, &inner.cfg, now);
            wake |= todo.wake;
            refresh |= todo.refresh_metadata;
        }
    }
    // A consumer that goes to the end of a partition which the session knows gets no answer about it; that is the answer.
    if let Some(s) = session.filter(|_| inner.cfg.eof) {
        for (tp, offset, ends) in s.unchanged(&named) {
            let fetched = Fetched {
                topic: tp.topic.clone(),
                partition: tp.partition,
                offset,
                records: bytes::Bytes::new(),
                aborted: Vec::new(),
                check_crcs: false,
                open: Open::default(),
            };
            let answer = Answer { code: Code::NO_ERROR, high: ends.high, last_stable: ends.last_stable, low: ends.low, fetched };
            wake |= lock(inner).fetched(tp, offset, answer, &inner.cfg, now).wake;
        }
    }
    if refresh {
        inner.want_metadata();
    }
    if wake {
        inner.wake_application();
        inner.touch();
    }
    Ok(())
}

/// After a failure: new metadata, and a pause that grows.
async fn trouble(inner: &Inner, e: &Error, failures: u32) {
    tracing::debug!(error = %e, "fetch failed");
    inner.want_metadata();
    let pause = inner.cluster.retry_backoff().after(failures);
    tokio::time::sleep(Duration::from_millis(pause)).await;
}
