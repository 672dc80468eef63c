//! Aggregates against plain models: what a slot gives is the same however its rows were cut into chunks, mixed with those of other slots,
//! put together from parts that were merged, and written and read on the way.

use super::*;
use crate::expr::{Expr, Scalar};
use crate::types::Field;
use arrow_array::{Float64Array, Int64Array, StringArray};
use proptest::prelude::*;
use std::sync::Arc;

fn schema(ty: &Type) -> Arc<Schema> {
    Schema::new(vec![Field::new("x", ty.clone())], 0).unwrap()
}
fn agg(function: &str) -> Agg {
    let call = |name: &str, args: Vec<Expr>| Expr::Call { name: name.to_owned(), args };
    let col = |n: &str| Expr::Col(n.to_owned());
    // acc * 31 + value is neither commutative nor associative: it shows every row out of place.
    let reduce = call("+", vec![call("*", vec![col("acc"), Expr::Lit(Scalar::Int(31))]), col("value")]);
    Agg {
        function: function.to_owned(),
        arg: Some(col("x")),
        param: (function == "quantile").then_some(0.5),
        reduce: (function == "reduce").then_some(reduce),
    }
}
fn make(function: &str, ty: &Type, table: bool) -> Box<dyn Accumulator> {
    let mut a = accumulator(&agg(function), &schema(ty), table).unwrap();
    a.resize(16);
    (0..16).for_each(|s| a.reset(s));
    a
}
fn column(ty: &Type, values: &[Option<i64>]) -> ArrayRef {
    match ty {
        Type::Int => Arc::new(values.iter().copied().collect::<Int64Array>()),
        Type::Float => Arc::new(values.iter().map(|v| v.map(|v| v as f64 / 2.0)).collect::<Float64Array>()),
        _ => Arc::new(values.iter().map(|v| v.map(|v| format!("v{v}"))).collect::<StringArray>()),
    }
}

#[derive(Clone, Debug)]
struct Row {
    slot: u32,
    value: Option<i64>,
    time: i64,
    /// A chunk ends behind it.
    cut: bool,
    /// The slot's state goes through bytes behind it.
    trip: bool,
}
fn rows_of(values: i64) -> impl Strategy<Value = Vec<Row>> {
    let row = (0..3u32, proptest::option::weighted(0.9, 0..values), 0..20i64, any::<bool>(), proptest::bool::weighted(0.1));
    proptest::collection::vec(row.prop_map(|(slot, value, time, cut, trip)| Row { slot, value, time, cut, trip }), 0..60)
}

fn feed(a: &mut dyn Accumulator, ty: &Type, rows: &[Row]) {
    let slots: Vec<u32> = rows.iter().map(|r| r.slot).collect();
    let times: Vec<i64> = rows.iter().map(|r| r.time).collect();
    let values: Vec<Option<i64>> = rows.iter().map(|r| r.value).collect();
    a.update(&slots, Some(&column(ty, &values)), &times).unwrap();
}
/// The bytes of a slot, read into it again by an accumulator that had something else there.
fn trip(a: &mut dyn Accumulator, slot: u32) {
    let mut bytes = Vec::new();
    a.write(slot, &mut bytes);
    a.reset(slot);
    let mut from = &bytes[..];
    a.read(slot, &mut from).unwrap();
    assert!(from.is_empty(), "read takes what write gave");
    let mut again = Vec::new();
    a.write(slot, &mut again);
    assert_eq!(bytes, again);
}

