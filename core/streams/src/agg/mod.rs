//! Aggregates: a column of accumulators, one per slot of a group table. One file per kind.
//!
//! Owns: what a function makes of its rows. Does not own: groups, windows and when results go out (`ops::aggregate`).

mod basic;
mod lists;
mod ordered;
mod sketch;
#[cfg(test)]
mod tests;

use crate::expr::Bound;
use crate::plan::Agg;
use crate::state::rows::{self, Layout, Rows};
use crate::types::{Schema, Type, nearest};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef};
use wellhead_base::{Code, Error, Result};

/// One aggregated column. Slots are given out by the group table; a slot must be `reset` before it is used for another group.
pub trait Accumulator: Send {
    /// Makes room for slots below `slots`.
    fn resize(&mut self, slots: usize);
    fn reset(&mut self, slot: u32);
    /// Row i goes into slot `slots[i]`, in order. `arg` has a row for each slot; `times` too.
    fn update(&mut self, slots: &[u32], arg: Option<&ArrayRef>, times: &[i64]) -> Result<()>;
    /// Takes rows out again that were put in. Only on accumulators made for tables.
    fn retract(&mut self, slots: &[u32], arg: Option<&ArrayRef>) -> Result<()>;
    /// All that is in `from` goes into `into` as well (sessions that become one). `from` is the later one.
    fn merge(&mut self, into: u32, from: u32) -> Result<()>;
    /// The results of these slots.
    fn output(&self, slots: &[u32]) -> Result<ArrayRef>;
    /// The slot's state as bytes, and back.
    fn write(&self, slot: u32, out: &mut Vec<u8>);
    fn read(&mut self, slot: u32, from: &mut &[u8]) -> Result<()>;
    /// About how many bytes it holds.
    fn bytes(&self) -> usize;
}

/// Every function's name.
pub const FUNCTIONS: &[&str] = &["count", "sum", "min", "max", "mean", "first", "last", "collect", "count_distinct", "quantile", "reduce"];

fn arg_type(a: &Agg, schema: &Schema) -> Result<Option<Type>> {
    a.arg.as_ref().map(|e| Ok(Bound::new(e, schema)?.ty().clone())).transpose()
}

/// The type of an aggregate's results. `table`: rows may be taken back.
pub fn result_type(a: &Agg, schema: &Schema, table: bool) -> Result<Type> {
    let arg = arg_type(a, schema)?;
    let need = |what: &str| arg.clone().ok_or_else(|| Error::invalid_arg(format!("{}() needs {what}", a.function)));
    Ok(match a.function.as_str() {
        "count" => Type::Int,
        "sum" => match need("a number")? {
            t if t.numeric() => t,
            t => return Err(Error::invalid_arg(format!("sum() adds numbers, not {t}"))),
        },
        "mean" => match need("a number")? {
            t if t.numeric() => Type::Float,
            t => return Err(Error::invalid_arg(format!("mean() is of numbers, not {t}"))),
        },
        "min" | "max" => match need("a column")? {
            t @ (Type::Int | Type::Float | Type::String | Type::Timestamp | Type::Bool | Type::Bytes) => t,
            t => return Err(Error::invalid_arg(format!("{}() cannot order {t}", a.function))),
        },
        "first" | "last" => need("a column")?,
        "collect" => match need("a column")? {
            t @ Type::List(_) => return Err(Error::invalid_arg(format!("collect() makes lists of plain values, not of {t}"))),
            t => Type::List(Box::new(t)),
        },
        "count_distinct" => {
            need("a column")?;
            Type::Int
        }
        "quantile" => {
            let t = need("a number")?;
            if !t.numeric() || !a.param.is_some_and(|p| (0.0..=1.0).contains(&p)) {
                return Err(Error::invalid_arg("quantile() needs a number and a parameter from 0 to 1, as quantile(delay, 0.99)"));
            }
            if table {
                return Err(Error::invalid_arg("quantile() cannot take rows back, and a table's rows change"));
            }
            Type::Float
        }
        "reduce" => {
            let t = need("a column")?;
            let Some(r) = &a.reduce else { return Err(Error::invalid_arg("reduce() needs an expression over acc and value")) };
            let got = Bound::new(r, &*reduce_schema(&t)?)?.ty().clone();
            if got != t {
                return Err(Error::invalid_arg(format!("reduce() of {t} must give {t} again, and \"{r}\" gives {got}")));
            }
            if table {
                return Err(Error::invalid_arg("reduce() cannot take rows back, and a table's rows change"));
            }
            t
        }
        other => {
            let near = nearest(other, FUNCTIONS).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            return Err(Error::invalid_arg(format!("\"{other}\" is no aggregate: {}{near}", FUNCTIONS.join(", "))));
        }
    })
}

