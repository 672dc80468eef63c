//! What streams and tables there are by name, and what statements do to them and to a plan.
//!
//! Owns: names, and which node of the plan or which topic each stands for. Does not own the plan: it may be one that a builder of any
//! language has made, whose streams and tables are then here by the names that the user gave. A topic becomes a node of the plan when a
//! query first reads it; where the plan reads it already in the same way, that node is used.

use super::lower::{self, Relation};
use super::options::Reader;
use super::{Answer, Column, Kind, Options, Place, Query, Show, Statement};
use crate::expr::Expr;
use crate::format::Format;
use crate::plan::{self, Checked, NodeId, NodeOp, Plan, Sink, Source, SourceKind};
use crate::types::{Field, Schema, nearest};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// A stream or table as data, for fronts that keep the catalog between calls: a node of the plan, or a topic, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// The topic that it is read from, when a query reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// How rows are inserted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sink: Option<Sink>,
    /// How late rows of it may be where a query does not say so.
    #[serde(default)]
    pub grace_ms: i64,
}

#[derive(Clone)]
struct Object {
    entry: Entry,
    kind: Kind,
    schema: Arc<Schema>,
}
impl Object {
    fn topic(&self) -> Option<&str> {
        self.entry.sink.as_ref().map(|s| s.topic.as_str()).or(self.entry.source.as_ref().map(|s| s.topic.as_str()))
    }
}

#[derive(Clone, Default)]
pub struct Catalog {
    objects: Vec<Object>,
}

