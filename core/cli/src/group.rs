//! `wellhead group ...`

use crate::args::{Global, Group, Reset};
use crate::connect::Cluster;
use crate::fail::{Done, Failure, Result};
use crate::output::Out;
use crate::{time, topic};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use wellhead::admin::{GroupDescription, OffsetSpec};
use wellhead::{Admin, Code, Error, OFFSET_INVALID, TopicPartition, TopicPartitionOffset};
use wellhead_base::props;

pub fn run(global: &Global, command: Group) -> Done {
    let cluster = Cluster::new(global);
    let admin = cluster.admin()?;
    let mut out = Out::stdout(global.json);
    match command {
        Group::List { state } => list(&cluster, &admin, &mut out, &state),
        Group::Describe { names } => describe(&cluster, &admin, &mut out, &names),
        Group::Reset(r) => reset(&cluster, &admin, &mut out, &r),
        Group::Delete { names } => delete(&cluster, &admin, &mut out, &names),
    }?;
    out.flush()
}

fn no_such_group(cluster: &Cluster, admin: &Admin, name: &str) -> Failure {
    let failure = Failure::new(format!("There is no group \"{name}\""));
    let Ok((all, _)) = admin.list_groups(&[], &[], cluster.timeout) else { return failure };
    match props::nearest(all.iter().map(|g| g.group_id.as_str()), name) {
        Some(near) if near != name => failure.hint(format!("Did you mean \"{near}\"?")),
        _ => failure.hint("`wellhead group list` shows them."),
    }
}

fn group_failure(cluster: &Cluster, admin: &Admin, name: &str, e: &Error) -> Failure {
    match e.code {
        Code::GROUP_ID_NOT_FOUND => no_such_group(cluster, admin, name),
        Code::NON_EMPTY_GROUP | Code::UNKNOWN_MEMBER_ID => has_members(name),
        _ => cluster.failure(e),
    }
}
fn has_members(name: &str) -> Failure {
    Failure::new(format!("Group {name} has members")).hint("Stop its consumers first.")
}

fn list(cluster: &Cluster, admin: &Admin, out: &mut Out, states: &[String]) -> Done {
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    let (mut groups, errors) = admin.list_groups(&states, &[], cluster.timeout).map_err(|e| cluster.failure(&e))?;
    for e in &errors {
        eprintln!("wellhead: not all brokers answered: {}", e.message());
    }
    groups.sort_by(|a, b| a.group_id.cmp(&b.group_id));
    if out.json {
        let values = groups.iter().map(|g| json!({ "group": g.group_id, "state": g.state, "protocol_type": g.protocol_type, "type": g.group_type }));
        return out.value(&Value::Array(values.collect()));
    }
    let or = |s: &str, other: &str| if s.is_empty() { other.to_owned() } else { s.to_owned() };
    let rows: Vec<Vec<String>> =
        groups.iter().map(|g| vec![g.group_id.clone(), or(&g.state, "-"), or(&g.protocol_type, "-"), or(&g.group_type, "-")]).collect();
    out.table(&["GROUP", "STATE", "PROTOCOL", "TYPE"], &rows)
}

/// The description of a group that exists: it has members, or committed offsets.
fn known(cluster: &Cluster, admin: &Admin, name: &str) -> Result<(GroupDescription, Vec<TopicPartitionOffset>)> {
    let mut answers = admin.describe_groups(&[name], cluster.timeout).map_err(|e| group_failure(cluster, admin, name, &e))?;
    let (_, answer) = answers.pop().ok_or_else(|| no_such_group(cluster, admin, name))?;
    let group = answer.map_err(|e| group_failure(cluster, admin, name, &e))?;
    let mut committed = admin.list_group_offsets(name, None, false, cluster.timeout).map_err(|e| group_failure(cluster, admin, name, &e))?;
    committed.retain(|o| o.offset >= 0);
    committed.sort_by(|a, b| (&a.topic, a.partition).cmp(&(&b.topic, b.partition)));
    // Brokers answer Dead for what they do not know.
    if group.state == "Dead" && committed.is_empty() {
        return Err(no_such_group(cluster, admin, name));
    }
    Ok((group, committed))
}

