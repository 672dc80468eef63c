//! ElectLeaders: the one node leads every partition already, so that no election is needed anywhere.

use super::{Body, Node, RequestContext};
use std::sync::Arc;
use wellhead_base::Code;
use wellhead_net::Answer;
use wellhead_wire::DecodeError;
use wellhead_wire::messages::elect_leaders_response::{PartitionResult, ReplicaElectionResult};
use wellhead_wire::messages::{ElectLeadersRequest, ElectLeadersResponse};

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: ElectLeadersRequest = body.decode(&context)?;
    // Version 0 elects preferred leaders (0) only; 1 is an unclean election.
    let known = matches!(request.election_type, 0 | 1);
    let image = node.metadata.image();
    let replica_election_results = match request.topic_partitions {
        // All there are: what has its leader is left out, and all have.
        None if known => image.topics().map(|t| ReplicaElectionResult { topic: t.name.to_string(), partition_result: Vec::new() }).collect(),
        None => Vec::new(),
        Some(topics) => topics
            .into_iter()
            .map(|t| {
                let result = |partition_id: i32| {
                    if !known {
                        return PartitionResult { partition_id, error_code: Code::INVALID_REQUEST.get(), error_message: None };
                    }
                    let e = image.elect_leader(&t.topic, partition_id);
                    PartitionResult { partition_id, error_code: e.code.get(), error_message: Some(e.message().to_owned()) }
                };
                let partition_result = t.partitions.iter().map(|p| result(*p)).collect();
                ReplicaElectionResult { topic: t.topic, partition_result }
            })
            .collect(),
    };
    drop(image);
    let code = if known { Code::NO_ERROR } else { Code::INVALID_REQUEST };
    Ok(context.answer(&ElectLeadersResponse { throttle_time_ms: 0, error_code: code.get(), replica_election_results }))
}
