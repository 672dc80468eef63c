//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod streams_group_current_member_assignment_key {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupCurrentMemberAssignmentKey {
        pub group_id: String,
        pub member_id: String,
    }
    impl Element for StreamsGroupCurrentMemberAssignmentKey {
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

    message!(StreamsGroupCurrentMemberAssignmentKey, 22, 0, 0, i16::MAX);
}

pub mod streams_group_current_member_assignment_value {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct StreamsGroupCurrentMemberAssignmentValue {
        pub member_epoch: i32,
        pub previous_member_epoch: i32,
        pub state: i8,
        pub active_tasks: Vec<TaskIds>,
        pub standby_tasks: Vec<TaskIds>,
        pub warmup_tasks: Vec<TaskIds>,
        pub active_tasks_pending_revocation: Vec<TaskIds>,
        pub standby_tasks_pending_revocation: Vec<TaskIds>,
        pub warmup_tasks_pending_revocation: Vec<TaskIds>,
    }
    impl Element for StreamsGroupCurrentMemberAssignmentValue {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.member_epoch = r.i32()?;
            x.previous_member_epoch = r.i32()?;
            x.state = r.i8()?;
            x.active_tasks = r.array(v, f)?;
            x.standby_tasks = r.array(v, f)?;
            x.warmup_tasks = r.array(v, f)?;
            x.active_tasks_pending_revocation = r.array(v, f)?;
            x.standby_tasks_pending_revocation = r.array(v, f)?;
            x.warmup_tasks_pending_revocation = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.member_epoch);
            w.i32(self.previous_member_epoch);
            w.i8(self.state);
            w.array(&self.active_tasks, v, f)?;
            w.array(&self.standby_tasks, v, f)?;
            w.array(&self.warmup_tasks, v, f)?;
            w.array(&self.active_tasks_pending_revocation, v, f)?;
            w.array(&self.standby_tasks_pending_revocation, v, f)?;
            w.array(&self.warmup_tasks_pending_revocation, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct TaskIds {
        pub subtopology_id: String,
        pub partitions: Vec<i32>,
        pub assignment_epochs: Option<Vec<i32>>,
    }
    impl Default for TaskIds {
        fn default() -> Self {
            Self {
                subtopology_id: Default::default(),
                partitions: Default::default(),
                assignment_epochs: Some(Vec::new()),
            }
        }
    }
    impl Element for TaskIds {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.subtopology_id = r.string(f)?;
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
            w.string(&self.subtopology_id, f)?;
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

    message!(StreamsGroupCurrentMemberAssignmentValue, 22, 0, 0, 0);
}
