//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod vote_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct VoteRequest {
        pub cluster_id: Option<String>,
        pub voter_id: i32,
        pub topics: Vec<TopicData>,
    }
    impl Default for VoteRequest {
        fn default() -> Self {
            Self {
                cluster_id: Default::default(),
                voter_id: -1,
                topics: Default::default(),
            }
        }
    }
    impl Element for VoteRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.cluster_id = r.opt_string(f, true)?;
            if v >= 1 {
                x.voter_id = r.i32()?;
            }
            x.topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
            if v >= 1 {
                w.i32(self.voter_id);
            }
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
        pub replica_epoch: i32,
        pub replica_id: i32,
        pub replica_directory_id: TopicId,
        pub voter_directory_id: TopicId,
        pub last_offset_epoch: i32,
        pub last_offset: i64,
        pub pre_vote: bool,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 25;
        fn read(r: &mut Reader<'_>, v: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.replica_epoch = r.i32()?;
            x.replica_id = r.i32()?;
            if v >= 1 {
                x.replica_directory_id = r.uuid()?;
            }
            if v >= 1 {
                x.voter_directory_id = r.uuid()?;
            }
            x.last_offset_epoch = r.i32()?;
            x.last_offset = r.i64()?;
            if v == 2 {
                x.pre_vote = r.bool()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i32(self.replica_epoch);
            w.i32(self.replica_id);
            if v >= 1 {
                w.uuid(self.replica_directory_id);
            }
            if v >= 1 {
                w.uuid(self.voter_directory_id);
            }
            w.i32(self.last_offset_epoch);
            w.i64(self.last_offset);
            if v == 2 {
                w.bool(self.pre_vote);
            } else {
                absent(!self.pre_vote, "pre_vote", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(VoteRequest, 52, 0, 2, 0);
    impl Request for VoteRequest {
        type Response = crate::messages::VoteResponse;
    }
}

pub mod vote_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct VoteResponse {
        pub error_code: i16,
        pub topics: Vec<TopicData>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }
    impl Element for VoteResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.topics = r.array(v, f)?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 if v >= 1 => x.node_endpoints = r.array(v, f)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.array(&self.topics, v, f)?;
            if !(v >= 1) {
                absent(self.node_endpoints.is_empty(), "node_endpoints", v)?;
            }
            let t = w.tags();
            if v >= 1 && !self.node_endpoints.is_empty() {
                let at = w.tag(t, 0);
                w.array(&self.node_endpoints, v, f)?;
                w.end_tag(at)?;
            }
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
        pub error_code: i16,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub vote_granted: bool,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.vote_granted = r.bool()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            w.bool(self.vote_granted);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct NodeEndpoint {
        pub node_id: i32,
        pub host: String,
        pub port: u16,
    }
    impl Element for NodeEndpoint {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.node_id = r.i32()?;
            x.host = r.string(f)?;
            x.port = r.u16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.node_id);
            w.string(&self.host, f)?;
            w.u16(self.port);
            w.u8(0);
            Ok(())
        }
    }

    message!(VoteResponse, 52, 0, 2, 0);
}
