//! Protobuf messages to columns and back, by the descriptors that `protoc --descriptor_set_out --include_imports` writes.
//!
//! **Columns.** A field of the message is the column of its name (as in the .proto file); a message within it is reached by dotted names
//! ("buyer.address.city"). In brackets what a column may be declared as too:
//!
//! | Protobuf | column |
//! |---|---|
//! | all integers | int (float, timestamp: milliseconds); a uint64 or fixed64 beyond 63 bits makes the row bad |
//! | float, double | float |
//! | bool | bool |
//! | string | string (bytes; json for a text that holds JSON) |
//! | bytes | bytes |
//! | enum | string, the value's name; the number of a value that has none (int) |
//! | google.protobuf.Timestamp | timestamp |
//! | message that contains itself | json |
//! | repeated T | list of T's column |
//! | repeated message, map | list of json, json |
//!
//! **What is not there.** A field that tracks presence (`optional`, `oneof`, messages, proto2) is null; another (proto3's plain fields) is
//! its zero, unless the message around it is absent: then it is null. Defaults that proto2 declares are not filled in and required fields
//! are not asked for. A repeated field is an empty list.
//!
//! **Reading** is Protobuf's: fields in any order, the last value counts, messages that come twice are merged, packed or not, a member of a
//! `oneof` ends the others, unknown fields are skipped. A known field in another wire type makes the row bad. JSON of a message has its
//! fields by name, 64-bit integers as numbers and bytes as base64.
//!
//! **Writing** leaves nulls out (a required field cannot be null) and zeros where presence is not tracked, so a null there comes back as
//! zero. A message all of whose columns are null is left out. Messages in json columns cannot be written.

mod descriptor;
mod read;
mod wire;
mod write;

#[cfg(test)]
mod tests;

pub(super) use descriptor::Set;
pub(super) use read::Reader;
pub(super) use write::Writer;

/// Messages within each other, beyond which a row is bad.
const DEPTH_MAX: u32 = 64;
