//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_configs_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeConfigsRequest {
        pub resources: Vec<DescribeConfigsResource>,
        pub include_synonyms: bool,
        pub include_documentation: bool,
    }
    impl Element for DescribeConfigsRequest {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resources = r.array(v, f)?;
            x.include_synonyms = r.bool()?;
            if v >= 3 {
                x.include_documentation = r.bool()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.resources, v, f)?;
            w.bool(self.include_synonyms);
            if v >= 3 {
                w.bool(self.include_documentation);
            } else {
                absent(!self.include_documentation, "include_documentation", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeConfigsResource {
        pub resource_type: i8,
        pub resource_name: String,
        pub configuration_keys: Option<Vec<String>>,
    }
    impl Default for DescribeConfigsResource {
        fn default() -> Self {
            Self {
                resource_type: Default::default(),
                resource_name: Default::default(),
                configuration_keys: Some(Vec::new()),
            }
        }
    }
    impl Element for DescribeConfigsResource {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resource_type = r.i8()?;
            x.resource_name = r.string(f)?;
            x.configuration_keys = r.opt_array(v, f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i8(self.resource_type);
            w.string(&self.resource_name, f)?;
            w.opt_array(self.configuration_keys.as_deref(), v, f, true, "configuration_keys")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeConfigsRequest, 32, 1, 4, 4);
    impl Request for DescribeConfigsRequest {
        type Response = crate::messages::DescribeConfigsResponse;
    }
}

pub mod describe_configs_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeConfigsResponse {
        pub throttle_time_ms: i32,
        pub results: Vec<DescribeConfigsResult>,
    }
    impl Element for DescribeConfigsResponse {
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

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeConfigsResult {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub resource_type: i8,
        pub resource_name: String,
        pub configs: Vec<DescribeConfigsResourceResult>,
    }
    impl Default for DescribeConfigsResult {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
                resource_type: Default::default(),
                resource_name: Default::default(),
                configs: Default::default(),
            }
        }
    }
    impl Element for DescribeConfigsResult {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.resource_type = r.i8()?;
            x.resource_name = r.string(f)?;
            x.configs = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
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
    pub struct DescribeConfigsResourceResult {
        pub name: String,
        pub value: Option<String>,
        pub read_only: bool,
        pub config_source: i8,
        pub is_sensitive: bool,
        pub synonyms: Vec<DescribeConfigsSynonym>,
        pub config_type: i8,
        pub documentation: Option<String>,
    }
    impl Default for DescribeConfigsResourceResult {
        fn default() -> Self {
            Self {
                name: Default::default(),
                value: Some(String::new()),
                read_only: Default::default(),
                config_source: -1,
                is_sensitive: Default::default(),
                synonyms: Default::default(),
                config_type: Default::default(),
                documentation: Some(String::new()),
            }
        }
    }
    impl Element for DescribeConfigsResourceResult {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.value = r.opt_string(f, true)?;
            x.read_only = r.bool()?;
            x.config_source = r.i8()?;
            x.is_sensitive = r.bool()?;
            x.synonyms = r.array(v, f)?;
            if v >= 3 {
                x.config_type = r.i8()?;
            }
            if v >= 3 {
                x.documentation = r.opt_string(f, true)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.opt_string(self.value.as_deref(), f, true, "value")?;
            w.bool(self.read_only);
            w.i8(self.config_source);
            w.bool(self.is_sensitive);
            w.array(&self.synonyms, v, f)?;
            if v >= 3 {
                w.i8(self.config_type);
            }
            if v >= 3 {
                w.opt_string(self.documentation.as_deref(), f, true, "documentation")?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeConfigsSynonym {
        pub name: String,
        pub value: Option<String>,
        pub source: i8,
    }
    impl Default for DescribeConfigsSynonym {
        fn default() -> Self {
            Self {
                name: Default::default(),
                value: Some(String::new()),
                source: Default::default(),
            }
        }
    }
    impl Element for DescribeConfigsSynonym {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.value = r.opt_string(f, true)?;
            x.source = r.i8()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.opt_string(self.value.as_deref(), f, true, "value")?;
            w.i8(self.source);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeConfigsResponse, 32, 1, 4, 4);
}
