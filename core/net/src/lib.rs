//! Framed Kafka connections. Owns: the process-wide runtime, addresses, the client's pipelined connection, the in-process
//! transport and its registry, pollable wake-ups. Does not own: what the frames say (`wire`), retries or leaders (`client`).

pub mod address;
pub mod connection;
pub mod error;
pub mod frame;
pub mod in_process;
pub mod runtime;
pub mod wake;

pub use address::Address;
pub use connection::{ConnectOptions, Connection, Response};
pub use error::NetError;
pub use frame::{Frame, Part};
pub use runtime::{pid_check, runtime};
pub use wake::WakeFd;
