//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod consumer_group_current_member_assignment_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupCurrentMemberAssignmentKey {
        pub group_id: String,
        pub member_id: String,
    }
    impl Element for ConsumerGroupCurrentMemberAssignmentKey {
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

    message!(ConsumerGroupCurrentMemberAssignmentKey, 8, 0, 0, i16::MAX);
}

pub mod consumer_group_current_member_assignment_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ConsumerGroupCurrentMemberAssignmentValue {
        pub member_epoch: i32,
        pub previous_member_epoch: i32,
        pub state: i8,
        pub assigned_partitions: Vec<TopicPartitions>,
        pub partitions_pending_revocation: Vec<TopicPartitions>,
    }
    impl Element for ConsumerGroupCurrentMemberAssignmentValue {
        const MIN_SIZE: usize = 12;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_epoch = r.i32()?;
            x.previous_member_epoch = r.i32()?;
            x.state = r.i8()?;
            x.assigned_partitions = r.array(v, f)?;
            x.partitions_pending_revocation = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.member_epoch);
            w.i32(self.previous_member_epoch);
            w.i8(self.state);
            w.array(&self.assigned_partitions, v, f)?;
            w.array(&self.partitions_pending_revocation, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct TopicPartitions {
        pub topic_id: TopicId,
        pub partitions: Vec<i32>,
        pub assignment_epochs: Option<Vec<i32>>,
    }
    impl Default for TopicPartitions {
        fn default() -> Self {
            Self {
                topic_id: Default::default(),
                partitions: Default::default(),
                assignment_epochs: Some(Vec::new()),
            }
        }
    }
    impl Element for TopicPartitions {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.topic_id = r.uuid()?;
            x.partitions = r.array(v, f)?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.assignment_epochs = r.opt_array(v, f, true)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.topic_id);
            w.array(&self.partitions, v, f)?;
            let t = w.tags();
            if !self.assignment_epochs.as_ref().is_some_and(|x| x.is_empty()) {
                let at = w.tag(t, 0);
                w.opt_array(self.assignment_epochs.as_deref(), v, f, true, "assignment_epochs")?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    message!(ConsumerGroupCurrentMemberAssignmentValue, 8, 0, 0, 0);
}
