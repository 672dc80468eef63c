//! The shell of a node.
