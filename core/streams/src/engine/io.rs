//! Records to chunks and chunks to records: sources, sinks and moves.

use super::Options;
use crate::chunk::{Chunk, Op, Origin};
use crate::format::{Decoder, Encoder};
use crate::plan::{self, CheckedNode, NodeKind};
use crate::state::rows::{self, Layout, Rows};
use crate::types::{Schema, Type};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Int64Array, StringArray};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead_base::env::Rng;
use wellhead_base::{Code, Error, Result};
use wellhead_client::partitioner::Partitioner;

/// Records of one partition in offset order; all slices have the same length.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    pub keys: &'a [Option<&'a [u8]>],
    pub values: &'a [Option<&'a [u8]>],
    /// Milliseconds since the Unix epoch.
    pub times: &'a [i64],
    pub offsets: &'a [i64],
}
impl Input<'_> {
    pub fn len(&self) -> usize {
        self.times.len()
    }
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }
}

/// Records to be written to one topic, in order.
#[derive(Clone, Debug)]
pub struct OutBatch {
    pub topic: Arc<str>,
    /// -1: by the key.
    pub partition: i32,
    pub keys: Rows,
    pub null_keys: Vec<bool>,
    pub values: Rows,
    pub null_values: Vec<bool>,
    pub times: Vec<i64>,
}
impl OutBatch {
    fn new(topic: &Arc<str>, partition: i32) -> OutBatch {
        OutBatch {
            topic: topic.clone(),
            partition,
            keys: Rows::default(),
            null_keys: Vec::new(),
            values: Rows::default(),
            null_values: Vec::new(),
            times: Vec::new(),
        }
    }
    pub fn len(&self) -> usize {
        self.times.len()
    }
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }
    pub fn key(&self, i: usize) -> Option<&[u8]> {
        (!self.null_keys[i]).then(|| self.keys.get(i))
    }
    pub fn value(&self, i: usize) -> Option<&[u8]> {
        (!self.null_values[i]).then(|| self.values.get(i))
    }
}

/// Batches in the order in which they were given.
#[derive(Default)]
pub struct Outputs(Vec<OutBatch>);
impl Outputs {
    pub fn push(&mut self, b: OutBatch) {
        if !b.is_empty() {
            self.0.push(b);
        }
    }
    pub fn take(&mut self) -> Vec<OutBatch> {
        std::mem::take(&mut self.0)
    }
}

/// What a source made of some records.
pub(crate) struct Read {
    pub rows: Chunk,
    pub dead: Chunk,
}

pub(crate) struct SourceReader {
    source: plan::Source,
    schema: Arc<Schema>,
    dead_schema: Arc<Schema>,
    key: Option<Box<dyn Decoder>>,
    value: Box<dyn Decoder>,
}

impl SourceReader {
    pub fn new(source: &plan::Source, schema: &Arc<Schema>) -> Result<SourceReader> {
        let key = if source.key.is_empty() { None } else { Some(source.key_format.decoder(&source.key)?) };
        let dead_schema = Schema::new(plan::dead_letter_fields(), 1)?;
        Ok(SourceReader { key, value: source.format.decoder(&source.fields)?, source: source.clone(), schema: schema.clone(), dead_schema })
    }

