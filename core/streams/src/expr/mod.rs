//! Expressions over the columns of a chunk. This file owns what they are; `build` makes them in Rust, `display` writes their one text,
//! `text` reads them from SQL, `bind` resolves them against a schema and `eval` computes them. `functions` is the table of what can be
//! called.

mod bind;
mod build;
mod cast;
mod civil;
mod display;
mod eval;
pub mod functions;
pub(crate) mod json;
#[cfg(test)]
mod tests;
pub(crate) mod text;

pub use bind::Bound;
pub use build::{CaseBuilder, call, case, col, lit};
pub use civil::{format_millis, parse_duration, parse_millis};
pub(crate) use display::ident;
pub use eval::Value;

use crate::types::{Schema, Type};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use wellhead_base::Result;

/// A constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    /// In JSON: an array of numbers.
    Bytes(Vec<u8>),
    /// Milliseconds since the Unix epoch.
    Timestamp(i64),
}

/// An expression. As JSON: `{"col":"price"}`, `{"lit":{"int":100}}`, `{"call":{"name":">","args":[...]}}`,
/// `{"case":{"when":[[cond,then],...],"otherwise":...}}`, `{"cast":{"expr":...,"to":"int"}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A column, or one of `_timestamp`, `_topic`, `_partition`, `_offset`.
    Col(String),
    Lit(Scalar),
    /// A function or an operator of the table in `functions`.
    Call {
        name: String,
        args: Vec<Expr>,
    },
    Case {
        when: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Cast {
        expr: Box<Expr>,
        to: Type,
    },
}

/// The columns that every chunk has beside those of its schema; a column of the schema with that name hides it.
pub const PSEUDO: [(&str, Type); 4] = [("_timestamp", Type::Timestamp), ("_topic", Type::String), ("_partition", Type::Int), ("_offset", Type::Int)];

/// How deep an expression may be nested: every walk over one is recursive, and its text comes from users.
pub const DEPTH_MAX: usize = 64;

impl Expr {
    /// The columns it reads, pseudo columns among them.
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.walk(&mut |e| {
            if let Expr::Col(name) = e {
                found.insert(name.as_str());
            }
        });
        found
    }
    /// Every part of it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }
    fn parts(&self) -> Vec<&Expr> {
        match self {
            Expr::Col(_) | Expr::Lit(_) => Vec::new(),
            Expr::Call { args, .. } => args.iter().collect(),
            Expr::Case { when, otherwise } => when.iter().flat_map(|(c, t)| [c, t]).chain(otherwise.as_deref()).collect(),
            Expr::Cast { expr, .. } => vec![expr],
        }
    }
    /// The type of its result over columns of `schema`, or what is wrong with it.
    pub fn ty(&self, schema: &Schema) -> Result<Type> {
        Ok(Bound::new(self, schema)?.ty().clone())
    }
}
