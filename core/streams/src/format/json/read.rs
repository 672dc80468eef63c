//! Values to columns: what each type takes of the JSON that `scan` found well-formed.

use super::scan::{Scan, load, no_digit};
use super::{Field, Span, Type};
use crate::calendar;
use crate::format::base64_text;
use crate::format::column::Column;

/// The column of one field. A value that its type does not take is null here, and its row is added to `bad`.
pub(super) fn column(
    field: &Field,
    payloads: &[Option<&[u8]>],
    spans: &[Span],
    index: usize,
    width: usize,
    bad: &mut Vec<(usize, String)>,
) -> Column {
    let cells = Cells { field, payloads, spans, index, width };
    // The common values have short ways, told apart outside of the loop; what they do not take goes the general way.
    match field.ty {
        Type::Int | Type::Timestamp => cells.column(bad, |bytes, from, to, _, c| short_int(bytes, from, to).map(|x| c.int(x))),
        Type::Float => cells.column(bad, |bytes, from, to, _, c| short_float(bytes, from, to).map(|x| c.float(x))),
        Type::String => cells.column(bad, |bytes, from, to, escaped, c| {
            let plain = bytes.get(from) == Some(&b'"') && !escaped;
            if plain { c.short(bytes, from + 1, to - 1) } else { None }
        }),
        _ => cells.column(bad, |_, _, _, _, _| None),
    }
}

struct Cells<'a> {
    field: &'a Field,
    payloads: &'a [Option<&'a [u8]>],
    spans: &'a [Span],
    index: usize,
    width: usize,
}
impl Cells<'_> {
    #[inline]
    fn column(&self, bad: &mut Vec<(usize, String)>, short: impl Fn(&[u8], usize, usize, bool, &mut Column) -> Option<()>) -> Column {
        let mut column = Column::new(&self.field.ty, self.payloads.len());
        let spans = self.spans.iter().skip(self.index).step_by(self.width);
        for (row, (payload, span)) in self.payloads.iter().zip(spans).enumerate() {
            let (Some(bytes), false) = (payload, span.is_none()) else {
                column.null();
                continue;
            };
            let (from, to) = (span.start(), span.end as usize);
            if short(bytes, from, to, span.escaped(), &mut column).is_some() {
                continue;
            }
            if let Err(why) = value(&bytes[from..to], span.escaped(), &mut column) {
                column.null();
                bad.push((row, format!("member \"{}\": {why}", self.field.name)));
            }
        }
        column
    }
}

