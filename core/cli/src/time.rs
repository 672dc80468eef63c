//! Times as people type them: UTC unless they say otherwise, without a time zone database.

/// Milliseconds since the epoch from digits, or from a date and perhaps a time: `2026-01-31`, `2026-01-31T12:00`,
/// `2026-01-31 12:00:00.250+02:00`. Without a zone it is UTC.
pub fn parse(s: &str) -> Option<i64> {
    let s = s.trim();
    if !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()) {
        return s.parse().ok();
    }
    let (date, clock) = match s.split_once(['T', 't', ' ']) {
        Some((d, c)) => (d, c),
        None => (s.trim_end_matches(['Z', 'z']), ""),
    };
    let mut parts = date.splitn(3, '-').map(|p| number(p, if p.len() == 4 { 4 } else { 2 }));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let (clock, zone_minutes) = split_zone(clock)?;
    let mut ms = days_from_civil(year, month, day) * 86_400_000;
    if !clock.is_empty() {
        let (whole, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
        let mut parts = whole.splitn(3, ':').map(|p| number(p, 2));
        let (hour, minute, second) = (parts.next()??, parts.next().unwrap_or(Some(0))?, parts.next().unwrap_or(Some(0))?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        ms += ((hour * 60 + minute) * 60 + second) * 1_000;
        if !fraction.is_empty() {
            let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
            if !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            ms += digits.parse::<i64>().ok()?;
        }
    }
    Some(ms - zone_minutes * 60_000)
}

fn number(s: &str, digits: usize) -> Option<i64> {
    if s.is_empty() || s.len() > digits || !s.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    s.parse().ok()
}

fn split_zone(clock: &str) -> Option<(&str, i64)> {
    if let Some(c) = clock.strip_suffix(['Z', 'z']) {
        return Some((c, 0));
    }
    let Some(at) = clock.rfind(['+', '-']) else { return Some((clock, 0)) };
    let zone = clock[at + 1..].replace(':', "");
    let (hours, minutes) = match zone.len() {
        2 => (number(&zone, 2)?, 0),
        4 => (number(zone.get(..2)?, 2)?, number(zone.get(2..)?, 2)?),
        _ => return None,
    };
    let sign = if clock.as_bytes()[at] == b'-' { -1 } else { 1 };
    Some((&clock[..at], sign * (hours * 60 + minutes)))
}

fn days_in(y: i64, m: i64) -> i64 {
    match m {
        2 if y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

// Days since 1970-01-01 in the proleptic Gregorian calendar; years count from March so that the leap day is the last.
fn days_from_civil(y: i64, m: i64, d: i64) -> i64 {
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, ms) in [
            ("0", 0),
            ("1700000000123", 1_700_000_000_123),
            ("1970-01-01", 0),
            ("2023-11-14T22:13:20Z", 1_700_000_000_000),
            ("2023-11-14 22:13:20", 1_700_000_000_000),
            ("2023-11-14T22:13:20.123Z", 1_700_000_000_123),
            ("2023-11-14T22:13:20.1234567Z", 1_700_000_000_123),
            ("2023-11-15T00:13:20+02:00", 1_700_000_000_000),
            ("2023-11-14T16:43:20-0530", 1_700_000_000_000),
            ("2024-02-29T00:00", 1_709_164_800_000),
            ("2026-01-01T00:00:00Z", 1_767_225_600_000),
        ] {
            assert_eq!(parse(text), Some(ms), "{text}");
        }
        for bad in [
            "",
            "yesterday",
            "2023-13-01",
            "2023-02-29",
            "2023-1-32",
            "2023-01-01T25:00",
            "2023-01-01T10:00+1",
            "2023-01-01T10:61",
            "-5",
            "2023-01-01T10:00:00.x",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
