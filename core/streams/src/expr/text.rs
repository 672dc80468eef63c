//! Expressions from SQL text. `sqlparser` gives its tree; this file makes ours of it and says no, with the place, to what has no meaning
//! here. Owns the dialect: quotes are for names, apostrophes for texts without backslashes, `a.b` and `a['b']` look into JSON.

use super::{DEPTH_MAX, Expr, Scalar, call, civil, functions, json};
use crate::types::Type;
use sqlparser::ast;
use sqlparser::dialect::Dialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, Tokenizer};
use wellhead_base::{Error, Result};

/// How SQL is read here.
#[derive(Debug)]
pub(crate) struct Sql;
impl Dialect for Sql {
    fn is_delimited_identifier_start(&self, c: char) -> bool {
        c == '"' || c == '`'
    }
    fn is_identifier_start(&self, c: char) -> bool {
        c.is_alphabetic() || c == '_'
    }
    fn is_identifier_part(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_'
    }
    fn supports_in_empty_list(&self) -> bool {
        true
    }
    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }
    fn supports_array_typedef_with_brackets(&self) -> bool {
        true
    }
    fn supports_numeric_literal_underscores(&self) -> bool {
        true
    }
    fn supports_comma_separated_trim(&self) -> bool {
        true
    }
    fn allow_extract_custom(&self) -> bool {
        true
    }
    fn allow_extract_single_quotes(&self) -> bool {
        true
    }
    fn supports_extract_comma_syntax(&self) -> bool {
        true
    }
}

/// The text that is read, for messages.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a>(pub &'a str);
impl Source<'_> {
    /// An error at a place of the text.
    pub fn error(&self, at: Location, what: impl std::fmt::Display) -> Error {
        if at.line == 0 {
            // The parser gives no place to what is missing at the end, and to few trees.
            return Error::invalid_arg(format!("{what} in: {}", excerpt(self.0)));
        }
        let line = self.0.lines().nth(at.line as usize - 1).unwrap_or_default();
        let from: String = line.chars().skip(at.column.saturating_sub(1) as usize).collect();
        let near = if from.trim().is_empty() { "at the end".to_owned() } else { format!("at \"{}\"", excerpt(&from)) };
        Error::invalid_arg(format!("{what} (line {}, column {}, {near})", at.line, at.column))
    }
    /// The parser's own error; it names the place itself.
    pub fn parser(&self, e: ParserError) -> Error {
        match e {
            ParserError::TokenizerError(m) | ParserError::ParserError(m) => match place(&m) {
                Some((what, at)) => self.error(at, what),
                // The parser knows no place for what is missing at the end.
                None if m.ends_with("found: EOF") => Error::invalid_arg(format!("{m} (at the end)")),
                None => Error::invalid_arg(m),
            },
            ParserError::RecursionLimitExceeded => Error::invalid_arg(format!("the expression is nested more than {DEPTH_MAX} deep")),
        }
    }
}
fn excerpt(text: &str) -> String {
    let text = text.trim();
    let short: String = text.chars().take(24).collect();
    if short.len() < text.len() { format!("{short}...") } else { short }
}
/// Splits "what at Line: 1, Column: 2".
fn place(message: &str) -> Option<(&str, Location)> {
    let (what, rest) = message.rsplit_once(" at Line: ")?;
    let (line, column) = rest.split_once(", Column: ")?;
    Some((what, Location { line: line.parse().ok()?, column: column.trim().parse().ok()? }))
}

/// A statement longer than that was not written by a person, and its tree may be as deep as it is long: the parser drops it recursively.
const WORDS_MAX: usize = 4000;

pub(crate) fn parser<'a>(text: &'a str, dialect: &'a Sql) -> Result<Parser<'a>> {
    let tokens = Tokenizer::new(dialect, text).tokenize_with_location().map_err(|e| Source(text).parser(e.into()))?;
    let mut words = 0;
    for t in &tokens {
        match t.token {
            Token::SemiColon => words = 0,
            Token::Whitespace(_) => {}
            _ => words += 1,
        }
        if words > WORDS_MAX {
            return Err(Error::invalid_arg(format!("a text of more than {WORDS_MAX} words is not read")));
        }
    }
    Ok(Parser::new(dialect).with_recursion_limit(DEPTH_MAX).with_tokens_with_locations(tokens))
}

