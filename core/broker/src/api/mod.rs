//! Kafka's APIs, one file each, and the one table that says which are served. Owns: reading a request's header, dispatch, the
//! form of answers. Does not own: what the bytes mean (`wire`), frames (`net`).
//!
//! Invariants: what ApiVersions advertises is this table with Kafka 4.3.1's version ranges, so an API is advertised when it has a
//! handler and not before. A request that cannot be read closes its connection with a log line, as Kafka does.

mod alter_configs;
mod alter_partition_reassignments;
mod api_versions;
mod create_partitions;
mod create_topics;
mod delete_groups;
mod delete_records;
mod delete_topics;
mod describe_cluster;
mod describe_configs;
mod describe_groups;
mod describe_log_dirs;
mod describe_producers;
mod describe_quorum;
mod describe_topic_partitions;
mod elect_leaders;
mod fetch;
mod find_coordinator;
mod heartbeat;
mod incremental_alter_configs;
mod init_producer_id;
mod join_group;
mod leave_group;
mod list_config_resources;
mod list_groups;
mod list_offsets;
mod list_partition_reassignments;
mod metadata;
mod offset_commit;
mod offset_delete;
mod offset_fetch;
mod offset_for_leader_epoch;
mod produce;
mod sync_group;
mod update_features;

use crate::node::Node;
use bytes::{Bytes, BytesMut};
use std::future::Future;
use std::sync::Arc;
use wellhead_base::{Code, Error};
use wellhead_net::{Answer, Frame, Peer};
use wellhead_wire::headers::encode_response;
use wellhead_wire::{Api, ApiKey, DecodeError, Message, Reader, Request, RequestHeader};

/// Answers one request. What must be ordered by arrival is done before it returns; what waits goes into `RequestContext::later`.
pub type Handler = fn(&Arc<Node>, RequestContext, Body) -> Result<Answer, DecodeError>;

/// The APIs that are served, by key.
pub const TABLE: &[(ApiKey, Handler)] = &[
    (ApiKey::Produce, produce::handle),
    (ApiKey::Fetch, fetch::handle),
    (ApiKey::ListOffsets, list_offsets::handle),
    (ApiKey::Metadata, metadata::handle),
    (ApiKey::OffsetCommit, offset_commit::handle),
    (ApiKey::OffsetFetch, offset_fetch::handle),
    (ApiKey::FindCoordinator, find_coordinator::handle),
    (ApiKey::JoinGroup, join_group::handle),
    (ApiKey::Heartbeat, heartbeat::handle),
    (ApiKey::LeaveGroup, leave_group::handle),
    (ApiKey::SyncGroup, sync_group::handle),
    (ApiKey::DescribeGroups, describe_groups::handle),
    (ApiKey::ListGroups, list_groups::handle),
    (ApiKey::ApiVersions, api_versions::handle),
    (ApiKey::CreateTopics, create_topics::handle),
    (ApiKey::DeleteTopics, delete_topics::handle),
    (ApiKey::DeleteRecords, delete_records::handle),
    (ApiKey::InitProducerId, init_producer_id::handle),
    (ApiKey::OffsetForLeaderEpoch, offset_for_leader_epoch::handle),
    (ApiKey::DescribeConfigs, describe_configs::handle),
    (ApiKey::AlterConfigs, alter_configs::handle),
    (ApiKey::DescribeLogDirs, describe_log_dirs::handle),
    (ApiKey::CreatePartitions, create_partitions::handle),
    (ApiKey::DeleteGroups, delete_groups::handle),
    (ApiKey::ElectLeaders, elect_leaders::handle),
    (ApiKey::IncrementalAlterConfigs, incremental_alter_configs::handle),
    (ApiKey::AlterPartitionReassignments, alter_partition_reassignments::handle),
    (ApiKey::ListPartitionReassignments, list_partition_reassignments::handle),
    (ApiKey::OffsetDelete, offset_delete::handle),
    (ApiKey::DescribeQuorum, describe_quorum::handle),
    (ApiKey::UpdateFeatures, update_features::handle),
    (ApiKey::DescribeCluster, describe_cluster::handle),
    (ApiKey::DescribeProducers, describe_producers::handle),
    (ApiKey::ListConfigResources, list_config_resources::handle),
    (ApiKey::DescribeTopicPartitions, describe_topic_partitions::handle),
];

fn handler(key: ApiKey) -> Option<Handler> {
    // Sorted by key; a test holds it.
    TABLE.binary_search_by_key(&(key as i16), |(k, _)| *k as i16).ok().map(|i| TABLE[i].1)
}

