//! Tests across rooms live in `tidy.rs` (the layout) and `it/` (the whole node); this library is empty.
