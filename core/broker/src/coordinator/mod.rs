//! The runtime of the group coordinator: it runs `state`'s group machines over the offsets topic.

use crate::node::Node;
use std::sync::{Arc, Weak};

/// The groups of this node.
#[derive(Debug)]
pub struct Coordinator {
    _node: Weak<Node>,
}

impl Coordinator {
    /// Called once while the node is made; `node` cannot be upgraded before `start`.
    pub fn new(node: Weak<Node>) -> Self {
        Self { _node: node }
    }
    /// Called when the node is ready, on the runtime.
    pub fn start(&self, _node: &Arc<Node>) {}
    /// Called before the log directory is closed: answer what waits, append nothing afterwards.
    pub async fn stop(&self) {}
    /// Topics were deleted: their committed offsets go.
    pub fn topics_deleted(&self, _names: &[String]) {}
}
