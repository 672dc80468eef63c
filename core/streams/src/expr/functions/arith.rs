//! Arithmetic. What has no result (an int that overflows, a division by zero, the root of a negative number) is null: one row must not
//! fail its chunk. `/` gives a float always; `div` and `%` of ints give ints.

use super::{Args, Function, Outcome, row};
use crate::expr::eval::{Kernel, Numbers, Value, int_column, strict};
use crate::types::Type;
use arrow_array::types::Float64Type;
use arrow_array::{ArrayRef, Float64Array};
use arrow_buffer::{ArrowNativeType, BooleanBuffer, NullBuffer};
use std::sync::Arc;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("+", &["add"], (2, 2), "a + b; a timestamp plus milliseconds is a timestamp; null where an int overflows", |a| {
        sum(a, i64::overflowing_add, |a, b| a + b)
    }),
    row("-", &["sub", "subtract"], (2, 2), "a - b; between two timestamps the milliseconds; null where an int overflows", |a| {
        sum(a, i64::overflowing_sub, |a, b| a - b)
    }),
    row("*", &["mul", "multiply"], (2, 2), "a * b; null where an int overflows", |a| {
        both(a, |a, b| bad_if(a.overflowing_mul(b)), |a, b| (a * b, true))
    }),
    row("/", &["divide"], (2, 2), "a / b as a float; null where b is zero", |a| {
        for i in 0..2 {
            a.want_number(i)?;
            a.want(i, &Type::Float)?;
        }
        Ok(Outcome::Kernel(Type::Float, floats2(|a, b| (a / b, b != 0.0))))
    }),
    row("div", &["//"], (2, 2), "div(a, b): the int of a / b, cut toward zero; null where b is zero", |a| {
        for i in 0..2 {
            a.want(i, &Type::Int)?;
        }
        Ok(Outcome::Kernel(Type::Int, ints2(Type::Int, |a, b| a.checked_div(b).map_or((0, false), |x| (x, true)))))
    }),
    row("%", &["mod", "rem"], (2, 2), "a % b: what remains, with the sign of a; null where b is zero", |a| {
        both(a, |a, b| if b == 0 { (0, false) } else { (a.wrapping_rem(b), true) }, |a, b| (a % b, b != 0.0))
    }),
    row("neg", &["negate"], (1, 1), "-a", |a| each(a, |a| bad_if(a.overflowing_neg()), |a| (-a, true))),
    row("abs", &[], (1, 1), "abs(a): without its sign", |a| each(a, |a| bad_if(a.overflowing_abs()), |a| (a.abs(), true))),
    row("sign", &["signum"], (1, 1), "sign(a): -1, 0 or 1", |a| {
        Ok(match a.want_number(0)? {
            Type::Int => Outcome::Kernel(Type::Int, ints1(|a| (a.signum(), true))),
            // NaN has no sign.
            _ => Outcome::Kernel(Type::Int, float_to_int(|x| (i64::from(x > 0.0) - i64::from(x < 0.0), !x.is_nan()))),
        })
    }),
    row("floor", &[], (1, 1), "floor(a): the largest whole number not above it", |a| each(a, |a| (a, true), |a| (a.floor(), true))),
    row("ceil", &["ceiling"], (1, 1), "ceil(a): the smallest whole number not below it", |a| each(a, |a| (a, true), |a| (a.ceil(), true))),
    row("trunc", &[], (1, 1), "trunc(a): without what is after the point", |a| each(a, |a| (a, true), |a| (a.trunc(), true))),
    row("round", &[], (1, 2), "round(a), round(a, digits): halves go away from zero; negative digits are before the point", round),
    row("sqrt", &[], (1, 1), "sqrt(a); null for a negative number", |a| float(a, |x| (x.sqrt(), x >= 0.0 || x.is_nan()))),
    row("exp", &[], (1, 1), "exp(a): e to the power of a", |a| float(a, |x| (x.exp(), true))),
    row("ln", &["log"], (1, 1), "ln(a): the natural logarithm; null where a is not above zero", |a| float(a, |x| (x.ln(), x > 0.0 || x.is_nan()))),
    row("log10", &[], (1, 1), "log10(a); null where a is not above zero", |a| float(a, |x| (x.log10(), x > 0.0 || x.is_nan()))),
    row("log2", &[], (1, 1), "log2(a); null where a is not above zero", |a| float(a, |x| (x.log2(), x > 0.0 || x.is_nan()))),
    row("pow", &["power"], (2, 2), "pow(a, b): a to the power of b, a float", |a| {
        for i in 0..2 {
            a.want_number(i)?;
            a.want(i, &Type::Float)?;
        }
        Ok(Outcome::Kernel(Type::Float, floats2(|a, b| (a.powf(b), true))))
    }),
];

