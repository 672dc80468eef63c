//! One connection with what its broker can do.

use super::Cluster;
use crate::stats::Counters;
use bytes::Bytes;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wellhead_base::{Code, Error, Result};
use wellhead_net::{Address, Connection, NetError};
use wellhead_wire::headers::{decode_response, encode_request};
use wellhead_wire::messages::{ApiVersionsRequest, ApiVersionsResponse};
use wellhead_wire::{Api, Request};

/// The newest ApiVersions that we speak; a broker that does not know it answers in version 0, with what it knows.
const API_VERSIONS: i16 = 4;

/// What the broker serves: key, lowest and highest version, by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions(Vec<(i16, i16, i16)>);

impl Versions {
    pub fn of(r: &ApiVersionsResponse) -> Versions {
        let mut v: Vec<_> = r.api_keys.iter().map(|k| (k.api_key, k.min_version, k.max_version)).collect();
        v.sort_unstable();
        Versions(v)
    }
    /// The newest version that both sides serve, at most `max`.
    pub fn newest<R: Request>(&self, max: i16) -> Result<i16> {
        self.newest_of(R::API_KEY, max)
    }
    pub fn newest_of(&self, key: i16, max: i16) -> Result<i16> {
        let api = Api::find(key).expect("requests have a key of the table");
        let lacking = |what: String| Err(Error::new(Code::UNSUPPORTED_FEATURE, format!("the broker {what} {}", api.name)));
        let Ok(i) = self.0.binary_search_by_key(&key, |v| v.0) else { return lacking("does not serve".into()) };
        let (_, low, high) = self.0[i];
        let newest = api.max.min(high).min(max);
        if newest < low.max(api.min) { lacking(format!("serves only versions {low} to {high} of")) } else { Ok(newest) }
    }
}

#[derive(Debug)]
pub(crate) struct Link {
    pub conn: Connection,
    pub versions: Versions,
    pub address: Address,
    counters: Arc<Counters>,
}

impl Link {
    /// Connects and asks what the broker serves.
    pub async fn connect(address: &Address, cluster: &Cluster) -> Result<Link, NetError> {
        let conn = Connection::connect(address, &cluster.cfg.connect).await?;
        let ask = async {
            let mut version = API_VERSIONS;
            loop {
                let request = ApiVersionsRequest {
                    client_software_name: if version >= 3 { "wellhead".into() } else { String::new() },
                    client_software_version: if version >= 3 { env!("CARGO_PKG_VERSION").into() } else { String::new() },
                };
                let bad = |e: String| NetError::BadFrame(format!("ApiVersions: {e}"));
                let frame =
                    encode_request(&request, version, cluster.correlation_id(), Some(&cluster.cfg.client_id)).map_err(|e| bad(e.to_string()))?;
                let bytes = conn.call(vec![frame]).await?;
                let refused = bytes.get(4..6) == Some(&Code::UNSUPPORTED_VERSION.get().to_be_bytes()[..]);
                if refused && version > 0 {
                    // Kafka says in version 0 what it knows; others answer in a form of their own, then the next lower ones are tried.
                    let told = decode_response::<ApiVersionsResponse>(&bytes, 0).ok();
                    let known = told.and_then(|(_, r)| Versions::of(&r).newest::<ApiVersionsRequest>(version - 1).ok());
                    version = known.unwrap_or(if version > 3 { 3 } else { 0 });
                    continue;
                }
                let (_, r): (_, ApiVersionsResponse) = decode_response(&bytes, version).map_err(|e| bad(e.to_string()))?;
                if r.error_code != 0 {
                    return Err(bad(Code(r.error_code).to_string()));
                }
                if let Some(k) = r.api_keys.iter().find(|k| k.min_version < 0 || k.min_version > k.max_version) {
                    // It would be believed for as long as the connection lasts.
                    return Err(bad(format!("versions {} to {} of API {}", k.min_version, k.max_version, k.api_key)));
                }
                return Ok(Versions::of(&r));
            }
        };
        let versions = tokio::time::timeout(cluster.cfg.connect.setup_timeout, ask).await.map_err(|_| NetError::Timeout)??;
        Ok(Link { conn, versions, address: address.clone(), counters: cluster.counters(address) })
    }

    /// Queues a request here and now, and counts it and its answer. The connection says what `parts` are.
    pub fn call(&self, parts: Vec<Bytes>) -> impl Future<Output = Result<Bytes, NetError>> + Send + 'static {
        self.counters.sent(parts.iter().map(Bytes::len).sum());
        let (counters, since, answer) = (self.counters.clone(), Instant::now(), self.conn.call(parts));
        async move {
            let answer = answer.await;
            if let Ok(bytes) = &answer {
                counters.answered(bytes.len(), since.elapsed());
            }
            answer
        }
    }
    /// As `call`, for a request that has no answer.
    pub fn cast(&self, parts: Vec<Bytes>) -> Result<(), NetError> {
        self.counters.sent(parts.iter().map(Bytes::len).sum());
        self.conn.cast(parts)
    }

    /// Waits for an answer. No answer in time ends the connection: what comes later would hold up what is asked next.
    pub async fn answer(&self, timeout: Duration, answer: impl Future<Output = Result<Bytes, NetError>>) -> Result<Bytes> {
        match tokio::time::timeout(timeout, answer).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(e)) => Err(Error::new(super::transport_code(&e), format!("{}: {e}", self.address))),
            Err(_) => {
                self.conn.close();
                Err(Error::new(Code::TIMED_OUT, format!("{}: no answer within {} ms", self.address, timeout.as_millis())))
            }
        }
    }

    /// An answer that cannot be read: the connection ends.
    pub fn broken(&self, what: &str, e: &wellhead_wire::DecodeError) -> Error {
        self.conn.close();
        Error::new(Code::BAD_MSG, format!("{}: unreadable answer to {what}: {e}", self.address))
    }
}
