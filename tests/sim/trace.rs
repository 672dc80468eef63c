//! What happened, as lines; printed only when somebody wants to read them. Two runs of a seed must give the same lines, so that a figure
//! of them shows whether they did.

#[derive(Debug, Default)]
pub struct Trace {
    print: bool,
    digest: u64,
}

impl Trace {
    pub fn new(print: bool) -> Self {
        Self { print, digest: 0xcbf2_9ce4_8422_2325 }
    }
    pub fn line(&mut self, text: impl FnOnce() -> String) {
        let text = text();
        for b in text.bytes() {
            self.digest = (self.digest ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        }
        if self.print {
            println!("{text}");
        }
    }
    pub fn digest(&self) -> u64 {
        self.digest
    }
}
