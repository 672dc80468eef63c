//! A simulated disk in memory that forgets what was not synced.
//!
//! Owns the model of what a power cut leaves: of a file, its synced content and any of the sectors written since (a torn write), or
//! none; of a directory, its synced entries and the first few of the changes made since, in their order, as a journaling file system
//! keeps them. A synced file whose entry was not synced is lost with the entry. A killed process loses nothing. Errors and the
//! power cut itself are injected at the nth operation, so that a test can walk through all of them, or by chance ([`Chaos`]); the
//! same seed gives the same remains. A sync that fails leaves what Linux leaves: the pages are clean and not on the disk, so that a
//! second sync succeeds and a power cut then takes them. Does not model reordering between directories' entries, bit rot (see
//! [`SimDisk::damage`]) or time (see [`SimDisk::set_on_sync`]).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wellhead_base::env::{Disk, DiskFile, OpenMode, Rng};

/// What a power cut keeps or drops as one.
pub const SECTOR: usize = 512;

/// The operations that faults can be put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    Open,
    Create,
    CreateDir,
    Read,
    Write,
    SetLen,
    Sync,
    SyncDir,
    Rename,
    Remove,
}

/// What happens instead of the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Eio,
    /// The disk is full; of a write nothing is done.
    Enospc,
    /// A write puts down this many bytes and then finds the disk full.
    Short(usize),
}

/// What goes wrong by chance, in parts of a million operations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chaos {
    /// A read gives fewer bytes than asked for (at least one), which the contract allows.
    pub short_reads: u64,
    pub eio_reads: u64,
    pub eio_writes: u64,
    pub eio_syncs: u64,
    /// Of creations, renames, removals, changes of length and syncs of directories.
    pub eio_entries: u64,
    /// Bytes of all files together; a write past it puts down what fits and then finds the disk full.
    pub capacity: Option<u64>,
}

/// Called before a file's content is synced, with its name.
pub type OnSync = Arc<dyn Fn(&str) + Send + Sync>;

#[derive(Debug)]
enum Node {
    Dir { live: BTreeMap<OsString, u64>, durable: BTreeMap<OsString, u64>, pending: Vec<DirOp> },
    File { live: Vec<u8>, durable: Vec<u8>, pending: Vec<FileOp> },
}
#[derive(Debug, Clone)]
enum DirOp {
    Set(OsString, u64),
    Del(OsString),
    Rename(OsString, OsString, u64),
}
#[derive(Debug)]
enum FileOp {
    Write(u64, Vec<u8>),
    SetLen(u64),
}

#[derive(Default)]
struct World {
    nodes: BTreeMap<u64, Node>,
    next: u64,
    /// Handles of an earlier life are dead.
    life: u64,
    /// Changes made so far.
    changes: u64,
    /// The machine stops before this change.
    off_at: Option<u64>,
    off: bool,
    /// The machine stops so many changes after this operation of this kind.
    trip: Option<(Op, u64, u64)>,
    counts: HashMap<Op, u64>,
    faults: Vec<(Op, u64, Fault)>,
    reads_by_suffix: HashMap<String, u64>,
    locked: HashSet<u64>,
    chaos: Chaos,
    rng: Option<Rng>,
    on_sync: Option<OnSync>,
    /// Of everything that was changed, in its order.
    digest: u64,
    /// Of all files.
    bytes: u64,
    /// Errors given by chance since the last start.
    errors: u64,
    /// Every change is printed.
    verbose: bool,
}
impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("nodes", &self.nodes.len()).field("changes", &self.changes).finish_non_exhaustive()
    }
}

/// The disk; clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct SimDisk {
    world: Arc<Mutex<World>>,
}

const ROOT: u64 = 0;