impl Catalog {
    pub fn new() -> Catalog {
        Catalog::default()
    }
    /// A catalog over a plan from its entries. An error where an entry stands for nothing.
    pub fn load(plan: &Plan, entries: Vec<Entry>) -> Result<Catalog> {
        let checked = if entries.iter().any(|e| e.node.is_some()) { Some(plan.check()?) } else { None };
        let mut c = Catalog::new();
        for e in entries {
            c.taken(&e.name, false)?;
            let o = object(plan, checked.as_ref(), e)?;
            c.objects.push(o);
        }
        Ok(c)
    }
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.objects.iter().map(|o| &o.entry)
    }
    /// Names a node of the plan.
    pub fn name(&mut self, plan: &Plan, name: &str, node: NodeId) -> Result<()> {
        self.taken(name, false)?;
        let checked = plan.check()?;
        let entry = Entry { name: name.to_owned(), node: Some(node), source: None, sink: None, grace_ms: 0 };
        self.objects.push(object(plan, Some(&checked), entry)?);
        Ok(())
    }
    pub fn contains(&self, name: &str) -> bool {
        self.objects.iter().any(|o| o.entry.name == name)
    }
    /// What it is and its columns; an error that offers the nearest name.
    pub fn find(&self, name: &str) -> Result<(&Entry, Kind, &Arc<Schema>)> {
        let o = &self.objects[self.object(name)?];
        Ok((&o.entry, o.kind, &o.schema))
    }
    /// Forgets a name; the plan stays as it is.
    pub fn forget(&mut self, name: &str) {
        self.objects.retain(|o| o.entry.name != name);
    }
    /// The plan's node of a stream or table, made if need be.
    pub fn node(&mut self, plan: &mut Plan, name: &str) -> Result<(NodeId, Kind)> {
        self.adopt(plan)?;
        let r = self.relation(plan, name)?;
        Ok((r.node, self.objects[self.object(name)?].kind))
    }
    /// From now on what queries have made is read from the topics that they fill, as by another program.
    pub fn detach(&mut self) {
        for o in self.objects.iter_mut().filter(|o| o.entry.node.is_some()) {
            let e = &mut o.entry;
            e.node = None;
            if e.source.is_none()
                && let Some(sink) = &e.sink
            {
                let key = o.schema.key_fields().to_vec();
                let named = |f: &&Field| sink.columns.as_ref().map_or(!f.name.starts_with('_'), |c| c.contains(&f.name));
                let fields: Vec<Field> = o.schema.value_fields().iter().filter(named).cloned().collect();
                e.source = Some(Source {
                    topic: sink.topic.clone(),
                    kind: if o.kind == Kind::Stream { SourceKind::Stream } else { SourceKind::Table },
                    key_format: plan::sink_key_format(sink, &key),
                    key,
                    fields,
                    format: sink.format.clone(),
                    time: None,
                    idle_after_ms: None,
                    from_latest: false,
                    strict: false,
                });
            }
        }
    }

    /// Does what a statement says to the plan; where it is wrong plan and catalog stay as they were.
    pub fn execute(&mut self, plan: &mut Plan, s: &Statement) -> Result<Answer> {
        let (before, objects) = (plan.nodes.len(), self.objects.clone());
        let answer = self.adopt(plan).and_then(|()| self.statement(plan, s));
        if answer.is_err() {
            plan.nodes.truncate(before);
            self.objects = objects;
        }
        // The plan's checker speaks of nodes, which are not what was written.
        answer.map_err(|e| Place::default().of(&e))
    }

    /// Topics that the plan reads are there under their own names.
    fn adopt(&mut self, plan: &Plan) -> Result<()> {
        let mut checked = None;
        for (node, n) in plan.nodes.iter().enumerate() {
            let NodeOp::Source(s) = &n.op else { continue };
            if self.objects.iter().any(|o| o.entry.name == s.topic || o.entry.node == Some(node)) {
                continue;
            }
            if checked.is_none() {
                checked = Some(plan.check()?);
            }
            let entry = Entry { name: s.topic.clone(), node: Some(node), source: None, sink: None, grace_ms: 0 };
            self.objects.push(object(plan, checked.as_ref(), entry)?);
        }
        Ok(())
    }

    fn statement(&mut self, plan: &mut Plan, s: &Statement) -> Result<Answer> {
        match s {
            Statement::Create { kind, name, if_not_exists, columns, with } => {
                if self.taken(name, *if_not_exists)? {
                    return Ok(Answer::Done(format!("{name} is there already")));
                }
                self.objects.push(source(*kind, name, columns, with)?);
                Ok(Answer::Done(format!("{name} is {}", article(*kind))))
            }
            Statement::CreateAs { kind, name, if_not_exists, with, query } => {
                if self.taken(name, *if_not_exists)? {
                    return Ok(Answer::Done(format!("{name} is there already")));
                }
                let object = self.create_as(plan, *kind, name, with, query)?;
                let made = Answer::Made { name: name.clone(), node: object.entry.node.expect("a query has a node") };
                self.objects.push(object);
                Ok(made)
            }
            Statement::Insert { into, query } => {
                no_limit(query)?;
                let o = self.objects[self.object(into)?].clone();
                let Some(sink) = o.entry.sink.clone() else {
                    return Err(Error::invalid_arg(format!("{into} is no topic but made by the program: rows cannot be inserted into it")));
                };
                if o.kind != Kind::Stream {
                    return Err(Error::invalid_arg(format!("{into} is {}; rows are inserted into streams", article(o.kind))));
                }
                let mut r = self.query(plan, query)?;
                if r.table {
                    r.node = plan.push(NodeOp::ToStream, vec![r.node]);
                }
                for f in o.schema.fields() {
                    let ty = &r.schema.fields()[r.schema.find(&f.name)?].ty;
                    if *ty != f.ty {
                        return Err(Error::invalid_arg(format!("the column {} of {into} is {}, and the query gives {ty}", f.name, f.ty)));
                    }
                }
                let names = |fields: &[Field]| fields.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
                let key = (o.schema.key_len() > 0).then(|| names(o.schema.key_fields()));
                plan.push(NodeOp::Sink(Sink { columns: Some(names(o.schema.value_fields())), key, ..sink }), vec![r.node]);
                plan.check()?;
                Ok(Answer::Done(format!("rows go into {into}")))
            }
            Statement::Select(q) => {
                no_limit(q)?;
                Ok(Answer::Query(self.query(plan, q)?.node))
            }
            Statement::Explain(q) => {
                // As it would run alone: the plan stays as it is.
                let (mut alone, mut me) = (plan.clone(), self.clone());
                me.query(&mut alone, q)?;
                Ok(Answer::Text(alone.check()?.describe()))
            }
            Statement::Show(what) => {
                let streams = match what {
                    Show::Streams => true,
                    Show::Tables => false,
                    Show::Topics => return Err(by_hand("SHOW TOPICS")),
                    Show::Queries => return Err(by_hand("SHOW QUERIES")),
                };
                let of = |o: &&Object| (o.kind == Kind::Stream) == streams;
                let one = |o: &Object| {
                    let on = o.topic().map_or_else(|| "made by the program".to_owned(), |t| format!("on topic {t}"));
                    (o.entry.name.clone(), format!("{} {on}", o.kind))
                };
                Ok(Answer::Rows(self.objects.iter().filter(of).map(one).collect()))
            }
            Statement::Describe(name) => {
                let o = &self.objects[self.object(name)?];
                let one = |(i, f): (usize, &Field)| (f.name.clone(), if i < o.schema.key_len() { format!("{} KEY", f.ty) } else { f.ty.to_string() });
                Ok(Answer::Rows(o.schema.fields().iter().enumerate().map(one).collect()))
            }
            Statement::Drop { kind, name, if_exists, delete_topic } => {
                if *if_exists && !self.contains(name) {
                    return Ok(Answer::Done(format!("{name} is not there")));
                }
                if *delete_topic {
                    return Err(by_hand("DELETE TOPIC"));
                }
                let at = self.object(name)?;
                if (self.objects[at].kind == Kind::Stream) != (*kind == Kind::Stream) {
                    return Err(Error::invalid_arg(format!("{name} is {}", article(self.objects[at].kind))));
                }
                if self.objects[at].entry.node.is_some() {
                    return Err(Error::invalid_arg(format!("{name} is part of the program: queries read or fill it")));
                }
                self.objects.remove(at);
                Ok(Answer::Done(format!("{name} is gone")))
            }
            Statement::Values { .. } => Err(by_hand("INSERT INTO ... VALUES")),
            Statement::Terminate(_) => Err(by_hand("TERMINATE")),
        }
    }

    fn taken(&self, name: &str, may_be: bool) -> Result<bool> {
        let there = self.contains(name);
        if there && !may_be { Err(Error::invalid_arg(format!("there is a stream or table {name} already"))) } else { Ok(there) }
    }
    fn object(&self, name: &str) -> Result<usize> {
        self.objects.iter().position(|o| o.entry.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.objects.iter().map(|o| o.entry.name.as_str()).collect();
            let near = match nearest(name, &names) {
                Some(n) => format!("; did you mean {n}?"),
                None if names.is_empty() => "; CREATE STREAM says what a topic holds".to_owned(),
                None => format!(" among {}", names.join(", ")),
            };
            Error::invalid_arg(format!("there is no stream or table {name}{near}"))
        })
    }

    fn create_as(&mut self, plan: &mut Plan, kind: Kind, name: &str, with: &Options, q: &Query) -> Result<Object> {
        no_limit(q)?;
        let mut o = Reader::new(with);
        let topic = o.text("topic")?.unwrap_or_else(|| name.to_owned());
        let format = o.value_format()?.unwrap_or(Format::Json);
        let key_format = o.key_format()?;
        let partitions = o.int("partitions")?.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        let grace_ms = o.duration("grace")?;
        o.finish()?;
        let mut q = q.clone();
        if let Some(w) = &mut q.window {
            w.grace_ms = w.grace_ms.or(grace_ms);
        }
        let mut r = self.query(plan, &q)?;
        match (kind, r.table) {
            (Kind::Stream, true) => r.node = plan.push(NodeOp::ToStream, vec![r.node]),
            (Kind::Table, false) => {
                return Err(Error::invalid_arg(format!("{name} would be a stream: CREATE STREAM it, or GROUP BY what its rows are to be unique by")));
            }
            _ => {}
        }
        let sink = Sink { topic, format, key_format, columns: None, key: None, partitions };
        plan.push(NodeOp::Sink(sink.clone()), vec![r.node]);
        plan.check()?;
        let entry = Entry { name: name.to_owned(), node: Some(r.node), source: None, sink: Some(sink), grace_ms: grace_ms.unwrap_or(0) };
        Ok(Object { entry, kind, schema: r.schema })
    }

    fn query(&mut self, plan: &mut Plan, q: &Query) -> Result<Relation> {
        let mut sources = vec![self.relation(plan, &q.from.name).map_err(|e| q.places.name(&q.from.name).of(&e))?];
        for j in &q.joins {
            sources.push(self.relation(plan, &j.with.name).map_err(|e| q.places.name(&j.with.name).of(&e))?);
        }
        lower::query(plan, q, sources)
    }
    /// A stream or table as a node of the plan.
    fn relation(&mut self, plan: &mut Plan, name: &str) -> Result<Relation> {
        let at = self.object(name)?;
        let o = &mut self.objects[at];
        if o.entry.node.is_none() {
            let source = o.entry.source.clone().expect("what is made by a query has its node");
            let same = plan.nodes.iter().position(|n| matches!(&n.op, NodeOp::Source(s) if *s == source));
            o.entry.node = Some(same.unwrap_or_else(|| plan.push(NodeOp::Source(source), vec![])));
        }
        let node = o.entry.node.expect("it was just made");
        Ok(Relation {
            node,
            schema: o.schema.clone(),
            table: o.kind != Kind::Stream,
            global: o.kind == Kind::GlobalTable,
            time: time_of(plan, node),
            grace_ms: o.entry.grace_ms,
        })
    }
}

