//! Statements into a plan. Owns what streams and tables there are by name; the plan's own checker says whether what comes out makes
//! sense. A source becomes a node of the plan when a query first reads it.

use super::lower::{self, Relation};
use super::{Column, Kind, Options, Query, Statement, parse};
use crate::expr::{Scalar, parse_duration};
use crate::format::Format;
use crate::plan::{self, NodeId, NodeOp, Plan, Sink, Source, SourceKind};
use crate::types::{Field, Schema, nearest};
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// What a statement gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done; a line that says so.
    Done(String),
    /// SHOW: name and what it is, a line each. DESCRIBE: column and type.
    Rows(Vec<(String, String)>),
    /// SELECT: the plan's node that gives the rows.
    Query(NodeId),
}

struct Object {
    name: String,
    kind: Kind,
    topic: String,
    /// None until a query reads it, for a source.
    node: Option<NodeId>,
    source: Option<Source>,
    schema: Arc<Schema>,
    grace_ms: i64,
    sink: Sink,
}

/// The streams and tables of a program and the plan that is made of its statements.
#[derive(Default)]
pub struct Session {
    plan: Plan,
    objects: Vec<Object>,
}

impl Session {
    pub fn new() -> Session {
        Session::default()
    }
    /// The plan of all statements so far.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    /// Runs all statements of a text; the first mistake ends it, and leaves what was before the statement with it.
    pub fn run(&mut self, text: &str) -> Result<Vec<Answer>> {
        parse(text)?.iter().map(|s| self.execute(s)).collect()
    }

    pub fn execute(&mut self, s: &Statement) -> Result<Answer> {
        let before = self.plan.nodes.len();
        let nodes: Vec<Option<NodeId>> = self.objects.iter().map(|o| o.node).collect();
        let answer = self.statement(s);
        if answer.is_err() {
            self.plan.nodes.truncate(before);
            self.objects.truncate(nodes.len());
            self.objects.iter_mut().zip(nodes).for_each(|(o, n)| o.node = n);
        }
        answer
    }

