//! first, last, min and max where values are kept as bytes: first and last of a stream, and all four of a table, whose rows may be taken
//! back and which therefore keeps every value.

use super::{Accumulator, encoded, no_retract};
use crate::state::rows::{self, Layout, damaged, put_len, take, take_len, take_u64};
use crate::types::Type;
use arrow_array::{Array, ArrayRef};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use wellhead_base::Result;

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_len(out, bytes.len());
    out.extend_from_slice(bytes);
}
fn take_bytes<'a>(from: &mut &'a [u8]) -> Result<&'a [u8]> {
    let n = take_len(from)?;
    take(from, n)
}
/// A count of things that each take a byte or more.
fn take_count(from: &mut &[u8]) -> Result<usize> {
    let n = take_len(from)?;
    if n > from.len() { Err(damaged()) } else { Ok(n) }
}

/// The value of the row with the least or greatest event time; among equal times that of the first or last to arrive. Null is a value.
pub struct ByTime {
    ty: [Type; 1],
    last: bool,
    times: Vec<Option<i64>>,
    values: Vec<Vec<u8>>,
}
impl ByTime {
    pub fn new(ty: Type, last: bool) -> ByTime {
        ByTime { ty: [ty], last, times: Vec::new(), values: Vec::new() }
    }
    fn wins(&self, slot: usize, time: i64) -> bool {
        self.times[slot].is_none_or(|t| if self.last { time >= t } else { time < t })
    }
}
impl Accumulator for ByTime {
    fn resize(&mut self, slots: usize) {
        self.times.resize(slots, None);
        self.values.resize_with(slots, Vec::new);
    }
    fn reset(&mut self, slot: u32) {
        self.times[slot as usize] = None;
        self.values[slot as usize].clear();
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, times: &[i64]) -> Result<()> {
        let values = encoded(&self.ty, arg, Layout::Plain);
        for (i, s) in slots.iter().enumerate() {
            let s = *s as usize;
            if self.wins(s, times[i]) {
                self.times[s] = Some(times[i]);
                self.values[s].clear();
                self.values[s].extend_from_slice(values.get(i));
            }
        }
        Ok(())
    }
    fn retract(&mut self, _slots: &[u32], _arg: Option<&ArrayRef>) -> Result<()> {
        Err(no_retract())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let (into, from) = (into as usize, from as usize);
        if let Some(t) = self.times[from].filter(|t| self.wins(into, *t)) {
            self.times[into] = Some(t);
            self.values[into] = self.values[from].clone();
        }
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        let one = |s: &u32| self.times[*s as usize].map(|_| &self.values[*s as usize][..]);
        Ok(rows::decode(&self.ty, slots.iter().map(one), Layout::Plain)?.remove(0))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        let s = slot as usize;
        out.push(u8::from(self.times[s].is_some()));
        if let Some(t) = self.times[s] {
            out.extend_from_slice(&t.to_be_bytes());
            put_bytes(out, &self.values[s]);
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.reset(slot);
        if take(from, 1)?[0] != 0 {
            self.times[slot as usize] = Some(take_u64(from)? as i64);
            self.values[slot as usize] = take_bytes(from)?.to_vec();
        }
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.times.capacity() * 40 + self.values.iter().map(Vec::capacity).sum::<usize>()
    }
}

/// When a value came: its event time, and its place in the order of arrival.
type Place = (i64, u64);

#[derive(Default)]
struct Timed {
    next: u64,
    values: BTreeMap<Place, Box<[u8]>>,
    places: HashMap<Box<[u8]>, BTreeSet<Place>>,
}
impl Timed {
    fn put(&mut self, place: Place, value: &[u8]) {
        self.values.insert(place, value.into());
        match self.places.get_mut(value) {
            Some(p) => p.insert(place),
            None => self.places.entry(value.into()).or_default().insert(place),
        };
        self.next = self.next.max(place.1 + 1);
    }
}

/// The same of a table. A row that is taken back is known by its value alone: of equal ones the earliest goes.
pub struct ByTimeOfTable {
    ty: [Type; 1],
    last: bool,
    slots: Vec<Timed>,
}
impl ByTimeOfTable {
    pub fn new(ty: Type, last: bool) -> ByTimeOfTable {
        ByTimeOfTable { ty: [ty], last, slots: Vec::new() }
    }
}
impl Accumulator for ByTimeOfTable {
    fn resize(&mut self, slots: usize) {
        self.slots.resize_with(slots, Timed::default);
    }
    fn reset(&mut self, slot: u32) {
        self.slots[slot as usize] = Timed::default();
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, times: &[i64]) -> Result<()> {
        let values = encoded(&self.ty, arg, Layout::Plain);
        for (i, s) in slots.iter().enumerate() {
            let s = &mut self.slots[*s as usize];
            s.put((times[i], s.next), values.get(i));
        }
        Ok(())
    }
    fn retract(&mut self, slots: &[u32], arg: Option<&ArrayRef>) -> Result<()> {
        let values = encoded(&self.ty, arg, Layout::Plain);
        for (i, s) in slots.iter().enumerate() {
            let s = &mut self.slots[*s as usize];
            let Some(places) = s.places.get_mut(values.get(i)) else { continue };
            if let Some(first) = places.pop_first() {
                s.values.remove(&first);
            }
            if places.is_empty() {
                s.places.remove(values.get(i));
            }
        }
        Ok(())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let from = std::mem::take(&mut self.slots[from as usize]);
        let into = &mut self.slots[into as usize];
        let behind = into.next;
        from.values.iter().for_each(|((t, n), v)| into.put((*t, behind + n), v));
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        let one = |s: &u32| {
            let values = &self.slots[*s as usize].values;
            if self.last {
                return values.last_key_value().map(|(_, v)| &**v);
            }
            values.first_key_value().map(|(_, v)| &**v)
        };
        Ok(rows::decode(&self.ty, slots.iter().map(one), Layout::Plain)?.remove(0))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        let s = &self.slots[slot as usize];
        put_len(out, s.values.len());
        for ((time, n), v) in &s.values {
            out.extend_from_slice(&time.to_be_bytes());
            out.extend_from_slice(&n.to_be_bytes());
            put_bytes(out, v);
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.reset(slot);
        for _ in 0..take_count(from)? {
            let place = (take_u64(from)? as i64, take_u64(from)?);
            self.slots[slot as usize].put(place, take_bytes(from)?);
        }
        Ok(())
    }
    fn bytes(&self) -> usize {
        let one = |s: &Timed| s.values.values().map(|v| v.len() + 80).sum::<usize>() + s.places.keys().map(|v| v.len() + 80).sum::<usize>();
        self.slots.iter().map(one).sum()
    }
}

/// min and max of a table: every value and how often it is there. Null counts for nothing.
pub struct ExtremeOfTable {
    ty: [Type; 1],
    max: bool,
    slots: Vec<BTreeMap<Box<[u8]>, i64>>,
}
impl ExtremeOfTable {
    pub fn new(ty: Type, max: bool) -> ExtremeOfTable {
        ExtremeOfTable { ty: [ty], max, slots: Vec::new() }
    }
    fn add(&mut self, slots: &[u32], arg: Option<&ArrayRef>, by: i64) {
        let values = encoded(&self.ty, arg, Layout::Ordered);
        let a = arg.expect("min and max have an argument");
        for (i, s) in slots.iter().enumerate().filter(|(i, _)| a.is_valid(*i)) {
            add_to(&mut self.slots[*s as usize], values.get(i), by);
        }
    }
}
fn add_to(values: &mut BTreeMap<Box<[u8]>, i64>, value: &[u8], by: i64) {
    match values.get_mut(value) {
        Some(n) => {
            *n += by;
            if *n == 0 {
                values.remove(value);
            }
        }
        None => {
            values.insert(value.into(), by);
        }
    }
}
impl Accumulator for ExtremeOfTable {
    fn resize(&mut self, slots: usize) {
        self.slots.resize_with(slots, BTreeMap::new);
    }
    fn reset(&mut self, slot: u32) {
        self.slots[slot as usize].clear();
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, _times: &[i64]) -> Result<()> {
        self.add(slots, arg, 1);
        Ok(())
    }
    fn retract(&mut self, slots: &[u32], arg: Option<&ArrayRef>) -> Result<()> {
        self.add(slots, arg, -1);
        Ok(())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let from = self.slots[from as usize].clone();
        for (v, n) in &from {
            add_to(&mut self.slots[into as usize], v, *n);
        }
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        let one = |s: &u32| {
            let values = &self.slots[*s as usize];
            if self.max { values.last_key_value() } else { values.first_key_value() }.map(|(v, _)| &**v)
        };
        Ok(rows::decode(&self.ty, slots.iter().map(one), Layout::Ordered)?.remove(0))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        let values = &self.slots[slot as usize];
        put_len(out, values.len());
        for (v, n) in values {
            put_bytes(out, v);
            out.extend_from_slice(&n.to_be_bytes());
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.reset(slot);
        for _ in 0..take_count(from)? {
            let v = take_bytes(from)?;
            let n = take_u64(from)? as i64;
            self.slots[slot as usize].insert(v.into(), n);
        }
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.slots.iter().map(|s| s.keys().map(|v| v.len() + 48).sum::<usize>() + 24).sum()
    }
}