/// What a reduce expression sees.
pub(crate) fn reduce_schema(t: &Type) -> Result<std::sync::Arc<Schema>> {
    use crate::types::Field;
    Schema::new(vec![Field::new("acc", t.clone()), Field::new("value", t.clone())], 0)
}

/// An accumulator for a checked aggregate.
pub fn accumulator(a: &Agg, schema: &Schema, table: bool) -> Result<Box<dyn Accumulator>> {
    let arg = arg_type(a, schema)?;
    let out = result_type(a, schema, table)?;
    Ok(match (a.function.as_str(), arg) {
        ("count", arg) => Box::new(basic::Count::new(arg.is_some())),
        ("sum", Some(Type::Int)) => Box::new(basic::SumInt::default()),
        ("sum", _) => Box::new(basic::SumFloat::default()),
        ("mean", Some(t)) => Box::new(basic::Mean::new(t == Type::Int)),
        ("min" | "max", Some(t)) if table => Box::new(ordered::ExtremeOfTable::new(t, a.function == "max")),
        ("min" | "max", Some(t)) => basic::extreme(&t, a.function == "max"),
        ("first" | "last", Some(t)) if table => Box::new(ordered::ByTimeOfTable::new(t, a.function == "last")),
        ("first" | "last", Some(t)) => Box::new(ordered::ByTime::new(t, a.function == "last")),
        ("collect", Some(t)) => Box::new(lists::Collect::new(t)),
        ("count_distinct", Some(t)) if table => Box::new(sketch::CountDistinctOfTable::new(t)),
        ("count_distinct", Some(t)) => Box::new(sketch::CountDistinct::new(t)),
        ("quantile", Some(t)) => Box::new(sketch::Quantile::new(a.param.unwrap_or(0.5), t == Type::Int)),
        ("reduce", Some(t)) => {
            let schema = reduce_schema(&t)?;
            let reduce = a.reduce.as_ref().ok_or_else(|| Error::invalid_arg("reduce() needs an expression over acc and value"))?;
            let reduce = Bound::new(reduce, &schema)?;
            Box::new(lists::Reduce::new(t, schema, reduce))
        }
        _ => return Err(Error::new(Code::NOT_IMPLEMENTED, format!("{} giving {out}", a.function))),
    })
}

/// A column's values as bytes, equal where the values are: there is one zero and one value that is not a number.
fn encoded(ty: &[Type; 1], arg: Option<&ArrayRef>, layout: Layout) -> Rows {
    let arg = arg.expect("the function has an argument");
    let mut out = Rows::default();
    let column = match ty[0] {
        Type::Float => {
            let one = |x: f64| if x.is_nan() { f64::NAN } else { x + 0.0 };
            std::sync::Arc::new(arg.as_primitive::<Float64Type>().unary::<_, Float64Type>(one)) as ArrayRef
        }
        _ => arg.clone(),
    };
    rows::encode(ty, &[column], arg.len(), layout, &mut out);
    out
}

fn no_retract() -> Error {
    Error::new(Code::FAIL, "an aggregate that cannot take rows back was asked to")
}
