//! A table: encoded key to encoded row. The store behind table sources, joins and queries.
//!
//! Owns: which row a key has, the time it got it, and which keys changed since the last commit. Does not own: columns (operators encode
//! and decode) and the changelog (the engine drains it). Keys lie in one arena of slots; a removed key's slot is used again.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// Hashes of encoded keys. Fixed, so that runs repeat; keys come from users' data, and a slow table is all that crafted ones get.
#[derive(Clone)]
pub struct KeyHash(FixedState);
impl Default for KeyHash {
    fn default() -> Self {
        KeyHash(FixedState::with_seed(0x7765_6c6c_6865_6164))
    }
}
impl KeyHash {
    pub fn of(&self, key: &[u8]) -> u64 {
        self.0.hash_one(key)
    }
}

/// Encoded keys to slot numbers, which are small and used again: per slot, others keep what belongs to the key.
#[derive(Default)]
pub struct Keys {
    hash: KeyHash,
    index: HashTable<u32>,
    slots: Vec<Slot>,
    arena: Vec<u8>,
    free: Vec<u32>,
    /// Bytes of the arena that belong to removed keys.
    waste: usize,
}

#[derive(Clone, Copy)]
struct Slot {
    hash: u64,
    at: usize,
    len: u32,
    live: bool,
}

impl Keys {
    pub fn len(&self) -> usize {
        self.index.len()
    }
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }
    /// One more than the highest slot there ever was: what per-slot columns must have room for.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }
    pub fn find(&self, key: &[u8]) -> Option<u32> {
        let hash = self.hash.of(key);
        self.index.find(hash, |s| self.key(*s) == key).copied()
    }
    /// The key's slot, and whether it is new.
    pub fn insert(&mut self, key: &[u8]) -> (u32, bool) {
        let hash = self.hash.of(key);
        let (slots, arena) = (&self.slots, &self.arena);
        if let Some(s) = self.index.find(hash, |s| {
            let x = &slots[*s as usize];
            x.hash == hash && &arena[x.at..x.at + x.len as usize] == key
        }) {
            return (*s, false);
        }
        let slot = Slot { hash, at: self.arena.len(), len: key.len() as u32, live: true };
        self.arena.extend_from_slice(key);
        let s = if let Some(s) = self.free.pop() {
            self.slots[s as usize] = slot;
            s
        } else {
            self.slots.push(slot);
            (self.slots.len() - 1) as u32
        };
        let slots = &self.slots;
        self.index.insert_unique(hash, s, |s| slots[*s as usize].hash);
        (s, true)
    }
    pub fn key(&self, slot: u32) -> &[u8] {
        let s = &self.slots[slot as usize];
        &self.arena[s.at..s.at + s.len as usize]
    }
    pub fn live(&self, slot: u32) -> bool {
        self.slots[slot as usize].live
    }
    /// Gives the slot up; it may be handed out again.
    pub fn remove(&mut self, slot: u32) {
        let s = self.slots[slot as usize];
        assert!(s.live, "a slot is removed once");
        if let Ok(e) = self.index.find_entry(s.hash, |x| *x == slot) {
            e.remove();
        }
        self.slots[slot as usize].live = false;
        self.free.push(slot);
        self.waste += s.len as usize;
        if self.waste > 4096 && self.waste * 2 > self.arena.len() {
            self.compact();
        }
    }
    fn compact(&mut self) {
        let mut arena = Vec::with_capacity(self.arena.len() - self.waste);
        for s in self.slots.iter_mut().filter(|s| s.live) {
            let at = arena.len();
            arena.extend_from_slice(&self.arena[s.at..s.at + s.len as usize]);
            s.at = at;
        }
        self.arena = arena;
        self.waste = 0;
    }
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.slots.len() as u32).filter(|s| self.live(*s))
    }
    /// About how many bytes it holds.
    pub fn bytes(&self) -> usize {
        self.arena.capacity() + self.slots.capacity() * size_of::<Slot>() + self.index.capacity() * 5
    }
}

