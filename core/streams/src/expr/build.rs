//! Expressions written in Rust: `col("price").gt(100).and(col("side").eq("buy"))`.

use super::{Expr, Scalar};
use crate::types::Type;

/// A column by its name.
pub fn col(name: impl Into<String>) -> Expr {
    Expr::Col(name.into())
}
/// A constant.
pub fn lit(value: impl Into<Scalar>) -> Expr {
    Expr::Lit(value.into())
}
/// A function of the table in `functions`.
pub fn call(name: impl Into<String>, args: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call { name: name.into(), args: args.into_iter().collect() }
}
/// `case().when(a, b).otherwise(c)`; `.end()` where nothing else is wanted than null.
pub fn case() -> CaseBuilder {
    CaseBuilder { when: Vec::new() }
}

#[derive(Clone, Debug, Default)]
pub struct CaseBuilder {
    when: Vec<(Expr, Expr)>,
}
impl CaseBuilder {
    pub fn when(mut self, condition: impl Into<Expr>, then: impl Into<Expr>) -> CaseBuilder {
        self.when.push((condition.into(), then.into()));
        self
    }
    pub fn otherwise(self, value: impl Into<Expr>) -> Expr {
        Expr::Case { when: self.when, otherwise: Some(Box::new(value.into())) }
    }
    pub fn end(self) -> Expr {
        Expr::Case { when: self.when, otherwise: None }
    }
}

macro_rules! scalar_from {
    ($($t:ty => |$v:ident| $make:expr),* $(,)?) => {$(
        impl From<$t> for Scalar {
            fn from($v: $t) -> Scalar {
                $make
            }
        }
        impl From<$t> for Expr {
            fn from(v: $t) -> Expr {
                Expr::Lit(v.into())
            }
        }
    )*};
}
scalar_from! {
    bool => |v| Scalar::Bool(v),
    i32 => |v| Scalar::Int(v.into()),
    i64 => |v| Scalar::Int(v),
    u32 => |v| Scalar::Int(v.into()),
    f64 => |v| Scalar::Float(v),
    &str => |v| Scalar::String(v.to_owned()),
    String => |v| Scalar::String(v),
    &[u8] => |v| Scalar::Bytes(v.to_vec()),
    Vec<u8> => |v| Scalar::Bytes(v),
}
impl From<Scalar> for Expr {
    fn from(v: Scalar) -> Expr {
        Expr::Lit(v)
    }
}

macro_rules! methods {
    ($($method:ident => $name:literal),* $(,)?) => {
        $(pub fn $method(self, other: impl Into<Expr>) -> Expr {
            call($name, [self, other.into()])
        })*
    };
}
// `eq`, `ne`, `lt`... of `PartialEq` and `PartialOrd` take references and give bool, so nothing is hidden by these.
#[allow(clippy::should_implement_trait)]
impl Expr {
    methods! {
        eq => "=", ne => "!=", lt => "<", le => "<=", gt => ">", ge => ">=", and => "and", or => "or", like => "like", pow => "pow",
        is_distinct => "is_distinct", concat => "||",
    }
    pub fn not(self) -> Expr {
        call("not", [self])
    }
    pub fn is_null(self) -> Expr {
        call("is_null", [self])
    }
    pub fn is_not_null(self) -> Expr {
        call("is_not_null", [self])
    }
    pub fn is_in(self, values: impl IntoIterator<Item = impl Into<Expr>>) -> Expr {
        call("in", std::iter::once(self).chain(values.into_iter().map(Into::into)))
    }
    pub fn between(self, low: impl Into<Expr>, high: impl Into<Expr>) -> Expr {
        call("between", [self, low.into(), high.into()])
    }
    pub fn cast(self, to: Type) -> Expr {
        Expr::Cast { expr: Box::new(self), to }
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident $name:literal),* $(,)?) => {$(
        impl<T: Into<Expr>> std::ops::$trait<T> for Expr {
            type Output = Expr;
            fn $method(self, other: T) -> Expr {
                call($name, [self, other.into()])
            }
        }
    )*};
}
operators! { Add add "+", Sub sub "-", Mul mul "*", Div div "/", Rem rem "%" }
impl std::ops::Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        call("neg", [self])
    }
}
