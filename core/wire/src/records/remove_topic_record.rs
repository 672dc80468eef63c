//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveTopicRecord {
    pub topic_id: TopicId,
}
impl Element for RemoveTopicRecord {
    const MIN_SIZE: usize = 17;
    fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.topic_id = r.uuid()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
        w.uuid(self.topic_id);
        w.u8(0);
        Ok(())
    }
}

message!(RemoveTopicRecord, 9, 0, 0, 0);
