//! Framed Kafka connections. Owns: the process-wide runtime, addresses, the client's pipelined connection, the in-process
//! transport and its registry, the server's accept loop and connections, pollable wake-ups. Does not own: what the frames say (`wire`), retries or leaders (`client`).

pub mod address;
pub mod connection;
pub mod error;
pub mod frame;
pub mod in_process;
pub mod runtime;
mod sendfile;
pub mod server;
pub mod wake;

pub use address::Address;
pub use connection::{ConnectOptions, Connection, Family, Response};
pub use error::NetError;
pub use frame::{Frame, Part};
pub use runtime::{pid_check, runtime};
pub use server::{Answer, Endpoint, Peer, Server, ServerOptions, Service};
pub use wake::WakeFd;
