//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct VotersRecord {
    pub version: i16,
    pub voters: Vec<Voter>,
}
impl Element for VotersRecord {
    const MIN_SIZE: usize = 4;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.version = r.i16()?;
        x.voters = r.array(v, f)?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.i16(self.version);
        w.array(&self.voters, v, f)?;
        w.u8(0);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    pub voter_directory_id: TopicId,
    pub endpoints: Vec<Endpoint>,
    pub k_raft_version_feature: KRaftVersionFeature,
}
impl Element for Voter {
    const MIN_SIZE: usize = 27;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.voter_id = r.i32()?;
        x.voter_directory_id = r.uuid()?;
        x.endpoints = r.array(v, f)?;
        x.k_raft_version_feature = KRaftVersionFeature::read(r, v, f)?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.i32(self.voter_id);
        w.uuid(self.voter_directory_id);
        w.array(&self.endpoints, v, f)?;
        self.k_raft_version_feature.write(w, v, f)?;
        w.u8(0);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Endpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
}
impl Element for Endpoint {
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

message!(VotersRecord, -1, 0, 0, 0);
