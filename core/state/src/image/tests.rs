//! Scripts over the image: what a command answers, what it records, and that a replay of the records is the same image.

use super::*;
use wellhead_base::Code;
use wellhead_base::env::Rng;

fn settings() -> Settings {
    Settings { cluster_id: "c".into(), node_id: 1, default_partitions: 3, default_replication_factor: 1 }
}
fn topic(name: &str, partitions: i32) -> NewTopic {
    NewTopic { name: name.into(), num_partitions: partitions, replication_factor: -1, ..NewTopic::default() }
}

/// An image with the records it lived through, as bytes.
struct World {
    image: Image,
    log: Vec<Vec<u8>>,
    rng: Rng,
}
impl World {
    fn new(seed: u64) -> Self {
        Self { image: Image::new(settings()), log: Vec::new(), rng: Rng::seeded(seed) }
    }
    fn apply<R>(&mut self, decision: Decision<R>) -> R {
        for r in &decision.records {
            self.image.replay(r).unwrap();
        }
        self.log.extend(encode_records(&decision.records));
        decision.response
    }
    fn create(&mut self, topics: Vec<NewTopic>) -> Vec<Result<TopicCreated, (Code, String)>> {
        let d = self.image.create_topics(&CreateTopics { topics, validate_only: false }, &mut self.rng);
        self.apply(d).into_iter().map(|t| t.result.map_err(|e| (e.code, e.message().to_owned()))).collect()
    }
    /// The image that a restart would read.
    fn replayed(&self) -> Image {
        let mut image = Image::new(settings());
        for v in &self.log {
            let Entry::Record(r) = decode(v).unwrap() else { panic!("a record") };
            image.replay(&r).unwrap();
        }
        image
    }
    fn check(&self) {
        assert_eq!(self.replayed(), self.image);
        assert_eq!(Image::restore(settings(), &self.image.snapshot()).unwrap(), self.image);
    }
}

#[test]
fn create_answers_in_kafkas_words() {
    let mut w = World::new(1);
    assert_eq!(w.create(vec![topic("a", -1)])[0].as_ref().unwrap().num_partitions, 3);
    w.create(vec![topic("x.y", 1)])[0].as_ref().unwrap();
    let cases: Vec<(NewTopic, Code, &str)> = vec![
        (topic("a", 1), Code::TOPIC_ALREADY_EXISTS, "Topic 'a' already exists."),
        (topic("", 1), Code::TOPIC_EXCEPTION, "Topic name is invalid: the empty string is not allowed"),
        (topic("..", 1), Code::TOPIC_EXCEPTION, "Topic name is invalid: '.' or '..' is not allowed"),
        (
            topic("a b", 1),
            Code::TOPIC_EXCEPTION,
            "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
        ),
        (topic("x_y", 1), Code::TOPIC_EXCEPTION, "Topic 'x_y' collides with existing topic: x.y"),
        (topic("b", 0), Code::INVALID_PARTITIONS, "Number of partitions was set to an invalid non-positive value."),
        (topic("b", 100_001), Code::POLICY_VIOLATION, "Excessively large number of partitions per request."),
        (
            NewTopic { replication_factor: 0, ..topic("b", 1) },
            Code::INVALID_REPLICATION_FACTOR,
            "Replication factor must be larger than 0, or -1 to use the default value.",
        ),
        (
            NewTopic { replication_factor: 3, ..topic("b", 1) },
            Code::INVALID_REPLICATION_FACTOR,
            "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered.",
        ),
        (
            NewTopic { assignments: vec![(0, vec![2])], ..topic("b", -1) },
            Code::INVALID_REPLICA_ASSIGNMENT,
            "The manual partition assignment includes broker 2, but no such broker is registered.",
        ),
        (
            NewTopic { assignments: vec![(1, vec![1])], ..topic("b", -1) },
            Code::INVALID_REPLICA_ASSIGNMENT,
            "partitions should be a consecutive 0-based integer sequence",
        ),
        (
            NewTopic { assignments: vec![(0, vec![1])], ..topic("b", 1) },
            Code::INVALID_REQUEST,
            "A manual partition assignment was specified, but numPartitions was not set to -1.",
        ),
        (
            NewTopic { configs: vec![("no.such".into(), Some("1".into()))], ..topic("b", 1) },
            Code::INVALID_CONFIG,
            "Unknown topic config name: no.such",
        ),
        (
            NewTopic { configs: vec![("no.such".into(), None)], ..topic("b", 1) },
            Code::INVALID_CONFIG,
            "Null value not supported for topic configs: no.such",
        ),
        (topic(METADATA_TOPIC, 1), Code::INVALID_REQUEST, "Creation of internal topic __cluster_metadata is prohibited."),
    ];
    for (new, code, message) in cases {
        let before = w.image.clone();
        assert_eq!(w.create(vec![new.clone()])[0], Err((code, message.to_owned())), "{new:?}");
        assert_eq!(w.image, before);
    }
    assert_eq!(w.create(vec![topic("d", 1), topic("d", 1)]), vec![Err((Code::INVALID_REQUEST, "Duplicate topic name.".to_owned()))]);
    w.check();
}

