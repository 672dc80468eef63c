//! Texts, continued: cutting, padding, searching by pattern. Places count characters and begin at 1; negative ones count from the end.

use super::strings::{want_texts, write_text, write_text_with};
use super::{Args, Function, Outcome, row};
use crate::expr::eval::{Numbers, Texts, Value, int_column, strict};
use crate::types::Type;
use arrow_array::BooleanArray;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_buffer::BooleanBuffer;
use regex::Regex;
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("trim", &["btrim"], (1, 2), "trim(text), trim(text, letters): without the blanks, or those letters, at both ends", |a| trim(a, true, true)),
    row("ltrim", &[], (1, 2), "ltrim(text), ltrim(text, letters): the same at the left end", |a| trim(a, true, false)),
    row("rtrim", &[], (1, 2), "rtrim(text), rtrim(text, letters): the same at the right end", |a| trim(a, false, true)),
    row("substr", &["substring"], (2, 3), "substr(text, start), substr(text, start, count)", substr),
    row("left", &[], (2, 2), "left(text, n): the first n characters; all but the last -n", |a| {
        want_texts(a, 1)?;
        a.want(1, &Type::Int)?;
        Ok(text(|args, row, out| {
            let (s, n) = (Texts::of(&args[0]).at(row), Numbers::ints(&args[1]).get(row));
            let n = if n < 0 { count(s).saturating_add(n) } else { n };
            out.push_str(cut(s, 0, n));
            true
        }))
    }),
    row("right", &[], (2, 2), "right(text, n): the last n characters; all but the first -n", |a| {
        want_texts(a, 1)?;
        a.want(1, &Type::Int)?;
        Ok(text(|args, row, out| {
            let (s, n) = (Texts::of(&args[0]).at(row), Numbers::ints(&args[1]).get(row));
            let from = if n < 0 { n.saturating_neg() } else { count(s).saturating_sub(n).max(0) };
            out.push_str(cut(s, from, i64::MAX));
            true
        }))
    }),
    row("replace", &[], (3, 3), "replace(text, part, by): each part by another; an empty part is found nowhere", |a| {
        want_texts(a, 3)?;
        Ok(text(|args, row, out| {
            let (s, part, by) = (Texts::of(&args[0]).at(row), Texts::of(&args[1]).at(row), Texts::of(&args[2]).at(row));
            let mut rest = s;
            while let Some(i) = if part.is_empty() { None } else { rest.find(part) } {
                out.push_str(&rest[..i]);
                out.push_str(by);
                rest = &rest[i + part.len()..];
            }
            out.push_str(rest);
            true
        }))
    }),
    row("reverse", &[], (1, 1), "reverse(text): its characters from the last to the first", |a| {
        want_texts(a, 1)?;
        Ok(text(|args, row, out| {
            out.extend(Texts::of(&args[0]).at(row).chars().rev());
            true
        }))
    }),
    row("repeat", &[], (2, 2), "repeat(text, n): n times; null where that is more than 1 MB", |a| {
        want_texts(a, 1)?;
        a.want(1, &Type::Int)?;
        Ok(text(|args, row, out| {
            let (s, n) = (Texts::of(&args[0]).at(row), Numbers::ints(&args[1]).get(row).max(0));
            if n.checked_mul(s.len() as i64).is_none_or(|bytes| bytes > BYTES_MAX) {
                return false;
            }
            // Of an empty text there is nothing to repeat, however often.
            (0..if s.is_empty() { 0 } else { n }).for_each(|_| out.push_str(s));
            true
        }))
    }),
    row("strpos", &["instr", "position"], (2, 2), "strpos(text, part): where the part is first; 0 where it is not", |a| {
        want_texts(a, 2)?;
        Ok(Outcome::Kernel(
            Type::Int,
            strict(Type::Int, |args, rows, nulls| {
                let (s, part) = (Texts::of(&args[0]), Texts::of(&args[1]));
                let one = |i| s.at(i).find(part.at(i)).map_or(0, |at| count(&s.at(i)[..at]) + 1);
                Ok(int_column((0..rows).map(one).collect(), nulls, &Type::Int))
            }),
        ))
    }),
    row("lpad", &[], (2, 3), "lpad(text, n), lpad(text, n, fill): n characters, filled or cut at the left; null where n is above a million", |a| {
        pad(a, true)
    }),
    row("rpad", &[], (2, 3), "rpad(text, n), rpad(text, n, fill): the same at the right", |a| pad(a, false)),
    row("split_part", &[], (3, 3), "split_part(text, separator, n): the n-th part; empty where there are fewer", |a| {
        want_texts(a, 2)?;
        a.want(2, &Type::Int)?;
        Ok(text(|args, row, out| {
            let (s, sep, n) = (Texts::of(&args[0]).at(row), Texts::of(&args[1]).at(row), Numbers::ints(&args[2]).get(row));
            let part = match (sep.is_empty(), usize::try_from(n)) {
                (_, Ok(0)) => None,
                (true, _) => (n == 1 || n == -1).then_some(s),
                (false, Ok(n)) => s.split(sep).nth(n - 1),
                (false, Err(_)) => n.checked_neg().and_then(|n| s.rsplit(sep).nth(n as usize - 1)),
            };
            out.push_str(part.unwrap_or_default());
            true
        }))
    }),
    row("split", &["string_split", "str_split"], (2, 2), "split(text, separator): the parts as a list; the characters for an empty separator", split),
    row("regexp_matches", &["regexp_like"], (2, 2), "regexp_matches(text, pattern): whether it is found anywhere in it", |a| {
        let fixed = pattern(a)?;
        Ok(Outcome::Kernel(
            Type::Bool,
            strict(Type::Bool, move |args, rows, nulls| {
                let (s, p) = (Texts::of(&args[0]), Texts::of(&args[1]));
                let mut cache = Cache::default();
                let mut bad = Vec::new();
                let bits = BooleanBuffer::collect_bool(rows, |i| {
                    if nulls.as_ref().is_some_and(|n| n.is_null(i)) {
                        return false;
                    }
                    let Some(r) = cache.get(fixed.as_ref(), p.at(i)) else {
                        bad.push(i);
                        return false;
                    };
                    r.is_match(s.at(i))
                });
                let found = BooleanArray::new(bits, nulls);
                if bad.is_empty() {
                    return Ok(Arc::new(found));
                }
                let good = BooleanBuffer::collect_bool(rows, |i| bad.binary_search(&i).is_err());
                let nulls = arrow_buffer::NullBuffer::union(arrow_array::Array::nulls(&found), Some(&good.into()));
                Ok(Arc::new(BooleanArray::new(found.values().clone(), nulls)))
            }),
        ))
    }),
    row(
        "regexp_extract",
        &[],
        (2, 3),
        "regexp_extract(text, pattern), regexp_extract(text, pattern, group): what matched; empty where nothing did",
        |a| {
            let fixed = pattern(a)?;
            if a.len() == 3 {
                a.want(2, &Type::Int)?;
            }
            Ok(Outcome::Kernel(
                Type::String,
                write_text_with(move |cache: &mut Cache, args, row, out| {
                    let group = args.get(2).map_or(0, |g| Numbers::ints(g).get(row));
                    let Some(r) = cache.get(fixed.as_ref(), Texts::of(&args[1]).at(row)) else { return false };
                    let s = Texts::of(&args[0]).at(row);
                    let found = if group == 0 { r.find(s) } else { usize::try_from(group).ok().and_then(|g| r.captures(s)?.get(g)) };
                    out.push_str(found.map_or("", |m| m.as_str()));
                    true
                }),
            ))
        },
    ),
    row("regexp_replace", &[], (3, 4), "regexp_replace(text, pattern, by), and with 'g' all of them: \\1 or $1 in by is the first group", |a| {
        let fixed = pattern(a)?;
        a.want(2, &Type::String)?;
        let all = a.len() == 4 && a.constant_word(3, "an option of regexp_replace", &["g"])? == "g";
        Ok(Outcome::Kernel(
            Type::String,
            write_text_with(move |cache: &mut Cache, args, row, out| {
                let Some(r) = cache.get(fixed.as_ref(), Texts::of(&args[1]).at(row)) else { return false };
                let by = groups(Texts::of(&args[2]).at(row));
                out.push_str(&r.replacen(Texts::of(&args[0]).at(row), usize::from(!all), by.as_str()));
                out.len() as i64 <= BYTES_MAX
            }),
        ))
    }),
];

