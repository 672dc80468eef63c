//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod init_producer_id_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct InitProducerIdRequest {
        pub transactional_id: Option<String>,
        pub transaction_timeout_ms: i32,
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub enable2_pc: bool,
        pub keep_prepared_txn: bool,
    }
    impl Default for InitProducerIdRequest {
        fn default() -> Self {
            Self {
                transactional_id: Some(String::new()),
                transaction_timeout_ms: Default::default(),
                producer_id: -1,
                producer_epoch: -1,
                enable2_pc: Default::default(),
                keep_prepared_txn: Default::default(),
            }
        }
    }
    impl Element for InitProducerIdRequest {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.transactional_id = r.opt_string(f, true)?;
            x.transaction_timeout_ms = r.i32()?;
            if v >= 3 {
                x.producer_id = r.i64()?;
            }
            if v >= 3 {
                x.producer_epoch = r.i16()?;
            }
            if v == 6 {
                x.enable2_pc = r.bool()?;
            }
            if v == 6 {
                x.keep_prepared_txn = r.bool()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.transactional_id.as_deref(), f, true, "transactional_id")?;
            w.i32(self.transaction_timeout_ms);
            if v >= 3 {
                w.i64(self.producer_id);
            } else {
                absent(self.producer_id == -1, "producer_id", v)?;
            }
            if v >= 3 {
                w.i16(self.producer_epoch);
            } else {
                absent(self.producer_epoch == -1, "producer_epoch", v)?;
            }
            if v == 6 {
                w.bool(self.enable2_pc);
            } else {
                absent(!self.enable2_pc, "enable2_pc", v)?;
            }
            if v == 6 {
                w.bool(self.keep_prepared_txn);
            } else {
                absent(!self.keep_prepared_txn, "keep_prepared_txn", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(InitProducerIdRequest, 22, 0, 6, 2);
    impl Request for InitProducerIdRequest {
        type Response = crate::messages::InitProducerIdResponse;
    }
}

pub mod init_producer_id_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct InitProducerIdResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub producer_id: i64,
        pub producer_epoch: i16,
        pub ongoing_txn_producer_id: i64,
        pub ongoing_txn_producer_epoch: i16,
    }
    impl Default for InitProducerIdResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                producer_id: -1,
                producer_epoch: Default::default(),
                ongoing_txn_producer_id: -1,
                ongoing_txn_producer_epoch: -1,
            }
        }
    }
    impl Element for InitProducerIdResponse {
        const MIN_SIZE: usize = 16;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.producer_id = r.i64()?;
            x.producer_epoch = r.i16()?;
            if v == 6 {
                x.ongoing_txn_producer_id = r.i64()?;
            }
            if v == 6 {
                x.ongoing_txn_producer_epoch = r.i16()?;
            }
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.i64(self.producer_id);
            w.i16(self.producer_epoch);
            if v == 6 {
                w.i64(self.ongoing_txn_producer_id);
            } else {
                absent(self.ongoing_txn_producer_id == -1, "ongoing_txn_producer_id", v)?;
            }
            if v == 6 {
                w.i16(self.ongoing_txn_producer_epoch);
            } else {
                absent(self.ongoing_txn_producer_epoch == -1, "ongoing_txn_producer_epoch", v)?;
            }
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(InitProducerIdResponse, 22, 0, 6, 2);
}
