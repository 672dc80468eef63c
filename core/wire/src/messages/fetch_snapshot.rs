//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod fetch_snapshot_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct FetchSnapshotRequest {
        pub cluster_id: Option<String>,
        pub replica_id: i32,
        pub max_bytes: i32,
        pub topics: Vec<TopicSnapshot>,
    }
    impl Default for FetchSnapshotRequest {
        fn default() -> Self {
            Self {
                cluster_id: Default::default(),
                replica_id: -1,
                max_bytes: 2147483647,
                topics: Default::default(),
            }
        }
    }
    impl Element for FetchSnapshotRequest {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.replica_id = r.i32()?;
            x.max_bytes = r.i32()?;
            x.topics = r.array(v, f)?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.cluster_id = r.opt_string(f, true)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.replica_id);
            w.i32(self.max_bytes);
            w.array(&self.topics, v, f)?;
            let t = w.tags();
            if self.cluster_id.is_some() {
                let at = w.tag(t, 0);
                w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicSnapshot {
        pub name: String,
        pub partitions: Vec<PartitionSnapshot>,
    }
    impl Element for TopicSnapshot {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionSnapshot {
        pub partition: i32,
        pub current_leader_epoch: i32,
        pub snapshot_id: SnapshotId,
        pub position: i64,
        pub replica_directory_id: TopicId,
    }
    impl Element for PartitionSnapshot {
        const MIN_SIZE: usize = 30;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            x.current_leader_epoch = r.i32()?;
            x.snapshot_id = SnapshotId::read(r, v, f)?;
            x.position = r.i64()?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 if v == 1 => x.replica_directory_id = r.uuid()?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            w.i32(self.current_leader_epoch);
            self.snapshot_id.write(w, v, f)?;
            w.i64(self.position);
            let t = w.tags();
            if v == 1 && !self.replica_directory_id.is_zero() {
                let at = w.tag(t, 0);
                w.uuid(self.replica_directory_id);
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SnapshotId {
        pub end_offset: i64,
        pub epoch: i32,
    }
    impl Element for SnapshotId {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.end_offset = r.i64()?;
            x.epoch = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i64(self.end_offset);
            w.i32(self.epoch);
            w.u8(0);
            Ok(())
        }
    }

    message!(FetchSnapshotRequest, 59, 0, 1, 0);
    impl Request for FetchSnapshotRequest {
        type Response = crate::messages::FetchSnapshotResponse;
    }
}

pub mod fetch_snapshot_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FetchSnapshotResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub topics: Vec<TopicSnapshot>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }
    impl Element for FetchSnapshotResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.topics = r.array(v, f)?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 if v == 1 => x.node_endpoints = r.array(v, f)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.array(&self.topics, v, f)?;
            if !(v == 1) {
                absent(self.node_endpoints.is_empty(), "node_endpoints", v)?;
            }
            let t = w.tags();
            if v == 1 && !self.node_endpoints.is_empty() {
                let at = w.tag(t, 0);
                w.array(&self.node_endpoints, v, f)?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicSnapshot {
        pub name: String,
        pub partitions: Vec<PartitionSnapshot>,
    }
    impl Element for TopicSnapshot {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PartitionSnapshot {
        pub index: i32,
        pub error_code: i16,
        pub snapshot_id: SnapshotId,
        pub current_leader: LeaderIdAndEpoch,
        pub size: i64,
        pub position: i64,
        pub unaligned_records: Bytes,
    }
    impl Element for PartitionSnapshot {
        const MIN_SIZE: usize = 37;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.index = r.i32()?;
            x.error_code = r.i16()?;
            x.snapshot_id = SnapshotId::read(r, v, f)?;
            x.size = r.i64()?;
            x.position = r.i64()?;
            x.unaligned_records = r.bytes(f)?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.current_leader = LeaderIdAndEpoch::read(r, v, f)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.index);
            w.i16(self.error_code);
            self.snapshot_id.write(w, v, f)?;
            w.i64(self.size);
            w.i64(self.position);
            w.bytes(&self.unaligned_records, f)?;
            let t = w.tags();
            if self.current_leader != LeaderIdAndEpoch::default() {
                let at = w.tag(t, 0);
                self.current_leader.write(w, v, f)?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SnapshotId {
        pub end_offset: i64,
        pub epoch: i32,
    }
    impl Element for SnapshotId {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.end_offset = r.i64()?;
            x.epoch = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i64(self.end_offset);
            w.i32(self.epoch);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LeaderIdAndEpoch {
        pub leader_id: i32,
        pub leader_epoch: i32,
    }
    impl Element for LeaderIdAndEpoch {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
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

    message!(FetchSnapshotResponse, 59, 0, 1, 0);
}
