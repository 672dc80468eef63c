//! Two tables by a foreign key: three operators, as the two sides lie in different partitions.
//!
//! `Wants` (left partition) keeps the left rows and asks for the right row that each wants. `Answers` (right partition) keeps who wants
//! what, and answers each want and each change of a right row. `Resolve` (left partition again) drops answers to what a left row no
//! longer is, and gives the join's changes.
//!
//! The left rows lie with the task under the node of `Wants` and are shared with `Resolve`. A row's version is a hash of its foreign key
//! and its bytes, so a restart or a row that returns cannot make an old answer look new and wrong: an equal version means an equal row.
//! Every change of a left row is answered once, also that it went and that it wants nothing, so results come in the order of answers.

use super::join::Picked;
use super::{Cx, Operator, TableCodec, join_tables, table::null_key};
use crate::chunk::{Chunk, Op};
use crate::expr::Bound;
use crate::keys::{KeyRange, Smallest};
use crate::plan::{CheckedNode, How};
use crate::state::rows::{self, Rows};
use crate::state::{Store, TableStore};
use crate::types::Schema;
use arrow_array::builder::{BooleanBuilder, Int64Builder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, BinaryArray};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wellhead_base::Result;

/// The left row and the right row of a result.
type Made<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// What the left side keeps per key, beside the result that last came out of it.
#[derive(Default)]
struct Kept<'a> {
    version: i64,
    /// A row was there before this one, or this one went: a result may have to be taken back that nobody here remembers.
    again: bool,
    /// The foreign key, where the row wants one.
    wants: Option<&'a [u8]>,
    /// None: it went, and the answer that takes the result back is on its way.
    row: Option<&'a [u8]>,
    /// The result: the left row it was made of (None: this one) and the right row.
    result: Option<Made<'a>>,
}