const KINDS: &[(&str, Type)] = &[
    ("count", Type::String),
    ("sum", Type::Int),
    ("sum", Type::Float),
    ("mean", Type::Int),
    ("min", Type::Float),
    ("max", Type::String),
    ("first", Type::String),
    ("first", Type::Int),
    ("last", Type::String),
    ("last", Type::Float),
    ("collect", Type::String),
    ("collect", Type::Int),
    ("count_distinct", Type::String),
    ("count_distinct", Type::Float),
    ("quantile", Type::Int),
    ("quantile", Type::Float),
    ("reduce", Type::Int),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn chunks_and_bytes_change_nothing(rows in rows_of(8)) {
        for (f, ty) in KINDS {
            let mut whole = make(f, ty, false);
            for r in &rows {
                feed(&mut *whole, ty, std::slice::from_ref(r));
            }
            let mut cut = make(f, ty, false);
            let mut from = 0;
            for (i, r) in rows.iter().enumerate() {
                if r.cut || r.trip || i + 1 == rows.len() {
                    feed(&mut *cut, ty, &rows[from..=i]);
                    from = i + 1;
                }
                if r.trip {
                    trip(&mut *cut, r.slot);
                }
            }
            prop_assert_eq!(&whole.output(&[0, 1, 2]).unwrap(), &cut.output(&[0, 1, 2]).unwrap(), "{} of {}", f, ty);
        }
    }

    /// Parts of one group, in order, become one. reduce is left out: it is not associative here.
    #[test]
    fn parts_that_are_merged_are_the_whole(rows in rows_of(8)) {
        for (f, ty) in KINDS.iter().filter(|(f, _)| *f != "reduce") {
            for table in [false, true] {
                if table && *f == "quantile" {
                    continue;
                }
                let mut a = make(f, ty, table);
                let mut parts: Vec<u32> = vec![4];
                for r in &rows {
                    feed(&mut *a, ty, &[Row { slot: 0, ..r.clone() }, Row { slot: *parts.last().unwrap(), ..r.clone() }]);
                    if r.cut && parts.len() < 8 {
                        parts.push(4 + parts.len() as u32);
                    }
                }
                while parts.len() > 1 {
                    let last = parts.pop().unwrap();
                    a.merge(*parts.last().unwrap(), last).unwrap();
                }
                prop_assert_eq!(&a.output(&[0]).unwrap(), &a.output(&[4]).unwrap(), "{} of {}", f, ty);
            }
        }
    }

    /// What is taken out again was never there.
    #[test]
    fn rows_of_a_table_can_be_taken_back(rows in rows_of(5), noise in rows_of(5)) {
        for (f, ty) in KINDS.iter().filter(|(f, _)| !matches!(*f, "quantile" | "reduce")) {
            let mut plain = make(f, ty, true);
            feed(&mut *plain, ty, &rows);
            let mut noisy = make(f, ty, true);
            // Of equal values the earliest goes, so noise is earlier than all.
            let noise: Vec<Row> = noise.iter().map(|r| Row { time: -1 - r.time, ..r.clone() }).collect();
            feed(&mut *noisy, ty, &noise);
            feed(&mut *noisy, ty, &rows);
            (0..3).for_each(|s| trip(&mut *noisy, s));
            let slots: Vec<u32> = noise.iter().map(|r| r.slot).collect();
            let values: Vec<Option<i64>> = noise.iter().map(|r| r.value).collect();
            noisy.retract(&slots, Some(&column(ty, &values))).unwrap();
            prop_assert_eq!(&plain.output(&[0, 1, 2]).unwrap(), &noisy.output(&[0, 1, 2]).unwrap(), "{} of {}", f, ty);
        }
    }

    /// A rank's value is at most 1 % away.
    #[test]
    fn quantiles_are_near(values in proptest::collection::vec(prop_oneof![-1e12..1e12f64, -1.0..1.0f64, Just(0.0)], 1..200), q in 0.0..=1.0f64) {
        let mut a = accumulator(&Agg { param: Some(q), ..agg("quantile") }, &schema(&Type::Float), false).unwrap();
        a.resize(1);
        let c: ArrayRef = Arc::new(Float64Array::from(values.clone()));
        a.update(&vec![0; values.len()], Some(&c), &vec![0; values.len()]).unwrap();
        let got = a.output(&[0]).unwrap().as_primitive::<Float64Type>().value(0);
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        let exact = sorted[(q * (sorted.len() - 1) as f64).floor() as usize];
        prop_assert!((got - exact).abs() <= exact.abs() * 0.010_001, "{got} for {exact}");
    }
}

/// State that was cut off is an error, and never a panic.
#[test]
fn damaged_state() {
    for (f, ty) in KINDS {
        for table in [false, true] {
            if table && matches!(*f, "quantile" | "reduce") {
                continue;
            }
            let mut a = make(f, ty, table);
            let rows: Vec<Row> = (0..20).map(|i| Row { slot: 0, value: Some(i % 7), time: i, cut: false, trip: false }).collect();
            feed(&mut *a, ty, &rows);
            let mut bytes = Vec::new();
            a.write(0, &mut bytes);
            for n in 0..bytes.len() {
                assert!(a.read(1, &mut &bytes[..n]).is_err(), "{f} of {ty}, table {table}: {n} of {} bytes", bytes.len());
            }
        }
    }
}

fn ints(a: &ArrayRef) -> Vec<Option<i64>> {
    a.as_primitive::<arrow_array::types::Int64Type>().iter().collect()
}

