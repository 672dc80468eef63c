//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod streams_group_member_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupMemberMetadataKey {
        pub group_id: String,
        pub member_id: String,
    }
    impl Element for StreamsGroupMemberMetadataKey {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.member_id = r.string(f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.string(&self.member_id, f)?;
            Ok(())
        }
    }

    message!(StreamsGroupMemberMetadataKey, 19, 0, 0, i16::MAX);
}

pub mod streams_group_member_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct StreamsGroupMemberMetadataValue {
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub client_id: String,
        pub client_host: String,
        pub rebalance_timeout_ms: i32,
        pub topology_epoch: i32,
        pub process_id: String,
        pub user_endpoint: Option<Endpoint>,
        pub client_tags: Vec<KeyValue>,
    }
    impl Default for StreamsGroupMemberMetadataValue {
        fn default() -> Self {
            Self {
                instance_id: Some(String::new()),
                rack_id: Some(String::new()),
                client_id: Default::default(),
                client_host: Default::default(),
                rebalance_timeout_ms: -1,
                topology_epoch: Default::default(),
                process_id: Default::default(),
                user_endpoint: Default::default(),
                client_tags: Default::default(),
            }
        }
    }
    impl Element for StreamsGroupMemberMetadataValue {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.instance_id = r.opt_string(f, true)?;
            x.rack_id = r.opt_string(f, true)?;
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            x.rebalance_timeout_ms = r.i32()?;
            x.topology_epoch = r.i32()?;
            x.process_id = r.string(f)?;
            x.user_endpoint = r.opt_struct(v, f, true)?;
            x.client_tags = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.instance_id.as_deref(), f, true, "instance_id")?;
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            w.i32(self.rebalance_timeout_ms);
            w.i32(self.topology_epoch);
            w.string(&self.process_id, f)?;
            w.opt_struct(self.user_endpoint.as_ref(), v, f, true, "user_endpoint")?;
            w.array(&self.client_tags, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Endpoint {
        pub host: String,
        pub port: u16,
    }
    impl Element for Endpoint {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.host = r.string(f)?;
            x.port = r.u16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.host, f)?;
            w.u16(self.port);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct KeyValue {
        pub key: String,
        pub value: String,
    }
    impl Element for KeyValue {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.key = r.string(f)?;
            x.value = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.key, f)?;
            w.string(&self.value, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(StreamsGroupMemberMetadataValue, 19, 0, 0, 0);
}
