//! The admin against this repository's broker: every call once, and the mistakes it has to name.

use std::time::Duration;
use wellhead::admin::*;
use wellhead::*;

const LONG: Duration = Duration::from_secs(30);

fn code<T: std::fmt::Debug>(r: &Result<T>) -> Code {
    r.as_ref().err().map_or(Code::NO_ERROR, |e| e.code)
}

#[test]
fn topics_configs_records_groups_and_offsets() {
    let dir = tempfile::tempdir().unwrap();
    let b = Broker::open(dir.path(), &[]).unwrap();
    let at = b.bootstrap_servers();
    let pairs = [("bootstrap.servers", at.as_str()), ("group.id", "g"), ("auto.offset.reset", "earliest")];
    let a = Admin::new(pairs).unwrap();

    // Topics
    let new = |name: &str, partitions| NewTopic {
        name: name.into(),
        partitions,
        replication: -1,
        configs: vec![("retention.ms".into(), "-1".into())],
        ..Default::default()
    };
    assert_eq!(code(&a.create_topics(&[new("t", 2)], LONG, true).unwrap()[0].1), Code::NO_ERROR);
    assert!(a.describe_topics(&["t"], LONG).unwrap()[0].error.is_some(), "it was only validated");
    let made = a.create_topics(&[new("t", 2), new("bad/name", 1)], LONG, false).unwrap();
    assert_eq!(made.iter().map(|m| code(&m.1)).collect::<Vec<_>>(), [Code::NO_ERROR, Code::TOPIC_EXCEPTION]);
    assert_eq!(code(&a.create_topics(&[new("t", 2)], LONG, false).unwrap()[0].1), Code::TOPIC_ALREADY_EXISTS);
    assert_eq!(code(&a.create_partitions(&[("t", 3, vec![])], LONG, false).unwrap()[0].1), Code::NO_ERROR);
    assert_eq!(code(&a.create_partitions(&[("t", 1, vec![])], LONG, false).unwrap()[0].1), Code::INVALID_PARTITIONS);
    assert_eq!(a.describe_topics(&["t"], LONG).unwrap()[0].partitions.len(), 3);
    assert!(a.metadata(None, LONG).unwrap().topics.iter().any(|t| &*t.name == "t"));
    assert_eq!(a.describe_cluster(LONG).unwrap().brokers.len(), 1);

    // Configs
    let t = ConfigResource { kind: ResourceType::Topic, name: "t".into() };
    let value = |name: &str| {
        let rows = a.describe_configs(std::slice::from_ref(&t), LONG).unwrap().remove(0).1.unwrap();
        rows.into_iter().find(|c| c.name == name).unwrap_or_else(|| panic!("{name} is described")).value
    };
    assert_eq!(value("retention.ms").as_deref(), Some("-1"));
    let change = |name: &str, v: &str| vec![(t.clone(), vec![ConfigChange { name: name.into(), op: AlterOp::Set, value: Some(v.into()) }])];
    assert_eq!(code(&a.incremental_alter_configs(&change("retention.ms", "86400000"), LONG, false).unwrap()[0].1), Code::NO_ERROR);
    assert_eq!(value("retention.ms").as_deref(), Some("86400000"));
    assert_eq!(code(&a.incremental_alter_configs(&change("retention.ms", "soon"), LONG, false).unwrap()[0].1), Code::INVALID_CONFIG);
    assert_eq!(
        code(&a.alter_configs(&[(t.clone(), vec![("cleanup.policy".into(), Some("compact".into()))])], LONG, false).unwrap()[0].1),
        Code::NO_ERROR
    );
    assert_eq!(value("cleanup.policy").as_deref(), Some("compact"));
    assert_ne!(value("retention.ms").as_deref(), Some("86400000"), "alter_configs replaces them all");
    assert_eq!(code(&a.alter_configs(&[(t.clone(), vec![])], LONG, false).unwrap()[0].1), Code::NO_ERROR);

    // Records and offsets; the admin comes from a producer's configuration.
    let p = Producer::new(pairs).unwrap();
    for i in 0..10 {
        p.send(&ProducerRecord { timestamp_ms: 1_700_000_000_000 + i, ..ProducerRecord::to("t").partition(0).value(b"x") }).unwrap();
    }
    assert_eq!(p.flush(LONG), 0);
    p.poll_reports(100, LONG).iter().for_each(|r| assert!(r.error.is_none(), "{r:?}"));
    let a2 = p.admin().unwrap();
    let tp = TopicPartition::new("t", 0);
    let ask = |spec| a2.list_offsets(&[(tp.clone(), spec)], true, LONG).unwrap().remove(0).1.unwrap().offset;
    assert_eq!(
        [ask(OffsetSpec::Earliest), ask(OffsetSpec::Latest), ask(OffsetSpec::MaxTimestamp), ask(OffsetSpec::Timestamp(1_700_000_000_004))],
        [0, 10, 9, 4]
    );
    let deleted = a.delete_records(&[tp.at(3)], LONG).unwrap();
    assert_eq!((deleted[0].offset, deleted[0].error.clone()), (3, None));
    assert_eq!(ask(OffsetSpec::Earliest), 3);

    // Groups
    let c = Consumer::new(pairs).unwrap();
    c.subscribe(&["t"]).unwrap();
    let mut n = 0;
    while n < 7 {
        n += c.poll(100, LONG).unwrap().iter().map(|e| if let Event::Records(r) = e { r.len() } else { 0 }).sum::<usize>();
    }
    c.commit(None, LONG).unwrap();
    let (groups, errors) = a.list_groups(&["Stable"], &[], LONG).unwrap();
    assert!(errors.is_empty() && groups.iter().any(|g| g.group_id == "g" && g.state == "Stable"), "{groups:?} {errors:?}");
    let g = a.describe_groups(&["g"], LONG).unwrap().remove(0).1.unwrap();
    assert_eq!((g.state.as_str(), g.members.len(), g.members[0].assignment.len()), ("Stable", 1, 3));
    assert_eq!(code(&a.delete_groups(&["g"], LONG).unwrap()[0].1), Code::NON_EMPTY_GROUP);
    c.admin().unwrap().describe_cluster(LONG).unwrap();
    c.close(LONG).unwrap();
    let committed = || a.list_group_offsets("g", None, true, LONG).unwrap().iter().map(|o| (o.partition, o.offset)).collect::<Vec<_>>();
    assert_eq!(committed(), [(0, 10)]);
    a.alter_group_offsets("g", &[tp.at(5), TopicPartition::new("t", 1).at(0)], LONG)
        .unwrap()
        .iter()
        .for_each(|o| assert!(o.error.is_none(), "{o:?}"));
    assert_eq!(committed(), [(0, 5), (1, 0)]);
    assert!(a.delete_group_offsets("g", std::slice::from_ref(&tp), LONG).unwrap()[0].error.is_none());
    assert_eq!(committed(), [(1, 0)]);
    assert_eq!(code(&a.delete_groups(&["g", "none"], LONG).unwrap()[0].1), Code::NO_ERROR);
    assert!(committed().is_empty());

    let gone = a.delete_topics(&["t", "none"], LONG).unwrap();
    assert_eq!(gone.iter().map(|g| code(&g.1)).collect::<Vec<_>>(), [Code::NO_ERROR, Code::UNKNOWN_TOPIC_OR_PART]);
    a.close();
    assert_eq!(code(&a.describe_cluster(LONG)), Code::STATE);
}

