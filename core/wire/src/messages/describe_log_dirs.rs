//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_log_dirs_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeLogDirsRequest {
        pub topics: Option<Vec<DescribableLogDirTopic>>,
    }
    impl Default for DescribeLogDirsRequest {
        fn default() -> Self {
            Self {
                topics: Some(Vec::new()),
            }
        }
    }
    impl Element for DescribeLogDirsRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topics = r.opt_array(v, f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_array(self.topics.as_deref(), v, f, true, "topics")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribableLogDirTopic {
        pub topic: String,
        pub partitions: Vec<i32>,
    }
    impl Element for DescribableLogDirTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic = r.string(f)?;
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeLogDirsRequest, 35, 1, 5, 2);
    impl Request for DescribeLogDirsRequest {
        type Response = crate::messages::DescribeLogDirsResponse;
    }
}

pub mod describe_log_dirs_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeLogDirsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub results: Vec<DescribeLogDirsResult>,
    }
    impl Element for DescribeLogDirsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            if v >= 3 {
                x.error_code = r.i16()?;
            }
            x.results = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            if v >= 3 {
                w.i16(self.error_code);
            }
            w.array(&self.results, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeLogDirsResult {
        pub error_code: i16,
        pub log_dir: String,
        pub topics: Vec<DescribeLogDirsTopic>,
        pub total_bytes: i64,
        pub usable_bytes: i64,
        pub is_cordoned: bool,
    }
    impl Default for DescribeLogDirsResult {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                log_dir: Default::default(),
                topics: Default::default(),
                total_bytes: -1,
                usable_bytes: -1,
                is_cordoned: Default::default(),
            }
        }
    }
    impl Element for DescribeLogDirsResult {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.log_dir = r.string(f)?;
            x.topics = r.array(v, f)?;
            if v >= 4 {
                x.total_bytes = r.i64()?;
            }
            if v >= 4 {
                x.usable_bytes = r.i64()?;
            }
            if v == 5 {
                x.is_cordoned = r.bool()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.string(&self.log_dir, f)?;
            w.array(&self.topics, v, f)?;
            if v >= 4 {
                w.i64(self.total_bytes);
            }
            if v >= 4 {
                w.i64(self.usable_bytes);
            }
            if v == 5 {
                w.bool(self.is_cordoned);
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeLogDirsTopic {
        pub name: String,
        pub partitions: Vec<DescribeLogDirsPartition>,
    }
    impl Element for DescribeLogDirsTopic {
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeLogDirsPartition {
        pub partition_index: i32,
        pub partition_size: i64,
        pub offset_lag: i64,
        pub is_future_key: bool,
    }
    impl Element for DescribeLogDirsPartition {
        const MIN_SIZE: usize = 21;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.partition_size = r.i64()?;
            x.offset_lag = r.i64()?;
            x.is_future_key = r.bool()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i64(self.partition_size);
            w.i64(self.offset_lag);
            w.bool(self.is_future_key);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeLogDirsResponse, 35, 1, 5, 2);
}
