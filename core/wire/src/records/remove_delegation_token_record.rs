//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveDelegationTokenRecord {
    pub token_id: String,
}
impl Element for RemoveDelegationTokenRecord {
    const MIN_SIZE: usize = 2;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.token_id = r.string(f)?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.token_id, f)?;
        w.u8(0);
        Ok(())
    }
}

message!(RemoveDelegationTokenRecord, 26, 0, 0, 0);
