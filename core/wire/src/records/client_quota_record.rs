//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClientQuotaRecord {
    pub entity: Vec<EntityData>,
    pub key: String,
    pub value: f64,
    pub remove: bool,
}
impl Element for ClientQuotaRecord {
    const MIN_SIZE: usize = 12;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.entity = r.array(v, f)?;
        x.key = r.string(f)?;
        x.value = r.f64()?;
        x.remove = r.bool()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.array(&self.entity, v, f)?;
        w.string(&self.key, f)?;
        w.f64(self.value);
        w.bool(self.remove);
        w.u8(0);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct EntityData {
    pub entity_type: String,
    pub entity_name: Option<String>,
}
impl Default for EntityData {
    fn default() -> Self {
        Self {
            entity_type: Default::default(),
            entity_name: Some(String::new()),
        }
    }
}
impl Element for EntityData {
    const MIN_SIZE: usize = 3;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.entity_type = r.string(f)?;
        x.entity_name = r.opt_string(f, true)?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.entity_type, f)?;
        w.opt_string(self.entity_name.as_deref(), f, true, "entity_name")?;
        w.u8(0);
        Ok(())
    }
}

message!(ClientQuotaRecord, 14, 0, 0, 0);