impl Expr {
    /// Reads one expression: `price * 1.1 > 100 AND lower(side) = 'buy'`.
    pub fn parse(text: &str) -> Result<Expr> {
        let source = Source(text);
        let mut p = parser(text, &Sql)?;
        let tree = p.parse_expr().map_err(|e| source.parser(e))?;
        let rest = p.peek_token();
        if rest.token != Token::EOF {
            return Err(source.error(rest.span.start, "the expression ends before this"));
        }
        Reader { source, names: &Plain }.expr(&tree)
    }
}
impl std::str::FromStr for Expr {
    type Err = Error;
    fn from_str(text: &str) -> Result<Expr> {
        Expr::parse(text)
    }
}

/// What names mean where the text stands: in a query `a.b` may be a column of a stream, and `sum` a function.
pub(crate) trait Names {
    /// How many of the parts of `a.b.c` name a column, and the column.
    fn column(&self, parts: &[&str], at: Location) -> Result<(usize, Expr)>;
    /// A function that is no function of a row. None: look for it in the table.
    fn function(&self, reader: &Reader<'_>, name: &str, f: &ast::Function) -> Option<Result<Expr>>;
}
struct Plain;
impl Names for Plain {
    fn column(&self, parts: &[&str], _: Location) -> Result<(usize, Expr)> {
        Ok((1, Expr::Col(parts[0].to_owned())))
    }
    fn function(&self, _: &Reader<'_>, _: &str, _: &ast::Function) -> Option<Result<Expr>> {
        None
    }
}

/// Makes our tree of the parser's.
pub(crate) struct Reader<'a> {
    pub source: Source<'a>,
    pub names: &'a dyn Names,
}

