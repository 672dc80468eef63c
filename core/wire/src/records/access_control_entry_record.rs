//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccessControlEntryRecord {
    pub id: TopicId,
    pub resource_type: i8,
    pub resource_name: String,
    pub pattern_type: i8,
    pub principal: String,
    pub host: String,
    pub operation: i8,
    pub permission_type: i8,
}
impl Element for AccessControlEntryRecord {
    const MIN_SIZE: usize = 24;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.id = r.uuid()?;
        x.resource_type = r.i8()?;
        x.resource_name = r.string(f)?;
        x.pattern_type = r.i8()?;
        x.principal = r.string(f)?;
        x.host = r.string(f)?;
        x.operation = r.i8()?;
        x.permission_type = r.i8()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.uuid(self.id);
        w.i8(self.resource_type);
        w.string(&self.resource_name, f)?;
        w.i8(self.pattern_type);
        w.string(&self.principal, f)?;
        w.string(&self.host, f)?;
        w.i8(self.operation);
        w.i8(self.permission_type);
        w.u8(0);
        Ok(())
    }
}

message!(AccessControlEntryRecord, 18, 0, 0, 0);
