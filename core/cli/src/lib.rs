//! The wellhead command.
