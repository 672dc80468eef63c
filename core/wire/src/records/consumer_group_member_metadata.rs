//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_member_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupMemberMetadataKey {
        pub group_id: String,
        pub member_id: String,
    }
    impl Element for ConsumerGroupMemberMetadataKey {
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

    message!(ConsumerGroupMemberMetadataKey, 5, 0, 0, i16::MAX);
}

pub mod consumer_group_member_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ConsumerGroupMemberMetadataValue {
        pub instance_id: Option<String>,
        pub rack_id: Option<String>,
        pub client_id: String,
        pub client_host: String,
        pub subscribed_topic_names: Vec<String>,
        pub subscribed_topic_regex: Option<String>,
        pub rebalance_timeout_ms: i32,
        pub server_assignor: Option<String>,
        pub classic_member_metadata: Option<ClassicMemberMetadata>,
    }
    impl Default for ConsumerGroupMemberMetadataValue {
        fn default() -> Self {
            Self {
                instance_id: Some(String::new()),
                rack_id: Some(String::new()),
                client_id: Default::default(),
                client_host: Default::default(),
                subscribed_topic_names: Default::default(),
                subscribed_topic_regex: Some(String::new()),
                rebalance_timeout_ms: -1,
                server_assignor: Some(String::new()),
                classic_member_metadata: Some(ClassicMemberMetadata::default()),
            }
        }
    }
    impl Element for ConsumerGroupMemberMetadataValue {
        const MIN_SIZE: usize = 12;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.instance_id = r.opt_string(f, true)?;
            x.rack_id = r.opt_string(f, true)?;
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            x.subscribed_topic_names = r.array(v, f)?;
            x.subscribed_topic_regex = r.opt_string(f, true)?;
            x.rebalance_timeout_ms = r.i32()?;
            x.server_assignor = r.opt_string(f, true)?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.classic_member_metadata = r.opt_struct(v, f, true)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.instance_id.as_deref(), f, true, "instance_id")?;
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            w.array(&self.subscribed_topic_names, v, f)?;
            w.opt_string(self.subscribed_topic_regex.as_deref(), f, true, "subscribed_topic_regex")?;
            w.i32(self.rebalance_timeout_ms);
            w.opt_string(self.server_assignor.as_deref(), f, true, "server_assignor")?;
            let t = w.tags();
            if self.classic_member_metadata != Some(ClassicMemberMetadata::default()) {
                let at = w.tag(t, 0);
                w.opt_struct(self.classic_member_metadata.as_ref(), v, f, true, "classic_member_metadata")?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ClassicMemberMetadata {
        pub session_timeout_ms: i32,
        pub supported_protocols: Vec<ClassicProtocol>,
    }
    impl Element for ClassicMemberMetadata {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.session_timeout_ms = r.i32()?;
            x.supported_protocols = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.session_timeout_ms);
            w.array(&self.supported_protocols, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ClassicProtocol {
        pub name: String,
        pub metadata: Bytes,
    }
    impl Element for ClassicProtocol {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.metadata = r.bytes(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.bytes(&self.metadata, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ConsumerGroupMemberMetadataValue, 5, 0, 0, 0);
}
