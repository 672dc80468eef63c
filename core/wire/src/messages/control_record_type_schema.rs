//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ControlRecordTypeSchema {
    pub r#type: i16,
}
impl Element for ControlRecordTypeSchema {
    const MIN_SIZE: usize = 2;
    fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.r#type = r.i16()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
        w.i16(self.r#type);
        Ok(())
    }
}

message!(ControlRecordTypeSchema, -1, 0, 0, i16::MAX);
