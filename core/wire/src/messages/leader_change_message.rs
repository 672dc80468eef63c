//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeaderChangeMessage {
    pub version: i16,
    pub leader_id: i32,
    pub voters: Vec<Voter>,
    pub granting_voters: Vec<Voter>,
}
impl Element for LeaderChangeMessage {
    const MIN_SIZE: usize = 9;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.version = r.i16()?;
        x.leader_id = r.i32()?;
        x.voters = r.array(v, f)?;
        x.granting_voters = r.array(v, f)?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.i16(self.version);
        w.i32(self.leader_id);
        w.array(&self.voters, v, f)?;
        w.array(&self.granting_voters, v, f)?;
        w.u8(0);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voter {
    pub voter_id: i32,
    pub voter_directory_id: TopicId,
}
impl Element for Voter {
    const MIN_SIZE: usize = 5;
    fn read(r: &mut Reader<'_>, v: i16, _: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.voter_id = r.i32()?;
        if v == 1 {
            x.voter_directory_id = r.uuid()?;
        }
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, _: bool) -> Result<(), EncodeError> {
        w.i32(self.voter_id);
        if v == 1 {
            w.uuid(self.voter_directory_id);
        } else {
            absent(self.voter_directory_id.is_zero(), "voter_directory_id", v)?;
        }
        w.u8(0);
        Ok(())
    }
}

message!(LeaderChangeMessage, -1, 0, 1, 0);
