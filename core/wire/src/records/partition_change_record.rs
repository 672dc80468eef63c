//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq)]
pub struct PartitionChangeRecord {
    pub partition_id: i32,
    pub topic_id: TopicId,
    pub isr: Option<Vec<i32>>,
    pub leader: i32,
    pub replicas: Option<Vec<i32>>,
    pub removing_replicas: Option<Vec<i32>>,
    pub adding_replicas: Option<Vec<i32>>,
    pub leader_recovery_state: i8,
    pub directories: Option<Vec<TopicId>>,
    pub eligible_leader_replicas: Option<Vec<i32>>,
    pub last_known_elr: Option<Vec<i32>>,
}
impl Default for PartitionChangeRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Default::default(),
            isr: Default::default(),
            leader: -2,
            replicas: Default::default(),
            removing_replicas: Default::default(),
            adding_replicas: Default::default(),
            leader_recovery_state: -1,
            directories: Default::default(),
            eligible_leader_replicas: Default::default(),
            last_known_elr: Default::default(),
        }
    }
}
impl Element for PartitionChangeRecord {
    const MIN_SIZE: usize = 21;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.partition_id = r.i32()?;
        x.topic_id = r.uuid()?;
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 => x.isr = r.opt_array(v, f, true)?,
                1 => x.leader = r.i32()?,
                2 => x.replicas = r.opt_array(v, f, true)?,
                3 => x.removing_replicas = r.opt_array(v, f, true)?,
                4 => x.adding_replicas = r.opt_array(v, f, true)?,
                5 => x.leader_recovery_state = r.i8()?,
                6 if v == 2 => x.eligible_leader_replicas = r.opt_array(v, f, true)?,
                7 if v == 2 => x.last_known_elr = r.opt_array(v, f, true)?,
                8 if v >= 1 => x.directories = r.opt_array(v, f, true)?,
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.i32(self.partition_id);
        w.uuid(self.topic_id);
        if !(v >= 1) {
            absent(self.directories.is_none(), "directories", v)?;
        }
        if !(v == 2) {
            absent(self.eligible_leader_replicas.is_none(), "eligible_leader_replicas", v)?;
        }
        if !(v == 2) {
            absent(self.last_known_elr.is_none(), "last_known_elr", v)?;
        }
        let t = w.tags();
        if self.isr.is_some() {
            let at = w.tag(t, 0);
            w.opt_array(self.isr.as_deref(), v, f, true, "isr")?;
            w.end_tag(at)?;
        }
        if self.leader != -2 {
            let at = w.tag(t, 1);
            w.i32(self.leader);
            w.end_tag(at)?;
        }
        if self.replicas.is_some() {
            let at = w.tag(t, 2);
            w.opt_array(self.replicas.as_deref(), v, f, true, "replicas")?;
            w.end_tag(at)?;
        }
        if self.removing_replicas.is_some() {
            let at = w.tag(t, 3);
            w.opt_array(self.removing_replicas.as_deref(), v, f, true, "removing_replicas")?;
            w.end_tag(at)?;
        }
        if self.adding_replicas.is_some() {
            let at = w.tag(t, 4);
            w.opt_array(self.adding_replicas.as_deref(), v, f, true, "adding_replicas")?;
            w.end_tag(at)?;
        }
        if self.leader_recovery_state != -1 {
            let at = w.tag(t, 5);
            w.i8(self.leader_recovery_state);
            w.end_tag(at)?;
        }
        if v == 2 && self.eligible_leader_replicas.is_some() {
            let at = w.tag(t, 6);
            w.opt_array(self.eligible_leader_replicas.as_deref(), v, f, true, "eligible_leader_replicas")?;
            w.end_tag(at)?;
        }
        if v == 2 && self.last_known_elr.is_some() {
            let at = w.tag(t, 7);
            w.opt_array(self.last_known_elr.as_deref(), v, f, true, "last_known_elr")?;
            w.end_tag(at)?;
        }
        if v >= 1 && self.directories.is_some() {
            let at = w.tag(t, 8);
            w.opt_array(self.directories.as_deref(), v, f, true, "directories")?;
            w.end_tag(at)?;
        }
        Ok(())
    }
}

message!(PartitionChangeRecord, 5, 0, 2, 0);
