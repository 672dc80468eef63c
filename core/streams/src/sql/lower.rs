//! A query into nodes of a plan: join, filter, aggregate, filter, select, in this order. Owns which column a name in the query means.

use super::parse::aggregate_in;
use super::{Item, Places, Query};
use crate::agg;
use crate::expr::{Bound, PSEUDO};
use crate::expr::{Expr, Scalar, col};
use crate::plan::{self, Agg, Aggregate, How, Join, NodeId, NodeOp, Plan, WINDOW_END, WINDOW_START};
use crate::types::{Schema, nearest};
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// The output of a plan's node: its columns, and whether it is a table.
fn output(plan: &Plan, node: NodeId) -> Result<(Arc<Schema>, bool)> {
    let checked = plan.check()?;
    let n = &checked.nodes[checked.of_plan[node]];
    Ok((n.schema.clone(), n.shape != plan::Kind::Stream))
}

/// Something that rows come from.
pub(super) struct Relation {
    pub node: NodeId,
    pub schema: Arc<Schema>,
    pub table: bool,
    pub global: bool,
    /// The column that is its event time.
    pub time: Option<String>,
    pub grace_ms: i64,
}

/// Which columns of the rows at hand belong to which stream of the query.
struct Scope<'a>(Vec<(String, Vec<(String, String)>)>, &'a Places);
impl<'a> Scope<'a> {
    fn of(name: &str, schema: &Schema, places: &'a Places) -> Scope<'a> {
        Scope(vec![(name.to_owned(), schema.fields().iter().map(|f| (f.name.clone(), f.name.clone())).collect())], places)
    }
    /// The expression over the rows' own columns.
    fn resolve(&self, e: &Expr) -> Result<Expr> {
        rewrite(e, &mut |e| match e {
            Expr::Col(name) => Ok(Some(Expr::Col(self.column(name).map_err(|e| self.1.name(name).of(&e))?))),
            _ => Ok(None),
        })
    }
    /// The column is one of the rows at hand; else an error that offers the nearest.
    fn known(&self, name: &str) -> Result<()> {
        let mut names: Vec<&str> = self.0.iter().flat_map(|(_, cs)| cs.iter().map(|(n, _)| n.as_str())).collect();
        if names.contains(&name) || [WINDOW_START, WINDOW_END].contains(&name) || PSEUDO.iter().any(|(n, _)| *n == name) {
            return Ok(());
        }
        names.dedup();
        let near = nearest(name, &names).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
        Err(self.1.name(name).of(&Error::invalid_arg(format!("there is no column \"{name}\" among {}{near}", names.join(", ")))))
    }
    fn all_known(&self, e: &Expr) -> Result<()> {
        e.columns()
            .into_iter()
            .filter(|c| !self.0.iter().any(|(of, _)| c.strip_prefix(of.as_str()).is_some_and(|r| r.starts_with('.'))))
            .try_for_each(|c| self.known(c))
    }
    fn column(&self, name: &str) -> Result<String> {
        for (of, columns) in &self.0 {
            if let Some(c) = name.strip_prefix(of.as_str()).and_then(|r| r.strip_prefix('.')) {
                return columns.iter().find(|(n, _)| n == c).map(|(_, to)| to.clone()).ok_or_else(|| {
                    let names: Vec<&str> = columns.iter().map(|(n, _)| n.as_str()).collect();
                    let near = nearest(c, &names).map(|n| format!("; did you mean \"{n}\"?")).unwrap_or_default();
                    Error::invalid_arg(format!("{of} has no column \"{c}\" but {}{near}", names.join(", ")))
                });
            }
        }
        let mut found: Vec<&String> = self.0.iter().flat_map(|(_, cs)| cs.iter().filter(|(n, _)| n == name).map(|(_, to)| to)).collect();
        found.dedup();
        match found.as_slice() {
            // Pseudo columns, and what a binder will say no to.
            [] => Ok(name.to_owned()),
            [one] => Ok((*one).clone()),
            _ => Err(Error::invalid_arg(format!("more than one stream has a column \"{name}\": write the stream's name and a dot before it"))),
        }
    }
}

/// A copy in which some parts are replaced; what is replaced is not looked into.
fn rewrite(e: &Expr, f: &mut dyn FnMut(&Expr) -> Result<Option<Expr>>) -> Result<Expr> {
    if let Some(new) = f(e)? {
        return Ok(new);
    }
    let mut many = |list: &[Expr]| list.iter().map(|x| rewrite(x, f)).collect::<Result<Vec<_>>>();
    Ok(match e {
        Expr::Col(_) | Expr::Lit(_) => e.clone(),
        Expr::Call { name, args } => Expr::Call { name: name.clone(), args: many(args)? },
        Expr::Cast { expr, to } => Expr::Cast { expr: Box::new(rewrite(expr, f)?), to: to.clone() },
        Expr::Case { when, otherwise } => Expr::Case {
            when: when.iter().map(|(c, t)| Ok((rewrite(c, f)?, rewrite(t, f)?))).collect::<Result<_>>()?,
            otherwise: otherwise.as_deref().map(|x| rewrite(x, f)).transpose()?.map(Box::new),
        },
    })
}

pub(super) fn query(plan: &mut Plan, q: &Query, sources: Vec<Relation>) -> Result<Relation> {
    let mut sources = sources.into_iter();
    let mut at = sources.next().expect("a query reads something");
    if at.global {
        return Err(Error::invalid_arg(format!("{} is a global table: it can only be joined with", q.from.name)));
    }
    let mut scope = Scope::of(q.from.shown(), &at.schema, &q.places);
    for (i, (j, right)) in q.joins.iter().zip(sources).enumerate() {
        at = join(plan, j, at, right, &mut scope).map_err(|e| q.places.joins.get(i).copied().unwrap_or_default().of(&e))?;
    }
    if let Some(when) = &q.filter {
        scope.all_known(when)?;
        at.node = plan.push(NodeOp::Filter { when: scope.resolve(when)? }, vec![at.node]);
        plan.check().map_err(|e| q.places.filter.of(&e))?;
    }
    let items = expand(q, &scope, &at.schema)?;
    let aggregated = items.iter().any(|(_, e)| aggregate_in(e).is_some()) || q.having.is_some();
    let node = if aggregated || !q.group_by.is_empty() || q.window.is_some() {
        aggregate(plan, q, &at, &scope, items)?
    } else {
        if q.emit == Some(plan::Emit::Final) {
            return Err(Error::invalid_arg("EMIT FINAL needs a window: without one no result is ever final"));
        }
        select(plan, at.node, &at.schema, items, matches!(q.items.as_slice(), [Item::All(None)]) && q.joins.is_empty())?
    };
    let (schema, table) = output(plan, node)?;
    Ok(Relation { node, schema, table, global: false, time: None, grace_ms: at.grace_ms })
}

/// The columns of SELECT by name, over the rows' own columns.
fn expand(q: &Query, scope: &Scope<'_>, schema: &Schema) -> Result<Vec<(String, Expr)>> {
    let mut out: Vec<(String, Expr)> = Vec::new();
    for (place, item) in q.items.iter().enumerate() {
        let at = q.places.items.get(place).copied().unwrap_or_default();
        match item {
            Item::All(of) => {
                if of.as_ref().is_some_and(|of| scope.0.iter().all(|(n, _)| n != of)) {
                    return Err(Error::invalid_arg(format!("{}.*: the query reads no such stream", of.as_deref().unwrap_or_default())));
                }
                for (_, columns) in scope.0.iter().filter(|(n, _)| of.as_ref().is_none_or(|of| of == n)) {
                    for (_, to) in columns {
                        if !out.iter().any(|(n, _)| n == to) {
                            out.push((to.clone(), col(to)));
                        }
                    }
                }
            }
            Item::Expr { expr, name } => {
                scope.all_known(expr)?;
                let resolved = scope.resolve(expr)?;
                let aggregated = aggregate_in(&resolved).is_some() || resolved.columns().iter().any(|c| schema.index(c).is_none());
                if !aggregated {
                    Bound::new(&resolved, schema).map_err(|e| at.of(&e))?;
                }
                let name = name.clone().unwrap_or_else(|| default_name(expr, &resolved, out.len()));
                if out.iter().any(|(n, _)| *n == name) {
                    return Err(at.of(&Error::invalid_arg(format!("two columns of the query are called {name}: rename one by AS"))));
                }
                out.push((name, resolved));
            }
        }
    }
    Ok(out)
}
/// A column is called as it is; an aggregate after what it does; anything else by its place.
fn default_name(e: &Expr, resolved: &Expr, place: usize) -> String {
    match (e, resolved) {
        (Expr::Col(_), Expr::Col(to)) => to.clone(),
        (Expr::Call { name, args }, _) if aggregate_in(e) == Some(e) => match args.first() {
            Some(Expr::Col(c)) => format!("{name}_{}", c.rsplit('.').next().unwrap_or(c)),
            _ => name.clone(),
        },
        _ => format!("col{place}"),
    }
}

/// Value columns; those of the key are there without being asked for.
fn select(plan: &mut Plan, node: NodeId, schema: &Schema, items: Vec<(String, Expr)>, all: bool) -> Result<NodeId> {
    if all {
        return Ok(node);
    }
    let key = |n: &str| schema.key_fields().iter().any(|f| f.name == n);
    let columns: Vec<(String, Expr)> = items.into_iter().filter(|(n, e)| !(key(n) && *e == col(n))).collect();
    if let Some((n, _)) = columns.iter().find(|(n, _)| key(n)) {
        return Err(Error::invalid_arg(format!("{n} is the name of a key column, and something else is called so here")));
    }
    if columns.is_empty() {
        return Err(Error::invalid_arg("the query has no column beside the key: select one more"));
    }
    Ok(plan.push(NodeOp::Select { columns, keep: false }, vec![node]))
}

fn aggregate(plan: &mut Plan, q: &Query, from: &Relation, scope: &Scope<'_>, items: Vec<(String, Expr)>) -> Result<NodeId> {
    if let Some(w) = &q.window
        && let (Some(said), true) = (&w.time, q.joins.is_empty())
        && from.time.as_ref() != Some(said)
    {
        return Err(q.places.window.of(&Error::invalid_arg(format!(
            "a window goes by the event time of {}, which is {}: say timestamp = '{said}' where the stream is created",
            q.from.name,
            from.time.as_deref().map_or_else(|| "the record's own".to_owned(), |t| format!("\"{t}\""))
        ))));
    }
    // The groups, by the names that SELECT gives them.
    let mut node = from.node;
    let mut groups: Vec<(String, Expr)> = Vec::new();
    for (i, g) in q.group_by.iter().enumerate() {
        let g = match g {
            Expr::Col(name) if from.schema.index(name).is_none() && items.iter().any(|(n, _)| n == name) => {
                items.iter().find(|(n, _)| n == name).map(|(_, e)| e.clone()).expect("it was just found")
            }
            other => {
                scope.all_known(other)?;
                scope.resolve(other)?
            }
        };
        let name = items.iter().find(|(_, e)| *e == g).map(|(n, _)| n.clone());
        let name = name.unwrap_or_else(|| if let Expr::Col(c) = &g { c.clone() } else { format!("group{i}") });
        groups.push((name, g));
    }
    let made: Vec<(String, Expr)> = groups.iter().filter(|(n, e)| *e != col(n)).cloned().collect();
    if !made.is_empty() {
        node = plan.push(NodeOp::Select { columns: made, keep: true }, vec![node]);
    }
    // The aggregates, each once.
    let mut columns: Vec<(String, Expr)> = Vec::new();
    for (name, e) in &items {
        if aggregate_in(e) == Some(e) && !columns.iter().any(|(_, x)| x == e) {
            columns.push((name.clone(), e.clone()));
        }
    }
    let having = q.having.as_ref().map(|h| scope.all_known(h).and_then(|()| scope.resolve(h))).transpose()?;
    for e in items.iter().map(|(_, e)| e).chain(&having) {
        e.walk(&mut |part| {
            if aggregate_in(part) == Some(part) && !columns.iter().any(|(_, x)| x == part) {
                columns.push((format!("_agg{}", columns.len()), part.clone()));
            }
        });
    }
    if columns.is_empty() {
        return Err(Error::invalid_arg("GROUP BY without an aggregate: select count(*) or another one"));
    }
    // What comes behind sees groups, windows and results, and nothing else.
    let after = |e: &Expr| {
        rewrite(e, &mut |part| {
            let result = columns.iter().find(|(_, x)| x == part).or_else(|| groups.iter().find(|(_, x)| x == part));
            if let Some((name, _)) = result {
                return Ok(Some(col(name)));
            }
            match part {
                Expr::Col(c) if q.window.is_some() && (c == WINDOW_START || c == WINDOW_END) => Ok(None),
                Expr::Col(c) => Err(Error::invalid_arg(format!("the column \"{c}\" is neither grouped by nor inside an aggregate"))),
                _ => Ok(None),
            }
        })
    };
    let having = having.as_ref().map(after).transpose().map_err(|e| q.places.having.of(&e))?;
    let item_at = |name: &str| {
        let at = q.items.iter().position(|i| matches!(i, Item::Expr { name: Some(n), .. } if n == name));
        at.or_else(|| q.items.iter().position(|i| matches!(i, Item::Expr { expr: Expr::Col(c), name: None } if c.rsplit('.').next() == Some(name))))
            .or((q.items.len() == items.len()).then(|| items.iter().position(|(n, _)| n == name)).flatten())
            .and_then(|i| q.places.items.get(i).copied())
            .unwrap_or_default()
    };
    let items: Vec<(String, Expr)> = items.iter().map(|(n, e)| Ok((n.clone(), after(e).map_err(|e| item_at(n).of(&e))?))).collect::<Result<_>>()?;
    let grace_ms = q.window.as_ref().map_or(0, |w| w.grace_ms.unwrap_or(from.grace_ms));
    let aggs = columns.iter().map(|(n, e)| Ok((n.clone(), agg_of(e)?))).collect::<Result<Vec<_>>>()?;
    let op = Aggregate {
        by: groups.iter().map(|(n, _)| n.clone()).collect(),
        window: q.window.as_ref().map(|w| w.window),
        grace_ms,
        columns: aggs,
        emit: q.emit.unwrap_or_default(),
    };
    // Which column a mistake is in shows where each is alone; what is left is the window's or the groups'.
    for c in &op.columns {
        let mut alone = plan.clone();
        alone.push(NodeOp::Aggregate(Aggregate { columns: vec![c.clone()], window: None, emit: plan::Emit::Changes, ..op.clone() }), vec![node]);
        alone.check().map_err(|e| item_at(&c.0).of(&e))?;
    }
    node = plan.push(NodeOp::Aggregate(op), vec![node]);
    plan.check().map_err(|e| q.places.window.of(&e))?;
    if let Some(when) = having {
        node = plan.push(NodeOp::Filter { when }, vec![node]);
    }
    let (schema, _) = output(plan, node).map_err(|e| q.places.having.of(&e))?;
    let key = |n: &str| schema.key_fields().iter().any(|f| f.name == n);
    let values: Vec<&(String, Expr)> = items.iter().filter(|(n, e)| !(key(n) && *e == col(n))).collect();
    let same =
        values.len() == schema.value_fields().len() && values.iter().zip(schema.value_fields()).all(|((n, e), f)| *n == f.name && *e == col(n));
    select(plan, node, &schema, items.clone(), same)
}

fn agg_of(e: &Expr) -> Result<Agg> {
    let Expr::Call { name, args } = e else { return Err(Error::invalid_arg(format!("{e} is no aggregate"))) };
    debug_assert!(agg::FUNCTIONS.contains(&name.as_str()));
    let param = match (name.as_str(), args.get(1)) {
        ("quantile", Some(Expr::Lit(Scalar::Float(p)))) => Some(*p),
        ("quantile", Some(Expr::Lit(Scalar::Int(p)))) => Some(*p as f64),
        _ => None,
    };
    let reduce = if name == "reduce" { args.get(1).cloned() } else { None };
    Ok(Agg { function: name.clone(), arg: args.first().cloned(), param, reduce })
}

fn join(plan: &mut Plan, j: &super::Join, left: Relation, right: Relation, scope: &mut Scope<'_>) -> Result<Relation> {
    let name = j.with.shown();
    if j.on.is_empty() {
        return Err(Error::invalid_arg(format!("the join with {name} needs ON")));
    }
    let right_scope = Scope::of(name, &right.schema, scope.1);
    j.on.iter().try_for_each(|(l, _)| scope.all_known(l))?;
    let pairs = j.on.iter().map(|(l, r)| Ok((scope.resolve(l)?, right_scope.resolve(r)?))).collect::<Result<Vec<_>>>()?;
    if (left.table || right.table) && j.within.is_some() {
        return Err(Error::invalid_arg(format!("WITHIN is for two streams, and one side of the join with {name} is a table")));
    }
    let key_of = |s: &Schema| s.key_fields().iter().map(|f| col(&f.name)).collect::<Vec<_>>();
    let (mut left_node, mut right_node) = (left.node, right.node);
    let mut on = None;
    // The left columns that the right key's columns are equal to, in the key's order.
    let mut lookup = Vec::new();
    let mut left_schema = left.schema.clone();
    let right_key: Vec<String>;
    if right.table {
        let key = key_of(&right.schema);
        for k in &key {
            let found = pairs.iter().find(|(_, r)| r == k).map(|(l, _)| l.clone());
            lookup.push(found.ok_or_else(|| Error::invalid_arg(format!("{name} is a table and is joined by its whole key: {k} is missing in ON")))?);
        }
        if pairs.len() != key.len() {
            return Err(Error::invalid_arg(format!("{name} is a table and is joined by its key alone: {}", right.schema)));
        }
        right_key = right.schema.key_fields().iter().map(|f| f.name.clone()).collect();
        if right.global || (left.table && key_of(&left.schema) != lookup) {
            on = Some(lookup.clone());
        } else if !left.table && key_of(&left.schema) != lookup {
            left_node = rekey(plan, left_node, &lookup, &right_key)?;
        }
    } else {
        if left.table {
            return Err(Error::invalid_arg(format!("a table is not joined with the stream {name}: put the stream first")));
        }
        if j.within.is_none() {
            return Err(Error::invalid_arg(format!("two streams are joined WITHIN a time: JOIN {name} WITHIN '10 seconds' ON ...")));
        }
        lookup = pairs.iter().map(|(l, _)| l.clone()).collect();
        let rights: Vec<Expr> = pairs.iter().map(|(_, r)| r.clone()).collect();
        let names: Vec<String> = rights.iter().enumerate().map(|(i, e)| if let Expr::Col(c) = e { c.clone() } else { format!("on{i}") }).collect();
        if key_of(&left.schema) != lookup {
            left_node = rekey(plan, left_node, &lookup, &names)?;
        }
        if key_of(&right.schema) != rights {
            right_node = rekey(plan, right_node, &rights, &names)?;
        }
        right_key = names;
    }
    let right_schema = if right_node == right.node { right.schema.clone() } else { output(plan, right_node)?.0 };
    if left_node != left.node {
        left_schema = output(plan, left_node)?.0;
    }
    let prefix = format!("{name}_");
    let (before_ms, after_ms) = j.within.unwrap_or((0, 0));
    let grace_ms = if right.table { j.grace_ms } else { Some(j.grace_ms.unwrap_or(left.grace_ms.max(right.grace_ms))) };
    if j.how == How::Outer && right.table && !left.table {
        return Err(Error::invalid_arg(format!("a stream and a table are joined by JOIN or LEFT JOIN; {name} is a table")));
    }
    let op = Join { how: j.how, on: on.clone(), before_ms, after_ms, grace_ms, prefix: prefix.clone() };
    let node = plan.push(NodeOp::Join(op), vec![left_node, right_node]);
    let (schema, table) = output(plan, node)?;
    // The right key is not among the joined columns: it is what it was found by.
    let key_columns = key_of(&left_schema);
    let mut columns = Vec::new();
    for f in right.schema.fields() {
        let to = if let Some(i) = right_key.iter().position(|k| *k == f.name) {
            let by = if on.is_some() { &lookup[i] } else { &key_columns[i] };
            match by {
                Expr::Col(c) => Some(c.clone()),
                _ => None,
            }
        } else {
            let prefixed = format!("{prefix}{}", f.name);
            let there = right_schema.index(&f.name).is_some();
            there.then(|| if left_schema.index(&f.name).is_some() { prefixed } else { f.name.clone() })
        };
        if let Some(to) = to.filter(|t| schema.index(t).is_some()) {
            columns.push((f.name.clone(), to));
        }
    }
    scope.0.push((name.to_owned(), columns));
    Ok(Relation { node, schema, table, global: false, time: None, grace_ms: left.grace_ms.max(right.grace_ms) })
}

/// Under another key; a column keeps its name, anything else takes that of the column it is compared with.
fn rekey(plan: &mut Plan, node: NodeId, by: &[Expr], names: &[String]) -> Result<NodeId> {
    let columns = by.iter().zip(names).map(|(e, n)| (if let Expr::Col(c) = e { c.clone() } else { n.clone() }, e.clone())).collect();
    Ok(plan.push(NodeOp::SelectKey { columns }, vec![node]))
}
