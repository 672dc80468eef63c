//! What every call passes: the check of the process, the wall that panics stop at, and the reading of the caller's pointers.
//!
//! Every `extern "C"` body is one call of `border`. Raw pointers are read here and nowhere else in this crate but through these
//! helpers, each of which checks null, alignment and length first. What cannot be checked (that the pointer is really valid for
//! its length) is the caller's promise, written at each function in the header.
#![allow(unsafe_code)]

use std::any::Any;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use wellhead_base::{Code, Error, Result};

/// What went wrong, for the caller: every function takes a pointer to one, which may be null. It is written only on failure.
/// `code` is also what the function returns: 0 is success, codes from -1 up are the broker's, below -100 this side's (they are
/// librdkafka's numbers).
#[repr(C)]
#[allow(non_camel_case_types)]
pub struct wh_error {
    pub code: i32,
    /// WH_FLAG_FATAL, WH_FLAG_RETRIABLE.
    pub flags: u32,
    /// Bytes of `message` without its final zero.
    pub message_len: u32,
    /// UTF-8, ends with a zero; cut when it is longer.
    pub message: [c_char; 500],
}

/// The object that reported it cannot go on and must be closed.
pub const WH_FLAG_FATAL: u32 = 1;
/// The same call may succeed later.
pub const WH_FLAG_RETRIABLE: u32 = 2;
/// Of a revocation: the partitions were lost, a commit would be refused.
pub const WH_FLAG_LOST: u32 = 4;

/// The flags of an error.
pub fn flags(e: &Error) -> u32 {
    (if e.fatal { WH_FLAG_FATAL } else { 0 }) | (if e.retriable() { WH_FLAG_RETRIABLE } else { 0 })
}

/// Runs a call's body: refuses a forked child, stops panics, writes the error out. Returns the code.
pub(crate) fn border(err: *mut wh_error, body: impl FnOnce() -> Result<()>) -> i32 {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        wellhead::pid_check().map_err(|_| {
            Error::new(Code::STATE, "this process is a fork of the one that opened the handle; open new ones in a process of their own")
        })?;
        body()
    }));
    let e = match outcome {
        Ok(Ok(())) => return 0,
        Ok(Err(e)) => e,
        Err(panic) => Error::new(Code::FAIL, format!("internal error: {}", panic_text(&panic))),
    };
    let code = i32::from(e.code.get());
    if !err.is_null() && err.is_aligned() {
        let text = e.message();
        let mut message = [0; 500];
        let mut n = text.len().min(message.len() - 1);
        while !text.is_char_boundary(n) {
            n -= 1;
        }
        for (to, from) in message.iter_mut().zip(&text.as_bytes()[..n]) {
            // What a caller gave may have a zero in it, and C would read no further.
            *to = if *from == 0 { b'?' } else { *from } as c_char;
        }
        // SAFETY: not null and aligned; the caller promises that a non-null `err` points to a wh_error (tested: table.c).
        unsafe { err.write(wh_error { code, flags: flags(&e), message_len: n as u32, message }) };
    }
    // An error whose code says success would be taken for one.
    if code == 0 { i32::from(Code::FAIL.get()) } else { code }
}

fn panic_text(panic: &Box<dyn Any + Send>) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a message")
}

/// The caller's array.
///
/// # Safety
/// A pointer that is not null is valid for `len` reads of `T` during `'a`, and any bytes there are a valid `T`.
pub unsafe fn array<'a, T: Copy>(ptr: *const T, len: usize, what: &str) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    if ptr.is_null() {
        return Err(Error::invalid_arg(format!("{what} is null but its length is {len}")));
    }
    if !ptr.is_aligned() {
        return Err(Error::invalid_arg(format!("{what} is not aligned")));
    }
    if len > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(Error::invalid_arg(format!("the length of {what} cannot be")));
    }
    // SAFETY: not null, aligned, not larger than an object can be; validity is the caller's promise (tested:
    // pointers_that_cannot_be_are_refused, table.c).
    Ok(unsafe { std::slice::from_raw_parts(ptr, len) })
}

