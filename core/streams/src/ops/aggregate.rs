//! group_by: over everything, and over tumbling and hopping windows. Sessions and sliding windows are `sessions` and `sliding`.
//!
//! Owns: groups per window slice, late rows, when results go out, and when a slice is dropped. Invariants: a slice is there until stream
//! time passes its end and grace; a row whose window is closed is late and changes nothing; with emit final each group of a slice goes out
//! once, when the slice is dropped.

use super::{Cx, Operator, table::null_key, with_values};
use crate::agg::{self, Accumulator};
use crate::chunk::{Chunk, Op, kernel};
use crate::expr::Bound;
use crate::keys::{KeyRange, Smallest};
use crate::plan::{Agg, Aggregate, CheckedNode, Emit, Window};
use crate::state::rows::{self, Layout, Rows};
use crate::state::{Dirty, Keys, Store};
use crate::types::{Schema, Type};
use arrow_array::{Array, ArrayRef, BooleanArray, TimestampMillisecondArray, UInt32Array};
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead_base::Result;

/// The groups of one window, or all groups without windows.
struct Slice {
    keys: Keys,
    columns: Vec<Box<dyn Accumulator>>,
    /// The latest row's time, per slot.
    times: Vec<i64>,
    /// How many rows are in each group; a table's group of none goes.
    rows: Vec<i64>,
    /// Changed since the last commit.
    dirty: Dirty,
    /// Changed since results last went out.
    pending: Dirty,
    /// Whether readers have a result of the slot, so that its end, or what replaces it, must be told.
    sent: Vec<bool>,
}

/// The accumulators that a node needs, and the columns they read.
pub(crate) struct Columns {
    specs: Vec<Agg>,
    args: Vec<Option<Bound>>,
    input: Arc<Schema>,
    table: bool,
}
impl Columns {
    pub fn new(columns: &[(String, Agg)], input: &Arc<Schema>, table: bool) -> Result<Columns> {
        let specs: Vec<Agg> = columns.iter().map(|(_, a)| a.clone()).collect();
        let args = specs.iter().map(|a| a.arg.as_ref().map(|e| Bound::new(e, input)).transpose()).collect::<Result<Vec<_>>>()?;
        Ok(Columns { specs, args, input: input.clone(), table })
    }
    /// The types of the arguments, where there are some.
    pub fn arg_types(&self) -> Vec<Option<Type>> {
        self.args.iter().map(|a| a.as_ref().map(|b| b.ty().clone())).collect()
    }
    pub fn make(&self) -> Result<Vec<Box<dyn Accumulator>>> {
        self.specs.iter().map(|a| agg::accumulator(a, &self.input, self.table)).collect()
    }
    /// The arguments' columns for a chunk.
    pub fn eval(&self, chunk: &Chunk) -> Result<Vec<Option<ArrayRef>>> {
        self.args.iter().map(|a| a.as_ref().map(|b| b.eval(chunk)).transpose()).collect()
    }
}

pub struct GroupBy {
    spec: Aggregate,
    schema: Arc<Schema>,
    by: Vec<Type>,
    columns: Columns,
    /// Slices by their window's start; without windows there is one, at 0.
    slices: BTreeMap<i64, Slice>,
    stream_time: i64,
    /// Readers need to know what a result replaces.
    before: bool,
    /// Results that went out, where readers need them again as what was before: per slice and slot, encoded.
    gone: Vec<Vec<u8>>,
    old: BTreeMap<(i64, u32), Vec<u8>>,
    keys: Rows,
}

const NEVER: i64 = i64::MIN;

impl GroupBy {
    /// `input` is the schema of the rows, whose key is the groups. `before`: a reader needs what was before.
    pub fn new(node: &CheckedNode, spec: &Aggregate, input: &Arc<Schema>, table: bool, before: bool) -> Result<GroupBy> {
        let by = input.key_fields().iter().map(|f| f.ty.clone()).collect();
        let columns = Columns::new(&spec.columns, input, table)?;
        Ok(GroupBy {
            spec: spec.clone(),
            schema: node.schema.clone(),
            by,
            columns,
            slices: BTreeMap::new(),
            stream_time: NEVER,
            before,
            gone: Vec::new(),
            old: BTreeMap::new(),
            keys: Rows::default(),
        })
    }

