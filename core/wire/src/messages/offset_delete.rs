//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod offset_delete_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetDeleteRequest {
        pub group_id: String,
        pub topics: Vec<OffsetDeleteRequestTopic>,
    }
    impl Element for OffsetDeleteRequest {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.topics = r.array(v, f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.array(&self.topics, v, f)?;
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetDeleteRequestTopic {
        pub name: String,
        pub partitions: Vec<OffsetDeleteRequestPartition>,
    }
    impl Element for OffsetDeleteRequestTopic {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetDeleteRequestPartition {
        pub partition_index: i32,
    }
    impl Element for OffsetDeleteRequestPartition {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            Ok(())
        }
    }

    message!(OffsetDeleteRequest, 47, 0, 0, i16::MAX);
    impl Request for OffsetDeleteRequest {
        type Response = crate::messages::OffsetDeleteResponse;
    }
}

pub mod offset_delete_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetDeleteResponse {
        pub error_code: i16,
        pub throttle_time_ms: i32,
        pub topics: Vec<OffsetDeleteResponseTopic>,
    }
    impl Element for OffsetDeleteResponse {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.throttle_time_ms = r.i32()?;
            x.topics = r.array(v, f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.i32(self.throttle_time_ms);
            w.array(&self.topics, v, f)?;
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetDeleteResponseTopic {
        pub name: String,
        pub partitions: Vec<OffsetDeleteResponsePartition>,
    }
    impl Element for OffsetDeleteResponseTopic {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetDeleteResponsePartition {
        pub partition_index: i32,
        pub error_code: i16,
    }
    impl Element for OffsetDeleteResponsePartition {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            Ok(())
        }
    }

    message!(OffsetDeleteResponse, 47, 0, 0, i16::MAX);
}
