//! group_by over sliding windows: one for each different set of a group's rows that lie in a span of the window's size (KIP-450).
//!
//! A row of time t makes the window that ends with it, [t - size, t], and, when there are rows after it, the one right behind it,
//! [t + 1, t + 1 + size]; both ends are included. As in Kafka Streams no window starts before the epoch: a row that is earlier than the
//! size makes [0, size] instead.
//!
//! Owns: each group's rows (the aggregates' arguments) as long as a window can be made that has them, the open windows, late rows.
//! Invariants: an open window has every row of its span that was not late, whatever the order in which they came; a window is closed when
//! stream time is more than the grace beyond its end; a row is late when all windows that it could be in are closed. The rows alone are
//! kept in the changelog, as the windows follow from them.

use super::aggregate::Columns;
use super::cells::{self, Cells, Given, Value};
use super::{Cx, Operator};
use crate::chunk::{Chunk, Op};
use crate::keys::KeyRange;
use crate::plan::{Aggregate, CheckedNode, Emit, Window};
use crate::state::rows::{self, Layout, Rows};
use crate::state::{Dirty, Keys, Store};
use crate::types::{Schema, Type};
use arrow_array::ArrayRef;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use wellhead_base::Result;

const NEVER: i64 = i64::MIN;

#[derive(Default)]
struct Group {
    /// By time and arrival.
    rows: BTreeMap<(i64, u64), Vec<u8>>,
    /// Open windows by their start.
    windows: BTreeMap<i64, u32>,
}

#[derive(Clone, Copy)]
struct Pane {
    group: u32,
    start: i64,
    /// The latest row's time, and the last one's arrival.
    time: i64,
    seq: u64,
    /// Readers have a result of it.
    known: bool,
}

pub struct Sliding {
    schema: Arc<Schema>,
    by: Vec<Type>,
    /// The types of the arguments that the aggregates have; an aggregate without one has none here.
    args: Vec<Type>,
    has_arg: Vec<bool>,
    emit: Emit,
    size: i64,
    grace: i64,
    before: bool,
    cells: Cells,
    groups: Keys,
    of: Vec<Group>,
    panes: Vec<Pane>,
    /// Open windows by start, and rows by time, to be dropped.
    starts: BTreeSet<(i64, u32)>,
    times: BTreeSet<(i64, u64, u32)>,
    seq: u64,
    stream_time: i64,
    pending: Dirty,
    old: HashMap<u32, Vec<u8>>,
    /// Rows that the changelog does not have, by arrival.
    dirty: BTreeMap<u64, (u32, i64)>,
}