#[test]
fn two_colliding_topics_of_one_request_do_not_both_come() {
    let mut w = World::new(2);
    let r = w.create(vec![topic("p.q", 1), topic("p_q", 1)]);
    assert!(r[0].is_ok());
    assert_eq!(r[1].as_ref().unwrap_err().0, Code::TOPIC_EXCEPTION);
}

#[test]
fn whatever_a_client_names_the_refusal_fits_an_answer() {
    let w = World::new(8);
    let long = "é".repeat(16_000);
    let d = w.image.create_topics(&CreateTopics { topics: vec![topic(&long, 1)], validate_only: false }, &mut Rng::seeded(8));
    let mut errors = vec![d.response[0].result.clone().unwrap_err()];
    let with_config = NewTopic { configs: vec![(long.clone(), Some("1".into()))], ..topic("t", 1) };
    let d = w.image.create_topics(&CreateTopics { topics: vec![with_config], validate_only: false }, &mut Rng::seeded(8));
    errors.push(d.response[0].result.clone().unwrap_err());
    let d = w.image.alter_configs(&[(Resource::Topic(long.clone()), vec![(long.clone(), None), (long, None)])], false);
    errors.push(d.response[0].result.clone().unwrap_err());
    for e in errors {
        assert!(e.message().len() < 5_000 && e.message().ends_with("..."), "{}", e.message().len());
    }
}

#[test]
fn validate_only_makes_nothing() {
    let w = World::new(3);
    let d = w.image.create_topics(&CreateTopics { topics: vec![topic("v", 4)], validate_only: true }, &mut Rng::seeded(3));
    assert!(d.records.is_empty());
    let created = d.response[0].result.as_ref().unwrap();
    assert_eq!((created.num_partitions, created.id), (4, TopicId::ZERO));
}

#[test]
fn a_topic_grows_and_goes_by_name_or_id() {
    let mut w = World::new(4);
    let id = w.create(vec![topic("g", 2), topic("h", 1)])[0].as_ref().unwrap().id;
    let grow = |w: &mut World, count| {
        let d = w.image.create_partitions(&[GrowTopic { name: "g".into(), count, assignments: None }], false);
        w.apply(d).remove(0).result.map_err(|e| e.message().to_owned())
    };
    assert_eq!(grow(&mut w, 2), Err("Topic already has 2 partition(s).".into()));
    assert_eq!(grow(&mut w, 1), Err("The topic g currently has 2 partition(s); 1 would not be an increase.".into()));
    assert_eq!(grow(&mut w, 5), Ok(()));
    assert_eq!((w.image.topic("g").unwrap().partitions.len(), w.image.partition_count()), (5, 6));
    w.check();

    let asked = [
        DeleteTopic { name: None, id },
        DeleteTopic { name: Some("nope".into()), id: TopicId::ZERO },
        DeleteTopic { name: Some("g".into()), id: TopicId::ZERO },
        DeleteTopic { name: None, id: TopicId::METADATA },
        DeleteTopic { name: None, id: TopicId::ZERO },
    ];
    let d = w.image.delete_topics(&asked);
    let codes: Vec<Code> = w.apply(d).into_iter().map(|r| r.result.err().map_or(Code::NO_ERROR, |e| e.code)).collect();
    assert_eq!(codes, [Code::NO_ERROR, Code::UNKNOWN_TOPIC_OR_PART, Code::INVALID_REQUEST, Code::UNKNOWN_TOPIC_ID, Code::INVALID_REQUEST]);
    assert!(w.image.topic("g").is_none() && w.image.topic_by_id(id).is_none());
    // The name is free again and is another topic.
    assert_ne!(w.create(vec![topic("g", 1)])[0].as_ref().unwrap().id, id);
    w.check();
}

