//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct NoOpRecord {
}
impl Element for NoOpRecord {
    const MIN_SIZE: usize = 1;
    fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
        let x = Self::default();
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
        w.u8(0);
        Ok(())
    }
}

message!(NoOpRecord, 20, 0, 0, 0);
