//! What comes back over the border: one batch of records, events, reports or partitions, as tables over one arena of bytes.
//!
//! Owns the layout of answers and the copy of records into the arena (the one copy on this side; the bytes of a record lie
//! together: key, value, headers). A batch owns all that its view points to.
//!
//! Every integer is in the host's byte order. Every `*_offset` counts from the first byte of the arena.

use crate::border::flags;
use std::ptr;
use wellhead::{DeliveryReport, Event, Persisted, RecordSet, TopicPartition, TopicPartitionOffset};
use wellhead_base::Error;

/// Records of one partition: `first` and `count` are rows of the records table.
pub const WH_EVENT_RECORDS: u32 = 1;
/// The end of a partition was reached at `offset`.
pub const WH_EVENT_EOF: u32 = 2;
/// Partitions were given: `first` and `count` are rows of the partitions table. Answer with wh_consumer_assign.
pub const WH_EVENT_ASSIGN: u32 = 3;
/// Partitions are to be given back, or were lost (WH_FLAG_LOST). Answer with wh_consumer_assign.
pub const WH_EVENT_REVOKE: u32 = 4;
/// The outcome of an asynchronous or automatic commit.
pub const WH_EVENT_COMMITTED: u32 = 5;
/// Something went wrong that belongs to no record.
pub const WH_EVENT_ERROR: u32 = 6;

/// One thing that happened, in order. 64 bytes.
#[repr(C)]
#[derive(Clone, Copy, Default, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_event {
    /// WH_EVENT_...
    pub kind: u32,
    /// 0, or what went wrong (ERROR, COMMITTED).
    pub code: i32,
    /// WH_FLAG_...
    pub flags: u32,
    /// RECORDS, EOF: the partition; else -1.
    pub partition: i32,
    /// RECORDS, EOF: the topic's name.
    pub topic_offset: u64,
    pub topic_len: u32,
    /// RECORDS: of the leader that wrote them; -1 where not known.
    pub leader_epoch: i32,
    /// RECORDS: of the first record; EOF: of the end.
    pub offset: i64,
    pub first: u32,
    pub count: u32,
    /// The text of `code`.
    pub message_offset: u64,
    pub message_len: u32,
    pub reserved: u32,
}

/// One record. Its bytes lie together at `data_offset`: key, value, headers. A length of -1 means null and takes no bytes.
/// A header is: u32 length of the name, i32 length of the value (-1: null), name, value. 48 bytes.
#[repr(C)]
#[derive(Clone, Copy, Default, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_record {
    pub offset: i64,
    /// Milliseconds since the Unix epoch; -1 where there is none.
    pub timestamp: i64,
    pub data_offset: u64,
    pub key_len: i32,
    pub value_len: i32,
    /// Bytes of all headers.
    pub headers_len: u32,
    pub header_count: u32,
    /// 0 none, 1 set by the producer, 2 set by the broker.
    pub timestamp_type: u32,
    pub reserved: u32,
}

/// A partition with an offset, in both directions. 64 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_partition {
    pub topic_offset: u64,
    pub topic_len: u32,
    pub partition: i32,
    /// -2 the beginning, -1 the end, -1000 what the group committed, -1001 none, -2000 - n: n before the end.
    pub offset: i64,
    /// -1 where not known.
    pub leader_epoch: i32,
    /// Answers: 0, or what went wrong with this partition.
    pub code: i32,
    /// Text committed with the offset.
    pub metadata_offset: u64,
    /// -1: none.
    pub metadata_len: i32,
    /// The text of `code`.
    pub message_len: u32,
    pub message_offset: u64,
    pub flags: u32,
    pub reserved: u32,
}

impl Default for wh_partition {
    fn default() -> Self {
        Self {
            topic_offset: 0,
            topic_len: 0,
            partition: -1,
            offset: -1001,
            leader_epoch: -1,
            code: 0,
            metadata_offset: 0,
            metadata_len: -1,
            message_len: 0,
            message_offset: 0,
            flags: 0,
            reserved: 0,
        }
    }
}

