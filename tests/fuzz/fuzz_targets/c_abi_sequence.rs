//! Calls of the C ABI in any sequence, with live, closed, foreign, null and made-up handles, with null pointers and with any bytes
//! where bytes go, against one broker in this process. Every call returns, and what it returns is laid out as the header says.
//!
//! What a C caller must promise is kept: a pointer that is not null is valid for its length. Directories, addresses and listeners do not
//! come from the input, which must reach nothing but this process and a directory of its own.
#![no_main]
#![allow(unsafe_code)]
use std::cell::OnceCell;
use std::path::PathBuf;
use std::ptr;
use wellhead_c::{admin::*, batch::*, border::wh_error, broker::*, consumer::*, lists::*, log::*, producer::*};

/// Calls of one input at most, and handles open at once.
const CALLS_MAX: usize = 40;
const HANDLES_MAX: usize = 16;
/// An address that nobody listens on is not dialled either: it is of this process.
const NOWHERE: &str = "embedded:/nowhere/at/all";
const NAMES: &[&str] = &[
    "group.id",
    "client.id",
    "group.instance.id",
    "auto.offset.reset",
    "enable.auto.commit",
    "partition.assignment.strategy",
    "acks",
    "linger.ms",
    "batch.size",
    "compression.type",
    "enable.idempotence",
    "transactional.id",
    "message.max.bytes",
    "message.timeout.ms",
    "queue.buffering.max.messages",
    "session.timeout.ms",
    "heartbeat.interval.ms",
    "fetch.wait.max.ms",
    "fetch.max.bytes",
    "max.poll.interval.ms",
    "isolation.level",
    "enable.partition.eof",
    "statistics.interval.ms",
    "partitioner",
    "socket.timeout.ms",
];
const VALUES: &[&str] =
    &["g", "t", "1", "0", "-1", "true", "false", "all", "earliest", "latest", "zstd", "cooperative-sticky", "10", "100000", "murmur2"];
const OPS: &[&str] = &[
    "create_topics",
    "delete_topics",
    "create_partitions",
    "describe_configs",
    "alter_configs",
    "list_groups",
    "describe_groups",
    "delete_groups",
    "list_offsets",
    "delete_records",
    "list_group_offsets",
    "alter_group_offsets",
    "describe_cluster",
];
const REQUESTS: &[&str] = &[
    "{}",
    r#"{"topics":[{"name":"t","partitions":2}]}"#,
    r#"{"topics":["t"]}"#,
    r#"{"groups":["g"]}"#,
    r#"{"resources":[{"type":2,"name":"t"}]}"#,
    r#"{"group":"g"}"#,
];

thread_local! {
    /// The broker's directory, its address and its handle.
    static NODE: OnceCell<(PathBuf, String, u64)> = const { OnceCell::new() };
}

/// Every call goes through here.
macro_rules! call {
    ($f:ident($($a:expr),*)) => {{
        let mut err = wh_error { code: 0, flags: 0, message_len: 0, message: [0; 500] };
        // SAFETY: every pointer that is not null comes from a slice or a variable of this function that outlives the call, with its
        // own length; null is what the functions look for (tested: table.c).
        let code = unsafe { $f($($a,)* &mut err) };
        checked(stringify!($f), code, &err)
    }};
}

/// A failure has a code and words that end with a zero.
fn checked(what: &str, code: i32, err: &wh_error) -> i32 {
    if code != 0 {
        let n = err.message_len as usize;
        assert_eq!(err.code, code, "{what}");
        assert!(n > 0 && n < err.message.len() && err.message[n] == 0 && !err.message[..n].contains(&0), "{what}: a message of {n} bytes");
    }
    code
}