impl Reader<'_> {
    pub fn expr(&self, e: &ast::Expr) -> Result<Expr> {
        self.at(e, 0)
    }
    fn no(&self, e: &ast::Expr, what: impl std::fmt::Display) -> Error {
        self.source.error(start(e), what)
    }

    fn at(&self, e: &ast::Expr, depth: usize) -> Result<Expr> {
        if depth > DEPTH_MAX {
            return Err(self.no(e, format!("the expression is nested more than {DEPTH_MAX} deep")));
        }
        let sub = |e: &ast::Expr| self.at(e, depth + 1);
        let negate = |negated: bool, e: Expr| if negated { e.not() } else { e };
        Ok(match e {
            ast::Expr::Identifier(i) => self.names.column(&[&i.value], start(e)).map_err(|x| self.no(e, x.message()))?.1,
            ast::Expr::CompoundIdentifier(parts) => self.path(e, parts, &[], depth)?,
            ast::Expr::CompoundFieldAccess { root, access_chain } => match &**root {
                ast::Expr::Identifier(i) => self.path(e, std::slice::from_ref(i), access_chain, depth)?,
                ast::Expr::CompoundIdentifier(parts) => self.path(e, parts, access_chain, depth)?,
                other => self.access(sub(other)?, access_chain, depth)?,
            },
            ast::Expr::Nested(inner) => sub(inner)?,
            ast::Expr::Value(v) => self.value(e, &v.value)?,
            ast::Expr::TypedString(t) => {
                let ty = self.data_type(e, &t.data_type)?;
                let Some(text) = string(&t.value.value) else { return Err(self.no(e, "a text is wanted here")) };
                if ty != Type::Timestamp {
                    return Err(self.no(e, format!("write CAST('{text}' AS {ty})")));
                }
                let ms = civil::parse_millis(text).ok_or_else(|| self.no(e, format!("'{text}' is not a timestamp")))?;
                Expr::Lit(Scalar::Timestamp(ms))
            }
            ast::Expr::Interval(i) => self.interval(e, i)?,
            ast::Expr::UnaryOp { op, expr } => match (op, &**expr) {
                (ast::UnaryOperator::Minus, ast::Expr::Value(v)) if matches!(v.value, ast::Value::Number(..)) => {
                    let ast::Value::Number(n, _) = &v.value else { unreachable!("it was matched") };
                    self.number(e, &format!("-{n}"))?
                }
                (ast::UnaryOperator::Minus, inner) => call("neg", [sub(inner)?]),
                (ast::UnaryOperator::Plus, inner) => sub(inner)?,
                (ast::UnaryOperator::Not, inner) => sub(inner)?.not(),
                _ => return Err(self.no(e, format!("the operator {op} is not known here"))),
            },
            ast::Expr::BinaryOp { left, op, right } => self.binary(e, left, op, right, depth)?,
            ast::Expr::IsNull(x) | ast::Expr::IsUnknown(x) => sub(x)?.is_null(),
            ast::Expr::IsNotNull(x) | ast::Expr::IsNotUnknown(x) => sub(x)?.is_not_null(),
            ast::Expr::IsTrue(x) => call("coalesce", [sub(x)?, false.into()]),
            ast::Expr::IsNotTrue(x) => call("coalesce", [sub(x)?, false.into()]).not(),
            ast::Expr::IsFalse(x) => call("coalesce", [sub(x)?.not(), false.into()]),
            ast::Expr::IsNotFalse(x) => call("coalesce", [sub(x)?, true.into()]),
            ast::Expr::IsDistinctFrom(a, b) => call("is_distinct", [sub(a)?, sub(b)?]),
            ast::Expr::IsNotDistinctFrom(a, b) => call("is_distinct", [sub(a)?, sub(b)?]).not(),
            ast::Expr::In { expr, target: ast::InTarget::List(list), negated, .. } => {
                let mut args = vec![sub(expr)?];
                for x in list {
                    args.push(sub(x)?);
                }
                negate(*negated, call("in", args))
            }
            ast::Expr::Between { expr, negated, low, high } => negate(*negated, call("between", [sub(expr)?, sub(low)?, sub(high)?])),
            ast::Expr::Like { negated, any: false, expr, pattern, escape_char: None } => negate(*negated, call("like", [sub(expr)?, sub(pattern)?])),
            ast::Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                negate(*negated, call("ilike", [sub(expr)?, sub(pattern)?]))
            }
            ast::Expr::Like { escape_char: Some(_), .. } | ast::Expr::ILike { escape_char: Some(_), .. } => {
                return Err(self.no(e, "ESCAPE is not read: the escape of LIKE is always \\"));
            }
            ast::Expr::RLike { negated, expr, pattern, .. } => {
                negate(*negated, self.row_function(e, "regexp_matches", vec![sub(expr)?, sub(pattern)?])?)
            }
            ast::Expr::Case { operand, conditions, else_result, .. } => {
                let operand = operand.as_deref().map(&sub).transpose()?;
                let mut when = Vec::new();
                for c in conditions {
                    let condition = sub(&c.condition)?;
                    let condition = if let Some(x) = &operand { x.clone().eq(condition) } else { condition };
                    when.push((condition, sub(&c.result)?));
                }
                Expr::Case { when, otherwise: else_result.as_deref().map(sub).transpose()?.map(Box::new) }
            }
            ast::Expr::Cast { expr, data_type, format: None, .. } => cast(sub(expr)?, self.data_type(e, data_type)?),
            ast::Expr::Extract { field, expr, .. } => {
                let field = field.to_string().trim_matches('\'').to_ascii_lowercase();
                self.row_function(e, "date_part", vec![field.into(), sub(expr)?])?
            }
            ast::Expr::Ceil { expr, .. } | ast::Expr::Floor { expr, .. } => {
                let name = if matches!(e, ast::Expr::Ceil { .. }) { "ceil" } else { "floor" };
                let (ast::Expr::Ceil { field, .. } | ast::Expr::Floor { field, .. }) = e else { unreachable!("it was matched") };
                if !matches!(field, ast::CeilFloorKind::DateTimeField(ast::DateTimeField::NoDateTime)) {
                    return Err(self.no(e, format!("{name} takes 1 argument; date_trunc cuts times")));
                }
                call(name, [sub(expr)?])
            }
            ast::Expr::Position { expr, r#in } => self.row_function(e, "strpos", vec![sub(r#in)?, sub(expr)?])?,
            ast::Expr::Substring { expr, substring_from, substring_for, .. } => {
                let mut args = vec![sub(expr)?];
                args.push(substring_from.as_deref().map(&sub).transpose()?.unwrap_or_else(|| 1.into()));
                args.extend(substring_for.as_deref().map(sub).transpose()?);
                self.row_function(e, "substr", args)?
            }
            ast::Expr::Trim { trim_where, trim_what, expr, trim_characters } => {
                let name = match trim_where {
                    None | Some(ast::TrimWhereField::Both) => "trim",
                    Some(ast::TrimWhereField::Leading) => "ltrim",
                    Some(ast::TrimWhereField::Trailing) => "rtrim",
                };
                let mut args = vec![sub(expr)?];
                args.extend(trim_what.as_deref().map(&sub).transpose()?);
                for x in trim_characters.iter().flatten() {
                    args.push(sub(x)?);
                }
                self.row_function(e, name, args)?
            }
            ast::Expr::Function(f) => self.function(e, f, depth)?,
            ast::Expr::Wildcard(_) | ast::Expr::QualifiedWildcard(..) => {
                return Err(self.no(e, "* stands for columns only after SELECT and in count(*)"));
            }
            ast::Expr::Subquery(_) | ast::Expr::Exists { .. } | ast::Expr::In { .. } => {
                return Err(self.no(e, "a query inside an expression has no meaning over a stream; join with it instead"));
            }
            _ => return Err(self.no(e, format!("{e} is not understood here"))),
        })
    }

    fn binary(&self, e: &ast::Expr, left: &ast::Expr, op: &ast::BinaryOperator, right: &ast::Expr, depth: usize) -> Result<Expr> {
        use ast::BinaryOperator as B;
        let sub = |e: &ast::Expr| self.at(e, depth + 1);
        let name = match op {
            B::Plus => "+",
            B::Minus => "-",
            B::Multiply => "*",
            B::Divide => "/",
            B::Modulo => "%",
            B::StringConcat => "||",
            B::Gt => ">",
            B::Lt => "<",
            B::GtEq => ">=",
            B::LtEq => "<=",
            B::Eq => "=",
            B::NotEq => "!=",
            B::And => "and",
            B::Or => "or",
            B::DuckIntegerDivide | B::MyIntegerDivide => "div",
            B::PGRegexMatch => return self.row_function(e, "regexp_matches", vec![sub(left)?, sub(right)?]),
            B::PGRegexNotMatch => return Ok(self.row_function(e, "regexp_matches", vec![sub(left)?, sub(right)?])?.not()),
            B::Arrow | B::LongArrow => {
                let steps = match sub(right)? {
                    Expr::Lit(Scalar::Int(i)) => vec![json::Step::Index(i)],
                    Expr::Lit(Scalar::String(s)) if s.starts_with('$') => json::parse_path(&s).map_err(|x| self.no(right, x))?,
                    Expr::Lit(Scalar::String(s)) => vec![json::Step::Key(s)],
                    _ => return Err(self.no(right, "after -> and ->> stands a text or a number")),
                };
                let found = into_json(sub(left)?, steps);
                return Ok(if let (B::LongArrow, Expr::Call { args, .. }) = (op, &found) { call("json_value", args.clone()) } else { found });
            }
            _ => return Err(self.no(e, format!("the operator {op} is not known here"))),
        };
        // These take any number of arguments, so that a long chain of them is not a deep tree.
        if !matches!(op, B::And | B::Or | B::StringConcat) {
            return Ok(call(name, [sub(left)?, sub(right)?]));
        }
        let mut parts = vec![right];
        let mut rest = left;
        while let ast::Expr::BinaryOp { left, op: o, right } = rest {
            if o != op {
                break;
            }
            parts.push(right);
            rest = left;
        }
        parts.push(rest);
        Ok(call(name, parts.into_iter().rev().map(sub).collect::<Result<Vec<_>>>()?))
    }

    /// `a.b.c[0]`: a column and where to look in it.
    fn path(&self, e: &ast::Expr, parts: &[ast::Ident], chain: &[ast::AccessExpr], depth: usize) -> Result<Expr> {
        let mut names: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
        let mut chain = chain;
        while let [ast::AccessExpr::Dot(ast::Expr::Identifier(i)), rest @ ..] = chain {
            names.push(&i.value);
            chain = rest;
        }
        let (used, column) = self.names.column(&names, start(e)).map_err(|x| self.no(e, x.message()))?;
        let steps: Vec<json::Step> = names[used..].iter().map(|n| json::Step::Key((*n).to_owned())).collect();
        let column = if steps.is_empty() { column } else { into_json(column, steps) };
        self.access(column, chain, depth)
    }
    fn access(&self, mut base: Expr, chain: &[ast::AccessExpr], depth: usize) -> Result<Expr> {
        for (i, a) in chain.iter().enumerate() {
            let step = match a {
                ast::AccessExpr::Dot(ast::Expr::Identifier(i)) => json::Step::Key(i.value.clone()),
                ast::AccessExpr::Subscript(ast::Subscript::Index { index }) => match self.at(index, depth + 1)? {
                    Expr::Lit(Scalar::String(s)) => json::Step::Key(s),
                    // Beside other steps it is JSON; alone it may be a list as well.
                    Expr::Lit(Scalar::Int(n)) if chain.len() > 1 || json_of(&base).is_some() => json::Step::Index(n),
                    other if i + 1 == chain.len() => return Ok(call("list_get", [base, other])),
                    _ => return Err(self.no(index, "a place inside JSON is a number or a text")),
                },
                ast::AccessExpr::Dot(e) => return Err(self.no(e, "after a dot stands a name")),
                ast::AccessExpr::Subscript(s) => return Err(self.source.error(Location { line: 0, column: 0 }, format!("[{s}] is not understood"))),
            };
            base = into_json(base, vec![step]);
        }
        Ok(base)
    }

    fn value(&self, e: &ast::Expr, v: &ast::Value) -> Result<Expr> {
        Ok(match v {
            ast::Value::Number(n, _) => self.number(e, n)?,
            ast::Value::Boolean(b) => (*b).into(),
            ast::Value::Null => Expr::Lit(Scalar::Null),
            ast::Value::HexStringLiteral(h) => {
                let digits = |i: usize| h.get(i..i + 2).and_then(|d| u8::from_str_radix(d, 16).ok());
                let bytes = h.len().is_multiple_of(2).then(|| (0..h.len()).step_by(2).map(digits).collect::<Option<Vec<u8>>>()).flatten();
                bytes.ok_or_else(|| self.no(e, format!("X'{h}' is not an even number of hexadecimal digits")))?.into()
            }
            other => match string(other) {
                Some(s) => s.into(),
                None => return Err(self.no(e, format!("{other} is not understood here"))),
            },
        })
    }
    fn number(&self, e: &ast::Expr, text: &str) -> Result<Expr> {
        let text = text.replace('_', "");
        if let Ok(i) = text.parse::<i64>() {
            return Ok(i.into());
        }
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(x.into()),
            _ => Err(self.no(e, format!("{text} is not a number that fits"))),
        }
    }
    fn interval(&self, e: &ast::Expr, i: &ast::Interval) -> Result<Expr> {
        if i.last_field.is_some() {
            return Err(self.no(e, "an interval has one unit here, as in INTERVAL '90' MINUTE"));
        }
        let text = match &*i.value {
            ast::Expr::Value(v) => match &v.value {
                ast::Value::Number(n, _) => n.clone(),
                other => string(other).ok_or_else(|| self.no(e, "after INTERVAL stands a text"))?.to_owned(),
            },
            _ => return Err(self.no(e, "after INTERVAL stands a text")),
        };
        let text = i.leading_field.as_ref().map_or(text.clone(), |f| format!("{text} {f}"));
        Ok(civil::parse_duration(&text).map_err(|x| self.no(e, x.message()))?.into())
    }
    fn data_type(&self, e: &ast::Expr, t: &ast::DataType) -> Result<Type> {
        self.data_type_at(start(e), t)
    }
    pub fn data_type_at(&self, at: Location, t: &ast::DataType) -> Result<Type> {
        if let ast::DataType::Array(ast::ArrayElemTypeDef::AngleBracket(of) | ast::ArrayElemTypeDef::SquareBracket(of, None)) = t {
            return Ok(Type::List(Box::new(self.data_type_at(at, of)?)));
        }
        let text = t.to_string();
        let text = text.split('(').next().unwrap_or_default();
        let text = text.trim().trim_end_matches("WITHOUT TIME ZONE").trim_end_matches("WITH TIME ZONE");
        if matches!(t, ast::DataType::Date) {
            return Ok(Type::Timestamp);
        }
        Type::parse(text).map_err(|x| self.source.error(at, x.message()))
    }

    fn function(&self, e: &ast::Expr, f: &ast::Function, depth: usize) -> Result<Expr> {
        let [ast::ObjectNamePart::Identifier(name)] = f.name.0.as_slice() else { return Err(self.no(e, format!("there is no function {}", f.name))) };
        if let Some(found) = self.names.function(self, &name.value, f) {
            return found;
        }
        if f.over.is_some() || f.filter.is_some() || !f.within_group.is_empty() || f.null_treatment.is_some() {
            return Err(self.no(e, format!("{name} is called with its arguments and nothing else here")));
        }
        let args = self.args(e, f)?;
        let args = args.into_iter().map(|a| self.at(a, depth + 1)).collect::<Result<Vec<_>>>()?;
        self.row_function(e, &name.value, args)
    }
    /// The arguments of a function, which are expressions.
    fn args<'e>(&self, e: &ast::Expr, f: &'e ast::Function) -> Result<Vec<&'e ast::Expr>> {
        let list = match &f.args {
            ast::FunctionArguments::None => return Err(self.no(e, format!("{} is a function: call it as {}(...)", f.name, f.name))),
            ast::FunctionArguments::List(l) if l.duplicate_treatment.is_none() && l.clauses.is_empty() => &l.args,
            _ => return Err(self.no(e, format!("{} takes expressions and nothing else", f.name))),
        };
        let one = |a: &'e ast::FunctionArg| match a {
            ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(x)) => Ok(x),
            _ => Err(self.no(e, format!("{a} is no argument of {}", f.name))),
        };
        list.iter().map(one).collect()
    }
    fn row_function(&self, e: &ast::Expr, name: &str, args: Vec<Expr>) -> Result<Expr> {
        let f = functions::find(name).map_err(|x| self.no(e, x.message()))?;
        Ok(call(f.name, args))
    }
}