/// The number of eight digits, the first in the lowest byte: pairs, then fours, then all.
#[inline]
fn eight(digits: u64) -> u64 {
    let x = (digits & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(2561) >> 8;
    let x = (x & 0x00ff_00ff_00ff_00ff).wrapping_mul(6_553_601) >> 16;
    (x & 0x0000_ffff_0000_ffff).wrapping_mul(42_949_672_960_001) >> 32
}
/// The number of the first `n` digits of a word, 1 to 8 of them.
#[inline]
fn first(digits: u64, n: usize) -> u64 {
    // What is not among them moves out at the top, and zeros come in as leading digits.
    eight((digits & 0x0f0f_0f0f_0f0f_0f0f) << (8 * (8 - n)))
}
/// The lowest `n` bytes, 1 to 8 of them.
#[inline]
fn low(n: usize) -> u64 {
    u64::MAX >> (8 * (8 - n))
}

/// A value of up to 16 digits and nothing else.
#[inline]
fn short_int(bytes: &[u8], from: usize, to: usize) -> Option<i64> {
    let n = to.wrapping_sub(from);
    let a = load(bytes, from);
    if n.wrapping_sub(1) < 8 {
        return (no_digit(a) & low(n) == 0).then(|| first(a, n) as i64);
    }
    if n.wrapping_sub(9) < 8 {
        let b = load(bytes, from + 8);
        return ((no_digit(a) | (no_digit(b) & low(n - 8))) == 0).then(|| {
            const TENS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
            (eight(a) * TENS[n - 8] + first(b, n - 8)) as i64
        });
    }
    None
}

const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// A value of up to 8 bytes, digits with or without a point among them. Its digits are exact in a double, and so is the power of ten: one
/// division rounds once, to the nearest.
#[inline]
fn short_float(bytes: &[u8], from: usize, to: usize) -> Option<f64> {
    let n = to.wrapping_sub(from);
    if n.wrapping_sub(1) >= 8 {
        return None;
    }
    let w = load(bytes, from);
    let others = no_digit(w) & low(n);
    if others == 0 {
        return Some(first(w, n) as f64);
    }
    let point = (others.trailing_zeros() / 8) as usize;
    // One other byte, which is a point after a digit: the value is well-formed, so a digit follows.
    if others & (others - 1) != 0 || point == 0 || (w >> (8 * point)) as u8 != b'.' {
        return None;
    }
    let before = low(point);
    let digits = (w & before) | (w >> 8 & !before);
    Some(first(digits, n - 1) as f64 / POWERS[n - 1 - point])
}

/// Appends a well-formed value.
fn value(text: &[u8], escaped: bool, column: &mut Column) -> Result<(), String> {
    let first = text[0];
    if first == b'n' {
        column.null();
        return Ok(());
    }
    let number = first == b'-' || first.is_ascii_digit();
    match column.ty() {
        Type::Json => column.bytes(text)?,
        Type::String if first == b'"' => string(text, escaped, column)?,
        Type::Int if number => column.int(int(text).ok_or_else(|| not(text, "an integer of 64 bits"))?),
        Type::Timestamp if number => column.int(int(text).ok_or_else(|| not(text, "a whole number of milliseconds"))?),
        Type::Timestamp if first == b'"' => {
            let ms = plain(text, escaped).and_then(|t| calendar::parse(&t).ok_or_else(|| not(text, "a time in ISO 8601")))?;
            column.int(ms);
        }
        Type::Float if number => column.float(float(text).ok_or_else(|| not(text, "within a double's range"))?),
        Type::Bool if matches!(first, b't' | b'f') => column.bool(first == b't'),
        Type::Bytes if first == b'"' => base64_text(plain(text, escaped)?.as_bytes(), column)?,
        Type::List(_) if first == b'[' => list(text, column)?,
        ty => return Err(format!("{} where {} was declared", kind(first), a(ty))),
    }
    Ok(())
}

fn kind(first: u8) -> &'static str {
    match first {
        b'"' => "a text",
        b'{' => "an object",
        b'[' => "an array",
        b't' | b'f' => "a boolean",
        _ => "a number",
    }
}
fn a(ty: &Type) -> String {
    if *ty == Type::Int { format!("an {ty}") } else { format!("a {ty}") }
}
/// The value as it stands, shortened; a text brings its quotes.
fn not(text: &[u8], what: &str) -> String {
    let text = String::from_utf8_lossy(text);
    let head: String = text.chars().take(40).collect();
    format!("{head}{} is not {what}", if head.len() < text.len() { "..." } else { "" })
}

fn string(text: &[u8], escaped: bool, column: &mut Column) -> Result<(), String> {
    let inner = &text[1..text.len() - 1];
    if escaped {
        column.bytes_with(|to| unescape(inner, to))?;
    } else {
        column.bytes(inner)?;
    }
    Ok(())
}

/// A text of which the caller makes something else.
fn plain(text: &[u8], escaped: bool) -> Result<String, String> {
    let inner = &text[1..text.len() - 1];
    let mut bytes = Vec::with_capacity(inner.len());
    if escaped {
        unescape(inner, &mut bytes)?;
    } else {
        bytes.extend_from_slice(inner);
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())
}

fn list(text: &[u8], column: &mut Column) -> Result<(), String> {
    let mut scan = Scan::new(text);
    scan.at = 1;
    scan.space();
    while scan.peek() != b']' {
        let start = scan.at;
        // The record's scan passed here before, with the depth of the whole.
        let escaped = scan.value(0).map_err(|f| f.to_string())?;
        value(&text[start..scan.at], escaped, column.elements()).map_err(|e| format!("an element: {e}"))?;
        scan.space();
        if scan.peek() == b',' {
            scan.at += 1;
            scan.space();
        }
    }
    column.list()?;
    Ok(())
}

