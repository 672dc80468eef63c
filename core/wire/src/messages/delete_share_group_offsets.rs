//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod delete_share_group_offsets_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteShareGroupOffsetsRequest {
        pub group_id: String,
        pub topics: Vec<DeleteShareGroupOffsetsRequestTopic>,
    }
    impl Element for DeleteShareGroupOffsetsRequest {
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
    pub struct DeleteShareGroupOffsetsRequestTopic {
        pub topic_name: String,
    }
    impl Element for DeleteShareGroupOffsetsRequestTopic {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DeleteShareGroupOffsetsRequest, 92, 0, 0, 0);
    impl Request for DeleteShareGroupOffsetsRequest {
        type Response = crate::messages::DeleteShareGroupOffsetsResponse;
    }
}

pub mod delete_share_group_offsets_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteShareGroupOffsetsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub responses: Vec<DeleteShareGroupOffsetsResponseTopic>,
    }
    impl Element for DeleteShareGroupOffsetsResponse {
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
    pub struct DeleteShareGroupOffsetsResponseTopic {
        pub topic_name: String,
        pub topic_id: TopicId,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Element for DeleteShareGroupOffsetsResponseTopic {
        const MIN_SIZE: usize = 21;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            x.topic_id = r.uuid()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.uuid(self.topic_id);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DeleteShareGroupOffsetsResponse, 92, 0, 0, 0);
}
