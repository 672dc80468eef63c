//! The C ABI: what other languages link. Batches cross it, not records.
//!
//! Owns: handles (`handle`), the border every call passes (`border`), the layout of batches (`batch`), and one file of functions
//! per object. Does not own: any decision; each function reads its arguments, calls the facade crate and lays out the answer.
//!
//! Invariants. A handle is a number, never a pointer, and stale or wrong ones are refused. No panic and no unwinding leaves a
//! function. What happens waits in a queue behind a pollable descriptor; the one callback is the user's function of a stream program
//! (`functions`). Every pointer that a caller passes is only used during the call, but for such functions; every pointer that a caller
//! gets belongs to a batch and lives until that is freed, or to an Arrow struct and lives until that is released.
//!
//! The layout of everything that crosses is drawn in docs/format.md, "The C border".

pub mod admin;
pub mod batch;
pub mod border;
pub mod broker;
pub mod consumer;
pub mod driver;
pub mod functions;
pub mod handle;
pub mod json;
pub mod lists;
pub mod log;
pub mod producer;
pub mod streams;
