//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod controller_registration_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ControllerRegistrationRequest {
        pub controller_id: i32,
        pub incarnation_id: TopicId,
        pub zk_migration_ready: bool,
        pub listeners: Vec<Listener>,
        pub features: Vec<Feature>,
    }
    impl Element for ControllerRegistrationRequest {
        const MIN_SIZE: usize = 24;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.controller_id = r.i32()?;
            x.incarnation_id = r.uuid()?;
            x.zk_migration_ready = r.bool()?;
            x.listeners = r.array(v, f)?;
            x.features = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.controller_id);
            w.uuid(self.incarnation_id);
            w.bool(self.zk_migration_ready);
            w.array(&self.listeners, v, f)?;
            w.array(&self.features, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Listener {
        pub name: String,
        pub host: String,
        pub port: u16,
        pub security_protocol: i16,
    }
    impl Element for Listener {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.host = r.string(f)?;
            x.port = r.u16()?;
            x.security_protocol = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.string(&self.host, f)?;
            w.u16(self.port);
            w.i16(self.security_protocol);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Feature {
        pub name: String,
        pub min_supported_version: i16,
        pub max_supported_version: i16,
    }
    impl Element for Feature {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.min_supported_version = r.i16()?;
            x.max_supported_version = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i16(self.min_supported_version);
            w.i16(self.max_supported_version);
            w.u8(0);
            Ok(())
        }
    }

    message!(ControllerRegistrationRequest, 70, 0, 0, 0);
    impl Request for ControllerRegistrationRequest {
        type Response = crate::messages::ControllerRegistrationResponse;
    }
}

pub mod controller_registration_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ControllerRegistrationResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for ControllerRegistrationResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for ControllerRegistrationResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ControllerRegistrationResponse, 70, 0, 0, 0);
}
