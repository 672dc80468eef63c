//! Hashes and encodings.
//!
//! `hash(a, b, ...)` is the same in every version and on every machine: XXH64 chained. The seed of the first argument is 0, the seed of
//! each next one is the hash so far, and the result is the last hash as a signed int. An argument's bytes are: a text's UTF-8 (JSON as it
//! is written); bytes as they are; an int or a timestamp, eight bytes, little-endian; a float, the eight bytes of its bits, little-endian,
//! with -0.0 as 0.0 and each NaN as 0x7ff8000000000000; a bool, the byte 1 or 0. A null is no bytes under a seed XORed with
//! 0x9e3779b97f4a7c15, so that it differs from an empty text. So `hash('abc')` is the XXH64 that other tools print for those bytes.

use super::{Args, Function, MANY, Outcome, row};
use crate::expr::eval::{Blobs, Numbers, Value, int_column, strict};
use crate::types::Type;
use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, Int64Array};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::{Engine, alphabet};
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("hash", &["xxh64"], (1, MANY), "hash(a, b, ...): 64 bits that are the same everywhere (XXH64), never null", |a| {
        for i in 0..a.len() {
            match a.ty(i) {
                None => a.want(i, &Type::String)?,
                Some(Type::List(_)) => return Err(a.error(format!("{} is a list; hash what is in it", a.describe(i)))),
                Some(_) => {}
            }
        }
        let types: Vec<Type> = a.list.iter().map(|x| x.ty.clone().unwrap_or(Type::String)).collect();
        Ok(Outcome::Kernel(
            Type::Int,
            Arc::new(move |args, rows| {
                let mut hashes = vec![0u64; rows];
                for (v, ty) in args.iter().zip(&types) {
                    hash_column(v, ty, &mut hashes);
                }
                Ok(int_column(hashes.into_iter().map(|h| h as i64).collect(), None, &Type::Int))
            }),
        ))
    }),
    row(
        "murmur2",
        &[],
        (1, 1),
        "murmur2(text or bytes): the hash by which Kafka's clients choose the partition of a key, as they print it (signed, 32 bits)",
        |a| {
            text_or_bytes(a, 0)?;
            Ok(on_bytes_to_int(|b, _| Some(i64::from(wellhead_client::partitioner::murmur2(b) as i32))))
        },
    ),
    row("kafka_partition", &[], (2, 2), "kafka_partition(key, n): where Kafka's clients put the key (text or bytes) among n partitions", |a| {
        text_or_bytes(a, 0)?;
        a.want(1, &Type::Int)?;
        Ok(on_bytes_to_int(|b, n| {
            let n = n.filter(|n| *n > 0)?;
            Some(i64::from(wellhead_client::partitioner::murmur2(b) & 0x7fff_ffff) % n)
        }))
    }),
    row("hex", &["to_hex"], (1, 1), "hex(text or bytes): its bytes as hexadecimal digits in lower case", |a| {
        text_or_bytes(a, 0)?;
        Ok(encode(|b, out| {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            for x in b {
                out.push(DIGITS[usize::from(x >> 4)] as char);
                out.push(DIGITS[usize::from(x & 15)] as char);
            }
        }))
    }),
    row("unhex", &["from_hex"], (1, 1), "unhex(text): the bytes that hexadecimal digits say; null where they are none", |a| {
        a.want(0, &Type::String)?;
        Ok(decode(|s, out| {
            let digit = |d: u8| (d as char).to_digit(16);
            s.len() % 2 == 0
                && s.as_bytes().chunks_exact(2).all(|d| {
                    let (Some(high), Some(low)) = (digit(d[0]), digit(d[1])) else { return false };
                    out.push((high * 16 + low) as u8);
                    true
                })
        }))
    }),
    row("base64", &["to_base64"], (1, 1), "base64(text or bytes): its bytes in base 64, padded", |a| {
        text_or_bytes(a, 0)?;
        Ok(encode(|b, out| STANDARD.encode_string(b, out)))
    }),
    row("unbase64", &["from_base64"], (1, 1), "unbase64(text): the bytes that base 64 says, padded or not; null where it is none", |a| {
        a.want(0, &Type::String)?;
        Ok(decode(|s, out| (if s.contains(['-', '_']) { URL_SAFE } else { EITHER }).decode_vec(s, out).is_ok()))
    }),
];

