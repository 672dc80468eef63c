//! Comparisons. Null beside anything is null, but for is_null, is_not_null and is_distinct. Floats compare as SQL has it: zero equals
//! minus zero, NaN equals NaN and is the largest.

use super::{Args, Function, MANY, Outcome, row};
use crate::chunk::kernel as arrow_error;
use crate::expr::eval::{Kernel, Numbers, Texts, Value, apply, nulls, strict};
use crate::types::Type;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_buffer::BooleanBuffer;
use hashbrown::HashSet;
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("=", &["==", "eq"], (2, 2), "a = b: equal", |a| binary(a, Op::Eq)),
    row("!=", &["<>", "ne"], (2, 2), "a != b: not equal", |a| binary(a, Op::Ne)),
    row("<", &["lt"], (2, 2), "a < b", |a| binary(a, Op::Lt)),
    row("<=", &["le"], (2, 2), "a <= b", |a| binary(a, Op::Le)),
    row(">", &["gt"], (2, 2), "a > b", |a| binary(a, Op::Gt)),
    row(">=", &["ge"], (2, 2), "a >= b", |a| binary(a, Op::Ge)),
    row("is_distinct", &["is_distinct_from"], (2, 2), "a IS DISTINCT FROM b: not equal, where null equals null and nothing else", distinct),
    row("is_null", &["isnull"], (1, 1), "a IS NULL", |_| Ok(null_test(true))),
    row("is_not_null", &["notnull"], (1, 1), "a IS NOT NULL", |_| Ok(null_test(false))),
    row("in", &["is_in"], (1, MANY), "a IN (b, ...): equal to one of them; null where none is and one of them is null", is_in),
    row("between", &[], (3, 3), "a BETWEEN low AND high: both ends belong to it", between),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

fn comparable(args: &mut Args<'_>, of: &[usize]) -> Result<Type> {
    let ty = args.common(of)?;
    if let Type::List(_) = ty {
        return Err(args.error(format!("lists like {} cannot be compared", args.describe(of[0]))));
    }
    Ok(ty)
}

fn binary(args: &mut Args<'_>, op: Op) -> Result<Outcome> {
    let ty = comparable(args, &[0, 1])?;
    Ok(Outcome::Kernel(Type::Bool, kernel(op, &ty)))
}

/// Compares two values of one type.
pub(crate) fn kernel(op: Op, ty: &Type) -> Kernel {
    if *ty == Type::Float {
        // Arrow's kernels have IEEE's total order, in which minus zero is below zero.
        return match op {
            Op::Eq => floats(same),
            Op::Ne => floats(|a, b| !same(a, b)),
            Op::Lt => floats(less),
            Op::Le => floats(|a, b| !less(b, a)),
            Op::Gt => floats(|a, b| less(b, a)),
            Op::Ge => floats(|a, b| !less(a, b)),
        };
    }
    let f = match op {
        Op::Eq => arrow_ord::cmp::eq,
        Op::Ne => arrow_ord::cmp::neq,
        Op::Lt => arrow_ord::cmp::lt,
        Op::Le => arrow_ord::cmp::lt_eq,
        Op::Gt => arrow_ord::cmp::gt,
        Op::Ge => arrow_ord::cmp::gt_eq,
    };
    Arc::new(move |args, _| Ok(Arc::new(f(&args[0], &args[1]).map_err(arrow_error)?)))
}
// SQL's = is exact.
#[allow(clippy::float_cmp)]
fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}
fn less(a: f64, b: f64) -> bool {
    a < b || (b.is_nan() && !a.is_nan())
}
fn floats(f: impl Fn(f64, f64) -> bool + Send + Sync + 'static) -> Kernel {
    strict(Type::Bool, move |args, rows, nulls| {
        let (a, b) = (Numbers::of::<Float64Type>(&args[0]), Numbers::of::<Float64Type>(&args[1]));
        let bits = match (a.scalar(), b.scalar()) {
            (false, true) => {
                let y = b.get(0);
                BooleanBuffer::collect_bool(rows, |i| f(a.values[i], y))
            }
            (false, false) => BooleanBuffer::collect_bool(rows, |i| f(a.values[i], b.values[i])),
            _ => BooleanBuffer::collect_bool(rows, |i| f(a.get(i), b.get(i))),
        };
        Ok(Arc::new(BooleanArray::new(bits, nulls)))
    })
}

