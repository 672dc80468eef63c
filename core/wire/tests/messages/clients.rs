//! Frames captured from real clients.
