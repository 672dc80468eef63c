//! A message as a list of parts, so that a fetch response can name file ranges which never pass through user space.

use bytes::{Bytes, BytesMut};
use std::io;
use std::sync::Arc;
use wellhead_base::env::DiskFile;

/// A piece of a frame.
#[derive(Debug, Clone)]
pub enum Part {
    Bytes(Bytes),
    /// `len` bytes of `file` from `offset`. They must be there and not change until the frame was written.
    File {
        file: Arc<dyn DiskFile>,
        offset: u64,
        len: u64,
    },
}

impl Part {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Part::Bytes(b) => b.len() as u64,
            Part::File { len, .. } => *len,
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One message without its 4-byte length.
#[derive(Debug, Clone, Default)]
pub struct Frame(pub Vec<Part>);

impl Frame {
    /// Length in bytes, without the 4-byte length field.
    pub fn len(&self) -> u64 {
        self.0.iter().map(Part::len).sum()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The whole frame as one buffer; file parts are read (blocking, page cache speed). A frame of one `Bytes` is not copied.
    pub fn into_bytes(self) -> io::Result<Bytes> {
        let len = self.len() as usize;
        let mut parts = self.0;
        if parts.len() == 1
            && let Part::Bytes(_) = parts[0]
            && let Some(Part::Bytes(b)) = parts.pop()
        {
            return Ok(b);
        }
        let mut out = BytesMut::with_capacity(len);
        for part in parts {
            match part {
                Part::Bytes(b) => out.extend_from_slice(&b),
                Part::File { file, offset, len } => {
                    let at = out.len();
                    out.resize(at + len as usize, 0);
                    file.read_exact_at(&mut out[at..], offset)?;
                }
            }
        }
        Ok(out.freeze())
    }
}
impl From<Bytes> for Part {
    fn from(b: Bytes) -> Self {
        Part::Bytes(b)
    }
}
impl From<Bytes> for Frame {
    fn from(b: Bytes) -> Self {
        Frame(vec![Part::Bytes(b)])
    }
}
impl From<Vec<u8>> for Frame {
    fn from(b: Vec<u8>) -> Self {
        Frame(vec![Part::Bytes(b.into())])
    }
}
