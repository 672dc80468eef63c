//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod legacy_offset_commit_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LegacyOffsetCommitKey {
        pub group: String,
        pub topic: String,
        pub partition: i32,
    }
    impl Element for LegacyOffsetCommitKey {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group = r.string(f)?;
            x.topic = r.string(f)?;
            x.partition = r.i32()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group, f)?;
            w.string(&self.topic, f)?;
            w.i32(self.partition);
            Ok(())
        }
    }

    message!(LegacyOffsetCommitKey, 0, 0, 0, i16::MAX);
}

pub mod legacy_offset_commit_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct LegacyOffsetCommitValue {
        pub offset: i64,
        pub metadata: String,
        pub commit_timestamp: i64,
    }
    impl Element for LegacyOffsetCommitValue {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.offset = r.i64()?;
            x.metadata = r.string(f)?;
            x.commit_timestamp = r.i64()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i64(self.offset);
            w.string(&self.metadata, f)?;
            w.i64(self.commit_timestamp);
            Ok(())
        }
    }

    message!(LegacyOffsetCommitValue, 0, 0, 0, i16::MAX);
}
