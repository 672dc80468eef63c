//! Statements from text. Words that SQL has not (EMIT, WITHIN, GRACE, TUMBLE...) are read here; everything that is an expression is
//! `expr::text`'s.

use super::{Column, From, Item, Join, Kind, Options, Place, Places, Query, Show, Statement, Windowed};
use crate::agg;
use crate::expr::text::{Names, Reader, Source, Sql, parser};
use crate::expr::{Expr, Scalar, call, functions, parse_duration};
use crate::plan::{Emit, How, Window};
use crate::types::{Type, nearest};
use sqlparser::ast;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token};
use std::cell::RefCell;
use wellhead_base::{Error, Result};

/// All statements of a text; `;` stands between them.
pub fn parse(text: &str) -> Result<Vec<Statement>> {
    Ok(parse_placed(text)?.into_iter().map(|(s, _)| s).collect())
}
/// The same with the place at which each statement begins.
pub fn parse_placed(text: &str) -> Result<Vec<(Statement, Place)>> {
    let mut t = Text { source: Source(text), p: parser(text, &Sql)? };
    let mut found = Vec::new();
    loop {
        while t.p.consume_token(&Token::SemiColon) {}
        if t.p.peek_token_ref().token == Token::EOF {
            return Ok(found);
        }
        let at = t.place();
        found.push((t.statement()?, at));
        if !matches!(t.p.peek_token_ref().token, Token::SemiColon | Token::EOF) {
            return Err(t.unexpected("the statement ends before this"));
        }
    }
}
/// The only statement of a text.
pub fn parse_one(text: &str) -> Result<Statement> {
    let mut all = parse(text)?;
    match all.len() {
        1 => Ok(all.remove(0)),
        0 => Err(Error::invalid_arg("there is no statement in the text")),
        n => Err(Error::invalid_arg(format!("one statement is wanted, and the text has {n}"))),
    }
}

const STATEMENTS: [&str; 8] = ["CREATE", "SELECT", "INSERT", "SHOW", "DESCRIBE", "DROP", "EXPLAIN", "TERMINATE"];
/// Words that end a clause where an alias could stand.
const CLAUSES: [&str; 21] = [
    "FROM", "WHERE", "GROUP", "HAVING", "EMIT", "WITHIN", "GRACE", "ON", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "WINDOW",
    "ORDER", "LIMIT", "UNION", "AS", "VALUES",
];

pub(super) fn clause(word: &str) -> bool {
    CLAUSES.iter().any(|c| c.eq_ignore_ascii_case(word))
}

struct Text<'a> {
    source: Source<'a>,
    p: Parser<'a>,
}

