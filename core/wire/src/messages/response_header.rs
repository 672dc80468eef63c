//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResponseHeader {
    pub correlation_id: i32,
}
impl Element for ResponseHeader {
    const MIN_SIZE: usize = 4;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.correlation_id = r.i32()?;
        if f {
            r.skip_tags()?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.i32(self.correlation_id);
        if f {
            w.u8(0);
        }
        Ok(())
    }
}

message!(ResponseHeader, -1, 0, 1, 1);
