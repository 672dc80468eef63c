//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod allocate_producer_ids_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct AllocateProducerIdsRequest {
        pub broker_id: i32,
        pub broker_epoch: i64,
    }
    impl Default for AllocateProducerIdsRequest {
        fn default() -> Self {
            Self {
                broker_id: Default::default(),
                broker_epoch: -1,
            }
        }
    }
    impl Element for AllocateProducerIdsRequest {
        const MIN_SIZE: usize = 13;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_id = r.i32()?;
            x.broker_epoch = r.i64()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.broker_id);
            w.i64(self.broker_epoch);
            w.u8(0);
            Ok(())
        }
    }

    message!(AllocateProducerIdsRequest, 67, 0, 0, 0);
    impl Request for AllocateProducerIdsRequest {
        type Response = crate::messages::AllocateProducerIdsResponse;
    }
}

pub mod allocate_producer_ids_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AllocateProducerIdsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub producer_id_start: i64,
        pub producer_id_len: i32,
    }
    impl Element for AllocateProducerIdsResponse {
        const MIN_SIZE: usize = 19;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.producer_id_start = r.i64()?;
            x.producer_id_len = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.i64(self.producer_id_start);
            w.i32(self.producer_id_len);
            w.u8(0);
            Ok(())
        }
    }

    message!(AllocateProducerIdsResponse, 67, 0, 0, 0);
}
