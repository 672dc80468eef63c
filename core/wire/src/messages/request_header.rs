//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq)]
pub struct RequestHeader {
    pub request_api_key: i16,
    pub request_api_version: i16,
    pub correlation_id: i32,
    pub client_id: Option<String>,
}
impl Default for RequestHeader {
    fn default() -> Self {
        Self {
            request_api_key: Default::default(),
            request_api_version: Default::default(),
            correlation_id: Default::default(),
            client_id: Some(String::new()),
        }
    }
}
impl Element for RequestHeader {
    const MIN_SIZE: usize = 10;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.request_api_key = r.i16()?;
        x.request_api_version = r.i16()?;
        x.correlation_id = r.i32()?;
        x.client_id = r.opt_string(false, true)?;
        if f {
            r.skip_tags()?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.i16(self.request_api_key);
        w.i16(self.request_api_version);
        w.i32(self.correlation_id);
        w.opt_string(self.client_id.as_deref(), false, true, "client_id")?;
        if f {
            w.u8(0);
        }
        Ok(())
    }
}

message!(RequestHeader, -1, 1, 2, 2);
