//! Finds a value inside JSON text without parsing the rest: members before it are skipped byte by byte. Owns paths (`$.a.b[0]`). Does not
//! check the text: of text that is no JSON it finds something or nothing, and never panics.

use std::borrow::Cow;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    /// From the front, or from the end when negative.
    Index(i64),
}

/// Reads `$.a.b[0]`, `$['a b']`, `$."a b"` and the same without `$`; a quote inside brackets is doubled. The error says what is wrong at which byte.
pub(crate) fn parse_path(path: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let b = path.as_bytes();
    let mut i = usize::from(path.starts_with('$'));
    // The first step needs no dot where there is no `$`.
    let mut bare = i == 0;
    while i < b.len() {
        if b[i] == b'[' {
            let end = closing(b, i).ok_or_else(|| format!("the [ at byte {i} of '{path}' is not closed"))?;
            let inner = path[i + 1..end].trim();
            let quoted = |q: char| inner.len() >= 2 && inner.starts_with(q) && inner.ends_with(q);
            steps.push(if quoted('\'') || quoted('"') {
                let q = &inner[..1];
                Step::Key(inner[1..inner.len() - 1].replace(&q.repeat(2), q))
            } else {
                Step::Index(inner.parse().map_err(|_| format!("'{inner}' at byte {} of '{path}' is neither a number nor in quotes", i + 1))?)
            });
            i = end + 1;
        } else {
            if b[i] == b'.' {
                i += 1;
            } else if !bare {
                return Err(format!("a step of '{path}' begins with . or [, not with what is at byte {i}"));
            }
            if b.get(i) == Some(&b'"') {
                let end = b[i + 1..].iter().position(|c| *c == b'"').ok_or_else(|| format!("the quote at byte {i} of '{path}' is not closed"))?;
                steps.push(Step::Key(path[i + 1..i + 1 + end].to_owned()));
                i += end + 2;
            } else {
                let end = b[i..].iter().position(|c| matches!(c, b'.' | b'[')).map_or(b.len(), |n| i + n);
                if end == i {
                    return Err(format!("there is an empty step at byte {i} of '{path}'"));
                }
                steps.push(Step::Key(path[i..end].to_owned()));
                i = end;
            }
        }
        bare = false;
    }
    Ok(steps)
}
fn closing(b: &[u8], open: usize) -> Option<usize> {
    let mut quote = None;
    for (i, c) in b.iter().enumerate().skip(open + 1) {
        match quote {
            Some(q) if q == *c => quote = None,
            Some(_) => {}
            None if matches!(c, b'\'' | b'"') => quote = Some(*c),
            None if *c == b']' => return Some(i),
            None => {}
        }
    }
    None
}
/// The path as `parse_path` reads it back.
pub(crate) fn path_text(steps: &[Step]) -> String {
    let mut out = "$".to_owned();
    for s in steps {
        match s {
            Step::Index(i) => out.extend(["[", &i.to_string(), "]"]),
            Step::Key(k) if !k.is_empty() && k.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_') => out.extend([".", k]),
            Step::Key(k) => out.extend(["[\"", &k.replace('"', "\"\""), "\"]"]),
        }
    }
    out
}

/// The text of the value at the path.
pub(crate) fn find<'a>(json: &'a str, path: &[Step]) -> Option<&'a str> {
    let b = json.as_bytes();
    let mut at = space(b, 0);
    for step in path {
        at = match step {
            Step::Key(k) => member(b, at, k)?,
            Step::Index(i) => element(b, at, *i)?,
        };
    }
    let end = skip(b, at)?;
    (end > at).then(|| &json[at..end])
}

/// How many items an array has.
pub(crate) fn length(json: &str) -> Option<i64> {
    let b = json.as_bytes();
    let start = space(b, 0);
    if b.get(start) != Some(&b'[') {
        return None;
    }
    let mut i = space(b, start + 1);
    if b.get(i) == Some(&b']') {
        return Some(0);
    }
    let mut n = 0;
    loop {
        i = space(b, skip(b, i)?);
        n += 1;
        match b.get(i)? {
            b',' => i = space(b, i + 1),
            b']' => return Some(n),
            _ => return None,
        }
    }
}

