//! The Rust front: a plan by method calls.
//!
//! Expressions are `Expr` values or SQL text. A mistake does not stop the chain: `Builder::plan` gives the first one.
//!
//! ```no_run
//! use wellhead_streams::build::{Builder, Source, count, hop, sum};
//! use wellhead_streams::{Type, plan::Emit};
//! use std::time::Duration;
//!
//! let b = Builder::new();
//! let bids = b.stream(Source::json("bids", &[("auction", Type::Int), ("price", Type::Float), ("ts", Type::Timestamp)]).time("ts"));
//! let hot = bids
//!     .filter("price > 100")
//!     .group_by(&["auction"])
//!     .window(hop(Duration::from_secs(10), Duration::from_secs(2)))
//!     .grace(Duration::from_secs(1))
//!     .emit(Emit::Final)
//!     .agg(&[count("n"), sum("total", "price")]);
//! hot.to("hot-items");
//! let plan = b.plan()?;
//! # Ok::<(), wellhead_streams::Error>(())
//! ```

use crate::expr::Expr;
use crate::format::Format;
use crate::plan::{self, Agg, Aggregate, Emit, How, Join, NodeId, NodeOp, Plan, Sink, SourceKind, Window};
use crate::sql;
use crate::types::{Field, Type};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wellhead_base::{Error, Result};

/// An expression, or SQL text of one.
pub trait IntoExpr {
    fn into_expr(self) -> Result<Expr>;
}
impl IntoExpr for Expr {
    fn into_expr(self) -> Result<Expr> {
        Ok(self)
    }
}
impl IntoExpr for &str {
    fn into_expr(self) -> Result<Expr> {
        Expr::parse(self)
    }
}

#[derive(Default)]
struct Inner {
    plan: Plan,
    catalog: sql::Catalog,
    error: Option<Error>,
}

/// Collects a plan. Streams and tables made from it belong to it.
#[derive(Clone, Default)]
pub struct Builder(Rc<RefCell<Inner>>);

impl Builder {
    pub fn new() -> Builder {
        Builder::default()
    }
    fn note<T>(&self, r: Result<T>) -> Option<T> {
        match r {
            Ok(v) => Some(v),
            Err(e) => {
                self.0.borrow_mut().error.get_or_insert(e);
                None
            }
        }
    }
    fn push(&self, op: NodeOp, inputs: Vec<NodeId>) -> Node {
        let id = self.0.borrow_mut().plan.push(op, inputs);
        Node { builder: self.clone(), id }
    }
    fn source(&self, s: Source, kind: SourceKind) -> Node {
        self.push(NodeOp::Source(plan::Source { kind, ..s.0 }), vec![])
    }
    /// The records of a topic.
    pub fn stream(&self, source: Source) -> Stream {
        Stream(self.source(source, SourceKind::Stream))
    }
    /// The latest record per key of a topic.
    pub fn table(&self, source: Source) -> Table {
        Table(self.source(source, SourceKind::Table))
    }
    /// The same, whole in every process: any column can look it up.
    pub fn global_table(&self, source: Source) -> Global {
        Global(self.source(source, SourceKind::Global))
    }
    /// Runs SQL statements over the streams and tables that there are: those that `name` named, topics that are read already by their own
    /// names, and what earlier statements made. Gives what the last SELECT or CREATE ... AS made. A mistake leaves the plan as it was
    /// before the statement with it.
    ///
    /// ```no_run
    /// # use wellhead_streams::build::{Builder, Source};
    /// # use wellhead_streams::Type;
    /// let b = Builder::new();
    /// let bids = b.stream(Source::json("bids", &[("auction", Type::Int), ("price", Type::Float)]));
    /// b.name("big", &bids.filter("price > 100"))?;
    /// let hot = b.sql("CREATE TABLE hot AS SELECT auction, count(*) AS n FROM big GROUP BY auction")?.table()?;
    /// hot.filter("n > 10").to("hottest");
    /// # Ok::<(), wellhead_streams::Error>(())
    /// ```
    pub fn sql(&self, text: &str) -> Result<Ran> {
        let answers = {
            let mut inner = self.0.borrow_mut();
            let Inner { plan, catalog, error } = &mut *inner;
            if let Some(e) = error {
                return Err(e.clone());
            }
            sql::run(catalog, plan, text)?
        };
        let made = answers.iter().rev().find_map(|a| match a {
            sql::Answer::Query(node) | sql::Answer::Made { node, .. } => Some(*node),
            _ => None,
        });
        let rows = made.map(|id| self.rows(id)).transpose()?;
        Ok(Ran { answers, rows })
    }
    /// A name for SQL.
    pub fn name(&self, name: &str, rows: &impl HasNode) -> Result<()> {
        let mut inner = self.0.borrow_mut();
        let Inner { plan, catalog, .. } = &mut *inner;
        catalog.name(plan, name, rows.node_id())
    }
    /// What SQL knows by this name.
    pub fn named(&self, name: &str) -> Result<Rows> {
        let id = {
            let mut inner = self.0.borrow_mut();
            let Inner { plan, catalog, .. } = &mut *inner;
            catalog.node(plan, name)?.0
        };
        self.rows(id)
    }
    fn rows(&self, id: NodeId) -> Result<Rows> {
        let checked = self.0.borrow().plan.check()?;
        let node = Node { builder: self.clone(), id };
        Ok(match checked.nodes[checked.of_plan[id]].shape {
            plan::Kind::Stream => Rows::Stream(Stream(node)),
            plan::Kind::Table => Rows::Table(Table(node)),
            plan::Kind::Global => Rows::Global(Global(node)),
        })
    }
    /// The plan, or the first mistake in it.
    pub fn plan(&self) -> Result<Plan> {
        let inner = self.0.borrow();
        if let Some(e) = &inner.error {
            return Err(e.clone());
        }
        inner.plan.check()?;
        Ok(inner.plan.clone())
    }
}

