//! Resolves an expression against a schema: names become places, types are found, coercions are written down as casts, and what does not
//! depend on the row is computed. All that is wrong with an expression is said here; computing it later cannot fail for its types.
//!
//! Coercions, and there are no others: null takes any type; int becomes float beside a float; json becomes what stands beside it (float
//! beside an int); a string *constant* is read as what stands beside it; an int constant beside a timestamp is milliseconds.

use super::eval::{Kernel, Node, Value, apply, choose};
use super::functions::{self, Function};
use super::{DEPTH_MAX, Expr, PSEUDO, Scalar, cast};
use crate::types::{Schema, Type, nearest};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray, new_null_array};
use std::fmt;
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// An expression that is ready to be computed over chunks of one schema.
#[derive(Clone)]
pub struct Bound {
    pub(super) node: Node,
    pub(super) ty: Type,
    text: Arc<str>,
}

impl Bound {
    pub fn new(expr: &Expr, schema: &Schema) -> Result<Bound> {
        let typed = bind(expr, schema, 0)?;
        // A null that nothing has given a type is a string, as good as any.
        let typed = if typed.ty.is_none() { coerce(typed, &Type::String, expr)? } else { typed };
        Ok(Bound { node: typed.node, ty: typed.ty.unwrap_or(Type::String), text: expr.to_string().into() })
    }
    /// The same for a condition: an error where the result is not bool.
    pub fn condition(expr: &Expr, schema: &Schema) -> Result<Bound> {
        let typed = bind(expr, schema, 0)?;
        if !matches!(typed.ty, None | Some(Type::Bool)) {
            return Err(Error::invalid_arg(format!("the condition {expr} is {}, not bool", name(typed.ty.as_ref()))));
        }
        let typed = coerce(typed, &Type::Bool, expr)?;
        Ok(Bound { node: typed.node, ty: Type::Bool, text: expr.to_string().into() })
    }
    pub fn ty(&self) -> &Type {
        &self.ty
    }
    /// The place of the column that it is, where it is no more than a column.
    pub fn column(&self) -> Option<usize> {
        if let Node::Column(i) = self.node { Some(i) } else { None }
    }
    /// Its value as an array of one, where no row is needed to know it.
    pub fn constant(&self) -> Option<&ArrayRef> {
        if let Node::Const(a) = &self.node { Some(a) } else { None }
    }
}
impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bound({}: {})", self.text, self.ty)
    }
}

/// A part with its type; none is a null that has no type yet.
#[derive(Clone)]
pub(crate) struct Typed {
    pub node: Node,
    pub ty: Option<Type>,
}
impl Typed {
    pub fn constant(&self) -> Option<&ArrayRef> {
        if let Node::Const(a) = &self.node { Some(a) } else { None }
    }
    fn constant_of(&self, ty: &Type) -> bool {
        self.constant().is_some() && self.ty.as_ref() == Some(ty)
    }
}

fn name(ty: Option<&Type>) -> String {
    ty.map_or_else(|| "null".to_owned(), Type::to_string)
}

fn bind(expr: &Expr, schema: &Schema, depth: usize) -> Result<Typed> {
    if depth > DEPTH_MAX {
        return Err(Error::invalid_arg(format!("an expression may be nested {DEPTH_MAX} deep and no deeper; compute parts of it in a step before")));
    }
    match expr {
        Expr::Col(name) => column(name, schema),
        Expr::Lit(s) => Ok(constant(s)),
        Expr::Call { name, args } => {
            let f = functions::find(name)?;
            let bound = args.iter().map(|a| bind(a, schema, depth + 1)).collect::<Result<Vec<_>>>()?;
            call(f, bound, args)
        }
        Expr::Case { when, otherwise } => {
            if when.is_empty() {
                return Err(Error::invalid_arg("a CASE needs at least one WHEN"));
            }
            let mut conditions = Vec::new();
            let mut values = Vec::new();
            let mut sources = Vec::new();
            for (condition, then) in when {
                let c = bind(condition, schema, depth + 1)?;
                if !matches!(c.ty, None | Some(Type::Bool)) {
                    return Err(Error::invalid_arg(format!("the condition {condition} of a CASE is {}, not bool", name(c.ty.as_ref()))));
                }
                conditions.push(coerce(c, &Type::Bool, condition)?);
                values.push(bind(then, schema, depth + 1)?);
                sources.push(then.clone());
            }
            let null = Expr::Lit(Scalar::Null);
            let last = otherwise.as_deref().unwrap_or(&null);
            values.push(bind(last, schema, depth + 1)?);
            sources.push(last.clone());
            Ok(choice(conditions, Args { function: "CASE", list: values, source: &sources })?)
        }
        Expr::Cast { expr: inner, to } => {
            let from = bind(inner, schema, depth + 1)?;
            convert(from, to).map_err(|e| Error::invalid_arg(format!("{expr}: {}", e.message())))
        }
    }
}

