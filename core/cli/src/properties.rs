//! Kafka's .properties files, as Java writes them.

use crate::fail::{Failure, Result};
use std::path::Path;

/// Reads a file's pairs in their order.
pub fn read(path: &Path) -> Result<Vec<(String, String)>> {
    let text = std::fs::read(path).map_err(|e| Failure::new(format!("Cannot read {}: {e}", path.display())))?;
    parse(&String::from_utf8_lossy(&text)).map_err(|line| Failure::new(format!("{}, line {line}: expected PROPERTY=VALUE", path.display())))
}

/// The pairs of a text, or the number of a line that is none.
fn parse(text: &str) -> std::result::Result<Vec<(String, String)>, usize> {
    let mut pairs = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((n, line)) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut whole = line.to_owned();
        // An odd number of backslashes at the end joins the next line to this one.
        while (whole.len() - whole.trim_end_matches('\\').len()) & 1 == 1 {
            whole.pop();
            match lines.next() {
                Some((_, next)) => whole.push_str(next.trim_start()),
                None => break,
            }
        }
        let (key, value) = split(&whole);
        if key.is_empty() {
            return Err(n + 1);
        }
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// The key ends at the first `=`, `:` or blank that no backslash stands before.
fn split(line: &str) -> (String, String) {
    let mut escaped = false;
    let end = line.char_indices().find(|&(_, c)| {
        let ends = !escaped && (matches!(c, '=' | ':') || c.is_whitespace());
        escaped = c == '\\' && !escaped;
        ends
    });
    let Some((at, _)) = end else { return (unescape(line), String::new()) };
    let rest = line[at..].trim_start();
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start();
    (unescape(&line[..at]), unescape(rest.trim_end()))
}

fn unescape(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut chars = s.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let hex: String = chars.by_ref().take(4).collect();
                out.push(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn javas_forms_are_read() {
        let text = "# comment\n! comment\n\n a=b\nnum.partitions : 3\nlog.dirs /tmp/x\nlong=one,\\\n   two\nempty=\npath=C\\:\\\\x\nuni=\\u00e4\nurl=http://x:1/?a=b\n";
        let pairs: Vec<(String, String)> = parse(text).unwrap();
        let got: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(
            got,
            [
                ("a", "b"),
                ("num.partitions", "3"),
                ("log.dirs", "/tmp/x"),
                ("long", "one,two"),
                ("empty", ""),
                ("path", "C:\\x"),
                ("uni", "ä"),
                ("url", "http://x:1/?a=b"),
            ]
        );
        assert_eq!(parse("a=b\n=c\n"), Err(2));
    }
}
