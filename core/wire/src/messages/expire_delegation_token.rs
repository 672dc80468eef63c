//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod expire_delegation_token_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ExpireDelegationTokenRequest {
        pub hmac: Bytes,
        pub expiry_time_period_ms: i64,
    }
    impl Element for ExpireDelegationTokenRequest {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.hmac = r.bytes(f)?;
            x.expiry_time_period_ms = r.i64()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.bytes(&self.hmac, f)?;
            w.i64(self.expiry_time_period_ms);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ExpireDelegationTokenRequest, 40, 1, 2, 2);
    impl Request for ExpireDelegationTokenRequest {
        type Response = crate::messages::ExpireDelegationTokenResponse;
    }
}

pub mod expire_delegation_token_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ExpireDelegationTokenResponse {
        pub error_code: i16,
        pub expiry_timestamp_ms: i64,
        pub throttle_time_ms: i32,
    }
    impl Element for ExpireDelegationTokenResponse {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.expiry_timestamp_ms = r.i64()?;
            x.throttle_time_ms = r.i32()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.i64(self.expiry_timestamp_ms);
            w.i32(self.throttle_time_ms);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(ExpireDelegationTokenResponse, 40, 1, 2, 2);
}
