//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_cluster_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeClusterRequest {
        pub include_cluster_authorized_operations: bool,
        pub endpoint_type: i8,
        pub include_fenced_brokers: bool,
    }
    impl Default for DescribeClusterRequest {
        fn default() -> Self {
            Self {
                include_cluster_authorized_operations: Default::default(),
                endpoint_type: 1,
                include_fenced_brokers: Default::default(),
            }
        }
    }
    impl Element for DescribeClusterRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.include_cluster_authorized_operations = r.bool()?;
            if v >= 1 {
                x.endpoint_type = r.i8()?;
            }
            if v == 2 {
                x.include_fenced_brokers = r.bool()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, _: bool) -> Result<(), EncodeError> {
            w.bool(self.include_cluster_authorized_operations);
            if v >= 1 {
                w.i8(self.endpoint_type);
            } else {
                absent(self.endpoint_type == 1, "endpoint_type", v)?;
            }
            if v == 2 {
                w.bool(self.include_fenced_brokers);
            } else {
                absent(!self.include_fenced_brokers, "include_fenced_brokers", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeClusterRequest, 60, 0, 2, 0);
    impl Request for DescribeClusterRequest {
        type Response = crate::messages::DescribeClusterResponse;
    }
}

pub mod describe_cluster_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeClusterResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub endpoint_type: i8,
        pub cluster_id: String,
        pub controller_id: i32,
        pub brokers: Vec<DescribeClusterBroker>,
        pub cluster_authorized_operations: i32,
    }
    impl Default for DescribeClusterResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Default::default(),
                endpoint_type: 1,
                cluster_id: Default::default(),
                controller_id: -1,
                brokers: Default::default(),
                cluster_authorized_operations: -2147483648,
            }
        }
    }
    impl Element for DescribeClusterResponse {
        const MIN_SIZE: usize = 18;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            if v >= 1 {
                x.endpoint_type = r.i8()?;
            }
            x.cluster_id = r.string(f)?;
            x.controller_id = r.i32()?;
            x.brokers = r.array(v, f)?;
            x.cluster_authorized_operations = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            if v >= 1 {
                w.i8(self.endpoint_type);
            } else {
                absent(self.endpoint_type == 1, "endpoint_type", v)?;
            }
            w.string(&self.cluster_id, f)?;
            w.i32(self.controller_id);
            w.array(&self.brokers, v, f)?;
            w.i32(self.cluster_authorized_operations);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeClusterBroker {
        pub broker_id: i32,
        pub host: String,
        pub port: i32,
        pub rack: Option<String>,
        pub is_fenced: bool,
    }
    impl Element for DescribeClusterBroker {
        const MIN_SIZE: usize = 11;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.broker_id = r.i32()?;
            x.host = r.string(f)?;
            x.port = r.i32()?;
            x.rack = r.opt_string(f, true)?;
            if v == 2 {
                x.is_fenced = r.bool()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.broker_id);
            w.string(&self.host, f)?;
            w.i32(self.port);
            w.opt_string(self.rack.as_deref(), f, true, "rack")?;
            if v == 2 {
                w.bool(self.is_fenced);
            } else {
                absent(!self.is_fenced, "is_fenced", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeClusterResponse, 60, 0, 2, 0);
}
