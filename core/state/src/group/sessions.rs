//! A group's syncs, and the sessions of its members: heartbeats, leaves, timeouts.

use super::classic::{Group, NEVER, State, join_error, own, sync_error};
use super::{Append, Effects, Gather, Now, Reply, Stored, Token, append_failure};
use bytes::Bytes;
use std::collections::BTreeMap;
use wellhead_base::Code;
use wellhead_wire::messages::leave_group_request::MemberIdentity;
use wellhead_wire::messages::leave_group_response::MemberResponse;
use wellhead_wire::messages::{HeartbeatRequest, LeaveGroupRequest, LeaveGroupResponse, SyncGroupRequest, SyncGroupResponse};

impl Group {
    pub(super) fn sync(&mut self, now: Now, token: Token, request: &SyncGroupRequest, fx: &mut Effects) {
        let id = request.member_id.as_str();
        let differs = |asked: &Option<String>, have: &Option<String>| asked.is_some() && asked != have;
        let checked = self.check_member(id, request.group_instance_id.as_deref()).and_then(|()| {
            if request.generation_id != self.generation {
                Err(Code::ILLEGAL_GENERATION)
            } else if differs(&request.protocol_type, &self.protocol_type) || differs(&request.protocol_name, &self.protocol) {
                Err(Code::INCONSISTENT_GROUP_PROTOCOL)
            } else {
                Ok(())
            }
        });
        let code = match (checked, self.state) {
            (Err(code), _) => code,
            (Ok(()), State::Empty) => Code::UNKNOWN_MEMBER_ID,
            (Ok(()), State::Dead) => Code::COORDINATOR_NOT_AVAILABLE,
            (Ok(()), State::PreparingRebalance) => Code::REBALANCE_IN_PROGRESS,
            (Ok(()), State::CompletingRebalance | State::Stable) => Code::NO_ERROR,
        };
        if !code.is_ok() {
            return fx.reply(token, Reply::Sync(sync_error(code)));
        }
        self.unsynced.remove(id);
        if self.state == State::Stable {
            let assignment = self.members.get(id).map(|m| m.assignment.clone()).unwrap_or_default();
            self.keep_session(now, id);
            return fx.reply(token, Reply::Sync(self.assigned(assignment)));
        }
        let leads = self.leader() == Some(id);
        if let Some(m) = self.members.get_mut(id)
            && let Some(earlier) = m.sync.replace(token)
        {
            // The request was sent again; nobody reads the first answer any more.
            fx.reply(earlier, Reply::Sync(sync_error(Code::REBALANCE_IN_PROGRESS)));
        }
        if !leads || self.storing {
            return;
        }
        // Members that the leader forgot get nothing; assignments for those it made up are dropped.
        let mut assignments: BTreeMap<String, Bytes> = self.members.keys().map(|id| (id.clone(), Bytes::new())).collect();
        for a in &request.assignments {
            if let Some(slot) = assignments.get_mut(&a.member_id) {
                *slot = own(&a.assignment);
            }
        }
        let records = vec![self.metadata_record(&assignments)];
        self.storing = true;
        fx.appends.push(Append { group: self.id.clone(), records, stored: Stored::Assignment { generation: self.generation, assignments } });
    }

    fn assigned(&self, assignment: Bytes) -> SyncGroupResponse {
        SyncGroupResponse {
            protocol_type: self.protocol_type.clone(),
            protocol_name: self.protocol.clone(),
            assignment,
            ..SyncGroupResponse::default()
        }
    }

    /// The leader's assignment is in the log: hand it out, unless the group has moved on meanwhile.
    pub(super) fn assignment_stored(&mut self, now: Now, generation: i32, assignments: BTreeMap<String, Bytes>, code: Code, fx: &mut Effects) {
        if self.state != State::CompletingRebalance || self.generation != generation || !self.storing {
            return;
        }
        self.storing = false;
        if !code.is_ok() {
            self.reset_assignment(now, append_failure(code), fx);
            return self.prepare_rebalance(now, Gather::default(), fx);
        }
        for (id, assignment) in assignments {
            if let Some(m) = self.members.get_mut(&id) {
                m.assignment = assignment;
            }
        }
        self.become_state(State::Stable, now.wall_ms);
        let waiting: Vec<(String, Token, Bytes)> =
            self.members.iter_mut().filter_map(|(id, m)| m.sync.take().map(|t| (id.clone(), t, m.assignment.clone()))).collect();
        for (id, token, assignment) in waiting {
            self.keep_session(now, &id);
            fx.reply(token, Reply::Sync(self.assigned(assignment)));
        }
    }

    /// Nobody has an assignment; those who wait for one are told why.
    pub(super) fn reset_assignment(&mut self, now: Now, code: Code, fx: &mut Effects) {
        let mut kept = Vec::new();
        for (id, m) in &mut self.members {
            m.assignment = Bytes::new();
            if let Some(t) = m.sync.take() {
                fx.reply(t, Reply::Sync(sync_error(code)));
                kept.push(id.clone());
            }
        }
        for id in kept {
            self.keep_session(now, &id);
        }
    }

    // ---- sessions