fn bad_if((value, overflowed): (i64, bool)) -> (i64, bool) {
    (value, !overflowed)
}

/// Addition and subtraction, which know times too.
fn sum(args: &mut Args<'_>, int: fn(i64, i64) -> (i64, bool), float: fn(f64, f64) -> f64) -> Result<Outcome> {
    let minus = args.function == "-";
    let is = |args: &Args<'_>, i: usize| args.ty(i) == Some(&Type::Timestamp);
    if is(args, 0) || is(args, 1) {
        // '2024-01-01' beside a minus is a time when the other is: there is nothing else it could be.
        let text = |args: &Args<'_>, i: usize| args.ty(i) == Some(&Type::String) && args.constant_text(i).is_some();
        for i in 0..2 {
            if minus && is(args, 1 - i) && text(args, i) {
                args.want(i, &Type::Timestamp)?;
            }
        }
        let result = match (is(args, 0), is(args, 1)) {
            (true, true) if minus => Type::Int,
            (true, false) => {
                args.want(1, &Type::Int)?;
                Type::Timestamp
            }
            (false, true) if !minus => {
                args.want(0, &Type::Int)?;
                Type::Timestamp
            }
            _ => return Err(args.error(format!("it does not go with {} and {}", args.describe(0), args.describe(1)))),
        };
        return Ok(Outcome::Kernel(result.clone(), ints2(result, move |a, b| bad_if(int(a, b)))));
    }
    both(args, move |a, b| bad_if(int(a, b)), move |a, b| (float(a, b), true))
}

/// A function of two ints that gives an int, and of two floats that gives a float; false beside the result makes it null.
fn both(
    args: &mut Args<'_>,
    int: impl Fn(i64, i64) -> (i64, bool) + Send + Sync + 'static,
    float: impl Fn(f64, f64) -> (f64, bool) + Send + Sync + 'static,
) -> Result<Outcome> {
    for i in 0..2 {
        args.want_number(i)?;
    }
    Ok(match args.common(&[0, 1])? {
        Type::Int => Outcome::Kernel(Type::Int, ints2(Type::Int, int)),
        _ => Outcome::Kernel(Type::Float, floats2(float)),
    })
}
fn each(
    args: &mut Args<'_>,
    int: impl Fn(i64) -> (i64, bool) + Send + Sync + 'static,
    float: impl Fn(f64) -> (f64, bool) + Send + Sync + 'static,
) -> Result<Outcome> {
    Ok(match args.want_number(0)? {
        Type::Int => Outcome::Kernel(Type::Int, ints1(int)),
        _ => Outcome::Kernel(Type::Float, floats1(float)),
    })
}
fn float(args: &mut Args<'_>, f: impl Fn(f64) -> (f64, bool) + Send + Sync + 'static) -> Result<Outcome> {
    args.want_number(0)?;
    args.want(0, &Type::Float)?;
    Ok(Outcome::Kernel(Type::Float, floats1(f)))
}

fn round(args: &mut Args<'_>) -> Result<Outcome> {
    if args.len() == 1 {
        return each(args, |a| (a, true), |a| (a.round(), true));
    }
    args.want(1, &Type::Int)?;
    let ty = args.want_number(0)?;
    if ty == Type::Int {
        return Ok(Outcome::Kernel(Type::Int, ints2(Type::Int, round_int)));
    }
    Ok(Outcome::Kernel(
        Type::Float,
        strict(Type::Float, |args, rows, nulls| {
            let (x, digits) = (Numbers::of::<Float64Type>(&args[0]), Numbers::ints(&args[1]));
            let one = |i: usize| {
                let (x, d) = (x.get(i), digits.get(i).clamp(-400, 400) as i32);
                let scale = 10f64.powi(d);
                let r = (x * scale).round() / scale;
                if r.is_finite() {
                    r
                } else if d < 0 {
                    0.0
                } else {
                    x
                }
            };
            Ok(Arc::new(Float64Array::new((0..rows).map(one).collect::<Vec<_>>().into(), nulls)))
        }),
    ))
}
/// An int to tens, hundreds...: digits are negative there.
fn round_int(a: i64, digits: i64) -> (i64, bool) {
    if digits >= 0 {
        return (a, true);
    }
    let Some(unit) = u32::try_from(-digits.max(-40)).ok().and_then(|d| 10i128.checked_pow(d)) else { return (0, true) };
    let a = i128::from(a);
    let r = (a.abs() + unit / 2) / unit * unit * a.signum();
    i64::try_from(r).map_or((0, false), |r| (r, true))
}

