//! Tests of the whole log, on the real disk and on the simulated one.

mod basic;
mod util;
