//! What looks into JSON and lists. Paths are `$.a.b[0]`; places begin at 0 there, and negative ones count from the end.

use super::compare::{self, Op};
use super::{Args, Function, Outcome, row};
use crate::chunk::kernel as arrow_error;
use crate::expr::eval::{Kernel, Numbers, Texts, Value, strict};
use crate::expr::json::{self, Step};
use crate::types::Type;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray, ListArray, UInt32Array};
use arrow_buffer::BooleanBuffer;
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("json_get", &["json_extract"], (2, 2), "json_get(json, path): the JSON that is there", |a| at_path(a, false)),
    row(
        "json_value",
        &["json_extract_string", "json_scalar"],
        (2, 2),
        "json_value(json, path): the text that is there, a string without its quotes",
        |a| at_path(a, true),
    ),
    row("json_valid", &[], (1, 1), "json_valid(text): whether it is JSON", |a| {
        text_or_json(a)?;
        let valid = |s: &str| serde_json::from_str::<serde::de::IgnoredAny>(s).is_ok();
        Ok(Outcome::Kernel(
            Type::Bool,
            strict(Type::Bool, move |args, rows, nulls| {
                let s = Texts::of(&args[0]);
                let bits = BooleanBuffer::collect_bool(rows, |i| s.get(i).is_some_and(valid));
                Ok(Arc::new(BooleanArray::new(bits, nulls)))
            }),
        ))
    }),
    row("json_length", &["json_array_length"], (1, 1), "json_length(json): how many items an array has; null for what is none", |a| {
        text_or_json(a)?;
        Ok(Outcome::Kernel(
            Type::Int,
            strict(Type::Int, |args, rows, _| {
                let s = Texts::of(&args[0]);
                let one = |i: usize| json::length(s.get(i)?);
                Ok(Arc::new((0..rows).map(one).collect::<arrow_array::Int64Array>()))
            }),
        ))
    }),
    row("list_get", &["list_element", "element_at"], (2, 2), "list_get(list, n), list[n]: the item at n, the first is 0; of JSON too", list_get),
    row("list_contains", &["list_has", "array_contains"], (2, 2), "list_contains(list, value): whether an item equals it", list_contains),
];

fn text_or_json(args: &mut Args<'_>) -> Result<()> {
    if args.ty(0) == Some(&Type::Json) { Ok(()) } else { args.want(0, &Type::String) }
}

fn at_path(args: &mut Args<'_>, scalar: bool) -> Result<Outcome> {
    text_or_json(args)?;
    args.want(1, &Type::String)?;
    let ty = if scalar { Type::String } else { Type::Json };
    let fixed = match args.constant_text(1) {
        Some(p) => Some(json::parse_path(p).map_err(|e| args.error(e))?),
        None => None,
    };
    Ok(Outcome::Kernel(
        ty.clone(),
        strict(ty, move |args, rows, _| {
            let (s, path) = (Texts::of(&args[0]), Texts::of(&args[1]));
            let mut last: Option<(&str, Option<Vec<Step>>)> = None;
            Ok(Arc::new(json_column(rows, scalar, |i| {
                let text = s.get(i)?;
                if let Some(steps) = &fixed {
                    return json::find(text, steps);
                }
                let p = path.get(i)?;
                if last.as_ref().is_none_or(|(l, _)| *l != p) {
                    last = Some((p, json::parse_path(p).ok()));
                }
                json::find(text, last.as_ref()?.1.as_ref()?)
            })))
        }),
    ))
}
fn json_column<'a>(rows: usize, scalar: bool, mut find: impl FnMut(usize) -> Option<&'a str>) -> arrow_array::StringArray {
    let mut out = StringBuilder::with_capacity(rows, rows * 8);
    for i in 0..rows {
        match find(i) {
            None => out.append_null(),
            Some(v) if scalar => out.append_option(json::text(v)),
            Some(v) => out.append_value(v),
        }
    }
    out.finish()
}

fn list_get(args: &mut Args<'_>) -> Result<Outcome> {
    args.want(1, &Type::Int)?;
    if args.ty(0) == Some(&Type::Json) {
        return Ok(Outcome::Kernel(
            Type::Json,
            strict(Type::Json, |args, rows, _| {
                let (s, n) = (Texts::of(&args[0]), Numbers::ints(&args[1]));
                Ok(Arc::new(json_column(rows, false, |i| json::find(s.get(i)?, &[Step::Index(n.get(i))]))))
            }),
        ));
    }
    let Some(Type::List(of)) = args.ty(0).cloned() else { return Err(args.error(format!("{} is no list", args.describe(0)))) };
    Ok(Outcome::Kernel(
        (*of).clone(),
        strict(*of, |args, rows, nulls| {
            let n = Numbers::ints(&args[1]);
            let (list, step) = lists(&args[0]);
            let one = |i: usize| {
                if nulls.as_ref().is_some_and(|x| x.is_null(i)) {
                    return None;
                }
                let (from, to) = (i64::from(list.value_offsets()[i * step]), i64::from(list.value_offsets()[i * step + 1]));
                let n = n.get(i);
                let at = if n < 0 { to.checked_add(n)? } else { from.checked_add(n)? };
                (from..to).contains(&at).then_some(at as u32)
            };
            let rows: UInt32Array = (0..rows).map(one).collect();
            arrow_select::take::take(list.values(), &rows, None).map_err(arrow_error)
        }),
    ))
}
fn lists(v: &Value) -> (&ListArray, usize) {
    (v.array().as_list::<i32>(), usize::from(!v.is_scalar()))
}

fn list_contains(args: &mut Args<'_>) -> Result<Outcome> {
    let Some(Type::List(of)) = args.ty(0).cloned() else { return Err(args.error(format!("{} is no list", args.describe(0)))) };
    if matches!(*of, Type::List(_)) {
        return Err(args.error("lists of lists cannot be compared"));
    }
    args.want(1, &of)?;
    let eq: Kernel = compare::kernel(Op::Eq, &of);
    Ok(Outcome::Kernel(
        Type::Bool,
        strict(Type::Bool, move |args, rows, nulls| {
            let (list, step) = lists(&args[0]);
            let offsets = list.value_offsets();
            let items = list.values().len();
            // Each item beside the value of its row: one comparison of columns for the whole chunk.
            let same = if args[1].is_scalar() {
                eq(&[Value::Array(list.values().clone()), args[1].clone()], items)?
            } else {
                let mut pairs = (Vec::new(), Vec::new());
                for i in 0..rows {
                    for at in offsets[i * step]..offsets[i * step + 1] {
                        pairs.0.push(at as u32);
                        pairs.1.push(i as u32);
                    }
                }
                let take = |a: &arrow_array::ArrayRef, rows: &[u32]| {
                    arrow_select::take::take(a, &UInt32Array::from(rows.to_vec()), None).map(Value::Array).map_err(arrow_error)
                };
                eq(&[take(list.values(), &pairs.0)?, take(args[1].array(), &pairs.1)?], pairs.0.len())?
            };
            let same = same.as_boolean();
            let hit = |i: usize| same.is_valid(i) && same.value(i);
            let mut at = 0;
            let bits = BooleanBuffer::collect_bool(rows, |i| {
                let (from, to) = (offsets[i * step] as usize, offsets[i * step + 1] as usize);
                let range = if args[1].is_scalar() { from..to } else { at..at + (to - from) };
                at = range.end;
                range.into_iter().any(hit)
            });
            Ok(Arc::new(BooleanArray::new(bits, nulls)))
        }),
    ))
}
