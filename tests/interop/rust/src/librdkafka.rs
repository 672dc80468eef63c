//! rdkafka, the Rust binding of librdkafka.

use crate::{Bytes, Client, EARLIEST, Failure, Header as Name, LATEST, PATIENCE, Record, Request, failure};
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

pub struct Librdkafka {
    address: String,
    runtime: Handle,
    admin: AdminClient<DefaultClientContext>,
    members: HashMap<u64, BaseConsumer>,
    next: u64,
}

fn from_library(e: KafkaError) -> Failure {
    let code = e.rdkafka_error_code().map_or(-1, |c| c as i32);
    Failure(code, e.to_string())
}

fn of_one<T>(results: Vec<Result<T, (String, RDKafkaErrorCode)>>) -> Result<(), Failure> {
    match results.into_iter().next() {
        Some(Err((name, code))) => Err(Failure(code as i32, format!("{name}: {code}"))),
        Some(Ok(_)) => Ok(()),
        None => Err(failure("no result")),
    }
}

impl Librdkafka {
    pub fn new(address: &str, runtime: Handle) -> Self {
        let admin = ClientConfig::new().set("bootstrap.servers", address).create().expect("an admin");
        Self { address: address.to_owned(), runtime, admin, members: HashMap::new(), next: 0 }
    }
    fn consumer(&self, group: &str, reset: &str) -> Result<BaseConsumer, Failure> {
        ClientConfig::new()
            .set("bootstrap.servers", &self.address)
            .set("group.id", group)
            .set("auto.offset.reset", reset)
            .set("enable.auto.commit", "false")
            .set("check.crcs", "true")
            .set("fetch.wait.max.ms", "250")
            .set("heartbeat.interval.ms", "300")
            .create()
            .map_err(from_library)
    }
    fn write(&self, r: &Request) -> Result<(), Failure> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.address).set("linger.ms", "5").set("compression.type", &r.codec);
        if r.max_bytes > 0 {
            config.set("message.max.bytes", r.max_bytes.to_string());
        }
        let producer: FutureProducer = config.create().map_err(from_library)?;
        let mut sent = Vec::new();
        for x in &r.records {
            let headers = x.headers.iter().fold(OwnedHeaders::new(), |all, h| all.insert(Header { key: &h.name, value: h.value.0.as_deref() }));
            let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(&r.topic).partition(x.partition).timestamp(x.timestamp).headers(headers);
            record.key = x.key.0.as_deref();
            record.payload = x.value.0.as_deref();
            sent.push(producer.send_result(record).map_err(|(e, _)| from_library(e))?);
        }
        for s in sent {
            let report = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, s).await });
            report.map_err(failure)?.map_err(failure)?.map_err(|(e, _)| from_library(e))?;
        }
        Ok(())
    }
    /// What came within the time, committed.
    fn poll(&self, r: &Request) -> Result<Vec<Record>, Failure> {
        let consumer = &self.members[&r.member];
        let (mut out, end) = (Vec::new(), Instant::now() + Duration::from_millis(r.ms));
        loop {
            // The first is waited for; what is there with it is taken along.
            let left = if out.is_empty() { end.saturating_duration_since(Instant::now()) } else { Duration::from_millis(20) };
            let Some(message) = consumer.poll(left) else { break };
            let m = message.map_err(from_library)?;
            let headers = m
                .headers()
                .map_or(Vec::new(), |h| h.iter().map(|h| Name { name: h.key.to_owned(), value: Bytes(h.value.map(<[u8]>::to_vec)) }).collect());
            out.push(Record {
                key: Bytes(m.key().map(<[u8]>::to_vec)),
                value: Bytes(m.payload().map(<[u8]>::to_vec)),
                headers,
                timestamp: m.timestamp().to_millis().unwrap_or(-1),
                partition: m.partition(),
                offset: m.offset(),
            });
            if Instant::now() > end + Duration::from_secs(1) {
                break;
            }
        }
        if !out.is_empty()
            && let Err(e) = consumer.commit_consumer_state(CommitMode::Sync)
        {
            // A commit that a rebalance overtook fails; the records are then read again by whoever has the partition now.
            let overtaken = [
                RDKafkaErrorCode::IllegalGeneration,
                RDKafkaErrorCode::UnknownMemberId,
                RDKafkaErrorCode::RebalanceInProgress,
                RDKafkaErrorCode::NoOffset,
            ];
            if !e.rdkafka_error_code().is_some_and(|c| overtaken.contains(&c)) {
                return Err(from_library(e));
            }
        }
        Ok(out)
    }
    fn one_partition(r: &Request, offset: Offset) -> Result<TopicPartitionList, Failure> {
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&r.topic, r.partition, offset).map_err(from_library)?;
        Ok(list)
    }
    fn offset(&self, r: &Request) -> Result<i64, Failure> {
        let consumer = self.consumer("offsets", "earliest")?;
        if matches!(r.at, LATEST | EARLIEST) {
            let (low, high) = consumer.fetch_watermarks(&r.topic, r.partition, PATIENCE).map_err(from_library)?;
            return Ok(if r.at == EARLIEST { low } else { high });
        }
        let found = consumer.offsets_for_times(Self::one_partition(r, Offset::Offset(r.at))?, PATIENCE).map_err(from_library)?;
        Ok(match found.elements()[0].offset() {
            Offset::Offset(o) => o,
            _ => -1,
        })
    }
    fn committed(&self, r: &Request) -> Result<Value, Failure> {
        let consumer = self.consumer(&r.group, "earliest")?;
        let list = consumer.committed_offsets(Self::one_partition(r, Offset::Invalid)?, PATIENCE).map_err(from_library)?;
        let e = &list.elements()[0];
        Ok(match e.offset() {
            Offset::Offset(o) => json!([o, e.metadata()]),
            _ => json!([-1, ""]),
        })
    }
}

