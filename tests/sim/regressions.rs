//! Seeds that found a bug of ours once, by name. They run with every sweep.

/// What was wrong, the seed that showed it, and its number of steps.
pub const SEEDS: &[(&str, u64, u64)] = &[];
