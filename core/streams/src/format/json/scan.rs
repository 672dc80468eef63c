//! The grammar of JSON (RFC 8259): where values end. Owns every syntactic verdict; makes nothing of the values.
//!
//! What is skipped is validated as strictly as what is used: every text's escapes and control characters, every number's form, brackets
//! and commas, and that the record is UTF-8. Only a lone half of a surrogate pair (`"\ud800"`) passes where it is skipped, and is refused
//! where the text is used. Nesting is held in the bits of one integer, so depth costs no stack.

/// Arrays and objects within each other, the record's own included.
pub(crate) const DEPTH_MAX: u32 = 128;

/// Where a record is not JSON, and what is wrong there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub at: usize,
    pub what: &'static str,
}
impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

pub(crate) struct Scan<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    /// A byte outside ASCII was passed: the record is to be checked for UTF-8 at its end.
    pub high: bool,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Eight bytes from `at` on, the first in the lowest bits; zeros beyond the end.
#[inline]
pub(crate) fn load(bytes: &[u8], at: usize) -> u64 {
    if let Some(b) = bytes.get(at..).and_then(|b| b.first_chunk::<8>()) {
        return u64::from_le_bytes(*b);
    }
    tail(bytes, at)
}
#[inline]
fn tail(bytes: &[u8], at: usize) -> u64 {
    // The last eight bytes, moved down: cheaper than one by one, and nearly every record has that many.
    if at >= bytes.len() {
        return 0;
    }
    if let Some(b) = bytes.last_chunk::<8>() {
        return u64::from_le_bytes(*b) >> (8 * (at + 8 - bytes.len()));
    }
    bytes[at..].iter().rev().fold(0, |w, b| w << 8 | u64::from(*b))
}

/// The top bit of each byte that equals `c`. Exact up to the lowest bit set: a borrow runs upward only.
#[inline]
fn equal(w: u64, c: u8) -> u64 {
    let x = w ^ (ONES * c as u64);
    x.wrapping_sub(ONES) & !x & TOPS
}
/// The top bit of each byte at which a text stops being plain: a quote, a backslash or a control character. Exact up to the lowest.
#[inline]
fn special(w: u64) -> u64 {
    (w.wrapping_sub(ONES * 0x20) & !w & TOPS) | equal(w, b'"') | equal(w, b'\\')
}
/// The top bit of each byte that is no digit. Exact everywhere.
#[inline]
pub(crate) fn no_digit(w: u64) -> u64 {
    // A digit's high half is 3 and stays 3 when 6 is added; the sums are of halves without the top bit, so that none carries.
    let low = w & !TOPS;
    let over = (low + ONES * (0x80 - 0x3a)) & TOPS;
    let under = !(low + ONES * (0x80 - 0x30)) & TOPS;
    (over | under | w) & TOPS
}

