//! The properties of a broker.

use super::Property;

pub const TABLE: &[Property] = &[];