/// Applies a function by row. The second part of its result says whether there is one; the check for that costs a second pass only in
/// chunks where a row had none.
fn pairs<N: ArrowNativeType, O>(
    a: Numbers<'_, N>,
    b: Numbers<'_, N>,
    rows: usize,
    nulls: Option<NullBuffer>,
    f: impl Fn(N, N) -> (O, bool),
) -> (Vec<O>, Option<NullBuffer>) {
    let mut good = true;
    let mut run = |x, y| {
        let (v, ok) = f(x, y);
        good &= ok;
        v
    };
    let out: Vec<O> = match (a.scalar(), b.scalar()) {
        (false, false) => a.values.iter().zip(b.values).map(|(x, y)| run(*x, *y)).collect(),
        (false, true) => {
            let y = b.get(0);
            a.values.iter().map(|x| run(*x, y)).collect()
        }
        (true, _) => {
            let x = a.get(0);
            (0..rows).map(|i| run(x, b.get(i))).collect()
        }
    };
    let nulls =
        if good { nulls } else { NullBuffer::union(nulls.as_ref(), Some(&BooleanBuffer::collect_bool(rows, |i| f(a.get(i), b.get(i)).1).into())) };
    (out, nulls)
}
fn singles<N: ArrowNativeType, O>(a: Numbers<'_, N>, nulls: Option<NullBuffer>, f: impl Fn(N) -> (O, bool)) -> (Vec<O>, Option<NullBuffer>) {
    let mut good = true;
    let out: Vec<O> = a
        .values
        .iter()
        .map(|x| {
            let (v, ok) = f(*x);
            good &= ok;
            v
        })
        .collect();
    let nulls =
        if good { nulls } else { NullBuffer::union(nulls.as_ref(), Some(&BooleanBuffer::collect_bool(a.values.len(), |i| f(a.values[i]).1).into())) };
    (out, nulls)
}
fn float_column((values, nulls): (Vec<f64>, Option<NullBuffer>)) -> ArrayRef {
    Arc::new(Float64Array::new(values.into(), nulls))
}
fn ints2(ty: Type, f: impl Fn(i64, i64) -> (i64, bool) + Send + Sync + 'static) -> Kernel {
    strict(ty.clone(), move |args: &[Value], rows, nulls| {
        let (values, nulls) = pairs(Numbers::ints(&args[0]), Numbers::ints(&args[1]), rows, nulls, &f);
        Ok(int_column(values, nulls, &ty))
    })
}
fn floats2(f: impl Fn(f64, f64) -> (f64, bool) + Send + Sync + 'static) -> Kernel {
    strict(Type::Float, move |args, rows, nulls| {
        Ok(float_column(pairs(Numbers::of::<Float64Type>(&args[0]), Numbers::of::<Float64Type>(&args[1]), rows, nulls, &f)))
    })
}
fn ints1(f: impl Fn(i64) -> (i64, bool) + Send + Sync + 'static) -> Kernel {
    strict(Type::Int, move |args, _, nulls| {
        let (values, nulls) = singles(Numbers::ints(&args[0]), nulls, &f);
        Ok(int_column(values, nulls, &Type::Int))
    })
}
fn floats1(f: impl Fn(f64) -> (f64, bool) + Send + Sync + 'static) -> Kernel {
    strict(Type::Float, move |args, _, nulls| Ok(float_column(singles(Numbers::of::<Float64Type>(&args[0]), nulls, &f))))
}
fn float_to_int(f: impl Fn(f64) -> (i64, bool) + Send + Sync + 'static) -> Kernel {
    strict(Type::Int, move |args, _, nulls| {
        let (values, nulls) = singles(Numbers::of::<Float64Type>(&args[0]), nulls, &f);
        Ok(int_column(values, nulls, &Type::Int))
    })
}
