//! Joins: what each is by what its sides are, what has to move or to be kept for it, and what comes out.

use super::{CheckedNode, Checker, Edge, Kind, NodeKind, StoreSpec, default_key_format};
use crate::expr::{Bound, Expr};
use crate::format::Format;
use crate::plan::{How, Join, NodeId, NodeOp};
use crate::types::{Field, Schema, Type};
use std::sync::Arc;
use wellhead_base::{Error, Result};

impl Checker<'_> {
    pub(super) fn join(&mut self, id: NodeId, left: usize, right: usize, j: &Join) -> Result<usize> {
        let (l, r) = (self.nodes[left].clone(), self.nodes[right].clone());
        if j.before_ms < 0 || j.after_ms < 0 || j.grace_ms.is_some_and(|g| g < 0) {
            return Err(Error::invalid_arg("the windows of a join are not negative"));
        }
        let outer_ok = |shape: &str| {
            if j.how == How::Outer { Err(Error::invalid_arg(format!("a {shape} join is inner or left, not outer"))) } else { Ok(()) }
        };
        let same_keys = || {
            let types = |n: &CheckedNode| n.schema.key_fields().iter().map(|f| f.ty.clone()).collect::<Vec<_>>();
            if l.schema.key_len() == 0 || r.schema.key_len() == 0 {
                return Err(Error::invalid_arg("both sides of a join need a key: give the source one, or use select_key"));
            }
            if types(&l) != types(&r) {
                return Err(Error::invalid_arg(format!("the keys of a join have the same types, and these are {} and {}", l.schema, r.schema)));
            }
            Ok(())
        };
        let schema = joined_schema(&l.schema, &r.schema, &j.prefix)?;
        let kind = NodeKind::Plan(NodeOp::Join(j.clone()));
        let out = |inputs: [usize; 2], shape: Kind, located: Option<usize>, store: Option<StoreSpec>| CheckedNode {
            kind: kind.clone(),
            inputs: inputs.iter().map(|n| Edge { node: *n, port: 0 }).collect(),
            schema: schema.clone(),
            shape,
            located,
            window: l.window,
            subtopology: 0,
            store,
            origin: id,
        };
        Ok(match (l.shape, r.shape) {
            (Kind::Stream, Kind::Stream) => {
                same_keys()?;
                if j.on.is_some() {
                    return Err(Error::invalid_arg("two streams are joined by their keys: use select_key"));
                }
                let (left, right) = self.together(id, left, right)?;
                let span = j.before_ms.saturating_add(j.after_ms).saturating_add(j.grace_ms.unwrap_or(0));
                let store = Some(self.store(id, "join", Some(span)));
                let located = self.nodes[left].located;
                self.add(out([left, right], Kind::Stream, located, store))
            }
            (Kind::Stream, Kind::Table) => {
                outer_ok("stream-table")?;
                same_keys()?;
                let (left, right) = self.together(id, left, right)?;
                // What a move brings is kept behind it, where the stream's rows are.
                let kept = self.materialize(id, right);
                let store = j.grace_ms.map(|g| self.store(id, "join", Some(g)));
                let located = self.nodes[left].located;
                self.add(out([left, kept], Kind::Stream, located, store))
            }
            (_, Kind::Global) => {
                outer_ok("global table")?;
                Self::only_streams(&l)?;
                let on = j.on.clone().unwrap_or_else(|| l.schema.key_fields().iter().map(|f| Expr::Col(f.name.clone())).collect());
                Self::lookup_types(&on, &l, &r)?;
                self.add(out([left, right], Kind::Stream, l.located, None))
            }
            (Kind::Table, Kind::Table) if j.on.is_some() => self.foreign(id, left, right, j, schema.clone())?,
            (Kind::Table, Kind::Table) => {
                same_keys()?;
                // Each row would meet itself, and one change would be two.
                if left == right {
                    return Err(Error::invalid_arg(
                        "a table is joined with itself by its own key: its columns are there already; use with or select",
                    ));
                }
                let (left, right) = self.together(id, left, right)?;
                let (left, right) = (self.materialize(id, left), self.materialize(id, right));
                let located = self.nodes[left].located;
                self.add(out([left, right], Kind::Table, located, None))
            }
            (Kind::Table, Kind::Stream) => {
                return Err(Error::invalid_arg("a stream is joined with a table, not a table with a stream: put the stream first"));
            }
            (Kind::Global, _) => return Err(Error::invalid_arg("a global table can only be the right side of a join")),
        })
    }

    fn lookup_types(on: &[Expr], l: &CheckedNode, r: &CheckedNode) -> Result<()> {
        let key = r.schema.key_fields();
        if on.len() != key.len() {
            return Err(Error::invalid_arg(format!("the right side's key has {} column(s), and {} are looked up", key.len(), on.len())));
        }
        for (e, f) in on.iter().zip(key) {
            let t = Bound::new(e, &l.schema)?.ty().clone();
            if t != f.ty {
                return Err(Error::invalid_arg(format!("\"{e}\" is of type {t}, and the key \"{}\" of type {}", f.name, f.ty)));
            }
        }
        Ok(())
    }

    /// Both sides where their keys' hash says, by the same bytes.
    fn together(&mut self, id: NodeId, left: usize, right: usize) -> Result<(usize, usize)> {
        let (l, r) = (&self.nodes[left], &self.nodes[right]);
        if l.located.is_some() && l.located == r.located && self.key_format(left) == self.key_format(right) {
            return Ok((left, right));
        }
        let by = if l.window.is_some() && r.window.is_some() { l.schema.key_len() - 2 } else { l.schema.key_len() };
        let (mut left, mut right) = (left, right);
        if self.nodes[left].located == Some(by) {
            let format = self.key_format(left);
            if self.nodes[right].shape != Kind::Stream {
                return Err(Error::invalid_arg(
                    "the right table is not partitioned by the key that it is joined by: write its source topic under that key",
                ));
            }
            right = self.moved(id, right, by, None, Some(format))?;
        } else if self.nodes[right].located == Some(by) {
            let format = self.key_format(right);
            if self.nodes[left].shape != Kind::Stream {
                return Err(Error::invalid_arg("the left table is not partitioned by the key that it is joined by"));
            }
            left = self.moved(id, left, by, None, Some(format))?;
        } else {
            let format = default_key_format(&self.nodes[left].schema.key_fields()[..by]);
            left = self.moved(id, left, by, None, Some(format.clone()))?;
            right = self.moved(id, right, by, None, Some(format))?;
        }
        Ok((left, right))
    }

    /// The bytes by which a node's rows were placed.
    fn key_format(&self, at: usize) -> Format {
        let n = &self.nodes[at];
        match &n.kind {
            NodeKind::Plan(NodeOp::Source(s)) => s.key_format.clone(),
            NodeKind::Move { key_format, .. } => key_format.clone(),
            _ => n.inputs.first().map_or(Format::Text, |e| self.key_format(e.node)),
        }
    }

    fn foreign(&mut self, id: NodeId, left: usize, right: usize, j: &Join, schema: Arc<Schema>) -> Result<usize> {
        if j.how == How::Outer {
            return Err(Error::invalid_arg("a foreign-key join is inner or left, not outer"));
        }
        let on = j.on.clone().unwrap_or_default();
        let (l, r) = (self.nodes[left].clone(), self.nodes[right].clone());
        Self::lookup_types(&on, &l, &r)?;
        let right = self.materialize(id, right);
        let store = Some(self.store(id, "foreign-left", None));
        // A want: key = the foreign key; value = the left key, the version of its row, whether it still wants.
        let mut fields: Vec<Field> = r.schema.key_fields().to_vec();
        let key = fields.len();
        fields.extend([Field::new("_left", Type::Bytes), Field::new("_version", Type::Int), Field::new("_wants", Type::Bool)]);
        let wants = self.add(CheckedNode {
            kind: NodeKind::ForeignLeft { on },
            inputs: vec![Edge { node: left, port: 0 }],
            schema: Schema::new(fields, key)?,
            shape: Kind::Stream,
            located: None,
            window: None,
            subtopology: 0,
            store,
            origin: id,
        });
        let format = self.key_format(right);
        let there = self.moved(id, wants, key, None, Some(format))?;
        // An answer: key = the left key; value = the version it answers, and the right row where there is one.
        let mut fields = l.schema.key_fields().to_vec();
        let key = fields.len();
        fields.extend([Field::new("_version", Type::Int), Field::new("_row", Type::Bytes)]);
        let store = Some(self.store(id, "foreign-right", None));
        let answers = self.add(CheckedNode {
            kind: NodeKind::ForeignRight { how: j.how },
            inputs: vec![Edge { node: there, port: 0 }, Edge { node: right, port: 0 }],
            schema: Schema::new(fields, key)?,
            shape: Kind::Stream,
            located: None,
            window: None,
            subtopology: 0,
            store,
            origin: id,
        });
        let by = l.located.unwrap_or(key);
        let format = self.key_format(left);
        let back = self.moved(id, answers, by, None, Some(format))?;
        Ok(self.add(CheckedNode {
            kind: NodeKind::ForeignResolve { left: wants, how: j.how },
            inputs: vec![Edge { node: back, port: 0 }],
            schema,
            shape: Kind::Table,
            located: l.located,
            window: None,
            subtopology: 0,
            store: None,
            origin: id,
        }))
    }
}

/// The left side's columns and the right side's value columns.
fn joined_schema(l: &Schema, r: &Schema, prefix: &str) -> Result<Arc<Schema>> {
    let mut fields = l.fields().to_vec();
    for f in r.value_fields() {
        let name = if fields.iter().any(|g| g.name == f.name) { format!("{prefix}{}", f.name) } else { f.name.clone() };
        fields.push(Field::new(name, f.ty.clone()));
    }
    Schema::new(fields, l.key_len())
}