#[test]
fn first_and_last_are_by_time_and_then_by_arrival() {
    let rows = [(5, 1), (3, 2), (3, 3), (9, 4), (9, 5), (7, 6)];
    for (f, table, expected) in [("first", false, 2), ("first", true, 2), ("last", false, 5), ("last", true, 5)] {
        let mut a = make(f, &Type::Int, table);
        let c: ArrayRef = Arc::new(rows.iter().map(|r| Some(r.1)).collect::<Int64Array>());
        a.update(&[0; 6], Some(&c), &rows.map(|r| r.0)).unwrap();
        assert_eq!(ints(&a.output(&[0, 1]).unwrap()), [Some(expected), None], "{f}, table {table}");
    }
    let mut a = make("last", &Type::Int, true);
    a.update(&[0; 3], Some(&column(&Type::Int, &[Some(1), Some(2), Some(1)])), &[1, 2, 3]).unwrap();
    a.retract(&[0], Some(&column(&Type::Int, &[Some(1)]))).unwrap();
    assert_eq!(ints(&a.output(&[0]).unwrap()), [Some(1)]);
    a.retract(&[0], Some(&column(&Type::Int, &[Some(1)]))).unwrap();
    assert_eq!(ints(&a.output(&[0]).unwrap()), [Some(2)]);
}

#[test]
fn reduce_takes_rows_in_their_order() {
    let mut a = make("reduce", &Type::Int, false);
    let values = [Some(1), Some(2), Some(3), None, Some(4)];
    a.update(&[0, 1, 0, 0, 0], Some(&column(&Type::Int, &values)), &[0; 5]).unwrap();
    assert_eq!(ints(&a.output(&[0, 1, 2]).unwrap()), [Some((31 + 3) * 31 + 4), Some(2), None]);
    a.update(&[0], Some(&column(&Type::Int, &[Some(5)])), &[0]).unwrap();
    a.merge(1, 0).unwrap();
    let zero = ((31 + 3) * 31 + 4) * 31 + 5;
    assert_eq!(ints(&a.output(&[0, 1]).unwrap()), [Some(zero), Some(2 * 31 + zero)]);
}

/// Exact to 256, and then within four standard errors; merged halves are the whole, bit by bit.
#[test]
fn distinct_counts() {
    let mut a = make("count_distinct", &Type::Int, false);
    let mut n = 0i64;
    for target in [0i64, 1, 255, 256, 257, 1000, 5000, 20_000] {
        while n < target {
            let to = target.min(n + 5000);
            let c: ArrayRef = Arc::new((n..to).flat_map(|v| [Some(v * 7), Some(v * 7), None]).collect::<Int64Array>());
            let half = if n % 2 == 0 { 1 } else { 2 };
            for slot in [0, half] {
                a.update(&vec![slot; c.len()], Some(&c), &vec![0; c.len()]).unwrap();
            }
            n = to;
        }
        let got = ints(&a.output(&[0]).unwrap())[0].unwrap();
        let error = if target <= 256 { 0.0 } else { 4.0 * 0.01625 };
        assert!((got - target).abs() as f64 <= target as f64 * error, "{got} for {target}");
    }
    let mut whole = Vec::new();
    a.write(0, &mut whole);
    a.merge(2, 1).unwrap();
    let mut halves = Vec::new();
    a.write(2, &mut halves);
    assert_eq!(whole, halves);
    let mut t = make("count_distinct", &Type::Float, true);
    let c: ArrayRef = Arc::new(Float64Array::from(vec![0.0, -0.0, f64::NAN, -f64::NAN, 1.0]));
    t.update(&[0; 5], Some(&c), &[0; 5]).unwrap();
    assert_eq!(ints(&t.output(&[0]).unwrap()), [Some(3)]);
}

#[test]
fn quantiles_of_what_is_no_plain_number() {
    let floats = |q: f64, values: &[f64]| {
        let mut a = accumulator(&Agg { param: Some(q), ..agg("quantile") }, &schema(&Type::Float), false).unwrap();
        a.resize(1);
        let c: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
        a.update(&vec![0; values.len()], Some(&c), &vec![0; values.len()]).unwrap();
        let out = a.output(&[0]).unwrap();
        out.is_valid(0).then(|| out.as_primitive::<Float64Type>().value(0))
    };
    assert_eq!(floats(0.5, &[]), None);
    assert_eq!(floats(0.5, &[f64::INFINITY, 1.0, f64::INFINITY]), Some(f64::INFINITY));
    assert_eq!(floats(0.0, &[f64::NEG_INFINITY, 1.0]), Some(f64::NEG_INFINITY));
    assert!(floats(1.0, &[1.0, f64::NAN]).unwrap().is_nan());
    assert_eq!(floats(0.0, &[1.0, f64::NAN]), Some(1.0));
    assert_eq!(floats(0.0, &[5e-324, 1.0]), Some(5e-324));
    assert_eq!(floats(1.0, &[f64::MAX, 1.0]), Some(f64::MAX));
}