fn by_hand(what: &str) -> Error {
    Error::invalid_arg(format!("{what} is for the prompt, `wellhead sql`: a program has no rows and no topics of its own"))
}
fn no_limit(q: &Query) -> Result<()> {
    match q.limit {
        None => Ok(()),
        Some(_) => {
            Err(Error::invalid_arg("there is no LIMIT here: a stream has no end, and its reader stops it (the prompt, `wellhead sql`, knows LIMIT)"))
        }
    }
}

/// The column that is the event time of a node's rows, where it has one.
fn time_of(plan: &Plan, node: NodeId) -> Option<String> {
    let n = plan.nodes.get(node)?;
    let input = || n.inputs.first().and_then(|i| time_of(plan, *i));
    match &n.op {
        NodeOp::Source(s) => s.time.clone(),
        NodeOp::Filter { .. } | NodeOp::Foreach { .. } | NodeOp::Repartition { .. } | NodeOp::ToStream | NodeOp::ToTable | NodeOp::Explode { .. } => {
            input()
        }
        NodeOp::Select { columns, keep } => {
            let time = input()?;
            match columns.iter().find(|(_, e)| *e == Expr::Col(time.clone())) {
                Some((name, _)) => Some(name.clone()),
                None => (*keep && !columns.iter().any(|(n, _)| *n == time)).then_some(time),
            }
        }
        NodeOp::SelectKey { columns } => {
            let time = input()?;
            match columns.iter().find(|(_, e)| *e == Expr::Col(time.clone())) {
                Some((name, _)) => Some(name.clone()),
                None => Some(time),
            }
        }
        NodeOp::Merge => {
            let mut times = n.inputs.iter().map(|i| time_of(plan, *i));
            let first = times.next()??;
            times.all(|t| t.as_ref() == Some(&first)).then_some(first)
        }
        _ => None,
    }
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Stream => "a stream",
        Kind::Table => "a table",
        Kind::GlobalTable => "a global table",
    }
}