/// Reads all that a view shows, while its batch lives.
fn read(v: &wh_view) {
    fn slice<'a, T>(at: *const T, n: usize) -> &'a [T] {
        if n == 0 {
            return &[];
        }
        assert!(!at.is_null() && at.is_aligned());
        // SAFETY: a view's tables are there until its batch is freed, which the caller does afterwards (tested: abi.c).
        unsafe { std::slice::from_raw_parts(at, n) }
    }
    let arena = slice(v.arena, v.arena_len);
    std::hint::black_box(arena.iter().fold(0u8, |a, b| a ^ b));
    let within =
        |offset: u64, len: u64| assert!(offset.checked_add(len).is_some_and(|end| end <= arena.len() as u64), "{offset} {len} of {}", arena.len());
    for p in slice(v.partitions, v.partition_count) {
        within(p.topic_offset, u64::from(p.topic_len));
        within(p.message_offset, u64::from(p.message_len));
        if p.metadata_len >= 0 {
            within(p.metadata_offset, p.metadata_len as u64);
        }
    }
    let tokens = slice(v.tokens, v.token_count);
    std::hint::black_box((tokens, slice(v.timestamps, v.token_count), slice(v.events, v.event_count), slice(v.records, v.record_count)));
    std::hint::black_box(slice(v.reports, v.report_count));
}

/// What is left of the input; zeros behind its end.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or(0)
    }
    fn below(&mut self, n: usize) -> usize {
        self.byte() as usize % n
    }
    fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }
    fn bytes(&mut self, max: usize) -> &'a [u8] {
        let n = self.below(max + 1).min(self.0.len());
        self.0.split_off(..n).unwrap_or_default()
    }
    /// One of `known`, or anything.
    fn text(&mut self, known: &[&str]) -> Vec<u8> {
        if self.byte() & 3 == 0 { self.bytes(24).to_vec() } else { known[self.below(known.len())].as_bytes().to_vec() }
    }
    /// Milliseconds that a call may wait; never for ever.
    fn wait(&mut self) -> i32 {
        [0, 0, 1, 5][self.below(4)]
    }
    fn partitions(&mut self) -> Vec<wh_partition> {
        (0..self.below(4))
            .map(|_| {
                let mut p = wh_partition { topic_len: 1, partition: self.below(3) as i32, metadata_len: -1, ..wh_partition::default() };
                if self.byte() & 3 == 0 {
                    p.topic_offset = u64::from_le_bytes(self.array());
                    p.topic_len = u32::from_le_bytes(self.array());
                    p.partition = i32::from_le_bytes(self.array());
                    p.metadata_offset = u64::from_le_bytes(self.array());
                    p.metadata_len = i32::from_le_bytes(self.array());
                }
                p.offset = [0, 1, -1, -2, -1000, -1001, -2002, i64::from_le_bytes(self.array())][self.below(8)];
                p
            })
            .collect()
    }
    fn sends(&mut self) -> Vec<wh_send> {
        (0..self.below(5))
            .map(|_| {
                let mut s = wh_send { key_len: -1, value_len: self.below(8) as i32 - 1, topic_len: 1, partition: -1, ..wh_send::default() };
                if self.byte() & 3 == 0 {
                    s.data_offset = u64::from_le_bytes(self.array());
                    s.key_len = i32::from_le_bytes(self.array());
                    s.value_len = i32::from_le_bytes(self.array());
                    s.headers_len = u32::from_le_bytes(self.array());
                    s.header_count = u32::from_le_bytes(self.array());
                    s.topic_offset = u64::from_le_bytes(self.array());
                    s.topic_len = u32::from_le_bytes(self.array());
                    s.partition = i32::from_le_bytes(self.array());
                    s.timestamp = i64::from_le_bytes(self.array());
                }
                s
            })
            .collect()
    }
}

/// A table's pointer and length: as it is, or null with its length or without.
fn table<T>(i: &mut Input<'_>, list: &[T]) -> (*const T, usize) {
    match i.byte() % 16 {
        0 => (ptr::null(), list.len()),
        1 => (ptr::null(), 0),
        _ => (list.as_ptr(), list.len()),
    }
}

/// The handles that an input knows: those that live, and what they were when they do not any more.
struct Handles {
    all: Vec<u64>,
    /// The broker's, which the next inputs need.
    spared: u64,
}

impl Handles {
    fn any(&self, i: &mut Input<'_>) -> u64 {
        let h = match i.byte() % 16 {
            0 => 0,
            1 => u64::from_le_bytes(i.array()),
            // The one after it, or of another generation.
            2 => self.known(i) ^ 1 << i.below(64),
            _ => self.known(i),
        };
        if h == self.spared { 0 } else { h }
    }
    fn known(&self, i: &mut Input<'_>) -> u64 {
        if self.all.is_empty() { 0 } else { self.all[i.below(self.all.len())] }
    }
    fn made(&mut self, code: i32, h: u64) {
        if code == 0 {
            self.all.push(h);
        }
    }
    fn batch(&mut self, code: i32, h: u64, v: &wh_view) {
        if code == 0 {
            read(v);
            self.made(code, h);
        }
    }
}

