//! Expressions over the columns of a chunk: what they are. `eval` computes them, `text` reads them from SQL.

mod stub;
pub use stub::Bound;

use crate::types::Type;
use serde::{Deserialize, Serialize};

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