    pub(super) fn keep_session(&mut self, now: Now, id: &str) {
        if let Some(m) = self.members.get_mut(id) {
            m.deadline = now.mono_ms + i64::from(m.session_ms);
            let at = m.deadline;
            self.wake_by(at);
        }
    }

    pub(super) fn heartbeat(&mut self, now: Now, request: &HeartbeatRequest) -> Code {
        let id = request.member_id.as_str();
        if let Err(code) = self.check_member(id, request.group_instance_id.as_deref()) {
            return code;
        }
        if request.generation_id != self.generation {
            return Code::ILLEGAL_GENERATION;
        }
        match self.state {
            State::Empty => Code::UNKNOWN_MEMBER_ID,
            State::Dead => Code::COORDINATOR_NOT_AVAILABLE,
            State::PreparingRebalance => {
                self.keep_session(now, id);
                Code::REBALANCE_IN_PROGRESS
            }
            State::CompletingRebalance | State::Stable => {
                self.keep_session(now, id);
                Code::NO_ERROR
            }
        }
    }

    pub(super) fn leave(&mut self, now: Now, token: Token, request: &LeaveGroupRequest, fx: &mut Effects) {
        let appends_before = fx.appends.len();
        let mut answer = LeaveGroupResponse::default();
        let mut gone = false;
        for asked in &request.members {
            let left = self.leave_one(asked, fx);
            gone |= left.is_ok();
            answer.members.push(MemberResponse {
                member_id: asked.member_id.clone(),
                group_instance_id: asked.group_instance_id.clone(),
                error_code: left.err().unwrap_or(Code::NO_ERROR).get(),
            });
        }
        if gone {
            self.after_departure(now, fx);
        }
        // When this emptied the group the answer waits for the record of it, so that a restart does not bring the members back.
        let reply = Reply::Leave(answer);
        match fx.appends[appends_before..].iter_mut().find(|a| matches!(a.stored, Stored::Nothing)) {
            Some(append) => append.stored = Stored::Reply { token, reply },
            None => fx.reply(token, reply),
        }
    }

    fn leave_one(&mut self, asked: &MemberIdentity, fx: &mut Effects) -> Result<(), Code> {
        let instance = asked.group_instance_id.as_deref();
        if asked.member_id.is_empty() {
            // An administrator removes a static member by its instance id.
            let id = instance.and_then(|i| self.statics.get(i).cloned()).ok_or(Code::UNKNOWN_MEMBER_ID)?;
            self.dismiss(&id, fx);
            return Ok(());
        }
        if self.pending.remove(&asked.member_id).is_some() {
            return Ok(());
        }
        self.check_member(&asked.member_id, instance)?;
        self.dismiss(&asked.member_id, fx);
        Ok(())
    }

    pub(super) fn on_time(&mut self, now: Now, fx: &mut Effects) {
        let at = now.mono_ms;
        if self.wake_at > at {
            return;
        }
        let told = self.pending.len();
        self.pending.retain(|_, deadline| *deadline > at);
        let mut gone = self.pending.len() < told;
        let due: Vec<String> = self.members.iter().filter(|(_, m)| m.deadline <= at).map(|(id, _)| id.clone()).collect();
        let mut expired = false;
        for id in due {
            let m = self.members.get_mut(&id).expect("the ids are those of the members");
            if !m.is_new && (m.join.is_some() || m.sync.is_some()) {
                // It waits for others and cannot send heartbeats; its session begins anew with the answer.
                m.deadline = NEVER;
            } else {
                self.dismiss(&id, fx);
                expired = true;
            }
        }
        gone |= expired;
        if expired {
            self.after_departure(now, fx);
        } else if gone {
            self.complete_if_all_joined(now, fx);
        }
        if self.state == State::PreparingRebalance && self.join_deadline <= at {
            match &mut self.initial {
                Some(initial) if initial.member_added && initial.left_ms > 0 => {
                    let delay = initial.step_ms.min(initial.left_ms);
                    initial.left_ms -= delay;
                    initial.member_added = false;
                    self.set_join_deadline(at + i64::from(delay));
                }
                _ => self.complete_join(now, fx),
            }
        }
        if matches!(self.state, State::CompletingRebalance | State::Stable) && self.sync_deadline <= at {
            self.sync_deadline = NEVER;
            let lost: Vec<String> = self.unsynced.iter().cloned().collect();
            if !lost.is_empty() {
                for id in lost {
                    self.dismiss(&id, fx);
                }
                self.prepare_rebalance(now, Gather::default(), fx);
            }
        }
        if self.state == State::Stable && self.unsynced.is_empty() {
            self.sync_deadline = NEVER;
        }
        self.find_next_wake();
    }

    fn find_next_wake(&mut self) {
        let members = self.members.values().map(|m| m.deadline);
        let told = self.pending.values().copied();
        self.wake_at = members.chain(told).chain([self.join_deadline, self.sync_deadline]).min().unwrap_or(NEVER);
    }

    /// Answers everyone who waits.
    pub(super) fn abandon(&mut self, code: Code, fx: &mut Effects) {
        for (id, m) in &mut self.members {
            if let Some(t) = m.join.take() {
                fx.reply(t, Reply::Join(join_error(id, code)));
            }
            if let Some(t) = m.sync.take() {
                fx.reply(t, Reply::Sync(sync_error(code)));
            }
        }
    }
}
