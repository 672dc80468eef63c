//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod update_features_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct UpdateFeaturesRequest {
        pub timeout_ms: i32,
        pub feature_updates: Vec<FeatureUpdateKey>,
        pub validate_only: bool,
    }
    impl Default for UpdateFeaturesRequest {
        fn default() -> Self {
            Self {
                timeout_ms: 60000,
                feature_updates: Default::default(),
                validate_only: Default::default(),
            }
        }
    }
    impl Element for UpdateFeaturesRequest {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.timeout_ms = r.i32()?;
            x.feature_updates = r.array(v, f)?;
            if v >= 1 {
                x.validate_only = r.bool()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.timeout_ms);
            w.array(&self.feature_updates, v, f)?;
            if v >= 1 {
                w.bool(self.validate_only);
            } else {
                absent(!self.validate_only, "validate_only", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct FeatureUpdateKey {
        pub feature: String,
        pub max_version_level: i16,
        pub allow_downgrade: bool,
        pub upgrade_type: i8,
    }
    impl Default for FeatureUpdateKey {
        fn default() -> Self {
            Self {
                feature: Default::default(),
                max_version_level: Default::default(),
                allow_downgrade: Default::default(),
                upgrade_type: 1,
            }
        }
    }
    impl Element for FeatureUpdateKey {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.feature = r.string(f)?;
            x.max_version_level = r.i16()?;
            if v == 0 {
                x.allow_downgrade = r.bool()?;
            }
            if v >= 1 {
                x.upgrade_type = r.i8()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.feature, f)?;
            w.i16(self.max_version_level);
            if v == 0 {
                w.bool(self.allow_downgrade);
            } else {
                absent(!self.allow_downgrade, "allow_downgrade", v)?;
            }
            if v >= 1 {
                w.i8(self.upgrade_type);
            } else {
                absent(self.upgrade_type == 1, "upgrade_type", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(UpdateFeaturesRequest, 57, 0, 2, 0);
    impl Request for UpdateFeaturesRequest {
        type Response = crate::messages::UpdateFeaturesResponse;
    }
}

pub mod update_features_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct UpdateFeaturesResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub results: Vec<UpdatableFeatureResult>,
    }
    impl Default for UpdateFeaturesResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                results: Default::default(),
            }
        }
    }
    impl Element for UpdateFeaturesResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            if v <= 1 {
                x.results = r.array(v, f)?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            if v <= 1 {
                w.array(&self.results, v, f)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct UpdatableFeatureResult {
        pub feature: String,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for UpdatableFeatureResult {
        fn default() -> Self {
            Self {
                feature: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for UpdatableFeatureResult {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.feature = r.string(f)?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.feature, f)?;
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(UpdateFeaturesResponse, 57, 0, 2, 0);
}