/// The caller's array to write to.
///
/// # Safety
/// As `array`, for writes, and nothing else uses it during `'a`.
pub unsafe fn array_mut<'a, T: Copy>(ptr: *mut T, len: usize, what: &str) -> Result<&'a mut [T]> {
    // SAFETY: the same promise covers the read; the checks are the same (tested: table.c).
    unsafe { array(ptr.cast_const(), len, what)? };
    if len == 0 {
        return Ok(&mut []);
    }
    // SAFETY: checked above; exclusive by the caller's promise (tested: table.c).
    Ok(unsafe { std::slice::from_raw_parts_mut(ptr, len) })
}

/// The caller's text.
///
/// # Safety
/// As `array`.
pub unsafe fn text<'a>(ptr: *const u8, len: usize, what: &str) -> Result<&'a str> {
    // SAFETY: handed on (tested: pointers_that_cannot_be_are_refused).
    let bytes = unsafe { array(ptr, len, what)? };
    std::str::from_utf8(bytes).map_err(|_| Error::invalid_arg(format!("{what} is not UTF-8")))
}

/// Where a result goes. Checked before the work is done, so that nothing is made that nobody can have.
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    /// # Safety
    /// A pointer that is not null is valid for a write of `T` until the call returns.
    pub unsafe fn new(ptr: *mut T, what: &str) -> Result<Self> {
        if ptr.is_null() || !ptr.is_aligned() {
            return Err(Error::invalid_arg(format!("{what} is null or not aligned")));
        }
        Ok(Self(ptr))
    }
    pub fn put(self, value: T) {
        // SAFETY: `new` checked it and had the caller's promise (tested: table.c, abi.c).
        unsafe { self.0.write(value) };
    }
}

/// Milliseconds of a caller; negative means for ever (a year).
pub fn timeout(ms: i32) -> Duration {
    u64::try_from(ms).map_or(Duration::from_secs(365 * 86_400), Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fuzz target c_abi_sequence gave a property's name with a zero in it, and the message was shorter than it said.
    #[test]
    fn a_message_has_no_zero_but_its_last() {
        let mut err = wh_error { code: 0, flags: 0, message_len: 0, message: [1; 500] };
        let code = border(&raw mut err, || Err(Error::invalid_arg("no property a\0b")));
        assert_eq!((code, err.code), (i32::from(Code::INVALID_ARG.get()), code));
        let bytes = err.message.map(|c| c as u8);
        assert_eq!(std::ffi::CStr::from_bytes_until_nul(&bytes).expect("it ends").to_str(), Ok("no property a?b"));
        assert_eq!(err.message_len, 15);
    }

    #[test]
    fn a_panic_stops_here_and_a_long_message_is_cut_between_characters() {
        let mut e = wh_error { code: 0, flags: 0, message_len: 0, message: [1; 500] };
        let said = |e: &wh_error| e.message[..e.message_len as usize].iter().map(|c| *c as u8).collect::<Vec<u8>>();
        assert_eq!(border(&raw mut e, || panic!("boom {}", 7)), -196);
        assert_eq!(said(&e), b"internal error: boom 7");
        let long = "é".repeat(400);
        assert_eq!(border(&raw mut e, || Err(Error::invalid_arg(long.clone()))), -186);
        assert_eq!(e.message_len, 498);
        assert!(String::from_utf8(said(&e)).is_ok());
        assert_eq!(e.message[498], 0);
        assert_eq!(border(std::ptr::null_mut(), || Err(Error::code(Code::NO_ERROR))), -196);
    }

    #[test]
    fn pointers_that_cannot_be_are_refused() {
        let word = [0u64; 2];
        let odd = std::ptr::without_provenance::<u64>(word.as_ptr().addr() + 1);
        // SAFETY: refused before anything is read, or valid (tested: pointers_that_cannot_be_are_refused).
        unsafe {
            assert!(array::<u8>(std::ptr::null(), 3, "x").is_err());
            assert!(array::<u8>(std::ptr::null(), 0, "x").is_ok());
            assert!(array(odd, 1, "x").is_err());
            assert!(array(word.as_ptr(), usize::MAX, "x").is_err());
            assert!(text([0xffu8].as_ptr(), 1, "x").is_err());
            assert!(Out::<u64>::new(std::ptr::null_mut(), "x").is_err());
        }
    }
}
