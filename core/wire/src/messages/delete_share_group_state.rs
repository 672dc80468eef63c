//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod delete_share_group_state_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteShareGroupStateRequest {
        pub group_id: String,
        pub topics: Vec<DeleteStateData>,
    }
    impl Element for DeleteShareGroupStateRequest {
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
    pub struct DeleteStateData {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for DeleteStateData {
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
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.u8(0);
            Ok(())
        }
    }

    message!(DeleteShareGroupStateRequest, 86, 0, 0, 0);
    impl Request for DeleteShareGroupStateRequest {
        type Response = crate::messages::DeleteShareGroupStateResponse;
    }
}

pub mod delete_share_group_state_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteShareGroupStateResponse {
        pub results: Vec<DeleteStateResult>,
    }
    impl Element for DeleteShareGroupStateResponse {
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
    pub struct DeleteStateResult {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionResult>,
    }
    impl Element for DeleteStateResult {
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
    }
    impl Element for PartitionResult {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DeleteShareGroupStateResponse, 86, 0, 0, 0);
}