impl Text<'_> {
    fn here(&self) -> Location {
        self.p.peek_token_ref().span.start
    }
    fn place(&self) -> Place {
        placed(self.here())
    }
    fn unexpected(&self, what: impl std::fmt::Display) -> Error {
        if self.p.peek_token_ref().token == Token::EOF {
            return Error::invalid_arg(format!("{what} (at the end)"));
        }
        self.source.error(self.here(), what)
    }
    fn parsed<T>(&self, r: Result<T, ParserError>) -> Result<T> {
        r.map_err(|e| self.source.parser(e))
    }
    /// The next token is this word, not in quotes.
    fn sees(&self, word: &str) -> bool {
        is_word(&self.p.peek_token_ref().token, word)
    }
    fn sees_then(&self, word: &str, next: &Token) -> bool {
        self.sees(word) && self.p.peek_nth_token_ref(1).token == *next
    }
    fn takes(&mut self, word: &str) -> bool {
        let found = self.sees(word);
        if found {
            self.p.advance_token();
        }
        found
    }
    fn wants(&mut self, word: &str) -> Result<()> {
        if self.takes(word) { Ok(()) } else { Err(self.unexpected(format!("{word} is wanted here"))) }
    }
    fn wants_token(&mut self, t: &Token) -> Result<()> {
        if self.p.consume_token(t) { Ok(()) } else { Err(self.unexpected(format!("{t} is wanted here"))) }
    }
    /// A name where a clause could begin as well: its words have to be in quotes there.
    fn name(&mut self, of: &str) -> Result<String> {
        match &self.p.peek_token_ref().token {
            Token::Word(w) if w.quote_style.is_none() && clause(&w.value) => Err(self.unexpected(format!("the name of {of} is wanted here"))),
            _ => self.word(of),
        }
    }
    /// A name where nothing else can stand.
    fn word(&mut self, of: &str) -> Result<String> {
        let Token::Word(w) = &self.p.peek_token_ref().token else { return Err(self.unexpected(format!("the name of {of} is wanted here"))) };
        let name = w.value.clone();
        self.p.advance_token();
        Ok(name)
    }
    fn tree(&mut self) -> Result<ast::Expr> {
        let e = self.p.parse_expr();
        self.parsed(e)
    }

    fn statement(&mut self) -> Result<Statement> {
        if self.sees("SELECT") {
            return Ok(Statement::Select(self.query()?));
        }
        if self.takes("CREATE") {
            return self.create();
        }
        if self.takes("INSERT") {
            self.wants("INTO")?;
            let into = self.name("a stream")?;
            if self.p.peek_token_ref().token == Token::LParen || self.sees("VALUES") {
                return self.values(into);
            }
            return Ok(Statement::Insert { into, query: self.query()? });
        }
        if self.takes("SHOW") || self.takes("LIST") {
            let all = [("STREAMS", Show::Streams), ("TABLES", Show::Tables), ("TOPICS", Show::Topics), ("QUERIES", Show::Queries)];
            return match all.into_iter().find(|(w, _)| self.takes(w)) {
                Some((_, what)) => Ok(Statement::Show(what)),
                None => Err(self.unexpected("after SHOW stands STREAMS, TABLES, TOPICS or QUERIES")),
            };
        }
        if self.takes("DESCRIBE") || self.takes("DESC") {
            return Ok(Statement::Describe(self.name("a stream or table")?));
        }
        if self.takes("EXPLAIN") {
            return Ok(Statement::Explain(self.query()?));
        }
        if self.takes("TERMINATE") {
            if matches!(self.p.peek_nth_token_ref(1).token, Token::Word(_)) {
                self.takes("QUERY");
            }
            return Ok(Statement::Terminate(self.name("a query")?));
        }
        if self.takes("DROP") {
            let kind = self.kind("DROP")?;
            let if_exists = self.takes("IF");
            if if_exists {
                self.wants("EXISTS")?;
            }
            let name = self.name("a stream or table")?;
            let delete_topic = self.takes("DELETE");
            if delete_topic {
                self.wants("TOPIC")?;
            }
            return Ok(Statement::Drop { kind, name, if_exists, delete_topic });
        }
        let word = self.p.peek_token_ref().token.to_string();
        let near = nearest(&word, &STATEMENTS).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
        Err(self.unexpected(format!("a statement begins with CREATE, SELECT, INSERT, SHOW, DESCRIBE, EXPLAIN, TERMINATE or DROP{near}")))
    }

    fn values(&mut self, into: String) -> Result<Statement> {
        let mut columns = None;
        if self.p.consume_token(&Token::LParen) {
            let mut names = Vec::new();
            loop {
                names.push(self.word("a column")?);
                if !self.p.consume_token(&Token::Comma) {
                    break;
                }
            }
            self.wants_token(&Token::RParen)?;
            columns = Some(names);
            if self.sees("SELECT") {
                return Err(self.unexpected("the columns of INSERT INTO ... SELECT are those of the query: name them there by AS"));
            }
        }
        self.wants("VALUES")?;
        let mut rows = Vec::new();
        loop {
            let at = self.here();
            self.wants_token(&Token::LParen)?;
            let mut row = Vec::new();
            loop {
                let e = self.tree()?;
                let e = Reader { source: self.source, names: &Scope::default() }.expr(&e)?;
                if let Some(c) = e.columns().first() {
                    return Err(self.source.error(at, format!("a value is a constant, and {c} is a column: texts stand in apostrophes")));
                }
                row.push(e);
                if !self.p.consume_token(&Token::Comma) {
                    break;
                }
            }
            self.wants_token(&Token::RParen)?;
            if let Some(n) = columns.as_ref().map(Vec::len).filter(|n| *n != row.len()) {
                return Err(self.source.error(at, format!("{n} columns are named, and this row has {} values", row.len())));
            }
            rows.push(row);
            if !self.p.consume_token(&Token::Comma) {
                return Ok(Statement::Values { into, columns, rows });
            }
        }
    }

    fn kind(&mut self, after: &str) -> Result<Kind> {
        if self.takes("STREAM") {
            return Ok(Kind::Stream);
        }
        if self.takes("GLOBAL") {
            self.wants("TABLE")?;
            return Ok(Kind::GlobalTable);
        }
        if self.takes("TABLE") {
            return Ok(Kind::Table);
        }
        Err(self.unexpected(format!("after {after} stands STREAM or TABLE")))
    }

    fn create(&mut self) -> Result<Statement> {
        let kind = self.kind("CREATE")?;
        let if_not_exists = self.takes("IF");
        if if_not_exists {
            self.wants("NOT")?;
            self.wants("EXISTS")?;
        }
        let name = self.name(if kind == Kind::Stream { "a stream" } else { "a table" })?;
        let columns = if self.p.consume_token(&Token::LParen) { Some(self.columns()?) } else { None };
        let with = self.options()?;
        if self.takes("AS") {
            if columns.is_some() {
                return Err(self.unexpected("the columns of CREATE ... AS SELECT are those of the query: leave the list out"));
            }
            if kind == Kind::GlobalTable {
                return Err(self.unexpected("a global table is read from a topic, not made by a query"));
            }
            return Ok(Statement::CreateAs { kind, name, if_not_exists, with, query: self.query()? });
        }
        // Avro and Protobuf say by their schema what the columns are.
        let columns = match columns {
            Some(c) => c,
            None if with.iter().any(|(n, _)| n == "format") => Vec::new(),
            None => return Err(self.unexpected(format!("the columns of {name} in parentheses, or AS SELECT, are wanted here"))),
        };
        if kind != Kind::Stream && !columns.iter().any(|c| c.key) {
            return Err(self.unexpected(format!("a table needs a key: write KEY behind the type of a column of {name}")));
        }
        Ok(Statement::Create { kind, name, if_not_exists, columns, with })
    }

    fn columns(&mut self) -> Result<Vec<Column>> {
        let mut columns: Vec<Column> = Vec::new();
        loop {
            let at = self.here();
            let name = self.word("a column")?;
            if columns.iter().any(|c| c.name == name) {
                return Err(self.source.error(at, format!("there are two columns named \"{name}\"")));
            }
            let ty = self.data_type()?;
            let primary = self.takes("PRIMARY");
            let key = self.takes("KEY");
            if primary && !key {
                return Err(self.unexpected("KEY is wanted here"));
            }
            columns.push(Column { name, ty, key });
            if !self.p.consume_token(&Token::Comma) {
                self.wants_token(&Token::RParen)?;
                return Ok(columns);
            }
        }
    }
    fn data_type(&mut self) -> Result<Type> {
        let at = self.here();
        // `list<int>` is how the other fronts write it; to the parser that is no type.
        if (self.sees("list") || self.sees("array")) && self.p.peek_nth_token_ref(1).token == Token::Lt {
            self.p.advance_token();
            self.p.advance_token();
            let of = self.data_type()?;
            self.wants_token(&Token::Gt)?;
            return Ok(Type::List(Box::new(of)));
        }
        let t = self.p.parse_data_type();
        let t = self.parsed(t)?;
        let reader = Reader { source: self.source, names: &Scope::default() };
        reader.data_type_at(at, &t)
    }
    fn options(&mut self) -> Result<Options> {
        let mut found = Options::new();
        if !self.takes("WITH") {
            return Ok(found);
        }
        self.wants_token(&Token::LParen)?;
        while !self.p.consume_token(&Token::RParen) {
            if !found.is_empty() {
                self.wants_token(&Token::Comma)?;
            }
            let at = self.here();
            let name = self.word("an option")?.to_ascii_lowercase();
            self.wants_token(&Token::Eq)?;
            let e = self.tree()?;
            let e = Reader { source: self.source, names: &Scope::default() }.expr(&e)?;
            let Expr::Lit(value) = e else { return Err(self.source.error(at, format!("the option {name} is a constant, and {e} is none"))) };
            if found.iter().any(|(n, _)| *n == name) {
                return Err(self.source.error(at, format!("the option {name} is there twice")));
            }
            found.push((name, value));
        }
        Ok(found)
    }

    fn query(&mut self) -> Result<Query> {
        self.wants("SELECT")?;
        if self.sees("DISTINCT") {
            return Err(self.unexpected("SELECT DISTINCT never ends over a stream: GROUP BY the columns, with count(*)"));
        }
        // Names mean something only when the streams are known, which come later in the text.
        let mut places = Places::default();
        let mut items = Vec::new();
        loop {
            places.items.push(self.place());
            items.push(self.item()?);
            if !self.p.consume_token(&Token::Comma) {
                break;
            }
        }
        self.wants("FROM")?;
        let at = self.place();
        let from = self.from()?;
        places.names.push((from.name.clone(), at));
        let mut joins = Vec::new();
        while let Some(how) = self.join_word()? {
            let at = self.place();
            places.joins.push(at);
            joins.push(self.join(how)?);
            places.names.push((joins.last().expect("it was just read").0.with.name.clone(), at));
        }
        let filter = if self.takes("WHERE") { Some((self.place(), self.tree()?)) } else { None };
        let filter = filter.map(|(at, e)| {
            places.filter = at;
            e
        });
        let mut group_by = Vec::new();
        let mut window = None;
        if self.takes("WINDOW") {
            places.window = self.place();
            window = Some(self.window()?);
        }
        if self.takes("GROUP") {
            self.wants("BY")?;
            loop {
                let at = self.place();
                if ["TUMBLE", "HOP", "SESSION", "SLIDE"].iter().any(|w| self.sees_then(w, &Token::LParen)) {
                    if window.is_some() {
                        return Err(self.unexpected("a query has one window"));
                    }
                    places.window = at;
                    window = Some(self.window()?);
                } else {
                    places.groups.push(at);
                    group_by.push(self.tree()?);
                }
                if !self.p.consume_token(&Token::Comma) {
                    break;
                }
            }
        }
        let having = if self.takes("HAVING") {
            places.having = self.place();
            Some(self.tree()?)
        } else {
            None
        };
        let emit = self.emit()?;
        let limit = if self.takes("LIMIT") { Some(self.count("LIMIT")?) } else { None };
        for (word, why) in [("ORDER", "a stream has no end, so it cannot be sorted"), ("UNION", "INSERT INTO the same stream from several queries")] {
            if self.sees(word) {
                return Err(self.unexpected(format!("there is no {word} here: {why}")));
            }
        }
        let sources: Vec<&From> = std::iter::once(&from).chain(joins.iter().map(|j| &j.0.with)).collect();
        for (i, s) in sources.iter().enumerate() {
            if sources[..i].iter().any(|t| t.shown() == s.shown()) {
                return Err(Error::invalid_arg(format!("two streams of the query are called {}: give one an alias", s.shown())));
            }
        }
        let scope = Scope { sources: &sources, seen: RefCell::default() };
        let reader = Reader { source: self.source, names: &scope };
        let items = items
            .into_iter()
            .map(|i| match i {
                Raw::All(of) => Ok(Item::All(of)),
                Raw::Expr(e, name) => Ok(Item::Expr { expr: reader.expr(&e)?, name }),
            })
            .collect::<Result<Vec<_>>>()?;
        let one = |e: &Option<ast::Expr>| e.as_ref().map(|e| reader.expr(e)).transpose();
        let filter = one(&filter)?;
        if let Some(e) = filter.as_ref().and_then(aggregate_in) {
            return Err(Error::invalid_arg(format!("{e} is an aggregate: conditions on those stand in HAVING, not in WHERE")));
        }
        let group_by = group_by.iter().map(|e| reader.expr(e)).collect::<Result<Vec<_>>>()?;
        if let Some(e) = group_by.iter().find_map(aggregate_in) {
            return Err(Error::invalid_arg(format!("{e} is an aggregate and cannot be grouped by")));
        }
        let having = one(&having)?;
        let on: Vec<Vec<(Expr, Expr)>> = joins.iter().map(|j| Self::equal(&reader, &j.1, j.0.with.shown())).collect::<Result<_>>()?;
        let joins = joins.iter().map(|j| j.0.clone()).zip(on).map(|(j, on)| Join { on, ..j }).collect();
        places.names.extend(scope.seen.take());
        Ok(Query { items, from: from.clone(), joins, filter, group_by, window, having, emit, limit, places })
    }
    fn count(&mut self, of: &str) -> Result<u64> {
        let n = match &self.p.peek_token_ref().token {
            Token::Number(n, _) => n.parse().ok(),
            _ => None,
        };
        let n = n.ok_or_else(|| self.unexpected(format!("after {of} stands a whole number")))?;
        self.p.advance_token();
        Ok(n)
    }

    fn item(&mut self) -> Result<Raw> {
        if self.p.consume_token(&Token::Mul) {
            return Ok(Raw::All(None));
        }
        if let [Token::Word(w), Token::Period, Token::Mul] = &self.p.peek_tokens::<3>() {
            (0..3).for_each(|_| self.p.advance_token());
            return Ok(Raw::All(Some(w.value.clone())));
        }
        let e = self.tree()?;
        Ok(Raw::Expr(e, self.alias("the column")?))
    }
    /// `AS name`, or a word that is no clause.
    fn alias(&mut self, of: &str) -> Result<Option<String>> {
        if self.takes("AS") {
            return Ok(Some(self.word(of)?));
        }
        let Token::Word(w) = &self.p.peek_token_ref().token else { return Ok(None) };
        let name = w.value.clone();
        if w.quote_style.is_none() && clause(&name) {
            return Ok(None);
        }
        self.p.advance_token();
        Ok(Some(name))
    }
    fn from(&mut self) -> Result<From> {
        if self.p.peek_token_ref().token == Token::LParen {
            return Err(self.unexpected("a query inside a query: CREATE STREAM ... AS SELECT it first, and name it here"));
        }
        let name = self.name("a stream or table")?;
        let alias = self.alias("the stream")?;
        if self.p.peek_token_ref().token == Token::Comma {
            return Err(self.unexpected("streams are joined by JOIN ... ON, not by a comma"));
        }
        Ok(From { name, alias })
    }

    fn join_word(&mut self) -> Result<Option<How>> {
        if self.takes("JOIN") {
            return Ok(Some(How::Inner));
        }
        let how = if self.takes("INNER") {
            How::Inner
        } else if self.takes("LEFT") {
            How::Left
        } else if self.takes("FULL") {
            How::Outer
        } else if self.sees("RIGHT") || self.sees("CROSS") {
            return Err(self.unexpected("a join is JOIN, LEFT JOIN or FULL OUTER JOIN: turn the sides of a right join round"));
        } else {
            return Ok(None);
        };
        if how != How::Inner {
            self.takes("OUTER");
        }
        self.wants("JOIN")?;
        Ok(Some(how))
    }
    fn join(&mut self, how: How) -> Result<(Join, ast::Expr)> {
        let with = self.from()?;
        let mut within = None;
        let mut grace_ms = None;
        if self.takes("WITHIN") {
            within = Some(if self.p.consume_token(&Token::LParen) {
                let before = self.duration("WITHIN")?;
                self.wants_token(&Token::Comma)?;
                let after = self.duration("WITHIN")?;
                self.wants_token(&Token::RParen)?;
                (before, after)
            } else {
                let d = self.duration("WITHIN")?;
                (d, d)
            });
        }
        if self.takes("GRACE") {
            self.takes("PERIOD");
            grace_ms = Some(self.duration("GRACE")?);
        }
        self.wants("ON")?;
        let on = self.tree()?;
        Ok((Join { how, with, within, grace_ms, on: Vec::new() }, on))
    }
    /// `a.x = b.y AND ...` as pairs, the joined stream's column second.
    fn equal(reader: &Reader<'_>, on: &ast::Expr, right: &str) -> Result<Vec<(Expr, Expr)>> {
        let e = reader.expr(on)?;
        let parts = match &e {
            Expr::Call { name, args } if name == "and" => args.as_slice(),
            _ => std::slice::from_ref(&e),
        };
        let of_right = |e: &Expr| e.columns().iter().all(|c| c.strip_prefix(right).is_some_and(|r| r.starts_with('.')));
        let of_left = |e: &Expr| !e.columns().iter().any(|c| c.strip_prefix(right).is_some_and(|r| r.starts_with('.')));
        parts
            .iter()
            .map(|p| match p {
                Expr::Call { name, args } if name == "=" && args.len() == 2 => match (of_left(&args[0]), of_right(&args[1])) {
                    (true, true) => Ok((args[0].clone(), args[1].clone())),
                    _ if of_left(&args[1]) && of_right(&args[0]) => Ok((args[1].clone(), args[0].clone())),
                    _ => Err(Error::invalid_arg(format!("{p}: one side has to be of {right}, written {right}.column, and the other not"))),
                },
                _ => Err(Error::invalid_arg(format!("a join is ON a.x = b.y, with AND between several; {p} is something else"))),
            })
            .collect()
    }

    fn window(&mut self) -> Result<Windowed> {
        let word = self.name("a window")?.to_ascii_uppercase();
        self.wants_token(&Token::LParen)?;
        let next = self.p.peek_nth_token_ref(1).token.clone();
        let time = match &self.p.peek_token_ref().token {
            Token::Word(w) if next == Token::Comma && !w.value.eq_ignore_ascii_case("INTERVAL") => Some(w.value.clone()),
            _ => None,
        };
        if time.is_some() {
            self.p.advance_token();
            self.p.advance_token();
        }
        let size_ms = self.duration(&word)?;
        let window = match word.as_str() {
            "TUMBLE" | "TUMBLING" => Window::Tumbling { size_ms },
            "SESSION" => Window::Session { gap_ms: size_ms },
            "SLIDE" | "SLIDING" => Window::Sliding { size_ms },
            "HOP" | "HOPPING" => {
                if !self.p.consume_token(&Token::Comma) {
                    return Err(self.unexpected("HOP('10s', '2s') has two lengths: of the window, and from one to the next"));
                }
                Window::Hopping { size_ms, advance_ms: self.duration(&word)? }
            }
            _ => return Err(self.unexpected(format!("{word} is no window: TUMBLE, HOP, SESSION or SLIDE"))),
        };
        self.wants_token(&Token::RParen)?;
        let grace_ms = if self.takes("GRACE") {
            self.takes("PERIOD");
            Some(self.duration("GRACE")?)
        } else {
            None
        };
        Ok(Windowed { window, time, grace_ms })
    }
    /// `'10 seconds'`, `INTERVAL '10' SECOND`, `10 SECONDS`.
    fn duration(&mut self, of: &str) -> Result<i64> {
        let at = self.here();
        self.takes("INTERVAL");
        let wrong = |t: &Self| t.source.error(at, format!("{of} takes a length of time, as '10 seconds'"));
        let mut text = match &self.p.peek_token_ref().token {
            Token::SingleQuotedString(s) => s.clone(),
            Token::Number(n, _) => n.clone(),
            _ => return Err(wrong(self)),
        };
        self.p.advance_token();
        if text.trim().parse::<f64>().is_ok() {
            let Token::Word(unit) = &self.p.peek_token_ref().token else { return Err(wrong(self)) };
            text = format!("{text} {}", unit.value);
            self.p.advance_token();
        }
        let ms = parse_duration(&text).map_err(|e| self.source.error(at, e.message()))?;
        if ms < 0 { Err(self.source.error(at, format!("{of} takes a length of time that is not negative"))) } else { Ok(ms) }
    }
    fn emit(&mut self) -> Result<Option<Emit>> {
        if !self.takes("EMIT") {
            return Ok(None);
        }
        for (word, emit) in [("FINAL", Emit::Final), ("CHANGES", Emit::Changes), ("EVERY", Emit::Every)] {
            if self.takes(word) {
                return Ok(Some(emit));
            }
        }
        Err(self.unexpected("after EMIT stands FINAL, CHANGES or EVERY"))
    }
}

