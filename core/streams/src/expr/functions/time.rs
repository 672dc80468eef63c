//! Times: milliseconds since the epoch in UTC. A length of time is an int of milliseconds, which `INTERVAL '10' SECOND` is too.

use super::{Args, Function, Outcome, row};
use crate::expr::civil::{DAY_MS, date_of, days_of, unit_millis};
use crate::expr::eval::{Numbers, Value, int_column, strict};
use crate::types::Type;
use wellhead_base::Result;

pub(super) const TABLE: &[Function] = &[
    row("date_trunc", &["trunc_time"], (2, 2), "date_trunc(unit, time): the begin of its second ... year; a week begins on Monday", |a| {
        let unit = a.constant_word(0, "a unit of time", &TRUNC)?;
        let f = truncation(&unit);
        on_time(a, Type::Timestamp, f)
    }),
    row(
        "date_part",
        &["datepart"],
        (2, 2),
        "date_part(unit, time), EXTRACT(unit FROM time): year, month, day, hour, dow (0 is Sunday) ... as an int",
        |a| {
            let unit = a.constant_word(0, "a part of a time", &PARTS)?;
            let f = part(&unit);
            on_time(a, Type::Int, f)
        },
    ),
    row("time_bucket", &["date_bin"], (2, 2), "time_bucket(length, time): the begin of the stretch of that length, counted from the epoch", |a| {
        match a.constant_text(0) {
            Some(text) => {
                let ms = crate::expr::parse_duration(text).map_err(|e| a.error(e.message()))?;
                a.list[0] = super::super::bind::constant(&crate::expr::Scalar::Int(ms));
            }
            None => a.want(0, &Type::Int)?,
        }
        a.want(1, &Type::Timestamp)?;
        Ok(Outcome::Kernel(
            Type::Timestamp,
            strict(Type::Timestamp, |args: &[Value], rows, nulls| {
                let (length, time) = (Numbers::ints(&args[0]), Numbers::ints(&args[1]));
                let floor = |i: usize| {
                    let (n, t) = (length.get(i), time.get(i));
                    if n <= 0 { None } else { t.div_euclid(n).checked_mul(n) }
                };
                let values: Vec<Option<i64>> = (0..rows).map(floor).collect();
                let good = arrow_buffer::BooleanBuffer::collect_bool(rows, |i| values[i].is_some());
                let nulls = arrow_buffer::NullBuffer::union(nulls.as_ref(), Some(&good.into()));
                Ok(int_column(values.into_iter().map(Option::unwrap_or_default).collect(), nulls, &Type::Timestamp))
            }),
        ))
    }),
    row("to_timestamp", &["timestamp"], (1, 1), "to_timestamp(text or milliseconds): null where the text is not ISO 8601", |a| {
        a.force(0, &Type::Timestamp)?;
        Ok(Outcome::Done(a.list.swap_remove(0)))
    }),
    row("epoch_ms", &["unix_millis"], (1, 1), "epoch_ms(time): milliseconds since 1970", |a| {
        a.want(0, &Type::Timestamp)?;
        a.force(0, &Type::Int)?;
        Ok(Outcome::Done(a.list.swap_remove(0)))
    }),
];

/// A function of the second argument, a time; the first is a constant that made the function.
fn on_time(args: &mut Args<'_>, result: Type, f: Box<dyn Fn(i64) -> i64 + Send + Sync>) -> Result<Outcome> {
    args.want(1, &Type::Timestamp)?;
    args.list.remove(0);
    let ty = result.clone();
    Ok(Outcome::Kernel(
        result,
        strict(ty.clone(), move |args, _, nulls| Ok(int_column(Numbers::ints(&args[0]).values.iter().map(|t| f(*t)).collect(), nulls, &ty))),
    ))
}

const TRUNC: [&str; 9] = ["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];
const PARTS: [&str; 15] =
    ["year", "quarter", "month", "week", "day", "dow", "isodow", "doy", "hour", "minute", "second", "millisecond", "epoch", "dayofweek", "dayofyear"];

fn truncation(unit: &str) -> Box<dyn Fn(i64) -> i64 + Send + Sync> {
    let of_date = |f: fn(i64, i64) -> (i64, i64)| -> Box<dyn Fn(i64) -> i64 + Send + Sync> {
        Box::new(move |t| {
            let (year, month, _) = date_of(t.div_euclid(DAY_MS));
            let (year, month) = f(year, month);
            days_of(year, month, 1).saturating_mul(DAY_MS)
        })
    };
    match unit {
        // The epoch was a Thursday: three days lie between its Monday and it.
        "week" => Box::new(|t| {
            let day = t.div_euclid(DAY_MS);
            (day - (day + 3).rem_euclid(7)).saturating_mul(DAY_MS)
        }),
        "month" => of_date(|y, m| (y, m)),
        "quarter" => of_date(|y, m| (y, (m - 1) / 3 * 3 + 1)),
        "year" => of_date(|y, _| (y, 1)),
        other => {
            let n = unit_millis(other).unwrap_or(1);
            Box::new(move |t| t.div_euclid(n).saturating_mul(n))
        }
    }
}

fn part(unit: &str) -> Box<dyn Fn(i64) -> i64 + Send + Sync> {
    fn date(f: fn(i64, i64, i64) -> i64) -> Box<dyn Fn(i64) -> i64 + Send + Sync> {
        Box::new(move |t| {
            let (year, month, day) = date_of(t.div_euclid(DAY_MS));
            f(year, month, day)
        })
    }
    fn clock(unit: i64, of: i64) -> Box<dyn Fn(i64) -> i64 + Send + Sync> {
        Box::new(move |t| t.rem_euclid(of) / unit)
    }
    match unit {
        "year" => date(|y, _, _| y),
        "quarter" => date(|_, m, _| (m - 1) / 3 + 1),
        "month" => date(|_, m, _| m),
        "day" => date(|_, _, d| d),
        "doy" | "dayofyear" => date(|y, m, d| days_of(y, m, d) - days_of(y, 1, 1) + 1),
        "week" => date(iso_week),
        "dow" | "dayofweek" => Box::new(|t| (t.div_euclid(DAY_MS) + 4).rem_euclid(7)),
        "isodow" => Box::new(|t| (t.div_euclid(DAY_MS) + 3).rem_euclid(7) + 1),
        "hour" => clock(3_600_000, DAY_MS),
        "minute" => clock(60_000, 3_600_000),
        "second" => clock(1000, 60_000),
        // As DuckDB has it: of the minute, not of the second.
        "millisecond" => clock(1, 60_000),
        _ => Box::new(|t| t.div_euclid(1000)),
    }
}
/// The week of ISO 8601: the first is the one with the year's first Thursday.
fn iso_week(y: i64, m: i64, d: i64) -> i64 {
    let day = days_of(y, m, d);
    let thursday = day - (day + 3).rem_euclid(7) + 3;
    let (year, _, _) = date_of(thursday);
    (thursday - days_of(year, 1, 1)) / 7 + 1
}
