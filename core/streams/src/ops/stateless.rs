//! Operators without a memory: filter, select, select_key, explode, map, foreach, to_stream.

use super::{Cx, Functions, Operator};
use crate::chunk::{Chunk, Op, kernel};
use crate::expr::Bound;
use crate::plan::{CheckedNode, NodeKind, NodeOp};
use crate::types::{Schema, Type, nearest};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch};
use std::sync::Arc;
use wellhead_base::{Code, Error, Result};

/// The operator of a node that keeps nothing, or None where the node is not such a one. `inputs` are the schemas of its inputs.
pub fn build(node: &CheckedNode, input: &Arc<Schema>, functions: &Functions) -> Result<Option<Box<dyn Operator>>> {
    let NodeKind::Plan(op) = &node.kind else { return Ok(None) };
    let schema = node.schema.clone();
    Ok(Some(match op {
        NodeOp::Filter { when } => Box::new(Filter { when: Bound::new(when, input)? }),
        NodeOp::Select { columns, .. } => {
            let mut from = Vec::new();
            for (i, f) in schema.fields().iter().enumerate() {
                // A later column of one name replaced an earlier one when the schema was made.
                match columns.iter().rev().find(|(n, _)| *n == f.name).filter(|_| i >= schema.key_len()) {
                    Some((_, e)) => from.push(From::Expr(Bound::new(e, input)?)),
                    None => from.push(From::Column(input.find(&f.name)?)),
                }
            }
            Box::new(Project { schema, from, rekeys: false })
        }
        NodeOp::SelectKey { columns } => {
            let mut from = columns.iter().map(|(_, e)| Ok(From::Expr(Bound::new(e, input)?))).collect::<Result<Vec<_>>>()?;
            for f in schema.value_fields() {
                from.push(From::Column(input.find(&f.name)?));
            }
            Box::new(Project { schema, from, rekeys: true })
        }
        NodeOp::Explode { column } => Box::new(Explode { at: input.find(column)?, schema }),
        NodeOp::Map { function, .. } => {
            let f = functions.map.get(function).cloned().ok_or_else(|| unknown(function, functions.map.keys()))?;
            Box::new(Map { name: function.clone(), f, schema })
        }
        NodeOp::Foreach { function } if functions.chunks.contains_key(function) => Box::new(Tap { f: functions.chunks[function].clone() }),
        NodeOp::Foreach { function } => {
            let f = functions.foreach.get(function).cloned().ok_or_else(|| unknown(function, functions.foreach.keys()))?;
            Box::new(Foreach { f })
        }
        NodeOp::Merge | NodeOp::DeadLetters | NodeOp::Late | NodeOp::ToTable => Box::new(Pass),
        NodeOp::ToStream => Box::new(ToStream),
        _ => return Ok(None),
    }))
}

pub(super) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Error {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let near = nearest(name, &known).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
    Error::invalid_arg(format!("no function \"{name}\" was given to the program{near}"))
}

struct Pass;
impl Operator for Pass {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        cx.emit(chunk);
        Ok(())
    }
}

struct Filter {
    when: Bound,
}
impl Operator for Filter {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let keep = self.when.filter(&chunk)?;
        let Some(ops) = &chunk.ops else {
            cx.emit(chunk.filter(&keep)?);
            return Ok(());
        };
        // A pair of which one half passes becomes what it is for the reader: a new key, or one that goes.
        let passes = |i: usize| keep.is_valid(i) && keep.value(i);
        let mut out: Vec<Op> = ops.to_vec();
        for i in 0..chunk.len() {
            match ops[i] {
                Op::Before if i + 1 < chunk.len() && passes(i) && !passes(i + 1) => out[i] = Op::Delete,
                Op::After if i > 0 && ops[i - 1] == Op::Before && passes(i) && !passes(i - 1) => out[i] = Op::Insert,
                _ => {}
            }
        }
        let mut c = chunk.clone();
        c.ops = Some(out.into());
        let c = c.filter(&keep)?;
        let ops = c.ops.clone();
        cx.emit(c.with_ops(ops));
        Ok(())
    }
}

enum From {
    Column(usize),
    Expr(Bound),
}

struct Project {
    schema: Arc<Schema>,
    from: Vec<From>,
    rekeys: bool,
}
impl Operator for Project {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let columns = self
            .from
            .iter()
            .map(|f| match f {
                From::Column(i) => Ok(chunk.columns[*i].clone()),
                From::Expr(e) => e.eval(&chunk),
            })
            .collect::<Result<Vec<_>>>()?;
        let mut out = chunk.replace(self.schema.clone(), columns);
        if self.rekeys
            && let Some(ops) = &out.ops
        {
            out.ops = Some(split_pairs(&out, ops)?);
        }
        cx.emit(out);
        Ok(())
    }
}

/// Pairs whose halves have different keys now are a deletion and a new row.
fn split_pairs(chunk: &Chunk, ops: &Arc<[Op]>) -> Result<Arc<[Op]>> {
    let mut rows = crate::state::Rows::default();
    let types: Vec<Type> = chunk.schema.key_fields().iter().map(|f| f.ty.clone()).collect();
    crate::state::rows::encode(&types, chunk.key_columns(), chunk.len(), crate::state::Layout::Ordered, &mut rows);
    let mut out = ops.to_vec();
    for i in 0..ops.len().saturating_sub(1) {
        if ops[i] == Op::Before && ops[i + 1] == Op::After && rows.get(i) != rows.get(i + 1) {
            out[i] = Op::Delete;
            out[i + 1] = Op::Insert;
        }
    }
    Ok(out.into())
}

