//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod alter_partition_reassignments_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct AlterPartitionReassignmentsRequest {
        pub timeout_ms: i32,
        pub allow_replication_factor_change: bool,
        pub topics: Vec<ReassignableTopic>,
    }
    impl Default for AlterPartitionReassignmentsRequest {
        fn default() -> Self {
            Self {
                timeout_ms: 60000,
                allow_replication_factor_change: true,
                topics: Default::default(),
            }
        }
    }
    impl Element for AlterPartitionReassignmentsRequest {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.timeout_ms = r.i32()?;
            if v == 1 {
                x.allow_replication_factor_change = r.bool()?;
            }
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.timeout_ms);
            if v == 1 {
                w.bool(self.allow_replication_factor_change);
            } else {
                absent(self.allow_replication_factor_change, "allow_replication_factor_change", v)?;
            }
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReassignableTopic {
        pub name: String,
        pub partitions: Vec<ReassignablePartition>,
    }
    impl Element for ReassignableTopic {
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
    pub struct ReassignablePartition {
        pub partition_index: i32,
        pub replicas: Option<Vec<i32>>,
    }
    impl Element for ReassignablePartition {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.replicas = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.opt_array(self.replicas.as_deref(), v, f, true, "replicas")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(AlterPartitionReassignmentsRequest, 45, 0, 1, 0);
    impl Request for AlterPartitionReassignmentsRequest {
        type Response = crate::messages::AlterPartitionReassignmentsResponse;
    }
}

pub mod alter_partition_reassignments_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct AlterPartitionReassignmentsResponse {
        pub throttle_time_ms: i32,
        pub allow_replication_factor_change: bool,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub responses: Vec<ReassignableTopicResponse>,
    }
    impl Default for AlterPartitionReassignmentsResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                allow_replication_factor_change: true,
                error_code: Default::default(),
                error_message: Some(String::new()),
                responses: Default::default(),
            }
        }
    }
    impl Element for AlterPartitionReassignmentsResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            if v == 1 {
                x.allow_replication_factor_change = r.bool()?;
            }
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.responses = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            if v == 1 {
                w.bool(self.allow_replication_factor_change);
            }
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.responses, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReassignableTopicResponse {
        pub name: String,
        pub partitions: Vec<ReassignablePartitionResponse>,
    }
    impl Element for ReassignableTopicResponse {
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct ReassignablePartitionResponse {
        pub partition_index: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for ReassignablePartitionResponse {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for ReassignablePartitionResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(AlterPartitionReassignmentsResponse, 45, 0, 1, 0);
}
