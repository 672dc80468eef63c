//! The calendar: milliseconds since the epoch to days, months and years and back, in UTC, by the day counts of the proleptic Gregorian
//! calendar. Owns reading and writing ISO 8601; knows no time zone beside a numeric offset in a text.

use crate::types::nearest;
use wellhead_base::{Error, Result};

/// Years that have a text of four digits; times outside are numbers only.
const YEAR_MIN: i64 = 0;
const YEAR_MAX: i64 = 9999;
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Days since the epoch of a date (month 1 to 12). The year begins in March here, so that the leap day is the last one.
pub(crate) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
/// Year, month (1 to 12) and day (1 to 31) of a day since the epoch.
pub(crate) fn date_of(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z - era * 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let m = (5 * of_year + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * m + 2) / 5 + 1)
}

/// `2024-01-31T12:00:00.000Z`; none for a year that has not four digits.
pub fn format_millis(ms: i64) -> Option<String> {
    let mut text = String::with_capacity(24);
    write_millis(ms, &mut text).then_some(text)
}
/// Appends it; false, with nothing written, for a year that has not four digits.
pub(crate) fn write_millis(ms: i64, out: &mut String) -> bool {
    let (days, rest) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    let (year, month, day) = date_of(days);
    if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
        return false;
    }
    let mut put = |value: i64, width: u32, after: char| {
        for d in (0..width).rev() {
            out.push((b'0' + (value / 10i64.pow(d) % 10) as u8) as char);
        }
        out.push(after);
    };
    put(year, 4, '-');
    put(month, 2, '-');
    put(day, 2, 'T');
    put(rest / 3_600_000, 2, ':');
    put(rest / 60_000 % 60, 2, ':');
    put(rest / 1000 % 60, 2, '.');
    put(rest % 1000, 3, 'Z');
    true
}

/// Reads ISO 8601: a date, or a date and a time with `T` or a space between, seconds and their fraction optional, `Z` or an offset
/// optional (none is UTC). Digits after the third of a fraction are dropped.
pub fn parse_millis(text: &str) -> Option<i64> {
    let mut r = Reader { rest: text.trim().as_bytes() };
    let year = r.digits(4)?;
    r.byte(b'-')?;
    let month = r.digits(2)?;
    r.byte(b'-')?;
    let day = r.digits(2)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let mut ms = days_of(year, month, day) * DAY_MS;
    if r.rest.is_empty() {
        return Some(ms);
    }
    r.byte(b'T').or_else(|| r.byte(b't')).or_else(|| r.byte(b' '))?;
    let hour = r.digits(2)?;
    r.byte(b':')?;
    let minute = r.digits(2)?;
    let mut second = 0;
    if r.byte(b':').is_some() {
        second = r.digits(2)?;
        if r.byte(b'.').or_else(|| r.byte(b',')).is_some() {
            let digits = r.rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return None;
            }
            ms += (0..3).fold(0, |v, i| v * 10 + if i < digits { i64::from(r.rest[i] - b'0') } else { 0 });
            r.rest = &r.rest[digits..];
        }
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    ms += (hour * 3600 + minute * 60 + second) * 1000;
    ms -= r.offset()?;
    r.rest.is_empty().then_some(ms)
}

pub(crate) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}
impl Reader<'_> {
    fn byte(&mut self, b: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[b])?;
        Some(())
    }
    fn digits(&mut self, n: usize) -> Option<i64> {
        let (head, rest) = self.rest.split_at_checked(n)?;
        self.rest = rest;
        head.iter().try_fold(0, |v, b| b.is_ascii_digit().then(|| v * 10 + i64::from(b - b'0')))
    }
    /// The milliseconds of `Z`, `+02:00`, `+0200` or `+02`; zero where the text ends.
    fn offset(&mut self) -> Option<i64> {
        if self.byte(b' ').is_some() && self.rest.is_empty() {
            return None;
        }
        let sign = match self.rest.first() {
            None => return Some(0),
            Some(b'Z' | b'z') => {
                self.rest = &self.rest[1..];
                return Some(0);
            }
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) => return None,
        };
        self.rest = &self.rest[1..];
        let hours = self.digits(2)?;
        let minutes = if self.rest.is_empty() {
            0
        } else {
            let _ = self.byte(b':');
            self.digits(2)?
        };
        (hours <= 18 && minutes <= 59).then_some(sign * (hours * 60 + minutes) * 60_000)
    }
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
