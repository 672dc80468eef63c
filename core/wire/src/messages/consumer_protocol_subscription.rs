//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq)]
pub struct ConsumerProtocolSubscription {
    pub topics: Vec<String>,
    pub user_data: Option<Bytes>,
    pub owned_partitions: Vec<TopicPartition>,
    pub generation_id: i32,
    pub rack_id: Option<String>,
}
impl Default for ConsumerProtocolSubscription {
    fn default() -> Self {
        Self {
            topics: Default::default(),
            user_data: Default::default(),
            owned_partitions: Default::default(),
            generation_id: -1,
            rack_id: Default::default(),
        }
    }
}
impl Element for ConsumerProtocolSubscription {
    const MIN_SIZE: usize = 8;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.topics = r.array(v, f)?;
        x.user_data = r.opt_bytes(f, true)?;
        if v >= 1 {
            x.owned_partitions = r.array(v, f)?;
        }
        if v >= 2 {
            x.generation_id = r.i32()?;
        }
        if v == 3 {
            x.rack_id = r.opt_string(f, true)?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.array(&self.topics, v, f)?;
        w.opt_bytes(self.user_data.as_ref(), f, true, "user_data")?;
        if v >= 1 {
            w.array(&self.owned_partitions, v, f)?;
        }
        if v >= 2 {
            w.i32(self.generation_id);
        }
        if v == 3 {
            w.opt_string(self.rack_id.as_deref(), f, true, "rack_id")?;
        }
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

message!(ConsumerProtocolSubscription, -1, 0, 3, i16::MAX);
