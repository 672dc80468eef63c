//! Produce and Fetch without copies: the requests and the fetch response as borrowed views, and writers whose output is a list of parts
//! so that records stay where they are (a file, a batch) and only what lies between them is written.
//!
//! A view's `parse` walks the whole message once and checks every length, count and string; what it hands out afterwards cannot fail
//! and allocates nothing. Records come with their range in the reader's buffer: when the reader was made of a whole frame, that is where
//! a broker patches base offsets in place (`frame[range]`) and where a client slices (`frame.slice(range)`).
//!
//! Both sides of each message also exist as plain structs in `messages`; the tests hold the two against each other.

mod fetch_request;
mod fetch_response;
mod produce;

pub use fetch_request::{FetchPartitionView, FetchRequestView, FetchTopicView, ForgottenTopicView};
pub use fetch_response::{FetchPartitionHeader, FetchResponseTopicView, FetchResponseView, FetchResponseWriter, FetchedPartitionView};
pub use produce::{ProducePartitionView, ProduceRequestView, ProduceRequestWriter, ProduceResponseWriter, ProduceTopicView, ProducedPartition};

use crate::primitives::{DecodeError, Reader};

/// Iterates `left` items that `parse` has already walked over: an error is impossible, and would end the iteration.
#[derive(Debug, Clone)]
pub struct Items<'a, T> {
    r: Reader<'a>,
    left: usize,
    version: i16,
    read: fn(&mut Reader<'a>, i16) -> Result<T, DecodeError>,
}

impl<'a, T> Items<'a, T> {
    /// Walks `r` over an array, checking all of it, and keeps where it began. `min_size`: the least bytes of an item.
    fn walk(
        r: &mut Reader<'a>,
        version: i16,
        flexible: bool,
        min_size: usize,
        null_ok: bool,
        read: fn(&mut Reader<'a>, i16) -> Result<T, DecodeError>,
    ) -> Result<Option<Self>, DecodeError> {
        let Some(left) = r.opt_count(flexible, min_size)? else {
            return if null_ok { Ok(None) } else { Err(DecodeError::Null) };
        };
        let items = Self { r: r.clone(), left, version, read };
        for _ in 0..left {
            read(r, version)?;
        }
        Ok(Some(items))
    }
    fn required(
        r: &mut Reader<'a>,
        version: i16,
        flexible: bool,
        min_size: usize,
        read: fn(&mut Reader<'a>, i16) -> Result<T, DecodeError>,
    ) -> Result<Self, DecodeError> {
        Self::walk(r, version, flexible, min_size, false, read)?.ok_or(DecodeError::Null)
    }
}

impl<T> Iterator for Items<'_, T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        let item = (self.read)(&mut self.r, self.version);
        debug_assert!(item.is_ok(), "parse has walked over every item");
        item.ok()
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}
impl<T> ExactSizeIterator for Items<'_, T> {}

fn version_in(message: &'static str, version: i16, min: i16, max: i16) -> Result<(), DecodeError> {
    if (min..=max).contains(&version) { Ok(()) } else { Err(DecodeError::Version { message, version }) }
}

/// The range of the records just read: `Reader` stands right behind them.
fn range_of(r: &Reader<'_>, records: Option<&[u8]>) -> std::ops::Range<usize> {
    r.position() - records.map_or(0, <[u8]>::len)..r.position()
}

#[cfg(test)]
mod tests;
