//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_groups_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeGroupsRequest {
        pub groups: Vec<String>,
        pub include_authorized_operations: bool,
    }
    impl Element for DescribeGroupsRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.groups = r.array(v, f)?;
            if v >= 3 {
                x.include_authorized_operations = r.bool()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.groups, v, f)?;
            if v >= 3 {
                w.bool(self.include_authorized_operations);
            } else {
                absent(!self.include_authorized_operations, "include_authorized_operations", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeGroupsRequest, 15, 0, 6, 5);
    impl Request for DescribeGroupsRequest {
        type Response = crate::messages::DescribeGroupsResponse;
    }
}

pub mod describe_groups_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeGroupsResponse {
        pub throttle_time_ms: i32,
        pub groups: Vec<DescribedGroup>,
    }
    impl Element for DescribeGroupsResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 1 {
                x.throttle_time_ms = r.i32()?;
            }
            x.groups = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 1 {
                w.i32(self.throttle_time_ms);
            }
            w.array(&self.groups, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribedGroup {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub group_id: String,
        pub group_state: String,
        pub protocol_type: String,
        pub protocol_data: String,
        pub members: Vec<DescribedGroupMember>,
        pub authorized_operations: i32,
    }
    impl Default for DescribedGroup {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Default::default(),
                group_id: Default::default(),
                group_state: Default::default(),
                protocol_type: Default::default(),
                protocol_data: Default::default(),
                members: Default::default(),
                authorized_operations: -2147483648,
            }
        }
    }
    impl Element for DescribedGroup {
        const MIN_SIZE: usize = 12;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            if v == 6 {
                x.error_message = r.opt_string(f, true)?;
            }
            x.group_id = r.string(f)?;
            x.group_state = r.string(f)?;
            x.protocol_type = r.string(f)?;
            x.protocol_data = r.string(f)?;
            x.members = r.array(v, f)?;
            if v >= 3 {
                x.authorized_operations = r.i32()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            if v == 6 {
                w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            } else {
                absent(self.error_message.is_none(), "error_message", v)?;
            }
            w.string(&self.group_id, f)?;
            w.string(&self.group_state, f)?;
            w.string(&self.protocol_type, f)?;
            w.string(&self.protocol_data, f)?;
            w.array(&self.members, v, f)?;
            if v >= 3 {
                w.i32(self.authorized_operations);
            } else {
                absent(self.authorized_operations == -2147483648, "authorized_operations", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribedGroupMember {
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub client_id: String,
        pub client_host: String,
        pub member_metadata: Bytes,
        pub member_assignment: Bytes,
    }
    impl Element for DescribedGroupMember {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            if v >= 4 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            x.member_metadata = r.bytes(f)?;
            x.member_assignment = r.bytes(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            if v >= 4 {
                w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            }
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            w.bytes(&self.member_metadata, f)?;
            w.bytes(&self.member_assignment, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeGroupsResponse, 15, 0, 6, 5);
}
