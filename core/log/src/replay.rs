//! After an unclean stop: what the commit journal says is put in its place, before anything else is read.
//!
//! Groups are applied in their order, less what a later void takes back; then everything touched is synced and the ring is empty.
//! The journal's end is the first group that is not whole: it was being written, and nothing in it was acknowledged. A whole group
//! behind such a one is another matter: groups are written one after the other's sync, so the bad one was acknowledged and is
//! damaged. That is an error for whoever runs the node, and not a silent loss.

use crate::checkpoint as names;
use crate::error::LogError;
use crate::files::remove_if_there;
use crate::journal::{
    DATA, DATA_HEADER, ENTRY_HEADER, FILE_HEADER, FILE_MAGIC, FILES, GROUP_HEADER, GROUP_MAGIC, PAGE, SYNC_ALL_FROM, VOID, file_header,
};
use crate::segment::file_name;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wellhead_base::TopicId;
use wellhead_base::env::{Disk, DiskFile, OpenMode};
use wellhead_record::crc32c;

/// What a replay leaves.
pub(crate) struct Replayed {
    /// The ring's files that are there, with nothing in them.
    pub files: [Option<Arc<dyn DiskFile>>; 2],
    /// The next group's sequence.
    pub seq: u64,
    /// What marks groups from now on. A new one: the groups of the files that are there are old in any case.
    pub key: u64,
    /// Partitions that could not take what the journal has for them, by directory name, and why.
    pub damaged: HashMap<String, LogError>,
}

/// Where a whole group lies.
struct Found {
    file: usize,
    /// Of the entries.
    at: u64,
    len: usize,
    seq: u64,
}

struct Entry<'a> {
    void: bool,
    name: &'a str,
    id: TopicId,
    base: i64,
    pos: u64,
    bytes: &'a [u8],
}

/// Reads the journal of the data directory at `root` and empties it; groups will carry `key` from then on. After a clean stop
/// (`was_clean`) it is not read: there is none, or somebody else has written to the directory since.
pub(crate) fn replay(disk: &dyn Disk, lock: &dyn DiskFile, root: &Path, was_clean: bool, key: u64) -> Result<Replayed, LogError> {
    let mut out = Replayed { files: [None, None], seq: 1, key: if key == 0 { new_key() } else { key }, damaged: HashMap::new() };
    let paths = FILES.map(|f| root.join(f));
    if was_clean {
        let stale: Vec<_> = paths.iter().filter(|p| disk.exists(p)).collect();
        for path in &stale {
            tracing::warn!("{} is older than the last clean stop and is removed", path.display());
            remove_if_there(disk, path)?;
        }
        if !stale.is_empty() {
            // Before the marker goes, without which they would be believed.
            disk.sync_dir(root).map_err(|e| LogError::io("syncing", root, e))?;
        }
        return Ok(out);
    }
    for (file, path) in out.files.iter_mut().zip(&paths) {
        *file = match disk.open(path, OpenMode::ReadWrite) {
            Ok(f) => Some(f),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(LogError::io("opening", path, e)),
        };
    }
    let groups;
    (groups, out.seq) = find_groups(&out.files, &paths)?;
    let mut voids: HashMap<String, u64> = HashMap::new();
    for g in &groups {
        each_entry(&out.files, &paths, g, |e| {
            if e.void {
                voids.insert(e.name.to_owned(), g.seq);
            }
            Ok(())
        })?;
    }
    let mut place = Place { disk, root, dirs: BTreeMap::new(), files: BTreeMap::new(), closed: BTreeSet::new(), damaged: HashMap::new() };
    let (mut entries, mut bytes) = (0u64, 0u64);
    for g in &groups {
        each_entry(&out.files, &paths, g, |e| {
            if e.void || voids.get(e.name).is_some_and(|&v| v > g.seq) {
                return Ok(());
            }
            (entries, bytes) = (entries + 1, bytes + e.bytes.len() as u64);
            place.put(&e)
        })?;
    }
    place.sync(lock)?;
    if entries > 0 {
        tracing::info!("{} was not closed cleanly: the journal gave back {bytes} bytes in {entries} pieces", root.display());
    }
    out.damaged = place.damaged;
    for (file, path) in out.files.iter().zip(&paths) {
        if let Some(f) = file {
            f.write_all_at(&file_header(out.seq, out.key), 0).and_then(|()| f.sync_data()).map_err(|e| LogError::io("emptying", path, e))?;
        }
    }
    Ok(out)
}

