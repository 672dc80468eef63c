//! Expressions over a chunk of every type with a null in each column, over a slice of it and over no rows.

use super::*;
use crate::chunk::{Chunk, Origin};
use crate::types::Field;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray};
use std::sync::Arc;

/// Four rows: the third of each column is null, but for the list, whose second is.
pub(super) fn chunk() -> Chunk {
    let fields = [
        ("a", Type::Int),
        ("b", Type::Int),
        ("x", Type::Float),
        ("y", Type::Float),
        ("s", Type::String),
        ("t", Type::String),
        ("p", Type::Bool),
        ("q", Type::Bool),
        ("ts", Type::Timestamp),
        ("j", Type::Json),
        ("raw", Type::Bytes),
        ("l", Type::List(Box::new(Type::String))),
        ("Odd name", Type::Int),
    ];
    let schema = Schema::new(fields.map(|(n, t)| Field::new(n, t)).to_vec(), 1).unwrap();
    let mut l = ListBuilder::new(StringBuilder::new());
    l.append_value([Some("u"), None, Some("w")]);
    l.append_null();
    l.append_value([] as [Option<&str>; 0]);
    l.append_value([Some("w")]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(vec![Some(1), Some(-7), None, Some(i64::MAX)])),
        Arc::new(Int64Array::from(vec![Some(2), Some(0), None, Some(3)])),
        Arc::new(Float64Array::from(vec![Some(1.5), Some(-0.0), None, Some(f64::NAN)])),
        Arc::new(Float64Array::from(vec![Some(2.0), Some(0.0), None, Some(f64::NAN)])),
        Arc::new(StringArray::from(vec![Some("Hello"), Some("żółw x"), None, Some("")])),
        Arc::new(StringArray::from(vec![Some("ell"), Some("12.5"), None, Some(" true ")])),
        Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)])),
        Arc::new(BooleanArray::from(vec![Some(false), None, None, Some(true)])),
        Arc::new(TimestampMillisecondArray::from(vec![Some(0), Some(1_709_210_096_789), None, Some(-1)])),
        Arc::new(StringArray::from(vec![
            Some(r#"{"a":{"b":[10,20.5,"x\u00e9"]},"n":null,"s":"hi","ok":true}"#),
            Some(r#" [ 1 , {"k" : "v"} ] "#),
            None,
            Some("17"),
        ])),
        Arc::new(BinaryArray::from(vec![Some(b"abc".as_slice()), Some(b"\xff\x00"), None, Some(b"")])),
        Arc::new(l.finish()),
        Arc::new(Int64Array::from(vec![Some(5), Some(6), None, Some(7)])),
    ];
    let mut c = Chunk::new(schema, columns, vec![1000, 2000, 3000, 4000]);
    c.origin = Some(Arc::new(Origin { topic: "bids".into(), partition: 3, offsets: vec![10, 11, 12, 13].into() }));
    c
}

/// The rows of a result as text, and its type.
pub(super) fn run(e: &Expr, c: &Chunk) -> Result<(String, Type)> {
    let b = Bound::new(e, &c.schema)?;
    let a = b.eval(c)?;
    assert_eq!(a.len(), c.len(), "{e}: a value per row");
    assert_eq!(*a.data_type(), b.ty().arrow(), "{e}: of its type");
    let rows = (0..a.len()).map(|i| {
        let mut out = String::new();
        let quoted = !matches!(b.ty(), Type::Float | Type::Json);
        if a.is_null(i) || !cast::write_value(&a, b.ty(), i, quoted, &mut out) { "null".to_owned() } else { out }
    });
    Ok((rows.collect::<Vec<_>>().join(" | "), b.ty().clone()))
}
#[track_caller]
fn check(e: impl Into<Expr>, ty: &str, want: &str) {
    let (e, c) = (e.into(), chunk());
    let (rows, t) = run(&e, &c).unwrap();
    assert_eq!((rows.as_str(), t.to_string().as_str()), (want, ty), "{e}");
    // Part of a chunk gives that part of the result, and no rows give none: kernels must respect slices.
    let part = Chunk::new(c.schema.clone(), c.columns.iter().map(|x| x.slice(1, 2)).collect(), vec![2000, 3000]);
    if !e.columns().contains("_offset") && !e.columns().contains("_topic") && !e.columns().contains("_partition") {
        let rows: Vec<&str> = want.split(" | ").collect();
        assert_eq!(run(&e, &part).unwrap().0, rows[1..3].join(" | "), "{e} over a slice");
    }
    assert_eq!(run(&e, &Chunk::empty(&c.schema)).unwrap().0, "", "{e} over no rows");
}
#[track_caller]
fn fails(e: impl Into<Expr>, parts: &[&str]) {
    let e = e.into();
    let error = Bound::new(&e, &chunk().schema).map(|b| format!("{b:?}")).expect_err("it cannot be bound");
    for p in parts {
        assert!(error.message().contains(p), "{e}: \"{}\" does not say \"{p}\"", error.message());
    }
}

#[test]
fn built_in_rust() {
    check(col("a").gt(0).and(col("b").le(2)), "bool", "true | false | null | false");
    check(col("p").or(col("q")), "bool", "true | null | null | true");
    check(col("p").and(col("q")), "bool", "false | false | null | true");
    check(col("a") + col("b"), "int", "3 | -7 | null | null");
    check(col("a") / col("b"), "float", "0.5 | null | null | 3.0744573456182584e18");
    check(col("a") * 2.0, "float", "2.0 | -14.0 | null | 1.8446744073709552e19");
    check(-col("a"), "int", "-1 | 7 | null | -9223372036854775807");
    check(case().when(col("a").gt(1), "big").when(col("a").is_null(), "none").otherwise("small"), "string", r#""small" | "small" | "none" | "big""#);
    check(col("x").eq(col("y")), "bool", "false | true | null | true");
    check(col("x").lt(col("y")), "bool", "true | false | null | false");
    check(col("a").is_in([1, 2]), "bool", "true | false | null | false");
    check(col("a").between(-10, 1), "bool", "true | true | null | false");
    check(call("lower", [col("s")]), "string", r#""hello" | "żółw x" | null | """#);
    check(col("t").cast(Type::Float), "float", "null | 12.5 | null | null");
    check(col("ts").ge("2024-02-29"), "bool", "false | true | null | false");
    check(col("_topic").eq("bids").and(col("_partition").eq(3)), "bool", "true | true | true | true");
    check(col("_offset") % 2, "int", "0 | 1 | 0 | 1");
    check(lit(2) + 3, "int", "5 | 5 | 5 | 5");
}

#[test]
fn wrong_ones_say_what_is_meant() {
    fails(col("Odd nam"), &["Odd nam", "Odd name"]);
    fails(call("lowr", [col("s")]), &["lowr", "lower"]);
    fails(col("a").eq(col("s")), &["argument 1 (a: int)", "argument 2 (s: string)", "cast"]);
    fails(col("ts").gt("yesterday"), &["'yesterday' is not a timestamp"]);
    fails(col("s") + 1, &["(s: string) is not a number"]);
    fails(call("lower", []), &["lower takes 1 arguments, not 0"]);
    let mut deep = col("a");
    for _ in 0..=DEPTH_MAX {
        deep = -deep;
    }
    fails(deep, &["nested 64 deep"]);
}

#[test]
fn columns_that_are_read() {
    let e = case().when(col("a").gt(col("_timestamp")), col("b")).otherwise(col("a").cast(Type::Int));
    assert_eq!(e.columns().into_iter().collect::<Vec<_>>(), ["_timestamp", "a", "b"]);
}

mod functions;
mod text;
