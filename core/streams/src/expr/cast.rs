//! Casts between types. A value that cannot be cast gives null, never an error: one bad record must not stop the others.
//!
//! Text to a number drops blanks around it; text or float to int rounds half to even; text to bool knows true/t/yes/1 and false/f/no/0;
//! text to timestamp is ISO 8601; an int or float as timestamp is milliseconds. JSON as anything is its scalar (a JSON string without its
//! quotes). Text as JSON must be JSON.

use super::eval::{Kernel, Numbers, int_column, strict};
use super::{civil, json};
use crate::chunk::kernel as arrow_error;
use crate::types::Type;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, ListArray, StringArray, TimestampMillisecondArray};
use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// The float as an int, rounded; none where it does not fit.
fn rounded(x: f64) -> Option<i64> {
    let r = x.round_ties_even();
    // The float of i64::MAX is 2^63, which is one too many.
    (i64::MIN as f64..i64::MAX as f64).contains(&r).then_some(r as i64)
}
pub(crate) fn text_to_int(s: &str) -> Option<i64> {
    let s = s.trim();
    s.parse().ok().or_else(|| rounded(text_to_float(s)?))
}
pub(crate) fn text_to_float(s: &str) -> Option<f64> {
    s.trim().parse().ok()
}
pub(crate) fn text_to_bool(s: &str) -> Option<bool> {
    let s = s.trim();
    let is = |words: [&str; 5]| words.iter().any(|w| s.eq_ignore_ascii_case(w));
    if is(["true", "t", "yes", "y", "1"]) {
        Some(true)
    } else if is(["false", "f", "no", "n", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// The texts of a column: of JSON the scalars.
fn texts(a: &StringArray, of: bool) -> impl Iterator<Item = Option<Cow<'_, str>>> {
    a.iter().map(move |s| if of { json::text(s?) } else { s.map(Cow::Borrowed) })
}

pub(crate) fn kernel(from: &Type, to: &Type) -> Result<Kernel> {
    let none = || Error::invalid_arg(format!("there is no cast from {from} to {to}"));
    if let (Type::List(a), Type::List(b)) = (from, to) {
        return list_kernel(a, b);
    }
    let js = *from == Type::Json;
    let one: fn(&ArrayRef, bool) -> Result<ArrayRef> = match (from, to) {
        (Type::String | Type::Json, Type::Int) => |a, js| Ok(Arc::new(texts(a.as_string(), js).map(|s| text_to_int(&s?)).collect::<Int64Array>())),
        (Type::String | Type::Json, Type::Float) => {
            |a, js| Ok(Arc::new(texts(a.as_string(), js).map(|s| text_to_float(&s?)).collect::<Float64Array>()))
        }
        (Type::String | Type::Json, Type::Bool) => {
            |a, js| Ok(Arc::new(texts(a.as_string(), js).map(|s| text_to_bool(&s?)).collect::<BooleanArray>()))
        }
        (Type::String, Type::Timestamp) => {
            |a, _| Ok(Arc::new(a.as_string::<i32>().iter().map(|s| civil::parse_millis(s?)).collect::<TimestampMillisecondArray>()))
        }
        // A number in JSON is milliseconds.
        (Type::Json, Type::Timestamp) => |a, _| {
            let read = |s: Cow<'_, str>| civil::parse_millis(&s).or_else(|| text_to_int(&s));
            Ok(Arc::new(texts(a.as_string(), true).map(|s| read(s?)).collect::<TimestampMillisecondArray>()))
        },
        (Type::Json, Type::String) => |a, _| Ok(Arc::new(texts(a.as_string(), true).collect::<StringArray>())),
        (Type::String, Type::Json) => |a, _| {
            let valid = |s: &str| serde_json::from_str::<serde::de::IgnoredAny>(s).is_ok();
            Ok(Arc::new(a.as_string::<i32>().iter().map(|s| s.filter(|s| valid(s))).collect::<StringArray>()))
        },
        (Type::String | Type::Json, Type::Bytes) => |a, _| Ok(Arc::new(BinaryArray::from(a.as_string::<i32>().clone()))),
        (Type::Bytes, Type::String) => {
            |a, _| Ok(Arc::new(a.as_binary::<i32>().iter().map(|b| std::str::from_utf8(b?).ok()).collect::<StringArray>()))
        }
        (Type::Bytes, Type::Json) => |a, _| {
            let read = |b| std::str::from_utf8(b).ok().filter(|s| serde_json::from_str::<serde::de::IgnoredAny>(s).is_ok());
            Ok(Arc::new(a.as_binary::<i32>().iter().map(|b| read(b?)).collect::<StringArray>()))
        },
        (Type::Int | Type::Bool, Type::Float) | (Type::Int, Type::Bool) | (Type::Bool, Type::Int) => {
            let to = to.arrow();
            return Ok(Arc::new(move |args, _| arrow_cast::cast(args[0].array(), &to).map_err(arrow_error)));
        }
        (Type::Float, Type::Bool) => {
            |a, _| Ok(Arc::new(a.as_primitive::<Float64Type>().iter().map(|x| x.map(|x| x != 0.0)).collect::<BooleanArray>()))
        }
        (Type::Float, Type::Int) => |a, _| Ok(Arc::new(a.as_primitive::<Float64Type>().unary_opt::<_, Int64Type>(rounded))),
        (Type::Float, Type::Timestamp) => {
            |a, _| Ok(Arc::new(a.as_primitive::<Float64Type>().iter().map(|x| rounded(x?)).collect::<TimestampMillisecondArray>()))
        }
        (Type::Int, Type::Timestamp) | (Type::Timestamp, Type::Int) => {
            let to = to.clone();
            return Ok(strict(to.clone(), move |args, _, nulls| Ok(int_column(Numbers::ints(&args[0]).values.to_vec(), nulls, &to))));
        }
        (_, Type::String | Type::Json) => {
            let (from, quoted) = (from.clone(), *to == Type::Json);
            return Ok(Arc::new(move |args, _| Ok(Arc::new(write_column(args[0].array(), &from, quoted)))));
        }
        _ => return Err(none()),
    };
    Ok(Arc::new(move |args, _| one(args[0].array(), js)))
}

fn list_kernel(from: &Type, to: &Type) -> Result<Kernel> {
    if from == to {
        return Ok(Arc::new(|args, _| Ok(args[0].array().clone())));
    }
    let items = kernel(from, to)?;
    let field = Arc::new(arrow_schema::Field::new("item", to.arrow(), true));
    Ok(Arc::new(move |args, _| {
        let a = args[0].array().as_list::<i32>();
        let rows = a.values().len();
        let values = items(&[super::Value::Array(a.values().clone())], rows)?;
        Ok(Arc::new(ListArray::new(field.clone(), a.offsets().clone(), values, a.nulls().cloned())))
    }))
}

/// A column as texts, or as JSON texts: there strings and times stand in quotes.
fn write_column(a: &ArrayRef, ty: &Type, quoted: bool) -> StringArray {
    let mut out = StringBuilder::with_capacity(a.len(), a.len() * 8);
    let mut text = String::new();
    for row in 0..a.len() {
        text.clear();
        if a.is_valid(row) && write_value(a, ty, row, quoted, &mut text) {
            out.append_value(&text);
        } else {
            out.append_null();
        }
    }
    out.finish()
}

/// Appends the text of one value; false where it has none. Members of lists are written as JSON.
pub(crate) fn write_value(a: &ArrayRef, ty: &Type, row: usize, quoted: bool, out: &mut String) -> bool {
    match ty {
        Type::Bool => out.push_str(if a.as_boolean().value(row) { "true" } else { "false" }),
        Type::Int => {
            let _ = write!(out, "{}", a.as_primitive::<Int64Type>().value(row));
        }
        Type::Float => {
            let x = a.as_primitive::<Float64Type>().value(row);
            if quoted && !x.is_finite() {
                return false;
            }
            // The shortest text that reads as this number, and never as an int.
            let _ = write!(out, "{x:?}");
        }
        Type::String if quoted => json::quote(a.as_string::<i32>().value(row), out),
        Type::String | Type::Json => out.push_str(a.as_string::<i32>().value(row)),
        Type::Bytes => {
            let Ok(s) = std::str::from_utf8(a.as_binary::<i32>().value(row)) else { return false };
            if quoted { json::quote(s, out) } else { out.push_str(s) }
        }
        Type::Timestamp => {
            let quote = if quoted { "\"" } else { "" };
            let start = out.len();
            out.push_str(quote);
            if !civil::write_millis(a.as_primitive::<arrow_array::types::TimestampMillisecondType>().value(row), out) {
                out.truncate(start);
                return false;
            }
            out.push_str(quote);
        }
        Type::List(of) => {
            let items = a.as_list::<i32>().value(row);
            out.push('[');
            for i in 0..items.len() {
                if i > 0 {
                    out.push(',');
                }
                if items.is_null(i) || !write_value(&items, of, i, true, out) {
                    out.push_str("null");
                }
            }
            out.push(']');
        }
    }
    true
}
