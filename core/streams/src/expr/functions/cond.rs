//! Functions that choose among their arguments.

use super::compare::{self, Op};
use super::{Args, Function, MANY, Outcome, row};
use crate::chunk::kernel as arrow_error;
use crate::expr::bind::Typed;
use crate::expr::eval::{Node, Value, apply};
use crate::types::Type;
use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray};
use arrow_buffer::BooleanBuffer;
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("coalesce", &["ifnull", "nvl"], (1, MANY), "coalesce(a, b, ...): the first that is not null", coalesce),
    row("nullif", &[], (2, 2), "nullif(a, b): null where a = b, else a", nullif),
    row("if", &["iif"], (3, 3), "if(condition, a, b): a where the condition is true, else b", |args| {
        args.want(0, &Type::Bool)?;
        let condition = args.list.remove(0);
        args.source = &args.source[1..];
        Ok(Outcome::Choice(vec![condition]))
    }),
    row("greatest", &[], (1, MANY), "greatest(a, b, ...): the largest; nulls are passed over", |a| extreme(a, Op::Gt)),
    row("least", &[], (1, MANY), "least(a, b, ...): the smallest; nulls are passed over", |a| extreme(a, Op::Lt)),
];

fn coalesce(args: &mut Args<'_>) -> Result<Outcome> {
    let all: Vec<usize> = (0..args.len()).collect();
    let ty = args.common(&all)?;
    // What comes after a constant is never reached, and nulls never count.
    args.list.retain(|a| !a.constant().is_some_and(|c| c.is_null(0)));
    if let Some(i) = args.list.iter().position(|a| a.constant().is_some()) {
        args.list.truncate(i + 1);
    }
    match args.len() {
        0 => return Ok(Outcome::Done(Typed { node: Node::Const(arrow_array::new_null_array(&ty.arrow(), 1)), ty: Some(ty) })),
        1 => return Ok(Outcome::Done(args.list.swap_remove(0))),
        _ => {}
    }
    Ok(Outcome::Kernel(
        ty,
        Arc::new(|args, rows| {
            let mut result = args[0].clone();
            for next in &args[1..] {
                if !result.is_scalar() && result.array().null_count() == 0 {
                    break;
                }
                let mask = arrow_arith::boolean::is_not_null(&result.clone().into_array(rows)?).map_err(arrow_error)?;
                result = Value::Array(arrow_select::zip::zip(&mask, &result, next).map_err(arrow_error)?);
            }
            result.into_array(rows)
        }),
    ))
}

fn nullif(args: &mut Args<'_>) -> Result<Outcome> {
    let kept = args.list[0].clone();
    let ty = args.common(&[0, 1])?;
    let result = kept.ty.clone().unwrap_or_else(|| ty.clone());
    // a keeps its own type; only the comparison sees the common one.
    if kept.ty.is_some() {
        args.list.push(kept);
    } else {
        args.list.push(args.list[0].clone());
    }
    if let Type::List(_) = ty {
        return Err(args.error("lists cannot be compared"));
    }
    let eq = compare::kernel(Op::Eq, &ty);
    Ok(Outcome::Kernel(
        result,
        Arc::new(move |args, rows| {
            let same = apply(&eq, vec![args[0].clone(), args[1].clone()], rows)?.into_array(rows)?;
            arrow_select::nullif::nullif(&args[2].clone().into_array(rows)?, same.as_boolean()).map_err(arrow_error)
        }),
    ))
}

fn extreme(args: &mut Args<'_>, op: Op) -> Result<Outcome> {
    let all: Vec<usize> = (0..args.len()).collect();
    let ty = args.common(&all)?;
    if let Type::List(_) = ty {
        return Err(args.error("lists cannot be compared"));
    }
    let better = compare::kernel(op, &ty);
    Ok(Outcome::Kernel(
        ty,
        Arc::new(move |args, rows| {
            let mut best = args[0].clone().into_array(rows)?;
            for next in &args[1..] {
                let next = next.clone().into_array(rows)?;
                let wins = better(&[Value::Array(next.clone()), Value::Array(best.clone())], rows)?;
                let wins = wins.as_boolean();
                let take = |i: usize| if wins.is_null(i) { best.is_null(i) } else { wins.value(i) };
                let mask = BooleanArray::new(BooleanBuffer::collect_bool(rows, take), None);
                best = arrow_select::zip::zip(&mask, &next, &best).map_err(arrow_error)?;
            }
            Ok(best)
        }),
    ))
}
