//! Reading a metadata log from its snapshot to its end: ours, or one that a Kafka controller of one node wrote.
//!
//! Owns: what counts (transactions of metadata records), and whether this node may serve what the log describes. Does not own: the
//! batches around the values (the broker's `metadata`).
//!
//! Kafka's log is read as it is, since its records are ours. Of what it holds beyond topics, configs and producer ids, registrations,
//! features and quotas say nothing here; what keeps clients out (access control lists, SCRAM users, delegation tokens) must not be
//! ignored, so such a directory is refused. So is one of several nodes: its partitions are elsewhere too.

use super::{CodecError, Entry, Image, Record, decode};
use std::collections::BTreeSet;

/// Why an image cannot be served although its log can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Refusal {}

/// An image in the making.
pub struct Replay {
    image: Image,
    /// The records of a transaction that has begun.
    pending: Option<Vec<Record>>,
    /// What must not be ignored, by kind and key.
    guards: BTreeSet<(&'static str, String)>,
    kafkas: bool,
}

impl Replay {
    /// From an image that is empty.
    pub fn new(image: Image) -> Self {
        Self { image, pending: None, guards: BTreeSet::new(), kafkas: false }
    }

    /// Takes the next value of the snapshot or the log.
    pub fn value(&mut self, value: &[u8]) -> Result<(), CodecError> {
        match decode(value)? {
            Entry::Record(r) => match &mut self.pending {
                Some(pending) => pending.push(r),
                None => self.apply(&r)?,
            },
            Entry::Begin => self.pending = Some(Vec::new()),
            Entry::End => {
                for r in self.pending.take().unwrap_or_default() {
                    self.apply(&r)?;
                }
            }
            Entry::Abort => self.pending = None,
            Entry::Guard { what, key, there: true } => {
                self.kafkas = true;
                self.guards.insert((what, key));
            }
            Entry::Guard { what, key, there: false } => {
                self.kafkas = true;
                self.guards.remove(&(what, key));
            }
            Entry::Nothing => self.kafkas = true,
        }
        Ok(())
    }

    fn apply(&mut self, r: &Record) -> Result<(), CodecError> {
        self.image.replay(r).map_err(|e| CodecError(e.to_string()))
    }

    /// Whether Kafka's controller wrote some of it.
    pub fn kafkas(&self) -> bool {
        self.kafkas
    }

    /// The image that the log comes to, with this node as the leader of every partition. A transaction without an end did not happen.
    pub fn finish(mut self) -> Result<Image, Refusal> {
        if let Some((what, _)) = self.guards.first() {
            return Err(Refusal(format!("Kafka's metadata holds {what}")));
        }
        self.image.lead_all().map_err(|why| Refusal(format!("{why}; only the directory of a cluster of one node can be opened")))?;
        Ok(self.image)
    }
}
