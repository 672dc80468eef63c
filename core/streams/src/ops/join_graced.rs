//! A stream's rows wait for a table: each looks up the row that its key had at the row's own time, once stream time is a grace beyond it.
//!
//! Owns: the rows that wait, and what the table's keys had within the grace. Does not own: the table itself. As Kafka Streams has it for
//! a versioned table, stream time is the stream's alone, and a row that comes later than the grace is joined at once; what it sees is
//! the oldest state that is kept, that of a grace ago. Results come in the order of their times.
//!
//! Invariant: a key without versions here has its row in the table since a grace ago or longer (or has none since then).

use super::join::Picked;
use super::{Cx, Operator, TableCodec, join_tables, table::null_key, with_values};
use crate::chunk::Chunk;
use crate::plan::{CheckedNode, How, Join};
use crate::state::rows::{self, Layout, Rows};
use crate::state::{Store, TableStore};
use crate::types::{Schema, Type};
use arrow_array::ArrayRef;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use wellhead_base::Result;

const NEVER: i64 = i64::MIN;

/// A row that a key had from a time on; None: it had none.
type Version = (i64, Option<Vec<u8>>);

pub struct Graced {
    schema: Arc<Schema>,
    how: How,
    grace: i64,
    table: usize,
    right: TableCodec,
    left: Vec<Type>,
    stream_time: i64,
    seq: u64,
    /// By time and arrival: the encoded key, and the whole row.
    waiting: BTreeMap<(i64, u64), (Vec<u8>, Vec<u8>)>,
    /// In the order of their times.
    versions: HashMap<Vec<u8>, Vec<Version>>,
    /// When keys got versions, to look again when that is a grace ago.
    recent: BTreeSet<(i64, Vec<u8>)>,
    dirty_rows: BTreeSet<(i64, u64)>,
    dirty_keys: HashSet<Vec<u8>>,
}

#[derive(Default)]
struct Out {
    left: Rows,
    right: Picked,
    times: Vec<i64>,
}

