//! Which leader epoch began at which offset: Kafka's `leader-epoch-checkpoint`, and the questions asked of it.
//!
//! The file is derived from the batches (each carries its epoch), written with the checkpoints and rebuilt when it does not fit the
//! log. Invariant: epochs and start offsets both rise.

use crate::partition::EpochEnd;
use std::fmt::Write;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Epochs {
    /// (epoch, start offset)
    entries: Vec<(i32, i64)>,
}

impl Epochs {
    /// Notes that a batch at `offset` has `epoch`. True when that is new.
    pub(crate) fn assign(&mut self, epoch: i32, offset: i64) -> bool {
        if epoch < 0 || self.latest().is_some_and(|l| epoch <= l) {
            return false;
        }
        while self.entries.last().is_some_and(|&(_, start)| start >= offset) {
            self.entries.pop();
        }
        self.entries.push((epoch, offset));
        true
    }
    pub(crate) fn latest(&self) -> Option<i32> {
        self.entries.last().map(|e| e.0)
    }
    /// The epoch of the record at `offset`; -1 where not known.
    pub(crate) fn of(&self, offset: i64) -> i32 {
        let n = self.entries.partition_point(|e| e.1 <= offset);
        n.checked_sub(1).map_or(-1, |i| self.entries[i].0)
    }
    /// Kafka's OffsetForLeaderEpoch: the largest epoch that is not above the one asked for, and where it ends.
    pub(crate) fn end_of(&self, epoch: i32, log_end: i64) -> EpochEnd {
        const UNKNOWN: EpochEnd = EpochEnd { epoch: -1, end_offset: -1 };
        if epoch < 0 {
            return UNKNOWN;
        }
        if self.latest() == Some(epoch) {
            return EpochEnd { epoch, end_offset: log_end };
        }
        let above = self.entries.partition_point(|e| e.0 <= epoch);
        let Some(&(_, end_offset)) = self.entries.get(above) else { return UNKNOWN };
        match above.checked_sub(1) {
            Some(i) => EpochEnd { epoch: self.entries[i].0, end_offset },
            // Older than all that is known: it ended where the first known one begins.
            None => EpochEnd { epoch, end_offset },
        }
    }
    /// Forgets what begins at or after `end`. True when that changed anything.
    pub(crate) fn truncate_end(&mut self, end: i64) -> bool {
        let n = self.entries.partition_point(|e| e.1 < end);
        let changed = n < self.entries.len();
        self.entries.truncate(n);
        changed
    }
    /// Forgets epochs that ended at or before `start`; the one that spans it begins there.
    pub(crate) fn truncate_start(&mut self, start: i64) -> bool {
        let n = self.entries.partition_point(|e| e.1 <= start);
        if n == 0 || (n == 1 && self.entries[0].1 == start) {
            return false;
        }
        self.entries.drain(..n - 1);
        self.entries[0].1 = start;
        true
    }

    pub(crate) fn to_text(&self) -> String {
        let mut s = format!("0\n{}\n", self.entries.len());
        for (epoch, start) in &self.entries {
            let _ = writeln!(s, "{epoch} {start}");
        }
        s
    }
    /// None when the text is not such a checkpoint.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(text).ok()?.lines();
        if lines.next()?.trim() != "0" {
            return None;
        }
        let count: usize = lines.next()?.trim().parse().ok()?;
        let mut entries: Vec<(i32, i64)> = Vec::new();
        for line in lines.filter(|l| !l.trim().is_empty()) {
            let (epoch, start) = line.trim().split_once(' ')?;
            let (epoch, start): (i32, i64) = (epoch.parse().ok()?, start.trim().parse().ok()?);
            if epoch < 0 || start < 0 || entries.last().is_some_and(|&(e, s)| epoch <= e || start <= s) {
                return None;
            }
            entries.push((epoch, start));
        }
        (entries.len() == count).then_some(Self { entries })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kafkas() {
        let mut c = Epochs::default();
        assert_eq!(c.end_of(0, 0), EpochEnd { epoch: -1, end_offset: -1 });
        assert!(c.assign(2, 0) && c.assign(4, 10) && c.assign(7, 25));
        assert!(!c.assign(7, 30) && !c.assign(3, 40) && !c.assign(-1, 50));
        // (asked, epoch, end offset) with a log end of 40
        for (asked, epoch, end) in [(-1, -1, -1), (0, 0, 0), (2, 2, 10), (3, 2, 10), (4, 4, 25), (6, 4, 25), (7, 7, 40), (8, -1, -1)] {
            assert_eq!(c.end_of(asked, 40), EpochEnd { epoch, end_offset: end }, "epoch {asked}");
        }
        for (offset, epoch) in [(0, 2), (9, 2), (10, 4), (24, 4), (25, 7), (99, 7)] {
            assert_eq!(c.of(offset), epoch, "offset {offset}");
        }
        assert_eq!(Epochs::parse(c.to_text().as_bytes()), Some(c.clone()));
        assert!(c.truncate_start(12));
        assert_eq!(c.to_text(), "0\n2\n4 12\n7 25\n");
        assert!(c.truncate_end(25) && !c.truncate_end(25));
        assert_eq!(c.latest(), Some(4));
    }

    #[test]
    fn hostile_checkpoints_are_refused() {
        for bad in [
            "",
            "0",
            "1\n0\n",
            "0\n99999999999\n",
            "0\n1\n",
            "0\n2\n1 5\n1 6\n",
            "0\n2\n1 5\n2 5\n",
            "0\n1\nx y\n",
            "0\n1\n-1 0\n",
            "0\n1\n1 -3\n",
            "\0\0",
        ] {
            assert_eq!(Epochs::parse(bad.as_bytes()), None, "{bad:?}");
        }
        assert_eq!(Epochs::parse(b"\xff\xfe"), None);
    }
}
