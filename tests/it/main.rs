//! The whole node from the inside: an embedded broker and our clients in one process.

mod admin;
mod embedded;
mod foreign;
mod groups;
mod kafka_dir;
mod streams;
