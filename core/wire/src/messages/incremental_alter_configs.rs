//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod incremental_alter_configs_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct IncrementalAlterConfigsRequest {
        pub resources: Vec<AlterConfigsResource>,
        pub validate_only: bool,
    }
    impl Element for IncrementalAlterConfigsRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resources = r.array(v, f)?;
            x.validate_only = r.bool()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.resources, v, f)?;
            w.bool(self.validate_only);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterConfigsResource {
        pub resource_type: i8,
        pub resource_name: String,
        pub configs: Vec<AlterableConfig>,
    }
    impl Element for AlterConfigsResource {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resource_type = r.i8()?;
            x.resource_name = r.string(f)?;
            x.configs = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i8(self.resource_type);
            w.string(&self.resource_name, f)?;
            w.array(&self.configs, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct AlterableConfig {
        pub name: String,
        pub config_operation: i8,
        pub value: Option<String>,
    }
    impl Default for AlterableConfig {
        fn default() -> Self {
            Self {
                name: Default::default(),
                config_operation: Default::default(),
                value: Some(String::new()),
            }
        }
    }
    impl Element for AlterableConfig {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.config_operation = r.i8()?;
            x.value = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i8(self.config_operation);
            w.opt_string(self.value.as_deref(), f, true, "value")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(IncrementalAlterConfigsRequest, 44, 0, 1, 1);
    impl Request for IncrementalAlterConfigsRequest {
        type Response = crate::messages::IncrementalAlterConfigsResponse;
    }
}

pub mod incremental_alter_configs_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct IncrementalAlterConfigsResponse {
        pub throttle_time_ms: i32,
        pub responses: Vec<AlterConfigsResourceResponse>,
    }
    impl Element for IncrementalAlterConfigsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.responses = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.responses, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct AlterConfigsResourceResponse {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub resource_type: i8,
        pub resource_name: String,
    }
    impl Default for AlterConfigsResourceResponse {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
                resource_type: Default::default(),
                resource_name: Default::default(),
            }
        }
    }
    impl Element for AlterConfigsResourceResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.resource_type = r.i8()?;
            x.resource_name = r.string(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.i8(self.resource_type);
            w.string(&self.resource_name, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(IncrementalAlterConfigsResponse, 44, 0, 1, 1);
}