struct Explode {
    at: usize,
    schema: Arc<Schema>,
}
impl Operator for Explode {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let list = chunk.columns[self.at].as_list::<i32>();
        let mut rows = Vec::new();
        let mut items = Vec::new();
        for i in 0..chunk.len() {
            if list.is_valid(i) {
                let (from, to) = (list.value_offsets()[i], list.value_offsets()[i + 1]);
                for item in from..to {
                    rows.push(i as u32);
                    items.push(item as u32);
                }
            }
        }
        let item = arrow_select::take::take(list.values(), &arrow_array::UInt32Array::from(items), None).map_err(kernel)?;
        let wide = chunk.take(&rows)?;
        let mut columns = wide.columns.clone();
        columns[self.at] = item;
        cx.emit(wide.replace(self.schema.clone(), columns));
        Ok(())
    }
}

struct Map {
    name: String,
    f: super::MapFn,
    schema: Arc<Schema>,
}

/// A column of a user's batch, as the type that the plan declared.
fn user_column(batch: &RecordBatch, name: &str, ty: &Type, function: &str) -> Result<ArrayRef> {
    let Some(c) = batch.column_by_name(name) else {
        let names: Vec<String> = batch.schema().fields().iter().map(|f| f.name().clone()).collect();
        return Err(Error::invalid_arg(format!("the function \"{function}\" gave no column \"{name}\" (it gave {})", names.join(", "))));
    };
    if *c.data_type() == ty.arrow() {
        return Ok(c.clone());
    }
    let what = || Error::invalid_arg(format!("the function \"{function}\" gave \"{name}\" as {}, and the plan says {ty}", c.data_type()));
    if Type::of_arrow(c.data_type()).is_none_or(|t| t != *ty && !(t == Type::Int && *ty == Type::Float) && !(t == Type::String && *ty == Type::Json))
    {
        return Err(what());
    }
    arrow_cast::cast(c, &ty.arrow()).map_err(|_| what())
}

impl Operator for Map {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let batch = (self.f)(&chunk.to_record_batch()?)?;
        cx.emit(user_batch(&self.name, &self.schema, &chunk, &batch)?);
        Ok(())
    }
}

/// What a user's function made of a chunk: value columns of `schema`, and where the number of rows is another, the key's columns and times.
pub(super) fn user_batch(function: &str, schema: &Arc<Schema>, chunk: &Chunk, batch: &RecordBatch) -> Result<Chunk> {
    let key = schema.key_len();
    let same = batch.num_rows() == chunk.len();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for f in schema.key_fields() {
        if batch.column_by_name(&f.name).is_some() || !same {
            columns.push(user_column(batch, &f.name, &f.ty, function)?);
        } else {
            columns.push(chunk.column(&f.name)?.clone());
        }
    }
    for f in &schema.fields()[key..] {
        columns.push(user_column(batch, &f.name, &f.ty, function)?);
    }
    let times = match batch.column_by_name("_timestamp") {
        Some(t) => match Type::of_arrow(t.data_type()) {
            Some(Type::Timestamp) => {
                let t = arrow_cast::cast(t, &Type::Timestamp.arrow()).map_err(kernel)?;
                t.as_primitive::<TimestampMillisecondType>().values().clone()
            }
            Some(Type::Int) => arrow_cast::cast(t, &Type::Int.arrow()).map_err(kernel)?.as_primitive::<Int64Type>().values().clone(),
            _ => return Err(Error::invalid_arg(format!("the function \"{function}\" gave _timestamp as {}", t.data_type()))),
        },
        None if same => chunk.times.clone(),
        None => {
            return Err(Error::new(
                Code::INVALID_ARG,
                format!("the function \"{function}\" made {} rows of {} without a column _timestamp", batch.num_rows(), chunk.len()),
            ));
        }
    };
    let out = Chunk::new(schema.clone(), columns, times);
    Ok(if same { out.with_ops(chunk.ops.clone()) } else { out })
}

struct Foreach {
    f: super::ForeachFn,
}
impl Operator for Foreach {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        (self.f)(&chunk.to_record_batch()?)?;
        cx.emit(chunk);
        Ok(())
    }
}

struct Tap {
    f: super::ChunkFn,
}
impl Operator for Tap {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        (self.f)(&chunk)?;
        cx.emit(chunk);
        Ok(())
    }
}

struct ToStream;
impl Operator for ToStream {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let Some(ops) = &chunk.ops else {
            cx.emit(chunk);
            return Ok(());
        };
        let keep: BooleanArray = ops.iter().map(|o| Some(*o != Op::Before)).collect();
        let mut c = chunk.filter(&keep)?;
        if let Some(ops) = c.ops.clone() {
            let gone: BooleanArray = ops.iter().map(|o| Some(*o == Op::Delete)).collect();
            if gone.true_count() > 0 {
                // A deletion says nothing but its key.
                for i in c.schema.key_len()..c.columns.len() {
                    c.columns[i] = arrow_select::nullif::nullif(&c.columns[i], &gone).map_err(kernel)?;
                }
            }
            let plain: Arc<[Op]> = ops.iter().map(|o| if *o == Op::Delete { Op::Delete } else { Op::Insert }).collect();
            c = c.with_ops(Some(plain));
        }
        cx.emit(c);
        Ok(())
    }
}
