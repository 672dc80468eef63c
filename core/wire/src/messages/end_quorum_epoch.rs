//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod end_quorum_epoch_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EndQuorumEpochRequest {
        pub cluster_id: Option<String>,
        pub topics: Vec<TopicData>,
        pub leader_endpoints: Vec<LeaderEndpoint>,
    }
    impl Element for EndQuorumEpochRequest {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.cluster_id = r.opt_string(f, true)?;
            x.topics = r.array(v, f)?;
            if v == 1 {
                x.leader_endpoints = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
            w.array(&self.topics, v, f)?;
            if v == 1 {
                w.array(&self.leader_endpoints, v, f)?;
            }
            if f {
                w.u8(0);
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
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub preferred_successors: Vec<i32>,
        pub preferred_candidates: Vec<ReplicaInfo>,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            if v == 0 {
                x.preferred_successors = r.array(v, f)?;
            }
            if v == 1 {
                x.preferred_candidates = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            if v == 0 {
                w.array(&self.preferred_successors, v, f)?;
            }
            if v == 1 {
                w.array(&self.preferred_candidates, v, f)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ReplicaInfo {
        pub candidate_id: i32,
        pub candidate_directory_id: TopicId,
    }
    impl Element for ReplicaInfo {
        const MIN_SIZE: usize = 21;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.candidate_id = r.i32()?;
            x.candidate_directory_id = r.uuid()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.candidate_id);
            w.uuid(self.candidate_directory_id);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LeaderEndpoint {
        pub name: String,
        pub host: String,
        pub port: u16,
    }
    impl Element for LeaderEndpoint {
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

    message!(EndQuorumEpochRequest, 54, 0, 1, 1);
    impl Request for EndQuorumEpochRequest {
        type Response = crate::messages::EndQuorumEpochResponse;
    }
}

pub mod end_quorum_epoch_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EndQuorumEpochResponse {
        pub error_code: i16,
        pub topics: Vec<TopicData>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }
    impl Element for EndQuorumEpochResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.topics = r.array(v, f)?;
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v == 1 => x.node_endpoints = r.array(v, f)?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.array(&self.topics, v, f)?;
            if !(v == 1) {
                absent(self.node_endpoints.is_empty(), "node_endpoints", v)?;
            }
            if f {
                let t = w.tags();
                if v == 1 && !self.node_endpoints.is_empty() {
                    let at = w.tag(t, 0);
                    w.array(&self.node_endpoints, v, f)?;
                    w.end_tag(at)?;
                }
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
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic_name, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub leader_id: i32,
        pub leader_epoch: i32,
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            if f {
                w.u8(0);
            }
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

    message!(EndQuorumEpochResponse, 54, 0, 1, 1);
}
