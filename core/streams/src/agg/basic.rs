//! count, sum, mean, min and max: a few numbers per slot.

use super::{Accumulator, no_retract};
use crate::state::rows::{damaged, take, take_len};
use crate::types::Type;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray};
use std::sync::Arc;
use wellhead_base::Result;

fn take_i64(from: &mut &[u8]) -> Result<i64> {
    Ok(i64::from_be_bytes(take(from, 8)?.try_into().expect("eight bytes were taken")))
}
fn take_f64(from: &mut &[u8]) -> Result<f64> {
    Ok(f64::from_bits(take_i64(from)? as u64))
}

/// Rows, or with an argument the rows where it is not null.
pub struct Count {
    counts: Vec<i64>,
    of_arg: bool,
}
impl Count {
    pub fn new(of_arg: bool) -> Self {
        Count { counts: Vec::new(), of_arg }
    }
    fn add(&mut self, slots: &[u32], arg: Option<&ArrayRef>, by: i64) {
        match arg.filter(|a| self.of_arg && a.null_count() > 0) {
            None => slots.iter().for_each(|s| self.counts[*s as usize] += by),
            Some(a) => slots.iter().enumerate().filter(|(i, _)| a.is_valid(*i)).for_each(|(_, s)| self.counts[*s as usize] += by),
        }
    }
}
impl Accumulator for Count {
    fn resize(&mut self, slots: usize) {
        self.counts.resize(slots, 0);
    }
    fn reset(&mut self, slot: u32) {
        self.counts[slot as usize] = 0;
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
        self.counts[into as usize] += self.counts[from as usize];
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from_iter_values(slots.iter().map(|s| self.counts[*s as usize]))))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.counts[slot as usize].to_be_bytes());
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.counts[slot as usize] = take_i64(from)?;
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.counts.capacity() * 8
    }
}

/// A sum and how many values are in it: none makes null. Integers wrap around at 64 bits, so that what is taken out is exact.
#[derive(Default)]
pub struct SumInt {
    sums: Vec<i64>,
    counts: Vec<i64>,
}
impl SumInt {
    fn add(&mut self, slots: &[u32], arg: Option<&ArrayRef>, sign: i64) {
        let a = arg.expect("sum has an argument").as_primitive::<Int64Type>();
        for (i, s) in slots.iter().enumerate() {
            if a.is_valid(i) {
                let s = *s as usize;
                self.sums[s] = self.sums[s].wrapping_add(a.value(i).wrapping_mul(sign));
                self.counts[s] += sign;
            }
        }
    }
}
impl Accumulator for SumInt {
    fn resize(&mut self, slots: usize) {
        self.sums.resize(slots, 0);
        self.counts.resize(slots, 0);
    }
    fn reset(&mut self, slot: u32) {
        self.sums[slot as usize] = 0;
        self.counts[slot as usize] = 0;
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
        self.sums[into as usize] = self.sums[into as usize].wrapping_add(self.sums[from as usize]);
        self.counts[into as usize] += self.counts[from as usize];
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(slots.iter().map(|s| (self.counts[*s as usize] != 0).then(|| self.sums[*s as usize])).collect::<Int64Array>()))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.sums[slot as usize].to_be_bytes());
        out.extend_from_slice(&self.counts[slot as usize].to_be_bytes());
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.sums[slot as usize] = take_i64(from)?;
        self.counts[slot as usize] = take_i64(from)?;
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.sums.capacity() * 16
    }
}

/// A float sum with its error carried along (Neumaier), so that the order of rows changes a result by less than a unit in its last place
/// in all but contrived cases.
#[derive(Default)]
pub struct SumFloat {
    sums: Vec<(f64, f64)>,
    counts: Vec<i64>,
}
impl SumFloat {
    fn add_one(&mut self, s: usize, v: f64) {
        let (sum, error) = &mut self.sums[s];
        let next = *sum + v;
        *error += if sum.abs() >= v.abs() { (*sum - next) + v } else { (v - next) + *sum };
        *sum = next;
    }
    fn total(&self, s: usize) -> f64 {
        let (sum, error) = self.sums[s];
        // Infinities make the error not a number; then the plain sum is the answer.
        if error.is_finite() { sum + error } else { sum }
    }
    fn add(&mut self, slots: &[u32], a: &Float64Array, sign: i64) {
        for (i, s) in slots.iter().enumerate() {
            if a.is_valid(i) {
                self.add_one(*s as usize, a.value(i) * sign as f64);
                self.counts[*s as usize] += sign;
            }
        }
    }
}
impl Accumulator for SumFloat {
    fn resize(&mut self, slots: usize) {
        self.sums.resize(slots, (0.0, 0.0));
        self.counts.resize(slots, 0);
    }
    fn reset(&mut self, slot: u32) {
        self.sums[slot as usize] = (0.0, 0.0);
        self.counts[slot as usize] = 0;
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, _times: &[i64]) -> Result<()> {
        self.add(slots, arg.expect("sum has an argument").as_primitive::<Float64Type>(), 1);
        Ok(())
    }
    fn retract(&mut self, slots: &[u32], arg: Option<&ArrayRef>) -> Result<()> {
        self.add(slots, arg.expect("sum has an argument").as_primitive::<Float64Type>(), -1);
        Ok(())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        let (sum, error) = self.sums[from as usize];
        self.add_one(into as usize, sum);
        self.sums[into as usize].1 += error;
        self.counts[into as usize] += self.counts[from as usize];
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(Arc::new(slots.iter().map(|s| (self.counts[*s as usize] != 0).then(|| self.total(*s as usize))).collect::<Float64Array>()))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        let (sum, error) = self.sums[slot as usize];
        out.extend_from_slice(&sum.to_bits().to_be_bytes());
        out.extend_from_slice(&error.to_bits().to_be_bytes());
        out.extend_from_slice(&self.counts[slot as usize].to_be_bytes());
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.sums[slot as usize] = (take_f64(from)?, take_f64(from)?);
        self.counts[slot as usize] = take_i64(from)?;
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.sums.capacity() * 24
    }
}