impl SimDisk {
    pub fn new() -> Self {
        let disk = Self::default();
        disk.lock().nodes.insert(ROOT, empty_dir());
        disk.lock().next = 1;
        disk
    }
    /// For `LogDir::open`.
    pub fn disk(&self) -> Arc<dyn Disk> {
        Arc::new(self.clone())
    }
    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes (writes, syncs, creations, renames, removals) made so far.
    pub fn changes(&self) -> u64 {
        self.lock().changes
    }
    /// The machine stops dead when `changes()` would pass `n`: that change and everything after it fails, until a power cut.
    pub fn power_off_at(&self, n: u64) {
        self.lock().off_at = Some(n);
    }
    /// The machine stops dead `then` changes after the `nth` further operation of this kind (1: the next one).
    pub fn power_off_after(&self, op: Op, nth: u64, then: u64) {
        let mut w = self.lock();
        let at = w.counts.get(&op).copied().unwrap_or(0) + nth;
        w.trip = Some((op, at, then));
    }
    pub fn is_off(&self) -> bool {
        self.lock().off
    }
    /// The `nth` further operation of this kind (1: the next one) fails once.
    pub fn inject(&self, op: Op, nth: u64, fault: Fault) {
        let mut w = self.lock();
        let at = w.counts.get(&op).copied().unwrap_or(0) + nth;
        w.faults.push((op, at, fault));
    }
    /// Operations of this kind so far.
    pub fn count(&self, op: Op) -> u64 {
        self.lock().counts.get(&op).copied().unwrap_or(0)
    }
    /// From now on operations fail by chance. A kill and a power cut end it.
    pub fn set_chaos(&self, chaos: Chaos, seed: u64) {
        let mut w = self.lock();
        w.chaos = chaos;
        w.rng = Some(Rng::seeded(seed));
    }
    /// Errors (not short reads) that chance gave since the last kill or power cut.
    pub fn chaos_errors(&self) -> u64 {
        self.lock().errors
    }
    /// Bytes in all files.
    pub fn bytes(&self) -> u64 {
        self.lock().bytes
    }
    /// `hook` runs in the middle of every sync of a file, before its content is durable, with no lock of the disk held: what others do
    /// while the disk is slow.
    pub fn set_on_sync(&self, hook: Option<OnSync>) {
        self.lock().on_sync = hook;
    }
    /// Prints every change from now on, for who looks at one run.
    pub fn set_verbose(&self, verbose: bool) {
        self.lock().verbose = verbose;
    }
    /// A figure of all changes so far, names and bytes: two runs that give the same one did the same.
    pub fn digest(&self) -> u64 {
        self.lock().digest
    }
    /// The paths of all files, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        fn walk(w: &World, id: u64, at: &Path, out: &mut Vec<PathBuf>) {
            match w.nodes.get(&id) {
                Some(Node::Dir { live, .. }) => live.iter().for_each(|(name, id)| walk(w, *id, &at.join(name), out)),
                Some(Node::File { .. }) => out.push(at.to_owned()),
                None => {}
            }
        }
        let mut out = Vec::new();
        walk(&self.lock(), ROOT, Path::new("/"), &mut out);
        out
    }
    /// Reads so far of files whose names end in `suffix`.
    pub fn reads(&self, suffix: &str) -> u64 {
        self.lock().reads_by_suffix.iter().filter(|(name, _)| name.ends_with(suffix)).map(|r| r.1).sum()
    }

    /// The process dies: handles and locks are gone, the page cache stays.
    pub fn kill(&self) {
        let mut w = self.lock();
        w.life += 1;
        w.locked.clear();
        w.off = false;
        w.off_at = None;
        w.trip = None;
        w.faults.clear();
        w.chaos = Chaos::default();
        w.on_sync = None;
        w.errors = 0;
    }

    /// The power goes and comes back. What was not synced survives as `seed` says.
    pub fn power_cut(&self, seed: u64) {
        self.kill();
        let mut rng = Rng::seeded(seed);
        let mut w = self.lock();
        for node in w.nodes.values_mut() {
            match node {
                Node::Dir { live, durable, pending } => {
                    let n = rng.below(pending.len() as u64 + 1) as usize;
                    for op in pending.drain(..).take(n) {
                        apply_dir(durable, op);
                    }
                    live.clone_from(durable);
                }
                Node::File { live, durable, pending } => {
                    let ops: Vec<FileOp> = std::mem::take(pending);
                    match rng.below(3) {
                        0 => {}
                        1 => ops.iter().for_each(|op| apply_file(durable, op)),
                        _ => *durable = torn(durable, &ops, &mut rng),
                    }
                    live.clone_from(durable);
                }
            }
        }
        let mut reached = HashSet::new();
        w.reach(ROOT, &mut reached);
        w.nodes.retain(|id, _| reached.contains(id));
        w.count_bytes();
    }

    /// A file's content now.
    pub fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let w = self.lock();
        match w.nodes.get(&w.find(path)?)? {
            Node::File { live, .. } => Some(live.clone()),
            Node::Dir { .. } => None,
        }
    }
    /// Changes a file's content behind everybody's back, durably: bit rot, or somebody else's hand.
    pub fn damage(&self, path: &Path, f: impl FnOnce(&mut Vec<u8>)) {
        let mut w = self.lock();
        let id = w.find(path).expect("the file to damage is there");
        let Some(Node::File { live, durable, pending }) = w.nodes.get_mut(&id) else { panic!("not a file") };
        f(live);
        durable.clone_from(live);
        pending.clear();
        w.count_bytes();
    }
}