impl Sliding {
    pub fn new(node: &CheckedNode, spec: &Aggregate, input: &Arc<Schema>, before: bool) -> Result<Sliding> {
        let Some(Window::Sliding { size_ms }) = spec.window else { unreachable!("it is made for sliding windows") };
        let columns = Columns::new(&spec.columns, input, false)?;
        let types: Vec<Option<Type>> = columns.arg_types();
        Ok(Sliding {
            schema: node.schema.clone(),
            by: input.key_fields().iter().map(|f| f.ty.clone()).collect(),
            has_arg: types.iter().map(Option::is_some).collect(),
            args: types.into_iter().flatten().collect(),
            emit: spec.emit,
            size: size_ms,
            grace: spec.grace_ms,
            before,
            cells: Cells::new(columns)?,
            groups: Keys::default(),
            of: Vec::new(),
            panes: Vec::new(),
            starts: BTreeSet::new(),
            times: BTreeSet::new(),
            seq: 0,
            stream_time: NEVER,
            pending: Dirty::default(),
            old: HashMap::new(),
            dirty: BTreeMap::new(),
        })
    }
    fn end(&self, start: i64) -> i64 {
        start.saturating_add(self.size)
    }
    fn closed(&self, start: i64) -> bool {
        self.end(start).saturating_add(self.grace) < self.stream_time
    }
    /// Every window that a row of this time is in begins at it or before.
    fn late(&self, time: i64) -> bool {
        self.closed(time)
    }
    /// No row that is not late can make a window with a row of this time.
    fn useless(&self, time: i64) -> bool {
        self.late(time.saturating_add(self.size))
    }
    fn left(&self, time: i64) -> i64 {
        let start = time.saturating_sub(self.size);
        if time >= 0 { start.max(0) } else { start }
    }
    fn group(&mut self, key: &[u8]) -> u32 {
        let (g, new) = self.groups.insert(key);
        if g as usize >= self.of.len() {
            self.of.resize_with(g as usize + 1, Group::default);
        }
        if new {
            self.of[g as usize] = Group::default();
        }
        g
    }
    fn keep(&mut self, group: u32, time: i64, seq: u64, args: &[u8]) {
        self.of[group as usize].rows.insert((time, seq), args.to_vec());
        self.times.insert((time, seq, group));
    }
    /// The arguments' columns of stored rows, with a place for each aggregate.
    fn decode<'a>(&self, stored: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Option<ArrayRef>>> {
        let mut columns = rows::decode(&self.args, stored.map(Some), Layout::Plain)?.into_iter();
        Ok(self.has_arg.iter().map(|has| if *has { columns.next() } else { None }).collect())
    }

    /// Makes a window of the rows that are there.
    fn make(&mut self, group: u32, start: i64) -> Result<u32> {
        let slot = self.cells.make();
        // In the order of arrival, as if it had been there all along.
        let mut rows: Vec<(u64, i64, &[u8])> =
            self.of[group as usize].rows.range((start, 0)..=(self.end(start), u64::MAX)).map(|((t, n), a)| (*n, *t, &a[..])).collect();
        rows.sort_unstable_by_key(|r| r.0);
        let args = self.decode(rows.iter().map(|r| r.2))?;
        let times: Vec<i64> = rows.iter().map(|r| r.1).collect();
        let all: Vec<u32> = (0..rows.len() as u32).collect();
        let seq = rows.last().map_or(0, |r| r.0);
        let pane = Pane { group, start, time: times.iter().copied().max().unwrap_or(start), seq, known: false };
        self.cells.update(&vec![slot; all.len()], &args, &all, &times)?;
        if slot as usize == self.panes.len() {
            self.panes.push(pane);
        } else {
            self.panes[slot as usize] = pane;
        }
        self.of[group as usize].windows.insert(start, slot);
        self.starts.insert((start, slot));
        Ok(slot)
    }
    /// The windows that a row makes, as far as they are missing: its own two, and the one behind the row before it.
    fn missing(&self, group: u32, time: i64) -> Vec<i64> {
        let g = &self.of[group as usize];
        let mut starts = vec![self.left(time)];
        if let Some(((before, _), _)) = g.rows.range(..(time, 0)).next_back() {
            let start = before.saturating_add(1);
            starts.extend((time <= self.end(start)).then_some(start));
        }
        if let Some(((after, _), _)) = g.rows.range((time.saturating_add(1), 0)..).next() {
            let start = time.saturating_add(1);
            starts.extend((*after <= self.end(start)).then_some(start));
        }
        starts.retain(|s| !self.closed(*s) && !g.windows.contains_key(s));
        starts.sort_unstable();
        starts.dedup();
        starts
    }
    fn remember(&mut self, slots: &[u32]) -> Result<()> {
        if !self.before {
            return Ok(());
        }
        let fresh: Vec<u32> = slots.iter().copied().filter(|s| self.panes[*s as usize].known && !self.old.contains_key(s)).collect();
        let rows = self.cells.encode(&self.schema, &fresh)?;
        for (i, s) in fresh.into_iter().enumerate() {
            self.old.insert(s, rows.get(i).to_vec());
        }
        Ok(())
    }
    fn row(&mut self, i: usize, key: &[u8], time: i64, stored: &[u8], args: &[Option<ArrayRef>]) -> Result<()> {
        let group = self.group(key);
        let from = self.left(time);
        let windows = &self.of[group as usize].windows;
        let mut slots: Vec<u32> = windows.range(from..=time).filter(|(s, _)| !self.closed(**s)).map(|(_, slot)| *slot).collect();
        self.remember(&slots)?;
        self.cells.update(&slots, args, &vec![i as u32; slots.len()], &vec![time; slots.len()])?;
        self.seq += 1;
        for s in &slots {
            let p = &mut self.panes[*s as usize];
            p.time = p.time.max(time);
            p.seq = self.seq;
        }
        self.keep(group, time, self.seq, stored);
        self.dirty.insert(self.seq, (group, time));
        for start in self.missing(group, time) {
            slots.push(self.make(group, start)?);
        }
        slots.sort_unstable_by_key(|s| self.panes[*s as usize].start);
        for s in slots {
            self.pending.mark(s);
        }
        Ok(())
    }

    fn give(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let slots = self.pending.take();
        let mut given = Vec::with_capacity(slots.len());
        for slot in &slots {
            let p = self.panes[*slot as usize];
            let old = self.old.remove(slot);
            let (key, end) = (self.groups.key(p.group), self.end(p.start));
            let of = |op, value| Given { key, start: p.start, end, op, time: p.time, value };
            let op = if old.is_some() { Op::After } else { Op::Insert };
            if old.is_some() {
                given.push(of(Op::Before, Value::Old(old)));
            }
            given.push(of(op, Value::Slot(*slot)));
        }
        if !given.is_empty() {
            cx.emit(cells::results(&self.schema, &self.cells, &given)?);
        }
        for s in slots {
            self.panes[s as usize].known = true;
        }
        Ok(())
    }

    /// Drops closed windows, with their results where those are final, and rows that no window can want.
    fn close(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let mut closed: Vec<u32> = Vec::new();
        while let Some((start, slot)) = self.starts.first().copied().filter(|(s, _)| self.closed(*s)) {
            self.starts.remove(&(start, slot));
            closed.push(slot);
        }
        if !closed.is_empty() {
            if self.emit == Emit::Final {
                let order = |s: &u32| {
                    let p = &self.panes[*s as usize];
                    (p.start, self.groups.key(p.group))
                };
                closed.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
                let one = |slot: &u32| {
                    let p = &self.panes[*slot as usize];
                    let key = self.groups.key(p.group);
                    Given { key, start: p.start, end: self.end(p.start), op: Op::Insert, time: p.time, value: Value::Slot(*slot) }
                };
                let given: Vec<Given<'_>> = closed.iter().map(one).collect();
                cx.emit(cells::results(&self.schema, &self.cells, &given)?);
            } else {
                self.give(cx)?;
            }
        }
        for slot in closed {
            let p = self.panes[slot as usize];
            self.of[p.group as usize].windows.remove(&p.start);
            self.old.remove(&slot);
            self.cells.give_back(slot);
        }
        while let Some((time, seq, group)) = self.times.first().copied().filter(|(t, _, _)| self.useless(*t)) {
            self.times.remove(&(time, seq, group));
            self.dirty.remove(&seq);
            let g = &mut self.of[group as usize];
            g.rows.remove(&(time, seq));
            // A window is closed before its last row is of no use.
            if g.rows.is_empty() {
                self.groups.remove(group);
            }
        }
        Ok(())
    }
}

