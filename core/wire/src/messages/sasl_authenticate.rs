//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod sasl_authenticate_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SaslAuthenticateRequest {
        pub auth_bytes: Bytes,
    }
    impl Element for SaslAuthenticateRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.auth_bytes = r.bytes(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.bytes(&self.auth_bytes, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(SaslAuthenticateRequest, 36, 0, 2, 2);
    impl Request for SaslAuthenticateRequest {
        type Response = crate::messages::SaslAuthenticateResponse;
    }
}

pub mod sasl_authenticate_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct SaslAuthenticateResponse {
        pub error_code: i16,
        pub error_message: Option<String>,
        pub auth_bytes: Bytes,
        pub session_lifetime_ms: i64,
    }
    impl Default for SaslAuthenticateResponse {
        fn default() -> Self {
            Self {
                error_code: Default::default(),
                error_message: Some(String::new()),
                auth_bytes: Default::default(),
                session_lifetime_ms: Default::default(),
            }
        }
    }
    impl Element for SaslAuthenticateResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.auth_bytes = r.bytes(f)?;
            if v >= 1 {
                x.session_lifetime_ms = r.i64()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.bytes(&self.auth_bytes, f)?;
            if v >= 1 {
                w.i64(self.session_lifetime_ms);
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(SaslAuthenticateResponse, 36, 0, 2, 2);
}
