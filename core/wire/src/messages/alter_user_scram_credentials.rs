//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod alter_user_scram_credentials_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterUserScramCredentialsRequest {
        pub deletions: Vec<ScramCredentialDeletion>,
        pub upsertions: Vec<ScramCredentialUpsertion>,
    }
    impl Element for AlterUserScramCredentialsRequest {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.deletions = r.array(v, f)?;
            x.upsertions = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.array(&self.deletions, v, f)?;
            w.array(&self.upsertions, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ScramCredentialDeletion {
        pub name: String,
        pub mechanism: i8,
    }
    impl Element for ScramCredentialDeletion {
        const MIN_SIZE: usize = 3;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.mechanism = r.i8()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i8(self.mechanism);
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct ScramCredentialUpsertion {
        pub name: String,
        pub mechanism: i8,
        pub iterations: i32,
        pub salt: Bytes,
        pub salted_password: Bytes,
    }
    impl Element for ScramCredentialUpsertion {
        const MIN_SIZE: usize = 9;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.mechanism = r.i8()?;
            x.iterations = r.i32()?;
            x.salt = r.bytes(f)?;
            x.salted_password = r.bytes(f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.i8(self.mechanism);
            w.i32(self.iterations);
            w.bytes(&self.salt, f)?;
            w.bytes(&self.salted_password, f)?;
            w.u8(0);
            Ok(())
        }
    }

    message!(AlterUserScramCredentialsRequest, 51, 0, 0, 0);
    impl Request for AlterUserScramCredentialsRequest {
        type Response = crate::messages::AlterUserScramCredentialsResponse;
    }
}

pub mod alter_user_scram_credentials_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct AlterUserScramCredentialsResponse {
        pub throttle_time_ms: i32,
        pub results: Vec<AlterUserScramCredentialsResult>,
    }
    impl Element for AlterUserScramCredentialsResponse {
        const MIN_SIZE: usize = 6;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.results = r.array(v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.array(&self.results, v, f)?;
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct AlterUserScramCredentialsResult {
        pub user: String,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for AlterUserScramCredentialsResult {
        fn default() -> Self {
            Self {
                user: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for AlterUserScramCredentialsResult {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.user = r.string(f)?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.user, f)?;
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(AlterUserScramCredentialsResponse, 51, 0, 0, 0);
}