/// The groups that are not old, in their order, and the sequence after everything that the files ever had. An error where a group in
/// the middle is damaged.
fn find_groups(files: &[Option<Arc<dyn DiskFile>>; 2], paths: &[PathBuf; 2]) -> Result<(Vec<Found>, u64), LogError> {
    let mut chains: Vec<Chain> = Vec::new();
    let mut seq_next = 1;
    for (i, (file, path)) in files.iter().zip(paths).enumerate() {
        let Some(f) = file else { continue };
        let Some(header) = read_file_header(&**f, path)? else { continue };
        let chain = find_chain(i, &**f, path, &header)?;
        seq_next = seq_next.max(header.seq).max(chain.groups.last().map_or(0, |g| g.seq + 1));
        if !chain.groups.is_empty() {
            chains.push(chain);
        }
    }
    chains.sort_by_key(|c| c.groups[0].seq);
    if let [older, newer] = &chains[..] {
        let (last, next) = (older.groups.last().expect("not empty").seq, newer.groups[0].seq);
        if next != last + 1 {
            return Err(damaged(&paths[older.groups[0].file], older.end, next));
        }
    }
    Ok((chains.into_iter().flat_map(|c| c.groups).collect(), seq_next))
}

/// The groups of one file, one behind the other, and where they end.
struct Chain {
    groups: Vec<Found>,
    end: u64,
}

fn find_chain(file: usize, f: &dyn DiskFile, path: &Path, header: &FileHeader) -> Result<Chain, LogError> {
    let len = f.len().map_err(|e| LogError::io("measuring", path, e))?;
    let mut buf = Vec::new();
    let mut chain = Chain { groups: Vec::new(), end: PAGE as u64 };
    while let Some((seq, entries)) = read_group(f, path, chain.end, len, header.key, &mut buf)? {
        let expected = chain.groups.last().map_or(seq.max(header.seq), |g: &Found| g.seq + 1);
        if seq != expected {
            break;
        }
        chain.groups.push(Found { file, at: chain.end + GROUP_HEADER as u64, len: entries, seq });
        chain.end += (GROUP_HEADER + entries).next_multiple_of(PAGE) as u64;
    }
    if chain.end + PAGE as u64 <= len && begins_group(f, path, chain.end, header.key, chain.groups.last().map_or(header.seq, |g| g.seq + 1))? {
        // That it was being written is most likely, and cannot be told from damage of the very last group.
        tracing::warn!("the last group of {} is not whole and is left out: it was being written when the node stopped", path.display());
    }
    // Behind the end lie groups of earlier laps, or nothing. A newer one says that the end is none.
    let newest = chain.groups.last().map_or(header.seq - 1, |g| g.seq);
    let mut at = chain.end;
    while at + PAGE as u64 <= len {
        if let Some((seq, _)) = read_group(f, path, at, len, header.key, &mut buf)?
            && seq > newest
        {
            return Err(damaged(path, chain.end, seq));
        }
        at += PAGE as u64;
    }
    Ok(chain)
}

fn damaged(path: &Path, at: u64, seq: u64) -> LogError {
    let what = format!(
        "the commit journal cannot be read at position {at}, though group {seq} was written after it: acknowledged records may be \
         missing. To start without them, move the journal's two files away"
    );
    LogError::corrupt(path, what)
}

struct FileHeader {
    /// Groups below this are old.
    seq: u64,
    /// Groups of this file carry it, so that nothing that a producer sends can look like one.
    key: u64,
}

/// None: the file was being made, and has no group. A header that cannot be read in a file with content is damage.
fn read_file_header(f: &dyn DiskFile, path: &Path) -> Result<Option<FileHeader>, LogError> {
    let mut page = [0; FILE_HEADER];
    match f.read_exact_at(&mut page, 0) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(e) => return Err(LogError::io("reading", path, e)),
    }
    let header = FileHeader { seq: u64_at(&page, 8), key: u64_at(&page, 16) };
    if page[..8] == *FILE_MAGIC && crc32c(&page[..24]) == u32_at(&page, 24) && header.seq > 0 {
        return Ok(Some(header));
    }
    // The header is synced before the first group is written.
    let len = f.len().map_err(|e| LogError::io("measuring", path, e))?;
    if len <= PAGE as u64 {
        return Ok(None);
    }
    Err(LogError::corrupt(path, "its first page is not a commit journal's. To start without what it holds, move the journal's two files away"))
}