/// What has a place in the plan.
pub trait HasNode {
    fn node_id(&self) -> NodeId;
}
impl HasNode for Stream {
    fn node_id(&self) -> NodeId {
        self.0.id
    }
}
impl HasNode for Table {
    fn node_id(&self) -> NodeId {
        self.0.id
    }
}
impl HasNode for Global {
    fn node_id(&self) -> NodeId {
        self.0.id
    }
}

/// What SQL names, or what a query gives.
#[derive(Clone)]
pub enum Rows {
    Stream(Stream),
    Table(Table),
    Global(Global),
}
/// What statements of SQL gave.
pub struct Ran {
    pub answers: Vec<sql::Answer>,
    pub rows: Option<Rows>,
}
impl Ran {
    /// The stream that was made.
    pub fn stream(self) -> Result<Stream> {
        match self.rows {
            Some(Rows::Stream(s)) => Ok(s),
            other => Err(Error::invalid_arg(format!("the statements made {}, and no stream", made(other.as_ref())))),
        }
    }
    /// The table that was made.
    pub fn table(self) -> Result<Table> {
        match self.rows {
            Some(Rows::Table(t)) => Ok(t),
            other => Err(Error::invalid_arg(format!("the statements made {}, and no table", made(other.as_ref())))),
        }
    }
}
fn made(rows: Option<&Rows>) -> &'static str {
    match rows {
        None => "nothing",
        Some(Rows::Stream(_)) => "a stream",
        Some(Rows::Table(_)) => "a table",
        Some(Rows::Global(_)) => "a global table",
    }
}

/// What a topic holds.
#[derive(Clone, Debug)]
pub struct Source(plan::Source);

fn fields(list: &[(&str, Type)]) -> Vec<Field> {
    list.iter().map(|(n, t)| Field::new(*n, t.clone())).collect()
}

