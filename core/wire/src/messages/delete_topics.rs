//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod delete_topics_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteTopicsRequest {
        pub topics: Vec<DeleteTopicState>,
        pub topic_names: Vec<String>,
        pub timeout_ms: i32,
    }
    impl Element for DeleteTopicsRequest {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v == 6 {
                x.topics = r.array(v, f)?;
            }
            if v <= 5 {
                x.topic_names = r.array(v, f)?;
            }
            x.timeout_ms = r.i32()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v == 6 {
                w.array(&self.topics, v, f)?;
            } else {
                absent(self.topics.is_empty(), "topics", v)?;
            }
            if v <= 5 {
                w.array(&self.topic_names, v, f)?;
            }
            w.i32(self.timeout_ms);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteTopicState {
        pub name: Option<String>,
        pub topic_id: TopicId,
    }
    impl Element for DeleteTopicState {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.opt_string(f, true)?;
            x.topic_id = r.uuid()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.name.as_deref(), f, true, "name")?;
            w.uuid(self.topic_id);
            w.u8(0);
            Ok(())
        }
    }

    message!(DeleteTopicsRequest, 20, 1, 6, 4);
    impl Request for DeleteTopicsRequest {
        type Response = crate::messages::DeleteTopicsResponse;
    }
}

pub mod delete_topics_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteTopicsResponse {
        pub throttle_time_ms: i32,
        pub responses: Vec<DeletableTopicResult>,
    }
    impl Element for DeleteTopicsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.responses = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.responses, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DeletableTopicResult {
        pub name: Option<String>,
        pub topic_id: TopicId,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for DeletableTopicResult {
        fn default() -> Self {
            Self {
                name: Some(String::new()),
                topic_id: Default::default(),
                error_code: Default::default(),
                error_message: Default::default(),
            }
        }
    }
    impl Element for DeletableTopicResult {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.opt_string(f, v == 6)?;
            if v == 6 {
                x.topic_id = r.uuid()?;
            }
            x.error_code = r.i16()?;
            if v >= 5 {
                x.error_message = r.opt_string(f, true)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.name.as_deref(), f, v == 6, "name")?;
            if v == 6 {
                w.uuid(self.topic_id);
            }
            w.i16(self.error_code);
            if v >= 5 {
                w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DeleteTopicsResponse, 20, 1, 6, 4);
}
