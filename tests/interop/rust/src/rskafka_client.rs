//! rskafka: no groups, no configs, one batch a call.

use crate::{Bytes, Client, EARLIEST, Failure, Header, LATEST, PATIENCE, Record, Request, failure};
use chrono::DateTime;
use rskafka::client::error::Error;
use rskafka::client::partition::{Compression, OffsetAt, PartitionClient, UnknownTopicHandling};
use rskafka::client::{Client as Inner, ClientBuilder};
use serde_json::{Value, json};
use std::future::Future;
use tokio::runtime::Handle;

pub struct Rskafka {
    inner: Inner,
    runtime: Handle,
}

fn from_library(e: Error) -> Failure {
    match &e {
        Error::ServerError { protocol_error, .. } => {
            // The library has the way from a code to its name only.
            let code = (-1..200).find(|c| rskafka::client::error::ProtocolError::new(*c) == Some(*protocol_error)).unwrap_or(-1);
            Failure(code.into(), e.to_string())
        }
        _ => failure(e),
    }
}

impl Rskafka {
    pub fn new(address: &str, runtime: Handle) -> Self {
        let inner = runtime.block_on(ClientBuilder::new(vec![address.to_owned()]).build()).expect("connecting");
        Self { inner, runtime }
    }
    fn wait<T>(&self, what: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, what).await }).map_err(failure)?.map_err(from_library)
    }
    fn partition(&self, r: &Request, partition: i32) -> Result<PartitionClient, Failure> {
        self.wait(self.inner.partition_client(r.topic.as_str(), partition, UnknownTopicHandling::Retry))
    }
    fn write(&self, r: &Request) -> Result<(), Failure> {
        let codec = match r.codec.as_str() {
            "gzip" => Compression::Gzip,
            "snappy" => Compression::Snappy,
            "lz4" => Compression::Lz4,
            "zstd" => Compression::Zstd,
            _ => Compression::NoCompression,
        };
        // A call is one batch and the caller's to bound: runs of one partition below 200 kB, or one record.
        let mut rest = r.records.as_slice();
        while let Some(first) = rest.first() {
            let mut bytes = 0;
            let size = |x: &Record| x.key.0.as_ref().map_or(0, Vec::len) + x.value.0.as_ref().map_or(0, Vec::len);
            let n = rest
                .iter()
                .take_while(|x| {
                    bytes += size(x);
                    x.partition == first.partition && bytes < 200_000
                })
                .count()
                .max(1);
            let records = rest[..n].iter().map(|x| rskafka::record::Record {
                key: x.key.0.clone(),
                value: x.value.0.clone(),
                headers: x.headers.iter().map(|h| (h.name.clone(), h.value.0.clone().unwrap_or_default())).collect(),
                timestamp: DateTime::from_timestamp_millis(x.timestamp).expect("a time"),
            });
            let partition = self.partition(r, first.partition)?;
            self.wait(partition.produce(records.collect(), codec))?;
            rest = &rest[n..];
        }
        Ok(())
    }
    fn fetch(&self, r: &Request) -> Result<Vec<Record>, Failure> {
        let partition = self.partition(r, r.partition)?;
        let mut out: Vec<Record> = Vec::new();
        let mut next = r.offset;
        while out.len() < r.count as usize {
            let (got, _) = self.wait(partition.fetch_records(next, 1..2_000_000, 500))?;
            for x in got {
                next = x.offset + 1;
                let headers = x.record.headers.into_iter().map(|(name, value)| Header { name, value: Bytes(Some(value)) }).collect();
                let timestamp = x.record.timestamp.timestamp_millis();
                let (key, value) = (Bytes(x.record.key), Bytes(x.record.value));
                out.push(Record { key, value, headers, timestamp, partition: r.partition, offset: x.offset });
            }
        }
        Ok(out)
    }
}

impl Client for Rskafka {
    fn run(&mut self, r: &Request) -> Result<Value, Failure> {
        Ok(match r.verb.as_str() {
            "write" => json!(self.write(r)?),
            "fetch" => json!(self.fetch(r)?),
            "offset" => {
                let at = match r.at {
                    LATEST => OffsetAt::Latest,
                    EARLIEST => OffsetAt::Earliest,
                    ms => OffsetAt::Timestamp(DateTime::from_timestamp_millis(ms).expect("a time")),
                };
                let partition = self.partition(r, r.partition)?;
                json!(self.wait(partition.get_offset(at))?)
            }
            "create" => {
                let controller = self.inner.controller_client().map_err(from_library)?;
                json!(self.wait(controller.create_topic(r.topic.as_str(), r.count, 1, 10_000))?)
            }
            "remove" => {
                let controller = self.inner.controller_client().map_err(from_library)?;
                json!(self.wait(controller.delete_topic(r.topic.as_str(), 10_000))?)
            }
            "topics" => {
                let topics = self.wait(self.inner.list_topics())?;
                json!(topics.into_iter().map(|t| (t.name, t.partitions.len())).collect::<std::collections::HashMap<_, _>>())
            }
            "delete_records" => {
                let partition = self.partition(r, r.partition)?;
                json!(self.wait(partition.delete_records(r.offset, 10_000))?)
            }
            other => return Err(failure(format!("rskafka has no {other}"))),
        })
    }
}
