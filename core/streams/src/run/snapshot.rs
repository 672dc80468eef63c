//! A store's content in one file, so that a restart reads little of the changelog.
//!
//! Layout (big-endian): "WHSNAP01"; u32 length and JSON of the header; entries of u32 key length, u32 value length, key, value; u32
//! 0xffffffff; u64 number of entries; u32 CRC-32C of all before. A file is written beside its name and renamed, so it is whole or not
//! there; one that is damaged all the same is not used.

use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use wellhead_base::{Code, Error, Result};

const MAGIC: &[u8; 8] = b"WHSNAP01";
const END: u32 = u32::MAX;

/// What the content is of. A snapshot is used only where everything but the offset and the time is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub topic: String,
    /// The changelog topic's id, so that a topic that was made anew does not get another one's state.
    pub topic_id: String,
    pub partition: i32,
    /// Everything below this offset of the changelog is in.
    pub offset: i64,
    /// The store's stream time.
    pub time: Option<i64>,
}

pub fn path(dir: &Path, application: &str, store: &str, partition: i32) -> PathBuf {
    dir.join(application).join(format!("{store}-{partition}.snapshot"))
}

fn io(what: &Path, e: std::io::Error) -> Error {
    Error::new(Code::FS, format!("{}: {e}", what.display()))
}

/// Writes everything that `scan` gives.
pub fn write(path: &Path, header: &Header, scan: impl FnOnce(&mut dyn FnMut(&[u8], &[u8]))) -> Result<()> {
    let dir = path.parent().expect("a snapshot lies in the application's folder");
    fs::create_dir_all(dir).map_err(|e| io(dir, e))?;
    let beside = path.with_extension("writing");
    let file = File::create(&beside).map_err(|e| io(&beside, e))?;
    let mut out = Checked { out: BufWriter::with_capacity(1 << 20, file), digest: wellhead_record::Crc32c::new(), failed: None };
    let head = serde_json::to_vec(header).expect("a header is plain data");
    out.put(MAGIC);
    out.put(&(head.len() as u32).to_be_bytes());
    out.put(&head);
    let mut count = 0u64;
    scan(&mut |k, v| {
        out.put(&(k.len() as u32).to_be_bytes());
        out.put(&(v.len() as u32).to_be_bytes());
        out.put(k);
        out.put(v);
        count += 1;
    });
    out.put(&END.to_be_bytes());
    out.put(&count.to_be_bytes());
    let crc = out.digest.finish();
    out.put(&crc.to_be_bytes());
    if let Some(e) = out.failed {
        return Err(io(&beside, e));
    }
    let file = out.out.into_inner().map_err(|e| io(&beside, e.into_error()))?;
    file.sync_all().map_err(|e| io(&beside, e))?;
    fs::rename(&beside, path).map_err(|e| io(path, e))?;
    File::open(dir).and_then(|d| d.sync_all()).map_err(|e| io(dir, e))
}

struct Checked {
    out: BufWriter<File>,
    digest: wellhead_record::Crc32c,
    failed: Option<std::io::Error>,
}
impl Checked {
    fn put(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.digest.update(bytes);
            self.failed = self.out.write_all(bytes).err();
        }
    }
}

/// A snapshot that was read and found whole.
pub struct Snapshot {
    pub header: Header,
    bytes: Vec<u8>,
    at: usize,
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// None: there is none. An error: there is one that cannot be used, and why.
pub fn read(path: &Path) -> Result<Option<Snapshot>> {
    let bytes = match fs::read(path) {
        Ok(b) => b,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(io(path, e)),
    };
    let damaged = |what: &str| Error::new(Code::BAD_MSG, format!("{}: {what}", path.display()));
    let body = bytes.len().checked_sub(4).ok_or_else(|| damaged("it is too short"))?;
    if wellhead_record::crc32c(&bytes[..body]) != u32_at(&bytes, body).expect("four bytes are left") {
        return Err(damaged("its checksum does not fit"));
    }
    if !bytes.starts_with(MAGIC) {
        return Err(damaged("it is no snapshot of this version"));
    }
    let len = u32_at(&bytes, 8).ok_or_else(|| damaged("it is too short"))? as usize;
    let head = bytes.get(12..12 + len).ok_or_else(|| damaged("its header is cut off"))?;
    let header = serde_json::from_slice(head).map_err(|e| damaged(&format!("its header cannot be read: {e}")))?;
    Ok(Some(Snapshot { header, at: 12 + len, bytes }))
}

impl Snapshot {
    /// Every entry.
    pub fn entries(&self, mut each: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<u64> {
        let damaged = || Error::new(Code::BAD_MSG, "a snapshot with a good checksum has a bad entry");
        let (mut at, mut n) = (self.at, 0u64);
        loop {
            let klen = u32_at(&self.bytes, at).ok_or_else(damaged)?;
            if klen == END {
                return Ok(n);
            }
            let vlen = u32_at(&self.bytes, at + 4).ok_or_else(damaged)? as usize;
            let key_end = (at + 8).checked_add(klen as usize).ok_or_else(damaged)?;
            let end = key_end.checked_add(vlen).ok_or_else(damaged)?;
            let key = self.bytes.get(at + 8..key_end).ok_or_else(damaged)?;
            let value = self.bytes.get(key_end..end).ok_or_else(damaged)?;
            each(key, value)?;
            n += 1;
            at = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header { topic: "a-s-changelog".into(), topic_id: "x".into(), partition: 3, offset: 42, time: Some(7) }
    }

    #[test]
    fn what_is_written_is_read_and_any_flipped_bit_is_noticed() {
        let dir = tempfile::tempdir().expect("a folder");
        let p = path(dir.path(), "a", "s", 3);
        assert!(read(&p).expect("no file is no error").is_none());
        let all = [(&b"k1"[..], &b"v1"[..]), (b"", b""), (b"k3", &[0xff; 300])];
        write(&p, &header(), |each| all.iter().for_each(|(k, v)| each(k, v))).expect("it is written");
        let s = read(&p).expect("it is whole").expect("it is there");
        assert_eq!(s.header, header());
        let mut got = Vec::new();
        let n = s.entries(|k, v| {
            got.push((k.to_vec(), v.to_vec()));
            Ok(())
        });
        assert_eq!(n.expect("entries"), 3);
        assert!(got.iter().zip(&all).all(|(g, a)| g.0 == a.0 && g.1 == a.1));
        let whole = fs::read(&p).expect("the file");
        for at in 0..whole.len() {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            fs::write(&p, &bad).expect("a damaged file");
            assert!(read(&p).is_err(), "byte {at}");
            fs::write(&p, &whole[..at]).expect("a short file");
            assert!(read(&p).is_err(), "cut at {at}");
        }
    }
}