impl Source {
    /// Values are JSON objects with these members.
    pub fn json(topic: &str, columns: &[(&str, Type)]) -> Source {
        Self::new(topic, Format::Json, fields(columns))
    }
    /// Values are UTF-8 text, in a column `value`.
    pub fn text(topic: &str) -> Source {
        Self::new(topic, Format::Text, vec![Field::new("value", Type::String)])
    }
    /// Values are lines of comma-separated fields.
    pub fn csv(topic: &str, columns: &[(&str, Type)]) -> Source {
        Self::new(topic, Format::Csv { delimiter: ',' }, fields(columns))
    }
    pub fn new(topic: &str, format: Format, columns: Vec<Field>) -> Source {
        Source(plan::Source {
            topic: topic.to_owned(),
            kind: SourceKind::Stream,
            key: vec![],
            key_format: Format::Text,
            fields: columns,
            format,
            time: None,
            idle_after_ms: None,
            from_latest: false,
            strict: false,
        })
    }
    /// The record's key is this column, as text.
    pub fn key(mut self, name: &str, ty: Type) -> Source {
        self.0.key = vec![Field::new(name, ty)];
        self
    }
    /// The record's key has these columns in that format.
    pub fn keys(mut self, columns: &[(&str, Type)], format: Format) -> Source {
        self.0.key = fields(columns);
        self.0.key_format = format;
        self
    }
    /// The column that is the event time.
    pub fn time(mut self, column: &str) -> Source {
        self.0.time = Some(column.to_owned());
        self
    }
    /// Event time goes on by itself when no record comes for so long.
    pub fn idle_after(mut self, d: Duration) -> Source {
        self.0.idle_after_ms = Some(ms(d));
        self
    }
    /// Without a committed offset begin with new records, not with the first.
    pub fn from_latest(mut self) -> Source {
        self.0.from_latest = true;
        self
    }
    /// A record that cannot be read stops the program.
    pub fn strict(mut self) -> Source {
        self.0.strict = true;
        self
    }
}

fn ms(d: Duration) -> i64 {
    i64::try_from(d.as_millis()).unwrap_or(i64::MAX)
}
pub fn tumbling(size: Duration) -> Window {
    Window::Tumbling { size_ms: ms(size) }
}
pub fn hop(size: Duration, every: Duration) -> Window {
    Window::Hopping { size_ms: ms(size), advance_ms: ms(every) }
}
pub fn sliding(size: Duration) -> Window {
    Window::Sliding { size_ms: ms(size) }
}
pub fn session(gap: Duration) -> Window {
    Window::Session { gap_ms: ms(gap) }
}

/// A column of an aggregate: its name, the function and the text of its argument.
pub struct Column {
    name: String,
    function: &'static str,
    arg: Option<Result<Expr>>,
    param: Option<f64>,
    reduce: Option<Result<Expr>>,
}
fn column(name: &str, function: &'static str, arg: Option<Result<Expr>>) -> Column {
    Column { name: name.to_owned(), function, arg, param: None, reduce: None }
}
/// How many rows.
pub fn count(name: &str) -> Column {
    column(name, "count", None)
}
pub fn sum(name: &str, of: impl IntoExpr) -> Column {
    column(name, "sum", Some(of.into_expr()))
}
pub fn min(name: &str, of: impl IntoExpr) -> Column {
    column(name, "min", Some(of.into_expr()))
}
pub fn max(name: &str, of: impl IntoExpr) -> Column {
    column(name, "max", Some(of.into_expr()))
}
pub fn mean(name: &str, of: impl IntoExpr) -> Column {
    column(name, "mean", Some(of.into_expr()))
}
/// The value with the earliest time.
pub fn first(name: &str, of: impl IntoExpr) -> Column {
    column(name, "first", Some(of.into_expr()))
}
/// The value with the latest time.
pub fn last(name: &str, of: impl IntoExpr) -> Column {
    column(name, "last", Some(of.into_expr()))
}
/// All values as a list.
pub fn collect(name: &str, of: impl IntoExpr) -> Column {
    column(name, "collect", Some(of.into_expr()))
}
/// About how many different values.
pub fn count_distinct(name: &str, of: impl IntoExpr) -> Column {
    column(name, "count_distinct", Some(of.into_expr()))
}
/// The value below which a share of `q` (0 to 1) lies, about.
pub fn quantile(name: &str, of: impl IntoExpr, q: f64) -> Column {
    Column { param: Some(q), ..column(name, "quantile", Some(of.into_expr())) }
}
/// Folds values by an expression over `acc` and `value`.
pub fn reduce(name: &str, of: impl IntoExpr, by: impl IntoExpr) -> Column {
    Column { reduce: Some(by.into_expr()), ..column(name, "reduce", Some(of.into_expr())) }
}