fn space(b: &[u8], mut i: usize) -> usize {
    while b.get(i).is_some_and(|c| matches!(c, b' ' | b'\n' | b'\r' | b'\t')) {
        i += 1;
    }
    i
}
/// Past the closing quote of the string that opens at `i`.
fn skip_string(b: &[u8], i: usize) -> Option<usize> {
    let mut i = i + 1;
    loop {
        match b.get(i)? {
            b'"' => return Some(i + 1),
            b'\\' => i += 2,
            _ => i += 1,
        }
    }
}
/// Past the value at `i`. Brackets are counted, not matched: text that is JSON needs no more.
fn skip(b: &[u8], i: usize) -> Option<usize> {
    match b.get(i)? {
        b'"' => skip_string(b, i),
        b'{' | b'[' => {
            let (mut depth, mut i) = (0usize, i);
            loop {
                match b.get(i)? {
                    b'"' => {
                        i = skip_string(b, i)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(i + 1);
                        }
                    }
                    _ => {}
                }
                i += 1;
            }
        }
        _ => Some(b[i..].iter().position(|c| matches!(c, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')).map_or(b.len(), |n| i + n)),
    }
}
/// Where the value of a member begins. Of two members with one name it is the first.
fn member(b: &[u8], at: usize, key: &str) -> Option<usize> {
    if b.get(at) != Some(&b'{') {
        return None;
    }
    let mut i = space(b, at + 1);
    while b.get(i) == Some(&b'"') {
        let end = skip_string(b, i)?;
        let name = &b[i + 1..end - 1];
        let same =
            name == key.as_bytes() || (name.contains(&b'\\') && std::str::from_utf8(&b[i..end]).is_ok_and(|s| text(s).is_some_and(|t| t == key)));
        i = space(b, end);
        if b.get(i) != Some(&b':') {
            return None;
        }
        i = space(b, i + 1);
        if same {
            return Some(i);
        }
        i = space(b, skip(b, i)?);
        if b.get(i) != Some(&b',') {
            return None;
        }
        i = space(b, i + 1);
    }
    None
}
fn element(b: &[u8], at: usize, index: i64) -> Option<usize> {
    let starts = |stop: Option<i64>| -> Option<(i64, usize)> {
        if b.get(at) != Some(&b'[') {
            return None;
        }
        let mut i = space(b, at + 1);
        if b.get(i) == Some(&b']') {
            return Some((0, i));
        }
        let mut n = 0;
        loop {
            if stop == Some(n) {
                return Some((n, i));
            }
            i = space(b, skip(b, i)?);
            n += 1;
            if b.get(i) != Some(&b',') {
                return Some((n, i));
            }
            i = space(b, i + 1);
        }
    };
    let index = if index < 0 { starts(None)?.0 + index } else { index };
    if index < 0 {
        return None;
    }
    let (n, i) = starts(Some(index))?;
    (n == index && b.get(i).is_some_and(|c| !matches!(c, b']' | b','))).then_some(i)
}

/// A JSON value as plain text: a string without its quotes, null as nothing, anything else as it is written.
pub(crate) fn text(value: &str) -> Option<Cow<'_, str>> {
    let v = value.trim_ascii();
    match v.as_bytes().first()? {
        b'n' if v == "null" => None,
        b'"' => {
            let inner = v.get(1..v.len() - 1).filter(|_| v.len() >= 2 && v.ends_with('"'))?;
            if inner.contains('\\') { serde_json::from_str(v).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(inner)) }
        }
        _ => Some(Cow::Borrowed(v)),
    }
}
/// Appends a string in quotes.
pub(crate) fn quote(s: &str, out: &mut String) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.extend(["\\u00", if c as u32 >= 0x10 { "1" } else { "0" }, &format!("{:x}", c as u32 & 15)]),
            c => out.push(c),
        }
    }
    out.push('"');
}
