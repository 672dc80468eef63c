//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_topic_partitions_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeTopicPartitionsRequest {
        pub topics: Vec<TopicRequest>,
        pub response_partition_limit: i32,
        pub cursor: Option<Cursor>,
    }
    impl Default for DescribeTopicPartitionsRequest {
        fn default() -> Self {
            Self {
                topics: Default::default(),
                response_partition_limit: 2000,
                cursor: Default::default(),
            }
        }
    }
    impl Element for DescribeTopicPartitionsRequest {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topics = r.array(v, f)?;
            x.response_partition_limit = r.i32()?;
            x.cursor = r.opt_struct(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.topics, v, f)?;
            w.i32(self.response_partition_limit);
            w.opt_struct(self.cursor.as_ref(), v, f, true, "cursor")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicRequest {
        pub name: String,
    }
    impl Element for TopicRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Cursor {
        pub topic_name: String,
        pub partition_index: i32,
    }
    impl Element for Cursor {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            x.partition_index = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.i32(self.partition_index);
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeTopicPartitionsRequest, 75, 0, 0, 0);
    impl Request for DescribeTopicPartitionsRequest {
        type Response = crate::messages::DescribeTopicPartitionsResponse;
    }
}

pub mod describe_topic_partitions_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeTopicPartitionsResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<DescribeTopicPartitionsResponseTopic>,
        pub next_cursor: Option<Cursor>,
    }
    impl Element for DescribeTopicPartitionsResponse {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.topics = r.array(v, f)?;
            x.next_cursor = r.opt_struct(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.topics, v, f)?;
            w.opt_struct(self.next_cursor.as_ref(), v, f, true, "next_cursor")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeTopicPartitionsResponseTopic {
        pub error_code: i16,
        pub name: Option<String>,
        pub topic_id: TopicId,
        pub is_internal: bool,
        pub partitions: Vec<DescribeTopicPartitionsResponsePartition>,
        pub topic_authorized_operations: i32,
    }
    impl Default for DescribeTopicPartitionsResponseTopic {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                name: Some(String::new()),
                topic_id: Default::default(),
                is_internal: Default::default(),
                partitions: Default::default(),
                topic_authorized_operations: -2147483648,
            }
        }
    }
    impl Element for DescribeTopicPartitionsResponseTopic {
        const MIN_SIZE: usize = 26;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.name = r.opt_string(f, true)?;
            x.topic_id = r.uuid()?;
            x.is_internal = r.bool()?;
            x.partitions = r.array(v, f)?;
            x.topic_authorized_operations = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.name.as_deref(), f, true, "name")?;
            w.uuid(self.topic_id);
            w.bool(self.is_internal);
            w.array(&self.partitions, v, f)?;
            w.i32(self.topic_authorized_operations);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeTopicPartitionsResponsePartition {
        pub error_code: i16,
        pub partition_index: i32,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub replica_nodes: Vec<i32>,
        pub isr_nodes: Vec<i32>,
        pub eligible_leader_replicas: Option<Vec<i32>>,
        pub last_known_elr: Option<Vec<i32>>,
        pub offline_replicas: Vec<i32>,
    }
    impl Default for DescribeTopicPartitionsResponsePartition {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                partition_index: Default::default(),
                leader_id: Default::default(),
                leader_epoch: -1,
                replica_nodes: Default::default(),
                isr_nodes: Default::default(),
                eligible_leader_replicas: Default::default(),
                last_known_elr: Default::default(),
                offline_replicas: Default::default(),
            }
        }
    }
    impl Element for DescribeTopicPartitionsResponsePartition {
        const MIN_SIZE: usize = 20;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.partition_index = r.i32()?;
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.replica_nodes = r.array(v, f)?;
            x.isr_nodes = r.array(v, f)?;
            x.eligible_leader_replicas = r.opt_array(v, f, true)?;
            x.last_known_elr = r.opt_array(v, f, true)?;
            x.offline_replicas = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.i32(self.partition_index);
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            w.array(&self.replica_nodes, v, f)?;
            w.array(&self.isr_nodes, v, f)?;
            w.opt_array(self.eligible_leader_replicas.as_deref(), v, f, true, "eligible_leader_replicas")?;
            w.opt_array(self.last_known_elr.as_deref(), v, f, true, "last_known_elr")?;
            w.array(&self.offline_replicas, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Cursor {
        pub topic_name: String,
        pub partition_index: i32,
    }
    impl Element for Cursor {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            x.partition_index = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.i32(self.partition_index);
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeTopicPartitionsResponse, 75, 0, 0, 0);
}
