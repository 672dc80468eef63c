//! The base of `wellhead.AdminClient`: each call blocks up to its timeout and returns plain tuples, lists and KafkaErrors, out of
//! which the Python side makes its classes.

use crate::errors::{self, KafkaError};
use crate::types::{self, TopicPartition};
use crate::wait::{self, Kept};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use wellhead::admin::{AlterOp, ConfigChange, ConfigEntry, ConfigResource, NewTopic, OffsetSpec, ResourceType};
use wellhead::{BrokerMetadata, Metadata, TopicMetadata, TopicPartitionOffset};
use wellhead_base::{Error, Result};

/// What became of one item: its error, or its value.
type Outcome<T> = (String, Option<Py<KafkaError>>, Option<T>);
type Node = (i32, String, i32, Option<String>);
type Resource = (i8, String);
type Entry = (String, Option<String>, i8, bool, bool, bool, Vec<(String, Option<String>, i8)>);
type Member = (String, Option<String>, String, String, Py<PyList>);
type Group = (String, String, String, String, Vec<Member>, Node, i32);

fn error(py: Python<'_>, e: Option<&Error>) -> PyResult<Option<Py<KafkaError>>> {
    e.map(|e| errors::object(py, e)).transpose()
}

fn node(b: &BrokerMetadata) -> Node {
    (b.id, b.host.clone(), b.port, b.rack.clone())
}

fn topic_to_py(py: Python<'_>, t: &TopicMetadata) -> PyResult<Py<PyAny>> {
    let mut partitions = Vec::with_capacity(t.partitions.len());
    for p in &t.partitions {
        partitions.push((p.id, p.leader, p.leader_epoch, p.replicas.clone(), p.isr.clone(), error(py, p.error.as_ref())?));
    }
    let id: [u8; 16] = t.id.0;
    let (high, low) = (i64::from_be_bytes(id[..8].try_into().unwrap_or_default()), i64::from_be_bytes(id[8..].try_into().unwrap_or_default()));
    Ok((&*t.name, (high, low), t.internal, error(py, t.error.as_ref())?, partitions).into_pyobject(py)?.into_any().unbind())
}

/// (cluster id, controller, brokers, topics, the broker that answered).
pub fn metadata_to_py(py: Python<'_>, m: &Metadata) -> PyResult<Py<PyAny>> {
    let brokers: Vec<Node> = m.brokers.iter().map(node).collect();
    let topics: Vec<Py<PyAny>> = m.topics.iter().map(|t| topic_to_py(py, t)).collect::<PyResult<_>>()?;
    Ok((m.cluster_id.clone(), m.controller_id, brokers, topics, node(&m.originating_broker)).into_pyobject(py)?.into_any().unbind())
}

fn outcomes<T, U>(py: Python<'_>, list: Vec<(String, Result<T>)>, value: impl Fn(T) -> PyResult<U>) -> PyResult<Vec<Outcome<U>>> {
    list.into_iter()
        .map(|(name, r)| match r {
            Ok(v) => Ok((name, None, Some(value(v)?))),
            Err(e) => Ok((name, Some(errors::object(py, &e)?), None)),
        })
        .collect()
}

fn resource(r: &Resource) -> PyResult<ConfigResource> {
    let kind = match r.0 {
        2 => ResourceType::Topic,
        4 => ResourceType::Broker,
        8 => ResourceType::BrokerLogger,
        16 => ResourceType::ClientMetrics,
        32 => ResourceType::Group,
        other => return Err(PyValueError::new_err(format!("resources of type {other} have no configuration"))),
    };
    Ok(ConfigResource { kind, name: r.1.clone() })
}

fn resource_outcomes<T, U>(
    py: Python<'_>,
    list: Vec<(ConfigResource, Result<T>)>,
    value: impl Fn(T) -> U,
) -> PyResult<Vec<(Resource, Option<Py<KafkaError>>, Option<U>)>> {
    list.into_iter()
        .map(|(r, outcome)| {
            let r = (r.kind as i8, r.name);
            match outcome {
                Ok(v) => Ok((r, None, Some(value(v)))),
                Err(e) => Ok((r, Some(errors::object(py, &e)?), None)),
            }
        })
        .collect()
}

fn entry(e: ConfigEntry) -> Entry {
    let synonyms = e.synonyms.into_iter().map(|s| (s.name, s.value, s.source)).collect();
    (e.name, e.value, e.source, e.read_only, e.is_default, e.sensitive, synonyms)
}

