//! What an answer of the group coordinator means for a member. Pure: codes in, the next step out.
//!
//! Legal order: join, sync, then heartbeats until something sends the member back to join. A member id lives until the coordinator
//! does not know it any more; a generation lives until the next join.

use wellhead_base::{Code, Error};
use wellhead_wire::messages::JoinGroupResponse;

/// Who this consumer is in its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub member_id: String,
    /// -1 outside of a generation.
    pub generation: i32,
    pub protocol: String,
    pub leader: bool,
}
impl Default for Membership {
    fn default() -> Self {
        Self { member_id: String::new(), generation: -1, protocol: String::new(), leader: false }
    }
}

/// What to do after an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It was granted.
    Proceed,
    /// Join at once.
    Join,
    /// The coordinator is elsewhere or not ready: find it and try again after a pause.
    FindCoordinator,
    /// This member is not in the group any more: what it had is lost; join as a new one.
    Lost,
    /// Tell the application and try again after a pause.
    Report(Error),
    /// This consumer cannot go on.
    Fatal(Error),
}

fn common(code: Code, doing: &str) -> Next {
    match code {
        Code::NO_ERROR => Next::Proceed,
        Code::NOT_COORDINATOR | Code::COORDINATOR_NOT_AVAILABLE | Code::COORDINATOR_LOAD_IN_PROGRESS => Next::FindCoordinator,
        Code::REBALANCE_IN_PROGRESS => Next::Join,
        Code::UNKNOWN_MEMBER_ID | Code::ILLEGAL_GENERATION => Next::Lost,
        Code::FENCED_INSTANCE_ID => Next::Fatal(Error::fatal(code, format!("{doing}: another member uses this group.instance.id"))),
        code => Next::Report(Error::new(code, format!("{doing}: {}", code.description()))),
    }
}

impl Membership {
    /// Takes a JoinGroup answer; after `Proceed` this is the new generation.
    pub fn joined(&mut self, r: &JoinGroupResponse) -> Next {
        let next = match Code(r.error_code) {
            Code::MEMBER_ID_REQUIRED => {
                self.member_id.clone_from(&r.member_id);
                return Next::Join;
            }
            code => common(code, "joining the group"),
        };
        match next {
            Next::Proceed => {
                self.member_id.clone_from(&r.member_id);
                self.generation = r.generation_id;
                self.protocol = r.protocol_name.clone().unwrap_or_default();
                self.leader = r.leader == r.member_id;
            }
            Next::Lost => *self = Self::default(),
            _ => {}
        }
        next
    }
    pub fn synced(&mut self, code: Code) -> Next {
        self.after(common(code, "getting the assignment"))
    }
    pub fn heartbeat(&mut self, code: Code) -> Next {
        self.after(common(code, "heartbeat"))
    }
    fn after(&mut self, next: Next) -> Next {
        if next == Next::Lost {
            *self = Self::default();
        }
        next
    }
    /// Whether a commit that failed so should be tried again in the next generation, or by another route.
    pub fn outside_generation(&self) -> bool {
        self.generation < 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(error: Code, member: &str, leader: &str, generation: i32) -> JoinGroupResponse {
        JoinGroupResponse {
            error_code: error.get(),
            member_id: member.into(),
            leader: leader.into(),
            generation_id: generation,
            protocol_name: Some("range".into()),
            ..JoinGroupResponse::default()
        }
    }

    #[test]
    fn a_member_takes_its_id_then_its_generation_and_loses_both_together() {
        let mut m = Membership::default();
        assert_eq!(m.joined(&join(Code::MEMBER_ID_REQUIRED, "m-1", "", -1)), Next::Join);
        assert_eq!((m.member_id.as_str(), m.generation), ("m-1", -1));
        assert_eq!(m.joined(&join(Code::NO_ERROR, "m-1", "m-1", 4)), Next::Proceed);
        assert!(m.leader && m.generation == 4);
        assert_eq!(m.heartbeat(Code::REBALANCE_IN_PROGRESS), Next::Join);
        assert_eq!(m.member_id, "m-1");
        assert_eq!(m.heartbeat(Code::UNKNOWN_MEMBER_ID), Next::Lost);
        assert_eq!(m, Membership::default());
    }

    #[test]
    fn codes_have_their_next_step() {
        for (code, next) in [
            (Code::NO_ERROR, Next::Proceed),
            (Code::NOT_COORDINATOR, Next::FindCoordinator),
            (Code::COORDINATOR_LOAD_IN_PROGRESS, Next::FindCoordinator),
            (Code::ILLEGAL_GENERATION, Next::Lost),
        ] {
            assert_eq!(Membership::default().synced(code), next);
        }
        assert!(matches!(Membership::default().synced(Code::FENCED_INSTANCE_ID), Next::Fatal(e) if e.fatal));
        assert!(
            matches!(Membership::default().synced(Code::GROUP_AUTHORIZATION_FAILED), Next::Report(e) if e.code == Code::GROUP_AUTHORIZATION_FAILED)
        );
    }
}
