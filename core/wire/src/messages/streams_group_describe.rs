//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod streams_group_describe_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupDescribeRequest {
        pub group_ids: Vec<String>,
        pub include_authorized_operations: bool,
    }
    impl Element for StreamsGroupDescribeRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_ids = r.array(v, f)?;
            x.include_authorized_operations = r.bool()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.group_ids, v, f)?;
            w.bool(self.include_authorized_operations);
            w.u8(0);
            Ok(())
        }
    }

    message!(StreamsGroupDescribeRequest, 89, 0, 0, 0);
    impl Request for StreamsGroupDescribeRequest {
        type Response = crate::messages::StreamsGroupDescribeResponse;
    }
}

pub mod streams_group_describe_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupDescribeResponse {
        pub throttle_time_ms: i32,
        pub groups: Vec<DescribedGroup>,
    }
    impl Element for StreamsGroupDescribeResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.groups = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.groups, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribedGroup {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub group_id: String,
        pub group_state: String,
        pub group_epoch: i32,
        pub assignment_epoch: i32,
        pub topology: Option<Topology>,
        pub members: Vec<Member>,
        pub authorized_operations: i32,
    }
    impl Default for DescribedGroup {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Default::default(),
                group_id: Default::default(),
                group_state: Default::default(),
                group_epoch: Default::default(),
                assignment_epoch: Default::default(),
                topology: Default::default(),
                members: Default::default(),
                authorized_operations: -2147483648,
            }
        }
    }
    impl Element for DescribedGroup {
        const MIN_SIZE: usize = 20;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.group_id = r.string(f)?;
            x.group_state = r.string(f)?;
            x.group_epoch = r.i32()?;
            x.assignment_epoch = r.i32()?;
            x.topology = r.opt_struct(v, f, true)?;
            x.members = r.array(v, f)?;
            x.authorized_operations = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.string(&self.group_id, f)?;
            w.string(&self.group_state, f)?;
            w.i32(self.group_epoch);
            w.i32(self.assignment_epoch);
            w.opt_struct(self.topology.as_ref(), v, f, true, "topology")?;
            w.array(&self.members, v, f)?;
            w.i32(self.authorized_operations);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Topology {
        pub epoch: i32,
        pub subtopologies: Option<Vec<Subtopology>>,
    }
    impl Element for Topology {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.epoch = r.i32()?;
            x.subtopologies = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.epoch);
            w.opt_array(self.subtopologies.as_deref(), v, f, true, "subtopologies")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Subtopology {
        pub subtopology_id: String,
        pub source_topics: Vec<String>,
        pub repartition_sink_topics: Vec<String>,
        pub state_changelog_topics: Vec<TopicInfo>,
        pub repartition_source_topics: Vec<TopicInfo>,
    }
    impl Element for Subtopology {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.subtopology_id = r.string(f)?;
            x.source_topics = r.array(v, f)?;
            x.repartition_sink_topics = r.array(v, f)?;
            x.state_changelog_topics = r.array(v, f)?;
            x.repartition_source_topics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.subtopology_id, f)?;
            w.array(&self.source_topics, v, f)?;
            w.array(&self.repartition_sink_topics, v, f)?;
            w.array(&self.state_changelog_topics, v, f)?;
            w.array(&self.repartition_source_topics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Member {
        pub member_id: String,
        pub member_epoch: i32,
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub client_id: String,
        pub client_host: String,
        pub topology_epoch: i32,
        pub process_id: String,
        pub user_endpoint: Option<Endpoint>,
        pub client_tags: Vec<KeyValue>,
        pub task_offsets: Vec<TaskOffset>,
        pub task_end_offsets: Vec<TaskOffset>,
        pub assignment: Assignment,
        pub target_assignment: Assignment,
        pub is_classic: bool,
    }
    impl Element for Member {
        const MIN_SIZE: usize = 28;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            x.member_epoch = r.i32()?;
            x.instance_id = r.opt_string(f, true)?;
            x.rack_id = r.opt_string(f, true)?;
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            x.topology_epoch = r.i32()?;
            x.process_id = r.string(f)?;
            x.user_endpoint = r.opt_struct(v, f, true)?;
            x.client_tags = r.array(v, f)?;
            x.task_offsets = r.array(v, f)?;
            x.task_end_offsets = r.array(v, f)?;
            x.assignment = Assignment::read(r, v, f)?;
            x.target_assignment = Assignment::read(r, v, f)?;
            x.is_classic = r.bool()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            w.i32(self.member_epoch);
            w.opt_string(self.instance_id.as_deref(), f, true, "instance_id")?;
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            w.i32(self.topology_epoch);
            w.string(&self.process_id, f)?;
            w.opt_struct(self.user_endpoint.as_ref(), v, f, true, "user_endpoint")?;
            w.array(&self.client_tags, v, f)?;
            w.array(&self.task_offsets, v, f)?;
            w.array(&self.task_end_offsets, v, f)?;
            self.assignment.write(w, v, f)?;
            self.target_assignment.write(w, v, f)?;
            w.bool(self.is_classic);
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
    pub struct Assignment {
        pub active_tasks: Vec<TaskIds>,
        pub standby_tasks: Vec<TaskIds>,
        pub warmup_tasks: Vec<TaskIds>,
    }
    impl Element for Assignment {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.active_tasks = r.array(v, f)?;
            x.standby_tasks = r.array(v, f)?;
            x.warmup_tasks = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.active_tasks, v, f)?;
            w.array(&self.standby_tasks, v, f)?;
            w.array(&self.warmup_tasks, v, f)?;
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

    message!(StreamsGroupDescribeResponse, 89, 0, 0, 0);
}