    fn size(&self) -> i64 {
        match self.spec.window {
            Some(Window::Tumbling { size_ms } | Window::Hopping { size_ms, .. }) => size_ms,
            _ => 0,
        }
    }
    fn closed(&self, start: i64) -> bool {
        self.spec.window.is_some() && start.saturating_add(self.size()).saturating_add(self.spec.grace_ms) <= self.stream_time
    }
    /// The starts of the windows that a time is in, earliest first. As in Kafka Streams none starts before the epoch.
    fn windows(&self, time: i64, out: &mut Vec<i64>) {
        out.clear();
        match self.spec.window {
            Some(Window::Tumbling { size_ms }) => out.push(time.div_euclid(size_ms) * size_ms),
            Some(Window::Hopping { size_ms, advance_ms }) => {
                let first = ((time - size_ms).div_euclid(advance_ms) + 1) * advance_ms;
                let mut at = if time >= 0 { first.max(0) } else { first };
                while at <= time {
                    out.push(at);
                    at += advance_ms;
                }
            }
            _ => out.push(0),
        }
    }

    fn slice(&mut self, start: i64) -> Result<&mut Slice> {
        if !self.slices.contains_key(&start) {
            let s = Slice {
                keys: Keys::default(),
                columns: self.columns.make()?,
                times: Vec::new(),
                rows: Vec::new(),
                dirty: Dirty::default(),
                pending: Dirty::default(),
                sent: Vec::new(),
            };
            self.slices.insert(start, s);
        }
        Ok(self.slices.get_mut(&start).expect("it was put in"))
    }

    /// Rows `rows` (all where None) of a chunk go into one slice.
    fn add_to_slice(&mut self, start: i64, chunk: &Chunk, args: &[Option<ArrayRef>], rows: Option<&[u32]>, cx: &mut Cx<'_>) -> Result<()> {
        let n = rows.map_or(chunk.len(), <[u32]>::len);
        let keys = std::mem::take(&mut self.keys);
        let row = |i: usize| rows.map_or(i, |r| r[i] as usize);
        let every = self.spec.emit == Emit::Every;
        let mut from = 0;
        let mut slots: Vec<u32> = Vec::with_capacity(n);
        let mut times: Vec<i64> = Vec::with_capacity(n);
        while from < n {
            // With emit every, one go ends where a group comes again, so that each of its rows has a result.
            slots.clear();
            times.clear();
            let mut seen = Dirty::default();
            let slice = self.slice(start)?;
            let mut to = from;
            while to < n {
                let i = row(to);
                let (slot, new) = slice.keys.insert(keys.get(i));
                if every {
                    if !new && seen.marked(slot) {
                        break;
                    }
                    seen.mark(slot);
                }
                if new {
                    slice.fresh(slot);
                }
                slots.push(slot);
                times.push(chunk.times[i]);
                to += 1;
            }
            self.remember(start, &slots)?;
            let slice = self.slice(start)?;
            for (c, arg) in slice.columns.iter_mut().zip(args) {
                let part = match (arg, rows) {
                    (None, _) => None,
                    (Some(a), None) => Some(a.slice(from, to - from)),
                    (Some(a), Some(r)) => Some(arrow_select::take::take(a, &UInt32Array::from(r[from..to].to_vec()), None).map_err(kernel)?),
                };
                c.update(&slots, part.as_ref(), &times)?;
            }
            for (slot, t) in slots.iter().zip(&times) {
                let i = *slot as usize;
                slice.rows[i] += 1;
                slice.times[i] = slice.times[i].max(*t);
                slice.dirty.mark(*slot);
                slice.pending.mark(*slot);
            }
            if every {
                let slots = self.slice(start)?.pending.take();
                self.give(start, &slots, cx)?;
            }
            from = to;
        }
        self.keys = keys;
        Ok(())
    }

    /// A table's changes: what was goes out of its group, what is comes in.
    fn table_changes(&mut self, chunk: &Chunk, args: &[Option<ArrayRef>], cx: &mut Cx<'_>) -> Result<()> {
        let keys = std::mem::take(&mut self.keys);
        for i in 0..chunk.len() {
            if null_key(chunk.key_columns(), i) {
                cx.counters.skipped += 1;
                continue;
            }
            let adds = chunk.op(i).adds();
            let slice = self.slice(0)?;
            let (slot, new) = slice.keys.insert(keys.get(i));
            if new {
                slice.fresh(slot);
            }
            self.remember(0, &[slot])?;
            let slice = self.slice(0)?;
            for (c, arg) in slice.columns.iter_mut().zip(args) {
                let part = arg.as_ref().map(|a| a.slice(i, 1));
                if adds {
                    c.update(&[slot], part.as_ref(), &[chunk.times[i]])?;
                } else {
                    c.retract(&[slot], part.as_ref())?;
                }
            }
            let s = slot as usize;
            slice.rows[s] += if adds { 1 } else { -1 };
            slice.times[s] = slice.times[s].max(chunk.times[i]);
            slice.dirty.mark(slot);
            slice.pending.mark(slot);
            // The first half of a pair within one group is no state that anybody should see.
            let half = chunk.op(i) == Op::Before && i + 1 < chunk.len() && keys.get(i) == keys.get(i + 1);
            if self.spec.emit == Emit::Every && !half {
                let slots = self.slice(0)?.pending.take();
                self.give(0, &slots, cx)?;
            }
        }
        self.keys = keys;
        Ok(())
    }

