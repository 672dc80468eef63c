//! Two streams by their keys, within a window of time: inner, left and outer.
//!
//! A left row of time t meets right rows of t - before to t + after, both included. Owns: the rows of both sides while they can still
//! meet one, which of them wait to come out alone, late rows. Does not own: where late rows go.
//!
//! Invariants. A row meets those that came before it, in the order of their times and then of their arrival. A row comes out joined, or
//! alone, never both: alone when stream time is at the end of its own window and grace, after the row that moved stream time there was
//! joined. A row that could meet none whose window is open (older than the whole window and grace) is late and changes nothing.
//! What comes out does not depend on how the rows were cut into chunks. Stream time is that of both sides together.

use super::join::{self, Part};
use super::{Cx, Operator, TableCodec, table::null_key};
use crate::chunk::{Chunk, Op};
use crate::plan::{CheckedNode, How, Join};
use crate::state::rows;
use crate::state::{Keys, Store};
use crate::types::Schema;
use std::collections::BTreeMap;
use std::sync::Arc;
use wellhead_base::Result;

/// A slice covers this part of the time that rows are kept: a quarter, so that a row looks into few slices and few expired rows stay.
const SLICES: i64 = 4;
const NONE: u32 = u32::MAX;
const NEVER: i64 = i64::MIN;

#[derive(Clone, Copy)]
struct Entry {
    slot: u32,
    /// The entry of the same key before this one.
    previous: u32,
    time: i64,
    /// In the order of arrival, over both sides.
    seq: u64,
    at: usize,
    len: u32,
    /// It met one, or need not.
    met: bool,
    /// It came out alone, or was taken back.
    gone: bool,
    dirty: bool,
}

/// The rows of one side in a span of time.
#[derive(Default)]
struct Slice {
    keys: Keys,
    /// The last entry of each key, by slot.
    last: Vec<u32>,
    entries: Vec<Entry>,
    arena: Vec<u8>,
    dirty: Vec<u32>,
}
impl Slice {
    fn push(&mut self, key: &[u8], row: &[u8], time: i64, seq: u64, met: bool) -> u32 {
        let (slot, _) = self.keys.insert(key);
        let n = self.entries.len() as u32;
        if slot as usize >= self.last.len() {
            self.last.resize(slot as usize + 1, NONE);
        }
        let previous = std::mem::replace(&mut self.last[slot as usize], n);
        self.entries.push(Entry { slot, previous, time, seq, at: self.arena.len(), len: row.len() as u32, met, gone: false, dirty: false });
        self.arena.extend_from_slice(row);
        n
    }
    fn row(&self, e: &Entry) -> &[u8] {
        &self.arena[e.at..e.at + e.len as usize]
    }
    fn mark(&mut self, entry: u32) {
        let e = &mut self.entries[entry as usize];
        if !e.dirty {
            e.dirty = true;
            self.dirty.push(entry);
        }
    }
    /// The entries of a key, the latest first.
    fn of<'a>(&'a self, key: &[u8]) -> impl Iterator<Item = u32> + use<'a> {
        let mut at = self.keys.find(key).map_or(NONE, |s| self.last[s as usize]);
        std::iter::from_fn(move || {
            let found = (at != NONE).then_some(at)?;
            at = self.entries[found as usize].previous;
            Some(found)
        })
    }
}

struct Side {
    codec: TableCodec,
    slices: BTreeMap<i64, Slice>,
}

/// Where a row lies: side, slice and entry.
type Place = (usize, i64, u32);

pub struct StreamStream {
    schema: Arc<Schema>,
    how: How,
    sides: [Side; 2],
    before: i64,
    after: i64,
    grace: i64,
    width: i64,
    stream_time: i64,
    seq: u64,
    /// Rows that met none yet, by the end of their window and grace and then by arrival.
    waiting: BTreeMap<(i64, u64), Place>,
    /// What a row meets: scratch.
    found: Vec<(i64, u64, i64, u32)>,
}

/// What a chunk gives, row by row.
#[derive(Default)]
struct Out {
    key: Part,
    sides: [Part; 2],
    times: Vec<i64>,
}

impl StreamStream {
    pub fn new(node: &CheckedNode, left: &CheckedNode, right: &CheckedNode, j: &Join) -> StreamStream {
        let [l, r] = join::codecs(left, right);
        let side = |codec| Side { codec, slices: BTreeMap::new() };
        let grace = j.grace_ms.unwrap_or(0);
        let mut s = StreamStream {
            schema: node.schema.clone(),
            how: j.how,
            sides: [side(l), side(r)],
            before: j.before_ms,
            after: j.after_ms,
            grace,
            width: 1,
            stream_time: NEVER,
            seq: 0,
            waiting: BTreeMap::new(),
            found: Vec::new(),
        };
        s.width = (s.span() / SLICES).max(1);
        s
    }
    /// How long a row may still meet one.
    fn span(&self) -> i64 {
        self.before.saturating_add(self.after).saturating_add(self.grace)
    }
    fn kept(&self, time: i64) -> bool {
        time.saturating_add(self.span()) >= self.stream_time
    }
    /// When a row of a side comes out alone.
    fn end(&self, side: usize, time: i64) -> i64 {
        time.saturating_add(if side == 0 { self.after } else { self.before }).saturating_add(self.grace)
    }
    /// The times of the other side's rows that a row meets.
    fn window(&self, side: usize, time: i64) -> (i64, i64) {
        let (back, ahead) = if side == 0 { (self.before, self.after) } else { (self.after, self.before) };
        (time.saturating_sub(back), time.saturating_add(ahead))
    }

