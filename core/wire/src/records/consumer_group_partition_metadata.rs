//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_partition_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupPartitionMetadataKey {
        pub group_id: String,
    }
    impl Element for ConsumerGroupPartitionMetadataKey {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            Ok(())
        }
    }

    message!(ConsumerGroupPartitionMetadataKey, 4, 0, 0, i16::MAX);
}

pub mod consumer_group_partition_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupPartitionMetadataValue {
        pub topics: Vec<TopicMetadata>,
    }
    impl Element for ConsumerGroupPartitionMetadataValue {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicMetadata {
        pub topic_id: TopicId,
        pub topic_name: String,
        pub num_partitions: i32,
        pub partition_metadata: Vec<PartitionMetadata>,
    }
    impl Element for TopicMetadata {
        const MIN_SIZE: usize = 23;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.topic_name = r.string(f)?;
            x.num_partitions = r.i32()?;
            x.partition_metadata = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.string(&self.topic_name, f)?;
            w.i32(self.num_partitions);
            w.array(&self.partition_metadata, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionMetadata {
        pub partition: i32,
        pub racks: Vec<String>,
    }
    impl Element for PartitionMetadata {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            x.racks = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.array(&self.racks, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ConsumerGroupPartitionMetadataValue, 4, 0, 0, 0);
}
