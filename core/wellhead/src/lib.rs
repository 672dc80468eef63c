//! Wellhead from Rust: broker, producer, consumer, admin.
