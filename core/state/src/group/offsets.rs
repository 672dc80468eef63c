//! A group's committed offsets: committing, deleting, expiring.

use super::classic::{Group, State};
use super::codec::{group_key, offset_key, offset_value};
use super::{Append, Effects, KeyValue, Now, Reply, Stored, Token};
use std::sync::Arc;
use wellhead_base::{Code, TopicId};

/// An offset as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    pub offset: i64,
    /// Of the last consumed record; -1 where the client did not say.
    pub leader_epoch: i32,
    pub metadata: Arc<str>,
    /// Wall clock, milliseconds.
    pub commit_ms: i64,
    /// Set by clients of old versions that ask for their own retention.
    pub expire_ms: Option<i64>,
    /// The topic it belongs to; zero where it was not known.
    pub topic_id: TopicId,
}

/// One offset to commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffset {
    pub topic: Arc<str>,
    pub topic_id: TopicId,
    pub partition: i32,
    pub offset: i64,
    pub leader_epoch: i32,
    pub metadata: Option<String>,
}

/// What OffsetCommit asks of the machine.
#[derive(Debug, Clone)]
pub struct OffsetCommit<'a> {
    pub group: &'a str,
    /// -1 for a commit outside of group membership.
    pub generation: i32,
    pub member_id: &'a str,
    pub instance_id: Option<&'a str>,
    /// -1 for the broker's retention.
    pub retention_ms: i64,
    pub version: i16,
    pub offsets: Vec<NewOffset>,
}

impl Group {
    pub(super) fn offset(&self, topic: &str, topic_id: TopicId, partition: i32) -> Option<&Committed> {
        let c = self.offsets.get(topic)?.get(&partition)?;
        (c.topic_id.is_zero() || topic_id.is_zero() || c.topic_id == topic_id).then_some(c)
    }
    /// All committed and durable offsets, by topic and partition.
    pub fn offsets(&self) -> impl Iterator<Item = (&Arc<str>, i32, &Committed)> {
        self.offsets.iter().flat_map(|(t, ps)| ps.iter().map(move |(p, c)| (t, *p, c)))
    }

    pub(super) fn commit(&mut self, now: Now, token: Token, request: &OffsetCommit<'_>, metadata_bytes_max: usize, fx: &mut Effects) {
        if let Err(code) = self.check_commit(request) {
            return fx.reply(token, Reply::Commit(vec![code; request.offsets.len()]));
        }
        if matches!(self.state(), State::Stable | State::PreparingRebalance) {
            self.keep_session(now, request.member_id);
        }
        let expire_ms = (request.retention_ms >= 0).then(|| now.wall_ms.saturating_add(request.retention_ms));
        let (mut records, mut offsets) = (Vec::new(), Vec::new());
        let mut codes = Vec::with_capacity(request.offsets.len());
        for new in &request.offsets {
            let metadata = new.metadata.as_deref().unwrap_or_default();
            if metadata.len() > metadata_bytes_max {
                codes.push(Code::OFFSET_METADATA_TOO_LARGE);
                continue;
            }
            codes.push(Code::NO_ERROR);
            let c = Committed {
                offset: new.offset,
                leader_epoch: new.leader_epoch,
                metadata: metadata.into(),
                commit_ms: now.wall_ms,
                expire_ms,
                topic_id: new.topic_id,
            };
            records.push((offset_key(&self.id, &new.topic, new.partition), Some(offset_value(&c))));
            *self.commits_pending.entry((new.topic.clone(), new.partition)).or_default() += 1;
            offsets.push((new.topic.clone(), new.partition, Some(c)));
        }
        if records.is_empty() {
            return fx.reply(token, Reply::Commit(codes));
        }
        let stored = Stored::Offsets { incarnation: self.incarnation, offsets, token: Some(token), codes };
        fx.appends.push(Append { group: self.id.clone(), records, stored });
    }

    fn check_commit(&self, request: &OffsetCommit<'_>) -> Result<(), Code> {
        if request.generation < 0 && self.state() == State::Empty {
            return Ok(());
        }
        if request.generation >= 0 || !request.member_id.is_empty() || request.instance_id.is_some() {
            self.check_member(request.member_id, request.instance_id)?;
            if request.generation != self.generation() {
                return Err(Code::ILLEGAL_GENERATION);
            }
        } else {
            // Neither member nor generation: only an empty group takes that.
            return Err(Code::UNKNOWN_MEMBER_ID);
        }
        if self.state() == State::CompletingRebalance {
            return Err(Code::REBALANCE_IN_PROGRESS);
        }
        Ok(())
    }

    /// An append of offsets (Some) or tombstones (None) came through, or did not.
    pub(super) fn offsets_stored(&mut self, offsets: Vec<(Arc<str>, i32, Option<Committed>)>, durable: bool) {
        for (topic, partition, value) in offsets {
            let key = (topic, partition);
            if value.is_some()
                && let Some(n) = self.commits_pending.get_mut(&key)
            {
                *n -= 1;
                if *n == 0 {
                    self.commits_pending.remove(&key);
                }
            }
            if durable {
                self.set_offset(key.0, partition, value);
            }
        }
    }

