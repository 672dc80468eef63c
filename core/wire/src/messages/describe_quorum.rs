//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_quorum_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeQuorumRequest {
        pub topics: Vec<TopicData>,
    }
    impl Element for DescribeQuorumRequest {
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
    pub struct TopicData {
        pub topic_name: String,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for TopicData {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
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

    message!(DescribeQuorumRequest, 55, 0, 2, 0);
    impl Request for DescribeQuorumRequest {
        type Response = crate::messages::DescribeQuorumResponse;
    }
}

pub mod describe_quorum_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeQuorumResponse {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub topics: Vec<TopicData>,
        pub nodes: Vec<Node>,
    }
    impl Default for DescribeQuorumResponse {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
                topics: Default::default(),
                nodes: Default::default(),
            }
        }
    }
    impl Element for DescribeQuorumResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            if v == 2 {
                x.error_message = r.opt_string(f, true)?;
            }
            x.topics = r.array(v, f)?;
            if v == 2 {
                x.nodes = r.array(v, f)?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            if v == 2 {
                w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            }
            w.array(&self.topics, v, f)?;
            if v == 2 {
                w.array(&self.nodes, v, f)?;
            } else {
                absent(self.nodes.is_empty(), "nodes", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicData {
        pub topic_name: String,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for TopicData {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub high_watermark: i64,
        pub current_voters: Vec<ReplicaState>,
        pub observers: Vec<ReplicaState>,
    }
    impl Default for PartitionData {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                leader_id: Default::default(),
                leader_epoch: Default::default(),
                high_watermark: Default::default(),
                current_voters: Default::default(),
                observers: Default::default(),
            }
        }
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 25;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            if v == 2 {
                x.error_message = r.opt_string(f, true)?;
            }
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.high_watermark = r.i64()?;
            x.current_voters = r.array(v, f)?;
            x.observers = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            if v == 2 {
                w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            }
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            w.i64(self.high_watermark);
            w.array(&self.current_voters, v, f)?;
            w.array(&self.observers, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Node {
        pub node_id: i32,
        pub listeners: Vec<Listener>,
    }
    impl Element for Node {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.node_id = r.i32()?;
            x.listeners = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.node_id);
            w.array(&self.listeners, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Listener {
        pub name: String,
        pub host: String,
        pub port: u16,
    }
    impl Element for Listener {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.host = r.string(f)?;
            x.port = r.u16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.string(&self.host, f)?;
            w.u16(self.port);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicaState {
        pub replica_id: i32,
        pub replica_directory_id: TopicId,
        pub log_end_offset: i64,
        pub last_fetch_timestamp: i64,
        pub last_caught_up_timestamp: i64,
    }
    impl Default for ReplicaState {
        fn default() -> Self {
            Self {
                replica_id: Default::default(),
                replica_directory_id: Default::default(),
                log_end_offset: Default::default(),
                last_fetch_timestamp: -1,
                last_caught_up_timestamp: -1,
            }
        }
    }
    impl Element for ReplicaState {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, v: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.replica_id = r.i32()?;
            if v == 2 {
                x.replica_directory_id = r.uuid()?;
            }
            x.log_end_offset = r.i64()?;
            if v >= 1 {
                x.last_fetch_timestamp = r.i64()?;
            }
            if v >= 1 {
                x.last_caught_up_timestamp = r.i64()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.replica_id);
            if v == 2 {
                w.uuid(self.replica_directory_id);
            } else {
                absent(self.replica_directory_id.is_zero(), "replica_directory_id", v)?;
            }
            w.i64(self.log_end_offset);
            if v >= 1 {
                w.i64(self.last_fetch_timestamp);
            }
            if v >= 1 {
                w.i64(self.last_caught_up_timestamp);
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeQuorumResponse, 55, 0, 2, 0);
}
