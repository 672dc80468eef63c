//! Examples on real input.
