//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_group_member_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupMemberMetadataKey {
        pub group_id: String,
        pub member_id: String,
    }
    impl Element for ShareGroupMemberMetadataKey {
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

    message!(ShareGroupMemberMetadataKey, 10, 0, 0, i16::MAX);
}

pub mod share_group_member_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ShareGroupMemberMetadataValue {
        pub rack_id: Option<String>,
        pub client_id: String,
        pub client_host: String,
        pub subscribed_topic_names: Vec<String>,
    }
    impl Default for ShareGroupMemberMetadataValue {
        fn default() -> Self {
            Self {
                rack_id: Some(String::new()),
                client_id: Default::default(),
                client_host: Default::default(),
                subscribed_topic_names: Default::default(),
            }
        }
    }
    impl Element for ShareGroupMemberMetadataValue {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.rack_id = r.opt_string(f, true)?;
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            x.subscribed_topic_names = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            w.array(&self.subscribed_topic_names, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareGroupMemberMetadataValue, 10, 0, 0, 0);
}
