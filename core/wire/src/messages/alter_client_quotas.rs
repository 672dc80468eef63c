//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod alter_client_quotas_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterClientQuotasRequest {
        pub entries: Vec<EntryData>,
        pub validate_only: bool,
    }
    impl Element for AlterClientQuotasRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.entries = r.array(v, f)?;
            x.validate_only = r.bool()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.entries, v, f)?;
            w.bool(self.validate_only);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EntryData {
        pub entity: Vec<EntityData>,
        pub ops: Vec<OpData>,
    }
    impl Element for EntryData {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.entity = r.array(v, f)?;
            x.ops = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.entity, v, f)?;
            w.array(&self.ops, v, f)?;
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
    pub struct OpData {
        pub key: String,
        pub value: f64,
        pub remove: bool,
    }
    impl Element for OpData {
        const MIN_SIZE: usize = 11;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.key = r.string(f)?;
            x.value = r.f64()?;
            x.remove = r.bool()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.key, f)?;
            w.f64(self.value);
            w.bool(self.remove);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(AlterClientQuotasRequest, 49, 0, 1, 1);
    impl Request for AlterClientQuotasRequest {
        type Response = crate::messages::AlterClientQuotasResponse;
    }
}

pub mod alter_client_quotas_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterClientQuotasResponse {
        pub throttle_time_ms: i32,
        pub entries: Vec<EntryData>,
    }
    impl Element for AlterClientQuotasResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.entries = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.entries, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct EntryData {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub entity: Vec<EntityData>,
    }
    impl Default for EntryData {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
                entity: Default::default(),
            }
        }
    }
    impl Element for EntryData {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.entity = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.entity, v, f)?;
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

    message!(AlterClientQuotasResponse, 49, 0, 1, 1);
}
