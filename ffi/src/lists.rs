//! Lists of a caller: properties and partitions. Every range is checked against the arena it points into.
#![allow(unsafe_code)]

use crate::batch::{Batch, wh_partition, wh_view};
use crate::border::{Out, array, border, text, wh_error};
use crate::handle::{self, Object};
use std::sync::Arc;
use wellhead::{TopicPartition, TopicPartitionOffset};
use wellhead_base::{Error, Result};

/// One configuration property; neither text needs a final zero.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_property {
    pub name: *const u8,
    pub name_len: usize,
    pub value: *const u8,
    pub value_len: usize,
}

/// How many partitions a topic has.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_partition_count {
    pub topic: *const u8,
    pub topic_len: usize,
    pub partitions: i32,
    pub reserved: u32,
}

/// The caller's properties.
///
/// # Safety
/// `ptr` and every pointer in it are valid for their lengths during the call.
pub unsafe fn properties(ptr: *const wh_property, count: usize) -> Result<Vec<(String, String)>> {
    // SAFETY: the caller's promise, for the array and then for each text in it (tested: table.c).
    unsafe {
        array(ptr, count, "the properties")?
            .iter()
            .map(|p| Ok((text(p.name, p.name_len, "a property's name")?.to_owned(), text(p.value, p.value_len, "a property's value")?.to_owned())))
            .collect()
    }
}

/// The bytes of a range, if the arena has it.
pub fn range<'a>(arena: &'a [u8], offset: u64, len: u64, what: &str) -> Result<&'a [u8]> {
    let end = offset.checked_add(len).filter(|&e| e <= arena.len() as u64);
    match end {
        Some(end) => Ok(&arena[offset as usize..end as usize]),
        None => Err(Error::invalid_arg(format!("{what}: {len} bytes at {offset} lie outside the arena of {}", arena.len()))),
    }
}

pub fn range_text<'a>(arena: &'a [u8], offset: u64, len: u64, what: &str) -> Result<&'a str> {
    std::str::from_utf8(range(arena, offset, len, what)?).map_err(|_| Error::invalid_arg(format!("{what} is not UTF-8")))
}

/// The caller's list of partitions.
///
/// # Safety
/// Both pointers are valid for their lengths during the call.
pub unsafe fn partitions(list: *const wh_partition, count: usize, arena: *const u8, arena_len: usize) -> Result<Vec<TopicPartitionOffset>> {
    // SAFETY: the caller's promise (tested: table.c).
    let (rows, arena) = unsafe { (array(list, count, "the partitions")?, array(arena, arena_len, "the arena")?) };
    rows.iter()
        .map(|p| {
            let topic = range_text(arena, p.topic_offset, u64::from(p.topic_len), "a topic's name")?;
            let mut out = TopicPartitionOffset::new(topic, p.partition, p.offset);
            out.leader_epoch = p.leader_epoch;
            if let Ok(len) = u64::try_from(p.metadata_len) {
                out.metadata = Some(range_text(arena, p.metadata_offset, len, "an offset's metadata")?.to_owned());
            }
            Ok(out)
        })
        .collect()
}

pub fn tps(list: &[TopicPartitionOffset]) -> Vec<TopicPartition> {
    list.iter().map(TopicPartitionOffset::tp).collect()
}

/// Lists as a batch.
pub fn batch_of(list: &[TopicPartitionOffset]) -> Batch {
    let mut b = Batch::default();
    for p in list {
        b.push_partition(p);
    }
    b
}

/// Where an answer goes: the handle of a batch, and its view.
pub struct Answer {
    handle: Out<u64>,
    view: *mut wh_view,
}

impl Answer {
    /// # Safety
    /// Both are valid for writes during the call; the view may be null.
    pub unsafe fn new(handle: *mut u64, view: *mut wh_view) -> Result<Self> {
        if !view.is_aligned() {
            return Err(Error::invalid_arg("the view is not aligned"));
        }
        // SAFETY: the caller's promise (tested: table.c).
        Ok(Self { handle: unsafe { Out::new(handle, "the batch")? }, view })
    }
    pub fn put(self, batch: Batch) -> Result<()> {
        let batch = Arc::new(batch);
        let view = batch.view();
        self.handle.put(handle::insert(Object::Batch(batch))?);
        if !self.view.is_null() {
            // SAFETY: `new` checked the alignment and had the caller's promise (tested: table.c).
            unsafe { self.view.write(view) };
        }
        Ok(())
    }
    /// No batch: the handle is 0, the view empty.
    pub fn put_none(self) {
        self.handle.put(0);
        if !self.view.is_null() {
            // SAFETY: as above (tested: table.c).
            unsafe { self.view.write(wh_view::default()) };
        }
    }
}

/// The tables of a batch, again.
///
/// # Safety
/// `view` points to a wh_view; `err` is null or points to a wh_error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_batch_view(batch: u64, view: *mut wh_view, err: *mut wh_error) -> i32 {
    border(err, || {
        // SAFETY: the caller's promise (tested: table.c).
        let view = unsafe { Out::new(view, "the view")? };
        view.put(handle::batch(batch)?.view());
        Ok(())
    })
}

/// Frees a batch. What its view points to is gone from then on.
///
/// # Safety
/// `err` is null or points to a wh_error; nobody reads the batch any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wh_batch_free(batch: u64, err: *mut wh_error) -> i32 {
    border(err, || handle::take_batch(batch).map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_stay_inside_the_arena() {
        let arena = b"topic";
        assert_eq!(range(arena, 1, 4, "x").unwrap(), b"opic");
        assert_eq!(range(arena, 5, 0, "x").unwrap(), b"");
        for (at, len) in [(0, 6), (6, 0), (u64::MAX, 1), (1, u64::MAX), (u64::MAX, u64::MAX)] {
            assert!(range(arena, at, len, "x").is_err(), "{at} {len}");
        }
    }
}