    fn statement(&mut self, s: &Statement) -> Result<Answer> {
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
                let object = self.create_as(*kind, name, with, query)?;
                self.objects.push(object);
                Ok(Answer::Done(format!("{name} is {}", article(*kind))))
            }
            Statement::Insert { into, query } => {
                let to = self.object(into)?;
                let (sink, want, kind) = (self.objects[to].sink.clone(), self.objects[to].schema.clone(), self.objects[to].kind);
                if kind != Kind::Stream {
                    return Err(Error::invalid_arg(format!("{into} is {}; rows are inserted into streams", article(kind))));
                }
                let mut r = self.query(query)?;
                if r.table {
                    r.node = self.plan.push(NodeOp::ToStream, vec![r.node]);
                }
                for f in want.fields() {
                    let ty = &r.schema.fields()[r.schema.find(&f.name)?].ty;
                    if *ty != f.ty {
                        return Err(Error::invalid_arg(format!("the column {} of {into} is {}, and the query gives {ty}", f.name, f.ty)));
                    }
                }
                let names = |fields: &[Field]| fields.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
                let key = (want.key_len() > 0).then(|| names(want.key_fields()));
                self.plan.push(NodeOp::Sink(Sink { columns: Some(names(want.value_fields())), key, ..sink }), vec![r.node]);
                self.plan.check()?;
                Ok(Answer::Done(format!("rows go into {into}")))
            }
            Statement::Select(q) => Ok(Answer::Query(self.query(q)?.node)),
            Statement::Show(kind) => {
                let of = |o: &&Object| (o.kind == Kind::Stream) == (*kind == Kind::Stream);
                Ok(Answer::Rows(self.objects.iter().filter(of).map(|o| (o.name.clone(), format!("{} on topic {}", o.kind, o.topic))).collect()))
            }
            Statement::Describe(name) => {
                let o = &self.objects[self.object(name)?];
                let one = |(i, f): (usize, &Field)| (f.name.clone(), if i < o.schema.key_len() { format!("{} KEY", f.ty) } else { f.ty.to_string() });
                Ok(Answer::Rows(o.schema.fields().iter().enumerate().map(one).collect()))
            }
            Statement::Drop { kind, name, if_exists } => {
                if *if_exists && !self.objects.iter().any(|o| o.name == *name) {
                    return Ok(Answer::Done(format!("{name} is not there")));
                }
                let at = self.object(name)?;
                if (self.objects[at].kind == Kind::Stream) != (*kind == Kind::Stream) {
                    return Err(Error::invalid_arg(format!("{name} is {}", article(self.objects[at].kind))));
                }
                if self.objects[at].node.is_some() {
                    return Err(Error::invalid_arg(format!("{name} is part of the program: queries read or fill it")));
                }
                self.objects.remove(at);
                Ok(Answer::Done(format!("{name} is gone")))
            }
        }
    }

    fn taken(&self, name: &str, may_be: bool) -> Result<bool> {
        let there = self.objects.iter().any(|o| o.name == name);
        if there && !may_be { Err(Error::invalid_arg(format!("there is a stream or table {name} already"))) } else { Ok(there) }
    }
    fn object(&self, name: &str) -> Result<usize> {
        self.objects.iter().position(|o| o.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.objects.iter().map(|o| o.name.as_str()).collect();
            let near = nearest(name, &names).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            Error::invalid_arg(format!("there is no stream or table {name}{near}"))
        })
    }

    fn create_as(&mut self, kind: Kind, name: &str, with: &Options, q: &Query) -> Result<Object> {
        let mut o = Reader::new(with);
        let topic = o.text("topic")?.unwrap_or_else(|| name.to_owned());
        let format = o.format("format")?.unwrap_or(Format::Json);
        let key_format = o.format("key_format")?;
        let partitions = o.int("partitions")?.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
        let grace_ms = o.duration("grace")?;
        o.finish()?;
        let mut q = q.clone();
        if let Some(w) = &mut q.window {
            w.grace_ms = w.grace_ms.or(grace_ms);
        }
        let mut r = self.query(&q)?;
        match (kind, r.table) {
            (Kind::Stream, true) => r.node = self.plan.push(NodeOp::ToStream, vec![r.node]),
            (Kind::Table, false) => {
                return Err(Error::invalid_arg(format!("{name} would be a stream: CREATE STREAM it, or GROUP BY what its rows are to be unique by")));
            }
            _ => {}
        }
        let sink = Sink { topic: topic.clone(), format, key_format, columns: None, key: None, partitions };
        self.plan.push(NodeOp::Sink(sink.clone()), vec![r.node]);
        self.plan.check()?;
        Ok(Object { name: name.to_owned(), kind, topic, node: Some(r.node), source: None, schema: r.schema, grace_ms: grace_ms.unwrap_or(0), sink })
    }

    fn query(&mut self, q: &Query) -> Result<Relation> {
        let mut sources = vec![self.relation(&q.from.name)?];
        for j in &q.joins {
            sources.push(self.relation(&j.with.name)?);
        }
        lower::query(&mut self.plan, q, sources)
    }
    /// A stream or table as a node of the plan.
    fn relation(&mut self, name: &str) -> Result<Relation> {
        let at = self.object(name)?;
        let o = &mut self.objects[at];
        if o.node.is_none() {
            let source = o.source.clone().expect("what is made by a query has its node");
            o.node = Some(self.plan.push(NodeOp::Source(source), vec![]));
        }
        let node = o.node.expect("it was just made");
        let time = o.source.as_ref().and_then(|s| s.time.clone());
        Ok(Relation {
            node,
            schema: o.schema.clone(),
            table: o.kind != Kind::Stream,
            global: o.kind == Kind::GlobalTable,
            time,
            grace_ms: o.grace_ms,
        })
    }
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::Stream => "a stream",
        Kind::Table => "a table",
        Kind::GlobalTable => "a global table",
    }
}

