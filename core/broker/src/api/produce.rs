//! Produce: appends batches and answers when they are as durable as the client asked. The append happens when the request arrives,
//! in the frame's own memory; only the wait for durability is left for later.

use super::{Body, Node, RequestContext};
use crate::partitions::Partition;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use wellhead_base::{Code, TopicId};
use wellhead_log::{AppendError, Appended, Origin, RecordError};
use wellhead_net::{Answer, Frame};
use wellhead_record::{BatchRef, Codec};
use wellhead_state::image::is_internal;
use wellhead_wire::headers::encode_response;
use wellhead_wire::messages::ProduceResponse;
use wellhead_wire::messages::produce_response::{BatchIndexAndErrorMessage, PartitionProduceResponse, TopicProduceResponse};
use wellhead_wire::views::{ProduceRequestView, ProduceResponseWriter, ProducedPartition};
use wellhead_wire::{DecodeError, EncodeError, Reader};

/// The client id of Kafka's own admin client, which may write to internal topics.
const ADMIN_CLIENT_ID: &str = "__admin_client";
/// From this version on batches may be compressed with zstd.
const ZSTD_VERSION: i16 = 7;

/// One topic of the request.
struct Topic {
    name: String,
    id: TopicId,
    partitions: Vec<Target>,
}

/// One partition of the request, where its batches are in the frame and what became of them.
struct Target {
    index: i32,
    records: Range<usize>,
    outcome: Result<Appended, AppendError>,
    /// Where it went, while its durability is waited for.
    partition: Option<Arc<Partition>>,
}

fn refused<T>(code: Code, message: impl Into<String>) -> Result<T, AppendError> {
    Err(AppendError { code, message: message.into(), record_errors: Vec::new() })
}

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let (mut frame, start) = body.into_parts();
    let version = context.version();
    let mut reader = Reader::from_slice(&frame).of_request();
    reader.skip(start)?;
    let view = ProduceRequestView::parse(&mut reader, version)?;
    let (acks, timeout_ms) = (view.acks, view.timeout_ms);
    let all = match view.transactional_id {
        _ if !matches!(acks, -1..=1) => Some((Code::INVALID_REQUIRED_ACKS, "acks must be -1, 0 or 1")),
        Some(_) => Some((Code::TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "transactions are not served yet")),
        None => None,
    };
    let mut topics: Vec<Topic> = view
        .topics()
        .map(|t| Topic {
            name: t.name.to_owned(),
            id: t.id,
            partitions: t
                .partitions()
                .map(|p| Target { index: p.index, records: p.range, outcome: refused(Code::UNKNOWN, ""), partition: None })
                .collect(),
        })
        .collect();

    for topic in &mut topics {
        for target in &mut topic.partitions {
            target.outcome = match all {
                Some((code, message)) => refused(code, message),
                None => append(node, &context, &topic.name, topic.id, target.index, &mut frame[target.records.clone()], &mut target.partition),
            };
        }
    }
    drop(frame);

    if acks == 0 {
        // There is no answer to carry an error; as Kafka, end the connection so that the client looks again.
        return Ok(match topics.iter().flat_map(|t| &t.partitions).find_map(|p| p.outcome.as_ref().err()) {
            Some(e) => Answer::Close(format!("a produce request with acks=0 failed: {e}").into()),
            None => Answer::Silent,
        });
    }
    let visible = |t: &Target| match (&t.outcome, &t.partition) {
        (Ok(a), Some(p)) => p.log.high_watermark() > a.last_offset,
        _ => true,
    };
    if acks == 1 || topics.iter().flat_map(|t| &t.partitions).all(visible) {
        return Ok(respond(&context, &topics));
    }
    let deadline = Instant::now() + Duration::from_millis(timeout_ms.max(0) as u64);
    Ok(Answer::Later(Box::pin(async move {
        for target in topics.iter_mut().flat_map(|t| &mut t.partitions) {
            if let (Ok(a), Some(p)) = (&target.outcome, &target.partition)
                && let Err(code) = p.visible(a.last_offset, deadline).await
            {
                target.outcome = refused(code, code.description());
            }
        }
        respond(&context, &topics)
    })))
}

/// Appends to one partition; `partition` is filled in when there is something to wait for.
fn append(
    node: &Node,
    context: &RequestContext,
    name: &str,
    id: TopicId,
    index: i32,
    records: &mut [u8],
    partition: &mut Option<Arc<Partition>>,
) -> Result<Appended, AppendError> {
    let by_id = context.version() >= 13;
    let found = if by_id { node.partition_by_id(id, index) } else { node.partition(name, index) };
    let found = match found {
        Ok(p) => p,
        Err(code) => return refused(code, code.description()),
    };
    if is_internal(found.log.topic()) && context.client_id() != ADMIN_CLIENT_ID {
        return refused(Code::TOPIC_EXCEPTION, format!("Cannot append to internal topic {}", found.log.topic()));
    }
    check_batch(context.version(), records)?;
    let appended = match found.append(records, Origin::Client, &*node.clock) {
        Ok(a) => a,
        Err(e) => {
            if e.code == Code::KAFKA_STORAGE_ERROR {
                say_storage_error(found.log.topic(), index, &e);
            }
            return Err(e);
        }
    };
    *partition = Some(found);
    Ok(appended)
}

