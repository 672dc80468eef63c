//! Fetch: reads partitions, and waits for an append when there is too little. Records are answered as ranges of segment files and
//! are not read here, but for short ones, which cost less copied than named.
//!
//! The wait: register with every partition, look, sleep until one of them moves or the time is over, look again.

use super::{Body, Node, RequestContext, check_leader_epoch};
use crate::partitions::{Partition, Wait};
use crate::sessions::{Asked, EPOCH_FINAL, EPOCH_INITIAL, Entry, Granted, TopicKey};
use bytes::{Bytes, BytesMut};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use wellhead_base::{Code, TopicId};
use wellhead_log::{ReadError, ReadUpTo};
use wellhead_net::{Answer, Frame, Part};
use wellhead_wire::views::{FetchPartitionHeader, FetchRequestView, FetchResponseWriter};
use wellhead_wire::{DecodeError, EncodeError, Reader};

/// Records up to this many bytes are copied into the response.
const INLINE_BYTES: u64 = 16 * 1024;

/// The request's limits.
#[derive(Debug, Clone, Copy)]
struct Limits {
    min_bytes: i64,
    max_bytes: i64,
    read_committed: bool,
}

/// What one partition is answered with.
struct Fetched {
    topic: TopicKey,
    header: Header,
    records: Vec<Part>,
    len: usize,
    /// Where the records are from.
    partition: Option<Arc<Partition>>,
}

#[derive(Debug, Clone, Copy)]
struct Header {
    partition: i32,
    code: Code,
    high_watermark: i64,
    log_start: i64,
}

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let (frame, start) = body.into_parts();
    let mut reader = Reader::from_slice(&frame).of_request();
    reader.skip(start)?;
    let view = FetchRequestView::parse(&mut reader, context.version())?;
    let limits = Limits {
        min_bytes: i64::from(view.min_bytes),
        max_bytes: i64::from(view.max_bytes.min(node.config.fetch_max_bytes)),
        read_committed: view.isolation_level == 1,
    };
    if view.replica_id >= 0 {
        tracing::warn!(peer = %context.peer, replica = view.replica_id, "a fetch of a replica was refused: this node has no followers");
        return Ok(answer(&context, Code::CLUSTER_AUTHORIZATION_FAILED, 0, false, &[]));
    }
    let by_id = context.version() >= 13;
    let key = |name: &str, id: TopicId| TopicKey { name: name.into(), id };
    let mut entries = Vec::new();
    for t in view.topics() {
        let topic = key(t.name, t.id);
        for p in t.partitions() {
            entries.push(Entry::new(topic.clone(), p.partition, p.fetch_offset, p.partition_max_bytes, p.current_leader_epoch));
        }
    }
    let mut forgotten = Vec::new();
    for t in view.forgotten() {
        let topic = key(t.name, t.id);
        forgotten.extend(t.partitions().map(|p| (topic.clone(), p)));
    }
    // Before sessions there were none to ask for.
    let (session_id, epoch) = if context.version() < 7 { (0, EPOCH_FINAL) } else { (view.session_id, view.session_epoch) };
    let deadline = Instant::now() + Duration::from_millis(view.max_wait_ms.max(0) as u64);
    let at_once = view.max_wait_ms <= 0;
    drop(frame);
    if epoch < EPOCH_FINAL || (epoch > EPOCH_INITIAL && session_id == 0) {
        return Ok(answer(&context, Code::INVALID_FETCH_SESSION_EPOCH, 0, false, &[]));
    }
    let granted = node.sessions.lock().request(Asked { session_id, epoch, by_id, entries, forgotten }, node.clock.mono_ms(), &mut node.rng.lock());
    let granted = match granted {
        Ok(g) => g,
        Err(code) => return Ok(answer(&context, code, 0, false, &[])),
    };

    let fetched = read(node, &granted, limits);
    if at_once || enough(&fetched, limits, granted.session.lock().is_empty()) {
        return Ok(finish(&context, &granted, limits, fetched));
    }
    let node = node.clone();
    Ok(Answer::Later(Box::pin(async move {
        let mut wait = Wait::new();
        wait.on(node.stop_waiters());
        {
            let mut session = granted.session.lock();
            let handles: Vec<Arc<Partition>> = session.entries().filter_map(|e| e.handle.clone()).collect();
            drop(session);
            for p in &handles {
                wait.on(&p.waiters);
            }
        }
        loop {
            let fetched = read(&node, &granted, limits);
            if enough(&fetched, limits, false) || node.stopping() {
                return finish(&context, &granted, limits, fetched);
            }
            drop(fetched);
            if !wait.woken(deadline).await {
                let fetched = read(&node, &granted, limits);
                return finish(&context, &granted, limits, fetched);
            }
        }
    })))
}

