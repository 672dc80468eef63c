//! group_by over sessions: rows of a group that are at most a gap apart.
//!
//! Owns: the sessions that are open, which of them readers know and under which bounds, late rows. A session's start and end are the times
//! of its first and last row, both in it. Invariants, as Kafka Streams has them: open sessions of a group are more than a gap apart; one is
//! closed when stream time is more than gap and grace beyond its end, and then nothing changes it; a row is late when it meets no open
//! session and its own would be closed. A session that grows or is swallowed by another gets another key: its old key is deleted first.
//! What comes out with emit every and emit final does not depend on how rows were cut into chunks.

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
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;
use wellhead_base::Result;

const NEVER: i64 = i64::MIN;
type Bounds = (i64, i64);

#[derive(Clone, Copy)]
struct Session {
    group: u32,
    start: i64,
    end: i64,
    /// Tells the sessions apart that a slot had.
    id: u64,
    live: bool,
    /// The bounds under which readers know it, and the changelog.
    known: Option<Bounds>,
    stored: Option<Bounds>,
}

/// What readers are to be told of, in order.
enum Event {
    /// It was swallowed.
    Gone {
        group: u32,
        bounds: Bounds,
        old: Option<Vec<u8>>,
    },
    Changed(u32),
}

/// Rows that were given to sessions and are not in their accumulators yet.
#[derive(Default)]
struct Batch {
    slots: Vec<u32>,
    rows: Vec<u32>,
    times: Vec<i64>,
}

pub struct Sessions {
    schema: Arc<Schema>,
    by: Vec<Type>,
    emit: Emit,
    gap: i64,
    grace: i64,
    /// Readers need to know what a result replaces.
    before: bool,
    cells: Cells,
    groups: Keys,
    /// The open sessions of each group by their start.
    lists: Vec<Vec<u32>>,
    sessions: Vec<Session>,
    /// Sessions by an end they had: the next to close is near the top.
    ends: BinaryHeap<Reverse<(i64, u64, u32)>>,
    id: u64,
    stream_time: i64,
    events: Vec<Event>,
    pending: Dirty,
    /// What readers know of sessions that changed since.
    old: HashMap<u32, Vec<u8>>,
    dirty: Dirty,
    /// Keys in the changelog that are no longer.
    gone: Vec<Vec<u8>>,
    /// Slots of swallowed sessions that events still name.
    swallowed: Vec<u32>,
}

impl Sessions {
    pub fn new(node: &CheckedNode, spec: &Aggregate, input: &Arc<Schema>, before: bool) -> Result<Sessions> {
        let Some(Window::Session { gap_ms }) = spec.window else { unreachable!("it is made for sessions") };
        Ok(Sessions {
            schema: node.schema.clone(),
            by: input.key_fields().iter().map(|f| f.ty.clone()).collect(),
            emit: spec.emit,
            gap: gap_ms,
            grace: spec.grace_ms,
            before,
            cells: Cells::new(Columns::new(&spec.columns, input, false)?)?,
            groups: Keys::default(),
            lists: Vec::new(),
            sessions: Vec::new(),
            ends: BinaryHeap::new(),
            id: 0,
            stream_time: NEVER,
            events: Vec::new(),
            pending: Dirty::default(),
            old: HashMap::new(),
            dirty: Dirty::default(),
            gone: Vec::new(),
            swallowed: Vec::new(),
        })
    }
    fn closed(&self, end: i64) -> bool {
        end.saturating_add(self.gap).saturating_add(self.grace) < self.stream_time
    }
    fn open_session(&mut self, key: &[u8], start: i64, end: i64) -> u32 {
        let (group, _) = self.groups.insert(key);
        if group as usize >= self.lists.len() {
            self.lists.resize_with(group as usize + 1, Vec::new);
        }
        let slot = self.cells.make();
        self.id += 1;
        let s = Session { group, start, end, id: self.id, live: true, known: None, stored: None };
        if slot as usize == self.sessions.len() {
            self.sessions.push(s);
        } else {
            self.sessions[slot as usize] = s;
        }
        let list = &mut self.lists[group as usize];
        let at = list.partition_point(|o| self.sessions[*o as usize].start < start);
        list.insert(at, slot);
        self.ends.push(Reverse((end, self.id, slot)));
        slot
    }
    fn forget(&mut self, slot: u32) {
        let s = &mut self.sessions[slot as usize];
        s.live = false;
        let list = &mut self.lists[s.group as usize];
        list.retain(|o| *o != slot);
        if list.is_empty() {
            self.groups.remove(s.group);
        }
        self.old.remove(&slot);
    }