/// What became of one batch of sent records: `first` and `count` are rows of the tokens and of the timestamps. 80 bytes.
#[repr(C)]
#[derive(Clone, Copy, Default, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_report {
    pub topic_offset: u64,
    pub topic_len: u32,
    /// -1 when the records never got one.
    pub partition: i32,
    /// Of the first record, the next ones follow; -1 where not known.
    pub base_offset: i64,
    pub leader_epoch: i32,
    /// 0, or why the records were not delivered.
    pub code: i32,
    pub flags: u32,
    pub timestamp_type: u32,
    pub first: u32,
    pub count: u32,
    pub message_offset: u64,
    pub message_len: u32,
    /// Whether records with an error may be in the log: 0 no, 1 possibly, 2 yes.
    pub persisted: u32,
    /// From the first record's send to this report.
    pub latency_us: u64,
    pub reserved: u64,
}

const _: () = assert!(size_of::<wh_event>() == 64 && size_of::<wh_record>() == 48 && size_of::<wh_partition>() == 64 && size_of::<wh_report>() == 80);

/// The tables of a batch, borrowed until wh_batch_free.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[allow(non_camel_case_types)]
pub struct wh_view {
    pub events: *const wh_event,
    pub event_count: usize,
    pub records: *const wh_record,
    pub record_count: usize,
    pub partitions: *const wh_partition,
    pub partition_count: usize,
    pub reports: *const wh_report,
    pub report_count: usize,
    /// One per reported record, in offset order.
    pub tokens: *const u64,
    /// One per reported record, milliseconds.
    pub timestamps: *const i64,
    pub token_count: usize,
    pub arena: *const u8,
    pub arena_len: usize,
}

impl Default for wh_view {
    fn default() -> Self {
        Self {
            events: ptr::null(),
            event_count: 0,
            records: ptr::null(),
            record_count: 0,
            partitions: ptr::null(),
            partition_count: 0,
            reports: ptr::null(),
            report_count: 0,
            tokens: ptr::null(),
            timestamps: ptr::null(),
            token_count: 0,
            arena: ptr::null(),
            arena_len: 0,
        }
    }
}

/// The tables and the arena.
#[derive(Default, Debug)]
pub struct Batch {
    pub events: Vec<wh_event>,
    pub records: Vec<wh_record>,
    pub partitions: Vec<wh_partition>,
    pub reports: Vec<wh_report>,
    pub tokens: Vec<u64>,
    pub timestamps: Vec<i64>,
    pub arena: Vec<u8>,
}

