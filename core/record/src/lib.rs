//! Record batch v2, the unit that Kafka's protocol carries and Kafka's segments hold: build, borrow, iterate, validate, compress.
//!
//! Owns the layout of a batch and of its records (docs/format.md, "Record batches"), CRC-32C and the codecs. Does not own offsets,
//! files or sockets: who assigns an offset patches it in place with the functions of [`patch`]. Invariants: every length and count
//! that came from outside is checked against the bytes that remain before anything is allocated or indexed; decompression is bounded
//! by the caller; no input panics. Pure: no clock, no files, no threads (codecs keep their contexts per thread).
// The hot loops are measured (benches/batch.rs); without it the varint readers stay calls.
#![allow(clippy::inline_always)]

mod batch;
mod builder;
mod codec;
pub mod control;
mod crc;
mod error;
pub mod patch;
mod records;
mod validate;
mod varint;

pub use batch::{BatchMeta, BatchRef, Batches, HEADER_LEN, LOG_OVERHEAD, MAGIC, NO_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE, NO_TIMESTAMP, TimestampType};
pub use builder::{BatchBuilder, BuilderOptions, NO_HEADERS, record_size_max};
pub use codec::{Codec, LEVEL_DEFAULT, compress, decompress};
pub use control::{ControlType, EndTxnMarker};
pub use crc::{Crc32c, crc32c};
pub use error::BatchError;
pub use patch::{set_base_offset, set_leader_epoch, set_max_timestamp, set_producer};
pub use records::{Headers, RecordRef, Records, header_key_str};
pub use validate::{RecordRules, RecordsSummary};

#[cfg(test)]
mod tests;
