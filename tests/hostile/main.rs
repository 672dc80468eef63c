//! Hostile bytes against what reads them: requests against the decoders and the server (`decoders`, `server`), answers against the
//! client (`answers`), compressed batches (`bombs`), a data directory (`files`). One rule for all: an error or an answer, no panic,
//! and memory in proportion to the bytes that came. The memory is counted by the allocator of this process, so one test runs at a
//! time (`memory::alone`).

// What wire's own tests have of the messages; not all of it is used here.
#[allow(dead_code)]
#[path = "../../core/wire/tests/messages/convert.rs"]
mod convert;
#[allow(dead_code)]
#[path = "../../core/wire/tests/messages/json.rs"]
#[rustfmt::skip]
mod json;
#[allow(dead_code)]
#[path = "../../core/wire/generator/schema.rs"]
mod schema;

mod answers;
mod bombs;
mod brokers;
mod decoders;
mod files;
mod log;
mod memory;
mod proxy;
mod server;
mod walk;

#[global_allocator]
static MEMORY: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;
