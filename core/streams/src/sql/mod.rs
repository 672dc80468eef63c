//! Streaming SQL: statements as data. `parse` reads them from text. Owns what the statements mean as words, not what they do: turning
//! them into a plan is another step, which knows what streams and tables there are.
//!
//! A column with its stream's name before it, `b.price`, is the column `b.price` in an expression here; of two streams that are joined it
//! has to be written so where both have it.

mod catalog;
mod display;
mod lower;
mod options;
mod parse;
#[cfg(test)]
mod parse_tests;
mod session;
#[cfg(test)]
mod session_tests;
mod values;

pub use catalog::{Catalog, Entry};
pub use parse::{parse, parse_one, parse_placed};
pub(crate) use session::run;
pub use session::{Answer, Session, run_json};
pub use values::{Written, rows_of};

use crate::expr::{Expr, Scalar};
use crate::plan::{Emit, How, Window};
use crate::types::Type;
use wellhead_base::Error;

#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `CREATE STREAM name (column type [KEY], ...) WITH (...)`: what a topic holds.
    Create {
        kind: Kind,
        name: String,
        if_not_exists: bool,
        columns: Vec<Column>,
        with: Options,
    },
    /// `CREATE TABLE name [WITH (...)] AS SELECT ...`: a topic that a query fills.
    CreateAs {
        kind: Kind,
        name: String,
        if_not_exists: bool,
        with: Options,
        query: Query,
    },
    /// `INSERT INTO name SELECT ...`: more rows for a stream that is there.
    Insert {
        into: String,
        query: Query,
    },
    /// `INSERT INTO name (columns) VALUES (...), (...)`: rows written by hand. Without columns the values are in the order of all of them.
    Values {
        into: String,
        columns: Option<Vec<String>>,
        rows: Vec<Vec<Expr>>,
    },
    /// Without EMIT a query is answered once; with it the rows come for as long as somebody reads.
    Select(Query),
    /// What would run.
    Explain(Query),
    Show(Show),
    Describe(String),
    /// Ends a query that runs.
    Terminate(String),
    Drop {
        kind: Kind,
        name: String,
        if_exists: bool,
        delete_topic: bool,
    },
}

/// What SHOW lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Streams,
    Tables,
    Topics,
    Queries,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Stream,
    Table,
    /// A table that every process has whole.
    GlobalTable,
}

/// `WITH (name = value, ...)`, names in lower case, in the order of the text.
pub type Options = Vec<(String, Scalar)>;

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub ty: Type,
    /// It is part of the record's key.
    pub key: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub items: Vec<Item>,
    pub from: From,
    pub joins: Vec<Join>,
    pub filter: Option<Expr>,
    pub group_by: Vec<Expr>,
    pub window: Option<Windowed>,
    pub having: Option<Expr>,
    pub emit: Option<Emit>,
    /// The reader wants so many rows.
    pub limit: Option<u64>,
    pub places: Places,
}

/// Where something stands in a text; lines and columns count from 1, and 0 is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub line: u64,
    pub column: u64,
}
impl Place {
    /// The error with the place behind it, unless it names one already.
    pub fn of(self, e: &Error) -> Error {
        let what = bare(e.message());
        if self.line == 0 || what.contains("(line ") {
            return Error::new(e.code, what);
        }
        Error::new(e.code, format!("{what} (line {}, column {})", self.line, self.column))
    }
}
/// A message of the plan's checker without the number of the node, which means nothing to who wrote the text.
fn bare(message: &str) -> &str {
    match message.split_once(" (node ") {
        Some((_, rest)) => rest.split_once("): ").map_or(message, |(_, what)| what),
        None => message,
    }
}

/// Where the parts of a query stand, for messages. No part of what it says: any two are equal.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Of streams and of columns, as they are named in the query.
    names: Vec<(String, Place)>,
    items: Vec<Place>,
    groups: Vec<Place>,
    joins: Vec<Place>,
    filter: Place,
    having: Place,
    window: Place,
}
impl PartialEq for Places {
    fn eq(&self, _: &Places) -> bool {
        true
    }
}
impl Places {
    fn name(&self, name: &str) -> Place {
        self.names.iter().find(|(n, _)| n == name).map(|(_, at)| *at).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `*`, or `a.*`.
    All(Option<String>),
    /// Aggregates are calls of their names: `count()`, `sum(x)`.
    Expr { expr: Expr, name: Option<String> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    pub name: String,
    pub alias: Option<String>,
}
impl From {
    /// What stands before the dot in the columns of it.
    pub fn shown(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    pub how: How,
    pub with: From,
    /// How much earlier and how much later than the left row the right one may be, in milliseconds.
    pub within: Option<(i64, i64)>,
    pub grace_ms: Option<i64>,
    /// The equal columns: left and right.
    pub on: Vec<(Expr, Expr)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Windowed {
    pub window: Window,
    /// The column of `TUMBLE(column, ...)`; it must be the stream's event time.
    pub time: Option<String>,
    pub grace_ms: Option<i64>,
}
