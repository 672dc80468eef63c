//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod list_offsets_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListOffsetsRequest {
        pub replica_id: i32,
        pub isolation_level: i8,
        pub topics: Vec<ListOffsetsTopic>,
        pub timeout_ms: i32,
    }
    impl Element for ListOffsetsRequest {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.replica_id = r.i32()?;
            if v >= 2 {
                x.isolation_level = r.i8()?;
            }
            x.topics = r.array(v, f)?;
            if v >= 10 {
                x.timeout_ms = r.i32()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.replica_id);
            if v >= 2 {
                w.i8(self.isolation_level);
            } else {
                absent(self.isolation_level == 0, "isolation_level", v)?;
            }
            w.array(&self.topics, v, f)?;
            if v >= 10 {
                w.i32(self.timeout_ms);
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListOffsetsTopic {
        pub name: String,
        pub partitions: Vec<ListOffsetsPartition>,
    }
    impl Element for ListOffsetsTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct ListOffsetsPartition {
        pub partition_index: i32,
        pub current_leader_epoch: i32,
        pub timestamp: i64,
    }
    impl Default for ListOffsetsPartition {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                current_leader_epoch: -1,
                timestamp: Default::default(),
            }
        }
    }
    impl Element for ListOffsetsPartition {
        const MIN_SIZE: usize = 12;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            if v >= 4 {
                x.current_leader_epoch = r.i32()?;
            }
            x.timestamp = r.i64()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            if v >= 4 {
                w.i32(self.current_leader_epoch);
            }
            w.i64(self.timestamp);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ListOffsetsRequest, 2, 1, 11, 6);
    impl Request for ListOffsetsRequest {
        type Response = crate::messages::ListOffsetsResponse;
    }
}

pub mod list_offsets_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListOffsetsResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<ListOffsetsTopicResponse>,
    }
    impl Element for ListOffsetsResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 2 {
                x.throttle_time_ms = r.i32()?;
            }
            x.topics = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 2 {
                w.i32(self.throttle_time_ms);
            }
            w.array(&self.topics, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListOffsetsTopicResponse {
        pub name: String,
        pub partitions: Vec<ListOffsetsPartitionResponse>,
    }
    impl Element for ListOffsetsTopicResponse {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct ListOffsetsPartitionResponse {
        pub partition_index: i32,
        pub error_code: i16,
        pub timestamp: i64,
        pub offset: i64,
        pub leader_epoch: i32,
    }
    impl Default for ListOffsetsPartitionResponse {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                error_code: Default::default(),
                timestamp: -1,
                offset: -1,
                leader_epoch: -1,
            }
        }
    }
    impl Element for ListOffsetsPartitionResponse {
        const MIN_SIZE: usize = 22;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.timestamp = r.i64()?;
            x.offset = r.i64()?;
            if v >= 4 {
                x.leader_epoch = r.i32()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.i64(self.timestamp);
            w.i64(self.offset);
            if v >= 4 {
                w.i32(self.leader_epoch);
            } else {
                absent(self.leader_epoch == -1, "leader_epoch", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ListOffsetsResponse, 2, 1, 11, 6);
}
