//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotHeaderRecord {
    pub version: i16,
    pub last_contained_log_timestamp: i64,
}
impl Element for SnapshotHeaderRecord {
    const MIN_SIZE: usize = 11;
    fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.version = r.i16()?;
        x.last_contained_log_timestamp = r.i64()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
        w.i16(self.version);
        w.i64(self.last_contained_log_timestamp);
        w.u8(0);
        Ok(())
    }
}

message!(SnapshotHeaderRecord, -1, 0, 0, 0);
