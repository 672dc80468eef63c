//! A bound expression over a chunk. Owns the two shapes of a value (a column, or one value for all rows) and the readers that let a
//! kernel take either without expanding the second.

use super::bind::Bound;
use crate::chunk::{Chunk, kernel};
use crate::types::Type;
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, Datum, Int64Array, StringArray, UInt32Array, new_null_array};
use arrow_buffer::{ArrowNativeType, NullBuffer};
use std::sync::Arc;
use wellhead_base::{Error, Result};

/// What an expression gives for the rows of a chunk.
#[derive(Clone, Debug)]
pub enum Value {
    /// One per row.
    Array(ArrayRef),
    /// One for all rows: an array of one.
    Scalar(ArrayRef),
}

/// Computes a function. At least one of the arguments is an array unless all are arrays of one row: what the arguments share for all rows
/// is computed once and stays a scalar. The result has as many rows as were asked for.
pub(crate) type Kernel = Arc<dyn Fn(&[Value], usize) -> Result<ArrayRef> + Send + Sync>;

#[derive(Clone)]
pub(crate) enum Node {
    Column(usize),
    Time,
    Topic,
    Partition,
    Offset,
    /// An array of one.
    Const(ArrayRef),
    Call {
        args: Vec<Node>,
        kernel: Kernel,
    },
    Case {
        when: Vec<(Node, Node)>,
        otherwise: Box<Node>,
    },
}

impl Value {
    pub fn array(&self) -> &ArrayRef {
        match self {
            Value::Array(a) | Value::Scalar(a) => a,
        }
    }
    pub fn is_scalar(&self) -> bool {
        matches!(self, Value::Scalar(_))
    }
    /// One per row, whatever it was.
    pub fn into_array(self, rows: usize) -> Result<ArrayRef> {
        match self {
            Value::Array(a) => Ok(a),
            Value::Scalar(a) if a.is_null(0) => Ok(new_null_array(a.data_type(), rows)),
            Value::Scalar(a) => arrow_select::take::take(&a, &UInt32Array::from(vec![0; rows]), None).map_err(kernel),
        }
    }
    fn step(&self) -> usize {
        usize::from(!self.is_scalar())
    }
}
impl Datum for Value {
    fn get(&self) -> (&dyn Array, bool) {
        (self.array().as_ref(), self.is_scalar())
    }
}

impl Bound {
    /// One value per row of the chunk.
    pub fn eval(&self, chunk: &Chunk) -> Result<ArrayRef> {
        self.value(chunk)?.into_array(chunk.len())
    }
    /// The same without expanding what is one value for all rows.
    pub fn value(&self, chunk: &Chunk) -> Result<Value> {
        let v = value(&self.node, chunk)?;
        debug_assert_eq!(*v.array().data_type(), self.ty.arrow(), "an expression gives its type");
        debug_assert!(v.is_scalar() || v.array().len() == chunk.len(), "and a value per row");
        Ok(v)
    }
    /// The rows for which a condition holds: null stays null, and the chunk's filter drops it. `Bound::condition` makes sure while the
    /// plan is made that it is one.
    pub fn filter(&self, chunk: &Chunk) -> Result<BooleanArray> {
        if self.ty != Type::Bool {
            return Err(Error::invalid_arg(format!("{self:?} is no condition")));
        }
        Ok(self.eval(chunk)?.as_boolean().clone())
    }
}

fn value(node: &Node, chunk: &Chunk) -> Result<Value> {
    let rows = chunk.len();
    Ok(match node {
        Node::Column(i) => Value::Array(chunk.columns[*i].clone()),
        Node::Const(a) => Value::Scalar(a.clone()),
        Node::Time => Value::Array(Arc::new(Int64Array::new(chunk.times.clone(), None).reinterpret_cast::<TimestampMillisecondType>())),
        Node::Topic => Value::Scalar(Arc::new(StringArray::from(vec![chunk.origin.as_ref().map(|o| o.topic.to_string())]))),
        Node::Partition => Value::Scalar(Arc::new(Int64Array::from(vec![chunk.origin.as_ref().map(|o| i64::from(o.partition))]))),
        Node::Offset => match &chunk.origin {
            Some(o) if o.offsets.len() == rows => Value::Array(Arc::new(Int64Array::new(o.offsets.clone(), None))),
            _ => Value::Scalar(Arc::new(Int64Array::from(vec![None]))),
        },
        Node::Call { args, kernel } => {
            let args = args.iter().map(|a| value(a, chunk)).collect::<Result<Vec<_>>>()?;
            apply(kernel, args, rows)?
        }
        Node::Case { when, otherwise } => {
            let when = when.iter().map(|(c, t)| Ok((value(c, chunk)?, value(t, chunk)?))).collect::<Result<Vec<_>>>()?;
            choose(when, value(otherwise, chunk)?, rows)?
        }
    })
}

