//! Stream processing over any Kafka-protocol log: a plan of operators, run by tasks over columns.
//!
//! `types`, `chunk`: columns. `expr`: expressions. `format`: bytes of records to columns and back. `plan`: what is to be done, checked
//! and named. `ops`, `agg`, `state`: how. `engine`: tasks, time and the commit barrier, pure. `driver`: the engine without a broker, for
//! tests. Everything here takes time and input as arguments; `run` alone talks to a broker and looks at a clock.

pub mod agg;
pub mod build;
mod calendar;
pub mod chunk;
pub mod driver;
pub mod engine;
pub mod expr;
pub mod format;
pub mod keys;
pub mod limits;
pub mod ops;
pub mod plan;
pub mod run;
pub mod sql;
pub mod state;
pub mod types;

/// The columns' own types, for those who look at results without a dependency on Arrow of theirs.
pub mod array {
    pub use arrow_array::cast::AsArray;
    pub use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
    pub use arrow_array::{Array, ArrayRef, RecordBatch};
}

pub use chunk::{Chunk, Op};
pub use driver::TestDriver;
pub use engine::Engine;
pub use expr::{Expr, Scalar};
pub use format::Format;
pub use keys::Keys;
pub use plan::Plan;
pub use types::{Field, Schema, Type};
pub use wellhead_base::{Code, Error, Result};

#[cfg(test)]
mod tests;
