//! The table of functions and operators. A row says how a function is called and how it is bound: binding makes the arguments the types
//! it wants and gives the type and the kernel of the result. What each does is in the file of its kind.

mod arith;
mod bytes;
mod compare;
mod cond;
mod logic;
mod more_strings;
mod nested;
mod strings;
mod time;

use super::bind::{Args, Outcome};
use crate::types::nearest;
use wellhead_base::{Error, Result};

/// A row of the table.
pub struct Function {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    /// The least and the largest number of arguments.
    pub args: (usize, usize),
    /// One line: what goes in, what comes out, what it does.
    pub doc: &'static str,
    /// The same arguments give the same result. All of today's do.
    pub deterministic: bool,
    pub(crate) bind: fn(&mut Args<'_>) -> Result<Outcome>,
}

pub(crate) const MANY: usize = usize::MAX;

const fn row(
    name: &'static str,
    aliases: &'static [&'static str],
    args: (usize, usize),
    doc: &'static str,
    bind: fn(&mut Args<'_>) -> Result<Outcome>,
) -> Function {
    Function { name, aliases, args, doc, deterministic: true, bind }
}

const TABLES: [&[Function]; 9] =
    [compare::TABLE, logic::TABLE, arith::TABLE, cond::TABLE, strings::TABLE, more_strings::TABLE, time::TABLE, nested::TABLE, bytes::TABLE];

/// All of them, by kind.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLES.iter().flat_map(|t| t.iter())
}
/// The function of that name or alias, in any case.
pub fn lookup(name: &str) -> Option<&'static Function> {
    all().find(|f| f.name.eq_ignore_ascii_case(name) || f.aliases.iter().any(|a| a.eq_ignore_ascii_case(name)))
}
/// The same, or an error that names what may have been meant.
pub fn find(name: &str) -> Result<&'static Function> {
    lookup(name).ok_or_else(|| {
        let known: Vec<&str> = all().flat_map(|f| std::iter::once(f.name).chain(f.aliases.iter().copied())).collect();
        let near = nearest(name, &known).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
        Error::invalid_arg(format!("there is no function {name}{near}"))
    })
}
/// The name that an alias stands for; an unknown name stays.
pub fn canonical(name: &str) -> &str {
    lookup(name).map_or(name, |f| f.name)
}