#[test]
fn configs_are_checked_and_changed_one_by_one_or_all() {
    let mut w = World::new(5);
    w.create(vec![topic("t", 1)]);
    let t = Resource::Topic("t".into());
    let change = |w: &mut World, resource: &Resource, name: &str, op, value: Option<&str>| {
        let c = AlterConfig { name: name.into(), op, value: value.map(str::to_owned) };
        let d = w.image.incremental_alter_configs(&[AlterResource { resource: resource.clone(), configs: vec![c] }], false);
        w.apply(d).remove(0).result.map_err(|e| (e.code, e.message().to_owned()))
    };
    assert_eq!(change(&mut w, &t, "retention.ms", AlterOp::Set, Some("1000")), Ok(()));
    assert_eq!(w.image.topic("t").unwrap().configs["retention.ms"], "1000");
    assert_eq!(
        change(&mut w, &t, "retention.ms", AlterOp::Set, Some("x")),
        Err((Code::INVALID_CONFIG, "Invalid value x for configuration retention.ms: Not a number of type LONG".into()))
    );
    assert_eq!(change(&mut w, &t, "retention.ms", AlterOp::Append, Some("1")).unwrap_err().0, Code::INVALID_CONFIG);
    assert_eq!(change(&mut w, &t, "cleanup.policy", AlterOp::Append, Some("compact")), Ok(()));
    assert_eq!(w.image.topic("t").unwrap().configs["cleanup.policy"], "delete,compact");
    assert_eq!(change(&mut w, &t, "cleanup.policy", AlterOp::Subtract, Some("delete")), Ok(()));
    assert_eq!(w.image.topic("t").unwrap().configs["cleanup.policy"], "compact");
    assert_eq!(change(&mut w, &t, "retention.ms", AlterOp::Delete, None), Ok(()));
    assert!(!w.image.topic("t").unwrap().configs.contains_key("retention.ms"));
    assert_eq!(change(&mut w, &t, "retention.ms", AlterOp::Set, None).unwrap_err().0, Code::INVALID_REQUEST);
    let nope = Resource::Topic("nope".into());
    assert_eq!(
        change(&mut w, &nope, "retention.ms", AlterOp::Set, Some("1")).unwrap_err(),
        (Code::UNKNOWN_TOPIC_OR_PART, "The topic 'nope' does not exist.".into())
    );
    w.check();

    let d = w.image.alter_configs(&[(t.clone(), vec![("segment.bytes".into(), Some("1048576".into()))])], false);
    assert!(w.apply(d)[0].result.is_ok());
    assert_eq!(w.image.topic("t").unwrap().configs.keys().collect::<Vec<_>>(), ["segment.bytes"]);
    let two = [(t.clone(), vec![]), (t.clone(), vec![])];
    let d = w.image.alter_configs(&two, false);
    assert_eq!(d.response.len(), 1);
    assert_eq!(d.response[0].result.as_ref().unwrap_err().code, Code::INVALID_REQUEST);
    w.check();

    let other = Resource::Broker("7".into());
    assert_eq!(change(&mut w, &other, "log.retention.ms", AlterOp::Set, Some("1")).unwrap_err().0, Code::INVALID_REQUEST);
    w.check();
}

#[test]
fn producer_ids_come_in_blocks_and_never_twice() {
    let mut w = World::new(6);
    for i in 0..3 {
        let d = w.image.allocate_producer_ids();
        assert_eq!(w.apply(d), Ok((i * PRODUCER_ID_BLOCK, PRODUCER_ID_BLOCK)));
    }
    w.check();
    assert!(w.image.clone().replay(&Record::ProducerIds { broker: 1, broker_epoch: -1, next: 5 }).is_err());
}

