//! What goes to stdout: lines, tables, JSON; and progress on stderr where that is a terminal.

use crate::fail::Done;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

/// Standard output, buffered: `flush` before waiting for anything.
pub struct Out {
    w: BufWriter<StdoutLock<'static>>,
    pub json: bool,
}
impl Out {
    pub fn stdout(json: bool) -> Self {
        Self { w: BufWriter::with_capacity(64 * 1024, io::stdout().lock()), json }
    }
    pub fn raw(&mut self, bytes: &[u8]) -> Done {
        Ok(self.w.write_all(bytes)?)
    }
    pub fn line(&mut self, line: &str) -> Done {
        self.raw(line.as_bytes())?;
        self.raw(b"\n")
    }
    pub fn value(&mut self, v: &Value) -> Done {
        self.line(&v.to_string())
    }
    /// One object for one thing asked for, an array for several.
    pub fn one_or_many(&mut self, mut values: Vec<Value>) -> Done {
        if values.len() == 1 { self.value(&values.remove(0)) } else { self.value(&Value::Array(values)) }
    }
    pub fn flush(&mut self) -> Done {
        Ok(self.w.flush()?)
    }
    /// Columns as wide as they must be; a column whose cells are all numbers is right-aligned.
    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) -> Done {
        for line in table(head, rows) {
            self.line(&line)?;
        }
        Ok(())
    }
}

fn table(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let width = |s: &str| s.chars().count();
    let columns: Vec<(usize, bool)> = (0..head.len())
        .map(|c| {
            let cells = || rows.iter().map(|r| r[c].as_str());
            let wide = cells().map(width).chain([width(head[c])]).max().unwrap_or(0);
            let number = |s: &str| s == "-" || (!s.is_empty() && s.bytes().all(|b| b.is_ascii_digit()));
            (wide, !rows.is_empty() && cells().all(number))
        })
        .collect();
    let line = |cells: Vec<&str>| {
        let mut out = String::new();
        for (i, (cell, &(wide, right))) in cells.iter().zip(&columns).enumerate() {
            if i > 0 {
                out.push_str("  ");
            }
            let pad = " ".repeat(wide - width(cell));
            if right {
                out.push_str(&pad);
            }
            out.push_str(cell);
            if !right {
                out.push_str(&pad);
            }
        }
        out.truncate(out.trim_end().len());
        out
    };
    std::iter::once(line(head.to_vec())).chain(rows.iter().map(|r| line(r.iter().map(String::as_str).collect()))).collect()
}

/// Bytes as JSON: text where they are text, else an object that says so.
pub fn bytes_json(bytes: Option<&[u8]>) -> Value {
    match bytes {
        None => Value::Null,
        Some(b) => match std::str::from_utf8(b) {
            Ok(s) => Value::String(s.to_owned()),
            Err(_) => json!({ "base64": base64(b) }),
        },
    }
}

/// Standard base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for c in bytes.chunks(3) {
        let n = u32::from(c[0]) << 16 | u32::from(*c.get(1).unwrap_or(&0)) << 8 | u32::from(*c.get(2).unwrap_or(&0));
        for i in 0..4 {
            out.push(if i <= c.len() { ALPHABET[(n >> (18 - 6 * i) & 63) as usize] as char } else { '=' });
        }
    }
    out
}

/// A count with thin groups: 1234567 is 1,234,567.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A bar over `total` records (a spinner where it is not known), on stderr when that is a terminal; else nothing.
pub fn progress(what: &'static str, total: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(8));
    let template = if total.is_some() { "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}" } else { "{spinner} {msg} {human_pos} {per_sec}" };
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_align() {
        let rows = vec![vec!["a".into(), "10".into()], vec!["long name".into(), "9".into()]];
        assert_eq!(table(&["TOPIC", "N"], &rows), ["TOPIC       N", "a          10", "long name   9"]);
        assert_eq!(table(&["A", "B"], &[]), ["A  B"]);
    }

    #[test]
    fn bytes_are_text_or_base64() {
        assert_eq!(bytes_json(None), Value::Null);
        assert_eq!(bytes_json(Some("grün".as_bytes())), json!("grün"));
        for (raw, text) in [(&b"\xff"[..], "/w=="), (b"\xff\xfe", "//4="), (b"\xff\xfe\xfd", "//79"), (b"\xff\x00\x00\x00", "/wAAAA==")] {
            assert_eq!(bytes_json(Some(raw)), json!({ "base64": text }));
        }
    }

    #[test]
    fn counts_are_grouped() {
        for (n, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(n), text);
        }
    }
}
