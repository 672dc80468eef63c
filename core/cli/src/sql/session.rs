//! What statements do at a prompt: each query is a program of its own between topics.
//!
//! Owns: the queries that run and the names that statements gave. A CREATE ... AS or INSERT INTO ... SELECT runs as a program in this
//! process, under a name made of its text, so that the same statement goes on where it stopped; what it makes is read from its topic, as
//! by anybody else. A SELECT reads topics for itself and leaves nothing behind. One without EMIT answers once; before it, the queries of
//! this session that feed what it reads have worked on everything that was there.

use super::Signals;
use super::print::{self, Rows};
use crate::connect::Cluster;
use crate::fail::{Done, Failure, Result};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use wellhead::admin::NewTopic;
use wellhead::streams::ops::Functions;
use wellhead::streams::plan::{NodeOp, Plan};
use wellhead::streams::run::{App, Config, Query, State, Until};
use wellhead::streams::sql::{self, Answer, Catalog, Kind, Show, Statement};
use wellhead::{Admin, Code, Error, Producer, ProducerRecord};
use wellhead_base::props::nearest;

/// How the groups and internal topics of queries begin.
const PREFIX: &str = "wellhead-sql-";

struct Running {
    id: String,
    text: String,
    /// The stream or table that it made; None for INSERT.
    made: Option<String>,
    into: String,
    reads: BTreeSet<String>,
    app: App,
    /// Its failure was told.
    told: bool,
}

pub struct Session {
    cluster: Cluster,
    admin: Admin,
    catalog: Catalog,
    queries: Vec<Running>,
    json: bool,
    /// Nothing is said of what was done, as nobody looks.
    pub quiet: bool,
    signals: Signals,
    state_dir: Option<PathBuf>,
}

impl Session {
    pub fn new(cluster: Cluster, json: bool, signals: Signals, state_dir: Option<PathBuf>) -> Result<Session> {
        let admin = cluster.admin()?;
        Ok(Session { cluster, admin, catalog: Catalog::new(), queries: Vec::new(), json, quiet: false, signals, state_dir })
    }
    pub fn bootstrap(&self) -> &str {
        &self.cluster.bootstrap
    }
    pub fn names(&self) -> Vec<String> {
        self.catalog.entries().map(|e| e.name.clone()).chain(self.queries.iter().map(|q| q.id.clone())).collect()
    }
    pub fn queries(&self) -> usize {
        self.queries.len()
    }
    pub fn asked_to_end(&self) -> bool {
        self.signals.asked_to_end()
    }
    fn say(&self, line: &str) {
        if !self.quiet {
            eprintln!("{line}");
        }
    }

    /// Runs all statements of a text, which is read whole before the first is run. The first that fails ends it.
    pub fn script(&mut self, text: &str) -> Done {
        let interrupts = self.signals.interrupts();
        for (statement, place) in sql::parse_placed(text)? {
            if self.signals.interrupts() != interrupts || self.signals.asked_to_end() {
                break;
            }
            self.run(&statement).map_err(|e| match e {
                Mistake::Sql(e) => Failure::new(place.of(&e).message()),
                Mistake::Other(f) => f,
            })?;
        }
        Ok(())
    }