impl Operator for Sliding {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let chunk = cells::with_keys(chunk, cx)?;
        let mut keys = Rows::default();
        rows::encode(&self.by, chunk.key_columns(), chunk.len(), Layout::Ordered, &mut keys);
        let args = self.cells.args.eval(&chunk)?;
        let mut stored = Rows::default();
        let columns: Vec<ArrayRef> = args.iter().flatten().cloned().collect();
        rows::encode(&self.args, &columns, chunk.len(), Layout::Plain, &mut stored);
        let mut late: Vec<u32> = Vec::new();
        for i in 0..chunk.len() {
            let time = chunk.times[i];
            self.stream_time = self.stream_time.max(time);
            if self.late(time) {
                late.push(i as u32);
                continue;
            }
            self.row(i, keys.get(i), time, stored.get(i), &args)?;
            match self.emit {
                Emit::Every => self.give(cx)?,
                Emit::Final => {
                    self.pending.take();
                }
                Emit::Changes => {}
            }
        }
        if !late.is_empty() {
            cx.counters.late += late.len() as u64;
            cx.aside(chunk.take(&late)?);
        }
        self.close(cx)
    }

    fn round(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        self.give(cx)?;
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
        // The key's last two columns are the window's.
        let mut groups: Vec<u32> = match keys.prefix(self.schema.key_len() - 2) {
            Some(g) => self.groups.find(g).into_iter().collect(),
            None => self.groups.iter().collect(),
        };
        groups.sort_unstable_by(|a, b| self.groups.key(*a).cmp(self.groups.key(*b)));
        let mut given = Vec::new();
        for g in groups {
            for (start, slot) in &self.of[g as usize].windows {
                let time = self.panes[*slot as usize].time;
                let key = self.groups.key(g);
                given.push(Given { key, start: *start, end: self.end(*start), op: Op::Insert, time, value: Value::Slot(*slot) });
            }
        }
        keys.cut(&cells::results(&self.schema, &self.cells, &given)?).map(Some)
    }
}