fn node() -> (PathBuf, String, u64) {
    NODE.with(|n| {
        n.get_or_init(|| {
            let dir = std::env::temp_dir().join(format!("wellhead-fuzz-c-abi-{}", std::process::id()));
            let text = dir.to_str().expect("a path of text").as_bytes();
            let (mut broker, mut batch, mut view) = (0, 0, wh_view::default());
            let code = call!(wh_broker_open(text.as_ptr(), text.len(), ptr::null(), 0, &mut broker));
            assert_eq!(code, 0, "a broker in {}", dir.display());
            assert_eq!(call!(wh_broker_bootstrap_servers(broker, &mut batch, &mut view)), 0);
            read(&view);
            call!(wh_batch_free(batch));
            let address = format!("embedded:{}", dir.canonicalize().expect("it is there").display());
            (dir, address, broker)
        })
        .clone()
    })
}

/// Properties of a client: the address of the node, and what the input says.
fn new_client(i: &mut Input<'_>, address: &str, make: impl FnOnce(*const wh_property, usize) -> i32) -> i32 {
    let address = if i.byte() % 8 == 0 { NOWHERE } else { address };
    let mut pairs = vec![(b"bootstrap.servers".to_vec(), address.as_bytes().to_vec())];
    for _ in 0..i.below(4) {
        // A made-up name is too short to be one that reaches out.
        let name = if i.byte() % 8 == 0 { i.bytes(6).to_vec() } else { NAMES[i.below(NAMES.len())].as_bytes().to_vec() };
        let value = i.text(VALUES);
        pairs.push((name, value));
    }
    let list: Vec<wh_property> =
        pairs.iter().map(|(n, v)| wh_property { name: n.as_ptr(), name_len: n.len(), value: v.as_ptr(), value_len: v.len() }).collect();
    let (at, n) = table(i, &list);
    make(at, n)
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (dir, address, spared) = node();
    let mut i = Input(data);
    let mut handles = Handles { all: Vec::new(), spared };
    for _ in 0..CALLS_MAX {
        if i.0.is_empty() {
            break;
        }
        one_call(&mut i, &mut handles, &dir, &address);
        if handles.all.len() > HANDLES_MAX {
            close_all(&mut handles);
        }
    }
    close_all(&mut handles);
});

/// Closes whatever lives of them, each as everything that it might be.
fn close_all(handles: &mut Handles) {
    for h in handles.all.drain(..).rev() {
        call!(wh_batch_free(h));
        call!(wh_admin_close(h));
        call!(wh_consumer_close(h, 0));
        call!(wh_producer_close(h, 0));
        call!(wh_broker_close(h));
    }
}

