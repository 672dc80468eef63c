//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod join_group_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct JoinGroupRequest {
        pub group_id: String,
        pub session_timeout_ms: i32,
        pub rebalance_timeout_ms: i32,
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub protocol_type: String,
        pub protocols: Vec<JoinGroupRequestProtocol>,
        pub reason: Option<String>,
    }
    impl Default for JoinGroupRequest {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                session_timeout_ms: Default::default(),
                rebalance_timeout_ms: -1,
                member_id: Default::default(),
                group_instance_id: Default::default(),
                protocol_type: Default::default(),
                protocols: Default::default(),
                reason: Default::default(),
            }
        }
    }
    impl Element for JoinGroupRequest {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.session_timeout_ms = r.i32()?;
            if v >= 1 {
                x.rebalance_timeout_ms = r.i32()?;
            }
            x.member_id = r.string(f)?;
            if v >= 5 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
            x.protocol_type = r.string(f)?;
            x.protocols = r.array(v, f)?;
            if v >= 8 {
                x.reason = r.opt_string(f, true)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.i32(self.session_timeout_ms);
            if v >= 1 {
                w.i32(self.rebalance_timeout_ms);
            }
            w.string(&self.member_id, f)?;
            if v >= 5 {
                w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            } else {
                absent(self.group_instance_id.is_none(), "group_instance_id", v)?;
            }
            w.string(&self.protocol_type, f)?;
            w.array(&self.protocols, v, f)?;
            if v >= 8 {
                w.opt_string(self.reason.as_deref(), f, true, "reason")?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct JoinGroupRequestProtocol {
        pub name: String,
        pub metadata: Bytes,
    }
    impl Element for JoinGroupRequestProtocol {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.metadata = r.bytes(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.bytes(&self.metadata, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(JoinGroupRequest, 11, 0, 9, 6);
    impl Request for JoinGroupRequest {
        type Response = crate::messages::JoinGroupResponse;
    }
}

pub mod join_group_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct JoinGroupResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub generation_id: i32,
        pub protocol_type: Option<String>,
        pub protocol_name: Option<String>,
        pub leader: String,
        pub skip_assignment: bool,
        pub member_id: String,
        pub members: Vec<JoinGroupResponseMember>,
    }
    impl Default for JoinGroupResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                generation_id: -1,
                protocol_type: Default::default(),
                protocol_name: Some(String::new()),
                leader: Default::default(),
                skip_assignment: Default::default(),
                member_id: Default::default(),
                members: Default::default(),
            }
        }
    }
    impl Element for JoinGroupResponse {
        const MIN_SIZE: usize = 15;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 2 {
                x.throttle_time_ms = r.i32()?;
            }
            x.error_code = r.i16()?;
            x.generation_id = r.i32()?;
            if v >= 7 {
                x.protocol_type = r.opt_string(f, true)?;
            }
            x.protocol_name = r.opt_string(f, v >= 7)?;
            x.leader = r.string(f)?;
            if v == 9 {
                x.skip_assignment = r.bool()?;
            }
            x.member_id = r.string(f)?;
            x.members = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 2 {
                w.i32(self.throttle_time_ms);
            }
            w.i16(self.error_code);
            w.i32(self.generation_id);
            if v >= 7 {
                w.opt_string(self.protocol_type.as_deref(), f, true, "protocol_type")?;
            }
            w.opt_string(self.protocol_name.as_deref(), f, v >= 7, "protocol_name")?;
            w.string(&self.leader, f)?;
            if v == 9 {
                w.bool(self.skip_assignment);
            } else {
                absent(!self.skip_assignment, "skip_assignment", v)?;
            }
            w.string(&self.member_id, f)?;
            w.array(&self.members, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct JoinGroupResponseMember {
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub metadata: Bytes,
    }
    impl Element for JoinGroupResponseMember {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            if v >= 5 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
            x.metadata = r.bytes(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            if v >= 5 {
                w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            }
            w.bytes(&self.metadata, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(JoinGroupResponse, 11, 0, 9, 6);
}
