//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod create_topics_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct CreateTopicsRequest {
        pub topics: Vec<CreatableTopic>,
        pub timeout_ms: i32,
        pub validate_only: bool,
    }
    impl Default for CreateTopicsRequest {
        fn default() -> Self {
            Self {
                topics: Default::default(),
                timeout_ms: 60000,
                validate_only: Default::default(),
            }
        }
    }
    impl Element for CreateTopicsRequest {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topics = r.array(v, f)?;
            x.timeout_ms = r.i32()?;
            x.validate_only = r.bool()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.topics, v, f)?;
            w.i32(self.timeout_ms);
            w.bool(self.validate_only);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreatableTopic {
        pub name: String,
        pub num_partitions: i32,
        pub replication_factor: i16,
        pub assignments: Vec<CreatableReplicaAssignment>,
        pub configs: Vec<CreatableTopicConfig>,
    }
    impl Element for CreatableTopic {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.num_partitions = r.i32()?;
            x.replication_factor = r.i16()?;
            x.assignments = r.array(v, f)?;
            x.configs = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i32(self.num_partitions);
            w.i16(self.replication_factor);
            w.array(&self.assignments, v, f)?;
            w.array(&self.configs, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreatableReplicaAssignment {
        pub partition_index: i32,
        pub broker_ids: Vec<i32>,
    }
    impl Element for CreatableReplicaAssignment {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.broker_ids = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.array(&self.broker_ids, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct CreatableTopicConfig {
        pub name: String,
        pub value: Option<String>,
    }
    impl Default for CreatableTopicConfig {
        fn default() -> Self {
            Self {
                name: Default::default(),
                value: Some(String::new()),
            }
        }
    }
    impl Element for CreatableTopicConfig {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.value = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.opt_string(self.value.as_deref(), f, true, "value")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(CreateTopicsRequest, 19, 2, 7, 5);
    impl Request for CreateTopicsRequest {
        type Response = crate::messages::CreateTopicsResponse;
    }
}

pub mod create_topics_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreateTopicsResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<CreatableTopicResult>,
    }
    impl Element for CreateTopicsResponse {
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct CreatableTopicResult {
        pub name: String,
        pub topic_id: TopicId,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub topic_config_error_code: i16,
        pub num_partitions: i32,
        pub replication_factor: i16,
        pub configs: Option<Vec<CreatableTopicConfigs>>,
    }
    impl Default for CreatableTopicResult {
        fn default() -> Self {
            Self {
                name: Default::default(),
                topic_id: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                topic_config_error_code: Default::default(),
                num_partitions: -1,
                replication_factor: -1,
                configs: Some(Vec::new()),
            }
        }
    }
    impl Element for CreatableTopicResult {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            if v == 7 {
                x.topic_id = r.uuid()?;
            }
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            if v >= 5 {
                x.num_partitions = r.i32()?;
            }
            if v >= 5 {
                x.replication_factor = r.i16()?;
            }
            if v >= 5 {
                x.configs = r.opt_array(v, f, true)?;
            }
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 5 => x.topic_config_error_code = r.i16()?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            if v == 7 {
                w.uuid(self.topic_id);
            }
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            if v >= 5 {
                w.i32(self.num_partitions);
            }
            if v >= 5 {
                w.i16(self.replication_factor);
            }
            if v >= 5 {
                w.opt_array(self.configs.as_deref(), v, f, true, "configs")?;
            }
            if f {
                let t = w.tags();
                if v >= 5 && self.topic_config_error_code != 0 {
                    let at = w.tag(t, 0);
                    w.i16(self.topic_config_error_code);
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct CreatableTopicConfigs {
        pub name: String,
        pub value: Option<String>,
        pub read_only: bool,
        pub config_source: i8,
        pub is_sensitive: bool,
    }
    impl Default for CreatableTopicConfigs {
        fn default() -> Self {
            Self {
                name: Default::default(),
                value: Some(String::new()),
                read_only: Default::default(),
                config_source: -1,
                is_sensitive: Default::default(),
            }
        }
    }
    impl Element for CreatableTopicConfigs {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.value = r.opt_string(f, true)?;
            x.read_only = r.bool()?;
            x.config_source = r.i8()?;
            x.is_sensitive = r.bool()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.opt_string(self.value.as_deref(), f, true, "value")?;
            w.bool(self.read_only);
            w.i8(self.config_source);
            w.bool(self.is_sensitive);
            w.u8(0);
            Ok(())
        }
    }

    message!(CreateTopicsResponse, 19, 2, 7, 5);
}
