//! Framed connections over TCP and in process.
