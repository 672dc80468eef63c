//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_producers_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeProducersRequest {
        pub topics: Vec<TopicRequest>,
    }
    impl Element for DescribeProducersRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicRequest {
        pub name: String,
        pub partition_indexes: Vec<i32>,
    }
    impl Element for TopicRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partition_indexes = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partition_indexes, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeProducersRequest, 61, 0, 0, 0);
    impl Request for DescribeProducersRequest {
        type Response = crate::messages::DescribeProducersResponse;
    }
}

pub mod describe_producers_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeProducersResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<TopicResponse>,
    }
    impl Element for DescribeProducersResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicResponse {
        pub name: String,
        pub partitions: Vec<PartitionResponse>,
    }
    impl Element for TopicResponse {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionResponse {
        pub partition_index: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub active_producers: Vec<ProducerState>,
    }
    impl Element for PartitionResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.active_producers = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.active_producers, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct ProducerState {
        pub producer_id: i64,
        pub producer_epoch: i32,
        pub last_sequence: i32,
        pub last_timestamp: i64,
        pub coordinator_epoch: i32,
        pub current_txn_start_offset: i64,
    }
    impl Default for ProducerState {
        fn default() -> Self {
            Self {
                producer_id: Default::default(),
                producer_epoch: Default::default(),
                last_sequence: -1,
                last_timestamp: -1,
                coordinator_epoch: Default::default(),
                current_txn_start_offset: -1,
            }
        }
    }
    impl Element for ProducerState {
        const MIN_SIZE: usize = 37;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i32()?;
            x.last_sequence = r.i32()?;
            x.last_timestamp = r.i64()?;
            x.coordinator_epoch = r.i32()?;
            x.current_txn_start_offset = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i64(self.producer_id);
            w.i32(self.producer_epoch);
            w.i32(self.last_sequence);
            w.i64(self.last_timestamp);
            w.i32(self.coordinator_epoch);
            w.i64(self.current_txn_start_offset);
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeProducersResponse, 61, 0, 0, 0);
}
