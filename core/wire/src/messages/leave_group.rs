//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod leave_group_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LeaveGroupRequest {
        pub group_id: String,
        pub member_id: String,
        pub members: Vec<MemberIdentity>,
    }
    impl Element for LeaveGroupRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            if v <= 2 {
                x.member_id = r.string(f)?;
            }
            if v >= 3 {
                x.members = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            if v <= 2 {
                w.string(&self.member_id, f)?;
            } else {
                absent(self.member_id.is_empty(), "member_id", v)?;
            }
            if v >= 3 {
                w.array(&self.members, v, f)?;
            } else {
                absent(self.members.is_empty(), "members", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct MemberIdentity {
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub reason: Option<String>,
    }
    impl Element for MemberIdentity {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            x.group_instance_id = r.opt_string(f, true)?;
            if v == 5 {
                x.reason = r.opt_string(f, true)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            if v == 5 {
                w.opt_string(self.reason.as_deref(), f, true, "reason")?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(LeaveGroupRequest, 13, 0, 5, 4);
    impl Request for LeaveGroupRequest {
        type Response = crate::messages::LeaveGroupResponse;
    }
}

pub mod leave_group_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LeaveGroupResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub members: Vec<MemberResponse>,
    }
    impl Element for LeaveGroupResponse {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 1 {
                x.throttle_time_ms = r.i32()?;
            }
            x.error_code = r.i16()?;
            if v >= 3 {
                x.members = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 1 {
                w.i32(self.throttle_time_ms);
            }
            w.i16(self.error_code);
            if v >= 3 {
                w.array(&self.members, v, f)?;
            } else {
                absent(self.members.is_empty(), "members", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct MemberResponse {
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub error_code: i16,
    }
    impl Default for MemberResponse {
        fn default() -> Self {
            Self {
                member_id: Default::default(),
                group_instance_id: Some(String::new()),
                error_code: Default::default(),
            }
        }
    }
    impl Element for MemberResponse {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            x.group_instance_id = r.opt_string(f, true)?;
            x.error_code = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            w.i16(self.error_code);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(LeaveGroupResponse, 13, 0, 5, 4);
}