/// A text that a function makes is no longer than that: a number in a record must not take the memory of the process.
const BYTES_MAX: i64 = 1 << 20;

fn text(f: impl Fn(&[Value], usize, &mut String) -> bool + Send + Sync + 'static) -> Outcome {
    Outcome::Kernel(Type::String, write_text(f))
}
fn count(s: &str) -> i64 {
    if s.is_ascii() { s.len() as i64 } else { s.chars().count() as i64 }
}
/// The characters from `from` (0 is the first) up to and without `to`.
fn cut(s: &str, from: i64, to: i64) -> &str {
    let (from, to) = (from.max(0), to.max(0));
    if from >= to {
        return "";
    }
    let byte = |n: i64| {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        if s.is_ascii() { n.min(s.len()) } else { s.char_indices().nth(n).map_or(s.len(), |(i, _)| i) }
    };
    &s[byte(from)..byte(to)]
}

fn substr(args: &mut Args<'_>) -> Result<Outcome> {
    want_texts(args, 1)?;
    for i in 1..args.len() {
        args.want(i, &Type::Int)?;
    }
    Ok(text(|args, row, out| {
        let (s, start) = (Texts::of(&args[0]).at(row), Numbers::ints(&args[1]).get(row));
        let from = if start < 0 { count(s).saturating_add(start) } else { start - 1 };
        let to = args.get(2).map_or(i64::MAX, |n| from.saturating_add(Numbers::ints(n).get(row)));
        out.push_str(cut(s, from, to));
        true
    }))
}