fn column(name: &str, schema: &Schema) -> Result<Typed> {
    if let Some(i) = schema.index(name) {
        return Ok(Typed { node: Node::Column(i), ty: Some(schema.fields()[i].ty.clone()) });
    }
    let node = match name {
        "_timestamp" => Node::Time,
        "_topic" => Node::Topic,
        "_partition" => Node::Partition,
        "_offset" => Node::Offset,
        _ => {
            schema.find(name)?;
            unreachable!("index found no such column")
        }
    };
    let ty = PSEUDO.into_iter().find(|(n, _)| *n == name).map(|(_, ty)| ty);
    Ok(Typed { node, ty })
}

pub(crate) fn constant(s: &Scalar) -> Typed {
    let (array, ty): (ArrayRef, _) = match s {
        Scalar::Null => return Typed { node: Node::Const(new_null_array(&Type::String.arrow(), 1)), ty: None },
        Scalar::Bool(b) => (Arc::new(BooleanArray::from(vec![*b])), Type::Bool),
        Scalar::Int(i) => (Arc::new(Int64Array::from(vec![*i])), Type::Int),
        Scalar::Float(x) => (Arc::new(Float64Array::from(vec![*x])), Type::Float),
        Scalar::String(s) => (Arc::new(StringArray::from(vec![s.as_str()])), Type::String),
        Scalar::Bytes(b) => (Arc::new(BinaryArray::from(vec![b.as_slice()])), Type::Bytes),
        Scalar::Timestamp(t) => (Arc::new(TimestampMillisecondArray::from(vec![*t])), Type::Timestamp),
    };
    Typed { node: Node::Const(array), ty: Some(ty) }
}

/// A call of a function whose arguments are bound.
pub(crate) fn call(f: &'static Function, list: Vec<Typed>, source: &[Expr]) -> Result<Typed> {
    if list.len() < f.args.0 || list.len() > f.args.1 {
        let want = match f.args {
            (a, b) if a == b => format!("{a}"),
            (a, usize::MAX) => format!("at least {a}"),
            (a, b) => format!("{a} to {b}"),
        };
        return Err(Error::invalid_arg(format!("{} takes {want} arguments, not {}: {}", f.name, list.len(), f.doc)));
    }
    let mut args = Args { function: f.name, list, source };
    match (f.bind)(&mut args)? {
        Outcome::Kernel(ty, kernel) => node(args.list, ty, kernel, f.deterministic),
        Outcome::Choice(conditions) => choice(conditions, args),
        Outcome::Done(typed) => Ok(typed),
    }
}

fn node(list: Vec<Typed>, ty: Type, kernel: Kernel, deterministic: bool) -> Result<Typed> {
    let args: Vec<Node> = list.into_iter().map(|a| a.node).collect();
    let fixed: Vec<Value> = args.iter().filter_map(|a| if let Node::Const(c) = a { Some(Value::Scalar(c.clone())) } else { None }).collect();
    let node = if deterministic && !args.is_empty() && fixed.len() == args.len() {
        Node::Const(apply(&kernel, fixed, 1)?.array().clone())
    } else {
        Node::Call { args, kernel }
    };
    Ok(Typed { node, ty: Some(ty) })
}