fn describe(cluster: &Cluster, admin: &Admin, out: &mut Out, names: &[String]) -> Done {
    let mut values = Vec::new();
    for (n, name) in names.iter().enumerate() {
        let (group, committed) = known(cluster, admin, name)?;
        let mut rows: BTreeMap<TopicPartition, (i64, Option<usize>)> = committed.iter().map(|o| (o.tp(), (o.offset, None))).collect();
        for (m, member) in group.members.iter().enumerate() {
            for tp in &member.assignment {
                rows.entry(tp.clone()).or_insert((OFFSET_INVALID, None)).1 = Some(m);
            }
        }
        let partitions: Vec<TopicPartition> = rows.keys().cloned().collect();
        let ends = ends(cluster, admin, &partitions);
        let lag = |offset: i64, end: Option<i64>| if offset >= 0 { end.map(|e| (e - offset).max(0)) } else { None };
        if out.json {
            let offsets: Vec<Value> = rows
                .iter()
                .zip(&ends)
                .map(|((tp, &(offset, member)), &end)| {
                    let member = member.map(|m| group.members[m].member_id.as_str());
                    let committed = (offset >= 0).then_some(offset);
                    json!({ "topic": &*tp.topic, "partition": tp.partition, "committed": committed, "end": end, "lag": lag(offset, end), "member": member })
                })
                .collect();
            let members: Vec<Value> = group
                .members
                .iter()
                .map(|m| {
                    let partitions: Vec<Value> = m.assignment.iter().map(|tp| json!([&*tp.topic, tp.partition])).collect();
                    json!({ "id": m.member_id, "instance": m.group_instance_id, "client_id": m.client_id, "host": m.client_host, "partitions": partitions })
                })
                .collect();
            values.push(json!({
                "group": name, "state": group.state, "protocol": group.protocol, "coordinator": group.coordinator.id, "members": members, "offsets": offsets,
            }));
            continue;
        }
        if n > 0 {
            out.line("")?;
        }
        let members = group.members.len();
        let assignor = if group.protocol.is_empty() { String::new() } else { format!(", assignor {}", group.protocol) };
        out.line(&format!(
            "{name}: {}, {members} member{}{assignor}, coordinator {}",
            group.state,
            if members == 1 { "" } else { "s" },
            group.coordinator.id
        ))?;
        let dash = |v: Option<i64>| v.map_or("-".to_owned(), |v| v.to_string());
        let table: Vec<Vec<String>> = rows
            .iter()
            .zip(&ends)
            .map(|((tp, &(offset, member)), &end)| {
                let member = member.map(|m| &group.members[m]);
                vec![
                    tp.topic.to_string(),
                    tp.partition.to_string(),
                    dash((offset >= 0).then_some(offset)),
                    dash(end),
                    dash(lag(offset, end)),
                    member.map_or("-".to_owned(), |m| m.member_id.clone()),
                    member.map_or("-".to_owned(), |m| m.client_host.clone()),
                ]
            })
            .collect();
        out.table(&["TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "MEMBER", "HOST"], &table)?;
    }
    if out.json { out.one_or_many(values) } else { Ok(()) }
}

/// The next offset of each partition; none where the topic is gone.
fn ends(cluster: &Cluster, admin: &Admin, partitions: &[TopicPartition]) -> Vec<Option<i64>> {
    let specs: Vec<_> = partitions.iter().map(|tp| (tp.clone(), OffsetSpec::Latest)).collect();
    let answers = if specs.is_empty() { Vec::new() } else { admin.list_offsets(&specs, false, cluster.timeout).unwrap_or_default() };
    partitions.iter().map(|tp| answers.iter().find(|(t, _)| t == tp).and_then(|(_, a)| a.as_ref().ok()).map(|o| o.offset)).collect()
}

/// `TOPIC` or `TOPIC:0,1`.
fn parse_topic(s: &str) -> Result<(&str, Vec<i32>)> {
    let Some((name, list)) = s.split_once(':') else { return Ok((s, Vec::new())) };
    let numbers: std::result::Result<Vec<i32>, _> = list.split(',').map(|p| p.trim().parse::<i32>()).collect();
    match numbers {
        Ok(n) if n.iter().all(|&p| p >= 0) => Ok((name, n)),
        _ => Err(Failure::new(format!("\"{s}\" is neither TOPIC nor TOPIC:PARTITION,PARTITION"))),
    }
}

fn reset(cluster: &Cluster, admin: &Admin, out: &mut Out, args: &Reset) -> Done {
    let time = args
        .to_datetime
        .as_deref()
        .map(|t| time::parse(t).ok_or_else(|| Failure::new(format!("\"{t}\" is no time")).hint("Write it like 2026-01-31T12:00:00Z.")))
        .transpose()?;
    let wanted: Vec<(&str, Vec<i32>)> = args.topic.iter().map(|t| parse_topic(t)).collect::<Result<_>>()?;
    // A group that has never committed may be given its first offsets.
    let (members, committed) = match known(cluster, admin, &args.name) {
        Ok((group, committed)) => (group.members.len(), committed),
        Err(_) if !wanted.is_empty() => (0, Vec::new()),
        Err(e) => return Err(e),
    };
    if members > 0 && args.execute {
        return Err(has_members(&args.name));
    }
    let mut partitions: Vec<TopicPartition> = Vec::new();
    for (name, numbers) in &wanted {
        let t = topic::one(cluster, admin, name)?;
        if let Some(p) = numbers.iter().find(|&&p| !t.partitions.iter().any(|q| q.id == p)) {
            return Err(Failure::new(format!("Topic {name} has no partition {p}")));
        }
        let chosen = t.partitions.iter().filter(|p| numbers.is_empty() || numbers.contains(&p.id));
        partitions.extend(chosen.map(|p| TopicPartition::new(t.name.clone(), p.id)));
    }
    if wanted.is_empty() {
        partitions = committed.iter().map(TopicPartitionOffset::tp).collect();
    }
    if partitions.is_empty() {
        return Err(Failure::new(format!("Group {} has committed nothing", args.name)).hint("Name what to set with --topic TOPIC."));
    }
    let bounds = topic::bounds(cluster, admin, &partitions)?;
    let at_time = time.map(|ms| topic::offsets(cluster, admin, &partitions, OffsetSpec::Timestamp(ms))).transpose()?;
    let mut plan = Vec::new();
    for (i, tp) in partitions.iter().enumerate() {
        let (first, next) = bounds[i];
        let now = committed.iter().find(|o| o.partition == tp.partition && o.topic == tp.topic).map(|o| o.offset);
        let to = if args.to_earliest {
            first
        } else if args.to_latest {
            next
        } else if let Some(n) = args.to_offset {
            n
        } else if let Some(at) = &at_time {
            if at[i] < 0 { next } else { at[i] }
        } else {
            let Some(now) = now else { return Err(Failure::new(format!("Group {} has no offset of {tp} to shift", args.name))) };
            now.saturating_add(args.shift_by.unwrap_or(0))
        };
        plan.push((tp.at(to.clamp(first, next)), now));
    }
    if args.execute {
        let offsets: Vec<TopicPartitionOffset> = plan.iter().map(|(o, _)| o.clone()).collect();
        let answers = admin.alter_group_offsets(&args.name, &offsets, cluster.timeout).map_err(|e| group_failure(cluster, admin, &args.name, &e))?;
        if let Some(e) = answers.iter().find_map(|o| o.error.as_ref()) {
            return Err(group_failure(cluster, admin, &args.name, e));
        }
    }
    if out.json {
        let rows: Vec<Value> =
            plan.iter().map(|(o, now)| json!({ "topic": &*o.topic, "partition": o.partition, "from": now, "to": o.offset })).collect();
        return out.value(&json!({ "group": args.name, "executed": args.execute, "offsets": rows }));
    }
    let rows: Vec<Vec<String>> = plan
        .iter()
        .map(|(o, now)| vec![o.topic.to_string(), o.partition.to_string(), now.map_or("-".to_owned(), |n| n.to_string()), o.offset.to_string()])
        .collect();
    out.table(&["TOPIC", "PARTITION", "FROM", "TO"], &rows)?;
    out.flush()?;
    if !args.execute {
        eprintln!("Nothing was changed; add --execute to do it.");
    }
    Ok(())
}

fn delete(cluster: &Cluster, admin: &Admin, out: &mut Out, names: &[String]) -> Done {
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let outcomes = admin.delete_groups(&refs, cluster.timeout).map_err(|e| cluster.failure(&e))?;
    let mut first_failure = None;
    for (name, outcome) in outcomes {
        match outcome {
            Ok(()) if out.json => out.value(&json!({ "group": name, "deleted": true }))?,
            Ok(()) => out.line(&format!("Deleted group {name}."))?,
            Err(e) => {
                let failure = group_failure(cluster, admin, &name, &e);
                if first_failure.is_some() {
                    eprintln!("wellhead: {failure}");
                } else {
                    first_failure = Some(failure);
                }
            }
        }
    }
    out.flush()?;
    first_failure.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_with_partitions_are_read() {
        assert_eq!(parse_topic("t").unwrap(), ("t", vec![]));
        assert_eq!(parse_topic("t:0,2").unwrap(), ("t", vec![0, 2]));
        for bad in ["t:", "t:x", "t:-1", "t:0,,1"] {
            assert!(parse_topic(bad).is_err(), "{bad}");
        }
    }
}