    /// A row meets what the other side has, then stays for those to come.
    fn row(&mut self, port: usize, i: usize, time: i64, key: &[u8], value: &[u8], out: &mut Out) {
        let other = 1 - port;
        let (from, to) = self.window(port, time);
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        for (s, slice) in self.sides[other].slices.range(from.div_euclid(self.width)..=to.div_euclid(self.width)) {
            for n in slice.of(key) {
                let e = &slice.entries[n as usize];
                if !e.gone && (from..=to).contains(&e.time) && self.kept(e.time) {
                    found.push((e.time, e.seq, *s, n));
                }
            }
        }
        found.sort_unstable();
        for (t, seq, s, n) in &found {
            let slice = self.sides[other].slices.get_mut(s).expect("the row was found in it");
            let e = slice.entries[*n as usize];
            out.key.row(i);
            out.sides[port].row(i);
            out.sides[other].stored(Some(slice.row(&e)));
            out.times.push(time.max(*t));
            if !e.met {
                slice.entries[*n as usize].met = true;
                slice.mark(*n);
                self.waiting.remove(&(self.end(other, *t), *seq));
            }
        }
        let met = !found.is_empty() || !self.how.alone(port);
        self.found = found;
        self.seq += 1;
        let place = self.put(port, key, value, time, self.seq, met);
        let slice = self.sides[port].slices.get_mut(&place.1).expect("the row was put into it");
        slice.mark(place.2);
    }
    fn put(&mut self, side: usize, key: &[u8], value: &[u8], time: i64, seq: u64, met: bool) -> Place {
        let s = time.div_euclid(self.width);
        let n = self.sides[side].slices.entry(s).or_default().push(key, value, time, seq, met);
        let place = (side, s, n);
        if !met {
            self.waiting.insert((self.end(side, time), seq), place);
        }
        place
    }

    /// Rows whose window is over come out alone.
    fn close(&mut self, out: &mut Out) {
        while let Some(first) = self.waiting.first_entry().filter(|e| e.key().0 <= self.stream_time) {
            let (side, s, n) = first.remove();
            let slice = self.sides[side].slices.get_mut(&s).expect("a slice is there while a row of it waits");
            let e = slice.entries[n as usize];
            out.key.stored(Some(slice.keys.key(e.slot)));
            out.sides[side].stored(Some(slice.row(&e)));
            out.sides[1 - side].stored(None);
            out.times.push(e.time);
            slice.entries[n as usize].gone = true;
            slice.mark(n);
        }
    }
    fn expire(&mut self) {
        let first = self.stream_time.saturating_sub(self.span()).div_euclid(self.width);
        for side in &mut self.sides {
            while let Some(e) = side.slices.first_entry().filter(|e| *e.key() < first) {
                e.remove();
            }
        }
    }
    /// `chunk` came on `port`; without one everything comes out of the state.
    fn give(&self, chunk: Option<(usize, &Chunk)>, out: Out, cx: &mut Cx<'_>) -> Result<()> {
        if out.times.is_empty() {
            return Ok(());
        }
        let here = |port: usize| chunk.filter(|(p, _)| *p == port).map_or(&[][..], |(_, c)| c.value_columns());
        let mut columns = out.key.columns(chunk.map_or(&[][..], |(_, c)| c.key_columns()), |p| self.sides[0].codec.decode_keys(p.iter()))?;
        for (port, part) in out.sides.iter().enumerate() {
            columns.extend(part.columns(here(port), |p| self.sides[port].codec.decode_values(p.iter()))?);
        }
        cx.emit(Chunk::new(self.schema.clone(), columns, out.times));
        Ok(())
    }
    /// Rows of one side as rows of the join without a partner.
    fn alone(&self, port: usize, rows: &Chunk) -> Result<Chunk> {
        let nulls = self.sides[1 - port].codec.decode_values((0..rows.len()).map(|_| None))?;
        let (left, right) = if port == 0 { (rows.value_columns(), &nulls[..]) } else { (&nulls[..], rows.value_columns()) };
        let columns = [rows.key_columns(), left, right].concat();
        Ok(Chunk::new(self.schema.clone(), columns, rows.times.clone()))
    }
}

