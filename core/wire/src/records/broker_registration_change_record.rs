//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerRegistrationChangeRecord {
    pub broker_id: i32,
    pub broker_epoch: i64,
    pub fenced: i8,
    pub in_controlled_shutdown: i8,
    pub log_dirs: Vec<TopicId>,
    pub cordoned_log_dirs: Option<Vec<TopicId>>,
}
impl Element for BrokerRegistrationChangeRecord {
    const MIN_SIZE: usize = 13;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.broker_id = r.i32()?;
        x.broker_epoch = r.i64()?;
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 => x.fenced = r.i8()?,
                1 if v >= 1 => x.in_controlled_shutdown = r.i8()?,
                2 if v >= 2 => x.log_dirs = r.array(v, f)?,
                3 if v == 3 => x.cordoned_log_dirs = r.opt_array(v, f, true)?,
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.i32(self.broker_id);
        w.i64(self.broker_epoch);
        if !(v >= 1) {
            absent(self.in_controlled_shutdown == 0, "in_controlled_shutdown", v)?;
        }
        if !(v >= 2) {
            absent(self.log_dirs.is_empty(), "log_dirs", v)?;
        }
        if !(v == 3) {
            absent(self.cordoned_log_dirs.is_none(), "cordoned_log_dirs", v)?;
        }
        let t = w.tags();
        if self.fenced != 0 {
            let at = w.tag(t, 0);
            w.i8(self.fenced);
            w.end_tag(at)?;
        }
        if v >= 1 && self.in_controlled_shutdown != 0 {
            let at = w.tag(t, 1);
            w.i8(self.in_controlled_shutdown);
            w.end_tag(at)?;
        }
        if v >= 2 && !self.log_dirs.is_empty() {
            let at = w.tag(t, 2);
            w.array(&self.log_dirs, v, f)?;
            w.end_tag(at)?;
        }
        if v == 3 && self.cordoned_log_dirs.is_some() {
            let at = w.tag(t, 3);
            w.opt_array(self.cordoned_log_dirs.as_deref(), v, f, true, "cordoned_log_dirs")?;
            w.end_tag(at)?;
        }
        Ok(())
    }
}

message!(BrokerRegistrationChangeRecord, 17, 0, 3, 0);