impl<'a> Kept<'a> {
    fn put(bytes: Option<&[u8]>, out: &mut Vec<u8>) {
        out.push(u8::from(bytes.is_some()));
        if let Some(b) = bytes {
            rows::put_len(out, b.len());
            out.extend_from_slice(b);
        }
    }
    fn take(from: &mut &'a [u8]) -> Result<Option<&'a [u8]>> {
        if rows::take(from, 1)?[0] == 0 {
            return Ok(None);
        }
        let n = rows::take_len(from)?;
        rows::take(from, n).map(Some)
    }
    /// Version (8 bytes, big-endian), `again`, then each of foreign key, row, and result behind a byte that says whether it is there.
    fn write(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(&self.version.to_be_bytes());
        out.push(u8::from(self.again));
        Self::put(self.wants, out);
        Self::put(self.row, out);
        out.push(u8::from(self.result.is_some()));
        if let Some((left, right)) = self.result {
            Self::put(left, out);
            Self::put(right, out);
        }
    }
    fn read(mut from: &'a [u8]) -> Result<Kept<'a>> {
        let version = rows::take_u64(&mut from)? as i64;
        let again = rows::take(&mut from, 1)?[0] != 0;
        let (wants, row) = (Self::take(&mut from)?, Self::take(&mut from)?);
        let result = if rows::take(&mut from, 1)?[0] == 0 { None } else { Some((Self::take(&mut from)?, Self::take(&mut from)?)) };
        if from.is_empty() { Ok(Kept { version, again, wants, row, result }) } else { Err(rows::damaged()) }
    }
}

/// FNV-1a: the version stands in changelogs, so it must be the same for ever.
fn version(wants: Option<&[u8]>, row: &[u8]) -> i64 {
    let part = |h: u64, bytes: &[u8]| bytes.iter().fold(h, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    let h = part(0xcbf2_9ce4_8422_2325, &[u8::from(wants.is_some())]);
    // The key's encoding says itself where it ends.
    part(part(h, wants.unwrap_or_default()), row) as i64
}
/// The version of a row that is not there.
const GONE: i64 = 0;

/// `NodeKind::ForeignLeft`.
pub struct Wants {
    schema: Arc<Schema>,
    node: usize,
    on: Vec<Bound>,
    left: TableCodec,
    wants: TableCodec,
}
impl Wants {
    pub fn new(at: usize, node: &CheckedNode, left: &CheckedNode, on: &[crate::expr::Expr]) -> Result<Wants> {
        let on = on.iter().map(|e| Bound::new(e, &left.schema)).collect::<Result<_>>()?;
        Ok(Wants { schema: node.schema.clone(), node: at, on, left: TableCodec::new(&left.schema), wants: TableCodec::new(&node.schema) })
    }
}

#[derive(Default)]
struct Asked {
    key: Picked,
    left: Vec<Vec<u8>>,
    version: Int64Builder,
    wants: BooleanBuilder,
    times: Vec<i64>,
}
impl Asked {
    /// Without a version no answer is wanted.
    fn push(&mut self, key: Option<&[u8]>, left: &[u8], version: Option<i64>, wants: bool, time: i64) {
        self.key.push(key);
        self.left.push(left.to_vec());
        self.version.append_option(version);
        self.wants.append_value(wants);
        self.times.push(time);
    }
}

impl Operator for Wants {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let on: Vec<ArrayRef> = self.on.iter().map(|e| e.eval(&chunk)).collect::<Result<_>>()?;
        let foreign = self.wants.keys(&on, chunk.len());
        let keys = self.left.keys(chunk.key_columns(), chunk.len());
        let values = self.left.values(chunk.value_columns(), chunk.len());
        let table = cx.tables.entry(self.node).or_default();
        let mut asked = Asked::default();
        let mut entry = Vec::new();
        for i in 0..chunk.len() {
            let (op, time, key) = (chunk.op(i), chunk.times[i], keys.get(i));
            if op == Op::Before {
                continue;
            }
            if null_key(chunk.key_columns(), i) {
                cx.counters.skipped += 1;
                continue;
            }
            let bytes = table.get(key).map(|e| e.row.to_vec());
            let old = bytes.as_deref().map(Kept::read).transpose()?;
            let was = old.as_ref().and_then(|o| o.row);
            if op == Op::Delete && was.is_none() {
                continue;
            }
            let wanted = old.as_ref().and_then(|o| o.wants);
            let row = (op != Op::Delete).then(|| values.get(i));
            let wants = row.and_then(|_| (!null_key(&on, i)).then(|| foreign.get(i)));
            // The result that is out was made of an older row; from here on that one is kept beside it.
            let result = old.as_ref().and_then(|o| o.result).map(|(left, right)| (left.or(was), right));
            let version = row.map_or(GONE, |r| version(wants, r));
            Kept { version, again: was.is_some(), wants, row, result }.write(&mut entry);
            table.put(key, &entry, time);
            match wants {
                // Only the row that wants nothing any more needs an answer from where it used to want something.
                None => asked.push(wanted, key, Some(version), false, time),
                Some(w) => {
                    if wanted.is_some_and(|old| old != w) {
                        asked.push(wanted, key, None, false, time);
                    }
                    asked.push(Some(w), key, Some(version), true, time);
                }
            }
        }
        let mut columns = self.wants.decode_keys(asked.key.iter())?;
        columns.push(Arc::new(BinaryArray::from_iter_values(&asked.left)));
        columns.push(Arc::new(asked.version.finish()));
        columns.push(Arc::new(asked.wants.finish()));
        cx.emit(Chunk::new(self.schema.clone(), columns, asked.times));
        Ok(())
    }
}

/// `NodeKind::ForeignRight`.
pub struct Answers {
    schema: Arc<Schema>,
    right: TableCodec,
    left: TableCodec,
    table: usize,
    /// Foreign key and left key, one behind the other, to version and time.
    wanted: BTreeMap<Vec<u8>, (i64, i64)>,
    dirty: BTreeSet<Vec<u8>>,
    answered: Answered,
}
#[derive(Default)]
struct Answered {
    left: Rows,
    version: Int64Builder,
    row: Vec<Option<Vec<u8>>>,
    times: Vec<i64>,
}
impl Answered {
    fn push(&mut self, left: &[u8], version: i64, row: Option<&[u8]>, time: i64) {
        self.left.push(left);
        self.version.append_value(version);
        self.row.push(row.map(<[u8]>::to_vec));
        self.times.push(time);
    }
}
impl Answers {
    pub fn new(node: &CheckedNode, right: &CheckedNode) -> Answers {
        Answers {
            schema: node.schema.clone(),
            right: TableCodec::new(&right.schema),
            left: TableCodec::new(&node.schema),
            table: node.inputs[1].node,
            wanted: BTreeMap::new(),
            dirty: BTreeSet::new(),
            answered: Answered::default(),
        }
    }
    fn wants(&mut self, chunk: &Chunk, table: Option<&TableStore>) {
        let key = chunk.schema.key_len();
        let keys = self.right.keys(chunk.key_columns(), chunk.len());
        let left = chunk.columns[key].as_binary::<i32>();
        let version = chunk.columns[key + 1].as_primitive::<Int64Type>();
        let wants = chunk.columns[key + 2].as_boolean();
        for i in 0..chunk.len() {
            let null = null_key(chunk.key_columns(), i);
            let entry = table.filter(|_| !null).and_then(|t| t.get(keys.get(i)));
            if !null {
                let name = [keys.get(i), left.value(i)].concat();
                if wants.value(i) {
                    self.wanted.insert(name.clone(), (version.value(i), chunk.times[i]));
                } else {
                    self.wanted.remove(&name);
                }
                self.dirty.insert(name);
            }
            if version.is_valid(i) {
                let row = entry.filter(|_| wants.value(i));
                let time = row.map_or(chunk.times[i], |e| e.time.max(chunk.times[i]));
                self.answered.push(left.value(i), version.value(i), row.map(|e| e.row), time);
            }
        }
    }
    fn changes(&mut self, chunk: &Chunk) {
        let keys = self.right.keys(chunk.key_columns(), chunk.len());
        let values = self.right.values(chunk.value_columns(), chunk.len());
        for (old, new) in join_tables::changes(chunk) {
            let at = new.or(old).expect("a change has a row") as usize;
            let key = keys.get(at);
            for (name, (version, time)) in self.wanted.range(key.to_vec()..).take_while(|(n, _)| n.starts_with(key)) {
                self.answered.push(&name[key.len()..], *version, new.map(|n| values.get(n as usize)), chunk.times[at].max(*time));
            }
        }
    }
}
impl Operator for Answers {
    fn process(&mut self, port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        if port == 0 {
            self.wants(&chunk, cx.tables.get(&self.table));
        } else {
            self.changes(&chunk);
        }
        let mut a = std::mem::take(&mut self.answered);
        let mut columns = self.left.decode_keys(a.left.iter().map(Some))?;
        columns.push(Arc::new(a.version.finish()));
        columns.push(Arc::new(a.row.iter().map(|r| r.as_deref()).collect::<BinaryArray>()));
        cx.emit(Chunk::new(self.schema.clone(), columns, a.times));
        Ok(())
    }
    fn store(&mut self) -> Option<&mut dyn Store> {
        Some(self)
    }
}
/// Key: foreign key and left key; value: version and time, 8 bytes each, big-endian.
impl Store for Answers {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        for name in std::mem::take(&mut self.dirty) {
            let value = self.wanted.get(&name).map(|(v, t)| [v.to_be_bytes(), t.to_be_bytes()].concat());
            each(&name, value.as_deref());
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        match value {
            None => self.wanted.remove(key),
            Some(mut v) => {
                let at = (rows::take_u64(&mut v)? as i64, rows::take_u64(&mut v)? as i64);
                self.wanted.insert(key.to_vec(), at)
            }
        };
        Ok(())
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        for (name, (v, t)) in &self.wanted {
            each(name, &[v.to_be_bytes(), t.to_be_bytes()].concat());
        }
    }
    fn clear(&mut self) {
        self.wanted.clear();
        self.dirty.clear();
    }
    fn bytes(&self) -> usize {
        self.wanted.keys().map(|k| k.len() + 64).sum()
    }
}

/// `NodeKind::ForeignResolve`.
pub struct Resolve {
    schema: Arc<Schema>,
    how: How,
    node: usize,
    answers: TableCodec,
    left: TableCodec,
    right: TableCodec,
    /// Readers need to know what a change replaces.
    before: bool,
}
impl Resolve {
    /// `wants` is the node of `Wants`; `left` and `right` are the joined tables.
    pub fn new(node: &CheckedNode, wants: usize, how: How, answers: &CheckedNode, left: &CheckedNode, right: &CheckedNode, before: bool) -> Resolve {
        Resolve {
            schema: node.schema.clone(),
            how,
            node: wants,
            answers: TableCodec::new(&answers.schema),
            left: TableCodec::new(&left.schema),
            right: TableCodec::new(&right.schema),
            before,
        }
    }
}

impl Operator for Resolve {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let key = chunk.schema.key_len();
        let keys = self.answers.keys(chunk.key_columns(), chunk.len());
        let versions = chunk.columns[key].as_primitive::<Int64Type>();
        let rights = chunk.columns[key + 1].as_binary::<i32>();
        let table = cx.tables.entry(self.node).or_default();
        let (mut key_rows, mut left, mut right, mut ops) = (Vec::new(), Picked::default(), Picked::default(), Vec::new());
        let mut entry = Vec::new();
        for i in 0..chunk.len() {
            // An answer to a row that is another by now, or that went.
            let Some(bytes) = table.get(keys.get(i)).map(|e| (e.row.to_vec(), e.time)) else { continue };
            let (bytes, time) = bytes;
            let kept = Kept::read(&bytes)?;
            if kept.version != versions.value(i) {
                continue;
            }
            let answer = rights.is_valid(i).then(|| rights.value(i));
            let now = kept.row.filter(|_| self.how.gives(true, answer.is_some()));
            let mut give = |op: Op, l: Option<&[u8]>, r: Option<&[u8]>| {
                key_rows.push(i as u32);
                left.push(l);
                right.push(r);
                ops.push(op);
            };
            match (kept.result, now) {
                // As Kafka Streams does, a key that had a row before is taken back without a look at whether it had a result. A reader
                // that counts what is taken back is told of real results alone.
                (None, None) if kept.again && !self.before => give(Op::Delete, None, None),
                (None, None) => {}
                (None, Some(l)) => give(Op::Insert, Some(l), answer),
                (Some((l, r)), None) => give(Op::Delete, l.or(kept.row), r),
                (Some((l, r)), Some(n)) => {
                    if self.before {
                        give(Op::Before, l.or(kept.row), r);
                        give(Op::After, Some(n), answer);
                    } else {
                        give(Op::Insert, Some(n), answer);
                    }
                }
            }
            if kept.row.is_none() {
                table.remove(keys.get(i));
            } else {
                Kept { result: now.map(|_| (None, answer)), again: false, ..kept }.write(&mut entry);
                table.put(keys.get(i), &entry, time);
            }
        }
        let rows = chunk.take(&key_rows)?;
        let mut columns = rows.key_columns().to_vec();
        columns.extend(self.left.decode_values(left.iter())?);
        columns.extend(self.right.decode_values(right.iter())?);
        cx.emit(Chunk::new(self.schema.clone(), columns, rows.times.clone()).with_ops(Some(ops.into())));
        Ok(())
    }
    fn find_in(&self, table: &TableStore, keys: &KeyRange) -> Result<Option<Chunk>> {
        let mut wanted = Smallest::new(keys);
        match keys.prefix(self.schema.key_len()) {
            Some(key) => table.get(key).into_iter().for_each(|e| wanted.offer(key, (e.row, e.time))),
            None => table.iter().for_each(|(k, e)| wanted.offer(k, (e.row, e.time))),
        }
        let (mut found, mut left, mut right, mut times) = (Vec::new(), Picked::default(), Picked::default(), Vec::new());
        for (key, (row, time)) in wanted.sorted() {
            let kept = Kept::read(row)?;
            if let Some((l, r)) = kept.result {
                left.push(l.or(kept.row));
                right.push(r);
                found.push(key);
                times.push(time);
            }
        }
        let mut columns = self.left.decode_keys(found.iter().map(|k| Some(k.as_slice())))?;
        columns.extend(self.left.decode_values(left.iter())?);
        columns.extend(self.right.decode_values(right.iter())?);
        Ok(Some(Chunk::new(self.schema.clone(), columns, times)))
    }
}
