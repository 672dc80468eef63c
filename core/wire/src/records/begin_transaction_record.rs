//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BeginTransactionRecord {
    pub name: Option<String>,
}
impl Element for BeginTransactionRecord {
    const MIN_SIZE: usize = 1;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 => x.name = r.opt_string(f, true)?,
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        let t = w.tags();
        if self.name.is_some() {
            let at = w.tag(t, 0);
            w.opt_string(self.name.as_deref(), f, true, "name")?;
            w.end_tag(at)?;
        }
        Ok(())
    }
}

message!(BeginTransactionRecord, 23, 0, 0, 0);
