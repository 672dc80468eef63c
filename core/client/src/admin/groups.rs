//! Groups: what their coordinators answer, and the list that all brokers make together.

use super::call::{Call, all_failed, at_once, match_up, outcome, passing};
use super::{GroupDescription, GroupListing, MemberDescription, Outcomes};
use crate::assignor::decode_assignment;
use crate::cluster::{Cluster, Target};
use crate::offsets::{self, Committer};
use crate::types::{BrokerMetadata, OFFSET_INVALID, TopicPartition, TopicPartitionOffset};
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};
use wellhead_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use wellhead_wire::messages::offset_delete_request::{OffsetDeleteRequestPartition, OffsetDeleteRequestTopic};
use wellhead_wire::messages::{DeleteGroupsRequest, DescribeGroupsRequest, ListGroupsRequest, OffsetDeleteRequest};

/// DescribeGroups tells the allowed operations from this version on.
const WITH_OPERATIONS: i16 = 3;
/// The kind of group whose members are consumers.
const CONSUMER: &str = "consumer";

pub(super) async fn list(mut call: Call, states: Arc<[String]>, types: Arc<[String]>) -> Result<(Vec<GroupListing>, Vec<Error>)> {
    let brokers = call.one(|call| async move { call.learn(&[]).await.map(|m| m.brokers) }).await?;
    let asks = brokers.into_iter().map(|b| {
        let (mut call, states, types) = (call.clone(), states.clone(), types.clone());
        async move {
            let asked = call.one(|call| {
                let request = ListGroupsRequest { states_filter: states.to_vec(), types_filter: types.to_vec() };
                async move {
                    let r = call.request(Target::Node(b.id), |_| request).await?;
                    outcome(r.error_code, None).map(|()| r.groups)
                }
            });
            match asked.await {
                Ok(groups) => groups.into_iter().map(Ok).collect(),
                Err(e) => vec![Err(Error::new(e.code, format!("broker {}: {}", b.id, e.message())))],
            }
        }
    });
    let (mut groups, mut errors) = (BTreeMap::new(), Vec::new());
    for row in at_once(asks).await {
        match row {
            // A group that moves to another coordinator meanwhile may be told twice.
            Ok(g) => {
                let g = GroupListing { group_id: g.group_id, protocol_type: g.protocol_type, state: g.group_state, group_type: g.group_type };
                groups.entry(g.group_id.clone()).or_insert(g);
            }
            Err(e) => errors.push(e),
        }
    }
    Ok((groups.into_values().collect(), errors))
}

/// After an error that another coordinator may not have, it is asked for anew; one that is not in the metadata comes or goes.
fn of_coordinator(cluster: &Cluster, group: &str, e: Error) -> Error {
    let e = if e.code == Code::UNKNOWN_BROKER { Error::new(Code::COORDINATOR_NOT_AVAILABLE, e.message()) } else { e };
    if passing(e.code) {
        cluster.forget_coordinator(group);
    }
    e
}

/// Asks each group's coordinator until each group has its final outcome.
async fn by_coordinator<T, F>(
    call: &mut Call,
    groups: &Arc<[String]>,
    ask: impl Fn(Call, i32, Arc<[String]>, Vec<usize>) -> F + Clone,
) -> Result<Vec<Result<T>>>
where
    T: Send + 'static,
    F: Future<Output = Vec<(usize, Result<T>)>> + Send + 'static,
{
    call.each(groups.len(), |call, open| {
        let (groups, ask) = (groups.clone(), ask.clone());
        async move {
            call.know_brokers().await?;
            let mut rows = Vec::new();
            let mut by_node: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
            for i in open {
                match call.coordinator(&groups[i]).await {
                    Ok(node) => by_node.entry(node).or_default().push(i),
                    Err(e) => rows.push((i, Err(e))),
                }
            }
            let asks = by_node.into_iter().map(|(node, items)| ask(call.clone(), node, groups.clone(), items));
            rows.extend(at_once(asks).await);
            Ok(rows.into_iter().map(|(i, row)| (i, row.map_err(|e| of_coordinator(&call.cluster, &groups[i], e)))).collect())
        }
    })
    .await
}

