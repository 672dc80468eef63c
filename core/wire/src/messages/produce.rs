//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod produce_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ProduceRequest {
        pub transactional_id: Option<String>,
        pub acks: i16,
        pub timeout_ms: i32,
        pub topic_data: Vec<TopicProduceData>,
    }
    impl Element for ProduceRequest {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.opt_string(f, true)?;
            x.acks = r.i16()?;
            x.timeout_ms = r.i32()?;
            x.topic_data = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.transactional_id.as_deref(), f, true, "transactional_id")?;
            w.i16(self.acks);
            w.i32(self.timeout_ms);
            w.array(&self.topic_data, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicProduceData {
        pub name: String,
        pub topic_id: TopicId,
        pub partition_data: Vec<PartitionProduceData>,
    }
    impl Element for TopicProduceData {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 12 {
                x.name = r.string(f)?;
            }
            if v == 13 {
                x.topic_id = r.uuid()?;
            }
            x.partition_data = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 12 {
                w.string(&self.name, f)?;
            }
            if v == 13 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partition_data, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionProduceData {
        pub index: i32,
        pub records: Option<Bytes>,
    }
    impl Element for PartitionProduceData {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.index = r.i32()?;
            x.records = r.opt_bytes(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.index);
            w.opt_bytes(self.records.as_ref(), f, true, "records")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ProduceRequest, 0, 3, 13, 9);
    impl Request for ProduceRequest {
        type Response = crate::messages::ProduceResponse;
    }
}

pub mod produce_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ProduceResponse {
        pub responses: Vec<TopicProduceResponse>,
        pub throttle_time_ms: i32,
        pub node_endpoints: Vec<NodeEndpoint>,
    }
    impl Element for ProduceResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.responses = r.array(v, f)?;
            x.throttle_time_ms = r.i32()?;
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 10 => x.node_endpoints = r.array(v, f)?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.responses, v, f)?;
            w.i32(self.throttle_time_ms);
            if !(v >= 10) {
                absent(self.node_endpoints.is_empty(), "node_endpoints", v)?;
            }
            if f {
                let t = w.tags();
                if v >= 10 && !self.node_endpoints.is_empty() {
                    let at = w.tag(t, 0);
                    w.array(&self.node_endpoints, v, f)?;
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicProduceResponse {
        pub name: String,
        pub topic_id: TopicId,
        pub partition_responses: Vec<PartitionProduceResponse>,
    }
    impl Element for TopicProduceResponse {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 12 {
                x.name = r.string(f)?;
            }
            if v == 13 {
                x.topic_id = r.uuid()?;
            }
            x.partition_responses = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 12 {
                w.string(&self.name, f)?;
            }
            if v == 13 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partition_responses, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct PartitionProduceResponse {
        pub index: i32,
        pub error_code: i16,
        pub base_offset: i64,
        pub log_append_time_ms: i64,
        pub log_start_offset: i64,
        pub record_errors: Vec<BatchIndexAndErrorMessage>,
        pub error_message: Option<String>,
        pub current_leader: LeaderIdAndEpoch,
    }
    impl Default for PartitionProduceResponse {
        fn default() -> Self {
            Self {
                index: Default::default(),
                error_code: Default::default(),
                base_offset: Default::default(),
                log_append_time_ms: -1,
                log_start_offset: -1,
                record_errors: Default::default(),
                error_message: Default::default(),
                current_leader: Default::default(),
            }
        }
    }
    impl Element for PartitionProduceResponse {
        const MIN_SIZE: usize = 22;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.index = r.i32()?;
            x.error_code = r.i16()?;
            x.base_offset = r.i64()?;
            x.log_append_time_ms = r.i64()?;
            if v >= 5 {
                x.log_start_offset = r.i64()?;
            }
            if v >= 8 {
                x.record_errors = r.array(v, f)?;
            }
            if v >= 8 {
                x.error_message = r.opt_string(f, true)?;
            }
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 10 => x.current_leader = LeaderIdAndEpoch::read(r, v, f)?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.index);
            w.i16(self.error_code);
            w.i64(self.base_offset);
            w.i64(self.log_append_time_ms);
            if v >= 5 {
                w.i64(self.log_start_offset);
            }
            if v >= 8 {
                w.array(&self.record_errors, v, f)?;
            }
            if v >= 8 {
                w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            }
            if !(v >= 10) {
                absent(self.current_leader == LeaderIdAndEpoch::default(), "current_leader", v)?;
            }
            if f {
                let t = w.tags();
                if v >= 10 && self.current_leader != LeaderIdAndEpoch::default() {
                    let at = w.tag(t, 0);
                    self.current_leader.write(w, v, f)?;
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct BatchIndexAndErrorMessage {
        pub batch_index: i32,
        pub batch_index_error_message: Option<String>,
    }
    impl Element for BatchIndexAndErrorMessage {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.batch_index = r.i32()?;
            x.batch_index_error_message = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.batch_index);
            w.opt_string(self.batch_index_error_message.as_deref(), f, true, "batch_index_error_message")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct LeaderIdAndEpoch {
        pub leader_id: i32,
        pub leader_epoch: i32,
    }
    impl Default for LeaderIdAndEpoch {
        fn default() -> Self {
            Self {
                leader_id: -1,
                leader_epoch: -1,
            }
        }
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

    message!(ProduceResponse, 0, 3, 13, 9);
}
