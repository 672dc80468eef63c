//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupMetadataKey {
        pub group_id: String,
    }
    impl Element for ConsumerGroupMetadataKey {
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

    message!(ConsumerGroupMetadataKey, 3, 0, 0, i16::MAX);
}

pub mod consumer_group_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupMetadataValue {
        pub epoch: i32,
        pub metadata_hash: i64,
    }
    impl Element for ConsumerGroupMetadataValue {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.epoch = r.i32()?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.metadata_hash = r.i64()?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.epoch);
            let t = w.tags();
            if self.metadata_hash != 0 {
                let at = w.tag(t, 0);
                w.i64(self.metadata_hash);
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    message!(ConsumerGroupMetadataValue, 3, 0, 0, 0);
}