impl Batch {
    /// An answer that is only text.
    pub fn text(text: String) -> Self {
        Self { arena: text.into_bytes(), ..Self::default() }
    }
    pub fn view(&self) -> wh_view {
        wh_view {
            events: self.events.as_ptr(),
            event_count: self.events.len(),
            records: self.records.as_ptr(),
            record_count: self.records.len(),
            partitions: self.partitions.as_ptr(),
            partition_count: self.partitions.len(),
            reports: self.reports.as_ptr(),
            report_count: self.reports.len(),
            tokens: self.tokens.as_ptr(),
            timestamps: self.timestamps.as_ptr(),
            token_count: self.tokens.len(),
            arena: self.arena.as_ptr(),
            arena_len: self.arena.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.reports.is_empty()
    }

    fn push_text(&mut self, text: &str) -> (u64, u32) {
        let at = self.arena.len() as u64;
        self.arena.extend_from_slice(text.as_bytes());
        (at, text.len() as u32)
    }
    fn push_message(&mut self, e: Option<&Error>) -> (i32, u32, u64, u32) {
        match e {
            Some(e) => {
                let (at, len) = self.push_text(e.message());
                (i32::from(e.code.get()), flags(e), at, len)
            }
            None => (0, 0, 0, 0),
        }
    }
    pub fn push_partition(&mut self, p: &TopicPartitionOffset) {
        let (topic_offset, topic_len) = self.push_text(&p.topic);
        let (metadata_offset, metadata_len) = match &p.metadata {
            Some(m) => {
                let (at, len) = self.push_text(m);
                (at, len as i32)
            }
            None => (0, -1),
        };
        let (code, flags, message_offset, message_len) = self.push_message(p.error.as_ref());
        self.partitions.push(wh_partition {
            topic_offset,
            topic_len,
            partition: p.partition,
            offset: p.offset,
            leader_epoch: p.leader_epoch,
            code,
            metadata_offset,
            metadata_len,
            message_len,
            message_offset,
            flags,
            reserved: 0,
        });
    }
    pub fn push_tp(&mut self, p: &TopicPartition) {
        self.push_partition(&p.at(-1001));
    }

    /// Appends one event, copying what it holds.
    pub fn push_event(&mut self, event: &Event) {
        let mut row = wh_event { partition: -1, leader_epoch: -1, offset: -1001, ..wh_event::default() };
        match event {
            Event::Records(set) => return self.push_records(set),
            Event::PartitionEof { topic, partition, offset } => {
                row.kind = WH_EVENT_EOF;
                (row.topic_offset, row.topic_len) = self.push_text(topic);
                (row.partition, row.offset) = (*partition, *offset);
            }
            Event::Assign(list) => {
                row.kind = WH_EVENT_ASSIGN;
                (row.first, row.count) = self.push_list(list);
            }
            Event::Revoke { partitions, lost } => {
                row.kind = WH_EVENT_REVOKE;
                row.flags = if *lost { crate::border::WH_FLAG_LOST } else { 0 };
                (row.first, row.count) = self.push_list(partitions);
            }
            Event::Committed { error, offsets } => {
                row.kind = WH_EVENT_COMMITTED;
                (row.first, row.count) = self.push_list(offsets);
                (row.code, row.flags, row.message_offset, row.message_len) = self.push_message(error.as_ref());
            }
            Event::Error(e) => {
                row.kind = WH_EVENT_ERROR;
                (row.code, row.flags, row.message_offset, row.message_len) = self.push_message(Some(e));
            }
        }
        self.events.push(row);
    }

    fn push_list(&mut self, list: &[TopicPartitionOffset]) -> (u32, u32) {
        let first = self.partitions.len() as u32;
        for p in list {
            self.push_partition(p);
        }
        (first, list.len() as u32)
    }

    fn push_records(&mut self, set: &RecordSet) {
        let (topic_offset, topic_len) = self.push_text(&set.topic);
        let first = self.records.len();
        let mut offset = -1001;
        self.records.reserve(set.len());
        for r in set.iter() {
            if self.records.len() == first {
                offset = r.offset;
            }
            let data_offset = self.arena.len() as u64;
            self.arena.extend_from_slice(r.key.unwrap_or_default());
            self.arena.extend_from_slice(r.value.unwrap_or_default());
            let headers_at = self.arena.len();
            let mut header_count = 0;
            if r.header_count() > 0 {
                for (name, value) in r.headers() {
                    header_count += 1;
                    self.arena.extend_from_slice(&(name.len() as u32).to_ne_bytes());
                    self.arena.extend_from_slice(&value.map_or(-1, |v| v.len() as i32).to_ne_bytes());
                    self.arena.extend_from_slice(name.as_bytes());
                    self.arena.extend_from_slice(value.unwrap_or_default());
                }
            }
            self.records.push(wh_record {
                offset: r.offset,
                timestamp: r.timestamp,
                data_offset,
                key_len: r.key.map_or(-1, |k| k.len() as i32),
                value_len: r.value.map_or(-1, |v| v.len() as i32),
                headers_len: (self.arena.len() - headers_at) as u32,
                header_count,
                timestamp_type: r.timestamp_type as u32,
                reserved: 0,
            });
        }
        let count = self.records.len() - first;
        self.events.push(wh_event {
            kind: WH_EVENT_RECORDS,
            partition: set.partition,
            topic_offset,
            topic_len,
            leader_epoch: set.leader_epoch,
            offset,
            first: first as u32,
            count: count as u32,
            ..wh_event::default()
        });
    }

    /// Appends one delivery report.
    pub fn push_report(&mut self, r: &DeliveryReport) {
        let (topic_offset, topic_len) = self.push_text(&r.topic);
        let (code, flags, message_offset, message_len) = self.push_message(r.error.as_ref());
        let first = self.tokens.len() as u32;
        self.tokens.extend_from_slice(&r.tokens);
        self.timestamps.extend(r.tokens.iter().enumerate().map(|(i, _)| r.timestamps.get(i).copied().unwrap_or(-1)));
        self.reports.push(wh_report {
            topic_offset,
            topic_len,
            partition: r.partition,
            base_offset: r.base_offset,
            leader_epoch: r.leader_epoch,
            code,
            flags,
            timestamp_type: r.timestamp_type as u32,
            first,
            count: r.tokens.len() as u32,
            message_offset,
            message_len,
            persisted: match r.persisted {
                Persisted::No => 0,
                Persisted::Possibly => 1,
                Persisted::Yes => 2,
            },
            latency_us: r.latency.as_micros() as u64,
            reserved: 0,
        });
    }
}
