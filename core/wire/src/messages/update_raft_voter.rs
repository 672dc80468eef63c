//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

pub mod update_raft_voter_request {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq)]
    pub struct UpdateRaftVoterRequest {
        pub cluster_id: Option<String>,
        pub current_leader_epoch: i32,
        pub voter_id: i32,
        pub voter_directory_id: TopicId,
        pub listeners: Vec<Listener>,
        pub k_raft_version_feature: KRaftVersionFeature,
    }
    impl Default for UpdateRaftVoterRequest {
        fn default() -> Self {
            Self {
                cluster_id: Some(String::new()),
                current_leader_epoch: Default::default(),
                voter_id: Default::default(),
                voter_directory_id: Default::default(),
                listeners: Default::default(),
                k_raft_version_feature: Default::default(),
            }
        }
    }
    impl Element for UpdateRaftVoterRequest {
        const MIN_SIZE: usize = 32;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.cluster_id = r.opt_string(f, true)?;
            x.current_leader_epoch = r.i32()?;
            x.voter_id = r.i32()?;
            x.voter_directory_id = r.uuid()?;
            x.listeners = r.array(v, f)?;
            x.k_raft_version_feature = KRaftVersionFeature::read(r, v, f)?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.opt_string(self.cluster_id.as_deref(), f, true, "cluster_id")?;
            w.i32(self.current_leader_epoch);
            w.i32(self.voter_id);
            w.uuid(self.voter_directory_id);
            w.array(&self.listeners, v, f)?;
            self.k_raft_version_feature.write(w, v, f)?;
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

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct KRaftVersionFeature {
        pub min_supported_version: i16,
        pub max_supported_version: i16,
    }
    impl Element for KRaftVersionFeature {
        const MIN_SIZE: usize = 5;
        fn read(r: &mut Reader<'_>, _: i16, _: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.min_supported_version = r.i16()?;
            x.max_supported_version = r.i16()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, _: bool) -> Result<(), EncodeError> {
            w.i16(self.min_supported_version);
            w.i16(self.max_supported_version);
            w.u8(0);
            Ok(())
        }
    }

    message!(UpdateRaftVoterRequest, 82, 0, 0, 0);
    impl Request for UpdateRaftVoterRequest {
        type Response = crate::messages::UpdateRaftVoterResponse;
    }
}

pub mod update_raft_voter_response {
    use crate::generated::*;

    #[derive(Debug, Clone, PartialEq, Default)]
    pub struct UpdateRaftVoterResponse {
        pub throttle_time_ms: i32,
        pub error_code: i16,
        pub current_leader: CurrentLeader,
    }
    impl Element for UpdateRaftVoterResponse {
        const MIN_SIZE: usize = 7;
        fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.throttle_time_ms = r.i32()?;
            x.error_code = r.i16()?;
            let mut t = r.tags()?;
            while let Some(tag) = r.next_tag(&mut t)? {
                match tag {
                    0 => x.current_leader = CurrentLeader::read(r, v, f)?,
                    _ => r.skip_tag(),
                }
                r.end_tag(&t)?;
            }
            Ok(x)
        }
        fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.throttle_time_ms);
            w.i16(self.error_code);
            let t = w.tags();
            if self.current_leader != CurrentLeader::default() {
                let at = w.tag(t, 0);
                self.current_leader.write(w, v, f)?;
                w.end_tag(at)?;
            }
            Ok(())
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    pub struct CurrentLeader {
        pub leader_id: i32,
        pub leader_epoch: i32,
        pub host: String,
        pub port: i32,
    }
    impl Default for CurrentLeader {
        fn default() -> Self {
            Self {
                leader_id: -1,
                leader_epoch: -1,
                host: Default::default(),
                port: Default::default(),
            }
        }
    }
    impl Element for CurrentLeader {
        const MIN_SIZE: usize = 14;
        fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
            let mut x = Self::default();
            x.leader_id = r.i32()?;
            x.leader_epoch = r.i32()?;
            x.host = r.string(f)?;
            x.port = r.i32()?;
            r.skip_tags()?;
            Ok(x)
        }
        fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
            w.i32(self.leader_id);
            w.i32(self.leader_epoch);
            w.string(&self.host, f)?;
            w.i32(self.port);
            w.u8(0);
            Ok(())
        }
    }

    message!(UpdateRaftVoterResponse, 82, 0, 0, 0);
}
