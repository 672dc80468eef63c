//! Tests of the whole log, on the real disk and on the simulated one.

mod basic;
mod compaction;
mod concurrent;
mod crash;
mod faults;
mod format;
mod found;
mod hostile;
mod journal;
mod retention;
mod util;
