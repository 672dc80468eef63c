//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod offset_commit_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct OffsetCommitKey {
        pub group: String,
        pub topic: String,
        pub partition: i32,
    }
    impl Element for OffsetCommitKey {
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

    message!(OffsetCommitKey, 1, 0, 0, i16::MAX);
}

pub mod offset_commit_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct OffsetCommitValue {
        pub offset: i64,
        pub leader_epoch: i32,
        pub metadata: String,
        pub commit_timestamp: i64,
        pub expire_timestamp: i64,
        pub topic_id: TopicId,
    }
    impl Default for OffsetCommitValue {
        fn default() -> Self {
            Self {
                offset: Default::default(),
                leader_epoch: -1,
                metadata: Default::default(),
                commit_timestamp: Default::default(),
                expire_timestamp: -1,
                topic_id: Default::default(),
            }
        }
    }
    impl Element for OffsetCommitValue {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.offset = r.i64()?;
            if v >= 3 {
                x.leader_epoch = r.i32()?;
            }
            x.metadata = r.string(f)?;
            x.commit_timestamp = r.i64()?;
            if v == 1 {
                x.expire_timestamp = r.i64()?;
            }
            if f {
                let mut t = r.tags()?;
                while let Some(tag) = r.next_tag(&mut t)? {
                    match tag {
                        0 if v == 4 => x.topic_id = r.uuid()?,
                        _ => r.skip_tag(),
                    }
                    r.end_tag(&t)?;
                }
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i64(self.offset);
            if v >= 3 {
                w.i32(self.leader_epoch);
            }
            w.string(&self.metadata, f)?;
            w.i64(self.commit_timestamp);
            if v == 1 {
                w.i64(self.expire_timestamp);
            }
            if f {
                let t = w.tags();
                if v == 4 && !self.topic_id.is_zero() {
                    let at = w.tag(t, 0);
                    w.uuid(self.topic_id);
                    w.end_tag(at)?;
                }
            }
            Ok(())
        }
    }

    message!(OffsetCommitValue, 1, 0, 4, 4);
}
