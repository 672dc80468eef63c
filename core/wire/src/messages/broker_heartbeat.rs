//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod broker_heartbeat_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct BrokerHeartbeatRequest {
        pub broker_id: i32,
        pub broker_epoch: i64,
        pub current_metadata_offset: i64,
        pub want_fence: bool,
        pub want_shut_down: bool,
        pub offline_log_dirs: Vec<TopicId>,
        pub cordoned_log_dirs: Option<Vec<TopicId>>,
    }
    impl Default for BrokerHeartbeatRequest {
        fn default() -> Self {
            Self {
                broker_id: Default::default(),
                broker_epoch: -1,
                current_metadata_offset: Default::default(),
                want_fence: Default::default(),
                want_shut_down: Default::default(),
                offline_log_dirs: Default::default(),
                cordoned_log_dirs: Default::default(),
            }
        }
    }
    impl Element for BrokerHeartbeatRequest {
        const MIN_SIZE: usize = 23;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_id = r.i32()?;
            x.broker_epoch = r.i64()?;
            x.current_metadata_offset = r.i64()?;
            x.want_fence = r.bool()?;
            x.want_shut_down = r.bool()?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 if v >= 1 => x.offline_log_dirs = r.array(v, f)?,
                    1 if v == 2 => x.cordoned_log_dirs = r.opt_array(v, f, true)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.broker_id);
            w.i64(self.broker_epoch);
            w.i64(self.current_metadata_offset);
            w.bool(self.want_fence);
            w.bool(self.want_shut_down);
            if !(v >= 1) {
                absent(self.offline_log_dirs.is_empty(), "offline_log_dirs", v)?;
            }
            if !(v == 2) {
                absent(self.cordoned_log_dirs.is_none(), "cordoned_log_dirs", v)?;
            }
            let t = w.tags();
            if v >= 1 && !self.offline_log_dirs.is_empty() {
                let at = w.tag(t, 0);
                w.array(&self.offline_log_dirs, v, f)?;
                w.end_tag(at)?;
            }
            if v == 2 && self.cordoned_log_dirs.is_some() {
                let at = w.tag(t, 1);
                w.opt_array(self.cordoned_log_dirs.as_deref(), v, f, true, "cordoned_log_dirs")?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    message!(BrokerHeartbeatRequest, 63, 0, 2, 0);
    impl Request for BrokerHeartbeatRequest {
        type Response = crate::messages::BrokerHeartbeatResponse;
    }
}

pub mod broker_heartbeat_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct BrokerHeartbeatResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub is_caught_up: bool,
        pub is_fenced: bool,
        pub should_shut_down: bool,
    }
    impl Default for BrokerHeartbeatResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                is_caught_up: Default::default(),
                is_fenced: true,
                should_shut_down: Default::default(),
            }
        }
    }
    impl Element for BrokerHeartbeatResponse {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.is_caught_up = r.bool()?;
            x.is_fenced = r.bool()?;
            x.should_shut_down = r.bool()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.bool(self.is_caught_up);
            w.bool(self.is_fenced);
            w.bool(self.should_shut_down);
            w.u8(0);
            Ok(())
        }
    }

    message!(BrokerHeartbeatResponse, 63, 0, 2, 0);
}
