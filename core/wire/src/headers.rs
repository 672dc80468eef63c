//! Request and response headers. A frame is `length: i32 | header | body`; the length is the business of room `net`.
//!
//! The header's version follows from the API's: a flexible request has header 2 (tagged fields), others 1; a flexible response has
//! header 1, others 0. The response of ApiVersions always has header 0, so that a client can read it before it knows the broker.

use crate::api_key::{Api, ApiKey};
use crate::generated::Request;
use crate::primitives::{DecodeError, EncodeError, Reader, Writer};

/// Version of the header of a request; for a key that is not known, 1.
pub fn request_header_version(api_key: i16, api_version: i16) -> i16 {
    Api::find(api_key).map_or(1, |a| 1 + i16::from(api_version >= a.request_flexible))
}

/// Version of the header of a response; for a key that is not known, 0.
pub fn response_header_version(api_key: i16, api_version: i16) -> i16 {
    if api_key == ApiKey::ApiVersions as i16 {
        return 0;
    }
    Api::find(api_key).map_or(0, |a| i16::from(api_version >= a.response_flexible))
}

/// What every request begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestHeader {
    pub api_key: i16,
    pub api_version: i16,
    pub correlation_id: i32,
    pub client_id: Option<String>,
}

impl RequestHeader {
    /// Reads the header; the body follows in `r`. Keys and versions that are not known are read too, for the caller to answer.
    pub fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let h = Self { api_key: r.i16()?, api_version: r.i16()?, correlation_id: r.i32()?, client_id: r.opt_string(false, true)? };
        if request_header_version(h.api_key, h.api_version) >= 2 {
            r.skip_tags()?;
        }
        Ok(h)
    }
    pub fn encode(&self, w: &mut Writer) -> Result<(), EncodeError> {
        encode_request_header(w, self.api_key, self.api_version, self.correlation_id, self.client_id.as_deref())
    }
}

/// Writes a request's header without owning its client id.
pub fn encode_request_header(
    w: &mut Writer,
    api_key: i16,
    api_version: i16,
    correlation_id: i32,
    client_id: Option<&str>,
) -> Result<(), EncodeError> {
    w.i16(api_key);
    w.i16(api_version);
    w.i32(correlation_id);
    w.opt_string(client_id, false, true, "client_id")?;
    if request_header_version(api_key, api_version) >= 2 {
        w.u8(0);
    }
    Ok(())
}

/// Writes a response's header.
pub fn encode_response_header(w: &mut Writer, api_key: i16, api_version: i16, correlation_id: i32) {
    w.i32(correlation_id);
    if response_header_version(api_key, api_version) >= 1 {
        w.u8(0);
    }
}

/// Reads a response's header and gives its correlation id.
pub fn decode_response_header(r: &mut Reader<'_>, api_key: i16, api_version: i16) -> Result<i32, DecodeError> {
    let id = r.i32()?;
    if response_header_version(api_key, api_version) >= 1 {
        r.skip_tags()?;
    }
    Ok(id)
}

/// A whole request, header and body, as one frame without its length.
pub fn encode_request<R: Request>(request: &R, api_version: i16, correlation_id: i32, client_id: Option<&str>) -> Result<bytes::Bytes, EncodeError> {
    let mut w = Writer::with_capacity(256);
    encode_request_header(&mut w, R::API_KEY, api_version, correlation_id, client_id)?;
    request.encode(&mut w, api_version)?;
    Ok(w.into_bytes())
}

/// A whole response, header and body, as one frame without its length. `M` is the response's message.
pub fn encode_response<M: crate::Message>(response: &M, api_version: i16, correlation_id: i32) -> Result<bytes::Bytes, EncodeError> {
    let mut w = Writer::with_capacity(256);
    encode_response_header(&mut w, M::API_KEY, api_version, correlation_id);
    response.encode(&mut w, api_version)?;
    Ok(w.into_bytes())
}

/// Reads a whole response, header and body: its correlation id and its message.
pub fn decode_response<M: crate::Message>(frame: &bytes::Bytes, api_version: i16) -> Result<(i32, M), DecodeError> {
    let mut r = Reader::new(frame);
    let id = decode_response_header(&mut r, M::API_KEY, api_version)?;
    let m = M::decode(&mut r, api_version)?;
    Ok((id, m))
}
