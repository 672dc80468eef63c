//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ConsumerProtocolAssignment {
    pub assigned_partitions: Vec<TopicPartition>,
    pub user_data: Option<Bytes>,
}
impl Element for ConsumerProtocolAssignment {
    const MIN_SIZE: usize = 8;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.assigned_partitions = r.array(v, f)?;
        x.user_data = r.opt_bytes(f, true)?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.array(&self.assigned_partitions, v, f)?;
        w.opt_bytes(self.user_data.as_ref(), f, true, "user_data")?;
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicPartition {
    pub topic: String,
    pub partitions: Vec<i32>,
}
impl Element for TopicPartition {
    const MIN_SIZE: usize = 6;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.topic = r.string(f)?;
        x.partitions = r.array(v, f)?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.topic, f)?;
        w.array(&self.partitions, v, f)?;
        Ok(())
    }
}

message!(ConsumerProtocolAssignment, -1, 0, 3, i16::MAX);
