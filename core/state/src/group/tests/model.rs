//! Random calls against what must always hold.

use super::*;
use proptest::prelude::*;

/// What a random client does.
#[derive(Debug, Clone)]
enum Act {
    Join(usize, bool),
    StaticJoin(usize),
    Sync(usize),
    Beat(usize),
    Leave(usize),
    Commit(usize, i64),
    SimpleCommit(i64),
    Pass(i64),
    Durable,
    Fail,
    Delete,
    Expire,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let m = 0usize..4;
    let act = prop_oneof![
        6 => (m.clone(), any::<bool>()).prop_map(|(m, c)| Act::Join(m, c)),
        2 => m.clone().prop_map(Act::StaticJoin),
        6 => m.clone().prop_map(Act::Sync),
        3 => m.clone().prop_map(Act::Beat),
        1 => m.clone().prop_map(Act::Leave),
        3 => (m, 0i64..100).prop_map(|(m, o)| Act::Commit(m, o)),
        1 => (0i64..100).prop_map(Act::SimpleCommit),
        3 => (1i64..20_000).prop_map(Act::Pass),
        8 => Just(Act::Durable),
        1 => Just(Act::Fail),
        1 => Just(Act::Delete),
        1 => Just(Act::Expire),
    ];
    prop::collection::vec(act, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever clients do and whenever appends become durable: no illegal transition, no token answered twice, all are answered
    /// in the end; and while the group is at rest, what the log says is what the machine knows.
    #[test]
    fn replay_equals_the_live_state(acts in acts()) {
        let mut w = World::new();
        w.auto = false;
        // What each client believes: its id and generation.
        let mut ids = vec![(String::new(), -1); 4];
        let mut joins: BTreeMap<Token, usize> = BTreeMap::new();
        let mut asked = std::collections::BTreeSet::new();
        let mut failed = false;
        for act in acts {
            match act {
                Act::Join(m, changed) => {
                    let id = ids[m].0.clone();
                    let t = w.join(Join { member: &id, topics: if changed { &["u"] } else { &["t"] }, ..Join::default() });
                    joins.insert(t, m);
                    asked.insert(t);
                }
                Act::StaticJoin(m) => {
                    let t = w.join(Join { instance: Some(["s0", "s1", "s2", "s3"][m]), ..Join::default() });
                    asked.insert(t);
                }
                Act::Sync(m) => {
                    let (id, generation) = ids[m].clone();
                    let everyone: Vec<String> = w.groups.get(G).map(|g| g.member_ids().map(str::to_owned).collect()).unwrap_or_default();
                    let assign: Vec<(&str, &str)> = everyone.iter().map(|m| (m.as_str(), &m[m.len() - 4..])).collect();
                    let t = w.sync(&id, generation, &assign);
                    asked.insert(t);
                }
                Act::Beat(m) => { let (id, g) = ids[m].clone(); w.beat(&id, g); }
                Act::Leave(m) => {
                    let token = w.token();
                    asked.insert(token);
                    let request = LeaveGroupRequest {
                        group_id: G.into(),
                        members: vec![MemberIdentity { member_id: ids[m].0.clone(), ..MemberIdentity::default() }],
                        ..LeaveGroupRequest::default()
                    };
                    let mut fx = Effects::default();
                    w.groups.leave(w.now, token, &request, &mut fx);
                    w.absorb(fx);
                }
                Act::Commit(m, o) => { let (id, g) = ids[m].clone(); let t = w.commit(&id, g, "t", o); asked.insert(t); }
                Act::SimpleCommit(o) => { let t = w.commit("", -1, "s", o); asked.insert(t); }
                Act::Pass(ms) => w.pass(ms),
                Act::Durable => w.durable(Ok(())),
                Act::Fail => {
                    // What was refused is not in the log; the log before it is.
                    failed |= !w.waiting.is_empty();
                    w.durable(Err(Code::KAFKA_STORAGE_ERROR));
                }
                Act::Delete => {
                    let (mut fx, t) = (Effects::default(), w.token());
                    if w.groups.delete_group(t, G, &mut fx).is_ok() { asked.insert(t); }
                    w.absorb(fx);
                }
                Act::Expire => {
                    let mut fx = Effects::default();
                    w.groups.expire(w.now, &mut fx);
                    w.absorb(fx);
                }
            }
            for (t, r) in std::mem::take(&mut w.replies) {
                prop_assert!(asked.remove(&t), "token {} was not asked, or twice", t);
                if let (Some(m), Reply::Join(r)) = (joins.remove(&t), &r) {
                    match Code(r.error_code) {
                        Code::NO_ERROR => ids[m] = (r.member_id.clone(), r.generation_id),
                        Code::MEMBER_ID_REQUIRED => ids[m].0 = r.member_id.clone(),
                        _ => ids[m] = (String::new(), -1),
                    }
                }
            }
            let at_rest = w.waiting.is_empty() && w.groups.get(G).is_none_or(|g| matches!(g.state(), State::Stable | State::Empty));
            if at_rest && !failed {
                let known: BTreeMap<_, _> = World::view(&w.groups).into_iter().filter(|(id, _)| !w.groups.get(id).unwrap().has_pending_members() || w.restarted().get(id).is_some()).collect();
                prop_assert_eq!(World::view(&w.restarted()), known);
            }
        }
        w.durable(Ok(()));
        w.pass(10_000_000);
        w.durable(Ok(()));
        for t in std::mem::take(&mut w.replies).into_keys() {
            asked.remove(&t);
        }
        prop_assert!(asked.is_empty(), "never answered: {:?}", asked);
    }
}