/// The group at `at`, if there is a whole one: its sequence and the length of its entries.
fn read_group(f: &dyn DiskFile, path: &Path, at: u64, len: u64, key: u64, buf: &mut Vec<u8>) -> Result<Option<(u64, usize)>, LogError> {
    let io = |e| LogError::io("reading", path, e);
    if at + PAGE as u64 > len {
        return Ok(None);
    }
    buf.resize(GROUP_HEADER, 0);
    f.read_exact_at(buf, at).map_err(io)?;
    let (crc, seq, entries) = (u32_at(buf, 4), u64_at(buf, 16), u64_at(buf, 24));
    if u32_at(buf, 0) != GROUP_MAGIC || u64_at(buf, 8) != key || entries > len - at - GROUP_HEADER as u64 {
        return Ok(None);
    }
    buf.resize(GROUP_HEADER + entries as usize, 0);
    f.read_exact_at(buf, at).map_err(io)?;
    Ok((crc32c(&buf[8..]) == crc).then_some((seq, entries as usize)))
}

/// The first page of a group with this sequence, whole or not.
fn begins_group(f: &dyn DiskFile, path: &Path, at: u64, key: u64, seq: u64) -> Result<bool, LogError> {
    let mut head = [0; GROUP_HEADER];
    f.read_exact_at(&mut head, at).map_err(|e| LogError::io("reading", path, e))?;
    Ok(u32_at(&head, 0) == GROUP_MAGIC && u64_at(&head, 8) == key && u64_at(&head, 16) == seq)
}

fn each_entry(
    files: &[Option<Arc<dyn DiskFile>>; 2],
    paths: &[PathBuf; 2],
    g: &Found,
    mut f: impl FnMut(Entry<'_>) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let (file, path) = (files[g.file].as_ref().expect("the group is in it"), &paths[g.file]);
    let mut buf = vec![0; g.len];
    file.read_exact_at(&mut buf, g.at).map_err(|e| LogError::io("reading", path, e))?;
    let mut rest = &buf[..];
    while !rest.is_empty() {
        let Some((entry, tail)) = parse_entry(rest) else {
            return Err(LogError::corrupt(path, format!("an entry of group {} has a form that is not known", g.seq)));
        };
        f(entry)?;
        rest = tail;
    }
    Ok(())
}

fn parse_entry(b: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let kind = *b.first()?;
    let name_len = usize::from(*b.get(1)?);
    let header = match kind {
        DATA => DATA_HEADER,
        VOID => ENTRY_HEADER,
        _ => return None,
    };
    let id = TopicId(b.get(2..18)?.try_into().ok()?);
    let (base, pos, len) = if kind == DATA {
        let h = b.get(ENTRY_HEADER..DATA_HEADER)?;
        (u64_at(h, 0) as i64, u64_at(h, 8), u32_at(h, 16) as usize)
    } else {
        (0, 0, 0)
    };
    let name = std::str::from_utf8(b.get(header..header + name_len)?).ok()?;
    // It becomes a path below the data directory.
    crate::dir::parse_dir_name(name)?;
    let bytes = b.get(header + name_len..)?.get(..len)?;
    Some((Entry { void: kind == VOID, name, id, base, pos, bytes }, &b[header + name_len + len..]))
}

fn u32_at(b: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(b[at..at + 4].try_into().expect("four bytes"))
}
fn u64_at(b: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(b[at..at + 8].try_into().expect("eight bytes"))
}

/// Where entries are put, and what is to be synced afterwards.
struct Place<'a> {
    disk: &'a dyn Disk,
    root: &'a Path,
    /// By directory name: whether its files are the ones that the journal means.
    dirs: BTreeMap<String, bool>,
    files: BTreeMap<PathBuf, Arc<dyn DiskFile>>,
    /// Files that were written and are not open any more.
    closed: BTreeSet<PathBuf>,
    damaged: HashMap<String, LogError>,
}

