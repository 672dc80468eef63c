//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionRecord {
    pub partition_id: i32,
    pub topic_id: TopicId,
    pub replicas: Vec<i32>,
    pub isr: Vec<i32>,
    pub removing_replicas: Vec<i32>,
    pub adding_replicas: Vec<i32>,
    pub leader: i32,
    pub leader_recovery_state: i8,
    pub leader_epoch: i32,
    pub partition_epoch: i32,
    pub directories: Vec<TopicId>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
}
impl Default for PartitionRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Default::default(),
            replicas: Default::default(),
            isr: Default::default(),
            removing_replicas: Default::default(),
            adding_replicas: Default::default(),
            leader: -1,
            leader_recovery_state: Default::default(),
            leader_epoch: -1,
            partition_epoch: -1,
            directories: Default::default(),
            eligible_leader_replicas: Default::default(),
            last_known_elr: Default::default(),
        }
    }
}
impl Element for PartitionRecord {
    const MIN_SIZE: usize = 37;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.partition_id = r.i32()?;
        x.topic_id = r.uuid()?;
        x.replicas = r.array(v, f)?;
        x.isr = r.array(v, f)?;
        x.removing_replicas = r.array(v, f)?;
        x.adding_replicas = r.array(v, f)?;
        x.leader = r.i32()?;
        x.leader_epoch = r.i32()?;
        x.partition_epoch = r.i32()?;
        if v >= 1 {
            x.directories = r.array(v, f)?;
        }
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 => x.leader_recovery_state = r.i8()?,
                1 if v == 2 => x.eligible_leader_replicas = r.opt_array(v, f, true)?,
                2 if v == 2 => x.last_known_elr = r.opt_array(v, f, true)?,
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.i32(self.partition_id);
        w.uuid(self.topic_id);
        w.array(&self.replicas, v, f)?;
        w.array(&self.isr, v, f)?;
        w.array(&self.removing_replicas, v, f)?;
        w.array(&self.adding_replicas, v, f)?;
        w.i32(self.leader);
        w.i32(self.leader_epoch);
        w.i32(self.partition_epoch);
        if v >= 1 {
            w.array(&self.directories, v, f)?;
        } else {
            absent(self.directories.is_empty(), "directories", v)?;
        }
        if !(v == 2) {
            absent(self.eligible_leader_replicas.is_none(), "eligible_leader_replicas", v)?;
        }
        if !(v == 2) {
            absent(self.last_known_elr.is_none(), "last_known_elr", v)?;
        }
        let t = w.tags();
        if self.leader_recovery_state != 0 {
            let at = w.tag(t, 0);
            w.i8(self.leader_recovery_state);
            w.end_tag(at)?;
        }
        if v == 2 && self.eligible_leader_replicas.is_some() {
            let at = w.tag(t, 1);
            w.opt_array(self.eligible_leader_replicas.as_deref(), v, f, true, "eligible_leader_replicas")?;
            w.end_tag(at)?;
        }
        if v == 2 && self.last_known_elr.is_some() {
            let at = w.tag(t, 2);
            w.opt_array(self.last_known_elr.as_deref(), v, f, true, "last_known_elr")?;
            w.end_tag(at)?;
        }
        Ok(())
    }
}

message!(PartitionRecord, 3, 0, 2, 0);
