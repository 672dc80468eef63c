//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod add_offsets_to_txn_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddOffsetsToTxnRequest {
        pub transactional_id: String,
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub group_id: String,
    }
    impl Element for AddOffsetsToTxnRequest {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.string(f)?;
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            x.group_id = r.string(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.transactional_id, f)?;
            w.i64(self.producer_id);
            w.i16(self.producer_epoch);
            w.string(&self.group_id, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(AddOffsetsToTxnRequest, 25, 0, 4, 3);
    impl Request for AddOffsetsToTxnRequest {
        type Response = crate::messages::AddOffsetsToTxnResponse;
    }
}

pub mod add_offsets_to_txn_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AddOffsetsToTxnResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
    }
    impl Element for AddOffsetsToTxnResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(AddOffsetsToTxnResponse, 25, 0, 4, 3);
}
