//! count_distinct and quantile: what is kept is bounded, and the answer's error is known.

use super::{Accumulator, encoded, no_retract};
use crate::state::rows::{Layout, damaged, put_len, take, take_len, take_u64};
use crate::types::Type;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array};
use std::collections::HashMap;
use std::sync::Arc;
use wellhead_base::Result;

/// Up to so many different values are counted exactly.
const EXACT: usize = 256;
/// HyperLogLog's registers: 2 to the power of this, one byte each. The standard error is 1.04 / 64 = 1.6 %.
const P: u32 = 12;
const REGISTERS: usize = 1 << P;

/// FNV-1a, mixed once more: hashes stand in changelogs, so they must be the same for ever.
fn hash(bytes: &[u8]) -> u64 {
    let mut h = bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

/// The values' hashes, sorted, or registers once there are too many. Which of the two it is follows from the values alone, not from their
/// order or from what was merged.
enum Distinct {
    Exact(Vec<u64>),
    Estimate(Box<[u8; REGISTERS]>),
}
impl Distinct {
    fn add(&mut self, h: u64) {
        match self {
            Distinct::Exact(v) => {
                if let Err(at) = v.binary_search(&h) {
                    v.insert(at, h);
                    if v.len() > EXACT {
                        let all = std::mem::take(v);
                        *self = Distinct::Estimate(Box::new([0; REGISTERS]));
                        for h in all {
                            self.add(h);
                        }
                    }
                }
            }
            Distinct::Estimate(r) => {
                let at = (h >> (64 - P)) as usize;
                // How many zeros lead the rest, and one.
                let rank = ((h << P) | 1 << (P - 1)).leading_zeros() as u8 + 1;
                r[at] = r[at].max(rank);
            }
        }
    }
    fn merge(&mut self, other: &Distinct) {
        match other {
            Distinct::Exact(v) => v.iter().for_each(|h| self.add(*h)),
            Distinct::Estimate(o) => {
                if let Distinct::Exact(v) = self {
                    let mine = std::mem::take(v);
                    *self = Distinct::Estimate(Box::new([0; REGISTERS]));
                    for h in mine {
                        self.add(h);
                    }
                }
                if let Distinct::Estimate(r) = self {
                    r.iter_mut().zip(o.iter()).for_each(|(a, b)| *a = (*a).max(*b));
                }
            }
        }
    }
    fn count(&self) -> i64 {
        match self {
            Distinct::Exact(v) => v.len() as i64,
            Distinct::Estimate(r) => estimate(r).round() as i64,
        }
    }
}

/// Ertl's estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017): it needs no table of corrections and is
/// good over the whole range.
fn estimate(registers: &[u8; REGISTERS]) -> f64 {
    const Q: usize = 64 - P as usize;
    let m = REGISTERS as f64;
    let mut counts = [0u32; Q + 2];
    for r in registers {
        counts[usize::from(*r).min(Q + 1)] += 1;
    }
    let mut z = m * tau(1.0 - f64::from(counts[Q + 1]) / m);
    for c in counts[1..=Q].iter().rev() {
        z = 0.5 * (z + f64::from(*c));
    }
    z += m * sigma(f64::from(counts[0]) / m);
    m * m / (2.0 * std::f64::consts::LN_2 * z)
}
/// The sum goes on until it no longer changes, bit by bit: it grows and is bounded, so that is soon.
#[expect(clippy::float_cmp)]
fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}
#[expect(clippy::float_cmp)]
fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

/// Different values, without null. Up to 256 of them the count is exact; beyond, it is estimated with a standard error of 1.6 % in 4 KiB
/// per group.
pub struct CountDistinct {
    ty: [Type; 1],
    slots: Vec<Distinct>,
}
impl CountDistinct {
    pub fn new(ty: Type) -> CountDistinct {
        CountDistinct { ty: [ty], slots: Vec::new() }
    }
}
impl Accumulator for CountDistinct {
    fn resize(&mut self, slots: usize) {
        self.slots.resize_with(slots, || Distinct::Exact(Vec::new()));
    }
    fn reset(&mut self, slot: u32) {
        self.slots[slot as usize] = Distinct::Exact(Vec::new());
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, _times: &[i64]) -> Result<()> {
        let values = encoded(&self.ty, arg, Layout::Plain);
        let a = arg.expect("count_distinct has an argument");
        for (i, s) in slots.iter().enumerate().filter(|(i, _)| a.is_valid(*i)) {
            self.slots[*s as usize].add(hash(values.get(i)));
        }
        Ok(())
    }
    fn retract(&mut self, _slots: &[u32], _arg: Option<&ArrayRef>) -> Result<()> {
        Err(no_retract())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let from = std::mem::replace(&mut self.slots[from as usize], Distinct::Exact(Vec::new()));
        self.slots[into as usize].merge(&from);
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from_iter_values(slots.iter().map(|s| self.slots[*s as usize].count()))))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        match &self.slots[slot as usize] {
            Distinct::Exact(v) => {
                out.push(0);
                put_len(out, v.len());
                for h in v {
                    out.extend_from_slice(&h.to_be_bytes());
                }
            }
            Distinct::Estimate(r) => {
                out.push(1);
                out.extend_from_slice(&r[..]);
            }
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.slots[slot as usize] = match take(from, 1)?[0] {
            0 => {
                let n = take_len(from)?;
                if n > EXACT {
                    return Err(damaged());
                }
                Distinct::Exact((0..n).map(|_| take_u64(from)).collect::<Result<_>>()?)
            }
            1 => Distinct::Estimate(Box::new(take(from, REGISTERS)?.try_into().expect("so many were taken"))),
            _ => return Err(damaged()),
        };
        Ok(())
    }
    fn bytes(&self) -> usize {
        let one = |d: &Distinct| match d {
            Distinct::Exact(v) => v.capacity() * 8,
            Distinct::Estimate(_) => REGISTERS,
        };
        self.slots.iter().map(|d| one(d) + size_of::<Distinct>()).sum()
    }
}

