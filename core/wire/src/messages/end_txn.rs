//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod end_txn_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct EndTxnRequest {
        pub transactional_id: String,
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub committed: bool,
    }
    impl Element for EndTxnRequest {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.string(f)?;
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            x.committed = r.bool()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.transactional_id, f)?;
            w.i64(self.producer_id);
            w.i16(self.producer_epoch);
            w.bool(self.committed);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(EndTxnRequest, 26, 0, 5, 3);
    impl Request for EndTxnRequest {
        type Response = crate::messages::EndTxnResponse;
    }
}

pub mod end_txn_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct EndTxnResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub producer_id: i64,
        pub producer_epoch: i16,
    }
    impl Default for EndTxnResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                producer_id: -1,
                producer_epoch: -1,
            }
        }
    }
    impl Element for EndTxnResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            if v == 5 {
                x.producer_id = r.i64()?;
            }
            if v == 5 {
                x.producer_epoch = r.i16()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            if v == 5 {
                w.i64(self.producer_id);
            }
            if v == 5 {
                w.i16(self.producer_epoch);
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(EndTxnResponse, 26, 0, 5, 3);
}