/// `args` are the values of the conditions, and one more for where none holds.
fn choice(conditions: Vec<Typed>, mut args: Args<'_>) -> Result<Typed> {
    let all: Vec<usize> = (0..args.list.len()).collect();
    let ty = args.common(&all)?;
    let mut values: Vec<Node> = args.list.into_iter().map(|a| a.node).collect();
    let otherwise = values.pop().expect("there is a value more than conditions");
    let when: Vec<(Node, Node)> = conditions.into_iter().map(|c| c.node).zip(values).collect();
    let fixed = |n: &Node| if let Node::Const(a) = n { Some(Value::Scalar(a.clone())) } else { None };
    let folded = when.iter().map(|(c, t)| Some((fixed(c)?, fixed(t)?))).collect::<Option<Vec<_>>>().zip(fixed(&otherwise));
    let node = match folded {
        Some((when, otherwise)) => Node::Const(choose(when, otherwise, 1)?.array().clone()),
        None => Node::Case { when, otherwise: Box::new(otherwise) },
    };
    Ok(Typed { node, ty: Some(ty) })
}

/// An explicit cast.
pub(crate) fn convert(from: Typed, to: &Type) -> Result<Typed> {
    match &from.ty {
        None => Ok(Typed { node: Node::Const(new_null_array(&to.arrow(), 1)), ty: Some(to.clone()) }),
        Some(ty) if ty == to => Ok(from),
        Some(ty) => {
            let kernel = cast::kernel(ty, to)?;
            node(vec![from], to.clone(), kernel, true)
        }
    }
}

/// An implicit cast, where the header of this file allows it.
fn coerce(from: Typed, to: &Type, source: &Expr) -> Result<Typed> {
    let Some(ty) = &from.ty else { return convert(from, to) };
    let allowed = match (ty, to) {
        (a, b) if a == b => return Ok(from),
        (Type::Int, Type::Float)
        | (Type::Json, Type::Bool | Type::Int | Type::Float | Type::String | Type::Timestamp)
        | (Type::String, Type::Bytes) => true,
        (Type::Int, Type::Timestamp) | (Type::String, _) => from.constant().is_some(),
        _ => false,
    };
    if !allowed {
        return Err(Error::invalid_arg(format!("{source} is {ty}, and {to} is wanted: write CAST({source} AS {to}) if that is meant")));
    }
    let was_null = from.constant().is_some_and(|c| c.is_null(0));
    let text = from.constant().filter(|_| *ty == Type::String && !was_null).map(|c| c.as_string::<i32>().value(0).to_owned());
    let typed = convert(from, to)?;
    if let Some(text) = text
        && typed.constant().is_some_and(|c| c.is_null(0))
    {
        return Err(Error::invalid_arg(format!("'{text}' is not a {to}")));
    }
    Ok(typed)
}

/// What binding a call came to.
pub(crate) enum Outcome {
    Kernel(Type, Kernel),
    /// A value for each of these conditions, and one more.
    Choice(Vec<Typed>),
    Done(Typed),
}

