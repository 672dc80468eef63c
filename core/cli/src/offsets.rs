//! Where to begin and where to end, as typed after `-o`, and what that is in a partition.

use crate::fail::{Failure, Result};
use crate::time;

/// Where to begin in each partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Beginning,
    End,
    Stored,
    At(i64),
    /// So many records before the end.
    Last(i64),
    /// The first record at or after this time in ms.
    Time(i64),
}

/// What all the `-o` together mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub start: Option<Start>,
    /// Stop before the first record at or after this time in ms.
    pub end_time: Option<i64>,
}

pub fn parse(given: &[String]) -> Result<Range> {
    let mut range = Range { start: None, end_time: None };
    for text in given {
        let bad = || {
            Failure::new(format!("\"{text}\" is no offset"))
                .hint("It may be beginning, end, stored, a number, -N for the last N of each partition, s@TIME to begin or e@TIME to end at a time.")
        };
        if let Some(t) = text.strip_prefix("e@") {
            range.end_time = Some(time::parse(t).ok_or_else(bad)?);
            continue;
        }
        let start = match text.as_str() {
            "beginning" | "earliest" | "begin" | "start" => Start::Beginning,
            "end" | "latest" => Start::End,
            "stored" => Start::Stored,
            t => match t.strip_prefix("s@") {
                Some(t) => Start::Time(time::parse(t).ok_or_else(bad)?),
                None => match t.parse::<i64>() {
                    // `-0` is the last none.
                    Ok(n) if t.starts_with('-') => Start::Last(n.checked_neg().ok_or_else(bad)?),
                    Ok(n) => Start::At(n),
                    Err(_) => return Err(bad()),
                },
            },
        };
        if range.start.replace(start).is_some() {
            return Err(Failure::new("There are two beginnings").hint("Give -o once, and once more as e@TIME for the end."));
        }
    }
    Ok(range)
}

/// The offset to begin at in a partition whose first record is `first` and whose next is `next`; `at_time` answers
/// [`Start::Time`] (`next` where no record is that late).
pub fn resolve(start: Start, first: i64, next: i64, at_time: Option<i64>) -> i64 {
    match start {
        // `Stored` is for groups, which the consumer resolves.
        Start::Beginning | Start::Stored => first,
        Start::End => next,
        Start::At(n) => n.max(first),
        Start::Last(n) => next.saturating_sub(n).max(first),
        Start::Time(_) => at_time.unwrap_or(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(s: &str) -> Option<Start> {
        parse(&[s.to_owned()]).ok().and_then(|r| r.start)
    }

    #[test]
    fn offsets_are_read() {
        for (text, start) in [
            ("beginning", Start::Beginning),
            ("earliest", Start::Beginning),
            ("end", Start::End),
            ("stored", Start::Stored),
            ("0", Start::At(0)),
            ("42", Start::At(42)),
            ("-1", Start::Last(1)),
            ("-10", Start::Last(10)),
            ("s@1700000000000", Start::Time(1_700_000_000_000)),
            ("s@2023-11-14T22:13:20Z", Start::Time(1_700_000_000_000)),
        ] {
            assert_eq!(one(text), Some(start), "{text}");
        }
        for bad in ["", "middle", "1.5", "s@", "s@never", "-", "99999999999999999999", "-9223372036854775808"] {
            assert_eq!(one(bad), None, "{bad}");
        }
        let both = parse(&["s@0".into(), "e@1000".into()]).unwrap();
        assert_eq!(both, Range { start: Some(Start::Time(0)), end_time: Some(1_000) });
        assert!(parse(&["1".into(), "2".into()]).is_err());
        assert_eq!(parse(&[]).unwrap().start, None);
    }

    #[test]
    fn the_last_n_stay_within_the_partition() {
        assert_eq!(resolve(Start::Last(10), 0, 3, None), 0);
        assert_eq!(resolve(Start::Last(10), 5, 100, None), 90);
        assert_eq!(resolve(Start::Last(10), 95, 100, None), 95);
        assert_eq!(resolve(Start::At(2), 5, 100, None), 5, "what retention removed is skipped");
        assert_eq!(resolve(Start::End, 5, 100, None), 100);
        assert_eq!(resolve(Start::Time(7), 5, 100, Some(50)), 50);
        assert_eq!(resolve(Start::Time(7), 5, 100, None), 100);
    }
}
