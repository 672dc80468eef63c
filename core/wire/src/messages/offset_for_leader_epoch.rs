//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod offset_for_leader_epoch_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetForLeaderEpochRequest {
        pub replica_id: i32,
        pub topics: Vec<OffsetForLeaderTopic>,
    }
    impl Default for OffsetForLeaderEpochRequest {
        fn default() -> Self {
            Self {
                replica_id: -2,
                topics: Default::default(),
            }
        }
    }
    impl Element for OffsetForLeaderEpochRequest {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 3 {
                x.replica_id = r.i32()?;
            }
            x.topics = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 3 {
                w.i32(self.replica_id);
            }
            w.array(&self.topics, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetForLeaderTopic {
        pub topic: String,
        pub partitions: Vec<OffsetForLeaderPartition>,
    }
    impl Element for OffsetForLeaderTopic {
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetForLeaderPartition {
        pub partition: i32,
        pub current_leader_epoch: i32,
        pub leader_epoch: i32,
    }
    impl Default for OffsetForLeaderPartition {
        fn default() -> Self {
            Self {
                partition: Default::default(),
                current_leader_epoch: -1,
                leader_epoch: Default::default(),
            }
        }
    }
    impl Element for OffsetForLeaderPartition {
        const MIN_SIZE: usize = 12;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            x.current_leader_epoch = r.i32()?;
            x.leader_epoch = r.i32()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.i32(self.current_leader_epoch);
            w.i32(self.leader_epoch);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(OffsetForLeaderEpochRequest, 23, 2, 4, 4);
    impl Request for OffsetForLeaderEpochRequest {
        type Response = crate::messages::OffsetForLeaderEpochResponse;
    }
}

pub mod offset_for_leader_epoch_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetForLeaderEpochResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<OffsetForLeaderTopicResult>,
    }
    impl Element for OffsetForLeaderEpochResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.topics = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.topics, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetForLeaderTopicResult {
        pub topic: String,
        pub partitions: Vec<EpochEndOffset>,
    }
    impl Element for OffsetForLeaderTopicResult {
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct EpochEndOffset {
        pub error_code: i16,
        pub partition: i32,
        pub leader_epoch: i32,
        pub end_offset: i64,
    }
    impl Default for EpochEndOffset {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                partition: Default::default(),
                leader_epoch: -1,
                end_offset: -1,
            }
        }
    }
    impl Element for EpochEndOffset {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.partition = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.end_offset = r.i64()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.i32(self.partition);
            w.i32(self.leader_epoch);
            w.i64(self.end_offset);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(OffsetForLeaderEpochResponse, 23, 2, 4, 4);
}
