//! What this process has allocated, panics that were caught somewhere, and one test at a time, since both are counted for all
//! threads together.

use crate::MEMORY;
use parking_lot::{Mutex, MutexGuard};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

static ALONE: Mutex<()> = Mutex::new(());
static PANICS: AtomicUsize = AtomicUsize::new(0);

/// Held by a test for as long as it runs. Ends with an error if anything panicked meanwhile, in whatever thread.
pub struct Alone {
    _guard: MutexGuard<'static, ()>,
    panics: usize,
}

pub fn alone() -> Alone {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::SeqCst);
            print(info);
        }));
    });
    let guard = ALONE.lock();
    Alone { _guard: guard, panics: PANICS.load(Ordering::SeqCst) }
}

impl Alone {
    /// Panics since the test began.
    pub fn panics(&self) -> usize {
        PANICS.load(Ordering::SeqCst) - self.panics
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.panics(), 0, "something panicked and was caught; see above");
        }
    }
}

/// The most that was allocated at a time while `f` ran, beyond what was when it began.
pub fn peak<T>(f: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let out = f();
    (out, MEMORY.peak_usage().saturating_sub(before))
}

/// A directory in memory where there is such a place: thousands of fsyncs are not what is tested.
pub fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory")
}

/// What a frame of so many bytes may make us allocate, itself included.
pub fn allowed(frame: usize) -> usize {
    8 * frame + (1 << 20)
}

#[test]
fn the_allocator_counts_what_is_only_asked_for() {
    let _alone = alone();
    let ((), n) = peak(|| drop(Vec::<u8>::with_capacity(300 << 20)));
    // A thread of an earlier test may give a little back meanwhile.
    assert!(n + (1 << 20) >= 300 << 20, "{n}");
    let ((), n) = peak(|| ());
    assert!(n < 1 << 20, "{n}");
}
