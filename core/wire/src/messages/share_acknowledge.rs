//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_acknowledge_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ShareAcknowledgeRequest {
        pub group_id: Option<String>,
        pub member_id: Option<String>,
        pub share_session_epoch: i32,
        pub is_renew_ack: bool,
        pub topics: Vec<AcknowledgeTopic>,
    }
    impl Default for ShareAcknowledgeRequest {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                member_id: Some(String::new()),
                share_session_epoch: Default::default(),
                is_renew_ack: Default::default(),
                topics: Default::default(),
            }
        }
    }
    impl Element for ShareAcknowledgeRequest {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.opt_string(f, true)?;
            x.member_id = r.opt_string(f, true)?;
            x.share_session_epoch = r.i32()?;
            if v == 2 {
                x.is_renew_ack = r.bool()?;
            }
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.group_id.as_deref(), f, true, "group_id")?;
            w.opt_string(self.member_id.as_deref(), f, true, "member_id")?;
            w.i32(self.share_session_epoch);
            if v == 2 {
                w.bool(self.is_renew_ack);
            } else {
                absent(!self.is_renew_ack, "is_renew_ack", v)?;
            }
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AcknowledgeTopic {
        pub topic_id: TopicId,
        pub partitions: Vec<AcknowledgePartition>,
    }
    impl Element for AcknowledgeTopic {
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AcknowledgePartition {
        pub partition_index: i32,
        pub acknowledgement_batches: Vec<AcknowledgementBatch>,
    }
    impl Element for AcknowledgePartition {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.acknowledgement_batches = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.array(&self.acknowledgement_batches, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AcknowledgementBatch {
        pub first_offset: i64,
        pub last_offset: i64,
        pub acknowledge_types: Vec<i8>,
    }
    impl Element for AcknowledgementBatch {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.first_offset = r.i64()?;
            x.last_offset = r.i64()?;
            x.acknowledge_types = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i64(self.first_offset);
            w.i64(self.last_offset);
            w.array(&self.acknowledge_types, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareAcknowledgeRequest, 79, 1, 2, 0);
    impl Request for ShareAcknowledgeRequest {
        type Response = crate::messages::ShareAcknowledgeResponse;
    }
}

pub mod share_acknowledge_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareAcknowledgeResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub acquisition_lock_timeout_ms: i32,
        pub responses: Vec<ShareAcknowledgeTopicResponse>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }
    impl Element for ShareAcknowledgeResponse {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            if v == 2 {
                x.acquisition_lock_timeout_ms = r.i32()?;
            }
            x.responses = r.array(v, f)?;
            x.node_endpoints = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            if v == 2 {
                w.i32(self.acquisition_lock_timeout_ms);
            }
            w.array(&self.responses, v, f)?;
            w.array(&self.node_endpoints, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareAcknowledgeTopicResponse {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for ShareAcknowledgeTopicResponse {
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub current_leader: LeaderIdAndEpoch,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 17;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.current_leader = LeaderIdAndEpoch::read(r, v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            self.current_leader.write(w, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LeaderIdAndEpoch {
        pub leader_id: i32,
        pub leader_epoch: i32,
    }
    impl Element for LeaderIdAndEpoch {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct NodeEndpoint {
        pub node_id: i32,
        pub host: String,
        pub port: i32,
        pub rack: Option<String>,
    }
    impl Element for NodeEndpoint {
        const MIN_SIZE: usize = 11;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.node_id = r.i32()?;
            x.host = r.string(f)?;
            x.port = r.i32()?;
            x.rack = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.node_id);
            w.string(&self.host, f)?;
            w.i32(self.port);
            w.opt_string(self.rack.as_deref(), f, true, "rack")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareAcknowledgeResponse, 79, 1, 2, 0);
}