impl Place<'_> {
    fn put(&mut self, e: &Entry<'_>) -> Result<(), LogError> {
        let fits = match self.dirs.get(e.name) {
            Some(fits) => *fits,
            None => {
                let fits = self.dir(e.name, e.id)?;
                self.dirs.insert(e.name.to_owned(), fits);
                fits
            }
        };
        if !fits || self.damaged.contains_key(e.name) {
            return Ok(());
        }
        if e.base < 0 || e.pos + e.bytes.len() as u64 > i32::MAX as u64 {
            let path = self.root.join(e.name);
            self.damaged.insert(e.name.to_owned(), LogError::corrupt(&path, "the commit journal names a place that no segment has"));
            return Ok(());
        }
        let path = self.root.join(e.name).join(file_name(e.base, "log"));
        let file = match self.files.get(&path) {
            Some(f) => f.clone(),
            None => {
                // Many partitions' files at once are more than a process may have open. The longest opened one is synced when it is
                // needed again, or at the end.
                if self.files.len() >= OPEN_MAX
                    && let Some((path, _)) = self.files.pop_first()
                {
                    self.closed.insert(path);
                }
                let f = self.disk.open(&path, OpenMode::Create).map_err(|e| LogError::io("opening", &path, e))?;
                self.files.insert(path.clone(), f.clone());
                f
            }
        };
        let len = file.len().map_err(|e| LogError::io("measuring", &path, e))?;
        if len < e.pos {
            let what = format!("it ends at position {len}, and the commit journal goes on at {}", e.pos);
            let error = LogError::corrupt(&path, what);
            tracing::error!("{error}");
            self.damaged.insert(e.name.to_owned(), error);
            return Ok(());
        }
        file.write_all_at(e.bytes, e.pos).map_err(|e| LogError::io("writing", &path, e))
    }

    /// Makes the partition's directory if it was lost. False: it is another topic's by now.
    fn dir(&mut self, name: &str, id: TopicId) -> Result<bool, LogError> {
        let path = self.root.join(name);
        if !self.disk.exists(&path) {
            self.disk.create_dir_all(&path).map_err(|e| LogError::io("making", &path, e))?;
        }
        if id.is_zero() {
            return Ok(true);
        }
        let meta = path.join(names::PARTITION_METADATA);
        // A file that was made and not written has none.
        match names::read_partition_metadata(self.disk, &meta)? {
            Some(other) if other != id => {
                tracing::warn!("{} belongs to topic id {other}; what the commit journal has for {id} is left out", path.display());
                Ok(false)
            }
            Some(_) => {
                // It may be in memory only.
                self.closed.insert(meta);
                Ok(true)
            }
            None => {
                let f = self.disk.open(&meta, OpenMode::Create).map_err(|e| LogError::io("opening", &meta, e))?;
                let text = names::partition_metadata(id);
                f.set_len(0).and_then(|()| f.write_all_at(text.as_bytes(), 0)).map_err(|e| LogError::io("writing", &meta, e))?;
                self.closed.insert(meta);
                Ok(true)
            }
        }
    }

    fn sync_files(&mut self) -> Result<(), LogError> {
        for path in std::mem::take(&mut self.closed) {
            let f = self.disk.open(&path, OpenMode::ReadWrite).map_err(|e| LogError::io("opening", &path, e))?;
            f.sync_data().map_err(|e| LogError::io("syncing", &path, e))?;
        }
        for (path, f) in std::mem::take(&mut self.files) {
            f.sync_data().map_err(|e| LogError::io("syncing", &path, e))?;
        }
        Ok(())
    }

    fn sync(&mut self, lock: &dyn DiskFile) -> Result<(), LogError> {
        if self.dirs.len() >= SYNC_ALL_FROM && lock.sync_file_system() {
            return Ok(());
        }
        self.sync_files()?;
        for name in self.dirs.iter().filter(|d| *d.1).map(|d| d.0) {
            let path = self.root.join(name);
            self.disk.sync_dir(&path).map_err(|e| LogError::io("syncing", &path, e))?;
        }
        if !self.dirs.is_empty() {
            // A directory that is there may be there in memory only.
            self.disk.sync_dir(self.root).map_err(|e| LogError::io("syncing", self.root, e))?;
        }
        Ok(())
    }
}

/// Files that a replay has open at once.
const OPEN_MAX: usize = 200;

fn new_key() -> u64 {
    // Std's random keys, for who has none.
    RandomState::new().hash_one(FILE_MAGIC)
}
