//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct DelegationTokenRecord {
    pub owner: String,
    pub requester: String,
    pub renewers: Vec<String>,
    pub issue_timestamp: i64,
    pub max_timestamp: i64,
    pub expiration_timestamp: i64,
    pub token_id: String,
}
impl Element for DelegationTokenRecord {
    const MIN_SIZE: usize = 29;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.owner = r.string(f)?;
        x.requester = r.string(f)?;
        x.renewers = r.array(v, f)?;
        x.issue_timestamp = r.i64()?;
        x.max_timestamp = r.i64()?;
        x.expiration_timestamp = r.i64()?;
        x.token_id = r.string(f)?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.owner, f)?;
        w.string(&self.requester, f)?;
        w.array(&self.renewers, v, f)?;
        w.i64(self.issue_timestamp);
        w.i64(self.max_timestamp);
        w.i64(self.expiration_timestamp);
        w.string(&self.token_id, f)?;
        w.u8(0);
        Ok(())
    }
}

message!(DelegationTokenRecord, 10, 0, 0, 0);
