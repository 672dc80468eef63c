//! The properties of a topic.

use super::Property;

pub const TABLE: &[Property] = &[];
