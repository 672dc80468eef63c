//! Texts. Places count characters and begin at 1, as SQL has it.

use super::{Args, Function, MANY, Outcome, row};
use crate::chunk::kernel as arrow_error;
use crate::expr::eval::{Kernel, Texts, Value, int_column, strict};
use crate::types::Type;
use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray, Datum, StringArray};
use arrow_buffer::NullBuffer;
use arrow_schema::ArrowError;
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("lower", &["lcase"], (1, 1), "lower(text)", |a| recase(a, |b| b.to_ascii_lowercase(), |s| s.to_lowercase())),
    row("upper", &["ucase"], (1, 1), "upper(text)", |a| recase(a, |b| b.to_ascii_uppercase(), |s| s.to_uppercase())),
    row("length", &["len", "char_length", "character_length"], (1, 1), "length(text): characters; of bytes the bytes, of a list the items", length),
    row("||", &[], (2, MANY), "a || b: joined; null where one is null", |a| join(a, true)),
    row("concat", &[], (1, MANY), "concat(a, b, ...): joined; nulls are passed over", |a| join(a, false)),
    row("contains", &[], (2, 2), "contains(text, part)", |a| predicate(a, arrow_string::like::contains)),
    row("starts_with", &["prefix"], (2, 2), "starts_with(text, part)", |a| predicate(a, arrow_string::like::starts_with)),
    row("ends_with", &["suffix"], (2, 2), "ends_with(text, part)", |a| predicate(a, arrow_string::like::ends_with)),
    row("like", &[], (2, 2), "text LIKE pattern: % is any text, _ any character, \\ takes the next as it is", |a| {
        predicate(a, arrow_string::like::like)
    }),
    row("ilike", &[], (2, 2), "text ILIKE pattern: like, whatever the case", |a| predicate(a, arrow_string::like::ilike)),
];

/// Makes the first `n` arguments texts.
pub(super) fn want_texts(args: &mut Args<'_>, n: usize) -> Result<()> {
    (0..n.min(args.len())).try_for_each(|i| args.want(i, &Type::String))
}
/// A kernel that writes a text per row where no argument is null; false makes it null.
pub(super) fn write_text(f: impl Fn(&[Value], usize, &mut String) -> bool + Send + Sync + 'static) -> Kernel {
    write_text_with::<()>(move |(), args, row, out| f(args, row, out))
}
/// The same with something that is kept from row to row.
pub(super) fn write_text_with<S: Default>(f: impl Fn(&mut S, &[Value], usize, &mut String) -> bool + Send + Sync + 'static) -> Kernel {
    strict(Type::String, move |args, rows, nulls| {
        let mut state = S::default();
        let mut out = StringBuilder::with_capacity(rows, rows * 16);
        let mut text = String::new();
        for row in 0..rows {
            text.clear();
            if nulls.as_ref().is_none_or(|n| n.is_valid(row)) && f(&mut state, args, row, &mut text) {
                out.append_value(&text);
            } else {
                out.append_null();
            }
        }
        Ok(Arc::new(out.finish()))
    })
}

fn predicate(args: &mut Args<'_>, f: fn(&dyn Datum, &dyn Datum) -> Result<BooleanArray, ArrowError>) -> Result<Outcome> {
    want_texts(args, 2)?;
    Ok(Outcome::Kernel(Type::Bool, Arc::new(move |args, _| Ok(Arc::new(f(&args[0], &args[1]).map_err(arrow_error)?)))))
}

/// A whole column of ASCII is changed at once: lengths stay what they are.
fn recase(args: &mut Args<'_>, ascii: fn(&[u8]) -> Vec<u8>, other: fn(&str) -> String) -> Result<Outcome> {
    want_texts(args, 1)?;
    Ok(Outcome::Kernel(
        Type::String,
        Arc::new(move |args, _| {
            let a = args[0].array().as_string::<i32>();
            if a.value_data().is_ascii() {
                let changed = StringArray::try_new(a.offsets().clone(), ascii(a.value_data()).into(), a.nulls().cloned());
                return Ok(Arc::new(changed.map_err(arrow_error)?));
            }
            Ok(Arc::new(a.iter().map(|s| s.map(other)).collect::<StringArray>()))
        }),
    ))
}

fn length(args: &mut Args<'_>) -> Result<Outcome> {
    if !matches!(args.ty(0), Some(Type::Bytes | Type::List(_))) {
        want_texts(args, 1)?;
    }
    Ok(Outcome::Kernel(
        Type::Int,
        Arc::new(|args, rows| {
            let a = args[0].array();
            let lengths: Vec<i64> = match (a.as_string_opt::<i32>(), a.as_binary_opt::<i32>(), a.as_list_opt::<i32>()) {
                (Some(s), ..) if s.value_data().is_ascii() => s.offsets().lengths().map(|n| n as i64).collect(),
                (Some(s), ..) => (0..rows).map(|i| s.value(i).chars().count() as i64).collect(),
                (_, Some(b), _) => b.offsets().lengths().map(|n| n as i64).collect(),
                (.., Some(l)) => l.offsets().lengths().map(|n| n as i64).collect(),
                _ => unreachable!("binding saw to the type"),
            };
            Ok(int_column(lengths, a.nulls().cloned(), &Type::Int))
        }),
    ))
}

fn join(args: &mut Args<'_>, null_spoils: bool) -> Result<Outcome> {
    for i in 0..args.len() {
        args.force(i, &Type::String)?;
    }
    Ok(Outcome::Kernel(
        Type::String,
        Arc::new(move |args, rows| {
            let parts: Vec<Texts<'_>> = args.iter().map(Texts::of).collect();
            let nulls: Option<NullBuffer> = if null_spoils {
                if args.iter().any(|a| a.is_scalar() && a.array().is_null(0)) {
                    return Ok(arrow_array::new_null_array(&Type::String.arrow(), rows));
                }
                crate::expr::eval::nulls(args)
            } else {
                None
            };
            let bytes = args.iter().map(|a| a.array().as_string::<i32>().value_data().len() * if a.is_scalar() { rows } else { 1 }).sum();
            let mut data: Vec<u8> = Vec::with_capacity(bytes);
            let mut lengths = Vec::with_capacity(rows);
            for row in 0..rows {
                let start = data.len();
                if nulls.as_ref().is_none_or(|n| n.is_valid(row)) {
                    for part in &parts {
                        data.extend_from_slice(part.get(row).unwrap_or_default().as_bytes());
                    }
                }
                lengths.push(data.len() - start);
            }
            texts_of(data, lengths, nulls)
        }),
    ))
}
/// A column of texts that lie one behind the other.
fn texts_of(data: Vec<u8>, lengths: Vec<usize>, nulls: Option<NullBuffer>) -> Result<ArrayRef> {
    let offsets = arrow_buffer::OffsetBuffer::<i32>::from_lengths(lengths);
    Ok(Arc::new(StringArray::try_new(offsets, data.into(), nulls).map_err(arrow_error)?))
}