fn trim(args: &mut Args<'_>, left: bool, right: bool) -> Result<Outcome> {
    let n = args.len();
    want_texts(args, n)?;
    Ok(text(move |args, row, out| {
        let mut s = Texts::of(&args[0]).at(row);
        let letters = args.get(1).map(|l| Texts::of(l).at(row));
        let goes = |c: char| letters.map_or(c == ' ', |l| l.contains(c));
        if left {
            s = s.trim_start_matches(goes);
        }
        if right {
            s = s.trim_end_matches(goes);
        }
        out.push_str(s);
        true
    }))
}

fn pad(args: &mut Args<'_>, left: bool) -> Result<Outcome> {
    want_texts(args, 1)?;
    args.want(1, &Type::Int)?;
    if args.len() == 3 {
        args.want(2, &Type::String)?;
    }
    Ok(text(move |args, row, out| {
        let (s, n) = (Texts::of(&args[0]).at(row), Numbers::ints(&args[1]).get(row).max(0));
        let fill = args.get(2).map_or(" ", |f| Texts::of(f).at(row));
        if n > 1_000_000 {
            return false;
        }
        let missing = n - count(s);
        let filling = fill.chars().cycle().take(if fill.is_empty() { 0 } else { missing.max(0) as usize });
        if left {
            out.extend(filling);
            out.push_str(cut(s, 0, n));
        } else {
            out.push_str(cut(s, 0, n));
            out.extend(filling);
        }
        true
    }))
}

fn split(args: &mut Args<'_>) -> Result<Outcome> {
    want_texts(args, 2)?;
    let ty = Type::List(Box::new(Type::String));
    Ok(Outcome::Kernel(
        ty.clone(),
        strict(ty, |args, rows, nulls| {
            let (s, sep) = (Texts::of(&args[0]), Texts::of(&args[1]));
            let mut out = ListBuilder::new(StringBuilder::new());
            let mut buffer = [0; 4];
            for i in 0..rows {
                let good = nulls.as_ref().is_none_or(|n| n.is_valid(i));
                if good && sep.at(i).is_empty() {
                    s.at(i).chars().for_each(|c| out.values().append_value(c.encode_utf8(&mut buffer)));
                } else if good {
                    s.at(i).split(sep.at(i)).for_each(|p| out.values().append_value(p));
                }
                out.append(good);
            }
            Ok(Arc::new(out.finish()))
        }),
    ))
}

/// The pattern, where it is a constant; it must be one that can be read.
fn pattern(args: &mut Args<'_>) -> Result<Option<Regex>> {
    want_texts(args, 2)?;
    let Some(p) = args.constant_text(1) else { return Ok(None) };
    let compiled =
        compile(p).map_err(|e| args.error(format!("'{p}' is no regular expression: {}", e.to_string().lines().last().unwrap_or_default())))?;
    Ok(Some(compiled))
}
fn compile(p: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(p).size_limit(1 << 20).build()
}
/// Compiles a pattern of a column once per run of the same pattern; one that cannot be read matches nothing and gives null.
#[derive(Default)]
struct Cache {
    last: Option<(String, Option<Regex>)>,
}
impl Cache {
    fn get<'a>(&'a mut self, fixed: Option<&'a Regex>, p: &str) -> Option<&'a Regex> {
        if fixed.is_some() {
            return fixed;
        }
        if self.last.as_ref().is_none_or(|(text, _)| text != p) {
            self.last = Some((p.to_owned(), compile(p).ok()));
        }
        self.last.as_ref()?.1.as_ref()
    }
}
/// `\1` is how SQL writes a group; the regex crate writes `${1}`.
fn groups(by: &str) -> String {
    let mut out = String::with_capacity(by.len());
    let mut rest = by.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek().copied()) {
            ('\\', Some(d)) if d.is_ascii_digit() => {
                out.extend(["${", d.encode_utf8(&mut [0; 4]), "}"]);
                rest.next();
            }
            ('\\', Some('\\')) => {
                out.push('\\');
                rest.next();
            }
            ('$', Some(d)) if d.is_ascii_digit() => {
                out.extend(["${", d.encode_utf8(&mut [0; 4]), "}"]);
                rest.next();
            }
            ('$', _) => out.push_str("$$"),
            (c, _) => out.push(c),
        }
    }
    out
}
