//! Statements as text that reads back to them.

use super::parse::clause;
use super::{Column, From, Item, Join, Kind, Options, Query, Show, Statement, Windowed};
use crate::expr::ident;
use crate::plan::{Emit, How, Window};
use std::fmt::{self, Display, Formatter};

/// A name as an identifier.
struct Name<'a>(&'a str);
impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if clause(self.0) { write!(f, "\"{}\"", self.0) } else { ident(self.0, f) }
    }
}

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Stream => "STREAM",
            Kind::Table => "TABLE",
            Kind::GlobalTable => "GLOBAL TABLE",
        })
    }
}

fn with(options: &Options, f: &mut Formatter<'_>) -> fmt::Result {
    for (i, (name, value)) in options.iter().enumerate() {
        write!(f, "{}{} = {value}", if i == 0 { " WITH (" } else { ", " }, Name(name))?;
    }
    if options.is_empty() { Ok(()) } else { f.write_str(")") }
}
fn list<T: Display>(items: &[T], f: &mut Formatter<'_>) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
    }
    Ok(())
}

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = |b: &bool| if *b { "IF NOT EXISTS " } else { "" };
        match self {
            Statement::Create { kind, name, if_not_exists, columns, with: options } => {
                write!(f, "CREATE {kind} {}{} (", not(if_not_exists), Name(name))?;
                list(columns, f)?;
                f.write_str(")")?;
                with(options, f)
            }
            Statement::CreateAs { kind, name, if_not_exists, with: options, query } => {
                write!(f, "CREATE {kind} {}{}", not(if_not_exists), Name(name))?;
                with(options, f)?;
                write!(f, " AS {query}")
            }
            Statement::Insert { into, query } => write!(f, "INSERT INTO {} {query}", Name(into)),
            Statement::Values { into, columns, rows } => {
                write!(f, "INSERT INTO {}", Name(into))?;
                if let Some(columns) = columns {
                    f.write_str(" (")?;
                    list(&columns.iter().map(|c| Name(c)).collect::<Vec<_>>(), f)?;
                    f.write_str(")")?;
                }
                for (i, row) in rows.iter().enumerate() {
                    f.write_str(if i == 0 { " VALUES (" } else { ", (" })?;
                    list(row, f)?;
                    f.write_str(")")?;
                }
                Ok(())
            }
            Statement::Select(q) => write!(f, "{q}"),
            Statement::Explain(q) => write!(f, "EXPLAIN {q}"),
            Statement::Show(what) => f.write_str(match what {
                Show::Streams => "SHOW STREAMS",
                Show::Tables => "SHOW TABLES",
                Show::Topics => "SHOW TOPICS",
                Show::Queries => "SHOW QUERIES",
            }),
            Statement::Describe(name) => write!(f, "DESCRIBE {}", Name(name)),
            Statement::Terminate(name) => write!(f, "TERMINATE {}", Name(name)),
            Statement::Drop { kind, name, if_exists, delete_topic } => {
                write!(f, "DROP {kind} {}{}", if *if_exists { "IF EXISTS " } else { "" }, Name(name))?;
                f.write_str(if *delete_topic { " DELETE TOPIC" } else { "" })
            }
        }
    }
}

impl Display for Column {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", Name(&self.name), self.ty, if self.key { " KEY" } else { "" })
    }
}
impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Item::All(None) => f.write_str("*"),
            Item::All(Some(of)) => write!(f, "{}.*", Name(of)),
            Item::Expr { expr, name: None } => write!(f, "{expr}"),
            Item::Expr { expr, name: Some(n) } => write!(f, "{expr} AS {}", Name(n)),
        }
    }
}
impl Display for From {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Name(&self.name))?;
        self.alias.as_ref().map_or(Ok(()), |a| write!(f, " AS {}", Name(a)))
    }
}
impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("SELECT ")?;
        list(&self.items, f)?;
        write!(f, " FROM {}", self.from)?;
        for j in &self.joins {
            write!(f, "{j}")?;
        }
        if let Some(e) = &self.filter {
            write!(f, " WHERE {e}")?;
        }
        if self.window.is_some() || !self.group_by.is_empty() {
            f.write_str(" GROUP BY ")?;
            list(&self.group_by, f)?;
        }
        if let Some(w) = &self.window {
            write!(f, "{}{w}", if self.group_by.is_empty() { "" } else { ", " })?;
        }
        if let Some(e) = &self.having {
            write!(f, " HAVING {e}")?;
        }
        f.write_str(match self.emit {
            None => "",
            Some(Emit::Final) => " EMIT FINAL",
            Some(Emit::Changes) => " EMIT CHANGES",
            Some(Emit::Every) => " EMIT EVERY",
        })?;
        self.limit.map_or(Ok(()), |n| write!(f, " LIMIT {n}"))
    }
}
impl Display for Join {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.how {
            How::Inner => "JOIN",
            How::Left => "LEFT JOIN",
            How::Outer => "FULL OUTER JOIN",
        };
        write!(f, " {word} {}", self.with)?;
        match self.within {
            None => {}
            Some((before, after)) if before == after => write!(f, " WITHIN '{before} ms'")?,
            Some((before, after)) => write!(f, " WITHIN ('{before} ms', '{after} ms')")?,
        }
        if let Some(g) = self.grace_ms {
            write!(f, " GRACE '{g} ms'")?;
        }
        for (i, (left, right)) in self.on.iter().enumerate() {
            write!(f, " {} {left} = {right}", if i == 0 { "ON" } else { "AND" })?;
        }
        Ok(())
    }
}
impl Display for Windowed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (word, size) = match self.window {
            Window::Tumbling { size_ms } => ("TUMBLE", size_ms),
            Window::Hopping { size_ms, .. } => ("HOP", size_ms),
            Window::Sliding { size_ms } => ("SLIDE", size_ms),
            Window::Session { gap_ms } => ("SESSION", gap_ms),
        };
        write!(f, "{word}(")?;
        if let Some(t) = &self.time {
            write!(f, "{}, ", Name(t))?;
        }
        write!(f, "'{size} ms'")?;
        if let Window::Hopping { advance_ms, .. } = self.window {
            write!(f, ", '{advance_ms} ms'")?;
        }
        f.write_str(")")?;
        self.grace_ms.map_or(Ok(()), |g| write!(f, " GRACE '{g} ms'"))
    }
}