fn empty_dir() -> Node {
    Node::Dir { live: BTreeMap::new(), durable: BTreeMap::new(), pending: Vec::new() }
}
fn apply_dir(entries: &mut BTreeMap<OsString, u64>, op: DirOp) {
    match op {
        DirOp::Set(name, id) => {
            entries.insert(name, id);
        }
        DirOp::Del(name) => {
            entries.remove(&name);
        }
        DirOp::Rename(from, to, id) => {
            entries.remove(&from);
            entries.insert(to, id);
        }
    }
}
fn write_to(content: &mut Vec<u8>, at: u64, data: &[u8]) {
    let (at, end) = (at as usize, at as usize + data.len());
    if content.len() < end {
        content.resize(end, 0);
    }
    content[at..end].copy_from_slice(data);
}
fn apply_file(content: &mut Vec<u8>, op: &FileOp) {
    match op {
        FileOp::Write(at, data) => write_to(content, *at, data),
        FileOp::SetLen(n) => content.resize(*n as usize, 0),
    }
}
/// Each sector as it was after some of the changes (a sector is written whole, as the page cache has it at that moment), and the
/// length as it was after some of them.
fn torn(durable: &[u8], ops: &[FileOp], rng: &mut Rng) -> Vec<u8> {
    let cut = |rng: &mut Rng| match rng.below(3) {
        0 => 0,
        1 => ops.len(),
        _ => rng.below(ops.len() as u64 + 1) as usize,
    };
    let mut len = durable.len();
    for op in &ops[..cut(rng)] {
        len = match op {
            FileOp::Write(at, data) => len.max(*at as usize + data.len()),
            FileOp::SetLen(n) => *n as usize,
        };
    }
    let mut out = vec![0; len];
    for from in (0..len).step_by(SECTOR) {
        let to = (from + SECTOR).min(len);
        let sector = &mut out[from..to];
        let old = &durable[from.min(durable.len())..to.min(durable.len())];
        sector[..old.len()].copy_from_slice(old);
        for op in &ops[..cut(rng)] {
            match op {
                FileOp::SetLen(n) => sector[(*n as usize).clamp(from, to) - from..].fill(0),
                FileOp::Write(at, data) => {
                    let (a, b) = ((*at as usize).max(from), (*at as usize + data.len()).min(to));
                    if a < b {
                        sector[a - from..b - from].copy_from_slice(&data[a - *at as usize..b - *at as usize]);
                    }
                }
            }
        }
    }
    out
}