#[test]
fn any_history_replays_to_the_same_image() {
    for seed in 0..40 {
        let mut w = World::new(seed);
        let mut rng = Rng::seeded(seed ^ 0xabcd);
        for _ in 0..60 {
            let name = ["a", "b.c", "b_c", "d", "e_f"][rng.below(5) as usize];
            match rng.below(5) {
                0 | 1 => drop(w.create(vec![topic(name, 1 + rng.below(4) as i32)])),
                2 => {
                    let d = w.image.delete_topics(&[DeleteTopic { name: Some(name.into()), id: TopicId::ZERO }]);
                    w.apply(d);
                }
                3 => {
                    let d = w.image.create_partitions(&[GrowTopic { name: name.into(), count: 1 + rng.below(9) as i32, assignments: None }], false);
                    w.apply(d);
                }
                _ => {
                    let d = w.image.allocate_producer_ids();
                    w.apply(d).unwrap();
                }
            }
        }
        println!("seed {seed}");
        w.check();
    }
}

#[test]
fn damaged_values_are_errors_and_never_panic() {
    let good = encode_records(&[Record::Topic { name: "t".into(), id: TopicId([9; 16]) }]).remove(0);
    for n in 0..good.len() {
        assert!(decode(&good[..n]).is_err(), "{n}");
    }
    let mut rng = Rng::seeded(7);
    for _ in 0..2000 {
        let mut v = good.clone();
        let at = rng.below(v.len() as u64) as usize;
        v[at] ^= 1 << rng.below(8);
        let _ = decode(&v);
    }
    let mut newer = good.clone();
    newer[1] = 99;
    assert!(decode(&newer).is_err());
}

/// The frame is KRaft's, as Kafka's own controller writes it: frame version 1, type 2, version 0, compact name, id, no tags.
#[test]
fn the_frame_is_krafts() {
    let v = encode_records(&[Record::Topic { name: "foo".into(), id: TopicId([3; 16]) }]).remove(0);
    let mut want = vec![1, 2, 0, 4, b'f', b'o', b'o'];
    want.extend([3; 16]);
    want.push(0);
    assert_eq!(v, want);
}

/// The values of a Kafka controller's log, made of the wire's own encoder: what we never write ourselves.
fn kafkas(records: impl IntoIterator<Item = wellhead_wire::records::MetadataRecord>) -> Vec<Vec<u8>> {
    let value = |m: wellhead_wire::records::MetadataRecord| {
        let mut w = wellhead_wire::Writer::with_capacity(64);
        w.uvarint(1);
        w.uvarint(m.api_key() as u32);
        w.uvarint(m.version_max() as u32);
        m.encode_body(&mut w, m.version_max()).unwrap();
        w.as_slice().to_vec()
    };
    records.into_iter().map(value).collect()
}

fn replay(values: &[Vec<u8>]) -> Result<Image, String> {
    let mut replay = Replay::new(Image::new(settings()));
    for v in values {
        replay.value(v).map_err(|e| e.to_string())?;
    }
    replay.finish().map_err(|e| e.to_string())
}

