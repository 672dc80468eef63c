//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_snapshot_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareSnapshotKey {
        pub group_id: String,
        pub topic_id: TopicId,
        pub partition: i32,
    }
    impl Element for ShareSnapshotKey {
        const MIN_SIZE: usize = 22;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.group_id = r.string(f)?;
            x.topic_id = r.uuid()?;
            x.partition = r.i32()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.group_id, f)?;
            w.uuid(self.topic_id);
            w.i32(self.partition);
            Ok(())
        }
    }

    message!(ShareSnapshotKey, 0, 0, 0, i16::MAX);
}

pub mod share_snapshot_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct ShareSnapshotValue {
        pub snapshot_epoch: i32,
        pub state_epoch: i32,
        pub leader_epoch: i32,
        pub start_offset: i64,
        pub delivery_complete_count: i32,
        pub create_timestamp: i64,
        pub write_timestamp: i64,
        pub state_batches: Vec<StateBatch>,
    }
    impl Default for ShareSnapshotValue {
        fn default() -> Self {
            Self {
                snapshot_epoch: Default::default(),
                state_epoch: Default::default(),
                leader_epoch: Default::default(),
                start_offset: Default::default(),
                delivery_complete_count: -1,
                create_timestamp: Default::default(),
                write_timestamp: Default::default(),
                state_batches: Default::default(),
            }
        }
    }
    impl Element for ShareSnapshotValue {
        const MIN_SIZE: usize = 38;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.snapshot_epoch = r.i32()?;
            x.state_epoch = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.start_offset = r.i64()?;
            x.create_timestamp = r.i64()?;
            x.write_timestamp = r.i64()?;
            x.state_batches = r.array(v, f)?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.delivery_complete_count = r.i32()?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.snapshot_epoch);
            w.i32(self.state_epoch);
            w.i32(self.leader_epoch);
            w.i64(self.start_offset);
            w.i64(self.create_timestamp);
            w.i64(self.write_timestamp);
            w.array(&self.state_batches, v, f)?;
            let t = w.tags();
            if self.delivery_complete_count != -1 {
                let at = w.tag(t, 0);
                w.i32(self.delivery_complete_count);
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StateBatch {
        pub first_offset: i64,
        pub last_offset: i64,
        pub delivery_state: i8,
        pub delivery_count: i16,
    }
    impl Element for StateBatch {
        const MIN_SIZE: usize = 20;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.first_offset = r.i64()?;
            x.last_offset = r.i64()?;
            x.delivery_state = r.i8()?;
            x.delivery_count = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i64(self.first_offset);
            w.i64(self.last_offset);
            w.i8(self.delivery_state);
            w.i16(self.delivery_count);
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareSnapshotValue, 0, 0, 0, 0);
}