fn gone() -> io::Error {
    io::Error::other("the machine is off")
}
fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl World {
    fn parts(path: &Path) -> Vec<OsString> {
        path.components().filter_map(|c| if let Component::Normal(n) = c { Some(n.to_owned()) } else { None }).collect()
    }
    fn find(&self, path: &Path) -> Option<u64> {
        let mut at = ROOT;
        for name in Self::parts(path) {
            let Node::Dir { live, .. } = self.nodes.get(&at)? else { return None };
            at = *live.get(&name)?;
        }
        Some(at)
    }
    fn parent(&self, path: &Path) -> io::Result<(u64, OsString)> {
        let name = Self::parts(path).pop().ok_or_else(not_found)?;
        let parent = self.find(path.parent().ok_or_else(not_found)?).ok_or_else(not_found)?;
        Ok((parent, name))
    }
    fn change_dir(&mut self, dir: u64, op: DirOp) -> io::Result<()> {
        let Some(Node::Dir { live, pending, .. }) = self.nodes.get_mut(&dir) else { return Err(not_found()) };
        let unlinked = match &op {
            DirOp::Del(name) | DirOp::Rename(_, name, _) => live.get(name).copied(),
            DirOp::Set(..) => None,
        };
        apply_dir(live, op.clone());
        let noted = format!("{dir}{op:?}");
        pending.push(op);
        self.say(|| noted.clone());
        self.note(noted.as_bytes());
        if let Some(Node::File { live, .. }) = unlinked.and_then(|id| self.nodes.get(&id)) {
            self.bytes = self.bytes.saturating_sub(live.len() as u64);
        }
        Ok(())
    }
    fn add(&mut self, node: Node) -> u64 {
        self.next += 1;
        self.nodes.insert(self.next, node);
        self.next
    }
    fn reach(&self, at: u64, seen: &mut HashSet<u64>) {
        if seen.insert(at)
            && let Some(Node::Dir { live, .. }) = self.nodes.get(&at)
        {
            for id in live.values() {
                self.reach(*id, seen);
            }
        }
    }

    fn say(&self, what: impl FnOnce() -> String) {
        if self.verbose {
            println!("    {} {}", self.changes, what());
        }
    }
    fn note(&mut self, what: &[u8]) {
        let mut h = self.digest;
        for c in what.chunks(8) {
            let mut b = [0; 8];
            b[..c.len()].copy_from_slice(c);
            h = (h ^ u64::from_le_bytes(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        }
        self.digest = h ^ what.len() as u64;
    }
    fn count_bytes(&mut self) {
        let mut reached = HashSet::new();
        self.reach(ROOT, &mut reached);
        let len = |id: &u64| if let Some(Node::File { live, .. }) = self.nodes.get(id) { live.len() as u64 } else { 0 };
        self.bytes = reached.iter().map(len).sum();
    }
    /// What chance says to an operation.
    fn chance(&mut self, op: Op) -> io::Result<()> {
        let Some(rng) = &mut self.rng else { return Ok(()) };
        let c = self.chaos;
        let of = match op {
            Op::Read => c.eio_reads,
            Op::Write => c.eio_writes,
            Op::Sync => c.eio_syncs,
            Op::Create | Op::CreateDir | Op::Rename | Op::Remove | Op::SetLen | Op::SyncDir => c.eio_entries,
            Op::Open => 0,
        };
        if of > 0 && rng.below(1_000_000) < of {
            self.errors += 1;
            return Err(io::Error::other("injected I/O error"));
        }
        Ok(())
    }

    /// Counts an operation and lets it fail where that was asked for. `Some(n)`: a short write.
    fn step(&mut self, op: Op) -> io::Result<Option<usize>> {
        if self.off {
            return Err(gone());
        }
        if !matches!(op, Op::Read | Op::Open) {
            if self.off_at.is_some_and(|n| self.changes >= n) {
                self.off = true;
                return Err(gone());
            }
            self.changes += 1;
        }
        let count = self.counts.entry(op).or_default();
        *count += 1;
        let count = *count;
        if let Some((kind, at, then)) = self.trip
            && (kind, at) == (op, count)
        {
            self.off_at = Some(self.changes + then);
        }
        self.chance(op)?;
        let Some(i) = self.faults.iter().position(|f| f.0 == op && f.1 == count) else { return Ok(None) };
        match self.faults.swap_remove(i).2 {
            Fault::Eio => Err(io::Error::other("injected I/O error")),
            Fault::Enospc => Err(io::ErrorKind::StorageFull.into()),
            Fault::Short(n) => Ok(Some(n)),
        }
    }

    fn remove_tree(&mut self, path: &Path, id: u64) -> io::Result<()> {
        if let Some(Node::Dir { live, .. }) = self.nodes.get(&id) {
            for (name, child) in live.clone() {
                self.remove_tree(&path.join(&name), child)?;
            }
        }
        self.step(Op::Remove)?;
        let (parent, name) = self.parent(path)?;
        self.change_dir(parent, DirOp::Del(name))
    }
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    id: u64,
    life: u64,
    name: String,
    lock: bool,
}

impl SimFile {
    fn with<T>(&self, op: Op, f: impl FnOnce(&mut World, Option<usize>) -> io::Result<T>) -> io::Result<T> {
        let mut w = self.disk.lock();
        if w.life != self.life {
            return Err(gone());
        }
        let short = w.step(op)?;
        f(&mut w, short)
    }
}

impl Disk for SimDisk {
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let mut w = self.lock();
        let found = w.find(path);
        let id = match (found, mode) {
            (Some(_), OpenMode::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
            (Some(id), _) => {
                w.step(Op::Open)?;
                id
            }
            (None, OpenMode::Read | OpenMode::ReadWrite) => return Err(if w.off { gone() } else { not_found() }),
            (None, OpenMode::Create | OpenMode::CreateNew) => {
                w.step(Op::Create)?;
                let (parent, name) = w.parent(path)?;
                let id = w.add(Node::File { live: Vec::new(), durable: Vec::new(), pending: Vec::new() });
                w.change_dir(parent, DirOp::Set(name, id))?;
                id
            }
        };
        if matches!(w.nodes.get(&id), Some(Node::Dir { .. })) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        Ok(Arc::new(SimFile { disk: self.clone(), id, life: w.life, name, lock: false }))
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut w = self.lock();
        let mut at = PathBuf::new();
        for name in World::parts(path) {
            at.push(name);
            if w.find(&at).is_none() {
                w.step(Op::CreateDir)?;
                let (parent, name) = w.parent(&at)?;
                let id = w.add(empty_dir());
                w.change_dir(parent, DirOp::Set(name, id))?;
            }
        }
        Ok(())
    }
    fn read_dir(&self, path: &Path) -> io::Result<Vec<(PathBuf, bool)>> {
        let mut w = self.lock();
        w.step(Op::Read)?;
        let id = w.find(path).ok_or_else(not_found)?;
        let Some(Node::Dir { live, .. }) = w.nodes.get(&id) else { return Err(io::ErrorKind::NotADirectory.into()) };
        Ok(live.iter().map(|(n, id)| (PathBuf::from(n), matches!(w.nodes.get(id), Some(Node::Dir { .. })))).collect())
    }
    fn exists(&self, path: &Path) -> bool {
        self.lock().find(path).is_some()
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut w = self.lock();
        if w.find(path).is_none() {
            return Err(if w.off { gone() } else { not_found() });
        }
        w.step(Op::Remove)?;
        let (parent, name) = w.parent(path)?;
        w.change_dir(parent, DirOp::Del(name))
    }
    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut w = self.lock();
        let id = w.find(path).ok_or_else(not_found)?;
        w.remove_tree(path, id)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut w = self.lock();
        w.step(Op::Rename)?;
        let id = w.find(from).ok_or_else(not_found)?;
        let ((dir, from), (dir_to, to)) = (w.parent(from)?, w.parent(to)?);
        if dir != dir_to {
            return Err(io::ErrorKind::Unsupported.into());
        }
        w.change_dir(dir, DirOp::Rename(from, to, id))
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut w = self.lock();
        w.step(Op::SyncDir)?;
        w.say(|| format!("sync {}", path.display()));
        let id = w.find(path).ok_or_else(not_found)?;
        let Some(Node::Dir { live, durable, pending }) = w.nodes.get_mut(&id) else { return Err(io::ErrorKind::NotADirectory.into()) };
        durable.clone_from(live);
        pending.clear();
        Ok(())
    }
    fn lock(&self, path: &Path) -> io::Result<Arc<dyn DiskFile>> {
        let file = self.open(path, OpenMode::Create)?;
        drop(file);
        let mut w = self.lock();
        let id = w.find(path).ok_or_else(not_found)?;
        if !w.locked.insert(id) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Arc::new(SimFile { disk: self.clone(), id, life: w.life, name: String::new(), lock: true }))
    }
}

