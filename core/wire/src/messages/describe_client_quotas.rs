//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_client_quotas_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeClientQuotasRequest {
        pub components: Vec<ComponentData>,
        pub strict: bool,
    }
    impl Element for DescribeClientQuotasRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.components = r.array(v, f)?;
            x.strict = r.bool()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.components, v, f)?;
            w.bool(self.strict);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct ComponentData {
        pub entity_type: String,
        pub match_type: i8,
        pub r#match: Option<String>,
    }
    impl Default for ComponentData {
        fn default() -> Self {
            Self {
                entity_type: Default::default(),
                match_type: Default::default(),
                r#match: Some(String::new()),
            }
        }
    }
    impl Element for ComponentData {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.entity_type = r.string(f)?;
            x.match_type = r.i8()?;
            x.r#match = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.entity_type, f)?;
            w.i8(self.match_type);
            w.opt_string(self.r#match.as_deref(), f, true, "match")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeClientQuotasRequest, 48, 0, 1, 1);
    impl Request for DescribeClientQuotasRequest {
        type Response = crate::messages::DescribeClientQuotasResponse;
    }
}

pub mod describe_client_quotas_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeClientQuotasResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub entries: Option<Vec<EntryData>>,
    }
    impl Default for DescribeClientQuotasResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                entries: Some(Vec::new()),
            }
        }
    }
    impl Element for DescribeClientQuotasResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.entries = r.opt_array(v, f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.opt_array(self.entries.as_deref(), v, f, true, "entries")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EntryData {
        pub entity: Vec<EntityData>,
        pub values: Vec<ValueData>,
    }
    impl Element for EntryData {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.entity = r.array(v, f)?;
            x.values = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.entity, v, f)?;
            w.array(&self.values, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct EntityData {
        pub entity_type: String,
        pub entity_name: Option<String>,
    }
    impl Default for EntityData {
        fn default() -> Self {
            Self {
                entity_type: Default::default(),
                entity_name: Some(String::new()),
            }
        }
    }
    impl Element for EntityData {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.entity_type = r.string(f)?;
            x.entity_name = r.opt_string(f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.entity_type, f)?;
            w.opt_string(self.entity_name.as_deref(), f, true, "entity_name")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ValueData {
        pub key: String,
        pub value: f64,
    }
    impl Element for ValueData {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.key = r.string(f)?;
            x.value = r.f64()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.key, f)?;
            w.f64(self.value);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeClientQuotasResponse, 48, 0, 1, 1);
}
