//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_group_heartbeat_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupHeartbeatRequest {
        pub group_id: String,
        pub member_id: String,
        pub member_epoch: i32,
        pub rack_id: Option<String>,
        pub subscribed_topic_names: Option<Vec<String>>,
    }
    impl Element for ShareGroupHeartbeatRequest {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.member_id = r.string(f)?;
            x.member_epoch = r.i32()?;
            x.rack_id = r.opt_string(f, true)?;
            x.subscribed_topic_names = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.string(&self.member_id, f)?;
            w.i32(self.member_epoch);
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.opt_array(self.subscribed_topic_names.as_deref(), v, f, true, "subscribed_topic_names")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareGroupHeartbeatRequest, 76, 1, 1, 0);
    impl Request for ShareGroupHeartbeatRequest {
        type Response = crate::messages::ShareGroupHeartbeatResponse;
    }
}

pub mod share_group_heartbeat_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupHeartbeatResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub member_id: Option<String>,
        pub member_epoch: i32,
        pub heartbeat_interval_ms: i32,
        pub assignment: Option<Assignment>,
    }
    impl Element for ShareGroupHeartbeatResponse {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.member_id = r.opt_string(f, true)?;
            x.member_epoch = r.i32()?;
            x.heartbeat_interval_ms = r.i32()?;
            x.assignment = r.opt_struct(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.opt_string(self.member_id.as_deref(), f, true, "member_id")?;
            w.i32(self.member_epoch);
            w.i32(self.heartbeat_interval_ms);
            w.opt_struct(self.assignment.as_ref(), v, f, true, "assignment")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Assignment {
        pub topic_partitions: Vec<TopicPartitions>,
    }
    impl Element for Assignment {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.topic_partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitions {
        pub topic_id: TopicId,
        pub partitions: Vec<i32>,
    }
    impl Element for TopicPartitions {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareGroupHeartbeatResponse, 76, 1, 1, 0);
}