/// Appends a text's content. The escapes are well-formed; only a half of a surrogate pair is refused.
pub(super) fn unescape(inner: &[u8], to: &mut Vec<u8>) -> Result<(), &'static str> {
    let mut rest = inner;
    while let Some(at) = rest.iter().position(|b| *b == b'\\') {
        to.extend_from_slice(&rest[..at]);
        let c = rest[at + 1];
        rest = &rest[at + 2..];
        to.push(match c {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                const HALF: &str = "half a surrogate pair in a text";
                let mut unit = hex(rest);
                rest = &rest[4..];
                if (0xd800..0xdc00).contains(&unit) {
                    if !rest.starts_with(b"\\u") {
                        return Err(HALF);
                    }
                    let second = hex(&rest[2..]);
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err(HALF);
                    }
                    rest = &rest[6..];
                    unit = 0x10000 + ((unit - 0xd800) << 10 | (second - 0xdc00));
                }
                let letter = char::from_u32(unit).ok_or(HALF)?;
                to.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            c => c,
        });
    }
    to.extend_from_slice(rest);
    Ok(())
}
fn hex(digits: &[u8]) -> u32 {
    digits[..4].iter().fold(0, |x, d| x << 4 | char::from(*d).to_digit(16).unwrap_or(0))
}

/// A number that is whole and fits, however it is written.
fn int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = text.strip_prefix(b"-").map_or((false, text), |d| (true, d));
    let mut x: u64 = 0;
    if digits.len() <= 18 {
        for d in digits {
            if !d.is_ascii_digit() {
                return whole(negative, digits);
            }
            x = x * 10 + u64::from(d - b'0');
        }
        return Some(if negative { -(x as i64) } else { x as i64 });
    }
    whole(negative, digits)
}

/// The slow way of `int`: fractions and exponents, by the digits and so without a double's loss.
fn whole(negative: bool, text: &[u8]) -> Option<i64> {
    let (mantissa, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(e) => (&text[..e], &text[e + 1..]),
        None => (text, &b"0"[..]),
    };
    let point = mantissa.iter().position(|b| *b == b'.').unwrap_or(mantissa.len());
    let digits = || mantissa.iter().filter(|b| **b != b'.');
    let mut counting = digits().enumerate().filter(|(_, d)| **d != b'0').map(|(i, _)| i);
    let Some(first) = counting.next() else { return Some(0) };
    let last = counting.last().unwrap_or(first);
    // An exponent too large to be read is as good as infinite: the digits are not all zeros.
    let exponent: i64 = std::str::from_utf8(exponent).ok()?.parse().unwrap_or(if exponent[0] == b'-' { i64::MIN / 2 } else { i64::MAX / 2 });
    // The value is digits[first..=last] with the last one worth 10^scale.
    let scale = exponent + point as i64 - (last as i64 + 1);
    if scale < 0 || last - first > 19 {
        return None;
    }
    let x = digits().skip(first).take(last - first + 1).fold(0i128, |x, d| x * 10 + i128::from(d - b'0'));
    let x = x.checked_mul(10i128.checked_pow(u32::try_from(scale).ok()?)?)?;
    i64::try_from(if negative { -x } else { x }).ok()
}

/// The nearest double; None beyond the largest.
fn float(text: &[u8]) -> Option<f64> {
    let (negative, digits) = text.strip_prefix(b"-").map_or((false, text), |d| (true, d));
    // Up to 15 digits are exact in a double and so is a power of ten up to 22: one division rounds once.
    if digits.len() <= 16 {
        let mut x: u64 = 0;
        let mut point = digits.len();
        for (i, d) in digits.iter().enumerate() {
            match d {
                b'0'..=b'9' => x = x * 10 + u64::from(d - b'0'),
                b'.' => point = i + 1,
                _ => return slow_float(text),
            }
        }
        if digits.len() < 16 || point < digits.len() {
            let f = x as f64 / POWERS[digits.len() - point];
            return Some(if negative { -f } else { f });
        }
    }
    slow_float(text)
}
fn slow_float(text: &[u8]) -> Option<f64> {
    let f: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    f.is_finite().then_some(f)
}

/// Both ways of a number, which must agree where the short one speaks.
#[cfg(test)]
pub(super) fn int_of(text: &str) -> Option<i64> {
    let x = int(text.as_bytes());
    if let Some(s) = short_int(text.as_bytes(), 0, text.len()) {
        assert_eq!(Some(s), x, "{text}");
    }
    x
}
#[cfg(test)]
pub(super) fn float_of(text: &str) -> Option<f64> {
    let x = float(text.as_bytes());
    if let Some(s) = short_float(text.as_bytes(), 0, text.len()) {
        assert_eq!(Some(s.to_bits()), x.map(f64::to_bits), "{text}");
    }
    x
}
