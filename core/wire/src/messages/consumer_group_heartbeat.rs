//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_heartbeat_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ConsumerGroupHeartbeatRequest {
        pub group_id: String,
        pub member_id: String,
        pub member_epoch: i32,
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub rebalance_timeout_ms: i32,
        pub subscribed_topic_names: Option<Vec<String>>,
        pub subscribed_topic_regex: Option<String>,
        pub server_assignor: Option<String>,
        pub topic_partitions: Option<Vec<TopicPartitions>>,
    }
    impl Default for ConsumerGroupHeartbeatRequest {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                member_id: Default::default(),
                member_epoch: Default::default(),
                instance_id: Default::default(),
                rack_id: Default::default(),
                rebalance_timeout_ms: -1,
                subscribed_topic_names: Default::default(),
                subscribed_topic_regex: Default::default(),
                server_assignor: Default::default(),
                topic_partitions: Default::default(),
            }
        }
    }
    impl Element for ConsumerGroupHeartbeatRequest {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.member_id = r.string(f)?;
            x.member_epoch = r.i32()?;
            x.instance_id = r.opt_string(f, true)?;
            x.rack_id = r.opt_string(f, true)?;
            x.rebalance_timeout_ms = r.i32()?;
            x.subscribed_topic_names = r.opt_array(v, f, true)?;
            if v == 1 {
                x.subscribed_topic_regex = r.opt_string(f, true)?;
            }
            x.server_assignor = r.opt_string(f, true)?;
            x.topic_partitions = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.string(&self.member_id, f)?;
            w.i32(self.member_epoch);
            w.opt_string(self.instance_id.as_deref(), f, true, "instance_id")?;
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.i32(self.rebalance_timeout_ms);
            w.opt_array(self.subscribed_topic_names.as_deref(), v, f, true, "subscribed_topic_names")?;
            if v == 1 {
                w.opt_string(self.subscribed_topic_regex.as_deref(), f, true, "subscribed_topic_regex")?;
            } else {
                absent(self.subscribed_topic_regex.is_none(), "subscribed_topic_regex", v)?;
            }
            w.opt_string(self.server_assignor.as_deref(), f, true, "server_assignor")?;
            w.opt_array(self.topic_partitions.as_deref(), v, f, true, "topic_partitions")?;
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

    message!(ConsumerGroupHeartbeatRequest, 68, 0, 1, 0);
    impl Request for ConsumerGroupHeartbeatRequest {
        type Response = crate::messages::ConsumerGroupHeartbeatResponse;
    }
}

pub mod consumer_group_heartbeat_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupHeartbeatResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub member_id: Option<String>,
        pub member_epoch: i32,
        pub heartbeat_interval_ms: i32,
        pub assignment: Option<Assignment>,
    }
    impl Element for ConsumerGroupHeartbeatResponse {
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

    message!(ConsumerGroupHeartbeatResponse, 68, 0, 1, 0);
}
