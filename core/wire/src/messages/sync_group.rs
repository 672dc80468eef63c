//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod sync_group_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SyncGroupRequest {
        pub group_id: String,
        pub generation_id: i32,
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub protocol_type: Option<String>,
        pub protocol_name: Option<String>,
        pub assignments: Vec<SyncGroupRequestAssignment>,
    }
    impl Element for SyncGroupRequest {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.generation_id = r.i32()?;
            x.member_id = r.string(f)?;
            if v >= 3 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
            if v == 5 {
                x.protocol_type = r.opt_string(f, true)?;
            }
            if v == 5 {
                x.protocol_name = r.opt_string(f, true)?;
            }
            x.assignments = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.i32(self.generation_id);
            w.string(&self.member_id, f)?;
            if v >= 3 {
                w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            } else {
                absent(self.group_instance_id.is_none(), "group_instance_id", v)?;
            }
            if v == 5 {
                w.opt_string(self.protocol_type.as_deref(), f, true, "protocol_type")?;
            }
            if v == 5 {
                w.opt_string(self.protocol_name.as_deref(), f, true, "protocol_name")?;
            }
            w.array(&self.assignments, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SyncGroupRequestAssignment {
        pub member_id: String,
        pub assignment: Bytes,
    }
    impl Element for SyncGroupRequestAssignment {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            x.assignment = r.bytes(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            w.bytes(&self.assignment, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(SyncGroupRequest, 14, 0, 5, 4);
    impl Request for SyncGroupRequest {
        type Response = crate::messages::SyncGroupResponse;
    }
}

pub mod sync_group_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SyncGroupResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub protocol_type: Option<String>,
        pub protocol_name: Option<String>,
        pub assignment: Bytes,
    }
    impl Element for SyncGroupResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 1 {
                x.throttle_time_ms = r.i32()?;
            }
            x.error_code = r.i16()?;
            if v == 5 {
                x.protocol_type = r.opt_string(f, true)?;
            }
            if v == 5 {
                x.protocol_name = r.opt_string(f, true)?;
            }
            x.assignment = r.bytes(f)?;
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
            if v == 5 {
                w.opt_string(self.protocol_type.as_deref(), f, true, "protocol_type")?;
            }
            if v == 5 {
                w.opt_string(self.protocol_name.as_deref(), f, true, "protocol_name")?;
            }
            w.bytes(&self.assignment, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(SyncGroupResponse, 14, 0, 5, 4);
}