#[derive(Clone)]
struct Node {
    builder: Builder,
    id: NodeId,
}
impl Node {
    fn then(&self, op: NodeOp) -> Node {
        self.builder.push(op, vec![self.id])
    }
    fn named(&self, name: &str) {
        self.builder.0.borrow_mut().plan.nodes[self.id].name = Some(name.to_owned());
    }
    /// An expression; after a mistake one that stands for it.
    fn expr(&self, e: impl IntoExpr) -> Expr {
        self.builder.note(e.into_expr()).unwrap_or(Expr::Lit(crate::expr::Scalar::Null))
    }
    fn exprs<E: IntoExpr>(&self, list: impl IntoIterator<Item = (impl Into<String>, E)>) -> Vec<(String, Expr)> {
        list.into_iter().map(|(n, e)| (n.into(), self.expr(e))).collect()
    }
    fn sink(&self, sink: To) {
        self.then(NodeOp::Sink(sink.0));
    }
    fn join(&self, right: &Node, j: Join) -> Node {
        self.builder.push(NodeOp::Join(j), vec![self.id, right.id])
    }
}

/// Where rows are written.
pub struct To(Sink);
impl From<&str> for To {
    fn from(topic: &str) -> To {
        To(Sink { topic: topic.to_owned(), format: Format::Json, key_format: None, columns: None, key: None, partitions: None })
    }
}
impl To {
    pub fn topic(topic: &str) -> To {
        topic.into()
    }
    pub fn format(mut self, f: Format) -> To {
        self.0.format = f;
        self
    }
    pub fn key(mut self, columns: &[&str]) -> To {
        self.0.key = Some(columns.iter().map(|c| (*c).to_owned()).collect());
        self
    }
    pub fn key_format(mut self, f: Format) -> To {
        self.0.key_format = Some(f);
        self
    }
    pub fn columns(mut self, columns: &[&str]) -> To {
        self.0.columns = Some(columns.iter().map(|c| (*c).to_owned()).collect());
        self
    }
    pub fn partitions(mut self, n: i32) -> To {
        self.0.partitions = Some(n);
        self
    }
}

/// The windows of a join of two streams.
#[derive(Clone, Copy, Debug)]
pub struct Within {
    before: Duration,
    after: Duration,
    grace: Duration,
}
/// The right row is at most so much earlier or later.
pub fn within(d: Duration) -> Within {
    Within { before: d, after: d, grace: Duration::ZERO }
}
impl Within {
    pub fn before(mut self, d: Duration) -> Within {
        self.before = d;
        self
    }
    pub fn after(mut self, d: Duration) -> Within {
        self.after = d;
        self
    }
    pub fn grace(mut self, d: Duration) -> Within {
        self.grace = d;
        self
    }
}

fn plain_join(how: How) -> Join {
    Join { how, on: None, before_ms: 0, after_ms: 0, grace_ms: None, prefix: "right_".to_owned() }
}