/// The arguments of a call while it is bound.
pub(crate) struct Args<'a> {
    pub function: &'static str,
    pub list: Vec<Typed>,
    pub source: &'a [Expr],
}
impl Args<'_> {
    pub fn len(&self) -> usize {
        self.list.len()
    }
    pub fn ty(&self, i: usize) -> Option<&Type> {
        self.list[i].ty.as_ref()
    }
    pub fn error(&self, what: impl fmt::Display) -> Error {
        Error::invalid_arg(format!("{}: {what}", self.function))
    }
    /// "argument 2 (price, int)", for messages.
    pub fn describe(&self, i: usize) -> String {
        match self.source.get(i) {
            Some(e) => format!("argument {} ({e}: {})", i + 1, name(self.list[i].ty.as_ref())),
            None => format!("argument {} ({})", i + 1, name(self.list[i].ty.as_ref())),
        }
    }
    /// Makes an argument this type, or says that it cannot be.
    pub fn want(&mut self, i: usize, ty: &Type) -> Result<()> {
        let source = self.source.get(i).cloned().unwrap_or(Expr::Lit(Scalar::Null));
        let typed = coerce(self.list[i].clone(), ty, &source).map_err(|e| self.error(e.message()))?;
        self.list[i] = typed;
        Ok(())
    }
    /// Makes an argument this type by an explicit cast.
    pub fn force(&mut self, i: usize, ty: &Type) -> Result<()> {
        let typed = convert(self.list[i].clone(), ty).map_err(|e| self.error(e.message()))?;
        self.list[i] = typed;
        Ok(())
    }
    /// Makes an argument int or float: json becomes float, and so does a null.
    pub fn want_number(&mut self, i: usize) -> Result<Type> {
        match self.ty(i) {
            Some(t @ (Type::Int | Type::Float)) => Ok(t.clone()),
            None | Some(Type::Json) => self.want(i, &Type::Float).map(|()| Type::Float),
            Some(_) => Err(self.error(format!("{} is not a number", self.describe(i)))),
        }
    }
    /// Makes some arguments one type, and says which.
    pub fn common(&mut self, of: &[usize]) -> Result<Type> {
        let ty = self.common_type(of)?.unwrap_or(Type::String);
        for i in of {
            self.want(*i, &ty)?;
        }
        Ok(ty)
    }
    fn common_type(&self, of: &[usize]) -> Result<Option<Type>> {
        let is = |i: usize, ty: &Type| self.ty(i) == Some(ty);
        let any = |f: &dyn Fn(usize) -> bool| of.iter().any(|i| f(*i));
        // Constants that will be read as what stands beside them have no say.
        let others = any(&|i| self.ty(i).is_some() && !is(i, &Type::String));
        let times = any(&|i| is(i, &Type::Timestamp));
        let yields =
            |i: usize| (others && self.list[i].constant_of(&Type::String)) || (times && self.list[i].constant_of(&Type::Int)) || is(i, &Type::Json);
        let mut found: Option<(usize, Type)> = None;
        for i in of.iter().copied().filter(|i| !yields(*i)) {
            let Some(ty) = self.ty(i) else { continue };
            found = Some(match found {
                None => (i, ty.clone()),
                Some((j, t)) if t == *ty => (j, t),
                Some((j, t)) if t.numeric() && ty.numeric() => (j, Type::Float),
                Some((j, t)) if matches!((&t, ty), (Type::String, Type::Bytes) | (Type::Bytes, Type::String)) => (j, Type::Bytes),
                Some((j, _)) => {
                    return Err(self.error(format!("{} and {} have no type in common; cast one of them", self.describe(j), self.describe(i))));
                }
            });
        }
        if !any(&|i| is(i, &Type::Json)) {
            return Ok(found.map(|(_, t)| t));
        }
        Ok(Some(match found {
            // A number in JSON may have a fraction.
            Some((_, Type::Int)) => Type::Float,
            Some((_, t)) => t,
            None if any(&|i| self.list[i].constant_of(&Type::String)) => Type::String,
            None => Type::Json,
        }))
    }
    /// The text of an argument that is a constant and not null.
    pub fn constant_text(&self, i: usize) -> Option<&str> {
        let a = self.list[i].constant()?;
        let s = a.as_string_opt::<i32>()?;
        s.is_valid(0).then(|| s.value(0))
    }
    /// The word of an argument that has to be one of a few, in lower case.
    pub fn constant_word(&self, i: usize, what: &str, known: &[&str]) -> Result<String> {
        let Some(text) = self.constant_text(i) else {
            return Err(self.error(format!("{} must be a constant: {what}", self.describe(i))));
        };
        let word = text.trim().to_ascii_lowercase();
        if known.contains(&word.as_str()) || word.strip_suffix('s').is_some_and(|w| known.contains(&w)) {
            return Ok(word.strip_suffix('s').filter(|w| known.contains(w)).unwrap_or(&word).to_owned());
        }
        let near = nearest(&word, known).map(|n| format!("; did you mean '{n}'?")).unwrap_or_default();
        Err(self.error(format!("'{text}' is not {what}: one of {}{near}", known.join(", "))))
    }
}
