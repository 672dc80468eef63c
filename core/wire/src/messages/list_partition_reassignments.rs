//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod list_partition_reassignments_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ListPartitionReassignmentsRequest {
        pub timeout_ms: i32,
        pub topics: Option<Vec<ListPartitionReassignmentsTopics>>,
    }
    impl Default for ListPartitionReassignmentsRequest {
        fn default() -> Self {
            Self {
                timeout_ms: 60000,
                topics: Default::default(),
            }
        }
    }
    impl Element for ListPartitionReassignmentsRequest {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.timeout_ms = r.i32()?;
            x.topics = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.timeout_ms);
            w.opt_array(self.topics.as_deref(), v, f, true, "topics")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListPartitionReassignmentsTopics {
        pub name: String,
        pub partition_indexes: Vec<i32>,
    }
    impl Element for ListPartitionReassignmentsTopics {
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

    message!(ListPartitionReassignmentsRequest, 46, 0, 0, 0);
    impl Request for ListPartitionReassignmentsRequest {
        type Response = crate::messages::ListPartitionReassignmentsResponse;
    }
}

pub mod list_partition_reassignments_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ListPartitionReassignmentsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub topics: Vec<OngoingTopicReassignment>,
    }
    impl Default for ListPartitionReassignmentsResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                topics: Default::default(),
            }
        }
    }
    impl Element for ListPartitionReassignmentsResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OngoingTopicReassignment {
        pub name: String,
        pub partitions: Vec<OngoingPartitionReassignment>,
    }
    impl Element for OngoingTopicReassignment {
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
    pub struct OngoingPartitionReassignment {
        pub partition_index: i32,
        pub replicas: Vec<i32>,
        pub adding_replicas: Vec<i32>,
        pub removing_replicas: Vec<i32>,
    }
    impl Element for OngoingPartitionReassignment {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.replicas = r.array(v, f)?;
            x.adding_replicas = r.array(v, f)?;
            x.removing_replicas = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.array(&self.replicas, v, f)?;
            w.array(&self.adding_replicas, v, f)?;
            w.array(&self.removing_replicas, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ListPartitionReassignmentsResponse, 46, 0, 0, 0);
}
