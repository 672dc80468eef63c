//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod group_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct GroupMetadataKey {
        pub group: String,
    }
    impl Element for GroupMetadataKey {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group = r.string(f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group, f)?;
            Ok(())
        }
    }

    message!(GroupMetadataKey, 2, 0, 0, i16::MAX);
}

pub mod group_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct GroupMetadataValue {
        pub protocol_type: String,
        pub generation: i32,
        pub protocol: Option<String>,
        pub leader: Option<String>,
        pub current_state_timestamp: i64,
        pub members: Vec<MemberMetadata>,
    }
    impl Default for GroupMetadataValue {
        fn default() -> Self {
            Self {
                protocol_type: Default::default(),
                generation: Default::default(),
                protocol: Some(String::new()),
                leader: Some(String::new()),
                current_state_timestamp: -1,
                members: Default::default(),
            }
        }
    }
    impl Element for GroupMetadataValue {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.protocol_type = r.string(f)?;
            x.generation = r.i32()?;
            x.protocol = r.opt_string(f, true)?;
            x.leader = r.opt_string(f, true)?;
            if v >= 2 {
                x.current_state_timestamp = r.i64()?;
            }
            x.members = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.protocol_type, f)?;
            w.i32(self.generation);
            w.opt_string(self.protocol.as_deref(), f, true, "protocol")?;
            w.opt_string(self.leader.as_deref(), f, true, "leader")?;
            if v >= 2 {
                w.i64(self.current_state_timestamp);
            }
            w.array(&self.members, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct MemberMetadata {
        pub member_id: String,
        pub group_instance_id: Option<String>,
        pub client_id: String,
        pub client_host: String,
        pub rebalance_timeout: i32,
        pub session_timeout: i32,
        pub subscription: Bytes,
        pub assignment: Bytes,
    }
    impl Default for MemberMetadata {
        fn default() -> Self {
            Self {
                member_id: Default::default(),
                group_instance_id: Default::default(),
                client_id: Default::default(),
                client_host: Default::default(),
                rebalance_timeout: -1,
                session_timeout: Default::default(),
                subscription: Default::default(),
                assignment: Default::default(),
            }
        }
    }
    impl Element for MemberMetadata {
        const MIN_SIZE: usize = 15;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_id = r.string(f)?;
            if v >= 3 {
                x.group_instance_id = r.opt_string(f, true)?;
            }
            x.client_id = r.string(f)?;
            x.client_host = r.string(f)?;
            if v >= 1 {
                x.rebalance_timeout = r.i32()?;
            }
            x.session_timeout = r.i32()?;
            x.subscription = r.bytes(f)?;
            x.assignment = r.bytes(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.member_id, f)?;
            if v >= 3 {
                w.opt_string(self.group_instance_id.as_deref(), f, true, "group_instance_id")?;
            }
            w.string(&self.client_id, f)?;
            w.string(&self.client_host, f)?;
            if v >= 1 {
                w.i32(self.rebalance_timeout);
            }
            w.i32(self.session_timeout);
            w.bytes(&self.subscription, f)?;
            w.bytes(&self.assignment, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(GroupMetadataValue, 2, 0, 4, 4);
}
