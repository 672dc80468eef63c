//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod read_share_group_state_summary_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReadShareGroupStateSummaryRequest {
        pub group_id: String,
        pub topics: Vec<ReadStateSummaryData>,
    }
    impl Element for ReadShareGroupStateSummaryRequest {
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
    pub struct ReadStateSummaryData {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for ReadStateSummaryData {
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

    message!(ReadShareGroupStateSummaryRequest, 87, 0, 1, 0);
    impl Request for ReadShareGroupStateSummaryRequest {
        type Response = crate::messages::ReadShareGroupStateSummaryResponse;
    }
}

pub mod read_share_group_state_summary_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReadShareGroupStateSummaryResponse {
        pub results: Vec<ReadStateSummaryResult>,
    }
    impl Element for ReadShareGroupStateSummaryResponse {
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
    pub struct ReadStateSummaryResult {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionResult>,
    }
    impl Element for ReadStateSummaryResult {
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct PartitionResult {
        pub partition: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub state_epoch: i32,
        pub leader_epoch: i32,
        pub start_offset: i64,
        pub delivery_complete_count: i32,
    }
    impl Default for PartitionResult {
        fn default() -> Self {
            Self {
                partition: Default::default(),
                error_code: Default::default(),
                error_message: Default::default(),
                state_epoch: Default::default(),
                leader_epoch: Default::default(),
                start_offset: Default::default(),
                delivery_complete_count: -1,
            }
        }
    }
    impl Element for PartitionResult {
        const MIN_SIZE: usize = 24;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.state_epoch = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.start_offset = r.i64()?;
            if v == 1 {
                x.delivery_complete_count = r.i32()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.i32(self.state_epoch);
            w.i32(self.leader_epoch);
            w.i64(self.start_offset);
            if v == 1 {
                w.i32(self.delivery_complete_count);
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(ReadShareGroupStateSummaryResponse, 87, 0, 1, 0);
}
