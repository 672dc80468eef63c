//! Avro's binary encoding of one record, straight to columns and back.
//!
//! **Columns.** A field of the schema is the column of its name; a record within the record is reached by a dotted name ("address.city").
//! `null`-or-T is T. Avro's types are columns thus, and a column may be declared as one of the types in brackets too:
//!
//! | Avro | column |
//! |---|---|
//! | boolean | bool |
//! | int, long | int (float, timestamp: milliseconds) |
//! | timestamp-millis, -micros, -nanos, also local-; date | timestamp, what is finer dropped (int: milliseconds) |
//! | float, double | float |
//! | bytes, fixed (and decimals in them) | bytes (string, where it is UTF-8) |
//! | string, enum | string (bytes; json for a string that holds JSON) |
//! | array of T | list of T's column |
//! | record, map, any other union, an array of those | json (bytes in it are base64) |
//!
//! **Limits.** The writer's schema is the one given; there is no resolution against another. A length is checked against what remains; an
//! array or map may not claim more elements than the payload has bytes; recursion ends at `DEPTH_MAX`. Bytes after the record make the row
//! bad: they say that another schema wrote it.
//!
//! **Framed.** Confluent's wire format: a zero byte, the schema's id in four bytes, the record. When `schema_id` is given, another id is a
//! bad row; without it, any id is read and nothing can be written.

mod read;
mod schema;
mod write;

#[cfg(test)]
mod tests;

pub(super) use read::Reader;
pub(super) use schema::Schema;
pub(super) use write::Writer;

/// Values within each other, beyond which a row is bad: schemas may be recursive.
const DEPTH_MAX: u32 = 64;
