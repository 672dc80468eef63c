//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod metadata_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataRequest {
        pub topics: Option<Vec<MetadataRequestTopic>>,
        pub allow_auto_topic_creation: bool,
        pub include_cluster_authorized_operations: bool,
        pub include_topic_authorized_operations: bool,
    }
    impl Default for MetadataRequest {
        fn default() -> Self {
            Self {
                topics: Some(Vec::new()),
                allow_auto_topic_creation: true,
                include_cluster_authorized_operations: Default::default(),
                include_topic_authorized_operations: Default::default(),
            }
        }
    }
    impl Element for MetadataRequest {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topics = r.opt_array(v, f, v >= 1)?;
            if v >= 4 {
                x.allow_auto_topic_creation = r.bool()?;
            }
            if (8..=10).contains(&v) {
                x.include_cluster_authorized_operations = r.bool()?;
            }
            if v >= 8 {
                x.include_topic_authorized_operations = r.bool()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_array(self.topics.as_deref(), v, f, v >= 1, "topics")?;
            if v >= 4 {
                w.bool(self.allow_auto_topic_creation);
            } else {
                absent(self.allow_auto_topic_creation, "allow_auto_topic_creation", v)?;
            }
            if (8..=10).contains(&v) {
                w.bool(self.include_cluster_authorized_operations);
            } else {
                absent(!self.include_cluster_authorized_operations, "include_cluster_authorized_operations", v)?;
            }
            if v >= 8 {
                w.bool(self.include_topic_authorized_operations);
            } else {
                absent(!self.include_topic_authorized_operations, "include_topic_authorized_operations", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataRequestTopic {
        pub topic_id: TopicId,
        pub name: Option<String>,
    }
    impl Default for MetadataRequestTopic {
        fn default() -> Self {
            Self {
                topic_id: Default::default(),
                name: Some(String::new()),
            }
        }
    }
    impl Element for MetadataRequestTopic {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 10 {
                x.topic_id = r.uuid()?;
            }
            x.name = r.opt_string(f, v >= 10)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 10 {
                w.uuid(self.topic_id);
            }
            w.opt_string(self.name.as_deref(), f, v >= 10, "name")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(MetadataRequest, 3, 0, 13, 9);
    impl Request for MetadataRequest {
        type Response = crate::messages::MetadataResponse;
    }
}

pub mod metadata_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataResponse {
        pub throttle_time_ms: i32,
        pub brokers: Vec<MetadataResponseBroker>,
        pub cluster_id: Option<String>,
        pub controller_id: i32,
        pub topics: Vec<MetadataResponseTopic>,
        pub cluster_authorized_operations: i32,
        pub error_code: i16,
    }
    impl Default for MetadataResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                brokers: Default::default(),
                cluster_id: Default::default(),
                controller_id: -1,
                topics: Default::default(),
                cluster_authorized_operations: -2147483648,
                error_code: Default::default(),
            }
        }
    }
    impl Element for MetadataResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 3 {
                x.throttle_time_ms = r.i32()?;
            }
            x.brokers = r.array(v, f)?;
            if v >= 2 {
                x.cluster_id = r.opt_string(f, true)?;
            }
            if v >= 1 {
                x.controller_id = r.i32()?;
            }
            x.topics = r.array(v, f)?;
            if (8..=10).contains(&v) {
                x.cluster_authorized_operations = r.i32()?;
            }
            if v == 13 {
                x.error_code = r.i16()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 3 {
                w.i32(self.throttle_time_ms);
            }
            w.array(&self.brokers, v, f)?;
            if v >= 2 {
                w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
            }
            if v >= 1 {
                w.i32(self.controller_id);
            }
            w.array(&self.topics, v, f)?;
            if (8..=10).contains(&v) {
                w.i32(self.cluster_authorized_operations);
            } else {
                absent(self.cluster_authorized_operations == -2147483648, "cluster_authorized_operations", v)?;
            }
            if v == 13 {
                w.i16(self.error_code);
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct MetadataResponseBroker {
        pub node_id: i32,
        pub host: String,
        pub port: i32,
        pub rack: Option<String>,
    }
    impl Element for MetadataResponseBroker {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.node_id = r.i32()?;
            x.host = r.string(f)?;
            x.port = r.i32()?;
            if v >= 1 {
                x.rack = r.opt_string(f, true)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.node_id);
            w.string(&self.host, f)?;
            w.i32(self.port);
            if v >= 1 {
                w.opt_string(self.rack.as_deref(), f, true, "rack")?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataResponseTopic {
        pub error_code: i16,
        pub name: Option<String>,
        pub topic_id: TopicId,
        pub is_internal: bool,
        pub partitions: Vec<MetadataResponsePartition>,
        pub topic_authorized_operations: i32,
    }
    impl Default for MetadataResponseTopic {
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
    impl Element for MetadataResponseTopic {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.name = r.opt_string(f, v >= 12)?;
            if v >= 10 {
                x.topic_id = r.uuid()?;
            }
            if v >= 1 {
                x.is_internal = r.bool()?;
            }
            x.partitions = r.array(v, f)?;
            if v >= 8 {
                x.topic_authorized_operations = r.i32()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.name.as_deref(), f, v >= 12, "name")?;
            if v >= 10 {
                w.uuid(self.topic_id);
            }
            if v >= 1 {
                w.bool(self.is_internal);
            }
            w.array(&self.partitions, v, f)?;
            if v >= 8 {
                w.i32(self.topic_authorized_operations);
            } else {
                absent(self.topic_authorized_operations == -2147483648, "topic_authorized_operations", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct MetadataResponsePartition {
        pub error_code: i16,
        pub partition_index: i32,
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub replica_nodes: Vec<i32>,
        pub isr_nodes: Vec<i32>,
        pub offline_replicas: Vec<i32>,
    }
    impl Default for MetadataResponsePartition {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                partition_index: Default::default(),
                leader_id: Default::default(),
                leader_epoch: -1,
                replica_nodes: Default::default(),
                isr_nodes: Default::default(),
                offline_replicas: Default::default(),
            }
        }
    }
    impl Element for MetadataResponsePartition {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.partition_index = r.i32()?;
            x.leader_id = r.i32()?;
            if v >= 7 {
                x.leader_epoch = r.i32()?;
            }
            x.replica_nodes = r.array(v, f)?;
            x.isr_nodes = r.array(v, f)?;
            if v >= 5 {
                x.offline_replicas = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.i32(self.partition_index);
            w.i32(self.leader_id);
            if v >= 7 {
                w.i32(self.leader_epoch);
            }
            w.array(&self.replica_nodes, v, f)?;
            w.array(&self.isr_nodes, v, f)?;
            if v >= 5 {
                w.array(&self.offline_replicas, v, f)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(MetadataResponse, 3, 0, 13, 9);
}