/// Calls a kernel: once where all rows share the arguments.
pub(crate) fn apply(kernel: &Kernel, args: Vec<Value>, rows: usize) -> Result<Value> {
    if !args.is_empty() && args.iter().all(Value::is_scalar) {
        let args: Vec<Value> = args.into_iter().map(|a| Value::Array(a.array().clone())).collect();
        return Ok(Value::Scalar(kernel(&args, 1)?));
    }
    Ok(Value::Array(kernel(&args, rows)?))
}

/// The value of the first condition that is true, per row.
pub(crate) fn choose(when: Vec<(Value, Value)>, otherwise: Value, rows: usize) -> Result<Value> {
    let mut result = otherwise;
    for (condition, then) in when.into_iter().rev() {
        let mask = condition.array().as_boolean();
        if condition.is_scalar() {
            if mask.is_valid(0) && mask.value(0) {
                result = then;
            }
            continue;
        }
        debug_assert_eq!(mask.len(), rows);
        result = Value::Array(arrow_select::zip::zip(mask, &then, &result).map_err(kernel)?);
    }
    Ok(result)
}

/// A kernel whose result is null where any argument is: it never sees a null scalar, and `nulls` are the rows it may skip.
pub(crate) fn strict(ty: Type, f: impl Fn(&[Value], usize, Option<NullBuffer>) -> Result<ArrayRef> + Send + Sync + 'static) -> Kernel {
    Arc::new(move |args, rows| {
        if args.iter().any(|a| a.is_scalar() && a.array().is_null(0)) {
            return Ok(new_null_array(&ty.arrow(), rows));
        }
        f(args, rows, nulls(args))
    })
}
/// The rows in which an argument is null.
pub(crate) fn nulls(args: &[Value]) -> Option<NullBuffer> {
    args.iter().filter(|a| !a.is_scalar()).fold(None, |n, a| NullBuffer::union(n.as_ref(), a.array().nulls()))
}

/// Strings of a value by row.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub array: &'a StringArray,
    step: usize,
}
impl<'a> Texts<'a> {
    pub fn of(v: &'a Value) -> Texts<'a> {
        Texts { array: v.array().as_string(), step: v.step() }
    }
    pub fn get(&self, row: usize) -> Option<&'a str> {
        let i = row * self.step;
        self.array.is_valid(i).then(|| self.array.value(i))
    }
    /// The text of a row that is known not to be null.
    pub fn at(&self, row: usize) -> &'a str {
        self.array.value(row * self.step)
    }
}
/// Bytes of a value by row; texts are read as their bytes.
pub(crate) enum Blobs<'a> {
    Text(Texts<'a>),
    Bytes(&'a BinaryArray, usize),
}
impl<'a> Blobs<'a> {
    pub fn of(v: &'a Value) -> Blobs<'a> {
        match v.array().as_binary_opt::<i32>() {
            Some(a) => Blobs::Bytes(a, v.step()),
            None => Blobs::Text(Texts::of(v)),
        }
    }
    pub fn get(&self, row: usize) -> Option<&'a [u8]> {
        match self {
            Blobs::Text(t) => t.get(row).map(str::as_bytes),
            Blobs::Bytes(a, step) => a.is_valid(row * step).then(|| a.value(row * step)),
        }
    }
}
/// Numbers of a value by row, nulls not looked at.
#[derive(Clone, Copy)]
pub(crate) struct Numbers<'a, N> {
    pub values: &'a [N],
    step: usize,
}
impl<'a, N: ArrowNativeType> Numbers<'a, N> {
    pub fn of<T: ArrowPrimitiveType<Native = N>>(v: &'a Value) -> Numbers<'a, N> {
        Numbers { values: v.array().as_primitive::<T>().values(), step: v.step() }
    }
    pub fn scalar(&self) -> bool {
        self.step == 0
    }
    pub fn get(&self, row: usize) -> N {
        self.values[row * self.step]
    }
}
impl<'a> Numbers<'a, i64> {
    /// Integers, or the milliseconds of timestamps.
    pub fn ints(v: &'a Value) -> Numbers<'a, i64> {
        match v.array().as_primitive_opt::<Int64Type>() {
            Some(a) => Numbers { values: a.values(), step: v.step() },
            None => Numbers::of::<TimestampMillisecondType>(v),
        }
    }
}

/// Integers as the column of a type: integers or timestamps.
pub(crate) fn int_column(values: Vec<i64>, nulls: Option<NullBuffer>, ty: &Type) -> ArrayRef {
    let a = Int64Array::new(values.into(), nulls);
    if *ty == Type::Timestamp { Arc::new(a.reinterpret_cast::<TimestampMillisecondType>()) } else { Arc::new(a) }
}
