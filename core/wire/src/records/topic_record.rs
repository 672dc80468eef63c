//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopicRecord {
    pub name: String,
    pub topic_id: TopicId,
}
impl Element for TopicRecord {
    const MIN_SIZE: usize = 18;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.name = r.string(f)?;
        x.topic_id = r.uuid()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.name, f)?;
        w.uuid(self.topic_id);
        w.u8(0);
        Ok(())
    }
}

message!(TopicRecord, 2, 0, 0, 0);
