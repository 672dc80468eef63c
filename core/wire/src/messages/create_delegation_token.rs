//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod create_delegation_token_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct CreateDelegationTokenRequest {
        pub owner_principal_type: Option<String>,
        pub owner_principal_name: Option<String>,
        pub renewers: Vec<CreatableRenewers>,
        pub max_lifetime_ms: i64,
    }
    impl Default for CreateDelegationTokenRequest {
        fn default() -> Self {
            Self {
                owner_principal_type: Some(String::new()),
                owner_principal_name: Some(String::new()),
                renewers: Default::default(),
                max_lifetime_ms: Default::default(),
            }
        }
    }
    impl Element for CreateDelegationTokenRequest {
        const MIN_SIZE: usize = 10;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            if v == 3 {
                x.owner_principal_type = r.opt_string(f, true)?;
            }
            if v == 3 {
                x.owner_principal_name = r.opt_string(f, true)?;
            }
            x.renewers = r.array(v, f)?;
            x.max_lifetime_ms = r.i64()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            if v == 3 {
                w.opt_string(self.owner_principal_type.as_deref(), f, true, "owner_principal_type")?;
            } else {
                absent(self.owner_principal_type.as_ref().is_some_and(|x| x.is_empty()), "owner_principal_type", v)?;
            }
            if v == 3 {
                w.opt_string(self.owner_principal_name.as_deref(), f, true, "owner_principal_name")?;
            } else {
                absent(self.owner_principal_name.as_ref().is_some_and(|x| x.is_empty()), "owner_principal_name", v)?;
            }
            w.array(&self.renewers, v, f)?;
            w.i64(self.max_lifetime_ms);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreatableRenewers {
        pub principal_type: String,
        pub principal_name: String,
    }
    impl Element for CreatableRenewers {
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

    message!(CreateDelegationTokenRequest, 38, 1, 3, 2);
    impl Request for CreateDelegationTokenRequest {
        type Response = crate::messages::CreateDelegationTokenResponse;
    }
}

pub mod create_delegation_token_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CreateDelegationTokenResponse {
        pub error_code: i16,
        pub principal_type: String,
        pub principal_name: String,
        pub token_requester_principal_type: String,
        pub token_requester_principal_name: String,
        pub issue_timestamp_ms: i64,
        pub expiry_timestamp_ms: i64,
        pub max_timestamp_ms: i64,
        pub token_id: String,
        pub hmac: Bytes,
        pub throttle_time_ms: i32,
    }
    impl Element for CreateDelegationTokenResponse {
        const MIN_SIZE: usize = 35;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.error_code = r.i16()?;
            x.principal_type = r.string(f)?;
            x.principal_name = r.string(f)?;
            if v == 3 {
                x.token_requester_principal_type = r.string(f)?;
            }
            if v == 3 {
                x.token_requester_principal_name = r.string(f)?;
            }
            x.issue_timestamp_ms = r.i64()?;
            x.expiry_timestamp_ms = r.i64()?;
            x.max_timestamp_ms = r.i64()?;
            x.token_id = r.string(f)?;
            x.hmac = r.bytes(f)?;
            x.throttle_time_ms = r.i32()?;
            if f {
                r.skip_tags()?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i16(self.error_code);
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
            w.i64(self.issue_timestamp_ms);
            w.i64(self.expiry_timestamp_ms);
            w.i64(self.max_timestamp_ms);
            w.string(&self.token_id, f)?;
            w.bytes(&self.hmac, f)?;
            w.i32(self.throttle_time_ms);
            if f {
                w.u8(0);
            }
            Ok(())
        }
    }

    message!(CreateDelegationTokenResponse, 38, 1, 3, 2);
}
