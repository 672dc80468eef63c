//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod read_share_group_state_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReadShareGroupStateRequest {
        pub group_id: String,
        pub topics: Vec<ReadStateData>,
    }
    impl Element for ReadShareGroupStateRequest {
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
    pub struct ReadStateData {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for ReadStateData {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition: i32,
        pub leader_epoch: i32,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            x.leader_epoch = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.i32(self.leader_epoch);
            w.u8(0);
            Ok(())
        }
    }

    message!(ReadShareGroupStateRequest, 84, 0, 0, 0);
    impl Request for ReadShareGroupStateRequest {
        type Response = crate::messages::ReadShareGroupStateResponse;
    }
}

pub mod read_share_group_state_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReadShareGroupStateResponse {
        pub results: Vec<ReadStateResult>,
    }
    impl Element for ReadShareGroupStateResponse {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.results = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.results, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReadStateResult {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionResult>,
    }
    impl Element for ReadStateResult {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionResult {
        pub partition: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub state_epoch: i32,
        pub start_offset: i64,
        pub state_batches: Vec<StateBatch>,
    }
    impl Element for PartitionResult {
        const MIN_SIZE: usize = 21;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.state_epoch = r.i32()?;
            x.start_offset = r.i64()?;
            x.state_batches = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.i32(self.state_epoch);
            w.i64(self.start_offset);
            w.array(&self.state_batches, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StateBatch {
        pub first_offset: i64,
        pub last_offset: i64,
        pub delivery_state: i8,
        pub delivery_count: i16,
    }
    impl Element for StateBatch {
        const MIN_SIZE: usize = 20;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.first_offset = r.i64()?;
            x.last_offset = r.i64()?;
            x.delivery_state = r.i8()?;
            x.delivery_count = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i64(self.first_offset);
            w.i64(self.last_offset);
            w.i8(self.delivery_state);
            w.i16(self.delivery_count);
            w.u8(0);
            Ok(())
        }
    }

    message!(ReadShareGroupStateResponse, 84, 0, 0, 0);
}
