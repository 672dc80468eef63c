//! Generated from Kafka's message definitions; do not edit (cargo run -p wellhead-wire --example wire-gen).

use crate::generated::*;

#[derive(Debug, Clone, PartialEq)]
pub struct RegisterBrokerRecord {
    pub broker_id: i32,
    pub is_migrating_zk_broker: bool,
    pub incarnation_id: TopicId,
    pub broker_epoch: i64,
    pub end_points: Vec<BrokerEndpoint>,
    pub features: Vec<BrokerFeature>,
    pub rack: Option<String>,
    pub fenced: bool,
    pub in_controlled_shutdown: bool,
    pub log_dirs: Vec<TopicId>,
    pub cordoned_log_dirs: Option<Vec<TopicId>>,
}
impl Default for RegisterBrokerRecord {
    fn default() -> Self {
        Self {
            broker_id: Default::default(),
            is_migrating_zk_broker: Default::default(),
            incarnation_id: Default::default(),
            broker_epoch: Default::default(),
            end_points: Default::default(),
            features: Default::default(),
            rack: Some(String::new()),
            fenced: true,
            in_controlled_shutdown: Default::default(),
            log_dirs: Default::default(),
            cordoned_log_dirs: Default::default(),
        }
    }
}
impl Element for RegisterBrokerRecord {
    const MIN_SIZE: usize = 33;
    fn read(r: &mut Reader<'_>, v: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.broker_id = r.i32()?;
        if v >= 2 {
            x.is_migrating_zk_broker = r.bool()?;
        }
        x.incarnation_id = r.uuid()?;
        x.broker_epoch = r.i64()?;
        x.end_points = r.array(v, f)?;
        x.features = r.array(v, f)?;
        x.rack = r.opt_string(f, true)?;
        x.fenced = r.bool()?;
        if v >= 1 {
            x.in_controlled_shutdown = r.bool()?;
        }
        let mut t = r.tags()?;
        while let Some(tag) = r.next_tag(&mut t)? {
            match tag {
                0 if v >= 3 => x.log_dirs = r.array(v, f)?,
                1 if v == 4 => x.cordoned_log_dirs = r.opt_array(v, f, true)?,
                _ => r.skip_tag(),
            }
            r.end_tag(&t)?;
        }
        Ok(x)
    }
    fn write(&self, w: &mut Writer, v: i16, f: bool) -> Result<(), EncodeError> {
        w.i32(self.broker_id);
        if v >= 2 {
            w.bool(self.is_migrating_zk_broker);
        } else {
            absent(!self.is_migrating_zk_broker, "is_migrating_zk_broker", v)?;
        }
        w.uuid(self.incarnation_id);
        w.i64(self.broker_epoch);
        w.array(&self.end_points, v, f)?;
        w.array(&self.features, v, f)?;
        w.opt_string(self.rack.as_deref(), f, true, "rack")?;
        w.bool(self.fenced);
        if v >= 1 {
            w.bool(self.in_controlled_shutdown);
        } else {
            absent(!self.in_controlled_shutdown, "in_controlled_shutdown", v)?;
        }
        if !(v >= 3) {
            absent(self.log_dirs.is_empty(), "log_dirs", v)?;
        }
        if !(v == 4) {
            absent(self.cordoned_log_dirs.is_none(), "cordoned_log_dirs", v)?;
        }
        let t = w.tags();
        if v >= 3 && !self.log_dirs.is_empty() {
            let at = w.tag(t, 0);
            w.array(&self.log_dirs, v, f)?;
            w.end_tag(at)?;
        }
        if v == 4 && self.cordoned_log_dirs.is_some() {
            let at = w.tag(t, 1);
            w.opt_array(self.cordoned_log_dirs.as_deref(), v, f, true, "cordoned_log_dirs")?;
            w.end_tag(at)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerEndpoint {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub security_protocol: i16,
}
impl Element for BrokerEndpoint {
    const MIN_SIZE: usize = 7;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.name = r.string(f)?;
        x.host = r.string(f)?;
        x.port = r.u16()?;
        x.security_protocol = r.i16()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.name, f)?;
        w.string(&self.host, f)?;
        w.u16(self.port);
        w.i16(self.security_protocol);
        w.u8(0);
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct BrokerFeature {
    pub name: String,
    pub min_supported_version: i16,
    pub max_supported_version: i16,
}
impl Element for BrokerFeature {
    const MIN_SIZE: usize = 6;
    fn read(r: &mut Reader<'_>, _: i16, f: bool) -> Result<Self, DecodeError> {
        let mut x = Self::default();
        x.name = r.string(f)?;
        x.min_supported_version = r.i16()?;
        x.max_supported_version = r.i16()?;
        r.skip_tags()?;
        Ok(x)
    }
    fn write(&self, w: &mut Writer, _: i16, f: bool) -> Result<(), EncodeError> {
        w.string(&self.name, f)?;
        w.i16(self.min_supported_version);
        w.i16(self.max_supported_version);
        w.u8(0);
        Ok(())
    }
}

message!(RegisterBrokerRecord, 0, 0, 4, 0);
