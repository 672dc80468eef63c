//! Rows on a terminal, as a table that grows, or as lines of JSON.

use crate::fail::{Done, Failure, Result};
use crate::output::Out;
use serde_json::{Map, Value};
use wellhead::streams::expr::format_millis;
use wellhead::streams::{Chunk, Format, Op, Schema, Type};

/// Rows as JSON objects, in the order of the columns. A row that says that its key is gone has its key and `_deleted`.
pub fn objects(chunk: &Chunk) -> Result<Vec<Map<String, Value>>> {
    let (mut bytes, mut ends) = (Vec::new(), Vec::new());
    Format::Json.encoder(chunk.schema.fields())?.encode(&chunk.columns, &mut bytes, &mut ends)?;
    let mut rows = Vec::new();
    let mut from = 0;
    for (i, end) in ends.into_iter().enumerate() {
        let read: Map<String, Value> = serde_json::from_slice(&bytes[from..end]).map_err(|e| Failure::new(format!("A row cannot be shown: {e}")))?;
        from = end;
        // The map may have an order of its own.
        let gone = chunk.op(i) == Op::Delete;
        let shown = if gone { chunk.schema.key_fields() } else { chunk.schema.fields() };
        let mut row: Map<String, Value> = shown.iter().map(|f| (f.name.clone(), read.get(&f.name).cloned().unwrap_or(Value::Null))).collect();
        if gone {
            row.insert("_deleted".to_owned(), Value::Bool(true));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn cell(v: &Value, ty: &Type) -> String {
    match (v, ty) {
        (Value::Null, _) => String::new(),
        (Value::Number(n), Type::Timestamp) => n.as_i64().and_then(format_millis).unwrap_or_else(|| n.to_string()),
        (Value::String(s), _) => s.replace(['\n', '\r', '\t'], " "),
        (v, _) => v.to_string(),
    }
}

/// An object with its members in this order; serde's map has the alphabet's.
fn object<'a>(members: impl Iterator<Item = (&'a str, &'a Value)>) -> String {
    let mut line = String::from("{");
    for (name, value) in members {
        if line.len() > 1 {
            line.push(',');
        }
        line.push_str(&Value::from(name).to_string());
        line.push(':');
        line.push_str(&value.to_string());
    }
    line.push('}');
    line
}

/// Prints the rows of one query.
pub struct Rows {
    out: Out,
    names: Vec<String>,
    types: Vec<Type>,
    key: usize,
    /// Of the columns so far; none before the head was printed.
    widths: Vec<usize>,
    pub printed: u64,
}
impl Rows {
    pub fn new(schema: &Schema, json: bool) -> Rows {
        let fields = schema.fields();
        Rows {
            out: Out::stdout(json),
            names: fields.iter().map(|f| f.name.clone()).collect(),
            types: fields.iter().map(|f| f.ty.clone()).collect(),
            key: schema.key_len(),
            widths: Vec::new(),
            printed: 0,
        }
    }
    fn cells(&self, row: &Map<String, Value>) -> Vec<String> {
        let gone = row.contains_key("_deleted");
        let one = |(i, (name, ty)): (usize, (&String, &Type))| {
            let text = row.get(name).map(|v| cell(v, ty)).unwrap_or_default();
            if gone && i == self.key { "(deleted)".to_owned() } else { text }
        };
        self.names.iter().zip(&self.types).enumerate().map(one).collect()
    }
    fn lines_of_json(&mut self, rows: &[Map<String, Value>]) -> Done {
        for row in rows {
            let names = self.names.iter().map(String::as_str).chain(std::iter::once("_deleted"));
            self.out.line(&object(names.filter_map(|n| row.get(n).map(|v| (n, v)))))?;
        }
        Ok(())
    }
    /// A whole answer.
    pub fn all(mut self, chunk: &Chunk) -> Done {
        let rows = objects(chunk)?;
        if self.out.json {
            self.lines_of_json(&rows)?;
        } else {
            let cells: Vec<Vec<String>> = rows.iter().map(|r| self.cells(r)).collect();
            let head: Vec<&str> = self.names.iter().map(String::as_str).collect();
            self.out.table(&head, &cells)?;
            self.out.line(&format!("({} row{})", cells.len(), if cells.len() == 1 { "" } else { "s" }))?;
        }
        self.out.flush()
    }
    /// Rows that came; at most `limit` of all.
    pub fn more(&mut self, chunk: &Chunk, limit: u64) -> Done {
        let mut rows = objects(chunk)?;
        rows.truncate(usize::try_from(limit.saturating_sub(self.printed)).unwrap_or(usize::MAX));
        self.printed += rows.len() as u64;
        if self.out.json {
            self.lines_of_json(&rows)?;
            return self.out.flush();
        }
        let cells: Vec<Vec<String>> = rows.iter().map(|r| self.cells(r)).collect();
        let width = |s: &str| s.chars().count();
        if self.widths.is_empty() && !cells.is_empty() {
            let least = |t: &Type| match t {
                Type::Timestamp => 24,
                Type::Int | Type::Float => 8,
                _ => 4,
            };
            self.widths = self.names.iter().zip(&self.types).map(|(n, t)| width(n).max(least(t))).collect();
            for (w, i) in self.widths.iter_mut().zip(0..) {
                *w = cells.iter().map(|c| width(&c[i])).chain([*w]).max().unwrap_or(*w);
            }
            let head = self.line(&self.names.clone());
            self.out.line(&head)?;
        }
        for row in &cells {
            for (w, c) in self.widths.iter_mut().zip(row) {
                *w = (*w).max(width(c));
            }
            let line = self.line(row);
            self.out.line(&line)?;
        }
        self.out.flush()
    }
    fn line(&self, cells: &[String]) -> String {
        let mut line = String::new();
        for ((c, w), t) in cells.iter().zip(&self.widths).zip(&self.types) {
            let pad = " ".repeat(w.saturating_sub(c.chars().count()));
            if !line.is_empty() {
                line.push_str("  ");
            }
            if matches!(t, Type::Int | Type::Float) {
                line.push_str(&pad);
                line.push_str(c);
            } else {
                line.push_str(c);
                line.push_str(&pad);
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// What SHOW and DESCRIBE list.
pub fn list(json: bool, head: &[&str], rows: &[Vec<String>]) -> Done {
    let mut out = Out::stdout(json);
    if json {
        for row in rows {
            let cells: Vec<(String, Value)> =
                head.iter().zip(row).map(|(h, c)| (h.to_lowercase(), c.parse::<u64>().map_or_else(|_| c.as_str().into(), Value::from))).collect();
            out.line(&object(cells.iter().map(|(h, v)| (h.as_str(), v))))?;
        }
    } else {
        out.table(head, rows)?;
    }
    out.flush()
}
