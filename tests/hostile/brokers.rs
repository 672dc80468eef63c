//! Brokers that are made up from the first byte (T2): a cluster of a million, one whose addresses all lead back to it, one that drips.

use crate::MEMORY;
use crate::memory::alone;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wellhead_base::limits::CLUSTER_BROKERS_MAX;
use wellhead_client::{Admin, Code, Producer, ProducerRecord};
use wellhead_wire::headers::encode_response;
use wellhead_wire::messages::api_versions_response::ApiVersion;
use wellhead_wire::messages::metadata_response::{MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic};
use wellhead_wire::messages::{ApiVersionsResponse, MetadataResponse};
use wellhead_wire::{APIS, Reader, RequestHeader};

const PATIENCE: Duration = Duration::from_secs(30);

/// Answers a request with these bytes, without a length, so many of them at a time and a pause after each.
type Script = Arc<dyn Fn(&RequestHeader, u16) -> Option<(Vec<u8>, usize)> + Send + Sync>;

struct Fake {
    port: u16,
    task: tokio::task::JoinHandle<()>,
    connections: Arc<AtomicUsize>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    fn start(script: Script) -> Fake {
        let rt = wellhead_net::runtime().expect("the runtime");
        let listener = rt.block_on(TcpListener::bind("127.0.0.1:0")).expect("listening");
        let port = listener.local_addr().expect("an address").port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let task = rt.spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((c, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let script = script.clone();
                open.spawn(async move {
                    let _ = serve(c, port, &script).await;
                });
            }
        });
        Fake { port, task, connections }
    }
    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

async fn serve(mut c: TcpStream, port: u16, script: &Script) -> std::io::Result<()> {
    loop {
        let len = c.read_i32().await?;
        let mut request = vec![0; len as usize];
        c.read_exact(&mut request).await?;
        let h = RequestHeader::decode(&mut Reader::from_slice(&request)).expect("our own client's header");
        let (answer, piece) = match script(&h, port) {
            Some(scripted) => scripted,
            None if h.api_key == 18 => {
                let api_keys = APIS.iter().map(|a| ApiVersion { api_key: a.key as i16, min_version: a.min, max_version: a.max }).collect();
                let r = ApiVersionsResponse { api_keys, ..Default::default() };
                (encode_response(&r, h.api_version, h.correlation_id).expect("encoded").to_vec(), usize::MAX)
            }
            None => continue,
        };
        let bytes = [&(answer.len() as i32).to_be_bytes()[..], &answer].concat();
        for b in bytes.chunks(piece.min(bytes.len())) {
            c.write_all(b).await?;
            if b.len() < bytes.len() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

fn metadata(brokers: usize) -> Script {
    Arc::new(move |h, port| {
        let broker = |i| MetadataResponseBroker { node_id: i, host: "127.0.0.1".into(), port: i32::from(port), ..Default::default() };
        let partition = |i: i32| MetadataResponsePartition { partition_index: i, leader_id: i, leader_epoch: 1, ..Default::default() };
        let topic = MetadataResponseTopic { name: Some("t".into()), partitions: (0..20).map(partition).collect(), ..Default::default() };
        let r = MetadataResponse { brokers: (0..brokers as i32).map(broker).collect(), controller_id: 3, topics: vec![topic], ..Default::default() };
        (h.api_key == 3).then(|| (encode_response(&r, h.api_version, h.correlation_id).expect("encoded").to_vec(), usize::MAX))
    })
}

fn admin(fake: &Fake) -> Admin {
    let at = fake.address();
    Admin::new([("bootstrap.servers", at.as_str()), ("socket.timeout.ms", "3000"), ("retry.backoff.ms", "10")]).expect("an admin")
}

#[test]
fn a_cluster_of_a_million_brokers_is_not_believed() {
    let _alone = alone();
    let fake = Fake::start(metadata(1_000_000));
    let a = admin(&fake);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let e = a.metadata(None, Duration::from_secs(5)).expect_err("too many brokers");
    let peak = MEMORY.peak_usage().saturating_sub(before);
    assert!(e.message().contains("brokers") || e.code == Code::TIMED_OUT, "{e}");
    // The fake's own million, its answer of 25 MB twice, ours, and what is read of it.
    assert!(peak < 700 << 20, "{peak} bytes");
    drop(a);
    let fake = Fake::start(metadata(CLUSTER_BROKERS_MAX));
    assert_eq!(admin(&fake).metadata(None, PATIENCE).expect("as many as are believed").brokers.len(), CLUSTER_BROKERS_MAX);
}

/// Every leader has the address of the broker that was asked, which knows of no records: the producer's time is up and that is all.
#[test]
fn leaders_that_lead_back_to_the_same_broker_take_few_connections() {
    let alone = alone();
    let fake = Fake::start(metadata(1_000));
    let at = fake.address();
    let pairs = [("bootstrap.servers", at.as_str()), ("message.timeout.ms", "1500"), ("retry.backoff.ms", "10"), ("enable.idempotence", "false")];
    let p = Producer::new(pairs).expect("a producer");
    for i in 0..20 {
        p.send(&ProducerRecord::to("t").partition(i).value(b"v")).expect("room");
    }
    assert_eq!(p.flush(PATIENCE), 0, "every record has come to an end");
    let reports = p.poll_reports(100, Duration::ZERO);
    assert!(reports.iter().all(|r| r.error.is_some()), "{reports:?}");
    drop(p);
    let n = fake.connections.load(Ordering::SeqCst);
    assert!(n < 500, "{n} connections for 20 partitions");
    assert_eq!(alone.panics(), 0);
}

#[test]
fn an_answer_that_drips_is_given_up_in_time() {
    let _alone = alone();
    let fake = Fake::start(Arc::new(|h, _| {
        let r = MetadataResponse { brokers: (0..1_000).map(|_| MetadataResponseBroker::default()).collect(), ..Default::default() };
        (h.api_key == 3).then(|| (encode_response(&r, h.api_version, h.correlation_id).expect("encoded").to_vec(), 1))
    }));
    let a = admin(&fake);
    let began = Instant::now();
    let e = a.metadata(None, Duration::from_secs(2)).expect_err("it never comes whole");
    assert!(e.code == Code::TIMED_OUT && began.elapsed() < PATIENCE, "{e} after {:?}", began.elapsed());
}
