//! Streaming SQL: statements as data. `parse` reads them from text. Owns what the statements mean as words, not what they do: turning
//! them into a plan is another step, which knows what streams and tables there are.
//!
//! A column with its stream's name before it, `b.price`, is the column `b.price` in an expression here; of two streams that are joined it
//! has to be written so where both have it.

mod display;
mod lower;
mod parse;
#[cfg(test)]
mod parse_tests;
mod session;
#[cfg(test)]
mod session_tests;

pub use parse::{parse, parse_one};
pub use session::{Answer, Session};

use crate::expr::{Expr, Scalar};
use crate::plan::{Emit, How, Window};
use crate::types::Type;

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
    Select(Query),
    Show(Kind),
    Describe(String),
    Drop {
        kind: Kind,
        name: String,
        if_exists: bool,
    },
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
