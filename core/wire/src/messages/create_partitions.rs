//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod create_partitions_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreatePartitionsRequest {
        pub topics: Vec<CreatePartitionsTopic>,
        pub timeout_ms: i32,
        pub validate_only: bool,
    }
    impl Element for CreatePartitionsRequest {
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct CreatePartitionsTopic {
        pub name: String,
        pub count: i32,
        pub assignments: Option<Vec<CreatePartitionsAssignment>>,
    }
    impl Default for CreatePartitionsTopic {
        fn default() -> Self {
            Self {
                name: Default::default(),
                count: Default::default(),
                assignments: Some(Vec::new()),
            }
        }
    }
    impl Element for CreatePartitionsTopic {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.count = r.i32()?;
            x.assignments = r.opt_array(v, f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i32(self.count);
            w.opt_array(self.assignments.as_deref(), v, f, true, "assignments")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreatePartitionsAssignment {
        pub broker_ids: Vec<i32>,
    }
    impl Element for CreatePartitionsAssignment {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_ids = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.broker_ids, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(CreatePartitionsRequest, 37, 0, 3, 2);
    impl Request for CreatePartitionsRequest {
        type Response = crate::messages::CreatePartitionsResponse;
    }
}

pub mod create_partitions_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreatePartitionsResponse {
        pub throttle_time_ms: i32,
        pub results: Vec<CreatePartitionsTopicResult>,
    }
    impl Element for CreatePartitionsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.results = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.results, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreatePartitionsTopicResult {
        pub name: String,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Element for CreatePartitionsTopicResult {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(CreatePartitionsResponse, 37, 0, 3, 2);
}