/// A request's header and its connection.
#[derive(Debug, Clone)]
pub struct RequestContext {
    pub header: RequestHeader,
    pub peer: Arc<Peer>,
}

impl RequestContext {
    pub fn version(&self) -> i16 {
        self.header.api_version
    }
    /// The name that the client gave itself; "" when it gave none.
    pub fn client_id(&self) -> &str {
        self.header.client_id.as_deref().unwrap_or("")
    }
    /// The client's address as Kafka prints it in group descriptions: `/127.0.0.1`.
    pub fn client_host(&self) -> String {
        format!("/{}", self.peer.host())
    }
    /// The answer to this request.
    pub fn answer<M: Message>(&self, response: &M) -> Answer {
        match encode_response(response, self.header.api_version, self.header.correlation_id) {
            Ok(bytes) => Answer::Now(Frame::from(bytes)),
            Err(e) => {
                let api = ApiKey::from_i16(self.header.api_key).map_or("?", ApiKey::name);
                tracing::error!(api, version = self.header.api_version, "a response cannot be encoded: {e}");
                Answer::Close(format!("the response of {api} v{} cannot be encoded: {e}", self.header.api_version).into())
            }
        }
    }
    /// Answers when `response` is there. The future is polled only once earlier answers of the connection were sent.
    pub fn later<M: Message>(self, response: impl Future<Output = M> + Send + 'static) -> Answer {
        Answer::Later(Box::pin(async move {
            let response = response.await;
            self.answer(&response)
        }))
    }
}

/// A request's body, not read yet.
pub struct Body {
    frame: BytesMut,
    start: usize,
}

impl Body {
    /// Reads it as `R`; `bytes` fields share the frame.
    pub fn decode<R: Request>(self, context: &RequestContext) -> Result<R, DecodeError> {
        let bytes: Bytes = self.frame.freeze().slice(self.start..);
        R::decode(&mut Reader::new(&bytes).of_request(), context.header.api_version)
    }
    /// The whole frame, and where the body begins in it.
    fn into_parts(self) -> (BytesMut, usize) {
        (self.frame, self.start)
    }
}

/// Reads a frame's header and answers it.
pub fn dispatch(node: &Arc<Node>, peer: &Arc<Peer>, frame: BytesMut) -> Answer {
    let mut reader = Reader::from_slice(&frame);
    let header = match RequestHeader::decode(&mut reader) {
        Ok(h) => h,
        Err(e) => return Answer::Close(format!("a request header that cannot be read: {e}").into()),
    };
    let start = reader.position();
    let (key, version) = (header.api_key, header.api_version);
    let context = RequestContext { header, peer: peer.clone() };
    let Some(api) = Api::find(key) else { return Answer::Close(format!("a request of the unknown API {key}").into()) };
    let Some(handler) = handler(api.key) else { return Answer::Close(format!("a request of the API {}, which is not served", api.name).into()) };
    if !api.serves(version) {
        if api.key == ApiKey::ApiVersions {
            return api_versions::unsupported(context);
        }
        return Answer::Close(format!("a request of {} version {version}, which is not served", api.name).into());
    }
    node.saw_request(peer.id, context.client_id(), api.key);
    match handler(node, context, Body { frame, start }) {
        Ok(answer) => answer,
        Err(e) => Answer::Close(format!("a request of {} v{version} that cannot be read: {e}", api.name).into()),
    }
}

/// An error as most responses carry it: code and message.
fn code_and_message(result: &Result<(), Error>) -> (i16, Option<String>) {
    match result {
        Ok(()) => (0, None),
        Err(e) => (wire_code(e).get(), Some(e.message().to_owned())),
    }
}

/// The code that goes on the wire: a local code has no meaning to the peer.
fn wire_code(e: &Error) -> Code {
    if e.code.is_local() { Code::UNKNOWN } else { e.code }
}

/// Kafka's answer to `current_leader_epoch` of a request against our leader epoch.
fn check_leader_epoch(asked: i32, ours: i32) -> Result<(), Code> {
    match asked {
        a if a < 0 || a == ours => Ok(()),
        a if a < ours => Err(Code::FENCED_LEADER_EPOCH),
        _ => Err(Code::UNKNOWN_LEADER_EPOCH),
    }
}

/// Bit sets of the operations that a client may do when nothing restricts it (`AclEntry.supportedOperations`).
mod operations {
    pub const TOPIC: i32 = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 11;
    pub const CLUSTER: i32 = 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12;
    /// The field when the client did not ask.
    pub const NOT_ASKED: i32 = i32::MIN;
}

#[cfg(test)]
mod tests;