    pub fn read(&mut self, topic: &str, partition: i32, input: &Input<'_>) -> Result<Read> {
        let n = input.len();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.len());
        let mut bad: BTreeMap<usize, String> = BTreeMap::new();
        if let Some(d) = &mut self.key {
            let got = d.decode(input.keys);
            columns.extend(got.columns);
            bad.extend(got.bad.into_iter().map(|(i, why)| (i, format!("key: {why}"))));
        }
        let got = self.value.decode(input.values);
        columns.extend(got.columns);
        for (i, why) in got.bad {
            bad.entry(i).or_insert(why);
        }
        let mut times: Vec<i64> = input.times.to_vec();
        if let Some(name) = &self.source.time {
            let c = &columns[self.schema.find(name)?];
            let values: &[i64] = match c.data_type() {
                arrow_schema::DataType::Int64 => c.as_primitive::<Int64Type>().values(),
                _ => c.as_primitive::<TimestampMillisecondType>().values(),
            };
            times.copy_from_slice(values);
            if c.null_count() > 0 {
                for i in (0..n).filter(|i| c.is_null(*i)) {
                    // A deletion has no columns to take a time from.
                    times[i] = input.times[i];
                    if input.values[i].is_some() {
                        bad.entry(i).or_insert_with(|| format!("it has no event time \"{name}\""));
                    }
                }
            }
        }
        for i in (0..n).filter(|i| times[*i] < 0) {
            bad.entry(i).or_insert_with(|| format!("its event time {} is before 1970", times[i]));
        }
        if self.source.strict
            && let Some((i, why)) = bad.first_key_value()
        {
            return Err(Error::new(Code::BAD_MSG, format!("{topic}-{partition} at offset {}: {why}", input.offsets[*i])));
        }
        let ops: Option<Arc<[Op]>> = input
            .values
            .iter()
            .any(Option::is_none)
            .then(|| input.values.iter().map(|v| if v.is_none() { Op::Delete } else { Op::Insert }).collect());
        let mut rows = Chunk::new(self.schema.clone(), columns, times).with_ops(ops);
        let topic: Arc<str> = topic.into();
        rows.origin = Some(Arc::new(Origin { topic: topic.clone(), partition, offsets: input.offsets.to_vec().into() }));
        if bad.is_empty() {
            return Ok(Read { rows, dead: Chunk::empty(&self.dead_schema) });
        }
        let keep: BooleanArray = (0..n).map(|i| Some(!bad.contains_key(&i))).collect();
        let rows = rows.filter(&keep)?;
        let at = || bad.keys().copied();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(at().map(|i| input.keys[i]).collect::<BinaryArray>()),
            Arc::new(bad.values().map(|w| Some(w.as_str())).collect::<StringArray>()),
            Arc::new(at().map(|i| input.values[i]).collect::<BinaryArray>()),
            Arc::new(at().map(|_| Some(&*topic)).collect::<StringArray>()),
            Arc::new(at().map(|_| i64::from(partition)).collect::<Int64Array>()),
            Arc::new(at().map(|i| input.offsets[i]).collect::<Int64Array>()),
        ];
        let times: Vec<i64> = at().map(|i| input.times[i].max(0)).collect();
        Ok(Read { rows, dead: Chunk::new(self.dead_schema.clone(), columns, times) })
    }
}

pub(crate) struct SinkWriter {
    topic: Arc<str>,
    key: Vec<usize>,
    value: Vec<usize>,
    key_encoder: Option<Box<dyn Encoder>>,
    value_encoder: Box<dyn Encoder>,
}

impl SinkWriter {
    pub fn new(sink: &plan::Sink, schema: &Schema) -> Result<SinkWriter> {
        let (key, value) = plan::sink_columns(sink, schema)?;
        let picked = |list: &[usize]| list.iter().map(|i| schema.fields()[*i].clone()).collect::<Vec<_>>();
        let key_encoder = if key.is_empty() { None } else { Some(plan::sink_key_format(sink, &picked(&key)).encoder(&picked(&key))?) };
        let value_encoder = sink.format.encoder(&picked(&value))?;
        Ok(SinkWriter { topic: sink.topic.as_str().into(), key, value, key_encoder, value_encoder })
    }
    /// Gives how many records it wrote.
    pub fn write(&mut self, chunk: &Chunk, outputs: &mut Outputs) -> Result<u64> {
        let chunk = match &chunk.ops {
            Some(ops) if ops.contains(&Op::Before) => {
                let keep: BooleanArray = ops.iter().map(|o| Some(*o != Op::Before)).collect();
                chunk.filter(&keep)?
            }
            _ => chunk.clone(),
        };
        let mut b = OutBatch::new(&self.topic, -1);
        let picked = |list: &[usize]| list.iter().map(|i| chunk.columns[*i].clone()).collect::<Vec<_>>();
        let keys = picked(&self.key);
        match &mut self.key_encoder {
            Some(e) => {
                e.encode(&keys, &mut b.keys.bytes, &mut b.keys.ends)?;
                b.null_keys = (0..chunk.len()).map(|i| keys.iter().all(|c| c.is_null(i))).collect();
            }
            None => {
                b.keys.ends = vec![0; chunk.len()];
                b.null_keys = vec![true; chunk.len()];
            }
        }
        self.value_encoder.encode(&picked(&self.value), &mut b.values.bytes, &mut b.values.ends)?;
        b.null_values = (0..chunk.len()).map(|i| chunk.op(i) == Op::Delete).collect();
        b.times = chunk.times.to_vec();
        let n = b.len() as u64;
        outputs.push(b);
        Ok(n)
    }
}

