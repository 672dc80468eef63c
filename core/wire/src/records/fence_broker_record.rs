//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FenceBrokerRecord {
    pub id: i32,
    pub epoch: i64,
}
impl Element for FenceBrokerRecord {
    const MIN_SIZE: usize = 13;
    fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.id = r.i32()?;
        x.epoch = r.i64()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
        w.i32(self.id);
        w.i64(self.epoch);
        w.u8(0);
        Ok(())
    }
}

message!(FenceBrokerRecord, 7, 0, 0, 0);