/// Rows in the order of their partitions.
#[derive(Clone)]
pub struct Stream(Node);
impl Stream {
    /// The node's number in the plan.
    pub fn node(&self) -> NodeId {
        self.0.id
    }
    /// Names what the node keeps, so that it stays when the node changes.
    pub fn named(self, name: &str) -> Stream {
        self.0.named(name);
        self
    }
    pub fn filter(&self, when: impl IntoExpr) -> Stream {
        let when = self.0.expr(when);
        Stream(self.0.then(NodeOp::Filter { when }))
    }
    /// These columns alone, beside the key.
    pub fn select<E: IntoExpr>(&self, columns: impl IntoIterator<Item = (impl Into<String>, E)>) -> Stream {
        let columns = self.0.exprs(columns);
        Stream(self.0.then(NodeOp::Select { columns, keep: false }))
    }
    /// These columns beside those that are there.
    pub fn with<E: IntoExpr>(&self, columns: impl IntoIterator<Item = (impl Into<String>, E)>) -> Stream {
        let columns = self.0.exprs(columns);
        Stream(self.0.then(NodeOp::Select { columns, keep: true }))
    }
    pub fn select_key<E: IntoExpr>(&self, columns: impl IntoIterator<Item = (impl Into<String>, E)>) -> Stream {
        let columns = self.0.exprs(columns);
        Stream(self.0.then(NodeOp::SelectKey { columns }))
    }
    /// A row for each item of a list.
    pub fn explode(&self, column: &str) -> Stream {
        Stream(self.0.then(NodeOp::Explode { column: column.to_owned() }))
    }
    /// A function over batches, by the name under which it is given to the program; it makes these value columns.
    pub fn map(&self, function: &str, columns: &[(&str, Type)]) -> Stream {
        Stream(self.0.then(NodeOp::Map { function: function.to_owned(), fields: fields(columns) }))
    }
    /// A function with state per key and timers, by the name under which its maker is given to the program; it makes these value columns.
    pub fn process(&self, function: &str, columns: &[(&str, Type)]) -> Stream {
        Stream(self.0.then(NodeOp::Process { function: function.to_owned(), fields: fields(columns) }))
    }
    pub fn foreach(&self, function: &str) -> Stream {
        Stream(self.0.then(NodeOp::Foreach { function: function.to_owned() }))
    }
    pub fn merge(&self, other: &Stream) -> Stream {
        Stream(self.0.builder.push(NodeOp::Merge, vec![self.0.id, other.0.id]))
    }
    /// A stream per condition; a row goes to the first that holds, and to none where none does.
    pub fn branch<E: IntoExpr>(&self, conditions: impl IntoIterator<Item = E>) -> Vec<Stream> {
        let mut before: Vec<Expr> = Vec::new();
        let holds = |e: &Expr| Expr::Call { name: "coalesce".into(), args: vec![e.clone(), Expr::Lit(crate::expr::Scalar::Bool(false))] };
        let mut out = Vec::new();
        for c in conditions {
            let c = self.0.expr(c);
            let when = before
                .iter()
                .fold(c.clone(), |w, b| Expr::Call { name: "and".into(), args: vec![w, Expr::Call { name: "not".into(), args: vec![holds(b)] }] });
            before.push(c);
            out.push(Stream(self.0.then(NodeOp::Filter { when })));
        }
        out
    }
    pub fn group_by(&self, columns: &[&str]) -> Grouped {
        Grouped::new(&self.0, columns)
    }
    /// The latest row per key.
    pub fn to_table(&self) -> Table {
        Table(self.0.then(NodeOp::ToTable))
    }
    pub fn repartition(&self, partitions: Option<i32>) -> Stream {
        Stream(self.0.then(NodeOp::Repartition { partitions }))
    }
    pub fn to(&self, sink: impl Into<To>) {
        self.0.sink(sink.into());
    }
    /// The records of this source that cannot be read, with the reason.
    /// Rows of this join of two streams that came too late, as rows of it without a partner.
    pub fn late(&self) -> Stream {
        Stream(self.0.then(NodeOp::Late))
    }
    pub fn dead_letters(&self) -> Stream {
        Stream(self.0.then(NodeOp::DeadLetters))
    }
    pub fn join_stream(&self, right: &Stream, how: How, within: Within) -> Stream {
        let j = Join { before_ms: ms(within.before), after_ms: ms(within.after), grace_ms: Some(ms(within.grace)), ..plain_join(how) };
        Stream(self.0.join(&right.0, j))
    }
    pub fn join_table(&self, right: &Table, how: How) -> Stream {
        Stream(self.0.join(&right.0, plain_join(how)))
    }
    /// Rows wait so long (event time) for the table and see it as it was at their time.
    pub fn join_table_after(&self, right: &Table, how: How, grace: Duration) -> Stream {
        Stream(self.0.join(&right.0, Join { grace_ms: Some(ms(grace)), ..plain_join(how) }))
    }
    /// Looks the expressions up in a global table's key.
    pub fn join_global<E: IntoExpr>(&self, right: &Global, how: How, on: impl IntoIterator<Item = E>) -> Stream {
        let on = on.into_iter().map(|e| self.0.expr(e)).collect();
        Stream(self.0.join(&right.0, Join { on: Some(on), ..plain_join(how) }))
    }
}

