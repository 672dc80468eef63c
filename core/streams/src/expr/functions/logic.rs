//! and, or, not with three values: null is unknown, so `null AND false` is false and `null OR true` is true.

use super::{Args, Function, MANY, Outcome, row};
use crate::chunk::kernel as arrow_error;
use crate::types::Type;
use arrow_arith::boolean::{and_kleene, not, or_kleene};
use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray};
use arrow_schema::ArrowError;
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("and", &[], (1, MANY), "a AND b ...: true where all are; false where one is false, whatever the others", |a| fold(a, false)),
    row("or", &[], (1, MANY), "a OR b ...: true where one is, whatever the others; false where all are false", |a| fold(a, true)),
    row("not", &[], (1, 1), "NOT a", |a| {
        a.want(0, &Type::Bool)?;
        Ok(Outcome::Kernel(Type::Bool, Arc::new(|args, _| Ok(Arc::new(not(args[0].array().as_boolean()).map_err(arrow_error)?)))))
    }),
];

/// `decides` is the value of one argument that settles the result.
fn fold(args: &mut Args<'_>, decides: bool) -> Result<Outcome> {
    for i in 0..args.len() {
        args.want(i, &Type::Bool)?;
    }
    // Constants either settle it or say nothing.
    let value = |a: &BooleanArray| a.is_valid(0).then(|| a.value(0));
    let known = |a: &super::super::bind::Typed| a.constant().and_then(|c| value(c.as_boolean()));
    if let Some(i) = args.list.iter().position(|a| known(a) == Some(decides)) {
        return Ok(Outcome::Done(args.list.swap_remove(i)));
    }
    if args.list.iter().any(|a| known(a).is_none()) {
        args.list.retain(|a| known(a).is_none());
    }
    if args.len() == 1 {
        return Ok(Outcome::Done(args.list.swap_remove(0)));
    }
    let f: fn(&BooleanArray, &BooleanArray) -> Result<BooleanArray, ArrowError> = if decides { or_kleene } else { and_kleene };
    Ok(Outcome::Kernel(
        Type::Bool,
        Arc::new(move |args, rows| {
            let first = args[0].clone().into_array(rows)?;
            let mut result = first.as_boolean().clone();
            for a in &args[1..] {
                let next = a.clone().into_array(rows)?;
                result = f(&result, next.as_boolean()).map_err(arrow_error)?;
            }
            Ok(Arc::new(result))
        }),
    ))
}
