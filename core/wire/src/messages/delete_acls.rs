//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod delete_acls_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteAclsRequest {
        pub filters: Vec<DeleteAclsFilter>,
    }
    impl Element for DeleteAclsRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.filters = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.filters, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DeleteAclsFilter {
        pub resource_type_filter: i8,
        pub resource_name_filter: Option<String>,
        pub pattern_type_filter: i8,
        pub principal_filter: Option<String>,
        pub host_filter: Option<String>,
        pub operation: i8,
        pub permission_type: i8,
    }
    impl Default for DeleteAclsFilter {
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
    impl Element for DeleteAclsFilter {
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

    message!(DeleteAclsRequest, 31, 1, 3, 2);
    impl Request for DeleteAclsRequest {
        type Response = crate::messages::DeleteAclsResponse;
    }
}

pub mod delete_acls_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DeleteAclsResponse {
        pub throttle_time_ms: i32,
        pub filter_results: Vec<DeleteAclsFilterResult>,
    }
    impl Element for DeleteAclsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.filter_results = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.filter_results, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DeleteAclsFilterResult {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub matching_acls: Vec<DeleteAclsMatchingAcl>,
    }
    impl Default for DeleteAclsFilterResult {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
                matching_acls: Default::default(),
            }
        }
    }
    impl Element for DeleteAclsFilterResult {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.matching_acls = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.matching_acls, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DeleteAclsMatchingAcl {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub resource_type: i8,
        pub resource_name: String,
        pub pattern_type: i8,
        pub principal: String,
        pub host: String,
        pub operation: i8,
        pub permission_type: i8,
    }
    impl Default for DeleteAclsMatchingAcl {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
                resource_type: Default::default(),
                resource_name: Default::default(),
                pattern_type: 3,
                principal: Default::default(),
                host: Default::default(),
                operation: Default::default(),
                permission_type: Default::default(),
            }
        }
    }
    impl Element for DeleteAclsMatchingAcl {
        const MIN_SIZE: usize = 11;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.resource_type = r.i8()?;
            x.resource_name = r.string(f)?;
            x.pattern_type = r.i8()?;
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
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.i8(self.resource_type);
            w.string(&self.resource_name, f)?;
            w.i8(self.pattern_type);
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

    message!(DeleteAclsResponse, 31, 1, 3, 2);
}