/// A row per key that changes.
#[derive(Clone)]
pub struct Table(Node);
impl Table {
    pub fn node(&self) -> NodeId {
        self.0.id
    }
    pub fn named(self, name: &str) -> Table {
        self.0.named(name);
        self
    }
    pub fn filter(&self, when: impl IntoExpr) -> Table {
        let when = self.0.expr(when);
        Table(self.0.then(NodeOp::Filter { when }))
    }
    pub fn select<E: IntoExpr>(&self, columns: impl IntoIterator<Item = (impl Into<String>, E)>) -> Table {
        let columns = self.0.exprs(columns);
        Table(self.0.then(NodeOp::Select { columns, keep: false }))
    }
    pub fn with<E: IntoExpr>(&self, columns: impl IntoIterator<Item = (impl Into<String>, E)>) -> Table {
        let columns = self.0.exprs(columns);
        Table(self.0.then(NodeOp::Select { columns, keep: true }))
    }
    pub fn group_by(&self, columns: &[&str]) -> Grouped {
        Grouped::new(&self.0, columns)
    }
    pub fn to_stream(&self) -> Stream {
        Stream(self.0.then(NodeOp::ToStream))
    }
    pub fn to(&self, sink: impl Into<To>) {
        self.0.sink(sink.into());
    }
    pub fn join(&self, right: &Table, how: How) -> Table {
        Table(self.0.join(&right.0, plain_join(how)))
    }
    /// By a foreign key: expressions over this table's columns that are the other's key.
    pub fn join_on<E: IntoExpr>(&self, right: &Table, how: How, on: impl IntoIterator<Item = E>) -> Table {
        let on = on.into_iter().map(|e| self.0.expr(e)).collect();
        Table(self.0.join(&right.0, Join { on: Some(on), ..plain_join(how) }))
    }
    /// Rows of this windowed aggregate that came too late.
    pub fn late(&self) -> Stream {
        Stream(self.0.then(NodeOp::Late))
    }
    /// The records of this source that cannot be read, with the reason.
    pub fn dead_letters(&self) -> Stream {
        Stream(self.0.then(NodeOp::DeadLetters))
    }
}

/// A table that every process has whole.
#[derive(Clone)]
pub struct Global(Node);
impl Global {
    pub fn node(&self) -> NodeId {
        self.0.id
    }
}

/// Rows by group, before it is said what becomes of them.
pub struct Grouped {
    from: Node,
    spec: Aggregate,
}
impl Grouped {
    fn new(from: &Node, columns: &[&str]) -> Grouped {
        let by = columns.iter().map(|c| (*c).to_owned()).collect();
        Grouped { from: from.clone(), spec: Aggregate { by, window: None, grace_ms: 0, columns: vec![], emit: Emit::default() } }
    }
    pub fn window(mut self, w: Window) -> Grouped {
        self.spec.window = Some(w);
        self
    }
    /// How late a row may be.
    pub fn grace(mut self, d: Duration) -> Grouped {
        self.spec.grace_ms = ms(d);
        self
    }
    pub fn emit(mut self, e: Emit) -> Grouped {
        self.spec.emit = e;
        self
    }
    pub fn agg(mut self, columns: &[Column]) -> Table {
        let b = &self.from.builder;
        for c in columns {
            let of = |e: &Option<Result<Expr>>| e.as_ref().and_then(|r| b.note(r.clone()));
            let (arg, reduce) = (of(&c.arg), of(&c.reduce));
            self.spec.columns.push((c.name.clone(), Agg { function: c.function.to_owned(), arg, param: c.param, reduce }));
        }
        Table(self.from.then(NodeOp::Aggregate(self.spec.clone())))
    }
}
