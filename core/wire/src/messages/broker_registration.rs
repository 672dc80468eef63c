//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod broker_registration_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct BrokerRegistrationRequest {
        pub broker_id: i32,
        pub cluster_id: String,
        pub incarnation_id: TopicId,
        pub listeners: Vec<Listener>,
        pub features: Vec<Feature>,
        pub rack: Option<String>,
        pub is_migrating_zk_broker: bool,
        pub log_dirs: Vec<TopicId>,
        pub previous_broker_epoch: i64,
    }
    impl Default for BrokerRegistrationRequest {
        fn default() -> Self {
            Self {
                broker_id: Default::default(),
                cluster_id: Default::default(),
                incarnation_id: Default::default(),
                listeners: Default::default(),
                features: Default::default(),
                rack: Some(String::new()),
                is_migrating_zk_broker: Default::default(),
                log_dirs: Default::default(),
                previous_broker_epoch: -1,
            }
        }
    }
    impl Element for BrokerRegistrationRequest {
        const MIN_SIZE: usize = 25;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_id = r.i32()?;
            x.cluster_id = r.string(f)?;
            x.incarnation_id = r.uuid()?;
            x.listeners = r.array(v, f)?;
            x.features = r.array(v, f)?;
            x.rack = r.opt_string(f, true)?;
            if v >= 1 {
                x.is_migrating_zk_broker = r.bool()?;
            }
            if v >= 2 {
                x.log_dirs = r.array(v, f)?;
            }
            if v >= 3 {
                x.previous_broker_epoch = r.i64()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.broker_id);
            w.string(&self.cluster_id, f)?;
            w.uuid(self.incarnation_id);
            w.array(&self.listeners, v, f)?;
            w.array(&self.features, v, f)?;
            w.opt_string(self.rack.as_deref(), f, true, "rack")?;
            if v >= 1 {
                w.bool(self.is_migrating_zk_broker);
            } else {
                absent(!self.is_migrating_zk_broker, "is_migrating_zk_broker", v)?;
            }
            if v >= 2 {
                w.array(&self.log_dirs, v, f)?;
            }
            if v >= 3 {
                w.i64(self.previous_broker_epoch);
            }
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

    message!(BrokerRegistrationRequest, 62, 0, 4, 0);
    impl Request for BrokerRegistrationRequest {
        type Response = crate::messages::BrokerRegistrationResponse;
    }
}

pub mod broker_registration_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct BrokerRegistrationResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub broker_epoch: i64,
    }
    impl Default for BrokerRegistrationResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                broker_epoch: -1,
            }
        }
    }
    impl Element for BrokerRegistrationResponse {
        const MIN_SIZE: usize = 15;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.broker_epoch = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.i64(self.broker_epoch);
            w.u8(0);
            Ok(())
        }
    }

    message!(BrokerRegistrationResponse, 62, 0, 4, 0);
}