    fn set_offset(&mut self, topic: Arc<str>, partition: i32, value: Option<Committed>) {
        match value {
            Some(c) => drop(self.offsets.entry(topic).or_default().insert(partition, c)),
            None => {
                if let Some(ps) = self.offsets.get_mut(&topic) {
                    ps.remove(&partition);
                    if ps.is_empty() {
                        self.offsets.remove(&topic);
                    }
                }
            }
        }
    }

    pub(super) fn replay_offset(&mut self, topic: String, partition: i32, value: Option<Committed>) {
        self.set_offset(topic.into(), partition, value);
    }

    /// Whether there is, or soon will be, an offset in the log.
    fn has_offset(&self, topic: &str, partition: i32) -> bool {
        self.offsets.get(topic).is_some_and(|ps| ps.contains_key(&partition))
            || self.commits_pending.keys().any(|(t, p)| &**t == topic && *p == partition)
    }

    fn tombstone(&self, topic: &Arc<str>, partition: i32) -> KeyValue {
        (offset_key(&self.id, topic, partition), None)
    }

    fn append_tombstones(&self, gone: Vec<(Arc<str>, i32)>, token: Option<Token>, fx: &mut Effects) {
        let records = gone.iter().map(|(t, p)| self.tombstone(t, *p)).collect();
        let offsets = gone.into_iter().map(|(t, p)| (t, p, None)).collect();
        let stored = Stored::Offsets { incarnation: self.incarnation, offsets, token, codes: Vec::new() };
        fx.appends.push(Append { group: self.id.clone(), records, stored });
    }

    pub(super) fn delete_offsets(&mut self, token: Token, partitions: &[(&str, i32)], fx: &mut Effects) -> Result<(Vec<Code>, bool), Code> {
        match self.state() {
            State::Dead => return Err(Code::GROUP_ID_NOT_FOUND),
            State::Empty => {}
            _ if self.is_consumer_group() => {}
            _ => return Err(Code::NON_EMPTY_GROUP),
        }
        let (mut codes, mut gone) = (Vec::with_capacity(partitions.len()), Vec::new());
        for (topic, partition) in partitions {
            if self.is_subscribed(topic) {
                codes.push(Code::GROUP_SUBSCRIBED_TO_TOPIC);
                continue;
            }
            codes.push(Code::NO_ERROR);
            if self.has_offset(topic, *partition) {
                gone.push((Arc::from(*topic), *partition));
            }
        }
        let some = !gone.is_empty();
        if some {
            self.append_tombstones(gone, Some(token), fx);
        }
        Ok((codes, some))
    }

    /// The offsets of topics that were deleted.
    pub(super) fn drop_topics(&mut self, topics: &[&str], fx: &mut Effects) {
        let gone: Vec<_> = self.offset_keys().filter(|(t, _)| topics.contains(&&**t)).collect();
        if !gone.is_empty() {
            self.append_tombstones(gone, None, fx);
        }
    }

    /// Every partition that has an offset, or a commit on its way.
    fn offset_keys(&self) -> impl Iterator<Item = (Arc<str>, i32)> + '_ {
        let committed = self.offsets().map(|(t, p, _)| (t.clone(), p));
        let pending = self.commits_pending.keys().filter(|(t, p)| !self.offsets.get(t).is_some_and(|ps| ps.contains_key(p))).cloned();
        committed.chain(pending)
    }

    /// Tombstones for everything of this group in the log: first its offsets, then the group, so that a crash between them leaves
    /// a group that can be deleted again.
    pub(super) fn tombstones(&self) -> Vec<KeyValue> {
        let mut out: Vec<KeyValue> = self.offset_keys().map(|(t, p)| self.tombstone(&t, p)).collect();
        out.push((group_key(&self.id), None));
        out
    }

    /// Tombstones for offsets past their retention. True when the group is empty and nothing of it is left, so that it may go.
    pub(super) fn expire(&mut self, now: Now, retention_ms: i64, fx: &mut Effects) -> bool {
        let since = self.state_since_ms();
        let simple = self.protocol_type().is_empty();
        let expired = |group: &Self, topic: &str, c: &Committed| {
            let base = match group.state() {
                _ if simple => c.commit_ms,
                State::Empty => since.max(c.commit_ms),
                State::Stable if group.is_consumer_group() && group.knows_subscription() && !group.is_subscribed(topic) => c.commit_ms,
                _ => return false,
            };
            match c.expire_ms {
                Some(at) => now.wall_ms >= at,
                None => now.wall_ms.saturating_sub(base) >= retention_ms,
            }
        };
        let gone: Vec<_> = self
            .offsets()
            .filter(|(t, p, c)| !self.commits_pending.contains_key(&((*t).clone(), *p)) && expired(self, t, c))
            .map(|(t, p, _)| (t.clone(), p))
            .collect();
        let left = self.offsets().count() - gone.len();
        let may_go = self.state() == State::Empty && left == 0 && self.commits_pending.is_empty() && !self.has_pending_members();
        if may_go {
            // The group's own tombstones cover the offsets.
            return true;
        }
        if !gone.is_empty() {
            self.append_tombstones(gone, None, fx);
        }
        false
    }
}