    /// Notes what readers last saw of these groups, before they change. What changed since it was new, they have not seen.
    fn remember(&mut self, start: i64, slots: &[u32]) -> Result<()> {
        // A final result is the first one.
        if !self.before || self.spec.emit == Emit::Final {
            return Ok(());
        }
        let Some(slice) = self.slices.get(&start) else { return Ok(()) };
        let fresh: Vec<u32> = slots.iter().copied().filter(|s| slice.sent[*s as usize] && !self.old.contains_key(&(start, *s))).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let columns = slice.columns.iter().map(|c| c.output(&fresh)).collect::<Result<Vec<_>>>()?;
        let types: Vec<Type> = self.schema.value_fields().iter().map(|f| f.ty.clone()).collect();
        let mut out = Rows::default();
        rows::encode(&types, &columns, fresh.len(), Layout::Plain, &mut out);
        for (i, s) in fresh.iter().enumerate() {
            self.old.insert((start, *s), out.get(i).to_vec());
        }
        Ok(())
    }

    /// Gives the results of groups that changed.
    fn give(&mut self, start: i64, slots: &[u32], cx: &mut Cx<'_>) -> Result<()> {
        let Some(slice) = self.slices.get(&start) else { return Ok(()) };
        if slots.is_empty() {
            return Ok(());
        }
        let now = self.results(start, slice, slots)?;
        let table_rows = |s: &u32| slice.rows[*s as usize] > 0;
        let all_live = slots.iter().all(table_rows);
        if !self.before && all_live {
            cx.emit(now);
            if self.columns.table {
                let slice = self.slices.get_mut(&start).expect("it was there");
                for s in slots {
                    slice.sent[*s as usize] = true;
                }
            }
            return Ok(());
        }
        let types: Vec<Type> = self.schema.value_fields().iter().map(|f| f.ty.clone()).collect();
        let olds: Vec<Option<Vec<u8>>> = slots.iter().map(|s| self.old.remove(&(start, *s))).collect();
        let old_columns = rows::decode(&types, olds.iter().map(|o| o.as_deref()), Layout::Plain)?;
        let (mut row, mut picks, mut ops) = (Vec::new(), Vec::new(), Vec::new());
        for (i, s) in slots.iter().enumerate() {
            let live = table_rows(s);
            if olds[i].is_some() || (!live && slice.sent[*s as usize]) {
                row.push(i as u32);
                picks.push((1, i));
                ops.push(if live { Op::Before } else { Op::Delete });
            }
            if live {
                row.push(i as u32);
                picks.push((0, i));
                ops.push(if olds[i].is_some() { Op::After } else { Op::Insert });
            }
        }
        let wide = now.take(&row)?;
        let mut columns = wide.key_columns().to_vec();
        for (n, o) in now.value_columns().iter().zip(&old_columns) {
            columns.push(rows::interleave(&[n, o], &picks)?);
        }
        cx.emit(Chunk::new(self.schema.clone(), columns, wide.times.clone()).with_ops(Some(ops.into())));
        let slice = self.slices.get_mut(&start).expect("it was there");
        for s in slots {
            let i = *s as usize;
            if slice.rows[i] > 0 {
                slice.sent[i] = true;
            } else if slice.keys.live(*s) {
                self.gone.push(slice.keys.key(*s).to_vec());
                slice.sent[i] = false;
                slice.keys.remove(*s);
            }
        }
        Ok(())
    }

    fn results(&self, start: i64, slice: &Slice, slots: &[u32]) -> Result<Chunk> {
        let mut columns = rows::decode(&self.by, slots.iter().map(|s| Some(slice.keys.key(*s))), Layout::Ordered)?;
        if self.spec.window.is_some() {
            columns.push(Arc::new(TimestampMillisecondArray::from_value(start, slots.len())));
            columns.push(Arc::new(TimestampMillisecondArray::from_value(start.saturating_add(self.size()), slots.len())));
        }
        for c in &slice.columns {
            columns.push(c.output(slots)?);
        }
        let times: Vec<i64> = slots.iter().map(|s| slice.times[*s as usize]).collect();
        Ok(Chunk::new(self.schema.clone(), columns, times))
    }

