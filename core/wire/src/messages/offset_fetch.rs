//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod offset_fetch_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetFetchRequest {
        pub group_id: String,
        pub topics: Option<Vec<OffsetFetchRequestTopic>>,
        pub groups: Vec<OffsetFetchRequestGroup>,
        pub require_stable: bool,
    }
    impl Default for OffsetFetchRequest {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                topics: Some(Vec::new()),
                groups: Default::default(),
                require_stable: Default::default(),
            }
        }
    }
    impl Element for OffsetFetchRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 7 {
                x.group_id = r.string(f)?;
            }
            if v <= 7 {
                x.topics = r.opt_array(v, f, v >= 2)?;
            }
            if v >= 8 {
                x.groups = r.array(v, f)?;
            }
            if v >= 7 {
                x.require_stable = r.bool()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 7 {
                w.string(&self.group_id, f)?;
            } else {
                absent(self.group_id.is_empty(), "group_id", v)?;
            }
            if v <= 7 {
                w.opt_array(self.topics.as_deref(), v, f, v >= 2, "topics")?;
            } else {
                absent(self.topics.as_ref().is_some_and(|x| x.is_empty()), "topics", v)?;
            }
            if v >= 8 {
                w.array(&self.groups, v, f)?;
            } else {
                absent(self.groups.is_empty(), "groups", v)?;
            }
            if v >= 7 {
                w.bool(self.require_stable);
            } else {
                absent(!self.require_stable, "require_stable", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetFetchRequestTopic {
        pub name: String,
        pub partition_indexes: Vec<i32>,
    }
    impl Element for OffsetFetchRequestTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partition_indexes = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partition_indexes, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetFetchRequestGroup {
        pub group_id: String,
        pub member_id: Option<String>,
        pub member_epoch: i32,
        pub topics: Option<Vec<OffsetFetchRequestTopics>>,
    }
    impl Default for OffsetFetchRequestGroup {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                member_id: Default::default(),
                member_epoch: -1,
                topics: Some(Vec::new()),
            }
        }
    }
    impl Element for OffsetFetchRequestGroup {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            if v >= 9 {
                x.member_id = r.opt_string(f, true)?;
            }
            if v >= 9 {
                x.member_epoch = r.i32()?;
            }
            x.topics = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            if v >= 9 {
                w.opt_string(self.member_id.as_deref(), f, true, "member_id")?;
            }
            if v >= 9 {
                w.i32(self.member_epoch);
            }
            w.opt_array(self.topics.as_deref(), v, f, true, "topics")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetFetchRequestTopics {
        pub name: String,
        pub topic_id: TopicId,
        pub partition_indexes: Vec<i32>,
    }
    impl Element for OffsetFetchRequestTopics {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 9 {
                x.name = r.string(f)?;
            }
            if v == 10 {
                x.topic_id = r.uuid()?;
            }
            x.partition_indexes = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 9 {
                w.string(&self.name, f)?;
            }
            if v == 10 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partition_indexes, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(OffsetFetchRequest, 9, 1, 10, 6);
    impl Request for OffsetFetchRequest {
        type Response = crate::messages::OffsetFetchResponse;
    }
}

pub mod offset_fetch_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetFetchResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<OffsetFetchResponseTopic>,
        pub error_code: i16,
        pub groups: Vec<OffsetFetchResponseGroup>,
    }
    impl Element for OffsetFetchResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 3 {
                x.throttle_time_ms = r.i32()?;
            }
            if v <= 7 {
                x.topics = r.array(v, f)?;
            }
            if (2..=7).contains(&v) {
                x.error_code = r.i16()?;
            }
            if v >= 8 {
                x.groups = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 3 {
                w.i32(self.throttle_time_ms);
            }
            if v <= 7 {
                w.array(&self.topics, v, f)?;
            } else {
                absent(self.topics.is_empty(), "topics", v)?;
            }
            if (2..=7).contains(&v) {
                w.i16(self.error_code);
            }
            if v >= 8 {
                w.array(&self.groups, v, f)?;
            } else {
                absent(self.groups.is_empty(), "groups", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetFetchResponseTopic {
        pub name: String,
        pub partitions: Vec<OffsetFetchResponsePartition>,
    }
    impl Element for OffsetFetchResponseTopic {
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
    pub struct OffsetFetchResponsePartition {
        pub partition_index: i32,
        pub committed_offset: i64,
        pub committed_leader_epoch: i32,
        pub metadata: Option<String>,
        pub error_code: i16,
    }
    impl Default for OffsetFetchResponsePartition {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                committed_offset: Default::default(),
                committed_leader_epoch: -1,
                metadata: Some(String::new()),
                error_code: Default::default(),
            }
        }
    }
    impl Element for OffsetFetchResponsePartition {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.committed_offset = r.i64()?;
            if v >= 5 {
                x.committed_leader_epoch = r.i32()?;
            }
            x.metadata = r.opt_string(f, true)?;
            x.error_code = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i64(self.committed_offset);
            if v >= 5 {
                w.i32(self.committed_leader_epoch);
            }
            w.opt_string(self.metadata.as_deref(), f, true, "metadata")?;
            w.i16(self.error_code);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetFetchResponseGroup {
        pub group_id: String,
        pub topics: Vec<OffsetFetchResponseTopics>,
        pub error_code: i16,
    }
    impl Element for OffsetFetchResponseGroup {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.topics = r.array(v, f)?;
            x.error_code = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.array(&self.topics, v, f)?;
            w.i16(self.error_code);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetFetchResponseTopics {
        pub name: String,
        pub topic_id: TopicId,
        pub partitions: Vec<OffsetFetchResponsePartitions>,
    }
    impl Element for OffsetFetchResponseTopics {
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
            r.skip_tags()?;
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
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetFetchResponsePartitions {
        pub partition_index: i32,
        pub committed_offset: i64,
        pub committed_leader_epoch: i32,
        pub metadata: Option<String>,
        pub error_code: i16,
    }
    impl Default for OffsetFetchResponsePartitions {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                committed_offset: Default::default(),
                committed_leader_epoch: -1,
                metadata: Some(String::new()),
                error_code: Default::default(),
            }
        }
    }
    impl Element for OffsetFetchResponsePartitions {
        const MIN_SIZE: usize = 20;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.committed_offset = r.i64()?;
            x.committed_leader_epoch = r.i32()?;
            x.metadata = r.opt_string(f, true)?;
            x.error_code = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i64(self.committed_offset);
            w.i32(self.committed_leader_epoch);
            w.opt_string(self.metadata.as_deref(), f, true, "metadata")?;
            w.i16(self.error_code);
            w.u8(0);
            Ok(())
        }
    }

    message!(OffsetFetchResponse, 9, 1, 10, 6);
}
