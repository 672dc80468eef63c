//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_delegation_token_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeDelegationTokenRequest {
        pub owners: Option<Vec<DescribeDelegationTokenOwner>>,
    }
    impl Default for DescribeDelegationTokenRequest {
        fn default() -> Self {
            Self {
                owners: Some(Vec::new()),
            }
        }
    }
    impl Element for DescribeDelegationTokenRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.owners = r.opt_array(v, f, true)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_array(self.owners.as_deref(), v, f, true, "owners")?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeDelegationTokenOwner {
        pub principal_type: String,
        pub principal_name: String,
    }
    impl Element for DescribeDelegationTokenOwner {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.principal_type = r.string(f)?;
            x.principal_name = r.string(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.principal_type, f)?;
            w.string(&self.principal_name, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeDelegationTokenRequest, 41, 1, 3, 2);
    impl Request for DescribeDelegationTokenRequest {
        type Response = crate::messages::DescribeDelegationTokenResponse;
    }
}

pub mod describe_delegation_token_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribeDelegationTokenResponse {
        pub error_code: i16,
        pub tokens: Vec<DescribedDelegationToken>,
        pub throttle_time_ms: i32,
    }
    impl Element for DescribeDelegationTokenResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.tokens = r.array(v, f)?;
            x.throttle_time_ms = r.i32()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
            w.array(&self.tokens, v, f)?;
            w.i32(self.throttle_time_ms);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribedDelegationToken {
        pub principal_type: String,
        pub principal_name: String,
        pub token_requester_principal_type: String,
        pub token_requester_principal_name: String,
        pub issue_timestamp: i64,
        pub expiry_timestamp: i64,
        pub max_timestamp: i64,
        pub token_id: String,
        pub hmac: Bytes,
        pub renewers: Vec<DescribedDelegationTokenRenewer>,
    }
    impl Element for DescribedDelegationToken {
        const MIN_SIZE: usize = 30;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.principal_type = r.string(f)?;
            x.principal_name = r.string(f)?;
            if v == 3 {
                x.token_requester_principal_type = r.string(f)?;
            }
            if v == 3 {
                x.token_requester_principal_name = r.string(f)?;
            }
            x.issue_timestamp = r.i64()?;
            x.expiry_timestamp = r.i64()?;
            x.max_timestamp = r.i64()?;
            x.token_id = r.string(f)?;
            x.hmac = r.bytes(f)?;
            x.renewers = r.array(v, f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.principal_type, f)?;
            w.string(&self.principal_name, f)?;
            if v == 3 {
                w.string(&self.token_requester_principal_type, f)?;
            } else {
                absent(self.token_requester_principal_type.is_empty(), "token_requester_principal_type", v)?;
            }
            if v == 3 {
                w.string(&self.token_requester_principal_name, f)?;
            } else {
                absent(self.token_requester_principal_name.is_empty(), "token_requester_principal_name", v)?;
            }
            w.i64(self.issue_timestamp);
            w.i64(self.expiry_timestamp);
            w.i64(self.max_timestamp);
            w.string(&self.token_id, f)?;
            w.bytes(&self.hmac, f)?;
            w.array(&self.renewers, v, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct DescribedDelegationTokenRenewer {
        pub principal_type: String,
        pub principal_name: String,
    }
    impl Element for DescribedDelegationTokenRenewer {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.principal_type = r.string(f)?;
            x.principal_name = r.string(f)?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.principal_type, f)?;
            w.string(&self.principal_name, f)?;
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(DescribeDelegationTokenResponse, 41, 1, 3, 2);
}