/// What a newcomer trips over, and what is answered at the edges; over TCP and in process.
#[test]
fn edges_in_process_and_over_tcp() {
    for listeners in [None, Some("PLAINTEXT://127.0.0.1:0")] {
        let dir = tempfile::tempdir().unwrap();
        let props: Vec<(String, String)> = listeners.map(|l| ("listeners".to_owned(), l.to_owned())).into_iter().collect();
        let b = Broker::open(dir.path(), &props).unwrap();
        let at = b.bootstrap_servers();
        assert_eq!(at.starts_with("embedded:"), listeners.is_none(), "{at}");
        let pairs = [("bootstrap.servers", at.as_str()), ("client.id", "edges")];
        let a = Admin::new(pairs).unwrap();
        assert_eq!(a.client_id(), "edges");

        // The broker chooses what is -1, and many topics at once can be written to right away.
        let topics: Vec<NewTopic> =
            (0..20).map(|i| NewTopic { name: format!("t{i}"), partitions: -1, replication: -1, ..Default::default() }).collect();
        a.create_topics(&topics, LONG, false).unwrap().iter().for_each(|(n, r)| assert!(r.is_ok(), "{n}: {r:?}"));
        let names: Vec<&str> = topics.iter().map(|t| t.name.as_str()).collect();
        let told = a.describe_topics(&names, LONG).unwrap();
        assert!(told.iter().all(|t| t.error.is_none() && !t.partitions.is_empty() && t.partitions.iter().all(|p| p.leader >= 0)), "{told:?}");
        let p = Producer::new(pairs).unwrap();
        for n in &names {
            p.send(&ProducerRecord::to(n).partition(0).value(b"x")).unwrap();
        }
        assert_eq!(p.flush(LONG), 0);

        // Several replicas need several brokers.
        let wide = NewTopic { name: "wide".into(), partitions: 1, replication: 3, ..Default::default() };
        let e = a.create_topics(&[wide], LONG, false).unwrap().remove(0).1.unwrap_err();
        assert!(e.code == Code::INVALID_REPLICATION_FACTOR && e.message() != e.code.description(), "the broker says why: {e:?}");

        // Records: everything, too much, of nobody.
        let of = |topic: &str, offset| TopicPartitionOffset::new(topic, 0, offset);
        let rows = a.delete_records(&[of("t0", OFFSET_END), of("t1", 99), of("none", 1)], LONG).unwrap();
        let told: Vec<_> = rows.iter().map(|o| (&*o.topic, o.offset, o.error.as_ref().map(|e| e.code))).collect();
        assert_eq!(
            told,
            [("t0", 1, None), ("t1", OFFSET_INVALID, Some(Code::OFFSET_OUT_OF_RANGE)), ("none", OFFSET_INVALID, Some(Code::UNKNOWN_TOPIC_OR_PART))]
        );
        let specs = [
            (TopicPartition::new("none", 0), OffsetSpec::Latest),
            (TopicPartition::new("t1", 7), OffsetSpec::Latest),
            (TopicPartition::new("t1", 0), OffsetSpec::Timestamp(i64::MAX)),
        ];
        let rows = a.list_offsets(&specs, false, LONG).unwrap();
        assert_eq!([code(&rows[0].1), code(&rows[1].1)].map(|c| c == Code::NO_ERROR), [false, false], "{rows:?}");
        assert_eq!(rows[2].1.as_ref().unwrap().offset, -1, "no record is that late");

        // The broker's own configs, by its id; a broker that is not there.
        let id = a.describe_cluster(LONG).unwrap().brokers[0].id;
        let broker = |name: String| ConfigResource { kind: ResourceType::Broker, name };
        let rows = a.describe_configs(&[broker(id.to_string()), broker((id + 1).to_string()), broker(String::new())], LONG).unwrap();
        let own = rows[0].1.as_ref().unwrap();
        assert!(own.len() > 20 && own.iter().any(|c| c.name == "num.partitions" && c.is_default), "{own:?}");
        assert_eq!([code(&rows[1].1), code(&rows[2].1)], [Code::UNKNOWN_BROKER, Code::NO_ERROR]);

        // Groups that are not there.
        let dead = a.describe_groups(&["nobody"], LONG).unwrap().remove(0).1.unwrap();
        assert_eq!((dead.state.as_str(), dead.members.len(), dead.coordinator.id), ("Dead", 0, id));
        assert_eq!(code(&a.delete_groups(&["nobody"], LONG).unwrap()[0].1), Code::GROUP_ID_NOT_FOUND);
        assert_eq!(code(&a.delete_group_offsets("nobody", &[TopicPartition::new("t0", 0)], LONG)), Code::GROUP_ID_NOT_FOUND);
        let rows = a.list_group_offsets("nobody", Some(&[TopicPartition::new("t0", 0)]), false, LONG).unwrap();
        assert_eq!((rows[0].offset, rows[0].error.is_none()), (OFFSET_INVALID, true));
        let rows = a.alter_group_offsets("fresh", &[of("t0", 1), of("none", 1)], LONG).unwrap();
        assert_eq!(rows.iter().map(|o| o.error.as_ref().map(|e| e.code)).collect::<Vec<_>>(), [None, Some(Code::UNKNOWN_TOPIC_OR_PART)]);
        assert!(a.list_groups(&["Empty"], &["classic"], LONG).unwrap().0.iter().any(|g| g.group_id == "fresh"));
        assert!(a.list_groups(&["Stable"], &[], LONG).unwrap().0.is_empty());

        // A broker that went away is a timeout that says what was waited for, and comes back as if nothing had been.
        b.close().unwrap();
        drop(b);
        let e = a.create_topics(
            &[NewTopic { name: "late".into(), partitions: 1, replication: 1, ..Default::default() }],
            Duration::from_millis(300),
            false,
        );
        let e = e.unwrap_err();
        assert!(e.code == Code::TIMED_OUT && e.message().contains("creating topics"), "{e:?}");
        if listeners.is_none() {
            let _b = Broker::open(dir.path(), &props).unwrap();
            let gone = a.delete_topics(&names, LONG).unwrap();
            assert!(gone.iter().all(|(_, r)| r.is_ok()), "{gone:?}");
        }
    }
}