/// An entry with what the plan, or its topic, says of it.
fn object(plan: &Plan, checked: Option<&Checked>, mut entry: Entry) -> Result<Object> {
    let name = entry.name.clone();
    if let (Some(node), Some(checked)) = (entry.node, checked) {
        let at = checked.of_plan.get(node).ok_or_else(|| Error::invalid_arg(format!("{name}: the plan has no node {node}")))?;
        let n = &checked.nodes[*at];
        if let NodeOp::Source(s) = &plan.nodes[node].op {
            entry.sink.get_or_insert_with(|| sink_of(s));
            entry.source.get_or_insert_with(|| s.clone());
        }
        let kind = match n.shape {
            plan::Kind::Stream => Kind::Stream,
            plan::Kind::Table => Kind::Table,
            plan::Kind::Global => Kind::GlobalTable,
        };
        return Ok(Object { entry, kind, schema: n.schema.clone() });
    }
    let Some(s) = &entry.source else { return Err(Error::invalid_arg(format!("{name} is neither a node of the plan nor a topic"))) };
    let schema = Schema::new([s.key.clone(), s.fields.clone()].concat(), s.key.len())?;
    let kind = match s.kind {
        SourceKind::Stream => Kind::Stream,
        SourceKind::Table => Kind::Table,
        SourceKind::Global => Kind::GlobalTable,
    };
    Ok(Object { entry, kind, schema })
}
fn sink_of(s: &Source) -> Sink {
    Sink { topic: s.topic.clone(), format: s.format.clone(), key_format: Some(s.key_format.clone()), columns: None, key: None, partitions: None }
}

