//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod streams_group_topology_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupTopologyKey {
        pub group_id: String,
    }
    impl Element for StreamsGroupTopologyKey {
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

    message!(StreamsGroupTopologyKey, 23, 0, 0, i16::MAX);
}

pub mod streams_group_topology_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupTopologyValue {
        pub epoch: i32,
        pub subtopologies: Vec<Subtopology>,
    }
    impl Element for StreamsGroupTopologyValue {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.epoch = r.i32()?;
            x.subtopologies = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.epoch);
            w.array(&self.subtopologies, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Subtopology {
        pub subtopology_id: String,
        pub source_topics: Vec<String>,
        pub source_topic_regex: Vec<String>,
        pub state_changelog_topics: Vec<TopicInfo>,
        pub repartition_sink_topics: Vec<String>,
        pub repartition_source_topics: Vec<TopicInfo>,
        pub copartition_groups: Vec<CopartitionGroup>,
    }
    impl Element for Subtopology {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.subtopology_id = r.string(f)?;
            x.source_topics = r.array(v, f)?;
            x.source_topic_regex = r.array(v, f)?;
            x.state_changelog_topics = r.array(v, f)?;
            x.repartition_sink_topics = r.array(v, f)?;
            x.repartition_source_topics = r.array(v, f)?;
            x.copartition_groups = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.subtopology_id, f)?;
            w.array(&self.source_topics, v, f)?;
            w.array(&self.source_topic_regex, v, f)?;
            w.array(&self.state_changelog_topics, v, f)?;
            w.array(&self.repartition_sink_topics, v, f)?;
            w.array(&self.repartition_source_topics, v, f)?;
            w.array(&self.copartition_groups, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CopartitionGroup {
        pub source_topics: Vec<i16>,
        pub source_topic_regex: Vec<i16>,
        pub repartition_source_topics: Vec<i16>,
    }
    impl Element for CopartitionGroup {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.source_topics = r.array(v, f)?;
            x.source_topic_regex = r.array(v, f)?;
            x.repartition_source_topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.source_topics, v, f)?;
            w.array(&self.source_topic_regex, v, f)?;
            w.array(&self.repartition_source_topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicConfig {
        pub key: String,
        pub value: String,
    }
    impl Element for TopicConfig {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.key = r.string(f)?;
            x.value = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.key, f)?;
            w.string(&self.value, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicInfo {
        pub name: String,
        pub partitions: i32,
        pub replication_factor: i16,
        pub topic_configs: Vec<TopicConfig>,
    }
    impl Element for TopicInfo {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.i32()?;
            x.replication_factor = r.i16()?;
            x.topic_configs = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i32(self.partitions);
            w.i16(self.replication_factor);
            w.array(&self.topic_configs, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(StreamsGroupTopologyValue, 23, 0, 0, 0);
}