/// With padding or without, as writers differ.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const EITHER: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Makes an argument text or bytes: a number is its text.
fn text_or_bytes(args: &mut Args<'_>, i: usize) -> Result<()> {
    match args.ty(i) {
        Some(Type::Bytes) => Ok(()),
        _ => args.force(i, &Type::String),
    }
}
fn encode(f: fn(&[u8], &mut String)) -> Outcome {
    Outcome::Kernel(
        Type::String,
        strict(Type::String, move |args, rows, _| {
            let b = Blobs::of(&args[0]);
            let mut out = StringBuilder::with_capacity(rows, rows * 16);
            let mut text = String::new();
            for i in 0..rows {
                text.clear();
                match b.get(i) {
                    None => out.append_null(),
                    Some(b) => {
                        f(b, &mut text);
                        out.append_value(&text);
                    }
                }
            }
            Ok(Arc::new(out.finish()))
        }),
    )
}
fn decode(f: fn(&str, &mut Vec<u8>) -> bool) -> Outcome {
    Outcome::Kernel(
        Type::Bytes,
        strict(Type::Bytes, move |args, rows, _| {
            let s = args[0].array().as_string::<i32>();
            let mut out = BinaryBuilder::with_capacity(rows, rows * 16);
            let mut bytes = Vec::new();
            for i in 0..rows {
                bytes.clear();
                if s.is_valid(i) && f(s.value(i), &mut bytes) {
                    out.append_value(&bytes);
                } else {
                    out.append_null();
                }
            }
            Ok(Arc::new(out.finish()))
        }),
    )
}
fn on_bytes_to_int(f: fn(&[u8], Option<i64>) -> Option<i64>) -> Outcome {
    Outcome::Kernel(
        Type::Int,
        strict(Type::Int, move |args, rows, nulls| {
            let b = Blobs::of(&args[0]);
            let n = args.get(1).map(Numbers::ints);
            let one = |i: usize| {
                if nulls.as_ref().is_some_and(|x| x.is_null(i)) {
                    return None;
                }
                f(b.get(i)?, n.map(|n| n.get(i)))
            };
            Ok(Arc::new((0..rows).map(one).collect::<Int64Array>()))
        }),
    )
}

const NULL: u64 = 0x9e37_79b9_7f4a_7c15;

fn hash_column(v: &Value, ty: &Type, hashes: &mut [u64]) {
    let a = v.array();
    let step = usize::from(!v.is_scalar());
    let run = |hashes: &mut [u64], f: &dyn Fn(usize, u64) -> u64| {
        for (i, h) in hashes.iter_mut().enumerate() {
            let i = i * step;
            *h = if a.is_null(i) { xxh64(&[], *h ^ NULL) } else { f(i, *h) };
        }
    };
    match ty {
        Type::Int | Type::Timestamp => {
            let n = Numbers::ints(v).values;
            run(hashes, &|i, seed| xxh64(&n[i].to_le_bytes(), seed));
        }
        Type::Float => {
            let n = a.as_primitive::<Float64Type>().values();
            run(hashes, &|i, seed| {
                let bits = if n[i].is_nan() { 0x7ff8_0000_0000_0000 } else { (n[i] + 0.0).to_bits() };
                xxh64(&bits.to_le_bytes(), seed)
            });
        }
        Type::Bool => {
            let b = a.as_boolean();
            run(hashes, &|i, seed| xxh64(&[u8::from(b.value(i))], seed));
        }
        Type::Bytes => {
            let b = a.as_binary::<i32>();
            run(hashes, &|i, seed| xxh64(b.value(i), seed));
        }
        Type::String | Type::Json => {
            let s = a.as_string::<i32>();
            run(hashes, &|i, seed| xxh64(s.value(i).as_bytes(), seed));
        }
        Type::List(_) => unreachable!("binding refuses lists"),
    }
}

const P1: u64 = 0x9e37_79b1_85eb_ca87;
const P2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const P3: u64 = 0x1656_67b1_9e37_79f9;
const P4: u64 = 0x85eb_ca77_c2b2_ae63;
const P5: u64 = 0x27d4_eb2f_1656_67c5;

fn round(acc: u64, word: u64) -> u64 {
    acc.wrapping_add(word.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1)
}
/// XXH64 as its specification has it.
pub(crate) fn xxh64(data: &[u8], seed: u64) -> u64 {
    let word = |b: &[u8]| u64::from_le_bytes(b.try_into().expect("eight bytes"));
    let mut stripes = data.chunks_exact(32);
    let mut h = if data.len() >= 32 {
        let mut acc = [seed.wrapping_add(P1).wrapping_add(P2), seed.wrapping_add(P2), seed, seed.wrapping_sub(P1)];
        for s in &mut stripes {
            for (a, w) in acc.iter_mut().zip(s.chunks_exact(8)) {
                *a = round(*a, word(w));
            }
        }
        let mixed = [1, 7, 12, 18].iter().zip(acc).fold(0u64, |h, (r, a)| h.wrapping_add(a.rotate_left(*r)));
        acc.iter().fold(mixed, |h, a| (h ^ round(0, *a)).wrapping_mul(P1).wrapping_add(P4))
    } else {
        seed.wrapping_add(P5)
    };
    h = h.wrapping_add(data.len() as u64);
    let mut words = stripes.remainder().chunks_exact(8);
    for w in &mut words {
        h = (h ^ round(0, word(w))).rotate_left(27).wrapping_mul(P1).wrapping_add(P4);
    }
    let mut rest = words.remainder();
    if let Some((four, tail)) = rest.split_at_checked(4) {
        let w = u64::from(u32::from_le_bytes(four.try_into().expect("four bytes")));
        h = (h ^ w.wrapping_mul(P1)).rotate_left(23).wrapping_mul(P2).wrapping_add(P3);
        rest = tail;
    }
    for b in rest {
        h = (h ^ u64::from(*b).wrapping_mul(P5)).rotate_left(11).wrapping_mul(P1);
    }
    h = (h ^ h >> 33).wrapping_mul(P2);
    h = (h ^ h >> 29).wrapping_mul(P3);
    h ^ h >> 32
}