/// Different values of a table, exactly: each value is kept with how often it is there.
pub struct CountDistinctOfTable {
    ty: [Type; 1],
    slots: Vec<HashMap<Box<[u8]>, i64>>,
}
impl CountDistinctOfTable {
    pub fn new(ty: Type) -> CountDistinctOfTable {
        CountDistinctOfTable { ty: [ty], slots: Vec::new() }
    }
    fn add(&mut self, slots: &[u32], arg: Option<&ArrayRef>, by: i64) {
        let values = encoded(&self.ty, arg, Layout::Plain);
        let a = arg.expect("count_distinct has an argument");
        for (i, s) in slots.iter().enumerate().filter(|(i, _)| a.is_valid(*i)) {
            self.add_one(*s, values.get(i), by);
        }
    }
    fn add_one(&mut self, slot: u32, value: &[u8], by: i64) {
        let s = &mut self.slots[slot as usize];
        match s.get_mut(value) {
            Some(n) => {
                *n += by;
                if *n == 0 {
                    s.remove(value);
                }
            }
            None => {
                s.insert(value.into(), by);
            }
        }
    }
}
impl Accumulator for CountDistinctOfTable {
    fn resize(&mut self, slots: usize) {
        self.slots.resize_with(slots, HashMap::new);
    }
    fn reset(&mut self, slot: u32) {
        self.slots[slot as usize] = HashMap::new();
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
        let from = std::mem::take(&mut self.slots[from as usize]);
        for (v, n) in &from {
            self.add_one(into, v, *n);
        }
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from_iter_values(slots.iter().map(|s| self.slots[*s as usize].len() as i64))))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        // Sorted, so that equal states are equal bytes.
        let mut all: Vec<_> = self.slots[slot as usize].iter().collect();
        all.sort_unstable();
        put_len(out, all.len());
        for (v, n) in all {
            put_len(out, v.len());
            out.extend_from_slice(v);
            out.extend_from_slice(&n.to_be_bytes());
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.reset(slot);
        for _ in 0..take_len(from)? {
            let len = take_len(from)?;
            let v = take(from, len)?;
            let n = take_u64(from)? as i64;
            self.slots[slot as usize].insert(v.into(), n);
        }
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.slots.iter().map(|s| s.keys().map(|v| v.len() + 32).sum::<usize>() + 48).sum()
    }
}

/// Half of the relative width of a bucket: an answer is at most this much off the value at its rank.
const ERROR: f64 = 0.01;
const GAMMA: f64 = (1.0 + ERROR) / (1.0 - ERROR);

/// How many values of a sign are between gamma^(i-1) and gamma^i, by i in order. Doubles have at most 71,800 such buckets.
#[derive(Clone, Default)]
struct Buckets(Vec<(i32, u64)>);
impl Buckets {
    fn add(&mut self, bucket: i32, n: u64) {
        match self.0.binary_search_by_key(&bucket, |b| b.0) {
            Ok(at) => self.0[at].1 += n,
            Err(at) => self.0.insert(at, (bucket, n)),
        }
    }
    fn total(&self) -> u64 {
        self.0.iter().map(|b| b.1).sum()
    }
}

