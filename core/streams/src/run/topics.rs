//! The topics of a program: sources are looked up, internal ones and sinks are made.

use super::Config;
use crate::engine::Options;
use crate::plan::{Checked, NodeKind, NodeOp};
use crate::types::nearest;
use std::collections::BTreeMap;
use std::time::Duration;
use wellhead_base::{Code, Error, Result};
use wellhead_client::Admin;
use wellhead_client::admin::NewTopic;

const TIMEOUT: Duration = Duration::from_secs(30);
/// A changelog's records are not compacted for a day: what a crash left half written must not push out what was whole before a restart
/// has put it right.
const COMPACTION_LAG_MS: i64 = 86_400_000;

/// Every topic that there is, with its number of partitions.
fn existing(admin: &Admin) -> Result<BTreeMap<String, i32>> {
    let m = admin.metadata(None, TIMEOUT)?;
    Ok(m.topics.iter().filter(|t| t.error.is_none()).map(|t| (t.name.to_string(), t.partitions.len() as i32)).collect())
}

/// The partitions of the source topics, which must be there (or are made where the configuration says so).
pub fn sources(admin: &Admin, plan: &Checked, config: &Config) -> Result<BTreeMap<String, i32>> {
    let mut have = existing(admin)?;
    let wanted: Vec<&str> = plan.sources().map(|(_, s)| s.topic.as_str()).collect();
    let missing: Vec<&str> = wanted.iter().copied().filter(|t| !have.contains_key(*t)).collect();
    if !missing.is_empty() {
        if !config.create_sources {
            let names: Vec<&str> = have.keys().map(String::as_str).collect();
            let near = nearest(missing[0], &names).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            return Err(Error::new(
                Code::UNKNOWN_TOPIC_OR_PART,
                format!("the source topic {} is not there{near} (create.sources=true makes it)", missing.join(", ")),
            ));
        }
        let new: Vec<NewTopic> = missing
            .iter()
            .map(|t| NewTopic { name: (*t).to_owned(), partitions: -1, replication: config.replication, ..NewTopic::default() })
            .collect();
        create(admin, &new)?;
        have = existing(admin)?;
    }
    wanted
        .into_iter()
        .map(|t| {
            have.get(t)
                .map(|n| (t.to_owned(), *n))
                .ok_or_else(|| Error::new(Code::UNKNOWN_TOPIC_OR_PART, format!("the topic {t} was made and is not there yet")))
        })
        .collect()
}

fn create(admin: &Admin, topics: &[NewTopic]) -> Result<()> {
    if topics.is_empty() {
        return Ok(());
    }
    for (name, outcome) in admin.create_topics(topics, TIMEOUT, false)? {
        match outcome {
            Ok(()) => {}
            // Another process of the program was quicker.
            Err(e) if e.code == Code::TOPIC_ALREADY_EXISTS => {}
            Err(e) => return Err(Error::new(e.code, format!("creating {name}: {}", e.message()))),
        }
    }
    Ok(())
}

/// Makes changelogs, repartition topics and sinks that are not there. One that is there with another number of partitions is an error.
pub fn internal(admin: &Admin, plan: &Checked, options: &Options, partitions: &[i32], config: &Config) -> Result<()> {
    let have = existing(admin)?;
    let mut new: Vec<NewTopic> = Vec::new();
    let mut need = |name: String, partitions: i32, exact: bool, configs: Vec<(String, String)>| -> Result<()> {
        match have.get(&name) {
            Some(n) if exact && *n != partitions => Err(Error::new(
                Code::INVALID_PARTITIONS,
                format!(
                    "{name} has {n} partitions and the program needs {partitions}: the sources' partitions changed since it was made. Delete it (its state is lost) or use another application.id"
                ),
            )),
            Some(_) => Ok(()),
            None => {
                if !new.iter().any(|t| t.name == name) {
                    new.push(NewTopic { name, partitions, replication: config.replication, configs, ..NewTopic::default() });
                }
                Ok(())
            }
        }
    };
    for n in &plan.nodes {
        let count = partitions.get(n.subtopology).copied().unwrap_or(-1);
        if let Some(s) = n.store.as_ref().filter(|s| s.source.is_none()) {
            let mut configs = vec![("min.compaction.lag.ms".to_owned(), COMPACTION_LAG_MS.to_string())];
            match s.retention_ms {
                None => configs.push(("cleanup.policy".to_owned(), "compact".to_owned())),
                Some(ms) => {
                    configs.push(("cleanup.policy".to_owned(), "compact,delete".to_owned()));
                    configs.push(("retention.ms".to_owned(), ms.saturating_add(COMPACTION_LAG_MS).to_string()));
                }
            }
            need(options.changelog_topic(&s.name), count, true, configs)?;
        }
        match &n.kind {
            NodeKind::Move { topic, .. } => {
                // Rows leave it when they are committed, not by age.
                let configs = vec![("cleanup.policy".to_owned(), "delete".to_owned()), ("retention.ms".to_owned(), "-1".to_owned())];
                need(options.move_topic(topic), count, true, configs)?;
            }
            NodeKind::Plan(NodeOp::Sink(s)) => need(s.topic.clone(), s.partitions.unwrap_or(count), false, vec![])?,
            _ => {}
        }
    }
    create(admin, &new)
}