fn member(m: DescribedGroupMember, consumer: bool) -> MemberDescription {
    // What cannot be read is some other protocol's, which nobody promised us to understand.
    let assigned = if consumer { decode_assignment(&m.member_assignment).unwrap_or_default() } else { Vec::new() };
    MemberDescription {
        member_id: m.member_id,
        group_instance_id: m.group_instance_id,
        client_id: m.client_id,
        client_host: m.client_host,
        assignment: assigned.into_iter().map(|(topic, partition)| TopicPartition::new(topic, partition)).collect(),
    }
}

fn description(g: DescribedGroup, coordinator: &BrokerMetadata) -> Result<GroupDescription> {
    // Since KIP-1043 an unknown group is an error; before, and for those who use it, it is a dead one.
    let unknown = Code(g.error_code) == Code::GROUP_ID_NOT_FOUND;
    if !unknown {
        outcome(g.error_code, g.error_message)?;
    }
    let consumer = g.protocol_type == CONSUMER;
    Ok(GroupDescription {
        group_id: g.group_id,
        state: if unknown { "Dead".to_owned() } else { g.group_state },
        protocol_type: g.protocol_type,
        protocol: g.protocol_data,
        members: g.members.into_iter().map(|m| member(m, consumer)).collect(),
        coordinator: coordinator.clone(),
        authorized_operations: g.authorized_operations,
    })
}

pub(super) async fn describe(mut call: Call, groups: Arc<[String]>) -> Result<Outcomes<GroupDescription>> {
    let told = by_coordinator(&mut call, &groups, |call, node, groups, items| async move {
        let make = |version| DescribeGroupsRequest {
            groups: items.iter().map(|&i| groups[i].clone()).collect(),
            include_authorized_operations: version >= WITH_OPERATIONS,
        };
        match call.request(Target::Node(node), make).await {
            Ok(r) => {
                let coordinator = call.cluster.broker(node).unwrap_or(BrokerMetadata { id: node, ..Default::default() });
                let answers = r.groups.into_iter().map(|g| (g.group_id.clone(), description(g, &coordinator)));
                match_up(&items, |i| groups[i].clone(), answers)
            }
            Err(e) => all_failed(&items, &e),
        }
    });
    let told = told.await?;
    Ok(groups.iter().cloned().zip(told).collect())
}

pub(super) async fn delete(mut call: Call, groups: Arc<[String]>) -> Result<Outcomes<()>> {
    let gone = by_coordinator(&mut call, &groups, |call, node, groups, items| async move {
        let make = |_| DeleteGroupsRequest { groups_names: items.iter().map(|&i| groups[i].clone()).collect() };
        match call.request(Target::Node(node), make).await {
            Ok(r) => match_up(&items, |i| groups[i].clone(), r.results.into_iter().map(|g| (g.group_id, outcome(g.error_code, None)))),
            Err(e) => all_failed(&items, &e),
        }
    });
    let gone = gone.await?;
    Ok(groups.iter().cloned().zip(gone).collect())
}

pub(super) async fn offsets(
    mut call: Call,
    group: String,
    partitions: Option<Vec<TopicPartition>>,
    require_stable: bool,
) -> Result<Vec<TopicPartitionOffset>> {
    if partitions.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let partitions: Option<Arc<[TopicPartition]>> = partitions.map(Into::into);
    let told = call.one(|call| {
        let (group, partitions) = (group.clone(), partitions.clone());
        async move {
            call.know_brokers().await?;
            let timeout = call.left().min(call.cluster.cfg.request_timeout);
            let told = call.bounded(offsets::fetch_committed(&call.cluster, &group, partitions.as_deref(), require_stable, timeout)).await;
            let told = told.map_err(|e| of_coordinator(&call.cluster, &group, e))?;
            // Undecided offsets are waited for: the whole answer is asked for anew, as one picture.
            match told.iter().find_map(|o| o.error.clone().filter(|e| passing(e.code))) {
                Some(e) => Err(of_coordinator(&call.cluster, &group, e)),
                None => Ok(told),
            }
        }
    });
    let mut told = told.await?;
    Ok(match &partitions {
        None => {
            told.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
            told
        }
        Some(asked) => {
            let mut told: HashMap<TopicPartition, TopicPartitionOffset> = told.into_iter().map(|o| (o.tp(), o)).collect();
            asked.iter().map(|tp| told.remove(tp).unwrap_or_else(|| tp.at(OFFSET_INVALID))).collect()
        }
    })
}

