//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod find_coordinator_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FindCoordinatorRequest {
        pub key: String,
        pub key_type: i8,
        pub coordinator_keys: Vec<String>,
    }
    impl Element for FindCoordinatorRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v <= 3 {
                x.key = r.string(f)?;
            }
            if v >= 1 {
                x.key_type = r.i8()?;
            }
            if v >= 4 {
                x.coordinator_keys = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v <= 3 {
                w.string(&self.key, f)?;
            } else {
                absent(self.key.is_empty(), "key", v)?;
            }
            if v >= 1 {
                w.i8(self.key_type);
            } else {
                absent(self.key_type == 0, "key_type", v)?;
            }
            if v >= 4 {
                w.array(&self.coordinator_keys, v, f)?;
            } else {
                absent(self.coordinator_keys.is_empty(), "coordinator_keys", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(FindCoordinatorRequest, 10, 0, 6, 3);
    impl Request for FindCoordinatorRequest {
        type Response = crate::messages::FindCoordinatorResponse;
    }
}

pub mod find_coordinator_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct FindCoordinatorResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub node_id: i32,
        pub host: String,
        pub port: i32,
        pub coordinators: Vec<Coordinator>,
    }
    impl Default for FindCoordinatorResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                node_id: Default::default(),
                host: Default::default(),
                port: Default::default(),
                coordinators: Default::default(),
            }
        }
    }
    impl Element for FindCoordinatorResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 1 {
                x.throttle_time_ms = r.i32()?;
            }
            if v <= 3 {
                x.error_code = r.i16()?;
            }
            if (1..=3).contains(&v) {
                x.error_message = r.opt_string(f, true)?;
            }
            if v <= 3 {
                x.node_id = r.i32()?;
            }
            if v <= 3 {
                x.host = r.string(f)?;
            }
            if v <= 3 {
                x.port = r.i32()?;
            }
            if v >= 4 {
                x.coordinators = r.array(v, f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 1 {
                w.i32(self.throttle_time_ms);
            }
            if v <= 3 {
                w.i16(self.error_code);
            } else {
                absent(self.error_code == 0, "error_code", v)?;
            }
            if (1..=3).contains(&v) {
                w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            }
            if v <= 3 {
                w.i32(self.node_id);
            } else {
                absent(self.node_id == 0, "node_id", v)?;
            }
            if v <= 3 {
                w.string(&self.host, f)?;
            } else {
                absent(self.host.is_empty(), "host", v)?;
            }
            if v <= 3 {
                w.i32(self.port);
            } else {
                absent(self.port == 0, "port", v)?;
            }
            if v >= 4 {
                w.array(&self.coordinators, v, f)?;
            } else {
                absent(self.coordinators.is_empty(), "coordinators", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct Coordinator {
        pub key: String,
        pub node_id: i32,
        pub host: String,
        pub port: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for Coordinator {
        fn default() -> Self {
            Self {
                key: Default::default(),
                node_id: Default::default(),
                host: Default::default(),
                port: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for Coordinator {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.key = r.string(f)?;
            x.node_id = r.i32()?;
            x.host = r.string(f)?;
            x.port = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.key, f)?;
            w.i32(self.node_id);
            w.string(&self.host, f)?;
            w.i32(self.port);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(FindCoordinatorResponse, 10, 0, 6, 3);
}
