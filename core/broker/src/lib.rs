//! The shell of a node: it owns the node's partitions, metadata and coordinators and answers Kafka's APIs. Decisions are made in
//! `state` and `log`; this crate brings the time, the threads and the sockets.

mod admin;
pub mod api;
mod background;
mod broker;
pub mod config;
pub mod coordinator;
pub mod metadata;
pub mod meters;
mod newcomers;
pub mod node;
pub mod open;
pub mod partitions;
pub mod sessions;

pub use broker::Broker;
pub use node::Node;
pub use open::{Blocking, Env};
pub use wellhead_log::raise_open_files_limit;