#[pyclass(name = "_Admin", module = "wellhead._wellhead", frozen)]
pub struct Admin {
    engine: Kept<wellhead::Admin>,
    /// What goes wrong beside the calls, for `error_cb`; None when nobody asked. Bounded: the channel drops what nobody fetches.
    troubles: Option<Mutex<Receiver<Error>>>,
    closed: AtomicBool,
}

/// Troubles that wait for `error_cb`; while it does not return, more are not told.
const TROUBLES_MAX: usize = 100;

impl Admin {
    pub fn of(py: Python<'_>, engine: Result<wellhead::Admin>) -> PyResult<Py<Self>> {
        let engine = Kept::new(engine.map_err(|e| errors::raise(&e))?);
        Py::new(py, Self { engine, troubles: None, closed: AtomicBool::new(false) })
    }
    /// Runs `work` on the engine's admin with an eye on signals.
    fn run<T: Send + 'static>(&self, py: Python<'_>, work: impl FnOnce(&wellhead::Admin) -> Result<T> + Send + 'static) -> PyResult<T> {
        self.engine.check("AdminClient")?;
        let engine = self.engine.get().clone();
        wait::run_result(py, "", move || work(&engine))
    }
}

fn strs(v: &[String]) -> Vec<&str> {
    v.iter().map(String::as_str).collect()
}

