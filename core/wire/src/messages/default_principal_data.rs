//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DefaultPrincipalData {
    pub r#type: String,
    pub name: String,
    pub token_authenticated: bool,
}
impl Element for DefaultPrincipalData {
    const MIN_SIZE: usize = 4;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.r#type = r.string(f)?;
        x.name = r.string(f)?;
        x.token_authenticated = r.bool()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.r#type, f)?;
        w.string(&self.name, f)?;
        w.bool(self.token_authenticated);
        w.u8(0);
        Ok(())
    }
}

message!(DefaultPrincipalData, -1, 0, 0, 0);
