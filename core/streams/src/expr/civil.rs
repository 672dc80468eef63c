//! Times and lengths of time in expressions: their texts, by the calendar of `crate::calendar`.

use crate::calendar;
pub(crate) use crate::calendar::{DAY_MS, date_of, days_of};
use crate::types::nearest;
use wellhead_base::{Error, Result};

/// `2024-01-31T12:00:00.000Z`; none for a year that has not four digits.
pub fn format_millis(ms: i64) -> Option<String> {
    let mut text = String::with_capacity(24);
    write_millis(ms, &mut text).then_some(text)
}
/// Appends it; false, with nothing written, for a year that has not four digits.
pub(crate) fn write_millis(ms: i64, out: &mut String) -> bool {
    let written = (0..=9999).contains(&date_of(ms.div_euclid(DAY_MS)).0);
    if written {
        let mut text = Vec::with_capacity(24);
        calendar::write(ms, &mut text);
        out.push_str(&String::from_utf8_lossy(&text));
    }
    written
}

/// Reads ISO 8601; see `calendar::parse`.
pub fn parse_millis(text: &str) -> Option<i64> {
    calendar::parse(text)
}

/// Units with one length, in milliseconds. A month or a year has none.
const UNITS: [(&str, i64); 6] =
    [("millisecond", 1), ("second", 1000), ("minute", 60_000), ("hour", 3_600_000), ("day", DAY_MS), ("week", 7 * DAY_MS)];

/// Reads `10s`, `500ms`, `1.5 hours`, `1h 30m`, `INTERVAL`'s texts too. The error says what was not understood.
pub fn parse_duration(text: &str) -> Result<i64> {
    let wrong = |what: String| Error::invalid_arg(format!("'{text}' is not a length of time: {what}"));
    let mut rest = text.trim();
    let mut total = 0f64;
    if rest.is_empty() {
        return Err(wrong("it is empty".to_owned()));
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-' || c == '+')).unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().map_err(|_| wrong(format!("a number and a unit are wanted at \"{rest}\"")))?;
        let after = rest[digits..].trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        total += number * unit_millis(&after[..letters]).map_err(|e| wrong(e.message().to_owned()))? as f64;
        rest = after[letters..].trim_start();
    }
    if total.abs() >= 9.0e18 {
        return Err(wrong("it is too long".to_owned()));
    }
    Ok(total.round() as i64)
}
/// The milliseconds of a unit: its name in the singular or plural, or its usual letters.
pub(crate) fn unit_millis(unit: &str) -> Result<i64> {
    let u = unit.to_ascii_lowercase();
    let full = match u.as_str() {
        "ms" | "msec" | "msecs" | "millis" => "millisecond",
        "s" | "sec" | "secs" => "second",
        "m" | "min" | "mins" => "minute",
        "h" | "hr" | "hrs" => "hour",
        "d" => "day",
        "w" => "week",
        "month" | "months" | "mon" | "year" | "years" | "y" | "quarter" | "quarters" => {
            return Err(Error::invalid_arg(format!("a {} has no fixed length; say days", u.trim_end_matches('s'))));
        }
        other => other.strip_suffix('s').unwrap_or(other),
    };
    UNITS.iter().find(|(n, _)| *n == full).map(|(_, ms)| *ms).ok_or_else(|| {
        let known: Vec<&str> = UNITS.iter().map(|(n, _)| *n).collect();
        let near = nearest(full, &known).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
        let shown = if unit.is_empty() { "nothing".to_owned() } else { format!("\"{unit}\"") };
        Error::invalid_arg(format!("{shown} is not a unit of {} (or ms, s, m, h, d, w){near}", known.join(", ")))
    })
}
