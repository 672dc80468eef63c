//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod envelope_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct EnvelopeRequest {
        pub request_data: Bytes,
        pub request_principal: Option<Bytes>,
        pub client_host_address: Bytes,
    }
    impl Default for EnvelopeRequest {
        fn default() -> Self {
            Self {
                request_data: Default::default(),
                request_principal: Some(Bytes::new()),
                client_host_address: Default::default(),
            }
        }
    }
    impl Element for EnvelopeRequest {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.request_data = r.bytes(f)?;
            x.request_principal = r.opt_bytes(f, true)?;
            x.client_host_address = r.bytes(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.bytes(&self.request_data, f)?;
            w.opt_bytes(self.request_principal.as_ref(), f, true, "request_principal")?;
            w.bytes(&self.client_host_address, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(EnvelopeRequest, 58, 0, 0, 0);
    impl Request for EnvelopeRequest {
        type Response = crate::messages::EnvelopeResponse;
    }
}

pub mod envelope_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EnvelopeResponse {
        pub response_data: Option<Bytes>,
        pub error_code: i16,
    }
    impl Element for EnvelopeResponse {
        const MIN_SIZE: usize = 4;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.response_data = r.opt_bytes(f, true)?;
            x.error_code = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_bytes(self.response_data.as_ref(), f, true, "response_data")?;
            w.i16(self.error_code);
            w.u8(0);
            Ok(())
        }
    }

    message!(EnvelopeResponse, 58, 0, 0, 0);
}
