//! Looking things up in the table of APIs.

use crate::api_key::{APIS, Api, ApiKey};

/// Produce is advertised from version 0, although 3 is the first that is served: older librdkafka takes a broker without it for one
/// that cannot compress (KAFKA-18659).
pub const PRODUCE_ADVERTISED_MIN: i16 = 0;

impl ApiKey {
    pub fn get(self) -> i16 {
        self as i16
    }
    pub fn from_i16(key: i16) -> Option<Self> {
        Api::find(key).map(|a| a.key)
    }
    pub fn api(self) -> &'static Api {
        Api::find(self as i16).expect("every key has a row")
    }
    /// As Kafka spells it: `OffsetForLeaderEpoch`.
    pub fn name(self) -> &'static str {
        self.api().name
    }
}

impl std::fmt::Display for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Api {
    /// The row of a key from the wire.
    pub fn find(key: i16) -> Option<&'static Self> {
        APIS.binary_search_by_key(&key, |a| a.key as i16).ok().map(|i| &APIS[i])
    }
    pub fn serves(&self, version: i16) -> bool {
        (self.min..=self.max).contains(&version)
    }
    /// The least version that ApiVersions names; differs from `min` for Produce alone.
    pub fn advertised_min(&self) -> i16 {
        if self.key == ApiKey::Produce { PRODUCE_ADVERTISED_MIN } else { self.min }
    }
}
