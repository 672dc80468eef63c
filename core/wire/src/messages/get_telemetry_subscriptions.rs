//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod get_telemetry_subscriptions_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct GetTelemetrySubscriptionsRequest {
        pub client_instance_id: TopicId,
    }
    impl Element for GetTelemetrySubscriptionsRequest {
        const MIN_SIZE: usize = 17;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.client_instance_id = r.uuid()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.uuid(self.client_instance_id);
            w.u8(0);
            Ok(())
        }
    }

    message!(GetTelemetrySubscriptionsRequest, 71, 0, 0, 0);
    impl Request for GetTelemetrySubscriptionsRequest {
        type Response = crate::messages::GetTelemetrySubscriptionsResponse;
    }
}

pub mod get_telemetry_subscriptions_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct GetTelemetrySubscriptionsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub client_instance_id: TopicId,
        pub subscription_id: i32,
        pub accepted_compression_types: Vec<i8>,
        pub push_interval_ms: i32,
        pub telemetry_max_bytes: i32,
        pub delta_temporality: bool,
        pub requested_metrics: Vec<String>,
    }
    impl Element for GetTelemetrySubscriptionsResponse {
        const MIN_SIZE: usize = 38;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.client_instance_id = r.uuid()?;
            x.subscription_id = r.i32()?;
            x.accepted_compression_types = r.array(v, f)?;
            x.push_interval_ms = r.i32()?;
            x.telemetry_max_bytes = r.i32()?;
            x.delta_temporality = r.bool()?;
            x.requested_metrics = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.uuid(self.client_instance_id);
            w.i32(self.subscription_id);
            w.array(&self.accepted_compression_types, v, f)?;
            w.i32(self.push_interval_ms);
            w.i32(self.telemetry_max_bytes);
            w.bool(self.delta_temporality);
            w.array(&self.requested_metrics, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(GetTelemetrySubscriptionsResponse, 71, 0, 0, 0);
}
