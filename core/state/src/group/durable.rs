//! A group as the log keeps it and as DescribeGroups shows it.

use super::classic::{Group, Member, NEVER, State, own};
use super::codec::{group_key, group_value};
use super::{Client, Effects, GROUP_OPERATIONS, GroupConfig, KeyValue, Now};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use wellhead_wire::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use wellhead_wire::records::GroupMetadataValue;
use wellhead_wire::records::group_metadata_value::MemberMetadata;

impl Group {
    /// The group's record, with these assignments.
    pub(super) fn metadata_record(&mut self, assignments: &BTreeMap<String, Bytes>) -> KeyValue {
        self.persisted = true;
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(_, m)| m.seq);
        let value = GroupMetadataValue {
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            current_state_timestamp: self.state_since_ms,
            members: members
                .into_iter()
                .map(|(id, m)| MemberMetadata {
                    member_id: id.clone(),
                    group_instance_id: m.instance_id.clone(),
                    client_id: m.client.id.clone(),
                    client_host: m.client.host.clone(),
                    rebalance_timeout: m.rebalance_ms,
                    session_timeout: m.session_ms,
                    subscription: m.metadata(protocol),
                    assignment: assignments.get(id).cloned().unwrap_or_default(),
                })
                .collect(),
        };
        (group_key(&self.id), Some(group_value(&value)))
    }

    pub(super) fn replay_metadata(&mut self, value: GroupMetadataValue) {
        self.persisted = true;
        self.protocol_type = (!value.protocol_type.is_empty()).then_some(value.protocol_type);
        self.generation = value.generation;
        self.state = if value.members.is_empty() { State::Empty } else { State::Stable };
        self.state_since_ms = value.current_state_timestamp;
        self.leader = value.leader.filter(|_| !value.members.is_empty());
        self.protocol = value.protocol.filter(|_| !value.members.is_empty());
        self.members.clear();
        self.statics.clear();
        for m in value.members {
            if let Some(i) = &m.group_instance_id {
                self.statics.insert(i.clone(), m.member_id.clone());
            }
            self.seq_next += 1;
            let member = Member {
                instance_id: m.group_instance_id,
                client: Client { id: m.client_id, host: m.client_host },
                session_ms: m.session_timeout,
                rebalance_ms: if m.rebalance_timeout < 0 { m.session_timeout } else { m.rebalance_timeout },
                protocols: vec![(self.protocol.clone().unwrap_or_default(), own(&m.subscription))],
                assignment: own(&m.assignment),
                deadline: NEVER,
                is_new: false,
                join: None,
                sync: None,
                seq: self.seq_next,
            };
            self.members.insert(m.member_id, member);
        }
        self.subscribed = if self.members.is_empty() { self.is_consumer_group().then(BTreeSet::new) } else { self.read_subscriptions() };
    }

    pub(super) fn replay_tombstone(&mut self, wall_ms: i64) {
        let mut blank = Self::new(self.id.clone(), self.incarnation, wall_ms);
        blank.offsets = std::mem::take(&mut self.offsets);
        *self = blank;
    }

    pub(super) fn loaded(&mut self, now: Now, config: &GroupConfig, fx: &mut Effects) {
        let ids: Vec<String> = self.members.keys().cloned().collect();
        for id in ids {
            self.keep_session(now, &id);
        }
        if self.state == State::Stable && self.members.len() > config.size_max {
            self.prepare_rebalance(now, super::Gather::default(), fx);
        }
    }

    pub(super) fn describe(&self) -> DescribedGroup {
        let stable = self.state == State::Stable;
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(_, m)| m.seq);
        DescribedGroup {
            group_id: self.id.to_string(),
            group_state: self.state.name().to_owned(),
            protocol_type: self.protocol_type().to_owned(),
            protocol_data: if stable { protocol.to_owned() } else { String::new() },
            members: members
                .into_iter()
                .map(|(id, m)| DescribedGroupMember {
                    member_id: id.clone(),
                    group_instance_id: m.instance_id.clone(),
                    client_id: m.client.id.clone(),
                    client_host: m.client.host.clone(),
                    member_metadata: if stable { m.metadata(protocol) } else { Bytes::new() },
                    member_assignment: if stable { m.assignment.clone() } else { Bytes::new() },
                })
                .collect(),
            authorized_operations: GROUP_OPERATIONS,
            ..DescribedGroup::default()
        }
    }

    /// What a restart would know of the group, for comparing.
    #[cfg(test)]
    pub(super) fn durable_view(&self) -> String {
        let mut members: Vec<_> = self.members.iter().collect();
        members.sort_by_key(|(_, m)| m.seq);
        let protocol = self.protocol.as_deref().unwrap_or_default();
        let members: Vec<_> = members
            .into_iter()
            .map(|(id, m)| (id, &m.instance_id, m.session_ms, m.rebalance_ms, m.metadata(protocol), m.assignment.clone()))
            .collect();
        format!(
            "{:?} {} {:?} {:?} {:?} {:?} {:?}",
            self.state, self.generation, self.protocol_type, self.protocol, self.leader, members, self.offsets
        )
    }
}
