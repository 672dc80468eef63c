//! collect and reduce: aggregates whose results are what they keep.

use super::{Accumulator, encoded, no_retract};
use crate::chunk::{Chunk, kernel};
use crate::expr::Bound;
use crate::state::rows::{self, Layout, Rows, damaged, put_len, take, take_len};
use crate::types::{Schema, Type};
use arrow_array::{Array, ArrayRef, ListArray, UInt32Array};
use arrow_buffer::OffsetBuffer;
use std::sync::Arc;
use wellhead_base::Result;

/// The values in the order of their arrival, nulls among them. Of equal ones the first goes when one is taken back.
pub struct Collect {
    ty: [Type; 1],
    slots: Vec<Rows>,
}
impl Collect {
    pub fn new(ty: Type) -> Collect {
        Collect { ty: [ty], slots: Vec::new() }
    }
}
impl Accumulator for Collect {
    fn resize(&mut self, slots: usize) {
        self.slots.resize_with(slots, Rows::default);
    }
    fn reset(&mut self, slot: u32) {
        self.slots[slot as usize] = Rows::default();
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, _times: &[i64]) -> Result<()> {
        let values = encoded(&self.ty, arg, Layout::Plain);
        slots.iter().enumerate().for_each(|(i, s)| self.slots[*s as usize].push(values.get(i)));
        Ok(())
    }
    fn retract(&mut self, slots: &[u32], arg: Option<&ArrayRef>) -> Result<()> {
        let values = encoded(&self.ty, arg, Layout::Plain);
        for (i, s) in slots.iter().enumerate() {
            let list = &mut self.slots[*s as usize];
            let at = list.iter().position(|v| v == values.get(i));
            if let Some(at) = at {
                let end = list.ends[at];
                let len = list.get(at).len();
                list.bytes.drain(end - len..end);
                list.ends.remove(at);
                list.ends[at..].iter_mut().for_each(|e| *e -= len);
            }
        }
        Ok(())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let from = self.slots[from as usize].clone();
        from.iter().for_each(|v| self.slots[into as usize].push(v));
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        let lists = || slots.iter().map(|s| &self.slots[*s as usize]);
        let items = rows::decode(&self.ty, lists().flat_map(Rows::iter).map(Some), Layout::Plain)?.remove(0);
        let offsets = OffsetBuffer::from_lengths(lists().map(Rows::len));
        let field = arrow_schema::Field::new("item", self.ty[0].arrow(), true);
        Ok(Arc::new(ListArray::try_new(Arc::new(field), offsets, items, None).map_err(kernel)?))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        let list = &self.slots[slot as usize];
        put_len(out, list.len());
        for v in list.iter() {
            put_len(out, v.len());
            out.extend_from_slice(v);
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.reset(slot);
        let n = take_len(from)?;
        if n > from.len() {
            return Err(damaged());
        }
        for _ in 0..n {
            let len = take_len(from)?;
            self.slots[slot as usize].push(take(from, len)?);
        }
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.slots.iter().map(|r| r.bytes.capacity() + r.ends.capacity() * 8 + size_of::<Rows>()).sum()
    }
}

/// An expression over `acc`, what there is, and `value`, what comes. The first value that is not null is the first `acc`; nulls are passed
/// over. Sessions that become one are reduced with the later one as `value`, so over sessions the expression must be associative.
pub struct Reduce {
    ty: [Type; 1],
    schema: Arc<Schema>,
    reduce: Bound,
    /// None: no value yet.
    slots: Vec<Option<Vec<u8>>>,
    /// In which round of a chunk a slot comes next: scratch, all zero between chunks.
    rounds: Vec<u32>,
}
impl Reduce {
    pub fn new(ty: Type, schema: Arc<Schema>, reduce: Bound) -> Reduce {
        Reduce { ty: [ty], schema, reduce, slots: Vec::new(), rounds: Vec::new() }
    }
    /// One step for slots that differ from each other: `values` has a row for each.
    fn step(&mut self, slots: &[u32], values: ArrayRef, times: &[i64]) -> Result<()> {
        let acc = rows::decode(&self.ty, slots.iter().map(|s| self.slots[*s as usize].as_deref()), Layout::Plain)?.remove(0);
        let out = self.reduce.eval(&Chunk::new(self.schema.clone(), vec![acc, values.clone()], times.to_vec()))?;
        let (out, first) = (encoded(&self.ty, Some(&out), Layout::Plain), encoded(&self.ty, Some(&values), Layout::Plain));
        for (i, s) in slots.iter().enumerate() {
            match &mut self.slots[*s as usize] {
                Some(acc) => {
                    acc.clear();
                    acc.extend_from_slice(out.get(i));
                }
                none => *none = Some(first.get(i).to_vec()),
            }
        }
        Ok(())
    }
}
impl Accumulator for Reduce {
    fn resize(&mut self, slots: usize) {
        self.slots.resize(slots, None);
        self.rounds.resize(slots, 0);
    }
    fn reset(&mut self, slot: u32) {
        self.slots[slot as usize] = None;
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, times: &[i64]) -> Result<()> {
        let arg = arg.expect("reduce has an argument");
        // Round n has the n-th row of each slot: rows of one slot go one after the other, and others along with them.
        let mut rounds: Vec<Vec<u32>> = Vec::new();
        for (i, s) in slots.iter().enumerate().filter(|(i, _)| arg.is_valid(*i)) {
            let n = &mut self.rounds[*s as usize];
            if *n as usize == rounds.len() {
                rounds.push(Vec::new());
            }
            rounds[*n as usize].push(i as u32);
            *n += 1;
        }
        for s in slots {
            self.rounds[*s as usize] = 0;
        }
        for rows in rounds {
            let values = arrow_select::take::take(arg, &UInt32Array::from(rows.clone()), None).map_err(kernel)?;
            let of: Vec<u32> = rows.iter().map(|i| slots[*i as usize]).collect();
            let when: Vec<i64> = rows.iter().map(|i| times[*i as usize]).collect();
            self.step(&of, values, &when)?;
        }
        Ok(())
    }
    fn retract(&mut self, _slots: &[u32], _arg: Option<&ArrayRef>) -> Result<()> {
        Err(no_retract())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let Some(value) = self.slots[from as usize].clone() else { return Ok(()) };
        let value = rows::decode(&self.ty, [Some(&value[..])], Layout::Plain)?.remove(0);
        self.step(&[into], value, &[0])
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(rows::decode(&self.ty, slots.iter().map(|s| self.slots[*s as usize].as_deref()), Layout::Plain)?.remove(0))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        let v = &self.slots[slot as usize];
        out.push(u8::from(v.is_some()));
        if let Some(v) = v {
            put_len(out, v.len());
            out.extend_from_slice(v);
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.reset(slot);
        if take(from, 1)?[0] != 0 {
            let n = take_len(from)?;
            self.slots[slot as usize] = Some(take(from, n)?.to_vec());
        }
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.slots.iter().map(|s| s.as_ref().map_or(0, Vec::capacity) + size_of::<Option<Vec<u8>>>() + 4).sum()
    }
}