impl Graced {
    pub fn new(node: &CheckedNode, left: &CheckedNode, right: &CheckedNode, j: &Join) -> Graced {
        Graced {
            schema: node.schema.clone(),
            how: j.how,
            grace: j.grace_ms.unwrap_or(0),
            table: node.inputs[1].node,
            right: TableCodec::new(&right.schema),
            left: left.schema.fields().iter().map(|f| f.ty.clone()).collect(),
            stream_time: NEVER,
            seq: 0,
            waiting: BTreeMap::new(),
            versions: HashMap::new(),
            recent: BTreeSet::new(),
            dirty_rows: BTreeSet::new(),
            dirty_keys: HashSet::new(),
        }
    }
    fn horizon(&self) -> i64 {
        self.stream_time.saturating_sub(self.grace)
    }
    /// What a key had at a time.
    fn as_of<'a>(&'a self, table: Option<&'a TableStore>, key: &[u8], time: i64) -> Option<&'a [u8]> {
        match self.versions.get(key) {
            Some(v) => v.iter().rev().find(|(from, _)| *from <= time).and_then(|(_, row)| row.as_deref()),
            None => table.and_then(|t| t.get(key)).map(|e| e.row),
        }
    }
    /// `at`: the time at which the table is looked at.
    fn join(&self, key: &[u8], row: &[u8], time: i64, at: i64, table: Option<&TableStore>, out: &mut Out) {
        let found = if key.is_empty() { None } else { self.as_of(table, key, at) };
        if self.how.gives(true, found.is_some()) {
            out.left.push(row);
            out.right.push(found);
            out.times.push(time);
        }
    }
    fn due(&mut self, table: Option<&TableStore>, out: &mut Out) {
        while let Some(e) = self.waiting.first_entry().filter(|e| e.key().0.saturating_add(self.grace) <= self.stream_time) {
            let at = *e.key();
            let (key, row) = e.remove();
            self.dirty_rows.insert(at);
            self.join(&key, &row, at.0, at.0, table, out);
        }
    }
    fn give(&mut self, out: Out, cx: &mut Cx<'_>) -> Result<()> {
        let mut columns: Vec<ArrayRef> = rows::decode(&self.left, out.left.iter().map(Some), Layout::Plain)?;
        columns.extend(self.right.decode_values(out.right.iter())?);
        cx.emit(Chunk::new(self.schema.clone(), columns, out.times));
        Ok(())
    }
    fn table_changes(&mut self, chunk: &Chunk) {
        let keys = self.right.keys(chunk.key_columns(), chunk.len());
        let values = self.right.values(chunk.value_columns(), chunk.len());
        for (old, new) in join_tables::changes(chunk) {
            let at = new.or(old).expect("a change has a row") as usize;
            let (key, time) = (keys.get(at), chunk.times[at]);
            let versions = self.versions.entry(key.to_vec()).or_default();
            if let Some(o) = old.filter(|_| versions.is_empty()) {
                versions.push((NEVER, Some(values.get(o as usize).to_vec())));
            }
            let place = versions.partition_point(|(from, _)| *from <= time);
            versions.insert(place, (time, new.map(|n| values.get(n as usize).to_vec())));
            self.recent.insert((time, key.to_vec()));
            self.dirty_keys.insert(key.to_vec());
        }
    }
    /// Forgets versions that nothing can ask for any more.
    fn forget(&mut self, table: Option<&TableStore>) {
        let horizon = self.horizon();
        while self.recent.first().is_some_and(|(t, _)| *t <= horizon) {
            let (_, key) = self.recent.pop_first().expect("there is a first");
            let Some(versions) = self.versions.get_mut(&key) else { continue };
            let asked = versions.iter().rposition(|(from, _)| *from <= horizon).unwrap_or(0);
            versions.drain(..asked);
            self.dirty_keys.insert(key.clone());
            // The last one stays only where the table has another, as after rows out of order.
            if let [(from, row)] = &versions[..]
                && *from <= horizon
                && row.as_deref() == table.and_then(|t| t.get(&key)).map(|e| e.row)
            {
                self.versions.remove(&key);
            }
        }
    }
}

impl Operator for Graced {
    fn process(&mut self, port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        if port == 1 {
            self.table_changes(&chunk);
            self.forget(cx.tables.get(&self.table));
            return Ok(());
        }
        let chunk = with_values(chunk, cx)?;
        let keys = self.right.keys(chunk.key_columns(), chunk.len());
        let mut whole = Rows::default();
        rows::encode(&self.left, &chunk.columns, chunk.len(), Layout::Plain, &mut whole);
        let mut out = Out::default();
        let table = cx.tables.get(&self.table);
        for i in 0..chunk.len() {
            let time = chunk.times[i];
            // A row without a key finds nothing, and waits nevertheless, as results come in the order of time.
            let null = null_key(chunk.key_columns(), i);
            if null && !self.how.gives(true, false) {
                cx.counters.skipped += 1;
                continue;
            }
            let key = if null { &[][..] } else { keys.get(i) };
            self.stream_time = self.stream_time.max(time);
            if time < self.horizon() {
                self.join(key, whole.get(i), time, self.horizon(), table, &mut out);
            } else {
                self.seq += 1;
                self.waiting.insert((time, self.seq), (key.to_vec(), whole.get(i).to_vec()));
                self.dirty_rows.insert((time, self.seq));
            }
            self.due(table, &mut out);
        }
        self.forget(table);
        self.give(out, cx)
    }

    fn advance(&mut self, time: i64, cx: &mut Cx<'_>) -> Result<()> {
        self.stream_time = self.stream_time.max(time);
        let mut out = Out::default();
        self.due(cx.tables.get(&self.table), &mut out);
        self.forget(cx.tables.get(&self.table));
        self.give(out, cx)
    }

