//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod remove_raft_voter_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct RemoveRaftVoterRequest {
        pub cluster_id: Option<String>,
        pub voter_id: i32,
        pub voter_directory_id: TopicId,
    }
    impl Default for RemoveRaftVoterRequest {
        fn default() -> Self {
            Self {
                cluster_id: Some(String::new()),
                voter_id: Default::default(),
                voter_directory_id: Default::default(),
            }
        }
    }
    impl Element for RemoveRaftVoterRequest {
        const MIN_SIZE: usize = 22;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.cluster_id = r.opt_string(f, true)?;
            x.voter_id = r.i32()?;
            x.voter_directory_id = r.uuid()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
            w.i32(self.voter_id);
            w.uuid(self.voter_directory_id);
            w.u8(0);
            Ok(())
        }
    }

    message!(RemoveRaftVoterRequest, 81, 0, 0, 0);
    impl Request for RemoveRaftVoterRequest {
        type Response = crate::messages::RemoveRaftVoterResponse;
    }
}

pub mod remove_raft_voter_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct RemoveRaftVoterResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for RemoveRaftVoterResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for RemoveRaftVoterResponse {
        const MIN_SIZE: usize = 8;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            x.error_message = r.opt_string(f, true)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            w.opt_string(self.error_message.as_deref(), f, true, "error_message")?;
            w.u8(0);
            Ok(())
        }
    }

    message!(RemoveRaftVoterResponse, 81, 0, 0, 0);
}