/// Rows from one subtopology to the next.
pub(crate) struct MoveCodec {
    topic: Arc<str>,
    schema: Arc<Schema>,
    types: Vec<Type>,
    by: usize,
    partitions: i32,
    partitioner: Partitioner,
    encoder: Option<Mutex<Box<dyn Encoder>>>,
}

/// The first byte of a moved row: the layout's version.
const MOVE_VERSION: u8 = 1;

impl MoveCodec {
    pub fn new(node: &CheckedNode, options: &Options, partitions: i32) -> Result<MoveCodec> {
        let NodeKind::Move { by, topic, key_format, .. } = &node.kind else { unreachable!("only moves have a codec") };
        let encoder = if *by == 0 { None } else { Some(Mutex::new(key_format.encoder(&node.schema.key_fields()[..*by])?)) };
        Ok(MoveCodec {
            topic: options.move_topic(topic).into(),
            schema: node.schema.clone(),
            types: node.schema.fields().iter().map(|f| f.ty.clone()).collect(),
            by: *by,
            partitions,
            partitioner: options.partitioner,
            encoder,
        })
    }
    fn keys(&self, chunk: &Chunk) -> Result<Rows> {
        let mut keys = Rows::default();
        match &self.encoder {
            None => keys.ends = vec![0; chunk.len()],
            Some(e) => e.lock().encode(&chunk.columns[..self.by], &mut keys.bytes, &mut keys.ends)?,
        }
        Ok(keys)
    }
    fn partition(&self, key: &[u8]) -> i32 {
        // Where the partitioner leaves keys to chance (empty ones), the first partition is as good as any and the same every time.
        self.partitioner.choose(Some(key), self.partitions as u32, &mut Rng::seeded(0)).unwrap_or(0)
    }
    /// The rows by their partitions.
    pub fn split(&self, chunk: &Chunk) -> Result<Vec<(i32, Chunk)>> {
        if self.partitions == 1 || self.by == 0 {
            return Ok(vec![(0, chunk.clone())]);
        }
        let keys = self.keys(chunk)?;
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); self.partitions as usize];
        for (i, k) in keys.iter().enumerate() {
            rows[self.partition(k) as usize].push(i as u32);
        }
        let mut out = Vec::new();
        for (p, rows) in rows.iter().enumerate().filter(|(_, r)| !r.is_empty()) {
            out.push((p as i32, if rows.len() == chunk.len() { chunk.clone() } else { chunk.take(rows)? }));
        }
        Ok(out)
    }
    /// As records: the key's bytes; version, kind of row and the columns.
    pub fn write(&self, chunk: &Chunk, outputs: &mut Outputs) -> Result<()> {
        for (p, part) in self.split(chunk)? {
            let mut b = OutBatch::new(&self.topic, p);
            b.keys = self.keys(&part)?;
            b.null_keys = vec![self.by == 0; part.len()];
            let mut plain = Rows::default();
            rows::encode(&self.types, &part.columns, part.len(), Layout::Plain, &mut plain);
            for i in 0..part.len() {
                b.values.bytes.push(MOVE_VERSION);
                b.values.bytes.push(part.op(i) as u8);
                b.values.push(plain.get(i));
            }
            b.null_values = vec![false; part.len()];
            b.times = part.times.to_vec();
            outputs.push(b);
        }
        Ok(())
    }
    pub fn read(&self, input: &Input<'_>) -> Result<Chunk> {
        let mut ops = Vec::with_capacity(input.len());
        let mut bodies = Vec::with_capacity(input.len());
        for v in input.values {
            let bad = || Error::new(Code::BAD_MSG, format!("{} has a record that is no moved row of this version", self.topic));
            let (version, rest) = v.and_then(|v| v.split_first()).ok_or_else(bad)?;
            let (op, body) = rest.split_first().ok_or_else(bad)?;
            let op = [Op::Insert, Op::Delete, Op::Before, Op::After].get(*op as usize).copied();
            if *version != MOVE_VERSION {
                return Err(bad());
            }
            ops.push(op.ok_or_else(bad)?);
            bodies.push(Some(body));
        }
        let columns = rows::decode(&self.types, bodies, Layout::Plain)?;
        Ok(Chunk::new(self.schema.clone(), columns, input.times.to_vec()).with_ops(Some(ops.into())))
    }
}
