//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_describe_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupDescribeRequest {
        pub group_ids: Vec<String>,
        pub include_authorized_operations: bool,
    }
    impl Element for ConsumerGroupDescribeRequest {
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

    message!(ConsumerGroupDescribeRequest, 69, 0, 1, 0);
    impl Request for ConsumerGroupDescribeRequest {
        type Response = crate::messages::ConsumerGroupDescribeResponse;
    }
}

pub mod consumer_group_describe_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupDescribeResponse {
        pub throttle_time_ms: i32,
        pub groups: Vec<DescribedGroup>,
    }
    impl Element for ConsumerGroupDescribeResponse {
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
        pub assignor_name: String,
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
                assignor_name: Default::default(),
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
            x.assignor_name = r.string(f)?;
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
            w.string(&self.assignor_name, f)?;
            w.array(&self.members, v, f)?;
            w.i32(self.authorized_operations);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct Member {
        pub member_id: String,
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub member_epoch: i32,
        pub client_id: String,
        pub client_host: String,
        pub subscribed_topic_names: Vec<String>,
        pub subscribed_topic_regex: Option<String>,
        pub assignment: Assignment,
        pub target_assignment: Assignment,
        pub member_type: i8,
    }
    impl Default for Member {
        fn default() -> Self {
            Self {
                member_id: Default::default(),
                instance_id: Default::default(),
                rack_id: Default::default(),
                member_epoch: Default::default(),
                client_id: Default::default(),
                client_host: Default::default(),
                subscribed_topic_names: Default::default(),
                subscribed_topic_regex: Default::default(),
                assignment: Default::default(),
                target_assignment: Default::default(),
                member_type: -1,
            }
        }
    }
    impl Element for Member {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            x.instance_id = r.opt_string(f, true)?;
            x.rack_id = r.opt_string(f, true)?;
            x.member_epoch = r.i32()?;
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            x.subscribed_topic_names = r.array(v, f)?;
            x.subscribed_topic_regex = r.opt_string(f, true)?;
            x.assignment = Assignment::read(r, v, f)?;
            x.target_assignment = Assignment::read(r, v, f)?;
            if v == 1 {
                x.member_type = r.i8()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            w.opt_string(self.instance_id.as_deref(), f, true, "instance_id")?;
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.i32(self.member_epoch);
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            w.array(&self.subscribed_topic_names, v, f)?;
            w.opt_string(self.subscribed_topic_regex.as_deref(), f, true, "subscribed_topic_regex")?;
            self.assignment.write(w, v, f)?;
            self.target_assignment.write(w, v, f)?;
            if v == 1 {
                w.i8(self.member_type);
            }
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitions {
        pub topic_id: TopicId,
        pub topic_name: String,
        pub partitions: Vec<i32>,
    }
    impl Element for TopicPartitions {
        const MIN_SIZE: usize = 19;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.topic_name = r.string(f)?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.string(&self.topic_name, f)?;
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Assignment {
        pub topic_partitions: Vec<TopicPartitions>,
    }
    impl Element for Assignment {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.topic_partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ConsumerGroupDescribeResponse, 69, 0, 1, 0);
}