    fn store(&mut self) -> Option<&mut dyn Store> {
        Some(self)
    }
}

/// Key 0, time, arrival (8 bytes each, big-endian): a row that waits, as the length of its key, the key, the row.
/// Key 1, table key: its versions, each the time, 0 or 1, and then length and bytes of the row.
fn waiting_key(at: (i64, u64)) -> Vec<u8> {
    [&[0][..], &at.0.to_be_bytes(), &at.1.to_be_bytes()].concat()
}
fn waiting_value(key: &[u8], row: &[u8]) -> Vec<u8> {
    let mut v = Vec::with_capacity(key.len() + row.len() + 5);
    rows::put_len(&mut v, key.len());
    v.extend_from_slice(key);
    v.extend_from_slice(row);
    v
}
fn versions_value(versions: &[Version]) -> Vec<u8> {
    let mut v = Vec::new();
    for (from, row) in versions {
        v.extend_from_slice(&from.to_be_bytes());
        v.push(u8::from(row.is_some()));
        if let Some(row) = row {
            rows::put_len(&mut v, row.len());
            v.extend_from_slice(row);
        }
    }
    v
}

impl Store for Graced {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        for at in std::mem::take(&mut self.dirty_rows) {
            let value = self.waiting.get(&at).map(|(key, row)| waiting_value(key, row));
            each(&waiting_key(at), value.as_deref());
        }
        for key in std::mem::take(&mut self.dirty_keys) {
            let value = self.versions.get(&key).map(|v| versions_value(v));
            each(&[&[1][..], &key].concat(), value.as_deref());
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let mut key = key;
        match rows::take(&mut key, 1)?[0] {
            0 => {
                let at = (rows::take_u64(&mut key)? as i64, rows::take_u64(&mut key)?);
                self.seq = self.seq.max(at.1);
                self.waiting.remove(&at);
                if let Some(mut v) = value {
                    let n = rows::take_len(&mut v)?;
                    let key = rows::take(&mut v, n)?.to_vec();
                    self.waiting.insert(at, (key, v.to_vec()));
                }
            }
            1 => {
                for (from, _) in self.versions.remove(key).unwrap_or_default() {
                    self.recent.remove(&(from, key.to_vec()));
                }
                let Some(mut v) = value else { return Ok(()) };
                let mut versions = Vec::new();
                while !v.is_empty() {
                    let from = rows::take_u64(&mut v)? as i64;
                    let mut row = None;
                    if rows::take(&mut v, 1)?[0] != 0 {
                        let n = rows::take_len(&mut v)?;
                        row = Some(rows::take(&mut v, n)?.to_vec());
                    }
                    self.recent.insert((from, key.to_vec()));
                    versions.push((from, row));
                }
                self.versions.insert(key.to_vec(), versions);
            }
            _ => return Err(rows::damaged()),
        }
        Ok(())
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        for (at, (key, row)) in &self.waiting {
            each(&waiting_key(*at), &waiting_value(key, row));
        }
        for (key, v) in &self.versions {
            each(&[&[1][..], key].concat(), &versions_value(v));
        }
    }
    fn clear(&mut self) {
        self.waiting.clear();
        self.versions.clear();
        self.recent.clear();
        self.dirty_rows.clear();
        self.dirty_keys.clear();
        self.stream_time = NEVER;
        self.seq = 0;
    }
    fn bytes(&self) -> usize {
        let waiting: usize = self.waiting.values().map(|(k, r)| k.len() + r.len() + 80).sum();
        let one = |v: &Version| v.1.as_ref().map_or(0, Vec::len) + 48;
        waiting + self.versions.iter().map(|(k, v)| k.len() * 2 + 96 + v.iter().map(one).sum::<usize>()).sum::<usize>()
    }
    fn time(&self) -> Option<i64> {
        (self.stream_time != NEVER).then_some(self.stream_time)
    }
    fn set_time(&mut self, time: i64) {
        self.stream_time = self.stream_time.max(time);
    }
}