/// Whether the response may go out without waiting.
fn enough(fetched: &[Fetched], limits: Limits, nothing_asked: bool) -> bool {
    let bytes: i64 = fetched.iter().map(|f| f.len as i64).sum();
    nothing_asked || bytes >= limits.min_bytes || fetched.iter().any(|f| f.header.code != Code::NO_ERROR)
}

/// Reads every partition of the session once, within the limits. The first batch of the first partition that has one comes whatever
/// its size, so that no reader stands still before a large batch.
fn read(node: &Node, granted: &Granted, limits: Limits) -> Vec<Fetched> {
    let mut session = granted.session.lock();
    let mut out = Vec::with_capacity(session.len());
    let mut left = limits.max_bytes;
    let mut empty = true;
    for e in session.entries() {
        let f = read_one(node, e, left, empty);
        if f.len > 0 {
            empty = false;
            left -= f.len as i64;
        }
        out.push(f);
    }
    out
}

fn read_one(node: &Node, e: &mut Entry, left: i64, min_one: bool) -> Fetched {
    let failed = |e: &Entry, code: Code| Fetched {
        topic: e.topic.clone(),
        header: Header { partition: e.partition, code, high_watermark: -1, log_start: -1 },
        records: Vec::new(),
        len: 0,
        partition: None,
    };
    // A handle of a topic that was deleted is found anew once: the name may stand for another topic now.
    for again in [true, false] {
        let handle = match &e.handle {
            Some(h) => h.clone(),
            None => {
                let found =
                    if e.topic.id.is_zero() { node.partition(&e.topic.name, e.partition) } else { node.partition_by_id(e.topic.id, e.partition) };
                match found {
                    Ok(h) => {
                        e.handle = Some(h.clone());
                        h
                    }
                    Err(code) => return failed(e, code),
                }
            }
        };
        if let Err(code) = check_leader_epoch(e.current_leader_epoch, handle.leader_epoch) {
            return failed(e, code);
        }
        let max = i64::from(e.bytes_max).min(left).max(0) as usize;
        match handle.log.read(e.fetch_offset, max, ReadUpTo::HighWatermark, min_one && left > 0 && e.bytes_max > 0) {
            Ok(slice) => {
                let len = slice.len();
                let header =
                    Header { partition: e.partition, code: Code::NO_ERROR, high_watermark: slice.high_watermark, log_start: slice.log_start };
                let records: Vec<Part> = slice.parts.into_iter().map(|r| Part::File { file: r.file, offset: r.position, len: r.len }).collect();
                let partition = (len > 0).then_some(handle);
                return Fetched { topic: e.topic.clone(), header, records, len: len as usize, partition };
            }
            Err(ReadError::Log(wellhead_log::LogError::Gone)) if again => e.handle = None,
            Err(ReadError::Log(wellhead_log::LogError::Gone)) => break,
            Err(error) => {
                if let ReadError::Log(error) = &error {
                    tracing::error!(topic = handle.log.topic(), partition = e.partition, "a partition cannot be read: {error}");
                }
                // Kafka's word for a damaged log: consumers tell their application, where they would wait out a storage error.
                let damaged = matches!(error, ReadError::Log(wellhead_log::LogError::Corrupt { .. }));
                return failed(e, if damaged { Code::INVALID_MSG } else { error.code() });
            }
        }
    }
    failed(e, Code::UNKNOWN_TOPIC_OR_PART)
}

