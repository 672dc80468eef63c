//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod txn_offset_commit_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct TxnOffsetCommitRequest {
        pub transactional_id: String,
        pub group_id: String,
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub generation_id: i32,
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub topics: Vec<TxnOffsetCommitRequestTopic>,
    }
    impl Default for TxnOffsetCommitRequest {
        fn default() -> Self {
            Self {
                transactional_id: Default::default(),
                group_id: Default::default(),
                producer_id: Default::default(),
                producer_epoch: Default::default(),
                generation_id: -1,
                member_id: Default::default(),
                group_instance_id: Default::default(),
                topics: Default::default(),
            }
        }
    }
    impl Element for TxnOffsetCommitRequest {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.string(f)?;
            x.group_id = r.string(f)?;
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            if v >= 3 {
                x.generation_id = r.i32()?;
            }
            if v >= 3 {
                x.member_id = r.string(f)?;
            }
            if v >= 3 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
            x.topics = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.transactional_id, f)?;
            w.string(&self.group_id, f)?;
            w.i64(self.producer_id);
            w.i16(self.producer_epoch);
            if v >= 3 {
                w.i32(self.generation_id);
            } else {
                absent(self.generation_id == -1, "generation_id", v)?;
            }
            if v >= 3 {
                w.string(&self.member_id, f)?;
            } else {
                absent(self.member_id.is_empty(), "member_id", v)?;
            }
            if v >= 3 {
                w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            } else {
                absent(self.group_instance_id.is_none(), "group_instance_id", v)?;
            }
            w.array(&self.topics, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TxnOffsetCommitRequestTopic {
        pub name: String,
        pub partitions: Vec<TxnOffsetCommitRequestPartition>,
    }
    impl Element for TxnOffsetCommitRequestTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct TxnOffsetCommitRequestPartition {
        pub partition_index: i32,
        pub committed_offset: i64,
        pub committed_leader_epoch: i32,
        pub committed_metadata: Option<String>,
    }
    impl Default for TxnOffsetCommitRequestPartition {
        fn default() -> Self {
            Self {
                partition_index: Default::default(),
                committed_offset: Default::default(),
                committed_leader_epoch: -1,
                committed_metadata: Some(String::new()),
            }
        }
    }
    impl Element for TxnOffsetCommitRequestPartition {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.committed_offset = r.i64()?;
            if v >= 2 {
                x.committed_leader_epoch = r.i32()?;
            }
            x.committed_metadata = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i64(self.committed_offset);
            if v >= 2 {
                w.i32(self.committed_leader_epoch);
            }
            w.opt_string(self.committed_metadata.as_deref(), f, true, "committed_metadata")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(TxnOffsetCommitRequest, 28, 0, 5, 3);
    impl Request for TxnOffsetCommitRequest {
        type Response = crate::messages::TxnOffsetCommitResponse;
    }
}

pub mod txn_offset_commit_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TxnOffsetCommitResponse {
        pub throttle_time_ms: i32,
        pub topics: Vec<TxnOffsetCommitResponseTopic>,
    }
    impl Element for TxnOffsetCommitResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.topics = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.topics, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TxnOffsetCommitResponseTopic {
        pub name: String,
        pub partitions: Vec<TxnOffsetCommitResponsePartition>,
    }
    impl Element for TxnOffsetCommitResponseTopic {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.array(&self.partitions, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TxnOffsetCommitResponsePartition {
        pub partition_index: i32,
        pub error_code: i16,
    }
    impl Element for TxnOffsetCommitResponsePartition {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.partition_index = r.i32()?;
            x.error_code = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.partition_index);
            w.i16(self.error_code);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(TxnOffsetCommitResponse, 28, 0, 5, 3);
}
