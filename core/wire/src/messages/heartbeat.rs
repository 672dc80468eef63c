//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod heartbeat_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct HeartbeatRequest {
        pub group_id: String,
        pub generation_id: i32,
        pub member_id: String,
        pub group_instance_id: Option<String>,
    }
    impl Element for HeartbeatRequest {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.generation_id = r.i32()?;
            x.member_id = r.string(f)?;
            if v >= 3 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
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
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(HeartbeatRequest, 12, 0, 4, 4);
    impl Request for HeartbeatRequest {
        type Response = crate::messages::HeartbeatResponse;
    }
}

pub mod heartbeat_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct HeartbeatResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
    }
    impl Element for HeartbeatResponse {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 1 {
                x.throttle_time_ms = r.i32()?;
            }
            x.error_code = r.i16()?;
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
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(HeartbeatResponse, 12, 0, 4, 4);
}
