//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod streams_group_heartbeat_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct StreamsGroupHeartbeatRequest {
        pub group_id: String,
        pub member_id: String,
        pub member_epoch: i32,
        pub endpoint_information_epoch: i32,
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub rebalance_timeout_ms: i32,
        pub topology: Option<Topology>,
        pub active_tasks: Option<Vec<TaskIds>>,
        pub standby_tasks: Option<Vec<TaskIds>>,
        pub warmup_tasks: Option<Vec<TaskIds>>,
        pub process_id: Option<String>,
        pub user_endpoint: Option<Endpoint>,
        pub client_tags: Option<Vec<KeyValue>>,
        pub task_offsets: Option<Vec<TaskOffset>>,
        pub task_end_offsets: Option<Vec<TaskOffset>>,
        pub shutdown_application: bool,
    }
    impl Default for StreamsGroupHeartbeatRequest {
        fn default() -> Self {
            Self {
                group_id: Default::default(),
                member_id: Default::default(),
                member_epoch: Default::default(),
                endpoint_information_epoch: Default::default(),
                instance_id: Default::default(),
                rack_id: Default::default(),
                rebalance_timeout_ms: -1,
                topology: Default::default(),
                active_tasks: Default::default(),
                standby_tasks: Default::default(),
                warmup_tasks: Default::default(),
                process_id: Default::default(),
                user_endpoint: Default::default(),
                client_tags: Default::default(),
                task_offsets: Default::default(),
                task_end_offsets: Default::default(),
                shutdown_application: Default::default(),
            }
        }
    }
    impl Element for StreamsGroupHeartbeatRequest {
        const MIN_SIZE: usize = 27;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.member_id = r.string(f)?;
            x.member_epoch = r.i32()?;
            x.endpoint_information_epoch = r.i32()?;
            x.instance_id = r.opt_string(f, true)?;
            x.rack_id = r.opt_string(f, true)?;
            x.rebalance_timeout_ms = r.i32()?;
            x.topology = r.opt_struct(v, f, true)?;
            x.active_tasks = r.opt_array(v, f, true)?;
            x.standby_tasks = r.opt_array(v, f, true)?;
            x.warmup_tasks = r.opt_array(v, f, true)?;
            x.process_id = r.opt_string(f, true)?;
            x.user_endpoint = r.opt_struct(v, f, true)?;
            x.client_tags = r.opt_array(v, f, true)?;
            x.task_offsets = r.opt_array(v, f, true)?;
            x.task_end_offsets = r.opt_array(v, f, true)?;
            x.shutdown_application = r.bool()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.string(&self.member_id, f)?;
            w.i32(self.member_epoch);
            w.i32(self.endpoint_information_epoch);
            w.opt_string(self.instance_id.as_deref(), f, true, "instance_id")?;
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.i32(self.rebalance_timeout_ms);
            w.opt_struct(self.topology.as_ref(), v, f, true, "topology")?;
            w.opt_array(self.active_tasks.as_deref(), v, f, true, "active_tasks")?;
            w.opt_array(self.standby_tasks.as_deref(), v, f, true, "standby_tasks")?;
            w.opt_array(self.warmup_tasks.as_deref(), v, f, true, "warmup_tasks")?;
            w.opt_string(self.process_id.as_deref(), f, true, "process_id")?;
            w.opt_struct(self.user_endpoint.as_ref(), v, f, true, "user_endpoint")?;
            w.opt_array(self.client_tags.as_deref(), v, f, true, "client_tags")?;
            w.opt_array(self.task_offsets.as_deref(), v, f, true, "task_offsets")?;
            w.opt_array(self.task_end_offsets.as_deref(), v, f, true, "task_end_offsets")?;
            w.bool(self.shutdown_application);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Topology {
        pub epoch: i32,
        pub subtopologies: Vec<Subtopology>,
    }
    impl Element for Topology {
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
    pub struct KeyValue {
        pub key: String,
        pub value: String,
    }
    impl Element for KeyValue {
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
        pub topic_configs: Vec<KeyValue>,
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Endpoint {
        pub host: String,
        pub port: u16,
    }
    impl Element for Endpoint {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.host = r.string(f)?;
            x.port = r.u16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.host, f)?;
            w.u16(self.port);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TaskOffset {
        pub subtopology_id: String,
        pub partition: i32,
        pub offset: i64,
    }
    impl Element for TaskOffset {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.subtopology_id = r.string(f)?;
            x.partition = r.i32()?;
            x.offset = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.subtopology_id, f)?;
            w.i32(self.partition);
            w.i64(self.offset);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TaskIds {
        pub subtopology_id: String,
        pub partitions: Vec<i32>,
    }
    impl Element for TaskIds {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.subtopology_id = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.subtopology_id, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(StreamsGroupHeartbeatRequest, 88, 0, 0, 0);
    impl Request for StreamsGroupHeartbeatRequest {
        type Response = crate::messages::StreamsGroupHeartbeatResponse;
    }
}

pub mod streams_group_heartbeat_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct StreamsGroupHeartbeatResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub member_id: String,
        pub member_epoch: i32,
        pub heartbeat_interval_ms: i32,
        pub acceptable_recovery_lag: i32,
        pub task_offset_interval_ms: i32,
        pub status: Option<Vec<Status>>,
        pub active_tasks: Option<Vec<TaskIds>>,
        pub standby_tasks: Option<Vec<TaskIds>>,
        pub warmup_tasks: Option<Vec<TaskIds>>,
        pub endpoint_information_epoch: i32,
        pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions>>,
    }
    impl Default for StreamsGroupHeartbeatResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Default::default(),
                member_id: Default::default(),
                member_epoch: Default::default(),
                heartbeat_interval_ms: Default::default(),
                acceptable_recovery_lag: Default::default(),
                task_offset_interval_ms: Default::default(),
                status: Some(Vec::new()),
                active_tasks: Default::default(),
                standby_tasks: Default::default(),
                warmup_tasks: Default::default(),
                endpoint_information_epoch: Default::default(),
                partitions_by_user_endpoint: Default::default(),
            }
        }
    }
    impl Element for StreamsGroupHeartbeatResponse {
        const MIN_SIZE: usize = 34;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.member_id = r.string(f)?;
            x.member_epoch = r.i32()?;
            x.heartbeat_interval_ms = r.i32()?;
            x.acceptable_recovery_lag = r.i32()?;
            x.task_offset_interval_ms = r.i32()?;
            x.status = r.opt_array(v, f, true)?;
            x.active_tasks = r.opt_array(v, f, true)?;
            x.standby_tasks = r.opt_array(v, f, true)?;
            x.warmup_tasks = r.opt_array(v, f, true)?;
            x.endpoint_information_epoch = r.i32()?;
            x.partitions_by_user_endpoint = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.string(&self.member_id, f)?;
            w.i32(self.member_epoch);
            w.i32(self.heartbeat_interval_ms);
            w.i32(self.acceptable_recovery_lag);
            w.i32(self.task_offset_interval_ms);
            w.opt_array(self.status.as_deref(), v, f, true, "status")?;
            w.opt_array(self.active_tasks.as_deref(), v, f, true, "active_tasks")?;
            w.opt_array(self.standby_tasks.as_deref(), v, f, true, "standby_tasks")?;
            w.opt_array(self.warmup_tasks.as_deref(), v, f, true, "warmup_tasks")?;
            w.i32(self.endpoint_information_epoch);
            w.opt_array(self.partitions_by_user_endpoint.as_deref(), v, f, true, "partitions_by_user_endpoint")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EndpointToPartitions {
        pub user_endpoint: Endpoint,
        pub active_partitions: Vec<TopicPartition>,
        pub standby_partitions: Vec<TopicPartition>,
    }
    impl Element for EndpointToPartitions {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.user_endpoint = Endpoint::read(r, v, f)?;
            x.active_partitions = r.array(v, f)?;
            x.standby_partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            self.user_endpoint.write(w, v, f)?;
            w.array(&self.active_partitions, v, f)?;
            w.array(&self.standby_partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Status {
        pub status_code: i8,
        pub status_detail: String,
    }
    impl Element for Status {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.status_code = r.i8()?;
            x.status_detail = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i8(self.status_code);
            w.string(&self.status_detail, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartition {
        pub topic: String,
        pub partitions: Vec<i32>,
    }
    impl Element for TopicPartition {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.topic, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TaskIds {
        pub subtopology_id: String,
        pub partitions: Vec<i32>,
    }
    impl Element for TaskIds {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.subtopology_id = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.subtopology_id, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Endpoint {
        pub host: String,
        pub port: u16,
    }
    impl Element for Endpoint {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.host = r.string(f)?;
            x.port = r.u16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.host, f)?;
            w.u16(self.port);
            w.u8(0);
            Ok(())
        }
    }

    message!(StreamsGroupHeartbeatResponse, 88, 0, 0, 0);
}
