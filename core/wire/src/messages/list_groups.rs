//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod list_groups_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListGroupsRequest {
        pub states_filter: Vec<String>,
        pub types_filter: Vec<String>,
    }
    impl Element for ListGroupsRequest {
        const MIN_SIZE: usize = 1;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 4 {
                x.states_filter = r.array(v, f)?;
            }
            if v == 5 {
                x.types_filter = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 4 {
                w.array(&self.states_filter, v, f)?;
            } else {
                absent(self.states_filter.is_empty(), "states_filter", v)?;
            }
            if v == 5 {
                w.array(&self.types_filter, v, f)?;
            } else {
                absent(self.types_filter.is_empty(), "types_filter", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ListGroupsRequest, 16, 0, 5, 3);
    impl Request for ListGroupsRequest {
        type Response = crate::messages::ListGroupsResponse;
    }
}

pub mod list_groups_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListGroupsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub groups: Vec<ListedGroup>,
    }
    impl Element for ListGroupsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 1 {
                x.throttle_time_ms = r.i32()?;
            }
            x.error_code = r.i16()?;
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
            w.i16(self.error_code);
            w.array(&self.groups, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListedGroup {
        pub group_id: String,
        pub protocol_type: String,
        pub group_state: String,
        pub group_type: String,
    }
    impl Element for ListedGroup {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.protocol_type = r.string(f)?;
            if v >= 4 {
                x.group_state = r.string(f)?;
            }
            if v == 5 {
                x.group_type = r.string(f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.string(&self.protocol_type, f)?;
            if v >= 4 {
                w.string(&self.group_state, f)?;
            }
            if v == 5 {
                w.string(&self.group_type, f)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ListGroupsResponse, 16, 0, 5, 3);
}
