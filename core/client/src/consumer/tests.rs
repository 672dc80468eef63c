//! The consumer against a scripted broker over the in-process transport.

use super::*;
use crate::cluster::tests::{FakeBroker, answer};
use std::sync::atomic::AtomicUsize;
use wellhead_wire::messages::find_coordinator_response::Coordinator;
use wellhead_wire::messages::leave_group_response::MemberResponse;
use wellhead_wire::messages::{FindCoordinatorResponse, JoinGroupResponse, LeaveGroupResponse};

const LONG: Duration = Duration::from_secs(30);

/// A broker answers the requests of one connection one after the other, and a join waits for the other members. The goodbye of a
/// consumer that closed meanwhile waited behind it: `close` took the five seconds that a leave may take, and the group did not
/// hear of it at all.
#[test]
fn the_goodbye_does_not_wait_behind_a_join() {
    let left = Arc::new((Mutex::new(false), Condvar::new()));
    let joins = Arc::new(AtomicUsize::new(0));
    let (seen, counted) = (left.clone(), joins.clone());
    let broker = FakeBroker::start(
        "join",
        1,
        Arc::new(move |h, _| match h.api_key {
            10 => {
                let c = Coordinator { key: "g".into(), node_id: 1, host: "h".into(), port: 9, ..Default::default() };
                Some(answer(&h, &FindCoordinatorResponse { coordinators: vec![c], ..Default::default() }))
            }
            11 if counted.fetch_add(1, Ordering::SeqCst) == 0 => {
                Some(answer(&h, &JoinGroupResponse { error_code: Code::MEMBER_ID_REQUIRED.get(), member_id: "m-1".into(), ..Default::default() }))
            }
            11 => {
                // This holds the connection: nothing more is read of it before the member has left.
                let mut left = seen.0.lock();
                while !*left && !seen.1.wait_for(&mut left, LONG).timed_out() {}
                None
            }
            13 => {
                *seen.0.lock() = true;
                seen.1.notify_all();
                let m = MemberResponse { member_id: "m-1".into(), ..Default::default() };
                Some(answer(&h, &LeaveGroupResponse { members: vec![m], ..Default::default() }))
            }
            _ => None,
        }),
    );
    let c = Consumer::new([("bootstrap.servers", broker.address().as_str()), ("group.id", "g"), ("enable.auto.commit", "false")]).unwrap();
    c.subscribe(&["t"]).unwrap();
    let until = Instant::now() + LONG;
    while joins.load(Ordering::SeqCst) < 2 {
        assert!(Instant::now() < until, "it never joined");
        c.poll(1, Duration::from_millis(10)).unwrap();
    }
    c.close(LONG).unwrap();
    assert!(*left.0.lock(), "the group was not told");
}

/// A program hears that nobody can be reached: once per address, and once that it is all of them.
#[test]
fn an_address_where_nobody_is_is_told_of_once() {
    let c = Consumer::new([
        ("bootstrap.servers", "embedded:nobody-a,embedded:nobody-b"),
        ("group.id", "g"),
        ("reconnect.backoff.ms", "1"),
        ("reconnect.backoff.max.ms", "1"),
        ("retry.backoff.ms", "1"),
        ("retry.backoff.max.ms", "1"),
    ])
    .unwrap();
    c.subscribe(&["t"]).unwrap();
    let (mut told, until) = (Vec::new(), Instant::now() + LONG);
    while told.len() < 3 && Instant::now() < until {
        told.extend(c.poll(10, Duration::from_millis(10)).unwrap());
    }
    // Many more attempts, and no more news.
    for _ in 0..10 {
        told.extend(c.poll(10, Duration::from_millis(10)).unwrap());
    }
    let mut codes: Vec<Code> = told.iter().map(|e| if let Event::Error(e) = e { e.code } else { panic!("{e:?}") }).collect();
    codes.sort_by_key(|c| c.get());
    assert_eq!(codes, [Code::TRANSPORT, Code::TRANSPORT, Code::ALL_BROKERS_DOWN], "{told:?}");
}

/// A thread that asks the cluster without a bound is let go when another one closes the consumer.
#[test]
fn closing_ends_the_questions_of_other_threads() {
    let c = Consumer::new([("bootstrap.servers", "embedded:nobody-to-ask"), ("group.id", "g")]).unwrap();
    let tp = TopicPartition::new("t", 0);
    let questions: [&(dyn Fn() -> Option<Error> + Sync); 5] = [
        &|| c.commit(Some(&[tp.at(1)]), Duration::MAX).err(),
        &|| c.committed(std::slice::from_ref(&tp), Duration::MAX).err(),
        &|| c.query_watermarks(&tp, Duration::MAX).err(),
        &|| c.offsets_for_times(&[tp.at(1)], Duration::MAX).err(),
        &|| c.metadata(None, Duration::MAX).err(),
    ];
    let asking = std::sync::Barrier::new(questions.len() + 1);
    std::thread::scope(|s| {
        let threads: Vec<_> = questions.iter().map(|q| s.spawn(|| (asking.wait(), q()).1)).collect();
        asking.wait();
        let _ = c.close(Duration::ZERO);
        for (i, t) in threads.into_iter().enumerate() {
            let e = t.join().unwrap().expect("nobody answers");
            assert!(matches!(e.code, Code::DESTROY | Code::STATE | Code::TRANSPORT), "{i}: {e:?}");
        }
    });
}
