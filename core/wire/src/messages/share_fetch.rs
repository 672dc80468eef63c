//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_fetch_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ShareFetchRequest {
        pub group_id: Option<String>,
        pub member_id: Option<String>,
        pub share_session_epoch: i32,
        pub max_wait_ms: i32,
        pub min_bytes: i32,
        pub max_bytes: i32,
        pub max_records: i32,
        pub batch_size: i32,
        pub share_acquire_mode: i8,
        pub is_renew_ack: bool,
        pub topics: Vec<FetchTopic>,
        pub forgotten_topics_data: Vec<ForgottenTopic>,
    }
    impl Default for ShareFetchRequest {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                member_id: Some(String::new()),
                share_session_epoch: Default::default(),
                max_wait_ms: Default::default(),
                min_bytes: Default::default(),
                max_bytes: 2147483647,
                max_records: Default::default(),
                batch_size: Default::default(),
                share_acquire_mode: Default::default(),
                is_renew_ack: Default::default(),
                topics: Default::default(),
                forgotten_topics_data: Default::default(),
            }
        }
    }
    impl Element for ShareFetchRequest {
        const MIN_SIZE: usize = 29;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.opt_string(f, true)?;
            x.member_id = r.opt_string(f, true)?;
            x.share_session_epoch = r.i32()?;
            x.max_wait_ms = r.i32()?;
            x.min_bytes = r.i32()?;
            x.max_bytes = r.i32()?;
            x.max_records = r.i32()?;
            x.batch_size = r.i32()?;
            if v == 2 {
                x.share_acquire_mode = r.i8()?;
            }
            if v == 2 {
                x.is_renew_ack = r.bool()?;
            }
            x.topics = r.array(v, f)?;
            x.forgotten_topics_data = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.group_id.as_deref(), f, true, "group_id")?;
            w.opt_string(self.member_id.as_deref(), f, true, "member_id")?;
            w.i32(self.share_session_epoch);
            w.i32(self.max_wait_ms);
            w.i32(self.min_bytes);
            w.i32(self.max_bytes);
            w.i32(self.max_records);
            w.i32(self.batch_size);
            if v == 2 {
                w.i8(self.share_acquire_mode);
            }
            if v == 2 {
                w.bool(self.is_renew_ack);
            } else {
                absent(!self.is_renew_ack, "is_renew_ack", v)?;
            }
            w.array(&self.topics, v, f)?;
            w.array(&self.forgotten_topics_data, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FetchTopic {
        pub topic_id: TopicId,
        pub partitions: Vec<FetchPartition>,
    }
    impl Element for FetchTopic {
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
    pub struct FetchPartition {
        pub partition_index: i32,
        pub acknowledgement_batches: Vec<AcknowledgementBatch>,
    }
    impl Element for FetchPartition {
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ForgottenTopic {
        pub topic_id: TopicId,
        pub partitions: Vec<i32>,
    }
    impl Element for ForgottenTopic {
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

    message!(ShareFetchRequest, 78, 1, 2, 0);
    impl Request for ShareFetchRequest {
        type Response = crate::messages::ShareFetchResponse;
    }
}

pub mod share_fetch_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareFetchResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub acquisition_lock_timeout_ms: i32,
        pub responses: Vec<ShareFetchableTopicResponse>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }
    impl Element for ShareFetchResponse {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.acquisition_lock_timeout_ms = r.i32()?;
            x.responses = r.array(v, f)?;
            x.node_endpoints = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.i32(self.acquisition_lock_timeout_ms);
            w.array(&self.responses, v, f)?;
            w.array(&self.node_endpoints, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareFetchableTopicResponse {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for ShareFetchableTopicResponse {
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
        pub acknowledge_error_code: i16,
        pub acknowledge_error_message: Option<String>,
        pub current_leader: LeaderIdAndEpoch,
        pub records: Bytes,
        pub acquired_records: Vec<AcquiredRecords>,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 22;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.acknowledge_error_code = r.i16()?;
            x.acknowledge_error_message = r.opt_string(f, true)?;
            x.current_leader = LeaderIdAndEpoch::read(r, v, f)?;
            x.records = r.bytes(f)?;
            x.acquired_records = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.i16(self.acknowledge_error_code);
            w.opt_string(self.acknowledge_error_message.as_deref(), f, true, "acknowledge_error_message")?;
            self.current_leader.write(w, v, f)?;
            w.bytes(&self.records, f)?;
            w.array(&self.acquired_records, v, f)?;
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
    pub struct AcquiredRecords {
        pub first_offset: i64,
        pub last_offset: i64,
        pub delivery_count: i16,
    }
    impl Element for AcquiredRecords {
        const MIN_SIZE: usize = 19;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.first_offset = r.i64()?;
            x.last_offset = r.i64()?;
            x.delivery_count = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i64(self.first_offset);
            w.i64(self.last_offset);
            w.i16(self.delivery_count);
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

    message!(ShareFetchResponse, 78, 1, 2, 0);
}