/// Changelog: key = time and arrival (8 bytes each, big-endian), group; value = the aggregates' arguments.
fn name(time: i64, seq: u64, group: &[u8]) -> Vec<u8> {
    [&time.to_be_bytes()[..], &seq.to_be_bytes(), group].concat()
}
impl Store for Sliding {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        for (seq, (group, time)) in std::mem::take(&mut self.dirty) {
            let row = &self.of[group as usize].rows[&(time, seq)];
            each(&name(time, seq, self.groups.key(group)), Some(row));
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let mut key = key;
        let (time, seq) = (rows::take_u64(&mut key)? as i64, rows::take_u64(&mut key)?);
        let Some(value) = value else { return Ok(()) };
        self.seq = self.seq.max(seq);
        if self.useless(time) {
            return Ok(());
        }
        let group = self.group(key);
        if self.of[group as usize].rows.contains_key(&(time, seq)) {
            return Ok(());
        }
        // Rows come back in the order of their arrival; where one does not, the windows that it is in are made again.
        let from = self.left(time);
        let windows: Vec<(i64, u32)> = self.of[group as usize].windows.range(from..=time).map(|(s, w)| (*s, *w)).collect();
        let (behind, before): (Vec<_>, Vec<_>) = windows.into_iter().partition(|(_, w)| self.panes[*w as usize].seq < seq);
        let args = self.decode([value].into_iter())?;
        let slots: Vec<u32> = behind.iter().map(|w| w.1).collect();
        self.cells.update(&slots, &args, &vec![0; slots.len()], &vec![time; slots.len()])?;
        for s in slots {
            let p = &mut self.panes[s as usize];
            p.time = p.time.max(time);
            p.seq = seq;
        }
        let again: Vec<i64> = before.iter().map(|w| w.0).collect();
        for (start, slot) in before {
            self.of[group as usize].windows.remove(&start);
            self.starts.remove(&(start, slot));
            self.cells.give_back(slot);
        }
        self.keep(group, time, seq, value);
        let mut starts = [again, self.missing(group, time)].concat();
        starts.sort_unstable();
        starts.dedup();
        for start in starts {
            let slot = self.make(group, start)?;
            self.panes[slot as usize].known = true;
        }
        Ok(())
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        let groups = self.groups.iter().map(|g| (self.groups.key(g), &self.of[g as usize].rows));
        let mut all: Vec<_> = groups.flat_map(|(key, rows)| rows.iter().map(move |((time, seq), row)| (*seq, *time, key, row))).collect();
        all.sort_unstable_by_key(|r| r.0);
        for (seq, time, key, row) in all {
            each(&name(time, seq, key), row);
        }
    }
    fn clear(&mut self) {
        // The accumulators were made once before from the same plan.
        self.cells.clear().expect("the aggregates are those that were made before");
        (self.groups, self.of, self.panes) = (Keys::default(), Vec::new(), Vec::new());
        self.starts.clear();
        self.times.clear();
        self.old.clear();
        self.dirty.clear();
        self.pending = Dirty::default();
        (self.seq, self.stream_time) = (0, NEVER);
    }
    fn bytes(&self) -> usize {
        let rows: usize = self.of.iter().flat_map(|g| g.rows.values()).map(|r| r.capacity() + 120).sum();
        self.cells.bytes() + self.groups.bytes() + rows + self.panes.capacity() * (size_of::<Pane>() + 60)
    }
    fn time(&self) -> Option<i64> {
        (self.stream_time != NEVER).then_some(self.stream_time)
    }
    fn set_time(&mut self, time: i64) {
        self.stream_time = self.stream_time.max(time);
    }
}
