//! The one property table: what a broker, a topic and a client can be told, under Kafka's and librdkafka's names. Rust, C, Go,
//! Python and the command line all read their configuration through it, so a name, a default or a mistake is the same everywhere.

pub mod broker;
pub mod client;
pub mod topic;

use crate::error::{Error, Result};

/// How a property's text is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Str,
    /// `true`/`false`, and `1`/`0`, `yes`/`no`, `t`/`f` as librdkafka accepts them.
    Bool,
    /// A whole number within the bounds, both included.
    Int(i64, i64),
    /// A number within the bounds, both included.
    Float(f64, f64),
    /// One of the words; a word may be written `alias=word` in the table to read as another.
    OneOf(&'static [&'static str]),
    /// A comma-separated list of words.
    List,
    /// Never printed, described or logged.
    Secret,
    /// Not text: a callback or an object of the host language; the core ignores it.
    Host,
}

/// Who reads a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Broker,
    Topic,
    Producer,
    Consumer,
    /// Producer, consumer and admin.
    Client,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    pub name: &'static str,
    /// Other spellings that mean the same.
    pub aliases: &'static [&'static str],
    pub side: Side,
    pub kind: Kind,
    /// The value when none is given; "" where there is none.
    pub default: &'static str,
    /// One sentence for a person, with the unit.
    pub doc: &'static str,
}

impl Property {
    /// Checks `value` and returns its canonical text.
    pub fn check(&self, value: &str) -> Result<String> {
        let bad = |want: &str| Err(Error::invalid_arg(format!("Invalid value \"{value}\" for configuration property \"{}\": {want}", self.name)));
        let v = value.trim();
        match self.kind {
            Kind::Str | Kind::Secret | Kind::Host => Ok(value.to_owned()),
            Kind::List => Ok(v.split(',').map(str::trim).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(",")),
            Kind::Bool => match v.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "t" | "on" => Ok("true".into()),
                "false" | "0" | "no" | "f" | "off" => Ok("false".into()),
                _ => bad("expected true or false"),
            },
            Kind::Int(lo, hi) => match v.parse::<i64>() {
                Ok(n) if (lo..=hi).contains(&n) => Ok(n.to_string()),
                _ => bad(&format!("expected a whole number from {lo} to {hi}")),
            },
            Kind::Float(lo, hi) => match v.parse::<f64>() {
                Ok(n) if (lo..=hi).contains(&n) => Ok(v.to_owned()),
                _ => bad(&format!("expected a number from {lo} to {hi}")),
            },
            Kind::OneOf(words) => {
                let low = v.to_ascii_lowercase();
                for w in words {
                    let (from, to) = w.split_once('=').unwrap_or((w, w));
                    if from == low || to == low {
                        return Ok(to.to_owned());
                    }
                }
                let names: Vec<_> = words.iter().map(|w| w.split_once('=').map_or(*w, |(f, _)| f)).collect();
                bad(&format!("expected one of {}", names.join(", ")))
            }
        }
    }
}

/// The row of `name` (or of an alias of it) in `table`.
pub fn find<'a>(table: &'a [Property], name: &str) -> Option<&'a Property> {
    table.iter().find(|p| p.name == name || p.aliases.contains(&name))
}

/// The error for a name that no row has: it offers the nearest one.
pub fn unknown(tables: &[&[Property]], name: &str) -> Error {
    let hint = nearest(tables.iter().flat_map(|t| t.iter()).flat_map(|p| std::iter::once(p.name).chain(p.aliases.iter().copied())), name);
    match hint {
        Some(h) => Error::invalid_arg(format!("No such configuration property: \"{name}\" (did you mean \"{h}\"?)")),
        None => Error::invalid_arg(format!("No such configuration property: \"{name}\"")),
    }
}

/// The candidate nearest to `name` by edit distance, when it is near enough to be meant.
pub fn nearest<'a>(candidates: impl Iterator<Item = &'a str>, name: &str) -> Option<&'a str> {
    let name = name.trim().to_ascii_lowercase().replace('_', ".");
    if name.len() > 200 {
        return None;
    }
    candidates.map(|c| (distance(c, &name), c)).min_by_key(|&(d, _)| d).filter(|&(d, c)| d <= 2 + c.len().min(name.len()) / 5).map(|(_, c)| c)
}

/// Levenshtein's distance over bytes.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = if ca == cb { diagonal } else { diagonal + 1 };
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Properties with checked values: what was set, under canonical names, over a table's defaults.
#[derive(Clone, Default)]
pub struct Properties {
    set: std::collections::BTreeMap<&'static str, String>,
}

impl Properties {
    /// Reads pairs against `tables`. The first unknown name or wrong value is an error; a later pair replaces an earlier one.
    pub fn read<K: AsRef<str>, V: AsRef<str>>(tables: &[&'static [Property]], pairs: impl IntoIterator<Item = (K, V)>) -> Result<Self> {
        let mut set = std::collections::BTreeMap::new();
        for (k, v) in pairs {
            let k = k.as_ref();
            let p = tables.iter().find_map(|t| find(t, k)).ok_or_else(|| unknown(tables, k))?;
            set.insert(p.name, p.check(v.as_ref())?);
        }
        Ok(Self { set })
    }
    /// The text that was set under this canonical name, if any.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.set.get(name).map(String::as_str)
    }
    /// The text set, or the row's default.
    pub fn text(&self, p: &Property) -> String {
        self.get(p.name).unwrap_or(p.default).to_owned()
    }
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.set.iter().map(|(k, v)| (*k, v.as_str()))
    }
    pub fn is_set(&self, name: &str) -> bool {
        self.set.contains_key(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_offers_what_was_meant_and_nothing_far_off() {
        let names = ["bootstrap.servers", "group.id", "acks"];
        assert_eq!(nearest(names.iter().copied(), "bootstrap.server"), Some("bootstrap.servers"));
        assert_eq!(nearest(names.iter().copied(), "bootstrap_servers"), Some("bootstrap.servers"));
        assert_eq!(nearest(names.iter().copied(), "zzzzzzzz"), None);
    }

    #[test]
    fn values_are_checked_by_kind() {
        let p = |kind| Property { name: "x", aliases: &[], side: Side::Client, kind, default: "", doc: "" };
        assert_eq!(p(Kind::Bool).check("T").unwrap(), "true");
        assert!(p(Kind::Bool).check("maybe").is_err());
        assert_eq!(p(Kind::Int(-1, 5)).check(" 5 ").unwrap(), "5");
        assert!(p(Kind::Int(-1, 5)).check("6").unwrap_err().to_string().contains("from -1 to 5"));
        assert_eq!(p(Kind::OneOf(&["smallest=earliest", "earliest"])).check("smallest").unwrap(), "earliest");
        assert!(p(Kind::OneOf(&["a", "b"])).check("c").is_err());
    }

    #[test]
    fn every_table_holds_its_own_defaults_and_names_nothing_twice() {
        for table in [client::TABLE, topic::TABLE, broker::TABLE] {
            let mut seen = std::collections::BTreeSet::new();
            for p in table {
                assert!(p.default.is_empty() || p.check(p.default).is_ok(), "{}: default {}", p.name, p.default);
                for n in std::iter::once(&p.name).chain(p.aliases) {
                    assert!(seen.insert((p.side as u8, *n)), "{n} stands twice");
                }
            }
        }
    }
}
