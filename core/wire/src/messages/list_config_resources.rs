//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod list_config_resources_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListConfigResourcesRequest {
        pub resource_types: Vec<i8>,
    }
    impl Element for ListConfigResourcesRequest {
        const MIN_SIZE: usize = 1;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v == 1 {
                x.resource_types = r.array(v, f)?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v == 1 {
                w.array(&self.resource_types, v, f)?;
            } else {
                absent(self.resource_types.is_empty(), "resource_types", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(ListConfigResourcesRequest, 74, 0, 1, 0);
    impl Request for ListConfigResourcesRequest {
        type Response = crate::messages::ListConfigResourcesResponse;
    }
}

pub mod list_config_resources_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ListConfigResourcesResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub config_resources: Vec<ConfigResource>,
    }
    impl Element for ListConfigResourcesResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.config_resources = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.array(&self.config_resources, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct ConfigResource {
        pub resource_name: String,
        pub resource_type: i8,
    }
    impl Default for ConfigResource {
        fn default() -> Self {
            Self {
                resource_name: Default::default(),
                resource_type: 16,
            }
        }
    }
    impl Element for ConfigResource {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resource_name = r.string(f)?;
            if v == 1 {
                x.resource_type = r.i8()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.resource_name, f)?;
            if v == 1 {
                w.i8(self.resource_type);
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(ListConfigResourcesResponse, 74, 0, 1, 0);
}