pub(super) async fn commit(mut call: Call, group: String, offsets: Arc<[TopicPartitionOffset]>) -> Result<Vec<TopicPartitionOffset>> {
    let who = Arc::new(Committer { group, generation: -1, member_id: String::new(), instance_id: None });
    let done = call.each(offsets.len(), |call, open| {
        let (who, offsets) = (who.clone(), offsets.clone());
        async move {
            call.know_brokers().await?;
            let these: Vec<_> = open.iter().map(|&i| offsets[i].clone()).collect();
            let timeout = call.left().min(call.cluster.cfg.request_timeout);
            let told = call.bounded(offsets::commit(&call.cluster, &who, &these, timeout)).await;
            let told = told.map_err(|e| of_coordinator(&call.cluster, &who.group, e))?;
            let row = |o: TopicPartitionOffset| match o.error.clone() {
                Some(e) => (o.tp(), Err(of_coordinator(&call.cluster, &who.group, e))),
                None => (o.tp(), Ok(())),
            };
            Ok(match_up(&open, |i| offsets[i].tp(), told.into_iter().map(row)))
        }
    });
    let done = done.await?;
    Ok(offsets.iter().zip(done).map(|(o, d)| TopicPartitionOffset { error: d.err(), ..o.clone() }).collect())
}

pub(super) async fn delete_offsets(mut call: Call, group: String, partitions: Arc<[TopicPartition]>) -> Result<Vec<TopicPartitionOffset>> {
    let group: Arc<str> = group.into();
    let done = call.each(partitions.len(), |call, open| {
        let (group, partitions) = (group.clone(), partitions.clone());
        async move {
            call.know_brokers().await?;
            let mut topics: BTreeMap<&str, Vec<OffsetDeleteRequestPartition>> = BTreeMap::new();
            for &i in &open {
                let tp = &partitions[i];
                topics.entry(&tp.topic).or_default().push(OffsetDeleteRequestPartition { partition_index: tp.partition });
            }
            let topics = topics.into_iter().map(|(name, partitions)| OffsetDeleteRequestTopic { name: name.to_owned(), partitions }).collect();
            let request = OffsetDeleteRequest { group_id: group.to_string(), topics };
            let asked = async {
                let node = call.coordinator(&group).await?;
                let r = call.request(Target::Node(node), |_| request).await?;
                outcome(r.error_code, None).map(|()| r.topics)
            };
            let topics = asked.await.map_err(|e| of_coordinator(&call.cluster, &group, e))?;
            let of_topic = |t: wellhead_wire::messages::offset_delete_response::OffsetDeleteResponseTopic| {
                let rows = t.partitions.into_iter().map(|p| (p.partition_index, outcome(p.error_code, None)));
                rows.map(|(p, o)| (TopicPartition::new(t.name.as_str(), p), o)).collect::<Vec<_>>()
            };
            Ok(match_up(&open, |i| partitions[i].clone(), topics.into_iter().flat_map(of_topic)))
        }
    });
    let done = done.await?;
    let row = |(tp, d): (&TopicPartition, Result<()>)| TopicPartitionOffset { error: d.err(), ..tp.at(OFFSET_INVALID) };
    Ok(partitions.iter().zip(done).map(row).collect())
}