fn distinct(args: &mut Args<'_>) -> Result<Outcome> {
    let ty = comparable(args, &[0, 1])?;
    if ty != Type::Float {
        let f = arrow_ord::cmp::distinct;
        return Ok(Outcome::Kernel(Type::Bool, Arc::new(move |args, _| Ok(Arc::new(f(&args[0], &args[1]).map_err(arrow_error)?)))));
    }
    let differ = kernel(Op::Ne, &ty);
    Ok(Outcome::Kernel(
        Type::Bool,
        Arc::new(move |args, rows| {
            let ne = differ(args, rows)?;
            let ne = ne.as_boolean();
            let null = |v: &Value, i: usize| v.array().is_null(if v.is_scalar() { 0 } else { i });
            let one = |i: usize| if ne.is_null(i) { null(&args[0], i) != null(&args[1], i) } else { ne.value(i) };
            Ok(Arc::new(BooleanArray::new(BooleanBuffer::collect_bool(rows, one), None)))
        }),
    ))
}

fn null_test(wanted: bool) -> Outcome {
    let f = if wanted { arrow_arith::boolean::is_null } else { arrow_arith::boolean::is_not_null };
    Outcome::Kernel(Type::Bool, Arc::new(move |args, _| Ok(Arc::new(f(args[0].array()).map_err(arrow_error)?))))
}

/// How many constants are compared one by one; more of them are looked up.
const FEW: usize = 4;

fn is_in(args: &mut Args<'_>) -> Result<Outcome> {
    if args.len() == 1 {
        return Ok(Outcome::Kernel(Type::Bool, Arc::new(|_, rows| Ok(Arc::new(BooleanArray::new(BooleanBuffer::new_unset(rows), None))))));
    }
    let all: Vec<usize> = (0..args.len()).collect();
    let ty = comparable(args, &all)?;
    let constants: Option<Vec<ArrayRef>> = args.list[1..].iter().map(|a| a.constant().cloned()).collect();
    if let Some(list) = constants.filter(|l| l.len() > FEW && matches!(ty, Type::Int | Type::Timestamp | Type::String)) {
        let has_null = list.iter().any(|a| a.is_null(0));
        let list: Vec<Value> = list.into_iter().filter(|a| a.is_valid(0)).map(Value::Scalar).collect();
        args.list.truncate(1);
        return Ok(Outcome::Kernel(Type::Bool, lookup(&list, &ty, has_null)));
    }
    let eq = kernel(Op::Eq, &ty);
    Ok(Outcome::Kernel(
        Type::Bool,
        Arc::new(move |args, rows| {
            let mut found: Option<BooleanArray> = None;
            for b in &args[1..] {
                let same = apply(&eq, vec![args[0].clone(), b.clone()], rows)?.into_array(rows)?;
                found = Some(match found {
                    None => same.as_boolean().clone(),
                    Some(f) => arrow_arith::boolean::or_kleene(&f, same.as_boolean()).map_err(arrow_error)?,
                });
            }
            Ok(Arc::new(found.expect("there is a value to compare with")))
        }),
    ))
}

fn lookup(list: &[Value], ty: &Type, has_null: bool) -> Kernel {
    let finish = move |bits: BooleanBuffer, args: &[Value]| -> Result<ArrayRef> {
        let found = nulls(args);
        // What is not found among values of which one is unknown is itself unknown.
        let known = if has_null { arrow_buffer::NullBuffer::union(found.as_ref(), Some(&bits.clone().into())) } else { found };
        Ok(Arc::new(BooleanArray::new(bits, known)))
    };
    if *ty == Type::String {
        let set: HashSet<String, foldhash::fast::RandomState> = list.iter().map(|v| Texts::of(v).at(0).to_owned()).collect();
        return Arc::new(move |args, rows| {
            let a = Texts::of(&args[0]);
            finish(BooleanBuffer::collect_bool(rows, |i| set.contains(a.at(i))), args)
        });
    }
    let set: HashSet<i64, foldhash::fast::RandomState> = list.iter().map(|v| Numbers::ints(v).get(0)).collect();
    Arc::new(move |args, rows| {
        let a = Numbers::ints(&args[0]);
        finish(BooleanBuffer::collect_bool(rows, |i| set.contains(&a.get(i))), args)
    })
}

fn between(args: &mut Args<'_>) -> Result<Outcome> {
    let ty = comparable(args, &[0, 1, 2])?;
    let (ge, le) = (kernel(Op::Ge, &ty), kernel(Op::Le, &ty));
    Ok(Outcome::Kernel(
        Type::Bool,
        Arc::new(move |args, rows| {
            let low = apply(&ge, vec![args[0].clone(), args[1].clone()], rows)?.into_array(rows)?;
            let high = apply(&le, vec![args[0].clone(), args[2].clone()], rows)?.into_array(rows)?;
            Ok(Arc::new(arrow_arith::boolean::and_kleene(low.as_boolean(), high.as_boolean()).map_err(arrow_error)?))
        }),
    ))
}