fn is_word(t: &Token, word: &str) -> bool {
    matches!(t, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
}

enum Raw {
    All(Option<String>),
    Expr(ast::Expr, Option<String>),
}

fn placed(at: Location) -> Place {
    Place { line: at.line, column: at.column }
}

/// The streams that a query names.
#[derive(Default)]
struct Scope<'a> {
    sources: &'a [&'a From],
    /// The columns that were read, and where.
    seen: RefCell<Vec<(String, Place)>>,
}
impl Names for Scope<'_> {
    fn column(&self, parts: &[&str], at: Location) -> Result<(usize, Expr)> {
        let (used, name) = match parts {
            [of, name, ..] if self.sources.iter().any(|s| s.shown() == *of) => (2, format!("{of}.{name}")),
            _ => (1, parts[0].to_owned()),
        };
        self.seen.borrow_mut().push((name.clone(), placed(at)));
        Ok((used, Expr::Col(name)))
    }
    fn function(&self, reader: &Reader<'_>, name: &str, f: &ast::Function) -> Option<Result<Expr>> {
        let name = aggregate(name)?;
        // Of some names the table has a function too, of more arguments.
        if functions::lookup(name).is_some() {
            return None;
        }
        Some(Self::aggregate(reader, name, f))
    }
}
impl Scope<'_> {
    fn aggregate(reader: &Reader<'_>, name: &'static str, f: &ast::Function) -> Result<Expr> {
        if f.over.is_some() || f.filter.is_some() || !f.within_group.is_empty() {
            return Err(Error::invalid_arg(format!(
                "{f}: an aggregate is called with its arguments and nothing else; its window stands in GROUP BY"
            )));
        }
        let ast::FunctionArguments::List(list) = &f.args else { return Err(Error::invalid_arg(format!("{f}: arguments are wanted"))) };
        let distinct = matches!(list.duplicate_treatment, Some(ast::DuplicateTreatment::Distinct));
        let name = match (name, distinct) {
            ("count", true) => "count_distinct",
            (name, true) if !matches!(name, "min" | "max" | "count_distinct") => {
                return Err(Error::invalid_arg(format!("{f}: DISTINCT goes with count only")));
            }
            (name, _) => name,
        };
        let mut args = Vec::new();
        for a in &list.args {
            match a {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(e)) => args.push(reader.expr(e)?),
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Wildcard) if name == "count" && list.args.len() == 1 => {}
                _ => return Err(Error::invalid_arg(format!("{a} is no argument of {name}"))),
            }
        }
        if let Some(inner) = args.iter().find_map(aggregate_in) {
            return Err(Error::invalid_arg(format!("{f}: {inner} is an aggregate inside an aggregate")));
        }
        let counts = match name {
            "count" => 0..=1,
            "quantile" => 2..=2,
            "reduce" => 2..=2,
            _ => 1..=1,
        };
        if !counts.contains(&args.len()) {
            return Err(Error::invalid_arg(format!("{name} takes {} argument(s), not {}", counts.end(), args.len())));
        }
        if name == "quantile" && !matches!(args[1], Expr::Lit(Scalar::Float(_) | Scalar::Int(_))) {
            return Err(Error::invalid_arg("the second argument of quantile is a constant from 0 to 1"));
        }
        Ok(call(name, args))
    }
}

/// The aggregate of that name; SQL has other names for some.
fn aggregate(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let name = match lower.as_str() {
        "avg" => "mean",
        "array_agg" | "list" => "collect",
        "first_value" | "any_value" | "earliest_by_offset" => "first",
        "last_value" | "latest_by_offset" => "last",
        "approx_count_distinct" => "count_distinct",
        "approx_quantile" | "percentile" | "quantile_cont" => "quantile",
        other => other,
    };
    agg::FUNCTIONS.iter().find(|f| **f == name).copied()
}
/// The first aggregate inside an expression.
pub(super) fn aggregate_in(e: &Expr) -> Option<&Expr> {
    let mut found = None;
    e.walk(&mut |part| {
        if let Expr::Call { name, .. } = part
            && agg::FUNCTIONS.contains(&name.as_str())
        {
            found.get_or_insert(part);
        }
    });
    found
}
