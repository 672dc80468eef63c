//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod offset_commit_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetCommitRequest {
        pub group_id: String,
        pub generation_id_or_member_epoch: i32,
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub retention_time_ms: i64,
        pub topics: Vec<OffsetCommitRequestTopic>,
    }
    impl Default for OffsetCommitRequest {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                generation_id_or_member_epoch: -1,
                member_id: Default::default(),
                group_instance_id: Default::default(),
                retention_time_ms: -1,
                topics: Default::default(),
            }
        }
    }
    impl Element for OffsetCommitRequest {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.generation_id_or_member_epoch = r.i32()?;
            x.member_id = r.string(f)?;
            if v >= 7 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
            if v <= 4 {
                x.retention_time_ms = r.i64()?;
            }
            x.topics = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.i32(self.generation_id_or_member_epoch);
            w.string(&self.member_id, f)?;
            if v >= 7 {
                w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            } else {
                absent(self.group_instance_id.is_none(), "group_instance_id", v)?;
            }
            if v <= 4 {
                w.i64(self.retention_time_ms);
            }
            w.array(&self.topics, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetCommitRequestTopic {
        pub name: String,
        pub topic_id: TopicId,
        pub partitions: Vec<OffsetCommitRequestPartition>,
    }
    impl Element for OffsetCommitRequestTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 9 {
                x.name = r.string(f)?;
            }
            if v == 10 {
                x.topic_id = r.uuid()?;
            }
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 9 {
                w.string(&self.name, f)?;
            }
            if v == 10 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetCommitRequestPartition {
        pub partition_index: i32,
        pub committed_offset: i64,
        pub committed_leader_epoch: i32,
        pub committed_metadata: Option<String>,
    }
    impl Default for OffsetCommitRequestPartition {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                committed_offset: Default::default(),
                committed_leader_epoch: -1,
                committed_metadata: Some(String::new()),
            }
        }
    }
    impl Element for OffsetCommitRequestPartition {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.committed_offset = r.i64()?;
            if v >= 6 {
                x.committed_leader_epoch = r.i32()?;
            }
            x.committed_metadata = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i64(self.committed_offset);
            if v >= 6 {
                w.i32(self.committed_leader_epoch);
            }
            w.opt_string(self.committed_metadata.as_deref(), f, true, "committed_metadata")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(OffsetCommitRequest, 8, 2, 10, 8);
    impl Request for OffsetCommitRequest {
        type Response = crate::messages::OffsetCommitResponse;
    }
}

pub mod offset_commit_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetCommitResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<OffsetCommitResponseTopic>,
    }
    impl Element for OffsetCommitResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 3 {
                x.throttle_time_ms = r.i32()?;
            }
            x.topics = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 3 {
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
    pub struct OffsetCommitResponseTopic {
        pub name: String,
        pub topic_id: TopicId,
        pub partitions: Vec<OffsetCommitResponsePartition>,
    }
    impl Element for OffsetCommitResponseTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 9 {
                x.name = r.string(f)?;
            }
            if v == 10 {
                x.topic_id = r.uuid()?;
            }
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 9 {
                w.string(&self.name, f)?;
            }
            if v == 10 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetCommitResponsePartition {
        pub partition_index: i32,
        pub error_code: i16,
    }
    impl Element for OffsetCommitResponsePartition {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(OffsetCommitResponse, 8, 2, 10, 8);
}
