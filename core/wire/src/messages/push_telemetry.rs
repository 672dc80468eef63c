//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod push_telemetry_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PushTelemetryRequest {
        pub client_instance_id: TopicId,
        pub subscription_id: i32,
        pub terminating: bool,
        pub compression_type: i8,
        pub metrics: Bytes,
    }
    impl Element for PushTelemetryRequest {
        const MIN_SIZE: usize = 24;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.client_instance_id = r.uuid()?;
            x.subscription_id = r.i32()?;
            x.terminating = r.bool()?;
            x.compression_type = r.i8()?;
            x.metrics = r.bytes(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.uuid(self.client_instance_id);
            w.i32(self.subscription_id);
            w.bool(self.terminating);
            w.i8(self.compression_type);
            w.bytes(&self.metrics, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(PushTelemetryRequest, 72, 0, 0, 0);
    impl Request for PushTelemetryRequest {
        type Response = crate::messages::PushTelemetryResponse;
    }
}

pub mod push_telemetry_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct PushTelemetryResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
    }
    impl Element for PushTelemetryResponse {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.u8(0);
            Ok(())
        }
    }

    message!(PushTelemetryResponse, 72, 0, 0, 0);
}