/// Where an expression begins, nearly. The parser's own answer walks the whole tree recursively, and that may be thousands deep.
fn start(mut e: &ast::Expr) -> Location {
    loop {
        e = match e {
            ast::Expr::Identifier(i) => return i.span.start,
            ast::Expr::CompoundIdentifier(parts) if !parts.is_empty() => return parts[0].span.start,
            ast::Expr::Value(v) => return v.span.start,
            ast::Expr::TypedString(t) => return t.value.span.start,
            ast::Expr::Case { case_token, .. } => return case_token.0.span.start,
            ast::Expr::Function(f) => {
                return match f.name.0.first() {
                    Some(ast::ObjectNamePart::Identifier(i)) => i.span.start,
                    _ => Location { line: 0, column: 0 },
                };
            }
            ast::Expr::BinaryOp { left, .. } => left,
            ast::Expr::CompoundFieldAccess { root, .. } => root,
            ast::Expr::IsDistinctFrom(x, _) | ast::Expr::IsNotDistinctFrom(x, _) | ast::Expr::Nested(x) => x,
            ast::Expr::UnaryOp { expr, .. }
            | ast::Expr::Cast { expr, .. }
            | ast::Expr::Between { expr, .. }
            | ast::Expr::In { expr, .. }
            | ast::Expr::Like { expr, .. }
            | ast::Expr::ILike { expr, .. }
            | ast::Expr::Extract { expr, .. }
            | ast::Expr::Ceil { expr, .. }
            | ast::Expr::Floor { expr, .. }
            | ast::Expr::Position { expr, .. }
            | ast::Expr::Substring { expr, .. }
            | ast::Expr::Trim { expr, .. } => expr,
            ast::Expr::Interval(i) => &i.value,
            _ => return Location { line: 0, column: 0 },
        };
    }
}

