//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod fetch_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct FetchRequest {
        pub cluster_id: Option<String>,
        pub replica_id: i32,
        pub replica_state: ReplicaState,
        pub max_wait_ms: i32,
        pub min_bytes: i32,
        pub max_bytes: i32,
        pub isolation_level: i8,
        pub session_id: i32,
        pub session_epoch: i32,
        pub topics: Vec<FetchTopic>,
        pub forgotten_topics_data: Vec<ForgottenTopic>,
        pub rack_id: String,
    }
    impl Default for FetchRequest {
        fn default() -> Self {
            Self {
                cluster_id: Default::default(),
                replica_id: -1,
                replica_state: Default::default(),
                max_wait_ms: Default::default(),
                min_bytes: Default::default(),
                max_bytes: 2147483647,
                isolation_level: Default::default(),
                session_id: Default::default(),
                session_epoch: -1,
                topics: Default::default(),
                forgotten_topics_data: Default::default(),
                rack_id: Default::default(),
            }
        }
    }
    impl Element for FetchRequest {
        const MIN_SIZE: usize = 21;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 14 {
                x.replica_id = r.i32()?;
            }
            x.max_wait_ms = r.i32()?;
            x.min_bytes = r.i32()?;
            x.max_bytes = r.i32()?;
            x.isolation_level = r.i8()?;
            if v >= 7 {
                x.session_id = r.i32()?;
            }
            if v >= 7 {
                x.session_epoch = r.i32()?;
            }
            x.topics = r.array(v, f)?;
            if v >= 7 {
                x.forgotten_topics_data = r.array(v, f)?;
            }
            if v >= 11 {
                x.rack_id = r.string(f)?;
            }
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 12 => x.cluster_id = r.opt_string(f, true)?,
                        1 if v >= 15 => x.replica_state = ReplicaState::read(r, v, f)?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 14 {
                w.i32(self.replica_id);
            } else {
                absent(self.replica_id == -1, "replica_id", v)?;
            }
            if !(v >= 15) {
                absent(self.replica_state == ReplicaState::default(), "replica_state", v)?;
            }
            w.i32(self.max_wait_ms);
            w.i32(self.min_bytes);
            w.i32(self.max_bytes);
            w.i8(self.isolation_level);
            if v >= 7 {
                w.i32(self.session_id);
            }
            if v >= 7 {
                w.i32(self.session_epoch);
            }
            w.array(&self.topics, v, f)?;
            if v >= 7 {
                w.array(&self.forgotten_topics_data, v, f)?;
            } else {
                absent(self.forgotten_topics_data.is_empty(), "forgotten_topics_data", v)?;
            }
            if v >= 11 {
                w.string(&self.rack_id, f)?;
            }
            if f {
                let t = w.tags();
                if v >= 12 && self.cluster_id.is_some() {
                    let at = w.tag(t, 0);
                    w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
                    w.end_tag(at)?;
                }
                if v >= 15 && self.replica_state != ReplicaState::default() {
                    let at = w.tag(t, 1);
                    self.replica_state.write(w, v, f)?;
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct ReplicaState {
        pub replica_id: i32,
        pub replica_epoch: i64,
    }
    impl Default for ReplicaState {
        fn default() -> Self {
            Self {
                replica_id: -1,
                replica_epoch: -1,
            }
        }
    }
    impl Element for ReplicaState {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.replica_id = r.i32()?;
            x.replica_epoch = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.replica_id);
            w.i64(self.replica_epoch);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FetchTopic {
        pub topic: String,
        pub topic_id: TopicId,
        pub partitions: Vec<FetchPartition>,
    }
    impl Element for FetchTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 12 {
                x.topic = r.string(f)?;
            }
            if v >= 13 {
                x.topic_id = r.uuid()?;
            }
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 12 {
                w.string(&self.topic, f)?;
            }
            if v >= 13 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct FetchPartition {
        pub partition: i32,
        pub current_leader_epoch: i32,
        pub fetch_offset: i64,
        pub last_fetched_epoch: i32,
        pub log_start_offset: i64,
        pub partition_max_bytes: i32,
        pub replica_directory_id: TopicId,
        pub high_watermark: i64,
    }
    impl Default for FetchPartition {
        fn default() -> Self {
            Self {
                partition: Default::default(),
                current_leader_epoch: -1,
                fetch_offset: Default::default(),
                last_fetched_epoch: -1,
                log_start_offset: -1,
                partition_max_bytes: Default::default(),
                replica_directory_id: Default::default(),
                high_watermark: 9223372036854775807,
            }
        }
    }
    impl Element for FetchPartition {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition = r.i32()?;
            if v >= 9 {
                x.current_leader_epoch = r.i32()?;
            }
            x.fetch_offset = r.i64()?;
            if v >= 12 {
                x.last_fetched_epoch = r.i32()?;
            }
            if v >= 5 {
                x.log_start_offset = r.i64()?;
            }
            x.partition_max_bytes = r.i32()?;
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 17 => x.replica_directory_id = r.uuid()?,
                        1 if v == 18 => x.high_watermark = r.i64()?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition);
            if v >= 9 {
                w.i32(self.current_leader_epoch);
            }
            w.i64(self.fetch_offset);
            if v >= 12 {
                w.i32(self.last_fetched_epoch);
            } else {
                absent(self.last_fetched_epoch == -1, "last_fetched_epoch", v)?;
            }
            if v >= 5 {
                w.i64(self.log_start_offset);
            }
            w.i32(self.partition_max_bytes);
            if f {
                let t = w.tags();
                if v >= 17 && !self.replica_directory_id.is_zero() {
                    let at = w.tag(t, 0);
                    w.uuid(self.replica_directory_id);
                    w.end_tag(at)?;
                }
                if v == 18 && self.high_watermark != 9223372036854775807 {
                    let at = w.tag(t, 1);
                    w.i64(self.high_watermark);
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ForgottenTopic {
        pub topic: String,
        pub topic_id: TopicId,
        pub partitions: Vec<i32>,
    }
    impl Element for ForgottenTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 12 {
                x.topic = r.string(f)?;
            }
            if v >= 13 {
                x.topic_id = r.uuid()?;
            }
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 12 {
                w.string(&self.topic, f)?;
            }
            if v >= 13 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(FetchRequest, 1, 4, 18, 12);
    impl Request for FetchRequest {
        type Response = crate::messages::FetchResponse;
    }
}

pub mod fetch_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FetchResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub session_id: i32,
        pub responses: Vec<FetchableTopicResponse>,
        pub node_endpoints: Vec<NodeEndpoint>,
    }
    impl Element for FetchResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            if v >= 7 {
                x.error_code = r.i16()?;
            }
            if v >= 7 {
                x.session_id = r.i32()?;
            }
            x.responses = r.array(v, f)?;
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 16 => x.node_endpoints = r.array(v, f)?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            if v >= 7 {
                w.i16(self.error_code);
            }
            if v >= 7 {
                w.i32(self.session_id);
            } else {
                absent(self.session_id == 0, "session_id", v)?;
            }
            w.array(&self.responses, v, f)?;
            if !(v >= 16) {
                absent(self.node_endpoints.is_empty(), "node_endpoints", v)?;
            }
            if f {
                let t = w.tags();
                if v >= 16 && !self.node_endpoints.is_empty() {
                    let at = w.tag(t, 0);
                    w.array(&self.node_endpoints, v, f)?;
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FetchableTopicResponse {
        pub topic: String,
        pub topic_id: TopicId,
        pub partitions: Vec<PartitionData>,
    }
    impl Element for FetchableTopicResponse {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 12 {
                x.topic = r.string(f)?;
            }
            if v >= 13 {
                x.topic_id = r.uuid()?;
            }
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 12 {
                w.string(&self.topic, f)?;
            }
            if v >= 13 {
                w.uuid(self.topic_id);
            }
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct PartitionData {
        pub partition_index: i32,
        pub error_code: i16,
        pub high_watermark: i64,
        pub last_stable_offset: i64,
        pub log_start_offset: i64,
        pub diverging_epoch: EpochEndOffset,
        pub current_leader: LeaderIdAndEpoch,
        pub snapshot_id: SnapshotId,
        pub aborted_transactions: Option<Vec<AbortedTransaction>>,
        pub preferred_read_replica: i32,
        pub records: Option<Bytes>,
    }
    impl Default for PartitionData {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                error_code: Default::default(),
                high_watermark: Default::default(),
                last_stable_offset: -1,
                log_start_offset: -1,
                diverging_epoch: Default::default(),
                current_leader: Default::default(),
                snapshot_id: Default::default(),
                aborted_transactions: Some(Vec::new()),
                preferred_read_replica: -1,
                records: Default::default(),
            }
        }
    }
    impl Element for PartitionData {
        const MIN_SIZE: usize = 30;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            x.high_watermark = r.i64()?;
            x.last_stable_offset = r.i64()?;
            if v >= 5 {
                x.log_start_offset = r.i64()?;
            }
            x.aborted_transactions = r.opt_array(v, f, true)?;
            if v >= 11 {
                x.preferred_read_replica = r.i32()?;
            }
            x.records = r.opt_bytes(f, true)?;
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 12 => x.diverging_epoch = EpochEndOffset::read(r, v, f)?,
                        1 if v >= 12 => x.current_leader = LeaderIdAndEpoch::read(r, v, f)?,
                        2 if v >= 12 => x.snapshot_id = SnapshotId::read(r, v, f)?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            w.i64(self.high_watermark);
            w.i64(self.last_stable_offset);
            if v >= 5 {
                w.i64(self.log_start_offset);
            }
            if !(v >= 12) {
                absent(self.diverging_epoch == EpochEndOffset::default(), "diverging_epoch", v)?;
            }
            if !(v >= 12) {
                absent(self.current_leader == LeaderIdAndEpoch::default(), "current_leader", v)?;
            }
            if !(v >= 12) {
                absent(self.snapshot_id == SnapshotId::default(), "snapshot_id", v)?;
            }
            w.opt_array(self.aborted_transactions.as_deref(), v, f, true, "aborted_transactions")?;
            if v >= 11 {
                w.i32(self.preferred_read_replica);
            } else {
                absent(self.preferred_read_replica == -1, "preferred_read_replica", v)?;
            }
            w.opt_bytes(self.records.as_ref(), f, true, "records")?;
            if f {
                let t = w.tags();
                if v >= 12 && self.diverging_epoch != EpochEndOffset::default() {
                    let at = w.tag(t, 0);
                    self.diverging_epoch.write(w, v, f)?;
                    w.end_tag(at)?;
                }
                if v >= 12 && self.current_leader != LeaderIdAndEpoch::default() {
                    let at = w.tag(t, 1);
                    self.current_leader.write(w, v, f)?;
                    w.end_tag(at)?;
                }
                if v >= 12 && self.snapshot_id != SnapshotId::default() {
                    let at = w.tag(t, 2);
                    self.snapshot_id.write(w, v, f)?;
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct EpochEndOffset {
        pub epoch: i32,
        pub end_offset: i64,
    }
    impl Default for EpochEndOffset {
        fn default() -> Self {
            Self {
                epoch: -1,
                end_offset: -1,
            }
        }
    }
    impl Element for EpochEndOffset {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.epoch = r.i32()?;
            x.end_offset = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.epoch);
            w.i64(self.end_offset);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct LeaderIdAndEpoch {
        pub leader_id: i32,
        pub leader_epoch: i32,
    }
    impl Default for LeaderIdAndEpoch {
        fn default() -> Self {
            Self {
                leader_id: -1,
                leader_epoch: -1,
            }
        }
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct SnapshotId {
        pub end_offset: i64,
        pub epoch: i32,
    }
    impl Default for SnapshotId {
        fn default() -> Self {
            Self {
                end_offset: -1,
                epoch: -1,
            }
        }
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
    pub struct AbortedTransaction {
        pub producer_id: i64,
        pub first_offset: i64,
    }
    impl Element for AbortedTransaction {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.producer_id = r.i64()?;
            x.first_offset = r.i64()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i64(self.producer_id);
            w.i64(self.first_offset);
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
        pub port: i32,
        pub rack: Option<String>,
    }
    impl Element for NodeEndpoint {
        const MIN_SIZE: usize = 11;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.node_id = r.i32()?;
            x.host = r.string(f)?;
            x.port = r.i32()?;
            x.rack = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.node_id);
            w.string(&self.host, f)?;
            w.i32(self.port);
            w.opt_string(self.rack.as_deref(), f, true, "rack")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(FetchResponse, 1, 4, 18, 12);
}