impl Operator for StreamStream {
    fn process(&mut self, port: usize, chunk: Chunk, cx: &mut Cx<'_>) -> Result<()> {
        let keys = self.sides[port].codec.keys(chunk.key_columns(), chunk.len());
        let values = self.sides[port].codec.values(chunk.value_columns(), chunk.len());
        let mut out = Out::default();
        let mut late: Vec<u32> = Vec::new();
        for i in 0..chunk.len() {
            let time = chunk.times[i];
            self.stream_time = self.stream_time.max(time);
            if chunk.op(i) == Op::Delete {
                cx.counters.skipped += 1;
            } else if null_key(chunk.key_columns(), i) {
                // It can meet none, so nothing is worth waiting for.
                if self.how.alone(port) {
                    out.key.row(i);
                    out.sides[port].row(i);
                    out.sides[1 - port].stored(None);
                    out.times.push(time);
                } else {
                    cx.counters.skipped += 1;
                }
            } else if !self.kept(time) {
                late.push(i as u32);
            } else {
                self.row(port, i, time, keys.get(i), values.get(i), &mut out);
            }
            self.close(&mut out);
        }
        self.expire();
        if !late.is_empty() {
            cx.counters.late += late.len() as u64;
            cx.aside(self.alone(port, &chunk.take(&late)?)?);
        }
        self.give(Some((port, &chunk)), out, cx)
    }

    fn advance(&mut self, time: i64, cx: &mut Cx<'_>) -> Result<()> {
        self.stream_time = self.stream_time.max(time);
        let mut out = Out::default();
        self.close(&mut out);
        self.expire();
        self.give(None, out, cx)
    }

    fn store(&mut self) -> Option<&mut dyn Store> {
        Some(self)
    }
}

impl Slice {
    /// An entry's key in the changelog: the side, time and arrival (8 bytes each, big-endian), the row's key.
    fn name(&self, side: usize, e: &Entry, key: &mut Vec<u8>) {
        key.clear();
        key.push(side as u8);
        key.extend_from_slice(&e.time.to_be_bytes());
        key.extend_from_slice(&e.seq.to_be_bytes());
        key.extend_from_slice(self.keys.key(e.slot));
    }
    /// Its value: whether it met one, and the row.
    fn content(&self, e: &Entry, value: &mut Vec<u8>) {
        value.clear();
        value.push(u8::from(e.met));
        value.extend_from_slice(self.row(e));
    }
}

impl Store for StreamStream {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        for (side, s) in self.sides.iter_mut().enumerate() {
            for slice in s.slices.values_mut() {
                for n in std::mem::take(&mut slice.dirty) {
                    slice.entries[n as usize].dirty = false;
                    let e = slice.entries[n as usize];
                    slice.name(side, &e, &mut key);
                    if e.gone {
                        each(&key, None);
                    } else {
                        slice.content(&e, &mut value);
                        each(&key, Some(&value));
                    }
                }
            }
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()> {
        let mut key = key;
        let side = usize::from(rows::take(&mut key, 1)?[0]);
        let time = rows::take_u64(&mut key)? as i64;
        let seq = rows::take_u64(&mut key)?;
        if side > 1 {
            return Err(rows::damaged());
        }
        self.seq = self.seq.max(seq);
        if !self.kept(time) {
            return Ok(());
        }
        let s = time.div_euclid(self.width);
        let end = self.end(side, time);
        // A row comes several times where it was changed.
        let slice = self.sides[side].slices.entry(s).or_default();
        let old = slice.of(key).find(|n| slice.entries[*n as usize].seq == seq && slice.entries[*n as usize].time == time);
        if let Some(n) = old {
            slice.entries[n as usize].gone = true;
            self.waiting.remove(&(end, seq));
        }
        if let Some(mut value) = value {
            // A join that was inner kept rows as met; one that no longer is goes on with those that are new.
            let met = rows::take(&mut value, 1)?[0] != 0 || !self.how.alone(side);
            self.put(side, key, value, time, seq, met);
        }
        Ok(())
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        let (mut key, mut value) = (Vec::new(), Vec::new());
        for (side, s) in self.sides.iter().enumerate() {
            for slice in s.slices.values() {
                for e in slice.entries.iter().filter(|e| !e.gone) {
                    slice.name(side, e, &mut key);
                    slice.content(e, &mut value);
                    each(&key, &value);
                }
            }
        }
    }
    fn clear(&mut self) {
        self.sides.iter_mut().for_each(|s| s.slices.clear());
        self.waiting.clear();
        self.stream_time = NEVER;
        self.seq = 0;
    }
    fn bytes(&self) -> usize {
        let one = |s: &Slice| s.keys.bytes() + s.last.capacity() * 4 + s.entries.capacity() * size_of::<Entry>() + s.arena.capacity();
        let waiting = self.waiting.len() * (size_of::<(i64, u64)>() + size_of::<Place>()) * 3 / 2;
        self.sides.iter().flat_map(|s| s.slices.values()).map(one).sum::<usize>() + waiting
    }
    fn time(&self) -> Option<i64> {
        (self.stream_time != NEVER).then_some(self.stream_time)
    }
    fn set_time(&mut self, time: i64) {
        self.stream_time = self.stream_time.max(time);
    }
}
