//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod describe_user_scram_credentials_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeUserScramCredentialsRequest {
        pub users: Option<Vec<UserName>>,
    }
    impl Default for DescribeUserScramCredentialsRequest {
        fn default() -> Self {
            Self {
                users: Some(Vec::new()),
            }
        }
    }
    impl Element for DescribeUserScramCredentialsRequest {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.users = r.opt_array(v, f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_array(self.users.as_deref(), v, f, true, "users")?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct UserName {
        pub name: String,
    }
    impl Element for UserName {
        const MIN_SIZE: usize = 2;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeUserScramCredentialsRequest, 50, 0, 0, 0);
    impl Request for DescribeUserScramCredentialsRequest {
        type Response = crate::messages::DescribeUserScramCredentialsResponse;
    }
}

pub mod describe_user_scram_credentials_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeUserScramCredentialsResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub results: Vec<DescribeUserScramCredentialsResult>,
    }
    impl Default for DescribeUserScramCredentialsResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                results: Default::default(),
            }
        }
    }
    impl Element for DescribeUserScramCredentialsResponse {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.results = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.results, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct DescribeUserScramCredentialsResult {
        pub user: String,
        pub error_code: i16,
        pub error_message: Option<String>,
        pub credential_infos: Vec<CredentialInfo>,
    }
    impl Default for DescribeUserScramCredentialsResult {
        fn default() -> Self {
            Self {
                user: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
                credential_infos: Default::default(),
            }
        }
    }
    impl Element for DescribeUserScramCredentialsResult {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.user = r.string(f)?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            x.credential_infos = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.user, f)?;
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.array(&self.credential_infos, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct CredentialInfo {
        pub mechanism: i8,
        pub iterations: i32,
    }
    impl Element for CredentialInfo {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.mechanism = r.i8()?;
            x.iterations = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i8(self.mechanism);
            w.i32(self.iterations);
            w.u8(0);
            Ok(())
        }
    }

    message!(DescribeUserScramCredentialsResponse, 50, 0, 0, 0);
}