    fn run(&mut self, s: &Statement) -> std::result::Result<(), Mistake> {
        match s {
            Statement::Create { name, .. } => self.create(s, name),
            Statement::CreateAs { name, .. } => {
                if self.catalog.contains(name) {
                    // IF NOT EXISTS, or a mistake.
                    let Answer::Done(line) = self.catalog.execute(&mut Plan::default(), s)? else { return Ok(()) };
                    self.say(&line);
                    return Ok(());
                }
                self.begin(s, Some(name))
            }
            Statement::Insert { .. } => self.begin(s, None),
            Statement::Values { into, columns, rows } => self.values(into, columns.as_deref(), rows),
            Statement::Select(q) => self.select(q),
            Statement::Explain(_) => {
                let Answer::Text(text) = self.catalog.clone().execute(&mut Plan::default(), s)? else { return Ok(()) };
                let mut out = crate::output::Out::stdout(self.json);
                if self.json {
                    out.value(&serde_json::json!({ "plan": text }))?;
                } else {
                    out.line(text.trim_end())?;
                }
                Ok(out.flush()?)
            }
            Statement::Show(Show::Topics) => {
                let mut topics = self.admin.metadata(None, self.cluster.timeout).map_err(|e| self.cluster.failure(&e))?.topics;
                // What the queries of sessions keep is theirs.
                topics.retain(|t| !t.internal && !t.name.starts_with(PREFIX));
                topics.sort_by(|a, b| a.name.cmp(&b.name));
                let rows: Vec<Vec<String>> = topics.iter().map(|t| vec![t.name.to_string(), t.partitions.len().to_string()]).collect();
                Ok(print::list(self.json, &["TOPIC", "PARTITIONS"], &rows)?)
            }
            Statement::Show(Show::Queries) => {
                let state = |q: &Running| match q.app.state() {
                    State::Starting => "starting".to_owned(),
                    State::Restoring => "restoring".to_owned(),
                    State::Running => "running".to_owned(),
                    State::Stopped => "stopped".to_owned(),
                    State::Failed(e) => format!("failed: {}", e.message()),
                };
                let rows: Vec<Vec<String>> = self.queries.iter().map(|q| vec![q.id.clone(), state(q), q.text.clone()]).collect();
                Ok(print::list(self.json, &["QUERY", "STATE", "STATEMENT"], &rows)?)
            }
            Statement::Show(_) | Statement::Describe(_) => {
                let Answer::Rows(rows) = self.catalog.execute(&mut Plan::default(), s)? else { return Ok(()) };
                let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b)| vec![a, b]).collect();
                let head = if matches!(s, Statement::Describe(_)) { ["COLUMN", "TYPE"] } else { ["NAME", "WHAT"] };
                Ok(print::list(self.json, &head, &rows)?)
            }
            Statement::Terminate(id) => {
                let at = self.query(id)?;
                self.end(at)?;
                self.say(&format!("{id} is ended"));
                Ok(())
            }
            Statement::Drop { name, kind, if_exists, delete_topic } => self.remove(name, *kind, *if_exists, *delete_topic),
        }
    }

    /// A stream or table over a topic, which must be there or is made where it is said with how many partitions.
    fn create(&mut self, s: &Statement, name: &str) -> std::result::Result<(), Mistake> {
        let mut next = self.catalog.clone();
        let there = next.contains(name);
        let Answer::Done(line) = next.execute(&mut Plan::default(), s)? else { return Ok(()) };
        if !there {
            let (entry, _, _) = next.find(name)?;
            let sink = entry.sink.as_ref().expect("what a topic holds can be written");
            let topics = self.admin.metadata(None, self.cluster.timeout).map_err(|e| self.cluster.failure(&e))?.topics;
            if !topics.iter().any(|t| *t.name == sink.topic) {
                let Some(partitions) = sink.partitions else {
                    let near = nearest(topics.iter().map(|t| &*t.name), &sink.topic).map(|n| format!("; did you mean '{n}'?")).unwrap_or_default();
                    let of = if sink.topic == name { String::new() } else { format!(" of {name}") };
                    return Err(Error::invalid_arg(format!("the topic {}{of} is not there{near} WITH (partitions = 1) makes it", sink.topic)).into());
                };
                self.make_topic(&sink.topic, partitions)?;
            }
        }
        self.catalog = next;
        self.say(&line);
        Ok(())
    }
    fn make_topic(&self, name: &str, partitions: i32) -> Done {
        let new = NewTopic { name: name.to_owned(), partitions, replication: -1, ..NewTopic::default() };
        for (_, outcome) in self.admin.create_topics(&[new], self.cluster.timeout, false).map_err(|e| self.cluster.failure(&e))? {
            match outcome {
                Err(e) if e.code != Code::TOPIC_ALREADY_EXISTS => return Err(self.cluster.topic_failure(&self.admin, name, &e)),
                _ => {}
            }
        }
        Ok(())
    }

    /// A query that runs for as long as the session.
    fn begin(&mut self, s: &Statement, made: Option<&str>) -> std::result::Result<(), Mistake> {
        let mut plan = Plan::default();
        let mut next = self.catalog.clone();
        next.execute(&mut plan, s)?;
        let sink = plan.nodes.iter().rev().find_map(|n| if let NodeOp::Sink(s) = &n.op { Some(s.topic.clone()) } else { None });
        let into = sink.expect("a query that runs writes to a topic");
        let text = s.to_string();
        // The same statement over the same topics is the same program, with its state and its place in them.
        let application = format!("{PREFIX}{:016x}", hash(&plan.to_json()));
        if let Some(q) = self.queries.iter().find(|q| q.text == text) {
            return Err(Error::invalid_arg(format!("{} does that already", q.id)).into());
        }
        let mut config = Config::new(application, "");
        config.client = self.cluster.properties(&[]);
        config.state_dir.clone_from(&self.state_dir);
        // Rows are to be seen soon, and nobody waits for them in masses here.
        config.commit_interval_ms = 200;
        let app = App::start(&plan, Functions::default(), config)?;
        let running = app.wait_running(self.cluster.timeout);
        if let Err(e) = running {
            let _ = app.stop(self.cluster.timeout);
            return Err(Mistake::Other(self.cluster.failure(&e)));
        }
        let kind = if made.is_some() { "made" } else { "insert" };
        let base = format!("{kind}_{into}").replace(['.', '-'], "_");
        // One more than there are queries is enough to have one free.
        let id = (1..=self.queries.len() + 1).map(|n| format!("{base}_{n}")).find(|id| !self.queries.iter().any(|q| q.id == *id));
        let id = id.unwrap_or(base);
        let reads = plan.nodes.iter().filter_map(|n| if let NodeOp::Source(s) = &n.op { Some(s.topic.clone()) } else { None }).collect();
        next.detach();
        self.catalog = next;
        let what = made.map_or_else(|| format!("rows go into {into}"), |m| format!("{m} is made"));
        self.say(&format!("{what}, by the query {id}"));
        self.queries.push(Running { id, text, made: made.map(str::to_owned), into, reads, app, told: false });
        Ok(())
    }

    fn values(&self, into: &str, columns: Option<&[String]>, rows: &[Vec<wellhead::streams::Expr>]) -> std::result::Result<(), Mistake> {
        let (entry, _, schema) = self.catalog.find(into)?;
        let records = sql::rows_of(entry, schema, columns, rows)?;
        let topic = entry.sink.as_ref().map(|s| s.topic.clone()).unwrap_or_default();
        let producer = Producer::new(self.cluster.properties(&[("message.timeout.ms", "30000"), ("linger.ms", "1")]))?;
        for r in &records {
            let record = ProducerRecord {
                key: r.key.as_deref(),
                value: r.value.as_deref(),
                timestamp_ms: r.timestamp.unwrap_or(0),
                ..ProducerRecord::to(&topic)
            };
            producer.send(&record)?;
        }
        let left = producer.flush(self.cluster.timeout);
        let failed = producer.poll_reports(records.len() + 1, Duration::ZERO).into_iter().find_map(|r| r.error);
        if let Some(e) = failed {
            return Err(Mistake::Other(self.cluster.topic_failure(&self.admin, &topic, &e)));
        }
        if left > 0 {
            return Err(Failure::new(format!("{left} rows were not acknowledged in time")).into());
        }
        self.say(&format!("{} row{} into {into}", records.len(), if records.len() == 1 { "" } else { "s" }));
        Ok(())
    }

    fn select(&mut self, q: &sql::Query) -> std::result::Result<(), Mistake> {
        let limit = q.limit.unwrap_or(u64::MAX);
        let q = sql::Query { limit: None, ..q.clone() };
        let until = if q.emit.is_some() { Until::Dropped } else { Until::Now };
        let mut plan = Plan::default();
        let answer = self.catalog.clone().execute(&mut plan, &Statement::Select(q))?;
        let Answer::Query(node) = answer else { return Ok(()) };
        let reads: BTreeSet<String> =
            plan.nodes.iter().filter_map(|n| if let NodeOp::Source(s) = &n.op { Some(s.topic.clone()) } else { None }).collect();
        if until == Until::Now {
            self.settle(&reads)?;
        }
        let query = Query::open(&plan, node, &self.cluster.properties(&[]), until, self.cluster.timeout);
        let mut query = query.map_err(|e| self.cluster.failure(&e))?;
        let schema = query.schema().clone();
        let begun = self.signals.interrupts();
        let signals = self.signals.clone();
        let go_on = || signals.interrupts() == begun && !signals.asked_to_end();
        if until == Until::Now {
            let whole = query.answer(usize::try_from(limit).unwrap_or(usize::MAX), go_on).map_err(|e| self.cluster.failure(&e))?;
            return match whole {
                Some(c) => Ok(Rows::new(&schema, self.json).all(&c)?),
                None => Ok(()),
            };
        }
        let mut rows = Rows::new(&schema, self.json);
        while rows.printed < limit && go_on() {
            for c in query.next(Duration::from_millis(100)).map_err(|e| self.cluster.failure(&e))?.unwrap_or_default() {
                rows.more(&c, limit)?;
            }
            self.failed()?;
        }
        Ok(())
    }

    /// Waits until the session's queries that feed these topics have worked on everything that was there.
    fn settle(&self, reads: &BTreeSet<String>) -> Done {
        let mut wanted = reads.clone();
        let mut feeding: Vec<&Running> = Vec::new();
        // One feeds another only where it was begun first.
        for q in self.queries.iter().rev().filter(|q| q.app.state() == State::Running) {
            if wanted.contains(&q.into) {
                wanted.extend(q.reads.iter().cloned());
                feeding.push(q);
            }
        }
        for q in feeding.into_iter().rev() {
            q.app.catch_up(self.cluster.timeout).map_err(|e| Failure::new(format!("{}: {}", q.id, e.message())))?;
        }
        Ok(())
    }
    /// The same for every query.
    pub fn catch_up(&self) -> Done {
        for q in &self.queries {
            q.app.catch_up(self.cluster.timeout).map_err(|e| Failure::new(format!("{}: {}", q.id, e.message())))?;
        }
        Ok(())
    }

    fn query(&self, id: &str) -> std::result::Result<usize, Mistake> {
        self.queries.iter().position(|q| q.id == id).ok_or_else(|| {
            let near = nearest(self.queries.iter().map(|q| q.id.as_str()), id).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            Error::invalid_arg(format!("there is no query {id}{near}")).into()
        })
    }
    fn end(&mut self, at: usize) -> Done {
        let q = self.queries.remove(at);
        match q.app.stop(self.cluster.timeout) {
            Err(e) if !q.told => Err(Failure::new(format!("{} had failed: {}", q.id, e.message()))),
            _ => Ok(()),
        }
    }
    fn remove(&mut self, name: &str, kind: Kind, if_exists: bool, delete_topic: bool) -> std::result::Result<(), Mistake> {
        let mut next = self.catalog.clone();
        let entry = next.find(name).ok().map(|(e, _, _)| e.clone());
        let Answer::Done(line) =
            next.execute(&mut Plan::default(), &Statement::Drop { kind, name: name.to_owned(), if_exists, delete_topic: false })?
        else {
            return Ok(());
        };
        let topic = entry.and_then(|e| e.sink).map(|s| s.topic).unwrap_or_default();
        let of_it = |q: &Running| q.made.as_deref() == Some(name);
        if let Some(q) = self.queries.iter().find(|q| !of_it(q) && (q.into == topic || q.reads.contains(&topic))) {
            return Err(Error::invalid_arg(format!("{} reads or fills {name}: TERMINATE {} first", q.id, q.id)).into());
        }
        while let Some(at) = self.queries.iter().position(of_it) {
            self.end(at)?;
        }
        self.catalog = next;
        if delete_topic && !topic.is_empty() {
            for (_, outcome) in self.admin.delete_topics(&[&topic], self.cluster.timeout).map_err(|e| self.cluster.failure(&e))? {
                outcome.map_err(|e| self.cluster.topic_failure(&self.admin, &topic, &e))?;
            }
        }
        self.say(&line);
        Ok(())
    }

    /// The first query that failed.
    pub fn failed(&mut self) -> Done {
        for q in &mut self.queries {
            if let (State::Failed(e), false) = (q.app.state(), q.told) {
                q.told = true;
                return Err(Failure::new(format!("The query {} failed: {}", q.id, e.message())));
            }
        }
        Ok(())
    }
    pub fn tell_failed(&mut self) {
        while let Err(e) = self.failed() {
            eprintln!("{e}");
        }
    }
    /// Ends all queries, the last first. They commit, so that the same statements go on there.
    pub fn stop(&mut self) -> Done {
        let mut outcome = Ok(());
        while !self.queries.is_empty() {
            outcome = outcome.and(self.end(self.queries.len() - 1));
        }
        outcome
    }
}

/// What a statement ended by: something that was written, which has a place, or something that happened.
enum Mistake {
    Sql(Error),
    Other(Failure),
}
impl From<Error> for Mistake {
    fn from(e: Error) -> Mistake {
        if e.code == Code::INVALID_ARG { Mistake::Sql(e) } else { Mistake::Other(e.into()) }
    }
}
impl From<Failure> for Mistake {
    fn from(f: Failure) -> Mistake {
        Mistake::Other(f)
    }
}

/// FNV-1a: the name of a program's group outlives versions of this one.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// The help text names what the parser takes.
#[cfg(test)]
mod tests {
    use super::super::prompt;
    use super::*;

    #[test]
    fn the_help_names_statements_that_there_are() {
        for text in [
            "SHOW TOPICS",
            "SHOW QUERIES",
            "DESCRIBE name",
            "TERMINATE query",
            "DROP STREAM name DELETE TOPIC",
            "INSERT INTO name VALUES (1)",
            "EXPLAIN SELECT x FROM name",
        ] {
            sql::parse_one(text).unwrap_or_else(|e| panic!("{text}: {}", e.message()));
            let word = text.split(' ').next().unwrap();
            assert!(prompt::HELP.contains(word), "{word}");
        }
    }
}