impl Client for Librdkafka {
    fn run(&mut self, r: &Request) -> Result<Value, Failure> {
        let options = AdminOptions::new().request_timeout(Some(PATIENCE));
        let runtime = self.runtime.clone();
        Ok(match r.verb.as_str() {
            "write" => json!(self.write(r)?),
            "join" => {
                let consumer = self.consumer(&r.group, &r.reset)?;
                consumer.subscribe(&[&r.topic]).map_err(from_library)?;
                self.next += 1;
                self.members.insert(self.next, consumer);
                json!(self.next)
            }
            "poll" => json!(self.poll(r)?),
            "leave" => json!(drop(self.members.remove(&r.member))),
            "commit" => {
                let consumer = self.consumer(&r.group, "earliest")?;
                let list = Self::one_partition(r, Offset::Offset(r.offset))?;
                list.find_partition(&r.topic, r.partition).expect("it was added").set_metadata(&r.metadata);
                json!(consumer.commit(&list, CommitMode::Sync).map_err(from_library)?)
            }
            "committed" => self.committed(r)?,
            "offset" => json!(self.offset(r)?),
            "create" => {
                let mut topic = NewTopic::new(&r.topic, r.count, TopicReplication::Fixed(1));
                for (k, v) in &r.configs {
                    topic = topic.set(k, v);
                }
                json!(of_one(runtime.block_on(self.admin.create_topics([&topic], &options)).map_err(from_library)?)?)
            }
            "grow" => {
                let more = NewPartitions::new(&r.topic, r.count as usize);
                json!(of_one(runtime.block_on(self.admin.create_partitions([&more], &options)).map_err(from_library)?)?)
            }
            "remove" => json!(of_one(runtime.block_on(self.admin.delete_topics(&[&r.topic], &options)).map_err(from_library)?)?),
            "topics" => {
                let metadata = self.admin.inner().fetch_metadata(None, PATIENCE).map_err(from_library)?;
                json!(metadata.topics().iter().map(|t| (t.name().to_owned(), t.partitions().len())).collect::<HashMap<_, _>>())
            }
            "config" => {
                let asked = [&ResourceSpecifier::Topic(&r.topic)];
                let got = runtime.block_on(self.admin.describe_configs(asked, &options)).map_err(from_library)?;
                let resource = got.into_iter().next().ok_or_else(|| failure("no result"))?.map_err(|c| Failure(c as i32, c.to_string()))?;
                json!(resource.get(&r.name).and_then(|e| e.value.clone()))
            }
            "alter" => {
                let change = AlterConfig::new(ResourceSpecifier::Topic(&r.topic)).set(&r.name, &r.value);
                let got = runtime.block_on(self.admin.alter_configs([&change], &options)).map_err(from_library)?;
                match got.into_iter().next() {
                    Some(Err((_, c))) => return Err(Failure(c as i32, c.to_string())),
                    _ => Value::Null,
                }
            }
            "delete_records" => {
                let list = Self::one_partition(r, Offset::Offset(r.offset))?;
                let got = runtime.block_on(self.admin.delete_records(&list, &options)).map_err(from_library)?;
                got.elements()[0].error().map_err(from_library)?;
                Value::Null
            }
            "groups" => {
                let list = self.admin.inner().fetch_group_list(None, PATIENCE).map_err(from_library)?;
                json!(list.groups().iter().map(|g| g.name()).collect::<Vec<_>>())
            }
            "describe" => {
                let list = self.admin.inner().fetch_group_list(Some(&r.group), PATIENCE).map_err(from_library)?;
                let g = list.groups().first().ok_or_else(|| failure("no such group"))?;
                json!([g.state(), g.members().len()])
            }
            "remove_group" => json!(of_one(runtime.block_on(self.admin.delete_groups(&[&r.group], &options)).map_err(from_library)?)?),
            other => return Err(failure(format!("rdkafka has no {other}"))),
        })
    }
}
