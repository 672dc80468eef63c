//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct KRaftVersionRecord {
    pub version: i16,
    pub k_raft_version: i16,
}
impl Element for KRaftVersionRecord {
    const MIN_SIZE: usize = 5;
    fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.version = r.i16()?;
        x.k_raft_version = r.i16()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
        w.i16(self.version);
        w.i16(self.k_raft_version);
        w.u8(0);
        Ok(())
    }
}

message!(KRaftVersionRecord, -1, 0, 0, 0);
