//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct RemoveUserScramCredentialRecord {
    pub name: String,
    pub mechanism: i8,
}
impl Element for RemoveUserScramCredentialRecord {
    const MIN_SIZE: usize = 3;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.name = r.string(f)?;
        x.mechanism = r.i8()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.name, f)?;
        w.i8(self.mechanism);
        w.u8(0);
        Ok(())
    }
}

message!(RemoveUserScramCredentialRecord, 22, 0, 0, 0);