    /// Notes what readers know of sessions that are about to change.
    fn remember(&mut self, slots: &[u32]) -> Result<()> {
        if !self.before {
            return Ok(());
        }
        let mut fresh: Vec<u32> = slots.iter().copied().filter(|s| self.sessions[*s as usize].known.is_some() && !self.old.contains_key(s)).collect();
        fresh.sort_unstable();
        fresh.dedup();
        let rows = self.cells.encode(&self.schema, &fresh)?;
        for (i, s) in fresh.into_iter().enumerate() {
            self.old.insert(s, rows.get(i).to_vec());
        }
        Ok(())
    }
    fn flush(&mut self, batch: &mut Batch, args: &[Option<ArrayRef>]) -> Result<()> {
        self.remember(&batch.slots)?;
        self.cells.update(&batch.slots, args, &batch.rows, &batch.times)?;
        *batch = Batch::default();
        Ok(())
    }
    /// Several sessions that a row connects become the first of them.
    fn unite(&mut self, slots: &[u32]) -> Result<()> {
        self.remember(slots)?;
        let first = &mut self.sessions[slots[0] as usize];
        if let Some(bounds) = first.known.take() {
            let old = self.old.remove(&slots[0]);
            self.events.push(Event::Gone { group: first.group, bounds, old });
        }
        for other in &slots[1..] {
            self.cells.merge(slots[0], *other)?;
            let o = self.sessions[*other as usize];
            let first = &mut self.sessions[slots[0] as usize];
            first.end = first.end.max(o.end);
            let old = self.old.remove(other);
            if let Some(bounds) = o.known {
                self.events.push(Event::Gone { group: o.group, bounds, old });
            }
            if let Some((start, end)) = o.stored {
                self.gone.push(name(start, end, self.groups.key(o.group)));
            }
            self.forget(*other);
            self.swallowed.push(*other);
        }
        Ok(())
    }

    /// Tells readers what changed.
    fn give(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        self.pending.take();
        let events = std::mem::take(&mut self.events);
        let mut given: Vec<Given<'_>> = Vec::with_capacity(events.len());
        let mut told = Vec::new();
        for e in events {
            match e {
                Event::Gone { group, bounds: (start, end), old } => {
                    given.push(Given { key: self.groups.key(group), start, end, op: Op::Delete, time: end, value: Value::Old(old) });
                }
                Event::Changed(slot) => {
                    let s = self.sessions[slot as usize];
                    if !s.live {
                        continue;
                    }
                    let key = self.groups.key(s.group);
                    let old = self.old.remove(&slot);
                    let now = |op| Given { key, start: s.start, end: s.end, op, time: s.end, value: Value::Slot(slot) };
                    match s.known {
                        Some((start, end)) if (start, end) != (s.start, s.end) => {
                            given.push(Given { key, start, end, op: Op::Delete, time: end, value: Value::Old(old) });
                            given.push(now(Op::Insert));
                        }
                        Some((start, end)) if old.is_some() => {
                            given.push(Given { key, start, end, op: Op::Before, time: end, value: Value::Old(old) });
                            given.push(now(Op::After));
                        }
                        _ => given.push(now(Op::Insert)),
                    }
                    told.push(slot);
                }
            }
        }
        if !given.is_empty() {
            cx.emit(cells::results(&self.schema, &self.cells, &given)?);
        }
        for slot in told {
            let s = &mut self.sessions[slot as usize];
            s.known = Some((s.start, s.end));
        }
        self.release();
        Ok(())
    }
    fn release(&mut self) {
        for slot in std::mem::take(&mut self.swallowed) {
            self.cells.give_back(slot);
        }
    }

    /// Drops closed sessions, with their results where those are final.
    fn close(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let mut closed = Vec::new();
        while let Some(Reverse((end, id, slot))) = self.ends.peek().copied().filter(|Reverse((end, _, _))| self.closed(*end)) {
            self.ends.pop();
            let s = self.sessions[slot as usize];
            if !s.live || s.id != id {
                continue;
            }
            if s.end == end {
                closed.push(slot);
            } else {
                self.ends.push(Reverse((s.end, id, slot)));
            }
        }
        if closed.is_empty() {
            return Ok(());
        }
        if self.emit == Emit::Final {
            let order = |s: &u32| {
                let x = &self.sessions[*s as usize];
                (x.end, self.groups.key(x.group))
            };
            closed.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
            let one = |slot: &u32| {
                let s = &self.sessions[*slot as usize];
                let key = self.groups.key(s.group);
                Given { key, start: s.start, end: s.end, op: Op::Insert, time: s.end, value: Value::Slot(*slot) }
            };
            let given: Vec<Given<'_>> = closed.iter().map(one).collect();
            cx.emit(cells::results(&self.schema, &self.cells, &given)?);
        } else {
            self.give(cx)?;
        }
        for slot in closed {
            self.forget(slot);
            self.cells.give_back(slot);
        }
        Ok(())
    }
}

