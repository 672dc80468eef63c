//! Statements of a text over one plan: all that a program has, whoever made it.

use super::{Catalog, Entry, Kind, Place, Statement, parse_placed};
use crate::plan::{self, NodeId, Plan};
use serde::{Deserialize, Serialize};
use wellhead_base::{Code, Error, Result};

/// What a statement gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is done; a line that says so.
    Done(String),
    /// SHOW: name and what it is, a line each. DESCRIBE: column and type.
    Rows(Vec<(String, String)>),
    /// EXPLAIN: several lines.
    Text(String),
    /// SELECT: the plan's node that gives the rows.
    Query(NodeId),
    /// CREATE ... AS: a stream or table that is made by the plan's node.
    Made { name: String, node: NodeId },
}

/// The streams and tables of a program and the plan that is made of its statements.
#[derive(Clone, Default)]
pub struct Session {
    plan: Plan,
    catalog: Catalog,
}

impl Session {
    pub fn new() -> Session {
        Session::default()
    }
    /// Goes on with a plan that is there, whose streams and tables have these names.
    pub fn on(plan: Plan, names: impl IntoIterator<Item = (impl Into<String>, NodeId)>) -> Result<Session> {
        let entry = |(name, node): (_, NodeId)| Entry { name: Into::into(name), node: Some(node), source: None, sink: None, grace_ms: 0 };
        let catalog = Catalog::load(&plan, names.into_iter().map(entry).collect())?;
        Ok(Session { plan, catalog })
    }
    /// The plan of all statements so far.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }
    /// Runs all statements of a text; the first mistake ends it, and leaves what was before the statement with it.
    pub fn run(&mut self, text: &str) -> Result<Vec<Answer>> {
        run(&mut self.catalog, &mut self.plan, text)
    }
    pub fn execute(&mut self, s: &Statement) -> Result<Answer> {
        self.catalog.execute(&mut self.plan, s)
    }
    /// The plan's node of a stream or table, made if need be, and what it is.
    pub fn node(&mut self, name: &str) -> Result<(NodeId, Kind)> {
        self.catalog.node(&mut self.plan, name)
    }
}

pub(crate) fn run(catalog: &mut Catalog, plan: &mut Plan, text: &str) -> Result<Vec<Answer>> {
    parse_placed(text)?.iter().map(|(s, at): &(Statement, Place)| catalog.execute(plan, s).map_err(|e| at.of(&e))).collect()
}

#[derive(Serialize)]
struct Ran<'a> {
    plan: &'a Plan,
    catalog: Vec<&'a Entry>,
    answers: Vec<Told<'a>>,
}
/// An answer, and for one that is rows whether they are a table's.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    answer: &'a Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

/// The same for fronts that keep plan and catalog as JSON: `catalog` is a list of entries, of which `{"name":"orders","node":3}` is the
/// shortest. Gives `{"plan":...,"catalog":[...],"answers":[...]}`.
pub fn run_json(plan: &str, catalog: &str, text: &str) -> Result<String> {
    let mut plan = Plan::from_json(plan)?;
    let entries: Vec<Entry> = match catalog.trim() {
        "" => Vec::new(),
        catalog => serde_json::from_str(catalog).map_err(|e| Error::invalid_arg(format!("the catalog cannot be read: {e}")))?,
    };
    let mut c = Catalog::load(&plan, entries)?;
    let answers = run(&mut c, &mut plan, text)?;
    let asked = answers.iter().any(|a| matches!(a, Answer::Query(_) | Answer::Made { .. }));
    let checked = if asked { Some(plan.check()?) } else { None };
    let kind = |node: NodeId| {
        checked.as_ref().map(|c| match c.nodes[c.of_plan[node]].shape {
            plan::Kind::Stream => "stream",
            plan::Kind::Table => "table",
            plan::Kind::Global => "global",
        })
    };
    let answers = answers.iter().map(|answer| match answer {
        Answer::Query(node) | Answer::Made { node, .. } => Told { answer, kind: kind(*node) },
        _ => Told { answer, kind: None },
    });
    let ran = Ran { plan: &plan, catalog: c.entries().collect(), answers: answers.collect() };
    serde_json::to_string(&ran).map_err(|e| Error::new(Code::FAIL, format!("an answer as JSON: {e}")))
}
