//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_group_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupMetadataKey {
        pub group_id: String,
    }
    impl Element for ShareGroupMetadataKey {
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

    message!(ShareGroupMetadataKey, 11, 0, 0, i16::MAX);
}

pub mod share_group_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupMetadataValue {
        pub epoch: i32,
        pub metadata_hash: i64,
    }
    impl Element for ShareGroupMetadataValue {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.epoch = r.i32()?;
            x.metadata_hash = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.epoch);
            w.i64(self.metadata_hash);
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareGroupMetadataValue, 11, 0, 0, 0);
}
