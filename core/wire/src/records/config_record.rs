//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq)]
pub struct ConfigRecord {
    pub resource_type: i8,
    pub resource_name: String,
    pub name: String,
    pub value: Option<String>,
}
impl Default for ConfigRecord {
    fn default() -> Self {
        Self {
            resource_type: Default::default(),
            resource_name: Default::default(),
            name: Default::default(),
            value: Some(String::new()),
        }
    }
}
impl Element for ConfigRecord {
    const MIN_SIZE: usize = 5;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.resource_type = r.i8()?;
        x.resource_name = r.string(f)?;
        x.name = r.string(f)?;
        x.value = r.opt_string(f, true)?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.i8(self.resource_type);
        w.string(&self.resource_name, f)?;
        w.string(&self.name, f)?;
        w.opt_string(self.value.as_deref(), f, true, "value")?;
        w.u8(0);
        Ok(())
    }
}

message!(ConfigRecord, 4, 0, 0, 0);
