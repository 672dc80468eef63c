//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod add_raft_voter_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct AddRaftVoterRequest {
        pub cluster_id: Option<String>,
        pub timeout_ms: i32,
        pub voter_id: i32,
        pub voter_directory_id: TopicId,
        pub listeners: Vec<Listener>,
        pub ack_when_committed: bool,
    }
    impl Default for AddRaftVoterRequest {
        fn default() -> Self {
            Self {
                cluster_id: Some(String::new()),
                timeout_ms: Default::default(),
                voter_id: Default::default(),
                voter_directory_id: Default::default(),
                listeners: Default::default(),
                ack_when_committed: true,
            }
        }
    }
    impl Element for AddRaftVoterRequest {
        const MIN_SIZE: usize = 27;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.cluster_id = r.opt_string(f, true)?;
            x.timeout_ms = r.i32()?;
            x.voter_id = r.i32()?;
            x.voter_directory_id = r.uuid()?;
            x.listeners = r.array(v, f)?;
            if v == 1 {
                x.ack_when_committed = r.bool()?;
            }
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
            w.i32(self.timeout_ms);
            w.i32(self.voter_id);
            w.uuid(self.voter_directory_id);
            w.array(&self.listeners, v, f)?;
            if v == 1 {
                w.bool(self.ack_when_committed);
            } else {
                absent(self.ack_when_committed, "ack_when_committed", v)?;
            }
            w.u8(0);
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct Listener {
        pub name: String,
        pub host: String,
        pub port: u16,
    }
    impl Element for Listener {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.name = r.string(f)?;
            x.host = r.string(f)?;
            x.port = r.u16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.string(&self.name, f)?;
            w.string(&self.host, f)?;
            w.u16(self.port);
            w.u8(0);
            Ok(())
        }
    }

    message!(AddRaftVoterRequest, 80, 0, 1, 0);
    impl Request for AddRaftVoterRequest {
        type Response = crate::messages::AddRaftVoterResponse;
    }
}

pub mod add_raft_voter_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct AddRaftVoterResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub error_message: Option<String>,
    }
    impl Default for AddRaftVoterResponse {
        fn default() -> Self {
            Self {
                throttle_time_ms: Default::default(),
                error_code: Default::default(),
                error_message: Some(String::new()),
            }
        }
    }
    impl Element for AddRaftVoterResponse {
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

    message!(AddRaftVoterResponse, 80, 0, 1, 0);
}