#[derive(Clone)]
struct Sketch {
    negative: Buckets,
    zeros: u64,
    positive: Buckets,
    /// Greater than all others, as in SQL's order.
    not_numbers: u64,
    min: f64,
    max: f64,
}
impl Default for Sketch {
    fn default() -> Self {
        let none = Buckets::default;
        Sketch { negative: none(), zeros: 0, positive: none(), not_numbers: 0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}
/// The bucket of infinity.
const INFINITE: i32 = i32::MAX;

fn bucket(v: f64) -> i32 {
    if v.is_infinite() { INFINITE } else { (v.ln() / GAMMA.ln()).ceil() as i32 }
}
/// The value whose relative distance to both ends of the bucket is the same.
fn middle(bucket: i32) -> f64 {
    if bucket == INFINITE { f64::INFINITY } else { 2.0 * (f64::from(bucket) * GAMMA.ln()).exp() / (GAMMA + 1.0) }
}
impl Sketch {
    fn add(&mut self, v: f64) {
        if v.is_nan() {
            self.not_numbers += 1;
            return;
        }
        self.min = self.min.min(v);
        self.max = self.max.max(v);
        if v > 0.0 {
            self.positive.add(bucket(v), 1);
        } else if v < 0.0 {
            self.negative.add(bucket(-v), 1);
        } else {
            self.zeros += 1;
        }
    }
    fn merge(&mut self, o: &Sketch) {
        o.negative.0.iter().for_each(|(b, n)| self.negative.add(*b, *n));
        o.positive.0.iter().for_each(|(b, n)| self.positive.add(*b, *n));
        self.zeros += o.zeros;
        self.not_numbers += o.not_numbers;
        self.min = self.min.min(o.min);
        self.max = self.max.max(o.max);
    }
    fn quantile(&self, q: f64) -> Option<f64> {
        let numbers = self.negative.total() + self.zeros + self.positive.total();
        let all = numbers + self.not_numbers;
        if all == 0 {
            return None;
        }
        let mut rank = (q * (all - 1) as f64).floor() as u64;
        if rank >= numbers {
            return Some(f64::NAN);
        }
        let below = self.negative.0.iter().rev().map(|(b, n)| (-middle(*b), *n));
        let above = self.positive.0.iter().map(|(b, n)| (middle(*b), *n));
        for (v, n) in below.chain([(0.0, self.zeros)]).chain(above) {
            if rank < n {
                return Some(v.max(self.min).min(self.max));
            }
            rank -= n;
        }
        Some(self.max)
    }
}

/// The value below which a part of the values is, without nulls: of n values that at rank floor(q * (n - 1)), at most 1 % off.
pub struct Quantile {
    q: f64,
    of_int: bool,
    slots: Vec<Sketch>,
}
impl Quantile {
    pub fn new(q: f64, of_int: bool) -> Quantile {
        Quantile { q, of_int, slots: Vec::new() }
    }
}
impl Accumulator for Quantile {
    fn resize(&mut self, slots: usize) {
        self.slots.resize_with(slots, Sketch::default);
    }
    fn reset(&mut self, slot: u32) {
        self.slots[slot as usize] = Sketch::default();
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, _times: &[i64]) -> Result<()> {
        let a = arg.expect("quantile has an argument");
        let a: Float64Array = if self.of_int { a.as_primitive::<Int64Type>().unary(|x| x as f64) } else { a.as_primitive::<Float64Type>().clone() };
        for (i, s) in slots.iter().enumerate().filter(|(i, _)| a.is_valid(*i)) {
            self.slots[*s as usize].add(a.value(i));
        }
        Ok(())
    }
    fn retract(&mut self, _slots: &[u32], _arg: Option<&ArrayRef>) -> Result<()> {
        Err(no_retract())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let from = std::mem::take(&mut self.slots[from as usize]);
        self.slots[into as usize].merge(&from);
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(slots.iter().map(|s| self.slots[*s as usize].quantile(self.q)).collect::<Float64Array>()))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        let s = &self.slots[slot as usize];
        for n in [s.zeros, s.not_numbers, s.min.to_bits(), s.max.to_bits()] {
            out.extend_from_slice(&n.to_be_bytes());
        }
        for b in [&s.negative, &s.positive] {
            put_len(out, b.0.len());
            for (at, n) in &b.0 {
                out.extend_from_slice(&at.to_be_bytes());
                out.extend_from_slice(&n.to_be_bytes());
            }
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        let mut s = Sketch { zeros: take_u64(from)?, not_numbers: take_u64(from)?, ..Sketch::default() };
        s.min = f64::from_bits(take_u64(from)?);
        s.max = f64::from_bits(take_u64(from)?);
        for b in [&mut s.negative, &mut s.positive] {
            for _ in 0..take_len(from)? {
                let at = i32::from_be_bytes(take(from, 4)?.try_into().expect("four bytes were taken"));
                b.0.push((at, take_u64(from)?));
            }
        }
        self.slots[slot as usize] = s;
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.slots.iter().map(|s| (s.negative.0.capacity() + s.positive.0.capacity()) * 16 + size_of::<Sketch>()).sum()
    }
}