fn source(kind: Kind, name: &str, columns: &[Column], with: &Options) -> Result<Object> {
    let mut o = Reader::new(with);
    let topic = o.text("topic")?.unwrap_or_else(|| name.to_owned());
    let format = o.format("format")?.unwrap_or(Format::Json);
    let key_format = o.format("key_format")?.unwrap_or(Format::Text);
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
    let (key, fields) = (part(true), part(false));
    let schema = Schema::new([key.clone(), fields.clone()].concat(), key.len())?;
    let source_kind = match kind {
        Kind::Stream => SourceKind::Stream,
        Kind::Table => SourceKind::Table,
        Kind::GlobalTable => SourceKind::Global,
    };
    let sink = Sink { topic: topic.clone(), format: format.clone(), key_format: Some(key_format.clone()), columns: None, key: None, partitions };
    let source = Source { topic: topic.clone(), kind: source_kind, key, key_format, fields, format, time, idle_after_ms, from_latest, strict };
    // What is wrong with it is said now and not when it is first read.
    let mut alone = Plan::default();
    alone.push(NodeOp::Source(source.clone()), vec![]);
    alone.check().map_err(|e| Error::invalid_arg(format!("{name}: {}", e.message())))?;
    Ok(Object { name: name.to_owned(), kind, topic, node: None, source: Some(source), schema, grace_ms, sink })
}

/// Options, each read once; what is left over is a mistake.
struct Reader<'a> {
    with: &'a Options,
    known: Vec<&'static str>,
}
impl<'a> Reader<'a> {
    fn new(with: &'a Options) -> Reader<'a> {
        Reader { with, known: Vec::new() }
    }
    fn get(&mut self, name: &'static str) -> Option<&'a Scalar> {
        self.known.push(name);
        self.with.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
    fn wrong<T>(name: &str, want: &str, got: &Scalar) -> Result<T> {
        Err(Error::invalid_arg(format!("the option {name} is {want}, not {got}")))
    }
    fn text(&mut self, name: &'static str) -> Result<Option<String>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::String(s)) => Ok(Some(s.clone())),
            Some(other) => Self::wrong(name, "a text", other),
        }
    }
    fn int(&mut self, name: &'static str) -> Result<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::Int(i)) => Ok(Some(*i)),
            Some(other) => Self::wrong(name, "a whole number", other),
        }
    }
    fn bool(&mut self, name: &'static str) -> Result<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::Bool(b)) => Ok(Some(*b)),
            Some(other) => Self::wrong(name, "true or false", other),
        }
    }
    fn duration(&mut self, name: &'static str) -> Result<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Scalar::String(s)) => parse_duration(s).map(Some),
            Some(other) => Self::wrong(name, "a length of time as '10 seconds'", other),
        }
    }
    fn format(&mut self, name: &'static str) -> Result<Option<Format>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        Ok(Some(match text.to_ascii_lowercase().as_str() {
            "raw" | "bytes" => Format::Raw,
            "text" | "string" | "kafka" => Format::Text,
            "json" => Format::Json,
            "csv" | "delimited" => Format::Csv { delimiter: ',' },
            "int64" | "long" => Format::Int64,
            "int32" => Format::Int32,
            "double" => Format::Double,
            other => {
                let known = ["raw", "text", "json", "csv", "int64", "int32", "double"];
                let near = nearest(other, &known).map(|n| format!("; did you mean '{n}'?")).unwrap_or_default();
                return Err(Error::invalid_arg(format!("'{text}' is no format of SQL's: {}{near}", known.join(", "))));
            }
        }))
    }
    fn finish(self) -> Result<()> {
        match self.with.iter().find(|(n, _)| !self.known.contains(&n.as_str())) {
            None => Ok(()),
            Some((n, _)) => {
                let near = nearest(n, &self.known).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
                Err(Error::invalid_arg(format!("there is no option {n} here: {}{near}", self.known.join(", "))))
            }
        }
    }
}

/// The output of a plan's node: its columns, and whether it is a table.
pub(super) fn output(plan: &Plan, node: NodeId) -> Result<(Arc<Schema>, bool)> {
    let checked = plan.check()?;
    let n = &checked.nodes[checked.of_plan[node]];
    Ok((n.schema.clone(), n.shape != plan::Kind::Stream))
}