/// A float sum over its count.
pub struct Mean {
    sum: SumFloat,
    of_int: bool,
}
impl Mean {
    pub fn new(of_int: bool) -> Self {
        Mean { sum: SumFloat::default(), of_int }
    }
    fn floats(&self, arg: Option<&ArrayRef>) -> Float64Array {
        let a = arg.expect("mean has an argument");
        if self.of_int { a.as_primitive::<Int64Type>().unary(|x| x as f64) } else { a.as_primitive::<Float64Type>().clone() }
    }
}
impl Accumulator for Mean {
    fn resize(&mut self, slots: usize) {
        self.sum.resize(slots);
    }
    fn reset(&mut self, slot: u32) {
        self.sum.reset(slot);
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, _times: &[i64]) -> Result<()> {
        let a = self.floats(arg);
        self.sum.add(slots, &a, 1);
        Ok(())
    }
    fn retract(&mut self, slots: &[u32], arg: Option<&ArrayRef>) -> Result<()> {
        let a = self.floats(arg);
        self.sum.add(slots, &a, -1);
        Ok(())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        self.sum.merge(into, from)
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        let one = |s: &u32| {
            let n = self.sum.counts[*s as usize];
            (n != 0).then(|| self.sum.total(*s as usize) / n as f64)
        };
        Ok(Arc::new(slots.iter().map(one).collect::<Float64Array>()))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        self.sum.write(slot, out);
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.sum.read(slot, from)
    }
    fn bytes(&self) -> usize {
        self.sum.bytes()
    }
}

/// The least or the greatest value of a type with a copy in a few bytes.
struct Extreme<T> {
    best: Vec<Option<T>>,
    max: bool,
}

/// What min and max need to know of a type.
trait Value: Sized + Clone + Send {
    fn rows(a: &ArrayRef) -> impl Fn(usize) -> Self + '_;
    fn less(&self, other: &Self) -> bool;
    fn column(values: impl Iterator<Item = Option<Self>>) -> ArrayRef;
    fn write(&self, out: &mut Vec<u8>);
    fn read(from: &mut &[u8]) -> Result<Self>;
}