pub(crate) fn string(v: &ast::Value) -> Option<&str> {
    match v {
        ast::Value::SingleQuotedString(s) => Some(s),
        ast::Value::DollarQuotedString(s) => Some(&s.value),
        _ => None,
    }
}

/// The path of what is a look into JSON already.
fn json_of(e: &Expr) -> Option<(&Expr, Vec<json::Step>)> {
    match e {
        Expr::Call { name, args } if name == "json_get" => match args.as_slice() {
            [of, Expr::Lit(Scalar::String(path))] => Some((of, json::parse_path(path).ok()?)),
            _ => None,
        },
        _ => None,
    }
}
fn into_json(base: Expr, steps: Vec<json::Step>) -> Expr {
    let (of, mut path) = json_of(&base).map_or_else(|| (base.clone(), Vec::new()), |(of, path)| (of.clone(), path));
    path.extend(steps);
    call("json_get", [of, json::path_text(&path).into()])
}

/// Constants that have no other text than a cast become constants again.
fn cast(e: Expr, to: Type) -> Expr {
    match (&e, &to) {
        (Expr::Lit(Scalar::String(s)), Type::Float) if ["NaN", "inf", "-inf"].contains(&s.as_str()) => {
            Expr::Lit(Scalar::Float(s.parse().expect("these three are floats")))
        }
        (Expr::Lit(Scalar::Int(i)), Type::Timestamp) => Expr::Lit(Scalar::Timestamp(*i)),
        _ => e.cast(to),
    }
}
