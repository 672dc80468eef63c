//! Times as text: ISO 8601 in and out. Milliseconds since the Unix epoch, UTC, on the other side.

const DAY_MS: i64 = 86_400_000;

/// The days from the epoch to a date of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Text<'a>(&'a [u8]);
impl Text<'_> {
    fn digits(&mut self, n: usize) -> Option<i64> {
        let (head, rest) = self.0.split_at_checked(n)?;
        if !head.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(head.iter().fold(0, |x, d| x * 10 + i64::from(d - b'0')))
    }
    fn eat(&mut self, any: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        any.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }
}

/// A date ("2024-02-29", which is its midnight) or a date and a time ("2024-02-29T12:30:05.250Z"; a space in place of the T, no seconds,
/// no fraction, and +01:00, +0100 or +01 in place of the Z are understood). Without a zone it is UTC. What is finer than a millisecond is
/// dropped. None for what is not such a time, also for a 30th of February.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let mut t = Text(text.trim_ascii().as_bytes());
    let year = t.digits(4)?;
    t.eat(b"-")?;
    let month = t.digits(2)?;
    t.eat(b"-")?;
    let day = t.digits(2)?;
    if !(1..=12).contains(&month) || !(1..=month_days(year, month)).contains(&day) {
        return None;
    }
    let midnight = days_from_civil(year, month, day) * DAY_MS;
    if t.0.is_empty() {
        return Some(midnight);
    }
    t.eat(b"Tt ")?;
    let hour = t.digits(2)?;
    t.eat(b":")?;
    let minute = t.digits(2)?;
    let mut second = 0;
    let mut ms = 0;
    if t.eat(b":").is_some() {
        second = t.digits(2)?;
        if t.eat(b".,").is_some() {
            let n = t.0.iter().take_while(|b| b.is_ascii_digit()).count();
            let digit = |i: usize| if i < n { i64::from(t.0[i] - b'0') } else { 0 };
            ms = digit(0) * 100 + digit(1) * 10 + digit(2);
            if n == 0 {
                return None;
            }
            t.0 = &t.0[n..];
        }
    }
    // A leap second is the last millisecond of its minute's end: the epoch does not count it.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    if second == 60 {
        (second, ms) = (59, 999);
    }
    let local = midnight + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    if t.0.is_empty() || (t.eat(b"Zz").is_some() && t.0.is_empty()) {
        return Some(local);
    }
    let sign = if t.eat(b"+-")? == b'+' { 1 } else { -1 };
    let hours = t.digits(2)?;
    let minutes = if t.0.is_empty() {
        0
    } else {
        t.eat(b":");
        t.digits(2)?
    };
    (t.0.is_empty() && hours < 24 && minutes < 60).then_some(local - sign * (hours * 60 + minutes) * 60_000)
}

/// "2024-02-29T12:30:05.250Z". Years outside 0 to 9999 carry a sign, as ISO 8601 has it; `parse` does not read those.
pub(crate) fn write(ms: i64, out: &mut Vec<u8>) {
    use std::io::Write;
    let (year, month, day) = civil_from_days(ms.div_euclid(DAY_MS));
    let rest = ms.rem_euclid(DAY_MS);
    let (hour, minute, second, milli) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60, rest % 1000);
    let wrote = if (0..=9999).contains(&year) {
        write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    } else {
        write!(out, "{year:+07}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    };
    wrote.expect("a vector takes what is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_text() {
        for (text, ms) in [
            ("1970-01-01", Some(0)),
            ("1969-12-31T23:59:59.999Z", Some(-1)),
            ("2023-11-14T22:13:20Z", Some(1_700_000_000_000)),
            ("2023-11-14 22:13:20.5", Some(1_700_000_000_500)),
            ("2023-11-14T23:13:20.0509999+01:00", Some(1_700_000_000_050)),
            ("2023-11-14T22:13", Some(1_699_999_980_000)),
            ("2023-11-14T16:43:20-0530", Some(1_700_000_000_000)),
            ("2024-02-29T00:00:00+00", Some(1_709_164_800_000)),
            ("0000-03-01", Some(-62_162_035_200_000)),
            ("2016-12-31T23:59:60Z", Some(1_483_228_799_999)),
            ("2023-02-29", None),
            ("2024-13-01", None),
            ("2024-1-01", None),
            ("2024-01-01T24:00", None),
            ("2024-01-01T10:00:00.", None),
            ("2024-01-01T10:00:00Zx", None),
            ("2024-01-01T10:00:00+1", None),
            ("1700000000000", None),
            ("", None),
        ] {
            assert_eq!(parse(text), ms, "{text}");
        }
    }
    #[test]
    fn every_day_returns() {
        for day in (-800_000..3_000_000).step_by(17) {
            let (y, m, d) = civil_from_days(day);
            assert_eq!(days_from_civil(y, m, d), day);
            if (0..=9999).contains(&y) {
                let mut text = Vec::new();
                write(day * DAY_MS + 45_296_789, &mut text);
                let text = String::from_utf8(text).expect("ASCII");
                assert_eq!(parse(&text), Some(day * DAY_MS + 45_296_789), "{text}");
            }
        }
        let mut extremes = Vec::new();
        write(i64::MIN, &mut extremes);
        write(i64::MAX, &mut extremes);
        assert!(extremes.starts_with(b"-292275055-05-16T16:47:04.192Z+292278994"));
    }
}
