//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod assign_replicas_to_dirs_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct AssignReplicasToDirsRequest {
        pub broker_id: i32,
        pub broker_epoch: i64,
        pub directories: Vec<DirectoryData>,
    }
    impl Default for AssignReplicasToDirsRequest {
        fn default() -> Self {
            Self {
                broker_id: Default::default(),
                broker_epoch: -1,
                directories: Default::default(),
            }
        }
    }
    impl Element for AssignReplicasToDirsRequest {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_id = r.i32()?;
            x.broker_epoch = r.i64()?;
            x.directories = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.broker_id);
            w.i64(self.broker_epoch);
            w.array(&self.directories, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DirectoryData {
        pub id: TopicId,
        pub topics: Vec<TopicData>,
    }
    impl Element for DirectoryData {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.id = r.uuid()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.id);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for TopicData {
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
        pub partition_index: i32,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.u8(0);
            Ok(())
        }
    }

    message!(AssignReplicasToDirsRequest, 73, 0, 0, 0);
    impl Request for AssignReplicasToDirsRequest {
        type Response = crate::messages::AssignReplicasToDirsResponse;
    }
}

pub mod assign_replicas_to_dirs_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AssignReplicasToDirsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub directories: Vec<DirectoryData>,
    }
    impl Element for AssignReplicasToDirsResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.directories = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.array(&self.directories, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DirectoryData {
        pub id: TopicId,
        pub topics: Vec<TopicData>,
    }
    impl Element for DirectoryData {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.id = r.uuid()?;
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.id);
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for TopicData {
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
        pub partition_index: i32,
        pub error_code: i16,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.u8(0);
            Ok(())
        }
    }

    message!(AssignReplicasToDirsResponse, 73, 0, 0, 0);
}