impl Operator for Sessions {
    fn process(&mut self, _port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let chunk = cells::with_keys(chunk, cx)?;
        let mut keys = Rows::default();
        rows::encode(&self.by, chunk.key_columns(), chunk.len(), Layout::Ordered, &mut keys);
        let args = self.cells.args.eval(&chunk)?;
        let mut batch = Batch::default();
        let mut seen = Dirty::default();
        let mut late: Vec<u32> = Vec::new();
        let mut met: Vec<u32> = Vec::new();
        for i in 0..chunk.len() {
            let (key, time) = (keys.get(i), chunk.times[i]);
            self.stream_time = self.stream_time.max(time);
            met.clear();
            let group = self.groups.find(key);
            if let Some(g) = group {
                let near = |s: &Session| s.end >= time.saturating_sub(self.gap) && s.start <= time.saturating_add(self.gap);
                let open = |slot: &&u32| {
                    let s = &self.sessions[**slot as usize];
                    near(s) && !self.closed(s.end)
                };
                met.extend(self.lists[g as usize].iter().filter(open));
            }
            if met.is_empty() && self.closed(time) {
                late.push(i as u32);
                continue;
            }
            // With emit every, a group's second row must find the result of its first one given.
            if self.emit == Emit::Every && group.is_some_and(|g| seen.marked(g)) {
                self.flush(&mut batch, &args)?;
                self.give(cx)?;
                seen.take();
            }
            if met.len() > 1 {
                self.flush(&mut batch, &args)?;
                self.unite(&met)?;
            }
            let slot = match met.first() {
                Some(s) => *s,
                None => self.open_session(key, time, time),
            };
            let s = &mut self.sessions[slot as usize];
            s.start = s.start.min(time);
            s.end = s.end.max(time);
            seen.mark(s.group);
            self.dirty.mark(slot);
            if self.emit != Emit::Final && !self.pending.marked(slot) {
                self.pending.mark(slot);
                self.events.push(Event::Changed(slot));
            }
            batch.slots.push(slot);
            batch.rows.push(i as u32);
            batch.times.push(time);
        }
        self.flush(&mut batch, &args)?;
        match self.emit {
            Emit::Every => self.give(cx)?,
            Emit::Final => {
                self.events.clear();
                self.release();
            }
            Emit::Changes => {}
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
        for slot in groups.iter().flat_map(|g| &self.lists[*g as usize]) {
            let s = &self.sessions[*slot as usize];
            let key = self.groups.key(s.group);
            given.push(Given { key, start: s.start, end: s.end, op: Op::Insert, time: s.end, value: Value::Slot(*slot) });
        }
        keys.cut(&cells::results(&self.schema, &self.cells, &given)?).map(Some)
    }
}

/// Changelog: key = start, end (8 bytes each, big-endian), group; value = each accumulator.
fn name(start: i64, end: i64, group: &[u8]) -> Vec<u8> {
    [&start.to_be_bytes()[..], &end.to_be_bytes(), group].concat()
}
impl Store for Sessions {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        for key in std::mem::take(&mut self.gone) {
            each(&key, None);
        }
        let mut value = Vec::new();
        for slot in self.dirty.take() {
            let s = self.sessions[slot as usize];
            if !s.live {
                continue;
            }
            let group = self.groups.key(s.group);
            if let Some((start, end)) = s.stored.filter(|b| *b != (s.start, s.end)) {
                each(&name(start, end, group), None);
            }
            value.clear();
            self.cells.write(slot, &mut value);
            each(&name(s.start, s.end, group), Some(&value));
            self.sessions[slot as usize].stored = Some((s.start, s.end));
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let mut key = key;
        let (start, end) = (rows::take_u64(&mut key)? as i64, rows::take_u64(&mut key)? as i64);
        if start > end {
            return Err(rows::damaged());
        }
        let group = self.groups.find(key);
        let same = |slot: &&u32| {
            let s = &self.sessions[**slot as usize];
            (s.start, s.end) == (start, end)
        };
        let found = group.and_then(|g| self.lists[g as usize].iter().find(same).copied());
        match (value, found) {
            (None, Some(slot)) => {
                self.forget(slot);
                self.cells.give_back(slot);
            }
            (Some(value), _) if !self.closed(end) => {
                let slot = found.unwrap_or_else(|| self.open_session(key, start, end));
                let s = &mut self.sessions[slot as usize];
                s.known = Some((start, end));
                s.stored = s.known;
                self.cells.read(slot, value)?;
            }
            _ => {}
        }
        Ok(())
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        let mut value = Vec::new();
        for (slot, s) in self.sessions.iter().enumerate().filter(|(_, s)| s.live) {
            value.clear();
            self.cells.write(slot as u32, &mut value);
            each(&name(s.start, s.end, self.groups.key(s.group)), &value);
        }
    }
    fn clear(&mut self) {
        // The accumulators were made once before from the same plan.
        self.cells.clear().expect("the aggregates are those that were made before");
        (self.groups, self.lists, self.sessions) = (Keys::default(), Vec::new(), Vec::new());
        self.ends.clear();
        self.events.clear();
        self.old.clear();
        self.gone.clear();
        self.swallowed.clear();
        (self.pending, self.dirty) = (Dirty::default(), Dirty::default());
        self.stream_time = NEVER;
    }
    fn bytes(&self) -> usize {
        let lists: usize = self.lists.iter().map(|l| l.capacity() * 4 + size_of::<Vec<u32>>()).sum();
        self.cells.bytes() + self.groups.bytes() + lists + self.sessions.capacity() * size_of::<Session>() + self.ends.len() * 24
    }
    fn time(&self) -> Option<i64> {
        (self.stream_time != NEVER).then_some(self.stream_time)
    }
    fn set_time(&mut self, time: i64) {
        self.stream_time = self.stream_time.max(time);
    }
}