    /// Drops closed slices, with their results where those are final.
    fn close(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        while let Some(start) = self.slices.keys().next().copied().filter(|s| self.closed(*s)) {
            let mut slots: Vec<u32> = Vec::new();
            if self.spec.emit == Emit::Final {
                let slice = &self.slices[&start];
                slots = slice.keys.iter().collect();
                slots.sort_unstable_by(|a, b| slice.keys.key(*a).cmp(slice.keys.key(*b)));
            } else {
                slots.extend(self.slices.get_mut(&start).expect("it is the first").pending.take());
            }
            self.give(start, &slots, cx)?;
            self.slices.remove(&start);
            self.old.retain(|(s, _), _| *s != start);
        }
        Ok(())
    }
}

impl Slice {
    /// A slot for a new group.
    fn fresh(&mut self, slot: u32) {
        let n = slot as usize + 1;
        if n > self.times.len() {
            // Grows by doubling, so that one new group at a time is cheap.
            let n = n.next_power_of_two().max(16);
            self.times.resize(n, NEVER);
            self.rows.resize(n, 0);
            self.sent.resize(n, false);
            self.columns.iter_mut().for_each(|c| c.resize(n));
        }
        self.times[slot as usize] = NEVER;
        self.rows[slot as usize] = 0;
        self.sent[slot as usize] = false;
        self.columns.iter_mut().for_each(|c| c.reset(slot));
    }
}

impl Operator for GroupBy {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        self.keys.clear();
        if self.columns.table {
            rows::encode(&self.by, chunk.key_columns(), chunk.len(), Layout::Ordered, &mut self.keys);
            let args = self.columns.eval(&chunk)?;
            return self.table_changes(&chunk, &args, cx);
        }
        let mut chunk = with_values(chunk, cx)?;
        if chunk.key_columns().iter().any(|c| c.null_count() > 0) {
            let keep: BooleanArray = (0..chunk.len()).map(|i| Some(!null_key(chunk.key_columns(), i))).collect();
            cx.counters.skipped += (chunk.len() - keep.true_count()) as u64;
            chunk = chunk.filter(&keep)?;
        }
        if chunk.is_empty() {
            return Ok(());
        }
        rows::encode(&self.by, chunk.key_columns(), chunk.len(), Layout::Ordered, &mut self.keys);
        let args = self.columns.eval(&chunk)?;
        if self.spec.window.is_none() {
            return self.add_to_slice(0, &chunk, &args, None, cx);
        }
        // Which rows go into which window. Rows mostly come in the order of their time, so the last window is the first guess.
        let mut by_window: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
        let mut late: Vec<u32> = Vec::new();
        let mut starts = Vec::new();
        let mut guess: (i64, Vec<u32>) = (NEVER, Vec::new());
        for i in 0..chunk.len() {
            let time = chunk.times[i];
            self.stream_time = self.stream_time.max(time);
            self.windows(time, &mut starts);
            let mut open = false;
            for s in &starts {
                if self.closed(*s) {
                    continue;
                }
                open = true;
                if *s != guess.0 {
                    let last = std::mem::replace(&mut guess, (*s, by_window.remove(s).unwrap_or_default()));
                    if !last.1.is_empty() {
                        by_window.insert(last.0, last.1);
                    }
                }
                guess.1.push(i as u32);
            }
            if !open {
                late.push(i as u32);
            }
        }
        if !guess.1.is_empty() {
            by_window.insert(guess.0, guess.1);
        }
        if !late.is_empty() {
            cx.counters.late += late.len() as u64;
            cx.aside(chunk.take(&late)?);
        }
        for (start, rows) in by_window {
            let all = rows.len() == chunk.len();
            self.add_to_slice(start, &chunk, &args, (!all).then_some(&rows[..]), cx)?;
        }
        self.close(cx)
    }

    fn round(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        if self.spec.emit == Emit::Changes {
            let due: Vec<i64> = self.slices.iter().filter(|(_, s)| !s.pending.is_empty()).map(|(s, _)| *s).collect();
            for start in due {
                let slots = self.slices.get_mut(&start).expect("it is listed").pending.take();
                self.give(start, &slots, cx)?;
            }
        }
        self.close(cx)
    }

    fn advance(&mut self, time: i64, cx: &mut Cx<'_>) -> Result<()> {
        self.stream_time = self.stream_time.max(time);
        self.round(cx)
    }

    fn store(&mut self) -> Option<&mut dyn Store> {
        Some(self)
    }

    fn find(&self, keys: &KeyRange) -> Result<Option<Chunk>> {
        let group = keys.prefix(self.by.len());
        let mut wanted = Smallest::new(keys);
        let mut key = Vec::new();
        for (start, slice) in &self.slices {
            let mut offer = |slot: u32| {
                if slice.rows[slot as usize] <= 0 {
                    return;
                }
                key.clear();
                key.extend_from_slice(slice.keys.key(slot));
                if self.spec.window.is_some() {
                    rows::put_time(*start, &mut key);
                    rows::put_time(start.saturating_add(self.size()), &mut key);
                }
                wanted.offer(&key, (*start, slot));
            };
            match group {
                Some(g) => slice.keys.find(g).into_iter().for_each(&mut offer),
                None => slice.keys.iter().for_each(&mut offer),
            }
        }
        // Results are made slice by slice; they go back to the order of their keys.
        let mut by_slice: BTreeMap<i64, Vec<(usize, u32)>> = BTreeMap::new();
        let sorted = wanted.sorted();
        for (at, (_, (start, slot))) in sorted.iter().enumerate() {
            by_slice.entry(*start).or_default().push((at, *slot));
        }
        let (mut parts, mut place) = (Vec::new(), vec![0u32; sorted.len()]);
        let mut n = 0;
        for (start, rows) in by_slice {
            let slots: Vec<u32> = rows.iter().map(|(_, slot)| *slot).collect();
            parts.push(self.results(start, &self.slices[&start], &slots)?);
            for (at, _) in rows {
                place[at] = n;
                n += 1;
            }
        }
        let all = Chunk::concat(&parts)?.unwrap_or_else(|| Chunk::empty(&self.schema));
        Ok(Some(if parts.len() < 2 { all } else { all.take(&place)? }))
    }
}

