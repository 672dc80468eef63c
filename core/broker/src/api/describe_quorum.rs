//! DescribeQuorum: the metadata log, whose leader and only voter is this node.

use super::{Body, Node, RequestContext};
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_state::image::METADATA_TOPIC;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::describe_quorum_request::TopicData as Asked;
use wellhead_wire::messages::describe_quorum_response::{Listener, Node as QuorumNode, PartitionData, ReplicaState, TopicData};
use wellhead_wire::messages::{DescribeQuorumRequest, DescribeQuorumResponse};

/// The version in which voters are told with their directory, their address, and errors with a message.
const VERSION_WITH_NODES: i16 = 2;

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DescribeQuorumRequest = body.decode(&context)?;
    let is_the_log = |t: &Asked| t.topic_name == METADATA_TOPIC && matches!(&t.partitions[..], [p] if p.partition_index == 0);
    if !matches!(&request.topics[..], [t] if is_the_log(t)) {
        return Ok(context.answer(&unknown(request.topics)));
    }
    let mut partition = PartitionData { error_message: None, leader_id: node.node_id(), ..PartitionData::default() };
    match node.metadata.log_state() {
        Ok(log) => {
            let now = node.clock.wall_ms();
            let mut me = ReplicaState {
                replica_id: node.node_id(),
                log_end_offset: log.log_end,
                // The leader has always just caught up with itself.
                last_fetch_timestamp: now,
                last_caught_up_timestamp: now,
                ..ReplicaState::default()
            };
            if context.version() >= VERSION_WITH_NODES {
                me.replica_directory_id = node.directory_id;
            }
            (partition.leader_epoch, partition.high_watermark, partition.current_voters) = (log.leader_epoch, log.high_watermark, vec![me]);
        }
        Err(code) => partition.error_code = code.get(),
    }
    let mut response = DescribeQuorumResponse {
        error_message: None,
        topics: vec![TopicData { topic_name: METADATA_TOPIC.into(), partitions: vec![partition] }],
        ..DescribeQuorumResponse::default()
    };
    if context.version() >= VERSION_WITH_NODES {
        let (host, port) = node.endpoint(&context.peer);
        let listeners = vec![Listener { name: "PLAINTEXT".into(), host, port: u16::try_from(port).unwrap_or(0) }];
        response.nodes = vec![QuorumNode { node_id: node.node_id(), listeners }];
    }
    Ok(context.answer(&response))
}

/// The answer about anything else.
fn unknown(asked: Vec<Asked>) -> DescribeQuorumResponse {
    let partition = |partition_index: i32| PartitionData {
        partition_index,
        error_code: Code::UNKNOWN_TOPIC_OR_PART.get(),
        error_message: None,
        leader_id: -1,
        leader_epoch: -1,
        high_watermark: -1,
        ..PartitionData::default()
    };
    let topics = asked
        .into_iter()
        .map(|t| TopicData { partitions: t.partitions.iter().map(|p| partition(p.partition_index)).collect(), topic_name: t.topic_name })
        .collect();
    DescribeQuorumResponse { error_message: None, topics, ..DescribeQuorumResponse::default() }
}
