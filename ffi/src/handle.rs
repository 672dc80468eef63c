//! Handles: generation-checked numbers instead of pointers.
//!
//! Owns the one slab of the process. The low half of a handle is a slot, the high half the generation of the object in it; the
//! generation moves on when the object goes, so a second close, a use after close, zero and any number that was never given out
//! are told apart from a live handle without touching memory that may be gone. A slot whose generations are used up is retired.
//!
//! A call holds its object by a reference count while it runs, so a close on another thread cannot pull it away.

use crate::batch::Batch;
use crate::driver::Driver;
use parking_lot::RwLock;
use std::sync::Arc;
use wellhead::streams::run::App;
use wellhead::{Admin, Broker, Consumer, Producer};
use wellhead_base::{Code, Error, Result};

/// What a handle stands for.
#[derive(Clone)]
pub enum Object {
    Broker(Arc<Broker>),
    Producer(Producer),
    Consumer(Consumer),
    Admin(Admin),
    Batch(Arc<Batch>),
    Program(Arc<App>),
    Driver(Arc<Driver>),
}

impl Object {
    fn noun(&self) -> &'static str {
        match self {
            Object::Broker(_) => "broker",
            Object::Producer(_) => "producer",
            Object::Consumer(_) => "consumer",
            Object::Admin(_) => "admin",
            Object::Batch(_) => "batch",
            Object::Program(_) => "stream program",
            Object::Driver(_) => "test driver",
        }
    }
}

struct Slot {
    /// Of the object in the slot, or of the next one; from 1.
    generation: u32,
    object: Option<Object>,
}

#[derive(Default)]
struct Slab {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

static SLAB: RwLock<Slab> = RwLock::new(Slab { slots: Vec::new(), free: Vec::new() });

/// Gives `object` a handle.
pub fn insert(object: Object) -> Result<u64> {
    let mut slab = SLAB.write();
    let index = match slab.free.pop() {
        Some(i) => i,
        None => {
            let i = u32::try_from(slab.slots.len()).map_err(|_| Error::new(Code::CRIT_SYS_RESOURCE, "no handle is left"))?;
            slab.slots.push(Slot { generation: 1, object: None });
            i
        }
    };
    let slot = &mut slab.slots[index as usize];
    slot.object = Some(object);
    Ok(u64::from(slot.generation) << 32 | u64::from(index))
}

/// Why `handle` stands for nothing.
fn stale(slab: &Slab, handle: u64) -> Error {
    let (index, generation) = (handle as u32 as usize, (handle >> 32) as u32);
    match slab.slots.get(index) {
        _ if handle == 0 => Error::invalid_arg("the handle is null"),
        Some(s) if generation != 0 && generation <= s.generation => Error::new(Code::STATE, "the handle is closed"),
        _ => Error::invalid_arg("this number was never a handle"),
    }
}

/// The object of `handle`.
pub fn get(handle: u64) -> Result<Object> {
    let slab = SLAB.read();
    let (index, generation) = (handle as u32 as usize, (handle >> 32) as u32);
    match slab.slots.get(index) {
        Some(Slot { generation: g, object: Some(o) }) if *g == generation => Ok(o.clone()),
        _ => Err(stale(&slab, handle)),
    }
}

/// Takes the object of `handle` out, if `wanted` says it is of the right kind; the handle is closed from then on.
fn remove(handle: u64, noun: &str, wanted: impl Fn(&Object) -> bool) -> Result<Object> {
    let mut slab = SLAB.write();
    let (index, generation) = (handle as u32, (handle >> 32) as u32);
    let taken = match slab.slots.get_mut(index as usize) {
        Some(s) if s.generation == generation => match s.object.take_if(|o| wanted(o)) {
            Some(o) => o,
            None => match &s.object {
                Some(o) => return Err(wrong(noun, o)),
                None => return Err(stale(&slab, handle)),
            },
        },
        _ => return Err(stale(&slab, handle)),
    };
    let slot = &mut slab.slots[index as usize];
    if let Some(next) = slot.generation.checked_add(1) {
        slot.generation = next;
        slab.free.push(index);
    }
    Ok(taken)
}

fn wrong(noun: &str, is: &Object) -> Error {
    Error::new(Code::INVALID_TYPE, format!("the handle is that of a {}, not of a {noun}", is.noun()))
}

macro_rules! kinds {
    ($($get:ident $take:ident $variant:ident $type:ty, $noun:literal;)*) => {$(
        #[doc = concat!("The ", $noun, " of this handle.")]
        pub fn $get(handle: u64) -> Result<$type> {
            match get(handle)? {
                Object::$variant(x) => Ok(x),
                other => Err(wrong($noun, &other)),
            }
        }
        #[doc = concat!("Takes the ", $noun, " out; its handle is closed.")]
        pub fn $take(handle: u64) -> Result<$type> {
            match remove(handle, $noun, |o| matches!(o, Object::$variant(_)))? {
                Object::$variant(x) => Ok(x),
                other => Err(wrong($noun, &other)),
            }
        }
    )*};
}
kinds! {
    broker take_broker Broker Arc<Broker>, "broker";
    producer take_producer Producer Producer, "producer";
    consumer take_consumer Consumer Consumer, "consumer";
    admin take_admin Admin Admin, "admin";
    batch take_batch Batch Arc<Batch>, "batch";
    program take_program Program Arc<App>, "stream program";
    driver take_driver Driver Arc<Driver>, "test driver";
}

/// How many handles are open; for tests that look for leaks.
pub fn open_count() -> usize {
    SLAB.read().slots.iter().filter(|s| s.object.is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_dies_once_and_its_number_never_comes_back() {
        let first = insert(Object::Batch(Arc::default())).unwrap();
        assert!(batch(first).is_ok());
        assert_eq!(producer(first).err().map(|e| e.code), Some(Code::INVALID_TYPE));
        assert_eq!(take_producer(first).err().map(|e| e.code), Some(Code::INVALID_TYPE));
        take_batch(first).unwrap();
        assert_eq!(take_batch(first).err().map(|e| e.code), Some(Code::STATE));
        assert_eq!(batch(first).err().map(|e| e.code), Some(Code::STATE));
        let second = insert(Object::Batch(Arc::default())).unwrap();
        assert_ne!(first, second);
        take_batch(second).unwrap();
        for never in [0, 77, u64::MAX, 5 << 32 | 0xffff_fff0] {
            assert_eq!(batch(never).err().map(|e| e.code), Some(Code::INVALID_ARG), "{never:#x}");
        }
    }
}
