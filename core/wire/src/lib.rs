//! The Kafka wire protocol: primitives, every message of Apache Kafka 4.3.1 in every version it knows, headers, the table of APIs.
//!
//! Owns: what bytes mean. Does not own: record batches (room `record`), sockets and frame lengths (room `net`), what a broker answers.
//! Pure: no threads, no I/O, no clock.
//!
//! # Naming
//! - `messages::ProduceRequest` is the message; its inner structs are beside it in `messages::produce_request::TopicProduceData`.
//!   Records of internal topics and of the metadata log are in `records` in the same way.
//! - A struct holds the fields of all versions, in snake case of Kafka's names; `Default` gives Kafka's defaults. Decoding leaves a field
//!   that the version lacks at its default; encoding drops it, or is an error when it is set and Kafka does not call it ignorable.
//! - Types: `bool i8 i16 u16 i32 i64 f64 String Bytes TopicId`, `Vec` of them or of structs, `Option` where some version has null.
//! - `X::decode(&mut Reader, version)`, `x.encode(&mut Writer, version)`, `X::MIN_VERSION`, `X::MAX_VERSION`, `X::API_KEY`; for generic
//!   code the traits [`Message`] and [`Request`] (`R::Response`).
//! - Hot path: [`views`] (Produce and Fetch without copies). Headers and whole frames: [`headers`]. Records of internal topics with their
//!   leading type or version: [`record_frames`].
//! - `Reader::new(&frame_bytes)` makes `bytes` and `records` fields slices of the frame; `Reader::from_slice` copies them.

mod api;
#[rustfmt::skip]
mod api_key;
mod generated;
pub mod headers;
#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic)]
pub mod messages;
pub mod primitives;
pub mod record_frames;
#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic)]
pub mod records;
pub mod views;

pub use api_key::{APIS, Api, ApiKey};
pub use generated::{Message, Request};
pub use headers::{RequestHeader, request_header_version, response_header_version};
pub use primitives::{DecodeError, Element, EncodeError, Reader, Writer};
pub use wellhead_base::Code;
