//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_group_state_partition_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupStatePartitionMetadataKey {
        pub group_id: String,
    }
    impl Element for ShareGroupStatePartitionMetadataKey {
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

    message!(ShareGroupStatePartitionMetadataKey, 15, 0, 0, i16::MAX);
}

pub mod share_group_state_partition_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupStatePartitionMetadataValue {
        pub initializing_topics: Vec<TopicPartitionsInfo>,
        pub initialized_topics: Vec<TopicPartitionsInfo>,
        pub deleting_topics: Vec<TopicInfo>,
    }
    impl Element for ShareGroupStatePartitionMetadataValue {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.initializing_topics = r.array(v, f)?;
            x.initialized_topics = r.array(v, f)?;
            x.deleting_topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.initializing_topics, v, f)?;
            w.array(&self.initialized_topics, v, f)?;
            w.array(&self.deleting_topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitionsInfo {
        pub topic_id: TopicId,
        pub topic_name: String,
        pub partitions: Vec<i32>,
    }
    impl Element for TopicPartitionsInfo {
        const MIN_SIZE: usize = 19;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.topic_name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.string(&self.topic_name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicInfo {
        pub topic_id: TopicId,
        pub topic_name: String,
    }
    impl Element for TopicInfo {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.topic_name = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.string(&self.topic_name, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareGroupStatePartitionMetadataValue, 15, 0, 0, 0);
}