#[pymethods]
impl Admin {
    #[new]
    #[pyo3(signature = (pairs, troubles = false))]
    fn new(pairs: Vec<(String, String)>, troubles: bool) -> PyResult<Self> {
        let engine = wellhead::Admin::new(pairs).map_err(|e| errors::raise(&e))?;
        let troubles = troubles.then(|| {
            let (tx, rx) = mpsc::sync_channel(TROUBLES_MAX);
            engine.watch_troubles(move |e| {
                let _ = tx.try_send(e);
            });
            Mutex::new(rx)
        });
        Ok(Self { engine: Kept::new(engine), troubles, closed: AtomicBool::new(false) })
    }
    /// Waits a moment for what goes wrong beside the calls; None: the client is closed, or the interpreter is ending.
    fn next_troubles(&self, py: Python<'_>) -> PyResult<Option<Vec<Py<KafkaError>>>> {
        let Some(troubles) = &self.troubles else { return Ok(None) };
        if !self.engine.here() || self.closed.load(Ordering::Relaxed) || wait::ending() {
            return Ok(None);
        }
        let found: Vec<Error> = py.detach(|| {
            let rx = wait::lock(troubles);
            let first = rx.recv_timeout(wait::SLICE).ok();
            first.into_iter().chain(rx.try_iter()).collect()
        });
        found.iter().map(|e| errors::object(py, e)).collect::<PyResult<_>>().map(Some)
    }
    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        if self.engine.here() {
            self.engine.get().close();
        }
    }
    fn metadata(&self, py: Python<'_>, topic: Option<String>, timeout: f64) -> PyResult<Py<PyAny>> {
        let timeout = wait::seconds(Some(timeout));
        let m = self.run(py, move |a| a.metadata(topic.as_deref(), timeout))?;
        metadata_to_py(py, &m)
    }
    /// Topics as (name, partitions, replication, assignment, configs).
    fn create_topics(
        &self,
        py: Python<'_>,
        topics: Vec<(String, i32, i32, Vec<Vec<i32>>, Vec<(String, String)>)>,
        validate_only: bool,
        timeout: f64,
    ) -> PyResult<Vec<Outcome<()>>> {
        let topics: Vec<NewTopic> = topics
            .into_iter()
            .map(|(name, partitions, replication, assignment, configs)| NewTopic { name, partitions, replication, assignment, configs })
            .collect();
        let timeout = wait::seconds(Some(timeout));
        outcomes(py, self.run(py, move |a| a.create_topics(&topics, timeout, validate_only))?, Ok)
    }
    fn delete_topics(&self, py: Python<'_>, topics: Vec<String>, timeout: f64) -> PyResult<Vec<Outcome<()>>> {
        let timeout = wait::seconds(Some(timeout));
        outcomes(py, self.run(py, move |a| a.delete_topics(&strs(&topics), timeout))?, Ok)
    }
    fn create_partitions(
        &self,
        py: Python<'_>,
        topics: Vec<(String, i32, Vec<Vec<i32>>)>,
        validate_only: bool,
        timeout: f64,
    ) -> PyResult<Vec<Outcome<()>>> {
        let timeout = wait::seconds(Some(timeout));
        let work = move |a: &wellhead::Admin| {
            let wanted: Vec<(&str, i32, Vec<Vec<i32>>)> = topics.iter().map(|(t, n, r)| (t.as_str(), *n, r.clone())).collect();
            a.create_partitions(&wanted, timeout, validate_only)
        };
        outcomes(py, self.run(py, work)?, Ok)
    }
    fn delete_records<'py>(&self, py: Python<'py>, before: &Bound<'py, PyAny>, timeout: f64) -> PyResult<Bound<'py, PyList>> {
        let (before, timeout) = (types::many(before)?, wait::seconds(Some(timeout)));
        let done = self.run(py, move |a| a.delete_records(&before, timeout))?;
        types::list(py, &done)
    }
    fn describe_topics(&self, py: Python<'_>, topics: Vec<String>, timeout: f64) -> PyResult<Vec<Py<PyAny>>> {
        let timeout = wait::seconds(Some(timeout));
        let list = self.run(py, move |a| a.describe_topics(&strs(&topics), timeout))?;
        list.iter().map(|t| topic_to_py(py, t)).collect()
    }
    /// (cluster id, controller, nodes, authorized operations).
    fn describe_cluster(&self, py: Python<'_>, timeout: f64) -> PyResult<(String, i32, Vec<Node>, i32)> {
        let timeout = wait::seconds(Some(timeout));
        let d = self.run(py, move |a| a.describe_cluster(timeout))?;
        Ok((d.cluster_id, d.controller_id, d.brokers.iter().map(node).collect(), d.authorized_operations))
    }
    fn describe_configs(
        &self,
        py: Python<'_>,
        resources: Vec<Resource>,
        timeout: f64,
    ) -> PyResult<Vec<(Resource, Option<Py<KafkaError>>, Option<Vec<Entry>>)>> {
        let resources: Vec<ConfigResource> = resources.iter().map(resource).collect::<PyResult<_>>()?;
        let timeout = wait::seconds(Some(timeout));
        let list = self.run(py, move |a| a.describe_configs(&resources, timeout))?;
        resource_outcomes(py, list, |entries| entries.into_iter().map(entry).collect())
    }
    fn alter_configs(
        &self,
        py: Python<'_>,
        changes: Vec<(Resource, Vec<(String, Option<String>)>)>,
        validate_only: bool,
        timeout: f64,
    ) -> PyResult<Vec<(Resource, Option<Py<KafkaError>>, Option<()>)>> {
        let changes: Vec<(ConfigResource, Vec<(String, Option<String>)>)> =
            changes.into_iter().map(|(r, c)| Ok((resource(&r)?, c))).collect::<PyResult<_>>()?;
        let timeout = wait::seconds(Some(timeout));
        let list = self.run(py, move |a| a.alter_configs(&changes, timeout, validate_only))?;
        resource_outcomes(py, list, |()| ())
    }
    /// Changes as (name, operation, value); operations are Kafka's numbers: 0 set, 1 delete, 2 append, 3 subtract.
    fn incremental_alter_configs(
        &self,
        py: Python<'_>,
        changes: Vec<(Resource, Vec<(String, i8, Option<String>)>)>,
        validate_only: bool,
        timeout: f64,
    ) -> PyResult<Vec<(Resource, Option<Py<KafkaError>>, Option<()>)>> {
        let op = |n: i8| match n {
            0 => Ok(AlterOp::Set),
            1 => Ok(AlterOp::Delete),
            2 => Ok(AlterOp::Append),
            3 => Ok(AlterOp::Subtract),
            _ => Err(PyValueError::new_err("unknown operation")),
        };
        let mut wanted = Vec::with_capacity(changes.len());
        for (r, list) in changes {
            let list: Vec<ConfigChange> =
                list.into_iter().map(|(name, n, value)| Ok(ConfigChange { name, op: op(n)?, value })).collect::<PyResult<_>>()?;
            wanted.push((resource(&r)?, list));
        }
        let timeout = wait::seconds(Some(timeout));
        let list = self.run(py, move |a| a.incremental_alter_configs(&wanted, timeout, validate_only))?;
        resource_outcomes(py, list, |()| ())
    }
    /// Groups as (id, protocol type, state, type), and the errors of brokers that did not answer.
    fn list_groups(
        &self,
        py: Python<'_>,
        states: Vec<String>,
        types: Vec<String>,
        timeout: f64,
    ) -> PyResult<(Vec<(String, String, String, String)>, Vec<Py<KafkaError>>)> {
        let timeout = wait::seconds(Some(timeout));
        let (groups, errs) = self.run(py, move |a| a.list_groups(&strs(&states), &strs(&types), timeout))?;
        let errs = errs.iter().map(|e| errors::object(py, e)).collect::<PyResult<_>>()?;
        Ok((groups.into_iter().map(|g| (g.group_id, g.protocol_type, g.state, g.group_type)).collect(), errs))
    }
    fn describe_groups(&self, py: Python<'_>, groups: Vec<String>, timeout: f64) -> PyResult<Vec<Outcome<Group>>> {
        let timeout = wait::seconds(Some(timeout));
        let list = self.run(py, move |a| a.describe_groups(&strs(&groups), timeout))?;
        outcomes(py, list, |g| {
            let mut members = Vec::with_capacity(g.members.len());
            for m in g.members {
                let assignment: Vec<TopicPartitionOffset> = m.assignment.iter().map(|t| t.at(wellhead::OFFSET_INVALID)).collect();
                members.push((m.member_id, m.group_instance_id, m.client_id, m.client_host, types::list(py, &assignment)?.unbind()));
            }
            Ok((g.group_id, g.state, g.protocol_type, g.protocol, members, node(&g.coordinator), g.authorized_operations))
        })
    }
    fn delete_groups(&self, py: Python<'_>, groups: Vec<String>, timeout: f64) -> PyResult<Vec<Outcome<()>>> {
        let timeout = wait::seconds(Some(timeout));
        outcomes(py, self.run(py, move |a| a.delete_groups(&strs(&groups), timeout))?, Ok)
    }
    #[pyo3(signature = (group, partitions, require_stable, timeout))]
    fn list_group_offsets<'py>(
        &self,
        py: Python<'py>,
        group: String,
        partitions: Option<Bound<'py, PyAny>>,
        require_stable: bool,
        timeout: f64,
    ) -> PyResult<Bound<'py, PyList>> {
        let partitions = partitions.map(|p| types::partitions(&p)).transpose()?;
        let timeout = wait::seconds(Some(timeout));
        let list = self.run(py, move |a| a.list_group_offsets(&group, partitions.as_deref(), require_stable, timeout))?;
        types::list(py, &list)
    }
    fn alter_group_offsets<'py>(&self, py: Python<'py>, group: String, offsets: &Bound<'py, PyAny>, timeout: f64) -> PyResult<Bound<'py, PyList>> {
        let (offsets, timeout) = (types::many(offsets)?, wait::seconds(Some(timeout)));
        let list = self.run(py, move |a| a.alter_group_offsets(&group, &offsets, timeout))?;
        types::list(py, &list)
    }
    fn delete_group_offsets<'py>(
        &self,
        py: Python<'py>,
        group: String,
        partitions: &Bound<'py, PyAny>,
        timeout: f64,
    ) -> PyResult<Bound<'py, PyList>> {
        let (partitions, timeout) = (types::partitions(partitions)?, wait::seconds(Some(timeout)));
        let list = self.run(py, move |a| a.delete_group_offsets(&group, &partitions, timeout))?;
        types::list(py, &list)
    }
    /// Specs as (TopicPartition, number): -1 latest, -2 earliest, -3 the largest timestamp, else milliseconds.
    /// Answers as (TopicPartition, error, (offset, timestamp, leader epoch)).
    fn list_offsets(
        &self,
        py: Python<'_>,
        specs: Vec<(Bound<'_, PyAny>, i64)>,
        read_committed: bool,
        timeout: f64,
    ) -> PyResult<Vec<(TopicPartition, Option<Py<KafkaError>>, Option<(i64, i64, i32)>)>> {
        let specs: Vec<(wellhead::TopicPartition, OffsetSpec)> = specs
            .iter()
            .map(|(t, n)| {
                let spec = match n {
                    -1 => OffsetSpec::Latest,
                    -2 => OffsetSpec::Earliest,
                    -3 => OffsetSpec::MaxTimestamp,
                    -4 => OffsetSpec::EarliestLocal,
                    -5 => OffsetSpec::LatestTiered,
                    ms => OffsetSpec::Timestamp(*ms),
                };
                Ok((types::one(t)?.tp(), spec))
            })
            .collect::<PyResult<_>>()?;
        let timeout = wait::seconds(Some(timeout));
        let list = self.run(py, move |a| a.list_offsets(&specs, read_committed, timeout))?;
        list.into_iter()
            .map(|(tp, r)| {
                let t = TopicPartition::of(py, &tp.at(wellhead::OFFSET_INVALID))?;
                match r {
                    Ok(o) => Ok((t, None, Some((o.offset, o.timestamp, o.leader_epoch)))),
                    Err(e) => Ok((t, Some(errors::object(py, &e)?), None)),
                }
            })
            .collect()
    }
}
