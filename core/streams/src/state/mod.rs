//! What operators remember between chunks, and how it comes back after a stop.
//!
//! A store's content is a set of keys and values in bytes, whatever shape it has in memory: `drain` gives the changes of an epoch (they
//! go to the changelog at the commit), `apply` puts one back, `scan` gives all (a snapshot). Invariant: a fresh store to which every
//! drained change was applied in order is equal to the one that they came from, but for what expired in both.

pub mod rows;
pub mod table;

pub use rows::{Layout, Rows};
pub use table::{Dirty, Keys, TableStore};
use wellhead_base::Result;

/// Told of a key and its value now; None: it is gone.
pub type OnKey<'a> = dyn FnMut(&[u8], Option<&[u8]>) + 'a;

pub trait Store: Send {
    /// Every key that changed since the last call, once, with its value now (None: it is gone).
    fn drain(&mut self, each: &mut OnKey<'_>);
    /// Puts back what was drained or scanned. It does not count as a change.
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<()>;
    /// Every key and value there is.
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8]));
    fn clear(&mut self);
    /// About how much memory it takes.
    fn bytes(&self) -> usize;
    /// The store's stream time, milliseconds; None where it keeps none. It comes back with `set_time`, before any input.
    fn time(&self) -> Option<i64> {
        None
    }
    fn set_time(&mut self, _time: i64) {}
}
