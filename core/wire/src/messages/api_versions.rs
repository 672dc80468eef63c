//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod api_versions_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ApiVersionsRequest {
        pub client_software_name: String,
        pub client_software_version: String,
    }
    impl Element for ApiVersionsRequest {
        const MIN_SIZE: usize = 1;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v >= 3 {
                x.client_software_name = r.string(f)?;
            }
            if v >= 3 {
                x.client_software_version = r.string(f)?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v >= 3 {
                w.string(&self.client_software_name, f)?;
            }
            if v >= 3 {
                w.string(&self.client_software_version, f)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ApiVersionsRequest, 18, 0, 4, 3);
    impl Request for ApiVersionsRequest {
        type Response = crate::messages::ApiVersionsResponse;
    }
}

pub mod api_versions_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ApiVersionsResponse {
        pub error_code: i16,
        pub api_keys: Vec<ApiVersion>,
        pub throttle_time_ms: i32,
        pub supported_features: Vec<SupportedFeatureKey>,
        pub finalized_features_epoch: i64,
        pub finalized_features: Vec<FinalizedFeatureKey>,
        pub zk_migration_ready: bool,
    }
    impl Default for ApiVersionsResponse {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                api_keys: Default::default(),
                throttle_time_ms: Default::default(),
                supported_features: Default::default(),
                finalized_features_epoch: -1,
                finalized_features: Default::default(),
                zk_migration_ready: Default::default(),
            }
        }
    }
    impl Element for ApiVersionsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.api_keys = r.array(v, f)?;
            if v >= 1 {
                x.throttle_time_ms = r.i32()?;
            }
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v >= 3 => x.supported_features = r.array(v, f)?,
                        1 if v >= 3 => x.finalized_features_epoch = r.i64()?,
                        2 if v >= 3 => x.finalized_features = r.array(v, f)?,
                        3 if v >= 3 => x.zk_migration_ready = r.bool()?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.array(&self.api_keys, v, f)?;
            if v >= 1 {
                w.i32(self.throttle_time_ms);
            }
            if f {
                let t = w.tags();
                if v >= 3 && !self.supported_features.is_empty() {
                    let at = w.tag(t, 0);
                    w.array(&self.supported_features, v, f)?;
                    w.end_tag(at)?;
                }
                if v >= 3 && self.finalized_features_epoch != -1 {
                    let at = w.tag(t, 1);
                    w.i64(self.finalized_features_epoch);
                    w.end_tag(at)?;
                }
                if v >= 3 && !self.finalized_features.is_empty() {
                    let at = w.tag(t, 2);
                    w.array(&self.finalized_features, v, f)?;
                    w.end_tag(at)?;
                }
                if v >= 3 && self.zk_migration_ready {
                    let at = w.tag(t, 3);
                    w.bool(self.zk_migration_ready);
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ApiVersion {
        pub api_key: i16,
        pub min_version: i16,
        pub max_version: i16,
    }
    impl Element for ApiVersion {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.api_key = r.i16()?;
            x.min_version = r.i16()?;
            x.max_version = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.api_key);
            w.i16(self.min_version);
            w.i16(self.max_version);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SupportedFeatureKey {
        pub name: String,
        pub min_version: i16,
        pub max_version: i16,
    }
    impl Element for SupportedFeatureKey {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.min_version = r.i16()?;
            x.max_version = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i16(self.min_version);
            w.i16(self.max_version);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct FinalizedFeatureKey {
        pub name: String,
        pub max_version_level: i16,
        pub min_version_level: i16,
    }
    impl Element for FinalizedFeatureKey {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.max_version_level = r.i16()?;
            x.min_version_level = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i16(self.max_version_level);
            w.i16(self.min_version_level);
            w.u8(0);
            Ok(())
        }
    }

    message!(ApiVersionsResponse, 18, 0, 4, 3);
}