fn source(kind: Kind, name: &str, columns: &[Column], with: &Options) -> Result<Object> {
    let mut o = Reader::new(with);
    let topic = o.text("topic")?.unwrap_or_else(|| name.to_owned());
    let format = o.value_format()?.unwrap_or(Format::Json);
    let key_format = o.key_format()?;
    let time = o.text("timestamp")?;
    let partitions = o.int("partitions")?.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
    let grace_ms = o.duration("grace")?.unwrap_or(0);
    let idle_after_ms = o.duration("idle_after")?;
    let from_latest = match o.text("from")?.as_deref() {
        None | Some("earliest") => false,
        Some("latest") => true,
        Some(other) => return Err(Error::invalid_arg(format!("the option from is 'earliest' or 'latest', not '{other}'"))),
    };
    let strict = o.bool("strict")?.unwrap_or(false);
    o.finish()?;
    let part = |key: bool| columns.iter().filter(|c| c.key == key).map(|c| Field::new(&c.name, c.ty.clone())).collect::<Vec<_>>();
    let (key, mut fields) = (part(true), part(false));
    if fields.is_empty() {
        let known = format.fields("value")?.unwrap_or_default();
        fields = known.into_iter().filter(|f| !key.iter().any(|k| k.name == f.name)).collect();
        if fields.is_empty() && key.is_empty() {
            return Err(Error::invalid_arg(format!("{name} needs its columns, in parentheses behind the name")));
        }
    }
    if kind != Kind::Stream && key.is_empty() {
        return Err(Error::invalid_arg(format!("a table needs a key: write {name} (column type KEY, ...)")));
    }
    let key_format = key_format.unwrap_or(if key.len() > 1 { Format::Json } else { Format::Text });
    let source_kind = match kind {
        Kind::Stream => SourceKind::Stream,
        Kind::Table => SourceKind::Table,
        Kind::GlobalTable => SourceKind::Global,
    };
    let source = Source { topic, kind: source_kind, key, key_format, fields, format, time, idle_after_ms, from_latest, strict };
    // What is wrong with it is said now and not when it is first read.
    let mut alone = Plan::default();
    alone.push(NodeOp::Source(source.clone()), vec![]);
    alone.check().map_err(|e| Error::invalid_arg(format!("{name}: {}", Place::default().of(&e).message())))?;
    let sink = Sink { partitions, ..sink_of(&source) };
    let entry = Entry { name: name.to_owned(), node: None, source: Some(source), sink: Some(sink), grace_ms };
    object(&alone, None, entry)
}
