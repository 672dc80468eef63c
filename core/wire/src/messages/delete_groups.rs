//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod delete_groups_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteGroupsRequest {
        pub groups_names: Vec<String>,
    }
    impl Element for DeleteGroupsRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.groups_names = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.groups_names, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DeleteGroupsRequest, 42, 0, 2, 2);
    impl Request for DeleteGroupsRequest {
        type Response = crate::messages::DeleteGroupsResponse;
    }
}

pub mod delete_groups_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteGroupsResponse {
        pub throttle_time_ms: i32,
        pub results: Vec<DeletableGroupResult>,
    }
    impl Element for DeleteGroupsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.results = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.results, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeletableGroupResult {
        pub group_id: String,
        pub error_code: i16,
    }
    impl Element for DeletableGroupResult {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.error_code = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.i16(self.error_code);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DeleteGroupsResponse, 42, 0, 2, 2);
}
