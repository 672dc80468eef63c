//! A fetch session with one broker (KIP-227): after a first full request only what changed is sent. Pure.
//!
//! Invariant: what the broker remembers is `sent` as long as `epoch` is above 0; any doubt starts a new session.

use crate::types::TopicPartition;
use std::collections::{BTreeMap, BTreeSet};
use wellhead_base::{Code, TopicId};
use wellhead_wire::messages::FetchRequest;
use wellhead_wire::messages::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic};

/// What is asked of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Want {
    pub topic_id: TopicId,
    pub offset: i64,
    pub leader_epoch: i32,
    pub bytes_max: i32,
}

#[derive(Debug, Default)]
pub(crate) struct FetchSession {
    id: i32,
    epoch: i32,
    sent: BTreeMap<TopicPartition, Want>,
    /// What the broker last told of each partition; it says nothing of one in which nothing changed.
    told: BTreeMap<TopicPartition, Ends>,
}

/// Where a partition begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub high: i64,
    pub last_stable: i64,
    pub low: i64,
}

impl FetchSession {
    /// Fills in session and partitions of the next request, which asks for exactly `wants`.
    pub fn next(&mut self, wants: &BTreeMap<TopicPartition, Want>, request: &mut FetchRequest) {
        // A topic made anew under its name has another id: the session holds the old one, which must go first.
        let renamed = wants.iter().any(|(tp, w)| self.sent.get(tp).is_some_and(|s| s.topic_id != w.topic_id));
        if renamed {
            self.reset();
        }
        let full = self.epoch == 0;
        request.session_id = self.id;
        request.session_epoch = self.epoch;
        request.topics.clear();
        request.forgotten_topics_data.clear();
        for (tp, w) in wants {
            if !full && self.sent.get(tp) == Some(w) {
                continue;
            }
            let partition = FetchPartition {
                partition: tp.partition,
                current_leader_epoch: w.leader_epoch,
                fetch_offset: w.offset,
                partition_max_bytes: w.bytes_max,
                ..FetchPartition::default()
            };
            match request.topics.last_mut().filter(|t| *t.topic == *tp.topic) {
                Some(t) => t.partitions.push(partition),
                None => request.topics.push(FetchTopic { topic: tp.topic.to_string(), topic_id: w.topic_id, partitions: vec![partition] }),
            }
        }
        for (tp, s) in self.sent.iter().filter(|(tp, _)| !full && !wants.contains_key(tp)) {
            match request.forgotten_topics_data.last_mut().filter(|t| *t.topic == *tp.topic) {
                Some(t) => t.partitions.push(tp.partition),
                None => request.forgotten_topics_data.push(ForgottenTopic {
                    topic: tp.topic.to_string(),
                    topic_id: s.topic_id,
                    partitions: vec![tp.partition],
                }),
            }
        }
        self.sent.clone_from(wants);
    }

    /// Takes the response's session. False when the session is over and the request is to be sent again, full.
    pub fn answered(&mut self, error: Code, session_id: i32) -> bool {
        match error {
            Code::FETCH_SESSION_ID_NOT_FOUND | Code::INVALID_FETCH_SESSION_EPOCH | Code(106) => {
                self.reset();
                false
            }
            _ if session_id == 0 => {
                // The broker keeps none (its cache is full, or it is old).
                self.reset();
                true
            }
            _ => {
                self.id = session_id;
                self.epoch = if self.epoch == i32::MAX { 1 } else { self.epoch + 1 };
                true
            }
        }
    }