/// Slots or keys that changed since they were last taken, each once.
#[derive(Default)]
pub struct Dirty {
    list: Vec<u32>,
    marked: Vec<bool>,
}
impl Dirty {
    pub fn mark(&mut self, slot: u32) {
        let i = slot as usize;
        if i >= self.marked.len() {
            self.marked.resize(i + 1, false);
        }
        if !self.marked[i] {
            self.marked[i] = true;
            self.list.push(slot);
        }
    }
    pub fn marked(&self, slot: u32) -> bool {
        self.marked.get(slot as usize).copied().unwrap_or(false)
    }
    pub fn take(&mut self) -> Vec<u32> {
        for s in &self.list {
            self.marked[*s as usize] = false;
        }
        std::mem::take(&mut self.list)
    }
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
    pub fn len(&self) -> usize {
        self.list.len()
    }
}

/// What a key has in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub row: &'a [u8],
    pub time: i64,
}

#[derive(Default)]
pub struct TableStore {
    keys: Keys,
    rows: Vec<Vec<u8>>,
    times: Vec<i64>,
    dirty: Dirty,
    /// Keys that went, for the changelog: their slots may have been used again.
    gone: std::collections::HashSet<Vec<u8>>,
}

impl TableStore {
    pub fn len(&self) -> usize {
        self.keys.len()
    }
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
    pub fn get(&self, key: &[u8]) -> Option<Entry<'_>> {
        let s = self.keys.find(key)? as usize;
        Some(Entry { row: &self.rows[s], time: self.times[s] })
    }
    pub fn put(&mut self, key: &[u8], row: &[u8], time: i64) {
        let (s, new) = self.keys.insert(key);
        let i = s as usize;
        if i >= self.rows.len() {
            self.rows.resize_with(i + 1, Vec::new);
            self.times.resize(i + 1, 0);
        }
        if new && !self.gone.is_empty() {
            self.gone.remove(key);
        }
        self.rows[i].clear();
        self.rows[i].extend_from_slice(row);
        self.times[i] = time;
        self.dirty.mark(s);
    }
    /// Whether the key was there.
    pub fn remove(&mut self, key: &[u8]) -> bool {
        let Some(s) = self.keys.find(key) else { return false };
        self.gone.insert(key.to_vec());
        self.rows[s as usize] = Vec::new();
        self.keys.remove(s);
        true
    }
    /// Every key with its entry, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Entry<'_>)> {
        self.keys.iter().map(|s| (self.keys.key(s), Entry { row: &self.rows[s as usize], time: self.times[s as usize] }))
    }
    pub fn bytes(&self) -> usize {
        self.keys.bytes()
            + self.rows.iter().map(Vec::capacity).sum::<usize>()
            + self.rows.capacity() * size_of::<Vec<u8>>()
            + self.times.capacity() * 8
    }
}

impl super::Store for TableStore {
    fn drain(&mut self, each: &mut crate::state::OnKey<'_>) {
        for k in std::mem::take(&mut self.gone) {
            each(&k, None);
        }
        let mut value = Vec::new();
        for s in self.dirty.take() {
            // A slot whose key went is among `gone`; one that was used again is dirty for its new key.
            if self.keys.live(s) {
                value.clear();
                value.extend_from_slice(&self.times[s as usize].to_be_bytes());
                value.extend_from_slice(&self.rows[s as usize]);
                each(self.keys.key(s), Some(&value));
            }
        }
    }
    fn apply(&mut self, key: &[u8], value: Option<&[u8]>) -> wellhead_base::Result<()> {
        match value {
            None => {
                self.remove(key);
                self.gone.clear();
            }
            Some(mut v) => {
                let time = super::rows::take_u64(&mut v)? as i64;
                self.put(key, v, time);
                self.dirty.take();
            }
        }
        Ok(())
    }
    fn scan(&self, each: &mut dyn FnMut(&[u8], &[u8])) {
        let mut value = Vec::new();
        for (k, e) in self.iter() {
            value.clear();
            value.extend_from_slice(&e.time.to_be_bytes());
            value.extend_from_slice(e.row);
            each(k, &value);
        }
    }
    fn clear(&mut self) {
        *self = TableStore::default();
    }
    fn bytes(&self) -> usize {
        TableStore::bytes(self)
    }
}
