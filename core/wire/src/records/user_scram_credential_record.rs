//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserScramCredentialRecord {
    pub name: String,
    pub mechanism: i8,
    pub salt: Bytes,
    pub stored_key: Bytes,
    pub server_key: Bytes,
    pub iterations: i32,
}
impl Element for UserScramCredentialRecord {
    const MIN_SIZE: usize = 10;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.name = r.string(f)?;
        x.mechanism = r.i8()?;
        x.salt = r.bytes(f)?;
        x.stored_key = r.bytes(f)?;
        x.server_key = r.bytes(f)?;
        x.iterations = r.i32()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.name, f)?;
        w.i8(self.mechanism);
        w.bytes(&self.salt, f)?;
        w.bytes(&self.stored_key, f)?;
        w.bytes(&self.server_key, f)?;
        w.i32(self.iterations);
        w.u8(0);
        Ok(())
    }
}

message!(UserScramCredentialRecord, 11, 0, 0, 0);