    /// The ends of a partition that an answer named.
    pub fn told(&mut self, tp: &TopicPartition, ends: Ends) {
        self.told.insert(tp.clone(), ends);
    }
    /// Partitions that were asked for and that an answer left out because nothing changed since the broker told these ends.
    pub fn unchanged<'a>(&'a self, named: &'a BTreeSet<TopicPartition>) -> impl Iterator<Item = (&'a TopicPartition, i64, Ends)> {
        let left_out = self.sent.iter().filter(|(tp, _)| self.epoch > 0 && !named.contains(tp));
        left_out.filter_map(|(tp, w)| self.told.get(tp).map(|e| (tp, w.offset, *e)))
    }

    /// After a lost connection or response nobody knows what the broker remembers.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn wants(rows: &[(&str, i32, i64)]) -> BTreeMap<TopicPartition, Want> {
        rows.iter()
            .map(|(t, p, offset)| {
                (TopicPartition::new(*t, *p), Want { topic_id: TopicId([t.as_bytes()[0]; 16]), offset: *offset, leader_epoch: -1, bytes_max: 9 })
            })
            .collect()
    }
    /// `id/epoch t0@5 u1@6 -t1`
    fn text(r: &FetchRequest) -> String {
        let mut out = format!("{}/{}", r.session_id, r.session_epoch);
        for t in &r.topics {
            for p in &t.partitions {
                write!(out, " {}{}@{}", t.topic, p.partition, p.fetch_offset).expect("a string takes all");
            }
        }
        for t in &r.forgotten_topics_data {
            for p in &t.partitions {
                write!(out, " -{}{p}", t.topic).expect("a string takes all");
            }
        }
        out
    }

    #[test]
    fn only_changes_are_sent_until_the_session_is_in_doubt() {
        let (mut s, mut r) = (FetchSession::default(), FetchRequest::default());
        let mut step = |rows: &[(&str, i32, i64)], code: Code, id: i32| {
            s.next(&wants(rows), &mut r);
            let said = text(&r);
            (said, s.answered(code, id))
        };
        let ok = Code::NO_ERROR;
        assert_eq!(step(&[("t", 0, 5), ("t", 1, 5)], ok, 77), ("0/0 t0@5 t1@5".into(), true));
        assert_eq!(step(&[("t", 0, 8), ("t", 1, 5)], ok, 77), ("77/1 t0@8".into(), true));
        assert_eq!(step(&[("t", 0, 8), ("u", 0, 0)], ok, 77), ("77/2 u0@0 -t1".into(), true));
        assert_eq!(step(&[("t", 0, 8), ("u", 0, 0)], Code::FETCH_SESSION_ID_NOT_FOUND, 0), ("77/3".into(), false));
        assert_eq!(step(&[("t", 0, 8), ("u", 0, 0)], ok, 0), ("0/0 t0@8 u0@0".into(), true));
        assert_eq!(step(&[("t", 0, 8)], ok, 0), ("0/0 t0@8".into(), true));
    }

    #[test]
    fn a_topic_made_anew_starts_a_new_session() {
        let (mut s, mut r) = (FetchSession::default(), FetchRequest::default());
        s.next(&wants(&[("t", 0, 5)]), &mut r);
        assert!(s.answered(Code::NO_ERROR, 9));
        let mut again = wants(&[("t", 0, 0)]);
        for w in again.values_mut() {
            w.topic_id = TopicId([9; 16]);
        }
        s.next(&again, &mut r);
        assert_eq!(text(&r), "0/0 t0@0");
    }

    /// A consumer that sought to the end of a known partition never heard that it is there: the broker says nothing of it.
    #[test]
    fn what_an_answer_leaves_out_is_as_it_was() {
        let mut s = FetchSession::default();
        let mut r = FetchRequest::default();
        s.next(&wants(&[("t", 0, 5), ("t", 1, 6)]), &mut r);
        let ends = Ends { high: 5, last_stable: 5, low: 0 };
        let first = TopicPartition::new("t", 0);
        s.told(&first, ends);
        assert_eq!(s.unchanged(&BTreeSet::new()).count(), 0, "there is no session yet");
        assert!(s.answered(Code::NO_ERROR, 7));
        assert_eq!(s.unchanged(&BTreeSet::new()).collect::<Vec<_>>(), [(&first, 5, ends)], "of the other nothing was told");
        assert_eq!(s.unchanged(&BTreeSet::from([first.clone()])).count(), 0);
        s.reset();
        assert_eq!(s.unchanged(&BTreeSet::new()).count(), 0);
    }
}