fn one_call(i: &mut Input<'_>, hs: &mut Handles, dir: &std::path::Path, address: &str) {
    let (mut out, mut view) = (0u64, wh_view::default());
    let (mut low, mut high, mut a, mut b, mut n) = (0i64, 0i64, 0i32, 0i32, 0u64);
    // A topic's name at the arena's start, then anything.
    let arena = [b"tu ", i.bytes(40)].concat();
    let what = i.below(36);
    let h = hs.any(i);
    let (bytes, bytes_len) = table(i, &arena);
    let list = i.partitions();
    let (ps, ps_len) = table(i, &list);
    let wait = i.wait();
    match what {
        0 | 1 => {
            let code = new_client(i, address, |at, n| call!(wh_producer_new(at, n, &mut out)));
            hs.made(code, out);
        }
        2 | 3 => {
            let code = new_client(i, address, |at, n| call!(wh_consumer_new(at, n, &mut out)));
            hs.made(code, out);
        }
        4 => {
            let code = new_client(i, address, |at, n| call!(wh_admin_new(at, n, &mut out)));
            hs.made(code, out);
        }
        5 => {
            let code = call!(wh_admin_of(h, &mut out));
            hs.made(code, out);
        }
        6 => {
            // The directory is taken, or is a file's child; another one opens.
            let path = [dir.to_owned(), dir.join("meta.properties/x"), dir.with_extension("second")][i.below(3)].clone();
            let text = path.to_str().expect("a path of text").as_bytes();
            let code = call!(wh_broker_open(text.as_ptr(), text.len(), ptr::null(), 0, &mut out));
            hs.made(code, out);
        }
        7 => {
            let code = call!(wh_broker_bootstrap_servers(h, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        8 => drop(call!(wh_broker_close(h))),
        9 | 10 => {
            let (op, json) = (i.text(OPS), i.text(REQUESTS));
            let ((op, op_len), (json, json_len)) = (table(i, &op), table(i, &json));
            let code = call!(wh_admin_call(h, op, op_len, json, json_len, wait, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        11 => {
            let code = call!(wh_metadata(h, bytes, bytes_len.min(1), wait, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        12 => drop(call!(wh_admin_close(h))),
        13 => drop(call!(wh_consumer_subscribe(h, ps, ps_len, bytes, bytes_len))),
        14 => {
            let code = call!(wh_consumer_subscription(h, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        15 => drop(call!(wh_consumer_assign(h, i.below(6) as u32, ps, ps_len, bytes, bytes_len))),
        16 => {
            let code = call!(wh_consumer_assignment(h, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        17 => drop(call!(wh_consumer_membership(h, &mut a, &mut b))),
        18 => drop(call!(wh_consumer_set_rebalance_events(h, i.below(2) as i32))),
        19 | 20 => {
            let max = [0, 1, 10, usize::MAX];
            let code = call!(wh_consumer_poll(h, max[i.below(4)], max[i.below(4)], wait, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        21 => {
            let code = call!(wh_consumer_commit(h, ps, ps_len, bytes, bytes_len, i.below(2) as i32, wait, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        22 => drop(call!(wh_consumer_store_offsets(h, ps, ps_len, bytes, bytes_len))),
        23 => {
            let code = call!(wh_consumer_offsets(h, i.below(4) as u32, ps, ps_len, bytes, bytes_len, wait, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        24 => {
            let code = call!(wh_consumer_seek(h, ps, ps_len, bytes, bytes_len, wait, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        25 => drop(call!(wh_consumer_pause(h, i.below(2) as i32, ps, ps_len, bytes, bytes_len))),
        26 => {
            let one = if list.is_empty() { ptr::null() } else { list.as_ptr() };
            call!(wh_consumer_watermarks(h, i.below(2) as i32, one, bytes, bytes_len, wait, &mut low, &mut high));
        }
        27 => {
            let code = call!(wh_consumer_group_metadata(h, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        28 => drop(call!(wh_consumer_close(h, wait))),
        29 => {
            if call!(wh_batch_view(h, &mut view)) == 0 {
                read(&view);
            }
            call!(wh_batch_free(h));
        }
        30 | 31 => {
            let records = i.sends();
            let mut results = vec![0i16; records.len()];
            let (at, n) = table(i, &records);
            call!(wh_producer_send_batch(h, bytes, bytes_len, at, n, results.as_mut_ptr()));
        }
        32 => {
            let code = call!(wh_producer_reports(h, [0, 1, 100, usize::MAX][i.below(4)], wait, &mut out, &mut view));
            hs.batch(code, out, &view);
        }
        33 => match i.below(5) {
            0 => drop(call!(wh_producer_set_reports(h, i.below(2) as i32))),
            1 => drop(call!(wh_producer_flush(h, wait, &mut n))),
            2 => drop(call!(wh_producer_outstanding(h, &mut n, &mut out))),
            3 => drop(call!(wh_producer_purge(h, i.below(2) as i32, i.below(2) as i32))),
            _ => drop(call!(wh_producer_close(h, wait))),
        },
        34 => {
            call!(wh_fatal_error(h));
            call!(wh_event_fd(h, &mut a));
        }
        // Nowhere to put the answer.
        _ => match i.below(4) {
            0 => drop(call!(wh_producer_new(ptr::null(), 0, ptr::null_mut()))),
            1 => drop(call!(wh_consumer_assignment(h, ptr::null_mut(), ptr::null_mut()))),
            2 => drop(call!(wh_producer_send_batch(h, bytes, bytes_len, ptr::null(), 0, ptr::null_mut()))),
            _ => drop(call!(wh_log_level(i.byte().into()))),
        },
    }
}
