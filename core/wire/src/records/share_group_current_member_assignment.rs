//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod share_group_current_member_assignment_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupCurrentMemberAssignmentKey {
        pub group_id: String,
        pub member_id: String,
    }
    impl Element for ShareGroupCurrentMemberAssignmentKey {
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

    message!(ShareGroupCurrentMemberAssignmentKey, 14, 0, 0, i16::MAX);
}

pub mod share_group_current_member_assignment_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ShareGroupCurrentMemberAssignmentValue {
        pub member_epoch: i32,
        pub previous_member_epoch: i32,
        pub state: i8,
        pub assigned_partitions: Vec<TopicPartitions>,
    }
    impl Element for ShareGroupCurrentMemberAssignmentValue {
        const MIN_SIZE: usize = 11;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_epoch = r.i32()?;
            x.previous_member_epoch = r.i32()?;
            x.state = r.i8()?;
            x.assigned_partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.member_epoch);
            w.i32(self.previous_member_epoch);
            w.i8(self.state);
            w.array(&self.assigned_partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct TopicPartitions {
        pub topic_id: TopicId,
        pub partitions: Vec<i32>,
    }
    impl Element for TopicPartitions {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(ShareGroupCurrentMemberAssignmentValue, 14, 0, 0, 0);
}