/// What Kafka checks of a produce request's records before any log sees them.
fn check_batch(version: i16, records: &[u8]) -> Result<(), AppendError> {
    let batch = match BatchRef::parse(records) {
        _ if records.is_empty() => {
            return refused(Code::INVALID_RECORD, format!("Produce requests with version {version} must have at least one record batch"));
        }
        Ok(b) => b,
        Err(e) => return refused(e.code(), e.to_string()),
    };
    if batch.len() != records.len() {
        return refused(
            Code::INVALID_RECORD,
            format!("Produce requests with version {version} are only allowed to contain exactly one record batch"),
        );
    }
    if batch.codec() == Codec::Zstd && version < ZSTD_VERSION {
        return refused(
            Code::UNSUPPORTED_COMPRESSION_TYPE,
            format!("Produce requests with version {version} are not allowed to use ZStandard compression"),
        );
    }
    if batch.is_transactional() {
        return refused(Code::TRANSACTIONAL_ID_AUTHORIZATION_FAILED, "transactions are not served yet");
    }
    Ok(())
}

/// A failing disk fails every request: it is said once until it works again, which takes a restart.
fn say_storage_error(topic: &str, partition: i32, e: &AppendError) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if !SAID.swap(true, Ordering::Relaxed) {
        tracing::error!(topic, partition, "an append failed: {e} (said once)");
    }
}

fn respond(context: &RequestContext, topics: &[Topic]) -> Answer {
    let blamed = topics.iter().flat_map(|t| &t.partitions).any(|p| p.outcome.as_ref().is_err_and(|e| !e.record_errors.is_empty()));
    let encoded = if blamed && context.version() >= 8 { encode_with_record_errors(context, topics) } else { encode(context, topics) };
    match encoded {
        Ok(frame) => Answer::Now(frame),
        Err(e) => Answer::Close(format!("the response of Produce v{} cannot be encoded: {e}", context.version()).into()),
    }
}

/// The common case, without intermediate structs.
fn encode(context: &RequestContext, topics: &[Topic]) -> Result<Frame, EncodeError> {
    let mut w = ProduceResponseWriter::new(context.version(), context.header.correlation_id, topics.len())?;
    for topic in topics {
        w.topic(&topic.name, topic.id, topic.partitions.len())?;
        for p in &topic.partitions {
            w.partition(&match &p.outcome {
                Ok(a) => ProducedPartition {
                    index: p.index,
                    error_code: 0,
                    base_offset: a.base_offset,
                    log_append_time_ms: a.log_append_time,
                    log_start_offset: a.log_start_offset,
                    error_message: None,
                },
                Err(e) => ProducedPartition {
                    index: p.index,
                    error_code: e.code.get(),
                    base_offset: -1,
                    log_append_time_ms: -1,
                    log_start_offset: -1,
                    error_message: Some(bounded(&e.message)),
                },
            })?;
        }
    }
    Ok(Frame::from(w.finish(0)))
}

fn encode_with_record_errors(context: &RequestContext, topics: &[Topic]) -> Result<Frame, EncodeError> {
    let blame =
        |e: &RecordError| BatchIndexAndErrorMessage { batch_index: e.batch_index, batch_index_error_message: Some(bounded(&e.message).to_owned()) };
    let partition = |p: &Target| match &p.outcome {
        Ok(a) => PartitionProduceResponse {
            index: p.index,
            base_offset: a.base_offset,
            log_append_time_ms: a.log_append_time,
            log_start_offset: a.log_start_offset,
            ..PartitionProduceResponse::default()
        },
        Err(e) => PartitionProduceResponse {
            index: p.index,
            error_code: e.code.get(),
            base_offset: -1,
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: e.record_errors.iter().map(blame).collect(),
            error_message: Some(bounded(&e.message).to_owned()),
            ..PartitionProduceResponse::default()
        },
    };
    let responses = topics
        .iter()
        .map(|t| TopicProduceResponse { name: t.name.clone(), topic_id: t.id, partition_responses: t.partitions.iter().map(partition).collect() })
        .collect();
    let response = ProduceResponse { responses, ..ProduceResponse::default() };
    Ok(Frame::from(encode_response(&response, context.version(), context.header.correlation_id)?))
}

/// A message that fits a string of the protocol, whatever a peer's bytes made of it.
fn bounded(message: &str) -> &str {
    let mut end = message.len().min(1000);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    &message[..end]
}