/// Changelog: key = 8 bytes of the window's start (0 without windows) and the group; value = time, rows, each accumulator.
impl Store for GroupBy {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        let mut key = Vec::new();
        for g in std::mem::take(&mut self.gone) {
            key.clear();
            key.extend_from_slice(&0i64.to_be_bytes());
            key.extend_from_slice(&g);
            each(&key, None);
        }
        let mut value = Vec::new();
        for (start, slice) in &mut self.slices {
            for s in slice.dirty.take() {
                if slice.keys.live(s) {
                    slice.entry(*start, s, &mut key, &mut value);
                    each(&key, Some(&value));
                }
            }
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let mut key = key;
        let start = rows::take_u64(&mut key)? as i64;
        let Some(mut value) = value else {
            if let Some(slice) = self.slices.get_mut(&start)
                && let Some(slot) = slice.keys.find(key)
            {
                slice.keys.remove(slot);
            }
            return Ok(());
        };
        if self.closed(start) {
            return Ok(());
        }
        let slice = self.slice(start)?;
        let (slot, new) = slice.keys.insert(key);
        if new {
            slice.fresh(slot);
        }
        let i = slot as usize;
        slice.times[i] = rows::take_u64(&mut value)? as i64;
        slice.rows[i] = rows::take_u64(&mut value)? as i64;
        slice.sent[i] = true;
        for c in &mut slice.columns {
            c.read(slot, &mut value)?;
        }
        if value.is_empty() { Ok(()) } else { Err(rows::damaged()) }
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        for (start, slice) in &self.slices {
            for s in slice.keys.iter() {
                slice.entry(*start, s, &mut key, &mut value);
                each(&key, &value);
            }
        }
    }
    fn clear(&mut self) {
        self.slices.clear();
        self.old.clear();
        self.gone.clear();
        self.stream_time = NEVER;
    }
    fn bytes(&self) -> usize {
        let one = |s: &Slice| s.keys.bytes() + s.times.capacity() * 24 + s.columns.iter().map(|c| c.bytes()).sum::<usize>();
        self.slices.values().map(one).sum()
    }
    fn time(&self) -> Option<i64> {
        (self.spec.window.is_some() && self.stream_time != NEVER).then_some(self.stream_time)
    }
    fn set_time(&mut self, time: i64) {
        self.stream_time = self.stream_time.max(time);
    }
}

impl Slice {
    fn entry(&self, start: i64, slot: u32, key: &mut Vec<u8>, value: &mut Vec<u8>) {
        key.clear();
        key.extend_from_slice(&start.to_be_bytes());
        key.extend_from_slice(self.keys.key(slot));
        value.clear();
        value.extend_from_slice(&self.times[slot as usize].to_be_bytes());
        value.extend_from_slice(&self.rows[slot as usize].to_be_bytes());
        self.columns.iter().for_each(|c| c.write(slot, value));
    }
}
