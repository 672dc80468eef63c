//! What is logged while a test runs, by whatever thread.

use parking_lot::Mutex;
use std::io;
use std::sync::{Arc, Once};

static TEXT: Mutex<Option<Arc<Mutex<Vec<u8>>>>> = Mutex::new(None);

pub struct Capture(Arc<Mutex<Vec<u8>>>);

struct Writer;
impl io::Write for Writer {
    fn write(&mut self, b: &[u8]) -> io::Result<usize> {
        if let Some(text) = &*TEXT.lock() {
            text.lock().extend_from_slice(b);
        }
        Ok(b.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn capture() -> Capture {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(|| Writer).finish();
        tracing::subscriber::set_global_default(subscriber).expect("the only subscriber of this process");
    });
    // Room for what comes, so that its growth is not counted as the tested code's memory.
    let text = Arc::new(Mutex::new(Vec::with_capacity(16 << 20)));
    *TEXT.lock() = Some(text.clone());
    Capture(text)
}

impl Capture {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}
impl Drop for Capture {
    fn drop(&mut self) {
        *TEXT.lock() = None;
    }
}
