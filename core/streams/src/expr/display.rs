//! The one text of an expression. Names of stores and topics are made of it, so it must not change: the golden texts in `tests` say
//! what it is. `Expr::parse` reads it back to the same expression, with a function's alias replaced by its name.

use super::{Expr, Scalar, format_millis, functions};
use crate::types::Type;
use std::fmt::{self, Display, Formatter};

/// Words that SQL takes for itself where a column may stand. The list is ours and not the parser's, so that a new parser changes no
/// text; a test holds that each other word of the parser reads as a column.
const RESERVED: [&str; 54] = [
    "all",
    "and",
    "any",
    "array",
    "as",
    "between",
    "by",
    "case",
    "cast",
    "ceil",
    "convert",
    "current_catalog",
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "distinct",
    "else",
    "emit",
    "end",
    "exists",
    "extract",
    "false",
    "floor",
    "from",
    "group",
    "having",
    "in",
    "interval",
    "is",
    "join",
    "like",
    "localtime",
    "localtimestamp",
    "map",
    "match",
    "not",
    "null",
    "on",
    "or",
    "overlay",
    "position",
    "prior",
    "returning",
    "select",
    "session_user",
    "substring",
    "then",
    "trim",
    "true",
    "user",
    "when",
    "where",
    "with",
];

/// An identifier, in quotes where it could not be read without.
pub(crate) fn ident(name: &str, f: &mut Formatter<'_>) -> fmt::Result {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain && !RESERVED.contains(&name.to_ascii_lowercase().as_str()) { f.write_str(name) } else { write!(f, "\"{}\"", name.replace('"', "\"\"")) }
}

/// Operators that stand between their arguments. All of them are written in parentheses: no reader has to know which binds tighter.
fn infix(name: &str) -> Option<&'static str> {
    Some(match name {
        "=" => "=",
        "!=" => "!=",
        "<" => "<",
        "<=" => "<=",
        ">" => ">",
        ">=" => ">=",
        "and" => "AND",
        "or" => "OR",
        "+" => "+",
        "-" => "-",
        "*" => "*",
        "/" => "/",
        "%" => "%",
        "like" => "LIKE",
        "ilike" => "ILIKE",
        "||" => "||",
        "is_distinct" => "IS DISTINCT FROM",
        _ => return None,
    })
}

/// SQL writes a list of ints as `int[]`.
fn type_text(ty: &Type, f: &mut Formatter<'_>) -> fmt::Result {
    if let Type::List(of) = ty {
        type_text(of, f)?;
        return f.write_str("[]");
    }
    write!(f, "{ty}")
}

fn list(args: &[Expr], separator: &str, f: &mut Formatter<'_>) -> fmt::Result {
    for (i, a) in args.iter().enumerate() {
        if i > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{a}")?;
    }
    Ok(())
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Col(name) => ident(name, f),
            Expr::Lit(s) => write!(f, "{s}"),
            Expr::Call { name, args } => {
                let name = functions::canonical(name);
                match (infix(name), args.len()) {
                    (Some(op), 2) => return write!(f, "({} {op} {})", args[0], args[1]),
                    (Some(op @ ("AND" | "OR" | "||")), n) if n > 2 => {
                        f.write_str("(")?;
                        list(args, &format!(" {op} "), f)?;
                        return f.write_str(")");
                    }
                    _ => {}
                }
                match (name, args.as_slice()) {
                    ("not", [a]) => write!(f, "(NOT {a})"),
                    ("is_null", [a]) => write!(f, "({a} IS NULL)"),
                    ("is_not_null", [a]) => write!(f, "({a} IS NOT NULL)"),
                    ("between", [a, low, high]) => write!(f, "({a} BETWEEN {low} AND {high})"),
                    ("in", [a, rest @ ..]) if !rest.is_empty() => {
                        write!(f, "({a} IN (")?;
                        list(rest, ", ", f)?;
                        f.write_str("))")
                    }
                    _ => {
                        // A name that is no word (an operator with too few arguments, an unknown function) must not read as something else.
                        if functions::lookup(name).is_some()
                            && name.starts_with(|c: char| c.is_ascii_alphabetic())
                            && !["in", "and", "or", "not"].contains(&name)
                        {
                            f.write_str(name)?;
                        } else {
                            ident(name, f)?;
                        }
                        f.write_str("(")?;
                        list(args, ", ", f)?;
                        f.write_str(")")
                    }
                }
            }
            Expr::Case { when, otherwise } => {
                f.write_str("CASE")?;
                for (condition, then) in when {
                    write!(f, " WHEN {condition} THEN {then}")?;
                }
                if let Some(e) = otherwise {
                    write!(f, " ELSE {e}")?;
                }
                f.write_str(" END")
            }
            Expr::Cast { expr, to } => {
                write!(f, "CAST({expr} AS ")?;
                type_text(to, f)?;
                f.write_str(")")
            }
        }
    }
}

impl Display for Scalar {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Null => f.write_str("NULL"),
            Scalar::Bool(b) => write!(f, "{b}"),
            Scalar::Int(i) => write!(f, "{i}"),
            // Debug keeps ".0" or an exponent, which is what makes the text a float again.
            Scalar::Float(x) if x.is_finite() => write!(f, "{x:?}"),
            Scalar::Float(x) => write!(f, "CAST('{x}' AS float)"),
            Scalar::String(s) => write!(f, "'{}'", s.replace('\'', "''")),
            Scalar::Bytes(b) => {
                f.write_str("X'")?;
                for x in b {
                    write!(f, "{x:02x}")?;
                }
                f.write_str("'")
            }
            Scalar::Timestamp(t) => match format_millis(*t) {
                Some(text) => write!(f, "TIMESTAMP '{text}'"),
                None => write!(f, "CAST({t} AS timestamp)"),
            },
        }
    }
}
