//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod create_acls_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreateAclsRequest {
        pub creations: Vec<AclCreation>,
    }
    impl Element for CreateAclsRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.creations = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.creations, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct AclCreation {
        pub resource_type: i8,
        pub resource_name: String,
        pub resource_pattern_type: i8,
        pub principal: String,
        pub host: String,
        pub operation: i8,
        pub permission_type: i8,
    }
    impl Default for AclCreation {
        fn default() -> Self {
            Self {
                resource_type: Default::default(),
                resource_name: Default::default(),
                resource_pattern_type: 3,
                principal: Default::default(),
                host: Default::default(),
                operation: Default::default(),
                permission_type: Default::default(),
            }
        }
    }
    impl Element for AclCreation {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.resource_type = r.i8()?;
            x.resource_name = r.string(f)?;
            x.resource_pattern_type = r.i8()?;
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
            w.i8(self.resource_type);
            w.string(&self.resource_name, f)?;
            w.i8(self.resource_pattern_type);
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

    message!(CreateAclsRequest, 30, 1, 3, 2);
    impl Request for CreateAclsRequest {
        type Response = crate::messages::CreateAclsResponse;
    }
}

pub mod create_acls_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreateAclsResponse {
        pub throttle_time_ms: i32,
        pub results: Vec<AclCreationResult>,
    }
    impl Element for CreateAclsResponse {
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
    pub struct AclCreationResult {
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for AclCreationResult {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for AclCreationResult {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(CreateAclsResponse, 30, 1, 3, 2);
}