impl DiskFile for SimFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.with(Op::Read, |w, _| {
            match w.reads_by_suffix.get_mut(&self.name) {
                Some(n) => *n += 1,
                None => drop(w.reads_by_suffix.insert(self.name.clone(), 1)),
            }
            let often = w.chaos.short_reads;
            let shorter = match &mut w.rng {
                Some(rng) if often > 0 => (rng.below(1_000_000) < often).then(|| rng.next_u64()),
                _ => None,
            };
            let Some(Node::File { live, .. }) = w.nodes.get(&self.id) else { return Err(gone()) };
            let at = (offset as usize).min(live.len());
            let mut n = buf.len().min(live.len() - at);
            if let Some(r) = shorter
                && n > 1
            {
                n = 1 + (r % (n as u64 - 1)) as usize;
            }
            buf[..n].copy_from_slice(&live[at..at + n]);
            Ok(n)
        })
    }
    fn write_all_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
        self.with(Op::Write, |w, short| {
            w.say(|| format!("write {} {} at {offset}: {} bytes, short {short:?}", self.id, self.name, buf.len()));
            w.note(&offset.to_le_bytes());
            w.note(buf);
            let (used, capacity) = (w.bytes, w.chaos.capacity);
            let Some(Node::File { live, pending, .. }) = w.nodes.get_mut(&self.id) else { return Err(gone()) };
            let before = live.len() as u64;
            let grows = (offset + buf.len() as u64).saturating_sub(before);
            let short = match capacity {
                Some(max) if grows > 0 && used + grows > max => Some(buf.len().saturating_sub((used + grows - max) as usize)),
                _ => short,
            };
            let data = &buf[..short.unwrap_or(buf.len()).min(buf.len())];
            if !data.is_empty() {
                write_to(live, offset, data);
                pending.push(FileOp::Write(offset, data.to_vec()));
            }
            w.bytes = used + (live.len() as u64 - before);
            if short.is_some() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        })
    }
    fn len(&self) -> io::Result<u64> {
        let w = self.disk.lock();
        if w.life != self.life || w.off {
            return Err(gone());
        }
        match w.nodes.get(&self.id) {
            Some(Node::File { live, .. }) => Ok(live.len() as u64),
            _ => Err(gone()),
        }
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.with(Op::SetLen, |w, _| {
            w.say(|| format!("set_len {} {} to {len}", self.id, self.name));
            let Some(Node::File { live, pending, .. }) = w.nodes.get_mut(&self.id) else { return Err(gone()) };
            w.bytes = w.bytes.saturating_sub(live.len() as u64) + len;
            live.resize(len as usize, 0);
            pending.push(FileOp::SetLen(len));
            Ok(())
        })
    }
    fn sync_data(&self) -> io::Result<()> {
        let hook = self.disk.lock().on_sync.clone();
        if let Some(hook) = hook {
            hook(&self.name);
        }
        let mut w = self.disk.lock();
        if w.life != self.life {
            return Err(gone());
        }
        let failed = w.step(Op::Sync).err();
        let off = w.off;
        w.say(|| format!("sync {} {}: {failed:?}", self.id, self.name));
        w.note(&self.id.to_le_bytes());
        let Some(Node::File { durable, pending, .. }) = w.nodes.get_mut(&self.id) else { return Err(gone()) };
        match failed {
            Some(e) if off => Err(e),
            Some(e) => {
                // Linux marks the pages clean after telling once: they are in memory, not on the disk, and no sync comes back to them.
                pending.clear();
                Err(e)
            }
            None => {
                for op in pending.drain(..) {
                    apply_file(durable, &op);
                }
                Ok(())
            }
        }
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        if self.lock {
            let mut w = self.disk.lock();
            if w.life == self.life {
                w.locked.remove(&self.id);
            }
        }
    }
}
