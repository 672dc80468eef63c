//! Kafka's JSON form of a message -> our struct. Strict: a key that no field takes is an error, so that equality with what was decoded
//! covers the whole document.

use base64::Engine as _;
use bytes::Bytes;
use serde_json::Value;
use wellhead_base::TopicId;
use wellhead_wire::Message;

/// What a test does with each message.
pub trait Run {
    fn message<M: Message + FromJson>(&mut self);
}

pub trait FromJson: Sized {
    fn from_json(v: &Value) -> Self;
}

macro_rules! from_json {
    ($ty:path { $($field:ident : $name:literal),* }) => {
        impl FromJson for $ty {
            #[allow(unused_mut)]
            fn from_json(v: &serde_json::Value) -> Self {
                let o = v.as_object().expect("an object");
                let mut x = Self::default();
                let mut used = 0;
                $(if let Some(v) = o.get($name) {
                    used += 1;
                    x.$field = FromJson::from_json(v);
                })*
                assert_eq!(used, o.len(), "{} does not know all keys of {v}", stringify!($ty));
                x
            }
        }
    };
}
pub(crate) use from_json;

macro_rules! ints {
    ($($ty:ty),*) => {$(
        impl FromJson for $ty {
            fn from_json(v: &Value) -> Self {
                v.as_i64().and_then(|n| <$ty>::try_from(n).ok()).unwrap_or_else(|| panic!("{v} as {}", stringify!($ty)))
            }
        }
    )*};
}
ints!(i8, i16, u16, i32, i64);

impl FromJson for bool {
    fn from_json(v: &Value) -> Self {
        v.as_bool().expect("a bool")
    }
}
impl FromJson for f64 {
    fn from_json(v: &Value) -> Self {
        match v.as_str() {
            Some("Infinity") => f64::INFINITY,
            Some("-Infinity") => f64::NEG_INFINITY,
            Some(s) => s.parse().expect("a number"),
            None => v.as_f64().expect("a number"),
        }
    }
}
impl FromJson for String {
    fn from_json(v: &Value) -> Self {
        v.as_str().expect("a string").to_owned()
    }
}
impl FromJson for Bytes {
    fn from_json(v: &Value) -> Self {
        base64::engine::general_purpose::STANDARD.decode(v.as_str().expect("base64")).expect("base64").into()
    }
}
impl FromJson for TopicId {
    fn from_json(v: &Value) -> Self {
        v.as_str().and_then(TopicId::parse).unwrap_or_else(|| panic!("{v} as a topic id"))
    }
}
impl<T: FromJson> FromJson for Option<T> {
    fn from_json(v: &Value) -> Self {
        (!v.is_null()).then(|| T::from_json(v))
    }
}
impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(v: &Value) -> Self {
        v.as_array().expect("an array").iter().map(T::from_json).collect()
    }
}
