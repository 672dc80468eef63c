//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_acls_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeAclsRequest {
        pub resource_type_filter: i8,
        pub resource_name_filter: Option<String>,
        pub pattern_type_filter: i8,
        pub principal_filter: Option<String>,
        pub host_filter: Option<String>,
        pub operation: i8,
        pub permission_type: i8,
    }
    impl Default for DescribeAclsRequest {
        fn default() -> Self {
            Self {
                resource_type_filter: Default::default(),
                resource_name_filter: Some(String::new()),
                pattern_type_filter: 3,
                principal_filter: Some(String::new()),
                host_filter: Some(String::new()),
                operation: Default::default(),
                permission_type: Default::default(),
            }
        }
    }
    impl Element for DescribeAclsRequest {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resource_type_filter = r.i8()?;
            x.resource_name_filter = r.opt_string(f, true)?;
            x.pattern_type_filter = r.i8()?;
            x.principal_filter = r.opt_string(f, true)?;
            x.host_filter = r.opt_string(f, true)?;
            x.operation = r.i8()?;
            x.permission_type = r.i8()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i8(self.resource_type_filter);
            w.opt_string(self.resource_name_filter.as_deref(), f, true, "resource_name_filter")?;
            w.i8(self.pattern_type_filter);
            w.opt_string(self.principal_filter.as_deref(), f, true, "principal_filter")?;
            w.opt_string(self.host_filter.as_deref(), f, true, "host_filter")?;
            w.i8(self.operation);
            w.i8(self.permission_type);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeAclsRequest, 29, 1, 3, 2);
    impl Request for DescribeAclsRequest {
        type Response = crate::messages::DescribeAclsResponse;
    }
}

pub mod describe_acls_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeAclsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub resources: Vec<DescribeAclsResource>,
    }
    impl Default for DescribeAclsResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                resources: Default::default(),
            }
        }
    }
    impl Element for DescribeAclsResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.resources = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.resources, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeAclsResource {
        pub resource_type: i8,
        pub resource_name: String,
        pub pattern_type: i8,
        pub acls: Vec<AclDescription>,
    }
    impl Default for DescribeAclsResource {
        fn default() -> Self {
            Self {
                resource_type: Default::default(),
                resource_name: Default::default(),
                pattern_type: 3,
                acls: Default::default(),
            }
        }
    }
    impl Element for DescribeAclsResource {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resource_type = r.i8()?;
            x.resource_name = r.string(f)?;
            x.pattern_type = r.i8()?;
            x.acls = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i8(self.resource_type);
            w.string(&self.resource_name, f)?;
            w.i8(self.pattern_type);
            w.array(&self.acls, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AclDescription {
        pub principal: String,
        pub host: String,
        pub operation: i8,
        pub permission_type: i8,
    }
    impl Element for AclDescription {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.principal = r.string(f)?;
            x.host = r.string(f)?;
            x.operation = r.i8()?;
            x.permission_type = r.i8()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.principal, f)?;
            w.string(&self.host, f)?;
            w.i8(self.operation);
            w.i8(self.permission_type);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeAclsResponse, 29, 1, 3, 2);
}