impl Value for i64 {
    fn rows(a: &ArrayRef) -> impl Fn(usize) -> i64 + '_ {
        let a = a.as_primitive::<Int64Type>();
        |i| a.value(i)
    }
    fn less(&self, other: &Self) -> bool {
        self < other
    }
    fn column(values: impl Iterator<Item = Option<Self>>) -> ArrayRef {
        Arc::new(values.collect::<Int64Array>())
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }
    fn read(from: &mut &[u8]) -> Result<Self> {
        take_i64(from)
    }
}
#[derive(Clone)]
struct Time(i64);
impl Value for Time {
    fn rows(a: &ArrayRef) -> impl Fn(usize) -> Time + '_ {
        let a = a.as_primitive::<TimestampMillisecondType>();
        |i| Time(a.value(i))
    }
    fn less(&self, other: &Self) -> bool {
        self.0 < other.0
    }
    fn column(values: impl Iterator<Item = Option<Self>>) -> ArrayRef {
        Arc::new(values.map(|v| v.map(|t| t.0)).collect::<TimestampMillisecondArray>())
    }
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
    fn read(from: &mut &[u8]) -> Result<Self> {
        take_i64(from).map(Time)
    }
}
/// NaN is the greatest, as in SQL's order of floats.
impl Value for f64 {
    fn rows(a: &ArrayRef) -> impl Fn(usize) -> f64 + '_ {
        let a = a.as_primitive::<Float64Type>();
        |i| a.value(i)
    }
    fn less(&self, other: &Self) -> bool {
        self.partial_cmp(other).map_or_else(|| !self.is_nan() && other.is_nan(), |o| o.is_lt())
    }
    fn column(values: impl Iterator<Item = Option<Self>>) -> ArrayRef {
        Arc::new(values.collect::<Float64Array>())
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bits().to_be_bytes());
    }
    fn read(from: &mut &[u8]) -> Result<Self> {
        take_f64(from)
    }
}
impl Value for bool {
    fn rows(a: &ArrayRef) -> impl Fn(usize) -> bool + '_ {
        let a = a.as_boolean();
        |i| a.value(i)
    }
    fn less(&self, other: &Self) -> bool {
        !*self && *other
    }
    fn column(values: impl Iterator<Item = Option<Self>>) -> ArrayRef {
        Arc::new(values.collect::<BooleanArray>())
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn read(from: &mut &[u8]) -> Result<Self> {
        Ok(take(from, 1)?[0] != 0)
    }
}
impl Value for String {
    fn rows(a: &ArrayRef) -> impl Fn(usize) -> String + '_ {
        let a = a.as_string::<i32>();
        |i| a.value(i).to_owned()
    }
    fn less(&self, other: &Self) -> bool {
        self < other
    }
    fn column(values: impl Iterator<Item = Option<Self>>) -> ArrayRef {
        Arc::new(values.collect::<StringArray>())
    }
    fn write(&self, out: &mut Vec<u8>) {
        crate::state::rows::put_len(out, self.len());
        out.extend_from_slice(self.as_bytes());
    }
    fn read(from: &mut &[u8]) -> Result<Self> {
        let n = take_len(from)?;
        String::from_utf8(take(from, n)?.to_vec()).map_err(|_| damaged())
    }
}
impl Value for Vec<u8> {
    fn rows(a: &ArrayRef) -> impl Fn(usize) -> Vec<u8> + '_ {
        let a = a.as_binary::<i32>();
        |i| a.value(i).to_vec()
    }
    fn less(&self, other: &Self) -> bool {
        self < other
    }
    fn column(values: impl Iterator<Item = Option<Self>>) -> ArrayRef {
        Arc::new(values.collect::<Vec<_>>().iter().map(|v| v.as_deref()).collect::<BinaryArray>())
    }
    fn write(&self, out: &mut Vec<u8>) {
        crate::state::rows::put_len(out, self.len());
        out.extend_from_slice(self);
    }
    fn read(from: &mut &[u8]) -> Result<Self> {
        let n = take_len(from)?;
        Ok(take(from, n)?.to_vec())
    }
}

impl<T: Value> Extreme<T> {
    fn offer(&mut self, slot: u32, v: T) {
        let best = &mut self.best[slot as usize];
        let wins = best.as_ref().is_none_or(|b| if self.max { b.less(&v) } else { v.less(b) });
        if wins {
            *best = Some(v);
        }
    }
}
impl<T: Value> Accumulator for Extreme<T> {
    fn resize(&mut self, slots: usize) {
        self.best.resize(slots, None);
    }
    fn reset(&mut self, slot: u32) {
        self.best[slot as usize] = None;
    }
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, _times: &[i64]) -> Result<()> {
        let a = arg.expect("min and max have an argument");
        let row = T::rows(a);
        for (i, s) in slots.iter().enumerate() {
            if a.is_valid(i) {
                self.offer(*s, row(i));
            }
        }
        Ok(())
    }
    fn retract(&mut self, _slots: &[u32], _arg: Option<&ArrayRef>) -> Result<()> {
        Err(no_retract())
    }
    fn merge(&mut self, into: u32, from: u32) -> Result<()> {
        if let Some(v) = self.best[from as usize].clone() {
            self.offer(into, v);
        }
        Ok(())
    }
    fn output(&self, slots: &[u32]) -> Result<ArrayRef> {
        Ok(T::column(slots.iter().map(|s| self.best[*s as usize].clone())))
    }
    fn write(&self, slot: u32, out: &mut Vec<u8>) {
        match &self.best[slot as usize] {
            None => out.push(0),
            Some(v) => {
                out.push(1);
                v.write(out);
            }
        }
    }
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()> {
        self.best[slot as usize] = if take(from, 1)?[0] == 0 { None } else { Some(T::read(from)?) };
        Ok(())
    }
    fn bytes(&self) -> usize {
        self.best.capacity() * size_of::<Option<T>>()
    }
}

/// min or max of a type.
pub fn extreme(t: &Type, max: bool) -> Box<dyn Accumulator> {
    match t {
        Type::Float => Box::new(Extreme::<f64> { best: Vec::new(), max }),
        Type::Timestamp => Box::new(Extreme::<Time> { best: Vec::new(), max }),
        Type::Bool => Box::new(Extreme::<bool> { best: Vec::new(), max }),
        Type::String | Type::Json => Box::new(Extreme::<String> { best: Vec::new(), max }),
        Type::Bytes => Box::new(Extreme::<Vec<u8>> { best: Vec::new(), max }),
        Type::Int | Type::List(_) => Box::new(Extreme::<i64> { best: Vec::new(), max }),
    }
}
