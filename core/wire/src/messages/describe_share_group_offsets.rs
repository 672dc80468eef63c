//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_share_group_offsets_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeShareGroupOffsetsRequest {
        pub groups: Vec<DescribeShareGroupOffsetsRequestGroup>,
    }
    impl Element for DescribeShareGroupOffsetsRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.groups = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.groups, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeShareGroupOffsetsRequestGroup {
        pub group_id: String,
        pub topics: Option<Vec<DescribeShareGroupOffsetsRequestTopic>>,
    }
    impl Default for DescribeShareGroupOffsetsRequestGroup {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                topics: Some(Vec::new()),
            }
        }
    }
    impl Element for DescribeShareGroupOffsetsRequestGroup {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.topics = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.opt_array(self.topics.as_deref(), v, f, true, "topics")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeShareGroupOffsetsRequestTopic {
        pub topic_name: String,
        pub partitions: Vec<i32>,
    }
    impl Element for DescribeShareGroupOffsetsRequestTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeShareGroupOffsetsRequest, 90, 0, 1, 0);
    impl Request for DescribeShareGroupOffsetsRequest {
        type Response = crate::messages::DescribeShareGroupOffsetsResponse;
    }
}

pub mod describe_share_group_offsets_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeShareGroupOffsetsResponse {
        pub throttle_time_ms: i32,
        pub groups: Vec<DescribeShareGroupOffsetsResponseGroup>,
    }
    impl Element for DescribeShareGroupOffsetsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.groups = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.groups, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeShareGroupOffsetsResponseGroup {
        pub group_id: String,
        pub topics: Vec<DescribeShareGroupOffsetsResponseTopic>,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Element for DescribeShareGroupOffsetsResponseGroup {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.topics = r.array(v, f)?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.array(&self.topics, v, f)?;
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeShareGroupOffsetsResponseTopic {
        pub topic_name: String,
        pub topic_id: TopicId,
        pub partitions: Vec<DescribeShareGroupOffsetsResponsePartition>,
    }
    impl Element for DescribeShareGroupOffsetsResponseTopic {
        const MIN_SIZE: usize = 19;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeShareGroupOffsetsResponsePartition {
        pub partition_index: i32,
        pub start_offset: i64,
        pub leader_epoch: i32,
        pub lag: i64,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for DescribeShareGroupOffsetsResponsePartition {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                start_offset: Default::default(),
                leader_epoch: Default::default(),
                lag: -1,
                error_code: Default::default(),
                error_message: Default::default(),
            }
        }
    }
    impl Element for DescribeShareGroupOffsetsResponsePartition {
        const MIN_SIZE: usize = 20;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.start_offset = r.i64()?;
            x.leader_epoch = r.i32()?;
            if v == 1 {
                x.lag = r.i64()?;
            }
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i64(self.start_offset);
            w.i32(self.leader_epoch);
            if v == 1 {
                w.i64(self.lag);
            }
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeShareGroupOffsetsResponse, 90, 0, 1, 0);
}
