//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbortTransactionRecord {
    pub reason: Option<String>,
}
impl Element for AbortTransactionRecord {
    const MIN_SIZE: usize = 1;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 => x.reason = r.opt_string(f, true)?,
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        let t = w.tags();
        if self.reason.is_some() {
            let at = w.tag(t, 0);
            w.opt_string(self.reason.as_deref(), f, true, "reason")?;
            w.end_tag(at)?;
        }
        Ok(())
    }
}

message!(AbortTransactionRecord, 25, 0, 0, 0);
