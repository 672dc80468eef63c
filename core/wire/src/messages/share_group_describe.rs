//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_group_describe_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupDescribeRequest {
        pub group_ids: Vec<String>,
        pub include_authorized_operations: bool,
    }
    impl Element for ShareGroupDescribeRequest {
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

    message!(ShareGroupDescribeRequest, 77, 1, 1, 0);
    impl Request for ShareGroupDescribeRequest {
        type Response = crate::messages::ShareGroupDescribeResponse;
    }
}

pub mod share_group_describe_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupDescribeResponse {
        pub throttle_time_ms: i32,
        pub groups: Vec<DescribedGroup>,
    }
    impl Element for ShareGroupDescribeResponse {
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Member {
        pub member_id: String,
        pub rack_id: Option<String>,
        pub member_epoch: i32,
        pub client_id: String,
        pub client_host: String,
        pub subscribed_topic_names: Vec<String>,
        pub assignment: Assignment,
    }
    impl Element for Member {
        const MIN_SIZE: usize = 12;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            x.rack_id = r.opt_string(f, true)?;
            x.member_epoch = r.i32()?;
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            x.subscribed_topic_names = r.array(v, f)?;
            x.assignment = Assignment::read(r, v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.i32(self.member_epoch);
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            w.array(&self.subscribed_topic_names, v, f)?;
            self.assignment.write(w, v, f)?;
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

    message!(ShareGroupDescribeResponse, 77, 1, 1, 0);
}
