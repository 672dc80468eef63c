//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeatureLevelRecord {
    pub name: String,
    pub feature_level: i16,
}
impl Element for FeatureLevelRecord {
    const MIN_SIZE: usize = 4;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.name = r.string(f)?;
        x.feature_level = r.i16()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.name, f)?;
        w.i16(self.feature_level);
        w.u8(0);
        Ok(())
    }
}

message!(FeatureLevelRecord, 12, 0, 0, 0);
