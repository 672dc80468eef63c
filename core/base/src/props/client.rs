//! The properties of a client.

use super::Property;

pub const TABLE: &[Property] = &[];
