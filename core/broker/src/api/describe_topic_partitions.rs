//! DescribeTopicPartitions: topics page by page, in the order of their names, with a cursor to go on from.

use super::{Body, Node, RequestContext, operations};
use std::sync::Arc;
use wellhead_base::ids::topic_name_valid;
use wellhead_base::{Code, TopicId};
use wellhead_net::Answer;
use wellhead_state::image::{Topic, is_internal};
use wellhead_wire::DecodeError;
use wellhead_wire::messages::describe_topic_partitions_response::{
    Cursor, DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
};
use wellhead_wire::messages::{DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse};

/// Partitions of one response at most (`max.request.partition.size.limit`).
const PARTITIONS_MAX: i32 = 2000;

pub(super) fn handle(node: &Arc<Node>, context: RequestContext, body: Body) -> Result<Answer, DecodeError> {
    let request: DescribeTopicPartitionsRequest = body.decode(&context)?;
    let image = node.metadata.image();
    let (first, first_partition) = request.cursor.as_ref().map_or(("", 0), |c| (c.topic_name.as_str(), c.partition_index.max(0) as usize));
    // Which names, from the cursor on, in order; all of them when none is named.
    let mut names: Vec<&str> = request.topics.iter().map(|t| t.name.as_str()).filter(|n| *n >= first).collect();
    names.sort_unstable();
    names.dedup();
    let all = request.topics.is_empty();
    let known: Box<dyn Iterator<Item = (&str, Option<&Arc<Topic>>)>> =
        if all { Box::new(image.topics_from(first).map(|t| (&*t.name, Some(t)))) } else { Box::new(names.into_iter().map(|n| (n, image.topic(n)))) };

    let mut left = request.response_partition_limit.clamp(1, PARTITIONS_MAX) as usize;
    let mut response = DescribeTopicPartitionsResponse::default();
    for (name, topic) in known {
        let Some(topic) = topic else {
            let code = if topic_name_valid(name) { Code::UNKNOWN_TOPIC_OR_PART } else { Code::TOPIC_EXCEPTION };
            response.topics.push(described(code, name, TopicId::ZERO));
            continue;
        };
        let begin = if name == first { first_partition.min(topic.partitions.len()) } else { 0 };
        if left == 0 {
            response.next_cursor = Some(Cursor { topic_name: name.to_owned(), partition_index: begin as i32 });
            break;
        }
        let end = topic.partitions.len().min(begin + left);
        left -= end - begin;
        let mut out = described(Code::NO_ERROR, name, topic.id);
        out.partitions = topic.partitions[begin..end]
            .iter()
            .zip(begin..)
            .map(|(p, i)| DescribeTopicPartitionsResponsePartition {
                partition_index: i as i32,
                leader_id: p.leader,
                leader_epoch: p.leader_epoch,
                replica_nodes: p.replicas.to_vec(),
                isr_nodes: p.isr.to_vec(),
                eligible_leader_replicas: Some(Vec::new()),
                last_known_elr: Some(Vec::new()),
                ..DescribeTopicPartitionsResponsePartition::default()
            })
            .collect();
        out.topic_authorized_operations = operations::TOPIC;
        response.topics.push(out);
        if end < topic.partitions.len() {
            response.next_cursor = Some(Cursor { topic_name: name.to_owned(), partition_index: end as i32 });
            break;
        }
    }
    Ok(context.answer(&response))
}

fn described(code: Code, name: &str, topic_id: TopicId) -> DescribeTopicPartitionsResponseTopic {
    DescribeTopicPartitionsResponseTopic {
        error_code: code.get(),
        name: Some(name.to_owned()),
        topic_id,
        is_internal: is_internal(name),
        ..DescribeTopicPartitionsResponseTopic::default()
    }
}
