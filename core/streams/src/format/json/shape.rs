//! Prediction of a record's shape: records of a topic mostly differ in their values only.
//!
//! A shape is what a scanned record had between its values, byte for byte, and which of the values are used. A record that has the same
//! bytes there, with a well-formed value in each place, is well-formed itself and has its members in the same places: nothing is trusted
//! that was not compared. Any difference sends the record to the scan, so a shape changes the speed and never the outcome.

use super::scan::{Scan, load};
use super::{Span, Work};

/// A value that the scan passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    pub start: usize,
    pub end: usize,
    /// The field that looks for it.
    pub field: Option<usize>,
    /// Names reach into it should it be an object.
    pub reached: bool,
    /// The objects that it lies in.
    pub depth: u32,
}

/// How many shapes are remembered: records with optional members take turns.
const SHAPES_MAX: usize = 4;
/// A larger record is scanned; its shape would cost more than it spares.
const LEAVES_MAX: usize = 128;
const LITERAL_MAX: usize = 4096;
/// When shapes never come again, only one in this many records is learnt from.
const PATIENCE_MAX: u32 = 64;

const SKIPPED: u32 = u32::MAX;

struct Shape {
    /// The bytes before each value and after the last, eight to a word, with a mask of those that count.
    words: Vec<(u64, u64)>,
    steps: Vec<Step>,
    /// Words and length of what follows the last value.
    tail: (u32, u32),
    used: bool,
}
struct Step {
    words: u32,
    len: u32,
    /// Where its value goes, or SKIPPED.
    field: u32,
    /// Not an object, which a name would reach into.
    scalar: bool,
    depth: u32,
}

#[derive(Default)]
pub(super) struct Shapes {
    /// The one that fitted last is first.
    shapes: Vec<Shape>,
    off: bool,
    /// Records to let pass before the next is learnt from, and how many were last time.
    wait: u32,
    patience: u32,
}

impl Shapes {
    #[cfg(test)]
    pub fn disable(&mut self) {
        self.off = true;
    }
    /// Finds the values of a record that repeats a shape. False, with anything in `out`, if it repeats none.
    #[inline]
    pub fn predict(&mut self, bytes: &[u8], out: &mut [Span]) -> bool {
        for i in 0..self.shapes.len() {
            if self.shapes[i].fits(bytes, out) {
                self.shapes[i].used = true;
                if i > 0 {
                    self.shapes.swap(0, i);
                }
                return true;
            }
            out.fill(Span::NONE);
        }
        false
    }
    /// Remembers the shape of a record that the scan found good.
    pub fn learn(&mut self, bytes: &[u8], work: &Work, out: &[Span]) {
        if self.off || work.overlap || work.leaves.len() > LEAVES_MAX || bytes.len() >= super::ESCAPED as usize {
            return;
        }
        if self.wait > 0 {
            self.wait -= 1;
            return;
        }
        let Some(shape) = Shape::of(bytes, work, out) else { return };
        if self.shapes.len() == SHAPES_MAX {
            let last = self.shapes.pop().is_some_and(|s| s.used);
            self.patience = if last { 0 } else { (self.patience * 2 + 1).min(PATIENCE_MAX) };
            self.wait = self.patience;
        }
        self.shapes.insert(0, shape);
    }
}

impl Shape {
    fn of(bytes: &[u8], work: &Work, out: &[Span]) -> Option<Shape> {
        let mut shape = Shape { words: Vec::new(), steps: Vec::with_capacity(work.leaves.len()), tail: (0, 0), used: false };
        let mut at = 0;
        for leaf in &work.leaves {
            let words = shape.literal(&bytes[at..leaf.start]);
            // A member that another of its name took the place of is skipped.
            let field = leaf.field.filter(|f| out[*f].start() == leaf.start).map_or(SKIPPED, |f| f as u32);
            shape.steps.push(Step { words, len: (leaf.start - at) as u32, field, scalar: leaf.reached, depth: leaf.depth });
            at = leaf.end;
        }
        let rest = &bytes[at..];
        shape.tail = (shape.literal(rest), rest.len() as u32);
        (shape.words.len() * 8 <= LITERAL_MAX).then_some(shape)
    }
    fn literal(&mut self, bytes: &[u8]) -> u32 {
        for part in bytes.chunks(8) {
            let mask = u64::MAX >> (8 * (8 - part.len()));
            self.words.push((load(part, 0), mask));
        }
        bytes.len().div_ceil(8) as u32
    }
    #[inline]
    fn fits(&self, bytes: &[u8], out: &mut [Span]) -> bool {
        let mut scan = Scan::new(bytes);
        let mut words = &self.words[..];
        let mut literal = |at: usize, n: u32, len: u32| {
            let Some((these, rest)) = words.split_at_checked(n as usize) else { return false };
            words = rest;
            let mut differ = 0;
            for (i, (word, mask)) in these.iter().enumerate() {
                differ |= (load(bytes, at + i * 8) ^ word) & mask;
            }
            // Zeros stand for what is beyond the end, and a literal has none.
            differ == 0 && at + len as usize <= bytes.len()
        };
        for step in &self.steps {
            if !literal(scan.at, step.words, step.len) {
                return false;
            }
            scan.at += step.len as usize;
            let start = scan.at;
            let first = scan.peek();
            if step.scalar && first == b'{' {
                return false;
            }
            let Ok(escaped) = scan.value(step.depth) else { return false };
            if let Some(slot) = out.get_mut(step.field as usize) {
                *slot = Span::new(start, scan.at, escaped);
            }
        }
        if !literal(scan.at, self.tail.0, self.tail.1) || scan.at + self.tail.1 as usize != bytes.len() {
            return false;
        }
        bytes.len() < super::ESCAPED as usize && scan.utf8().is_ok()
    }
}
