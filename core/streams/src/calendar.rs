//! The calendar: milliseconds since the epoch to days, months and years and back, in UTC, by the day counts of the proleptic Gregorian
//! calendar; and times as ISO 8601 text. Knows no time zone beside a numeric offset in a text.

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

pub(crate) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
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
/// no fraction, and +01:00, +0100 or +01 in place of the Z, also behind a space, are understood). Without a zone it is UTC. What is finer than a millisecond is
/// dropped. None for what is not such a time, also for a 30th of February.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let mut t = Text(text.trim_ascii().as_bytes());
    let year = t.digits(4)?;
    t.eat(b"-")?;
    let month = t.digits(2)?;
    t.eat(b"-")?;
    let day = t.digits(2)?;
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let midnight = days_of(year, month, day) * DAY_MS;
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
    t.eat(b" ");
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
    let (year, month, day) = date_of(ms.div_euclid(DAY_MS));
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
            ("2024-02-29 02:00:00 +02:00", Some(1_709_164_800_000)),
            ("2024-02-29 02:00:00 ", Some(1_709_172_000_000)),
            ("2024-02-29 02:00:00 Z", None),
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
            let (y, m, d) = date_of(day);
            assert_eq!(days_of(y, m, d), day);
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
