//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod alter_share_group_offsets_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterShareGroupOffsetsRequest {
        pub group_id: String,
        pub topics: Vec<AlterShareGroupOffsetsRequestTopic>,
    }
    impl Element for AlterShareGroupOffsetsRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterShareGroupOffsetsRequestTopic {
        pub topic_name: String,
        pub partitions: Vec<AlterShareGroupOffsetsRequestPartition>,
    }
    impl Element for AlterShareGroupOffsetsRequestTopic {
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterShareGroupOffsetsRequestPartition {
        pub partition_index: i32,
        pub start_offset: i64,
    }
    impl Element for AlterShareGroupOffsetsRequestPartition {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.start_offset = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i64(self.start_offset);
            w.u8(0);
            Ok(())
        }
    }

    message!(AlterShareGroupOffsetsRequest, 91, 0, 0, 0);
    impl Request for AlterShareGroupOffsetsRequest {
        type Response = crate::messages::AlterShareGroupOffsetsResponse;
    }
}

pub mod alter_share_group_offsets_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterShareGroupOffsetsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub responses: Vec<AlterShareGroupOffsetsResponseTopic>,
    }
    impl Element for AlterShareGroupOffsetsResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.responses = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.responses, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterShareGroupOffsetsResponseTopic {
        pub topic_name: String,
        pub topic_id: TopicId,
        pub partitions: Vec<AlterShareGroupOffsetsResponsePartition>,
    }
    impl Element for AlterShareGroupOffsetsResponseTopic {
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterShareGroupOffsetsResponsePartition {
        pub partition_index: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Element for AlterShareGroupOffsetsResponsePartition {
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

    message!(AlterShareGroupOffsetsResponse, 91, 0, 0, 0);
}
