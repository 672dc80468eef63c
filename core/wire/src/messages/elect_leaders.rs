//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod elect_leaders_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ElectLeadersRequest {
        pub election_type: i8,
        pub topic_partitions: Option<Vec<TopicPartitions>>,
        pub timeout_ms: i32,
    }
    impl Default for ElectLeadersRequest {
        fn default() -> Self {
            Self {
                election_type: Default::default(),
                topic_partitions: Some(Vec::new()),
                timeout_ms: 60000,
            }
        }
    }
    impl Element for ElectLeadersRequest {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 1 {
                x.election_type = r.i8()?;
            }
            x.topic_partitions = r.opt_array(v, f, true)?;
            x.timeout_ms = r.i32()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 1 {
                w.i8(self.election_type);
            } else {
                absent(self.election_type == 0, "election_type", v)?;
            }
            w.opt_array(self.topic_partitions.as_deref(), v, f, true, "topic_partitions")?;
            w.i32(self.timeout_ms);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitions {
        pub topic: String,
        pub partitions: Vec<i32>,
    }
    impl Element for TopicPartitions {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic = r.string(f)?;
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ElectLeadersRequest, 43, 0, 2, 2);
    impl Request for ElectLeadersRequest {
        type Response = crate::messages::ElectLeadersResponse;
    }
}

pub mod elect_leaders_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ElectLeadersResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub replica_election_results: Vec<ReplicaElectionResult>,
    }
    impl Element for ElectLeadersResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            if v >= 1 {
                x.error_code = r.i16()?;
            }
            x.replica_election_results = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            if v >= 1 {
                w.i16(self.error_code);
            } else {
                absent(self.error_code == 0, "error_code", v)?;
            }
            w.array(&self.replica_election_results, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReplicaElectionResult {
        pub topic: String,
        pub partition_result: Vec<PartitionResult>,
    }
    impl Element for ReplicaElectionResult {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic = r.string(f)?;
            x.partition_result = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic, f)?;
            w.array(&self.partition_result, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct PartitionResult {
        pub partition_id: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for PartitionResult {
        fn default() -> Self {
            Self {
                partition_id: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for PartitionResult {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_id = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_id);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ElectLeadersResponse, 43, 0, 2, 2);
}