#[test]
fn kafkas_own_metadata_makes_an_image() {
    use wellhead_wire::records::*;
    let id = |n: u8| TopicId([n; 16]);
    let topic = |n: u8| TopicRecord { name: format!("t{n}"), topic_id: id(n) };
    let partition = |n: u8, replicas: &[i32]| PartitionRecord {
        topic_id: id(n),
        partition_id: 0,
        replicas: replicas.to_vec(),
        isr: replicas.to_vec(),
        leader: 1,
        leader_epoch: 4,
        ..PartitionRecord::default()
    };
    let change = |leader: i32, isr: Option<Vec<i32>>| PartitionChangeRecord {
        topic_id: id(1),
        partition_id: 0,
        leader,
        isr,
        ..PartitionChangeRecord::default()
    };
    let log: Vec<MetadataRecord> = vec![
        BeginTransactionRecord::default().into(),
        FeatureLevelRecord { name: "metadata.version".into(), feature_level: 29 }.into(),
        EndTransactionRecord::default().into(),
        RegisterControllerRecord::default().into(),
        RegisterBrokerRecord { broker_id: 1, ..Default::default() }.into(),
        ConfigRecord { resource_type: 16, resource_name: "metrics".into(), name: "interval.ms".into(), value: Some("1".into()) }.into(),
        BeginTransactionRecord::default().into(),
        topic(1).into(),
        partition(1, &[1]).into(),
        EndTransactionRecord::default().into(),
        BeginTransactionRecord::default().into(),
        topic(2).into(),
        AbortTransactionRecord::default().into(),
        // The broker stops: nobody leads; comes back, stops again. A change without a leader is no new epoch.
        change(-1, None).into(),
        change(1, None).into(),
        change(-2, Some(vec![1])).into(),
        change(-1, Some(Vec::new())).into(),
        AccessControlEntryRecord { id: id(9), ..Default::default() }.into(),
        RemoveAccessControlEntryRecord { id: id(9) }.into(),
        BeginTransactionRecord::default().into(),
        topic(3).into(),
    ];
    let image = replay(&kafkas(log.clone())).unwrap();
    assert_eq!(image.topics().map(|t| t.name.to_string()).collect::<Vec<_>>(), ["t1"]);
    let p = image.partition("t1", 0).unwrap();
    // 4, three changes of the leader, and we.
    assert_eq!((p.leader, p.leader_epoch, &*p.isr, &*p.replicas), (1, 8, &[1][..], &[1][..]));
    assert_eq!(replay(&kafkas(log.clone())).unwrap(), image, "every start comes to the same");
    assert_eq!(replay(&encode_records(&image.snapshot())).unwrap(), image, "also from our own snapshot");
    let feature = Record::Feature { name: "metadata.version".into(), level: 29 };
    assert!(image.snapshot().starts_with(&[feature]) && image.first_record().is_none(), "Kafka's own level stays");
    assert!(Image::new(settings()).first_record().is_some());

    for (more, why) in [
        (vec![MetadataRecord::from(AccessControlEntryRecord { id: id(9), ..Default::default() })], "access control lists"),
        (vec![UserScramCredentialRecord { name: "u".into(), mechanism: 1, ..Default::default() }.into()], "SCRAM users"),
        (vec![DelegationTokenRecord { token_id: "x".into(), ..Default::default() }.into()], "delegation tokens"),
        (vec![RegisterBrokerRecord { broker_id: 1, log_dirs: vec![id(1), id(2)], ..Default::default() }.into()], "several log directories"),
        (vec![EndTransactionRecord::default().into(), partition(3, &[1, 2]).into()], "partition 0 of topic t3 has its replicas on the nodes [1, 2]"),
    ] {
        let said = replay(&kafkas(log.iter().cloned().chain(more))).unwrap_err();
        assert!(said.contains(why), "{said}");
    }
}

/// A directory of an older Kafka: its level is told, can be raised to ours, and is never lowered.
#[test]
fn an_older_metadata_version_can_be_raised() {
    let mut w = World::new(1);
    w.apply(Decision { records: vec![Record::Feature { name: "metadata.version".into(), level: 27 }], response: () });
    let level = |w: &World| w.image.features().map(|f| (f.min, f.level, f.max));
    assert_eq!(level(&w), [(27, 27, 30)]);
    let update = |level, upgrade| [FeatureUpdate { name: "metadata.version".into(), level, upgrade }];
    let refused = |w: &mut World, u: &[FeatureUpdate]| {
        let d = w.image.update_features(u, false);
        assert!(d.records.is_empty());
        w.apply(d).unwrap_err().message().to_owned()
    };
    assert!(refused(&mut w, &update(26, UpgradeType::Downgrade)).contains("only supports versions 27-30"));
    assert!(refused(&mut w, &update(29, UpgradeType::Downgrade)).contains("newer version"));
    let d = w.image.update_features(&update(29, UpgradeType::Upgrade), true);
    assert!(d.records.is_empty() && d.response.is_ok(), "only asked whether");
    let d = w.image.update_features(&update(29, UpgradeType::Upgrade), false);
    w.apply(d).unwrap();
    assert_eq!(level(&w), [(29, 29, 30)]);
    assert!(refused(&mut w, &update(28, UpgradeType::Upgrade)).contains("only supports versions 29-30"));
    w.check();
}