impl<'a> Scan<'a> {
    pub fn new(bytes: &'a [u8]) -> Scan<'a> {
        Scan { bytes, at: 0, high: false }
    }
    pub fn fault<T>(&self, what: &'static str) -> Result<T, Fault> {
        Err(Fault { at: self.at.min(self.bytes.len()), what: if self.at >= self.bytes.len() { "ends too early" } else { what } })
    }
    #[inline]
    pub fn peek(&self) -> u8 {
        // Zero is no part of JSON, so it stands for the end too.
        self.bytes.get(self.at).copied().unwrap_or(0)
    }
    #[inline]
    pub fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
    }
    /// Past a text whose opening quote was passed. True if there are escapes in it.
    #[inline]
    pub fn string(&mut self) -> Result<bool, Fault> {
        let mut escaped = false;
        loop {
            let w = load(self.bytes, self.at);
            let stop = special(w);
            if stop == 0 {
                self.high |= w & TOPS != 0;
                self.at += 8;
                continue;
            }
            let below = (stop & stop.wrapping_neg()).wrapping_sub(1);
            self.high |= w & TOPS & below != 0;
            self.at += (stop.trailing_zeros() / 8) as usize;
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(escaped);
                }
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return self.fault("a control character within a text"),
            }
        }
    }
    fn escape(&mut self) -> Result<(), Fault> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let hex = self.bytes.get(self.at + 2..self.at + 6);
                if !hex.is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit)) {
                    return self.fault("an escape \\u without four hexadecimal digits");
                }
                self.at += 6;
            }
            _ => return self.fault("an escape that JSON has not"),
        }
        Ok(())
    }
    #[inline]
    fn digits(&mut self) -> usize {
        let from = self.at;
        loop {
            let stop = no_digit(load(self.bytes, self.at));
            if stop != 0 {
                self.at += (stop.trailing_zeros() / 8) as usize;
                return self.at - from;
            }
            self.at += 8;
        }
    }
    /// Past a number that begins here.
    #[inline]
    pub fn number(&mut self) -> Result<(), Fault> {
        if self.peek() == b'-' {
            self.at += 1;
        }
        let zero = self.peek() == b'0';
        let from = self.at;
        let n = self.digits();
        if n == 0 {
            return self.fault("a number without digits");
        }
        if zero && n > 1 {
            self.at = from;
            return self.fault("a number that begins with a zero");
        }
        if self.peek() == b'.' {
            self.at += 1;
            if self.digits() == 0 {
                return self.fault("a number without digits after its point");
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fault("a number without digits in its exponent");
            }
        }
        Ok(())
    }
    fn word(&mut self, word: &'static [u8]) -> Result<(), Fault> {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        self.fault("a value was expected")
    }
    /// Past a value that is neither an object nor an array. True if it is a text with escapes.
    #[inline]
    pub fn scalar(&mut self) -> Result<bool, Fault> {
        let first = self.peek();
        if first == b'"' {
            self.at += 1;
            return self.string();
        }
        match first {
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.word(b"true")?,
            b'f' => self.word(b"false")?,
            b'n' => self.word(b"null")?,
            _ => return self.fault("a value was expected"),
        }
        Ok(false)
    }
    /// Past a member's name, the colon and the space around them. The name's bytes between the quotes, and whether it has escapes.
    pub fn name(&mut self) -> Result<(&'a [u8], bool), Fault> {
        if self.peek() != b'"' {
            return self.fault("a member's name was expected");
        }
        self.at += 1;
        let from = self.at;
        let escaped = self.string()?;
        let name = &self.bytes[from..self.at - 1];
        self.space();
        if self.peek() != b':' {
            return self.fault("a colon was expected");
        }
        self.at += 1;
        self.space();
        Ok((name, escaped))
    }
    /// Past a value that begins here, at `depth` arrays and objects. True if it is a text with escapes.
    #[inline]
    pub fn value(&mut self, depth: u32) -> Result<bool, Fault> {
        if !matches!(self.peek(), b'{' | b'[') {
            return self.scalar();
        }
        self.nested(depth)?;
        Ok(false)
    }
    /// An array or an object. The open brackets are the bits of `objects`, the innermost lowest.
    fn nested(&mut self, depth: u32) -> Result<(), Fault> {
        let mut objects: u128 = 0;
        let mut open = 0;
        loop {
            // A value begins here.
            let bracket = self.peek();
            if matches!(bracket, b'{' | b'[') {
                if depth + open >= DEPTH_MAX {
                    return self.fault("more than 128 arrays and objects within each other");
                }
                self.at += 1;
                self.space();
                let object = bracket == b'{';
                if self.peek() == if object { b'}' } else { b']' } {
                    self.at += 1;
                } else {
                    open += 1;
                    objects = objects << 1 | u128::from(object);
                    if object {
                        self.name()?;
                    }
                    continue;
                }
            } else {
                self.scalar()?;
            }
            // A value ended here.
            loop {
                if open == 0 {
                    return Ok(());
                }
                self.space();
                let object = objects & 1 == 1;
                match (self.peek(), object) {
                    (b',', _) => {
                        self.at += 1;
                        self.space();
                        if object {
                            self.name()?;
                        }
                        break;
                    }
                    (b'}', true) | (b']', false) => {
                        self.at += 1;
                        open -= 1;
                        objects >>= 1;
                    }
                    (_, true) => return self.fault("a comma or } was expected"),
                    (_, false) => return self.fault("a comma or ] was expected"),
                }
            }
        }
    }
    /// Nothing but space follows, and everything was UTF-8.
    pub fn end(&mut self) -> Result<(), Fault> {
        self.space();
        if self.at < self.bytes.len() {
            return self.fault("something follows the value's end");
        }
        self.utf8()
    }
    #[inline]
    pub fn utf8(&self) -> Result<(), Fault> {
        if self.high
            && let Err(e) = std::str::from_utf8(self.bytes)
        {
            return Err(Fault { at: e.valid_up_to(), what: "not UTF-8" });
        }
        Ok(())
    }
}
