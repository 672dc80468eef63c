//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod sasl_handshake_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SaslHandshakeRequest {
        pub mechanism: String,
    }
    impl Element for SaslHandshakeRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.mechanism = r.string(f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.mechanism, f)?;
            Ok(())
        }
    }

    message!(SaslHandshakeRequest, 17, 0, 1, i16::MAX);
    impl Request for SaslHandshakeRequest {
        type Response = crate::messages::SaslHandshakeResponse;
    }
}

pub mod sasl_handshake_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct SaslHandshakeResponse {
        pub error_code: i16,
        pub mechanisms: Vec<String>,
    }
    impl Element for SaslHandshakeResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.mechanisms = r.array(v, f)?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.array(&self.mechanisms, v, f)?;
            Ok(())
        }
    }

    message!(SaslHandshakeResponse, 17, 0, 1, i16::MAX);
}
