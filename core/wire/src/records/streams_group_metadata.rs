//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod streams_group_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupMetadataKey {
        pub group_id: String,
    }
    impl Element for StreamsGroupMetadataKey {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            Ok(())
        }
    }

    message!(StreamsGroupMetadataKey, 17, 0, 0, i16::MAX);
}

pub mod streams_group_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct StreamsGroupMetadataValue {
        pub epoch: i32,
        pub metadata_hash: i64,
        pub validated_topology_epoch: i32,
        pub last_assignment_configs: Option<Vec<LastAssignmentConfig>>,
    }
    impl Default for StreamsGroupMetadataValue {
        fn default() -> Self {
            Self {
                epoch: Default::default(),
                metadata_hash: Default::default(),
                validated_topology_epoch: -1,
                last_assignment_configs: Some(Vec::new()),
            }
        }
    }
    impl Element for StreamsGroupMetadataValue {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.epoch = r.i32()?;
            x.metadata_hash = r.i64()?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.validated_topology_epoch = r.i32()?,
                    1 => x.last_assignment_configs = r.opt_array(v, f, true)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.epoch);
            w.i64(self.metadata_hash);
            let t = w.tags();
            if self.validated_topology_epoch != -1 {
                let at = w.tag(t, 0);
                w.i32(self.validated_topology_epoch);
                w.end_tag(at)?;
            }
            if !self.last_assignment_configs.as_ref().is_some_and(|x| x.is_empty()) {
                let at = w.tag(t, 1);
                w.opt_array(self.last_assignment_configs.as_deref(), v, f, true, "last_assignment_configs")?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LastAssignmentConfig {
        pub key: String,
        pub value: String,
    }
    impl Element for LastAssignmentConfig {
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

    message!(StreamsGroupMetadataValue, 17, 0, 0, 0);
}
