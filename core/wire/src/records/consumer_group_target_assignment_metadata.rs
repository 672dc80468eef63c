//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_target_assignment_metadata_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupTargetAssignmentMetadataKey {
        pub group_id: String,
    }
    impl Element for ConsumerGroupTargetAssignmentMetadataKey {
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

    message!(ConsumerGroupTargetAssignmentMetadataKey, 6, 0, 0, i16::MAX);
}

pub mod consumer_group_target_assignment_metadata_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupTargetAssignmentMetadataValue {
        pub assignment_epoch: i32,
        pub assignment_timestamp: i64,
    }
    impl Element for ConsumerGroupTargetAssignmentMetadataValue {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.assignment_epoch = r.i32()?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.assignment_timestamp = r.i64()?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.assignment_epoch);
            let t = w.tags();
            if self.assignment_timestamp != 0 {
                let at = w.tag(t, 0);
                w.i64(self.assignment_timestamp);
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    message!(ConsumerGroupTargetAssignmentMetadataValue, 6, 0, 0, 0);
}