/// Remembers in the session what the client is told, and answers: everything, or in an incremental response the news.
fn finish(context: &RequestContext, granted: &Granted, limits: Limits, mut fetched: Vec<Fetched>) -> Answer {
    if granted.id != 0 {
        let mut session = granted.session.lock();
        // The entries stand in the order in which they were read, unless the session changed meanwhile.
        let mut news = Vec::with_capacity(fetched.len());
        let mut at = 0;
        for e in session.entries() {
            let Some(f) = fetched.get(at).filter(|f| f.header.partition == e.partition && f.topic == e.topic) else { continue };
            at += 1;
            let h = &f.header;
            let new = f.len > 0 || h.code != Code::NO_ERROR || h.high_watermark != e.high_watermark || h.log_start != e.log_start;
            (e.high_watermark, e.log_start) = (h.high_watermark, h.log_start);
            news.push(new);
        }
        for f in fetched.iter().filter(|f| f.len > 0) {
            session.to_end(&f.topic, f.header.partition);
        }
        drop(session);
        if granted.incremental && news.len() == fetched.len() {
            let mut news = news.into_iter();
            fetched.retain(|_| news.next().unwrap_or(true));
        }
    }
    for f in fetched.iter_mut().filter(|f| f.len > 0 && f.len as u64 <= INLINE_BYTES) {
        match inline(&f.records, f.len) {
            Ok(bytes) => f.records = vec![Part::Bytes(bytes)],
            Err(e) => {
                tracing::error!(topic = &*f.topic.name, partition = f.header.partition, "a partition cannot be read: {e}");
                (f.records, f.len) = (Vec::new(), 0);
                f.header = Header { code: Code::KAFKA_STORAGE_ERROR, high_watermark: -1, log_start: -1, ..f.header };
            }
        }
    }
    for f in &fetched {
        if let Some(p) = &f.partition {
            p.bytes_out.add(f.len as u64);
        }
    }
    answer(context, Code::NO_ERROR, granted.id, limits.read_committed, &fetched)
}

fn inline(parts: &[Part], len: usize) -> std::io::Result<Bytes> {
    let mut out = BytesMut::zeroed(len);
    let mut at = 0;
    for p in parts {
        let n = p.len() as usize;
        match p {
            Part::File { file, offset, .. } => file.read_exact_at(&mut out[at..at + n], *offset)?,
            Part::Bytes(b) => out[at..at + n].copy_from_slice(b),
        }
        at += n;
    }
    Ok(out.freeze())
}

fn answer(context: &RequestContext, code: Code, session_id: i32, read_committed: bool, fetched: &[Fetched]) -> Answer {
    match encode(context, code, session_id, read_committed, fetched) {
        Ok(parts) => Answer::Now(Frame(parts)),
        Err(e) => Answer::Close(format!("the response of Fetch v{} cannot be encoded: {e}", context.version()).into()),
    }
}

fn encode(context: &RequestContext, code: Code, session_id: i32, read_committed: bool, fetched: &[Fetched]) -> Result<Vec<Part>, EncodeError> {
    let runs = || fetched.chunk_by(|a, b| a.topic == b.topic);
    let mut w = FetchResponseWriter::<Part>::new(context.version(), context.header.correlation_id, 0, code.get(), session_id, runs().count())?;
    for run in runs() {
        w.topic(&run[0].topic.name, run[0].topic.id, run.len())?;
        for f in run {
            let header = FetchPartitionHeader {
                partition: f.header.partition,
                error_code: f.header.code.get(),
                high_watermark: f.header.high_watermark,
                // Without transactions everything visible is stable, and nothing was aborted.
                last_stable_offset: f.header.high_watermark,
                log_start_offset: f.header.log_start,
                aborted: read_committed.then_some(&[]),
                ..FetchPartitionHeader::default()
            };
            w.partition(&header, f.len, f.records.iter().cloned())?;
        }
    }
    w.finish(&[])
}
